"""What a target would take, what would be visible and what entries may add: checked by running and counting again."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from zwk_data import outlook
from zwk_data.catalog import indicators
from zwk_data.exhibits import KINDS, Address, AddressError, Context, make
from zwk_data.exhibits.effects import common
from zwk_data.exhibits.effects.effect_visible import BAND_QUANTILE, Limit, limit_text, visible
from zwk_data.exhibits.effects.watched import watched
from zwk_data.exhibits.registry import example_plan
from zwk_data.indicators.detection import smallest_detectable
from zwk_data.language import GERMAN, Language
from zwk_data.outlook import effects, numbers
from zwk_data.plan.model import Effect, Entry, Fact, Link, Plan, Target
from zwk_data.projection.scenario import Scenario
from zwk_data.render.csv import csv
from zwk_data.render.image import svg
from zwk_data.render.palette import LIGHT
from zwk_data.render.plotly import draws, figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.xlsx import workbook

PARTNERS = ("13071107", "05758012", "15001", "12073")
KREIS = "12073"
ALL = ("effect_need", "effect_levers", "effect_visible", "effect_contributions", "effect_paths", "effect_unquantified")
FORBIDDEN = re.compile(r"bewirk|verursach|because of|führt zu|dank ", re.IGNORECASE)


def effect(lever, low, mid, high, start=2027, end=None):
    ends = (Decimal(str(value)) for value in (low, mid, high))
    return Effect(lever, *ends, start, "synthetischer Grund", "synthetische Quelle", end)


ENTRIES = (
    Entry("klein", "Vorhaben Klein", effects=(effect("in30", 1, 2, 3),)),
    Entry("offen", "Vorhaben Offen", no_effect="wirkt auf Wege, nicht auf Zahlen"),
    Entry("gross", "Vorhaben Groß", effects=(effect("in30", 200, 400, 600), effect("tfr", "0.1", "0.2", "0.3"))),
    Entry("weg", "Vorhaben Verworfen", status="verworfen", effects=(effect("in30", 900, 900, 900),)),
)
LINKS = (
    Link("klein", "population_total", "outcome"),
    Link("gross", "births_per_1000", "outcome", "up"),
    Link("gross", "population_total", "outcome", "up"),
    Link("offen", "mean_age", "outcome"),
    Link("offen", "share_u18", "context"),
)
TARGETS = (
    Target("bevoelkerung", "population_total", Decimal(116000), 2035, reason="Synthetisches Ziel"),
    Target("jung", "share_u18", Decimal("14.8"), 2032),
    Target("alter", "mean_age", Decimal(48), 2032),
)


def plan_of(ags):
    return Plan(ags, "Synthetischer Plan", entries=ENTRIES, links=LINKS, targets=TARGETS, kind="internal")


@pytest.fixture
def context(statistics):
    return Context(statistics, plans=plan_of)


def shown(context, name, ags=KREIS, **more):
    return make(Address.of(name, ags=ags, **more), context)


def run_of(context, ags=KREIS):
    return common.run_of(context, common.start_of(context, context.data.places[ags]))


# Everywhere


@pytest.mark.parametrize("ags", PARTNERS)
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("code", ["de", "en"])
def test_all_partners_see_everything_with_and_without_a_plan_of_their_own(statistics, ags, name, code):
    for plans in (example_plan, plan_of):
        exhibit = shown(Context(statistics, Language(code), plans), name, ags)
        words = [exhibit.title, exhibit.subtitle, exhibit.sentence, exhibit.alt, *(note.text for note in exhibit.notes),
                 *map(str, exhibit.table.to_numpy().ravel())]  # fmt: skip
        assert not any(FORBIDDEN.search(text) for text in words)
        assert "{" not in exhibit.sentence
        assert KINDS[name].of_plan
        assert exhibit.sources


@pytest.mark.parametrize("name", ["effect_need", "effect_levers", "effect_visible"])
def test_a_place_without_a_plan_still_sees_the_need_and_what_would_be_visible(statistics, name):
    exhibit = shown(Context(statistics, plans=lambda ags: None), name, "09162")
    assert len(exhibit.table) > 1


@pytest.mark.parametrize("name", ["effect_need", "effect_levers", "effect_visible"])
def test_a_land_says_that_nothing_runs(statistics, name):
    assert "nicht für" in shown(Context(statistics, plans=lambda ags: None), name, "13").sentence


@pytest.mark.parametrize("ags", ["13071107", "05758012"])
@pytest.mark.parametrize(
    "name", ["effect_need", "effect_levers", "effect_visible", "effect_contributions", "effect_paths"]
)
def test_a_town_without_own_ages_names_its_kreis(context, ags, name):
    exhibit, kreis = shown(context, name, ags), context.data.places[context.data.places[ags].kreis].name
    assert kreis in exhibit.subtitle + exhibit.sentence
    assert any(note.kind == "kreis_value" and kreis in note.text for note in exhibit.notes)


def test_what_a_town_needs_is_counted_in_people_of_the_town(statistics):
    """Only on request: by itself its Kreis runs, and says so."""
    town, kreis = (shown(Context(statistics), "effect_levers", "13071107", form=form) for form in ("scaled", ""))
    needs = [int(exhibit.table.set_index("id").loc["in30", "needed"].split(",")[0].strip("+").split(" ")[0].replace(".", ""))
             for exhibit in (town, kreis)]  # fmt: skip
    assert 0 < needs[0] < needs[1] / 2


def test_a_target_of_a_town_is_not_held_against_its_kreis(statistics):
    target = Target("z1", common.DEFAULT_INDICATOR, Decimal(64_000), 2035)
    plan = Plan("13071107", "Muster", targets=(target,), kind="internal")
    context = Context(statistics, plans=lambda ags: plan)
    for name in ("effect_need", "effect_levers"):
        assert "gilt für Neubrandenburg" in shown(context, name, "13071107").sentence
        assert "Näherung aus" in shown(context, name, "13071107", form="scaled").subtitle


# The need


def test_the_need_is_hit_when_it_is_run(context):
    run, table = run_of(context), shown(context, "effect_levers", target="jung").table
    reached = table[table["scenario"] != ""]
    assert len(reached) >= 3
    for row in reached.to_dict("records"):
        again = outlook.run(context.data, run.start, Scenario.parse(row["scenario"]), 2032)
        assert abs(numbers.missing(indicators()["share_u18"], again.projection, 14.8)) <= 0.5


def test_the_sentence_leads_with_the_target_and_what_it_would_take(context):
    said = shown(context, "effect_need").sentence
    assert said.startswith("Ziel im Landkreis Uckermark: »Bevölkerung insgesamt« Ende 2035 bei 116.000 Personen.")
    assert re.search(r"Dafür bräuchte es jährlich rund [\d.]+ Zuzüge mehr im Alter von 30 bis 49 Jahren", said)


def test_the_path_leads_in_equal_steps_from_the_newest_observed_value_to_the_target(context):
    exhibit = shown(context, "effect_need")
    path = exhibit.table[exhibit.table["part"] == "Weg zum Ziel"]
    observed = exhibit.table[exhibit.table["part"].str.startswith("beobachtet")]
    assert path["value"].iloc[0] == observed["value"].iloc[-1]
    assert path["value"].iloc[-1] == 116_000
    assert path["value"].diff().dropna().nunique() <= 2  # but for rounding
    assert list(path["year"]) == list(range(2024, 2036))


def test_a_path_never_begins_on_another_census_basis(statistics):
    exhibit = shown(Context(statistics), "effect_need", "13071107", form="scaled")
    path = exhibit.table[exhibit.table["part"] == "Weg zum Ziel"]
    assert path["year"].iloc[0] == run_of(Context(statistics), "13071107").start.year
    assert any("Zensus 2022" in mark.label for mark in exhibit.breaks)


def test_an_indicator_the_run_does_not_give_says_so(context):
    for name in ("effect_need", "effect_levers"):
        assert "Diese Kennzahl rechnet das Szenario nicht" in shown(context, name, target="alter").sentence


def test_a_value_can_be_tried_without_any_target(statistics):
    exhibit = shown(Context(statistics), "effect_need", indicator="share_u18", value="16", year="2040")
    assert "bei 16,0\xa0%" in exhibit.sentence
    assert any(note.kind == "tried" for note in exhibit.notes)


def test_a_target_inside_the_range_of_the_run_is_said_to_be(context):
    wanted = numbers.values(indicators()["population_total"], run_of(context).projection)[11]
    exhibit = shown(context, "effect_need", indicator="population_total", value=str(round(wanted)), year="2035")
    assert "das Ziel liegt im Bereich dieser Rechnung" in exhibit.sentence


@pytest.mark.parametrize("wrong", [{"target": "gibtesnicht"}, {"value": "viel"}, {"year": "2024"}, {"lever": "homes"},
                                   {"indicator": "gibtesnicht"}, {"target": "x" * 90}])  # fmt: skip
def test_an_aim_that_does_not_fit_is_refused(context, wrong):
    with pytest.raises(AddressError):
        shown(context, "effect_need", **{"indicator": "population_total"} | wrong if "year" in wrong else wrong)


# What would be visible


def test_the_limit_of_births_is_that_of_two_rates_of_the_observed_counts(context):
    table = shown(context, "effect_visible", year="2029").table.set_index("id")
    seen = watched(context, context.data.places[KREIS], run_of(context).start, indicators()["births_per_1000"]).observed
    limit = smallest_detectable(
        seen.numerator / seen.denominator, seen.denominator / seen.years, seen.years, 5, "poisson"
    )
    assert table.loc["births_per_1000", "up"] == pytest.approx(1000 * limit.up)
    assert table.loc["births_per_1000", "down"] == pytest.approx(1000 * limit.down)


def test_a_full_count_is_measured_against_the_error_of_the_run(context):
    run, one = run_of(context), indicators()["population_total"]
    low, high = (edge[run.years.index(2029)] for edge in common.band_of(context, run, one))
    table = shown(context, "effect_visible", year="2029").table.set_index("id")
    assert table.loc["population_total", "up"] == pytest.approx(
        (high - low) / 2 / BAND_QUANTILE * (1.959964 + 0.841621), rel=1e-5
    )


def test_a_later_review_and_a_larger_place_see_smaller_changes_of_births(statistics):
    context = Context(statistics, plans=lambda ags: None)
    ups = [shown(context, "effect_visible", KREIS, year=year).table.set_index("id").loc["births_per_1000", "relative"]
           for year in ("2025", "2029")]  # fmt: skip
    shares = [float(text.strip("+\xa0 %").replace(",", ".").rstrip("\xa0 %")) for text in ups]
    assert shares[0] > shares[1]
    start = common.sized_start(context, statistics.places["13071107"])
    town, kreis = (watched(context, statistics.places["13071107"], start,
                           indicators()["births_per_1000"]), statistics.places["13071"])  # fmt: skip
    assert town.shown == kreis
    assert 0.1 < town.scale < 0.5


def test_balances_are_measured_by_both_of_their_counts(statistics):
    context = Context(statistics)
    seen = watched(context, statistics.places["15001"], run_of(context, "15001").start,
                   indicators()["net_migration_18_24_per_1000"]).observed  # fmt: skip
    ages = {measure: statistics.ages("15001", measure) for measure in ("in_migration", "out_migration")}
    counts = [rows[(rows["sex"] == "t") & (rows["age_from"] == 18) & (rows["age_to"] == 24)]
              .sort_values("reference_date")["value"].tail(seen.years).sum() for rows in ages.values()]  # fmt: skip
    assert seen.gross == sum(counts)
    assert seen.numerator == counts[0] - counts[1]


def test_an_entry_too_small_to_be_seen_is_flagged_and_a_large_one_is_not(context):
    planned = shown(context, "effect_visible", year="2035").table.set_index("id")["planned"]
    assert re.search(r"Vorhaben Klein: \+\d+ \(.*?\), nicht sichtbar", planned["population_total"])
    assert "Vorhaben Groß" in planned["births_per_1000"]
    assert "wäre sichtbar" in planned["births_per_1000"]
    assert planned["mean_age"] == ""


def test_context_links_expect_nothing_and_are_not_watched(context):
    assert "share_u18" not in set(shown(context, "effect_visible").table["id"])


def test_the_review_is_that_of_the_plan(statistics):
    facts = (Fact("bilanz", "Zwischenbilanz", start=date(2028, 5, 1), stage="zwischenbilanz"),)
    context = Context(statistics, plans=lambda ags: replace(plan_of(ags), facts=facts))
    assert "Bis 2028" in shown(context, "effect_visible").sentence


def test_a_fall_that_could_not_be_seen_has_no_limit():
    one = indicators()["births_per_1000"]
    assert limit_text(Limit(1.5, None, 0.2, ""), one, GERMAN).endswith("ein Rückgang gar nicht")
    assert visible(-5.0, Limit(1.5, None, 0.2, ""), GERMAN) == "nicht sichtbar"
    assert visible(5.0, Limit(None, None, None, ""), GERMAN) == "ohne Grenze"


# Contributions


def test_contributions_stand_in_the_order_of_the_plan_and_sum_with_the_interaction(context):
    table = shown(context, "effect_contributions", year="2035").table
    assert list(table["name"]) == ["Vorhaben Klein", "Vorhaben Groß", "Wechselwirkung", "alle zusammen"]
    assert table["mid"].iloc[:-1].sum() == pytest.approx(table["mid"].iloc[-1], abs=1e-9)
    assert table["basis"].iloc[0] == "synthetischer Grund (synthetische Quelle)"


def test_each_contribution_is_the_run_with_it_less_the_run_without(context):
    run, one = run_of(context), indicators()["population_total"]
    table = shown(context, "effect_contributions", year="2035").table.set_index("id")
    made = effects.with_effects(run, ENTRIES[2].effects, "mid")
    more = (numbers.values(one, made) - numbers.values(one, run.projection))[run.years.index(2035)]
    assert table.loc["gross", "mid"] == pytest.approx(more)


def test_the_lines_with_and_without_differ_by_all_contributions(context):
    table = shown(context, "effect_paths", year="2035").table
    last = table[table["year"] == 2035].set_index("part")["value"]
    together = shown(context, "effect_contributions", year="2035").table.set_index("id").loc["together", "mid"]
    assert last["mit den Vorhaben"] - last["ohne die Vorhaben"] == pytest.approx(together)


def test_entries_without_a_range_are_listed_with_their_reason(context):
    table = shown(context, "effect_unquantified").table.set_index("id")
    assert list(table.index) == ["offen", "weg"]
    assert set(table["contribution"]) == {"Beitrag nicht bezifferbar"}
    assert table.loc["offen", "why"] == "wirkt auf Wege, nicht auf Zahlen"
    assert table.loc["weg", "why"] == "verworfen"


def test_without_any_range_the_sentence_says_that_it_cannot_be_put_in_numbers(statistics):
    said = shown(Context(statistics), "effect_contributions").sentence
    assert "Beitrag nicht bezifferbar" in said


def test_contributions_to_what_the_run_does_not_give_are_refused(context):
    with pytest.raises(AddressError, match="rechnet das Szenario nicht"):
        shown(context, "effect_contributions", indicator="mean_age")


# All media


@pytest.mark.parametrize("name", ALL)
def test_every_exhibit_can_be_drawn_and_handed_on(statistics, name):
    for plans in (example_plan, plan_of):
        exhibit = shown(Context(statistics, plans=plans), name)
        assert csv(exhibit, GERMAN)
        assert workbook(exhibit, GERMAN).startswith(b"PK")
        assert "<svg" in svg(exhibit, GERMAN)
        if draws(exhibit):
            assert figure(exhibit, Style(LIGHT, GERMAN)).data
