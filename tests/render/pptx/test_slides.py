"""Every kind of exhibit as a slide: whole headline, source, words for those who do not see, notes, nothing in the way."""

import io
import zipfile
from dataclasses import replace
from itertools import combinations

import pytest
from pptx import Presentation

from tests.render.kinds import ADDRESSES
from tests.render.made import course_exhibit, split_pyramid, stacked_exhibit, table_exhibit
from zwk_data.documents.slides import ExhibitSlide, ListSlide, SectionSlide, TitleSlide
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import Language
from zwk_data.render.pptx import presentation, redrawn
from zwk_data.render.pptx.memory import read

GERMAN = Language("de")
WORDS = (TitleSlide("Zweite Werkstatt", "Ort, Tag"), ListSlide("Ablauf", ("Zahlen", "Runde 2"), "agenda"),
         SectionSlide("Woher wir kommen", "Bestand"))  # fmt: skip
BADGED = "age_pyramid?ags=13071107"
TEXTS = ("zwk:headline", "zwk:subtitle", "zwk:badge", "zwk:remark", "zwk:source")
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


@pytest.fixture(scope="module")
def exhibits(statistics):
    """One exhibit of each kind, one with figures of the Kreis, and those with every trap."""
    context = Context(statistics)
    found = {chart: make(Address.parse(address), context) for chart, address in ADDRESSES.items()}
    found["badge"] = make(Address.parse(BADGED), context)
    return found | {"made": table_exhibit(), "course": course_exhibit(), "parts": stacked_exhibit(),
                    "split": split_pyramid()}  # fmt: skip


KINDS = (*ADDRESSES, "badge", "made", "course", "parts", "split")


@pytest.fixture(scope="module")
def raw(exhibits) -> bytes:
    """All of them in one presentation, words before."""
    return presentation([*WORDS, *map(ExhibitSlide, exhibits.values())], GERMAN, title="Probe")


@pytest.fixture(scope="module")
def deck(raw: bytes):
    """The same, read back."""
    return Presentation(io.BytesIO(raw))


@pytest.fixture(scope="module")
def slides(deck, exhibits):
    """The slide of each exhibit."""
    return dict(zip(exhibits, list(deck.slides)[len(WORDS) :], strict=True))


def named(slide, name: str):
    return next((shape for shape in slide.shapes if shape.name == name), None)


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("kind", KINDS)
def test_headline_measure_and_source_stand_on_the_slide(slides, exhibits, kind: str):
    slide, exhibit = slides[kind], exhibits[kind]
    assert slide.shapes.title.text == exhibit.sentence  # whole: never cut
    assert exhibit.title in named(slide, "zwk:subtitle").text_frame.text
    assert "Quelle:" in named(slide, "zwk:source").text_frame.text


@pytest.mark.parametrize("kind", KINDS)
def test_notes_say_where_the_figures_come_from_and_what_the_slide_remembers(slides, exhibits, kind: str):
    notes, exhibit = slides[kind].notes_slide.notes_text_frame.text, exhibits[kind]
    for source in exhibit.sources:
        assert source.dataset in notes and source.vintage in notes
    for note in exhibit.notes:
        assert squeezed(note.text) in squeezed(notes)
    assert str(exhibit.address) in notes
    assert read(notes).address == str(exhibit.address)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shape_without_words_has_alternative_text_or_is_decoration(slides, kind: str):
    for shape in slides[kind].shapes:
        properties = shape._element.xpath(".//p:cNvPr")[0]
        decoration = any(part.get("val") == "1" for part in properties.iter(DECORATIVE))
        words = shape.has_text_frame and shape.text_frame.text.strip()
        assert words or decoration or properties.get("descr") or shape.is_placeholder, shape.name


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_the_slide_and_no_text_lies_on_another(deck, slides, kind: str):
    for shape in slides[kind].shapes:
        assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width, shape.name
        assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height, shape.name
    content = ("zwk:chart", "zwk:map", "zwk:table", "zwk:tile:1")
    shapes = [shape for shape in slides[kind].shapes if shape.name in (*TEXTS, *content)]
    for one, other in combinations(shapes, 2):
        beside = one.left + one.width <= other.left or other.left + other.width <= one.left
        assert beside or one.top + one.height <= other.top + 9_000 or other.top + other.height <= one.top + 9_000, (
            one.name, other.name)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_shapes_is_the_order_of_reading(slides, kind: str):
    order = [shape.name for shape in slides[kind].shapes]
    assert order[0] == "zwk:headline"
    texts = [name for name in order if name in TEXTS]
    assert texts == sorted(texts, key=TEXTS.index)


def test_figures_of_the_kreis_are_marked_on_the_slide(slides):
    assert "Kreiswert" in named(slides["badge"], "zwk:badge").text_frame.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_run_says_its_language(slides, kind: str):
    for run in slides[kind]._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}r"):
        assert run.rPr is not None and run.rPr.get("lang") == "de-DE"


def test_numbers_of_shapes_and_names_of_parts_are_there_once(raw: bytes, deck):
    for slide in deck.slides:
        numbers = [place.get("id") for place in slide._element.xpath(".//p:cNvPr")]
        assert len(set(numbers)) == len(numbers)
    names = zipfile.ZipFile(io.BytesIO(raw)).namelist()
    assert len(set(names)) == len(names)


def test_the_file_keeps_to_the_schema_of_its_format(raw: bytes, tmp_path):
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    file = tmp_path / "deck.pptx"
    file.write_bytes(raw)
    found = audit.OpenXmlValidator(file_format=audit.FileFormat.MICROSOFT_365, max_errors=20).validate(file)
    assert found.is_valid, [(error.part_uri, error.path, error.description) for error in found.errors]


def test_the_schema_would_notice_a_wrong_element(raw: bytes, tmp_path):
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    file = tmp_path / "deck.pptx"
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"</p:spTree>", b"<p:wrong/></p:spTree>") if "slide1." in name else part)
    assert not audit.OpenXmlValidator(file_format=audit.FileFormat.MICROSOFT_365).validate(file).is_valid


def test_the_same_slides_give_the_same_bytes(exhibits):
    some = [*WORDS, *(ExhibitSlide(exhibits[kind]) for kind in ("line", "map", "tiles", "made"))]
    assert presentation(some, GERMAN) == presentation(some, GERMAN)


def test_libreoffice_draws_every_slide(office, raw: bytes, deck, tmp_path):
    file = tmp_path / "deck.pptx"
    file.write_bytes(raw)
    pages = office.pages(file, tmp_path / "pages", dots_per_inch=20)
    assert len(pages) == len(deck.slides)
    assert len({page.read_bytes() for page in pages}) == len(pages)  # none of them empty like another


def test_own_words_are_marked_and_the_finding_stays_in_the_notes():
    exhibit = table_exhibit()
    (slide,) = Presentation(io.BytesIO(presentation([ExhibitSlide(exhibit, "Unsere Worte")], GERMAN))).slides
    assert slide.shapes.title.text == "Unsere Worte"
    assert "Überschrift in eigenen Worten" in named(slide, "zwk:source").text_frame.text
    notes = slide.notes_slide.notes_text_frame.text
    assert f"die Aussage der Daten lautet: {exhibit.sentence}" in notes
    assert read(notes).headline == "Unsere Worte"


@pytest.mark.parametrize("length", [30, 120, 300, 500])
def test_a_long_headline_becomes_smaller_and_never_ends_in_dots(length: int):
    said = ("Verwaltungsgemeinschaft Übergrößenhausen wächst " * 12)[:length].strip()
    exhibit = replace(table_exhibit(), sentence=said)
    (slide,) = Presentation(io.BytesIO(presentation([ExhibitSlide(exhibit)], GERMAN))).slides
    run = slide.shapes.title.text_frame.paragraphs[0].runs[0]
    assert slide.shapes.title.text == said
    assert run.font.size.pt == 28 if length < 60 else 14 <= run.font.size.pt <= 28


def test_a_slide_drawn_anew_keeps_what_people_added_and_the_other_slides():
    first = presentation([WORDS[0], ExhibitSlide(table_exhibit()), ExhibitSlide(stacked_exhibit())], GERMAN)
    deck = Presentation(io.BytesIO(first))
    added = deck.slides[1].shapes.add_textbox(0, 0, 900_000, 300_000)
    added.text_frame.text = "Notiz von Hand"
    file = io.BytesIO()
    deck.save(file)
    again = Presentation(io.BytesIO(redrawn(file.getvalue(), {1: ExhibitSlide(course_exhibit())}, GERMAN)))
    texts = [shape.text_frame.text for shape in again.slides[1].shapes if shape.has_text_frame]
    assert "Notiz von Hand" in texts and course_exhibit().sentence in texts
    assert named(again.slides[1], "zwk:table") is None and named(again.slides[1], "zwk:chart") is not None
    assert again.slides[2].shapes.title.text == stacked_exhibit().sentence
    assert [shape.name for shape in again.slides[1].shapes].count("zwk:source") == 1


def test_no_slides_are_no_presentation():
    with pytest.raises(ValueError):
        presentation([], GERMAN)
