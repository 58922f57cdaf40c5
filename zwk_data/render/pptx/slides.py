"""One slide: headline, measure and date, remarks, what is shown, source line, notes."""

from collections.abc import Callable
from typing import Any

from zwk_data.documents.slides import AnySlide, ExhibitSlide, ListSlide, SectionSlide, TitleSlide
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.canvas import REMARKED, sources_text, text_width, wrap
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.charts import draw_chart
from zwk_data.render.pptx.maps import draw_map
from zwk_data.render.pptx.notes import write_notes
from zwk_data.render.pptx.tables import draw_table, draw_tiles
from zwk_data.render.pptx.template import SOURCE_BOX, SUBTITLE_BOX, Template, number_of
from zwk_data.render.pptx.timeline import draw_timeline
from zwk_data.render.pptx.writing import fill, text_box

SIZES = ((28, 2), (24, 3), (20, 3), (17, 4), (14, 5))  # points and lines in which a headline may stand
BADGE, REMARK, LINE = 14, 11, 1.25
PLACE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


def add_slide(made: Any, one: AnySlide, template: Template, language: Language) -> None:
    """Add a slide to a presentation that was opened from a template."""
    if isinstance(one, ExhibitSlide):
        slide = made.slides.add_slide(made.slide_layouts[template.exhibit])
        draw_exhibit(slide, one, template, language)
    elif isinstance(one, ListSlide):
        slide = made.slides.add_slide(made.slide_layouts[template.listing])
        _write(slide.shapes.title, one.title, language, "zwk:headline")
        _list(slide, one, language)
    else:
        number = template.title if isinstance(one, TitleSlide) else template.section
        slide = made.slides.add_slide(made.slide_layouts[number])
        _write(slide.shapes.title, one.title, language, "zwk:headline")
        _second(slide, one, language)
    if not isinstance(one, TitleSlide):
        _number(slide)


def draw_exhibit(slide: Any, one: ExhibitSlide, template: Template, language: Language) -> None:
    """Fill a slide with an exhibit; the order of its parts is the order in which they are read."""
    found = one.exhibit
    headline(slide, one.headline or found.sentence, language)
    under = " · ".join(part for part in (found.title, found.subtitle) if part)
    box = _subtitle(slide, under, template, language)
    box = _badges(slide, found, box, language)
    remarks = _remarks(found, language)
    room = _foot(remarks, box)
    left_out = _content(slide, found, Box(box.left, box.top, box.width, box.height - room), language)
    if left_out:
        remarks = [_missing_rows(left_out, language), *remarks]
    if remarks:
        place = Box(box.left, box.bottom - _foot(remarks, box), box.width, _foot(remarks, box))
        text_box(slide, place, wrap(" ".join(remarks), REMARK, box.width / POINT, 2), "zwk:remark", language,
                 size=REMARK, ink=LIGHT.muted, anchor="bottom")  # fmt: skip
    _source(slide, one, template, language)
    write_notes(slide, found, language, one.headline)


def _missing_rows(count: int, language: Language) -> str:
    if count == 1:
        return language.text("Auf der Folie fehlt eine weitere Zeile.")
    return language.text("Auf der Folie fehlen {count} weitere Zeilen.", count=language.number(count))


def headline(slide: Any, said: str, language: Language) -> None:
    """Write the headline into the title in the largest size in which it stands whole."""
    shape = slide.shapes.title
    width, height = (shape.width or 0) / POINT, (shape.height or 0) / POINT
    for size, lines in SIZES:
        fits = lines * size * LINE <= height + size * 0.4
        if fits and len(wrap(said, size, width * 0.98, 99, bold=True)) <= lines:
            break
    _write(shape, said, language, "zwk:headline", size=size)


def _write(shape: Any, said: str, language: Language, name: str, size: float | None = None) -> None:
    shape.name = name
    shape.text_frame.clear()
    fill(shape.text_frame, [said], language, size=size)


def _subtitle(slide: Any, said: str, template: Template, language: Language) -> Box:
    """Write measure and date, and return the room that is left for the rest."""
    content = template.content
    place = _at(slide, template.subtitle)
    if place is not None:
        _write(
            place, said, language, "zwk:subtitle", size=14 if text_width(said, 14) < SUBTITLE_BOX.width / POINT else 11
        )
        return content
    high = 22 * POINT
    text_box(slide, Box(content.left, content.top, content.width, high), [said], "zwk:subtitle", language, size=14,
             ink=LIGHT.muted)  # fmt: skip
    return Box(content.left, content.top + high, content.width, content.height - high)


def _badges(slide: Any, exhibit: Exhibit, box: Box, language: Language) -> Box:
    """Say at the head what the figures would be misread without."""
    said = [note.text for note in exhibit.notes if note.kind in REMARKED]
    if not said:
        return box
    lines = wrap(" ".join(said), BADGE, box.width / POINT, 2, bold=True)
    high = round((len(lines) * BADGE * LINE + 4) * POINT)
    text_box(slide, Box(box.left, box.top, box.width, high), lines, "zwk:badge", language, size=BADGE, ink=LIGHT.second,
             bold=True)  # fmt: skip
    return Box(box.left, box.top + high, box.width, box.height - high)


def _remarks(exhibit: Exhibit, language: Language) -> list[str]:
    return [note.text for note in exhibit.notes if note.kind not in REMARKED]


def _foot(remarks: list[str], box: Box) -> int:
    """Return the height that remarks below the exhibit take (EMU)."""
    if not remarks:
        return 0
    return round((len(wrap(" ".join(remarks), REMARK, box.width / POINT, 2)) * REMARK * LINE + 4) * POINT)


def _content(slide: Any, exhibit: Exhibit, box: Box, language: Language) -> int:
    """Draw what the exhibit shows; return how many rows found no room."""
    chart = exhibit.marks.chart
    if chart == "tiles":
        draw_tiles(slide, exhibit, language, box)
        return 0
    if chart == "timeline":
        return draw_timeline(slide, exhibit, language, box)
    draw: Callable[[Any, Exhibit, Language, Box], bool] = draw_map if chart == "map" else draw_chart
    if chart != "table" and not exhibit.table.empty and draw(slide, exhibit, language, box):
        return 0
    return draw_table(slide, exhibit, language, box)


def _source(slide: Any, one: ExhibitSlide, template: Template, language: Language) -> None:
    said = sources_text(one.exhibit.sources, language)
    if one.headline:
        said = language.text("Überschrift in eigenen Worten.") + " " + said
    place = _at(slide, template.source)
    size = next((size for size in (10, 9, 8) if len(wrap(said, size, SOURCE_BOX.width / POINT, 99)) <= 2), 7)
    if place is None:
        content = template.content
        box = Box(content.left, content.bottom + 2 * POINT, content.width, 28 * POINT)
        text_box(slide, box, [said], "zwk:source", language, size=size, ink=LIGHT.muted)
        return
    _write(place, said, language, "zwk:source", size=size)
    slide.shapes._spTree.append(place._element)  # it is read last


def _at(slide: Any, index: int | None) -> Any:
    """Return the placeholder of an index on a slide, None where it has none."""
    return next((shape for shape in slide.placeholders if shape.placeholder_format.idx == index), None)


def _list(slide: Any, one: ListSlide, language: Language) -> None:
    body = next((shape for shape in slide.placeholders if shape.placeholder_format.idx not in (0, 10, 11, 12)), None)
    if body is None:
        return
    body.name = "zwk:text"
    body.text_frame.clear()
    fill(body.text_frame, one.lines, language, size=None if len(one.lines) <= 8 else 18)


def _second(slide: Any, one: TitleSlide | SectionSlide, language: Language) -> None:
    """Write the second line of a title or section; an empty one leaves no frame behind."""
    body = next((shape for shape in slide.placeholders if shape.placeholder_format.idx != 0), None)
    if body is None:
        return
    if not one.subtitle:
        body._element.getparent().remove(body._element)
        return
    body.name = "zwk:text"
    body.text_frame.clear()
    fill(body.text_frame, one.subtitle.split("\n"), language)


def _number(slide: Any) -> None:
    """Put the number of the slide where the layout has it."""
    found = number_of(slide.slide_layout)
    if found is None:
        return
    tree = slide.shapes._spTree
    highest = max((int(part.get("id")) for part in tree.iter(f"{PLACE}cNvPr")), default=1)
    next(found.iter(f"{PLACE}cNvPr")).set("id", str(highest + 1))
    tree.append(found)
