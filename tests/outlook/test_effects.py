"""What a plan expects of its entries: zero changes nothing, parts sum to the whole, a need is hit when it is run."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest

from zwk_data import outlook
from zwk_data.catalog import indicators, levers
from zwk_data.outlook import effects, numbers
from zwk_data.plan.model import Effect, Entry
from zwk_data.projection.additions import Addition, added
from zwk_data.projection.ages import count
from zwk_data.projection.engine import project
from zwk_data.projection.goal import Found, Infeasible, seek_number
from zwk_data.projection.scenario import Scenario

KREISE = ("12073", "15001")
CONTINUE = Scenario("continue")
TOTAL, SHARE, OLD = (indicators()[name] for name in ("population_total", "share_u18", "old_age_ratio_20_65"))


@pytest.fixture(params=KREISE)
def run(request, statistics):
    start = outlook.start(statistics, statistics.places[request.param])
    return outlook.run(statistics, start, CONTINUE, 2040)


def effect(lever, mid, low=None, high=None, start=2027, end=None):
    ends = (mid if low is None else low, mid, mid if high is None else high)
    return Effect(lever, *(Decimal(str(value)) for value in ends), start, "synthetischer Grund", "Test", end)


def entry(name, *of, **more):
    return Entry(name, f"Vorhaben {name}", effects=of, **more)


ENTRIES = (
    entry("wohnen", effect("in30", 40, 20, 60), effect("homes", 30, 10, 50, 2028, 2031)),
    entry("bleiben", effect("out18", -50, -80, -10, 2026)),
    entry("kinder", effect("tfr", "0.05", "0.01", "0.1")),
    entry("campus", effect("event", 300, 100, 500, 2029), effect("e0", "0.5", "0.1", 1)),
)


# Nothing added, nothing changed


def test_effects_of_zero_are_the_baseline(run):
    zero = [entry(f"e{number}", effect(lever, 0, start=2026)) for number, lever in enumerate(levers())]
    for indicator in numbers.projectable().values():
        found = effects.contributions(run, indicator, zero)
        for part in (*found.alone.values(), found.together, found.interaction):
            for level in effects.LEVELS:
                assert np.nanmax(np.abs(getattr(part, level)), initial=0.0) <= 1e-9
    for level in effects.LEVELS:
        made = effects.with_effects(run, [one for e in zero for one in e.effects], level)
        assert np.abs(made.population - run.population).max() <= 1e-9


def test_a_plan_without_effects_changes_nothing(run):
    found = effects.contributions(run, TOTAL, [entry("ohne")])
    assert found.alone == {}
    assert not found.together.mid.any()


# An addition that holds for the whole run is the lever of the scenario


@pytest.mark.parametrize("lever", [name for name, one in levers().items() if one.kind in ("in", "out")])
@pytest.mark.parametrize("value", [35, -25])
def test_an_addition_from_the_first_year_on_is_the_lever_of_the_scenario(run, lever, value):
    made = effects.with_effects(run, [effect(lever, value, start=run.years[1])], "mid")
    scenario = effects.as_scenario(run, [effect(lever, value, start=run.years[1])])
    assert scenario == CONTINUE.with_value(lever, value)
    same = outlook.run(None, run.start, scenario, 2040)
    assert np.abs(made.population - same.population).max() <= 1e-9


def test_dwellings_and_events_are_those_of_the_scenario(run):
    of = [
        effect("homes", 30, start=2028, end=2031),
        effect("event", 300, start=2029),
        effect("event", -200, start=2035),
    ]
    scenario = effects.as_scenario(run, of)
    assert str(scenario) == "continue~homes_2028_2031_30_2_60~event_2029_300_99~event_2035_-200_99"
    same = outlook.run(None, run.start, scenario, 2040)
    assert np.abs(effects.with_effects(run, of, "mid").population - same.population).max() <= 1e-9


@pytest.mark.parametrize("one", [effect("in30", 40), effect("tfr", "0.1"), effect("in30", 40, start=2025, end=2030)])
def test_what_the_levers_of_the_studio_cannot_say_has_no_scenario(run, one):
    assert effects.as_scenario(run, [one]) is None


# Start years


@pytest.mark.parametrize("lever", ["in30", "out18", "tfr", "e0", "homes", "event"])
def test_nothing_happens_before_the_first_year(run, lever):
    value = {"tfr": "0.2", "e0": 2, "out18": -40}.get(lever, 40)
    made = effects.with_effects(run, [effect(lever, value, start=2030)], "mid")
    before = run.years.index(2029) + 1
    assert np.array_equal(made.population[:before], run.population[:before])
    assert count(made.population[before]) > count(run.population[before])


def test_after_the_last_year_nobody_is_added(run):
    made = effects.with_effects(run, [effect("in30", 40, start=2027, end=2029)], "mid")
    came = count(made.in_migration - run.projection.in_migration)
    years = [year for year, more in zip(run.years[1:], came, strict=True) if more > 1e-9]
    assert years == [2027, 2028, 2029]
    assert came.max() == pytest.approx(40)


def test_an_effect_outside_the_run_is_no_effect(run):
    assert effects.with_effects(run, [effect("in30", 40, start=2050)], "mid") is run.projection


# Sums and order


@pytest.mark.parametrize("indicator", [TOTAL, SHARE, OLD, indicators()["births"]])
def test_contributions_and_interaction_sum_to_the_run_with_all(run, indicator):
    found = effects.contributions(run, indicator, ENTRIES)
    everything = [one for e in ENTRIES for one in e.effects]
    for level in effects.LEVELS:
        summed = sum(getattr(one, level) for one in found.alone.values()) + getattr(found.interaction, level)
        whole = numbers.values(indicator, effects.with_effects(run, everything, level)) - found.without
        assert np.nanmax(np.abs(summed - whole)) <= 1e-9
        assert np.nanmax(np.abs(getattr(found.together, level) - whole)) <= 1e-9


def test_the_interaction_is_not_nothing_where_families_come_and_births_rise(run):
    found = effects.contributions(run, TOTAL, [ENTRIES[0], ENTRIES[2]])
    assert found.interaction.mid[-1] > 0


def test_the_order_of_the_entries_leaves_no_trace(run):
    whole = effects.contributions(run, TOTAL, ENTRIES)
    for order in permutations(ENTRIES):
        found = effects.contributions(run, TOTAL, order)
        assert list(found.alone) == [one.id for one in order]
        assert np.array_equal(found.together.mid, whole.together.mid)
        for name, one in whole.alone.items():
            assert np.array_equal(found.alone[name].low, one.low)


def test_two_entries_on_one_lever_add_up_to_the_bit(run):
    base, start = run.rates, run.start.baseline
    tenths = [Addition("in30", Decimal("0.1"), 2027) for _ in range(30)]
    one = added(base, start, [Addition("in30", Decimal(3), 2027)])
    assert np.array_equal(added(base, start, tenths).in_migration, one.in_migration)
    assert added(base, start, [*tenths, Addition("in30", Decimal(-3), 2027)]) is base


def test_a_lever_nobody_knows_is_refused(run):
    with pytest.raises(ValueError, match="rockets"):
        added(run.rates, run.start.baseline, [Addition("rockets", Decimal(1), 2027)])


def test_low_and_high_of_fewer_who_leave_are_shown_from_small_to_large(run):
    found = effects.contributions(run, TOTAL, [ENTRIES[1]])
    low, mid, high = found.alone["bleiben"].at(-1)
    assert 0 < low < mid < high


# Who counts


def test_only_a_range_with_reason_and_source_counts_and_nothing_that_was_dropped():
    one = effect("in30", 40)
    assert effects.quantified(entry("a", one)) == (one,)
    assert effects.quantified(entry("b", replace(one, reason=" "))) == ()
    assert effects.quantified(entry("c", replace(one, source=""))) == ()
    assert effects.quantified(entry("d", one, status="verworfen")) == ()


# What the run gives


def test_the_run_gives_the_indicators_of_its_start_as_the_figures_have_them(run, statistics):
    ags, day = run.start.place.ags, f"{run.start.year}-12-31"
    stocks = [name for name, one in numbers.projectable().items()
              if {term.measure for term in (*one.numerator_terms, *one.denominator_terms)} == {"population"}]  # fmt: skip
    observed = statistics.values(stocks, [ags])
    observed = observed[(observed["reference_date"] == day) & (observed["basis"] == run.start.basis)]
    assert len(observed) > 20
    for row in observed.to_dict("records"):
        computed = numbers.values(indicators()[row["indicator"]], run.projection)[0]
        assert computed == pytest.approx(row["value"], rel=0.02, abs=1e-3), row["indicator"]


def test_what_a_run_cannot_know_it_does_not_give():
    given = numbers.projectable()
    assert {"population_total", "share_u18", "old_age_ratio_20_65", "births_per_1000", "net_migration_18_24"} <= set(
        given
    )
    assert not {"mean_age", "population_density", "in_migration", "population_change_5y", "tfr"} & set(given)


def test_moves_alone_are_given_only_where_they_were_published(run):
    assert numbers.gives(run, indicators()["in_migration"]) == run.start.baseline.gross
    assert not numbers.gives(run, indicators()["population_density"])


# What a target would take


@pytest.mark.parametrize(("indicator", "factor"), [(TOTAL, 1.02), (SHARE, 1.05), (OLD, 0.97)])
@pytest.mark.parametrize("lever", ["in30", "in18", "out18"])
def test_a_need_is_hit_within_half_a_person_when_it_is_run(run, indicator, factor, lever):
    index = run.years.index(2035)
    wanted = float(numbers.values(indicator, run.projection)[index]) * factor
    found = effects.need(run, indicator, 2035, wanted, lever)
    if isinstance(found, Infeasible):
        assert min(abs(found.low_value), abs(found.high_value)) > 0.5
        return
    again = outlook.run(None, run.start, CONTINUE.with_value(lever, found.value), 2035).projection
    above, below = numbers.parts(indicator, again)
    short = above[-1] - wanted / indicator.factor * (1 if below is None else below[-1])
    assert abs(short) <= 0.5
    assert found.scenario == CONTINUE.with_value(lever, found.value)


def test_some_needs_of_each_kind_are_within_reach(run):
    for indicator, factor in ((TOTAL, 1.02), (SHARE, 1.03)):
        wanted = float(numbers.values(indicator, run.projection)[run.years.index(2035)]) * factor
        assert isinstance(effects.need(run, indicator, 2035, wanted, "in0"), Found)


def test_a_target_out_of_reach_says_so(run):
    found = effects.need(run, TOTAL, 2035, 5_000_000.0, "in30")
    assert isinstance(found, Infeasible)
    assert found.reason == "out_of_reach"


def test_births_do_nothing_for_the_old(run):
    found = effects.need(run, indicators()["population_80p"], 2035, 9_000.0, "tfr")
    assert isinstance(found, Infeasible)
    assert found.reason == "no_effect"


def test_a_run_with_effects_still_balances(run):
    made = project(run.start.baseline.population, added(
        run.rates, run.start.baseline, [Addition("out18", Decimal(5_000), 2027), Addition("in0", Decimal(-9_000), 2028)]))  # fmt: skip
    assert made.population.min() >= 0
    assert np.abs(outlook_balance(made)).max() <= 1e-6


def outlook_balance(made):
    total = made.population.sum(axis=(-2, -1))
    change = made.births.sum(axis=-1) - made.deaths.sum(axis=(-2, -1))
    return total[:-1] + change + (made.in_migration - made.out_migration).sum(axis=(-2, -1)) - total[1:]


def test_a_number_that_rises_and_falls_again_is_hit_on_the_side_of_no_change(run):
    start = run.start.baseline

    def hill(made):  # highest where 1,500 more move in, inside the limits of the lever; 1,100 and 1,900 give 4,000
        more = float(count(made.in_migration[0] - run.projection.in_migration[0]))
        return 5_600 - ((more - 1_500) / 10) ** 2

    assert isinstance(seek_number(start, CONTINUE, "in30", hill, 2030, 4_000.0), Infeasible)
    found = seek_number(start, CONTINUE, "in30", hill, 2030, 4_000.0, bends=True)
    assert isinstance(found, Found)
    assert found.value == pytest.approx(1_100, abs=0.1)
