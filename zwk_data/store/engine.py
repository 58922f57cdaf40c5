"""One engine per store: SQLite as safe as its settings make it, or PostgreSQL; refusals where neither is safe."""

import ctypes
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

from zwk_data.paths import store_folder
from zwk_data.store.errors import NetworkFolder, UnknownDatabase, UnsafeJournal

FILE = "store.sqlite"
SCHEMA = "zwk"  # on PostgreSQL, so that a restored schema can take the place of the old one in one transaction
WAIT = 30  # seconds for a lock
CONNECTIONS = 40  # of one process at the same time
# Of these the kernel's lock calls do not reach every other client, get lost when the server restarts, or stay in the
# guest while the host writes too. What a program serves (fuse) can be anything; only a container's own layer is local.
NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|afs|ncpfs|ceph|lustre|gpfs|beegfs|glusterfs|davfs|"
    r"9p|virtiofs|vboxsf|vmhgfs|prl_fs|drvfs|fuse|fuse\.(?!fuse-overlayfs$)\S+"
)
REMOTE_DRIVE = 4  # what GetDriveTypeW answers for a letter that stands for a share
SQLITE_SETTINGS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # or INSERT OR REPLACE would get round the triggers against DELETE
    "PRAGMA secure_delete=ON",  # an erased text is overwritten in the file
)
POSTGRESQL_SETTINGS = (
    "SET search_path TO zwk",
    "SET synchronous_commit TO on",
    "SET lock_timeout TO '30s'",
    "SET idle_in_transaction_session_timeout TO '60s'",  # a stopped process does not hold the write lock for ever
)


def address(url: str | None = None) -> URL:
    """Return the database's address: given, from ``ZWK_DATABASE_URL``, or the SQLite file of the store's folder.

    Raises:
        UnknownDatabase: neither an SQLite file nor PostgreSQL.
    """
    wanted = url or os.environ.get("ZWK_DATABASE_URL")
    if not wanted:
        return URL.create("sqlite", database=str(store_folder() / FILE))
    try:
        made = make_url(wanted)
    except ArgumentError as error:
        raise UnknownDatabase("not an address of a database") from error  # never the text itself: it holds a password
    name = made.drivername.partition("+")[0]
    if name in {"postgresql", "postgres"}:
        return made.set(drivername="postgresql+psycopg")
    if name == "sqlite" and made.database not in {None, "", ":memory:"}:
        return made.set(drivername="sqlite", query={})
    raise UnknownDatabase(name)


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite address, None for PostgreSQL."""
    return Path(url.database).absolute() if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL, *, create: bool = False) -> Engine:
    """Return the engine of an address; ``create`` lets SQLite make the file (only the migration does).

    Raises:
        NetworkFolder: the file lies on a network file system.
    """
    path = file_of(url)
    if path is None:
        return _postgresql(url)
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    if on_network(path):
        raise NetworkFolder(path.name)
    return _sqlite(url, path, create)


def writer(engine: Engine) -> Engine:
    """Return the engine for transactions that write: on SQLite they take the write lock at once."""
    return engine.execution_options(zwk_write=True)


def reader(engine: Engine) -> Engine:
    """Return the engine for transactions that read: everything in one of them is of the same moment."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _sqlite(url: URL, path: Path, create: bool) -> Engine:
    mode = "rwc" if create else "rw"  # never an empty new file where the old one was lost

    def connect() -> sqlite3.Connection:
        where = f"{path.as_uri()}?mode={mode}"
        return sqlite3.connect(where, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)

    engine = create_engine(url, creator=connect, pool_size=10, max_overflow=CONNECTIONS - 10, pool_timeout=WAIT)

    @event.listens_for(engine, "connect")
    def _set(connection: Any, record: Any) -> None:
        settle(connection)
        record.info["file"] = identity(path)

    @event.listens_for(engine, "checkout")
    def _same_file(_connection: Any, record: Any, _proxy: Any) -> None:
        # After a restore another file has this name; a connection kept open would show the old one for ever.
        if record.info.get("file") != identity(path):
            raise InvalidatePoolError("the file was replaced")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A lock asked for in the middle of a transaction is refused at once ("database is locked"): ask first.
        write = connection.get_execution_options().get("zwk_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def settle(connection: sqlite3.Connection) -> None:
    """Give a connection the settings a commit is kept with.

    The file's header is asked for through SQLite: to open the file beside it would drop this process's locks on it.

    Raises:
        UnsafeJournal: the file is in WAL mode and this SQLite may lose committed data there, or it cannot be left.
    """
    connection.execute(f"PRAGMA busy_timeout={WAIT * 1000}")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if not (mode == "wal" and wal_unsafe(sqlite3.sqlite_version_info)):
        mode = connection.execute("PRAGMA journal_mode=TRUNCATE").fetchone()[0]
    if mode != "truncate":
        raise UnsafeJournal(f"journal_mode {mode}, SQLite {sqlite3.sqlite_version}")
    for setting in SQLITE_SETTINGS:
        connection.execute(setting)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from another one of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def wal_unsafe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite has the WAL-reset race: 3.7.0 to 3.51.2 but for the backports 3.44.6 and 3.50.7."""
    if (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51):
        return False
    return (3, 7) <= version < (3, 51, 3)


def on_network(path: Path) -> bool:
    """Tell whether a file lies, or would lie, on a network file system."""
    if str(path).startswith(("\\\\", "//")):
        return True
    if windows := getattr(ctypes, "windll", None):
        return bool(windows.kernel32.GetDriveTypeW(path.absolute().anchor) == REMOTE_DRIVE)
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False  # neither Windows nor Linux: nothing to ask
    return bool(NETWORK.fullmatch(file_system(path.parent.resolve(), mounts)))


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system of a folder, from the text of ``/proc/self/mountinfo``; empty if unknown."""
    best, kind = -1, ""
    for point, found in _mounts(mounts):
        if (folder == point or point in folder.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), found  # the last one mounted on a point hides the others
    return kind


def _mounts(text: str) -> Iterator[tuple[Path, str]]:
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) > 4 and right:
            yield Path(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4])), right.split()[0]


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=CONNECTIONS - 10, pool_timeout=WAIT,
        connect_args={"connect_timeout": 5, "application_name": "zwk"},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def _set(connection: Any, _record: Any) -> None:
        for setting in POSTGRESQL_SETTINGS:
            connection.execute(setting)
        connection.commit()

    return engine


@contextmanager
def disposed(engine: Engine) -> Iterator[Engine]:
    """Close an engine's connections at the end."""
    try:
        yield engine
    finally:
        engine.dispose()
