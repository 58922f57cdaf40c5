"""Parameters of scenarios are read strictly; numbers in sentences are rounded; names tell scenarios apart."""

import pytest

from tests.exhibits.outlooks import ENGLISH, GERMAN, shown
from zwk_data.exhibits import KINDS, AddressError, Context
from zwk_data.exhibits.outlook.common import (
    about,
    against,
    group,
    in_spans,
    names,
    people_of,
    scenarios,
    span,
)
from zwk_data.projection.ages import AgeRange
from zwk_data.projection.scenario import Scenario


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sideways", "Grundannahme »sideways«"),
        ("continue~wings_2", "Hebel »wings«"),
        ("continue~tfr_9", "Geburten je Frau: 9.0 liegt nicht zwischen 0 und 4"),
        ("continue~tfr_x", "»x« ist keine Zahl"),
        ("continue~homes_2030_2026_50_2.1_60", "Das letzte Jahr liegt vor dem ersten"),
        ("continue~tfr_1.5~tfr_1.6", "höchstens 1-mal"),
        ("continue~event_2027.5_10_18", "keine ganze Zahl"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_with_the_lever_and_the_reason(statistics, text, told) -> None:
    with pytest.raises(AddressError, match="Szenario") as refused:
        shown(statistics, "outlook_line", ags="12073", scenarios=text)
    assert told in str(refused.value)
    with pytest.raises(AddressError) as english:
        shown(statistics, "outlook_line", ENGLISH, ags="12073", scenarios=text)
    assert "scenario" in str(english.value) and "nicht" not in str(english.value)


def test_one_to_four_scenarios_and_none_twice(statistics) -> None:
    context = Context(statistics)
    assert len(scenarios("continue,low,continue", context)) == 2
    for text in ("", "continue,low,high,none,continue~tfr_1.5"):
        with pytest.raises(AddressError):
            scenarios(text, context)


@pytest.mark.parametrize(
    ("text", "ages", "people"),
    [
        ("total", AgeRange(0), "Menschen"),
        ("80plus", AgeRange(80), "Menschen ab 80 Jahren"),
        ("primary", AgeRange(6, 9), "Kinder von 6 bis 9 Jahren"),
        ("daycare_u3", AgeRange(0, 2), "Kinder unter 3 Jahren"),
        ("20-64", AgeRange(20, 64), "Menschen von 20 bis 64 Jahren"),
    ],
)
def test_a_group_is_read_and_named(statistics, text, ages, people) -> None:
    found = group(text, Context(statistics))
    assert (found.ages, found.people) == (ages, people)


@pytest.mark.parametrize("text", ["", "9-3", "0-100", "101plus", "a-b", "-1-3", "80+"])
def test_a_group_that_cannot_be_is_refused(statistics, text) -> None:
    with pytest.raises(AddressError):
        group(text, Context(statistics))


def test_names_tell_scenarios_apart() -> None:
    texts = ["continue", "continue~tfr_1.5", "continue~tfr_1.6", "none~name_Campus Nord"]
    wanted = [Scenario.parse(text) for text in texts]
    assert names(wanted, GERMAN) == [
        "Fortschreibung", "Fortschreibung, geändert", "Fortschreibung, geändert (2)", "Campus Nord",
    ]  # fmt: skip


def test_numbers_in_sentences_are_rounded_to_what_they_bear() -> None:
    assert [about(value, GERMAN) for value in (105_146, 14_222, 412, 7)] == [
        "rund 105.000", "rund 14.200", "rund 410", "rund 7",
    ]  # fmt: skip
    assert span(995, 1204, GERMAN) == "1.000 bis 1.200"
    assert against(84, 100, 2024, GERMAN).replace("\xa0", " ") == "rund 16 % weniger als Ende 2024"
    assert against(100.2, 100, 2024, GERMAN) == "fast so viele wie Ende 2024"
    assert against(10, 0, 2024, GERMAN) == ""


def test_years_that_follow_each_other_are_drawn_together() -> None:
    assert in_spans([2018, 2019, 2020, 2021, 2024]) == "2018–2021, 2024"
    assert in_spans([]) == ""


def test_people_have_a_name_in_both_languages() -> None:
    assert people_of(AgeRange(10, 17), GERMAN) == "Kinder und Jugendliche von 10 bis 17 Jahren"
    assert people_of(AgeRange(10, 17), ENGLISH) == "children and adolescents aged 10 to 17"


def test_the_band_of_a_year_is_the_same_in_every_exhibit(statistics) -> None:
    line = [shown(statistics, "outlook_line", ags="15001", scenarios="continue", group="0-2", until=until).table
            for until in (2040, 2050)]  # fmt: skip
    groups = shown(statistics, "outlook_groups", ags="15001", scenarios="continue", year=2040).table.set_index("group")
    ends = [tuple(part[(part["year"] == 2040) & part["low"].notna()][["low", "high"]].iloc[0]) for part in line]
    assert ends[0] == ends[1] == tuple(groups.loc["0–2 Jahre", ["low", "high"]])


@pytest.mark.parametrize("kind", [
    "outlook_line", "outlook_certainty", "outlook_groups", "outlook_pyramid", "outlook_services", "outlook_statements",
    "outlook_goal", "outlook_components", "outlook_difference",
])  # fmt: skip
def test_an_approximated_town_is_called_an_estimate_in_title_sentence_table_and_remark(statistics, kind) -> None:
    key = "scenario" if "scenario" in KINDS[kind].required else "scenarios"
    town, kreis = (shown(statistics, kind, ags="05758012", form=form, **{key: "continue"}) for form in ("scaled", ""))
    assert town.title.endswith("(Schätzung)") and "(Schätzung)" in town.sentence + town.subtitle
    assert any(note.kind == "kreis_value" and note.text.startswith("Schätzung") for note in town.notes)
    assert "67.686" not in town.sentence
    assert "Schätzung" not in kreis.title + kreis.sentence
    banded = [note.text for note in town.notes if note.kind == "band"]
    assert not banded or any("um den Fehler der Umrechnung verbreitert" in text for text in banded)
    units = " ".join(f"{column.label} {column.unit}" for column in town.columns)
    assert "geschätzt" in units or kind in ("outlook_pyramid",)


def test_names_differ_whatever_somebody_called_a_scenario():
    wanted = [
        Scenario.parse(text)
        for text in ("low~name_Fortschreibung (2)", "continue", "continue", "continue~name_Fortschreibung (2)")
    ]
    found = names(wanted, GERMAN)
    assert len(set(found)) == 4
    assert found[:2] == ["Fortschreibung (2)", "Fortschreibung"]
