"""Values on their way into the store and back: JSON text, digests, times, names."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from zwk_data.store.errors import TooLarge
from zwk_data.store.models import KIND, NAME, AuditRow

MAX_BODY = 8 << 20  # bytes of JSON; a town's ages × sexes × 30 years are below 200 kB
FIRST_HASH = "0" * 64  # before the first row of the audit
CHAINED = (
    "seq", "kind", "record_id", "version", "action", "at_utc", "actor", "request_id", "scope", "before", "after",
    "prev_hash",
)  # fmt: skip


def to_text(body: Mapping[str, Any]) -> str:
    """Return a body as canonical JSON in ASCII: sorted, no blanks, NUL and half surrogates escaped.

    Raises:
        ValueError: not JSON (other keys than text, NaN, objects).
        TooLarge: more than MAX_BODY bytes.
    """
    try:
        text = json.dumps(dict(body), sort_keys=True, separators=(",", ":"), allow_nan=False)
    except TypeError as error:
        raise ValueError(f"a body must be JSON: {error}") from error
    if len(text) > MAX_BODY:
        raise TooLarge(f"{len(text)} bytes")
    return text


def from_text(text: str) -> dict[str, Any]:
    """Return the body of its JSON text."""
    body: dict[str, Any] = json.loads(text)
    return body


def digest(salt: str, text: str) -> str:
    """Return the salted SHA-256 of a body's text."""
    return hashlib.sha256(f"{salt}:{text}".encode("ascii")).hexdigest()


def now() -> str:
    """Return the time in UTC, as the tables hold it: 2026-11-22T20:08:32.000000Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(stamp: str) -> datetime:
    """Return a time of the tables."""
    return datetime.fromisoformat(stamp)


def chained(row: AuditRow) -> str:
    """Return the hash of an audit row: of all its columns, the hash of the row before included."""
    values = [getattr(row, name) for name in CHAINED]
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode("ascii")).hexdigest()


def checked(name: str, value: str, *, empty: bool = False) -> str:
    """Return a name if it is fit for both engines.

    Raises:
        ValueError: empty, too long, or with characters that cannot be printed (NUL, line breaks, half surrogates).
    """
    limit = KIND if name == "kind" else NAME
    if not isinstance(value, str) or not (value or empty) or len(value) > limit or not value.isprintable():
        raise ValueError(f"{name}: {value!r}")
    return value
