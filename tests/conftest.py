"""What every test can ask for. Browser tests use the system's Chromium; none is ever downloaded."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.office import WITHOUT_OFFICE, Office, find_office
from zwk_data.warehouse import Statistics, ensure_built, open_statistics

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
# Without these Chromium itself calls out at every start; --no-sandbox because tests may run as root in a container.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
WITHOUT = "no Chromium found (install it, or set ZWK_CHROMIUM to its path)"

# Runs differ in speed by more than any deadline; a failing example is printed so that it can be replayed.
settings.register_profile(
    "zwk", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors]
)
settings.load_profile("zwk")


def find_chromium() -> str | None:
    """Path of a Chromium, Chrome or Edge on this machine; ZWK_CHROMIUM comes first."""
    candidates = [os.environ.get("ZWK_CHROMIUM", ""), *(shutil.which(name) or "" for name in NAMES), *PLACES]
    return next((path for path in candidates if path and Path(path).exists()), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without a browser: skipped with the reason printed, but a failure where CI is set."""
    if item.get_closest_marker("browser") is None or find_chromium():
        return
    if os.environ.get("CI"):
        pytest.fail(WITHOUT, pytrace=False)
    pytest.skip(WITHOUT)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium in place of the one Playwright would load."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A German reader's browser."""
    return {**browser_context_args, "locale": "de-DE", "timezone_id": "Europe/Berlin"}


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A build folder with the database of the embedded snapshot, built once per run; ZWK_DATA_DIR points to it.

    The workers of a parallel run share it: the first one builds, the others wait for its lock.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_DATA_DIR", str(folder))
        ensure_built(wait_seconds=300)
        yield folder


@pytest.fixture(scope="session")
def statistics(data_folder: Path) -> Iterator[Statistics]:
    """The real figures, opened for reading."""
    with open_statistics(data_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice; without it skipped with the reason printed, but a failure where CI is set."""
    if find_office() is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT_OFFICE, pytrace=False)
        pytest.skip(WITHOUT_OFFICE)
    return Office(tmp_path_factory.mktemp("office"))
