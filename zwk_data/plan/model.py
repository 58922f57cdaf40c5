"""The Werkstattplan as frozen values: Handlungsfelder, goals, tools, entries, and links from entries to indicators.

Everything but an id and a title may be unknown (None or empty): what a municipality has not published stays empty.
An entry may belong to several Handlungsfelder, goals and tools. A link never says that an entry is the cause of a
number; it says to which indicator the entry should contribute, and why somebody thinks so.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Stage = Literal["idea", "option", "recommendation", "action"]
Status = Literal["idee", "geplant", "laufend", "umgesetzt", "verstetigt", "pausiert", "verworfen"]
Role = Literal["context", "output", "outcome"]
Direction = Literal["up", "down"]
# The thirteen themes of the programme's toolbox (Werkzeugkoffer), a closed vocabulary.
ToolboxTheme = Literal[
    "Öffentlichkeitsarbeit",
    "Wohnen",
    "Intra- und interkommunale Kooperationen",
    "Digitalisierung",
    "Demokratieförderung",
    "Bürgerbeteiligung",
    "Bürgerschaftliches Engagement",
    "Begegnung, Beratung, Selbsthilfe",
    "Fördermittel",
    "Gesundheit und Pflege",
    "Arbeit und Wirtschaft",
    "Demografiestrategie",
    "Integration",
]


@dataclass(frozen=True)
class PublicSource:
    """A public page or document on which a statement rests; without ``url`` only the page's name is known."""

    id: str
    name: str
    url: str | None = None


@dataclass(frozen=True)
class Handlungsfeld:
    """A field of action. ``headline_text`` repeats a published figure and then needs ``headline_source``."""

    id: str
    title: str
    slogan: str | None = None
    headline_indicator: str | None = None
    headline_text: str | None = None
    headline_source: PublicSource | None = None
    order: int | None = None


@dataclass(frozen=True)
class Goal:
    """What is to be reached, in one Handlungsfeld or across all of them (None)."""

    id: str
    title: str
    handlungsfeld: str | None = None


@dataclass(frozen=True)
class Tool:
    """A Werkzeug: the heading under which a plan gathers entries."""

    id: str
    title: str
    handlungsfeld: str | None = None
    toolbox_theme: ToolboxTheme | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the plan; idea, option, recommendation and action are stages of the same kind of value.

    ``stage`` is None for what exists already or where nothing is published; ``status`` only where it is published.
    ``cost_plan`` is in EUR. ``success_figure`` is the figure as published, not a target of this project.
    ``start`` and ``end`` are exact days; anything vaguer stands in ``date_text``.
    """

    id: str
    title: str
    stage: Stage | None = None
    description: str | None = None
    status: Status | None = None
    responsible_office: str | None = None
    partners: tuple[str, ...] = ()
    target_group: str | None = None
    start: date | None = None
    end: date | None = None
    date_text: str | None = None
    cost_plan: Decimal | None = None
    funding: str | None = None
    success_figure: str | None = None
    evidence: tuple[PublicSource, ...] = ()
    handlungsfelder: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An entry should contribute to an indicator (``soll beitragen zu``); ``proposed`` marks this project's proposals.

    Role ``context`` describes the need and expects no direction; ``output`` and ``outcome`` may expect one.
    """

    entry: str
    indicator: str
    role: Role
    expected_direction: Direction | None = None
    rationale: str | None = None
    proposed: bool = True


@dataclass(frozen=True)
class Fact:
    """Something published about the process that is no entry: an event, a budget of the programme, a caution."""

    id: str
    title: str
    text: str | None = None
    start: date | None = None
    end: date | None = None
    date_text: str | None = None
    evidence: tuple[PublicSource, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One Werkstattplan. ``ags`` is the canonical key, ``as_of`` the date of the newest fact used."""

    ags: str
    title: str
    source_note: str | None = None
    as_of: date | None = None
    handlungsfelder: tuple[Handlungsfeld, ...] = ()
    goals: tuple[Goal, ...] = ()
    tools: tuple[Tool, ...] = ()
    entries: tuple[Entry, ...] = ()
    links: tuple[Link, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: tuple[PublicSource, ...] = ()

    def entry(self, entry_id: str) -> Entry:
        """Return one entry.

        Raises:
            KeyError: the plan has no such entry.
        """
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)
