"""PDF: tagged, headed, described, the same bytes twice; nothing that people wrote is markup."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest

from tests.render.made import course_exhibit, table_exhibit
from zwk_data.documents.model import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Paragraph,
    Rows,
    SideBySide,
    WritingSpace,
)
from zwk_data.render.pdf import pdf

HOSTILE = '#panic("x") $a$ *b* _c_ <label> @ref \\u{41} `raw` Übergröße'


def made(*blocks: Block) -> Document:
    return Document("Demo", HOSTILE, "=1+1", blocks, date(2026, 11, 23))


@pytest.fixture(scope="module")
def reader() -> pypdf.PdfReader:
    chart, table = Figure(course_exhibit(), 60), Figure(table_exhibit())
    document = made(
        Heading("Erster Teil"), Paragraph(HOSTILE), Bullets((HOSTILE, "zwei"), numbered=True), chart, table,
        SideBySide(chart, chart), Rows(("A", "B"), ((HOSTILE, "12 %"),)), WritingSpace("Frage?", 40),
    )  # fmt: skip
    raw = pdf(document)
    assert raw == pdf(document)
    return pypdf.PdfReader(io.BytesIO(raw))


def elements(node: Any) -> list[Any]:
    """Return all elements of the structure in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [found for child in node for found in elements(child)]
    if not isinstance(node, dict):
        return []
    own = [node] if "/S" in node else []
    return own + (elements(node["/K"]) if "/K" in node else [])


def test_it_is_marked_as_tagged_with_language_and_shown_title(reader: pypdf.PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).startswith("de")
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert reader.metadata is not None and reader.metadata.title == HOSTILE


def test_pictures_are_described_tables_have_heads_headings_stand_in_order(reader: pypdf.PdfReader) -> None:
    found = elements(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    kinds = [str(one["/S"]) for one in found]
    figures = [one for one in found if one["/S"] == "/Figure"]
    assert len(figures) == 3
    assert all(str(one.get("/Alt", "")) == "Linien" for one in figures)
    assert kinds.count("/TH") >= 2
    assert kinds.count("/LI") == 2
    levels = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    assert levels
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_texts_of_people_stay_texts(reader: pypdf.PdfReader) -> None:
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert 'panic("x")' in text or "panic(”x”)" in text
    assert "Übergröße" in text
    assert not any("/Annots" in page for page in reader.pages)
