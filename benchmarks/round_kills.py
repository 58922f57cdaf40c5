"""A server killed twenty times in the middle of typing into a live meeting: what was said to be kept must be there.

Each round starts a server, opens the form in Chromium, types, kills the server (SIGKILL) at a moment chosen by chance,
and reads the store. A text counts as acknowledged when the page says when its draft was saved.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import measuring
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(measuring.ROOT))
from tests.server import free_port, wait_until_healthy
from zwk_data.access import LOCAL
from zwk_data.rounds.model import Item, Meeting
from zwk_data.rounds.service import Meetings
from zwk_data.store import open_store

AGS, KILLS = "13071107", 20
ITEMS = tuple(Item(f"i{n}", f"Frage {n}?", "Vorschlag.", (f"population_line?ags={AGS}",)) for n in (1, 2, 3))
MEETING = Meeting("m1", AGS, "Muster-Runde", date(2026, 12, 1), items=ITEMS, begun="2026-12-01T13:00:00+00:00")
LABEL = "Notiz"
SAID = "Entwurf gesichert"


def once(page: Page, address: str, number: int, typed: str, chance: random.Random) -> str:
    """Type some words in the form, which must begin with what was acknowledged; return what is acknowledged now."""
    page.goto(address)
    page.locator(".st-key-round_remark button").wait_for()
    page.wait_for_timeout(800)
    page.keyboard.press("n")
    area = page.get_by_label(LABEL, exact=True)
    area.wait_for()
    begun = area.input_value()
    if not begun.startswith(typed):
        raise SystemExit(f"kill {number}: lost {typed!r}, found {begun!r}")
    area.press("End")
    page.keyboard.type(f"Wort {number} ", delay=20)
    page.wait_for_timeout(chance.uniform(750, 2500))
    acknowledged = begun + f"Wort {number} " if page.get_by_text(SAID).count() and number > 0 else typed
    page.keyboard.type("und dann", delay=20)  # never acknowledged: the pause after it is too short
    return acknowledged


def main() -> None:
    """Print how many texts were acknowledged and how many of them were lost."""
    chance, typed, kept = random.Random(7), "", 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url, log = f"sqlite:///{folder}/store.sqlite", Path(folder) / "server.log"
        with open_store(url) as store:
            meetings = Meetings(store, LOCAL)
            meetings.save(AGS, replace(MEETING), seen_version=0, request_id="new")
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.set_default_timeout(60_000)
            for number in range(1, KILLS + 1):
                port = free_port()
                command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
                env = {**os.environ, "ZWK_DATABASE_URL": url, "ZWK_ACCESS": "local"}
                with log.open("ab") as out:
                    process = subprocess.Popen(command, cwd=measuring.ROOT, env=env, stdout=out, stderr=out)
                wait_until_healthy(process, f"http://127.0.0.1:{port}", 60, log)
                address = f"http://127.0.0.1:{port}/managementrunde?ags={AGS}&meeting=m1&present=1&slide=2"
                before = typed
                typed = once(page, address, number, typed, chance)
                process.send_signal(signal.SIGKILL)
                process.wait()
                draft = meetings.draft(AGS, "m1", "i1", "remark")
                found = str(draft.body.get("text", "")) if draft else ""
                if not found.startswith(typed):
                    typed = typed if typed == before else f"LOST {typed!r}: {found!r}"
                kept += found.startswith(typed)
            browser.close()
    print(f"{KILLS} kills, {kept} times every acknowledged character was there, at the end: {len(typed)} characters")


if __name__ == "__main__":
    main()
