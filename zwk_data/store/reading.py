"""Rows into what the store hands out."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zwk_data.store.models import AuditRow, DraftRow, RecordRow, RevisionRow
from zwk_data.store.records import Change, Draft, Record
from zwk_data.store.values import from_text, moment


def record_of(row: RecordRow) -> Record:
    """Return a row of records as what callers get."""
    return Record(
        row.kind, row.id, row.version, row.scope, from_text(row.body), moment(row.created_at), moment(row.updated_at),
        row.actor,
    )  # fmt: skip


def draft_of(row: DraftRow) -> Draft:
    """Return a row of drafts as what callers get."""
    return Draft(
        row.actor, row.form, row.kind, row.record_id, from_text(row.body), row.version_seen, moment(row.updated_at)
    )


def change_of(row: AuditRow, body: str | None) -> Change:
    """Return a row of the audit, with the text of that version where there still is one."""
    return Change(
        row.seq, row.kind, row.record_id, row.version, row.action, moment(row.at_utc), row.actor, row.request_id,
        row.scope, row.before, row.after, None if body is None else from_text(body),
    )  # fmt: skip


def revision_body(row: RevisionRow) -> dict[str, Any]:
    """Return the body of a version."""
    return from_text(row.body)


def seen_body(text: str) -> dict[str, Any]:
    """Return the body of a wish, as it would have been stored."""
    return from_text(text)


def last_change(session: Session, kind: str, record_id: str) -> AuditRow | None:
    """Return the newest audit row of a record."""
    rows = select(AuditRow).where(AuditRow.kind == kind, AuditRow.record_id == record_id)
    return session.scalars(rows.order_by(AuditRow.version.desc()).limit(1)).one_or_none()


def changes(session: Session, *conditions: Any, limit: int | None = None) -> Iterator[Change]:
    """Yield audit rows that meet the conditions, oldest first."""
    texts = (
        (RevisionRow.kind == AuditRow.kind)
        & (RevisionRow.record_id == AuditRow.record_id)
        & (RevisionRow.version == AuditRow.version)
    )
    rows = select(AuditRow, RevisionRow.body).outerjoin(RevisionRow, texts).where(*conditions)
    for row, body in session.execute(rows.order_by(AuditRow.seq).limit(limit)):
        yield change_of(row, body)
