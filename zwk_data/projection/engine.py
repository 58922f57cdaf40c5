"""The cohort-component method: a population, its survival, its births, its moves, and the balance.

One step leads from 31 December to the next:

1. everyone grows a year older or dies; ``survival[..., a]`` is the probability of being alive at age ``a`` at the end
   of the step (age 0: from birth; the open age: for those who reach it and those in it);
2. women bear children, by the mean of their number at the beginning and, after survival, at the end of the step;
3. at the end of the step some move away (a share of those alive and a number) and some move in (a number).

The convention is that of the United Nations' cohort component method (ccmppWPP): female dominant, survival by
cohort, moves at the end of the step. So start + births - deaths + in - out = end, for every place and every year.

The same steps for compiled code are in ``kernels.py``; an independent referee in the tests holds both to 1e-9.
"""

from dataclasses import dataclass, replace

import numpy as np

from zwk_data.projection import compiled
from zwk_data.projection.ages import AGES, FEMALE, FERTILE, MALE, MALE_SHARE, Array

FERTILE_AGES = FERTILE.stop - FERTILE.start


@dataclass(frozen=True)
class Rates:
    """What happens in each year; the first axis is the year, the last two sex and age, between them what you like.

    survival: probability, ``(years, ..., 2, 101)``; fertility: births per woman and year at age 15 to 49,
    ``(years, ..., 35)``; in_migration: persons per year by age at its end, ``(years, ..., 2, 101)``, not negative;
    out_rate: share of those alive at the end of the year who leave, ``(years, ..., 2, 101)``; out_migration: persons
    who leave beyond that share, never more than there are; either is None where there is none. male_share: of births.
    """

    survival: Array
    fertility: Array
    in_migration: Array
    out_rate: Array | None = None
    out_migration: Array | None = None
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
    ``(years, ..., 2, 101)`` by age at the end of the year. in_migration is that of the rates, not a copy, and so may
    out_migration be where only numbers leave.
    """

    population: Array
    births: Array
    newborn: Array
    deaths: Array
    in_migration: Array
    out_migration: Array


def project(start: Array, rates: Rates, out: Projection | None = None, kernel: compiled.Kernel = "numpy") -> Projection:
    """Project populations year by year, all places and scenarios at once.

    Args:
        start: persons on 31 December, ``(..., 2, 101)``.
        rates: rates of each year; their middle axes and those of ``start`` are broadcast against each other.
        out: a projection of the same shape that is no longer needed: its arrays are filled anew. Fresh memory costs
            as much as the computation where there are hundreds of places.
        kernel: ``numpy``, ``compiled``, or ``auto``: compiled once that is ready. They agree to 1e-9, not to the
            bit: what is stored or shown is NumPy's, or it would depend on what this process has compiled before.

    Raises:
        ValueError: the ages do not fit, there are no years, or ``out`` has another shape.
        RuntimeError: ``compiled`` was asked for and is not to be had.
    """
    shape = _shape(start, rates)
    result = _room(shape, rates, out)
    result.population[0] = start
    if compiled.chosen(kernel):
        return compiled.project(rates, result, shape)
    for year in range(rates.years):
        _grow_older(result, rates, year)
        _be_born(result, rates, year)
        _move(result, rates, year)
    return result


def _grow_older(result: Projection, rates: Rates, year: int) -> None:
    """From age to age: who is alive a year later, and who died. Age 0 is left to ``_be_born``."""
    survival = rates.survival[year]
    before, alive, deaths = result.population[year], result.population[year + 1], result.deaths[year]
    oldest, survivors = before[..., -1], before[..., -1] * survival[..., -1]
    if survival.shape == before.shape:  # as one long row, twice as fast; what it puts at age 0 is replaced there
        rows = [array.reshape(-1) for array in (survival, before, alive, deaths)]
    else:
        rows = [survival, before, alive, deaths]
    _by_age(*rows)
    alive[..., -1] += survivors
    deaths[..., -1] += oldest - survivors


def _by_age(survival: Array, before: Array, alive: Array, deaths: Array) -> None:
    """Carry everyone below the open age one age on."""
    np.multiply(before[..., :-1], survival[..., 1:], out=alive[..., 1:])
    np.subtract(before[..., :-1], alive[..., 1:], out=deaths[..., 1:])


def _be_born(result: Projection, rates: Rates, year: int) -> None:
    """Births by age of the mother, children by sex, and those of them who die before the end of the year."""
    before, alive, births = result.population[year], result.population[year + 1], result.births[year]
    np.add(before[..., FEMALE, FERTILE], alive[..., FEMALE, FERTILE], out=births)
    births *= rates.fertility[year]
    births *= 0.5
    newborn = result.newborn[year]
    newborn[..., MALE] = births.sum(axis=-1) * rates.male_share
    newborn[..., FEMALE] = births.sum(axis=-1) * (1 - rates.male_share)
    alive[..., 0] = newborn * rates.survival[year][..., 0]
    result.deaths[year][..., 0] = newborn - alive[..., 0]


def _move(result: Projection, rates: Rates, year: int) -> None:
    """Some of those alive leave, never more than there are; then others arrive."""
    population, gone = result.population[year + 1], result.out_migration[year]
    if rates.out_rate is not None:
        np.multiply(population, rates.out_rate[year], out=gone)
        if rates.out_migration is not None:
            gone += rates.out_migration[year]
        np.minimum(gone, population, out=gone)
        population -= gone
    elif rates.out_migration is not None:
        np.minimum(population, rates.out_migration[year], out=gone)
        population -= gone
    population += rates.in_migration[year]


def _shape(start: Array, rates: Rates) -> tuple[int, ...]:
    """Return the common shape of one year's population."""
    if not rates.years or start.shape[-2:] != (2, AGES):
        raise ValueError(f"a population of {start.shape[-2:]} over {rates.years} years cannot be projected")
    arrays = (rates.survival, rates.in_migration, rates.out_rate, rates.out_migration)
    middle = [array.shape[1:-2] for array in arrays if array is not None]
    return (*np.broadcast_shapes(start.shape[:-2], rates.fertility.shape[1:-1], *middle), 2, AGES)


def _room(shape: tuple[int, ...], rates: Rates, out: Projection | None) -> Projection:
    """Return a projection to be filled: new memory, or that of ``out``."""
    years, places = rates.years, shape[:-2]
    shapes = {"population": (years + 1, *shape), "births": (years, *places, FERTILE_AGES),
              "newborn": (years, *places, 2), "deaths": (years, *shape)}  # fmt: skip
    arrays = {name: np.empty(room) if out is None else getattr(out, name) for name, room in shapes.items()}
    if any(arrays[name].shape != room or not arrays[name].flags.carray for name, room in shapes.items()):
        raise ValueError("the arrays to be filled are not those of a projection of this shape")
    if rates.out_rate is None and rates.out_migration is None:
        gone = np.broadcast_to(0.0, (years, *shape))
    elif out is not None and out.out_migration.flags.carray and out.out_migration.shape == (years, *shape):
        gone = out.out_migration
    else:
        gone = np.empty((years, *shape))
    return Projection(in_migration=compiled.spread(rates.in_migration, shape), out_migration=gone, **arrays)


def set_off(projection: Projection, rates: Rates) -> Rates:
    """Return rates that give the same projection with moves in and out of one age and sex set off against each other.

    A surplus becomes persons who come, a deficit the share of those there who leave.
    """
    net = projection.in_migration - projection.out_migration
    alive = projection.population[1:] - net  # at the end of the year, before moves
    share = np.clip(-net, 0.0, None) / np.where(alive > 0, alive, 1.0)
    return replace(rates, in_migration=np.maximum(net, 0.0), out_rate=np.minimum(share, 1.0), out_migration=None)


def balance(projection: Projection) -> Array:
    """Return what start + births - deaths + in - out = end is short of, ``(years, ...)``: zero but for rounding."""

    def total(values: Array) -> Array:
        return values.sum(axis=(-2, -1))

    stock = total(projection.population)
    made = projection.births.sum(axis=-1) - total(projection.deaths)
    moved = total(projection.in_migration) - total(projection.out_migration)
    return stock[:-1] + made + moved - stock[1:]


__all__ = ["FEMALE", "MALE", "Projection", "Rates", "balance", "project"]
