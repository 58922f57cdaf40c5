"""Documents as Word files: real headings and lists, headed tables, alternative texts. The only home of python-docx.

The same document gives the same bytes. Charts are pictures drawn at 200 dots per inch; their figures are in the
workbook that is offered beside the document.
"""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import docx as word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from zwk_data.documents.model import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Rows,
    SideBySide,
    WritingSpace,
)
from zwk_data.language import Language
from zwk_data.render.image import chart_png
from zwk_data.render.palette import LIGHT
from zwk_data.render.paper import PIXELS, Content, Tile, content, source_lines_of
from zwk_data.render.signs import clean, of_property
from zwk_data.render.zips import dated

PAPERS: dict[str, tuple[float, float]] = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}  # millimetres
MARGIN, FOOT = 20.0, 20.0
LANGUAGES = {"de": "de-DE", "en": "en-GB"}
FONT = "Arial"  # on every office computer; elsewhere fonts of the same widths take its place
SIZES = {"Normal": 10, "Title": 22, "Heading 1": 15, "Heading 2": 11.5, "Heading 3": 10.5}
SPACES = {"Title": 4, "Heading 1": 8, "Heading 2": 8, "Heading 3": 6}  # points above
STYLES = {"lead": (13, LIGHT.ink), "remark": (8.5, LIGHT.muted), "badge": (9, LIGHT.second)}
COMPACT = {"Normal": 9, "Title": 17, "Heading 1": 12, "Heading 2": 10.5, "Heading 3": 9.5}
COMPACT_SPACES = {"Title": 2, "Heading 1": 6, "Heading 2": 6, "Heading 3": 3}
SHARE = 0.7  # of the height a picture has in the PDF: where pages are to be full, letters of Word take more room
DENSITY = 200 / 25.4 / PIXELS  # pixels of the picture for each of the drawing


def docx(document: Document) -> bytes:
    """Return a document as a Word file."""
    made = word.Document()
    _styles(made, document.language, compact=document.compact)
    width = _page(made, document)
    _paragraph(made, document.kind, size=10, ink=LIGHT.focus, bold=True)
    made.add_paragraph(_clean(document.title), style="Title")
    if document.subtitle:
        _paragraph(made, document.subtitle, size=11, ink=LIGHT.muted)
    _blocks(made, document, width)
    if document.sources:
        _sources(made, document)
    _properties(made, document)
    file = io.BytesIO()
    made.save(file)
    return dated(file.getvalue(), document.made)


def _sources(made: Any, document: Document) -> None:
    """Write the sources small, in two columns."""
    made.add_heading(document.language.text("Quellen und Lizenzen"), 2)
    columns = made.add_section(WD_SECTION.CONTINUOUS)._sectPr.xpath("./w:cols")[0]
    columns.set(qn("w:num"), "2")
    columns.set(qn("w:space"), "340")
    for said in source_lines_of(document.sources, document.language):
        _paragraph(made, said, size=6, ink=LIGHT.muted).paragraph_format.space_after = Pt(1)
    _even(made)


def _even(made: Any) -> None:
    """End the columns, so that they are of the same height: only those that something follows are."""
    last = made.add_section(WD_SECTION.CONTINUOUS)
    last._sectPr.xpath("./w:cols")[0].set(qn("w:num"), "1")
    for paragraph in (made.paragraphs[-1], made.add_paragraph()):  # the one that holds the break, and what follows
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(1)


def _blocks(made: Any, document: Document, width: float) -> None:
    level, anew = 1, False
    for block in document.blocks:
        level = block.level + 1 if isinstance(block, Heading) else level
        before = len(made.paragraphs) if anew else 0
        _block(made, block, width, min(level, 3), document)
        if anew:
            made.paragraphs[before].paragraph_format.page_break_before = True
        anew = isinstance(block, PageBreak)


def _block(made: Any, block: Block, width: float, level: int, document: Document) -> None:
    if isinstance(block, Figure | SideBySide):  # one after the other: a table for layout would be read as one
        for figure in (block,) if isinstance(block, Figure) else (block.left, block.right):
            _figure(made, figure, width, level, document)
    elif isinstance(block, Rows):
        _rows(made, block, width)
    elif isinstance(block, WritingSpace):
        _space(made, block)
    else:
        _words(made, block)


def _words(made: Any, block: Heading | Paragraph | Bullets | PageBreak) -> None:
    match block:
        case Heading():
            made.add_heading(_clean(block.text), block.level)
        case Paragraph(kind="proposal"):
            _line_beside(_paragraph(made, block.text))
        case Paragraph():
            size, ink = STYLES.get(block.kind, (0, ""))
            _paragraph(made, block.text, size=size, ink=ink, bold=block.kind == "badge")
        case Bullets():
            for item in block.items:
                made.add_paragraph(_clean(item), style="List Number" if block.numbered else "List Bullet")
        case PageBreak():  # the next paragraph begins a page: an empty one would leave a gap at its top
            pass


def _figure(made: Any, figure: Figure, width: float, level: int, document: Document) -> None:
    language = document.language
    shown = replace(figure, height=figure.height * SHARE) if document.fit and not document.compact else figure
    found = content(shown, width, language, document.sources)
    alone = not figure.picture and found.rows is None
    said = [_headline(made, found, level, alone=alone)]
    said += [] if alone else [_small(made, found.under, 8.5)]
    said += [_paragraph(made, badge, size=8.5, ink=LIGHT.second, bold=True) for badge in found.badges]
    for paragraph in said:  # a headline stays with what it speaks of
        paragraph.paragraph_format.keep_with_next = True
    if found.svg:
        _picture(made, figure, found, language)
    if found.tiles:
        _tiles(made, found.tiles, width, language)
    if found.rows:
        _rows(made, replace(found.rows, title=""), width)  # its title is the alternative text: said already
    if found.left_out:
        _small(made, language.text("und {count} weitere Zeilen", count=language.number(found.left_out)))
    under = f"{found.under}." if alone else ""
    _small(made, " ".join(words for words in (under, found.notes, found.source) if words))


def _headline(made: Any, found: Content, level: int, *, alone: bool) -> Any:
    """Write the sentence of a figure: above its picture a heading, alone running text."""
    return _paragraph(made, found.said) if alone else made.add_heading(_clean(found.said), level)


def _small(made: Any, words: str, size: float = 7.5) -> Any:
    paragraph = _paragraph(made, words, size=size, ink=LIGHT.muted)
    paragraph.paragraph_format.space_after = Pt(2)
    return paragraph


def _picture(made: Any, figure: Figure, found: Content, language: Language) -> None:
    raw = chart_png(figure.exhibit, language, found.width * PIXELS, found.height * PIXELS, DENSITY)
    shape = made.add_picture(io.BytesIO(raw or b""), width=Mm(found.width))
    shape._inline.docPr.set("descr", _clean(found.alt))
    shape._inline.docPr.set("name", _clean(figure.exhibit.title))
    made.paragraphs[-1].paragraph_format.keep_with_next = True
    made.paragraphs[-1].paragraph_format.line_spacing = 1.0  # Word would widen the line by a share of the picture


def _tiles(made: Any, tiles: Sequence[Tile], width: float, language: Language) -> None:
    """Write single figures as a table of three columns: what, how much, more about it."""
    text = language.text
    heads = (text("Angabe"), text("Wert"), text("Dazu"))
    rows = tuple((one.label, one.value, " · ".join(one.below)) for one in tiles)
    _rows(made, Rows(heads, rows, "", (32, 14, 54)), width)


def _rows(made: Any, rows: Rows, width: float) -> None:
    if rows.title and len(rows.title) < 120:
        _paragraph(made, rows.title, size=9.5, bold=True)
    table = made.add_table(rows=1, cols=len(rows.headings))
    table.autofit = False
    shares = rows.widths or (1.0,) * len(rows.headings)
    widths = [Mm(width * share / sum(shares)) for share in shares]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    _row(table.rows[0], rows.headings, rows.numbers, widths, head=True)
    heading = table.rows[0]._tr.get_or_add_trPr()
    heading.append(OxmlElement("w:tblHeader"))
    for cells in rows.rows:
        _row(table.add_row(), cells, rows.numbers, widths)
    _gap(made)


def _gap(made: Any) -> None:
    """Part a table from what follows; Word needs a paragraph there, a low one is enough."""
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(5)


def _row(row: Any, cells: Sequence[str], numbers: frozenset[int], widths: Sequence[Any], *, head: bool = False) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for position, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = widths[position]
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(1.5)
        paragraph.alignment = 2 if position in numbers else 0
        _run(paragraph, text, size=8.5, ink=LIGHT.muted if head else LIGHT.ink, bold=head)
        _line_below(cell, LIGHT.others[1] if head else LIGHT.grid)


def _line_below(cell: Any, ink: str) -> None:
    borders, bottom = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", ink.lstrip("#"))):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    cell._tc.get_or_add_tcPr().append(borders)


def _line_beside(paragraph: Any) -> None:
    """Set a paragraph apart by a line at its left side."""
    paragraph.paragraph_format.left_indent = Mm(3)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    edge, line = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", LIGHT.focus.lstrip("#"))):
        line.set(qn(f"w:{name}"), value)
    edge.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(edge, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _space(made: Any, block: WritingSpace) -> None:
    """Leave room to write: ruled lines, or empty ones."""
    _paragraph(made, block.prompt, size=11, bold=True)
    for _ in range(max(1, round(block.height / 9))):
        paragraph = made.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(0)
        paragraph.paragraph_format.space_after = Pt(12)
        if block.lines:
            edge, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
            for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", LIGHT.grid.lstrip("#"))):
                line.set(qn(f"w:{name}"), value)
            edge.append(line)
            paragraph._p.get_or_add_pPr().insert_element_before(edge, "w:spacing", "w:ind", "w:jc", "w:rPr")


# --- text and page ---------------------------------------------------------------------------------------------------


def _paragraph(made: Any, text: str, *, size: float = 0, ink: str = "", bold: bool = False) -> Any:
    paragraph = made.add_paragraph()
    _run(paragraph, text, size=size, ink=ink, bold=bold)
    return paragraph


def _run(paragraph: Any, text: str, *, size: float = 0, ink: str = "", bold: bool = False) -> None:
    run = paragraph.add_run(_clean(text))
    if size:
        run.font.size = Pt(size)
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink.lstrip("#").upper())
    if bold:
        run.font.bold = True


def _clean(text: str) -> str:
    """Return a text without signs that XML cannot hold; a number and its sign stay on one line."""
    return clean(text).replace(" %", "\u00a0%")


def _styles(made: Any, language: Language, *, compact: bool = False) -> None:
    for name, size in (SIZES | COMPACT if compact else SIZES).items():
        style = made.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(LIGHT.ink.lstrip("#").upper())
        style.font.bold = name != "Normal"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
    for name, above in (COMPACT_SPACES if compact else SPACES).items():
        made.styles[name].paragraph_format.space_before = Pt(above)
        made.styles[name].paragraph_format.space_after = Pt(3)
    _no_rule(made.styles["Title"])
    made.styles["Normal"].paragraph_format.space_after = Pt(2 if compact else 4)
    if compact:
        made.styles["Normal"].paragraph_format.line_spacing = 1.0
    for tag in made.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), LANGUAGES[language.code])


def _no_rule(style: Any) -> None:
    """Take the line below the title away."""
    properties = style.element.pPr
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _page(made: Any, document: Document) -> float:
    """Set paper and foot; return the width between the margins in millimetres."""
    section = made.sections[0]
    wide, high = PAPERS[document.paper]
    if document.landscape:
        wide, high = high, wide
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(13 if document.compact else 15 if document.fit else MARGIN)
    foot = section.footer.paragraphs[0]
    said = document.footer or f"{document.title} · {document.language.date(document.made)}"
    _run(foot, f"{said} · ", size=8, ink=LIGHT.muted)
    _page_number(foot)
    return wide - 2 * MARGIN


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = words
        run._r.append(part)


def _properties(made: Any, document: Document) -> None:
    held, moment = made.core_properties, datetime.combine(document.made, time(), UTC).replace(tzinfo=None)
    held.title, held.subject = of_property(document.title), of_property(document.subtitle)
    held.language = document.language.code
    held.author = held.last_modified_by = held.comments = ""
    held.created = held.modified = moment
    held.revision = 1
