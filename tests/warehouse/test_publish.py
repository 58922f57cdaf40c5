import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.warehouse.generations import fill, publish_next, read_whole
from zwk_data.warehouse import Busy, DamagedError, open_statistics
from zwk_data.warehouse.connection import building
from zwk_data.warehouse.fingerprint import archive_mark
from zwk_data.warehouse.paths import archive_folder
from zwk_data.warehouse.publish import build_lock, current, publish, verified

ROOT = Path(__file__).resolve().parents[2]
KILLS = 15
SWAPS = 30


def start(what: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.warehouse.generations", what, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_after_a_kill_at_any_moment_the_pointer_names_a_whole_file_and_nothing_acknowledged_is_lost(tmp_path):
    moments = random.Random(2)
    publish_next(tmp_path)
    half_built = 0
    for _ in range(KILLS):
        child = start("publish", tmp_path)
        child.stdout.readline()  # it works now
        time.sleep(moments.uniform(0, 0.25))
        child.kill()
        acknowledged = [int(line) for line in child.communicate()[0].split()]
        half_built += bool(list(tmp_path.glob(".build-*")))
        generation, is_current = verified(tmp_path)
        assert is_current
        assert generation.number >= max(acknowledged, default=0)
        assert read_whole(tmp_path) == generation.number
    print(f"{KILLS} kills, {half_built} left a half-built file, {current(tmp_path).number} generations")
    publish_next(tmp_path)
    assert list(tmp_path.glob(".build-*")) == []


def test_a_second_builder_is_told_that_one_is_at_work(tmp_path):
    with build_lock(tmp_path), pytest.raises(Busy):
        publish_next(tmp_path)
    assert publish_next(tmp_path).number == 1


def test_the_newest_three_generations_are_kept(tmp_path):
    for _ in range(5):
        publish_next(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("data-*.duckdb")) == [f"data-{n}.duckdb" for n in (3, 4, 5)]
    assert sorted(path.name for path in tmp_path.glob("data-*.json")) == [f"data-{n}.json" for n in (3, 4, 5)]


def test_a_failed_build_changes_nothing_and_leaves_nothing_behind(tmp_path):
    publish_next(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())

    def failing(path: Path) -> dict[str, int]:
        fill(path, 2)
        path.with_suffix(".tmp").mkdir()
        raise ValueError("Die Zahlen widersprechen sich")

    with pytest.raises(ValueError, match="widersprechen"):
        publish(tmp_path, failing)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert read_whole(tmp_path) == 1


def test_a_damaged_current_file_is_passed_over_for_the_generation_before_it(tmp_path):
    publish_next(tmp_path)
    newest = tmp_path / publish_next(tmp_path).file
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    newest.write_bytes(content)
    generation, is_current = verified(tmp_path)
    assert (generation.number, is_current) == (1, False)
    assert read_whole(tmp_path) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"number": 2}'])
def test_a_damaged_pointer_is_passed_over_and_the_next_number_is_new(tmp_path, text):
    publish_next(tmp_path)
    (tmp_path / "CURRENT.json").write_text(text, encoding="utf-8")
    assert read_whole(tmp_path) == 1
    assert publish(tmp_path, lambda path: fill(path, 2)).number == 2


def test_without_a_whole_generation_nothing_is_opened(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_statistics(tmp_path)
    (tmp_path / publish_next(tmp_path).file).write_bytes(b"")
    with pytest.raises(DamagedError):
        open_statistics(tmp_path)


def test_a_write_ahead_log_that_somebody_put_beside_the_file_is_not_read_in(tmp_path):
    publish_next(tmp_path)
    newest = publish_next(tmp_path)
    (tmp_path / f"{newest.file}.wal").write_bytes(foreign_log(tmp_path / "foreign.duckdb"))
    assert read_whole(tmp_path) == 1


def foreign_log(path: Path) -> bytes:
    """The log of another database, left behind by a process that died."""
    code = (
        f"import duckdb, os; c = duckdb.connect({str(path)!r}); c.execute('CREATE TABLE t (n INTEGER)');"
        "c.execute('INSERT INTO t VALUES (666)'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    return path.with_name(path.name + ".wal").read_bytes()


def test_a_build_puts_aside_what_does_not_fit_into_memory_beside_its_own_file(tmp_path):
    with building(tmp_path / "x.duckdb") as connection:
        where = connection.execute("SELECT current_setting('temp_directory')").fetchone()[0]
    assert Path(where) == tmp_path / "x.tmp"


def test_readers_never_see_an_error_while_databases_are_swapped_below_them(tmp_path):
    publish_next(tmp_path)
    readers = [start("read", tmp_path) for _ in range(2)]
    for reader in readers:
        reader.stdout.readline()
    for _ in range(SWAPS):
        publish_next(tmp_path)
    (tmp_path / "stop").touch()
    for reader in readers:
        text, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        reads, generations = map(int, text.split())
        print(f"{reads} reads of {generations} generations during {SWAPS} swaps")
        assert reads > 0
        assert generations > 1


@pytest.mark.skipif(os.name == "nt", reason="a folder has no permissions there")
def test_a_published_file_is_never_written_to_again(tmp_path):
    generation = publish_next(tmp_path)
    before = (tmp_path / generation.file).stat().st_mtime_ns
    read_whole(tmp_path)
    publish_next(tmp_path)
    assert (tmp_path / generation.file).stat().st_mtime_ns == before
    assert not (tmp_path / f"{generation.file}.wal").exists()


def test_a_database_made_by_an_older_program_is_built_anew(tmp_path, monkeypatch):
    from zwk_data import warehouse

    publish(tmp_path, lambda path: fill(path, 1), "made from something else")
    assert warehouse.up_to_date(tmp_path) is None
    publish(tmp_path, lambda path: fill(path, 2), warehouse.fingerprint(), archive_mark(archive_folder(tmp_path)))
    assert warehouse.up_to_date(tmp_path).number == 2


def test_loads_that_were_archived_but_not_built_are_noticed(tmp_path):
    """As after a refresh that was killed between its last load and the build."""
    from zwk_data import warehouse

    archive = archive_folder(tmp_path)
    made = publish(tmp_path, lambda path: fill(path, 1), warehouse.fingerprint(), archive_mark(archive))
    assert not warehouse.lacks_loads(made, tmp_path)
    listed = archive / "loads" / "eurostat_demo_r_births" / "000001.json"
    listed.parent.mkdir(parents=True)
    listed.write_text("{}", encoding="utf-8")
    assert warehouse.lacks_loads(made, tmp_path)
    assert warehouse.up_to_date(tmp_path) is None
    listed.rename(listed.with_suffix(".refused"))
    assert warehouse.up_to_date(tmp_path) == made


def test_a_pointer_that_somebody_reads_at_this_moment_is_replaced_a_moment_later(tmp_path, monkeypatch):
    """Windows refuses to replace a file that is open."""
    refused = [PermissionError(), PermissionError()]
    replace = Path.replace

    def like_windows(self: Path, target: Path) -> Path:
        if Path(target).name == "CURRENT.json" and refused:
            raise refused.pop()
        return replace(self, target)

    publish_next(tmp_path)
    monkeypatch.setattr(Path, "replace", like_windows)
    assert publish_next(tmp_path).number == current(tmp_path).number == 2
    assert refused == []


def test_older_generations_with_removed_own_tables_are_deleted(tmp_path: Path) -> None:
    def write(path: Path) -> dict[str, int]:
        path.write_bytes(b"x")
        return {}

    for own in ("", "two", "one"):
        publish(tmp_path, write, own=own)
    assert sorted(path.name for path in tmp_path.glob("data-*")) == [
        "data-1.duckdb", "data-1.json", "data-3.duckdb", "data-3.json",
    ]  # fmt: skip
