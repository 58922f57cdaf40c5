"""Migration: by age from counted moves where they exist, else what population change leaves after births and deaths.

The cohort-survival residual: who is there at age ``a`` at the end of a year, less who would be there if those of age
``a - 1`` a year before had only been subject to mortality. It contains the corrections of the register. Rates are
residuals per expected survivor in groups of five years of age; the mean of several years is drawn towards the Land.

Years in which Germany as a whole gained more than ``EXCEPTIONAL`` per inhabitant (2015, 2022) count only for the ages
from 65 on: who was booked at a reception centre then says nothing about the years to come. The same holds for a single
year of a place that lies more than ``FAR_OFF`` from the median of its years. Nothing is taken over the change of the
census basis: both populations of a pair rest on the same one.
"""

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import AGES, GROUP_OF_AGE, MIGRATION_GROUPS, Array
from zwk_data.projection.shrinking import Groups, shrunk_rate
from zwk_data.projection.splitting import split

GROUP_STARTS = np.arange(0, 90, 5)  # of the groups in which rates are measured; the last is open
GROUP_WIDTHS = np.array([5] * 17 + [16])
OLD = int(np.searchsorted(GROUP_STARTS, 65))  # first group that exceptional years count for
EXCEPTIONAL = 0.010  # net migration of Germany per inhabitant and year
FAR_OFF = 0.02  # net moves per inhabitant of a place from the median of its years


def in_groups(values: Array) -> Array:
    """Return sums over the eighteen groups, ``(..., 2, 18)``."""
    return np.asarray(np.add.reduceat(values, GROUP_STARTS, axis=-1))


def in_move_groups(values: Array) -> Array:
    """Return sums over both sexes and the six groups in which moves are planned and missed, ``(..., 6)``."""
    starts = [group.first for group in MIGRATION_GROUPS]
    return np.asarray(np.add.reduceat(values.sum(axis=-2), starts, axis=-1))


def survivors(population: Array, survival: Array, newborn: Array) -> Array:
    """Return who would be there a year later without moves, ``(..., 2, 101)``.

    Args:
        population: on 31 December before, ``(..., 2, 101)``.
        survival: by age reached, likewise.
        newborn: live births of the year by sex, ``(..., 2)``.
    """
    aged = np.concatenate([newborn[..., None], population[..., :-1]], axis=-1)
    aged[..., -1] += population[..., -1]
    return np.asarray(aged * survival)


def is_exceptional(net: Array, people: Array) -> bool:
    """Tell whether the nation gained so much in a year that it says nothing about the others."""
    return bool(net.sum() / people.sum() > EXCEPTIONAL)


def odd_years(net: Array, exposed: Array) -> npt.NDArray[np.bool_]:
    """Tell which years of a place lie so far from its others that they say nothing about the years to come.

    Args:
        net: net moves, ``(years, places, 2, 18)``.
        exposed: expected survivors, likewise.

    Returns:
        ``(years, places)``; nothing is odd where fewer than three years are known.
    """
    if len(net) < 3:
        return np.zeros(net.shape[:2], dtype=bool)
    people = exposed.sum(axis=(-2, -1))
    yearly = np.where(people > 0, net.sum(axis=(-2, -1)) / np.maximum(people, 1.0), np.nan)
    return np.abs(yearly - np.nanmedian(yearly, axis=0)) > FAR_OFF  # what is not known is not odd


def mean_rate(net: Array, exposed: Array, odd: npt.NDArray[np.bool_], groups: Groups) -> Array:
    """Return the yearly net rate of each place by group of age, drawn towards the Land, ``(places, 2, 18)``.

    Args:
        net: net moves, ``(years, places, 2, 18)``.
        exposed: expected survivors, likewise.
        odd: ``(years, places)``: counts only for the ages from 65 on.
        groups: number of the Land of each place.
    """
    rate = shrunk_rate(net, exposed, groups)
    usual = ~odd[..., None, None]
    years = (~odd).any(axis=1)
    rate[..., :OLD] = shrunk_rate((net * usual)[years][..., :OLD], (exposed * usual)[years][..., :OLD], groups)
    return rate


def by_age(rates: Array) -> Array:
    """Return rates by single age from those of groups, ``(..., 101)``: moving mean over five ages, so without steps."""
    flat = np.repeat(rates, GROUP_WIDTHS, axis=-1)
    padded = np.concatenate([flat[..., :1], flat[..., :1], flat, flat[..., -1:], flat[..., -1:]], axis=-1)
    return np.asarray(sum(padded[..., shift : shift + AGES] for shift in range(5)) / 5)


def moves(rate: Array, alive: Array) -> tuple[Array, Array]:
    """Return persons moving in per year and the share moving out, both by age, from a net rate.

    A surplus becomes a number of persons, which does not grow with the population it joins; a deficit becomes a share
    of those who are there, which can never take more than there are.
    """
    return np.maximum(rate, 0.0) * alive, np.clip(-rate, 0.0, 1.0)


def counted_by_age(moved: Array, alive: Array) -> Array:
    """Return moves by single age from the six official groups, ``(..., 2, 101)``; the open group as ``alive`` is."""
    limits = [(group.first, group.last) for group in MIGRATION_GROUPS]
    return split(limits, moved, alive)


__all__ = ["GROUP_OF_AGE", "by_age", "counted_by_age", "in_groups", "in_move_groups", "is_exceptional", "mean_rate",
           "moves", "odd_years", "survivors"]  # fmt: skip
