"""Ten thousand hostile texts through every medium: none becomes a formula, a link or a field, none is changed.

Only signs that a format cannot hold are replaced: control characters by blanks, halves of pairs by the lost sign.
"""

import csv as reader
import io
import random
import re
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import docx as word
import openpyxl
import pandas as pd
import pypdf
import pytest
from pptx import Presentation

from tests.render.made import SOURCE
from zwk_data.documents.model import Bullets, Document, Figure, Heading, Paragraph, Rows
from zwk_data.documents.slides import ExhibitSlide, ListSlide, SectionSlide
from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks
from zwk_data.language import GERMAN
from zwk_data.render.csv import csv
from zwk_data.render.docx import docx
from zwk_data.render.html import page
from zwk_data.render.pack import pack
from zwk_data.render.pdf import pdf
from zwk_data.render.pptx import presentation
from zwk_data.render.xlsx import workbook, workbook_of

COUNT, DAY = 10_000, date(2026, 11, 23)
FORMS = (
    "=1+{n}", "+49 5221 {n}", "-{n}", "@SUM(A1:A{n})", "\t=cmd{n}", "\r=A{n}", "\n=B{n}", "=cmd|'/C calc'!A{n}",
    '=HYPERLINK("https://example.invalid/{n}";"Klick")', "https://example.invalid/{n}", "mailto:a{n}@example.invalid",
    "{{=SUM(A{n})}}", "internal:Blatt!A{n}", "Ort{n}!A1", "=Blatt!$A${n}", "&lt;{n}&amp;&#x41;&unknown;", "]]>{n}<![CDATA[",
    "<script>alert({n})</script>", '<a href="https://example.invalid/{n}">x</a>', "\"'><img src=x onerror=alert({n})>",
    "a\x00b\x01c\x08\x0b\x0c\x1f{n}", "\ud800{n}\udfff", "\ufffe{n}\uffff", "_x0041_{n}", "\u202e{n}\u202c\u200f\u2066rtl",
    "\u200b{n}\u200d\ufeff\u2060", "{n}" + "Wort" * 60, '#panic("{n}") $x$ *b* _c_ <l> @r \\u{{41}} `r`',
    "[{n}](https://example.invalid) **fett** `a` ![b](c)", "# {n}\n- Punkt\n1. Zahl", "👩‍👩‍👧‍👦 {n} 🇩🇪 é e\u0301", "Größe Übermaß {n} ÄÖÜß ẞ",
    "{{PAGE}} {{ MERGEFIELD x{n} }}", "  {n}  doppelt  ", "'={n}", "%s %d {{{n}}} \\n \\t", "007{n}", "{n};\"a\",b\r\nc", "|{n}¦",
    "NaN{n}", "1e{n}", "\u00a0{n}\u2028\u2029",
)  # fmt: skip
TURNED = random.Random(6)  # the same texts in every run


def hostile() -> list[str]:
    """Return the texts: every form with its own numbers, now and then two of them in one."""
    made = [FORMS[n % len(FORMS)].format(n=n) for n in range(COUNT)]
    return [text + TURNED.choice(made[:n]) if n and n % 7 == 0 else text for n, text in enumerate(made)]


TEXTS = hostile()


def held(text: str) -> str:
    """Return what XML can hold of a text, told independently of the renderers."""
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", " ", text)


def words(text: str) -> str:
    """Return a text with single blanks: what programs that set type make of blanks, tabs and line ends."""
    return " ".join(held(text).replace("\u2028", " ").replace("\u2029", " ").split())


def exhibit(texts: list[str], chart: str = "table", **others: Any) -> Exhibit:
    """Return an exhibit of texts and a number; headings, title, sentence, alternative text and breaks are hostile."""
    rows = pd.DataFrame({"place": pd.Series(texts, dtype=object), "value": [float(n) for n in range(len(texts))]})
    columns = (Column("place", f"={texts[0]}"), Column("value", f"{texts[-1]}", f"={texts[0]}", 1))
    found = Exhibit(
        Address.of("demo", ags="05758"), f"=T{texts[0]}", texts[-1], f"=A1 {texts[0]}", f"=alt {texts[-1]}", rows, columns,
        Marks(chart, x="place", y="value"), (replace(SOURCE, title=f"=S {texts[0]}", provider=texts[-1]),),
    )  # fmt: skip
    return replace(found, **others)


def parts(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as files:
        return {name: files.read(name).decode() for name in files.namelist() if name.endswith((".xml", ".rels"))}


def no_link(found: dict[str, str]) -> bool:
    """Tell whether no part points anywhere outside, and none holds a link or a field."""
    bad = re.compile(
        r'TargetMode="External"|<hyperlink|hlinkClick|<w:hyperlink|<f>|<f |ddeLink|<a:fld [^>]*type="(?!slidenum)'
    )
    return not [name for name, text in found.items() if bad.search(text) and not name.startswith("ppt/notesMasters/")]


def test_the_texts_are_ten_thousand_different_ones_and_the_same_in_every_run() -> None:
    assert len(set(TEXTS)) == COUNT and {text[0] for text in TEXTS} >= set("=+-@\t\r\n{<#\x20\ud800")


def test_a_workbook_holds_all_texts_and_no_formula_or_link() -> None:
    raw = workbook(exhibit(TEXTS), GERMAN)
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["Tabelle"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)
    wrong = [
        (text, cell.value) for text, cell in zip(TEXTS, cells, strict=True) if read_back(cell.value) != written(text)
    ]
    assert wrong == [] and no_link(parts(raw))


def read_back(text: str) -> str:
    """Return what a spreadsheet program shows of a cell: openpyxl leaves control characters as _x0001_."""
    return re.sub("_x(00[01][0-9A-F]|FFF[EF])_", lambda hit: chr(int(hit[1], 16)), text)


def written(text: str) -> str:
    """Return what a cell holds: all but halves of pairs."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def test_charts_contents_and_sources_of_a_workbook_hold_no_formula_of_a_text() -> None:
    several = [exhibit(TEXTS[at : at + 60], "bars") for at in range(0, 60 * 40, 60)]
    raw = workbook_of(several, GERMAN, "=1+1")
    book, found = openpyxl.load_workbook(io.BytesIO(raw)), parts(raw)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"} and no_link(found)
    charts = [text for name, text in found.items() if name.startswith("xl/charts/chart")]
    formulas = {formula for text in charts for formula in re.findall("<c:f>([^<]*)</c:f>", text)}
    assert len(charts) == 40 and all(
        re.fullmatch(r"'\d+ Diagramm'!\$[A-C]\$\d+(:\$[A-C]\$\d+)?", one) for one in formulas
    )
    assert all("<a:t>=A1 " in text for text in charts)


def test_a_cell_that_is_too_long_says_that_it_is_cut() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(exhibit(["Wort" * 20_000, "b"]), GERMAN)))["Tabelle"]
    assert len(sheet["A2"].value) == 32_767 and sheet["A2"].value.endswith("[gekürzt, ganz in CSV oder JSON]")


def test_a_csv_file_holds_all_texts_and_a_spreadsheet_takes_none_for_a_formula() -> None:
    raw = csv(exhibit(TEXTS), GERMAN).decode("utf-8-sig")
    rows = list(reader.reader(io.StringIO(raw, newline=""), delimiter=";"))
    cells = [row[0] for row in rows[1 : COUNT + 1]]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "\t", "\r", "\n"))]
    expected = [re.sub("[\ud800-\udfff]", "\ufffd", text) for text in TEXTS]
    assert [
        cell.removeprefix("'") if text[0] != "'" else cell for cell, text in zip(cells, expected, strict=True)
    ] == expected
    assert not [cell for cell in cells if cell.startswith(("+", "-"))]


def slides_of(raw: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(raw)).slides)


def test_headlines_texts_and_notes_of_slides_hold_all_texts() -> None:
    lists = [ListSlide(TEXTS[at], tuple(TEXTS[at : at + 500])) for at in range(0, COUNT, 500)]
    noted = [
        exhibit(TEXTS[at : at + 3], breaks=tuple(BreakMark(DAY, text, "x") for text in TEXTS[at : at + 1000]))
        for at in range(0, COUNT, 1000)
    ]
    raw = presentation([*lists, SectionSlide(TEXTS[7], TEXTS[8]), *map(ExhibitSlide, noted)], GERMAN, title="=" * 300)
    assert no_link(parts(raw))
    slides = slides_of(raw)
    shown = [part.text for slide in slides[:20] for part in slide.placeholders[1].text_frame.paragraphs]
    assert [words(text) for text in shown] == [words(text) for text in TEXTS]
    said = words(
        "\n".join(part.text for slide in slides[21:] for part in slide.notes_slide.notes_text_frame.paragraphs)
    )
    assert [text for text in TEXTS if words(f"Bruch: {text}: x") not in said] == []
    assert [words(slide.shapes.title.text_frame.text) for slide in slides[:20]] == [words(one.title) for one in lists]


def test_tables_charts_and_alternative_texts_of_slides_are_as_they_were_written() -> None:
    asked = [TEXTS[at : at + 42] for at in range(0, 42 * 12, 42)]
    made = [exhibit(texts, chart, alt=f"=x {texts[1]}") for texts in asked for chart in ("table", "bars")]
    raw = presentation([ExhibitSlide(one, one.alt) for one in made], GERMAN)
    assert no_link(parts(raw))
    for slide, one in zip(slides_of(raw), made, strict=True):
        assert words(slide.shapes.title.text_frame.text) == words(one.alt)
        texts = [words(text) for text in one.table["place"]]
        frame = next(shape for shape in slide.shapes if shape.has_table or shape.has_chart)
        assert words(frame._element.nvGraphicFramePr.cNvPr.get("descr")) == words(one.alt)
        if frame.has_table:
            cells = [words(row.cells[0].text) for row in list(frame.table.rows)[1:]]
            assert cells == texts[: len(cells)] and len(cells) >= 4
            continue
        kept = [words(str(category)) for category in frame.chart.plots[0].categories]
        book = openpyxl.load_workbook(io.BytesIO(frame.chart.part.chart_workbook.xlsx_part.blob)).active
        assert kept == texts and {cell.data_type for row in book.iter_rows() for cell in row} <= {"s", "n"}
        assert [words(read_back(str(row[0].value))) for row in book.iter_rows(min_row=2)] == texts
        assert [words(series.name) for series in frame.chart.plots[0].series] == [words(one.columns[1].label)]


def document(texts: list[str]) -> Document:
    """Return a document with texts in every kind of block."""
    found = exhibit(texts[:20])
    blocks = (Heading(texts[0]), Figure(found, with_table=True), Bullets(tuple(texts[:50])),
              Rows(("=A", "B"), tuple((text, "x") for text in texts[:100])), *map(Paragraph, texts))  # fmt: skip
    return Document("=K", f"=T {texts[0]}", texts[-1], blocks, DAY, footer=texts[3])


def test_a_word_file_holds_all_texts_and_its_only_field_is_the_page_number() -> None:
    raw = docx(document(TEXTS))
    found, xml = word.Document(io.BytesIO(raw)), parts(raw)
    shown = [words(part.text) for part in found.paragraphs]
    start = max(n for n in range(len(shown)) if shown[n : n + 50] == [words(text) for text in TEXTS[:50]])
    assert shown[start : start + COUNT] == [words(text) for text in TEXTS]
    assert no_link(xml)
    fields = [code for text in xml.values() for code in re.findall("<w:instrText[^>]*>([^<]*)", text)]
    assert fields == ["PAGE"] and not [name for name, text in xml.items() if "<w:fldSimple" in text]


def test_a_pdf_is_made_of_all_texts_without_a_link_and_its_words_are_read_again() -> None:
    raw = pdf(document(TEXTS))
    assert b"/URI" not in raw and b"/JavaScript" not in raw and b"/Launch" not in raw
    found = pypdf.PdfReader(io.BytesIO(raw))
    assert not any("/Annots" in part for part in found.pages)
    part = pypdf.PdfReader(io.BytesIO(pdf(document(TEXTS[:210]))))
    said = signs("".join(one.extract_text() for one in part.pages))
    plain = [text for text in TEXTS[:210] if text.isascii() and text.isprintable()]
    assert len(plain) > 90 and [text for text in plain if signs(text) not in said] == []


def signs(text: str) -> str:
    """Return the signs of a text without blanks and the hyphens of broken lines: extraction loses and adds both."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


class _Page(HTMLParser):
    """Collects cells, tags and addresses of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src") or name.startswith("on")]
        self.cells += [""] * (tag == "td")
        self.inside = tag == "td"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_page_of_the_pack_holds_all_texts_and_leads_nowhere() -> None:
    several = [exhibit(TEXTS[at : at + 2000]) for at in range(0, COUNT, 2000)]
    seen = _Page()
    seen.feed(page(several, GERMAN, TEXTS[0], TEXTS[1]))
    assert seen.cells[::2] == [held(text) for text in TEXTS]
    assert not seen.tags & {"script", "img", "iframe", "object", "form", "base", "link"}
    assert {one for one in seen.addresses if not re.fullmatch(r"#d\d", one)} == set()


def test_a_pack_and_a_drawn_chart_of_such_texts_can_be_made() -> None:
    raw = pack([exhibit(TEXTS[:42]), exhibit(TEXTS[42:84], "bars")], GERMAN, TEXTS[21], TEXTS[22])
    shown = zipfile.ZipFile(io.BytesIO(raw)).read("index.html").decode()
    assert (
        "<svg" in shown
        and "<script" not in shown
        and "onerror=alert" not in shown.replace("&gt;", "").replace("&lt;img src=x onerror=alert", "")
    )
