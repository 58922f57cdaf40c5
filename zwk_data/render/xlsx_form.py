"""The sheets of a workbook that people fill in; the workbook itself is opened by ``render.xlsx``.

Texts are always texts: no formula and no link arises from what stands in a cell.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from zwk_data.render.palette import LIGHT
from zwk_data.sheets import CUT, LONGEST, Book, Sheet, SheetColumn, Value

GUIDE, LISTS, MARKS = "Anleitung", "Listen", "Kennung"
EMPTY_ROWS = 500  # below the last one, with drop-downs
EXACT = 15  # digits that a number of Excel keeps


def fill(book: Any, content: Book) -> None:
    """Write all sheets: instructions, those to fill in, and hidden ones for lists and marks."""
    forms = _formats(book)
    sheets = [(sheet, book.add_worksheet(sheet.name)) for sheet in content.sheets]
    _guide(book, content, forms)
    lists = _Lists(book)
    for number, (sheet, target) in enumerate(sheets):
        _write(target, sheet, forms, lists)
        if number == 0:
            target.activate()
    if content.marks:
        hidden = book.add_worksheet(MARKS)
        hidden.very_hidden()
        for row, (name, value) in enumerate(content.marks.items()):
            hidden.write_string(row, 0, name)
            hidden.write_string(row, 1, value)


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top", "text_wrap": True}
    head = {**top, "bold": True, "bottom": 1, "bottom_color": LIGHT.grid, "bg_color": LIGHT.soft}
    number = {"valign": "top", "num_format": "#,##0.##"}
    return {
        "head": book.add_format(head),
        "locked_head": book.add_format({**head, "font_color": LIGHT.muted}),
        "text": book.add_format({**top, "num_format": "@"}),
        "number": book.add_format(number),
        "date": book.add_format({"valign": "top", "num_format": "dd.mm.yyyy", "align": "left"}),
        "locked": book.add_format({**top, "num_format": "@", "font_color": LIGHT.muted, "bg_color": LIGHT.grid}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
    }  # fmt: skip


class _Lists:
    """The hidden sheet with the words of the drop-downs, each list in a column of its own."""

    def __init__(self, book: Any) -> None:
        self._book, self._known = book, dict[tuple[str, ...], str]()
        self._sheet: Any = None

    def address(self, words: tuple[str, ...]) -> str:
        """Return where a list stands; it is written when it is first asked for."""
        if self._sheet is None:
            self._sheet = self._book.add_worksheet(LISTS)
            self._sheet.hide()
        if words not in self._known:
            column = len(self._known)
            for row, word in enumerate(words):
                self._sheet.write_string(row, column, word)
            letter = _letters(column)
            self._known[words] = f"={LISTS}!${letter}$1:${letter}${len(words)}"
        return self._known[words]


def _letters(column: int) -> str:
    first, last = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _write(target: Any, sheet: Sheet, forms: dict[str, Any], lists: _Lists) -> None:
    last = len(sheet.rows) + EMPTY_ROWS
    target.freeze_panes(1, min(2, len(sheet.columns) - 1) if sheet.columns[0].locked else 1)
    target.set_landscape()
    target.fit_to_pages(1, 0)
    target.repeat_rows(0)
    for position, column in enumerate(sheet.columns):
        heading = f"{column.heading} *" if column.required else column.heading
        target.write_string(0, position, heading, forms["locked_head" if column.locked else "head"])
        target.set_column(position, position, column.width, _form(forms, column))
        if column.hint:
            target.write_comment(0, position, column.hint, {"x_scale": 2.2, "y_scale": 1.4})
        if column.choices:
            target.data_validation(1, position, last, position, _choice(column, lists))
    for number, row in enumerate(sheet.rows, start=1):
        for position, column in enumerate(sheet.columns):
            _cell(target, number, position, row.get(column.key), _form(forms, column), forms)
    if sheet.rows:
        target.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _choice(column: SheetColumn, lists: _Lists) -> dict[str, Any]:
    return {
        "validate": "list", "source": lists.address(column.choices), "ignore_blank": True,
        "error_type": "stop" if column.strict else "information", "error_title": column.heading[:32],
        "error_message": "Bitte ein Wort der Liste wählen.", "show_error": column.strict,
    }  # fmt: skip


def _form(forms: dict[str, Any], column: SheetColumn) -> Any:
    if column.locked:
        return forms["locked"]
    return forms[column.kind] if column.kind in ("number", "date") else forms["text"]


def _cell(target: Any, row: int, position: int, value: Value, form: Any, forms: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        target.write_datetime(row, position, datetime.combine(value, time()), forms["date"])
    elif isinstance(value, int) or (isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= EXACT):
        target.write_number(row, position, float(value), forms["number"] if isinstance(value, Decimal) else form)
    elif isinstance(value, Decimal):
        target.write_string(row, position, f"{value:f}".replace(".", ","), form)
    else:
        target.write_string(row, position, short(value), form)


def short(text: str) -> str:
    """Cut what no cell can hold, and say so in the cell."""
    if len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    room = (LONGEST - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT


def _guide(book: Any, content: Book, forms: dict[str, Any]) -> None:
    sheet = book.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 100)
    sheet.write_string(0, 0, content.title, forms["bold"])
    row = 2
    for name, said in content.guide:
        sheet.write_string(row, 0, name, forms["bold"])
        sheet.merge_range(row, 1, row, 2, "", forms["text"])
        sheet.write_string(row, 1, said, forms["text"])
        sheet.set_row(row, 15 * (1 + len(said) // 115 + said.count("\n")))
        row += 1
    for part in content.sheets:
        row = _guide_of(sheet, row + 1, part, forms)


def _guide_of(sheet: Any, row: int, part: Sheet, forms: dict[str, Any]) -> int:
    """Write what belongs into the columns of a sheet; return the next free row."""
    sheet.write_string(row, 0, part.name, forms["bold"])
    if part.guide:
        sheet.merge_range(row, 1, row, 2, "", forms["text"])
        sheet.write_string(row, 1, part.guide, forms["text"])
        sheet.set_row(row, 15 * (1 + len(part.guide) // 115))
    for column in part.columns:
        row += 1
        words = ", ".join(column.choices) if column.choices and column.strict else ""
        said = " ".join(text for text in (column.hint, f"Eines von: {words}." if words else "") if text)
        sheet.write_string(row, 1, column.heading, forms["text"])
        sheet.write_string(row, 2, said, forms["text"])
        if len(said) > 105:
            sheet.set_row(row, 15 * (1 + len(said) // 105))
    return row + 1
