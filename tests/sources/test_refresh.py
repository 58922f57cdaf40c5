"""The way from a provider to an accepted load: interrupted, repeated, on a full disk, with a clock that jumps."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sources.matrix import figures, refreshed, running
from tests.sources.simulator import Simulator, hang_up, plain, status
from tests.sources.simulators.eurostat import Eurostat
from zwk_data.sources import refresh as subject
from zwk_data.sources.archive import PENDING_SECONDS, Archive
from zwk_data.sources.provider import Scope

FAULTS_TRIED = 200


@pytest.fixture
def server() -> Iterator[Simulator]:
    with running(Eurostat) as one:
        one.datasets = ("eurostat_demo_r_births",)
        yield one


@pytest.fixture
def scope(server: Simulator) -> Scope:
    return server.scope()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def questions(server: Simulator) -> int:
    return len(server.asked)


def test_an_interrupted_refresh_goes_on_where_it_stopped(server: Simulator, scope: Scope, archive: Archive) -> None:
    server.faults = [plain, plain, plain, *[status(404)] * 9]  # the fourth question is refused
    assert not refreshed(server, archive, scope).ok
    asked = questions(server)
    # A refusal settles the matter; a process that dies does not: its answers are still pending.
    with mock.patch.object(Archive, "clear_pending"):
        server.faults = [plain, plain, plain, *[status(404)] * 9]
        assert not refreshed(server, archive, scope).ok
    server.faults = []
    before = questions(server)
    assert refreshed(server, archive, scope).ok
    assert questions(server) - before < asked + 3
    whole = Archive(archive.root / "whole")
    before = questions(server)
    assert refreshed(server, whole, scope).ok
    assert questions(server) - before > 3
    assert figures(server, archive.last(server.datasets[0]), archive, scope).equals(
        figures(server, whole.last(server.datasets[0]), whole, scope)
    )


@pytest.mark.parametrize("shift", [timedelta(seconds=-PENDING_SECONDS - 5), timedelta(hours=1)])
def test_answers_of_an_old_refresh_or_of_a_clock_that_was_ahead_are_asked_for_again(
    server: Simulator, scope: Scope, archive: Archive, shift: timedelta
) -> None:
    with mock.patch.object(Archive, "clear_pending"):
        assert refreshed(server, archive, scope).ok
    number = questions(server)
    for path in archive.root.glob("pending/*/*.json"):
        note = json.loads(path.read_text())
        path.write_text(json.dumps({**note, "at": (datetime.now(UTC) + shift).isoformat()}))
    assert refreshed(server, archive, scope).ok
    assert questions(server) == 2 * number


def test_a_damaged_pending_note_is_no_answer(server: Simulator, scope: Scope, archive: Archive) -> None:
    with mock.patch.object(Archive, "clear_pending"):
        assert refreshed(server, archive, scope).ok
    for path in archive.root.glob("pending/*/*.json"):
        path.write_text("{")
    assert refreshed(server, archive, scope).ok


def test_the_same_figures_in_other_bytes_are_no_new_load(server: Simulator, scope: Scope, archive: Archive) -> None:
    assert refreshed(server, archive, scope).load == 1
    server.mutate = lambda body: body.replace(b'"version"', b' "version"')
    again = refreshed(server, archive, scope)
    assert (again.ok, again.unchanged, again.load) == (True, True, 1)


def test_a_failure_is_noted_and_the_next_success_takes_the_note_back(
    server: Simulator, scope: Scope, archive: Archive
) -> None:
    assert refreshed(server, archive, scope).ok
    server.faults = [hang_up] * 40
    failed = refreshed(server, archive, scope)
    noted = archive.attempts()[server.datasets[0]]
    assert (failed.ok, failed.load, noted.ok, noted.reason_de) == (False, 1, False, failed.reason_de)
    server.faults = []
    assert refreshed(server, archive, scope).ok
    assert archive.attempts()[server.datasets[0]].ok


def test_a_missing_file_of_observations_is_made_anew_from_the_bytes(
    server: Simulator, scope: Scope, archive: Archive
) -> None:
    assert refreshed(server, archive, scope).ok
    load = archive.last(server.datasets[0])
    good = figures(server, load, archive, scope)
    archive.tidy_path(load, server.provider.PARSER_VERSION).unlink()
    assert figures(server, load, archive, scope).equals(good)


@pytest.mark.parametrize("strange", [AttributeError("no such thing"), RecursionError(), MemoryError()])
def test_whatever_a_reader_stumbles_over_ends_the_dataset_not_the_refresh(
    server: Simulator, scope: Scope, archive: Archive, strange: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert refreshed(server, archive, scope).ok
    with mock.patch.object(subject.gate, "passed", side_effect=strange):
        outcome = refreshed(server, archive, scope)
    assert (outcome.ok, outcome.load) == (False, 1)
    assert outcome.reason_de == "Die Antwort der Quelle ist nicht wie vereinbart aufgebaut."
    assert "unreadable answer" in caplog.text  # with the traceback


def test_deeply_nested_json_is_refused(server: Simulator, scope: Scope, archive: Archive) -> None:
    server.mutate = lambda body: b"[" * 200_000
    assert not refreshed(server, archive, scope).ok


def test_a_short_load_in_between_does_not_open_the_gate(server: Simulator, scope: Scope, archive: Archive) -> None:
    """Everything, then the newest year alone, then everything with most places of the older year gone."""
    assert refreshed(server, archive, scope).ok
    newest = replace(scope, since=2025)
    server.mutate = doubled
    assert refreshed(server, archive, newest).ok
    load = archive.last(server.datasets[0])
    assert load.sequence == 2
    years = {day.year for day in figures(server, load, archive, scope)["reference_date"].to_pylist()}
    server.mutate = None
    server.edit = lambda cells: [
        cells.pop(key)
        for key in list(cells)
        if len(key[0]) == 5 and key[-1] not in newest_only(years) and key[0][-1] in "123456"
    ]
    outcome = refreshed(server, archive, scope)
    assert not outcome.ok
    assert archive.last(server.datasets[0]) == load


def newest_only(years: set[int]) -> set[str]:
    return {str(year) for year in years}


# --- the n-th call fails ---------------------------------------------------------------------------------------------


class Failing:
    """Counts what touches the disk; the n-th call finds it full, and so does everything after it if ``stays``."""

    def __init__(self, number: int, stays: bool) -> None:
        self.left, self.stays, self.hit = number, stays, False

    def count(self) -> None:
        self.left -= 1
        if self.left == 0 or (self.left < 0 and self.stays):
            self.hit = True
            raise OSError(errno.ENOSPC, "No space left on device")

    def instead_of(self, original):
        def called(*args, **named):
            self.count()
            return original(*args, **named)

        return called


@contextmanager
def full_disk(failing: Failing) -> Iterator[None]:
    with (
        mock.patch.object(os, "fsync", failing.instead_of(os.fsync)),
        mock.patch.object(os, "link", failing.instead_of(os.link)),
        mock.patch.object(pq.ParquetWriter, "write_table", failing.instead_of(pq.ParquetWriter.write_table)),
        mock.patch.object(Path, "replace", failing.instead_of(Path.replace)),
        mock.patch.object(Path, "mkdir", failing.instead_of(Path.mkdir)),
    ):
        yield


@pytest.mark.parametrize("stays", [False, True])
def test_a_disk_that_is_full_at_any_moment_costs_no_figure(
    server: Simulator, scope: Scope, tmp_path: Path, stays: bool
) -> None:
    """The n-th operation fails, for n = 1, 2, 3 … until a whole refresh goes through without meeting it."""
    reasons = set()
    for number in range(1, FAULTS_TRIED):
        archive = Archive(tmp_path / str(number))
        server.mutate = None
        assert refreshed(server, archive, scope).ok
        good = figures(server, archive.last(server.datasets[0]), archive, scope)
        server.mutate = doubled
        failing = Failing(number, stays)
        with full_disk(failing):
            outcome = refreshed(server, archive, scope)
        if not outcome.ok:
            assert "Speicherplatz" in outcome.reason_de
            reasons.add(outcome.reason_de)
            assert figures(server, archive.last(server.datasets[0]), archive, scope).equals(good)
        assert refreshed(server, archive, scope).ok
        now = figures(server, archive.last(server.datasets[0]), archive, scope)
        assert now["value"].to_pylist() == pc.multiply(good["value"], 2).to_pylist()
        if not failing.hit:
            break
    else:
        pytest.fail("never went through")
    assert number > 10
    assert len(reasons) == 1


def doubled(body: bytes) -> bytes:
    document = json.loads(body)
    document["value"] = {cell: 2 * value for cell, value in document["value"].items()}
    return json.dumps(document).encode()
