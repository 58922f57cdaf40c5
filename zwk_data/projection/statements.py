"""What holds in all scenarios, and what would have to be for it to flip. Pure data, no words.

A statement says whether a group has more or fewer people in a year than at the start, and holds where all courses
(and, where given, the whole band around each) go the same way by at least one person. A flip is the value of one lever
at which the number is that of the start: beyond it the statement is the opposite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Literal

import numpy as np

from zwk_data.catalog import levers
from zwk_data.projection.ages import AgeRange, Array, count
from zwk_data.projection.baseline import Baseline
from zwk_data.projection.goal import Found, Infeasible, seek
from zwk_data.projection.scenario import Scenario

PLANNERS_LEVERS = ("tfr", "in18", "in30", "out18")
ONE_START = 0.5  # persons that starts of one comparison may differ by


@dataclass(frozen=True)
class Course:
    """A run of one place: persons by year from the start on, ``(years + 1, 2, 101)``.

    ``band``: for a group the lower and the upper end by year, each ``(years + 1,)``; groups without count without.
    """

    scenario: Scenario
    population: Array
    band: Mapping[str, tuple[Array, Array]] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """How a group has changed by a year in all courses, in persons against the start.

    ``smallest``, ``largest``: changes (of the ends of the bands where there are any); ``smallest_in``, ``largest_in``:
    the numbers of their courses; ``direction``: ``more`` or ``fewer`` where it holds in all, else ``open``.
    """

    group: str
    year: int
    start: float
    smallest: float
    largest: float
    smallest_in: int
    largest_in: int
    direction: Literal["more", "fewer", "open"]
    banded: bool

    @property
    def holds(self) -> bool:
        """Whether the direction is the same in all courses."""
        return self.direction != "open"

    def at_least(self, step: int = 1) -> int:
        """Return by how many persons the group changes at least in all courses, rounded towards zero; 0 if open."""
        return floor(self._least / step) * step

    def at_least_percent(self, decimals: int = 0) -> float:
        """Return by how many per cent of the start it changes at least, rounded towards zero; 0 if open."""
        if not self.start:
            return 0.0
        return floor(100 * self._least / self.start * 10**decimals) / 10**decimals

    @property
    def _least(self) -> float:
        return min(abs(self.smallest), abs(self.largest)) if self.holds else 0.0


def statements(
    courses: Sequence[Course], groups: Mapping[str, AgeRange], start_year: int, years: Sequence[int]
) -> tuple[Statement, ...]:
    """Return a statement for every group and year, groups first.

    Args:
        courses: at least one, all from the same start.
        groups: age ranges by id.
        start_year: the year at whose end all courses start.
        years: later years, each within all courses.

    Raises:
        ValueError: no courses, different starts, or a year outside.
    """
    if not courses or any(not 0 < year - start_year < len(course.population) for year in years for course in courses):
        raise ValueError("statements need courses that reach the years")
    first = courses[0].population[0]
    if any(np.abs(course.population[0] - first).sum() > ONE_START for course in courses):
        raise ValueError("what is compared must start from the same people")
    return tuple(_statement(courses, group, ages, start_year, year) for group, ages in groups.items() for year in years)


def _statement(courses: Sequence[Course], group: str, ages: AgeRange, start_year: int, year: int) -> Statement:
    start, index = float(count(courses[0].population[0], ages)), year - start_year
    ends = [_ends(course, group, ages, index) for course in courses]
    low, high = [end[0] - start for end in ends], [end[1] - start for end in ends]
    smallest, largest = min(low), max(high)
    direction: Literal["more", "fewer", "open"] = "more" if smallest >= 1 else "fewer" if largest <= -1 else "open"
    banded = all(group in course.band for course in courses)
    return Statement(
        group, year, start, smallest, largest, low.index(smallest), high.index(largest), direction, banded
    )  # fmt: skip


def _ends(course: Course, group: str, ages: AgeRange, index: int) -> tuple[float, float]:
    """Return the lowest and the highest number of a course: the ends of its band, or twice the number itself."""
    if group in course.band:
        low, high = course.band[group]
        return float(low[index]), float(high[index])
    number = float(count(course.population[index], ages))
    return number, number


@dataclass(frozen=True)
class Flip:
    """The value of a lever at which a number is that of the start.

    ``now``: the value the scenario has without the flip (None: its preset's); ``reached``: persons at ``value``, within
    half a person of ``target``; ``more_above``: whether higher values give more people; ``scenario``: to be run.
    """

    lever: str
    value: float
    now: float | None
    reached: float
    target: float
    more_above: bool
    scenario: Scenario


def flips(
    baseline: Baseline, scenario: Scenario, ages: AgeRange, year: int, target: float | None = None,
    tried: Sequence[str] = PLANNERS_LEVERS,
) -> tuple[Flip | Infeasible, ...]:  # fmt: skip
    """Return for each lever where more turns into fewer, or why it cannot alone.

    Args:
        baseline: the start, of one place.
        scenario: what else is assumed.
        ages: the group, both sexes.
        year: the year the statement speaks of.
        target: persons; those of the start if None, or a capacity.
        tried: ids of levers of one number.
    """
    wanted = float(count(baseline.population, ages)) if target is None else target
    return tuple(_flip(baseline, scenario, lever, ages, year, wanted) for lever in tried)


def _flip(
    baseline: Baseline, scenario: Scenario, lever: str, ages: AgeRange, year: int, target: float
) -> Flip | Infeasible:
    found = seek(baseline, scenario, lever, ages, "t", year, target)
    if not isinstance(found, Found):
        return found
    more_above = levers()[lever].kind != "out"
    return Flip(lever, found.value, scenario.value(lever), found.reached, target, more_above, found.scenario)
