"""The toolbox, concept x theme and the recommendations beside the real figures; own plans are synthetic (Muster)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import Language
from zwk_data.plan.model import Concept, Entry, Handlungsfeld, Link, Mention, Origin, Plan, Step
from zwk_data.render.csv import csv as as_csv
from zwk_data.render.image import png as as_png
from zwk_data.render.xlsx import workbook as as_xlsx

PARTNERS = ("05758012", "13071107", "15001", "12073")
CAUSAL = re.compile(r"\b(bewirk\w*|verursach\w*|führt zu|weil|wegen|dank|dadurch)\b", re.IGNORECASE)
OWN = Plan(
    "12073", "Muster", kind="internal", as_of=date(2026, 1, 31),
    handlungsfelder=(Handlungsfeld("feld", "Muster-Feld"),),
    concepts=(Concept("a", "Musterkonzept A", year=2020), Concept("b", "Musterkonzept B"), Concept("c", "Konzept C")),
    entries=(
        Entry("haus", "Musterhaus <b>", themes=("Wohnen",), exists=True, place="Musterort", capacity=Decimal("40"),
              capacity_unit="Plätze", secured_until=date(2027, 6, 30), audience=("buergerschaft", "kommune")),
        Entry("bus", "Rufbus", "idea", mentions=(Mention("a", "12"),), origin=Origin("workshop", "Tisch 3")),
        Entry("wohnen", "Gemeinschaftliches Wohnen", "option", themes=("Wohnen", "Integration"),
              mentions=(Mention("a", "4", "Häuser für alle"),), was=(Step("idea", date(2026, 1, 5)),)),
        Entry("umfrage", "Umfrage gemeinschaftliches Wohnen", "recommendation", themes=("Wohnen",),
              mentions=(Mention("b"),), handlungsfelder=("feld",), reason="Muster-Grund", audience=("politik",)),
        Entry("weg", "Verworfenes", "idea", themes=("Fördermittel",), status="verworfen"),
    ),
    links=(Link("umfrage", "mean_age", "context", proposed=False),),
)  # fmt: skip


@pytest.fixture
def shown(statistics) -> Callable[..., Exhibit]:
    def show(kind: str, plan: Plan | None = None, language: str = "de", **parameters: str) -> Exhibit:
        plans = (lambda ags: plan) if plan else example_plan
        return make(Address.of(kind, **parameters), Context(statistics, Language(language), plans=plans))

    return show


@pytest.mark.parametrize("ags", PARTNERS)
def test_every_example_is_a_toolbox_and_a_synthesis_without_a_word_of_cause(shown, ags: str):
    fields = [one.id for one in example_plan(ags).handlungsfelder]
    made = [shown("plan_options", ags=ags), shown("plan_concepts", ags=ags)]
    made += [shown("plan_recommendations", ags=ags, field=field) for field in fields]
    for exhibit in made:
        assert exhibit.sources and not CAUSAL.search(f"{exhibit.sentence} {exhibit.alt}")
        assert {"example", "proposal"} <= {note.kind for note in exhibit.notes}


def test_what_exists_stands_first_with_place_capacity_and_how_long(shown):
    table = shown("plan_options", OWN, ags="12073").table
    first = table[table["theme"] == "Wohnen"].iloc[0]
    assert (first["title"], first["state"], first["where"], first["capacity"], first["secured"]) == (
        "Musterhaus <b>", "gibt es", "Musterort", "40 Plätze", "30.06.2027")  # fmt: skip
    assert first["audience"] == "Kommune, Bürgerschaft"


def test_an_entry_stands_below_each_of_its_themes_and_is_counted_once(shown):
    exhibit = shown("plan_options", OWN, ags="12073")
    below = exhibit.table.loc[exhibit.table["id"] == "wohnen", "theme"]
    assert list(below) == ["Wohnen", "Integration"]
    assert exhibit.sentence == (
        "Landkreis Uckermark: 5 Einträge, davon 1 vorhanden, 3 anzustreben, 1 verworfen.")  # fmt: skip
    assert exhibit.table["theme"].iloc[-1] == "Ohne Thema des Werkzeugkoffers"


def test_where_an_entry_came_from_and_what_it_was_is_told(shown):
    table = shown("plan_options", OWN, ags="12073").table.set_index("id")
    assert table.loc["bus", "origin"] == "Tisch 3" and table.loc["bus", "concepts"] == "Musterkonzept A, S. 12"
    assert set(table.loc[["wohnen"], "origin"]) == {"Idee bis 05.01.2026"}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"theme": "wohnen"}, {"haus", "wohnen", "umfrage"}),
        ({"theme": "none"}, {"bus"}),
        ({"audience": "politik"}, {"umfrage"}),
        ({"audience": "none"}, {"bus", "wohnen", "weg"}),
        ({"stage": "option"}, {"wohnen"}),
        ({"stage": "none"}, {"haus"}),
        ({"state": "wanted"}, {"bus", "wohnen", "umfrage"}),
        ({"state": "exists", "theme": "integration"}, set()),
    ],
)
def test_a_filter_leaves_what_fits_and_an_empty_answer_says_so(shown, filters, ids):
    exhibit = shown("plan_options", OWN, ags="12073", **filters)
    assert set(exhibit.table["id"]) == ids
    assert ids or "keinen Eintrag" in exhibit.sentence


@pytest.mark.parametrize("wrong", [{"theme": "bauen"}, {"audience": "alle"}, {"state": "gut"}, {"stage": "measure"}])
def test_a_filter_that_does_not_exist_is_refused(shown, wrong):
    with pytest.raises(AddressError, match="ist hier nicht möglich"):
        shown("plan_options", ags="12073", **wrong)


def test_a_place_without_a_plan_has_no_toolbox(shown):
    for kind in ("plan_options", "plan_concepts"):
        with pytest.raises(AddressError, match="kein Werkstattplan"):
            shown(kind, ags="13076121")


def test_each_concept_says_what_and_on_which_page(shown):
    table = shown("plan_concepts", OWN, ags="12073").table.set_index("theme_id")
    wohnen = table.loc["wohnen"]
    assert wohnen["concept_a"] == "1: Gemeinschaftliches Wohnen (S. 4), »Häuser für alle«"
    assert wohnen["concept_b"] == "1: Umfrage gemeinschaftliches Wohnen" and wohnen["concept_c"] == "–"
    assert wohnen["others"] == "1: Musterhaus <b>"


def test_duplicates_and_gaps_are_found_and_named(shown):
    exhibit = shown("plan_concepts", OWN, ags="12073")
    table = exhibit.table.set_index("theme_id")
    assert (
        table.loc["wohnen", "finding"] == "doppelt gesagt" and "67 % gleiche Wörter" in table.loc["wohnen", "doubled"]
    )
    assert table.loc["integration", "finding"] == "belegt"
    assert table.loc["foerdermittel", "finding"] == table.loc["digitalisierung", "finding"] == "Lücke: kein Eintrag"
    assert table.loc["none", "finding"] == "außerhalb der 13 Themen" and "Rufbus" in table.loc["none", "concept_a"]
    assert exhibit.sentence == (
        "Landkreis Uckermark: 3 Konzepte sagen etwas zu 2 von 13 Themen; zu 11 gibt es noch keinen Eintrag. "
        "Zu einem Thema ist etwas doppelt gesagt.")  # fmt: skip
    notes = " ".join(note.text for note in exhibit.notes)
    assert "mindestens 50 % ihrer Wörter" in notes and "Noch kein Eintrag nennt: Konzept C." in notes


def test_only_gaps_or_only_duplicates_can_be_shown(shown):
    assert list(shown("plan_concepts", OWN, ags="12073", only="doubled").table["theme_id"]) == ["wohnen"]
    gaps = shown("plan_concepts", OWN, ags="12073", only="gaps").table
    assert len(gaps) == 11 and gaps["finding"].str.startswith("Lücke").all()


def test_a_plan_without_concepts_says_so(shown):
    assert "Konzepte sind noch nicht erfasst" in shown("plan_concepts", replace(OWN, concepts=()), ags="12073").sentence


def test_the_recommendation_of_dessau_stands_beside_its_live_indicators(shown):
    exhibit = shown("plan_recommendations", ags="15001", field="leben_integration")
    rows = exhibit.table
    assert set(rows["title"]) == {"Zentrumsstärkende soziokulturelle und Freizeitangebote absichern"}
    assert set(rows["office"]) == {"Integrationsbüro"} and set(rows["reason"]) == {"nicht veröffentlicht"}
    age = rows.set_index("label").loc["Durchschnittsalter"]
    assert (age["value"], age["day"]) == ("50,1 Jahre", "31.12.2024")
    assert rows["rationale"].str.startswith("Soll beitragen zu").all()
    assert any("Regionaldatenbank" in line.attribution for line in exhibit.sources)


def test_a_recommendation_of_an_own_plan_has_reason_and_addressee(shown):
    exhibit = shown("plan_recommendations", OWN, ags="12073", field="feld", group="audience")
    row = exhibit.table.iloc[0]
    assert (row["group"], row["reason"], row["audience"]) == ("Politik", "Muster-Grund", "Politik")
    assert "Vorschlag dieses Projekts" not in " ".join(note.text for note in exhibit.notes)
    assert any("Angaben der Kommune" in line.licence for line in exhibit.sources)


def test_a_handlungsfeld_without_recommendations_says_so_and_an_unknown_one_is_refused(shown):
    assert "keine Empfehlung" in shown("plan_recommendations", ags="15001", field="ressortuebergreifend").sentence
    with pytest.raises(AddressError, match="kein Handlungsfeld"):
        shown("plan_recommendations", ags="15001", field="wohnen")


@pytest.mark.parametrize("kind", ["plan_options", "plan_concepts"])
def test_table_and_picture_are_passed_on_like_any_other(shown, kind: str):
    exhibit = shown(kind, OWN, ags="12073")
    german = Language("de")
    assert "Gemeinschaftliches Wohnen" in as_csv(exhibit, german).decode("utf-8-sig")
    assert as_xlsx(exhibit, german)[:2] == b"PK" and as_png(exhibit, german)[:4] == b"\x89PNG"


def test_in_english_the_words_are_english(shown):
    exhibit = shown("plan_options", OWN, "en", ags="12073")
    assert "to strive for" in exhibit.sentence and "Housing" in set(exhibit.table["theme"])
