"""Single ages and sexes: the axes of every array of the projection, and sums over them.

Arrays end in ``(2, 101)``: sex (female, male) and completed years of age 0 to 99 and 100 and older, in persons on
31 December. Whatever stands before these two axes (scenarios, places) is carried along.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SEXES = ("f", "m")
FEMALE, MALE = 0, 1
AGES = 101
OPEN_AGE = AGES - 1
FERTILE_FROM, FERTILE_TO = 15, 49  # completed years of age of the mother, both included
FERTILE = slice(FERTILE_FROM, FERTILE_TO + 1)
MALE_SHARE = 0.513  # of live births; Germany, stable for decades (105.3 boys per 100 girls)


@dataclass(frozen=True)
class AgeRange:
    """Completed years of age with both ends included; ``last`` None is an open group."""

    first: int
    last: int | None = None

    @property
    def cut(self) -> slice:
        """The part of the age axis."""
        return slice(self.first, AGES if self.last is None else self.last + 1)


EVERYONE = AgeRange(0)
# Groups of the official tables of moves (Regionaldatenbank 12711): the groups in which moves are planned and missed.
MIGRATION_GROUPS = (
    AgeRange(0, 17), AgeRange(18, 24), AgeRange(25, 29), AgeRange(30, 49), AgeRange(50, 64), AgeRange(65),
)  # fmt: skip
GROUP_OF_AGE = np.repeat(np.arange(len(MIGRATION_GROUPS)), [18, 7, 5, 20, 15, 36])


def count(population: Array, ages: AgeRange = EVERYONE, sex: str = "t") -> Array:
    """Return the persons of an age range; both sexes for ``t``. The last two axes are summed away."""
    part = population[..., ages.cut]
    return part.sum(axis=(-2, -1)) if sex == "t" else part[..., SEXES.index(sex), :].sum(axis=-1)
