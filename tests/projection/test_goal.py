"""What would it take: values are found, reproduced by running them, and what cannot be is said to be so."""

from dataclasses import replace

import numpy as np
import pytest

from tests.projection import made
from zwk_data.catalog import levers
from zwk_data.projection.ages import EVERYONE, AgeRange, count
from zwk_data.projection.engine import project
from zwk_data.projection.goal import Found, Infeasible, seek
from zwk_data.projection.levers import alive_at_end
from zwk_data.projection.scenario import Scenario, ScenarioError, moving, rates, shortfalls

PLACES = {
    "gross": made.one(),
    "net": made.one(gross=False),
    "small": made.one(size=800.0),
    "large": made.one(size=3_600_000.0),
}
CONTINUE = Scenario("continue")


def people(place, scenario, ages, sex, year):
    return float(count(project(place.population, rates(place, scenario, year)).population[-1], ages, sex))


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    ("lever", "value", "ages", "sex", "year"),
    [
        ("tfr", 1.73, AgeRange(6, 9), "t", 2035), ("tfr", 0.4, EVERYONE, "t", 2050), ("e0", 3.3, AgeRange(80), "f", 2045),
        ("e0", -2.0, AgeRange(65), "t", 2030), ("in30", 0.0004, AgeRange(20, 64), "t", 2040),
        ("in0", 0.001, AgeRange(18, 24), "m", 2040), ("out18", 0.003, EVERYONE, "t", 2050),
    ],
)  # fmt: skip
def test_the_value_that_made_a_number_is_found_again(name, lever, value, ages, sex, year):
    place = PLACES[name]
    if levers()[lever].kind in ("in", "out"):
        value *= count(place.population)
    target = people(place, CONTINUE.with_value(lever, value), ages, sex, year)
    found = seek(place, CONTINUE, lever, ages, sex, year, target)
    assert isinstance(found, Found)
    assert abs(found.reached - target) <= 0.5
    again = people(place, Scenario.parse(str(found.scenario)), ages, sex, year)
    assert found.reached == pytest.approx(again, abs=1e-6), "as written in the address"
    slope = abs(people(place, CONTINUE.with_value(lever, value * 1.01), ages, sex, year) - target) / abs(value * 0.01)
    assert abs(found.value - value) <= 2 / slope


def test_seeded_goals_are_hit_or_truly_out_of_reach():
    chosen = np.random.default_rng(4)
    single = [lever.id for lever in levers().values() if lever.single]
    for _ in range(40):
        place = PLACES[str(chosen.choice(list(PLACES)))]
        first = int(chosen.integers(0, 90))
        ages = AgeRange(first, None if chosen.random() < 0.3 else int(chosen.integers(first, 100)))
        sex, year, lever = (
            str(chosen.choice(["f", "m", "t"])),
            int(chosen.integers(2025, 2061)),
            str(chosen.choice(single)),
        )
        target = float(count(place.population, ages, sex)) * chosen.uniform(0.7, 1.3)
        found = seek(place, CONTINUE, lever, ages, sex, year, target)
        if isinstance(found, Found):
            assert abs(people(place, found.scenario, ages, sex, year) - target) <= 0.5
        else:
            low, high = (
                people(place, CONTINUE.with_value(lever, end), ages, sex, year) for end in (found.low, found.high)
            )
            assert (low, high) == pytest.approx((found.low_value, found.high_value), abs=1e-6)
            assert found.reason == "no_effect" or not min(low, high) <= target <= max(low, high)


def test_births_cannot_change_the_number_of_the_very_old():
    place = PLACES["gross"]
    now = people(place, CONTINUE, AgeRange(80), "t", 2040)
    found = seek(place, CONTINUE, "tfr", AgeRange(80), "t", 2040, now + 100)
    assert isinstance(found, Infeasible)
    assert found.reason == "no_effect"
    assert (found.low_value, found.high_value) == pytest.approx((now, now), abs=1e-6)


def test_a_goal_beyond_the_limits_says_what_the_limits_give():
    found = seek(PLACES["gross"], CONTINUE, "tfr", EVERYONE, "t", 2030, 200_000.0)
    assert isinstance(found, Infeasible)
    assert found.reason == "out_of_reach"
    assert found.nearest == found.high == levers()["tfr"].high
    assert found.low_value < found.high_value < 200_000


def test_what_the_scenario_says_of_the_lever_is_replaced_and_the_rest_stays():
    scenario = Scenario.parse("low~tfr_1.1~e0_2~name_Annahme")
    found = seek(PLACES["net"], scenario, "tfr", AgeRange(0, 5), "t", 2040, 4_500.0)
    assert isinstance(found, Found)
    assert found.scenario == replace(scenario.with_value("tfr", found.value))
    assert found.scenario.name == "Annahme"


def test_a_value_has_no_more_decimals_than_it_needs():
    place = PLACES["small"]
    target = people(place, CONTINUE.with_value("in18", 3.0), EVERYONE, "t", 2030) + 0.1
    assert seek(place, CONTINUE, "in18", EVERYONE, "t", 2030, target).value == 3


def test_a_goal_that_is_reached_anyway_takes_no_change():
    place = PLACES["gross"]
    found = seek(place, CONTINUE, "in18", EVERYONE, "t", 2040, people(place, CONTINUE, EVERYONE, "t", 2040))
    assert found.value == 0
    assert found.scenario == CONTINUE


@pytest.mark.parametrize("lever", ["homes", "event"])
def test_a_lever_of_several_numbers_cannot_be_sought(lever):
    with pytest.raises(ValueError, match="one number"):
        seek(PLACES["gross"], CONTINUE, lever, EVERYONE, "t", 2040, 1.0)


def test_several_places_and_a_year_that_has_been_are_refused():
    with pytest.raises(ValueError, match="one place"):
        seek(made.several(), CONTINUE, "tfr", EVERYONE, "t", 2040, 1.0)
    with pytest.raises(ScenarioError):
        seek(PLACES["gross"], CONTINUE, "tfr", EVERYONE, "t", 2024, 1.0)


@pytest.mark.parametrize("name", ["gross", "net"])
@pytest.mark.parametrize("preset", ["continue", "none", "low"])
def test_a_goal_never_asks_for_fewer_moves_than_nobody(name, preset):
    place, scenario = PLACES[name], Scenario(preset)
    for lever in (one for one in levers().values() if one.kind in ("in", "out")):
        for target in (1.0, 90_000.0, 200_000.0):
            found = seek(place, scenario, lever.id, EVERYONE, "t", 2040, target)
            asked = found.scenario if isinstance(found, Found) else scenario.with_value(lever.id, found.low)
            assert not shortfalls(place, asked), "what cannot be done would be said to be needed"


def test_without_anybody_leaving_the_number_is_as_far_as_the_lever_gets():
    place, ages, lever = PLACES["gross"], AgeRange(18, 24), levers()["out18"]
    there = moving(place, CONTINUE, lever)
    assert there == pytest.approx(float(count(place.out_rate * alive_at_end(place), ages)))
    found = seek(place, CONTINUE, "out18", ages, "t", 2040, 90_000.0)
    assert (found.reason, found.emptied, found.nearest) == ("out_of_reach", True, found.low)
    assert found.low == pytest.approx(-there, abs=1e-7)
    nobody = replace(place, out_rate=place.out_rate * (np.arange(101) < 18) + place.out_rate * (np.arange(101) > 24))
    assert found.nearest_value == pytest.approx(people(nobody, CONTINUE, ages, "t", 2040))


def test_moves_that_are_more_than_are_tried_are_not_called_none_left():
    place = made.one(in_share=0.4, out_share=0.4)
    found = seek(place, CONTINUE, "out30", EVERYONE, "t", 2040, 9e9)
    assert (found.low, found.emptied) == (-5000, False)
