"""Maps on slides: one native shape per place, with name and value as words and the colour of its class."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from pptx import Presentation

from tests.render.kinds import ADDRESSES
from zwk_data.documents.slides import ExhibitSlide
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx import presentation

GERMAN = Language("de")


@pytest.fixture(scope="module")
def exhibit(statistics):
    """All Kreise of Germany; two of them without a value."""
    found = make(Address.parse(ADDRESSES["map"]), Context(statistics))
    table = found.table.copy()
    table.loc[table.index[-2:], found.marks.y] = None
    table.loc[table.index[-2:], "klass"] = -1
    return replace(found, table=table)


@pytest.fixture(scope="module")
def slide(exhibit):
    """Its slide."""
    (only,) = Presentation(io.BytesIO(presentation([ExhibitSlide(exhibit)], GERMAN))).slides
    return only


def places(slide):
    group = next(shape for shape in slide.shapes if shape.name == "zwk:map")
    return {shape.name.rpartition(":")[2]: shape for shape in group.shapes}


def test_every_kreis_is_a_shape_of_its_own(slide, exhibit):
    assert set(places(slide)) == set(exhibit.table["ags"])
    assert len(places(slide)) == 400


def test_words_say_name_and_value_and_own_is_outlined_last(slide, exhibit):
    own = list(places(slide).values())[-1]
    assert own.name == f"zwk:place:{exhibit.marks.focus}"
    assert own._element.xpath(".//p:cNvPr")[0].get("descr") == "Dessau-Roßlau: 63,6"
    assert f"{own.line.color.rgb}" == LIGHT.second.lstrip("#").upper()


def test_a_missing_value_is_grey_and_counted_in_the_legend(slide, exhibit):
    found = places(slide)
    for key in exhibit.table["ags"].iloc[-2:]:
        assert f"{found[key].fill.fore_color.rgb}" == LIGHT.missing.lstrip("#").upper()
    texts = [shape.text_frame.text for shape in slide.shapes if shape.name.startswith("zwk:legend")]
    assert "ohne Wert" in texts
    counts = [int(text) for text in texts if text.isdigit()]
    assert sum(counts) == 400


def test_classes_have_one_colour_each(slide, exhibit):
    found = places(slide)
    pairs = {(klass, f"{found[key].fill.fore_color.rgb}")
             for key, klass in zip(exhibit.table["ags"], exhibit.table["klass"], strict=True)}  # fmt: skip
    assert len(pairs) == exhibit.table["klass"].nunique() == len({colour for _, colour in pairs})


def test_shapes_lie_inside_their_group_and_clear_of_the_legend(slide):
    group = next(shape for shape in slide.shapes if shape.name == "zwk:map")
    legend = min(shape.left for shape in slide.shapes if shape.name.startswith("zwk:legend"))
    for shape in places(slide).values():
        assert group.left <= shape.left and shape.left + shape.width <= group.left + group.width + 1
        assert group.top <= shape.top and shape.top + shape.height <= group.top + group.height + 1
    assert group.left + group.width <= legend


def test_more_places_than_a_slide_holds_become_a_table(exhibit):
    many = pd.concat([exhibit.table] * 3, ignore_index=True)
    (slide,) = Presentation(io.BytesIO(presentation([ExhibitSlide(replace(exhibit, table=many))], GERMAN))).slides
    assert not any(shape.name == "zwk:map" for shape in slide.shapes)
    assert any(shape.has_table for shape in slide.shapes)
    assert "weitere Zeilen" in next(shape.text_frame.text for shape in slide.shapes if shape.name == "zwk:remark")
