"""A file somebody uploaded, as rows of text; read in a process of its own with limits, because its content is foreign.

Nothing in it is interpreted: a formula stays a text that the check refuses, a name is a text.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from zwk_data.language import GERMAN
from zwk_data.own_data.columns import AGS, COLUMNS, COUNT, MAX_BYTES, MAX_ROWS, MAX_UNPACKED
from zwk_data.own_data.problems import refusals
from zwk_data.sources.archives import UPLOAD, ZIP_MAGIC, workbook
from zwk_data.sources.errors import SourceError

SHEET = "Daten"
SECONDS, MEMORY = 30, 1 << 30  # of the reading process
WIDTH = 30  # columns looked at
LONGEST = 200  # signs of a cell that are kept
LAST_ROW = 1 << 20  # that a workbook can have
BEFORE_HEADING = 15  # lines that may stand above the headings
CAPS = replace(UPLOAD, packed=MAX_BYTES, unpacked=MAX_UNPACKED)
PROJECT = Path(__file__).resolve().parents[2]


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
        done = subprocess.run([sys.executable, "-m", "zwk_data.own_data.reading"], input=raw, capture_output=True,
                              timeout=SECONDS, cwd=PROJECT, env=dict(os.environ), check=False)  # fmt: skip
        told = json.loads(done.stdout)
        if "reason" in told:
            raise NotReadable(str(told["reason"]))
        return Sheet(tuple(told["headings"]), tuple((int(number), cells) for number, cells in told["lines"]))
    except (subprocess.TimeoutExpired, OSError, KeyError, TypeError) as error:
        raise NotReadable("too_slow") from error
    except json.JSONDecodeError as error:
        raise NotReadable("too_slow") from error


def read_here(raw: bytes) -> Sheet:
    """Read the file in this process; raises as ``read``."""
    try:
        rows = _workbook_rows(raw) if raw.startswith(ZIP_MAGIC) else _csv_rows(raw)
        return _table(rows)
    except SourceError as error:
        raise NotReadable(getattr(error, "reason_de", "") or "damaged") from error
    except (csv.Error, ValueError, KeyError, OSError, RecursionError, MemoryError, AttributeError, TypeError,
            IndexError, SyntaxError, ArithmeticError) as error:  # fmt: skip
        if isinstance(error, NotReadable):
            raise
        raise NotReadable("damaged") from error


def _csv_rows(raw: bytes) -> Iterator[list[str]]:
    text = _decoded(raw)
    if "\x00" in text:
        raise NotReadable("damaged")
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))


def _decoded(raw: bytes) -> str:
    """Return the text of UTF-8 (with or without mark), UTF-16 with its mark, or else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """Return the sign that separates the headings; the table is looked for below lines of any other kind."""
    head = next((line for line in text.splitlines()[:BEFORE_HEADING] if COUNT.casefold() in line.casefold()), "")
    return max(";\t,", key=head.count)


def _workbook_rows(raw: bytes) -> Iterator[list[str]]:
    import openpyxl  # slow to import, and only a workbook needs it

    with workbook(raw, CAPS) as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        found = sheet.iter_rows(max_row=LAST_ROW, max_col=WIDTH, values_only=True)
        rows = [[_as_text(value) for value in row] for row in islice(found, MAX_ROWS + 2 * BEFORE_HEADING)]
        if any(value not in (None, "") for row in found for value in row):
            raise NotReadable("too_long")
    return iter(rows)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return str(value).replace(".", ",")  # a point would be read as that of thousands
    return str(value)


def _table(rows: Iterable[list[str]]) -> Sheet:
    """Find the headings and take the lines below them that hold anything.

    Raises:
        NotReadable: no headings, or too many lines.
    """
    numbered = enumerate(rows, start=1)
    for _, row in islice(numbered, BEFORE_HEADING):
        headings = [_heading(cell) for cell in row[:WIDTH]]
        if AGS in headings and COUNT in headings:
            break
    else:
        raise NotReadable("no_headings")
    lines: list[tuple[int, dict[str, str]]] = []
    for number, row in numbered:
        cells = {name: cell.strip()[:LONGEST] for name, cell in zip(headings, row, strict=False) if name}
        if any(cells.values()):
            lines.append((number, cells))
        if len(lines) > MAX_ROWS:
            raise NotReadable("too_long")
    return Sheet(tuple(name for name in headings if name), tuple(lines))


def _heading(cell: str) -> str:
    """Return the heading of the template that a cell means, else the cell itself."""
    plain = " ".join(cell.split()).casefold()
    return next((name for name in COLUMNS if name.casefold() == plain), " ".join(cell.split())[:LONGEST])


def _limit() -> None:
    """Bound memory and processor time of this process, where the system can."""
    if os.name == "nt":
        return
    import resource  # exists on POSIX only

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> None:
    """Read the file from standard input and write its rows, or the reason why not, as JSON."""
    _limit()
    try:
        sheet = read_here(sys.stdin.buffer.read(MAX_BYTES + 1))
        told: dict[str, object] = {"headings": sheet.headings, "lines": sheet.lines}
    except NotReadable as error:
        told = {"reason": error.reason_de}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
