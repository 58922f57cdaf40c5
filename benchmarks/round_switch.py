"""Turning to the next item of a presented meeting, in a real browser, against turning a page of the dashboard.

The peer is what a round would do without a presenter: open the page with the same exhibit by its address. Both are
timed from the key or the navigation to the sentence of the exhibit being visible; p50 and p95 of forty turns.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import measuring
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(measuring.ROOT))
from tests.server import running_app
from zwk_data.access import LOCAL
from zwk_data.rounds.model import Item, Meeting
from zwk_data.rounds.service import Kept, Meetings
from zwk_data.store import open_store

AGS, TURNS = "13071107", 40
KINDS = ("population_line?ags={}", "migration_by_age?ags={}", "outlook_line?ags={}&scenarios=continue",
         "age_pyramid?ags={}", "key_figures?ags={}", "plan_timeline?ags={}", "balance?ags={}")  # fmt: skip
ITEMS = tuple(Item(f"i{n}", f"Frage {n}?", "Vorschlag.", (kind.format(AGS),)) for n, kind in enumerate(KINDS, 1))
PAGES = ("bewegungen", "altersstruktur", "szenarien", "vergleich")


def timed(turn: Callable[[int], None], turns: int) -> list[float]:
    """Return the milliseconds of some turns, sorted."""
    found = []
    for number in range(turns):
        begin = time.perf_counter()
        turn(number)
        found.append(1000 * (time.perf_counter() - begin))
    return sorted(found)


def item(page: Page, number: int) -> None:
    """Turn to an item by its key and wait for its question and the sentence of its exhibit."""
    wanted = number % len(ITEMS) + 1
    page.keyboard.press(str(wanted))
    page.locator(".st-key-round_question").get_by_text(f"{wanted}. Frage").wait_for()
    kind = ITEMS[wanted - 1].addresses[0].partition("?")[0]
    page.locator(f"[class*='st-key-card_{kind}'] :is(h2, h3)").first.wait_for()


def opened(page: Page, url: str, number: int) -> None:
    """Open a page of the dashboard by its address and wait for the sentence of its first exhibit."""
    page.goto(f"{url}/{PAGES[number % len(PAGES)]}?ags={AGS}")
    page.locator("[class*='st-key-card_'] :is(h2, h3)").first.wait_for()


def main() -> None:
    """Print both, and how many times faster a turn is."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = f"sqlite:///{folder}/store.sqlite"
        with open_store(store) as one:
            kept = Kept(Meeting("m1", AGS, "Muster-Runde", date(2026, 12, 1), items=ITEMS), 1)
            meetings = Meetings(one, LOCAL)
            meetings.save(AGS, kept.part, seen_version=0, request_id="new")
            meetings.begin(AGS, kept, request_id="begin")
        env = {"ZWK_DATABASE_URL": store, "ZWK_ACCESS": "local"}
        with running_app(Path(folder), env) as url:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.set_default_timeout(30_000)
            page.goto(f"{url}/managementrunde?ags={AGS}&meeting=m1&present=1&slide=1")
            page.locator(".st-key-round_to_7 button").wait_for()
            page.wait_for_timeout(2000)
            for number in range(len(ITEMS)):  # once round: from here on everything is in the cache
                item(page, number)
                page.wait_for_timeout(600)
            ours = timed(lambda number: item(page, number), TURNS)
            for number in range(len(PAGES)):
                opened(page, url, number)
            peer = timed(lambda number: opened(page, url, number), TURNS // 2)
            browser.close()
    for name, found in (("next item", ours), ("page by its address", peer)):
        print(f"{name}: p50 {found[len(found) // 2]:.0f} ms, p95 {found[int(len(found) * 0.95)]:.0f} ms")
    print(f"ratio of p95: {peer[int(len(peer) * 0.95)] / ours[int(len(ours) * 0.95)]:.1f} (goal: item below 300 ms)")


if __name__ == "__main__":
    main()
