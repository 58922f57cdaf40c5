"""Templates: ours is complete; one that people bring is used where it can be, or refused with words that help."""

import io
import zipfile

import pytest
from pptx import Presentation

from tests.render.made import table_exhibit
from zwk_data.documents.slides import ExhibitSlide, ListSlide, SectionSlide, TitleSlide
from zwk_data.language import Language
from zwk_data.render.pptx import NotATemplate, checked_template, presentation
from zwk_data.render.pptx.template import LAYOUTS, house

GERMAN = Language("de")
WORDS = (TitleSlide("Werkstatt", "Ort"), SectionSlide("Teil"), ListSlide("Ablauf", ("eins", "zwei"), "agenda"))


def saved(deck) -> bytes:
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def without(kinds: tuple[str, ...]) -> bytes:
    """The plain template of python-pptx (4:3) without some kinds of placeholders."""
    deck = Presentation()
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            if shape._element.ph.get("type", "obj") in kinds:
                shape._element.getparent().remove(shape._element)
    return saved(deck)


def test_ours_has_the_layouts_and_places_by_name():
    deck = Presentation(io.BytesIO(house().raw))
    assert tuple(layout.name for layout in deck.slide_layouts) == LAYOUTS
    assert (deck.slide_width, deck.slide_height) == (12_192_000, 6_858_000)
    names = {shape.name for shape in deck.slide_layouts[3].placeholders}
    assert {"Angabe", "Quelle"} <= names
    assert house().has_source


def test_ours_is_accepted_as_a_template_with_its_place_for_the_source():
    assert checked_template(house().raw).has_source


def test_a_plain_template_of_4_to_3_takes_every_slide_inside_its_own_page():
    raw = saved(Presentation())
    assert not checked_template(raw).has_source
    deck = Presentation(io.BytesIO(presentation([*WORDS, ExhibitSlide(table_exhibit())], GERMAN, template=raw)))
    assert deck.slide_width == 9_144_000 and len(deck.slides) == 4
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width, shape.name
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height, shape.name
    assert any(shape.name == "zwk:source" for shape in deck.slides[3].shapes)


def test_slides_of_the_template_itself_are_left_out():
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Muster"
    made = Presentation(io.BytesIO(presentation(WORDS, GERMAN, template=saved(deck))))
    assert [slide.shapes.title.text for slide in made.slides] == ["Werkstatt", "Teil", "Ablauf"]
    names = zipfile.ZipFile(io.BytesIO(presentation(WORDS, GERMAN, template=saved(deck)))).namelist()
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("kinds", "said"), [
    (("title", "ctrTitle"), "Platzhalter für den Titel"), (("body", "obj"), "Platzhalter für Text"),
])  # fmt: skip
def test_what_is_missing_is_said_in_plain_words(kinds: tuple[str, ...], said: str):
    with pytest.raises(NotATemplate, match=said):
        checked_template(without(kinds))


def with_part(name: str, content: bytes, content_type: str = "") -> bytes:
    """The plain template with one more part, or another kind of the main part."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(Presentation()))) as old, zipfile.ZipFile(file, "w", 8) as new:
        for entry in old.namelist():
            raw = old.read(entry)
            if entry == "[Content_Types].xml" and content_type:
                raw = raw.replace(b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
                                  content_type.encode())  # fmt: skip
            new.writestr(entry, raw)
        if name:
            new.writestr(name, content)
    return file.getvalue()


MACRO = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"


@pytest.mark.parametrize("raw", [
    with_part("", b"", MACRO), with_part("ppt/bomb.xml", b" " * 30_000_000),
    with_part("ppt/entities.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    b"", b"no zip", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old",
], ids=["macros", "bomb", "entities", "empty", "text", "broken", "old"])  # fmt: skip
def test_macros_and_hostile_files_are_refused(raw: bytes):
    with pytest.raises(NotATemplate) as refused:
        checked_template(raw)
    assert str(refused.value).endswith(".")
