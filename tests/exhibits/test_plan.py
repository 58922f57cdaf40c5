"""The Werkstattplan beside the real figures: what is shown, what is said to be missing, and no word of cause."""

import re

import pytest

from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import Language

PARTNERS = ("05758012", "13071107", "15001", "12073")
CAUSAL = re.compile(
    r"\b(bewirk\w*|verursach\w*|führt zu|weil|wegen|dank|dadurch|Wirkung\w*|Erfolg\w*)\b", re.IGNORECASE
)


@pytest.fixture
def context(statistics) -> Context:
    return Context(statistics)


def shown(context: Context, kind: str, **parameters: str) -> Exhibit:
    return make(Address.of(kind, **parameters), context)


def all_of(ags: str) -> list[Address]:
    plan = example_plan(ags)
    assert plan is not None
    return [
        *(Address.of(kind, ags=ags) for kind in ("plan_fields", "plan_entries", "plan_facts")),
        *(Address.of("plan_entries", ags=ags, field=field.id) for field in plan.handlungsfelder),
        *(Address.of("plan_entry", ags=ags, entry=entry.id) for entry in plan.entries),
        *(Address.of("plan_indicator", ags=ags, indicator=link.indicator) for link in plan.links),
    ]


@pytest.mark.parametrize("ags", PARTNERS)
def test_every_part_of_every_plan_is_complete_and_says_nothing_of_cause(context, ags: str):
    for address in all_of(ags):
        exhibit = make(address, context)
        assert exhibit.sources and exhibit.address == address
        assert not CAUSAL.search(f"{exhibit.sentence} {exhibit.subtitle} {exhibit.alt}"), address


@pytest.mark.parametrize("ags", PARTNERS)
def test_links_are_marked_as_a_proposal_and_plans_as_examples(context, ags: str):
    exhibit = shown(context, "plan_fields", ags=ags)
    assert {"example", "proposal"} <= {note.kind for note in exhibit.notes}
    assert "Beispiel aus öffentlichen Quellen" in " ".join(note.text for note in exhibit.notes)


def test_a_handlungsfeld_stands_beside_its_live_indicator_with_date_and_one_basis(context):
    row = shown(context, "plan_fields", ags="15001").table.iloc[0]
    assert (row["title"], row["label"], row["value"], row["day"]) == (
        "Leben & Integration", "Durchschnittsalter", "50,1 Jahre", "31.12.2024")  # fmt: skip
    assert row["change"] == "2013–2021 +1,1 (Basis Zensus 2011)" and not row["stands_in"]


def test_a_town_without_own_figures_shows_its_kreis_with_a_badge(context):
    exhibit = shown(context, "plan_fields", ags="05758012")
    assert set(exhibit.table["shown"]) == {"Kreis Herford"} and exhibit.table["stands_in"].all()
    assert [note.kind for note in exhibit.notes].count("kreis_value") == 1


def test_an_indicator_without_figures_names_the_table_that_would_supply_it(context):
    exhibit = shown(context, "plan_indicator", ags="15001", indicator="foreign_share")
    assert "Regionalatlas" in exhibit.subtitle and "keine Zahlen" in exhibit.subtitle


def test_from_an_entry_to_its_indicators_and_back(context):
    there = shown(context, "plan_entry", ags="05758012", entry="runder_tisch_stadtteilzentren")
    assert list(there.table["indicator"]) == ["share_75p", "net_migration_65p_per_1000"]
    assert list(there.table["direction"]) == ["keine", "soll steigen"]
    back = shown(context, "plan_indicator", ags="05758012", indicator="net_migration_65p_per_1000")
    assert list(back.table["id"]) == ["runder_tisch_stadtteilzentren"]
    assert back.table["rationale"].str.startswith("Soll beitragen zu").all()


def test_what_is_not_published_says_so_and_is_never_invented(context):
    table = shown(context, "plan_entries", ags="13071107").table
    assert (table["status"] == "nicht veröffentlicht").all()
    row = table[table["id"] == "engagementstrategie"].iloc[0]
    assert row["stage"] == "nicht veröffentlicht" and row["office"] == "nicht veröffentlicht"
    assert row["summary"] == "2025 · nicht veröffentlicht: Stufe, Stand, Zuständigkeit"


def test_a_measure_under_three_tools_stands_below_each(context):
    table = shown(context, "plan_entries", ags="13071107", field="arbeit").table
    assert table.loc[table["id"] == "perspektivwechsel", "tool"].nunique() == 3


def test_public_pages_are_sources_with_their_address_and_without_a_date_of_taking_over(context):
    sources = shown(context, "plan_facts", ags="12073").sources
    assert {source.provider for source in sources} == {"Öffentliche Quellen"}
    assert all(source.retrieved is None and source.licence_url.startswith(("https://", "")) for source in sources)


def test_facts_are_in_the_order_of_their_dates_and_the_undated_come_last(context):
    periods = list(shown(context, "plan_facts", ags="05758012").table["period"])
    assert periods == ["Sommer 2021", "21.03.2022", "09.05.2023 – 10.05.2023", "ohne Datum", "ohne Datum"]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("plan_fields", {"ags": "13076121"}),
        ("plan_entry", {"ags": "05758012", "entry": "gibt_es_nicht"}),
        ("plan_entry", {"ags": "05758012", "entry": "<b>"}),
        ("plan_entries", {"ags": "05758012", "field": "arbeit"}),
        ("plan_indicator", {"ags": "05758012", "indicator": "mean_age"}),
    ],
)
def test_an_address_that_does_not_fit_is_refused_in_words(context, kind: str, parameters: dict[str, str]):
    with pytest.raises(AddressError, match="[a-z]{3}"):
        shown(context, kind, **parameters)


def test_a_place_without_a_plan_is_offered_those_of_the_partners(context):
    exhibit = shown(context, "plan_choice", ags="13076121")
    assert "Schossin" in exhibit.sentence and list(exhibit.table["ags"]) == list(PARTNERS)


def test_the_exhibits_can_be_made_for_an_english_reader(statistics):
    english = Context(statistics, Language("en"))
    for address in all_of("15001"):
        assert make(address, english).sentence
