"""The one way to write: lock, look, compare versions, change the row, add to the audit; all in one transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from zwk_data.store.errors import Conflict
from zwk_data.store.models import AuditRow, DraftRow, RecordRow, RevisionRow
from zwk_data.store.reading import last_change, record_of, revision_body, seen_body
from zwk_data.store.records import Record
from zwk_data.store.values import FIRST_HASH, chained, checked, digest, moment, now

WRITE_LOCK = 0x7A776B01  # PostgreSQL's advisory lock of everything that writes: the audit is one chain


def _looking() -> Select[AuditRow]:
    """Return the question for a request, for a record's newest change and for the end of the chain; all by index."""
    other = aliased(AuditRow)
    kind, record_id = bindparam("of_kind", type_=String), bindparam("of_id", type_=String)
    newest = select(func.max(other.version)).where(other.kind == kind, other.record_id == record_id).scalar_subquery()
    return select(AuditRow).where(
        or_(
            AuditRow.request_id == bindparam("request", type_=String),
            AuditRow.seq == select(func.max(other.seq)).scalar_subquery(),
            and_(AuditRow.kind == kind, AuditRow.record_id == record_id, AuditRow.version == newest),
        )
    )


LOOK = _looking()


@dataclass(frozen=True)
class Wish:
    """What somebody asks to be saved; ``text`` is None for a removal. With ``erase`` the texts before it go."""

    kind: str
    id: str
    text: str | None
    seen_version: int
    actor: str
    request_id: str
    scope: str = ""
    erase: bool = False

    def __post_init__(self) -> None:
        for name in ("kind", "id", "actor", "request_id"):
            checked(name, getattr(self, name))
        checked("scope", self.scope, empty=True)
        if self.seen_version < 0:
            raise ValueError(f"seen_version: {self.seen_version}")


def lock(session: Session) -> None:
    """Wait until nobody else writes; the lock ends with the transaction. SQLite took it with BEGIN IMMEDIATE."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))


def write_record(session: Session, wish: Wish) -> Record:
    """Save a body as the next version of a record.

    Raises:
        Conflict: another version is stored than the one seen.
        ValueError: the request_id belongs to another record or person.
    """
    assert wish.text is not None
    known = _look(session, wish)
    if known.repeated is not None:
        return _first_result(session, wish, known.repeated)
    row = _current(session, wish, known)
    salt = secrets.token_hex(16)
    action = "redact" if wish.erase else "change" if row else "create"
    for gone in _revisions(session, wish) if wish.erase else []:
        session.delete(gone)
    audit = _append(session, wish, known, action, digest(salt, wish.text))
    session.add(RevisionRow(kind=wish.kind, record_id=wish.id, version=audit.version, salt=salt, body=wish.text))
    if row is None:
        row = RecordRow(kind=wish.kind, id=wish.id, created_at=audit.at_utc)
        session.add(row)
    row.version, row.scope, row.body = audit.version, audit.scope, wish.text
    row.updated_at, row.actor = audit.at_utc, wish.actor
    if not wish.erase:
        forget_drafts(session, wish.kind, wish.id, wish.actor)
    session.flush()
    return record_of(row)


def remove_record(session: Session, wish: Wish) -> None:
    """Remove a record; with ``erase`` the texts of all its versions and everybody's drafts of it as well.

    Raises:
        Conflict: another version is stored than the one seen, or none.
        ValueError: the request_id belongs to another record or person.
    """
    known = _look(session, wish)
    if known.repeated is not None:
        return
    row = _current(session, wish, known)
    revisions = _revisions(session, wish) if wish.erase else []
    if not (row or revisions):  # what was removed can still be erased
        raise _conflict(session, wish, None, known.newest)
    _append(session, wish, known, "erase" if wish.erase else "remove", None)
    for gone in (row, *revisions):
        if gone is not None:
            session.delete(gone)
    forget_drafts(session, wish.kind, wish.id, None if wish.erase else wish.actor)
    session.flush()


def _revisions(session: Session, wish: Wish) -> list[RevisionRow]:
    """Return the texts of all versions of a record."""
    texts = select(RevisionRow).where(RevisionRow.kind == wish.kind, RevisionRow.record_id == wish.id)
    return list(session.scalars(texts))


def forget_drafts(session: Session, kind: str, record_id: str, actor: str | None) -> None:
    """Drop the drafts of a record, of one person or (None) of all."""
    drafts = select(DraftRow).where(DraftRow.kind == kind, DraftRow.record_id == record_id)
    for draft in session.scalars(drafts if actor is None else drafts.where(DraftRow.actor == actor)):
        session.delete(draft)


@dataclass(frozen=True)
class Known:
    """What the audit knows: this very request, the record's newest change, the end of the chain."""

    repeated: AuditRow | None
    newest: AuditRow | None
    end: AuditRow | None


def _look(session: Session, wish: Wish) -> Known:
    """Ask the audit all three in one question.

    Raises:
        ValueError: the request_id was used for something else.
    """
    rows = session.scalars(LOOK, {"request": wish.request_id, "of_kind": wish.kind, "of_id": wish.id}).all()
    of_record = [row for row in rows if (row.kind, row.record_id) == (wish.kind, wish.id)]
    known = Known(
        repeated=next((row for row in rows if row.request_id == wish.request_id), None),
        newest=max(of_record, key=lambda row: row.version, default=None),
        end=max(rows, key=lambda row: row.seq, default=None),
    )
    _same_matter(known.repeated, wish)
    return known


def _same_matter(row: AuditRow | None, wish: Wish) -> None:
    """Make sure a request that came through before was this one."""
    if row is None:
        return
    removal = row.action in {"remove", "erase"}
    if (row.kind, row.record_id, row.actor, removal) != (wish.kind, wish.id, wish.actor, wish.text is None):
        raise ValueError(f"request_id used before for something else: {wish.request_id}")


def _first_result(session: Session, wish: Wish, audit: AuditRow) -> Record:
    """Return what this request saved when it came first.

    Raises:
        Conflict: the text differs from the first one (it must not vanish), or the record has been erased since.
    """
    revision = session.get(RevisionRow, (wish.kind, wish.id, audit.version))
    if revision is None or revision.body != wish.text:
        raise _conflict(session, wish, session.get(RecordRow, (wish.kind, wish.id)), None)
    first = select(AuditRow.at_utc).where(
        AuditRow.kind == wish.kind, AuditRow.record_id == wish.id, AuditRow.action == "create",
        AuditRow.version <= audit.version,
    )  # fmt: skip
    created = session.scalars(first.order_by(AuditRow.version.desc()).limit(1)).one()
    return Record(
        wish.kind, wish.id, audit.version, audit.scope, revision_body(revision), moment(created),
        moment(audit.at_utc), audit.actor,
    )  # fmt: skip


def _current(session: Session, wish: Wish, known: Known) -> RecordRow | None:
    """Return the stored row, if it is what the form has seen."""
    row = session.get(RecordRow, (wish.kind, wish.id), with_for_update=True)
    if (row.version if row else 0) != wish.seen_version:
        raise _conflict(session, wish, row, known.newest)
    return row


def _conflict(session: Session, wish: Wish, row: RecordRow | None, newest: AuditRow | None) -> Conflict:
    newest = newest or last_change(session, wish.kind, wish.id)
    yours: Mapping[str, Any] = {} if wish.text is None else seen_body(wish.text)
    revision = session.get(RevisionRow, (wish.kind, wish.id, wish.seen_version)) if wish.seen_version else None
    return Conflict(
        current=record_of(row) if row else None,
        yours=yours,
        seen=revision_body(revision) if revision else None,
        actor=newest.actor if newest else "",
        at=moment(newest.at_utc) if newest else None,
    )


def _append(session: Session, wish: Wish, known: Known, action: str, after: str | None) -> AuditRow:
    """Add the next row of the audit. ``scope`` stays what it was where the wish names none."""
    end, newest = known.end, known.newest
    row = AuditRow(
        seq=(end.seq if end else 0) + 1, kind=wish.kind, record_id=wish.id,
        version=(newest.version if newest else 0) + 1, action=action, at_utc=now(), actor=wish.actor,
        request_id=wish.request_id, scope=wish.scope or (newest.scope if newest and newest.after else ""),
        before=newest.after if newest else None, after=after, prev_hash=end.hash if end else FIRST_HASH,
    )  # fmt: skip
    row.hash = chained(row)
    session.add(row)
    return row
