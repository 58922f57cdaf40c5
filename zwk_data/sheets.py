"""A workbook that people fill in, as plain values: sheets, columns with hints and choices, rows; and a sheet as CSV.

Pure: ``render.xlsx.form`` writes it as a workbook. The CSV here can be read back without loss: a text that a
spreadsheet would take for a formula carries an apostrophe in front, and one that already begins so one more.
"""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Value = str | int | Decimal | date | None
ColumnKind = Literal["text", "long", "number", "date", "list"]
LONGEST = 32_767  # signs of a cell of Excel (UTF-16)
CUT = " … [gekürzt, ganz in CSV oder JSON]"  # stands where a cell of Excel could not hold the rest
DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


@dataclass(frozen=True)
class SheetColumn:
    """One column: ``width`` in characters; ``choices`` become a drop-down, the only words allowed where ``strict``.

    ``locked`` looks protected: it identifies the row and is not to be changed. ``required`` marks the heading.
    """

    key: str
    heading: str
    kind: ColumnKind = "text"
    width: int = 20
    hint: str = ""
    choices: tuple[str, ...] = ()
    strict: bool = True
    locked: bool = False
    required: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows are values by key of the column; ``guide`` says what the sheet is for."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[Mapping[str, Value], ...] = ()
    guide: str = ""


@dataclass(frozen=True)
class Book:
    """A workbook. ``guide`` are pairs of heading and text for the sheet of instructions.

    ``marks`` stand on a hidden sheet and say what the file is when it comes back; ``made`` is its date.
    """

    title: str
    sheets: tuple[Sheet, ...]
    guide: tuple[tuple[str, str], ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    made: date | None = None


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; ``unguarded`` gives it back."""
    return f"'{text}" if DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` made safe; any other text as it is."""
    return text[1:] if GUARDED.match(text) else text


def as_text(value: Value) -> str:
    """Return a value as a German spreadsheet shows it: 31.12.2025, 12,5."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return str(value)


def as_csv(sheet: Sheet) -> bytes:
    """Return a sheet as CSV (semicolons, UTF-8 with mark, CRLF, as a German Excel opens it)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_csv_cell(row.get(column.key)) for column in sheet.columns])
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(value: Value) -> str:
    return guarded(value) if isinstance(value, str) else as_text(value)
