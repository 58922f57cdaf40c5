"""Many possible courses of one place: the projection with rates that miss as rates have missed before.

Each path multiplies births, probabilities of death and moves of each year by factors of its own (``Shocks``); what the
factors are is not decided here. One path with factors of one is ``engine.project`` (to 1e-9).

The layout is for speed: paths lie side by side in memory, in blocks that stay in a processor's cache, and cohorts stay
where they are: in a buffer of ages and years the place of age 0 moves down one slot a year, so growing older costs
nothing. Results do not depend on the number of threads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zwk_data.projection import compiled
from zwk_data.projection.ages import AGES, FEMALE, FERTILE, MALE, MIGRATION_GROUPS, SEXES, AgeRange, Array
from zwk_data.projection.engine import Rates

BLOCK = 256  # paths: their cohorts, and as much again to compute with, fit into a processor's second cache
MOTHERS = slice(FERTILE.start - 1, FERTILE.stop)  # women of these ages at the beginning of a year bear children in it
Flags = npt.NDArray[np.bool_]
Group = tuple[AgeRange, str]  # ages, and sex: f, m or t for both


@dataclass(frozen=True)
class Shocks:
    """By how much each path differs from the rates, ``(paths, years)``; the same for all ages unless said.

    births: factor on births; deaths: factor on the probability of death, which stays between 0 and 1; moves:
    persons who move in (or, negative, out) beyond the rates, per inhabitant of the migration group at the end of the
    year, ``(paths, years, 6)`` in the order of ``MIGRATION_GROUPS``; moves_factor: factor on all moves of the rates,
    in and out. None: none. Nothing falls below zero.
    """

    births: Array
    deaths: Array
    moves: Array | None = None
    moves_factor: Array | None = None

    @property
    def count(self) -> int:
        """The number of paths."""
        return len(self.births)


@dataclass(frozen=True)
class CellQuantiles:
    """Quantiles over the paths, persons on 31 December, the start first; the first axis is the probability.

    cells: ``(probabilities, years + 1, 2, 101)``; ages: both sexes together, ``(probabilities, years + 1, 101)``;
    totals: women, men, both, ``(probabilities, years + 1, 3)``. Quantiles of parts do not add up to those of the sum.
    """

    cells: Array
    ages: Array
    totals: Array


def trajectories(
    start: Array, rates: Rates, shocks: Shocks, groups: Sequence[Group], kernel: compiled.Kernel = "numpy"
) -> Array:
    """Project one place along many paths; return the persons of each group, ``(paths, years + 1, groups)``.

    The paths of one group and day lie side by side in memory, ready for ``quantiles``.

    Args:
        start: persons on 31 December, ``(2, 101)``.
        rates: rates of one place, without middle axes.
        shocks: the paths.
        groups: ages and sex of each group; they may overlap.
        kernel: as in ``engine.project``.

    Raises:
        ValueError: the shapes do not fit, or a factor is negative.
        RuntimeError: ``compiled`` was asked for and is not to be had.
    """
    steps = Steps.of(start, rates, shocks)
    cuts = Cuts.of(groups)
    result = np.empty((len(groups), rates.years + 1, shocks.count))
    if compiled.chosen(kernel):
        compiled.trajectories(steps, shocks, cuts, result)
    else:
        blocks = _blocks(shocks.count)
        compiled.in_parts(lambda i, j: _run(steps, shocks, cuts, blocks[i:j], result), len(blocks), 1)
    return result.transpose(2, 1, 0)


def quantiles(paths: Array, probabilities: Sequence[float]) -> Array:
    """Return quantiles over the first axis, ``(probabilities, ...)``: linear between neighbours, as ``np.quantile``."""
    across = np.moveaxis(paths, 0, -1)
    rows = across.reshape(-1, len(paths))
    result = np.empty((len(probabilities), len(rows)))
    ranks = np.asarray(probabilities, dtype=float) * (len(paths) - 1)
    below = np.floor(ranks).astype(int)
    above = np.minimum(below + 1, len(paths) - 1)

    def part(first: int, last: int) -> None:
        ordered = np.sort(rows[first:last], axis=-1)  # vectorised, and so faster than selecting more than one
        low, high = ordered[:, below], ordered[:, above]
        result[:, first:last] = (low + (high - low) * (ranks - below)).T

    compiled.in_parts(part, len(rows), max(1, 100_000 // len(paths)))
    return result.reshape(len(probabilities), *across.shape[:-1])


def cell_quantiles(start: Array, rates: Rates, shocks: Shocks, probabilities: Sequence[float]) -> CellQuantiles:
    """Project one place along many paths; return quantiles of every sex and age and of the totals.

    Always NumPy, so that the same seed gives the same bytes. Year by year: memory for two years of all paths, not
    for all years.
    """
    steps = Steps.of(start, rates, shocks)
    courses = [Course(steps, shocks, span) for span in _blocks(shocks.count)]
    days = [_day(courses, probabilities)]
    for year in range(rates.years):

        def step(first: int, last: int, year: int = year) -> None:
            for course in courses[first:last]:
                course.step(year)

        compiled.in_parts(step, len(courses), 1)
        days.append(_day(courses, probabilities))
    cells, ages, totals = (np.stack(parts, axis=1) for parts in zip(*days, strict=True))
    return CellQuantiles(cells, ages, totals)


def _day(courses: Sequence["Course"], probabilities: Sequence[float]) -> list[Array]:
    """Return the quantiles of one day: cells, ages, totals."""
    cells = np.concatenate([course.population for course in courses], axis=-1)
    sexes = cells.sum(axis=1)
    totals = np.concatenate([sexes, sexes.sum(axis=0, keepdims=True)])
    return [quantiles(np.moveaxis(part, -1, 0), probabilities) for part in (cells, cells.sum(axis=0), totals)]


@dataclass(frozen=True)
class Steps:
    """What every path does in each year, prepared so that a path has least to compute; ``(years, 2, 101)`` unless said.

    With k for the path's factor on deaths and g for its factor on moves a cell becomes, from those who would be there
    if nobody died or left: ``max(aged * (keep - k * risk) + g * net, 0)``. That is the step of the engine wherever
    k * death is below 1, no cell has both moves in and a number of moves out, and g has no share of leavers to
    multiply. The other cells are ``awkward``: there death and leaving are done one after the other, from death, rate
    and left, and keep is 1, risk 0, net the moves in.

    staying: keep and risk, ``(years, 2, 101, 2)``; net: ``(years, 2, 101, 1)``; bearing: births per woman who is 14
    to 49 at the beginning, if none dies and what k times the risk of death takes away, ``(years, 2, 36)``;
    sure_death: years in which some k leaves no woman of some age alive: ``bearing`` does not hold there, ``(years,)``.
    """

    start: Array  # (2, 101)
    staying: Array
    net: Array
    awkward: Flags
    death: Array
    rate: Array
    left: Array
    fertility: Array  # (years, 35)
    bearing: Array
    sure_death: Flags
    male_share: float

    @classmethod
    def of(cls, start: Array, rates: Rates, shocks: Shocks) -> "Steps":
        """Prepare the rates of one place; refuse what does not fit."""
        _check(start, rates, shocks)
        death, came = 1 - rates.survival, rates.in_migration
        rate = np.zeros_like(death) if rates.out_rate is None else np.minimum(rates.out_rate, 1.0)
        left = np.zeros_like(death) if rates.out_migration is None else rates.out_migration
        sure = death * shocks.deaths.max(initial=0.0) > 1
        awkward = sure | ((came > 0) & (left > 0))
        if shocks.moves_factor is not None:
            awkward |= rate > 0
        keep = np.where(awkward, 1.0, 1 - rate)
        staying = np.stack([keep, np.where(awkward, 0.0, death * keep)], axis=-1)
        net = np.where(awkward, came, came - left)[..., None]
        return cls(start, staying, net, awkward, death, rate, left, rates.fertility, _bearing(rates.fertility, death),
                   sure[:, FEMALE, FERTILE].any(axis=-1), rates.male_share)  # fmt: skip

    @property
    def years(self) -> int:
        """The number of steps."""
        return len(self.net)


def _bearing(fertility: Array, death: Array) -> Array:
    """Return the births of women by age at the beginning: at that age, and at the one they come into."""
    bearing = np.zeros((len(fertility), 2, MOTHERS.stop - MOTHERS.start))
    bearing[:, 0, 1:] = fertility
    bearing[:, 0, :-1] += fertility
    bearing[:, 1, :-1] = fertility * death[:, FEMALE, FERTILE]
    return bearing


def _check(start: Array, rates: Rates, shocks: Shocks) -> None:
    """Refuse shapes that do not fit one place and each other, and factors that make no sense."""
    year = (shocks.count, rates.years)
    fits = start.shape == (2, AGES) and rates.survival.shape == (rates.years, 2, AGES) and rates.years > 0
    fits &= shocks.births.shape == year and shocks.deaths.shape == year
    fits &= shocks.moves is None or shocks.moves.shape == (*year, len(MIGRATION_GROUPS))
    fits &= shocks.moves_factor is None or shocks.moves_factor.shape == year
    if not fits:
        raise ValueError(f"paths of {shocks.births.shape} do not fit rates of {rates.survival.shape}")
    factors = (shocks.births, shocks.deaths, shocks.moves_factor)
    if any(factor is not None and factor.min(initial=0.0) < 0 for factor in factors):
        raise ValueError("a factor on births, deaths or moves is negative")


class Course:
    """Some paths on their way: cohorts in place, ``(2, ages + years, paths)``; age 0 moves down one slot a year."""

    def __init__(self, steps: Steps, shocks: Shocks, paths: slice) -> None:
        self.steps = steps
        self.births = np.ascontiguousarray(shocks.births[paths].T)
        self.deaths = np.stack([np.ones_like(self.births), -shocks.deaths[paths].T], axis=1)  # (years, 2, paths): 1, -k
        factor, moves = shocks.moves_factor, shocks.moves
        self.factor = None if factor is None else np.ascontiguousarray(factor[paths].T)[:, None]
        self.grown = None if moves is None else np.maximum(1 + moves[paths].transpose(1, 2, 0), 0.0)
        self.count = self.births.shape[1]
        self.youngest = steps.years
        self.cohorts = np.empty((2, AGES + steps.years, self.count))
        self.cohorts[:, steps.years :] = steps.start[..., None]
        self.spare = np.empty((2, AGES, self.count))

    @property
    def population(self) -> Array:
        """Persons by sex and age, ``(2, 101, paths)``."""
        return self.cohorts[:, self.youngest : self.youngest + AGES]

    def step(self, year: int) -> None:
        """Go one year on: the step of ``engine.project`` for every path at once."""
        newborn = self._newborn(year)
        oldest = self.population[:, -1]
        self.youngest -= 1
        population, steps = self.population, self.steps
        population[:, -1] += oldest
        population[FEMALE, 0] = newborn * (1 - steps.male_share)
        population[MALE, 0] = newborn * steps.male_share
        if steps.awkward[year].any():
            self._one_after_the_other(year)
        population *= np.matmul(steps.staying[year], self.deaths[year], out=self.spare)  # keep - k * risk
        if self.factor is None:
            population += steps.net[year]
        else:
            population += np.multiply(steps.net[year], self.factor[year], out=self.spare)
        if population.min() < 0:
            np.maximum(population, 0.0, out=population)
        if self.grown is not None:
            for ages, grown in zip(MIGRATION_GROUPS, self.grown[year], strict=True):
                population[:, ages.cut] *= grown

    def _newborn(self, year: int) -> Array:
        """Children of the year: half the rate for women at the beginning, half for those alive at the end of it."""
        women, steps = self.population[FEMALE, MOTHERS], self.steps
        if steps.sure_death[year]:
            alive = self._alive(steps.death[year, FEMALE, FERTILE, None], year)
            children = steps.fertility[year] @ (women[1:] + women[:-1] * alive)
        else:
            unharmed, lost = steps.bearing[year] @ women
            children = unharmed + self.deaths[year, 1] * lost
        return 0.5 * self.births[year] * children

    def _alive(self, death: Array, year: int) -> Array:
        """Return the probability of survival in each path: one less k times that of death, not below 0."""
        return np.maximum(1 + death * self.deaths[year, 1], 0.0)

    def _one_after_the_other(self, year: int) -> None:
        """Cells where deaths and leaving cannot be done in one: die, then leave, never more than there are."""
        cells = self.steps.awkward[year]
        death, rate, left = (of[year][cells][:, None] for of in (self.steps.death, self.steps.rate, self.steps.left))
        factor = 1.0 if self.factor is None else self.factor[year]
        alive = self.population[cells] * self._alive(death, year)
        self.population[cells] = alive - np.minimum((alive * rate + left) * factor, alive)


@dataclass(frozen=True)
class Cuts:
    """Groups of ages as sums of segments that do not overlap.

    edges: first ages of the segments and the end of the last; members: sexes and segments of each group.
    """

    edges: tuple[int, ...]
    members: tuple[tuple[slice, slice], ...]

    @classmethod
    def of(cls, groups: Sequence[Group]) -> "Cuts":
        """Cut the ages at every limit of a group."""
        edges = sorted({edge for ages, _ in groups for edge in (ages.cut.start, ages.cut.stop)})
        if not groups or edges[-1] > AGES:
            raise ValueError(f"no groups, or ages that there are not: {groups}")
        members = []
        for ages, sex in groups:
            sexes = slice(0, 2) if sex == "t" else slice(SEXES.index(sex), SEXES.index(sex) + 1)
            members.append((sexes, slice(edges.index(ages.cut.start), edges.index(ages.cut.stop))))
        return cls(tuple(edges), tuple(members))

    @property
    def segments(self) -> Iterator[slice]:
        """The ages of each segment."""
        return (slice(*pair) for pair in zip(self.edges[:-1], self.edges[1:], strict=True))


def _blocks(count: int) -> list[slice]:
    return [slice(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)]


def _run(steps: Steps, shocks: Shocks, cuts: Cuts, blocks: Sequence[slice], result: Array) -> None:
    """Fill in the groups of some blocks of paths; ``result`` (groups, years + 1, paths)."""
    segments = list(cuts.segments)
    for paths in blocks:
        course = Course(steps, shocks, paths)
        sums = np.empty((2, len(segments), steps.years + 1, course.count))
        for year in range(steps.years + 1):
            if year:
                course.step(year - 1)
            for number, ages in enumerate(segments):
                np.add.reduce(course.population[:, ages], axis=1, out=sums[:, number, year])
        for group, part in enumerate(cuts.members):
            result[group, :, paths] = sums[part].sum(axis=(0, 1))
