"""What holds in all scenarios does; what flips does so at the value that is said, and on the side that is said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projection import made
from zwk_data.catalog import services
from zwk_data.projection.ages import EVERYONE, AgeRange, count
from zwk_data.projection.engine import project
from zwk_data.projection.goal import Infeasible
from zwk_data.projection.scenario import PRESETS, Scenario, rates
from zwk_data.projection.statements import PLANNERS_LEVERS, Course, Flip, flips, statements

PLACE = made.one(gross=False)
GROUPS = {"total": EVERYONE} | {name: AgeRange(entry.age_from, entry.age_to) for name, entry in services().items()}


def course(scenario, place=PLACE):
    return Course(scenario, project(place.population, rates(place, scenario, 2050)).population)


COURSES = [course(Scenario(preset)) for preset in PRESETS]


def test_there_is_one_statement_for_each_group_and_year():
    found = statements(COURSES, GROUPS, 2024, [2035, 2050])
    assert [(one.group, one.year) for one in found] == [(group, year) for group in GROUPS for year in (2035, 2050)]


def test_what_is_said_is_true_of_every_course():
    found = statements(COURSES, GROUPS, 2024, [2030, 2040, 2050])
    assert {one.direction for one in found} == {"more", "fewer", "open"}, "these places show all three"
    for one in found:
        changes = [
            float(count(run.population[one.year - 2024] - run.population[0], GROUPS[one.group])) for run in COURSES
        ]
        assert (one.smallest, one.largest) == pytest.approx((min(changes), max(changes)))
        assert changes[one.smallest_in] == pytest.approx(one.smallest)
        assert changes[one.largest_in] == pytest.approx(one.largest)
        if one.direction == "more":
            assert all(change >= one.at_least() >= 1 for change in changes)
        elif one.direction == "fewer":
            assert all(-change >= one.at_least() >= 1 for change in changes)
        else:
            assert one.at_least() == one.at_least_percent() == 0
            assert min(changes) < 1
            assert max(changes) > -1


@given(st.lists(st.floats(-900, 900), min_size=1, max_size=4), st.sampled_from([1, 10, 100]))
def test_at_least_is_never_too_much(changes, step):
    start = np.full((2, 101), 1000 / 202)
    runs = [Course(Scenario("continue"), np.stack([start, start * (1 + change / 1000)])) for change in changes]
    (one,) = statements(runs, {"total": EVERYONE}, 2024, [2025])
    least = min(abs(change) for change in changes)
    assert one.at_least(step) <= least + 1e-9
    assert one.at_least_percent(1) <= least / 10 + 1e-9
    if one.holds:
        assert least - one.at_least(step) <= step + 1e-9


def test_a_band_that_reaches_over_the_start_leaves_a_statement_open():
    narrow = {"total": (np.full(27, 99_000.0), np.full(27, 99_500.0))}
    wide = {"total": (np.full(27, 99_000.0), np.full(27, 100_500.0))}
    for band, direction in ((narrow, "fewer"), (wide, "open")):
        (one,) = statements([replace(COURSES[0], band=band)], {"total": EVERYONE}, 2024, [2040])
        assert one.banded
        assert one.direction == direction
        assert one.smallest == pytest.approx(-1000)


def test_courses_of_different_places_and_years_beyond_are_refused():
    with pytest.raises(ValueError, match="same people"):
        statements([COURSES[0], course(Scenario("none"), made.one(older=0.5))], GROUPS, 2024, [2040])
    for year in (2024, 2051):
        with pytest.raises(ValueError, match="reach the years"):
            statements(COURSES, GROUPS, 2024, [year])
    with pytest.raises(ValueError, match="need courses"):
        statements([], GROUPS, 2024, [2040])


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("place", [PLACE, made.one()], ids=["net", "gross"])
def test_a_flip_is_reproduced_by_running_it_and_its_two_sides(group, place):
    start = float(count(place.population, GROUPS[group]))
    found = flips(place, Scenario("continue"), GROUPS[group], 2040)
    assert [one.lever for one in found] == list(PLANNERS_LEVERS)

    def number(scenario):
        return float(count(course(scenario, place).population[16], GROUPS[group]))

    for one in found:
        if isinstance(one, Infeasible):
            assert one.reason == "no_effect" or not min(one.low_value, one.high_value) < start < max(
                one.low_value, one.high_value
            )
            continue
        assert isinstance(one, Flip)
        assert abs(number(one.scenario) - start) <= 0.5
        step = 0.3 if one.lever == "tfr" else 1000
        above = number(
            one.scenario.with_value(one.lever, one.value + step if one.lever != "tfr" else min(one.value + step, 4))
        )
        assert (above > start + 0.5) == one.more_above


def test_births_flip_nothing_for_the_old_and_say_so():
    found = {one.lever: one for one in flips(PLACE, Scenario("continue"), AgeRange(80), 2040)}
    assert found["tfr"].reason == "no_effect"


def test_a_capacity_can_be_the_number_in_question():
    found = flips(PLACE, Scenario.parse("high~in18_30"), AgeRange(3, 5), 2035, target=2500.0, tried=("tfr", "in18"))
    assert found[0].reached == pytest.approx(2500, abs=0.5)
    assert found[0].now is None
    assert found[1].lever == "in18"
    assert getattr(found[1], "now", 30) == 30
