"""The store as its callers see it."""

import errno
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import URL, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from zwk_data.store import engine as engines
from zwk_data.store.checking import verify
from zwk_data.store.errors import DiskFull, NotSaved, ReadOnly, Unreadable
from zwk_data.store.migrate import migrate
from zwk_data.store.models import AuditRow, DraftRow, RecordRow
from zwk_data.store.reading import changes, draft_of, record_of
from zwk_data.store.records import Change, Draft, Record, Verification
from zwk_data.store.values import checked, now, to_text
from zwk_data.store.writing import Wish, lock, remove_record, write_record

T = TypeVar("T")


class Store:
    """What people write, on one database. Safe to share between threads; made by ``open_store``."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._file = engines.file_of(url)
        self._engine = engines.make_engine(url)
        self._writer, self._reader = engines.writer(self._engine), engines.reader(self._engine)
        # SQLite asks for a busy lock again and again, ever less often: here the threads of a process stand in line.
        self._turn = threading.Semaphore(1 if self._file else engines.CONNECTIONS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Return where the store lies, for people: the file, or the address without the password."""
        return str(self._file) if self._file else self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    # --- writing ---

    def save(
        self,
        kind: str,
        id: str,
        body: Mapping[str, Any],
        *,
        seen_version: int,
        actor: str,
        request_id: str,
        scope: str = "",
    ) -> Record:
        """Save a body as the next version of a record and drop the actor's drafts of it.

        Args:
            kind: what it is, for example ``own_data``.
            id: its name within the kind; for a new record the form makes one (uuid) when it opens.
            body: JSON; keys become text, tuples lists.
            seen_version: the version the form was opened with, 0 for a new record.
            actor: the account that saves.
            request_id: one per form and save (uuid): the same one again returns the first result.
            scope: canonical key of the municipality; empty leaves it as it is.

        Raises:
            Conflict: somebody else saved or removed it since; nothing is overwritten.
            NotSaved: disk full, database gone; the same call may be repeated.
            ValueError: a name or body that cannot be stored, a request_id of another record.
        """
        wish = Wish(kind, id, to_text(body), seen_version, actor, request_id, scope)
        return self._write(lambda session: write_record(session, wish))

    def remove(self, kind: str, id: str, *, seen_version: int, actor: str, request_id: str, erase: bool) -> None:
        """Remove a record.

        With ``erase`` the texts of all versions go too, and everybody's drafts of it: who, when, which and a salted
        digest stay. Without, ``history`` still shows them, and they can be erased later (``seen_version`` 0).
        Backups made before keep what they hold.

        Raises:
            Conflict: somebody else saved or removed it since.
            NotSaved: as in ``save``.
        """
        wish = Wish(kind, id, None, seen_version, actor, request_id, erase=erase)
        self._write(lambda session: remove_record(session, wish))

    def redact(
        self, kind: str, id: str, body: Mapping[str, Any], *, seen_version: int, actor: str, request_id: str
    ) -> Record:
        """Save a record's next version and erase the texts of all versions before it, in one transaction.

        Who, when, which and salted digests stay; drafts stay. Backups made before keep what they hold.

        Raises:
            Conflict: somebody else saved or removed it since, or there is none.
            NotSaved: as in ``save``.
        """
        if seen_version < 1:
            raise ValueError("only what is stored can be redacted")
        wish = Wish(kind, id, to_text(body), seen_version, actor, request_id, erase=True)
        return self._write(lambda session: write_record(session, wish))

    def keep_draft(
        self, actor: str, form: str, kind: str, id: str, body: Mapping[str, Any], *, version_seen: int
    ) -> None:
        """Keep unfinished input, in place of the earlier draft of this actor, form and record.

        Raises:
            NotSaved: as in ``save``.
        """
        key = {"actor": checked("actor", actor), "form": checked("form", form), "kind": checked("kind", kind)}
        row = DraftRow(**key, record_id=checked("id", id), body=to_text(body), version_seen=version_seen)
        row.updated_at = now()
        self._write(lambda session: session.merge(row))

    def drop_draft(self, actor: str, form: str, kind: str, id: str) -> None:
        """Drop a draft, if there is one.

        Raises:
            NotSaved: as in ``save``.
        """

        def drop(session: Session) -> None:
            row = session.get(DraftRow, (actor, form, kind, id))
            if row is not None:
                session.delete(row)

        self._write(drop)

    # --- reading; each raises Unreadable where the database does not answer ---

    def get(self, kind: str, id: str) -> Record | None:
        """Return the current state of a record, None if there is none."""

        def get(session: Session) -> Record | None:
            row = session.get(RecordRow, (kind, id))
            return record_of(row) if row else None

        return self._read(get)

    def records(self, kind: str, scope: str | None = None, begins: str = "") -> list[Record]:
        """Return the current records of a kind, of one municipality or all, by id; ``begins``: with such ids only."""
        rows = select(RecordRow).where(RecordRow.kind == kind).order_by(RecordRow.id)
        wanted = rows if scope is None else rows.where(RecordRow.scope == scope)
        wanted = wanted.where(RecordRow.id.startswith(begins, autoescape=True)) if begins else wanted
        found = self._read(lambda session: [record_of(row) for row in session.scalars(wanted)])
        return sorted(found, key=lambda record: record.id)  # the order of a database depends on its locale

    def kinds(self) -> dict[str, int]:
        """Return how many current records there are of each kind."""
        counts = select(RecordRow.kind, func.count()).group_by(RecordRow.kind)
        return self._read(lambda session: dict(sorted(session.execute(counts).tuples())))

    def history(self, kind: str, id: str) -> list[Change]:
        """Return every change of a record, oldest first, with the texts that have not been erased."""
        mine = (AuditRow.kind == kind, AuditRow.record_id == id)
        return self._read(lambda session: list(changes(session, *mine)))

    def changes(self, since_seq: int = 0, limit: int | None = None) -> list[Change]:
        """Return the changes after a state, oldest first."""
        return self._read(lambda session: list(changes(session, AuditRow.seq > since_seq, limit=limit)))

    def state(self) -> int:
        """Return the number of the last change: while it is the same, what was derived from the store is right."""
        return self._read(lambda session: session.scalar(select(func.max(AuditRow.seq))) or 0)

    def draft(self, actor: str, form: str, kind: str, id: str) -> Draft | None:
        """Return what was kept of unfinished input, None if nothing."""

        def get(session: Session) -> Draft | None:
            row = session.get(DraftRow, (actor, form, kind, id))
            return draft_of(row) if row else None

        return self._read(get)

    def drafts(self, actor: str | None) -> list[Draft]:
        """Return all unfinished input of a person, or (None) of everybody, newest first."""
        rows = select(DraftRow).order_by(DraftRow.updated_at.desc())
        wanted = rows if actor is None else rows.where(DraftRow.actor == actor)
        return self._read(lambda session: [draft_of(row) for row in session.scalars(wanted)])

    def verify(self) -> Verification:
        """Check the whole store: hash chain, versions, texts, and that replaying the audit gives the records."""
        return self._read(verify)

    # --- transactions ---

    def _write(self, work: Callable[[Session], T]) -> T:
        with not_saved():
            try:
                return self._once(work)
            except Moved:  # a backup was restored while this connection waited for the lock
                return self._once(work)

    def _once(self, work: Callable[[Session], T]) -> T:
        with self._in_turn(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            before = engines.identity(self._file) if self._file else None
            lock(session)
            self._still_there(session, before)
            return work(session)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait for this thread's turn to write."""
        if not self._turn.acquire(timeout=engines.WAIT):
            raise NotSaved("too many writers")
        try:
            yield
        finally:
            self._turn.release()

    def _still_there(self, session: Session, before: tuple[int, int] | None) -> None:
        """Make sure the locked file is the one of that name: a restore swaps it while it holds the lock."""
        if self._file and (before is None or engines.identity(self._file) != before):
            session.invalidate()
            raise Moved

    def _read(self, work: Callable[[Session], T]) -> T:
        try:
            with Session(self._reader) as session:
                return work(session)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise Unreadable(cause(error)) from error


class Moved(Exception):
    """The file behind the connection was replaced."""


@contextmanager
def not_saved() -> Iterator[None]:
    """Name what keeps a save from being acknowledged."""
    try:
        yield
    except Moved as error:
        raise NotSaved("the file was replaced") from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        code = code_of(error)
        if code in {"SQLITE_FULL", "53100", "ENOSPC"}:
            raise DiskFull(cause(error)) from error
        if code.startswith("SQLITE_READONLY") or code in {"25006", "42501", "EROFS", "EACCES"}:
            raise ReadOnly(cause(error)) from error
        raise NotSaved(cause(error)) from error


def code_of(error: BaseException) -> str:
    """Return the code of what went wrong: of SQLite, PostgreSQL or the system; their texts may be translated."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, OSError):
        return errno.errorcode.get(original.errno or 0, "")
    return str(getattr(original, "sqlite_errorname", "") or getattr(original, "sqlstate", "") or "")


def cause(error: BaseException) -> str:
    """Return what the database said, without the statement and its values: they are people's input."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return f"{type(original).__name__}: {str(original).splitlines()[0] if str(original) else ''}"


def open_store(url: str | None = None, *, without_backup: bool | None = None) -> Store:
    """Open the store; make or migrate its tables first where needed, under a lock and with a backup before.

    Args:
        url: address of the database; None takes ``ZWK_DATABASE_URL``, or ``store.sqlite`` in the store's folder.
        without_backup: migrate although no backup can be made; None asks ``ZWK_MIGRATE_WITHOUT_BACKUP``.

    Raises:
        StoreError: a database that is not supported, not safe, newer than the software, or out of reach.
    """
    found = engines.address(url)
    migrate(found, without_backup=without_backup)
    return Store(found)
