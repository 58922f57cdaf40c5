"""What a plan expects of its entries, run with the engine of the scenarios; and what a target would take.

    contributions(run, indicator, entries) -> Contributions     with and without, by low, mid and high
    need(run, indicator, year, value, lever) -> Found | Infeasible

An entry's contribution is the run with its effects alone less the run without any. Contributions and the interaction
sum to the run with all of them: what two entries do together is not what each does alone, and nobody is credited with
the rest. Nothing here says that anything will come of an action: the range is its author's assumption.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from zwk_data.catalog import Indicator, levers
from zwk_data.outlook import numbers
from zwk_data.outlook.kept import Kept
from zwk_data.outlook.runs import Run
from zwk_data.plan.model import Effect, Entry
from zwk_data.projection.additions import PERSONS_PER_DWELLING, SHARE_FROM_OUTSIDE, Addition, added
from zwk_data.projection.ages import Array
from zwk_data.projection.engine import Projection, project
from zwk_data.projection.goal import Found, Infeasible, seek_number
from zwk_data.projection.scenario import ALL_AGES, Change, Scenario, ScenarioError

Level = Literal["low", "mid", "high"]
LEVELS: tuple[Level, ...] = ("low", "mid", "high")
DROPPED = "verworfen"  # an entry of this status is not carried out


@dataclass(frozen=True)
class Range:
    """By how much an indicator differs from the run without, at the end of every year, ``(years + 1,)`` each.

    low, mid, high: with the author's low, mid and high value; a lever that takes people away turns them round.
    """

    low: Array
    mid: Array
    high: Array

    def at(self, index: int) -> tuple[float, float, float]:
        """Return the smallest, the middle and the largest value of one year."""
        ends = sorted((float(self.low[index]), float(self.high[index])))
        return ends[0], float(self.mid[index]), ends[1]


@dataclass(frozen=True)
class Contributions:
    """What entries add to an indicator of a run.

    years: at whose ends, the start first; without: the indicator without any of them; alone: by id of the entry, in
    the order given; together: all of them at once; interaction: together less the sum of all alone.
    """

    years: tuple[int, ...]
    without: Array
    alone: dict[str, Range]
    together: Range
    interaction: Range


_CONTRIBUTIONS: Kept[Contributions] = Kept(64)


def quantified(entry: Entry) -> tuple[Effect, ...]:
    """Return the effects of an entry that can be run: with reason and source, of an entry that was not dropped."""
    if entry.status == DROPPED:
        return ()
    return tuple(one for one in entry.effects
                 if one.reason.strip() and one.source.strip() and one.lever in levers())  # fmt: skip


def contributions(run: Run, indicator: Indicator, entries: Sequence[Entry]) -> Contributions:
    """Return what each entry, and all together, would add to an indicator, against a run without them.

    Args:
        run: without any of them.
        indicator: one that the run gives (``numbers.gives``).
        entries: those without a range, reason and source count for nothing and are left out.
    """
    chosen = {one.id: effects for one in entries if (effects := quantified(one))}
    key = (*run.start.key, str(run.scenario), run.years[-1], indicator.id, tuple(chosen.items()))
    return _CONTRIBUTIONS.get(key, lambda: _contributions(run, indicator, chosen))


def _contributions(run: Run, indicator: Indicator, chosen: dict[str, tuple[Effect, ...]]) -> Contributions:
    without = numbers.values(indicator, run.projection)

    def moved(effects: Sequence[Effect]) -> Range:
        return Range(*(numbers.values(indicator, with_effects(run, effects, level)) - without for level in LEVELS))

    alone = {name: moved(effects) for name, effects in chosen.items()}
    together = moved([one for effects in chosen.values() for one in effects])
    rest = Range(*(getattr(together, level) - _sum([getattr(one, level) for one in alone.values()], without)
                   for level in LEVELS))  # fmt: skip
    return Contributions(run.years, without, alone, together, rest)


def _sum(parts: Sequence[Array], like: Array) -> Array:
    return np.sum(parts, axis=0) if parts else np.zeros_like(like)


def with_effects(run: Run, effects: Sequence[Effect], level: Level) -> Projection:
    """Return the run with effects at one level; without any, or where all are zero, that very run."""
    additions = [Addition(one.lever, getattr(one, level), one.start_year, one.end_year) for one in effects]
    changed = added(run.rates, run.start.baseline, additions)
    if changed is run.rates:
        return run.projection
    return project(run.start.baseline.population, changed, kernel="numpy")  # the same bits everywhere


def need(run: Run, indicator: Indicator, year: int, value: float, lever: str) -> Found | Infeasible:
    """Return the value of one lever, held from the start on, at which an indicator has a value at the end of a year.

    It is reached within half a person of the numerator; ``reached`` and the limits of ``Infeasible`` are the persons
    that the numerator has beyond what the value needs.

    Raises:
        ScenarioError: the year is not after the start or too late.
        ValueError: a lever of several numbers.
    """
    start = run.start.baseline
    return seek_number(start, run.scenario, lever, lambda made: numbers.missing(indicator, made, value), year, 0.0,
                       bends=bool(indicator.denominator))  # fmt: skip


def as_scenario(run: Run, effects: Sequence[Effect], level: Level = "mid") -> Scenario | None:
    """Return the scenario that is the run with these effects; None where the levers of the studio cannot say it.

    A lever of moves holds for the whole run there, and births and life expectancy change in steps.
    """
    changes: dict[str, list[tuple[float, ...]]] = {}
    for one in effects:
        values = _as_values(run, one, getattr(one, level))
        if values is None:
            return None
        changes.setdefault(one.lever, []).append(values)
    try:
        return Scenario(run.scenario.preset, (*run.scenario.changes, *_merged(changes)), run.scenario.name)
    except ScenarioError:
        return None


def _as_values(run: Run, one: Effect, value: Decimal) -> tuple[float, ...] | None:
    kind, last = levers()[one.lever].kind, one.end_year or run.years[-1]
    if kind in ("in", "out"):
        whole = one.start_year <= run.years[1] and last >= run.years[-1] and run.scenario.value(one.lever) is None
        return (float(value),) if whole else None
    if kind == "homes":
        share = float(SHARE_FROM_OUTSIDE * 100)
        return (float(one.start_year), float(last), float(value), float(PERSONS_PER_DWELLING), share)
    return (float(one.start_year), float(value), float(ALL_AGES)) if kind == "event" else None


def _merged(changes: dict[str, list[tuple[float, ...]]]) -> list[Change]:
    """Return changes; several of a lever of one number are its sum."""
    found = []
    for lever, values in changes.items():
        several = [(sum(one[0] for one in values),)] if levers()[lever].single else values
        found += [Change(lever, one) for one in several]
    return found


__all__ = [
    "LEVELS", "Contributions", "Found", "Infeasible", "Range", "as_scenario", "contributions", "need", "quantified",
    "with_effects",
]  # fmt: skip
