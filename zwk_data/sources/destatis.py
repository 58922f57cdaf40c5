"""Destatis: period life tables (three calendar years) of Germany by single age and of the Länder by some ages."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import openpyxl
import pyarrow as pa

from zwk_data.sources.rows import FormatError, Row, to_table, year_end

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
Cells = Sequence[Any]


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
