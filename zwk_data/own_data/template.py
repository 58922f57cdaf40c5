"""The empty table to fill in, as CSV and as a workbook with instructions, and the same with figures in it."""

import csv
import io
from collections.abc import Sequence

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from zwk_data.language import Language
from zwk_data.own_data import columns as c
from zwk_data.own_data.columns import Cell
from zwk_data.own_data.reading import SHEET

GUIDE = "Anleitung"
WIDTH = 16


def rows_of(ags: str, cells: Sequence[Cell]) -> list[list[str | int]]:
    """Return figures as lines of the template; a secret one as •."""
    return [
        [ags, cell.area, _german(cell.day), c.MEASURE_NAMES[cell.measure], c.SEX_NAMES[cell.sex],
         "" if cell.age_from < 0 else cell.age_from, "" if cell.age_to < 0 else cell.age_to,
         "•" if cell.value is None else cell.value]
        for cell in cells
    ]  # fmt: skip


def _german(day: str) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"


def as_csv(lines: Sequence[Sequence[str | int]] = ()) -> bytes:
    """Return the table as CSV (semicolons, UTF-8 with mark, as a German Excel opens it)."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([c.COLUMNS, *lines])
    return text.getvalue().encode("utf-8-sig")


def as_workbook(language: Language, lines: Sequence[Sequence[str | int]] = ()) -> bytes:
    """Return the table as a workbook: a sheet with instructions, and one for the figures with lists to choose from."""
    book = openpyxl.Workbook()
    guide, sheet = book.active, book.create_sheet(SHEET)
    assert guide is not None
    guide.title = GUIDE
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 18, 100
    for number, (name, said) in enumerate(instructions(language), start=1):
        guide.cell(number, 1, name).font = Font(bold=True)
        guide.cell(number, 2, said).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(list(c.COLUMNS))
    for line in lines:
        sheet.append(list(line))
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[openpyxl.utils.get_column_letter(number)].width = WIDTH
    sheet.freeze_panes = "A2"
    for letter in "ABC":  # a key keeps its zero in front, a date is not turned round
        for row in range(2, max(202, len(lines) + 2)):
            sheet[f"{letter}{row}"].number_format = "@"
    for column, words in (("D", c.MEASURES), ("E", c.SEXES)):
        choice = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
        choice.add(f"{column}2:{column}{c.MAX_ROWS + 1}")
        sheet.add_data_validation(choice)
    book.active = 1
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def instructions(language: Language) -> list[tuple[str, str]]:
    """Return what stands in the sheet of instructions: a column, and what belongs there."""
    text = language.text
    return [
        (c.AGS, text("Gemeindeschlüssel mit acht Ziffern. Eine Datei enthält die Zahlen einer Gemeinde.")),
        (c.AREA, text("Name eines Ortsteils oder Quartiers; leer: die ganze Gemeinde.")),
        (c.DAY, text("Datum wie 31.12.2025 oder Jahr wie 2025; bei Geburten, Sterbefällen und Wanderungen das Jahr.")),
        (c.MEASURE, text("Eines der Wörter: {words}.", words=", ".join(c.MEASURES))),
        (c.SEX, text("m, w oder insgesamt; m und w gehören zusammen. Summen dürfen fehlen.")),
        (c.FROM, text("Alter in vollendeten Jahren; leer: alle Altersgruppen zusammen.")),
        (c.TO, text("Einschließlich; leer: nach oben offen. Die Gruppen beginnen mit 0 und lassen keine Lücke.")),
        (c.COUNT, text("Ganze Zahl ab 0; • (oder leer) für einen geheim gehaltenen Wert.")),
        (text("Kleine Zahlen"), text(
            "Werte von 1 und 2 werden vor dem Speichern geheim gestellt, dazu so viele weitere, dass sie sich nicht "
            "errechnen lassen. Alle Zahlen eines Stichtags und Merkmals gehören in eine Datei.")),
        (text("Umfang"), text("Höchstens 5 MB und 20.000 Zeilen, Werte statt Formeln.")),
    ]  # fmt: skip
