"""Word: reopened by python-docx and by LibreOffice; styles, heads of tables, descriptions, language, the same bytes."""

import io
from datetime import date
from pathlib import Path

import docx as word
import pypdf
from docx.oxml.ns import qn

from tests.office import Office
from tests.render.made import course_exhibit, table_exhibit
from zwk_data.documents.model import Bullets, Document, Figure, Heading, PageBreak, Paragraph, Rows, WritingSpace
from zwk_data.render.docx import docx

DOCUMENT = Document(
    "Demo", "Ein Titel mit Übergröße", "Untertitel",
    (Heading("Erster Teil"), Paragraph("Text =1+1"), Bullets(("eins", "zwei")), Figure(course_exhibit(), 60),
     Figure(table_exhibit()), PageBreak(), Rows(("A", "B"), (("a", "12 %"),)), WritingSpace("Frage?", 40)),
    date(2026, 11, 23),
)  # fmt: skip


def test_it_has_styles_headed_tables_descriptions_and_a_language() -> None:
    raw = docx(DOCUMENT)
    assert raw == docx(DOCUMENT)
    found = word.Document(io.BytesIO(raw))
    styles = [paragraph.style.name for paragraph in found.paragraphs if paragraph.style]
    assert {"Title", "Heading 1", "Heading 2", "List Bullet"} <= set(styles)
    assert all(table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for table in found.tables)
    assert [shape._inline.docPr.get("descr") for shape in found.inline_shapes] == ["Linien"]
    assert found.core_properties.title == DOCUMENT.title
    assert {tag.get(qn("w:val")) for tag in found.styles.element.iter(qn("w:lang"))} == {"de-DE"}


def test_libreoffice_opens_it_with_its_words(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "document.docx"
    file.write_bytes(docx(DOCUMENT))
    printed = office.convert([file], "pdf", tmp_path / "out")[0]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(printed).pages)
    assert "Ein Titel mit Übergröße" in text and "Text =1+1" in text and "Quellen und Lizenzen" in text
