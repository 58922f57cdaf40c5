"""The page Workshop: decks, what groups say and its way into the plan, papers, checking, who may."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from ui.decks.working import PPTX, STATE, Working
from zwk_data.access import LOCAL
from zwk_data.decks.kept import Decks
from zwk_data.decks.making import made
from zwk_data.decks.model import Deck, Slide
from zwk_data.exhibits import Address, Context
from zwk_data.plan.model import Plan
from zwk_data.plan.service import Plans
from zwk_data.store import open_store
from zwk_data.warehouse import open_statistics
from zwk_data.workshops.model import Group, Result, Workshop
from zwk_data.workshops.service import Workshops

TOWN = "13071107"
page = partial(opened, "pages/rounds/workshop.py")


@pytest.fixture
def place(data_folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store of its own, and the one person at this machine."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("ZWK_DATABASE_URL", url)
    monkeypatch.setenv("ZWK_ACCESS", "local")
    return url


def held(at: AppTest) -> Working:
    return at.session_state[STATE + TOWN]


def kinds(at: AppTest) -> list[str]:
    return [slide.kind for slide in held(at).deck.slides]


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073", "13076121"])
def test_every_place_gets_a_deck_of_about_ten_slides(data_folder, ags: str):
    at = page(ags=ags)
    assert not at.warning and not at.error
    slides = at.session_state[STATE + ags].deck.slides
    assert 8 <= len(slides) <= 10 and slides[0].kind == "title" and slides[-1].kind == "closing"
    assert at.title[0].value == "Workshop"


def test_slides_are_moved_edited_removed_and_added(place: str):
    at = page(ags=TOWN)
    second = held(at).deck.slides[1]
    at.button(key=f"deck_down_{second.id}").click().run()
    assert held(at).deck.slides[2] == second and held(at).changed
    at.button(key=f"deck_remove_{second.id}").click().run()
    assert second not in held(at).deck.slides
    at.button(key="deck_add_section").click().run()
    assert kinds(at)[-1] == "section"
    before = len(held(at).deck.slides)
    offered = at.selectbox(key="control_deck_offer")
    offered.select(next(one for one in offered.options if one != "bitte wählen")).run()
    at.button(key="deck_add_offer").click().run()
    assert len(held(at).deck.slides) == before + 1 and not at.exception


def test_another_question_gives_another_deck_and_a_changed_one_is_replaced_only_on_request(place: str):
    at = page(ags=TOWN)
    first = held(at).deck.name
    at.pills(key="deck_question").set_value("older").run()
    second = held(at).deck.name
    assert second != first and "Ältere" in second
    at.button(key=f"deck_remove_{held(at).deck.slides[1].id}").click().run()
    at.pills(key="deck_question").set_value("plan").run()
    assert held(at).deck.name == second and len(held(at).deck.slides) == 9
    at.button(key="deck_replace").click().run()
    assert "Plan" in held(at).deck.name and not [one for one in at.button if one.key == "deck_replace"]


def test_a_deck_is_kept_by_name_opened_and_removed(place: str):
    at = page(ags=TOWN)
    at.button(key="deck_save").click().run()
    assert any("Gespeichert" in said.value for said in at.info)
    with open_store(place) as store:
        (kept,) = Decks(store, LOCAL).all(TOWN)
    assert kept.deck == held(at).deck and kept.version == 1
    at.button(key=f"deck_remove_{held(at).deck.slides[0].id}").click().run()
    at.button(key=f"deck_open_{kept.id}").click().run()
    assert held(at).deck == kept.deck and not held(at).changed
    at.button(key=f"deck_remove_{kept.id}").click().run()
    with open_store(place) as store:
        assert Decks(store, LOCAL).all(TOWN) == []


def test_what_was_changed_is_there_again_in_the_next_session(place: str):
    at = page(ags=TOWN)
    at.button(key=f"deck_remove_{held(at).deck.slides[1].id}").click().run()
    again = page(ags=TOWN)
    assert held(again).deck == held(at).deck and held(again).changed


def test_who_may_not_edit_builds_a_deck_and_keeps_none(data_folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    at = page(ags=TOWN)
    assert not [button for button in at.button if button.key == "deck_save"]
    at.button(key=f"deck_remove_{held(at).deck.slides[1].id}").click().run()
    assert len(held(at).deck.slides) == 9 and not at.exception


def test_an_exhibit_of_another_page_goes_into_the_deck(place: str):
    at = opened("pages/situation/overview.py", ags=TOWN)
    menu = f"share_{Address.of('population_line', ags=TOWN).key}"
    at.session_state[menu] = True
    at.run()
    at.button(key=f"{menu}_deck").click().run()
    at.switch_page("pages/rounds/workshop.py").run()
    shown = [slide.address for slide in held(at).deck.slides]
    assert shown.count(f"population_line?ags={TOWN}") == 2 and held(at).changed


def test_a_deck_is_renamed_in_place_and_an_empty_name_is_none(place: str):
    at = page(ags=TOWN)
    field = f"deck_name_{held(at).id}"
    at.text_input(key=field).set_value("Zweite  Werkstatt (Muster)").run()
    assert held(at).deck.name == "Zweite Werkstatt (Muster)" and held(at).changed
    at.text_input(key=field).set_value(" ").run()
    assert held(at).deck.name == at.text_input(key=field).value == "Zweite Werkstatt (Muster)"


# --- groups ---


def workshops(place: str) -> Workshops:
    return Workshops(open_store(place), LOCAL)


def evening(place: str) -> Workshop:
    """Keep a workshop with two tables and return it."""
    groups = (Group("g1", "Tisch 1", "Was hält Junge hier?"), Group("g2", "Tisch 2"))
    made = Workshop("w1", TOWN, "Werkstatt (Muster)", date(2026, 11, 23), "Rathaus", groups)
    workshops(place).save(TOWN, made, seen_version=0, request_id="muster")
    return made


def said(place: str) -> dict[str, Result]:
    return {kept.part.text: kept.part for kept in workshops(place).results(TOWN, "w1")}


def test_a_workshop_is_set_up_with_three_groups_that_get_a_question_and_an_exhibit(place: str):
    at = page(ags=TOWN, part="groups")
    assert at.text_input[0].value == "Zukunftswerkstatt Neubrandenburg"
    next(one for one in at.button if one.key and one.key.endswith("_save")).click().run()
    (kept,) = workshops(place).all(TOWN)
    assert [group.name for group in kept.part.groups] == ["Gruppe 1", "Gruppe 2", "Gruppe 3"]
    key = f"group_{kept.part.groups[0].id}_{kept.version}"
    at.text_area(key=f"{key}_question").set_value("Wer zieht zu? (Muster)")
    offered = at.selectbox(key=f"{key}_address")
    offered.select_index(2).run()
    at.button(key=f"{key}_take").click().run()
    at.button(key="workshop_add_group").click().run()
    (kept,) = workshops(place).all(TOWN)
    first = kept.part.groups[0]
    assert first.question == "Wer zieht zu? (Muster)" and TOWN in first.address
    assert len(kept.part.groups) == 4
    at.button(key=f"group_{kept.part.groups[3].id}_{kept.version}_remove").click().run()
    assert len(workshops(place).all(TOWN)[0].part.groups) == 3 and not at.exception


def test_lines_are_captured_voted_on_carried_over_and_removed(place: str):
    evening(place)
    Plans(open_store(place), LOCAL).begin(TOWN, Plan(TOWN, "Plan (Muster)"), request_id="plan")
    at = page(ags=TOWN, part="groups")
    at.text_area(key="capture_g1").set_value("Nachtbus (Muster)\n\n Bänke (Muster)\nTreff (Muster)").run()
    at.button(key="capture_g1_save").click().run()
    assert set(said(place)) == {"Nachtbus (Muster)", "Bänke (Muster)", "Treff (Muster)"}
    assert at.text_area(key="capture_g1").value == "" and workshops(place).drafts(TOWN, "w1") == []
    bus = said(place)["Nachtbus (Muster)"]
    at.number_input(key=f"votes_{bus.id}_1").set_value(7).run()
    assert said(place)["Nachtbus (Muster)"].votes == 7
    at.button(key=f"carry_{bus.id}").click().run()
    (entry,) = Plans(open_store(place), LOCAL).stored(TOWN).plan.entries
    assert (entry.title, entry.stage) == ("Nachtbus (Muster)", "idea")
    assert entry.origin.text == "Werkstatt (Muster), Tisch 1"
    assert not [one for one in at.button if one.key == f"carry_{bus.id}"]
    at.button(key=f"drop_{said(place)['Treff (Muster)'].id}").click().run()
    assert set(said(place)) == {"Nachtbus (Muster)", "Bänke (Muster)"} and not at.exception


def test_without_a_plan_of_its_own_the_page_says_where_to_begin_one(place: str):
    evening(place)
    at = page(ags=TOWN, part="groups")
    at.text_area(key="capture_g2").set_value("Bänke (Muster)").run()
    at.segmented_control(key="capture_g2_kind").set_value("result").run()
    at.button(key="capture_g2_save").click().run()
    one = said(place)["Bänke (Muster)"]
    assert one.kind == "result"
    at.button(key=f"carry_{one.id}").click().run()
    assert any("Werkstattplan" in told.value for told in at.error)
    assert said(place)["Bänke (Muster)"].entry == ""


def test_what_was_typed_in_a_session_that_ended_is_offered_and_goes_on(place: str):
    evening(place)
    at = page(ags=TOWN, part="groups")
    at.text_area(key="capture_g1").set_value("Spielplatz (Muster)").run()
    again = page(ags=TOWN, part="groups")
    next(one for one in again.button if (one.key or "").startswith("left_take_g1_")).click().run()
    assert again.text_area(key="capture_g1").value == "Spielplatz (Muster)"
    again.button(key="capture_g1_save").click().run()
    assert set(said(place)) == {"Spielplatz (Muster)"}
    assert workshops(place).drafts(TOWN, "w1") == []


def test_two_sessions_that_capture_at_once_both_keep_their_lines(place: str):
    evening(place)
    first, second = page(ags=TOWN, part="groups"), page(ags=TOWN, part="groups")
    first.text_area(key="capture_g1").set_value("Erste (Muster)").run()
    second.text_area(key="capture_g1").set_value("Zweite (Muster)").run()
    first.button(key="capture_g1_save").click().run()
    second.button(key="capture_g1_save").click().run()
    assert set(said(place)) == {"Erste (Muster)", "Zweite (Muster)"}


def test_what_groups_said_is_not_shown_to_who_may_not_read_it(place: str, monkeypatch: pytest.MonkeyPatch):
    evening(place)
    monkeypatch.delenv("ZWK_ACCESS")
    at = page(ags=TOWN, part="groups")
    assert any("intern" in told.value for told in at.info) and not at.text_area


# --- papers ---


def offered(at: AppTest) -> set[str]:
    return {one.key for one in at.get("download_button")}


def test_papers_are_offered_for_the_place_the_deck_and_the_plan(place: str):
    keys = offered(page(ags=TOWN, part="papers"))
    documents = {f"document_{name}-{TOWN}_{ending}" for name in ("profile", "handout", "options")
                 for ending in ("pdf", "docx")}  # fmt: skip
    assert documents <= keys and {"paper_workbook", "paper_pack"} <= keys


def test_a_place_without_a_plan_gets_no_papers_of_a_plan(place: str):
    keys = offered(page(ags="09162", part="papers"))
    assert "document_profile-09162_pdf" in keys
    assert not [key for key in keys if "options" in key or "recommendations" in key]


def test_the_demography_check_is_made_once_the_project_is_named(place: str):
    at = page(ags=TOWN, part="papers")
    key = f"document_demografie-check-{TOWN}_pdf"
    assert key not in offered(at)
    at.text_input(key="check__title").set_value("Kita (Muster)").run()
    at.number_input(key="check__binds").set_value(30).run()
    at.multiselect(key="check_groups").select("0–2 Jahre").run()
    assert key in offered(at) and not at.exception


# --- checking, templates ---


def uploaded(at: AppTest, key: str, raw: bytes) -> AppTest:
    return at.file_uploader(key=key).set_value(("folien.pptx", raw, PPTX)).run()


@pytest.fixture(scope="module")
def deck(data_folder) -> bytes:
    with open_statistics() as statistics:
        slides = (Slide("title", "", "Werkstatt (Muster)"), Slide("exhibit", f"population_line?ags={TOWN}"))
        return made(Deck("Muster", TOWN, slides), Context(statistics)).raw


def test_a_fresh_deck_is_found_current_and_something_else_is_refused_in_words(place: str, deck: bytes):
    at = uploaded(page(ags=TOWN, part="check"), "deck_check_file", deck)
    assert not at.error and not at.exception
    assert not [key for key in offered(at) if key == "deck_refreshed"]
    at = uploaded(page(ags=TOWN, part="check"), "deck_check_file", b"kein Foliensatz")
    assert any("keine PowerPoint" in told.value for told in at.error)


def test_a_template_serves_or_the_reader_hears_why_not(place: str, deck: bytes):
    at = uploaded(page(ags=TOWN), "deck_template", deck)
    assert any("wird verwendet" in told.value for told in at.success)
    at = uploaded(page(ags=TOWN), "deck_template", b"PK kaputt")
    assert at.error and not at.exception
