"""A guest follows a meeting on a telephone: new things come by themselves, the rest stays where it is, until the end."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import is_foreign, settle
from tests.server import running_app
from zwk_data.access import LOCAL
from zwk_data.access.guests import Guests, Target, digest
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import GERMAN
from zwk_data.rounds.model import Decision, Item, Meeting
from zwk_data.rounds.service import Kept, Meetings
from zwk_data.store import Store, open_store
from zwk_data.warehouse import Statistics

pytestmark = pytest.mark.browser
AGS = "05758012"
SOON = 25_000  # milliseconds: a first page on a busy machine, or the next look five seconds later
MEETING = Meeting("m1", AGS, "Managementrunde", date(2030, 1, 2), place="Rathaus",
                  items=tuple(Item(f"i{n}", f"Frage {n}?") for n in (1, 2, 3)))  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


@pytest.fixture
def url(data_folder: Path, tmp_path: Path, store: Store) -> Iterator[str]:
    env = {"ZWK_DATA_DIR": str(data_folder), "ZWK_DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}"}
    with running_app(tmp_path, env) as url:
        yield url


def clean(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [f"{entry['id']}: {node['html'][:160]}" for entry in found.response["violations"] for node in entry["nodes"]]


@pytest.fixture
def telephone(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark", locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(30_000)
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, url) else None)
    yield page
    context.close()
    assert not foreign


def test_a_guest_follows_from_the_agenda_to_the_end_of_the_link(
    telephone: Page, url: str, store: Store, statistics: Statistics
) -> None:
    meetings, context = Meetings(store, LOCAL), Context(statistics, GERMAN)

    def show(item: str, kind: str) -> str:
        exhibit = make(Address.of(kind, ags=AGS), context)
        meetings.show(AGS, "m1", item, exhibit)
        return exhibit.sentence.replace(" %", "\u00a0%")

    meetings.save(AGS, MEETING, seen_version=0, request_id="new")
    token = Guests(store, LOCAL).create("Runde", Target("meeting", AGS, "m1"))
    telephone.goto(f"{url}/freigabe?token={token}")
    expect(telephone.get_by_text("Die Sitzung hat noch nicht begonnen.")).to_be_visible(timeout=SOON)
    expect(telephone.locator("li", has_text="Frage 3?")).to_be_visible(timeout=SOON)
    settle(telephone)
    assert clean(telephone) == []

    part = meetings.begin(AGS, Kept(MEETING, 1), request_id="begin")
    first = show("i1", "population_line")
    expect(telephone.locator("h3", has_text=first)).to_be_visible(timeout=SOON)
    settle(telephone)
    telephone.evaluate("document.querySelector('.stPlotlyChart').dataset.same = 'yes'")
    store.save("note", "x", {}, seen_version=0, actor="x", request_id="x")  # something that is not of this meeting
    telephone.wait_for_timeout(6_000)
    assert telephone.locator(".stPlotlyChart[data-same=yes]").count() == 1

    telephone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 300")
    telephone.wait_for_timeout(500)
    reading = telephone.locator("h3", has_text=first)
    before = reading.bounding_box()["y"]
    assert telephone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 300
    show("i2", "age_pyramid")
    decided = Decision("m1", "i1", "Frage 1?", "adopted", "Das Bauamt prüft.", date(2030, 1, 2), "Bauamt")
    meetings.save(AGS, decided, seen_version=0, request_id="d")
    expect(telephone.locator("h2")).to_have_text(["Jetzt: Punkt 2 · Frage 2?", "Punkt 1 · Frage 1?"], timeout=SOON)
    settle(telephone)
    assert abs(reading.bounding_box()["y"] - before) <= 2
    expect(telephone.get_by_text("Beschluss: angenommen")).to_be_visible(timeout=SOON)
    settle(telephone)
    assert clean(telephone) == []
    assert telephone.evaluate("document.documentElement.scrollWidth") <= 390
    assert telephone.locator("header:visible, nav:visible, [class*=st-key-share_]").count() == 0

    meetings.close(AGS, Kept(part, 2), None, request_id="close")
    expect(telephone.locator("h2")).to_have_text(["Punkt 1 · Frage 1?", "Punkt 2 · Frage 2?"], timeout=SOON)
    Guests(store, LOCAL).revoke(AGS, digest(token))
    telephone.reload()
    expect(telephone.get_by_text("Unter diesem Link ist nichts freigegeben.")).to_be_visible(timeout=SOON)
    assert telephone.locator("h2, h3, .stPlotlyChart").count() == 0


def test_a_link_taken_back_while_it_is_read_ends_by_itself(telephone: Page, url: str, store: Store) -> None:
    Meetings(store, LOCAL).save(AGS, MEETING, seen_version=0, request_id="new")
    token = Guests(store, LOCAL).create("Runde", Target("meeting", AGS, "m1"))
    telephone.goto(f"{url}/freigabe?token={token}")
    expect(telephone.locator("li", has_text="Frage 3?")).to_be_visible(timeout=SOON)
    Guests(store, LOCAL).revoke(AGS, digest(token))
    expect(telephone.get_by_text("Unter diesem Link ist nichts freigegeben.")).to_be_visible(timeout=SOON)
    assert telephone.get_by_text("Frage 3?").count() == 0
