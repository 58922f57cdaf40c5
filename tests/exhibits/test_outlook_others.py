"""Projections of others beside ours: none is embedded; an invented one, of round numbers, shows what a load would."""

from copy import copy

import pandas as pd
import pytest

from zwk_data import outlook
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.outlook.outlook_others import WOULD_BRING, both_sexes, tiled
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.scenario import Scenario

KREIS = "12073"
DATASET = "eurostat_proj_25rp5"
YOUNG, MIDDLE, OLD = 20_000.0, 60_000.0, 40_000.0  # invented and the same in every year


def rows(years, sex="t"):
    grid = [(0, 19, YOUNG), (20, 64, MIDDLE), (65, None, OLD)]
    parts = 1 if sex == "t" else 2
    return [
        {"dataset": DATASET, "reference_date": pd.Timestamp(year, 12, 31), "basis": "projection", "sex": one,
         "age_set": "five_year", "age_from": first, "age_to": last, "value": value / parts, "status": "final"}
        for year in years for one in ("t" if sex == "t" else "fm") for first, last, value in grid
    ]  # fmt: skip


def with_load(statistics, years, sex="t", changes=()):
    """The real figures with an invented projection of one Kreis beside them."""
    data = copy(statistics)
    ages = pd.DataFrame(rows(years, sex))
    total = ages.groupby(["dataset", "reference_date", "basis", "sex"])["value"].sum().reset_index()
    total = total.assign(measure="projected_population", status="final")
    change = pd.DataFrame([
        {"dataset": "inkar", "reference_date": pd.Timestamp(year, 12, 31), "basis": "projection", "sex": "t",
         "value": value, "measure": "projected_change", "status": "final"} for year, value in changes
    ], columns=total.columns)  # fmt: skip
    real_ages, real_totals = data.ages, data.totals

    def invented_ages(ags, measure="population", day=None):
        return ages if (ags, measure) == (KREIS, "projected_population") else real_ages(ags, measure, day)

    def invented_totals(ags, measures):
        if ags != KREIS or not {"projected_population", "projected_change"} & set(measures):
            return real_totals(ags, measures)
        return change if "projected_change" in measures else total

    data.ages, data.totals = invented_ages, invented_totals
    return Context(data)


def shown(context, **more):
    return make(Address.of("outlook_others", ags=KREIS, scenario="continue", **more), context)


def run_of(context):
    start = outlook.start(context.data, context.data.places[KREIS])
    return outlook.run(context.data, start, Scenario("continue"), outlook.UNTIL)


def test_without_any_load_the_sources_that_would_bring_one_are_named(statistics):
    exhibit = shown(Context(statistics))
    assert exhibit.marks.chart == "table"
    assert len(exhibit.table) == len(WOULD_BRING)
    assert "Noch ist keine andere Vorausberechnung geladen" in exhibit.sentence
    assert "Datenstand" in exhibit.sentence


def test_a_load_stands_beside_ours_with_its_source(statistics):
    exhibit = shown(with_load(statistics, range(2024, 2051)))
    assert exhibit.marks.chart == "line"
    theirs = exhibit.table[exhibit.table["series"] != exhibit.marks.focus]
    assert set(theirs["value"]) == {YOUNG + MIDDLE + OLD}
    assert DATASET in {source.dataset for source in exhibit.sources}
    assert "nicht veröffentlicht" in exhibit.sentence


def test_both_parts_sum_to_the_difference_in_every_row(statistics):
    context = with_load(statistics, range(2024, 2051))
    table = shown(context, part="split").table
    run = run_of(context)
    assert list(table["group"])[0] == "Bevölkerung"
    assert {"0–19 Jahre", "20–64 Jahre", "65 Jahre und älter"} <= set(table["group"])
    assert ((table["base"] + table["rest"]) - (table["theirs"] - table["ours"])).abs().max() < 1e-6
    first = table.iloc[0]
    assert first["ours"] == pytest.approx(float(count(run.population[16])))
    assert first["base"] == pytest.approx(YOUNG + MIDDLE + OLD - float(count(run.population[0])))


def test_groups_that_would_have_to_be_split_are_left_out(statistics):
    table = shown(with_load(statistics, range(2024, 2051)), part="split").table
    assert "0–17 Jahre" not in set(table["group"])
    assert "80 Jahre und älter" not in set(table["group"])


def test_the_same_figures_give_no_difference(statistics):
    context = Context(statistics)
    run = run_of(context)
    data = copy(statistics)
    same = pd.DataFrame([
        {"dataset": DATASET, "reference_date": pd.Timestamp(year, 12, 31), "basis": "projection", "sex": "t",
         "value": float(count(run.population[number])), "measure": "projected_population", "status": "final"}
        for number, year in enumerate(run.years)
    ])  # fmt: skip
    real_ages, real_totals = statistics.ages, statistics.totals
    data.ages = lambda ags, measure="population", day=None: real_ages(ags, measure, day)
    data.totals = lambda ags, measures: same if measures == ["projected_population"] else real_totals(ags, measures)
    table = shown(Context(data), part="split").table
    assert table[["total", "base", "rest"]].abs().to_numpy().max() < 1e-6


def test_an_earlier_beginning_is_held_against_what_was_observed_then(statistics):
    context = with_load(statistics, range(2020, 2041, 5))
    row = shown(context, part="split").table.iloc[0]
    seen = context.data.values(["population_total"], [KREIS])
    seen = seen[(seen["reference_date"] == pd.Timestamp(2020, 12, 31)) & seen["value"].notna()]["value"].iloc[-1]
    assert row["base_year"] == "2020"
    assert row["base"] == pytest.approx(YOUNG + MIDDLE + OLD - seen)


def test_a_beginning_after_the_start_is_said(statistics):
    exhibit = shown(with_load(statistics, (2030, 2040)))
    assert any("erste gemeinsame Jahr" in note.text for note in exhibit.notes)


def test_a_year_that_is_not_common_gives_way_to_the_last_common_one(statistics):
    table = shown(with_load(statistics, (2024, 2035)), part="split", year="2040").table
    assert set(table["year"]) == {"2035"}


def test_women_and_men_are_added_where_only_they_are_published(statistics):
    exhibit = shown(with_load(statistics, (2024, 2035, 2040), sex="fm"))
    theirs = exhibit.table[exhibit.table["series"] != exhibit.marks.focus]
    assert set(theirs["value"]) == {YOUNG + MIDDLE + OLD}


def test_changes_in_per_cent_are_named_but_not_set_against_persons(statistics):
    exhibit = shown(with_load(statistics, (2024, 2040), changes=((2030, -2.5), (2045, -9.0))))
    assert any("2030: −2,5 %; 2045: −9,0 %" in note.text for note in exhibit.notes)


def test_age_groups_are_summed_only_where_they_make_up_the_range():
    grid = pd.DataFrame(rows([2030])).assign(year=2030)
    assert tiled(grid, AgeRange(0, 64)) == YOUNG + MIDDLE
    assert tiled(grid, AgeRange(20)) == MIDDLE + OLD
    assert tiled(grid, AgeRange(0, 30)) is None
    assert tiled(grid, AgeRange(80)) is None
    assert both_sexes(grid.iloc[:0]).empty


def test_a_year_before_the_start_is_refused(statistics):
    with pytest.raises(AddressError, match="Gerechnet ist von"):
        shown(Context(statistics), year="2020")
