"""The Werkstattplan written in a real browser: a round, a consultant, a killed server, two people at one entry."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settle
from tests.server import ROOT, free_port, running_app, wait_until_healthy
from zwk_data.access import LOCAL
from zwk_data.exhibits.registry import example_plan
from zwk_data.plan.service import Plans
from zwk_data.store import open_store

pytestmark = pytest.mark.browser
PATH = "werkstattplan"
ROUND, CONSULTANT = "13071107", "15001"


@pytest.fixture(scope="module")
def settings(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A store in which two municipalities have begun their own plans from the examples."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}"
    plans = Plans(open_store(url), LOCAL)
    for ags in (ROUND, CONSULTANT):
        example = example_plan(ags)
        assert example is not None
        plans.begin(ags, example, request_id=f"begin_{ags}")
    return {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": url, "ZWK_ACCESS": "local"}


@pytest.fixture(scope="module")
def plan_url(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(tmp_path_factory.mktemp("server"), settings) as url:
        yield url


@pytest.fixture
def plans(settings: dict[str, str]) -> Plans:
    return Plans(open_store(settings["ZWK_DATABASE_URL"]), LOCAL)


def opened(page: Page, url: str, query: str) -> Page:
    page.set_default_timeout(30_000)
    page.goto(f"{url}/{PATH}?{query}")
    settle(page)
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_text("ist gespeichert.", exact=False)).to_be_visible()
    settle(page)


def test_a_round_reports_a_state_with_a_note_in_three_clicks(page: Page, plan_url: str, plans: Plans) -> None:
    opened(page, plan_url, f"ags={ROUND}&part=outline&entry=bleibe_studie")
    page.get_by_role("button", name="Sachstand melden").click()
    page.locator(".st-key-plan_group_state").get_by_text("laufend", exact=True).click()
    page.keyboard.press("Tab")
    page.get_by_label("Was getan wurde").first.focus()
    page.keyboard.type("Muster: Fragebogen ist verschickt.")
    save(page)
    stored = plans.stored(ROUND).plan
    assert stored.entry("bleibe_studie").status == "laufend"
    assert [note.done for note in stored.progress] == ["Muster: Fragebogen ist verschickt."]


def test_a_consultant_writes_three_recommendations_one_after_the_other(page: Page, plan_url: str, plans: Plans) -> None:
    opened(page, plan_url, f"ags={CONSULTANT}&part=edit")
    page.get_by_role("button", name="Neue Empfehlung").click()
    for number in (1, 2, 3):
        settle(page)
        form = page.locator(".st-key-plan_form")
        form.get_by_label("Titel", exact=True).fill(f"Muster-Empfehlung {number}")
        form.get_by_label("Begründung", exact=True).first.fill(f"Muster-Grund {number}")
        form.get_by_role("button", name="Kennzahl verknüpfen").click()
        settle(page)
        form.get_by_role("combobox", name="Kennzahl", exact=False).first.click()
        page.keyboard.type("75-Jährige")
        page.keyboard.press("Enter")
        settle(page)
        save(page)
    plan = plans.stored(CONSULTANT).plan
    mine = {entry.id: entry for entry in plan.entries if entry.title.startswith("Muster-Empfehlung")}
    assert sorted(entry.reason or "" for entry in mine.values()) == [f"Muster-Grund {number}" for number in (1, 2, 3)]
    assert {entry.stage for entry in mine.values()} == {"recommendation"}
    assert {(link.indicator, link.role) for link in plan.links if link.entry in mine} == {("population_75p", "context")}


def test_a_killed_server_loses_no_typed_word(page: Page, settings: dict[str, str], tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=out)
        wait_until_healthy(process, f"http://127.0.0.1:{port}", 60, log)
        return process

    first = start()
    try:
        opened(page, f"http://127.0.0.1:{port}", f"ags={ROUND}&part=edit&entry=stadtinfotag")
        area = page.get_by_label("Was getan wurde", exact=True)
        area.focus()
        page.keyboard.type("Muster: Der Stadtinfotag ")
        expect(page.get_by_text("gesichert, aber noch nicht gespeichert", exact=False)).to_be_visible()
        assert page.evaluate("[document.activeElement.tagName, document.activeElement.selectionStart]") == [
            "TEXTAREA", len("Muster: Der Stadtinfotag "),
        ]  # fmt: skip
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    second = start()
    try:
        page.reload()
        settle(page)
        expect(page.get_by_label("Was getan wurde", exact=True)).to_have_value("Muster: Der Stadtinfotag ")
        expect(page.get_by_role("button", name="Entwurf verwerfen")).to_be_visible()
    finally:
        second.kill()
        second.wait()


def test_two_people_at_one_entry_see_both_texts(browser: Browser, plan_url: str, plans: Plans) -> None:
    query = f"ags={ROUND}&part=edit&entry=perspektivwechsel"
    one = opened(browser.new_context(locale="de-DE").new_page(), plan_url, query)
    other = opened(browser.new_context(locale="de-DE").new_page(), plan_url, query)
    for page, text in ((one, "Text der einen"), (other, "Text der anderen")):
        page.get_by_label("Beschreibung", exact=True).fill(text)
        page.keyboard.press("Tab")
        settle(page)
    save(one)
    other.get_by_role("button", name="Speichern", exact=True).click()
    dialogue = other.locator(".st-key-plan_conflict")
    expect(dialogue.get_by_text("Meine Fassung: Text der anderen")).to_be_visible()
    expect(dialogue.get_by_text("Gespeichert: Text der einen")).to_be_visible()
    dialogue.get_by_text("Beide, hintereinander").click()
    settle(other)
    dialogue.get_by_role("button", name="So speichern").click()
    expect(other.get_by_text("ist gespeichert.", exact=False)).to_be_visible()
    assert plans.stored(ROUND).plan.entry("perspektivwechsel").description == "Text der einen\n\nText der anderen"
    for page in (one, other):
        page.context.close()
