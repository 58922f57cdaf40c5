"""What the store hands out: frozen, free of the database, times in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Record:
    """The current state of one thing somebody wrote; ``version`` is what the next save must have seen.

    ``body`` is what was saved, as JSON gives it back; ``scope`` the canonical key of the municipality or empty.
    """

    kind: str
    id: str
    version: int
    scope: str
    body: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    actor: str


@dataclass(frozen=True)
class Change:
    """One row of the audit: who did what to which record when.

    ``action`` is create, change, remove, erase or redact (a change that erased the texts before it). ``before`` and
    ``after`` are salted SHA-256 of the bodies (None: there was none); ``body`` is the text of ``after`` unless it was
    removed or has been erased since.
    """

    seq: int
    kind: str
    id: str
    version: int
    action: str
    at: datetime
    actor: str
    request_id: str
    scope: str
    before: str | None
    after: str | None
    body: Mapping[str, Any] | None


@dataclass(frozen=True)
class Draft:
    """Unfinished input of one person in one form; ``version_seen`` is the version the form was opened with."""

    actor: str
    form: str
    kind: str
    id: str
    body: Mapping[str, Any]
    version_seen: int
    updated_at: datetime


@dataclass(frozen=True)
class Verification:
    """What a check of the whole store found; ``head`` is the hash of the newest audit row (empty: no row)."""

    records: int
    changes: int
    head: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Tell whether chain, texts and records agree."""
        return not self.problems
