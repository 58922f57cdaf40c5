"""The workbooks of GV-ISys: header read by its words, never by position; territory and figures each with their date.

The sheet lists Länder, Kreise, associations and Gemeinden one below the other (column "Satzart"); a footer with the
source ends it. Population and area are older than the territory; both dates stand in the header.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import openpyxl

from zwk_data.sources import archives
from zwk_data.sources.errors import EmptyAnswer, Incomplete, ParseError
from zwk_data.sources.gvisys import TYPES, UNINCORPORATED, Record

SHEET = "Onlineprodukt_Gemeinden"
KREIS_TYPES = {
    "41": "Kreisfreie Stadt", "42": "Stadtkreis", "43": "Kreis", "44": "Landkreis", "45": "Regionalverband",
}  # fmt: skip
RECORD_KINDS = frozenset({"10", "20", "30", "40", "50", "60"})
LONGEST_HEADER = 20  # rows
MOST_ROWS, MOST_COLUMNS = 40_000, 40  # a cell may claim to lie anywhere
WIDTHS = {"land": 2, "rb": 1, "kreis": 2, "gem": 3}  # digits; shorter means a lost leading zero
DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
# Symbols of German official tables, and what each says; "-" is exactly zero.
MARKERS = {
    ".": "secret",
    "...": "later",
    "…": "later",
    "x": "not_available",
    "X": "not_available",
    "/": "not_available",
}
PARTS = ("total", "male", "female")
GARBLED = ("Ã", "\ufffd", "Â", "¤")
COLUMNS: dict[str, Callable[[str], bool]] = {
    "kind": "satzart".__eq__, "mark": "textkennzeichen".__eq__, "land": "land".__eq__, "rb": "rb".__eq__,
    "kreis": "kreis".__eq__, "gem": "gem".__eq__, "name": "gemeindename".__eq__,
    "area": lambda word: word.startswith("fläche"), "total": "insgesamt".__eq__, "male": "männlich".__eq__,
    "female": "weiblich".__eq__,
}  # fmt: skip
OPTIONAL: dict[str, Callable[[str], bool]] = {  # older editions lack them
    "lon": "längengrad".__eq__, "lat": "breitengrad".__eq__, "degurba": "gradderverstädterung".__eq__,
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """Where the columns are by name, the dates of territory and figures, and all words of the header."""

    columns: dict[str, int]
    territory: date
    day: date
    text: str


@dataclass(frozen=True)
class Edition:
    """One whole workbook; ``kreise`` holds (official name, type) by key, ``text`` all words of header and footer."""

    territory: date
    day: date  # of population and area
    kreise: dict[str, tuple[str, str]]
    records: list[Record]
    text: str


def read(source: bytes | Path) -> Edition:
    """Return what a workbook says.

    Raises:
        SourceError: no whole workbook, or one of another layout.
    """
    header, rows = _parted(_rows(source))
    kreise: dict[str, tuple[str, str]] = {}
    records: list[Record] = []
    footer: list[str] = []
    for cells in rows:
        kind = cells[header.columns["kind"]]
        if kind not in RECORD_KINDS:
            footer += [str(cell) for cell in cells if cell is not None]
        elif footer:
            raise ParseError("records behind the footer")
        elif kind == "40":
            kreise[_key(cells, header, "land", "rb", "kreis")] = _kreis(cells, header)
        elif kind == "60":
            records.append(_record(cells, header))
    text = " ".join(footer)
    _check(kreise, records, text)
    once = {record.ags: record for record in records}  # repeated rows are the same, or they were refused
    return Edition(header.territory, header.day, kreise, [*once.values()], f"{header.text} {text}")


def dates(source: bytes | Path) -> tuple[date, date]:
    """Return the date of the territory and that of the figures, from the header alone; raises as ``read``."""
    header, _ = _parted(_rows(source))
    return header.territory, header.day


def _rows(source: bytes | Path) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the sheet with the Gemeinden, without the empty ones; texts without blanks around them."""
    try:
        with archives.workbook(source) as file:
            yield from _sheet_rows(openpyxl.load_workbook(file, read_only=True, data_only=True))
    except (SyntaxError, KeyError) as error:  # SyntaxError: broken XML
        raise ParseError(f"unreadable workbook: {type(error).__name__}: {error}") from error


def _sheet_rows(book: openpyxl.Workbook) -> Iterator[tuple[Any, ...]]:
    try:
        named = [sheet for sheet in book.worksheets if sheet.title.startswith(SHEET)]
        if len(named) != 1:
            raise ParseError(f"no sheet {SHEET}, but {book.sheetnames[:5]}")
        for cells in named[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
            if any(cell is not None for cell in cells):
                yield tuple(cell.strip() or None if isinstance(cell, str) else cell for cell in cells)
    finally:
        book.close()


# --- header ----------------------------------------------------------------------------------------------------------


def _parted(rows: Iterator[tuple[Any, ...]]) -> tuple[Header, Iterator[tuple[Any, ...]]]:
    """Return the header and the rows below it."""
    above: list[tuple[Any, ...]] = []
    kind = None
    for cells in rows:
        if kind is None and "satzart" in (words := [_plain(cell) for cell in cells]):
            kind = words.index("satzart")
        elif kind is not None and cells[kind] in RECORD_KINDS:
            return _header(above), chain([cells], rows)
        above.append(cells)
        if len(above) > LONGEST_HEADER:
            break
    raise ParseError("no column Satzart with records below it")


def _header(above: Sequence[tuple[Any, ...]]) -> Header:
    cells = [[row[column] for row in above if row[column] is not None] for column in range(MOST_COLUMNS)]
    words = [[_plain(cell) for cell in column] for column in cells]
    columns = {name: _column(words, name, test) for name, test in COLUMNS.items()}
    columns |= {name: _column(words, name, test, needed=False) for name, test in OPTIONAL.items()}
    if not any(re.search("km(2|²)", word) for word in words[columns["area"]]):
        raise ParseError("area not in km2", "Das Gemeindeverzeichnis gibt die Fläche nicht in Quadratkilometern an.")
    text = " ".join(str(cell) for row in above for cell in row if cell is not None)
    figures = [str(cell) for name in ("total", "area") for cell in cells[columns[name]]]
    return Header(columns, _territory(text), _day(" ".join(figures), "population"), text)


def _plain(cell: Any) -> str:
    """Return a heading without hyphens, blanks and the marks of footnotes: ``Satz-art`` is ``satzart``."""
    return re.sub(r"[\s\-\u00ad]|\d\)", "", str(cell)).casefold() if cell is not None else ""


def _column(words: Sequence[Sequence[str]], name: str, test: Callable[[str], bool], *, needed: bool = True) -> int:
    found = [number for number, column in enumerate(words) if any(map(test, column))]
    if len(found) == 1:
        return found[0]
    if not found and not needed:
        return MOST_COLUMNS
    raise ParseError(f"{len(found)} columns for {name}")


def _territory(text: str) -> date:
    """Return the date behind "Gebietsstand", else the one in the title."""
    named = re.search(r"Gebietsstand\D{0,12}(\d{2}\.\d{2}\.\d{4})", text)
    return _day(named[1] if named else text, "territory")


def _day(text: str, what: str) -> date:
    found = DAY.search(text)
    if found is None:
        raise ParseError(f"no date of the {what} in the header")
    day, month, year = map(int, found.groups())
    return date(year, month, day)


# --- records ---------------------------------------------------------------------------------------------------------


def _key(cells: Sequence[Any], header: Header, *names: str) -> str:
    """Return a key from its parts; each is text of full width, or leading zeros were lost on the way."""
    parts = [cells[header.columns[name]] for name in names]
    for name, part in zip(names, parts, strict=True):
        if not (isinstance(part, str) and part.isascii() and part.isdigit() and len(part) == WIDTHS[name]):
            raise ParseError(
                f"{name} {part!r}", "Gebietsschlüssel des Gemeindeverzeichnisses sind unvollständig (führende Nullen?)."
            )
    return "".join(parts)


def _kreis(cells: Sequence[Any], header: Header) -> tuple[str, str]:
    return _name(cells, header), KREIS_TYPES[_text(cells, header, "mark")]


def _record(cells: Sequence[Any], header: Header) -> Record:
    ags = _key(cells, header, "land", "rb", "kreis", "gem")
    area = cells[header.columns["area"]]
    if not _is_number(area) or area < 0:
        raise ParseError(f"area {area!r} of {ags}")
    values, statuses = zip(*(_figure(cells[header.columns[part]], ags) for part in PARTS), strict=True)
    kind = TYPES[_text(cells, header, "mark")]
    total, male, female = values
    if total == 0 and kind not in UNINCORPORATED:  # an edition has lost the figures of a Gemeinde, not its people
        total, male, female, statuses = None, None, None, ("missing",) * 3
    lon, lat = (_degrees(_optional(cells, header, name), ags) for name in ("lon", "lat"))
    degurba = _optional(cells, header, "degurba")
    return Record(
        ags, _name(cells, header), kind, total or 0, male, female, float(area), lon, lat,
        int(degurba) if degurba else None, statuses,
    )  # fmt: skip


def _figure(cell: Any, ags: str) -> tuple[int | None, str]:
    """Return persons and "ok", or nothing and the status that the symbol of official tables stands for."""
    if _is_number(cell) and cell == int(cell) and cell >= 0:
        return int(cell), "ok"
    if cell is None or cell == "-":
        return 0, "ok"
    if cell in MARKERS:
        return None, MARKERS[cell]
    raise ParseError(f"population {cell!r} of {ags}")


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell)


def _name(cells: Sequence[Any], header: Header) -> str:
    name = _text(cells, header, "name")
    if any(sign in name for sign in GARBLED):
        raise ParseError(f"garbled name {name!r}", "Die Umlaute des Gemeindeverzeichnisses sind verfälscht.")
    return name


def _text(cells: Sequence[Any], header: Header, name: str) -> str:
    cell = cells[header.columns[name]]
    if not isinstance(cell, str):
        raise ParseError(f"{name} is {cell!r}")
    return cell


def _optional(cells: Sequence[Any], header: Header, name: str) -> Any:
    return cells[header.columns[name]] if header.columns[name] < MOST_COLUMNS else None


def _degrees(cell: Any, ags: str) -> float | None:
    """Return degrees from text with a decimal comma (a point stands for the same); areas without people have 0."""
    degrees = float(str(cell or 0).replace(",", "."))
    if degrees == 0:
        return None
    if not 5 < degrees < 56:  # Germany, either axis
        raise ParseError(f"coordinate {cell!r} of {ags}")
    return degrees


def _check(kreise: dict[str, tuple[str, str]], records: Sequence[Record], footer: str) -> None:
    """Refuse what is not the whole: no footer, a Kreis without Gemeinden, a Gemeinde without its Kreis or twice."""
    if not records:
        raise EmptyAnswer("no Gemeinden", "Das Gemeindeverzeichnis enthält keine Gemeinden.")
    if "Statistisch" not in footer:
        raise Incomplete("no footer", "Das Gemeindeverzeichnis endet ohne seine Quellenangabe, ist also unvollständig.")
    inhabited = {record.ags[:5] for record in records if not record.unpopulated}
    if odd := sorted(inhabited ^ kreise.keys()):
        raise Incomplete(
            f"Kreise and Gemeinden differ: {odd[:5]}",
            f"Im Gemeindeverzeichnis passen Kreise und Gemeinden nicht zusammen ({', '.join(odd[:5])}).",
        )
    once = {record.ags: record for record in records}
    if any(once[record.ags] != record for record in records):
        raise ParseError("a Gemeinde twice", "Eine Gemeinde kommt im Verzeichnis doppelt und verschieden vor.")
