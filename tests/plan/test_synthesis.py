"""The toolbox and the synthesis of concepts: where an entry stands, what is said twice, and where nobody speaks."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.plan.model import Concept, Entry, Mention, Plan, ToolboxTheme
from zwk_data.plan.synthesis import THEMES, doubles, entries_of, gaps, likeness, shelf, silent, slug, statements, tokens

A, B = Concept("a", "Konzept A"), Concept("b", "Konzept B")


def entry(id: str, title: str, *concepts: str, themes: tuple[ToolboxTheme, ...] = ("Wohnen",), says: str | None = None):
    return Entry(id, title, "option", themes=themes, mentions=tuple(Mention(one, says=says) for one in concepts))


def plan(*entries: Entry) -> Plan:
    return Plan("12073", "Muster", concepts=(A, B), entries=entries)


def test_every_theme_has_a_plain_id_of_its_own():
    assert list(THEMES.values()) == list(get_args(ToolboxTheme)) and len(THEMES) == 13
    assert slug("Begegnung, Beratung, Selbsthilfe") == "begegnung_beratung_selbsthilfe"
    assert slug("Öffentlichkeitsarbeit") == "oeffentlichkeitsarbeit"


@pytest.mark.parametrize(
    ("made", "where"),
    [
        (Entry("e", "E", exists=True), "exists"),
        (Entry("e", "E", "action", exists=True), "exists"),
        (Entry("e", "E", "action"), "planned"),
        (Entry("e", "E", "recommendation"), "wanted"),
        (Entry("e", "E", "idea"), "wanted"),
        (Entry("e", "E"), "open"),
        (Entry("e", "E", "idea", exists=True, status="verworfen"), "dropped"),
    ],
)
def test_an_entry_stands_where_it_says(made: Entry, where: str):
    assert shelf(made) == where


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        ("Gemeinschaftliches Wohnen", "Umfrage zum gemeinschaftlichen Wohnen", 2 / 3),
        ("Öffentlicher Nahverkehr", "öffentlichen Nahverkehr", 1.0),
        ("Ärztliche Versorgung", "AERZTLICHE VERSORGUNG", 1.0),
        ("Rad- und Fußwege", "Coworking", 0.0),
        ("und", "und", 0.0),
        ("", "Wohnen", 0.0),
    ],
)
def test_two_texts_are_as_alike_as_their_words(first: str, second: str, share: float):
    assert likeness(first, second) == pytest.approx(share)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_whatever_the_order(first: str, second: str):
    assert 0 <= likeness(first, second) == likeness(second, first) <= 1
    assert likeness(first, first) == (1.0 if tokens(first) else 0.0)


def test_the_same_entry_in_two_concepts_is_said_twice():
    found = doubles(plan(entry("e", "Treff", "a", "b")), "Wohnen")
    assert [(one.first.concept.id, one.second.concept.id, one.share) for one in found] == [("a", "b", 1.0)]


def test_nearly_the_same_titles_of_two_concepts_are_said_twice_but_not_of_one():
    near = entry("n", "Umfrage zum gemeinschaftlichen Wohnen", "b")
    assert len(doubles(plan(entry("e", "Gemeinschaftliches Wohnen", "a"), near), "Wohnen")) == 1
    same = replace(near, mentions=(Mention("a"),))
    assert not doubles(plan(entry("e", "Gemeinschaftliches Wohnen", "a"), same), "Wohnen")


def test_statements_count_as_well_as_titles_and_only_inside_a_theme():
    one = entry("e", "Treff", "a", says="Wohnungen für Ältere bauen")
    other = entry("o", "Nachbarschaft", "b", says="bauen von Wohnungen für die Älteren")
    assert len(doubles(plan(one, other), "Wohnen")) == 1
    assert not doubles(plan(one, replace(other, themes=("Integration",))), "Wohnen")


def test_a_gap_is_a_theme_without_entries_or_without_a_word_of_any_concept():
    found = dict(gaps(plan(entry("e", "Treff", "a"), entry("o", "Ohne", themes=("Integration",)))))
    assert "Wohnen" not in found and found["Integration"] == "concept" and found["Digitalisierung"] == "entry"
    assert len(found) == 12


def test_what_was_given_up_fills_no_gap():
    gone = replace(entry("e", "Treff", themes=("Wohnen",)), status="verworfen")
    assert dict(gaps(plan(gone)))["Wohnen"] == "entry" and entries_of(plan(gone), "Wohnen") == []


def test_what_has_no_theme_is_found_below_the_empty_one():
    mobile = entry("e", "Rufbus", "a", themes=())
    assert entries_of(plan(mobile), "") == [mobile]
    assert [one.entry.id for one in statements(plan(mobile), "")] == ["e"]


def test_a_concept_nobody_names_is_silent():
    assert silent(plan(entry("e", "Treff", "a"))) == [B]
