"""The steps of ``engine.py`` and ``trajectories.py`` for numba. Only ``compiled.py`` imports this, in the background.

Every kernel does a part of the places or paths, so that threads can share the work, and none holds the interpreter's
lock. Importing compiles them, or reads what an earlier process has compiled.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from zwk_data.projection.ages import AGES, FEMALE, FERTILE_FROM, FERTILE_TO, GROUP_OF_AGE, MALE, MIGRATION_GROUPS

LANES = 32  # paths side by side: vector registers full, and the cohorts of one block stay in the nearest cache
_OPEN, _FERTILE_AGES, _GROUPS = AGES - 1, FERTILE_TO + 1 - FERTILE_FROM, len(MIGRATION_GROUPS)
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz", "arcp"}}
_inner = numba.njit(**_OPTIONS)


def _compile(function: Callable, signature: str) -> Callable:
    """Compile now and keep the result beside this file, in the user's cache, or not at all where neither can be written."""
    try:
        return numba.njit(signature, cache=True, **_OPTIONS)(function)
    except RuntimeError:  # numba knows no place for its cache
        return numba.njit(signature, **_OPTIONS)(function)


@_inner
def _bear(fertility, survival, before, births):
    """Fill in the births by age of the mother; return their sum."""
    children = 0.0
    for age in range(_FERTILE_AGES):
        mother = FERTILE_FROM + age
        births[age] = 0.5 * fertility[age] * (before[mother] + before[mother - 1] * survival[mother])
        children += births[age]
    return children


@_inner
def _nobody(alive, rate, left):
    return 0.0


@_inner
def _a_number(alive, rate, left):
    return left if left < alive else alive


@_inner
def _a_share(alive, rate, left):
    leaving = alive * rate
    return leaving if leaving < alive else alive


@_inner
def _a_share_and_a_number(alive, rate, left):
    leaving = alive * rate + left
    return leaving if leaving < alive else alive


def _stepper(leave: Callable, *, keep: bool = True) -> Callable:
    """Return the step of one sex of one place, ``(101,)`` each, in one pass; ``keep``: say who left, by age."""

    @_inner
    def step(survival, came, rate, left, before, newborn, after, deaths, gone):
        for age in range(1, _OPEN):
            alive = before[age - 1] * survival[age]
            leaving = leave(alive, rate[age], left[age])
            deaths[age] = before[age - 1] - alive
            if keep:
                gone[age] = leaving
            after[age] = alive - leaving + came[age]
        for age, aged in ((0, newborn), (_OPEN, before[_OPEN - 1] + before[_OPEN])):
            alive = aged * survival[age]
            leaving = leave(alive, rate[age], left[age])
            deaths[age] = aged - alive
            if keep:
                gone[age] = leaving
            after[age] = alive - leaving + came[age]

    return step


_step_nobody_leaves = _stepper(_nobody, keep=False)
_step_a_number_leaves = _stepper(_a_number)
_step_a_share_leaves = _stepper(_a_share)
_step_both_leave = _stepper(_a_share_and_a_number)


def _project_places(first, last, rows, survival, fertility, came, rate, left, male_share,
                    population, births, newborn, deaths, gone):  # fmt: skip
    """Project the places from ``first`` up to ``last``. ``rows`` (5, places): the row of each place in each rate."""
    has_rate, has_left = len(rate) > 0, len(left) > 0
    for year in range(len(survival)):
        for place in range(first, last):
            lives, comes = survival[year, rows[0, place]], came[year, rows[2, place]]
            before, after, dead = population[year, place], population[year + 1, place], deaths[year, place]
            children = _bear(fertility[year, rows[1, place]], lives[FEMALE], before[FEMALE], births[year, place])
            born = (children * (1 - male_share), children * male_share)
            newborn[year, place, FEMALE], newborn[year, place, MALE] = born
            share = rate[year, rows[3, place]] if has_rate else comes
            number = left[year, rows[4, place]] if has_left else comes
            leave = gone[year, place] if has_rate or has_left else dead
            for sex in range(2):
                arrays = (lives[sex], comes[sex], share[sex], number[sex], before[sex], born[sex], after[sex],
                          dead[sex], leave[sex])  # fmt: skip
                if has_rate and has_left:
                    _step_both_leave(*arrays)
                elif has_rate:
                    _step_a_share_leaves(*arrays)
                elif has_left:
                    _step_a_number_leaves(*arrays)
                else:
                    _step_nobody_leaves(*arrays)


project_places = _compile(
    _project_places,
    "void(int64, int64, int64[:,::1], float64[:,:,:,::1], float64[:,:,::1], float64[:,:,:,::1], float64[:,:,:,::1],"
    "float64[:,:,:,::1], float64, float64[:,:,:,::1], float64[:,:,::1], float64[:,:,::1], float64[:,:,:,::1],"
    "float64[:,:,:,::1])",
)


def _mover(*, has_factor: bool, has_moves: bool) -> Callable:
    """Return the step of one cell, paths side by side: die, leave and arrive, and what moves beyond the rates."""

    @_inner
    def move(row, k, g, grown, keep, risk, net, total):
        for lane in range(LANES):
            value = row[lane] * (keep - k[lane] * risk) + (g[lane] * net if has_factor else net)
            value = value if value > 0.0 else 0.0
            if has_moves:
                value *= grown[lane]
            row[lane] = value
            total[lane] += value

    return move


_move = _mover(has_factor=False, has_moves=False)
_move_by_factor = _mover(has_factor=True, has_moves=False)
_move_beyond = _mover(has_factor=False, has_moves=True)
_move_by_factor_beyond = _mover(has_factor=True, has_moves=True)


@_inner
def _one_after_the_other(row, k, g, death, rate, left):
    """An awkward cell: die, then leave, never more than there are."""
    for lane in range(LANES):
        alive = row[lane] * max(1.0 - k[lane] * death, 0.0)
        row[lane] = alive - min((alive * rate + left) * g[lane], alive)


@_inner
def _children(fertility, death, cohorts, youngest, k, children):
    """Fill in the children of the year in each path, for a factor of one on births."""
    children[:] = 0.0
    for age in range(_FERTILE_AGES):
        slot = youngest + FERTILE_FROM + age
        rate, risk, reached, coming = 0.5 * fertility[age], death[FERTILE_FROM + age], cohorts[slot], cohorts[slot - 1]
        for lane in range(LANES):
            alive = 1.0 - k[lane] * risk
            children[lane] += rate * (reached[lane] + coming[lane] * (alive if alive > 0.0 else 0.0))


@_inner
def _load(values, first, count, year, into):
    for lane in range(count):
        into[lane] = values[first + lane, year]


@_inner
def _write(totals, members, first, count, year, result):
    """Add the segments of each group; ``members``: first and last + 1 of sexes and segments."""
    for group in range(len(members)):
        for lane in range(count):
            value = 0.0
            for sex in range(members[group, 0], members[group, 1]):
                for segment in range(members[group, 2], members[group, 3]):
                    value += totals[sex, segment, lane]
            result[group, year, first + lane] = value


def _run_paths(first_block, last_block, start, staying, net, awkward, death, rate, left, fertility, male_share,
               births, deaths, factor, moves, segment_of_age, members, result):  # fmt: skip
    """Run blocks of paths. ``factor`` and ``moves`` are empty for none; ``segment_of_age``: the last one is for nobody."""
    has_factor, has_moves, years, paths = len(factor) > 0, len(moves) > 0, len(net), len(births)
    cohorts = np.empty((2, AGES + years, LANES))
    totals = np.empty((2, segment_of_age.max() + 1, LANES))
    k, f, g, children = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.empty(LANES)
    grown = np.ones((_GROUPS, LANES))
    for block in range(first_block, last_block):
        first = block * LANES
        count = min(LANES, paths - first)
        totals[:] = 0.0
        for sex in range(2):
            for age in range(AGES):
                cohorts[sex, years + age] = start[sex, age]
                totals[sex, segment_of_age[age]] += start[sex, age]
        _write(totals, members, first, count, 0, result)
        for year in range(years):
            _load(deaths, first, count, year, k)
            _load(births, first, count, year, f)
            if has_factor:
                _load(factor, first, count, year, g)
            if has_moves:
                for group in range(_GROUPS):
                    for lane in range(count):
                        grown[group, lane] = max(1.0 + moves[first + lane, year, group], 0.0)
            youngest = years - year
            _children(fertility[year], death[year, FEMALE], cohorts[FEMALE], youngest, k, children)
            youngest -= 1
            totals[:] = 0.0
            for sex in range(2):
                share = male_share if sex == MALE else 1 - male_share
                for lane in range(LANES):
                    cohorts[sex, youngest, lane] = children[lane] * f[lane] * share
                    cohorts[sex, youngest + _OPEN, lane] += cohorts[sex, youngest + AGES, lane]
                for age in range(AGES):
                    row, total = cohorts[sex, youngest + age], totals[sex, segment_of_age[age]]
                    keep, risk, moved = staying[year, sex, age, 0], staying[year, sex, age, 1], net[year, sex, age, 0]
                    if awkward[year, sex, age]:
                        _one_after_the_other(
                            row, k, g, death[year, sex, age], rate[year, sex, age], left[year, sex, age]
                        )
                    more = grown[GROUP_OF_AGE[age]]
                    if has_factor and has_moves:
                        _move_by_factor_beyond(row, k, g, more, keep, risk, moved, total)
                    elif has_factor:
                        _move_by_factor(row, k, g, more, keep, risk, moved, total)
                    elif has_moves:
                        _move_beyond(row, k, g, more, keep, risk, moved, total)
                    else:
                        _move(row, k, g, more, keep, risk, moved, total)
            _write(totals, members, first, count, year + 1, result)


run_paths = _compile(
    _run_paths,
    "void(int64, int64, float64[:,::1], float64[:,:,:,::1], float64[:,:,:,::1], boolean[:,:,::1], float64[:,:,::1],"
    "float64[:,:,::1], float64[:,:,::1], float64[:,::1], float64, float64[:,::1], float64[:,::1], float64[:,::1],"
    "float64[:,:,::1], int64[::1], int64[:,::1], float64[:,:,::1])",
)
