"""Text boxes, lines and marks on a slide: each with its name and, where it has no words, its alternative text."""

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from zwk_data.language import Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import Box
from zwk_data.render.signs import clean

LANGUAGES = {"de": "de-DE", "en": "en-GB"}
ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}
ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
DECORATIVE = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
ADEC = "http://schemas.microsoft.com/office/drawing/2017/decorative"


def colour(text: str) -> RGBColor:
    """Return the colour of a text such as ``#0b6e75``."""
    return RGBColor.from_string(text.lstrip("#").upper())


def text_box(
    slide: Any, box: Box, lines: Sequence[str], name: str, language: Language, *, size: float = 14,
    ink: str = LIGHT.ink, bold: bool = False, align: str = "left", anchor: str = "top", wrap: bool = True,
) -> Any:  # fmt: skip
    """Add a box of text without inner margins; every line is a paragraph. Return the shape."""
    shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
    shape.name = name
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = wrap, MSO_AUTO_SIZE.NONE, ANCHOR[anchor]
    fill(frame, lines, language, size=size, ink=ink, bold=bold, align=align)
    return shape


def fill(
    frame: Any, lines: Sequence[str], language: Language, *, size: float | None = None, ink: str = "",
    bold: bool | None = None, align: str = "",
) -> None:  # fmt: skip
    """Write lines into a text frame, one paragraph each; what is not given stays as the layout has it."""
    for number, line in enumerate(lines or [""]):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        if align:
            paragraph.alignment = ALIGN[align]
        run = paragraph.add_run()
        run.text = clean(line)
        style(run, language, size=size, ink=ink, bold=bold)


def style(run: Any, language: Language, *, size: float | None = None, ink: str = "", bold: bool | None = None) -> None:
    """Set language, size (points), colour and weight of a run."""
    look = run._r.get_or_add_rPr()
    look.set("lang", LANGUAGES[language.code])
    if size:
        look.set("sz", str(Pt(size).centipoints))
    if bold is not None:
        look.set("b", "1" if bold else "0")
    if ink and len(look):
        run.font.color.rgb = colour(ink)
    elif ink:  # the same as above, written at once: a deck has thousands of runs
        etree.SubElement(etree.SubElement(look, f"{{{A}}}solidFill"), f"{{{A}}}srgbClr", val=str(colour(ink)))


def rule(
    slide: Any,
    begin: tuple[int, int],
    end: tuple[int, int],
    name: str,
    ink: str,
    *,
    points: float = 1,
    dash: bool = False,
) -> Any:
    """Add a straight line, decoration for those who do not see it. Return the shape."""
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *begin, *end)
    line.name = name
    line.line.color.rgb, line.line.width = colour(ink), Pt(points)
    if dash:
        line.line._get_or_add_ln().append(line.line._ln.makeelement(f"{{{A}}}prstDash", {"val": "dash"}))
    decorative(line)
    return line


def rectangle(slide: Any, box: Box, name: str, ink: str, alt: str = "") -> Any:
    """Add a filled rectangle without a border. Return the shape."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, box.left, box.top, max(box.width, 1), max(box.height, 1))
    shape.name = name
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(ink)
    shape.line.fill.background()
    shape.shadow.inherit = False
    describe(shape, alt) if alt else decorative(shape)
    return shape


def describe(shape: Any, alt: str) -> None:
    """Set the alternative text of a shape."""
    properties(shape).set("descr", clean(alt))


def decorative(shape: Any) -> None:
    """Mark a shape as decoration: reading programs pass over it."""
    holder = properties(shape)
    holder.set("descr", "")
    listed = etree.SubElement(holder, f"{{{A}}}extLst")
    one = etree.SubElement(listed, f"{{{A}}}ext", uri=DECORATIVE)
    etree.SubElement(one, f"{{{ADEC}}}decorative", nsmap={"adec": ADEC}).set("val", "1")


def properties(shape: Any) -> Any:
    """Return the element that holds name and alternative text of a shape."""
    return shape._element.xpath(".//p:cNvPr")[0]
