"""kill -9 in mid-refresh, and many refreshes at once."""

import os
import sys
from pathlib import Path

import pytest

from tests.warehouse.refreshing import BUSY, PUBLISHED, kill_refreshes, refresh_at_once

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork and no SIGKILL")
KILLS = int(os.environ.get("ZWK_KILLS", "15"))


def test_a_killed_refresh_leaves_figures_that_can_be_read_and_loses_nothing_acknowledged(tmp_path: Path):
    tally = kill_refreshes(tmp_path, KILLS, seed=20261122)
    assert (tally.unreadable, tally.lost) == ([], [])
    assert tally.killed > 0
    assert tally.acknowledged > 0


def test_of_five_refreshes_at_once_exactly_one_publishes(tmp_path: Path):
    assert refresh_at_once(tmp_path, 5) == [PUBLISHED, BUSY, BUSY, BUSY, BUSY]
