"""Fertility: the national pattern over the ages of mothers, times the births per woman of the place.

Births are not counted by age of the mother for Kreise, so births per woman are measured indirectly: the births of a
place against those that its women would have at one birth per woman with the national pattern (indirect
standardisation), drawn towards the Land.
"""

import numpy as np

from zwk_data.projection.ages import FEMALE, FERTILE, Array
from zwk_data.projection.shrinking import Groups, shrunk_ratio


def pattern_by_age(shares: Array) -> Array:
    """Return the share of each age 15 to 49 in total fertility, ``(35,)``, from seven groups of five years.

    Linear between the middles of the groups, then scaled to 1: rates of single ages must not jump at the limits.
    """
    middles = np.arange(17.5, 50, 5)
    ages = np.arange(15, 50) + 0.5
    smooth = np.interp(ages, [15, *middles, 50], [0, *shares / 5, 0])
    return np.asarray(smooth / smooth.sum())


def births_per_unit(population: Array, following: Array, pattern: Array) -> Array:
    """Return the births of a year at one birth per woman, ``(...)``; women at the mean of both ends of the year."""
    women = 0.5 * (population[..., FEMALE, FERTILE] + following[..., FEMALE, FERTILE])
    return np.asarray((women * pattern).sum(axis=-1))


def births_per_woman(births: Array, unit: Array, groups: Groups) -> Array:
    """Return births per woman of each place, drawn towards its Land, ``(places,)``.

    Args:
        births: live births of the years taken together, ``(places,)``.
        unit: those of ``births_per_unit``, summed over the same years.
        groups: number of the Land of each place.
    """
    return shrunk_ratio(births, unit, groups)
