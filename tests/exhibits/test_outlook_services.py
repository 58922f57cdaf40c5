"""Services: how many first-graders and how sure, and until when entered places are enough."""

import numpy as np
import pytest

from zwk_data import outlook
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.outlook.outlook_services import Need, Places, enough_from, enough_until, finding, told
from zwk_data.language import GERMAN, Language
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.certainty import split
from zwk_data.projection.scenario import Scenario

KREIS = "12073"
YEARS = (2024, 2025, 2026, 2027, 2028)


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, ags=KREIS, scenario="continue", **more):
    return make(Address.of("outlook_services", ags=ags, scenario=scenario, **more), context)


def run_of(context, scenario="continue"):
    start = outlook.start(context.data, context.data.places[KREIS])
    return outlook.run(context.data, start, Scenario.parse(scenario), outlook.UNTIL)


def need(value, low=None, high=None, places=None):
    value = np.array(value, dtype=float)
    low = value if low is None else np.array(low, dtype=float)
    high = value if high is None else np.array(high, dtype=float)
    entered = np.zeros(len(value)) if places is None else np.array(places, dtype=float)
    return Need("primary", "x", AgeRange(6, 9), YEARS, value, low, high, entered, places is not None)


def test_how_many_first_graders_in_2030_and_how_sure(context):
    exhibit = shown(context, services="school_start")
    value = float(count(run_of(context).population[6], AgeRange(6, 6)))
    assert exhibit.table["y2030"].iloc[0] == pytest.approx(value)
    assert GERMAN.number(round(value, -1)) in exhibit.sentence
    assert "80 von 100 Verläufen" in exhibit.sentence
    assert "leben heute schon hier" in exhibit.sentence
    assert "Landkreis Uckermark" in exhibit.sentence


def test_whoever_starts_school_after_2030_is_not_born_yet(context):
    said = shown(context, services="school_start", year="2031").sentence
    assert "noch niemand geboren" in said
    run = run_of(context)
    assert float(count(split(run.start.baseline.population, run.rates).residents[7], AgeRange(6, 6))) == 0


def test_every_service_stands_in_a_row_and_the_sentence_names_what_changes_most(context):
    exhibit = shown(context)
    assert len(exhibit.table) == 9
    assert exhibit.table["now"].gt(0).all()
    assert "am stärksten bei" in exhibit.sentence
    run = run_of(context)
    assert exhibit.table.set_index("ags").loc["working_age", "y2040"] == pytest.approx(
        float(count(run.population[16], AgeRange(20, 64))))  # fmt: skip


def test_places_are_enough_until_the_year_before_they_are_too_few(context):
    people = count(run_of(context).population, AgeRange(80))
    places = int(people[12])  # of 2036
    exhibit = shown(context, services="80plus", capacities=f"80plus_{places}")
    first = next(year for year, value in zip(range(2024, 2051), people, strict=True) if value > places)
    assert f"bis {first - 1}" in exhibit.sentence
    assert exhibit.table["places"].iloc[0] == places


def test_places_that_are_secured_until_a_year_count_until_then(context):
    exhibit = shown(context, services="primary", capacities="primary_9000_2030")
    assert "bis 2030" in exhibit.sentence
    assert "nur noch 0 Plätze gesichert" in exhibit.sentence


def test_several_entries_of_one_service_add_up(context):
    exhibit = shown(context, services="primary", capacities="primary_1000,primary_500_2030")
    assert exhibit.table["places"].iloc[0] == 1500
    assert "Schon Ende 2024" in exhibit.sentence


def test_a_town_names_its_kreis(context):
    exhibit = shown(context, ags="05758012", services="school_start")
    assert "im Kreis Herford" in exhibit.sentence
    assert any(note.kind == "kreis_value" for note in exhibit.notes)


def test_lines_begin_at_one_hundred(context):
    exhibit = shown(context, look="lines", until="2040")
    assert exhibit.marks.chart == "multiples"
    first = exhibit.table[exhibit.table["year"] == 2024]
    assert first["index"].to_list() == pytest.approx([100.0] * len(first))
    assert exhibit.table["year"].max() == 2040


def test_years_are_found_where_lines_cross():
    value, places = np.array([1.0, 2, 3, 2, 1]), np.full(5, 2.5)
    assert enough_until(value, places, YEARS) == 2025
    assert enough_from(value, places, YEARS) == 2027
    assert enough_until(value, np.full(5, 3.0), YEARS) is None
    assert enough_from(value, np.full(5, 0.5), YEARS) is None


def test_only_a_band_without_todays_number_tells_a_change():
    one = need([10, 11, 12, 11, 9], low=[10, 9, 11, 11, 7], high=[10, 12, 13, 12, 9.5])
    assert told(one) == [(2026, 2027, True), (2028, 2028, False)]
    assert finding(one, GERMAN) == "2026–2027 mehr; ab 2028 weniger"
    assert finding(need([10] * 5, low=[9] * 5, high=[11] * 5), GERMAN) == "nicht zu unterscheiden"


def test_the_range_of_places_comes_from_both_edges():
    one = need([8, 9, 10, 11, 12], low=[8, 8, 8, 8, 8], high=[8, 10, 12, 14, 16], places=[10.5] * 5)
    assert finding(one, GERMAN) == "genügen bis 2026 (Bereich: 2025 bis nach 2028)"
    assert "schon heute zu wenige" in finding(need([8, 7, 6, 5, 4], places=[7.5] * 5), GERMAN)


@pytest.mark.parametrize("wrong", [
    {"services": "zoo"}, {"capacities": "primary"}, {"capacities": "65plus_10"}, {"capacities": "primary_x"},
    {"year": "2024"}, {"until": "2031"},
])  # fmt: skip
def test_what_does_not_fit_is_refused(context, wrong):
    with pytest.raises(AddressError):
        shown(context, **wrong)


def test_the_address_says_all_and_english_is_there(statistics):
    exhibit = shown(Context(statistics, Language("en")), capacities="primary_3960,80plus_12000_2033", scenario="high")
    assert make(exhibit.address, Context(statistics, Language("en"))).sentence == exhibit.sentence
    assert "places" in exhibit.sentence
    assert str(Places("primary", 12, 2030)) == "primary_12_2030"


def test_germany_has_none_and_says_why(context):
    assert "Szenarien gibt es" in shown(context, ags="DG").sentence
