"""Mortality: the national period life table, times a factor of the place by broad age.

Survival is by cohort: of those aged ``a - 1`` on 31 December, the share alive at age ``a`` a year later is
``L(a) / L(a - 1)`` of the table (person-years lived at an age), for births ``L(0) / l(0)``.
"""

import numpy as np

from zwk_data.projection.ages import AGES, Array
from zwk_data.projection.migration import survivors
from zwk_data.projection.shrinking import Groups, group_sums, shrunk_ratio

BROAD = ((0, 64), (65, 79), (80, AGES - 1))  # ages in which the factor of a place is estimated
LAST_AGE = 119  # to which the table is carried on for those of 100 and older
INFANT_SHARE = 0.15  # of a year that those who die before their first birthday live: most die in the first days


def survival_of(death_probability: Array) -> Array:
    """Return survival by age reached from q(x) of a period life table.

    Args:
        death_probability: q(x) at exact ages 0 to 100, ``(..., 101)``; above 100 its logit is carried on linearly.

    Returns:
        Probability by age reached, ``(..., 101)``; the last one for everybody of 99 and older.
    """
    q = _carried_on(death_probability)
    alive = np.concatenate([np.ones_like(q[..., :1]), np.cumprod(1 - q, axis=-1)], axis=-1)
    lived = (alive[..., :-1] + alive[..., 1:]) / 2
    lived[..., 0] = alive[..., 1] + INFANT_SHARE * (alive[..., 0] - alive[..., 1])
    survival = np.empty((*q.shape[:-1], AGES))
    survival[..., 0] = lived[..., 0]
    survival[..., 1:-1] = lived[..., 1 : AGES - 1] / lived[..., : AGES - 2]
    survival[..., -1] = lived[..., AGES - 1 :].sum(axis=-1) / lived[..., AGES - 2 :].sum(axis=-1)
    return survival


def _carried_on(q: Array) -> Array:
    ages = np.arange(AGES, LAST_AGE + 1)
    logit = np.log(q[..., 80:100] / (1 - q[..., 80:100]))
    slope = (logit[..., -1] - logit[..., 0]) / (logit.shape[-1] - 1)
    above = logit[..., -1:] + slope[..., None] * (ages - 99)
    return np.concatenate([q[..., :AGES], 1 / (1 + np.exp(-above))], axis=-1)


def improvement(first: Array, last: Array, years: int) -> Array:
    """Return the yearly decline of death rates by age between two tables, ``(2, 101)``, as a share.

    The ratio of -log(survival) is averaged over ages within eleven years, because single ages jump, and never negative.
    """
    ratio = np.log(np.log(first) / np.log(last)) / years
    window = np.ones(11) / 11
    smooth = np.stack([np.convolve(np.pad(line, 5, mode="edge"), window, mode="valid") for line in ratio])
    return np.maximum(1 - np.exp(-smooth), 0.0)


def deaths_expected(population: Array, survival: Array, newborn: Array) -> Array:
    """Return the deaths of the year that follows ``population``, by age at its end, ``(..., 2, 101)``.

    Args:
        population: on 31 December before, ``(..., 2, 101)``.
        survival: by age reached.
        newborn: live births of the year by sex, ``(..., 2)``.
    """
    return survivors(population, 1 - survival, newborn)


def by_age_at_death(deaths: Array) -> Array:
    """Return deaths by completed age at death from those by age at the end of the year, ``(..., 2, 101)``.

    Who would have turned ``a`` in the year died before that birthday or after it: half at ``a - 1``, half at ``a``;
    who was born in the year died at age 0.
    """
    half = deaths / 2
    half[..., 0] = 0.0
    found = half.copy()
    found[..., 0] = deaths[..., 0]
    found[..., :-1] += half[..., 1:]
    return found


def in_broad(deaths: Array) -> Array:
    """Return sums over both sexes and the three broad ages, ``(..., 3)``, of deaths by single age."""
    return np.stack([deaths[..., first : last + 1].sum(axis=(-2, -1)) for first, last in BROAD], axis=-1)


def place_factors(deaths: Array, expected: Array, groups: Groups) -> Array:
    """Return the factor of each place on the national death rates, by age, ``(places, 2, 101)``.

    Args:
        deaths: counted in the broad ages, ``(places, 3)``, all years and both sexes together.
        expected: by the national rates, likewise.
        groups: number of the Land of each place.
    """
    ratio = shrunk_ratio(deaths, expected, groups)
    by_age = np.repeat(ratio, [last - first + 1 for first, last in BROAD], axis=-1)
    return np.repeat(by_age[:, None, :], 2, axis=1)


def drift_factors(deaths: Array, expected: Array, groups: Groups) -> Array:
    """Return by how much the deaths of later years differ from the expected ones, against those of the Land.

    Only totals are known for these years. A wave that a Land had as a whole (2020, 2021) is not carried on.

    Args:
        deaths: all deaths of the years, ``(places,)``.
        expected: with the factors of the place, likewise.
        groups: number of the Land of each place.
    """
    land = group_sums(deaths, groups) / group_sums(expected, groups)
    return shrunk_ratio(deaths, expected * land, groups)


def with_factor(survival: Array, factor: Array) -> Array:
    """Return survival where death rates are ``factor`` times as high: survival to the power of the factor."""
    return np.asarray(survival**factor)
