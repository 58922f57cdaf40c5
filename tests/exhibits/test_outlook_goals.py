"""What it would take, what holds in all scenarios, and why two of them differ: every number is run again here."""

import re

import pytest

from zwk_data import outlook
from zwk_data.catalog import levers, services
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.outlook.common import about
from zwk_data.exhibits.outlook.outlook_difference import compared
from zwk_data.exhibits.outlook.outlook_goal import fitting, value_text
from zwk_data.language import GERMAN, Language
from zwk_data.projection.ages import EVERYONE, AgeRange, count
from zwk_data.projection.goal import Found, seek
from zwk_data.projection.scenario import Scenario, moving

KREIS = "12073"
WORKING = AgeRange(20, 64)


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, name, **more):
    return make(Address.of(name, **{"ags": KREIS, **more}), context)


def start_of(context):
    return outlook.start(context.data, context.data.places[KREIS])


def number_of(context, scenario, year, ages):
    run = outlook.run(context.data, start_of(context), scenario, outlook.UNTIL)
    return float(count(run.population[run.years.index(year)], ages))


# What it would take


def test_what_it_would_take_to_keep_the_people_of_working_age(context):
    exhibit = shown(context, "outlook_goal", scenario="continue")
    now = float(count(start_of(context).baseline.population, WORKING))
    reached = exhibit.table["reached"].dropna()
    assert len(reached) >= 4
    assert (reached - now).abs().max() <= 0.5
    assert exhibit.table["id"].iloc[0] == "in30"
    assert "Landkreis Uckermark" in exhibit.sentence
    assert "mehr zuziehen" in exhibit.sentence
    assert GERMAN.number(now) in exhibit.sentence
    assert exhibit.sentence.startswith("Wenn jedes Jahr rund"), "what is needed comes first, then what it leads to"


def test_the_value_in_the_table_hits_the_goal_when_it_is_run(context):
    start = start_of(context)
    now = float(count(start.baseline.population, WORKING))
    found = seek(start.baseline, Scenario("continue"), "in30", WORKING, "t", 2040, now)
    assert isinstance(found, Found)
    row = shown(context, "outlook_goal", scenario="continue").table.iloc[0]
    assert row["needed"] == value_text(levers()["in30"], found.value, GERMAN)
    again = Scenario("continue").with_value("in30", found.value)
    assert number_of(context, again, 2040, WORKING) == pytest.approx(now, abs=0.5)


def test_a_goal_out_of_reach_says_what_the_limits_give(context):
    exhibit = shown(context, "outlook_goal", scenario="continue", group="total", target="900000", lever="tfr")
    assert "genügt der Hebel" in exhibit.sentence
    assert exhibit.table["reached"].isna().iloc[0]
    assert "allein nicht erreichbar" in exhibit.table["remark"].iloc[0]


def test_fewer_moves_than_there_are_are_never_asked_for(context):
    start = start_of(context)
    there = moving(start.baseline, Scenario("continue"), levers()["out25"])
    exhibit = shown(context, "outlook_goal", scenario="continue", lever="out25")
    assert "genügt der Hebel" in exhibit.sentence
    assert "Selbst wenn keine Menschen von 25 bis 29 Jahren mehr fortziehen, sind es rund" in exhibit.sentence
    assert exhibit.sentence.endswith("zu wenig.")
    assert exhibit.table["remark"].iloc[0].startswith("allein nicht erreichbar: ohne diese Fortzüge rund")
    everyone_stays = Scenario("continue").with_value("out25", -there)
    assert about(number_of(context, everyone_stays, 2040, WORKING), GERMAN) in exhibit.sentence


def test_where_only_balances_are_known_nobody_is_said_to_leave(context):
    exhibit = shown(context, "outlook_goal", ags="09162", scenario="continue", lever="out30", target="1200000")
    assert "Wanderungsverlust dieses Alters" in exhibit.sentence
    assert "fortziehen" not in exhibit.sentence


@pytest.mark.parametrize("beside", [-0.6, 0.0, 0.4, 0.9])
def test_a_goal_that_needs_less_than_a_person_is_reached_without_a_change(context, beside):
    target = round(number_of(context, Scenario("continue"), 2040, WORKING) + beside)
    exhibit = shown(context, "outlook_goal", scenario="continue", target=str(target))
    assert exhibit.sentence.startswith("Schon ohne Änderung erreicht:")
    assert exhibit.table["remark"].iloc[0] == "schon ohne Änderung erreicht"


def test_people_are_whole_in_every_sentence_and_value(context):
    for more in ({}, {"target": "50000"}, {"group": "18-24", "target": "7000"}):
        exhibit = shown(context, "outlook_goal", scenario="continue", **more)
        assert not re.search(
            r"[0-9],[0-9]+ (je Jahr|Menschen|Kinder)", " ".join([exhibit.sentence, *exhibit.table["needed"]])
        )
    assert value_text(levers()["out30"], -0.4, GERMAN) == "keine Änderung"
    assert value_text(levers()["out30"], -722.3, GERMAN) == "−722 je Jahr"


def test_a_goal_that_is_passed_anyway_is_said_to_be(context):
    exhibit = shown(context, "outlook_goal", scenario="continue", target="50000")
    assert exhibit.sentence.startswith("Schon ohne Änderung überschritten: Mit »Fortschreibung« sind es rund 55")


def test_a_lever_that_does_nothing_is_said_to_do_nothing(context):
    exhibit = shown(context, "outlook_goal", scenario="continue", group="80plus", lever="tfr")
    assert "hilft der Hebel" in exhibit.sentence
    assert exhibit.table["remark"].iloc[0] == "ändert diese Zahl nicht"
    assert (exhibit.table["remark"].iloc[1:] != "ändert diese Zahl nicht").all()


def test_the_lever_fits_the_group():
    assert fitting(AgeRange(6, 9), 20) == "tfr"
    assert fitting(AgeRange(6, 9), 4) == "in0"
    assert fitting(WORKING, 16) == "in30"
    assert fitting(AgeRange(80), 16) == "in65"


def test_a_town_names_its_kreis(context):
    exhibit = shown(context, "outlook_goal", ags="05758012", scenario="continue")
    assert "im Kreis Herford" in exhibit.sentence
    assert any(note.kind == "kreis_value" for note in exhibit.notes)


@pytest.mark.parametrize("wrong", [{"lever": "homes"}, {"target": "-5"}, {"year": "2024"}, {"group": "5-3"}])
def test_a_goal_that_does_not_fit_is_refused(context, wrong):
    with pytest.raises(AddressError):
        shown(context, "outlook_goal", scenario="continue", **wrong)


# What holds


def test_what_holds_is_what_every_edge_of_every_scenario_says(context):
    chosen = [Scenario(preset) for preset in ("continue", "low", "high")]
    exhibit = shown(context, "outlook_statements", scenarios=[str(one) for one in chosen])
    start = start_of(context)
    asked = [(EVERYONE, "t"), *((AgeRange(one.age_from, one.age_to), "t") for one in services().values())]
    edges = [outlook.band(context.data, start, one, outlook.UNTIL, asked) for one in chosen]
    for number, ((ages, _), row) in enumerate(zip(asked, exhibit.table.to_dict("records"), strict=True)):
        now = float(count(start.baseline.population, ages))
        low, high = (min(e[0][16, number] for e in edges) - now, max(e[1][16, number] for e in edges) - now)
        assert row["smallest"] == pytest.approx(low)
        assert row["largest"] == pytest.approx(high)
        assert (row["statement"] == "offen") == (low < 1 and high > -1)


def test_the_sentence_counts_the_statements_that_hold(context):
    exhibit = shown(context, "outlook_statements", scenarios="continue,low,high")
    holding = int((exhibit.table["statement"] != "offen").sum())
    assert f"Bei {holding} von {len(exhibit.table)} Gruppen" in exhibit.sentence
    assert exhibit.sentence.startswith("Welches der 3 Szenarien")


def test_one_scenario_alone_speaks_of_its_range(context):
    assert "Rändern des Bereichs" in shown(context, "outlook_statements", scenarios="none").sentence


# Why they differ


@pytest.mark.parametrize("group", ["total", "working_age", "80plus", "daycare"])
@pytest.mark.parametrize("pair", [("continue", "high"), ("low", "high"), ("none", "continue~tfr_2~in30_100~e0_4")])
def test_the_parts_sum_to_the_difference(context, group, pair):
    exhibit = shown(context, "outlook_difference", scenarios=list(pair), group=group)
    table = exhibit.table
    stocks, steps = table[table["stock"]]["value"], table[~table["stock"]]["value"]
    assert stocks.iloc[0] + steps.sum() == pytest.approx(stocks.iloc[1], abs=1e-6)
    ages = EVERYONE if group == "total" else AgeRange(services()[group].age_from, services()[group].age_to)
    for scenario, value in zip(pair, stocks, strict=True):
        assert value == pytest.approx(number_of(context, Scenario.parse(scenario), 2040, ages))
    assert len(steps) == 4


def test_one_place_has_one_base_population(context):
    table = shown(context, "outlook_difference", scenarios="low,high").table
    assert table.set_index("component").loc["Ausgangsbevölkerung", "value"] == pytest.approx(0, abs=1e-9)


def test_a_scenario_alone_is_held_against_the_continuation():
    high, same = Scenario("high"), Scenario("continue")
    assert compared((high,)) == (high, same)
    assert compared((same,)) == (same, Scenario("none"))
    assert compared((same, high)) == (same, high)


def test_scenarios_with_the_same_numbers_are_said_to_have_them(context):
    exhibit = shown(context, "outlook_difference", scenarios="continue,continue~name_Gleich")
    assert "gleich viele" in exhibit.sentence


@pytest.mark.parametrize("name", ["outlook_goal", "outlook_statements", "outlook_difference"])
def test_the_address_says_all_and_english_is_there(statistics, name):
    english = Context(statistics, Language("en"))
    key = "scenario" if name == "outlook_goal" else "scenarios"
    exhibit = shown(english, name, **{key: "high"})
    assert make(exhibit.address, english).sentence == exhibit.sentence
    assert "Szenari" not in exhibit.sentence + exhibit.title + exhibit.subtitle
    assert {"scenario"} <= {note.kind for note in exhibit.notes}
    assert "Szenarien gibt es" in shown(Context(statistics), name, **{"ags": "DG", key: "high"}).sentence
