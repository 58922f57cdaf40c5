"""Destatis: life tables of Germany and the Länder (three calendar years), population of the Länder by single age."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
import pyarrow as pa

from zwk_data.sources.basis import stock_basis
from zwk_data.sources.rows import TOTAL, AgeGroup, FormatError, Row, to_table, year_end

SHEETS = {"Deutschland männlich": "m", "Deutschland weiblich": "f"}
SHEET_LAENDER = "Lebenserwartung Bundesländer"
MEASURES = {"qx": "death_probability", "ex": "life_expectancy"}
SEXES = {"Männlich": "m", "Weiblich": "f"}
PERIOD = re.compile(r"Sterbetafel \d{4}/(\d{4})")
LAENDER = {
    "Schleswig-Holstein": "01", "Hamburg": "02", "Niedersachsen": "03", "Bremen": "04", "Nordrhein-Westfalen": "05",
    "Hessen": "06", "Rheinland-Pfalz": "07", "Baden-Württemberg": "08", "Bayern": "09", "Saarland": "10",
    "Berlin": "11", "Brandenburg": "12", "Mecklenburg-Vorpommern": "13", "Sachsen": "14", "Sachsen-Anhalt": "15",
    "Thüringen": "16",
}  # fmt: skip
TITLE = "GENESIS-Tabelle: 12411-0013"
SEXES_OF_COLUMNS = {"männlich": "m", "weiblich": "f", "Insgesamt": "t"}
DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
AGE = re.compile(r"unter (?P<below>1) Jahr|(?P<year>\d+)-Jährige|(?P<open>\d+) Jahre und mehr|(?P<total>Insgesamt)")
Cells = Sequence[Any]
Figures = dict[tuple[str, date, str, AgeGroup], float]  # key, date, sex and age -> persons


def parse_life_table(raw: bytes, dataset: str = "destatis_life_tables") -> pa.Table:
    """Read one workbook: q(x), e(x) of Germany, ages 0-100, and e(x) of the Länder, by sex.

    The reference date is the last day of the period: 31.12.2020 for 2018/2020. Basis census 2011.

    Raises:
        FormatError: a sheet is missing or has no header line ``x``.
    """
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    if missing := {*SHEETS, SHEET_LAENDER} - set(book.sheetnames):
        raise FormatError(f"life table: sheets missing: {', '.join(sorted(missing))}")
    rows: list[Row] = []
    for name, sex in SHEETS.items():
        rows += _germany(list(book[name].iter_rows(values_only=True)), sex, dataset)
    rows += _laender(list(book[SHEET_LAENDER].iter_rows(values_only=True)), dataset)
    return to_table(rows)


def _period_end(lines: Sequence[Cells]) -> date:
    for cells in lines[:12]:
        if match := PERIOD.search(" ".join(str(cell) for cell in cells if cell)):
            return year_end(match[1])
    raise FormatError("life table: no period in the heading")


def _germany(lines: Sequence[Cells], sex: str, dataset: str) -> Iterator[Row]:
    day = _period_end(lines)
    header = next((cells for cells in lines if str(cells[0]).strip() == "x"), None)
    if header is None:
        raise FormatError("life table: header line not found")
    columns = {str(cell).replace(" ", ""): index for index, cell in enumerate(header) if cell}
    for cells in lines:
        if str(cells[0]).isdigit() and cells[columns["qx"]] is not None:
            age = int(cells[0])
            for letter, measure in MEASURES.items():
                value = float(cells[columns[letter]])
                yield Row(dataset, measure, "DG", day, sex, "single", age, age, "census2011", value)


def _laender(lines: Sequence[Cells], dataset: str) -> Iterator[Row]:
    day, sex, ages = _period_end(lines), "", dict[int, int]()
    for cells in lines:
        texts = [str(cell).strip() for cell in cells if cell is not None]
        sex = next((SEXES[text] for text in texts if text in SEXES), sex)
        if not ages and {"0", "20", "80"} <= set(texts):
            ages = {index: int(cell) for index, cell in enumerate(cells) if str(cell).strip().isdigit()}
        if str(cells[0]).strip() in LAENDER:
            ags = LAENDER[str(cells[0]).strip()]
            for index, age in ages.items():
                value = float(cells[index])
                yield Row(dataset, "life_expectancy", ags, day, sex, "single", age, age, "census2011", value)


def parse_single_ages(raw: bytes, dataset: str = "destatis_12411_0013") -> pa.Table:
    """Read table 12411-0013 as GENESIS-Online prints it: population of the Länder by sex and single age, 90+ open.

    Stock of the date of each line (31 December); Germany is the sum where every Land is given, marked computed. The
    columns are found by their Land and sex, the footnotes below the figures are left alone.

    Raises:
        FormatError: another table, a column or age that is not known, a cell that is no count.
    """
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    if not lines or lines[0][:1] != [TITLE]:
        raise FormatError("12411-0013: title not found")
    columns = _columns(lines)
    given: Figures = {}
    for cells in lines:
        if DAY.fullmatch(cells[0] if cells else ""):
            given |= _persons(cells, columns)
    germany = _sums(given)
    return to_table([*_rows(dataset, given, "ok"), *_rows(dataset, germany, "computed")])


def _columns(lines: Sequence[Cells]) -> dict[int, tuple[str, str]]:
    """Return (key of the Land, sex) of every column of figures, from the two lines above them."""
    first = next((number for number, cells in enumerate(lines) if cells and DAY.fullmatch(cells[0])), 0)
    if first < 3:
        raise FormatError("12411-0013: no line of figures below a heading")
    names, sexes = lines[first - 2], lines[first - 1]
    width = len(lines[first])
    try:
        return {i: (LAENDER[names[i]], SEXES_OF_COLUMNS[sexes[i]]) for i in range(2, width)}
    except (KeyError, IndexError) as error:
        raise FormatError(f"12411-0013: unknown or missing heading of a column: {error}") from error


def _persons(cells: Sequence[str], columns: Mapping[int, tuple[str, str]]) -> Figures:
    """Return the counts of one line: date, age, then one cell for every column."""
    day, month, year = map(int, cells[0].split("."))
    group = _age(cells[1])
    if len(cells) != len(columns) + 2 or not all(cell.isdecimal() for cell in cells[2:]):
        raise FormatError(f"12411-0013: a cell that is no count, or too few cells: {cells[0]}, {cells[1]}")
    return {(ags, date(year, month, day), sex, group): float(cells[i]) for i, (ags, sex) in columns.items()}


def _age(label: str) -> AgeGroup:
    """Return the age of a label: ``unter 1 Jahr``, ``42-Jährige``, ``90 Jahre und mehr`` or ``Insgesamt``."""
    match = AGE.fullmatch(label)
    if match is None:
        raise FormatError(f"12411-0013: unknown age {label!r}")
    if match["total"]:
        return TOTAL
    if match["open"]:
        return "single", int(match["open"]), None
    years = 0 if match["below"] else int(match["year"])
    return "single", years, years


def _sums(given: Figures) -> Figures:
    """Return Germany as the sum of the Länder, only where all of them are given."""
    parts: dict[tuple[date, str, AgeGroup], list[float]] = defaultdict(list)
    for (_, day, sex, group), value in given.items():
        parts[day, sex, group].append(value)
    return {("DG", *cell): sum(values) for cell, values in parts.items() if len(values) == len(LAENDER)}


def _rows(dataset: str, figures: Figures, status: str) -> Iterator[Row]:
    for (ags, day, sex, group), value in figures.items():
        yield Row(dataset, "population", ags, day, sex, *group, stock_basis(day), value, status)
