"""Where somebody writing a plan could lose words, publish what nobody read, or meet a page that does not open."""

from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_werkstattplan import TOWN, own_store, page, widget
from ui.plan_edit import table
from zwk_data.access import Person
from zwk_data.plan.model import Entry, Progress, Step
from zwk_data.plan.parts import Head
from zwk_data.plan.service import Plans

__all__ = ["own_store"]  # the fixture
NEW, ENTRY, OTHER = "13076121", "bleibe_studie", "stadtinfotag"


def links(plans: Plans) -> set[str]:
    return {link.indicator for link in plans.stored(TOWN).plan.links if link.entry == ENTRY}


def changed_by_another(plans: Plans) -> None:
    """Somebody else saves another title of the entry."""
    entry = plans.stored(TOWN).plan.entry(ENTRY)
    plans.save(TOWN, replace(entry, title="Muster: anderer Titel"), seen_version=1, request_id="other")


def typed_in_table(at: AppTest, title: str) -> None:
    """Put a title into the table as a draft would: AppTest has no editor of tables."""
    at.session_state[table.STATE].changed[ENTRY] = {"title": title}
    at.run()


def choose_mine(at: AppTest) -> None:
    next(radio for radio in at.radio if radio.key.endswith("_title")).set_value("mine").run()
    at.button(key="plan_settle").click().run()
    assert not at.exception


# --- a plan that was just begun ---


@pytest.mark.parametrize("part", ["outline", "board", "time", "indicators", "swot", "health", "exchange"])
def test_a_plan_that_was_just_begun_opens_in_every_part(own_store: Plans, part: str):
    own_store.save(NEW, Head("Muster"), seen_version=0, request_id="head")
    assert page(ags=NEW, part=part).title[0].value == "Muster"


def test_a_plan_of_one_entry_without_links_opens(own_store: Plans):
    own_store.save(NEW, Head("Muster"), seen_version=0, request_id="head")
    own_store.save(NEW, Entry("e1", "Musterweg"), seen_version=0, request_id="entry")
    assert any("Musterweg" in heading.value for heading in page(ags=NEW).subheader)


# --- publishing ---


def test_nothing_is_published_that_was_saved_after_it_was_read(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    changed_by_another(own_store)
    at.button(key="plan_publish").click().run()
    assert at.error and own_store.published(TOWN) is None


def test_a_note_whose_entry_is_internal_is_not_published_and_the_reason_is_told(own_store: Plans):
    note = Progress("pmuster", ENTRY, date(2026, 1, 2), done="Muster")
    own_store.save(TOWN, note, seen_version=0, request_id="note")
    at = page(ags=TOWN, part="edit", work="progress", item="pmuster")
    at.button(key="plan_publish").click().run()
    assert not at.exception and at.error and own_store.published(TOWN) is None


# --- stages ---


def test_a_stage_goes_to_and_fro_on_one_day(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    for stage in ("option", "idea", "option", "idea"):
        widget(at, "selectbox", "_stage").set_value(stage).run()
        at.button(key="plan_save").click().run()
        assert not at.exception and not at.error
    found = own_store.stored(TOWN).plan.entry(ENTRY)
    today = date.today()
    assert found.stage == "idea" and found.was[-2:] == (Step("option", today), Step("idea", today))


# --- rows of links ---


def row_button(at: AppTest, beginning: str, ending: str = ""):
    return next(one for one in at.button if str(one.key).startswith(beginning) and str(one.key).endswith(ending))


def indicators_of(at: AppTest) -> list:
    return [box for box in at.selectbox if str(box.key).endswith("_indicator") and "__links_" in str(box.key)]


def row_of(box) -> str:
    return str(box.key).split("__links_")[1].removesuffix("_indicator")


@pytest.mark.parametrize("now", ["births", None])
def test_a_row_that_is_changed_or_emptied_and_then_removed_takes_its_stored_link_along(own_store: Plans, now):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    box, before = indicators_of(at)[0], links(own_store)
    old, row = box.value, row_of(box)
    box.set_value(now).run()
    row_button(at, "pe_gone_", row).click().run()
    at.button(key="plan_save").click().run()
    assert not at.exception and links(own_store) == before - {old}


def test_another_indicator_in_a_draft_that_is_gone_on_with_replaces_the_stored_link(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    box, before = indicators_of(at)[0], links(own_store)
    old = box.value
    box.set_value("births").run()
    later = page(ags=TOWN, part="edit", entry=ENTRY)
    later.button(key="plan_save").click().run()
    assert links(own_store) == before - {old} | {"births"}


def test_a_link_that_is_removed_and_added_again_is_no_conflict_with_oneself(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    box = indicators_of(at)[0]
    old, before = box.value, links(own_store)
    row_button(at, "pe_gone_", row_of(box)).click().run()
    row_button(at, "pe_more_", "__links").click().run()
    indicators_of(at)[-1].set_value(old).run()
    at.button(key="plan_save").click().run()
    assert not at.exception and at.success and links(own_store) == before


def test_what_is_said_of_a_link_without_an_indicator_is_not_passed_over(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    row_button(at, "pe_more_", "__links").click().run()
    [area for area in at.text_area if str(area.key).endswith("_rationale")][-1].input("Muster: Grund").run()
    at.button(key="plan_save").click().run()
    assert any("Kennzahl: Bitte ausfüllen." in error.value for error in at.error)
    assert any(area.value == "Muster: Grund" for area in at.text_area)


def test_the_same_indicator_twice_is_named(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=ENTRY)
    old = indicators_of(at)[0].value
    row_button(at, "pe_more_", "__links").click().run()
    indicators_of(at)[-1].set_value(old).run()
    at.button(key="plan_save").click().run()
    assert any("doppelt" in error.value for error in at.error)


# --- the table ---


def test_a_row_in_conflict_stays_in_the_draft_until_a_version_is_chosen(own_store: Plans):
    at = page(ags=TOWN, part="edit", work="table")
    typed_in_table(at, "Muster: mein Titel")
    changed_by_another(own_store)
    at.button(key="plan_sheet_save").click().run()
    for _ in ("in the dialogue", "back in the table"):
        draft = own_store.draft(TOWN, "entry", table.DRAFT)
        assert draft and draft.body["rows"] == {ENTRY: {"title": "Muster: mein Titel"}}
        if any(button.key == "plan_back" for button in at.button):
            at.button(key="plan_back").click().run()
    at.button(key="plan_sheet_save").click().run()
    choose_mine(at)
    assert own_store.draft(TOWN, "entry", table.DRAFT) is None
    assert own_store.stored(TOWN).plan.entry(ENTRY).title == "Muster: mein Titel"


def test_settling_a_row_of_the_table_leaves_the_draft_of_a_form_alone(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry=OTHER)
    widget(at, "text_area", "description").input("Muster: noch nicht gespeichert").run()
    at.query_params["work"] = "table"
    at.run()
    typed_in_table(at, "Muster: mein Titel")
    changed_by_another(own_store)
    at.button(key="plan_sheet_save").click().run()
    choose_mine(at)
    draft = own_store.draft(TOWN, "entry", OTHER)
    assert draft and draft.body["values"]["description"] == "Muster: noch nicht gespeichert"


# --- what is public though it was removed ---


def test_what_an_editor_removed_stays_in_sight_of_those_who_may_withdraw_it(own_store: Plans):
    own_store.publish(TOWN, "entry", ENTRY, request_id="publish")
    editor = Plans(own_store._store, Person("account", "konto-muster", {TOWN: "editor"}))
    editor.remove(TOWN, "entry", ENTRY, seen_version=1, request_id="remove")
    at = page(ags=TOWN, part="edit")
    assert any("noch veröffentlicht" in warning.value for warning in at.warning)
    at.button(key=f"plan_withdraw_entry_{ENTRY}").click().run()
    published = own_store.published(TOWN)
    assert published is None or not published.entries
    assert not at.warning and at.success
