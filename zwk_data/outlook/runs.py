"""Runs: a start, a scenario, a projection; and the band of paths around it.

The band comes from the misses of earlier projections of Kreise of the same size (``projection.errors``), stretched by
the factor with which it held four out of five of them; beyond the tested years, by the factor of the last one. Its seed
does not depend on the scenario, so that it moves with the levers and not by chance; every place has a seed of its own.

Misses were measured in balances, so paths run with the moves in and out of one age set off against each other: with
gross flows a share of everyone who is too many would leave again every year, and the band would close.

A town at the structure of its Kreis (form ``scaled``) has a wider band: by what the same approximation missed of Kreise
run with the structure of their Land (``accuracy.approximated``).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from zwk_data.outlook.accuracy import extra_of, tested_group
from zwk_data.outlook.kept import Kept
from zwk_data.outlook.starts import Start, fixed
from zwk_data.projection.ages import AgeRange, Array, count
from zwk_data.projection.engine import Projection, Rates, project, set_off
from zwk_data.projection.errors import HIGH, LOW, Cases, cases_of, draw_shocks, stretched
from zwk_data.projection.scenario import Scenario, rates
from zwk_data.projection.trajectories import Shocks, quantiles, trajectories
from zwk_data.warehouse import Statistics

UNTIL = 2050
PATHS, MOST_PATHS = 1000, 20_000
Group = tuple[AgeRange, str]  # ages and sex (f, m, t)


@dataclass(frozen=True)
class Run:
    """One projection with all that made it; arrays can only be read.

    years: those at whose end the populations stand, the start first; rates: of the years after it.
    """

    start: Start
    scenario: Scenario
    years: tuple[int, ...]
    rates: Rates
    projection: Projection

    @property
    def population(self) -> Array:
        """Persons on 31 December of ``years``, ``(years, 2, 101)``."""
        return self.projection.population


_RUNS: Kept[Run] = Kept(64)  # about 1.5 MB each
_PATHS: Kept[Array] = Kept(16)  # about 2 MB each, for ten groups
_BANDS: Kept[tuple[Array, Array]] = Kept(256)
_STRETCH: Kept[dict[tuple[str, str], Array]] = Kept(4)
_CASES: Kept[dict[str, Cases]] = Kept(4)
_SHOCKS: Kept[Shocks] = Kept(16)  # about 2 MB each


def run(data: Statistics, start: Start, scenario: Scenario, until: int = UNTIL) -> Run:
    """Project a start to the end of a year.

    Raises:
        ScenarioError: the year does not lie between the start and ``scenario.LAST_YEAR``.
    """
    found = _RUNS.get(_key(start, scenario, until), lambda: _run(start, scenario, until))
    same = (found.start.asked, found.start.notes) == (start.asked, start.notes)
    return found if same else replace(found, start=start)  # another town of the same Kreis


def _key(start: Start, scenario: Scenario, until: int) -> tuple[object, ...]:
    return (*start.key, str(replace(scenario, name="")), until)


def _run(start: Start, scenario: Scenario, until: int) -> Run:
    chosen = rates(start.baseline, scenario, until)
    made = project(start.baseline.population, chosen, kernel="numpy")  # the same bits before and after warming up
    for values in (made.population, made.births, made.newborn, made.deaths, made.in_migration, made.out_migration):
        values.setflags(write=False)
    return Run(start, scenario, tuple(range(start.year, until + 1)), chosen, made)


def band(
    data: Statistics, start: Start, scenario: Scenario, until: int, groups: Sequence[Group], paths: int = PATHS,
    seed: int = 1,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the edges between which four of five paths lie, ``(years + 1, groups)`` each, in persons.

    Args:
        data: the figures.
        start: where it starts.
        scenario: what is assumed.
        until: last year.
        groups: ages and sex of each group.
        paths: how many.
        seed: the same seed gives the same paths.

    Raises:
        ScenarioError: as for ``run``.
        ValueError: too many paths, or no earlier projection to learn from.
    """
    wanted = tuple(groups)
    key = (*_key(start, scenario, until), wanted, paths, seed)
    return _BANDS.get(key, lambda: _band(data, start, scenario, until, wanted, paths, seed))


def _band(
    data: Statistics, start: Start, scenario: Scenario, until: int, groups: tuple[Group, ...], number: int, seed: int
) -> tuple[Array, Array]:  # fmt: skip
    found = quantiles(trajectories_of(data, start, scenario, until, groups, number, seed), (LOW, HIGH))
    expected = expected_of(run(data, start, scenario, until), groups)
    factors = np.stack([factor_of(data, start.size_class, ages, until - start.year) for ages, _ in groups], axis=-1)
    low, high = stretched(expected, found[0], factors), stretched(expected, found[1], factors)
    if start.form == "scaled":
        extra = np.stack([extra_of(data, ages, until - start.year) for ages, _ in groups], axis=-1) * expected
        low, high = wider(expected, low, extra, -1), wider(expected, high, extra, 1)
    return fixed(low), fixed(high)


def wider(expected: Array, edge: Array, extra: Array, side: int) -> Array:
    """Return an edge of a band moved out by an independent error: distances add up as squares; not below zero.

    ``side``: -1 for the lower edge, 1 for the upper one.
    """
    away = np.hypot(np.maximum(side * (edge - expected), 0.0), extra)
    return np.asarray(np.maximum(expected + side * away, 0.0))


def expected_of(found: Run, groups: Sequence[Group]) -> Array:
    """Return the persons of each group in a run, ``(years + 1, groups)``."""
    return np.stack([count(found.population, ages, sex) for ages, sex in groups], axis=-1)


def factor_of(data: Statistics, size_class: str, ages: AgeRange, years: int) -> Array:
    """Return by how much the band of some ages is stretched in each year, ``(years + 1,)``; by one at the start.

    The nearest tested age group speaks for the ages; without a test the band stays as it is drawn.
    """
    table = _STRETCH.get(data.generation.sha256, lambda: _stretches(data))
    tested = table.get((size_class, tested_group(ages)), np.ones(1))
    return np.concatenate([[1.0], tested, np.full(max(years - len(tested), 0), tested[-1])])[: years + 1]


def _stretches(data: Statistics) -> dict[tuple[str, str], Array]:
    rows = data.projection_stretch().sort_values("horizon")
    keys = rows.groupby(["size_class", "age_group"], observed=True)
    return {(str(size), str(group)): part["factor"].to_numpy(dtype=float) for (size, group), part in keys}


def paths(
    data: Statistics, start: Start, scenario: Scenario, until: int, groups: Sequence[Group], paths: int = PATHS,
    seed: int = 1,
) -> Array:  # fmt: skip
    """Return the paths themselves, ``(paths, years + 1, groups)``, in persons; arguments as for ``band``."""
    return trajectories_of(data, start, scenario, until, groups, paths, seed)


def trajectories_of(
    data: Statistics, start: Start, scenario: Scenario, until: int, groups: Sequence[Group], number: int, seed: int
) -> Array:
    """Return the paths, kept for those who ask again."""
    if not 1 <= number <= MOST_PATHS:
        raise ValueError(f"1 to {MOST_PATHS} paths, not {number}")
    wanted = tuple(groups)

    def make() -> Array:
        found = run(data, start, scenario, until)
        shocks = shocks_of(data, start, until, number, seed)
        chosen = set_off(found.projection, found.rates)  # misses were measured in balances
        return fixed(trajectories(start.baseline.population, chosen, shocks, wanted, kernel="numpy"))

    return _PATHS.get((*_key(start, scenario, until), wanted, number, seed), make)


def shocks_of(data: Statistics, start: Start, until: int, count: int, seed: int) -> Shocks:
    """Return the misses of the paths of a place; the same for every scenario."""
    years = until - start.year

    def make() -> Shocks:
        return draw_shocks(cases(data, start.size_class), years, count, seed_of(start.place.ags, seed))

    return _SHOCKS.get((*start.key, years, count, seed), make)


def cases(data: Statistics, size_class: str) -> Cases:
    """Return the misses of earlier projections of a size class.

    Raises:
        ValueError: there are none in these figures.
    """
    return _CASES.get(data.generation.sha256, lambda: _all_cases(data))[size_class]


def _all_cases(data: Statistics) -> dict[str, Cases]:
    rows = data.projection_cases()
    found = {str(name): cases_of(part) for name, part in rows.groupby("size_class", observed=True)}
    if not found:
        raise ValueError("no case of the back-test")
    return found


def seed_of(ags: str, seed: int) -> np.random.SeedSequence:
    """Return the seed of a place: its own, whoever else is computed with it and in which order."""
    number = int.from_bytes(hashlib.sha256(ags.encode()).digest()[:8], "big")
    return np.random.SeedSequence(seed, spawn_key=(number,))
