"""Random populations and rates, recognisably made up, and their way into the referee's dictionaries and back."""

import numpy as np

from zwk_data.projection.ages import AGES
from zwk_data.projection.engine import Rates

CELLS = [(sex, age) for sex in ("f", "m") for age in range(AGES)]


def population(rng, *middle, size=100.0):
    return rng.gamma(1.0, size, (*middle, 2, AGES))


def rates(rng, years, *middle, share=True, number=True, moves=5.0, male_share=0.513):
    """Rates without any likeness to those of people: every cell on its own."""
    return Rates(
        survival=1 - rng.random((years, *middle, 2, AGES)) ** 3,
        fertility=rng.random((years, *middle, 35)) * 0.15,
        in_migration=rng.exponential(moves, (years, *middle, 2, AGES)),
        out_rate=rng.random((years, *middle, 2, AGES)) * 0.3 if share else None,
        out_migration=rng.exponential(moves * 3, (years, *middle, 2, AGES)) if number else None,
        male_share=male_share,
    )


def lifelike(years, *, moves_in=8.0, leaving=0.02, decline=0.0):
    """Rates with the shape of people's: dying with age, children around 31, moves around 25."""
    ages = np.arange(AGES)
    hazard = 2e-5 * np.exp(0.1 * ages) + 2e-4
    survival = np.stack([np.exp(-hazard), np.exp(-1.4 * hazard)])
    fertility = 1.5 * np.exp(-0.5 * ((np.arange(15, 50) - 31) / 5.5) ** 2) / 13.8
    young = np.exp(-0.5 * ((ages - 25) / 7) ** 2) + 0.1
    yearly = (1 - decline) ** np.arange(years)[:, None, None]
    return Rates(
        survival=np.broadcast_to(survival, (years, 2, AGES)),
        fertility=np.broadcast_to(fertility, (years, 35)),
        in_migration=moves_in * young * yearly * np.ones((1, 2, 1)),
        out_rate=leaving * np.broadcast_to(young, (years, 2, AGES)),
    )


def cells(array):
    """(2, 101) as the referee's dictionary."""
    return {("fm"[sex], age): float(array[sex, age]) for sex in range(2) for age in range(AGES)}


def array(cells_):
    return np.array([[cells_[sex, age] for age in range(AGES)] for sex in ("f", "m")])


def years(rates_):
    """Rates of one place as the referee's list of years."""
    nothing = np.zeros_like(rates_.in_migration)
    rate = nothing if rates_.out_rate is None else rates_.out_rate
    left = nothing if rates_.out_migration is None else rates_.out_migration
    return [
        {
            "survival": cells(rates_.survival[year]),
            "fertility": {15 + i: float(value) for i, value in enumerate(rates_.fertility[year])},
            "came": cells(rates_.in_migration[year]),
            "rate": cells(rate[year]),
            "left": cells(left[year]),
        }
        for year in range(rates_.years)
    ]


def close(left, right, tolerance=1e-9):
    """Equal to 1e-9 of the value, or of one person where there are fewer."""
    np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance)
