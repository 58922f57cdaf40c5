"""The state of the data: chosen in the frame, kept over all pages, said on each of them and in every exhibit."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened, pages

DAY = "2026-11-22"  # of the embedded figures
BADGE = "Datenstand vom 22.11.2026"
START, MOVEMENTS = "pages/situation/overview.py", "pages/situation/movements.py"


def badges(at: AppTest) -> list[str]:
    return [mark.value for mark in at.markdown if BADGE in mark.value]


@pytest.fixture(autouse=True)
def figures(data_folder):
    """The embedded figures, built once."""


@pytest.mark.parametrize("file", [file for file, _, _ in pages()])
def test_every_page_says_that_an_earlier_state_is_shown(file):
    at = opened(file, ags="05758", as_of=DAY)
    assert len(badges(at)) == 1
    assert at.query_params["as_of"] in (DAY, [DAY])


def test_without_a_day_nothing_is_said_and_no_address_names_one():
    at = opened(MOVEMENTS, ags="05758")
    assert badges(at) == []
    assert "as_of" not in at.query_params
    assert not any("Datenstand vom" in caption.value for caption in at.caption)


def test_every_exhibit_of_a_page_names_its_state_in_its_notes():
    at = opened(MOVEMENTS, ags="05758", as_of=DAY)
    said = [caption.value for caption in at.caption if "Was später veröffentlicht" in caption.value]
    assert len(said) == len(at.subheader) + len(at.header) > 2


def test_the_state_goes_with_the_reader_to_the_next_page():
    at = opened(START, ags="05758", as_of=DAY)
    at.switch_page(MOVEMENTS).run()
    assert not at.exception
    assert len(badges(at)) == 1
    assert at.query_params["as_of"] in (DAY, [DAY])


@pytest.mark.parametrize(
    ("text", "said"),
    [("2026-11-21", "Zum 21.11.2026 gibt es keinen Datenstand."), ("gestern", "»gestern« ist kein Datum.")],
)
def test_a_day_without_a_state_is_named_and_the_newest_figures_are_shown(text: str, said: str):
    at = opened(START, ags="05758", as_of=text)
    assert [warning.value[: len(said)] for warning in at.warning] == [said]
    assert badges(at) == []
    assert "as_of" not in at.query_params


def test_a_state_that_cannot_be_had_leaves_the_newest_figures_and_says_so(monkeypatch):
    from ui import data

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(data, "_state", fails)
    at = opened(START, ags="05758", as_of=DAY)
    assert "Der Datenstand vom 22.11.2026 lässt sich gerade nicht herstellen" in at.warning[0].value
    assert badges(at) == []


def test_while_another_state_is_made_the_newest_figures_are_shown_and_it_is_said(monkeypatch):
    from ui import data
    from ui.earlier import NotNow

    def busy(*_: object) -> None:
        raise NotNow("another one is being made")

    monkeypatch.setattr(data, "_state", busy)
    at = opened(START, ags="05758", as_of=DAY)
    assert "Gerade wird ein anderer Datenstand hergestellt" in at.warning[0].value
    assert badges(at) == []


def test_who_presents_sees_the_state_beside_the_keys():
    assert len(badges(opened(START, ags="05758", as_of=DAY, present="1"))) == 1
