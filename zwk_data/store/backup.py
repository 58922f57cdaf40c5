"""Backup while people write, checked after writing; restore that checks first and keeps what it replaces.

Never a plain copy of the file: it can catch a transaction half way. SQLite copies itself (VACUUM INTO); PostgreSQL is
dumped by ``pg_dump`` from the very snapshot that was checked.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from zwk_data.paths import store_folder
from zwk_data.store import dump
from zwk_data.store import engine as engines
from zwk_data.store.checking import verify
from zwk_data.store.errors import BackupFailed, NotEmpty, NotRestored, StoreError, Unreadable
from zwk_data.store.migrate import is_store, migrate
from zwk_data.store.records import Verification
from zwk_data.store.store import cause

# Windows neither renames nor replaces a file that anybody has open, this process included.
OPEN_FILES_STAY = os.name == "nt"
FAILURES = (StoreError, SQLAlchemyError, sqlite3.Error, OSError)


@dataclass(frozen=True)
class Restored:
    """What is in the store after a restore; where the replaced one is kept (file or schema; None: there was none)."""

    found: Verification
    kept: str | None


def backup_folder(url: URL) -> Path:
    """Return the folder of the backups: beside the SQLite file, or in the store's folder."""
    file = engines.file_of(url)
    return (file.parent if file else store_folder()) / "backups"


def next_path(url: str | None = None) -> Path:
    """Return where the next backup goes if nobody says: dated, in the folder of the backups."""
    found = engines.address(url)
    return backup_folder(found) / f"store-{stamp()}{ending(found)}"


def ending(url: URL) -> str:
    """Return how the file of a backup ends."""
    return ".sqlite" if engines.file_of(url) else ".dump"


def stamp() -> str:
    """Return the time in UTC for a file's name."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")


def backup(path: Path, url: str | None = None) -> Verification:
    """Write a backup of the running store and check it; ``path`` appears only when it is whole.

    Returns:
        What the check of the backup found.

    Raises:
        BackupFailed: the path exists, the disk is full, pg_dump is missing, or the copy is not right.
        Unreadable: there is no store.
    """
    found = engines.address(url)
    file = engines.file_of(found)
    if file and not file.exists():
        raise Unreadable("no store")
    checked = write_backup(found, path, schema_of_today=True)
    assert checked is not None
    return checked


def write_backup(url: URL, path: Path, *, schema_of_today: bool) -> Verification | None:
    """Write and check a backup; of tables from before a migration only the file as such can be checked.

    Raises:
        BackupFailed: as in ``backup``.
    """
    if path.exists():
        raise BackupFailed(f"{path.name} exists", "Die Sicherung wurde nicht geschrieben: Die Datei gibt es schon.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make = _vacuum if engines.file_of(url) else dump.write
        found = make(url, part, schema_of_today)
        if found is not None and not found.ok:
            raise BackupFailed("; ".join(found.problems[:3]))
        _settle(part, path)
    except BackupFailed:
        raise
    except FAILURES as error:
        raise BackupFailed(cause(error)) from error
    finally:
        _discard(part)
    return found


def restore(path: Path, url: str | None = None, *, force: bool = False) -> Restored:
    """Put a backup in place of the store: checked first, swapped at once, the replaced one kept.

    Raises:
        NotEmpty: something was saved in the store, and ``force`` is not given.
        NotRestored: the backup is damaged, of another engine, or newer than the software.
    """
    found = engines.address(url)
    file = engines.file_of(found)
    try:
        if file is None:
            return Restored(*dump.restore(found, path, force))
        return _restore_file(found, file, path, force)
    except (NotEmpty, NotRestored):
        raise
    except FAILURES as error:
        reason = error.reason_de if isinstance(error, StoreError) else ""
        raise NotRestored(cause(error), f"Nicht wiederhergestellt. {reason}" if reason else "") from error


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _vacuum(url: URL, part: Path, schema_of_today: bool) -> Verification | None:
    file = engines.file_of(url)
    assert file is not None
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=engines.WAIT)) as source:
        source.execute("VACUUM INTO ?", (str(part),))
    _intact(part)
    return _checked(part) if schema_of_today else None


def _intact(part: Path) -> None:
    with closing(sqlite3.connect(f"{part.as_uri()}?mode=ro", uri=True)) as copy:
        answer = copy.execute("PRAGMA integrity_check").fetchall()
    if answer != [("ok",)]:
        raise BackupFailed(f"integrity_check: {answer[:3]}")


def _checked(part: Path) -> Verification:
    """Return what a check of the whole store in a file finds."""
    url = URL.create("sqlite", database=str(part))
    with engines.disposed(engines.make_engine(url)) as engine, Session(engine) as session:
        return verify(session)


def _restore_file(url: URL, file: Path, path: Path, force: bool) -> Restored:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    if file.exists() and path.samefile(file):
        raise NotRestored("the backup is the store itself")
    try:
        part.write_bytes(path.read_bytes())
        _intact(part)
        if not is_store(url.set(database=str(part))):
            raise NotRestored("not a backup of a store")
        migrate(url.set(database=str(part)), without_backup=True)  # a backup may be older than the tables of today
        found = _checked(part)
        if not found.ok:
            raise NotRestored("; ".join(found.problems[:3]))
        with _nobody_else(file) as old:
            if old and not force and _filled(old):
                raise NotEmpty(file.name)
            if old and OPEN_FILES_STAY:
                old.close()
                _refuse_open(file)
            kept = _swap(part, file)
    finally:
        _discard(part)
    return Restored(found, kept)


@contextmanager
def _nobody_else(file: Path) -> Iterator[sqlite3.Connection | None]:
    """Keep everybody from reading and writing the store; yields the connection that holds it, None without a store."""
    if not file.exists():
        yield None
        return
    where = f"{file.as_uri()}?mode=rw"
    with closing(sqlite3.connect(where, uri=True, timeout=engines.WAIT, isolation_level=None)) as old:
        try:
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise  # somebody holds it: not ours to replace
        except sqlite3.DatabaseError:
            pass  # damaged beyond reading
        yield old


def _filled(old: sqlite3.Connection) -> bool:
    """Tell whether anything was saved; what is damaged beyond reading counts as filled: kept, and only with force."""
    try:
        tables = old.execute("SELECT count(*) FROM sqlite_master WHERE name = 'audit'").fetchone()[0]
        return bool(tables and old.execute("SELECT count(*) FROM audit").fetchone()[0])
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return True


def _refuse_open(file: Path) -> None:
    """Find out by renaming the file to itself whether somebody has it open, before anything is changed."""
    try:
        file.replace(file)
    except PermissionError as error:
        raise NotRestored(
            f"{file.name} is open",
            "Nicht wiederhergestellt: Die Datei ist noch geöffnet. Bitte beenden Sie zuerst das Dashboard.",
        ) from error


def _swap(part: Path, file: Path) -> str | None:
    """Put ``part`` in the place of ``file`` in one step; return where the old one is kept."""
    kept = file.with_name(f"{file.stem}-replaced-{stamp()}{file.suffix}") if file.exists() else None
    if kept:
        os.link(file, kept)  # a second name first: at no moment is the name of the store missing
    _settle(part, file)
    return str(kept) if kept else None


def _settle(part: Path, path: Path) -> None:
    """Bring a written file to the disk, then give it its name."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _discard(part: Path) -> None:
    for name in (part, part.with_name(f"{part.name}-journal")):
        with suppress(OSError):
            name.unlink(missing_ok=True)
