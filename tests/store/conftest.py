"""Every test of the store runs on a file of SQLite and on a real PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.cluster import WITHOUT, Cluster, find_postgresql, running_cluster
from zwk_data.store import Store, open_store


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Without PostgreSQL: skipped with the reason printed, but a failure where CI is set."""
    if find_postgresql() is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT, pytrace=False)
        pytest.skip(WITHOUT)
    with running_cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database in which nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return request.getfixturevalue("cluster").database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
