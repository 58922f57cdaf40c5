"""The difference of two runs: parts that sum to it, nothing for what is equal, each part for what differs."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from tests.projection import made
from zwk_data.projection.ages import EVERYONE, AgeRange, count
from zwk_data.projection.difference import COMPONENTS, Side, split
from zwk_data.projection.engine import Rates, project
from zwk_data.projection.scenario import Scenario, rates

PLACE, OTHER = made.one(), made.one(gross=False, size=110_000.0, total=1.55, older=0.2)
ALL = "high~tfr_1.7~e0_3~in18_50~out25_60~event_2030_500_18"


def side(place, text):
    return Side(place.year, place.population, rates(place, Scenario.parse(text), 2050))


def parts(found):
    return [getattr(found, name) for name in COMPONENTS]


@pytest.mark.parametrize("ages", [EVERYONE, AgeRange(0, 5), AgeRange(20, 64), AgeRange(80)])
@pytest.mark.parametrize("texts", [("continue", ALL), ("none", "high"), ("low", "none~e0_0")])
@pytest.mark.parametrize("year", [2025, 2031, 2050])
def test_the_parts_sum_to_the_difference_of_the_two_runs(ages, texts, year):
    one, two = side(PLACE, texts[0]), side(OTHER, texts[1])
    found = split(one, two, year, ages, "f")
    numbers = [float(count(project(s.population, s.rates).population[year - 2024], ages, "f")) for s in (one, two)]
    assert (found.first, found.second) == pytest.approx(numbers, abs=1e-6)
    assert sum(parts(found)) == pytest.approx(numbers[1] - numbers[0], abs=1e-6)
    assert found.total == pytest.approx(sum(parts(found)), abs=1e-6)


def test_identical_runs_differ_in_nothing():
    found = split(side(PLACE, ALL), side(PLACE, ALL), 2050)
    assert parts(found) == [0, 0, 0, 0]
    assert found.total == 0


@pytest.mark.parametrize(
    ("text", "component", "sign"),
    [
        ("continue~tfr_1.9", "births", 1), ("continue~tfr_1", "births", -1), ("continue~e0_9", "deaths", 1),
        ("continue~in30_100", "migration", 1), ("continue~out30_100", "migration", -1), ("none", "migration", -1),
    ],
)  # fmt: skip
def test_one_change_is_all_the_difference(text, component, sign):
    found = split(side(PLACE, "continue"), side(PLACE, text), 2050)
    assert getattr(found, component) * sign > 100
    assert getattr(found, component) == pytest.approx(found.total, abs=1e-6)
    assert [getattr(found, name) for name in COMPONENTS if name != component] == [0, 0, 0]


def test_more_people_at_the_start_are_base_population():
    more = Side(2024, PLACE.population * 1.1, side(PLACE, "none").rates)
    found = split(side(PLACE, "none"), more, 2050)
    assert found.base == pytest.approx(found.first * 0.1)
    assert parts(found)[1:] == [0, 0, 0]


def test_turned_around_the_difference_has_the_other_sign():
    one, two = side(PLACE, "low"), side(OTHER, ALL)
    assert parts(split(one, two, 2045)) == pytest.approx([-part for part in parts(split(two, one, 2045))], abs=1e-6)


def test_the_parts_are_the_mean_over_all_orders_of_replacing():
    one, two = side(PLACE, "low"), side(OTHER, ALL)
    names = {
        "base": [],
        "births": ["fertility"],
        "deaths": ["survival"],
        "migration": ["in_migration", "out_rate", "out_migration"],
    }

    def number(replaced):
        chosen = {
            field: getattr((two if name in replaced else one).rates, field) for name in names for field in names[name]
        }
        return float(count(project((two if "base" in replaced else one).population, Rates(**chosen)).population[-1]))

    expected = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        for step, name in enumerate(order):
            expected[name] += (number(order[: step + 1]) - number(order[:step])) / 24
    assert parts(split(one, two, 2050)) == pytest.approx([expected[name] for name in COMPONENTS], abs=1e-6)


def test_a_run_that_starts_earlier_is_carried_on_to_the_other():
    early = replace(PLACE, day=PLACE.day.replace(year=2021))
    found = split(side(early, "continue"), side(PLACE, "continue"), 2040)
    assert found.start == 2024
    carried = project(early.population, rates(early, Scenario("continue"), 2040)).population
    assert found.first == pytest.approx(float(count(carried[-1])))
    assert found.base != 0
    assert sum(parts(found)) == pytest.approx(found.total, abs=1e-6)


def test_years_that_a_run_does_not_reach_and_several_places_are_refused():
    with pytest.raises(ValueError, match="cannot be compared"):
        split(side(PLACE, "none"), side(PLACE, "none"), 2051)
    with pytest.raises(ValueError, match="cannot be compared"):
        split(side(PLACE, "none"), side(PLACE, "none"), 2024)
    with pytest.raises(ValueError, match="cannot be compared"):
        split(side(made.several(), "none"), side(PLACE, "none"), 2040)
    boys = replace(side(PLACE, "none"), rates=replace(side(PLACE, "none").rates, male_share=0.5))
    with pytest.raises(ValueError, match="boys"):
        split(boys, side(PLACE, "none"), 2040)
    assert np.isfinite(split(side(PLACE, "none"), side(PLACE, "none"), 2050).total)
