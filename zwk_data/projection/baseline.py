"""Where a projection starts: the population of a place on one day and the rates observed there.

A baseline may hold one place or many: the axes before sex and age are those of the places.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from zwk_data.projection.ages import Array


@dataclass(frozen=True)
class Baseline:
    """Population and observed rates.

    population: persons on ``day``, ``(..., 2, 101)``; survival: probability by age reached, ``(..., 2, 101)``;
    improvement: yearly decline of the death rate as a share, ``(2, 101)``; fertility: births per woman and year at
    age 15 to 49, ``(..., 35)``; in_migration: persons per year by age at its end, ``(..., 2, 101)``; out_rate: share
    of those alive who leave in a year, ``(..., 2, 101)``. ``low`` and ``high`` are what the place itself has seen.

    Where only balances are known, in_migration holds the surpluses and out_rate the deficits by age
    (``gross`` false); where moves in and out were published by age, the flows themselves (``gross`` true).
    """

    day: date
    population: Array
    survival: Array
    improvement: Array
    fertility: Array
    in_migration: Array
    out_rate: Array
    low: "Extreme"
    high: "Extreme"
    gross: bool = False

    @property
    def year(self) -> int:
        """The year at whose end it stands."""
        return self.day.year

    @property
    def total_fertility_rate(self) -> Array:
        """Births per woman at the observed rates, ``(...)``."""
        return self.fertility.sum(axis=-1)

    @property
    def net_migration(self) -> Array:
        """Moves in less moves out in the first year, persons, ``(...)``."""
        alive = np.concatenate([self.population[..., :1], self.population[..., :-1]], axis=-1) * self.survival
        return (self.in_migration - self.out_rate * alive).sum(axis=(-2, -1))

    @property
    def life_expectancy(self) -> Array:
        """Life expectancy at birth by sex at the observed rates, years, ``(..., 2)``: person-years lived by cohort."""
        alive = np.cumprod(self.survival[..., :-1], axis=-1)
        last = self.survival[..., -1]
        return alive.sum(axis=-1) + alive[..., -1] * last / (1 - last)


@dataclass(frozen=True)
class Extreme:
    """The lowest or highest mean of three years that a place has seen: births per woman, and balance of moves.

    net_migration_rate: moves in less moves out per inhabitant and year, ``(...)``; total_fertility_rate ``(...)``;
    years: (first, last) year of each, in words for the assumptions.
    """

    total_fertility_rate: Array
    net_migration_rate: Array
    fertility_years: str = ""
    migration_years: str = ""
