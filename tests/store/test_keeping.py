"""What must not get lost: through kills, full disks, a server that goes away, tampering, and two starts at once."""

import json
import os
import random
import sqlite3
import string
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

import zwk_data.store
from tests.store import editing
from tests.store.cluster import account
from zwk_data.store import NotSaved, StoreError, open_store
from zwk_data.store.engine import NETWORK, file_system, make_engine, on_network, wal_unsafe
from zwk_data.store.engine import address as address_of
from zwk_data.store.errors import DiskFull, NetworkFolder, ReadOnly, UnsafeJournal

KILLS = int(os.environ.get("ZWK_TEST_KILLS", "6"))
MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/fachamt\\040zwei rw - nfs4 server:/share rw
31 22 0:41 / /srv rw - cifs //server/share rw
32 31 8:2 / /srv/local rw - xfs /dev/sdb1 rw
33 22 0:42 / /home/shared rw - fuse.sshfs me@server: rw
34 22 0:43 / /home/shared rw - tmpfs tmpfs rw
"""


def save(store, number: int, body: dict | None = None) -> None:
    store.save("k", str(number), body or {"n": number}, seen_version=0, actor="anna", request_id=f"r{number}")


def noise(size: int) -> str:
    return "".join(random.Random(size).choices(string.ascii_letters, k=size))


# --- kills -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_of_killed_writers_no_acknowledged_save_is_lost_and_a_repeat_doubles_none(url):
    words = [sys.executable, "-m", "tests.store.editing", "kills", url, str(KILLS), "5"]
    done = subprocess.run(words, cwd=editing.ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["acknowledged"] > 0
    assert (result["lost"], result["doubled"], result["unasked"], result["problems"]) == (0, 0, 0, [])


# --- disk full -------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(size: str, owner: str | None = None):
    """A file system of that size; skipped with the reason where this account may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="zwkfull"))
    option = f"size={size}" + (f",uid={owner},gid={owner},mode=700" if owner else "")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", option, "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        if mounted.returncode:
            pytest.skip("may not mount a small disk here")
        yield folder
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def fill_up_and_recover(url: str, filler: Path) -> None:
    with open_store(url) as store:
        saved = 0
        with pytest.raises(DiskFull) as refused:
            for saved in range(1000):
                save(store, saved, {"text": noise(40_000 + saved)})
        assert "voll" in refused.value.reason_de
        assert saved > 0
        assert len(store.records("k")) == saved  # reading goes on
        assert store.verify().problems == ()
        filler.unlink()
        save(store, saved, {"text": noise(40_000 + saved)})  # the same request, once there is room
        assert store.verify().problems == ()
        assert store.state() == saved + 1


def test_a_full_disk_refuses_the_save_loses_nothing_and_the_next_one_goes_through():
    with small_disk("2m") as folder:
        (folder / "filler").write_bytes(bytes(600_000))
        fill_up_and_recover(f"sqlite:///{folder / 'store.sqlite'}", folder / "filler")


def test_a_full_disk_of_the_server_does_the_same(cluster):
    import psycopg

    owner = account() if os.getuid() == 0 else None
    with small_disk("16m", owner) as folder, psycopg.connect(cluster.address(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        connection.execute("CREATE DATABASE full_disk TABLESPACE small")
        (folder / "filler").write_bytes(bytes(2_000_000))
        try:
            fill_up_and_recover(cluster.address("full_disk"), folder / "filler")
        finally:
            connection.execute("DROP DATABASE full_disk WITH (FORCE)")
            connection.execute("DROP TABLESPACE small")


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
def test_without_a_small_disk_a_limit_on_the_size_of_files_shows_the_same(tmp_path):
    """In a process of its own: the limit cannot be taken back."""
    code = (
        "import resource, signal, sys\n"
        "from zwk_data.store import open_store, NotSaved\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "def save(n): store.save('k', str(n), {'t': 'x' * 50000}, seen_version=0, actor='a', request_id=str(n))\n"
        "with open_store(sys.argv[1]) as store:\n"
        "    save(0)\n"
        "    limits = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (200000, limits[1]))\n"
        "    try:\n"
        "        for n in range(1, 100): save(n)\n"
        "    except NotSaved as error: print(n, len(store.records('k')), error.reason_de)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, limits)\n"
        "    save(n)\n"
        "    print(store.verify().problems, store.state() == n + 1)\n"
    )
    words = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'store.sqlite'}"]
    done = subprocess.run(words, cwd=editing.ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    refused, after = done.stdout.splitlines()
    assert refused.split()[0] == refused.split()[1]
    assert "Nicht gespeichert" in refused
    assert after == "() True"


# --- gone ------------------------------------------------------------------------------------------------------------


def test_while_the_server_is_gone_saves_say_so_and_go_on_with_the_same_store_afterwards(cluster):
    with open_store(cluster.database()) as store:
        save(store, 1)
        cluster.stop()
        try:
            with pytest.raises(NotSaved) as refused:
                save(store, 2)
            with pytest.raises(StoreError) as unread:
                store.get("k", "1")
        finally:
            cluster.start()
        assert "zurzeit nicht erreichbar" in refused.value.reason_de
        assert "zurzeit nicht erreichbar" in unread.value.reason_de
        save(store, 2)
        assert (store.state(), store.verify().problems) == (2, ())


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_says_so(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with open_store(url) as store:
        save(store, 1)
        (tmp_path / "store.sqlite").chmod(0o400)
        store.close()
        with pytest.raises(ReadOnly):
            save(store, 2)


def test_a_server_that_may_only_be_read_says_so(cluster):
    import psycopg

    url = cluster.database()
    with open_store(url) as store:
        save(store, 1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
        store.close()
        with pytest.raises(ReadOnly) as refused:
            save(store, 2)
        assert "schreibgeschützt" in refused.value.reason_de
        assert store.get("k", "1") is not None


def test_a_file_that_was_lost_is_not_replaced_by_an_empty_one_behind_an_open_store(tmp_path):
    path = tmp_path / "store.sqlite"
    with open_store(f"sqlite:///{path}") as store:
        save(store, 1)
        path.rename(tmp_path / "moved.sqlite")
        with pytest.raises(NotSaved):
            save(store, 2)
        assert not path.exists()
        (tmp_path / "moved.sqlite").rename(path)
        save(store, 2)
        assert (store.state(), store.verify().problems) == (2, ())


# --- tampering -------------------------------------------------------------------------------------------------------

TAMPERING = (
    "UPDATE audit SET actor = 'bert' WHERE seq = 1",
    "DELETE FROM audit WHERE seq = 1",
    "UPDATE revision SET body = '{}' WHERE record_id = '1'",
)


def test_the_audit_can_only_be_appended_to(url):
    with open_store(url) as store:
        save(store, 1)
        save(store, 2)
    more = ["TRUNCATE audit", "TRUNCATE revision"] if url.startswith("postgresql") else [
        "INSERT OR REPLACE INTO audit SELECT seq, kind, record_id, version, action, at_utc, 'bert', request_id, scope, before, after, prev_hash, hash FROM audit",
        "INSERT OR REPLACE INTO revision SELECT kind, record_id, version, salt, '{}' FROM revision",
    ]  # fmt: skip
    for statement in (*TAMPERING, *more):
        with pytest.raises(Exception, match="append-only|erased, not changed"):
            by_hand(url, statement)
    with open_store(url) as store:
        assert store.verify().problems == ()


def test_with_the_granted_rights_the_dashboard_works_and_its_role_cannot_touch_the_audit(cluster):
    import psycopg

    url = cluster.database()
    open_store(url).close()
    grants = (Path(zwk_data.store.__file__).parent / "grants.sql").read_text(encoding="utf-8")
    with psycopg.connect(url) as owner:
        owner.execute("CREATE ROLE zwk_app LOGIN")
        owner.execute(grants)
    limited = url.replace("tester@", "zwk_app@")
    with open_store(limited) as store:
        save(store, 1)
        store.save("k", "1", {"n": 2}, seen_version=1, actor="anna", request_id="again")
        store.keep_draft("anna", "form", "k", "1", {}, version_seen=2)
        store.remove("k", "1", seen_version=2, actor="anna", request_id="gone", erase=True)
        assert store.verify().problems == ()
    for statement in (*TAMPERING, "TRUNCATE audit", "ALTER TABLE audit DISABLE TRIGGER USER", "DROP TABLE audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            by_hand(limited, statement)


def by_hand(url: str, *statements: str) -> None:
    """Run statements as another tool would: without the store's own settings."""
    if url.startswith("postgresql"):
        import psycopg

        with psycopg.connect(url, options="-c search_path=zwk") as connection:
            for statement in statements:
                connection.execute(statement)
        return
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE audit SET actor = 'bert' WHERE seq = 2", "audit 2: changed afterwards"),
        ("DELETE FROM audit WHERE seq = 2", "audit 2: missing"),
        ("DELETE FROM audit WHERE seq = 3", "not in the audit"),
        ("UPDATE revision SET body = '{\"n\":9}' WHERE record_id = '2'", "revision ('k', '2', 1): changed afterwards"),
        ("DELETE FROM revision WHERE record_id = '2'", "revision ('k', '2', 1): missing"),
        ("UPDATE record SET body = '{\"n\":9}' WHERE id = '2'", "record ('k', '2'): differs"),
        ("UPDATE record SET updated_at = created_at, actor = 'bert' WHERE id = '2'", "record ('k', '2'): differs"),
        ("DELETE FROM record WHERE id = '2'", "record ('k', '2'): missing"),
        ("INSERT INTO record SELECT kind, '9', version, scope, body, created_at, updated_at, actor FROM record WHERE id = '2'", "record ('k', '9'): not in the audit"),
    ],
)  # fmt: skip
def test_whoever_takes_the_triggers_away_is_still_found_out(url, statement, named):
    with open_store(url) as store:
        for number in (1, 2, 3):
            save(store, number)
    if url.startswith("postgresql"):
        by_hand(url, "ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE revision DISABLE TRIGGER USER", statement)
    else:
        triggers = ("audit_no_update", "audit_no_delete", "revision_no_update")
        by_hand(url, *(f"DROP TRIGGER {name}" for name in triggers), statement)
    with open_store(url) as store:
        assert any(named in problem for problem in store.verify().problems), store.verify().problems


# --- where it refuses to start ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "kind", "network"),
    [
        ("/data", "ext4", False),
        ("/mnt/fachamt zwei/zwk", "nfs4", True),
        ("/srv", "cifs", True),
        ("/srv/local/zwk", "xfs", False),
        ("/home/shared", "tmpfs", False),
    ],
)
def test_the_file_system_of_a_folder_is_the_last_one_mounted_there(folder, kind, network):
    assert file_system(Path(folder), MOUNTS) == kind
    assert bool(NETWORK.fullmatch(kind)) is network


@pytest.mark.parametrize(
    ("kind", "network"),
    [
        ("9p", True), ("virtiofs", True), ("vboxsf", True), ("prl_fs", True), ("drvfs", True), ("fuse.sshfs", True),
        ("fuse.grpcfuse", True), ("fuse.gvfsd-fuse", True), ("fuse.mergerfs", True), ("fuse", True),
        ("fuse.fuse-overlayfs", False), ("fuseblk", False), ("overlay", False), ("btrfs", False), ("zfs", False),
    ],
)  # fmt: skip
def test_a_folder_that_a_host_or_a_program_serves_is_no_local_one(kind, network):
    assert bool(NETWORK.fullmatch(kind)) is network


@pytest.mark.parametrize(("answer", "network"), [(4, True), (3, False), (2, False)])
def test_windows_is_asked_whether_a_letter_stands_for_a_share(tmp_path, monkeypatch, answer, network):
    asked = []
    kernel = SimpleNamespace(GetDriveTypeW=lambda root: asked.append(root) or answer)
    monkeypatch.setattr("ctypes.windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert on_network(tmp_path / "store.sqlite") is network
    assert asked == [tmp_path.anchor]


def test_on_a_network_drive_the_store_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setattr("zwk_data.store.engine.file_system", lambda folder, mounts: "nfs4")
    with pytest.raises(NetworkFolder) as refused:
        open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    assert "Netzlaufwerk" in refused.value.reason_de
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "unsafe"),
    [
        ((3, 6, 23), False), ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 45, 0), True),
        ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 0), False),
    ],
)  # fmt: skip
def test_the_versions_of_sqlite_with_the_wal_race_are_known(version, unsafe):
    assert wal_unsafe(version) is unsafe


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 3)])
def test_a_file_in_wal_mode_is_refused_or_converted(tmp_path, monkeypatch, version):
    path = tmp_path / "store.sqlite"
    with open_store(f"sqlite:///{path}") as store:
        save(store, 1)
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode=WAL")
    other.close()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    if wal_unsafe(version):
        with pytest.raises(UnsafeJournal):
            open_store(f"sqlite:///{path}")
        return
    with open_store(f"sqlite:///{path}") as store:
        save(store, 2)
    assert path.read_bytes()[18:20] == b"\x01\x01"


def test_every_connection_to_a_file_has_the_settings_that_keep_a_commit(tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with open_store(url):
        pass
    engine = make_engine(address_of(url))
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout", "secure_delete")}  # fmt: skip
    engine.dispose()
    assert found == {
        "journal_mode": "truncate", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "busy_timeout": 30000,
        "secure_delete": 1,
    }  # fmt: skip
