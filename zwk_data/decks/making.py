"""From a deck people keep to a presentation: exhibits are made, words stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from zwk_data.decks.model import Deck, Slide
from zwk_data.decks.periods import for_slide
from zwk_data.documents.slides import AnySlide, ExhibitSlide, ListSlide, SectionSlide, TitleSlide
from zwk_data.exhibits import Address, AddressError, Context


@dataclass(frozen=True)
class Problem:
    """A slide that could not be made: its place in the deck (from 1), its address, and why in the reader's words."""

    number: int
    address: str
    reason: str


@dataclass(frozen=True)
class Made:
    """A presentation, what is missing from it, and the exhibits in it with their loads (address, dataset and load)."""

    raw: bytes
    problems: tuple[Problem, ...] = ()
    slides: tuple[AnySlide, ...] = ()

    @property
    def exhibits(self) -> tuple[ExhibitSlide, ...]:
        """The slides with an exhibit."""
        return tuple(slide for slide in self.slides if isinstance(slide, ExhibitSlide))


def made(deck: Deck, context: Context, template: bytes | None = None) -> Made:
    """Return a deck as a presentation; a slide whose address gives nothing is left out and named (all: no bytes).

    Raises:
        NotATemplate: as in ``render.pptx.presentation``.
    """
    from zwk_data.render.pptx import presentation

    slides, problems = drawable(deck.slides, context)
    raw = presentation(slides, context.language, template=template, title=deck.name) if slides else b""
    return Made(raw, tuple(problems), tuple(slides))


def drawable(slides: Sequence[Slide], context: Context) -> tuple[list[AnySlide], list[Problem]]:
    """Return slides as they are drawn, and those that cannot be."""
    found: list[AnySlide] = []
    problems: list[Problem] = []
    for number, slide in enumerate(slides, 1):
        try:
            found.append(_drawable(slide, context))
        except AddressError as error:
            problems.append(Problem(number, slide.address, str(error)))
    return found, problems


def _drawable(slide: Slide, context: Context) -> AnySlide:
    if slide.kind == "exhibit":
        return ExhibitSlide(for_slide(Address.parse(slide.address), context), slide.headline)
    if slide.kind == "title":
        return TitleSlide(slide.headline, "\n".join(slide.lines))
    if slide.kind == "section":
        return SectionSlide(slide.headline, "\n".join(slide.lines))
    return ListSlide(slide.headline, slide.lines, slide.kind)
