"""Made-up places for the tests of the projection: smooth, plausible, and nobody's.

Mortality by Gompertz, births around 30, moves by a model schedule; sizes are round numbers. ``one`` is a place alone,
``several`` are places in one array that differ in size, structure and moves.
"""

from datetime import date

import numpy as np

from zwk_data.projection.ages import AGES, FERTILE
from zwk_data.projection.baseline import Baseline, Extreme

DAY = date(2024, 12, 31)
_AGES = np.arange(AGES)


def survival(level=1.0):
    """By age reached, ``(2, 101)``: life expectancy of about 83 and 78 years at level 1."""
    hazard = np.stack([3e-5 * 0.7 * np.exp(0.1 * (_AGES - 5)), 3e-5 * 1.2 * np.exp(0.1 * (_AGES - 5))])
    hazard[:, 0] = 0.003
    hazard[:, -1] = 0.45
    return np.exp(-level * hazard)


def fertility(total=1.4):
    """Births per woman by age 15 to 49, ``(35,)``."""
    ages = np.arange(FERTILE.start, FERTILE.stop)
    shape = np.exp(-((ages - 31) ** 2) / (2 * 5.5**2))
    return total * shape / shape.sum()


def schedule():
    """Propensity to move by sex and age, of which only the proportions count, ``(2, 101)``."""
    shape = 0.02 * np.exp(-0.1 * _AGES) + 0.06 * np.exp(-0.1 * (_AGES - 21) - np.exp(-0.45 * (_AGES - 21))) + 0.002
    return np.stack([shape, 1.1 * shape])


def population(size=100_000.0, older=0.0):
    """Persons, ``(2, 101)``; many of 55 to 65, few of 20 to 30, and the more old people the larger ``older``."""
    shape = survival().cumprod(axis=-1) * (1 + 0.4 * np.exp(-((_AGES - 60) ** 2) / 50))
    shape = shape * (1 - 0.2 * np.exp(-((_AGES - 25) ** 2) / 50)) * np.exp(older * (_AGES - 50) / 50)
    return size * shape / shape.sum()


def one(gross=True, size=100_000.0, day=DAY, in_share=0.045, out_share=0.042, total=1.4, older=0.0):
    """One place: with its moves in and out, or with their balance by age only."""
    people = population(size, older)
    alive = np.concatenate([people[:, :1], people[:, :-1]], axis=-1) * survival()
    arrivals, leaving = schedule() * alive, np.roll(schedule(), -2, axis=-1)
    arrivals *= in_share * size / arrivals.sum()
    leaving *= out_share * size / (leaving * alive).sum()
    if not gross:
        balance = arrivals - leaving * alive
        arrivals, leaving = np.maximum(balance, 0.0), np.maximum(-balance, 0.0) / alive
    improvement = np.broadcast_to(np.interp(_AGES, [0, 60, 100], [0.02, 0.015, 0.002]), (2, AGES)).copy()
    return Baseline(
        day, people, survival(), improvement, fertility(total), arrivals, leaving,
        low=Extreme(np.float64(1.2), np.float64(-0.004), "2022–2024", "2014–2016"),
        high=Extreme(np.float64(1.6), np.float64(0.009), "2015–2017", "2021–2023"), gross=gross,
    )  # fmt: skip


def several(gross=False, day=DAY):
    """Three places in one array, ``(3, 2, 101)``: a growing city, a shrinking old district, a small town."""
    places = [
        one(gross, 500_000.0, day, 0.06, 0.055, 1.3, -0.3), one(gross, 120_000.0, day, 0.03, 0.035, 1.5, 0.5),
        one(gross, 20_000.0, day, 0.05, 0.05, 1.45, 0.2),
    ]  # fmt: skip

    def stacked(name):
        return np.stack([getattr(place, name) for place in places])

    low = Extreme(np.array([1.2, 1.3, 1.25]), np.array([0.001, -0.012, -0.005]))
    high = Extreme(np.array([1.5, 1.65, 1.6]), np.array([0.012, 0.004, 0.01]))
    return Baseline(
        day, stacked("population"), stacked("survival"), places[0].improvement, stacked("fertility"),
        stacked("in_migration"), stacked("out_rate"), low, high, gross,
    )  # fmt: skip
