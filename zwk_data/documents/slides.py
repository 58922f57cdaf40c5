"""The slides of a presentation as plain values, ready to be drawn: exhibits are made, words are written."""

from dataclasses import dataclass
from typing import Literal

from zwk_data.exhibits.exhibit import Exhibit


@dataclass(frozen=True)
class ExhibitSlide:
    """One exhibit. The headline is its sentence, or ``headline`` in the words of who made the deck (marked as such)."""

    exhibit: Exhibit
    headline: str = ""


@dataclass(frozen=True)
class TitleSlide:
    """The first slide: occasion, place, date."""

    title: str
    subtitle: str = ""


@dataclass(frozen=True)
class SectionSlide:
    """A new part of the presentation."""

    title: str
    subtitle: str = ""


@dataclass(frozen=True)
class ListSlide:
    """Some lines of text: an agenda, questions for groups, next steps."""

    title: str
    lines: tuple[str, ...]
    kind: Literal["agenda", "text", "closing"] = "text"


AnySlide = ExhibitSlide | TitleSlide | SectionSlide | ListSlide
