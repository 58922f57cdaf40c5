"""The file that tells how far a refresh is."""

import json
import os
import time
from pathlib import Path

import pytest

from zwk_data.warehouse.progress import DEAD_SECONDS, FILE, Result, read, told


def test_nothing_is_told_before_the_first_refresh(tmp_path: Path) -> None:
    assert read(tmp_path) is None


def test_a_running_refresh_is_alive_and_its_end_stays_readable(tmp_path: Path) -> None:
    with told(tmp_path) as writer:
        writer.step("invented", 2, 5)
        now = read(tmp_path)
        assert now is not None
        assert (now.alive, now.dataset, now.done, now.total, now.ended_at) == (True, "invented", 2, 5, "")
        writer.result(Result("invented", False, reason_de="Die Quelle war nicht erreichbar."))
        writer.end([Result("invented", False, reason_de="Die Quelle war nicht erreichbar.")], "")
    end = read(tmp_path)
    assert end is not None
    assert not end.alive
    assert not end.broken_off
    assert end.results[0].reason_de == "Die Quelle war nicht erreichbar."


def test_a_refresh_that_was_killed_counts_as_broken_off(tmp_path: Path) -> None:
    with told(tmp_path) as writer:
        writer.step("invented", 1, 5)
        half = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(half, encoding="utf-8")
    silent = time.time() - DEAD_SECONDS - 1
    os.utime(tmp_path / FILE, (silent, silent))
    found = read(tmp_path)
    assert found is not None
    assert found.broken_off


def test_an_error_ends_it_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), told(tmp_path):
        _ = 1 / 0
    found = read(tmp_path)
    assert found is not None
    assert "abgebrochen" in found.failed_de


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"results": 3}), json.dumps({"results": [{"x": 1}]})])
def test_a_damaged_file_is_no_progress(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    assert read(tmp_path) is None


def test_a_folder_that_cannot_be_written_does_not_stop_the_refresh(tmp_path: Path) -> None:
    with told(tmp_path / "missing") as writer:
        writer.step("invented", 1, 2)
    assert read(tmp_path / "missing") is None
