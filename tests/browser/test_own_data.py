"""A table is uploaded, its errors are listed, a good one is released, survives a reload, is stored and removed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.server import running_app
from zwk_data.own_data import template

pytestmark = pytest.mark.browser
PATH = "eigene-daten?ags=05758012"


def lines(ags: str) -> bytes:
    rows = [[ags, "", "31.12.2025", "Bevölkerung", sex, age, age, 300] for sex in "mw" for age in range(85)]
    rows += [[ags, "", "31.12.2025", "Bevölkerung", sex, 85, "", 300] for sex in "mw"]
    return template.as_csv(rows)


@pytest.fixture
def own_url(data_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A dashboard with a store of its own, for somebody who may."""
    folder = tmp_path / "data"
    shutil.copytree(data_folder, folder, ignore=shutil.ignore_patterns("store", ".*"))
    with running_app(tmp_path, {"ZWK_DATA_DIR": str(folder), "ZWK_ACCESS": "local"}) as url:
        yield url


def upload(page: Page, name: str, raw: bytes) -> None:
    page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": raw}])


def test_a_table_goes_from_upload_to_the_figures_and_away_again(page: Page, own_url: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{own_url}/{PATH}")
    settle(page)
    upload(page, "falsch.csv", lines("05758999"))
    expect(page.get_by_text("172 Fehler: Nichts wurde gespeichert", exact=False)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Diesen Gemeindeschlüssel gibt es nicht", exact=False).first).to_be_visible()
    page.reload()
    settle(page)
    upload(page, "gut.csv", lines("05758012"))
    for label, text in (("Titel", "Muster <i>Tabelle</i>"), ("Quelle", "Muster"), ("Was gezählt wird", "Muster"),
                        ("Freigegeben durch", "Amt für Muster")):  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
        page.keyboard.press("Tab")
        settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_label("Titel", exact=True)).to_have_value("Muster <i>Tabelle</i>")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("»Muster <i>Tabelle</i>« ist gespeichert", exact=False)).to_be_visible(timeout=180_000)
    page.goto(f"{own_url}/altersstruktur?ags=05758012")
    expect(page.get_by_text("freigegeben durch Amt für Muster", exact=False).first).to_be_visible(timeout=60_000)
    page.goto(f"{own_url}/{PATH}")
    page.get_by_role("button", name="Entfernen").click()
    page.get_by_role("button", name="Endgültig entfernen").click()
    expect(page.get_by_text("wurde entfernt", exact=False)).to_be_visible(timeout=180_000)
    expect(page.get_by_text("Für diesen Ort ist nichts gespeichert.")).to_be_visible()
