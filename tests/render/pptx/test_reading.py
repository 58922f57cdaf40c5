"""Presentations people hand in: read whoever saved them, refused with a reason where they are broken or hostile."""

import io
import zipfile
from datetime import date

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.render.made import stacked_exhibit
from zwk_data.language import LANGUAGES, Language
from zwk_data.render.pptx.memory import cells_of, line
from zwk_data.render.pptx.reading import NotAPresentation, found_slides

BOX = (Inches(1), Inches(1), Inches(6), Inches(4))


def saved(deck) -> bytes:
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def charted(categories, *, name="zwk:chart", title="Ein Befund", notes="") -> bytes:
    """A presentation of one slide with a chart of two series, the second with a gap."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = title
    data = CategoryChartData()
    data.categories = categories
    data.add_series("Männer", [1.25, 2, 3])
    data.add_series("Frauen", [4, None, -6.5])
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, *BOX, data).name = name
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    return saved(deck)


DAYS = ("2022-12-31", "2023-12-31", "2024-12-31")


@pytest.mark.parametrize(("categories", "read"), [
    (["a", "b", "ä|ö"], ("a", "b", "ä|ö")), ([2022, 2023, 2024], ("2022", "2023", "2024")),
    ([date.fromisoformat(day) for day in DAYS], DAYS), (["2022", "2023", "2024"], ("2022", "2023", "2024")),
])  # fmt: skip
def test_categories_are_read_as_texts_numbers_and_days(categories, read):
    (slide,) = found_slides(charted(categories))
    (chart,) = slide.charts
    assert [series.name for series in chart.series] == ["Männer", "Frauen"]
    assert {series.categories for series in chart.series} == {read}
    assert [series.values for series in chart.series] == [(1.25, 2.0, 3.0), (4.0, None, -6.5)]
    assert (slide.title, chart.shape) == ("Ein Befund", "zwk:chart")


def test_libreoffice_changes_neither_figures_nor_memory(office, tmp_path):
    notes = f"Adresse: x\n{line(stacked_exhibit())}"
    before = tmp_path / "deck.pptx"
    before.write_bytes(charted([date.fromisoformat(day) for day in DAYS], notes=notes))
    (after,) = office.convert([before], "pptx", tmp_path / "again")
    (slide,) = found_slides(after.read_bytes())
    assert slide.memory.cells == cells_of(stacked_exhibit())
    assert [series.values for series in slide.charts[0].series] == [(1.25, 2.0, 3.0), (4.0, None, -6.5)]
    assert {series.categories for series in slide.charts[0].series} == {DAYS}


def test_tables_shapes_groups_and_pictures_are_found():
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(2, 2, *BOX).table
    for row, texts in enumerate((("Ort", "Wert"), ("Herford", "1.234,5"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    group = slide.shapes.add_group_shape()
    box = group.shapes.add_textbox(*BOX)
    box.name, box.text_frame.text = "zwk:tile:1", "Bevölkerung\n75.402"
    place = slide.shapes.add_textbox(*BOX)
    place.name = "zwk:place:05758"
    place._element.nvSpPr.cNvPr.set("descr", "Herford: 12,5")
    (found,) = found_slides(saved(deck))
    assert [one.rows for one in found.tables] == [(("Ort", "Wert"), ("Herford", "1.234,5"))]
    assert [shape.lines for shape in found.named("tile")] == [("Bevölkerung", "75.402")]
    assert [shape.alt for shape in found.named("place")] == ["Herford: 12,5"]
    assert found.memory is None
    assert not found.damaged


def test_a_damaged_memory_is_told_from_none():
    whole = line(stacked_exhibit())
    (found,) = found_slides(charted(DAYS, notes=whole[:-9]))
    assert (found.memory, found.damaged) == (None, True)


# --- refused ---------------------------------------------------------------------------------------------------------


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    """The presentation with one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return file.getvalue()


GOOD = charted(DAYS)
SLIDE = "ppt/slides/slide1.xml"
BOMB = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><a>&b;</a>"
TYPES = "[Content_Types].xml"
REFUSED = {
    "nothing": (b"", "not_pptx"),
    "a text": (b"Hallo", "not_pptx"),
    "an old or locked file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "old"),
    "a zip of something else": (packed(a=b"x"), "not_pptx"),
    "cut in half": (GOOD[: len(GOOD) // 2], "damaged"),
    "entities of its own": (with_part(GOOD, SLIDE, BOMB), "dangerous"),
    "a bomb": (with_part(GOOD, SLIDE, b"0" * (20 << 20)), "dangerous"),
    "XML that hides its signs": (with_part(GOOD, SLIDE, "<a/>".encode("utf-16")), "dangerous"),
    "no XML where some should be": (with_part(GOOD, SLIDE, b"Hallo"), "damaged"),
    "brackets without end": (with_part(GOOD, SLIDE, b"<a>" * 300_000), "damaged"),
    "without slides": (with_part(GOOD, "ppt/presentation.xml", b"<a/>"), "damaged"),
    "an OpenDocument": (packed(mimetype=b"application/vnd.oasis.opendocument.presentation", b=b""), "odp"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_presentation_is_refused_with_a_reason(name):
    raw, word = REFUSED[name]
    with pytest.raises(NotAPresentation) as refused:
        found_slides(raw)
    assert refused.value.word == word
    assert all(refused.value.reason(Language(code)).endswith(".") for code in LANGUAGES)


def test_every_part_cut_short_ends_in_a_reason_and_never_in_another_error():
    whole = zipfile.ZipFile(io.BytesIO(GOOD))
    names = [name for name in whole.namelist() if name.endswith((".xml", ".rels"))]
    ends = []
    for name in names:
        content = whole.read(name)
        for broken in (b"", content[: len(content) // 2], content.replace(b"r:id", b"r:no"), content[::-1]):
            try:
                ends.append(len(found_slides(with_part(GOOD, name, broken))))
            except NotAPresentation as refused:
                ends.append(refused.word)
    assert "damaged" in ends


def test_categories_that_look_like_numbers_stay_as_they_are_written():
    (slide,) = found_slides(charted(["+49", "007", "1e3"]))
    assert slide.charts[0].series[0].categories == ("+49", "007", "1e3")
    (years,) = found_slides(charted([2022, 2023, 2024.0]))
    assert years.charts[0].series[0].categories == ("2022", "2023", "2024")
