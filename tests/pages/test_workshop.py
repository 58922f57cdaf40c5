"""The page Workshop: the proposed deck, changing it, keeping it by name, who may."""

from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from ui.decks.working import STATE, Working
from zwk_data.access import LOCAL
from zwk_data.decks.kept import Decks
from zwk_data.exhibits import Address
from zwk_data.store import open_store

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
