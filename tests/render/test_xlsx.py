"""Workbooks are opened again with openpyxl and compared with the exhibit."""

import io
import zipfile

import openpyxl
import pytest

from tests.render.kinds import ADDRESSES
from tests.render.made import HOSTILE, table_exhibit
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import Language
from zwk_data.render.xlsx import workbook

GERMAN = Language("de")


def opened(exhibit: Exhibit) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(exhibit, GERMAN)))


def drawings(exhibit: Exhibit) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook(exhibit, GERMAN))) as files:
        names = [name for name in files.namelist() if name.startswith(("xl/charts/", "xl/drawings/"))]
        return "".join(files.read(name).decode("utf-8") for name in names)


def test_numbers_are_numbers_dates_are_dates_and_missing_cells_are_empty():
    sheet = opened(table_exhibit())["Tabelle"]
    assert [cell.value for cell in sheet[1]] == ["Ort", "Wert (je 100)", "Jahr", "Stichtag"]
    assert [sheet.cell(row, 2).value for row in range(2, 8)] == [1234.5, -0.25, None, 0, 1000000, -3]
    assert sheet.cell(2, 2).number_format == "#,##0.0" and sheet.cell(2, 3).value == 2019
    assert sheet.cell(2, 4).value.isoformat() == "2024-12-31T00:00:00" and sheet.cell(7, 4).value is None


def test_hostile_texts_are_neither_formulas_nor_links():
    sheet = opened(table_exhibit())["Tabelle"]
    cells = [sheet.cell(row, 1) for row in range(2, 8)]
    assert [cell.value for cell in cells] == list(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)


def test_sources_licence_breaks_and_notes_are_on_a_sheet_of_their_own():
    rows = [(row[0].value, row[1].value) for row in opened(table_exhibit())["Quellen"].iter_rows()]
    said = dict(rows)
    assert said["Titel"] == "=Titel" and "govdata.de" in said["Lizenz"] and said["Übernommen am"] == "22.11.2026"
    assert said["Bruch"].startswith("Zensus 2022") and said["Hinweis"].startswith("Kreiswert")


def test_the_same_exhibit_gives_the_same_bytes():
    assert workbook(table_exhibit(), GERMAN) == workbook(table_exhibit(), GERMAN)


@pytest.mark.parametrize("chart", ADDRESSES)
def test_every_kind_gives_a_workbook_with_all_its_rows(statistics, chart: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    assert exhibit.marks.chart == chart
    assert opened(exhibit)["Tabelle"].max_row == len(exhibit.table) + 1


@pytest.mark.parametrize("chart", [chart for chart in ADDRESSES if chart not in ("map", "timeline", "tiles", "table")])
def test_charts_are_native_with_sentence_and_alternative_text(statistics, chart: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    drawn = drawings(exhibit).replace("&quot;", '"')
    assert ("<c:lineChart>" if chart in ("line", "multiples") else "<c:barChart>") in drawn
    assert exhibit.sentence in drawn and exhibit.alt[:60] in drawn


def test_a_line_has_a_date_axis_and_is_interrupted_between_two_bases(statistics):
    exhibit = make(Address.parse(ADDRESSES["line"]), Context(statistics))
    assert "<c:dateAx>" in drawings(exhibit)
    sheet = opened(exhibit)["Diagramm"]
    names = [cell.value for cell in sheet[1]][1:]
    assert (
        len(names) == 4
        and any("Zensus 2011" in name for name in names)
        and any("Zensus 2022" in name for name in names)
    )
    for column in range(2, 6):
        assert any(sheet.cell(row, column).value is None for row in range(2, sheet.max_row + 1))


def test_a_pyramid_has_men_on_the_left_and_no_negative_number_is_written(statistics):
    sheet = opened(make(Address.parse(ADDRESSES["pyramid"]), Context(statistics)))["Diagramm"]
    assert sheet["B1"].value.startswith("Männer") and sheet["B2"].value < 0 < sheet["C2"].value
    assert sheet["B2"].number_format == sheet["C2"].number_format and ";" in sheet["B2"].number_format


def test_a_map_is_a_ranked_list_with_bars_in_its_cells(statistics):
    sheet = opened(make(Address.parse(ADDRESSES["map"]), Context(statistics)))["Tabelle"]
    kinds = {rule.type for rules in sheet.conditional_formatting for rule in rules.rules}
    assert kinds == {"dataBar"}
