"""A file somebody uploaded, as rows of text; read in a process of its own with limits, because its content is foreign.

Nothing in it is interpreted: a formula stays a text that the check refuses, a name is a text.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from zwk_data.language import GERMAN
from zwk_data.own_data.columns import AGS, COLUMNS, COUNT, MAX_BYTES, MAX_ROWS, MAX_UNPACKED
from zwk_data.own_data.problems import refusals
from zwk_data.sources.archives import UPLOAD, ZIP_MAGIC, workbook
from zwk_data.sources.uploads import Refused, as_text, decoded, in_own_process, refusing, rows_of, serve

SHEET = "Daten"
WIDTH = 30  # columns looked at
LONGEST = 200  # signs of a cell that are kept
BEFORE_HEADING = 15  # lines that may stand above the headings
CAPS = replace(UPLOAD, packed=MAX_BYTES, unpacked=MAX_UNPACKED)


class NotReadable(ValueError):
    """The file cannot be read as a table of own figures; ``reason_de`` says why (a word of ``refusals`` or a text)."""

    def __init__(self, reason: str) -> None:
        self.reason_de = refusals(GERMAN).get(reason, reason)
        super().__init__(self.reason_de)


@dataclass(frozen=True)
class Sheet:
    """The headings and the lines below them: number in the file (from 1) and the cells as text, by heading."""

    headings: tuple[str, ...]
    lines: tuple[tuple[int, dict[str, str]], ...]


def read(raw: bytes) -> Sheet:
    """Read an uploaded file (CSV or XLSX) in a process of its own.

    Raises:
        NotReadable: too large, damaged, no table, or it took more time or memory than a file of figures needs.
    """
    if len(raw) > MAX_BYTES:
        raise NotReadable("too_large")
    try:
        told = in_own_process("zwk_data.own_data.reading", raw)
    except Refused as error:
        raise NotReadable(error.word) from error
    return Sheet(tuple(told["headings"]), tuple((int(number), cells) for number, cells in told["lines"]))


def read_here(raw: bytes) -> Sheet:
    """Read the file in this process; raises as ``read``."""
    try:
        with refusing():
            return _table(_workbook_rows(raw) if raw.startswith(ZIP_MAGIC) else _csv_rows(raw))
    except Refused as error:
        raise NotReadable(error.word) from error


def _csv_rows(raw: bytes) -> Iterator[list[str]]:
    text = decoded(raw)
    if "\x00" in text:
        raise Refused("damaged")
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))


def _delimiter(text: str) -> str:
    """Return the sign that separates the headings; the table is looked for below lines of any other kind."""
    head = next((line for line in text.splitlines()[:BEFORE_HEADING] if COUNT.casefold() in line.casefold()), "")
    return max(";\t,", key=head.count)


def _workbook_rows(raw: bytes) -> Iterator[list[str]]:
    import openpyxl  # slow to import, and only a workbook needs it

    with workbook(raw, CAPS) as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        rows = rows_of(sheet, MAX_ROWS + 2 * BEFORE_HEADING, WIDTH)
        return iter([[as_text(cell.value) for cell in row] for row in rows])


def _table(rows: Iterable[list[str]]) -> Sheet:
    """Find the headings and take the lines below them that hold anything.

    Raises:
        Refused: no headings, or too many lines.
    """
    numbered = enumerate(rows, start=1)
    for _, row in islice(numbered, BEFORE_HEADING):
        headings = [_heading(cell) for cell in row[:WIDTH]]
        if AGS in headings and COUNT in headings:
            break
    else:
        raise Refused("no_headings")
    lines: list[tuple[int, dict[str, str]]] = []
    for number, row in numbered:
        cells = {name: cell.strip()[:LONGEST] for name, cell in zip(headings, row, strict=False) if name}
        if any(cells.values()):
            lines.append((number, cells))
        if len(lines) > MAX_ROWS:
            raise Refused("too_long")
    return Sheet(tuple(name for name in headings if name), tuple(lines))


def _heading(cell: str) -> str:
    """Return the heading of the template that a cell means, else the cell itself."""
    plain = " ".join(cell.split()).casefold()
    return next((name for name in COLUMNS if name.casefold() == plain), " ".join(cell.split())[:LONGEST])


def _told(raw: bytes) -> dict[str, Any]:
    try:
        sheet = read_here(raw)
    except NotReadable as error:
        raise Refused(error.reason_de) from error
    return {"headings": sheet.headings, "lines": sheet.lines}


def main() -> None:
    """Read the file from standard input and write its rows, or the reason why not, as JSON."""
    serve(_told, MAX_BYTES)


if __name__ == "__main__":
    main()
