"""A management round in a real browser: held by keys alone, closed, seen again; a killed server loses nothing typed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from time import monotonic

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.server import ROOT, free_port, running_app, wait_until_healthy
from zwk_data.access import LOCAL
from zwk_data.exhibits.registry import example_plan
from zwk_data.plan.service import Plans
from zwk_data.rounds.frozen import thaw
from zwk_data.rounds.model import Item, Meeting
from zwk_data.rounds.service import Kept, Meetings
from zwk_data.store import Store, open_store

pytestmark = pytest.mark.browser
AGS, PATH = "13071107", "managementrunde"
ITEMS = (
    Item("i1", "Wo stehen wir?", "Die Runde nimmt Kenntnis.", (f"population_line?ags={AGS}", f"key_figures?ags={AGS}")),
    Item("i2", "Wer kommt, wer geht?", "Das Amt prüft.", (f"migration_by_age?ags={AGS}",), ("bleibe_studie",)),
    Item("i3", "Was folgt?", "Jedes Amt nennt einen Schritt.", (f"outlook_line?ags={AGS}&scenarios=continue",)),
)
MEETING = Meeting("m1", AGS, "Muster-Runde", date(2026, 12, 1), time(14), 60, "Saal", ("Bauamt", "Jugendamt"), ITEMS)
SMALLEST_TYPE = """() => [...document.querySelectorAll('.st-key-round_stage *, .st-key-presenter *')]
    .filter(n => n.children.length === 0 && n.textContent.trim() && n.offsetParent && !n.closest('.stPlotlyChart, [data-testid="stIconMaterial"]'))
    .map(n => parseFloat(getComputedStyle(n).fontSize)).reduce((a, b) => Math.min(a, b), 99)"""


@pytest.fixture
def settings(data_folder: Path, tmp_path: Path) -> dict[str, str]:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    return {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": url, "ZWK_ACCESS": "local"}


@pytest.fixture
def store(settings: dict[str, str]) -> Iterator[Store]:
    """A store in which the municipality has a plan of its own and a meeting is prepared."""
    with open_store(settings["ZWK_DATABASE_URL"]) as opened:
        example = example_plan(AGS)
        assert example is not None
        Plans(opened, LOCAL).begin(AGS, example, request_id="begin")
        Meetings(opened, LOCAL).save(AGS, MEETING, seen_version=0, request_id="new")
        yield opened


def clean(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [f"{entry['id']}: {node['html'][:160]}" for entry in found.response["violations"] for node in entry["nodes"]]


def question(page: Page, text: str) -> None:
    expect(page.locator(".st-key-round_question").get_by_text(text)).to_be_visible(timeout=30_000)
    settle(page)


def test_a_meeting_is_held_by_keys_alone_closed_and_seen_again(
    page: Page, settings: dict[str, str], store: Store, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.set_default_timeout(30_000)
    meetings = Meetings(store, LOCAL)
    with running_app(tmp_path, settings) as url:
        page.goto(f"{url}/{PATH}?ags={AGS}&meeting=m1")
        settle(page)
        assert clean(page) == []
        page.locator(".st-key-round_begin button").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".st-key-round_stage h1")).to_have_text("Muster-Runde")
        settle(page)
        assert clean(page) == [] and page.evaluate(SMALLEST_TYPE) >= 24
        assert page.locator(".zwk-left").inner_text() in ("noch 60 min", "noch 59 min")
        page.keyboard.press("g")
        expect(page.locator(".zwk-code img")).to_be_visible()
        settle(page)
        assert clean(page) == []
        page.keyboard.press("ArrowRight")
        question(page, "1. Wo stehen wir?")
        assert clean(page) == [] and page.evaluate(SMALLEST_TYPE) >= 24
        page.keyboard.press("v")
        settle(page)
        page.keyboard.press("d")
        expect(page.get_by_label("Beschluss", exact=True)).to_be_focused()
        settle(page)
        assert clean(page) == []
        page.keyboard.press("Control+A")
        page.keyboard.type("Muster: Das Bauamt berichtet im Januar.")
        expect(page.get_by_text("Entwurf gesichert", exact=False)).to_be_visible()
        page.keyboard.press("Alt+Enter")
        expect(page.locator(".st-key-round_proposal")).to_contain_text("Muster: Das Bauamt berichtet im Januar.")
        settle(page)
        page.keyboard.press("2")
        question(page, "2. Wer kommt, wer geht?")
        page.keyboard.press("n")
        expect(page.get_by_label("Notiz", exact=True)).to_be_focused()
        page.keyboard.type("Muster: Frage nach den Umzügen im Kreis")
        expect(page.get_by_text("Entwurf gesichert", exact=False)).to_be_visible()
        page.keyboard.press("Alt+Enter")
        expect(page.locator(".st-key-round_form")).to_have_count(0)
        settle(page)
        page.keyboard.press("3")
        question(page, "3. Was folgt?")
        page.keyboard.press("ArrowLeft")
        question(page, "2. Wer kommt, wer geht?")
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="Nach der Sitzung")).to_be_visible()
        settle(page)
        page.locator(".st-key-round_close button").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("So wurde es gezeigt und beschlossen.", exact=False)).to_be_visible()
        settle(page)
        expect(page.get_by_text("Muster: Frage nach den Umzügen im Kreis")).to_be_visible()
        assert clean(page) == []
    kept = meetings.one(AGS, "m1")
    assert kept is not None and kept.part.closed
    [one] = meetings.decisions(AGS)
    assert (one.part.text, one.part.outcome) == ("Muster: Das Bauamt berichtet im Januar.", "amended")
    shown = [str(thaw(found.exhibit).address).partition("?")[0] for found in meetings.shown(AGS, "m1")]
    assert shown == ["population_line", "key_figures", "migration_by_age", "outlook_line"]
    assert [bool(found.assumptions) for found in meetings.shown(AGS, "m1")] == [False, False, False, True]


def test_a_server_killed_while_somebody_types_loses_no_word_that_was_kept(
    page: Page, settings: dict[str, str], store: Store, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    begun = replace(MEETING, begun="2026-12-01T13:00:00+00:00")
    Meetings(store, LOCAL).save(AGS, begun, seen_version=1, request_id="begun")
    typed = ""
    for number in (1, 2):
        with log.open("ab") as out:
            process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=out)
        try:
            wait_until_healthy(process, f"http://127.0.0.1:{port}", 60, log)
            page.goto(f"http://127.0.0.1:{port}/{PATH}?ags={AGS}&meeting=m1&present=1&slide=2")
            question(page, "1. Wo stehen wir?")
            page.keyboard.press("n")
            expect(page.get_by_label("Notiz", exact=True)).to_have_value(typed)
            page.get_by_label("Notiz", exact=True).focus()
            page.keyboard.press("End")
            typed += f"Wort {number} und "
            page.keyboard.type(f"Wort {number} und ")
            draft = wait_for(store, typed)
            assert draft == typed
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert Meetings(store, LOCAL).remarks(AGS, "m1") == []


def wait_for(store: Store, typed: str) -> str:
    """Return what is kept of a note once it is as long as what was typed, or after ten seconds."""
    found, end = "", monotonic() + 10
    while found != typed and monotonic() < end:
        draft = Meetings(store, LOCAL).draft(AGS, "m1", "i1", "remark")
        found = str(draft.body.get("text", "")) if draft else ""
    return found


def test_the_page_says_what_to_do_where_there_is_no_meeting(
    page: Page, settings: dict[str, str], tmp_path: Path
) -> None:
    with running_app(tmp_path, settings) as url:
        page.goto(f"{url}/{PATH}?ags=15001")
        expect(page.get_by_text("Sitzung anlegen")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("Feste Frage jeder Runde", exact=False).first).to_be_visible(timeout=30_000)
        settle(page)
    with open_store(settings["ZWK_DATABASE_URL"]) as opened:
        [one] = Meetings(opened, LOCAL).all("15001")
    assert isinstance(one, Kept) and len(one.part.items) >= 3
