"""Exhibits as an Excel workbook: figures as numbers, native charts, and the sources on a sheet of their own.

The only home of XlsxWriter. The same exhibit gives the same bytes: the file carries the newest date of taking over, not
the hour of its making. No text of the table is read as a formula or an address.
"""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from zwk_data.exhibits.exhibit import Column, Exhibit, heading
from zwk_data.language import Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.signs import clean, of_property, whole
from zwk_data.render.tabular import credits, is_date, is_missing, is_number, row_decimals
from zwk_data.render.xlsx_chart import chart_sheet
from zwk_data.render.xlsx_form import fill, short
from zwk_data.sheets import Book

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
UNDATED = date(2000, 1, 1)  # of a file whose sources carry no date
DATE_FORMATS = {"de": "dd.mm.yyyy", "en": "d mmm yyyy"}


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose texts are never lost: XlsxWriter cuts what is too long without a word and fails at half pairs."""

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> Any:
        return super()._write_string(row, col, short(whole(string)), cell_format)


class _Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook of such sheets."""

    worksheet_class = _Sheet


def workbook(exhibit: Exhibit, language: Language) -> bytes:
    """Return the workbook of an exhibit."""
    file = io.BytesIO()
    book = _Workbook(file, OPTIONS)
    book.set_properties(_properties((exhibit,), exhibit.title))
    _table(book, exhibit, language, language.text("Tabelle"))
    chart_sheet(book, exhibit, language, language.text("Diagramm"))
    _sources(book, [("", exhibit)], language)
    book.close()
    return file.getvalue()


def workbook_of(exhibits: Sequence[Exhibit], language: Language, title: str) -> bytes:
    """Return one workbook of several exhibits: contents, for each its figures and its chart, all sources at the end.

    Raises:
        ValueError: there is no exhibit.
    """
    if not exhibits:
        raise ValueError("a workbook without exhibits")
    file = io.BytesIO()
    book = _Workbook(file, OPTIONS)
    book.set_properties(_properties(exhibits, title))
    numbered = [(str(number), exhibit) for number, exhibit in enumerate(exhibits, 1)]
    _contents(book, numbered, language, title)
    for number, exhibit in numbered:
        _table(book, exhibit, language, f"{number} {language.text('Tabelle')}")
        chart_sheet(book, exhibit, language, f"{number} {language.text('Diagramm')}")
    _sources(book, numbered, language)
    book.close()
    return file.getvalue()


def _contents(book: Any, numbered: Sequence[tuple[str, Exhibit]], language: Language, title: str) -> None:
    """Write what lies on which sheets: number, statement, what is shown."""
    sheet = book.add_worksheet(language.text("Inhalt"))
    large = book.add_format({"bold": True, "font_size": 16})
    head = book.add_format({"bold": True, "bottom": 1, "bottom_color": LIGHT.grid})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for position, width in enumerate((6, 90, 60)):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, title, large)
    for position, name in enumerate((language.text("Blatt"), language.text("Aussage"), language.text("Angabe"))):
        sheet.write_string(2, position, name, head)
    for row, (number, exhibit) in enumerate(numbered, 3):
        shown = " · ".join(part for part in (exhibit.title, exhibit.subtitle) if part)
        for position, said in enumerate((number, exhibit.sentence, shown)):
            sheet.write_string(row, position, said, wrapped)


def form(content: Book) -> bytes:
    """Return a workbook that people fill in; the same content gives the same bytes."""
    file = io.BytesIO()
    book = _Workbook(file, OPTIONS)
    book.set_properties({
        "title": of_property(content.title),
        "created": datetime.combine(content.made or UNDATED, time(), UTC).replace(tzinfo=None),
    })  # fmt: skip
    fill(book, content)
    book.close()
    return file.getvalue()


def plain_workbook(write: Callable[[Any, Any], None]) -> bytes:
    """Return a workbook of one sheet that ``write`` is given to fill (book, sheet): what lies inside a native chart."""
    file = io.BytesIO()
    book = _Workbook(file, OPTIONS)
    book.set_properties({"created": datetime.combine(UNDATED, time(), UTC).replace(tzinfo=None)})
    write(book, book.add_worksheet("Sheet1"))
    book.close()
    return file.getvalue()


def _properties(exhibits: Sequence[Exhibit], title: str) -> dict[str, Any]:
    taken = [source.retrieved for exhibit in exhibits for source in exhibit.sources if source.retrieved]
    newest = max(taken, default=UNDATED)
    return {
        "title": of_property(title), "subject": of_property(exhibits[0].sentence) if len(exhibits) == 1 else "",
        "comments": clean("\n".join(str(exhibit.address) for exhibit in exhibits)),
        "created": datetime.combine(newest, time(), UTC).replace(tzinfo=None),
    }  # fmt: skip


def _table(book: Any, exhibit: Exhibit, language: Language, name: str) -> None:
    """Write the figures: headings in the first row, so that any program reads the sheet as it is."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": LIGHT.grid})
    for position, column in enumerate(exhibit.columns):
        sheet.write_string(0, position, heading(column), head)
        _column(book, sheet, position, column, exhibit, language)
    sheet.freeze_panes(1, 0)
    if len(exhibit.table):
        sheet.autofilter(0, 0, len(exhibit.table), len(exhibit.columns) - 1)
    if exhibit.marks.chart == "map":
        _bars_in_cells(sheet, exhibit)


def _column(book: Any, sheet: Any, position: int, column: Column, exhibit: Exhibit, language: Language) -> None:
    values = exhibit.table[column.key]
    if is_date(exhibit, column):
        form = book.add_format({"num_format": DATE_FORMATS[language.code], "align": "left"})
        sheet.set_column(position, position, 12)
        for row, day in enumerate(values, 1):
            if not is_missing(day):
                sheet.write_datetime(row, position, day.to_pydatetime(), form)
        return
    if is_number(exhibit, column):
        sheet.set_column(position, position, 16)
        decimals = row_decimals(exhibit, column)
        formats = {places: number_format(places, column.sign) for places in dict.fromkeys(decimals)}
        forms = {places: book.add_format({"num_format": wanted}) for places, wanted in formats.items()}
        for row, (value, places) in enumerate(zip(values, decimals, strict=True), 1):
            if not pd.isna(value):
                sheet.write_number(row, position, float(value), forms[places])
        return
    texts = ["" if is_missing(value) else str(value) for value in values]
    sheet.set_column(position, position, min(max([len(text) for text in texts] + [10]) + 2, 60))
    for row, text in enumerate(texts, 1):
        sheet.write_string(row, position, text)


def number_format(decimals: int | None, sign: bool) -> str:
    """Return a number format; the reader's Excel writes the separators in its own way."""
    if decimals is None:
        return "0"
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f"+{plain};-{plain};{plain}" if sign else plain


def _bars_in_cells(sheet: Any, exhibit: Exhibit) -> None:
    """Put a bar into each cell of the values: a ranked list instead of a map that Excel cannot draw offline."""
    position = next((n for n, column in enumerate(exhibit.columns) if column.decimals is not None), None)
    if position is not None and len(exhibit.table):
        bar = {"type": "data_bar", "bar_solid": True, "bar_color": LIGHT.soft, "bar_border_color": LIGHT.focus}
        sheet.conditional_format(1, position, len(exhibit.table), position, bar)


def _sources(book: Any, numbered: Sequence[tuple[str, Exhibit]], language: Language) -> None:
    """Write what must travel with the figures; of several exhibits each under its number."""
    sheet = book.add_worksheet(language.text("Quellen"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 110)
    row = 0
    for number, exhibit in numbered:
        for name, said in [(language.text("Blatt"), number)] * bool(number) + credits(exhibit, language):
            sheet.write_string(row, 0, name, bold)
            sheet.write_string(row, 1, said, wrapped)
            row += 1
        row += 1
