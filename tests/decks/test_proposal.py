"""Proposed decks: ten slides that fit place and question, and a presentation made of them."""

import io
from datetime import date

import pytest
from pptx import Presentation

from zwk_data.decks.making import made
from zwk_data.decks.model import Deck, Slide, body_of
from zwk_data.decks.proposal import propose, questions
from zwk_data.exhibits import AddressError, Context
from zwk_data.language import GERMAN, LANGUAGES, Language
from zwk_data.render.pptx import NotATemplate

PLACES = {"13071107": "Neubrandenburg", "05758012": "Hansestadt Herford", "15001": "Dessau-Roßlau",
          "12073": "Landkreis Uckermark", "09162": "Kreisfreie Stadt München"}  # fmt: skip
QUESTIONS = {question.id: question for question in questions(GERMAN)}


@pytest.mark.parametrize("ags", PLACES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_proposal_has_ten_slides_that_all_show_something(statistics, question, ags):
    context = Context(statistics)
    deck = propose(question, ags, context)
    assert [slide.kind for slide in deck.slides] == [
        "title", "agenda", *["exhibit"] * 5, "section", "text", "closing"]  # fmt: skip
    assert body_of(deck)["ags"] == ags
    addresses = [slide.address for slide in deck.slides if slide.kind == "exhibit"]
    assert len(set(addresses)) == 5
    assert QUESTIONS[question].title in deck.name
    assert 5 <= len(deck.slides[1].lines) <= 6  # a map and a line of one indicator are named once


def test_a_town_without_ages_is_shown_with_its_kreis_and_the_slide_says_so(statistics):
    result = made(propose("children", "05758012", Context(statistics)), Context(statistics))
    first = result.exhibits[0].exhibit
    assert any(note.kind == "kreis_value" for note in first.notes)
    badges = [shape.text_frame.text for slide in Presentation(io.BytesIO(result.raw)).slides for shape in slide.shapes
              if shape.name == "zwk:badge"]  # fmt: skip
    assert any("Kreis Herford" in badge for badge in badges)


def test_a_plan_that_this_reader_may_not_see_makes_way_for_figures(statistics):
    deck = propose("plan", "13071107", Context(statistics, plans=lambda ags: None))
    addresses = [slide.address for slide in deck.slides if slide.kind == "exhibit"]
    assert len(addresses) == 5
    assert not any(address.startswith("plan_") for address in addresses)


def test_a_question_may_be_asked_in_words_and_an_unknown_one_names_those_there_are(statistics):
    context = Context(statistics)
    assert propose("Wer kommt, wer geht", "15001", context).name == "Dessau-Roßlau: Wer kommt, wer geht?"
    with pytest.raises(AddressError, match="movements"):
        propose("Wie wird das Wetter?", "15001", context)
    with pytest.raises(AddressError, match="05758016"):
        propose("movements", "05758013", context)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_proposal_speaks_the_readers_language_and_names_the_day(statistics, code):
    language = Language(code)
    context = Context(statistics.named_in(code), language)
    deck = propose("development", "15001", context, day=date(2026, 11, 23))
    assert deck.slides[0].lines[-1] == language.date(date(2026, 11, 23))
    assert questions(language)[0].title in deck.slides[0].lines
    deck = made(deck, context)
    titles = [slide.shapes.title.text for slide in Presentation(io.BytesIO(deck.raw)).slides]
    assert titles[0].endswith("workshop Dessau-Roßlau" if code == "en" else "Zukunftswerkstatt Dessau-Roßlau")
    assert titles[2] == deck.exhibits[0].exhibit.sentence


def test_a_slide_whose_address_gives_nothing_is_left_out_and_named(statistics):
    deck = Deck("Werkstatt", "15001", (Slide("exhibit", "age_groups?ags=15001"), Slide("exhibit", "age_groups?ags=1"),
                                       Slide("exhibit", "unlesbar?"), Slide("closing", "", "Danke")))  # fmt: skip
    result = made(deck, Context(statistics))
    assert [(problem.number, problem.address) for problem in result.problems] == [
        (2, "age_groups?ags=1"), (3, "unlesbar?")]  # fmt: skip
    assert all(problem.reason for problem in result.problems)
    assert len(Presentation(io.BytesIO(result.raw)).slides) == 2


def test_the_same_deck_gives_the_same_bytes(statistics):
    deck = propose("older", "15001", Context(statistics))
    assert made(deck, Context(statistics)).raw == made(deck, Context(statistics)).raw


def test_a_template_that_is_none_is_refused(statistics):
    with pytest.raises(NotATemplate):
        made(propose("older", "15001", Context(statistics)), Context(statistics), b"Hallo")
