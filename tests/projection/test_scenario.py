"""Scenarios as texts: one form each, nothing lost, nothing guessed; and the presets as rates."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projection import made
from zwk_data.catalog import levers
from zwk_data.projection.ages import count
from zwk_data.projection.baseline import Extreme
from zwk_data.projection.engine import project
from zwk_data.projection.scenario import (
    MOST_CHARACTERS,
    PRESETS,
    Change,
    Scenario,
    ScenarioError,
    number_text,
    rates,
    shortfalls,
)

FULL = "continue~tfr_1.6~e0_2~in18_50~out25_-20~homes_2026_2030_50_2.1_60~event_2027_300_18~name_Campus Nord"
PLACES = [made.one(gross=True), made.one(gross=False), made.several(gross=True), made.several(gross=False)]
IDS = ["one gross", "one net", "several gross", "several net"]


@st.composite
def changes(draw):
    lever = draw(st.sampled_from(list(levers().values())))
    values = []
    for part in lever.parts:
        if part.choices:
            values.append(draw(st.sampled_from(part.choices)))
        elif part.whole:
            values.append(float(draw(st.integers(int(part.low), int(part.high)))))
        else:
            values.append(draw(st.floats(part.low, part.high, allow_nan=False)))
    if lever.kind == "homes":
        values[:2] = sorted(values[:2])
    if lever.kind == "event" and draw(st.booleans()):
        values.pop()
    return Change(lever.id, tuple(values))


NAMES = st.text(st.characters(exclude_characters="~,", exclude_categories=("C", "Z")), max_size=80)
SCENARIOS = st.builds(
    lambda preset, changed, name: Scenario(preset, tuple({c.lever: c for c in changed}.values()), name),
    st.sampled_from(PRESETS), st.lists(changes(), max_size=8), NAMES,
)  # fmt: skip


@given(SCENARIOS)
def test_a_scenario_is_the_same_after_its_text_is_read(scenario):
    text = str(scenario)
    assert Scenario.parse(text) == scenario
    assert str(Scenario.parse(text)) == text
    assert "," not in text
    assert re.fullmatch(r"[A-Za-z0-9._~-]*", text.partition("~name_")[0]), "unreserved in an address"


def test_the_text_of_the_manual_is_its_own_form():
    scenario = Scenario.parse(FULL)
    assert str(scenario) == FULL
    assert scenario.name == "Campus Nord"
    assert scenario.value("in18") == 50
    assert scenario.value("in30") is None
    assert [change.lever for change in scenario.changes] == ["tfr", "e0", "in18", "out25", "homes", "event"]


def test_changes_come_into_one_order_and_numbers_into_one_form():
    untidy = Scenario.parse("low~out25_-020.50~event_2030_5_0_0~event_2027_-0300.0_18~tfr_01.60~name_ Nord_Süd ")
    assert str(untidy) == "low~tfr_1.6~out25_-20.5~event_2027_-300_18~event_2030_5_0~name_Nord_Süd"


def test_additional_moves_of_zero_are_no_change_but_no_further_rise_of_life_is_one():
    assert Scenario.parse("continue~in18_0~out0_-0") == Scenario("continue")
    assert str(Scenario.parse("continue~e0_0")) == "continue~e0_0"


@pytest.mark.parametrize(
    ("text", "code", "lever"),
    [
        ("", "preset", ""), ("Continue", "preset", ""), ("continue ", "preset", ""), ("~", "preset", ""),
        ("continue~", "lever", ""), ("continue~~tfr_1", "lever", ""), ("continue~xyz_1", "lever", ""),
        ("continue~name_a~tfr_1", "lever", ""), ("continue~tfr", "count", "tfr"), ("continue~tfr_1_2", "count", "tfr"),
        ("continue~tfr_", "number", "tfr"), ("continue~tfr_1e3", "number", "tfr"), ("continue~tfr_nan", "number", "tfr"),
        ("continue~tfr_inf", "number", "tfr"), ("continue~tfr_+1", "number", "tfr"), ("continue~tfr_1,5", "number", "tfr"),
        ("continue~tfr_٣", "number", "tfr"), ("continue~tfr_9999999999", "number", "tfr"),
        ("continue~tfr_-1", "range", "tfr"), ("continue~tfr_4.001", "range", "tfr"), ("continue~e0_99", "range", "e0"),
        ("continue~in0_100001", "range", "in0"), ("continue~tfr_1~tfr_2", "twice", "tfr"),
        ("continue" + "~event_2030_5_0" * 6, "twice", "event"), ("continue~event_2030.5_5_0", "whole", "event"),
        ("continue~event_2030_5_1", "choice", "event"), ("continue~homes_2030_2029_1_2_50", "order", "homes"),
        ("continue~homes_2030_2031_1_2", "count", "homes"), ("continue~name_a,b", "name", "name"),
        ("continue~name_a\nb", "name", "name"), ("continue~name_a\u202eb", "name", "name"),
        ("continue~name_" + "x" * 81, "long", "name"), ("continue" + "~" * MOST_CHARACTERS, "long", ""),
        ("continue~name_a~name_b", "lever", ""), ("continue~../../etc_1", "lever", ""),
    ],
)  # fmt: skip
def test_what_is_no_scenario_is_refused_with_the_reason(text, code, lever):
    with pytest.raises(ScenarioError) as refused:
        Scenario.parse(text)
    assert (refused.value.code, refused.value.lever) == (code, lever)
    assert len(refused.value.value) <= 40


@given(st.text(alphabet="continue~_0123.-eventhoms tfrn,\x00%<", max_size=60))
def test_any_other_text_is_read_or_refused_and_never_breaks(text):
    try:
        scenario = Scenario.parse(text)
    except ScenarioError:
        return
    assert Scenario.parse(str(scenario)) == scenario


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (1.6, "1.6"),
        (-20.0, "-20"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (-1e-12, "0"),
        (1e5, "100000"),
        (100.0, "100"),
    ],
)
def test_a_number_has_its_shortest_form(value, text):
    assert number_text(value) == text


def test_a_lever_is_set_and_taken_back():
    scenario = Scenario.parse(FULL)
    assert scenario.with_value("tfr", 2.0).value("tfr") == 2.0
    assert scenario.with_value("tfr", None).value("tfr") is None
    assert scenario.with_value("tfr", None).with_value("tfr", 1.6) == scenario


@pytest.mark.parametrize("place", PLACES, ids=IDS)
def test_continue_is_what_was_observed(place):
    found = rates(place, Scenario("continue"), 2050)
    assert found.years == 26
    assert (found.fertility == place.fertility).all()
    assert (found.in_migration == place.in_migration).all()
    assert (found.out_rate == place.out_rate).all()
    assert found.out_migration is None
    expected = 1 - (1 - place.survival) * (1 - place.improvement) ** 10
    np.testing.assert_allclose(found.survival[9], expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("place", PLACES, ids=IDS)
def test_without_moves_nobody_moves_and_all_else_continues(place):
    found, usual = rates(place, Scenario("none"), 2050), rates(place, Scenario("continue"), 2050)
    run = project(place.population, found)
    assert not run.in_migration.any()
    assert not run.out_migration.any()
    assert (found.survival == usual.survival).all()
    assert (found.fertility == usual.fertility).all()


@pytest.mark.parametrize("place", PLACES, ids=IDS)
@pytest.mark.parametrize("preset", ["low", "high"])
def test_low_and_high_have_the_births_and_the_balance_the_place_has_seen(place, preset):
    extreme = getattr(place, preset)
    found = rates(place, Scenario(preset), 2050)
    total = found.fertility.sum(axis=-1)
    np.testing.assert_allclose(total[4:], np.broadcast_to(extreme.total_fertility_rate, total[4:].shape))
    half = place.total_fertility_rate + 0.4 * (extreme.total_fertility_rate - place.total_fertility_rate)
    np.testing.assert_allclose(total[1], half)
    run = project(place.population, found)
    net = count(run.in_migration)[0] - count(run.out_migration)[0]
    wanted = extreme.net_migration_rate * count(place.population)
    newborn = 0.02 * count(place.population) * place.out_rate[..., 0].max()  # those of the year's births who leave
    assert (np.abs(net - wanted) <= newborn + 1e-3 * count(place.population)).all()
    if preset == "low":
        assert (found.survival == place.survival).all()
    else:
        assert (found.survival == rates(place, Scenario("continue"), 2050).survival).all()


@pytest.mark.parametrize("place", PLACES, ids=IDS)
def test_low_is_never_above_what_continues_and_high_never_below(place):
    """Moves counted by age and balances are different figures: the start may lie beyond both extremes."""
    for rate in (-0.03, 0.03):
        odd = Extreme(
            np.zeros_like(place.total_fertility_rate) + 1.4 + rate * 10, np.zeros_like(place.net_migration) + rate
        )
        strange = replace(place, low=odd, high=odd)
        runs = [
            count(project(place.population, rates(strange, Scenario(p), 2050)).population)
            for p in ("low", "continue", "high")
        ]
        assert (runs[0] <= runs[1] + 1e-6).all()
        assert (runs[1] <= runs[2] + 1e-6).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_rates_of_several_places_are_those_of_each(preset):
    alone, together = (
        made.one(gross=False, size=120_000.0, in_share=0.03, out_share=0.035, total=1.5, older=0.5),
        made.several(),
    )
    text = f"{preset}~tfr_1.6~e0_2~in18_50~out25_-20~out30_40~homes_2026_2030_50_2.1_60~event_2027_300_18_5"
    single = rates(alone, Scenario.parse(text.replace(preset, "continue", 1)), 2050)
    stacked = rates(together, Scenario.parse(text.replace(preset, "continue", 1)), 2050)
    for name in ("survival", "fertility", "in_migration", "out_rate", "out_migration"):
        np.testing.assert_allclose(getattr(stacked, name)[:, 1], getattr(single, name), rtol=1e-9, atol=1e-9)
    everything = rates(together, Scenario.parse(text), 2050)
    assert (everything.in_migration >= 0).all()
    assert (everything.out_migration >= 0).all()
    assert everything.out_rate is None or ((everything.out_rate >= 0) & (everything.out_rate <= 1)).all()
    assert ((everything.survival >= 0) & (everything.survival <= 1)).all()


@given(SCENARIOS)
def test_any_scenario_gives_rates_that_can_be(scenario):
    place = PLACES[1]
    found = rates(place, scenario, 2035)
    assert ((found.survival >= 0) & (found.survival <= 1)).all()
    assert (found.fertility >= 0).all()
    assert (found.in_migration >= 0).all()
    assert found.out_rate is None or ((found.out_rate >= 0) & (found.out_rate <= 1)).all()
    assert found.out_migration is None or (found.out_migration >= 0).all()
    assert np.isfinite(project(place.population, found).population).all()


@pytest.mark.parametrize("until", [2024, 2000, 2061])
def test_years_before_the_start_or_after_the_last_are_refused(until):
    with pytest.raises(ScenarioError) as refused:
        rates(PLACES[0], Scenario("continue"), until)
    assert (refused.value.code, refused.value.low, refused.value.high) == ("year", 2025, 2060)


def test_who_asks_for_fewer_moves_than_there_are_is_told_what_is_possible():
    place = PLACES[0]
    there = count(place.in_migration[..., 18:25])
    scenario = Scenario.parse("continue~in18_-5000~in30_10~out25_-1")
    (found,) = shortfalls(place, scenario)
    assert found.change.lever == "in18"
    assert found.possible == pytest.approx(-there)
    assert [short.change.lever for short in shortfalls(place, Scenario.parse("none~in18_-5~out18_-5"))] == [
        "in18",
        "out18",
    ]
