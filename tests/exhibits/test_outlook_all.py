"""What holds for every exhibit of scenarios: what-if and no forecast, words in both languages, all media."""

import re

import pytest

from tests.exhibits.outlooks import ENGLISH, GERMAN, KREISE, shown
from zwk_data.exhibits import Exhibit
from zwk_data.render.csv import csv
from zwk_data.render.image import svg
from zwk_data.render.plotly import draws, figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.xlsx import workbook
from zwk_data.warehouse import Statistics

KINDS = {
    "outlook_line": {"scenarios": "continue,low,high,none"},
    "outlook_certainty": {"scenario": "continue~in18_50", "group": "80plus"},
    "outlook_pyramid": {"scenario": "continue"},
    "outlook_groups": {"scenarios": "continue,none"},
    "outlook_components": {"scenarios": "continue,none"},
    "outlook_assumptions": {"scenarios": "continue,low"},
}
FORECAST = re.compile(r"\b(wird|werden|Prognose)\b|!", re.IGNORECASE)


def remarks(exhibit: Exhibit) -> str:
    return " ".join(note.text for note in exhibit.notes)


@pytest.mark.parametrize("ags", KREISE)
@pytest.mark.parametrize("kind", KINDS)
def test_every_exhibit_says_that_it_is_no_forecast_and_speaks_in_conditions(statistics, kind, ags) -> None:
    exhibit = shown(statistics, kind, ags=ags, **KINDS[kind])
    assert "Wenn-dann-Rechnung, keine Vorhersage." in remarks(exhibit)
    assert not FORECAST.search(f"{exhibit.sentence} {exhibit.title} {exhibit.subtitle} {exhibit.alt}")
    assert exhibit.sentence.startswith("Wenn ") or kind == "outlook_assumptions"
    assert len(exhibit.sources) >= 4 and len(exhibit.table) >= 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_town_shows_its_kreis_by_name_in_badge_and_sentence(statistics, kind) -> None:
    exhibit = shown(statistics, kind, ags="05758012", **KINDS[kind])
    assert [note.kind for note in exhibit.notes][0] == "kreis_value"
    assert "Kreis Herford" in exhibit.notes[0].text
    assert "Kreis Herford" in exhibit.sentence + exhibit.subtitle


@pytest.mark.parametrize("kind", KINDS)
def test_the_approximation_for_a_town_is_marked_as_one(statistics, kind) -> None:
    exhibit = shown(statistics, kind, ags="05758012", form="scaled", **KINDS[kind])
    assert exhibit.notes[0].kind == "kreis_value" and exhibit.notes[0].text.startswith("Schätzung: ")
    assert "Hansestadt Herford" in exhibit.sentence + exhibit.subtitle


@pytest.mark.parametrize("ags", ["DG", "12"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_land_and_germany_have_no_scenarios_and_are_told_who_has(statistics, kind, ags) -> None:
    exhibit = shown(statistics, kind, ags=ags, **KINDS[kind])
    assert exhibit.marks.chart == "table" and "Szenarien gibt es für Kreise" in exhibit.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_of_english_reads_no_german_sentence(statistics: Statistics, kind: str) -> None:
    german = shown(statistics, kind, GERMAN, ags="12073", **KINDS[kind])
    english = shown(statistics, kind, ENGLISH, ags="12073", **KINDS[kind])
    assert "What-if calculation, not a forecast." in remarks(english)
    assert not re.search(r"\b(Wenn|leben|Menschen|und|rund|Jahr)\b", f"{english.sentence} {english.alt}")
    assert [column.label for column in english.columns] != [column.label for column in german.columns]
    assert not re.search(r"\bwill\b", english.sentence)


@pytest.mark.parametrize("kind", KINDS)
def test_every_medium_carries_that_it_is_no_forecast(statistics: Statistics, kind: str) -> None:
    exhibit = shown(statistics, kind, ags="15001", **KINDS[kind])
    drawn = svg(exhibit, GERMAN)
    assert "Wenn-dann-Rechnung" in drawn and "NaN" not in drawn
    assert "keine Vorhersage" in csv(exhibit, GERMAN).decode("utf-8-sig") and len(workbook(exhibit, GERMAN)) > 5000


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_address_gives_the_same_figures(statistics: Statistics, kind: str) -> None:
    first, again = (shown(statistics, kind, ags="13071", **KINDS[kind]) for _ in range(2))
    assert first.table.equals(again.table) and first.sentence == again.sentence


HOSTILE = 'continue~name_<a href="https://example.org">%{y}</a> & Co'


@pytest.mark.parametrize("kind", KINDS)
def test_the_name_of_a_scenario_is_shown_as_it_is_and_never_read_as_markup(statistics, kind) -> None:
    key = "scenario" if "scenario" in KINDS[kind] else "scenarios"
    exhibit = shown(statistics, kind, ags="12073", **{key: HOSTILE})
    assert "<a href" not in svg(exhibit, GERMAN)
    if not draws(exhibit):
        return
    plain = figure(exhibit, Style(language=GERMAN)).to_plotly_json()
    read = [note["text"] for note in plain["layout"]["annotations"]]
    for trace in plain["data"]:
        read += [str(trace.get(key, "")) for key in ("hovertemplate", "hovertext", "text")]
    assert not [text for text in read if "<a" in text or "%{y}</a" in text or "%{y}&lt;/a" in text]
