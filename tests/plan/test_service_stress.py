"""Twenty people in four processes, killed processes, backups under load: no save of a plan is lost or doubled.

Small here; ``python benchmarks/plan_chaos.py`` runs the same at full size.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.plan import stress
from tests.store.cluster import WITHOUT, Cluster, find_postgresql, running_cluster


@contextmanager
def _server() -> Iterator[Cluster]:
    if find_postgresql() is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT, pytrace=False)
        pytest.skip(WITHOUT)
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """Without PostgreSQL: skipped with the reason printed, but a failure where CI is set."""
    with _server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes an empty database and says its address."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / uuid4().hex}.sqlite"
    return request.getfixturevalue("server").database


def test_twenty_editors_of_one_plan_in_four_processes_lose_nothing_and_double_nothing(new):
    found = stress.in_processes(new(), 4, 5, 3, (0.005, 0.03))
    assert found["failures"] == [] == found["problems"]
    assert (found["saves"], found["lost"], found["doubled"], found["audit"]) == (60, 0, 0, 60)


def test_the_same_editors_do_lose_edits_where_the_last_one_wins(tmp_path):
    """Or the test above could not fail."""
    url = f"sqlite:///{tmp_path / 'careless.sqlite'}"
    begun = stress.begin(url)
    found = stress.edit_in_threads(url, 8, 15, 1, (0.01, 0.05), careful=False)
    assert found["failures"] == []
    assert stress.counted(url, found["saves"], begun)["lost"] > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_of_killed_processes_no_acknowledged_save_of_a_plan_is_lost_and_a_repeat_doubles_none(new):
    found = stress.in_a_process_of_its_own(new(), 5, 7)
    assert found["acknowledged"] > 0
    assert [found[name] for name in ("lost", "doubled", "unasked", "parts")] == [0, 0, 0, 0]
    assert found["problems"] == []


def test_backups_while_people_edit_are_whole_and_come_back(new):
    found = stress.backups(new(), new, 2)
    assert (found["good"], found["restored"], found["failures"]) == (2, 2, [])
    assert found["changes"] > len(stress.HOT) + 1
