"""Additions of single years on top of rates: what a lever changes from one year to another, and then no more.

A lever of a scenario holds for the whole run; an addition has a first and a last year. The rates of those years are
changed, the engine is the same. Additions of one lever in one year are summed before they act, so that their order
cannot matter; where all sums are zero the rates are returned as they are, to the bit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from zwk_data.catalog import levers
from zwk_data.projection import levers as acting
from zwk_data.projection.ages import EVERYONE, AgeRange, Array
from zwk_data.projection.baseline import Baseline
from zwk_data.projection.engine import Rates

PERSONS_PER_DWELLING, SHARE_FROM_OUTSIDE = Decimal(2), Decimal("0.6")  # as the studio proposes them


@dataclass(frozen=True)
class Addition:
    """So much on a lever, in its own unit, in every year from ``first`` to ``last`` (None: to the end of the run).

    In and out: persons per year. ``tfr``: births per woman. ``e0``: years of life expectancy, gained in equal steps of
    the logarithm of mortality from ``first`` to 2050 and kept; ``last`` ends the gaining, not the gain. ``homes``:
    dwellings per year, each with two persons of whom 60 % come from outside. ``event``: persons of all ages in the
    year ``first`` alone.
    """

    lever: str
    value: Decimal
    first: int
    last: int | None = None


def added(rates: Rates, baseline: Baseline, additions: Iterable[Addition]) -> Rates:
    """Return rates with additions; those given are returned where nothing is added.

    Args:
        rates: of one place, from the year after the start on.
        baseline: the start, of one place: says by which ages people come and go.
        additions: in any order; years outside the rates count for nothing.

    Raises:
        ValueError: an unknown lever.
    """
    by_lever = _yearly(list(additions), baseline.year, rates.years)
    for lever, yearly in by_lever.items():
        if yearly.any():
            rates = _acted(rates, baseline, lever, yearly)
    return rates


def _yearly(additions: Sequence[Addition], start: int, years: int) -> dict[str, Array]:
    """Return what is added to each lever in each year, ``(years,)``, in the order of ``levers.toml``.

    Decimal sums are exact: the order of the additions leaves no trace.
    """
    if unknown := {one.lever for one in additions} - set(levers()):
        raise ValueError(f"unknown levers {sorted(unknown)}")
    found = {}
    for lever in levers():
        own = [one for one in additions if one.lever == lever]
        if own:
            sums = [
                sum((_in_year(one, year) for one in own), Decimal(0)) for year in range(start + 1, start + years + 1)
            ]
            found[lever] = np.array([float(total) for total in sums])
    return found


def _in_year(one: Addition, year: int) -> Decimal:
    """Return what an addition adds in one year; of life expectancy, how much of the gain is reached by then."""
    kind = levers()[one.lever].kind
    if year < one.first:
        return Decimal(0)
    if kind == "event":
        return one.value if year == one.first else Decimal(0)
    if kind == "life":
        reached = min(year, one.last or year) - one.first + 1
        return one.value * reached / max(acting.LIFE_YEAR - one.first + 1, 1)
    return one.value if one.last is None or year <= one.last else Decimal(0)


def _acted(rates: Rates, baseline: Baseline, lever: str, yearly: Array) -> Rates:
    """Return rates with what is added to one lever, ``(years,)``."""
    declared = levers()[lever]
    ages = AgeRange(declared.age_from, declared.age_to)
    if declared.kind == "births":
        return replace(rates, fertility=_fertility(rates.fertility, baseline, yearly))
    if declared.kind == "life":
        return replace(rates, survival=_survival(rates.survival, baseline, yearly))
    if declared.kind == "out":
        return _leave(rates, baseline, yearly, ages)
    if declared.kind == "homes":
        people = np.maximum(yearly, 0.0) * float(PERSONS_PER_DWELLING * SHARE_FROM_OUTSIDE)
        return _arrive(rates, baseline, people, acting.FAMILY_AGES)
    if declared.kind == "event":
        come = _arrive(rates, baseline, np.maximum(yearly, 0.0), [EVERYONE])
        return _go(come, baseline, np.maximum(-yearly, 0.0), [EVERYONE])
    return _arrive(rates, baseline, yearly, [ages])


def _fertility(fertility: Array, baseline: Baseline, yearly: Array) -> Array:
    """Return fertility by year with so many births per woman more, by the pattern observed; never below zero."""
    now = float(baseline.total_fertility_rate)
    pattern = baseline.fertility / now if now > 0 else np.full_like(baseline.fertility, 1 / baseline.fertility.size)
    return np.asarray(np.maximum(fertility + yearly[:, None] * pattern, 0.0))


def _survival(survival: Array, baseline: Baseline, yearly: Array) -> Array:
    """Return survival by year with mortality lower by what so many years of life are worth at the start."""
    factors = [float(np.exp(acting.log_factor(baseline, gain))) for gain in yearly.tolist()]
    return np.clip(1 - (1 - survival) * np.array(factors)[:, None, None], 0.0, 1.0)


def _arrive(rates: Rates, baseline: Baseline, yearly: Array, ages: Sequence[AgeRange]) -> Rates:
    """Return rates with so many more moves in, or fewer, never fewer than nobody."""
    come = rates.in_migration.copy()
    come += np.maximum(yearly, 0.0)[:, None, None] * acting.spread(acting.arriving(baseline), ages)
    for number in np.flatnonzero(yearly < 0):
        come[number] = acting.fewer(come[number], -yearly[number], ages[0])
    return replace(rates, in_migration=come)


def _go(rates: Rates, baseline: Baseline, yearly: Array, ages: Sequence[AgeRange]) -> Rates:
    """Return rates with so many persons more who leave, beyond the shares."""
    if not yearly.any():
        return rates
    before = np.zeros_like(rates.in_migration) if rates.out_migration is None else rates.out_migration
    more = yearly[:, None, None] * acting.spread(acting.leaving(baseline), ages)
    return replace(rates, out_migration=before + more)


def _leave(rates: Rates, baseline: Baseline, yearly: Array, ages: AgeRange) -> Rates:
    """Return rates with more moves out, or a propensity to leave that is lower by so many at the start."""
    rates = _go(rates, baseline, np.maximum(yearly, 0.0), [ages])
    if rates.out_rate is None or not (yearly < 0).any():
        return rates
    shares, alive = np.array(rates.out_rate), acting.alive_at_end(baseline)
    for number in np.flatnonzero(yearly < 0):
        shares[number] = acting.fewer(shares[number], -yearly[number], ages, of=alive)
    return replace(rates, out_rate=shares)
