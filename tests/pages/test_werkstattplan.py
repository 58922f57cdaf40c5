"""The page of the Werkstattplan, run as it is."""

from dataclasses import replace
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from ui.plan_edit.typed import body_from, typed_of
from zwk_data.access import LOCAL
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import GERMAN
from zwk_data.plan.model import Entry
from zwk_data.plan.parts import parts_of
from zwk_data.plan.records import body_of
from zwk_data.plan.service import Plans
from zwk_data.store import open_store

TOWN = "13071107"
FILE = "pages/action/werkstattplan.py"
page = partial(opened, FILE)


def headlines(at: AppTest) -> list[str]:
    return [heading.value for heading in at.subheader]


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073"])
def test_every_partner_sees_plan_and_figures_side_by_side(data_folder, ags: str):
    at = page(ags=ags)
    assert not at.exception and not at.warning
    assert at.title and len(headlines(at)) in (6, 7)
    assert any("Beispiel aus öffentlichen Quellen" in text.value for text in at.markdown)


def test_the_choices_are_in_the_address(data_folder):
    at = page(ags="13071107", field="wohnen", entry="bleibe_studie", linked="share_75p")
    assert any("Wohnen und Stadtgestaltung" in line for line in headlines(at))
    assert any("bleiben" in line for line in headlines(at)) and any("75-Jährige" in line for line in headlines(at))
    at.selectbox(key="control_entry").select("stadtinfotag").run()
    assert at.query_params["entry"] == ["stadtinfotag"] or at.query_params["entry"] == "stadtinfotag"
    assert any("Stadtinfotag" in line for line in headlines(at))


def test_a_choice_from_another_plan_is_let_go_without_a_warning(data_folder):
    at = page(ags="05758012", entry="bleibe_studie", field="kultur", linked="mean_age")
    assert not at.warning and len(headlines(at)) in (6, 7)


def test_an_unknown_choice_is_named_and_the_page_goes_on(data_folder):
    at = page(ags="05758012", entry="<b>nichts")
    assert any("<b>nichts" in warning.value for warning in at.warning) and len(headlines(at)) in (6, 7)


def test_a_place_without_a_plan_says_so_and_leads_to_one(data_folder):
    at = page(ags="13076121")
    assert any("kein Werkstattplan" in line for line in headlines(at))
    at.button(key="plan_12073").click().run()
    assert any("Uckermark" in title.value for title in at.title)


@pytest.mark.parametrize(("ags", "partner"), [("05758", "Hansestadt Herford"), ("12073579", "Landkreis Uckermark")])
def test_the_plan_of_a_town_inside_or_of_the_kreis_around_is_hinted_at(data_folder, ags: str, partner: str):
    assert any(partner in info.value for info in page(ags=ags).info)


def test_a_presenter_sees_one_exhibit_at_a_time(data_folder):
    at = page(ags="15001", present="1", slide="3")
    assert len(headlines(at)) == 1 and not at.selectbox and not at.title


# --- the place where people write ---


@pytest.fixture
def own_store(data_folder, tmp_path, monkeypatch) -> Plans:
    """A store of its own, at the machine of somebody who may; the plan of Neubrandenburg is begun from the example."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("ZWK_DATABASE_URL", url)
    monkeypatch.setenv("ZWK_ACCESS", "local")
    plans = Plans(open_store(url), LOCAL)
    example = example_plan(TOWN)
    assert example is not None
    plans.begin(TOWN, example, request_id="begin")
    return plans


def widget(at: AppTest, kind: str, ending: str):
    return next(one for one in at.get(kind) if str(one.key).endswith(ending))


def test_who_may_not_edit_is_told_why(data_folder, monkeypatch):
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    at = page(ags=TOWN, part="edit")
    assert any("Bearbeiten kann den Werkstattplan" in info.value for info in at.info) and not at.text_area


def test_a_state_and_a_note_are_saved_and_leave_their_history(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry="bleibe_studie")
    widget(at, "text_area", "_done").input("Muster: Fragebogen verschickt").run()
    assert any("gesichert, aber noch nicht gespeichert" in caption.value for caption in at.caption)
    widget(at, "button_group", "_status").set_value("laufend").run()
    at.button(key="plan_save").click().run()
    assert any("ist gespeichert" in said.value for said in at.success) and not at.error
    stored = own_store.stored(TOWN)
    assert stored.plan.entry("bleibe_studie").status == "laufend"
    assert [(note.status, note.done) for note in stored.plan.progress] == [("laufend", "Muster: Fragebogen verschickt")]
    assert [change.action for change in own_store.history(TOWN, "entry", "bleibe_studie")] == ["create", "change"]
    assert not own_store.drafts(TOWN)


def test_two_versions_are_shown_and_the_chosen_one_is_saved(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry="bleibe_studie")
    widget(at, "text_area", "description").input("Meine Beschreibung").run()
    stored = own_store.stored(TOWN)
    other = replace(stored.plan.entry("bleibe_studie"), description="Andere Beschreibung", target_group="Muster")
    own_store.save(TOWN, other, seen_version=stored.version("entry", other.id), request_id="other")
    at.button(key="plan_save").click().run()
    assert any("Beide Fassungen liegen vor" in text.value for text in at.markdown)
    choice = next(radio for radio in at.radio if radio.key.endswith("_description"))
    assert choice.value is None and at.button(key="plan_settle").disabled
    assert "Andere Beschreibung" in "".join(choice.options) and "Meine Beschreibung" in "".join(choice.options)
    choice.set_value("both").run()
    at.button(key="plan_settle").click().run()
    found = own_store.stored(TOWN).plan.entry("bleibe_studie")
    assert found.description == "Andere Beschreibung\n\nMeine Beschreibung" and found.target_group == "Muster"


def test_a_version_of_what_somebody_removed_can_be_created_again(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry="bleibe_studie")
    widget(at, "text_area", "description").input("Meine Beschreibung").run()
    version = own_store.stored(TOWN).version("entry", "bleibe_studie")
    own_store.remove(TOWN, "entry", "bleibe_studie", seen_version=version, request_id="gone")
    at.button(key="plan_save").click().run()
    at.button(key="plan_revive").click().run()
    assert own_store.stored(TOWN).plan.entry("bleibe_studie").description == "Meine Beschreibung"


def test_what_cannot_be_saved_is_named_and_stays(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry="bleibe_studie")
    widget(at, "text_input", "cost_plan").input("vierzig").run()
    at.button(key="plan_save").click().run()
    assert any("Kosten geplant (Euro): Bitte eine Zahl eingeben" in error.value for error in at.error)
    assert widget(at, "text_input", "cost_plan").value == "vierzig"
    assert own_store.stored(TOWN).plan.entry("bleibe_studie").cost_plan is None


def test_an_entry_is_promoted_in_one_click_and_keeps_the_stage_it_had(own_store: Plans):
    stored = own_store.stored(TOWN)
    option = replace(stored.plan.entry("bleibe_studie"), stage="option")
    own_store.save(TOWN, option, seen_version=stored.version("entry", option.id), request_id="option")
    at = page(ags=TOWN, part="edit", entry="bleibe_studie")
    at.button(key="plan_promote").click().run()
    found = own_store.stored(TOWN).plan.entry("bleibe_studie")
    assert found.stage == "recommendation" and [step.stage for step in found.was] == ["option"]


def test_a_published_entry_is_shown_without_what_is_internal_and_can_be_withdrawn(own_store: Plans):
    at = page(ags=TOWN, part="edit", entry="bleibe_studie")
    at.button(key="plan_publish").click().run()
    published = own_store.published(TOWN)
    assert published is not None and [entry.id for entry in published.entries] == ["bleibe_studie"]
    at.button(key="plan_withdraw").click().run()
    withdrawn = own_store.published(TOWN)
    assert withdrawn is None or not withdrawn.entries


def test_a_place_without_a_plan_begins_an_empty_one(own_store: Plans):
    at = page(ags="13076121", part="edit")
    at.button(key="plan_begin").click().run()
    assert any("Titel des Plans: Bitte ausfüllen." in error.value for error in at.error)
    at.text_input(key="plan_title").input("Werkstattplan Muster").run()
    at.button(key="plan_begin").click().run()
    assert own_store.stored("13076121").plan.title == "Werkstattplan Muster"


@pytest.mark.parametrize("work", ["table", "field", "goal", "tool", "target", "swot", "concept", "fact", "head"])
def test_every_kind_of_part_has_its_form(own_store: Plans, work: str):
    at = page(ags=TOWN, part="edit", work=work)
    if work not in ("table", "head"):
        at.button(key="plan_new").click().run()
    assert not at.exception and not at.warning
    assert work == "table" or widget(at, "button", "plan_save")


@pytest.mark.parametrize(("typed", "amount"), [("40.000", "40000"), ("40000,50 €", "40000.50"), ("0,5", "0.5")])
def test_an_amount_is_read_as_people_write_it(typed: str, amount: str):
    body, problems = body_from(Entry, {"id": "e1", "title": "Muster", "cost_plan": typed})
    assert body["cost_plan"] == amount and not problems


def test_what_is_typed_without_changes_is_the_same_part(own_store: Plans):
    for part in parts_of(own_store.stored(TOWN).plan):
        body, problems = body_from(type(part), typed_of(part, GERMAN))
        assert (body, problems) == (body_of(part), {})
