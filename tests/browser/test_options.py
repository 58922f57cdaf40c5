"""An official of the Uckermark begins a plan, makes an option a measure, finds a gap in concept x theme and fills it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.test_pages import violations
from tests.server import running_app

pytestmark = pytest.mark.browser
PATH = "moeglichkeiten?ags=12073"


@pytest.fixture
def own_url(data_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A dashboard with a store of its own, for somebody who may."""
    settings = {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}"}
    with running_app(tmp_path, settings | {"ZWK_ACCESS": "local"}) as url:
        yield url


def test_an_official_promotes_an_option_and_fills_a_gap(page: Page, own_url: str) -> None:
    page.set_default_timeout(30_000)
    page.goto(f"{own_url}/{PATH}")
    page.get_by_role("button", name="Eigenen Plan beginnen").click()
    page.get_by_role("button", name="Als eigenen Plan übernehmen").click()
    expect(page.get_by_text("Ihr eigener Plan ist angelegt", exact=False)).to_be_visible()
    page.goto(f"{own_url}/{PATH}")
    row = page.locator(".st-key-options_row_wunsch_tourismus")
    row.get_by_role("button", name="Zur Möglichkeit").click()
    expect(page.get_by_text("»Sanfter Tourismus« ist jetzt Möglichkeit", exact=False)).to_be_visible()
    row.get_by_role("button", name="Zur Maßnahme").click()
    expect(page.get_by_text("»Sanfter Tourismus« ist jetzt Maßnahme", exact=False)).to_be_visible()
    expect(row).to_have_count(0)
    settle(page)
    assert violations(page) == []
    page.get_by_text("Konzepte und Themen", exact=True).first.click()
    page.get_by_role("link", name="Möglichkeit ergänzen: Digitalisierung, Demografiestrategie 2.0 (2024)").click()
    page.get_by_label("Was ist anzustreben?").fill("Muster: WLAN im Dorf")
    settle(page)
    assert violations(page) == []
    page.get_by_role("button", name="Als Möglichkeit speichern").click()
    expect(page.get_by_text("zum Thema Digitalisierung gespeichert", exact=False)).to_be_visible()
    digital = page.locator(".zwk-concepts tr", has_text="Digitalisierung")
    expect(digital).to_contain_text("belegt")
    expect(digital).to_contain_text("Muster: WLAN im Dorf")
