"""Migrations, backups and restores: nothing changes on the way, and what is replaced is kept."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from tests.store import editing
from tests.store.test_keeping import by_hand
from zwk_data.store import Store, StoreError, migrate, open_store
from zwk_data.store.backup import backup, restore
from zwk_data.store.engine import address, disposed, make_engine
from zwk_data.store.errors import BackupFailed, NoBackup, NotEmpty, NotRestored, WrongSchema

SECOND = '''"""A change as a later version may bring it: synthetic."""
import sqlalchemy as sa
from alembic import op
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
def upgrade():
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("later", sa.String(10), server_default="x", nullable=False))
def downgrade():
    with op.batch_alter_table("record") as table:
        table.drop_column("later")
'''


@pytest.fixture
def later(tmp_path, monkeypatch):
    """The software of a later version: one more migration."""
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0002_later.py").write_text(SECOND)
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path / "data"))
    return scripts


def fill(store: Store, count: int = 5) -> None:
    for number in range(count):
        store.save(
            "k", f"{number}", {"n": number, "text": "Ä'\\;\n\0%"}, seen_version=0, actor="anna", request_id=uuid4().hex
        )
    store.save("k", "0", {"n": 100}, seen_version=1, actor="bert", request_id=uuid4().hex)
    store.remove("k", "1", seen_version=1, actor="bert", request_id=uuid4().hex, erase=True)
    store.keep_draft("anna", "form", "k", "2", {"draft": 1}, version_seen=1)


def content(url: str):
    with open_store(url) as store:
        assert store.verify().problems == ()
        return store.records("k"), store.changes(), store.drafts("anna")


def columns(url: str) -> set[str]:
    with disposed(make_engine(address(url))) as engine:
        return {column["name"] for column in inspect(engine).get_columns("record")}


def second_of(url: str, tmp_path: Path, request) -> str:
    """Another empty place for a store of the same engine."""
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'other' / 'store.sqlite'}"
    return request.getfixturevalue("cluster").database()


# --- migrations ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_four_processes_that_open_a_fresh_store_at_once_all_succeed(url):
    words = [sys.executable, "-m", "tests.store.editing", "openers", url, "4"]
    done = subprocess.run(words, cwd=editing.ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stderr, done.stdout) == ("", "[0, 0, 0, 0]\n")
    with open_store(url) as store:
        assert (store.state(), store.verify().problems) == (4, ())


def test_an_upgrade_backs_up_first_and_keeps_every_row_and_so_does_the_way_back(
    url, later, monkeypatch, tmp_path, request
):
    with open_store(url) as store:
        fill(store)
    before = content(url)
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "SCRIPTS", later)
        kept = migrate.migrate(address(url))
        assert "later" in columns(url)
        assert migrate.migrate(address(url)) is None
        migrate.migrate(address(url), "0001")
    assert "later" not in columns(url)
    assert content(url) == before
    other = second_of(url, tmp_path, request)
    restore(kept, other)
    assert content(other) == before


def test_the_audit_is_still_append_only_after_an_upgrade(url, later, monkeypatch):
    with open_store(url) as store:
        fill(store)
    monkeypatch.setattr(migrate, "SCRIPTS", later)
    migrate.migrate(address(url))
    with pytest.raises(Exception, match="append-only"):
        by_hand(url, "UPDATE audit SET actor = 'bert' WHERE seq = 1")


def test_without_a_backup_nothing_is_changed_unless_forced(url, later, monkeypatch):
    with open_store(url) as store:
        fill(store)
    monkeypatch.setattr(migrate, "SCRIPTS", later)
    monkeypatch.setattr("zwk_data.store.backup.write_backup", cannot)
    with pytest.raises(NoBackup) as refused:
        migrate.migrate(address(url))
    assert "ZWK_MIGRATE_WITHOUT_BACKUP" in refused.value.reason_de
    assert "later" not in columns(url)
    monkeypatch.setenv("ZWK_MIGRATE_WITHOUT_BACKUP", "1")
    assert migrate.migrate(address(url)) is None
    assert "later" in columns(url)


def cannot(*_words, **_more):
    raise BackupFailed("no room")


def test_without_pg_dump_a_backup_says_so(cluster, monkeypatch, tmp_path):
    url = cluster.database()
    with open_store(url) as store:
        fill(store)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BackupFailed, match="pg_dump not found"):
        backup(tmp_path / "b.dump", url)


def test_a_store_of_a_newer_version_is_refused(url, later, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "SCRIPTS", later)
        open_store(url).close()
    with pytest.raises(WrongSchema) as refused:
        open_store(url)
    assert "neueren Version" in refused.value.reason_de


def test_a_migration_that_fails_half_way_leaves_the_old_tables(url, later, monkeypatch):
    with open_store(url) as store:
        fill(store)
    before = content(url)
    broken = later / "versions" / "0002_later.py"
    broken.write_text(SECOND.replace("def downgrade", "    raise RuntimeError('half way')\ndef downgrade"))
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "SCRIPTS", later)
        with pytest.raises(RuntimeError, match="half way"):
            migrate.migrate(address(url))
    assert "later" not in columns(url)
    assert content(url) == before


def test_down_to_nothing_and_up_again(url):
    open_store(url).close()
    migrate.migrate(address(url), "base", without_backup=True)
    with disposed(make_engine(address(url))) as engine:
        assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    with open_store(url) as store:
        fill(store)
        assert store.verify().problems == ()


# --- backups ---------------------------------------------------------------------------------------------------------


def test_a_backup_restored_elsewhere_has_every_record_change_and_draft(url, tmp_path, request):
    with open_store(url) as store:
        fill(store)
    copy = tmp_path / "copies" / "backup"
    assert backup(copy, url).ok
    assert [path.name for path in copy.parent.iterdir()] == ["backup"]
    other = second_of(url, tmp_path, request)
    done = restore(copy, other)
    assert done.kept is None
    assert content(other) == content(url)
    with open_store(other) as store:
        store.save("k", "new", {}, seen_version=0, actor="anna", request_id="later")
    with pytest.raises(Exception, match="append-only"):
        by_hand(other, "DELETE FROM audit WHERE seq = 1")


def test_backups_taken_while_people_write_are_whole_and_of_one_moment(url, tmp_path):
    with open_store(url) as store:
        stop = threading.Event()

        def write() -> None:
            version = 0
            while not stop.is_set():
                body = {"n": version}
                version = store.save("k", "a", body, seen_version=version, actor="a", request_id=uuid4().hex).version

        writer = threading.Thread(target=write)
        writer.start()
        found = [backup(tmp_path / f"b{number}", url) for number in range(3)]
        stop.set()
        writer.join()
    assert all(one.ok for one in found)
    assert found[0].changes <= found[1].changes <= found[2].changes


def test_a_restore_does_not_replace_what_people_have_written_unless_forced_and_then_keeps_it(url, tmp_path, request):
    with open_store(url) as store:
        fill(store)
        copy = tmp_path / "backup"
        backup(copy, url)
        old = content(url)
        store.save("k", "newer", {}, seen_version=0, actor="anna", request_id="newer")
        newer = content(url)
        with pytest.raises(NotEmpty) as refused:
            restore(copy, url)
        assert "--force" in refused.value.reason_de
        assert content(url) == newer
        done = restore(copy, url, force=True)
        assert content(url) == old
        assert store.get("k", "newer") is None  # an open store sees the restored one
        store.save("k", "later", {}, seen_version=0, actor="anna", request_id="later")
        assert store.state() == done.found.changes + 1
    if url.startswith("sqlite"):
        assert content(f"sqlite:///{done.kept}") == newer
    else:
        by_hand(url, "DROP SCHEMA zwk CASCADE", f"ALTER SCHEMA {done.kept} RENAME TO zwk")
        assert content(url) == newer


@pytest.fixture
def as_on_windows(monkeypatch):
    """Nobody renames or replaces a file that this process has open."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc: which files are open is read there")

    really = Path.replace

    def is_open(path: Path) -> bool:
        return any(handle.exists() and handle.samefile(path) for handle in Path("/proc/self/fd").iterdir())

    def replace(source: Path, target: Path) -> Path:
        if any(path.exists() and is_open(path) for path in (source, target)):
            raise PermissionError(13, "used by another process", str(target))
        return really(source, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("zwk_data.store.backup.OPEN_FILES_STAY", True)


def test_where_open_files_cannot_be_replaced_a_restore_opens_its_own_way(tmp_path, as_on_windows):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with open_store(url) as store:
        fill(store)
    copy = tmp_path / "backup"
    backup(copy, url)
    old = content(url)
    with open_store(url) as store:
        store.save("k", "newer", {}, seen_version=0, actor="anna", request_id="newer")
    newer = content(url)
    with pytest.raises(NotEmpty):
        restore(copy, url)
    done = restore(copy, url, force=True)
    assert content(url) == old
    assert content(f"sqlite:///{done.kept}") == newer


def test_where_open_files_cannot_be_replaced_a_restore_beside_a_running_dashboard_changes_nothing(
    tmp_path, as_on_windows
):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    copy = tmp_path / "backup"
    with open_store(url) as store:
        fill(store)
        backup(copy, url)
        before = content(url)
        files = sorted(tmp_path.iterdir())
        with pytest.raises(NotRestored, match="is open") as refused:
            restore(copy, url, force=True)
        assert "beenden Sie zuerst das Dashboard" in refused.value.reason_de
        assert sorted(tmp_path.iterdir()) == files
        assert content(url) == before


@pytest.mark.parametrize("damage", ["half", "empty", "flipped", "text", "other"])
def test_a_damaged_backup_is_refused_and_the_store_is_as_it_was(url, tmp_path, damage):
    with open_store(url) as store:
        fill(store)
    copy = tmp_path / "backup"
    backup(copy, url)
    before = content(url)
    raw = bytearray(copy.read_bytes())
    if damage == "flipped":
        raw[4096:5000] = bytes(904)
    other = tmp_path / "other.sqlite"
    by_hand(f"sqlite:///{other}", "CREATE TABLE other (a)")
    copy.write_bytes(
        {
            "other": other.read_bytes(),
            "half": raw[: len(raw) // 2],
            "empty": b"",
            "flipped": raw,
            "text": b"no backup\n" * 1000,
        }[damage]
    )
    with pytest.raises(NotRestored) as refused:
        restore(copy, url, force=True)
    assert refused.value.reason_de.startswith("Nicht wiederhergestellt")
    assert content(url) == before


def test_a_backup_that_somebody_edited_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with open_store(url) as store:
        fill(store)
    copy = tmp_path / "backup"
    backup(copy, url)
    by_hand(f"sqlite:///{copy}", "UPDATE record SET body = '{}' WHERE id = '2'")
    with pytest.raises(NotRestored, match="differs from the audit"):
        restore(copy, url, force=True)


def test_a_backup_of_an_older_version_is_brought_up_to_date_when_it_is_restored(
    url, later, monkeypatch, tmp_path, request
):
    with open_store(url) as store:
        fill(store)
    copy = tmp_path / "backup"
    backup(copy, url)
    monkeypatch.setattr(migrate, "SCRIPTS", later)
    other = second_of(url, tmp_path, request)
    restore(copy, other)
    assert "later" in columns(other)


def test_a_backup_never_overwrites_and_a_failed_one_leaves_no_file(url, tmp_path, monkeypatch):
    open_store(url).close()
    copy = tmp_path / "copies" / "backup"
    backup(copy, url)
    with pytest.raises(BackupFailed) as refused:
        backup(copy, url)
    assert "gibt es schon" in refused.value.reason_de
    monkeypatch.setattr("zwk_data.store.backup._settle", cannot)
    with pytest.raises(StoreError):
        backup(copy.with_name("second"), url)
    assert [path.name for path in copy.parent.iterdir()] == ["backup"]
