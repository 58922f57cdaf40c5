"""A running dashboard and pages that note every request and every error."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.server import running_app


@pytest.fixture(scope="session")
def app_url(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(tmp_path_factory.mktemp("server"), {"ZWK_DATA_DIR": str(data_folder)}) as url:
        yield url


@pytest.fixture
def watched(page: Page, app_url: str) -> Page:
    """A page whose requests to anywhere else and whose script errors fail the test at its end."""
    page.set_default_timeout(30_000)
    foreign: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if is_foreign(request.url, app_url) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not foreign, foreign
    assert not errors, errors


def is_foreign(url: str, own: str) -> bool:
    return not url.startswith((own, own.replace("http", "ws", 1), "data:", "blob:"))


# The script rests, nothing old is left standing, nothing moves; for half a second in a row, because parts of a page run
# by themselves after it and what fades has colours of its own.
CALM = """() => {
    const busy = !document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
        || document.getAnimations().some(a => a.playState === 'running' && a.effect.getTiming().iterations !== Infinity);
    window.calmSince = busy ? 0 : window.calmSince || performance.now();
    return window.calmSince > 0 && performance.now() - window.calmSince > 500;
}"""


def settle(page: Page) -> None:
    """Wait until the script has run and nothing is drawn any more."""
    page.wait_for_selector('[data-testid="stApp"]')
    page.evaluate("window.calmSince = 0")
    page.wait_for_function(CALM, polling=50)
