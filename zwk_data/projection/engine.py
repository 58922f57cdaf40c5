"""The cohort-component method: a population, its survival, its births, its moves, and the balance.

One step leads from 31 December to the next:

1. everyone grows a year older or dies; ``survival[..., a]`` is the probability of being alive at age ``a`` at the end
   of the step (age 0: from birth; the open age: for those who reach it and those in it);
2. women bear children, by the mean of their number at the beginning and, after survival, at the end of the step;
3. at the end of the step some move away (a share of those alive and a number) and some move in (a number).

The convention is that of the United Nations' cohort component method (ccmppWPP): female dominant, survival by
cohort, moves at the end of the step. So start + births - deaths + in - out = end, for every place and every year.
"""

from dataclasses import dataclass

import numpy as np

from zwk_data.projection.ages import AGES, FEMALE, FERTILE, MALE, MALE_SHARE, Array


@dataclass(frozen=True)
class Rates:
    """What happens in each year; the first axis is the year, the last two sex and age, between them what you like.

    survival: probability, ``(years, ..., 2, 101)``; fertility: births per woman and year at age 15 to 49,
    ``(years, ..., 35)``; in_migration: persons per year by age at its end, ``(years, ..., 2, 101)``, not negative;
    out_rate: share of those alive at the end of the year who leave, ``(years, ..., 2, 101)``; out_migration: persons
    who leave beyond that share, never more than there are; male_share: of live births.
    """

    survival: Array
    fertility: Array
    in_migration: Array
    out_rate: Array
    out_migration: Array
    male_share: float = MALE_SHARE

    @property
    def years(self) -> int:
        """The number of steps."""
        return len(self.survival)


@dataclass(frozen=True)
class Projection:
    """A projected population with everything that made it, in persons; the first axis is the year.

    population: ``(years + 1, ..., 2, 101)`` on 31 December, the start first; births: ``(years, ..., 35)`` by age of
    the mother; newborn: ``(years, ..., 2)`` by sex of the child; deaths, in_migration, out_migration:
    ``(years, ..., 2, 101)`` by age at the end of the year.
    """

    population: Array
    births: Array
    newborn: Array
    deaths: Array
    in_migration: Array
    out_migration: Array


def project(start: Array, rates: Rates) -> Projection:
    """Project populations year by year.

    Args:
        start: persons on 31 December, ``(..., 2, 101)``.
        rates: rates of each year; their middle axes and those of ``start`` are broadcast against each other.

    Raises:
        ValueError: the ages do not fit, or there are no years.
    """
    shape = _shape(start, rates)
    years = rates.years
    population = np.empty((years + 1, *shape))
    deaths, gone = np.empty((years, *shape)), np.empty((years, *shape))
    births, newborn = np.empty((years, *shape[:-2], 35)), np.empty((years, *shape[:-2], 2))
    population[0] = start
    sexes = np.array([1 - rates.male_share, rates.male_share])
    for year in range(years):
        before, after, survival = population[year], population[year + 1], rates.survival[year]
        aged = deaths[year]  # those who would be there if nobody died; what is missing below are the deaths
        aged[..., 1:] = before[..., :-1]
        aged[..., -1] += before[..., -1]
        after[..., 1:] = aged[..., 1:] * survival[..., 1:]
        women = 0.5 * (before[..., FEMALE, FERTILE] + after[..., FEMALE, FERTILE])
        births[year] = rates.fertility[year] * women
        newborn[year] = births[year].sum(axis=-1, keepdims=True) * sexes
        aged[..., 0] = newborn[year]
        after[..., 0] = newborn[year] * survival[..., 0]
        aged -= after
        np.minimum(after * rates.out_rate[year] + rates.out_migration[year], after, out=gone[year])
        after -= gone[year]
        after += rates.in_migration[year]
    came = np.broadcast_to(rates.in_migration, (years, *shape))
    return Projection(population, births, newborn, deaths, came, gone)


def _shape(start: Array, rates: Rates) -> tuple[int, ...]:
    """Return the common shape of one year's population."""
    if not rates.years or start.shape[-2:] != (2, AGES):
        raise ValueError(f"a population of {start.shape[-2:]} over {rates.years} years cannot be projected")
    middle = [array.shape[1:-2] for array in (rates.survival, rates.in_migration, rates.out_rate, rates.out_migration)]
    return (*np.broadcast_shapes(start.shape[:-2], rates.fertility.shape[1:-1], *middle), 2, AGES)


def balance(projection: Projection) -> Array:
    """Return what start + births - deaths + in - out = end is short of, ``(years, ...)``: zero but for rounding."""
    def total(values: Array) -> Array:
        return values.sum(axis=(-2, -1))

    stock = total(projection.population)
    made = projection.births.sum(axis=-1) - total(projection.deaths)
    moved = total(projection.in_migration) - total(projection.out_migration)
    return stock[:-1] + made + moved - stock[1:]


__all__ = ["FEMALE", "MALE", "Projection", "Rates", "balance", "project"]
