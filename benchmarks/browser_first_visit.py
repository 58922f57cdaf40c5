"""First visit, and the time until a change has settled, in Chromium: the real app against its naive twin.

    python benchmarks/browser_first_visit.py [--turns 2] [--moves 5]

Settled = the time of the last change of the document or the last long task, once nothing has happened for 600 ms (and, for
a map, nothing was drawn by MapLibre: its canvas is redrawn inside long tasks). Both apps run in turn, each in a fresh
server and a fresh profile; headless Chromium draws WebGL in software, so maps look slower than on a real machine.
Checked: no page shows an error, and the real app asks no other origin. The last line compares the map of all Gemeinden by
address with the form that carries the polygons in the figure.
"""

import json
import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import measuring
from apps import app
from playwright.sync_api import Browser, Page, sync_playwright
from protocol import Server

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]  # fmt: skip
WATCH = """
window.zwkLast = performance.now(); window.zwkLong = 0;
new MutationObserver(() => { window.zwkLast = performance.now(); })
  .observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
new PerformanceObserver((list) => { for (const entry of list.getEntries()) {
  window.zwkLong += entry.duration; window.zwkLast = Math.max(window.zwkLast, entry.startTime + entry.duration); } })
  .observe({entryTypes: ['longtask']});
"""
SETTLED = """
([chart, since]) => new Promise((done, fail) => {
  const begin = performance.now();
  (function look() {
    const now = performance.now();
    const drawn = document.querySelector(chart) && !document.querySelector('[data-testid="stStatusWidget"]');
    if (drawn && now - window.zwkLast > 600) return done(window.zwkLast - since);
    if (now - begin > 60000) return fail(new Error('not settled'));
    setTimeout(look, 25);
  })();
})
"""
CHART = ".js-plotly-plot .main-svg"
FAILURES = '[data-testid="stException"], [data-testid="stAlertContentError"]'
QUARTER = 0.25
ALL = "Alle Gemeinden"


@dataclass
class Seen:
    """Milliseconds until settled, of one page in one app."""

    first: list[float] = field(default_factory=list)  # nothing cached
    again: list[float] = field(default_factory=list)  # reloaded
    moves: list[float] = field(default_factory=list)


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("ZWK_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    return found or sys.exit("no Chromium found (install it, or set ZWK_CHROMIUM to its path)")


@contextmanager
def visiting(browser: Browser, server: Server, strict: bool) -> Iterator[Page]:
    """Open a page with nothing cached; fail where it asks another origin."""
    context = browser.new_context(viewport={"width": 1400, "height": 1100}, locale="de-DE")
    page = context.new_page()
    page.add_init_script(WATCH)
    strangers: list[str] = []
    page.on(
        "request",
        lambda r: (
            strangers.append(r.url) if not r.url.startswith((server.url, "ws://127.0.0.1", "data:", "blob:")) else None
        ),
    )
    yield page
    if page.locator(FAILURES).count():
        sys.exit(f"the page shows: {page.locator(FAILURES).first.inner_text()[:300]}")
    if strict and strangers:
        sys.exit(f"asked another origin: {strangers[:3]}")
    context.close()


def settled(page: Page, since: float = 0.0) -> float:
    """Wait until nothing happens any more; milliseconds from ``since`` (0: the start of the load)."""
    return float(page.evaluate(SETTLED, [CHART, since]))


def headings(page: Page) -> str:
    """Everything the page says in headings and captions; another one after every change."""
    return str(page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').innerText"))


def changed(page: Page, since: float, before: str) -> float:
    """Wait until the page has settled after a change; fail where it shows what it showed before."""
    page.wait_for_timeout(300)
    taken = settled(page, since)
    if headings(page) == before:
        sys.exit("a change did not change the page")
    return taken


def choose(page: Page, label: str, number: int | str) -> float:
    """Choose an option of a select box by its position or text; milliseconds from the click until settled."""
    box = page.get_by_role("combobox", name=label).first
    box.click()
    if isinstance(number, str):
        page.keyboard.type(number)  # the list holds only what is on the screen
    options = page.get_by_role("option")
    option = options.nth(number) if isinstance(number, int) else options.filter(has_text=number).first
    option.wait_for()
    since = page.evaluate("window.zwkLast = performance.now()")
    before = headings(page)
    option.click()
    return changed(page, since, before)


def step(page: Page, number: int) -> float:
    """Move the slider of the date by one place."""
    thumb = page.get_by_role("slider").first
    thumb.focus()
    before = headings(page)
    since = page.evaluate("window.zwkLast = performance.now()")
    page.keyboard.press("ArrowLeft" if number % 6 < 3 else "ArrowRight")
    return changed(page, since, before)


def visit(browser: Browser, server: Server, path: str, strict: bool, moves: int, seen: Seen) -> None:
    """Load a page twice and move its control."""
    with visiting(browser, server, strict) as page:
        page.goto(f"{server.url}/{path}")
        seen.first.append(settled(page))
        page.reload()
        seen.again.append(settled(page))
        for number in range(moves + 1):
            taken = step(page, number) if path == "karte" else choose(page, "Indikator", number + 1)
            seen.moves += [taken] if number else []


def all_gemeinden(browser: Browser, server: Server, strict: bool, moves: int) -> list[float]:
    """Change the indicator of the map of all Gemeinden; the first one fetches the polygons and does not count."""
    with visiting(browser, server, strict) as page:
        page.goto(f"{server.url}/karte?indicator=population_total")
        settled(page)
        if not strict:  # the naive page does not read its address
            choose(page, "Indikator", "population_total")
        choose(page, "Ausschnitt", ALL)
        wanted = (
            ("Bevölkerungsdichte", "Bevölkerung insgesamt") if strict else ("population_density", "population_total")
        )
        taken = [choose(page, "Indikator", wanted[number % 2]) for number in range(moves + 1)]
        return taken[1:]


def measure(folder: Path, turns: int, moves: int) -> tuple[dict[tuple[str, str], Seen], dict[str, list[float]]]:
    seen: dict[tuple[str, str], Seen] = {}
    large: dict[str, list[float]] = {"real": [], "naive": []}
    with sync_playwright() as play:
        for _ in range(turns):
            for name in ("real", "naive"):
                with app(name, folder) as server:
                    for path in ("vergleich", "karte"):
                        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
                        visit(browser, server, path, name == "real", moves, seen.setdefault((path, name), Seen()))
                        browser.close()
                    browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
                    large[name] += all_gemeinden(browser, server, name == "real", max(moves // 2, 2))
                    browser.close()
    return seen, large


def report(seen: dict[tuple[str, str], Seen], large: dict[str, list[float]]) -> None:
    print(f"  {'ms min / median / max':22}{'first visit':>26}{'reload':>26}{'change until settled':>26}")
    for (path, name), found in seen.items():
        cells = [measuring.spread(values, 0) for values in (found.first, found.again, found.moves)]
        print(f"  {path + ' ' + name:22}" + "".join(f"{cell:>26}" for cell in cells))
    for path in ("vergleich", "karte"):
        real, naive = seen[path, "real"], seen[path, "naive"]
        for what in ("first", "again", "moves"):
            share = statistics.median(getattr(real, what)) / statistics.median(getattr(naive, what))
            measuring.verdict(f"{path}, {what}: real / naive", share, 1.0)
    for name, values in large.items():
        print(f"  all Gemeinden {name}: {measuring.spread(values, 0)}")
    measuring.verdict(
        "all Gemeinden: real / naive", statistics.median(large["real"]) / statistics.median(large["naive"]), QUARTER
    )


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--turns", type=int, default=2)
    options.add_argument("--moves", type=int, default=5)
    chosen = options.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    measuring.heading("First visit and changes in Chromium", "streamlit", "plotly", "playwright")
    seen, large = measure(chosen.work, chosen.turns, chosen.moves)
    report(seen, large)
    if chosen.json:
        named = {f"{path} {name}": vars(found) for (path, name), found in seen.items()}
        chosen.json.write_text(json.dumps(named | {"all_gemeinden": large}, indent=1))


if __name__ == "__main__":
    main()
