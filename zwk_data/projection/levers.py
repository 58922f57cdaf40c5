"""What a lever does to observed rates: one small function for each, on plain arrays.

Additional moves need ages. Where moves were published by age (``Baseline.gross``), they are spread as those were. Where
only balances are known, surpluses at single ages say little about who comes: then the model schedule of Rogers and
Castro (Model Migration Schedules, 1981; simplified basic standard) applied to the residents says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from zwk_data.catalog import Lever
from zwk_data.projection.ages import AGES, EVERYONE, AgeRange, Array, count
from zwk_data.projection.baseline import Baseline

LIFE_YEAR = 2050  # the year the lever of life expectancy speaks of
LARGEST_SHARE = 0.05  # of the inhabitants: as many additional moves of one group a year are tried for a goal
LEAST_LIMIT = 100.0
FAMILY_AGES = (AgeRange(0, 17), AgeRange(25, 49))  # who moves into new dwellings
LOG_PER_YEAR = 1 / 11  # a year of life expectancy is worth about so much in the logarithm of mortality
EXACT = 1e-10  # years of life expectancy


@cache
def model_schedule() -> Array:
    """Return the relative propensity to move by age, ``(101,)``: children with parents, the peak after 20, a floor."""
    ages = np.arange(AGES)
    with_parents = 0.02 * np.exp(-0.10 * ages)
    working = 0.06 * np.exp(-0.10 * (ages - 20) - np.exp(-0.40 * (ages - 20)))
    return np.asarray(with_parents + working + 0.003)


def alive_at_end(baseline: Baseline) -> Array:
    """Return who is there at the end of the first year before moves, ``(..., 2, 101)``; see ``net_migration``."""
    aged = np.concatenate([baseline.population[..., :1], baseline.population[..., :-1]], axis=-1)
    return np.asarray(aged * baseline.survival)


def arriving(baseline: Baseline) -> Array:
    """Return weights by age and sex of those who move in, ``(..., 2, 101)``."""
    return baseline.in_migration if baseline.gross else model_schedule() * alive_at_end(baseline)


def leaving(baseline: Baseline) -> Array:
    """Return weights by age and sex of those who move out, ``(..., 2, 101)``."""
    alive = alive_at_end(baseline)
    return np.asarray((baseline.out_rate if baseline.gross else model_schedule()) * alive)


def spread(weights: Array, ages: Sequence[AgeRange] = (EVERYONE,)) -> Array:
    """Return shares by age and sex that sum to one inside the ages, ``(..., 2, 101)``; evenly where nobody moves."""
    inside = np.zeros(AGES)
    for part in ages:
        inside[part.cut] = 1.0
    chosen = weights * inside
    total = chosen.sum(axis=(-2, -1), keepdims=True)
    if (total > 0).all():
        return np.asarray(chosen / total)
    even = np.broadcast_to(inside / (2 * inside.sum()), chosen.shape)
    return np.where(total > 0, chosen / np.where(total > 0, total, 1.0), even)


def fewer(flow: Array, less: Array | float, ages: AgeRange = EVERYONE, of: Array | None = None) -> Array:
    """Return a flow that has ``less`` persons fewer in an age range, each age by the same share, never below zero.

    Args:
        flow: persons, or shares of ``of``, ``(..., 2, 101)``.
        less: persons, not negative, ``(...)`` or one number.
        ages: the range; other ages stay as they are.
        of: persons that ``flow`` is a share of.
    """
    persons = flow if of is None else flow * of
    there = count(persons, ages)
    part = np.where(there > 0, np.clip(1 - less / np.where(there > 0, there, 1.0), 0.0, 1.0), 1.0)
    found = np.array(flow)
    found[..., ages.cut] *= part[..., None, None]
    return found


@dataclass(frozen=True)
class Levels:
    """What a preset reaches: births per woman, and moves in less moves out of the first year in persons, ``(...)``."""

    total_fertility_rate: Array
    net_migration: Array


def levels(baseline: Baseline, preset: str) -> Levels:
    """Return what a preset reaches in births and moves.

    ``low`` and ``high`` are the extremes the place itself has seen. Where the rates of the start already lie beyond
    (counted moves against balances, a mean of other years), they are the extreme: low is never above continue, and
    high never below.
    """
    births, net = baseline.total_fertility_rate, baseline.net_migration
    if preset == "none":
        return Levels(births, np.zeros_like(net))
    if preset == "continue":
        return Levels(births, net)
    extreme, beyond = (baseline.low, np.minimum) if preset == "low" else (baseline.high, np.maximum)
    seen = np.asarray(extreme.net_migration_rate) * count(baseline.population)
    return Levels(beyond(births, np.asarray(extreme.total_fertility_rate)), beyond(net, seen))


def to_net(baseline: Baseline, net: Array) -> tuple[Array, Array | None]:
    """Return moves in, and persons leaving beyond the observed shares, that give a balance in the first year.

    More than observed: additional arrivals by the ages of those who come. Less: all ages of those who come lose the
    same share, and where that is not enough the rest leave by the ages of those who go. The numbers stay the same in
    later years, while the others leave at the observed shares: the fewer live there, the fewer leave.

    Args:
        baseline: the start.
        net: moves in less moves out in the first year, persons, ``(...)``.
    """
    missing = net - baseline.net_migration
    arrivals = fewer(baseline.in_migration, np.maximum(-missing, 0.0))
    if (missing > 0).any():
        arrivals = arrivals + np.maximum(missing, 0.0)[..., None, None] * spread(arriving(baseline))
    rest = np.maximum(-missing - count(baseline.in_migration), 0.0)
    return arrivals, rest[..., None, None] * spread(leaving(baseline)) if (rest > 0).any() else None


def towards(baseline: Baseline, total_fertility_rate: Array | float, phase: int, years: int) -> Array:
    """Return fertility by year that reaches births per woman in equal steps and stays, ``(years, ..., 35)``.

    The pattern by age stays that observed; without any birth observed it is even.
    """
    now = baseline.total_fertility_rate
    pattern = baseline.fertility / np.where(now > 0, now, 1.0)[..., None]
    pattern = np.where((now > 0)[..., None], pattern, 1 / pattern.shape[-1])
    reached = np.minimum(np.arange(1, years + 1) / phase, 1.0).reshape(-1, *(1,) * now.ndim)
    level = now + (np.asarray(total_fertility_rate) - now) * reached
    return np.asarray(level[..., None] * pattern)


def with_trend(survival: Array, improvement: Array, years: int) -> Array:
    """Return survival by year, ``(years, ..., 2, 101)``: dying becomes less likely by the same share each year."""
    left = np.cumprod(np.broadcast_to(1 - improvement, (years, *improvement.shape)), axis=0)
    left = left.reshape(years, *(1,) * (survival.ndim - improvement.ndim), *improvement.shape)
    return np.asarray(1 - (1 - survival) * left)


def with_life_expectancy(baseline: Baseline, gain: float, years: int) -> Array:
    """Return survival by year, ``(years, ..., 2, 101)``, with life expectancy higher by ``gain`` years in 2050.

    The probability of dying changes at all ages by the same share every year, so life expectancy almost linearly.
    A start in 2050 or later reaches the gain in its first year.
    """
    to_go = max(LIFE_YEAR - baseline.year, 1)
    steps = np.arange(1, years + 1).reshape(-1, *(1,) * baseline.survival.ndim)
    factor = np.exp(steps / to_go * log_factor(baseline, gain)[..., None, None])
    return np.clip(1 - (1 - baseline.survival) * factor, 0.0, 1.0)


def log_factor(baseline: Baseline, gain: float) -> Array:
    """Return the logarithm of the factor on mortality that gains so many years of life, ``(...)``: secant method."""
    start = baseline.life_expectancy.mean(axis=-1)

    def missed(log_factor: Array) -> Array:
        survival = np.clip(1 - (1 - baseline.survival) * np.exp(log_factor)[..., None, None], 0.0, 1.0)
        return np.asarray(replace(baseline, survival=survival).life_expectancy.mean(axis=-1) - start - gain)

    before, now = np.zeros_like(start), np.full_like(start, -gain * LOG_PER_YEAR)
    missed_before, missed_now = np.full_like(start, -gain), missed(now)
    for _ in range(40):
        open_ = (np.abs(missed_now) > EXACT) & (missed_now != missed_before)
        if not open_.any():
            break
        step = np.where(open_, (now - before) / np.where(open_, missed_now - missed_before, 1.0), 0.0)
        before, missed_before, now = now, missed_now, now - step * missed_now
        missed_now = missed(now)
    return now


def grown_older(persons: Array, survival: Array) -> Array:
    """Return persons a year later: everyone a year older or dead, nobody born, ``(..., 2, 101)``."""
    older = np.zeros(np.broadcast_shapes(persons.shape, survival.shape))
    older[..., 1:] = persons[..., :-1]
    older[..., -1] += persons[..., -1]
    return np.asarray(older * survival)


def limits(baseline: Baseline, lever: Lever) -> tuple[float, float]:
    """Return between which values a lever is worth moving in one place, and a goal is sought.

    Additional moves: up to five per cent of the inhabitants a year, at least 100 persons; others as declared.
    """
    if lever.kind not in ("in", "out"):
        return lever.low, lever.high
    most = min(max(LEAST_LIMIT, float(np.ceil(LARGEST_SHARE * count(baseline.population).max()))), lever.high)
    return max(-most, lever.low), most
