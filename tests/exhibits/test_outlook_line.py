"""Observed years and scenarios in one picture: where lines begin, what the band is, what the sentence claims."""

import pytest

from tests.exhibits.outlooks import KREISE, said, shown
from zwk_data import outlook
from zwk_data.exhibits import AddressError, Context
from zwk_data.exhibits.outlook.common import CONTINUE, band_of
from zwk_data.language import Language
from zwk_data.projection.ages import AgeRange, count
from zwk_data.render.plotly import figure
from zwk_data.render.plotly.base import Style


def test_every_scenario_runs_from_the_start_to_2050_and_begins_at_the_newest_population(statistics) -> None:
    exhibit = shown(statistics, "outlook_line", ags="12073", scenarios="continue,none")
    start = outlook.start(statistics, statistics.places["12073"])
    ahead = exhibit.table[exhibit.table["basis"] == "projection"]
    for name, rows in ahead.groupby("series"):
        assert rows["year"].tolist() == list(range(start.year + 1, 2051))
        assert exhibit.marks.options["starts"][name] == pytest.approx(float(count(start.baseline.population)))
    observed = exhibit.table[exhibit.table["year"] == start.year]["value"]
    assert observed.iloc[0] == pytest.approx(float(count(start.baseline.population)), abs=0.5)


def test_only_the_first_scenario_has_a_band_(statistics) -> None:
    exhibit = shown(statistics, "outlook_line", ags="05758", scenarios="continue,low", group="80plus")
    rows = exhibit.table[exhibit.table["part"] == "Fortschreibung"]
    start = outlook.start(statistics, statistics.places["05758"])
    low, high = band_of(Context(statistics), start, CONTINUE, [AgeRange(80)])
    assert rows["low"].tolist() == pytest.approx(low[1:, 0].tolist())
    assert rows["high"].tolist() == pytest.approx(high[1:, 0].tolist())
    assert exhibit.table[exhibit.table["part"] == "Niedrig"]["low"].isna().all()
    assert exhibit.table[exhibit.table["basis"] != "projection"]["low"].isna().all()


@pytest.mark.parametrize("ags", KREISE)
@pytest.mark.parametrize("group", ["total", "daycare_u3", "18-24", "20-64", "80plus"])
def test_a_difference_inside_the_band_is_called_indistinguishable_and_only_that(statistics, ags, group) -> None:
    exhibit = shown(statistics, "outlook_line", ags=ags, scenarios="continue", group=group, until=2040)
    last = exhibit.table.iloc[-1]
    now = exhibit.marks.options["starts"]["Fortschreibung"]
    inside = last["low"] <= now <= last["high"]
    assert ("nicht zu unterscheiden" in exhibit.sentence) == inside
    if not inside:
        word = "mehr als" if last["value"] > now else "weniger als"
        assert word in exhibit.sentence or "fast so viele" in exhibit.sentence


def test_the_sentence_of_the_uckermark_names_year_place_and_range(statistics) -> None:
    sentence = said(shown(statistics, "outlook_line", ags="12073", scenarios="continue"))
    assert sentence.startswith("Wenn es weitergeht wie zuletzt, leben 2050 im Landkreis Uckermark rund ")
    assert "in 80 von 100 Verläufen" in sentence and sentence.endswith(").")


def test_the_census_is_a_rule_and_no_line_crosses_it(statistics) -> None:
    exhibit = shown(statistics, "outlook_line", ags="12073", scenarios="continue")
    assert [mark.label for mark in exhibit.breaks] == ["Zensus 2022"]
    day = exhibit.breaks[0].day.isoformat()
    for trace in figure(exhibit, Style(language=Language("de"))).to_plotly_json()["data"]:
        if "name" in trace:
            assert not min(trace["x"]) < day < max(trace["x"])


def test_of_an_age_range_only_dates_that_give_it_are_observed(statistics) -> None:
    exhibit = shown(statistics, "outlook_line", ags="12073", scenarios="continue", group="80plus")
    seen = exhibit.table[exhibit.table["basis"] != "projection"]
    assert set(seen["basis"]) == {"census2011"}  # since 2023 the oldest group is 75 and older
    assert seen["value"].notna().all() and seen["year"].max() <= 2022


def test_a_capacity_is_a_rule_with_its_number(statistics) -> None:
    exhibit = shown(statistics, "outlook_line", ags="12073", scenarios="continue", group="primary", capacity=3500)
    assert exhibit.marks.options["capacity"] == 3500.0
    assert exhibit.marks.options["capacity_word"] == "Plätze: 3.500"
    with pytest.raises(AddressError):
        shown(statistics, "outlook_line", ags="12073", scenarios="continue", capacity="viele")


def test_the_numbers_at_the_ends_are_rounded(statistics) -> None:
    exhibit = shown(statistics, "outlook_line", ags="12073", scenarios="continue,none")
    assert all(text.endswith("00") for text in exhibit.marks.options["ends"].values())
