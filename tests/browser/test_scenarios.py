"""The page Szenarien in a real browser: partners, both appearances, a phone; a lever that answers; a file that returns."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settle
from tests.browser.test_pages import violations
from tests.server import running_app

pytestmark = pytest.mark.browser
PATH = "szenarien"
PARTS = ["result", "certain", "ages", "services", "needed", "compare", "basis", "saved"]


@pytest.fixture(scope="module")
def studio_url(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with a store of its own, in which everyone may save scenarios."""
    store = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    settings = {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": store, "ZWK_ACCESS": "local"}
    with running_app(tmp_path_factory.mktemp("server"), settings) as url:
        yield url


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073"])
def test_every_partner_has_a_chart_with_a_band(watched: Page, app_url: str, ags: str) -> None:
    watched.goto(f"{app_url}/{PATH}?ags={ags}")
    settle(watched)
    expect(watched.locator("h3").first).to_contain_text("Wenn es weitergeht wie zuletzt")
    expect(watched.locator('[data-testid="stPlotlyChart"]')).to_have_count(1, timeout=30_000)
    assert watched.locator('[data-testid="stAlert"], [data-testid="stException"]').count() == 0


@pytest.mark.parametrize(
    ("part", "scheme"),
    [*((part, "light") for part in PARTS), ("result", "dark"), ("compare", "dark"), ("saved", "dark")],
)
def test_every_part_is_accessible_with_its_levers(browser: Browser, studio_url: str, part: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, locale="de-DE")
    page = context.new_page()
    page.goto(f"{studio_url}/{PATH}?ags=12073&part={part}&edit=1&scenarios=continue~tfr_1.6,continue")
    settle(page)
    found = violations(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("part", PARTS)
def test_a_phone_shows_every_part_in_one_column(browser: Browser, studio_url: str, part: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    page = context.new_page()
    page.goto(f"{studio_url}/{PATH}?ags=05758012&part={part}&edit=1")
    settle(page)
    wide = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=\"stMainBlockContainer\"] :is(h1,h2,h3,p,button,input,.js-plotly-plot)')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.offsetParent).map(e => e.outerHTML.slice(0, 120))"
    )
    context.close()
    assert wide == []


def test_on_a_phone_sentence_and_chart_begin_on_the_first_screen(browser: Browser, studio_url: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    page = context.new_page()
    page.goto(f"{studio_url}/{PATH}?ags=05758012&edit=1")
    settle(page)
    tops = [page.locator(one).first.bounding_box()["y"] for one in ("h3", '[data-testid="stPlotlyChart"]')]
    choice = page.get_by_role("button", name="Fortschreibung", exact=True).first
    closed = choice.is_visible()
    page.get_by_role("button", name="Szenarien, Jahr, Gruppe und Ansicht wählen").click()
    expect(choice).to_be_visible()
    found = Axe().run(page, context='[data-testid="stMain"]').response["violations"]  # without the menu of the frame
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("button", name="Auswahl schließen")).to_be_hidden()
    expect(choice).to_be_visible()
    context.close()
    assert tops[0] < 600 and tops[1] < 844 and not closed
    assert found == []


def test_a_lever_answers_within_a_second_and_nothing_jumps(watched: Page, app_url: str) -> None:
    watched.set_viewport_size({"width": 1440, "height": 900})
    watched.goto(f"{app_url}/{PATH}?ags=12073&edit=1&scenarios=continue~tfr_0.8,continue")
    settle(watched)
    main = watched.locator('[data-testid="stMain"]')
    main.evaluate("e => { e.scrollTop = 200 }")
    before = watched.locator("h3").first.inner_text()
    height = main.evaluate("e => e.scrollHeight")
    slider = watched.get_by_role("slider").first
    slider.focus()
    watched.evaluate("window.begun = performance.now()")
    for _ in range(8):  # without waiting in between: the last position counts
        watched.keyboard.press("ArrowRight")
    watched.wait_for_function(
        "t => document.querySelector('h3').innerText !== t", arg=before, timeout=5_000, polling=20
    )
    seconds = watched.evaluate("(performance.now() - window.begun) / 1000")
    settle(watched)
    assert "tfr_1.2" in watched.url
    assert main.evaluate("e => e.scrollTop") == 200
    assert abs(main.evaluate("e => e.scrollHeight") - height) <= 40
    assert watched.evaluate("document.activeElement.type") == "range"
    assert seconds < 3  # one second on a quiet machine (benchmarks/what_if_rerun.py); tests share theirs


def test_a_scenario_leaves_as_a_file_and_comes_back(page: Page, studio_url: str, tmp_path: Path) -> None:
    page.set_default_timeout(30_000)
    page.goto(f"{studio_url}/{PATH}?ags=12073&part=saved&scenarios=continue~tfr_1.6~event_2027_300_18~name_Muster")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Als Datei (JSON)").click()
    file = tmp_path / "szenario.json"
    waiting.value.save_as(file)
    assert json.loads(file.read_text())["scenario"] == "continue~tfr_1.6~event_2027_300_18~name_Muster"
    page.goto(f"{studio_url}/{PATH}?ags=15001&part=saved")
    settle(page)
    page.locator("input[type=file]").set_input_files(str(file))
    expect(page.get_by_text("Landkreis Uckermark", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Übernehmen").click()
    settle(page)
    assert "ags=12073" in page.url and "event_2027_300_18" in page.url
    damaged = tmp_path / "anders.json"
    damaged.write_text(file.read_text().replace("tfr_1.6", "tfr_9"))
    page.goto(f"{studio_url}/{PATH}?ags=15001&part=saved")
    settle(page)
    page.locator("input[type=file]").set_input_files(str(damaged))
    expect(page.get_by_text("Nichts wurde übernommen.")).to_be_visible()


def test_a_saved_scenario_is_opened_renamed_and_removed(page: Page, studio_url: str) -> None:
    page.set_default_timeout(30_000)
    page.goto(f"{studio_url}/{PATH}?ags=13071&part=saved&scenarios=continue~tfr_1.6")
    settle(page)
    page.get_by_label("Name", exact=True).fill("Muster <i>eins</i>")
    page.get_by_label("Stelle oder Amt").fill("Amt für Muster")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("»Muster <i>eins</i>« ist gespeichert.")).to_be_visible()
    page.get_by_role("button", name="Umbenennen").click()
    page.get_by_label("Neuer Name").fill("Muster zwei")
    page.get_by_label("Neuer Name").press("Enter")
    page.get_by_role("button", name="Umbenennen").last.click()
    expect(page.get_by_text("Umbenannt in »Muster zwei«.")).to_be_visible()
    page.get_by_role("button", name="Entfernen").click()
    page.get_by_role("button", name="Endgültig entfernen").click()
    expect(page.get_by_text("»Muster zwei« wurde entfernt.")).to_be_visible()
    expect(page.get_by_text("Noch ist nichts gespeichert.")).to_be_visible()
