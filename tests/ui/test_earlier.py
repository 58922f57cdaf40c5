"""Earlier states of the figures on a server: one is made at a time, in a child, and not too often."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest

from tests.warehouse.test_asof import BIRTHS, EMBEDDED, FIRST, SECOND, births, files, table_of, taken
from ui import earlier
from ui.earlier import PER_HOUR, Maker, NotNow, same_state
from zwk_data.warehouse import open_statistics
from zwk_data.warehouse.build import build
from zwk_data.warehouse.paths import archive_folder, build_folder


@pytest.fixture
def children(monkeypatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Children that do not end by themselves, in place of those that make a state."""
    begun = []

    def begin(_day: date) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]))
        return begun[-1]

    monkeypatch.setattr(earlier, "_started", begin)
    yield begun
    for child in begun:
        ended(child)


def ended(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait(30)


def test_one_state_is_made_at_a_time_and_its_readers_share_the_child(children):
    maker = Maker()
    assert maker.make(EMBEDDED) is maker.make(EMBEDDED) is children[0]
    with pytest.raises(NotNow):
        maker.make(FIRST)
    assert len(children) == 1
    ended(children[0])
    assert maker.make(FIRST) is children[1]


def test_within_an_hour_only_so_many_states_are_made(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(earlier, "monotonic", lambda: now[0])
    monkeypatch.setattr(earlier, "_started", lambda day: SimpleNamespace(poll=lambda: 0))
    maker = Maker()
    for _ in range(PER_HOUR):
        maker.make(FIRST)
        now[0] += 60
    with pytest.raises(NotNow):
        maker.make(FIRST)
    now[0] = 1000.0 + 3601
    maker.make(FIRST)
    with pytest.raises(NotNow):
        maker.make(FIRST)


@pytest.fixture(scope="module")
def history(statistics, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """A server's data folder with the embedded figures and two refreshes; nothing of an earlier state is there yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_DATA_DIR", str(tmp_path_factory.mktemp("server")))
        folder = build_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for day, plus in ((FIRST, 100), (SECOND, 500)):
            taken(folder, table_of(statistics, plus), day)
        build(folder)
        with open_statistics(folder) as now:
            yield SimpleNamespace(folder=folder, now=now, embedded=births(statistics))


def test_days_with_the_same_loads_are_one_state(history):
    days = (EMBEDDED, date(2026, 11, 23), FIRST, date(2026, 11, 30), SECOND)
    assert [same_state(history.now, day) for day in days] == [EMBEDDED, EMBEDDED, FIRST, FIRST, SECOND]


def test_a_child_makes_the_state_and_this_process_only_opens_it(history, monkeypatch):
    monkeypatch.setattr("zwk_data.warehouse.build.build_file", lambda *_, **__: pytest.fail("built in the server"))
    drawn: list[float] = []
    with earlier.opened(history.now, FIRST, drawn.append) as data:
        assert births(data) == history.embedded + 100
    assert drawn and drawn == sorted(drawn)
    assert len(files(history.folder)) == 1
    drawn.clear()
    earlier.opened(history.now, FIRST, drawn.append).close()
    assert drawn == []


def test_a_child_that_fails_is_an_error_of_this_state_alone(history, caplog):
    listed = archive_folder(history.folder) / "loads" / BIRTHS / "000001.json"
    hidden = listed.with_suffix(".hidden")
    for path in (history.folder / "asof").glob("*.*"):
        path.unlink()
    listed.rename(hidden)
    try:
        with pytest.raises(RuntimeError, match="could not be made"):
            earlier.opened(history.now, FIRST, lambda share: None)
    finally:
        hidden.rename(listed)
    assert births(history.now) == history.embedded + 500
