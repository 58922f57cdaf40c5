"""The steps of ``engine.py`` and ``trajectories.py`` for numba. Only ``compiled.py`` imports this, in the background.

Every kernel does a part of the places or paths, so that threads can share the work, and none holds the interpreter's
lock. Importing compiles them, or reads what an earlier process has compiled. Inner functions are handed whole arrays
and indices, never a part of an array: a view costs more than the cell it shows.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import (
    AGES,
    FEMALE,
    FERTILE_FROM,
    FERTILE_TO,
    GROUP_OF_AGE,
    MALE,
    MIGRATION_GROUPS,
    OPEN_AGE,
    Array,
)

LANES = 64  # paths side by side: vector registers full, and the cohorts of one block stay near
_GROUPS = len(MIGRATION_GROUPS)
_DEATHS, _BIRTHS, _MOVES, _BEYOND = 0, 1, 2, 3  # rows of what a block of paths has drawn; six of moves beyond the rates
# Sums may not be put in another order, except that of the births: who leaves must leave nothing behind.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "nsz", "arcp"}}
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Function = TypeVar("Function", bound=Callable)


def _inner(function: Function) -> Function:
    """Compile with whoever calls it."""
    return numba.njit(forceinline=True, **_OPTIONS)(function)


def _summing(function: Function) -> Function:
    """Compile with whoever calls it; sums in any order."""
    return numba.njit(forceinline=True, **{**_OPTIONS, "fastmath": True})(function)


_int, _float = numba.int64, numba.float64


def _read(kind: Any, axes: int) -> Any:
    """The type of an array that a kernel only reads: pandas and pickle hand over such as must not be written to."""
    return numba.types.Array(kind, axes, "C", readonly=True)


def _filled(axes: int) -> Any:
    """The type of an array of numbers that a kernel fills."""
    return numba.types.Array(_float, axes, "C")


def _compile(function: Callable, signature: Any) -> Callable:
    """Compile now; keep the result beside this file, in the user's cache, or not at all where neither is writable."""
    try:
        return numba.njit(signature, cache=True, **_OPTIONS)(function)
    except RuntimeError:  # numba knows no place for its cache
        return numba.njit(signature, **_OPTIONS)(function)


def _stepper(*, has_rate: bool = False, has_left: bool = False, listed: bool = True) -> Callable:
    """Return the step of one sex of one place in one pass over the ages, for one kind of leaving.

    ``lives``, ``comes``, ``share`` and ``number`` are the rows of the place in survival, came, rate and left. The step
    returns in how many cells more want to leave than there are; ``listed``: it writes down who left.
    """

    @_inner
    def cell(aged: float, age: int, year: int, place: int, sex: int, lives: int, comes: int, share: int, number: int,
             survival: Array, came: Array, rate: Array, left: Array, population: Array, deaths: Array,
             gone: Array) -> int:  # fmt: skip
        short = 0
        alive = aged * survival[year, lives, sex, age]
        deaths[year, place, sex, age] = aged - alive
        if has_rate or has_left:
            leaving = 0.0
            if has_rate:
                leaving += alive * rate[year, share, sex, age]
            if has_left:
                leaving += left[year, number, sex, age]
            short = 1 if leaving > alive else 0
            leaving = leaving if leaving < alive else alive
            if listed:
                gone[year, place, sex, age] = leaving
            alive -= leaving
        population[year + 1, place, sex, age] = alive + came[year, comes, sex, age]
        return short

    @_inner
    def step(newborn: float, year: int, place: int, sex: int, rows: Numbers, survival: Array, came: Array,
             rate: Array, left: Array, population: Array, deaths: Array, gone: Array) -> int:  # fmt: skip
        lives, comes, share, number = rows[0, place], rows[2, place], rows[3, place], rows[4, place]
        oldest = population[year, place, sex, OPEN_AGE - 1] + population[year, place, sex, OPEN_AGE]
        short = 0
        for age in range(1, OPEN_AGE):
            short += cell(population[year, place, sex, age - 1], age, year, place, sex, lives, comes, share, number,
                          survival, came, rate, left, population, deaths, gone)  # fmt: skip
        short += cell(oldest, OPEN_AGE, year, place, sex, lives, comes, share, number,
                      survival, came, rate, left, population, deaths, gone)  # fmt: skip
        return short + cell(newborn, 0, year, place, sex, lives, comes, share, number,
                            survival, came, rate, left, population, deaths, gone)  # fmt: skip

    return step


_nobody_leaves = _stepper()
_a_number_leaves = _stepper(has_left=True)
_a_number_leaves_unlisted = _stepper(has_left=True, listed=False)
_a_share_leaves = _stepper(has_rate=True)
_both_leave = _stepper(has_rate=True, has_left=True)


@_summing
def _bear(year: int, place: int, rows: Numbers, survival: Array, fertility: Array, population: Array,
          births: Array) -> float:  # fmt: skip
    """Fill in the births by age of the mother; return their sum."""
    lives, bears, children = rows[0, place], rows[1, place], 0.0
    for age in range(FERTILE_FROM, FERTILE_TO + 1):
        alive = population[year, place, FEMALE, age - 1] * survival[year, lives, FEMALE, age]
        born = 0.5 * (population[year, place, FEMALE, age] + alive) * fertility[year, bears, age - FERTILE_FROM]
        births[year, place, age - FERTILE_FROM] = born
        children += born
    return children


def _project_places(
    first: int, last: int, rows: Numbers, survival: Array, fertility: Array, came: Array, rate: Array, left: Array,
    male_share: float, population: Array, births: Array, newborn: Array, deaths: Array, gone: Array,
) -> int:  # fmt: skip
    """Project the places from ``first`` up to ``last``. ``rows`` (5, places): the row of each place in each rate.

    Where only numbers leave and ``gone`` is empty, who left is not written down, which spares a fifth of the memory's
    traffic: it is ``left`` itself unless the result, the cells where more want to leave than there are, is above 0.
    """
    has_rate, has_left, listed, short = len(rate) > 0, len(left) > 0, len(gone) > 0, 0
    for year in range(len(survival)):
        for place in range(first, last):
            children = _bear(year, place, rows, survival, fertility, population, births)
            newborn[year, place, FEMALE] = children * (1 - male_share)
            newborn[year, place, MALE] = children * male_share
            for sex in range(2):
                born = newborn[year, place, sex]
                if has_rate and has_left:
                    _both_leave(born, year, place, sex, rows, survival, came, rate, left, population, deaths, gone)
                elif has_rate:
                    _a_share_leaves(born, year, place, sex, rows, survival, came, rate, left, population, deaths, gone)
                elif has_left and listed:
                    _a_number_leaves(born, year, place, sex, rows, survival, came, rate, left, population, deaths, gone)
                elif has_left:
                    short += _a_number_leaves_unlisted(born, year, place, sex, rows, survival, came, rate, left,
                                                       population, deaths, gone)  # fmt: skip
                else:
                    _nobody_leaves(born, year, place, sex, rows, survival, came, rate, left, population, deaths, gone)
    return short


project_places = _compile(
    _project_places,
    _int(
        _int,
        _int,
        _read(_int, 2),
        _read(_float, 4),
        _read(_float, 3),
        _read(_float, 4),
        _read(_float, 4),
        _read(_float, 4),
        _float,
        _filled(4),
        _filled(3),
        _filled(3),
        _filled(4),
        _filled(4),
    ),
)


def _mover(*, has_factor: bool, has_moves: bool) -> Callable:
    """Return the step of one cell, paths side by side: die, leave and arrive, and what moves beyond the rates."""

    @_inner
    def move(sex: int, slot: int, group: int, segment: int, keep: float, risk: float, net: float, drawn: Array,
             cohorts: Array, totals: Array) -> None:  # fmt: skip
        for lane in range(LANES):
            value = cohorts[sex, slot, lane] * (keep - drawn[_DEATHS, lane] * risk)
            value += drawn[_MOVES, lane] * net if has_factor else net
            value = value if value > 0.0 else 0.0
            if has_moves:
                value *= drawn[_BEYOND + group, lane]
            cohorts[sex, slot, lane] = value
            totals[sex, segment, lane] += value

    return move


_move = _mover(has_factor=False, has_moves=False)
_move_by_factor = _mover(has_factor=True, has_moves=False)
_move_beyond = _mover(has_factor=False, has_moves=True)
_move_by_factor_beyond = _mover(has_factor=True, has_moves=True)


@_inner
def _one_after_the_other(sex: int, slot: int, death: float, rate: float, left: float, drawn: Array,
                         cohorts: Array) -> None:  # fmt: skip
    """An awkward cell: die, then leave, never more than there are."""
    for lane in range(LANES):
        alive = cohorts[sex, slot, lane] * max(1.0 - drawn[_DEATHS, lane] * death, 0.0)
        cohorts[sex, slot, lane] = alive - min((alive * rate + left) * drawn[_MOVES, lane], alive)


@_inner
def _children(year: int, youngest: int, fertility: Array, death: Array, drawn: Array, cohorts: Array,
              children: Array) -> None:  # fmt: skip
    """Fill in the children of the year in each path."""
    children[:] = 0.0
    for age in range(FERTILE_FROM, FERTILE_TO + 1):
        rate, risk = 0.5 * fertility[year, age - FERTILE_FROM], death[year, FEMALE, age]
        for lane in range(LANES):
            alive = 1.0 - drawn[_DEATHS, lane] * risk
            alive = alive if alive > 0.0 else 0.0
            women = cohorts[FEMALE, youngest + age, lane] + cohorts[FEMALE, youngest + age - 1, lane] * alive
            children[lane] += rate * women
    for lane in range(LANES):
        children[lane] *= drawn[_BIRTHS, lane]


@_inner
def _settle(youngest: int, start: Array, segment_of_age: Numbers, cohorts: Array, totals: Array) -> None:
    """Begin every path with the same people."""
    totals[:] = 0.0
    for sex in range(2):
        for age in range(AGES):
            cohorts[sex, youngest + age] = start[sex, age]
            totals[sex, segment_of_age[age]] += start[sex, age]


@_inner
def _draw(first: int, count: int, year: int, births: Array, deaths: Array, factor: Array, moves: Array,
          drawn: Array) -> None:  # fmt: skip
    """Put the factors of one year of a block of paths side by side."""
    for lane in range(count):
        drawn[_DEATHS, lane] = deaths[first + lane, year]
        drawn[_BIRTHS, lane] = births[first + lane, year]
    if len(factor):
        for lane in range(count):
            drawn[_MOVES, lane] = factor[first + lane, year]
    if len(moves):
        for lane in range(count):
            for group in range(_GROUPS):
                drawn[_BEYOND + group, lane] = max(1.0 + moves[first + lane, year, group], 0.0)


@_inner
def _age(youngest: int, male_share: float, children: Array, cohorts: Array) -> None:
    """Put in the children and join those who come into the open age with those in it."""
    for sex in range(2):
        share = male_share if sex == MALE else 1 - male_share
        for lane in range(LANES):
            cohorts[sex, youngest, lane] = children[lane] * share
        for lane in range(LANES):
            cohorts[sex, youngest + OPEN_AGE, lane] += cohorts[sex, youngest + AGES, lane]


@_inner
def _write(first: int, count: int, year: int, totals: Array, members: Numbers, result: Array) -> None:
    """Add the segments of each group; ``members``: first and last + 1 of sexes and segments."""
    for group in range(len(members)):
        for lane in range(count):
            value = 0.0
            for sex in range(members[group, 0], members[group, 1]):
                for segment in range(members[group, 2], members[group, 3]):
                    value += totals[sex, segment, lane]
            result[group, year, first + lane] = value


def _run_paths(
    first_block: int, last_block: int, start: Array, staying: Array, net: Array, awkward: Flags, death: Array,
    rate: Array, left: Array, fertility: Array, male_share: float, births: Array, deaths: Array, factor: Array,
    moves: Array, segment_of_age: Numbers, members: Numbers, result: Array,
) -> None:  # fmt: skip
    """Run blocks of paths. ``factor`` and ``moves`` are empty for none; ``segment_of_age``: its last is of no group."""
    has_factor, has_moves, years = len(factor) > 0, len(moves) > 0, len(net)
    cohorts = np.empty((2, AGES + years, LANES))
    totals = np.empty((2, segment_of_age.max() + 1, LANES))
    drawn, children = np.ones((_BEYOND + _GROUPS, LANES)), np.empty(LANES)
    for block in range(first_block, last_block):
        first = block * LANES
        count = min(LANES, len(births) - first)
        _settle(years, start, segment_of_age, cohorts, totals)
        _write(first, count, 0, totals, members, result)
        for year in range(years):
            _draw(first, count, year, births, deaths, factor, moves, drawn)
            _children(year, years - year, fertility, death, drawn, cohorts, children)
            youngest = years - year - 1
            _age(youngest, male_share, children, cohorts)
            totals[:] = 0.0
            for sex in range(2):
                for age in range(AGES):
                    slot, segment, group = youngest + age, segment_of_age[age], GROUP_OF_AGE[age]
                    keep, risk, moved = staying[year, sex, age, 0], staying[year, sex, age, 1], net[year, sex, age, 0]
                    if awkward[year, sex, age]:
                        _one_after_the_other(sex, slot, death[year, sex, age], rate[year, sex, age],
                                             left[year, sex, age], drawn, cohorts)  # fmt: skip
                    if has_factor and has_moves:
                        _move_by_factor_beyond(sex, slot, group, segment, keep, risk, moved, drawn, cohorts, totals)
                    elif has_factor:
                        _move_by_factor(sex, slot, group, segment, keep, risk, moved, drawn, cohorts, totals)
                    elif has_moves:
                        _move_beyond(sex, slot, group, segment, keep, risk, moved, drawn, cohorts, totals)
                    else:
                        _move(sex, slot, group, segment, keep, risk, moved, drawn, cohorts, totals)
            _write(first, count, year + 1, totals, members, result)


run_paths = _compile(
    _run_paths,
    numba.void(
        _int,
        _int,
        _read(_float, 2),
        _read(_float, 4),
        _read(_float, 4),
        _read(numba.boolean, 3),
        _read(_float, 3),
        _read(_float, 3),
        _read(_float, 3),
        _read(_float, 2),
        _float,
        _read(_float, 2),
        _read(_float, 2),
        _read(_float, 2),
        _read(_float, 3),
        _read(_int, 1),
        _read(_int, 2),
        _filled(3),
    ),
)
