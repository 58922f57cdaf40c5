"""The check of the whole store: the chain is whole, every text is the one the chain names, the replay is the table."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from zwk_data.store.models import AuditRow, RecordRow, RevisionRow
from zwk_data.store.records import Verification
from zwk_data.store.values import FIRST_HASH, chained, digest

Key = tuple[str, str]
GIVES_TEXT = {"create": True, "change": True, "remove": False, "erase": False, "redact": True}
ERASING = ("erase", "redact")  # the texts of all versions before go


@dataclass
class Replay:
    """What the audit says about one record: newest row, when it was created, versions with a text, last erasure."""

    newest: AuditRow
    created_at: str
    texts: dict[int, str] = field(default_factory=dict)  # version -> digest, since the last erasure


def verify(session: Session) -> Verification:
    """Check everything; see ``Store.verify``."""
    problems: list[str] = []
    replays: dict[Key, Replay] = {}
    seq, head = 0, FIRST_HASH
    for row in session.scalars(select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=1000)):
        problems += _link(row, seq + 1, head)
        problems += _step(row, replays)
        seq, head = row.seq, row.hash
    problems += _texts(session, replays)
    records = list(session.scalars(select(RecordRow)))
    problems += _table(session, records, replays)
    return Verification(len(records), seq, head if seq else "", tuple(problems))


def _link(row: AuditRow, expected: int, head: str) -> Iterator[str]:
    """Yield what is wrong between a row of the audit and the one before."""
    if row.seq != expected:
        yield f"audit {expected}: missing, next is {row.seq}"
    if row.prev_hash != head:
        yield f"audit {row.seq}: does not follow the row before"
    if row.hash != chained(row):
        yield f"audit {row.seq}: changed afterwards"


def _step(row: AuditRow, replays: dict[Key, Replay]) -> Iterator[str]:
    """Replay one row and yield what does not fit the record's state before."""
    key = (row.kind, row.record_id)
    before = replays.get(key)
    if row.version != (before.newest.version + 1 if before else 1):
        yield f"audit {row.seq}: version {row.version} of {key} out of turn"
    if row.before != (before.newest.after if before else None):
        yield f"audit {row.seq}: another text before than was stored"
    if GIVES_TEXT.get(row.action) is not (row.after is not None):
        yield f"audit {row.seq}: {row.action} does not fit its text"
    created = row.at_utc if before is None or before.newest.after is None else before.created_at
    replays[key] = Replay(row, created, {} if before is None or row.action in ERASING else before.texts)
    if row.after is not None:
        replays[key].texts[row.version] = row.after


def _texts(session: Session, replays: dict[Key, Replay]) -> Iterator[str]:
    """Yield texts that are missing, changed or should not be there."""
    wanted = {(*key, version): text for key, replay in replays.items() for version, text in replay.texts.items()}
    for row in session.scalars(select(RevisionRow).execution_options(yield_per=1000)):
        name = (row.kind, row.record_id, row.version)
        expected = wanted.pop(name, None)
        if expected is None:
            yield f"revision {name}: not in the audit, or erased"
        elif expected != digest(row.salt, row.body):
            yield f"revision {name}: changed afterwards"
    yield from (f"revision {name}: missing" for name in wanted)


def _table(session: Session, records: list[RecordRow], replays: dict[Key, Replay]) -> Iterator[str]:
    """Yield where the records differ from the replayed audit."""
    living = {key: replay for key, replay in replays.items() if replay.newest.after is not None}
    for row in records:
        replay = living.pop((row.kind, row.id), None)
        revision = session.get(RevisionRow, (row.kind, row.id, row.version))
        if replay is None or revision is None:
            yield f"record {(row.kind, row.id)}: not in the audit"
            continue
        last = replay.newest
        stored = (row.version, row.scope, row.actor, row.updated_at, row.created_at, row.body)
        if stored != (last.version, last.scope, last.actor, last.at_utc, replay.created_at, revision.body):
            yield f"record {(row.kind, row.id)}: differs from the audit"
    yield from (f"record {key}: missing" for key in living)
