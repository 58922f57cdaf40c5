"""A deck as people keep it: exhibits by address and slides of words, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args
from uuid import uuid4

SlideKind = Literal["exhibit", "title", "agenda", "section", "text", "closing"]
KINDS: tuple[SlideKind, ...] = get_args(SlideKind)
MOST_SLIDES = 80
LONGEST = {"name": 200, "headline": 400, "line": 400, "address": 2000}  # signs
MOST_LINES = 14  # on a slide of words


class NotADeck(ValueError):
    """A deck cannot be kept; ``fields`` names what is missing, too long or too much."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(", ".join(fields))


@dataclass(frozen=True)
class Slide:
    """One slide.

    ``address`` of its exhibit; ``headline`` own words instead of the exhibit's sentence, or the title of a slide of
    words; ``lines`` its text.
    """

    kind: SlideKind
    address: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: uuid4().hex[:12])


@dataclass(frozen=True)
class Deck:
    """A deck of one municipality (canonical key ``ags``), by name."""

    name: str
    ags: str
    slides: tuple[Slide, ...] = ()

    def wrong(self) -> list[str]:
        """Return the names of what is missing, too long or too much."""
        found = [] if self.name.strip() and len(self.name) <= LONGEST["name"] else ["name"]
        found += [] if self.ags else ["ags"]
        found += ["slides"] if len(self.slides) > MOST_SLIDES else []
        found += ["headline"] if any(len(one.headline) > LONGEST["headline"] for one in self.slides) else []
        found += ["address"] if any(_address_wrong(one) for one in self.slides) else []
        long = any(len(one.lines) > MOST_LINES or any(len(line) > LONGEST["line"] for line in one.lines)
                   for one in self.slides)  # fmt: skip
        return found + (["lines"] if long else [])

    def with_slide(self, slide: Slide, at: int | None = None) -> Self:
        """Return the deck with a slide more, at the end or before a position."""
        place = len(self.slides) if at is None else at
        return replace(self, slides=(*self.slides[:place], slide, *self.slides[place:]))

    def without(self, id: str) -> Self:
        """Return the deck without a slide."""
        return replace(self, slides=tuple(one for one in self.slides if one.id != id))

    def moved(self, id: str, by: int) -> Self:
        """Return the deck with a slide moved by so many places, as far as there are."""
        order = [one.id for one in self.slides]
        if id not in order:
            return self
        slide = self.slides[order.index(id)]
        rest = self.without(id)
        return rest.with_slide(slide, max(0, min(len(rest.slides), order.index(id) + by)))

    def changed(self, slide: Slide) -> Self:
        """Return the deck with the slide of the same id replaced."""
        return replace(self, slides=tuple(slide if one.id == slide.id else one for one in self.slides))


def _address_wrong(slide: Slide) -> bool:
    return len(slide.address) > LONGEST["address"] or (slide.kind == "exhibit") != bool(slide.address)


def body_of(deck: Deck) -> dict[str, Any]:
    """Return a deck as JSON.

    Raises:
        NotADeck: something is missing, too long or too much.
    """
    if wrong := deck.wrong():
        raise NotADeck(wrong)
    slides = [
        {"id": one.id, "kind": one.kind, "address": one.address, "headline": one.headline, "lines": list(one.lines)}
        for one in deck.slides
    ]
    return {"name": deck.name, "ags": deck.ags, "slides": slides}


def deck_of(body: Mapping[str, Any]) -> Deck:
    """Read a deck from JSON.

    Raises:
        NotADeck: it is none.
    """
    try:
        slides = tuple(
            Slide(one["kind"], str(one["address"]), str(one["headline"]), tuple(map(str, one["lines"])), str(one["id"]))
            for one in body["slides"]
        )
        found = Deck(str(body["name"]), str(body["ags"]), slides)
    except (KeyError, TypeError) as error:
        raise NotADeck(["slides"]) from error
    if wrong := found.wrong() + [one.kind for one in slides if one.kind not in KINDS]:
        raise NotADeck(wrong)
    return found
