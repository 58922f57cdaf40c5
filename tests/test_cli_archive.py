"""Loads compared and carried from one computer to another, as an operator does it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_cli import REFRESH, ROOT, births, births_server, run
from tests.warehouse.generations import copied
from zwk_data.sources.archive import Archive
from zwk_data.sources.bundle import checksum
from zwk_data.warehouse import Statistics, current
from zwk_data.warehouse.progress import read
from zwk_data.warehouse.publish import build_lock

BIRTHS = "eurostat_demo_r_births"


def text(result: subprocess.CompletedProcess[bytes]) -> str:
    return result.stdout.decode("utf-8") + result.stderr.decode("utf-8")


@pytest.fixture(scope="module")
def carried(
    tmp_path_factory: pytest.TempPathFactory, data_folder: Path, statistics: Statistics
) -> Iterator[tuple[Path, Path]]:
    """A computer with internet after two refreshes, and the bundle it exported."""
    base = tmp_path_factory.mktemp("carried")
    online = copied(data_folder, statistics, base / "online")
    for value in (2500.0, 2600.0):
        with births_server(statistics.nuts3(), {("05758", 2021): value}) as url:
            assert run(*REFRESH, folder=online, ZWK_EUROSTAT_URL=url).returncode == 0
    bundle = base / "auszug.zip"
    done = run("archive", "export", str(bundle), folder=online)
    assert done.returncode == 0, text(done)
    assert "auszug.zip: 2 Abrufe" in text(done)
    yield online, bundle


def test_diff_names_the_revision_between_the_last_two_loads(carried: tuple[Path, Path]) -> None:
    online, _ = carried
    both = run("diff", f"{BIRTHS}@1", f"{BIRTHS}@2", folder=online)
    assert both.returncode == 0, text(both)
    assert "1 geänderte Werte (Revision 1)" in text(both)
    assert "05758" in text(both)
    assert "+100 (+4.0 %)" in text(both)
    assert run("diff", BIRTHS, folder=online).stdout == both.stdout
    every = list(csv.DictReader(io.StringIO(run("diff", BIRTHS, "--format", "csv", folder=online).stdout.decode())))
    assert [(row["class"], row["old_value"], row["new_value"]) for row in every] == [("revision", "2500.0", "2600.0")]
    embedded = run("diff", f"{BIRTHS}@snapshot", f"{BIRTHS}@1", "--format", "csv", folder=online).stdout.decode()
    assert "revision,live_births,05758,2021-12-31" in embedded


def test_diff_refuses_unknown_loads_and_loads_of_different_datasets(carried: tuple[Path, Path]) -> None:
    online, _ = carried
    for words in (("diff", f"{BIRTHS}@9", f"{BIRTHS}@1"), ("diff", "eurostat_demo_r_birth"), ("diff", f"{BIRTHS}@1"),
                  ("diff", f"{BIRTHS}@1", "eurostat_demo_r_deaths@snapshot"), ("diff", "eurostat_demo_r_deaths")):  # fmt: skip
        assert run(*words, folder=online).returncode == 2, words
    assert "eurostat_demo_r_births" in text(run("diff", "eurostat_demo_r_birth", folder=online))


def test_an_office_without_internet_takes_a_bundle_and_taking_it_twice_changes_nothing(
    carried: tuple[Path, Path], tmp_path: Path, data_folder: Path, statistics: Statistics
) -> None:
    online, bundle = carried
    office = copied(data_folder, statistics, tmp_path / "office", online)
    first = run("archive", "import", str(bundle), folder=office, ZWK_EUROSTAT_URL="http://127.0.0.1:9")
    assert first.returncode == 0, text(first)
    assert "übernommen (Abruf 2)" in text(first)
    assert births(office, "05758", 2021) == (2600.0, "ok")
    before, generation = listing(office), current(office)
    again = run("archive", "import", str(bundle), folder=office)
    assert again.returncode == 0
    assert "unverändert" in text(again)
    assert (listing(office), current(office)) == (before, generation)
    there = [(load.content, load.retrieved_at) for load in Archive(online / "archive").accepted(BIRTHS)]
    assert [(load.content, load.retrieved_at) for load in Archive(office / "archive").accepted(BIRTHS)] == there


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in (folder / "archive" / "loads").rglob("*"))


def test_the_archive_of_another_computer_can_be_taken_as_it_is(
    carried: tuple[Path, Path], tmp_path: Path, data_folder: Path, statistics: Statistics
) -> None:
    online, _ = carried
    office = copied(data_folder, statistics, tmp_path / "office", online)
    done = run("refresh", "eurostat", "--from-archive", str(online / "archive"), folder=office)
    assert done.returncode == 0, text(done)
    assert births(office, "05758", 2021) == (2600.0, "ok")


def test_an_older_load_never_replaces_a_newer_one(
    carried: tuple[Path, Path], tmp_path: Path, data_folder: Path, statistics: Statistics
) -> None:
    _, bundle = carried
    office = copied(data_folder, statistics, tmp_path / "office")
    time.sleep(1.1)  # times of retrieval are kept to the second
    with births_server(statistics.nuts3(), {("05758", 2021): 2700.0}) as url:
        assert run(*REFRESH, folder=office, ZWK_EUROSTAT_URL=url).returncode == 0
    done = run("archive", "import", str(bundle), folder=office)
    assert done.returncode == 1
    assert "älter als der hier vorhandene" in text(done)
    assert births(office, "05758", 2021) == (2700.0, "ok")
    assert len(Archive(office / "archive").accepted(BIRTHS)) == 1


def test_a_refresh_in_progress_makes_the_import_wait_for_another_time(carried: tuple[Path, Path]) -> None:
    online, bundle = carried
    with build_lock(online / "archive"):
        assert run("archive", "import", str(bundle), folder=online).returncode == 75


def test_a_cut_or_changed_bundle_enters_nowhere(
    carried: tuple[Path, Path], tmp_path: Path, data_folder: Path, statistics: Statistics
) -> None:
    _, bundle = carried
    office, broken = copied(data_folder, statistics, tmp_path / "office"), tmp_path / "kaputt.zip"
    broken.write_bytes(bundle.read_bytes()[:-100])
    done = run("archive", "import", str(broken), folder=office)
    assert done.returncode == 1
    assert "kein vollständiger Auszug" in text(done)
    assert not (office / "archive" / "loads").exists()


def test_a_wrong_figure_in_a_bundle_meets_the_gate(
    carried: tuple[Path, Path], tmp_path: Path, data_folder: Path, statistics: Statistics
) -> None:
    """All checksums fit, but what the file says is not to be believed: it was made by somebody else."""
    _, bundle = carried
    office, forged = copied(data_folder, statistics, tmp_path / "office"), tmp_path / "gefälscht"
    with zipfile.ZipFile(bundle) as file:
        manifest = json.loads(file.read("manifest.json"))
        bodies = {name: file.read(name) for name in file.namelist() if name.startswith("raw/")}
    (forged / "raw").mkdir(parents=True)
    forge(manifest, bodies, forged)
    before = (office / "CURRENT.json").read_bytes()
    done = run("archive", "import", str(forged), folder=office)
    assert done.returncode == 1
    assert "bisheriger Stand behalten" in text(done)
    assert (office / "CURRENT.json").read_bytes() == before


def forge(manifest: dict, bodies: dict[str, bytes], folder: Path) -> None:
    import hashlib

    sizes = {}
    for load in manifest["loads"]:
        for part in load["parts"]:
            body = bodies[f"raw/{part['sha256']}"].replace(b"2500", b"-250").replace(b"2600", b"-260")
            part["sha256"] = hashlib.sha256(body).hexdigest()
            (folder / "raw" / part["sha256"]).write_bytes(body)
            sizes[part["sha256"]] = len(body)
    content = {"format": 1, "loads": manifest["loads"], "files": sizes}
    (folder / "manifest.json").write_text(json.dumps({**content, "checksum": checksum(content)}), encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_an_import_that_is_killed_goes_on_where_it_stopped(
    carried: tuple[Path, Path], tmp_path: Path, data_folder: Path, statistics: Statistics
) -> None:
    """Killed after ever longer times: the archive is readable each time, and the last run ends with all loads."""
    online, bundle = carried
    office = copied(data_folder, statistics, tmp_path / "office", online)
    env = {**os.environ, "ZWK_DATA_DIR": str(office)}
    for tenths in (8, 16, 24, 40):
        process = subprocess.Popen(
            [sys.executable, "-m", "zwk_data", "archive", "import", str(bundle)], cwd=ROOT, env=env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(tenths / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        archive = Archive(office / "archive")
        for load in archive.accepted(BIRTHS):
            assert all(archive.read(part) for part in load.parts)
    done = run("archive", "import", str(bundle), folder=office)
    assert done.returncode == 0, text(done)
    assert births(office, "05758", 2021) == (2600.0, "ok")
    assert len(Archive(office / "archive").accepted(BIRTHS)) == 2


def test_the_progress_file_tells_how_the_last_refresh_ended(carried: tuple[Path, Path]) -> None:
    online, _ = carried
    told = read(online / "archive")
    assert told is not None
    assert told.ended_at
    assert not told.broken_off
    assert [result.dataset for result in told.results] == [BIRTHS]


def test_what_a_refresh_changed_is_noted_beside_the_archive(carried: tuple[Path, Path]) -> None:
    online, _ = carried
    note = json.loads((online / "archive" / "changes" / BIRTHS / "2.json").read_text("utf-8"))
    assert (note["old"], [one["name"] for one in note["classes"]]) == (f"{BIRTHS}@1", ["revision"])
