"""The frame in a real browser: the first deep link after a start, place search, presenter mode, language."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.server import running_app

pytestmark = pytest.mark.browser


def test_a_deep_link_as_the_very_first_request_goes_through_the_frame(
    page: Page, data_folder: Path, tmp_path: Path
) -> None:
    with running_app(tmp_path, {"ZWK_DATA_DIR": str(data_folder)}) as url:
        page.goto(f"{url}/vergleich?ags=12073")
        settle(page)
        expect(page.get_by_role("button", name="Landkreis Uckermark")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.title().startswith("Vergleich") or "Zukunftswerkstatt" in page.title()


def test_an_address_that_does_not_exist_says_so_in_german(watched: Page, app_url: str) -> None:
    watched.goto(f"{app_url}/gibtesnicht")
    settle(watched)
    expect(watched.get_by_role("dialog")).to_contain_text("Diese Seite gibt es nicht")


def test_a_place_is_found_by_a_part_of_its_name_and_stays_on_every_page(watched: Page, app_url: str) -> None:
    watched.goto(app_url)
    settle(watched)
    watched.get_by_role("button", name="Hansestadt Herford").click()
    field = watched.get_by_role("textbox", name="Name oder Gemeindeschlüssel")
    field.fill("duesseldorf")
    field.press("Enter")
    watched.get_by_role("button", name="Düsseldorf").first.click()
    settle(watched)
    assert "ags=05111" in watched.url
    watched.locator("header").get_by_text("Lage").first.click()
    watched.get_by_role("menuitem", name="Vergleich").click()
    settle(watched)
    assert "ags=05111" in watched.url
    expect(watched.get_by_role("button", name="Düsseldorf").first).to_be_visible()


def test_presenter_mode_shows_one_exhibit_at_a_time_by_arrow_keys(watched: Page, app_url: str) -> None:
    watched.set_viewport_size({"width": 1920, "height": 1080})
    watched.goto(f"{app_url}/bewegungen?ags=12073&present=1")
    settle(watched)
    first = watched.locator("h3").first.inner_text()
    assert watched.locator('[class*="st-key-card_"]').count() == 1
    sizes = watched.evaluate(
        "() => [...document.querySelectorAll('[data-testid=\"stMainBlockContainer\"] :is(h3,p,td,th)')]"
        ".filter(e => e.offsetParent).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 24
    watched.keyboard.press("ArrowRight")
    watched.wait_for_function(
        "t => document.querySelector('h3') && document.querySelector('h3').innerText !== t", arg=first
    )
    assert "slide=2" in watched.url
    watched.keyboard.press("Escape")
    expect(watched.get_by_role("button", name="Präsentieren")).to_be_visible()


def test_the_language_switch_changes_texts_and_document(watched: Page, app_url: str) -> None:
    watched.goto(f"{app_url}/vergleich?ags=12073")
    settle(watched)
    watched.get_by_role("button", name="English").click()
    settle(watched)
    expect(watched.get_by_role("button", name="Present")).to_be_visible()
    assert watched.evaluate("document.documentElement.lang") == "en"
