"""A small invented country with known rates, written year by year with the engine; figures as the offices publish them."""

import numpy as np

from zwk_data.projection.ages import AGES, MALE_SHARE
from zwk_data.projection.engine import Rates, project
from zwk_data.projection.mortality import BROAD, survival_of
from zwk_data.projection.observed import AgeTable, Observed
from zwk_data.projection.splitting import grouped

FIVE = tuple([(age, age + 4) for age in range(0, 85, 5)] + [(85, None)])
PLACES, LANDS, FIRST, LAST = 24, 3, 2013, 2021
SIZES = np.repeat([400.0, 900.0, 1500.0, 2500.0], 6)


def death_probability() -> np.ndarray:
    """Gompertz, women and men, ``(2, 101)``."""
    ages = np.arange(AGES)
    return np.clip(np.stack([2e-5 * np.exp(0.1 * ages), 4e-5 * np.exp(0.097 * ages)]) + 2e-4, 0, 0.5)


def pattern() -> np.ndarray:
    ages = np.arange(15, 50)
    shape = np.exp(-0.5 * ((ages - 31) / 5.2) ** 2)
    return shape / shape.sum()


def at_death(deaths: np.ndarray) -> np.ndarray:
    """The dead by age at death: one in two had not had the birthday of the year, but those born in it."""
    found = deaths / 2
    found[..., :-1] += deaths[..., 1:] / 2
    found[..., 0] += deaths[..., 0] / 2
    return found


def country(
    net: float = 0.004, spread: float = 0.0, level: float = 1.5, seed: int = 1
) -> tuple[Observed, dict[str, np.ndarray]]:
    """Return what is observed of the country, and the truth behind it.

    ``net``: yearly net moves per inhabitant of 18 to 40 and their children; ``spread``: how much they differ by chance
    from place to place and year to year.
    """
    random = np.random.default_rng(seed)
    survival, shape = survival_of(death_probability()), pattern()
    ages = np.arange(AGES)
    start = SIZES[:, None, None] * (np.cumprod(survival, axis=-1) * (1 + 0.2 * np.cos(ages / 9)))[None]
    years = LAST - FIRST
    movers = np.where((ages >= 18) & (ages <= 40) | (ages <= 8), 1.0, 0.0)
    rate = net + spread * random.normal(size=(years, PLACES, 1, 1))
    came = np.maximum(rate, 0) * start * movers
    left = np.maximum(-rate, 0) * np.broadcast_to(movers, (years, PLACES, 2, AGES))
    run = project(
        start,
        Rates(
            np.broadcast_to(survival, (years, 1, 2, AGES)), np.broadcast_to(level * shape, (years, 1, 35)), came, left
        ),
    )
    populations = {FIRST + year: run.population[year] for year in range(years + 1)}
    births = {FIRST + year + 1: run.newborn[year].sum(axis=-1) for year in range(years)}
    deaths = {FIRST + year + 1: run.deaths[year].sum(axis=(-2, -1)) for year in range(years)}
    by_age = {
        FIRST + year + 1: np.stack(
            [at_death(run.deaths[year])[..., a : b + 1].sum(axis=(-2, -1)) for a, b in BROAD], axis=-1
        )
        for year in range(4)
    }
    groups = np.arange(PLACES) % LANDS
    lands = {
        year: np.stack([one[groups == land].sum(axis=0) for land in range(LANDS)]) for year, one in populations.items()
    }
    observed = Observed(
        tuple(f"{number:05d}" for number in range(PLACES)),
        groups,
        {year: AgeTable(FIVE, grouped(FIVE, one), "census2011", "invented") for year, one in populations.items()},
        births,
        deaths,
        by_age,
        {FIRST: survival},
        {FIRST: shape},
        lands,
    )
    truth = {
        "survival": survival,
        "level": np.full(PLACES, level),
        "populations": populations,
        "male": np.array([MALE_SHARE]),
    }
    return observed, truth
