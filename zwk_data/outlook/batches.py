"""Many places at once: the tasks of a batch from the figures."""

import os
from collections.abc import Iterator, Sequence

import numpy as np

from zwk_data.outlook.runs import cases, factor_of, seed_of
from zwk_data.outlook.starts import Start
from zwk_data.projection.ages import AGES, EVERYONE, OPEN_AGE, AgeRange
from zwk_data.projection.batch import Chances, Task
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse import Statistics

EXECUTOR = "ZWK_EXECUTOR"


def executor() -> str:
    """Return the configured executor (``ZWK_EXECUTOR``): ``serial`` unless said otherwise."""
    return os.environ.get(EXECUTOR, "").strip() or "serial"


def tasks(
    data: Statistics, starts: Sequence[Start], scenario: Scenario, until: int, paths: int = 0, seed: int = 1
) -> Iterator[Task]:
    """Yield one task per start, in their order.

    Args:
        data: the figures.
        starts: where the places start.
        scenario: the same for all.
        until: last year.
        paths: of the band; 0 for none.
        seed: the same seed and place give the same paths, whichever places stand beside it.
    """
    kinds = {(start.size_class, until - start.year) for start in starts} if paths else set()
    chances = {kind: _chances(data, *kind, paths) for kind in kinds}
    for start in starts:
        own = chances.get((start.size_class, until - start.year))
        yield Task(start.place.ags, start.baseline, scenario, until, seed_of(start.place.ags, seed), own)


def _chances(data: Statistics, size_class: str, years: int, paths: int) -> Chances:
    by_age = [factor_of(data, size_class, _single(age), years) for age in range(AGES)]
    return Chances(
        cases(data, size_class), np.stack(by_age, axis=-1), factor_of(data, size_class, EVERYONE, years), paths
    )


def _single(age: int) -> AgeRange:
    return AgeRange(age, None if age == OPEN_AGE else age)
