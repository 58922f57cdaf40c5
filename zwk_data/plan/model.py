"""The Werkstattplan as frozen values: Handlungsfelder, goals, tools, entries, and links from entries to indicators.

Everything but an id and a title may be unknown (None or empty): what a municipality has not published stays empty.
An entry may belong to several Handlungsfelder, goals and tools. A link never says that an entry is the cause of a
number; it says to which indicator the entry should contribute, and why somebody thinks so. Whatever has an ``id`` is
one part of a plan: it is stored, changed, published and refused by itself (see ``plan.service``).
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

Stage = Literal["idea", "option", "recommendation", "action"]
Status = Literal["idee", "geplant", "laufend", "umgesetzt", "verstetigt", "pausiert", "verworfen"]
Role = Literal["context", "output", "outcome"]
Direction = Literal["up", "down"]
Audience = Literal["kommune", "politik", "buergerschaft"]
Factor = Literal["halten", "anziehen", "integrieren", "versorgen", "verwaltung"]
GoalLevel = Literal["leitziel", "ziel"]
Quadrant = Literal["staerke", "schwaeche", "chance", "risiko"]
OriginKind = Literal["workshop", "concept", "exhibit", "meeting", "other"]
# The programme's five stages and what follows them.
ProgrammeStage = Literal[
    "kick_off", "kommunalprofil", "zukunftswerkstatt", "werkstattplan", "zwischenbilanz", "verstetigung"
]
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
    level: GoalLevel | None = None
    target_group: str | None = None
    factor: Factor | None = None


@dataclass(frozen=True)
class Tool:
    """A Werkzeug: the heading under which a plan gathers entries."""

    id: str
    title: str
    handlungsfeld: str | None = None
    toolbox_theme: ToolboxTheme | None = None


@dataclass(frozen=True)
class Concept:
    """An existing concept or strategy that a synthesis reads: who published it, and when."""

    id: str
    title: str
    publisher: str | None = None
    year: int | None = None
    url: str | None = None


@dataclass(frozen=True)
class Mention:
    """Where a concept (its id) says what an entry says."""

    concept: str
    page: str | None = None
    says: str | None = None


@dataclass(frozen=True)
class Origin:
    """Where an entry came from: a group of a workshop, a concept and its page, an exhibit (its address)."""

    kind: OriginKind
    text: str | None = None
    address: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class Step:
    """The stage an entry had before, and the last day it had it."""

    stage: Stage
    until: date


@dataclass(frozen=True)
class Effect:
    """What an author expects an entry to change in one lever (id in levers.toml), as a range with reason and source.

    ``low``, ``mid`` and ``high`` are additions in the lever's own unit (persons or dwellings per year, children per
    woman, years), in this order or all equal, from ``start_year`` to ``end_year`` (None: for good).
    """

    lever: str
    low: Decimal
    mid: Decimal
    high: Decimal
    start_year: int
    reason: str
    source: str
    end_year: int | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the plan; idea, option, recommendation and action are stages of the same kind of value.

    ``stage`` is None for what exists already (then ``exists``) or where nothing is published; ``status`` only where it
    is published. Costs are in EUR, ``funding_share`` in percent. ``success_figure`` is the figure as published, not a
    target of this project. ``start`` and ``end`` are exact days; anything vaguer stands in ``date_text``.
    What exists may have a ``place``, and a ``capacity`` (``capacity_unit``) for a ``service`` (id in services.toml)
    that can be counted on until ``secured_until``. ``no_effect`` and ``no_indicator`` say why there is none.
    ``note`` and ``contact`` are internal: they are never published.
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
    reason: str | None = None
    audience: tuple[Audience, ...] = ()
    themes: tuple[ToolboxTheme, ...] = ()
    example_place: str | None = None
    exists: bool = False
    place: str | None = None
    service: str | None = None
    capacity: Decimal | None = None
    capacity_unit: str | None = None
    secured_until: date | None = None
    cost_actual: Decimal | None = None
    funding_share: Decimal | None = None
    success_criterion: str | None = None
    origin: Origin | None = None
    was: tuple[Step, ...] = ()
    mentions: tuple[Mention, ...] = ()
    effects: tuple[Effect, ...] = ()
    no_effect: str | None = None
    no_indicator: str | None = None
    note: str | None = None
    contact: str | None = None

    def after(self, stage: Stage | None, until: date) -> "Entry":
        """Return the entry with the stage it had before, and until when; the same where that is its stage still.

        Who goes to and fro on one day has been at each stage once: a list names nothing twice.
        """
        if stage is None or stage == self.stage:
            return self
        return replace(self, was=tuple(dict.fromkeys((*self.was, Step(stage, until)))))


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
    lag_years: int | None = None

    @property
    def id(self) -> str:
        """The name of the link in its plan: an entry is linked with an indicator once."""
        return f"{self.entry}.{self.indicator}"


@dataclass(frozen=True)
class Target:
    """What an indicator of the place is to reach: ``value`` (in its unit) at 31 December of ``year``.

    The path leads in equal steps from the value observed at ``base_year`` (None: the newest when it was set) to the
    target; ``tolerance`` is how far beside the path still counts as on it, in the unit of the indicator.
    """

    id: str
    indicator: str
    value: Decimal
    year: int
    base_year: int | None = None
    tolerance: Decimal | None = None
    handlungsfeld: str | None = None
    reason: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Progress:
    """A note on how an entry goes on, of one day: what was done, what is planned; ``figure`` as the office gave it."""

    id: str
    entry: str
    day: date
    status: Status | None = None
    done: str | None = None
    planned: str | None = None
    percent: int | None = None
    cost_actual: Decimal | None = None
    figure: str | None = None
    office: str | None = None


@dataclass(frozen=True)
class Swot:
    """One statement of a SWOT, with the exhibit that proves it and the one that speaks against it (addresses)."""

    id: str
    quadrant: Quadrant
    title: str
    exhibit: str | None = None
    counter: str | None = None
    counter_text: str | None = None
    source: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class Fact:
    """Something about the process that is no entry: an event, a budget of the programme, a caution.

    ``stage`` names the stage of the programme that it belongs to.
    """

    id: str
    title: str
    text: str | None = None
    start: date | None = None
    end: date | None = None
    date_text: str | None = None
    evidence: tuple[PublicSource, ...] = ()
    stage: ProgrammeStage | None = None
    place: str | None = None


@dataclass(frozen=True)
class Plan:
    """One Werkstattplan. ``ags`` is the canonical key, ``as_of`` the date of the newest fact used.

    kind: ``example`` compiled from public facts; ``internal`` as those who work on it see it; ``published`` what of it
    the municipality has published.
    """

    ags: str
    title: str
    source_note: str | None = None
    as_of: date | None = None
    handlungsfelder: tuple[Handlungsfeld, ...] = ()
    goals: tuple[Goal, ...] = ()
    tools: tuple[Tool, ...] = ()
    concepts: tuple[Concept, ...] = ()
    entries: tuple[Entry, ...] = ()
    links: tuple[Link, ...] = ()
    targets: tuple[Target, ...] = ()
    progress: tuple[Progress, ...] = ()
    swot: tuple[Swot, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: tuple[PublicSource, ...] = ()
    kind: Literal["example", "internal", "published"] = "example"

    def entry(self, entry_id: str) -> Entry:
        """Return one entry.

        Raises:
            KeyError: the plan has no such entry.
        """
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)
