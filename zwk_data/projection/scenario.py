"""Scenarios: what somebody assumes about the years to come, as a text for addresses and as rates for the engine.

The text holds unreserved characters only (but for the name): a preset, then changes, joined by ``~``; the parts of a
change by ``_``; changes in the order of ``catalog/levers.toml``; the name last. For example
``continue~tfr_1.6~in18_50~homes_2026_2030_50_2.1_60~event_2027_300_18~name_Campus Nord``.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from zwk_data.catalog import Lever, LeverPart, levers
from zwk_data.projection import levers as acting
from zwk_data.projection.ages import EVERYONE, MIGRATION_GROUPS, AgeRange, Array, count
from zwk_data.projection.baseline import Baseline
from zwk_data.projection.engine import Rates

PRESETS = ("continue", "low", "high", "none")
LAST_YEAR = 2060
MOST_CHARACTERS = 1000
MOST_IN_NAME = 80
DECIMALS = 8  # enough for a goal to be hit by the value as it is written
ALL_AGES = 99  # of an event: no group
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,12})?")


class ScenarioError(ValueError):
    """A scenario that cannot be: ``code`` says why, the rest with what; exhibits say it in the reader's language.

    code: ``preset`` unknown preset; ``lever`` unknown lever; ``number`` no number; ``whole`` not a whole number;
    ``count`` too few or too many numbers; ``range`` not between ``low`` and ``high``; ``choice`` not one of those
    offered; ``order`` the last year before the first; ``twice`` more often than ``high`` times; ``long`` longer than
    ``high`` characters; ``name`` a name with characters that are not allowed; ``year`` (of ``rates``) years that do
    not lie between the start ``low`` and ``high``.
    ``lever``: its id, or ""; ``part``: which number of the lever, or ""; ``value``: what was given, 40 characters.
    """

    def __init__(
        self, code: str, lever: str = "", part: str = "", value: object = "", low: float = 0.0, high: float = 0.0
    ) -> None:
        self.code, self.lever, self.part, self.value = code, lever, part, str(value)[:40]
        self.low, self.high = low, high
        super().__init__(f"scenario: {code} {lever} {part} {self.value!r}")


def number_text(value: float) -> str:
    """Return the shortest form of a number: no exponent, no needless decimals, no minus before zero."""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Change:
    """One lever and its numbers, in the order of ``catalog/levers.toml``; rounded to eight decimals.

    Raises:
        ScenarioError: the lever is unknown or the numbers are not within its limits.
    """

    lever: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the numbers and bring them into their one form: optional zeros at the end are left out."""
        lever = levers().get(self.lever)
        if lever is None:
            raise ScenarioError("lever", value=self.lever)
        needed = sum(not part.optional for part in lever.parts)
        if not needed <= len(self.values) <= len(lever.parts):
            raise ScenarioError("count", self.lever, value=len(self.values), low=needed, high=len(lever.parts))
        values = [_checked(lever, part, value) for part, value in zip(lever.parts, self.values, strict=False)]
        while len(values) > needed and not values[-1]:
            values.pop()
        if lever.kind == "homes" and values[1] < values[0]:
            raise ScenarioError("order", self.lever, "last_year", number_text(values[1]), low=values[0])
        object.__setattr__(self, "values", tuple(values))

    @property
    def value(self) -> float:
        """The first number; the only one of most levers."""
        return self.values[0]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``tfr_1.6`` or ``event_2027_300_18``.

        Raises:
            ScenarioError: as of the class, and where something is no number.
        """
        lever, *numbers = text.split("_")
        if lever not in levers():
            raise ScenarioError("lever", value=lever)
        for number in numbers:
            if not NUMBER.fullmatch(number):
                raise ScenarioError("number", lever, value=number)
        return cls(lever, tuple(float(number) for number in numbers))

    def __str__(self) -> str:
        return "_".join([self.lever, *(number_text(value) for value in self.values)])


def _checked(lever: Lever, part: LeverPart, value: float) -> float:
    if not part.low <= value <= part.high:  # also refuses what is not a number
        raise ScenarioError("range", lever.id, part.id, value, part.low, part.high)
    rounded = round(float(value), DECIMALS) + 0.0  # no minus before zero
    if part.choices and rounded not in part.choices:
        raise ScenarioError("choice", lever.id, part.id, number_text(rounded))
    if part.whole and rounded != int(rounded):
        raise ScenarioError("whole", lever.id, part.id, number_text(rounded))
    return rounded


@dataclass(frozen=True)
class Scenario:
    """A preset and changes to it. Equal scenarios have equal texts; additional moves of zero are no change.

    Raises:
        ScenarioError: an unknown preset, a lever too often, a name that cannot be.
    """

    preset: str
    changes: tuple[Change, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        """Check, and bring the changes into their order."""
        if self.preset not in PRESETS:
            raise ScenarioError("preset", value=self.preset)
        often = Counter(change.lever for change in self.changes)
        for lever, times in often.items():
            if times > levers()[lever].repeat:
                raise ScenarioError("twice", lever, value=times, high=levers()[lever].repeat)
        kept = [change for change in self.changes if levers()[change.lever].kind not in ("in", "out") or change.value]
        order = list(levers())
        kept.sort(key=lambda change: (order.index(change.lever), change.values))
        object.__setattr__(self, "changes", tuple(kept))
        object.__setattr__(self, "name", _name(self.name))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a scenario from an address; changes may stand in any order, the name must be last.

        Raises:
            ScenarioError: with the reason; nothing is dropped or guessed.
        """
        if len(text) > MOST_CHARACTERS:
            raise ScenarioError("long", high=MOST_CHARACTERS)
        preset, *tokens = text.split("~")
        if preset not in PRESETS:
            raise ScenarioError("preset", value=preset)
        name = tokens.pop().removeprefix("name_") if tokens and tokens[-1].startswith("name_") else ""
        return cls(preset, tuple(Change.parse(token) for token in tokens), name)

    def __str__(self) -> str:
        named = [f"name_{self.name}"] if self.name else []
        return "~".join([self.preset, *map(str, self.changes), *named])

    def value(self, lever: str) -> float | None:
        """Return the value of a lever of one number; None where it is not moved."""
        return next((change.value for change in self.changes if change.lever == lever), None)

    def with_value(self, lever: str, value: float | None) -> "Scenario":
        """Return the scenario with a lever of one number at a value; None takes the lever back."""
        others = tuple(change for change in self.changes if change.lever != lever)
        return replace(self, changes=others if value is None else (*others, Change(lever, (value,))))


def _name(name: str) -> str:
    """Return a name without blanks around it; refuse what would break an address or a line."""
    name = name.strip()
    if len(name) > MOST_IN_NAME:
        raise ScenarioError("long", "name", value=name, high=MOST_IN_NAME)
    if "~" in name or "," in name or not name.isprintable():
        raise ScenarioError("name", "name", value=name)
    return name


# What a scenario means


@dataclass
class _Moves:
    """Moves while they are being put together.

    arrivals: persons of every year; out_rate: share of those alive, None where nobody leaves; departures: persons of
    every year beyond that share; both lists: (number of the year, persons) on top, of one year each.
    """

    arrivals: Array
    out_rate: Array | None
    departures: Array | None
    later_arrivals: list[tuple[int, Array]]
    later_departures: list[tuple[int, Array]]


def rates(baseline: Baseline, scenario: Scenario, until: int) -> Rates:
    """Return the rates of a scenario from the year after the start to ``until``, for one place or many.

    Presets: ``continue`` the observed rates, mortality declining as observed; ``low`` and ``high`` births per woman
    and balance of moves in the first year as the place itself has seen them at worst and at best (``levers.levels``),
    mortality constant (low) or declining as observed (high); ``none`` nobody moves. Rates that do not change with the
    year are views without copies.

    Raises:
        ScenarioError: ``until`` is not after the start, or later than 2060.
    """
    years = until - baseline.year
    if years < 1 or until > LAST_YEAR:
        raise ScenarioError("year", value=until, low=baseline.year + 1, high=LAST_YEAR)
    survival = _survival(baseline, scenario, years)
    moves = _moves(baseline, scenario)
    _add_single_years(moves, baseline, scenario, survival)
    gone = moves.departures is not None or moves.later_departures
    nobody = np.zeros_like(baseline.in_migration)
    leaving = nobody if moves.departures is None else moves.departures
    return Rates(
        survival, _fertility(baseline, scenario, years), _by_year(moves.arrivals, moves.later_arrivals, years),
        None if moves.out_rate is None else _by_year(moves.out_rate, [], years),
        _by_year(leaving, moves.later_departures, years) if gone else None,
    )  # fmt: skip


def _by_year(values: Array, later: Sequence[tuple[int, Array]], years: int) -> Array:
    """Return ``(years, ...)``: the same every year as a view, copied only where single years differ."""
    same = np.broadcast_to(values, (years, *values.shape))
    if not later:
        return same
    found = same.copy()
    for year, persons in later:
        found[year] += persons
    return found


def _fertility(baseline: Baseline, scenario: Scenario, years: int) -> Array:
    lever = levers()["tfr"]
    wanted: Array | float | None = scenario.value("tfr")
    if wanted is None and scenario.preset in ("low", "high"):
        wanted = acting.levels(baseline, scenario.preset).total_fertility_rate
    if wanted is None:
        return _by_year(baseline.fertility, [], years)
    return acting.towards(baseline, wanted, lever.phase, years)


def _survival(baseline: Baseline, scenario: Scenario, years: int) -> Array:
    gain = scenario.value("e0")
    if gain is None and scenario.preset != "low":
        return acting.with_trend(baseline.survival, baseline.improvement, years)
    if not gain:
        return _by_year(baseline.survival, [], years)
    return acting.with_life_expectancy(baseline, gain, years)


def _preset_moves(baseline: Baseline, preset: str) -> _Moves:
    if preset == "none":
        return _Moves(np.zeros_like(baseline.in_migration), None, None, [], [])
    if preset == "continue":
        return _Moves(baseline.in_migration, baseline.out_rate, None, [], [])
    arrivals, rest = acting.to_net(baseline, acting.levels(baseline, preset).net_migration)
    return _Moves(arrivals, baseline.out_rate, rest, [], [])


def _moves(baseline: Baseline, scenario: Scenario) -> _Moves:
    """Return the moves of every year: the preset's, and the additional ones by age group."""
    moves = _preset_moves(baseline, scenario.preset)
    for change in scenario.changes:
        lever, persons = levers()[change.lever], change.value
        ages = AgeRange(lever.age_from, lever.age_to)
        if lever.kind == "in":
            more = persons * acting.spread(acting.arriving(baseline), [ages]) if persons > 0 else None
            moves.arrivals = acting.fewer(moves.arrivals, -persons, ages) if more is None else moves.arrivals + more
        elif lever.kind == "out" and persons > 0:
            more = persons * acting.spread(acting.leaving(baseline), [ages])
            moves.departures = more if moves.departures is None else moves.departures + more
        elif lever.kind == "out" and moves.out_rate is not None:
            moves.out_rate = acting.fewer(moves.out_rate, -persons, ages, of=acting.alive_at_end(baseline))
    return moves


def _add_single_years(moves: _Moves, baseline: Baseline, scenario: Scenario, survival: Array) -> None:
    """Add the arrivals of new dwellings and the persons of one-off events to the years they belong to."""
    for change in scenario.changes:
        if change.lever == "homes":
            first, last, dwellings, persons, share = change.values
            come = dwellings * persons * share / 100 * acting.spread(acting.arriving(baseline), acting.FAMILY_AGES)
            numbers = range(int(first) - baseline.year - 1, int(last) - baseline.year)
            moves.later_arrivals += [(number, come) for number in numbers if 0 <= number < len(survival)]
        elif change.lever == "event":
            _add_event(moves, baseline, change, survival)


def _add_event(moves: _Moves, baseline: Baseline, change: Change, survival: Array) -> None:
    """Add who comes (or goes), and who of them goes (or comes back) after some years: those still alive, and here."""
    year, persons, group = change.values[:3]
    stay = int(change.values[3]) if len(change.values) > 3 else 0
    number, come = int(year) - baseline.year - 1, persons > 0
    if not 0 <= number < len(survival):
        return
    weights = acting.arriving(baseline) if come else acting.leaving(baseline)
    people = abs(persons) * acting.spread(weights, [_event_ages(group)])
    (moves.later_arrivals if come else moves.later_departures).append((number, people))
    if not stay or number + stay >= len(survival):
        return
    for later in range(number + 1, number + stay + 1):
        people = acting.grown_older(people, survival[later])
        if come and moves.out_rate is not None:  # the others have left before, as everybody does
            people = people * (1 - moves.out_rate)
    (moves.later_departures if come else moves.later_arrivals).append((number + stay, people))


def _event_ages(group: float) -> AgeRange:
    return EVERYONE if group == ALL_AGES else next(ages for ages in MIGRATION_GROUPS if ages.first == group)


@dataclass(frozen=True)
class Shortfall:
    """A change that a place cannot follow: ``possible`` is what happens instead of ``change.value``."""

    change: Change
    possible: float


def moving(baseline: Baseline, scenario: Scenario, lever: Lever) -> float:
    """Return how many persons move in the first year in the direction and at the ages of a lever, in one place.

    Those of the preset: in or out, whichever the lever counts; where only balances are known, the surplus or the
    deficit of single ages. A lever cannot take away more.
    """
    moves = _preset_moves(baseline, scenario.preset)
    if lever.kind == "in":
        flow = moves.arrivals
    else:
        flow = 0 * moves.arrivals if moves.out_rate is None else moves.out_rate * acting.alive_at_end(baseline)
    return float(count(flow, AgeRange(lever.age_from, lever.age_to)))


def shortfalls(baseline: Baseline, scenario: Scenario) -> tuple[Shortfall, ...]:
    """Return which levers ask for fewer moves than there are, in one place: below zero nobody moves."""
    found = []
    for change in scenario.changes:
        lever = levers()[change.lever]
        if lever.kind not in ("in", "out") or change.value >= 0:
            continue
        there = moving(baseline, scenario, lever)
        if there < -change.value:
            found.append(Shortfall(change, -there))
    return tuple(found)
