"""The projection against the textbook (referee.py), its balance, its edges, and its compiled twin."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.projection import invented, referee
from zwk_data.projection import compiled
from zwk_data.projection.ages import AGES
from zwk_data.projection.engine import Rates, balance, project

YEARS = 5
KERNELS = ("numpy", "compiled")


@pytest.fixture(params=KERNELS)
def kernel(request):
    """Both ways to compute; numba is among the test requirements, so that the compiled one is always tested."""
    return request.param


def agrees_with_the_referee(start, rates, kernel):
    result = project(start, rates, kernel=kernel)
    days, events = referee.project(invented.cells(start), invented.years(rates), rates.male_share)
    invented.close(result.population, [invented.array(day) for day in days])
    invented.close(result.deaths, [invented.array(event["deaths"]) for event in events])
    invented.close(result.out_migration, [invented.array(event["gone"]) for event in events])
    invented.close(result.births, [[event["births"][age] for age in range(15, 50)] for event in events])
    invented.close(result.newborn, [[event["newborn"][sex] for sex in ("f", "m")] for event in events])
    np.testing.assert_array_equal(result.in_migration, rates.in_migration)
    return result


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("share", "number"), [(True, True), (True, False), (False, True), (False, False)])
def test_random_rates_give_what_the_textbook_gives(seed, share, number, kernel):
    rng = np.random.default_rng(seed)
    start = invented.population(rng)
    agrees_with_the_referee(start, invented.rates(rng, YEARS, share=share, number=number, male_share=0.4), kernel)


def edge_cases():
    rng = np.random.default_rng(11)
    start, rates = invented.population(rng), invented.rates(rng, YEARS)
    one = np.ones_like(rates.survival)
    replaced = lambda **parts: dataclasses.replace(rates, **parts)  # noqa: E731
    return {
        "no births": (start, replaced(fertility=np.zeros_like(rates.fertility))),
        "nobody survives": (start, replaced(survival=0 * one)),
        "nobody dies": (start, replaced(survival=one)),
        "nobody there": (np.zeros_like(start), rates),
        "nobody there and nobody comes": (np.zeros_like(start), replaced(in_migration=0 * one)),
        "more leave than there are": (start, replaced(out_migration=1e6 * one)),
        "all leave, and the share is above one": (start, replaced(out_rate=1.5 * one)),
        "only the open age": (np.where(np.arange(AGES) == 100, start, 0.0), rates),
        "only men": (start * [[0.0], [1.0]], rates),
        "fractions of persons": (start * 1e-9, replaced(in_migration=1e-9 * one, out_migration=1e-10 * one)),
    }


@pytest.mark.parametrize("case", edge_cases())
def test_at_the_edges_the_textbook_holds_and_nothing_is_negative(case, kernel):
    start, rates = edge_cases()[case]
    result = agrees_with_the_referee(start, rates, kernel)
    for part in (result.population, result.births, result.newborn, result.deaths, result.out_migration):
        assert part.min() >= 0
    assert np.abs(balance(result)).max() < 1e-9 * max(1.0, result.population.sum(axis=(-2, -1)).max())


def test_zero_cases_are_zero_to_the_bit(kernel):
    cases = edge_cases()
    assert not project(*cases["no births"], kernel=kernel).newborn.any()
    assert not project(*cases["nobody there and nobody comes"], kernel=kernel).population.any()
    assert not project(*cases["nobody dies"], kernel=kernel).deaths.any()
    start, rates = cases["nobody survives"]
    np.testing.assert_array_equal(project(start, rates, kernel=kernel).population[1:], rates.in_migration)
    start, rates = cases["more leave than there are"]
    np.testing.assert_array_equal(project(start, rates, kernel=kernel).population[1:], rates.in_migration)


def test_a_closed_population_without_births_and_deaths_keeps_every_person(kernel):
    start = np.random.default_rng(5).integers(0, 1000, (2, AGES)).astype(float)
    closed = Rates(np.ones((60, 2, AGES)), np.zeros((60, 35)), np.zeros((60, 2, AGES)))
    result = project(start, closed, kernel=kernel)
    assert (result.population.sum(axis=(-2, -1)) == start.sum()).all()  # whole numbers: exact
    np.testing.assert_array_equal(result.population[60, :, 60:100], start[:, :40])
    np.testing.assert_array_equal(result.population[60, :, 100], start[:, 40:].sum(axis=-1))
    assert not result.population[60, :, :60].any()
    assert not result.out_migration.any()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.booleans(), number=st.booleans(), size=st.sampled_from([1e-6, 1.0, 1e6]),
       which=st.sampled_from(KERNELS))  # fmt: skip
def test_the_balance_holds_and_nothing_is_negative(seed, share, number, size, which):
    rng = np.random.default_rng(seed)
    start = invented.population(rng, 2, size=size)
    result = project(start, invented.rates(rng, 3, 2, share=share, number=number, moves=size / 10), kernel=which)
    assert result.population.min() >= 0
    assert result.deaths.min() >= 0
    assert (np.abs(balance(result)) <= 1e-9 * np.maximum(result.population.sum(axis=(-2, -1))[1:], 1)).all()


def test_places_and_scenarios_at_once_are_each_as_alone(kernel):
    rng = np.random.default_rng(3)
    places, scenarios = 5, 3
    start = invented.population(rng, places)
    of_places, of_scenarios = invented.rates(rng, YEARS, places), invented.rates(rng, YEARS, scenarios, 1)
    mixed = Rates(of_places.survival, of_scenarios.fertility, of_places.in_migration, of_scenarios.out_rate,
                  invented.rates(rng, YEARS, scenarios, places).out_migration)  # fmt: skip
    result = project(start, mixed, kernel=kernel)
    assert result.population.shape == (YEARS + 1, scenarios, places, 2, AGES)
    for scenario in range(scenarios):
        for place in range(places):
            alone = Rates(mixed.survival[:, place], mixed.fertility[:, scenario, 0], mixed.in_migration[:, place],
                          mixed.out_rate[:, scenario, 0], mixed.out_migration[:, scenario, place])  # fmt: skip
            single = project(start[place], alone, kernel="numpy")
            for name in ("population", "births", "newborn", "deaths", "out_migration"):
                invented.close(getattr(result, name)[:, scenario, place], getattr(single, name))


def test_rates_that_are_not_contiguous_in_memory_count_as_they_read(kernel):
    rng = np.random.default_rng(4)
    start, rates = invented.population(rng), invented.rates(rng, YEARS)
    turned = dataclasses.replace(
        rates, survival=np.asfortranarray(rates.survival), out_rate=rates.out_rate.astype("f4")
    )
    same = dataclasses.replace(rates, out_rate=rates.out_rate.astype("f4").astype(float))
    one_for_all = dataclasses.replace(same, survival=np.broadcast_to(rates.survival[:1], rates.survival.shape))
    invented.close(project(start, turned, kernel=kernel).population, project(start, same, kernel="numpy").population)
    agrees_with_the_referee(start, one_for_all, kernel)


def test_a_projection_that_is_no_longer_needed_lends_its_memory(kernel):
    rng = np.random.default_rng(6)
    start, other = invented.population(rng, 3), invented.population(rng, 3)
    rates, second = invented.rates(rng, YEARS, 3), invented.rates(rng, YEARS, 3)
    used = project(other, second, kernel=kernel)
    again = project(start, rates, out=used, kernel=kernel)
    fresh = project(start, rates, kernel=kernel)
    for name in ("population", "births", "newborn", "deaths", "out_migration"):
        assert getattr(again, name) is getattr(used, name)
        np.testing.assert_array_equal(getattr(again, name), getattr(fresh, name))
    with pytest.raises(ValueError, match="not those of a projection"):
        project(start[:2], invented.rates(rng, YEARS, 2), out=used, kernel=kernel)
    closed = dataclasses.replace(rates, out_rate=None, out_migration=None)
    assert not project(start, closed, out=used, kernel=kernel).out_migration.any()
    again = project(start, rates, out=project(start, closed, kernel=kernel), kernel=kernel)  # had no room for leavers
    np.testing.assert_array_equal(again.out_migration, fresh.out_migration)


def test_rates_are_never_written_to_though_the_result_may_show_them(kernel):
    rng = np.random.default_rng(12)
    start = invented.population(rng, 3, size=1e4)
    enough = invented.rates(rng, YEARS, 3, share=False, moves=0.01)
    kept = enough.out_migration.copy()
    used = project(start, enough, kernel=kernel)
    invented.close(used.out_migration, kept)
    short = dataclasses.replace(enough, out_migration=enough.out_migration * 1e6)
    again = project(start, short, out=used, kernel=kernel)
    invented.close(again.out_migration, project(start, short, kernel="numpy").out_migration)
    np.testing.assert_array_equal(enough.out_migration, kept)
    assert not again.in_migration.flags.writeable


def test_what_does_not_fit_is_refused():
    rng = np.random.default_rng(7)
    rates = invented.rates(rng, YEARS)
    with pytest.raises(ValueError, match="cannot be projected"):
        project(np.ones((2, 91)), rates)
    with pytest.raises(ValueError, match="cannot be projected"):
        project(np.ones((2, AGES)), invented.rates(rng, 0))
    with pytest.raises(ValueError):
        project(np.ones((4, 2, AGES)), invented.rates(rng, YEARS, 3))


def test_many_places_are_shared_among_threads_without_a_trace(monkeypatch):
    rng = np.random.default_rng(8)
    start, rates = invented.population(rng, 200), invented.rates(rng, 3, 200)
    results = []
    for threads in (1, 3):
        monkeypatch.setattr(compiled, "threads", lambda threads=threads: threads)
        results.append(project(start, rates, kernel="compiled"))
    np.testing.assert_array_equal(results[0].population, results[1].population)
    invented.close(results[0].population, project(start, rates, kernel="numpy").population)
