"""An uploaded file as tables of text or as JSON; read in a process of its own with limits, because it is foreign.

XLSX, a ZIP with CSV files, one CSV file, JSON: told apart by their bytes, never by their name. Nothing is interpreted:
where a formula stands is noted, so that it can be refused and a text that begins with ``=`` cannot be mistaken for one.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath
from typing import Any, NoReturn

from zwk_data.language import GERMAN, Language
from zwk_data.plan.exchange.columns import PAGES
from zwk_data.plan.exchange.problems import refusals
from zwk_data.sheets import unguarded
from zwk_data.sources.archives import UPLOAD, ZIP_MAGIC, safe_zip, workbook
from zwk_data.sources.errors import NotData, SourceError, TooLarge, Truncated
from zwk_data.sources.uploads import Refused, as_text, decoded, in_own_process, refusing, rows_of, serve

MAX_BYTES, MAX_ROWS, MAX_SHEETS, WIDTH = 5 << 20, 5_000, 40, 80
CAPS = replace(UPLOAD, ratio=200.0)
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel, and new Excel with a password
DEEPEST = 20  # brackets of JSON inside each other
BEFORE = 15  # lines that may stand above the headings
HEADINGS = frozenset(field.heading.casefold() for page in PAGES for field in page.fields)


class NotReadable(ValueError):
    """The file cannot be read; ``word`` is one of ``problems.refusals``."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)

    def reason(self, language: Language = GERMAN) -> str:
        """Return why, in the reader's language."""
        return refusals(language).get(self.word, self.word)


@dataclass(frozen=True)
class Table:
    """One sheet as it stands in the file: line numbers (from 1) with their cells; ``formulas`` are (line, position)."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    formulas: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False


@dataclass(frozen=True)
class Content:
    """What a file holds: tables, with the ``marks`` of the hidden sheet, or ``json``."""

    tables: tuple[Table, ...] = ()
    marks: Mapping[str, str] | None = None
    json: Any = None


def read(raw: bytes) -> Content:
    """Read an uploaded file in a process of its own.

    Raises:
        NotReadable: too large, damaged, dangerous, or it took more time or memory than a plan needs.
    """
    if not raw.strip():
        raise NotReadable("empty")
    if len(raw) > MAX_BYTES:
        raise NotReadable("too_large")
    try:
        told = in_own_process("zwk_data.plan.exchange.reading", raw)
    except Refused as error:
        raise NotReadable(error.word) from error
    tables = tuple(
        Table(table["name"], tuple((number, tuple(cells)) for number, cells in table["rows"]),
              frozenset((line, position) for line, position in table["formulas"]), table["hidden"])
        for table in told["tables"]
    )  # fmt: skip
    return Content(tables, told["marks"], told["json"])


def read_here(raw: bytes) -> Content:
    """Read the file in this process; raises as ``read``."""
    try:
        with refusing(), _plainly():
            return _content(raw)
    except Refused as error:
        raise NotReadable(error.word) from error


@contextmanager
def _plainly() -> Iterator[None]:
    """Say of an unusable zip in words of an upload what is wrong with it."""
    try:
        yield
    except SourceError as error:
        if isinstance(error, TooLarge):
            raise Refused("bomb") from error
        if isinstance(error, Truncated | NotData):
            raise Refused("cut_off") from error
        raise Refused("password" if "Kennwort" in error.reason_de else "unsafe") from error


def _content(raw: bytes) -> Content:
    begin = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if not begin:
        raise Refused("empty")
    if raw.startswith(OLE_MAGIC):
        raise Refused("password" if "EncryptedPackage".encode("utf-16-le") in raw else "old_excel")
    if begin.startswith(b"<"):
        raise Refused("html")
    if raw.startswith(ZIP_MAGIC):
        return _zip(raw)
    text = decoded(raw)
    if "\x00" in text or raw.startswith(b"%PDF"):
        raise Refused("damaged")
    if text.lstrip()[:1] in ("{", "["):
        return Content(json=_json(text))
    return Content((_csv("", text),))


def _zip(raw: bytes) -> Content:
    with safe_zip(raw, CAPS) as archive:
        names = archive.namelist()
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused("macros")
        if any(name.startswith("xl/externalLinks/") for name in names):
            raise Refused("external")
        if "[Content_Types].xml" in names:
            return _workbook(raw)
        tables = [name for name in names if name.lower().endswith(".csv")]
        if not tables:
            raise Refused("no_book")
        if len(tables) > MAX_SHEETS:
            raise Refused("bomb")
        return Content(tuple(_member(archive, name) for name in tables))


def _member(archive: zipfile.ZipFile, name: str) -> Table:
    text = decoded(archive.read(name))
    if "\x00" in text:
        raise Refused("damaged")
    return _csv(PurePosixPath(name).stem, text)


def _csv(name: str, text: str) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for number, row in enumerate(reader, start=1):
            if len(rows) > MAX_ROWS + BEFORE:
                raise Refused("too_long")
            if any(cell.strip() for cell in row):
                rows.append((number, tuple(unguarded(cell) for cell in row[: WIDTH + 1])))
    except csv.Error as error:
        raise Refused("quotes") from error
    return Table(name, tuple(rows))


def _delimiter(text: str) -> str:
    """Return the sign that separates the headings: the one that shows most of them in one of the first lines."""
    lines = text[:20_000].splitlines()[:BEFORE]

    def known(sign: str) -> int:
        return max((len({cell.strip(' "*').casefold() for cell in line.split(sign)} & HEADINGS) for line in lines),
                   default=0)  # fmt: skip

    return max(";\t,", key=known)


def _workbook(raw: bytes) -> Content:
    import openpyxl  # slow to import, and only a workbook needs it

    with workbook(raw, CAPS) as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheets = book.worksheets
        if len(sheets) > MAX_SHEETS:
            raise Refused("bomb")
        marks: dict[str, str] = {}
        tables = []
        for sheet in sheets:
            if sheet.title == "Kennung":
                marks = {
                    str(row[0].value): as_text(row[1].value) for row in rows_of(sheet, MAX_ROWS, 2) if len(row) > 1
                }
            elif sheet.title not in ("Anleitung", "Listen"):
                tables.append(_sheet(sheet))
    return Content(tuple(tables), marks)


def _sheet(sheet: Any) -> Table:
    rows, formulas = [], set()
    for number, row in enumerate(rows_of(sheet, MAX_ROWS + BEFORE, WIDTH + 1), start=1):
        cells = tuple(as_text(cell.value) for cell in row)
        if any(cells):
            rows.append((number, cells))
            formulas |= {
                (number, place) for place, cell in enumerate(row) if getattr(cell, "data_type", "") in ("f", "e")
            }
    return Table(str(sheet.title), tuple(rows), frozenset(formulas), sheet.sheet_state != "visible")


def _json(text: str) -> Any:
    """Read strict JSON: no name twice in a bracket, no NaN, not too deep."""
    _check_depth(text)
    try:
        found = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_float=str)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("json_damaged") from error
    if not isinstance(found, dict):
        raise Refused("json_other")
    return found


def _check_depth(text: str) -> None:
    """Count brackets outside of texts before anything is built from them."""
    depth, quoted, escaped = 0, False, False
    for sign in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = sign == "\\", sign != '"'
        elif sign == '"':
            quoted = True
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Refused("json_deep")
        elif sign in "]}":
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("json_twice")
    return found


def _constant(name: str) -> NoReturn:
    raise Refused("json_number")


def _told(raw: bytes) -> dict[str, Any]:
    try:
        found = read_here(raw)
    except NotReadable as error:
        raise Refused(error.word) from error
    tables = [{**asdict(table), "formulas": sorted(table.formulas)} for table in found.tables]
    return {"tables": tables, "marks": found.marks, "json": found.json}


def main() -> None:
    """Read the file from standard input and write what it holds, or the reason why not, as JSON."""
    serve(_told, MAX_BYTES)


if __name__ == "__main__":
    main()
