"""The house template for slides (16:9), and templates that people bring: where title, text and source stand in them.

Ours is made here, from the plain one that python-pptx brings: sizes, places, colours and fonts are these lines.
"""

import io
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.util import Emu

from zwk_data.language import GERMAN, Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import INCH, Box
from zwk_data.render.pptx.reading import NotAPresentation, check_package

P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WIDTH, HEIGHT = 12_192_000, 6_858_000  # 13.333 × 7.5 inches
FONT = "Arial"  # in every office program, or one of the same widths
SUBTITLE, SOURCE = 13, 14  # indexes of our own placeholders: measure and date, source line
TITLE_BOX = Box.inches(0.6, 0.4, 12.13, 1.05)
SUBTITLE_BOX = Box.inches(0.6, 1.47, 12.13, 0.35)
CONTENT_BOX = Box.inches(0.6, 1.95, 12.13, 4.7)
SOURCE_BOX = Box.inches(0.6, 6.85, 11.2, 0.42)
NUMBER_BOX = Box.inches(12.03, 6.85, 0.7, 0.3)
LAYOUTS = ("Titel", "Liste", "Abschnitt", "Darstellung")  # as they follow each other in ours
COLOURS = {
    "dk1": LIGHT.ink, "lt1": LIGHT.paper, "dk2": LIGHT.muted, "lt2": LIGHT.grid, "accent1": LIGHT.focus,
    "accent2": LIGHT.second, "accent3": LIGHT.others[0], "accent4": LIGHT.parts[1], "accent5": LIGHT.others[1],
    "accent6": LIGHT.soft, "hlink": LIGHT.focus, "folHlink": LIGHT.muted,
}  # fmt: skip
SOURCE_WORDS = ("quelle", "source", "fuß", "fuss", "foot")
MACROS = ("macroEnabled", "vbaProject")


class NotATemplate(ValueError):
    """A file cannot serve as template; the message says in the reader's language what is wrong and what to do."""


@dataclass(frozen=True)
class Template:
    """Where things go: positions of the layouts for each purpose, the room for what is shown.

    ``source`` is the index of the placeholder for the source line, None where the template has none (a text box at the
    foot takes it); ``subtitle`` the same for measure and date.
    """

    raw: bytes
    title: int
    section: int
    listing: int
    exhibit: int
    content: Box
    subtitle: int | None = None
    source: int | None = None
    ours: bool = False

    @property
    def has_source(self) -> bool:
        """Whether the template has a place for the source line."""
        return self.source is not None


@lru_cache(maxsize=1)
def house() -> Template:
    """Return our own template."""
    made = Presentation()
    made.slide_width, made.slide_height = Emu(WIDTH), Emu(HEIGHT)
    _keep_layouts(made, ("Title Slide", "Title and Content", "Section Header", "Title Only"))
    _theme(made)
    _master(made.slide_master)
    for layout, name in zip(made.slide_layouts, LAYOUTS, strict=True):
        layout.name = name
        _drop(layout, ("dt", "ftr"))
    _title_layout(made.slide_layouts[0])
    _place(made.slide_layouts[1], "title", TITLE_BOX)
    _place(made.slide_layouts[1], 1, Box.inches(0.6, 1.7, 12.13, 4.9))
    _section_layout(made.slide_layouts[2])
    _exhibit_layout(made.slide_layouts[3])
    file = io.BytesIO()
    made.save(file)
    return Template(file.getvalue(), 0, 2, 1, 3, CONTENT_BOX, SUBTITLE, SOURCE, ours=True)


def checked_template(raw: bytes, language: Language = GERMAN) -> Template:
    """Find title, text and source in a template that somebody brings.

    Raises:
        NotATemplate: it is no presentation, holds macros, or lacks a title or a text to write into.
    """
    text = language.text
    try:
        check_package(raw)
        found = Presentation(io.BytesIO(raw))
    except NotAPresentation as error:
        raise NotATemplate(error.reason(language)) from error
    except Exception as error:  # whatever a damaged file leads to inside the library
        raise NotATemplate(text("Die Vorlage ist beschädigt und kann nicht gelesen werden.")) from error
    if any(word in found.part.content_type or word in str(found.part.package._rels) for word in MACROS):
        raise NotATemplate(text("Die Vorlage enthält Makros. Bitte als .pptx ohne Makros speichern."))
    layouts = list(found.slide_layouts)
    titled = [number for number, layout in enumerate(layouts) if _kinds(layout) & {"title", "ctrTitle"}]
    if not titled:
        raise NotATemplate(text(
            "In der Vorlage hat kein Layout einen Platzhalter für den Titel. Bitte fügen Sie in der Ansicht "
            "»Folienmaster« einen ein."))  # fmt: skip
    listing = [number for number in titled if _body(layouts[number]) is not None]
    if not listing:
        raise NotATemplate(text(
            "In der Vorlage hat kein Layout einen Platzhalter für Text neben dem Titel. Bitte fügen Sie in der Ansicht "
            "»Folienmaster« einen ein."))  # fmt: skip
    return _chosen(raw, found, titled, listing)


def _chosen(raw: bytes, found: Any, titled: list[int], listing: list[int]) -> Template:
    layouts = list(found.slide_layouts)
    sourced = [number for number in titled if _source(layouts[number]) is not None]
    exhibit = next((number for number in sourced if number in listing), (sourced or listing)[0])
    opening = next((number for number in titled if "ctrTitle" in _kinds(layouts[number])), titled[0])
    section = next((n for n in titled if layouts[n]._element.get("type") == "secHead"), opening)
    layout = layouts[exhibit]
    body = _body(layout)
    whole = Box(0, 0, int(found.slide_width), int(found.slide_height))
    content = whole.part(0.05, 0.3, 0.9, 0.55) if body is None else _box(body)
    source = _source(layout)
    return Template(raw, opening, section, listing[0], exhibit, content, None,
                    None if source is None else source.placeholder_format.idx)  # fmt: skip


def _kinds(layout: Any) -> set[str]:
    return {str(shape._element.ph.get("type", "obj")) for shape in layout.placeholders}


def _body(layout: Any) -> Any:
    """Return the largest placeholder for text or content of a layout."""
    found = [shape for shape in layout.placeholders
             if shape._element.ph.get("type", "obj") in ("body", "obj") and not _is_source(shape)]  # fmt: skip
    return max(found, key=lambda shape: (shape.width or 0) * (shape.height or 0), default=None)


def _source(layout: Any) -> Any:
    """Return the placeholder for the source line: one called so."""
    return next((shape for shape in layout.placeholders if _is_source(shape)), None)


def _is_source(shape: Any) -> bool:
    kind = shape._element.ph.get("type", "obj")
    return kind == "body" and any(word in shape.name.lower() for word in SOURCE_WORDS)


def _box(shape: Any) -> Box:
    return Box(int(shape.left), int(shape.top), int(shape.width), int(shape.height))


# --- ours ------------------------------------------------------------------------------------------------------------


def _keep_layouts(made: Any, names: tuple[str, ...]) -> None:
    for layout in list(made.slide_layouts):
        if layout.name not in names:
            made.slide_layouts.remove(layout)


def _theme(made: Any) -> None:
    part = made.slide_master.part.part_related_by(RT.THEME)
    root = etree.fromstring(part.blob)
    for name, value in COLOURS.items():
        slot = root.find(f".//{{{A}}}clrScheme/{{{A}}}{name}")
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, f"{{{A}}}srgbClr").set("val", value.lstrip("#").upper())
    for font in root.findall(f".//{{{A}}}fontScheme//{{{A}}}latin"):
        font.set("typeface", FONT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master(master: Any) -> None:
    """Set sizes of title and text; what the layouts do not place is placed here."""
    for kind, box in (("title", TITLE_BOX), ("body", Box.inches(0.6, 1.7, 12.13, 4.9)), ("sldNum", NUMBER_BOX)):
        _place(master, kind, box)
    _drop(master, ("dt", "ftr"))
    styles = master._element.find(f"{{{P}}}txStyles")
    title = styles.find(f"{{{P}}}titleStyle/{{{A}}}lvl1pPr")
    title.set("algn", "l")
    run = title.find(f"{{{A}}}defRPr")
    run.set("sz", "2800")
    run.set("b", "1")
    for level, size in enumerate((2400, 2000, 1800, 1600, 1600), 1):
        styles.find(f"{{{P}}}bodyStyle/{{{A}}}lvl{level}pPr/{{{A}}}defRPr").set("sz", str(size))
    _anchor(master, "title", "b")


def _anchor(holder: Any, kind: str | int, where: str) -> None:
    _placeholder(holder, kind)._element.txBody.bodyPr.set("anchor", where)


def _title_layout(layout: Any) -> None:
    _place(layout, "ctrTitle", Box.inches(0.9, 2.0, 11.5, 1.9))
    _place(layout, 1, Box.inches(0.9, 4.15, 11.5, 1.4))
    for kind, size in (("ctrTitle", 4400), (1, 2400)):
        _own_style(_placeholder(layout, kind), size)
    _anchor(layout, "ctrTitle", "b")
    _accent(layout, Box.inches(0.9, 4.0, 1.6, 0.06))


def _section_layout(layout: Any) -> None:
    _place(layout, "title", Box.inches(0.9, 2.4, 11.5, 1.5))
    _place(layout, 1, Box.inches(0.9, 4.15, 11.5, 1.2))
    for kind, size in (("title", 3600), (1, 2000)):
        _own_style(_placeholder(layout, kind), size)
    _anchor(layout, "title", "b")
    _anchor(layout, 1, "t")
    _accent(layout, Box.inches(0.9, 4.0, 1.6, 0.06))


def _exhibit_layout(layout: Any) -> None:
    _place(layout, "title", TITLE_BOX)
    for index, name, box, size in ((SUBTITLE, "Angabe", SUBTITLE_BOX, 1400), (SOURCE, "Quelle", SOURCE_BOX, 1000)):
        layout.shapes._spTree.append(_text_placeholder(index, name, box, size))


def _text_placeholder(index: int, name: str, box: Box, size: int) -> Any:
    return parse_xml(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="{index + 20}" name="{name}"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="body" sz="quarter" idx="{index}"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{box.left}" y="{box.top}"/><a:ext cx="{box.width}" cy="{box.height}"/></a:xfrm></p:spPr>'
        '<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></a:bodyPr><a:lstStyle>'
        f'<a:lvl1pPr marL="0" indent="0"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{size}">'
        '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
        f"<a:p><a:r><a:rPr/><a:t>{name}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _own_style(shape: Any, size: int) -> None:
    """Give a placeholder of a layout its size, flush left, without a bullet, in the inks of the house."""
    body = shape._element.txBody
    style = body.find(f"{{{A}}}lstStyle")
    for old in list(style):
        style.remove(old)
    level = etree.SubElement(style, f"{{{A}}}lvl1pPr", marL="0", indent="0", algn="l")
    etree.SubElement(level, f"{{{A}}}buNone")
    run = etree.SubElement(level, f"{{{A}}}defRPr", sz=str(size), cap="none")
    ink = etree.SubElement(etree.SubElement(run, f"{{{A}}}solidFill"), f"{{{A}}}schemeClr")
    ink.set("val", "tx1" if size > 2400 else "tx2")


def _accent(layout: Any, box: Box) -> None:
    """Lay a short bar in the colour of the house below a title."""
    layout.shapes._spTree.append(parse_xml(
        f'<p:sp xmlns:p="{P}" xmlns:a="{A}"><p:nvSpPr><p:cNvPr id="90" name="Akzent"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{box.left}" y="{box.top}"/>'
        f'<a:ext cx="{box.width}" cy="{box.height}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    ))  # fmt: skip


def _placeholder(holder: Any, kind: str | int) -> Any:
    for shape in holder.placeholders:
        place = shape._element.ph
        if place.get("type", "obj") == kind or (isinstance(kind, int) and place.get("idx") == str(kind)):
            return shape
    raise KeyError(kind)


def _place(holder: Any, kind: str | int, box: Box) -> None:
    shape = _placeholder(holder, kind)
    shape.left, shape.top, shape.width, shape.height = box.left, box.top, box.width, box.height
    if kind in ("title", "body", "ctrTitle", 1):
        for side in ("lIns", "tIns", "rIns", "bIns"):
            shape._element.txBody.bodyPr.set(side, "0")


def _drop(holder: Any, kinds: tuple[str, ...]) -> None:
    for shape in list(holder.placeholders):
        if shape._element.ph.get("type") in kinds:
            shape._element.getparent().remove(shape._element)


def number_of(layout: Any) -> Any:
    """Return a copy of the layout's slide number for a slide, None where it has none."""
    for shape in layout.placeholders:
        if shape._element.ph.get("type") == "sldNum":
            return deepcopy(shape._element)
    return None


__all__ = ["INCH", "NotATemplate", "Template", "checked_template", "house", "number_of"]
