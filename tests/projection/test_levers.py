"""Every lever changes what it says, by as much as it says, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from tests.projection import made
from zwk_data.catalog import levers
from zwk_data.projection import levers as acting
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.engine import project
from zwk_data.projection.scenario import Scenario, rates

PLACES = [made.one(gross=True), made.one(gross=False), made.several(gross=True), made.several(gross=False)]
IDS = ["one gross", "one net", "several gross", "several net"]
USUAL = {name: rates(place, Scenario("continue"), 2050) for name, place in zip(IDS, PLACES, strict=True)}
PARTS = ("survival", "fertility", "in_migration", "out_rate", "out_migration")
everywhere = pytest.mark.parametrize("name", IDS)


def run(name, text):
    place = PLACES[IDS.index(name)]
    return place, rates(place, Scenario.parse(text), 2050)


def unchanged(name, found, *but):
    """All parts of the rates but some are those of the preset, to the bit."""
    for part in set(PARTS) - set(but):
        one, other = getattr(found, part), getattr(USUAL[name], part)
        assert (one is None and other is None) or np.array_equal(one, other), part


@everywhere
def test_births_per_woman_are_reached_in_equal_steps_and_kept(name):
    place, found = run(name, "continue~tfr_2.1")
    unchanged(name, found, "fertility")
    now, total = place.total_fertility_rate, found.fertility.sum(axis=-1)
    for year in range(26):
        np.testing.assert_allclose(total[year], now + (2.1 - now) * min((year + 1) / levers()["tfr"].phase, 1))
    np.testing.assert_allclose(found.fertility[9] / total[9][..., None], place.fertility / now[..., None])


@everywhere
@pytest.mark.parametrize("gain", [-5.0, -1.0, 0.0, 0.5, 2.0, 8.0, 12.0])
def test_life_expectancy_in_2050_is_what_the_lever_says(name, gain):
    place, found = run(name, f"continue~e0_{gain:g}")
    unchanged(name, found, "survival")
    later = replace(place, survival=found.survival[25]).life_expectancy.mean(axis=-1)
    np.testing.assert_allclose(later - place.life_expectancy.mean(axis=-1), gain, atol=1e-6)
    halfway = replace(place, survival=found.survival[12]).life_expectancy.mean(axis=-1) - place.life_expectancy.mean(
        axis=-1
    )
    assert (np.abs(halfway - gain / 2) <= 0.1 * abs(gain)).all(), "almost linear"


def test_life_expectancy_beyond_2050_goes_on_and_a_start_after_it_is_reached_at_once():
    place = made.one()
    assert (
        rates(place, Scenario.parse("continue~e0_2"), 2060).survival[35, 0, 70]
        > rates(place, Scenario.parse("continue~e0_2"), 2060).survival[25, 0, 70]
    )


@everywhere
@pytest.mark.parametrize(
    "lever", [lever for lever in levers().values() if lever.kind == "in"], ids=lambda lever: lever.id
)
def test_additional_moves_in_are_so_many_persons_of_that_age_every_year(name, lever):
    place, found = run(name, f"continue~{lever.id}_40")
    unchanged(name, found, "in_migration")
    more = found.in_migration - USUAL[name].in_migration
    ages = AgeRange(lever.age_from, lever.age_to)
    np.testing.assert_allclose(count(more), 40)
    np.testing.assert_allclose(count(more, ages), 40)
    assert (more > -1e-12).all()


@everywhere
def test_fewer_moves_in_are_taken_from_all_ages_of_the_group_and_never_below_zero(name):
    place, found = run(name, "continue~in30_-3")
    unchanged(name, found, "in_migration")
    there = count(place.in_migration, AgeRange(30, 49))
    np.testing.assert_allclose(count(found.in_migration)[0], count(place.in_migration) - np.minimum(there, 3))
    place, found = run(name, "continue~in30_-90000")
    assert not found.in_migration[..., 30:50].any()
    assert np.array_equal(found.in_migration[0][..., 50:], place.in_migration[..., 50:])


@everywhere
@pytest.mark.parametrize(
    "lever", [lever for lever in levers().values() if lever.kind == "out"], ids=lambda lever: lever.id
)
def test_additional_moves_out_are_so_many_persons_of_that_age_every_year(name, lever):
    place, found = run(name, f"continue~{lever.id}_40")
    unchanged(name, found, "out_migration")
    np.testing.assert_allclose(count(found.out_migration, AgeRange(lever.age_from, lever.age_to)), 40)
    np.testing.assert_allclose(count(found.out_migration), 40)
    usual, other = project(place.population, USUAL[name]), project(place.population, found)
    np.testing.assert_allclose(count(other.out_migration)[0] - count(usual.out_migration)[0], 40, rtol=1e-6)


@everywhere
def test_fewer_moves_out_lower_the_share_that_leaves(name):
    place, found = run(name, "continue~out18_-2")
    unchanged(name, found, "out_rate")
    alive = acting.alive_at_end(place)
    there = count(place.out_rate * alive, AgeRange(18, 24))
    np.testing.assert_allclose(count((place.out_rate - found.out_rate[0]) * alive), np.minimum(there, 2))
    _, none_left = run(name, "continue~out18_-90000")
    assert not none_left.out_rate[..., 18:25].any()


@everywhere
def test_new_dwellings_bring_families_in_their_years_only(name):
    _, found = run(name, "continue~homes_2026_2030_50_2.1_60")
    unchanged(name, found, "in_migration")
    more = found.in_migration - USUAL[name].in_migration
    np.testing.assert_allclose(count(more)[1:6], 50 * 2.1 * 0.6)
    assert not more[0].any()
    assert not more[6:].any()
    assert not more[..., 18:25].any()
    assert not more[..., 50:].any()


@everywhere
def test_an_event_happens_once(name):
    _, found = run(name, "continue~event_2027_300_18")
    unchanged(name, found, "in_migration")
    more = found.in_migration - USUAL[name].in_migration
    np.testing.assert_allclose(count(more, AgeRange(18, 24))[2], 300)
    assert not np.delete(more, 2, axis=0).any()


@everywhere
def test_those_of_an_event_who_leave_again_are_older_and_as_many_as_are_still_here(name):
    place, found = run(name, "continue~event_2027_300_18_5")
    unchanged(name, found, "in_migration", "out_migration")
    gone = found.out_migration
    assert not np.delete(gone, 7, axis=0).any()
    np.testing.assert_allclose(count(gone, AgeRange(23, 29))[7], count(gone)[7])
    assert (count(gone)[7] <= 300).all()
    without = project(place.population, USUAL[name]).population
    with_them = project(place.population, found).population
    np.testing.assert_allclose(
        with_them[8][..., 10:], without[8][..., 10:], atol=1e-6, err_msg="only their children are left"
    )
    assert (with_them[8][..., :10] >= without[8][..., :10] - 1e-9).all()


@everywhere
def test_people_can_leave_at_once_and_come_back(name):
    _, found = run(name, "continue~event_2027_-100_99_2")
    unchanged(name, found, "in_migration", "out_migration")
    np.testing.assert_allclose(count(found.out_migration)[2], 100)
    back = count(found.in_migration - USUAL[name].in_migration)
    assert (back[4] < 100).all()
    assert (back[4] > 90).all()


def test_an_event_before_the_start_or_after_the_end_is_none():
    for text in ("continue~event_2024_300_18", "continue~event_2051_300_18", "continue~homes_2000_2020_50_2_50"):
        found = rates(PLACES[0], Scenario.parse(text), 2050)
        for part in PARTS:
            assert (
                np.array_equal(getattr(found, part), getattr(USUAL["one gross"], part)) or getattr(found, part) is None
            )


def test_of_published_moves_more_come_as_they_came_of_balances_as_the_model_says():
    gross, net = PLACES[0], PLACES[1]
    more = rates(gross, Scenario.parse("continue~in18_100"), 2030).in_migration[0] - gross.in_migration
    np.testing.assert_allclose(
        more[:, 18:25] / more.sum(), gross.in_migration[:, 18:25] / gross.in_migration[:, 18:25].sum()
    )
    more = rates(net, Scenario.parse("continue~in65_100"), 2030).in_migration[0] - net.in_migration
    mean_age = (more.sum(axis=0) * np.arange(101)).sum() / more.sum()
    assert 70 < mean_age < 80, "as the residents of 65 and older, not as many of 100 as of 65"


def test_where_nobody_moves_additional_moves_are_spread_evenly():
    shares = acting.spread(np.zeros((2, 101)), [AgeRange(18, 24)])
    assert shares.sum() == pytest.approx(1)
    assert set(shares[:, 18:25].ravel()) == {1 / 14}


def test_births_without_an_observed_pattern_are_spread_evenly():
    place = replace(PLACES[0], fertility=np.zeros(35))
    assert rates(place, Scenario.parse("continue~tfr_1.4"), 2050).fertility[9] == pytest.approx(np.full(35, 1.4 / 35))


def test_a_low_balance_below_what_moves_in_lets_others_leave():
    place = PLACES[1]
    far = replace(place, low=replace(place.low, net_migration_rate=np.float64(-0.05)))
    found = rates(far, Scenario("low"), 2050)
    assert not found.in_migration.any()
    run = project(far.population, found)
    assert count(run.out_migration)[0] == pytest.approx(5000, rel=0.02)


def test_the_limits_of_moves_grow_with_the_place():
    lever = levers()["in18"]
    assert acting.limits(made.one(size=100_000.0), lever) == (-5000, 5000)
    assert acting.limits(made.one(size=500.0), lever) == (-100, 100)
    assert acting.limits(made.one(size=3_700_000.0), lever) == (-100000, 100000)
    assert acting.limits(made.one(), levers()["tfr"]) == (levers()["tfr"].low, levers()["tfr"].high)
