"""Every page in a real browser: nothing from outside, German, accessible, no error, in both appearances."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.app_pages import address, pages
from tests.browser.conftest import is_foreign, settle

pytestmark = pytest.mark.browser
PATHS = [path for _, _, path in pages()]
PLACES = ["13076121", "DG"]  # the partners are opened by the other tests here, all kinds of places in tests/pages


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [
        f"{entry['id']}: {node['html'][:160]} {[check.get('data') for check in node['any'][:1]]}"
        for entry in found.response["violations"]
        for node in entry["nodes"][:3]
    ]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_german_and_offline(watched: Page, app_url: str, path: str) -> None:
    watched.goto(f"{app_url}/{address(path)}?ags=15001")
    settle(watched)
    assert watched.evaluate("document.documentElement.lang") == "de"
    assert watched.locator('[data-testid="stMainBlockContainer"] :is(h1, h2, h3)').count() >= 1
    assert watched.locator('[data-testid="stException"]').count() == 0
    assert violations(watched) == []
    every_chart_has_a_text_and_a_table(watched)


def every_chart_has_a_text_and_a_table(page: Page) -> None:
    charts = page.locator('[data-testid="stPlotlyChart"]')
    for number in range(charts.count()):
        chart = charts.nth(number)
        named = chart.evaluate(
            "e => [e, ...e.querySelectorAll('[aria-label], [role=img]')].some(n => (n.getAttribute('aria-label') || '').length > 20)"
        )
        assert named, chart.evaluate("e => e.outerHTML.slice(0, 300)")
    cards = page.locator('[class*="st-key-card_"]:has([data-testid="stPlotlyChart"])')
    for number in range(cards.count()):
        assert cards.nth(number).get_by_text("Als Tabelle").count() >= 1
        assert cards.nth(number).get_by_text("Quelle:").count() >= 1


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_in_the_dark(browser: Browser, app_url: str, path: str) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{app_url}/{address(path)}?ags=12073")
    settle(page)
    found = violations(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("ags", PLACES)
@pytest.mark.parametrize("path", PATHS)
def test_no_page_fails_for_any_kind_of_place(watched: Page, app_url: str, path: str, ags: str) -> None:
    watched.goto(f"{app_url}/{address(path)}?ags={ags}")
    settle(watched)
    assert watched.locator('[data-testid="stException"]').count() == 0
    assert watched.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_shows_one_column_without_sideways_scrolling(browser: Browser, app_url: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, app_url) else None)
    page.goto(f"{app_url}/{address(path)}?ags=13071107")
    settle(page)
    wide = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=\"stMainBlockContainer\"] :is(h1,h2,h3,p,button,.js-plotly-plot)')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.offsetParent).map(e => e.outerHTML.slice(0, 120))"
    )
    context.close()
    assert wide == []
    assert foreign == []
