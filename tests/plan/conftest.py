"""A store for the tests of the plan."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from zwk_data.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened
