"""What would it take: the value of one lever at which a number of people is reached in a year.

Every lever moves every number in one direction only, and almost linearly. So one value is found by false position
(Illinois), between the limits in which the lever is worth moving in this place (``levers.limits``), and never beyond
the moves that there are: fewer than nobody cannot move.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Literal

import numpy as np

from zwk_data.catalog import levers
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.baseline import Baseline
from zwk_data.projection.engine import Projection, project
from zwk_data.projection.levers import limits
from zwk_data.projection.scenario import DECIMALS, Scenario, moving, rates

CLOSE = 0.5  # persons within which a goal is reached
INSIDE = 0.4  # persons that are aimed at, so that rounding leaves it reached
NO_EFFECT = 1e-6  # persons; a lever that moves less moves nothing
STEPS = 80
PIECES = 16  # into which the limits are cut where a number may bend


@dataclass(frozen=True)
class Found:
    """The goal is reached: ``value`` of the lever in as few decimals as that takes; ``reached`` persons with it."""

    lever: str
    value: float
    reached: float
    scenario: Scenario


@dataclass(frozen=True)
class Infeasible:
    """The goal is not reached between the limits of the lever.

    ``reason``: ``no_effect`` the lever does not move this number at all; ``out_of_reach`` not far enough. ``low``,
    ``high``: the limits; ``low_value``, ``high_value``: persons there; ``nearest``: the limit that comes nearest.
    ``emptied``: at ``low`` none of the moves that the lever counts are left.
    """

    lever: str
    reason: Literal["no_effect", "out_of_reach"]
    low: float
    high: float
    low_value: float
    high_value: float
    nearest: float
    emptied: bool = False

    @property
    def nearest_value(self) -> float:
        """Persons at the limit that comes nearest."""
        return self.low_value if self.nearest == self.low else self.high_value


def seek(
    baseline: Baseline, scenario: Scenario, lever: str, ages: AgeRange, sex: str, year: int, target: float
) -> Found | Infeasible:
    """Return the value of a lever at which so many people of an age range live in one place at the end of a year.

    Args:
        baseline: the start, of one place.
        scenario: what else is assumed; a value it has for the lever is replaced.
        lever: id of a lever of one number.
        ages: completed years of age.
        sex: ``f``, ``m`` or ``t``.
        year: 31 December of this year.
        target: persons, reached within half a person.

    Raises:
        ScenarioError: the year is not after the start or too late.
        ValueError: more than one place, or a lever of several numbers.
    """
    return seek_number(
        baseline, scenario, lever, lambda made: float(count(made.population[-1], ages, sex)), year, target
    )


def seek_number(
    baseline: Baseline, scenario: Scenario, lever: str, number: Callable[[Projection], float], year: int, target: float,
    *, bends: bool = False,
) -> Found | Infeasible:  # fmt: skip
    """Return the value of a lever at which any number of persons that a run gives is reached at the end of a year.

    ``number`` reads it from a projection that ends in ``year``: people of some ages, or how many people a share is
    short of what it should be; the other arguments are those of ``seek``. ``bends``: the number may rise and fall again
    between the limits (a share does: too many newcomers change what it is a share of); of several values the one
    nearest to no change is found.

    Raises:
        ScenarioError, ValueError: as ``seek``.
    """
    if baseline.population.ndim != 2 or not levers()[lever].single:
        raise ValueError("a goal is sought for one place, with a lever of one number")

    def missed(value: float) -> float:
        return number(project(baseline.population, rates(baseline, scenario.with_value(lever, value), year))) - target

    low, high, emptied = _ends(baseline, scenario, lever)
    if bends:
        low, high = _bracket(missed, low, high, _unmoved(baseline, scenario, lever))
    at_low, at_high = missed(low), missed(high)
    if min(at_low, at_high) > CLOSE or max(at_low, at_high) < -CLOSE or abs(at_high - at_low) < NO_EFFECT:
        return _infeasible(lever, (low, high), (at_low, at_high), target, emptied)
    value = _rounded(missed, _zero(missed, (low, high), (at_low, at_high)), low)
    return Found(lever, value, missed(value) + target, scenario.with_value(lever, value))


def _ends(baseline: Baseline, scenario: Scenario, lever: str) -> tuple[float, float, bool]:
    """Return the limits of a lever in one place, and whether at the lower one nobody moves any more."""
    one = levers()[lever]
    low, high = limits(baseline, one)
    if one.kind not in ("in", "out"):
        return low, high, False
    there = floor(moving(baseline, scenario, one) * 10**DECIMALS) / 10**DECIMALS
    return max(low, 0.0 - there), high, -there >= low


def _unmoved(baseline: Baseline, scenario: Scenario, lever: str) -> float:
    """Return the value of a lever that changes nothing."""
    value = scenario.value(lever)
    if value is not None:
        return value
    return float(baseline.total_fertility_rate) if levers()[lever].kind == "births" else 0.0


def _bracket(missed: Callable[[float], float], low: float, high: float, unmoved: float) -> tuple[float, float]:
    """Return neighbours between which the number crosses its target, nearest to no change; the limits if none do."""
    tried = sorted({*np.linspace(low, high, PIECES + 1).tolist(), min(max(unmoved, low), high)})
    found = [missed(value) for value in tried]
    crossed = [(one, other) for one, other, at, then in zip(tried, tried[1:], found, found[1:], strict=False)
               if (at > 0) != (then > 0)]  # fmt: skip
    return min(crossed, key=lambda pair: max(abs(end - unmoved) for end in pair), default=(low, high))


def _infeasible(
    lever: str, ends: tuple[float, float], missed: tuple[float, float], target: float, emptied: bool
) -> Infeasible:  # fmt: skip
    still = abs(missed[1] - missed[0]) < NO_EFFECT
    nearest = ends[0] if abs(missed[0]) <= abs(missed[1]) else ends[1]
    reason: Literal["no_effect", "out_of_reach"] = "no_effect" if still else "out_of_reach"
    return Infeasible(lever, reason, *ends, missed[0] + target, missed[1] + target, nearest, emptied)


def _zero(missed: Callable[[float], float], ends: tuple[float, float], at: tuple[float, float]) -> float:
    """Return where a monotone function is zero, or the end that is near enough."""
    (low, high), (at_low, at_high) = ends, at
    if min(abs(at_low), abs(at_high)) <= INSIDE or (at_low > 0) == (at_high > 0):
        return low if abs(at_low) <= abs(at_high) else high
    side = 0
    for step in range(STEPS):
        middle = high - at_high * (high - low) / (at_high - at_low) if step % 8 < 7 else (low + high) / 2
        at_middle = missed(middle)
        if abs(at_middle) <= INSIDE / 100:
            return middle
        if (at_middle > 0) == (at_high > 0):  # the end that stays twice counts half: both ends close in
            high, at_high, at_low, side = middle, at_middle, at_low / (2 if side == 1 else 1), 1
        else:
            low, at_low, at_high, side = middle, at_middle, at_high / (2 if side == -1 else 1), -1
    return middle


def _rounded(missed: Callable[[float], float], value: float, low: float) -> float:
    """Return the value in as few decimals as leave the goal reached, not below the lower limit."""
    for decimals in range(DECIMALS):
        if round(value, decimals) >= low and abs(missed(round(value, decimals))) <= INSIDE:
            return round(value, decimals)
    return round(value, DECIMALS)
