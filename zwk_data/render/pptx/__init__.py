"""Presentations with native charts, shapes and tables. The only home of python-pptx.

The same slides give the same bytes: file and entries carry the newest date of taking over, not the hour of making.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache, partial
from typing import Any

from pptx import Presentation

from zwk_data.documents.model import sources
from zwk_data.documents.slides import AnySlide, ExhibitSlide
from zwk_data.language import GERMAN, Language
from zwk_data.render.pptx.memory import read, text_digest
from zwk_data.render.pptx.reading import check_package
from zwk_data.render.pptx.slides import add_slide, draw_exhibit
from zwk_data.render.pptx.swift import entries, swift
from zwk_data.render.pptx.template import NotATemplate, Template, checked_template, house
from zwk_data.render.signs import of_property
from zwk_data.render.xlsx import UNDATED
from zwk_data.render.zips import zipped

__all__ = ["NotATemplate", "Template", "checked_template", "presentation", "redrawn"]
OURS = "zwk:"


def presentation(
    slides: Sequence[AnySlide], language: Language = GERMAN, *, template: bytes | None = None, title: str = ""
) -> bytes:
    """Return a presentation.

    Args:
        slides: in their order.
        language: of words and numbers.
        template: of the user's own; without it, that of the house.
        title: in the properties of the file.

    Raises:
        ValueError: there is no slide.
        NotATemplate: the template cannot serve.
    """
    if not slides:
        raise ValueError("a presentation without slides")
    chosen = checked_template(template, language) if template else house()
    made = Presentation(io.BytesIO(chosen.raw))
    _empty(made)
    swift(made)
    for one in slides:
        add_slide(made, one, chosen, language)
    day = _day(slides)
    _properties(made, title, language, day)
    return _saved(made, day)


def redrawn(raw: bytes, replacements: Mapping[int, ExhibitSlide], language: Language = GERMAN) -> bytes:
    """Return a presentation with the exhibits of some slides drawn anew (slide index from 0).

    What people added stays. A headline that is none of ours stays too: it is passed on as own words by who calls.

    Raises:
        NotAPresentation: the file is none.
        IndexError: there is no such slide.
    """
    check_package(raw)
    made = Presentation(io.BytesIO(raw))
    pages, whole = list(made.slides), cache(partial(_as_template, made))
    for index, one in replacements.items():
        slide = pages[index]
        template = _standing(slide, made, whole)
        _clear(slide)
        draw_exhibit(slide, one, template, language)
    return _saved(made, _day(list(replacements.values())))


def _standing(slide: Any, made: Any, whole: Callable[[], Template]) -> Template:
    """Return where things stand on a slide that is already there; ``whole``: the presentation as a template."""
    ours = house()
    indexes = {shape.placeholder_format.idx for shape in slide.placeholders}
    if made.slide_width == _house_width() and {ours.subtitle, ours.source} <= indexes:
        return ours
    found = whole()
    return found if found.source in indexes else Template(
        found.raw, found.title, found.section, found.listing, found.exhibit, found.content
    )  # fmt: skip


@cache
def _house_width() -> int:
    return int(Presentation(io.BytesIO(house().raw)).slide_width or 0)


def _as_template(made: Any) -> Template:
    file = io.BytesIO()
    made.save(file)
    return checked_template(file.getvalue())


def _clear(slide: Any) -> None:
    """Take away what we drew; placeholders of ours stay, to be written anew.

    LibreOffice gives placeholders other names: those are told by their words, which the slide remembers.
    """
    known = _remembered(slide)
    for shape in list(slide.shapes):
        ours = shape.name.startswith(OURS)
        renamed = shape.is_placeholder and not ours and shape != slide.shapes.title and _words(shape) in known
        if renamed or (ours and not shape.is_placeholder):
            shape._element.getparent().remove(shape._element)


def _remembered(slide: Any) -> frozenset[str]:
    memory = read(slide.notes_slide.notes_text_frame.text) if slide.has_notes_slide else None
    return frozenset(memory.texts if memory else ())


def _words(shape: Any) -> str:
    frame = shape.text_frame if shape.has_text_frame else None
    return text_digest(" ".join(part.text for part in frame.paragraphs)) if frame else ""


def _empty(made: Any) -> None:
    """Take the slides of a template out."""
    listed = made.slides._sldIdLst
    for entry in list(listed):
        made.part.drop_rel(entry.rId)
        listed.remove(entry)


def _day(slides: Sequence[AnySlide]) -> date:
    shown = sources(one.exhibit for one in slides if isinstance(one, ExhibitSlide))
    return max((line.retrieved for line in shown if line.retrieved), default=UNDATED)


def _properties(made: Any, title: str, language: Language, day: date) -> None:
    held, moment = made.core_properties, datetime.combine(day, time(), UTC).replace(tzinfo=None)
    held.title, held.language, held.author, held.last_modified_by = of_property(title), language.code, "", ""
    held.created = held.modified = moment
    held.revision = 1


def _saved(made: Any, day: date) -> bytes:
    return zipped(entries(made), day)
