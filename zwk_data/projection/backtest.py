"""The test against the past: what this projection and two naive ones would have said, and what came.

Rolling origins: from each origin only what was known then (see ``estimating``), every later year on the same census
basis compared by age group. The naive methods take the same years: constant shares and growth (the population of
every age grows as the total did), and the linear trend of every single age.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.projection.ages import AgeRange, Array, count
from zwk_data.projection.engine import Rates, project
from zwk_data.projection.estimating import YEARS_OF_MOVES, Estimated, estimate, yearly_improvement
from zwk_data.projection.migration import in_move_groups, survivors
from zwk_data.projection.mortality import deaths_expected
from zwk_data.projection.observed import Observed

# Limits that the grids of all sources share, so that what came was counted and not split.
GROUPS = {
    "total": AgeRange(0), "0_9": AgeRange(0, 9), "10_19": AgeRange(10, 19), "20_29": AgeRange(20, 29),
    "30_49": AgeRange(30, 49), "50_64": AgeRange(50, 64), "20_64": AgeRange(20, 64), "65": AgeRange(65),
    "75": AgeRange(75), "80": AgeRange(80),
}  # fmt: skip
SIZE_LIMITS = (100_000, 150_000, 250_000)  # inhabitants; no class has fewer than 30 Kreise
SIZE_CLASSES = ("under_100k", "100k_150k", "150k_250k", "from_250k")
LEAST_PAIRS = 2  # years of moves that an origin must know
METHODS = ("cohort", "shares", "linear")


def size_classes(population: Array) -> list[str]:
    """Return the size class of each place from its inhabitants, ``(places,)``."""
    return [SIZE_CLASSES[number] for number in np.digitize(population, SIZE_LIMITS)]


def origins(observed: Observed) -> list[int]:
    """Return the years a test can start from: enough known before, and a later year on the same basis."""
    return [
        year for year in observed.years
        if len(_own_pairs(observed, year)) >= LEAST_PAIRS and targets(observed, year)
    ]  # fmt: skip


def _own_pairs(observed: Observed, origin: int) -> list[int]:
    basis = observed.tables[origin].basis
    return [year for year in observed.pairs(origin) if observed.tables[year].basis == basis]


def targets(observed: Observed, origin: int) -> list[int]:
    """Return the later years that an origin is compared with: the same basis, as far as births were counted."""
    basis, births = observed.tables[origin].basis, observed.births
    later = [year for year in observed.years if year > origin and observed.tables[year].basis == basis]
    return [year for year in later if year in births and not np.isnan(births[year]).any()]


@dataclass(frozen=True)
class Tested:
    """One origin: the estimated rates, those of each year, and the population of every method by year."""

    origin: int
    estimated: Estimated
    rates: Rates
    populations: dict[str, Array]  # by method, (years + 1, places, 2, 101)


def run_origin(observed: Observed, origin: int, years: int) -> Tested:
    """Project all places from an origin by every method."""
    found = estimate(observed, origin)
    rates = rates_of(found, yearly_improvement(observed, origin), years)
    start = observed.populations[origin]
    return Tested(origin, found, rates, {
        "cohort": project(start, rates).population,
        "shares": _constant_shares(observed, origin, years), "linear": _linear_trend(observed, origin, years),
    })  # fmt: skip


def rates_of(found: Estimated, improvement: Array, years: int) -> Rates:
    """Return the estimated rates carried on for some years: constant, but mortality improving as observed."""
    steps = np.arange(1, years + 1)[:, None, None, None]
    survival = 1 - (1 - found.survival) * (1 - improvement) ** steps

    def every_year(values: Array) -> Array:
        return np.broadcast_to(values, (years, *values.shape))

    return Rates(survival, every_year(found.fertility), every_year(found.in_migration), every_year(found.out_rate))


def _first_year(observed: Observed, origin: int) -> int:
    return _own_pairs(observed, origin)[-YEARS_OF_MOVES:][0] - 1


def _constant_shares(observed: Observed, origin: int, years: int) -> Array:
    first, start = _first_year(observed, origin), observed.populations[origin]
    growth = (count(start) / count(observed.populations[first])) ** (1 / (origin - first))
    return start * growth[:, None, None] ** np.arange(years + 1)[:, None, None, None]


def _linear_trend(observed: Observed, origin: int, years: int) -> Array:
    first, start = _first_year(observed, origin), observed.populations[origin]
    yearly = (start - observed.populations[first]) / (origin - first)
    return np.maximum(start + yearly * np.arange(years + 1)[:, None, None, None], 0.0)


def errors(observed: Observed, tested: Tested) -> Iterator[pd.DataFrame]:
    """Yield, for every later year, group and method, what was projected and what came, place by place.

    Places whose territory changed in between are left out.
    """
    for year in targets(observed, tested.origin):
        horizon, came = year - tested.origin, observed.populations[year]
        same = unchanged(observed, tested.origin, year)
        for name, ages in GROUPS.items():
            for method, populations in tested.populations.items():
                yield pd.DataFrame({
                    "ags": pd.Categorical(observed.places), "origin": tested.origin, "horizon": horizon,
                    "age_group": name, "method": method, "projected": count(populations[horizon], ages),
                    "observed": count(came, ages),
                })[same]  # fmt: skip


def unchanged(observed: Observed, first: int, last: int) -> npt.NDArray[np.bool_]:
    """Tell which places kept their territory from the end of one year to that of another, ``(places,)``."""
    changes = [observed.changed[year] for year in range(first + 1, last + 1) if year in observed.changed]
    return ~np.any(changes, axis=0) if changes else np.ones(len(observed.places), dtype=bool)


def hindcast(observed: Observed, origin: int, rates_from: int) -> Tested:
    """Project from an early year with rates observed later: no test, since nobody could have known them."""
    found = estimate(observed, rates_from)
    years = len(targets(observed, origin))
    rates = rates_of(found, np.zeros_like(found.improvement), years)
    return Tested(origin, found, rates, {"hindcast": project(observed.populations[origin], rates).population})


@dataclass(frozen=True)
class Misses:
    """What an origin missed in the components, lead by lead: the raw material of the band.

    births, deaths: logarithm of counted against expected at the rates assumed, ``(leads, places)``; moves: net moves
    beyond those assumed, per person of the group who was there, ``(leads, places, 6)``.
    """

    origin: int
    births: Array
    deaths: Array
    moves: Array


def misses(observed: Observed, tested: Tested) -> Misses:
    """Return the misses of an origin; each lead starts from the population that was really there.

    Not a number for a place from the lead on in which its territory changed.
    """
    births, deaths, moved = [], [], []
    for lead, year in enumerate(targets(observed, tested.origin)):
        before, after = observed.populations[year - 1], observed.populations[year]
        newborn, survival = observed.newborn(year), tested.rates.survival[lead]
        births.append(np.log(observed.births[year] / (observed.unit(year) * tested.estimated.fertility.sum(axis=-1))))
        expected = deaths_expected(before, survival, newborn).sum(axis=(-2, -1))
        factor = observed.deaths[year] / expected
        deaths.append(np.log(factor))
        alive = survivors(before, 1 - (1 - survival) * factor[:, None, None], newborn)
        assumed = tested.estimated.in_migration - tested.estimated.out_rate * alive
        beyond = in_move_groups(after) - in_move_groups(alive) - in_move_groups(assumed)
        same = np.where(unchanged(observed, tested.origin, year), 1.0, np.nan)
        births[-1] *= same
        deaths[-1] *= same
        moved.append(beyond / in_move_groups(alive) * same[:, None])
    return Misses(tested.origin, np.stack(births), np.stack(deaths), np.stack(moved))
