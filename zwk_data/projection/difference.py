"""Why two runs differ: the difference of a number split into base population, births, deaths and moves.

The four components of one run are replaced by those of the other, one after the other. What a component does depends
on what was replaced before, so the mean over all 24 orders is taken (Shapley 1953): the only split that sums to the
difference, gives nothing to what is equal, and knows no order. All sixteen mixtures are one run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import factorial

import numpy as np

from zwk_data.projection.ages import EVERYONE, AgeRange, Array, count
from zwk_data.projection.engine import Rates, project

COMPONENTS = ("base", "births", "deaths", "migration")


@dataclass(frozen=True)
class Side:
    """One of the runs: persons on 31 December of ``year``, ``(2, 101)``, and the rates of the years that follow."""

    year: int
    population: Array
    rates: Rates


@dataclass(frozen=True)
class Difference:
    """Persons that the second run has more than the first, and by what.

    ``base``: who lives there at the common start; ``births``: fertility; ``deaths``: mortality; ``migration``: moves.
    ``first``, ``second``: the numbers themselves; ``start``: the common start, the later one of the two.
    """

    first: float
    second: float
    base: float
    births: float
    deaths: float
    migration: float
    start: int

    @property
    def total(self) -> float:
        """The second number less the first; the four parts sum to it."""
        return self.second - self.first


def split(first: Side, second: Side, year: int, ages: AgeRange = EVERYONE, sex: str = "t") -> Difference:
    """Return why a number of people differs between two runs of one place at the end of a year.

    A run that starts earlier is first carried on to the start of the other; what lies before counts as base population.

    Raises:
        ValueError: a run does not reach from the later start to ``year``, or has several places.
    """
    start = max(first.year, second.year)
    sides = [_from(side, start, year) for side in (first, second)]
    values = _mixtures(sides, ages, sex)
    base, births, deaths, migration = (_share(values, component) for component in range(len(COMPONENTS)))
    return Difference(values[0, 0, 0, 0], values[1, 1, 1, 1], base, births, deaths, migration, start)


def _from(side: Side, start: int, year: int) -> Side:
    """Return the side with the common start and end."""
    last = side.year + side.rates.years
    if side.population.ndim != 2 or not start < year <= last:
        raise ValueError(f"a run of {side.year} to {last} cannot be compared from {start} to {year}")
    population = side.population
    if start > side.year:
        population = project(population, _years(side.rates, 0, start - side.year)).population[-1]
    return Side(start, population, _years(side.rates, start - side.year, year - side.year))


def _years(rates: Rates, first: int, last: int) -> Rates:
    """Return the rates of some of their years."""
    out_rate, gone = rates.out_rate, rates.out_migration
    return replace(
        rates, survival=rates.survival[first:last], fertility=rates.fertility[first:last],
        in_migration=rates.in_migration[first:last], out_rate=None if out_rate is None else out_rate[first:last],
        out_migration=None if gone is None else gone[first:last],
    )  # fmt: skip


def _mixtures(sides: list[Side], ages: AgeRange, sex: str) -> Mapping[tuple[int, ...], float]:
    """Return the number for every choice of the side each component is taken from, in the order of COMPONENTS."""
    choices = list(product((0, 1), repeat=len(COMPONENTS)))
    base, births, deaths, migration = (np.array(column) for column in zip(*choices, strict=True))
    one, other = (side.rates for side in sides)
    if one.male_share != other.male_share:
        raise ValueError("the share of boys is no component")
    start = np.stack([side.population for side in sides])[base]
    mixed = Rates(
        np.stack([one.survival, other.survival], axis=1)[:, deaths],
        np.stack([one.fertility, other.fertility], axis=1)[:, births],
        np.stack([one.in_migration, other.in_migration], axis=1)[:, migration],
        _either(one.out_rate, other.out_rate, migration), _either(one.out_migration, other.out_migration, migration),
        one.male_share,
    )  # fmt: skip
    numbers = count(project(start, mixed, kernel="numpy").population[-1], ages, sex)
    return dict(zip(choices, numbers.tolist(), strict=True))


def _either(one: Array | None, other: Array | None, chosen: Array) -> Array | None:
    if one is None and other is None:
        return None
    known = one if one is not None else other
    pair = [np.zeros_like(known) if side is None else side for side in (one, other)]
    return np.asarray(np.stack(pair, axis=1)[:, chosen])


def _share(values: Mapping[tuple[int, ...], float], component: int) -> float:
    """Return what a component adds in the mean over all orders (Shapley value)."""
    size, found = len(COMPONENTS), 0.0
    for choice in values:
        if choice[component]:
            continue
        before = sum(choice)
        weight = factorial(before) * factorial(size - before - 1) / factorial(size)
        found += weight * (values[(*choice[:component], 1, *choice[component + 1 :])] - values[choice])
    return found
