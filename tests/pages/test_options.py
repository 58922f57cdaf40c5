"""The page Möglichkeiten, run as it is: read-only on the examples, promoting and adding in a plan of one's own."""

from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from zwk_data.access import LOCAL
from zwk_data.exhibits.registry import example_plan
from zwk_data.plan.service import Plans

FILE = "pages/action/options.py"
page = partial(opened, FILE)
AGS = "12073"
WISH = "wunsch_tourismus"


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'zwk.sqlite'}")
    monkeypatch.setenv("ZWK_ACCESS", "local")


@pytest.fixture
def plans() -> Plans:
    """The plans of the store, with the example of the Uckermark as its own plan."""
    from zwk_data.store import open_store

    found = Plans(open_store(), LOCAL)
    found.begin(AGS, example_plan(AGS), request_id=uuid4().hex)
    return found


def headlines(at: AppTest) -> str:
    return " ".join(one.value.replace("\xa0", " ") for one in at.subheader)


def html(at: AppTest) -> str:
    return " ".join(str(one.proto) for one in at.get("html"))


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", AGS])
@pytest.mark.parametrize("shelf", ["catalogue", "concepts", "recommendations"])
def test_every_partner_sees_every_view_of_the_example_and_nothing_to_write(data_folder, ags: str, shelf: str):
    at = page(ags=ags, shelf=shelf)
    assert not at.warning and not at.error and at.title[0].value == "Möglichkeiten"
    assert not [one for one in at.button if str(one.key).startswith("options_") and one.key != "options_to_plan"]
    assert not [one for one in at.text_input if str(one.key).startswith("options_")]


def test_who_may_not_edit_is_told_so_and_gets_no_way_to_write(data_folder, plans, monkeypatch):
    monkeypatch.delenv("ZWK_ACCESS")
    at = page(ags=AGS)
    assert "bearbeiten darf" in " ".join(one.value for one in at.caption)
    assert not [one for one in at.button if str(one.key).startswith("options_")] and "Bearbeiten" not in html(at)
    concepts = page(ags=AGS, shelf="concepts")
    assert not [one for one in concepts.text_input if str(one.key).startswith("options_")]


def test_the_filters_are_in_the_address_and_say_what_is_left(data_folder):
    at = page(ags=AGS, f_state="exists")
    assert "ein Eintrag (1 vorhanden)" in headlines(at)
    at.selectbox(key="control_f_theme").select("gesundheit_und_pflege").run()
    assert "keinen Eintrag" in headlines(at)
    assert at.query_params["f_theme"] in ("gesundheit_und_pflege", ["gesundheit_und_pflege"])


def test_a_place_without_a_plan_gets_the_ways_to_one(data_folder):
    at = page(ags="13076121")
    assert "kein Werkstattplan" in headlines(at) and at.button(key="plan_12073")


def test_a_presenter_sees_the_three_views_one_at_a_time(data_folder):
    first, second = page(ags="15001", present="1", slide="1"), page(ags="15001", present="1", slide="2")
    assert len(first.subheader) == len(second.subheader) == 1
    assert headlines(first) != headlines(second) and not first.selectbox and not first.title


def test_one_click_makes_an_idea_a_measure_and_keeps_where_it_came_from(data_folder, plans):
    before = plans.stored(AGS).plan.entry(WISH)
    at = page(ags=AGS)
    at.button(key=f"options_{WISH}_action").click().run()
    after = plans.stored(AGS).plan.entry(WISH)
    assert (after.stage, [step.stage for step in after.was]) == ("action", ["idea"])
    assert after.origin == before.origin is not None and after.mentions == before.mentions
    assert "»Sanfter Tourismus« ist jetzt Maßnahme" in at.success[0].value
    assert f"options_{WISH}_action" not in [one.key for one in at.button]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(data_folder, plans):
    at = page(ags=AGS)
    stored = plans.stored(AGS)
    theirs = replace(stored.plan.entry(WISH), title="Sanfter Tourismus am See")
    plans.save(AGS, theirs, seen_version=stored.version("entry", WISH), request_id=uuid4().hex)
    at.button(key=f"options_{WISH}_action").click().run()
    assert plans.stored(AGS).plan.entry(WISH) == theirs
    assert "Nicht gespeichert" in at.error[0].value
    at.button(key=f"options_{WISH}_action").click().run()  # the page shows theirs now
    assert plans.stored(AGS).plan.entry(WISH).stage == "action"


def test_entries_lead_to_their_form(data_folder, plans):
    assert f"entry={WISH}" in html(page(ags=AGS)) and "part=edit" in html(page(ags=AGS))


def test_a_gap_is_filled_where_it_is_seen(data_folder, plans):
    at = page(ags=AGS, shelf="concepts")
    assert "theme_new=digitalisierung" in html(at) and "concept_new=demografiestrategie_2" in html(at)
    at = page(ags=AGS, shelf="concepts", theme_new="digitalisierung", concept_new="demografiestrategie_2")
    at.button(key="options_save").click().run()
    assert "Bitte schreiben Sie" in at.error[0].value
    at.text_input(key="options_title").set_value("Muster: <b>Dorf-WLAN")
    at.text_input(key="options_page").set_value("7").run()
    assert [one.kind for one in plans.drafts(AGS)] == ["plan_entry"]
    at.button(key="options_save").click().run()
    made = plans.stored(AGS).plan.entries[-1]
    assert (made.title, made.stage, made.themes) == ("Muster: <b>Dorf-WLAN", "option", ("Digitalisierung",))
    assert (made.mentions[0].concept, made.mentions[0].page) == ("demografiestrategie_2", "7")
    assert made.origin.kind == "concept" and "S. 7" in made.origin.text
    assert "gespeichert" in at.success[0].value and plans.drafts(AGS) == []
    assert "theme_new=digitalisierung&concept_new=demografiestrategie_2" not in html(at)
    assert at.text_input(key="options_title").value == ""


def test_an_address_that_names_no_theme_begins_with_the_first_gap(data_folder, plans):
    at = page(ags=AGS, shelf="concepts", theme_new="<b>", concept_new="<b>")
    assert at.selectbox(key="options_theme").value == "oeffentlichkeitsarbeit"
    assert at.selectbox(key="options_concept").value == ""
