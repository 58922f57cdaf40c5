"""A consultant's evening in a real browser: from opening the app to slides that were changed and downloaded."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pptx import Presentation

from tests.browser.conftest import is_foreign, settle
from tests.server import running_app

pytestmark = pytest.mark.browser
TOWN = "13071107"
OWN = "Wir holen junge Leute zurück (Muster)"


@pytest.fixture(scope="module")
def workshop_url(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with a store of its own, for somebody who may."""
    store = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    settings = {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": store, "ZWK_ACCESS": "local"}
    with running_app(tmp_path_factory.mktemp("server"), settings) as url:
        yield url


class Clicks:
    """Counts what somebody has to press."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        target.click()
        self.count += 1


def downloaded(page: Page, clicks: Clicks, folder: Path) -> bytes:
    with page.expect_download() as waiting:
        clicks.on(page.get_by_role("button", name="PowerPoint herunterladen"))
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file.read_bytes()


def titles(raw: bytes) -> list[str]:
    return [slide.shapes.title.text for slide in Presentation(io.BytesIO(raw)).slides]


def rows(page: Page) -> Locator:
    return page.locator('[class*="st-key-deck_slide_"]')


def test_a_consultants_evening_ends_with_slides_in_own_words(page: Page, workshop_url: str, tmp_path: Path) -> None:
    page.set_default_timeout(30_000)
    foreign: list[str] = []
    page.on("request", lambda one: foreign.append(one.url) if is_foreign(one.url, workshop_url) else None)
    clicks = Clicks()
    page.goto(f"{workshop_url}/?ags={TOWN}")
    settle(page)
    clicks.on(page.get_by_role("button", name="Runden"))
    clicks.on(page.get_by_role("menuitem", name="Workshop"))
    expect(rows(page)).to_have_count(10, timeout=60_000)
    first = titles(downloaded(page, clicks, tmp_path))
    assert clicks.count <= 3
    assert len(first) == 10 and first[0] == "Zukunftswerkstatt Neubrandenburg" and all(first)
    settle(page)
    change_headline(page, 3)
    rows(page).nth(4).get_by_role("button", name="Nach unten").click()
    settle(page)
    pass_on(page)
    last = downloaded(page, Clicks(), tmp_path)
    changed = titles(last)
    assert len(changed) == 11 and changed[3] == OWN
    assert changed[5] == first[4] and changed[4] == first[5]
    notes = Presentation(io.BytesIO(last)).slides[3].notes_slide.notes_text_frame.text
    assert f"Überschrift in eigenen Worten; die Aussage der Daten lautet: {first[3]}" in notes
    assert foreign == []


def change_headline(page: Page, number: int) -> None:
    row = rows(page).nth(number)
    row.get_by_role("button", name="Bearbeiten").click()
    box = page.get_by_label("Überschrift (leer: die Aussage der Daten)")
    box.fill(OWN)
    box.press("Control+Enter")
    settle(page)
    page.get_by_role("button", name="Übernehmen").click()
    expect(rows(page).nth(number)).to_contain_text(OWN)
    expect(rows(page).nth(number)).to_contain_text("Überschrift in eigenen Worten")
    page.keyboard.press("Escape")
    settle(page)


def pass_on(page: Page) -> None:
    """Put an exhibit of the page Bewegungen into the slides, going there and back in the same session."""
    page.get_by_role("button", name="Lage", exact=True).click()
    page.get_by_role("menuitem", name="Bewegungen").click()
    page.get_by_role("button", name="Weitergeben").first.click()
    page.get_by_role("button", name="In die Folien (Workshop)").click()
    expect(page.get_by_text("In den Folien:", exact=False)).to_be_visible()
    page.keyboard.press("Escape")
    settle(page)
    page.get_by_role("button", name="Runden").click()
    page.get_by_role("menuitem", name="Workshop").click()
    expect(rows(page)).to_have_count(11, timeout=60_000)
    settle(page)
