"""Services, statements, goals, differences, others, shelf life: what-if in words, in both languages and all media."""

import re

import pytest

from tests.exhibits.outlooks import ENGLISH, GERMAN, KREISE, shown
from zwk_data.render.csv import csv
from zwk_data.render.image import svg
from zwk_data.render.plotly import draws, figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.xlsx import workbook

SCENARIOS = {
    "outlook_services": {"scenario": "continue~in18_50"},
    "outlook_statements": {"scenarios": "continue,low,high,none"},
    "outlook_goal": {"scenario": "low"},
    "outlook_difference": {"scenarios": "continue,none"},
    "outlook_others": {"scenario": "continue"},
}
KINDS = SCENARIOS | {"outlook_shelf_life": {"group": "80plus"}}
FORECAST = re.compile(r"\b(wird|werden|Prognose)\b|!", re.IGNORECASE)


@pytest.mark.parametrize("ags", KREISE)
@pytest.mark.parametrize("kind", SCENARIOS)
def test_every_one_says_that_it_is_no_forecast(statistics, kind, ags) -> None:
    exhibit = shown(statistics, kind, ags=ags, **SCENARIOS[kind])
    assert "Wenn-dann-Rechnung, keine Vorhersage." in [note.text for note in exhibit.notes]
    if kind != "outlook_others":  # it names the tables of others by their titles
        assert not FORECAST.search(f"{exhibit.sentence} {exhibit.title} {exhibit.subtitle} {exhibit.alt}")
    assert exhibit.sources


@pytest.mark.parametrize("kind", KINDS)
def test_a_town_shows_its_kreis_and_the_approximation_is_marked(statistics, kind) -> None:
    town = shown(statistics, kind, ags="05758012", **KINDS[kind])
    assert any(note.kind == "kreis_value" for note in town.notes)
    assert "Kreis Herford" in town.sentence + town.subtitle + " ".join(note.text for note in town.notes)
    scaled = shown(statistics, kind, ags="05758012", form="scaled", **KINDS[kind])
    assert "Kreis Herford" not in scaled.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_a_land_has_none_and_is_told_who_has(statistics, kind) -> None:
    assert "Szenarien gibt es für Kreise" in shown(statistics, kind, ags="12", **KINDS[kind]).sentence


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_of_english_reads_no_german_sentence(statistics, kind) -> None:
    english = shown(statistics, kind, ENGLISH, ags="12073", **KINDS[kind])
    assert not re.search(r"\b(Wenn|leben|Menschen|rund|Jahr|Plätze)\b", f"{english.sentence} {english.title}")


@pytest.mark.parametrize("kind", [*KINDS, "outlook_backtest"])
def test_every_medium_can_show_it(statistics, kind) -> None:
    place = {} if kind == "outlook_backtest" else {"ags": "15001"}
    exhibit = shown(statistics, kind, **place, **KINDS.get(kind, {}))
    assert "NaN" not in svg(exhibit, GERMAN)
    assert exhibit.sentence[:20] in csv(exhibit, GERMAN).decode("utf-8-sig")
    assert len(workbook(exhibit, GERMAN)) > 5000
    if draws(exhibit):
        assert figure(exhibit, Style())["data"]


def test_services_as_lines_are_drawn(statistics) -> None:
    exhibit = shown(statistics, "outlook_services", ags="12073", scenario="continue", look="lines")
    assert figure(exhibit, Style())["data"] and "NaN" not in svg(exhibit, GERMAN)
