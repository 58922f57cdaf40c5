"""Shelf life and the test against the past: what the words say stands in the errors of the build."""

import pandas as pd
import pytest

from zwk_data import outlook
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.outlook import accuracy
from zwk_data.language import GERMAN, Language
from zwk_data.projection.ages import AgeRange
from zwk_data.projection.backtest import GROUPS, METHODS, SIZE_CLASSES

KREIS = "12073"


@pytest.fixture
def context(statistics):
    return Context(statistics)


def life(context, **more):
    return make(Address.of("outlook_shelf_life", **{"ags": KREIS, **more}), context)


def tested(context, **more):
    return make(Address.of("outlook_backtest", **more), context)


def test_shelf_life_shows_three_methods_over_the_tested_years(context):
    exhibit = life(context)
    assert exhibit.table.groupby("series").size().to_dict() == dict.fromkeys(exhibit.table["series"].unique(), 6)
    assert exhibit.table["series"].nunique() == len(METHODS)
    assert exhibit.marks.options["capacity"] == 5.0
    start = outlook.start(context.data, context.data.places[KREIS])
    found = outlook.shelf_life(context.data, start, "total")
    assert str(found.year) in exhibit.sentence


def test_a_smaller_tolerance_never_lasts_longer(context):
    start = outlook.start(context.data, context.data.places[KREIS])
    for group in GROUPS:
        years = [outlook.shelf_life(context.data, start, group, limit).year or start.year for limit in (1, 3, 5, 10)]
        assert years == sorted(years)


def test_a_naive_method_that_was_better_is_named(context):
    rows = accuracy.lost(accuracy.wide(outlook.errors(context.data)))
    assert len(rows), "the words for a lost comparison would be untested"
    size, group = rows["size_class"].iloc[0], rows["group"].iloc[0]
    places = context.data.places
    ags = next(one for one in context.data.projection_places()
               if outlook.start(context.data, places[one]).size_class == size)  # fmt: skip
    ages: AgeRange = GROUPS[group]
    exhibit = life(context, ags=ags, group=f"{ages.first}-{ages.last}" if ages.last else f"{ages.first}plus")
    assert "Genauer als diese Rechnung war hier" in exhibit.sentence
    assert "Genauer" not in life(context).sentence


def test_lost_is_where_a_naive_method_has_the_smaller_error():
    rows = pd.DataFrame({"cohort": [1.0, 3.0, 2.0], "shares": [2.0, 2.0, float("nan")], "linear": [3.0, 4.0, 5.0]})
    assert accuracy.lost(rows)["winner"].tolist() == ["shares"]
    assert accuracy.horizons([1], GERMAN) == "einem Jahr"
    assert accuracy.horizons([4, 5, 6], GERMAN) == "4, 5 und 6 Jahren"


def test_another_group_than_a_tested_one_is_said(context):
    exhibit = life(context, group="primary", tolerance="3")
    assert any("nächstliegende Gruppe: 0–9 Jahre" in note.text for note in exhibit.notes)


def test_the_tested_ages_stand_in_the_sentence_where_they_are_others(context):
    assert (
        "»Kinder von 6 bis 9 Jahren«, geprüft an der Altersgruppe 0–9 Jahre" in life(context, group="primary").sentence
    )
    assert "geprüft an" not in life(context, group="0-9").sentence
    assert "geprüft an" not in life(context).sentence


@pytest.mark.parametrize("form", ["", "scaled"])
def test_the_year_of_the_sentence_is_the_one_at_which_the_drawn_line_crosses_the_tolerance(context, form):
    ags = "05758012" if form else KREIS
    for group in ("0-9", "20-29", "total", "primary"):
        for tolerance in ("2", "3", "5", "8", "10"):
            exhibit = life(context, ags=ags, form=form, group=group, tolerance=tolerance)
            drawn = exhibit.table[exhibit.table["series"] == exhibit.marks.focus]
            crossed = drawn[drawn["p80"] > exhibit.marks.options["capacity"]]
            if crossed.empty:
                assert f"mindestens bis {drawn['reference_date'].iloc[-1].year}" in exhibit.sentence
            elif crossed.index[0] == drawn.index[0]:
                assert "Schon nach einem Jahr" in exhibit.sentence
            else:
                year = crossed["reference_date"].iloc[0].year
                assert f"bis {year - 1}. Ab {year} " in exhibit.sentence


@pytest.mark.parametrize("wrong", ["0", "60", "x", "-1"])
def test_a_tolerance_that_is_none_is_refused(context, wrong):
    with pytest.raises(AddressError):
        life(context, tolerance=wrong)


def test_the_table_has_every_size_class_and_horizon_with_the_errors_of_the_build(context):
    exhibit = tested(context)
    assert len(exhibit.table) == (len(SIZE_CLASSES) + 1) * 6
    rows = context.data.projection_errors()
    rows = rows[(rows["method"] == "linear") & (rows["age_group"] == "total") & (rows["horizon"] == 3)]
    expected = 100 * (rows["projected"] / rows["observed"] - 1).abs().mean()
    shown = exhibit.table[(exhibit.table["size_class"] == "all") & (exhibit.table["horizon"] == 3)].iloc[0]
    assert shown["linear"] == pytest.approx(expected)
    assert shown["n"] == len(rows)


def test_coverage_stands_beside_it_out_of_sample(context):
    shown = tested(context).table
    rows = context.data.projection_coverage()
    rows = rows[(rows["age_group"] == "total") & (rows["size_class"] == "under_100k") & (rows["horizon"] == 2)]
    cell = shown[(shown["size_class"] == "under_100k") & (shown["horizon"] == 2)].iloc[0]
    for name, part in (("covered", rows[rows["fold"] != "ahead"]), ("covered_ahead", rows[rows["fold"] == "ahead"])):
        assert cell[name] == pytest.approx(100 * part["inside"].sum() / part["cases"].sum())


def test_every_group_can_be_had_and_any_other_takes_the_nearest(context):
    assert set(tested(context, group="all", size="all").table["group"]) == set(GROUPS)
    assert set(tested(context, group="primary").table["group"]) == {"0_9"}


def test_the_hindcast_is_said_to_be_no_test(context):
    exhibit = tested(context, part="hindcast")
    assert exhibit.sentence.startswith("Kein Test")
    assert exhibit.table["horizon"].max() == 8


def test_the_error_of_the_split_has_every_age(context):
    exhibit = tested(context, part="split")
    assert len(exhibit.table) == 101
    assert "17 Altersgruppen" in exhibit.sentence


@pytest.mark.parametrize("part", ["errors", "hindcast", "split"])
def test_english_is_there(statistics, part):
    exhibit = tested(Context(statistics, Language("en")), part=part)
    assert "age" in exhibit.sentence or "calculat" in exhibit.sentence
    assert "Tabelle" not in exhibit.alt
