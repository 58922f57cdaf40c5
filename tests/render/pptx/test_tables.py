"""Tables on slides: native, numbers to the right, texts as they are, what finds no room is said."""

import io
from dataclasses import replace

import pandas as pd
from pptx import Presentation

from tests.render.made import HOSTILE, table_exhibit
from zwk_data.documents.slides import ExhibitSlide
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.pptx import presentation

GERMAN = Language("de")


def drawn(exhibit: Exhibit):
    (slide,) = Presentation(io.BytesIO(presentation([ExhibitSlide(exhibit)], GERMAN))).slides
    return slide, next(shape.table for shape in slide.shapes if shape.has_table)


def test_cells_hold_the_texts_and_numbers_of_the_exhibit():
    _, table = drawn(table_exhibit())
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Ort", "Wert (je 100)", "Jahr", "Stichtag"]
    assert [row[0].split() for row in rows[1:]] == [place.split() for place in HOSTILE]
    assert [row[1] for row in rows[1:4]] == ["1.234,5", "−0,2", "–"]  # what is missing is no zero


def test_numbers_stand_to_the_right_and_letters_are_large_enough():
    _, table = drawn(table_exhibit())
    for row in table.rows:
        sizes = {run.font.size.pt for cell in row.cells for part in cell.text_frame.paragraphs for run in part.runs}
        assert min(sizes) >= 12
        sides = [cell.text_frame.paragraphs[0]._p.pPr.get("algn") if cell.text_frame.paragraphs[0]._p.pPr is not None
                 else None for cell in row.cells]  # fmt: skip
        assert sides[0] != "r" and sides[1] == "r"


def test_rows_without_room_are_counted_in_the_remark():
    exhibit = table_exhibit()
    rows = pd.concat([exhibit.table] * 20, ignore_index=True)
    slide, table = drawn(replace(exhibit, table=rows))
    left_out = len(rows) - (len(table.rows) - 1)
    assert left_out > 0
    remark = next(shape.text_frame.text for shape in slide.shapes if shape.name == "zwk:remark")
    assert f"fehlen {left_out} weitere Zeilen" in remark
    frame = next(shape for shape in slide.shapes if shape.has_table)
    assert frame.top + sum(row.height for row in table.rows) <= 6_858_000
