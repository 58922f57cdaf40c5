"""An exhibit's table as a CSV file that a spreadsheet of the reader's country opens as it is.

German: semicolon, decimal comma, dates as 31.12.2024. English: comma, point, ISO dates. Both UTF-8 with a mark at the
beginning and CRLF. Numbers have the decimals shown and no thousands separators; a missing value is an empty cell.
What must travel with the figures (source, licence, breaks, address) follows after one empty line.
"""

from __future__ import annotations

import csv as writer
import io

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit, heading
from zwk_data.language import Language
from zwk_data.render.signs import whole
from zwk_data.render.tabular import credits, harmless, is_date, is_missing, is_number, row_decimals

BYTE_ORDER_MARK = "\ufeff"


def csv(exhibit: Exhibit, language: Language) -> bytes:
    """Return the table of an exhibit and its sources as the bytes of a CSV file."""
    text = io.StringIO()
    out = writer.writer(text, delimiter=";" if language.code == "de" else ",", lineterminator="\r\n")
    out.writerow([harmless(heading(column)) for column in exhibit.columns])
    out.writerows(zip(*(_cells(exhibit, column, language) for column in exhibit.columns), strict=True))
    out.writerow([])
    out.writerows([harmless(name), harmless(said)] for name, said in credits(exhibit, language))
    return whole(BYTE_ORDER_MARK + text.getvalue()).encode("utf-8")


def _cells(exhibit: Exhibit, column: Column, language: Language) -> list[str]:
    values = exhibit.table[column.key]
    if is_date(exhibit, column):
        pattern = "%d.%m.%Y" if language.code == "de" else "%Y-%m-%d"
        return ["" if is_missing(day) else f"{day:{pattern}}" for day in values]
    if is_number(exhibit, column):
        decimals = row_decimals(exhibit, column)
        return [_number(value, places, language) for value, places in zip(values, decimals, strict=True)]
    return ["" if is_missing(value) else harmless(str(value)) for value in values]


def _number(value: float | None, decimals: int | None, language: Language) -> str:
    """Write a number with a hyphen as minus, so that a program reads it again."""
    if value is None or pd.isna(value):
        return ""
    written = str(value) if decimals is None else f"{round(float(value), decimals) + 0.0:.{decimals}f}"
    return written.replace(".", ",") if language.code == "de" else written
