"""An independent check: a small town of single persons, each with a fate of its own drawn year by year.

Nothing of the projection is used for them but the rates. The mean of many towns must be what the projection says, within
the error of drawing (four standard errors), for broad groups and for where people come from.
"""

import numpy as np
import pytest

from tests.projection import invented
from zwk_data.projection.ages import AGES, AgeRange, count
from zwk_data.projection.certainty import split
from zwk_data.projection.engine import project

TOWNS, YEARS, PERSONS = 400, 15, 3000
GROUPS = [
    (AgeRange(first, last), sex) for first, last in ((0, 5), (6, 19), (20, 64), (65, 79), (80, None)) for sex in "fm"
]
RESIDENT, BORN_HERE, MOVED_IN = range(3)


class Person:
    """Columns of a table with one row for each person: town, sex (0 women), age, origin."""

    def __init__(self, town, sex, age, origin):
        self.rows = np.column_stack([town, sex, age, origin])

    def __getattr__(self, name):
        return self.rows[:, ("town", "sex", "age", "origin").index(name)]


def settle(rng, expected, origin):
    """Persons in every town: so many in each cell, or drawn from Poisson where the number is not whole."""
    number = np.broadcast_to(expected, (TOWNS, *expected.shape))
    number = number.astype(int) if origin == RESIDENT else rng.poisson(number)
    town, sex, age = (
        np.repeat(index, number.ravel()) for index in np.unravel_index(np.arange(number.size), number.shape)
    )
    return Person(town, sex, age, np.full(len(town), origin)).rows


def mothers(rng, people, fertility):
    """Towns of the children of one half of the year: each woman has one with half the yearly probability."""
    fertile = (people.sex == 0) & (people.age >= 15) & (people.age <= 49)
    chance = np.where(fertile, 0.5 * fertility[np.clip(people.age - 15, 0, 34)], 0)
    return people.town[rng.random(len(chance)) < chance]


def one_year(rng, people, rates, year):
    towns_of_children = [mothers(rng, people, rates.fertility[year])]
    people.rows[:, 2] = np.minimum(people.age + 1, AGES - 1)
    people.rows = people.rows[rng.random(len(people.rows)) < rates.survival[year][people.sex, people.age]]
    towns_of_children.append(mothers(rng, people, rates.fertility[year]))
    town = np.concatenate(towns_of_children)
    sex = (rng.random(len(town)) < rates.male_share).astype(int)
    children = Person(town, sex, np.zeros_like(town), np.full(len(town), BORN_HERE)).rows
    children = children[rng.random(len(town)) < rates.survival[year][sex, 0]]
    people.rows = np.concatenate([people.rows, children])
    people.rows = people.rows[rng.random(len(people.rows)) >= rates.out_rate[year][people.sex, people.age]]
    people.rows = np.concatenate([people.rows, settle(rng, rates.in_migration[year], MOVED_IN)])


def tally(people):
    """Persons by town, origin, sex and age."""
    flat = np.ravel_multi_index((people.town, people.origin, people.sex, people.age), (TOWNS, 3, 2, AGES))
    return np.bincount(flat, minlength=TOWNS * 3 * 2 * AGES).reshape(TOWNS, 3, 2, AGES).astype(float)


@pytest.fixture(scope="module")
def lived():
    """Start, rates, and the towns at the end of every fifth year."""
    rng = np.random.default_rng(2026)
    rates = invented.lifelike(YEARS, moves_in=2.0, leaving=0.05)
    start = rng.poisson(PERSONS / 2 / 75 * (np.arange(AGES) < 75) * np.ones((2, 1))).astype(float)
    people = Person(*settle(rng, start, RESIDENT).T)
    days = {}
    for year in range(YEARS):
        one_year(rng, people, rates, year)
        if (year + 1) % 5 == 0:
            days[year + 1] = tally(people)
    return start, rates, days


def agree(towns, expected):
    """Mean over towns and what was projected: within four standard errors, and the error is small enough to tell."""
    error = towns.std(axis=0, ddof=1) / np.sqrt(TOWNS)
    assert (np.abs(towns.mean(axis=0) - expected) < 4 * error).all(), (towns.mean(axis=0), expected, error)
    assert (error < 0.02 * expected).all()


@pytest.mark.parametrize("year", [5, 10, 15])
def test_drawn_persons_are_as_many_as_projected(lived, year):
    start, rates, days = lived
    population = project(start, rates).population[year]
    towns = days[year].sum(axis=1)
    agree(towns.sum(axis=(1, 2)), population.sum())
    for ages, sex in GROUPS:
        agree(count(towns, ages, sex), count(population, ages, sex))


@pytest.mark.parametrize("year", [5, 10, 15])
def test_drawn_persons_come_from_where_the_split_says(lived, year):
    start, rates, days = lived
    parts = split(start, rates)
    for origin, part in enumerate((parts.residents, parts.births, parts.moved_in)):
        agree(days[year][:, origin].sum(axis=(1, 2)), part[year].sum())
        for ages in (AgeRange(0, 19), AgeRange(20, 44)):
            if part[year][:, ages.cut].sum() > 20:
                agree(count(days[year][:, origin], ages), count(part[year], ages))
