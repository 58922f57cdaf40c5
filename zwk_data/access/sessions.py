"""How long a sign-in lasts: 60 minutes without doing anything, 12 hours in all, and until somebody ends it.

Streamlit's cookie lives for 30 days and is read only when a page is opened, so the limits are kept here. What a session
last did stands in the store's drafts (form ``session``): overwritten freely, at most once a minute, not in the audit.
Ended sessions stay ended, even for a copy of the cookie.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from zwk_data.access.people import Person, require

if TYPE_CHECKING:
    from zwk_data.store import Store

log = logging.getLogger(__name__)
FORM, KIND, EPOCH = "session", "session", "session_epoch"
ENDED = "session_ended"  # a note of its own: one of activity that comes late does not write over it
NOTED_EVERY = 60.0  # seconds between two notes of the same session's last activity
SKEW = 300.0  # seconds by which the provider's clock may be ahead of ours
State = Literal["open", "idle", "too_long", "ended", "undated"]


@dataclass(frozen=True)
class Limits:
    """How long a session may go without activity and in all, in seconds."""

    idle: float = 60 * 60.0
    absolute: float = 12 * 60 * 60.0


@dataclass(frozen=True)
class SignIn:
    """One sign-in: the account, a name for this sign-in alone, and when it was (seconds since 1970, UTC)."""

    account: str
    id: str
    at: float | None


def sign_in_of(account: str, claims: Mapping[str, Any]) -> SignIn:
    """Return the sign-in that an ID token stands for.

    The time is when the token was issued (``iat``), that is, when somebody signed in *here*; ``auth_time``, when the
    provider last asked for a password, counts only where the token has no ``iat``. Without both there is no time.
    """
    at = next((_seconds(claims.get(name)) for name in ("iat", "auth_time") if _seconds(claims.get(name))), None)
    parts = [account, *(str(claims.get(name, "")) for name in ("iat", "auth_time", "nonce", "jti", "sid", "at_hash"))]
    return SignIn(account, hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:40], at)


class Sessions:
    """The sessions in a store; ``now`` is the clock (seconds since 1970), replaced in tests."""

    def __init__(self, store: "Store", limits: Limits = Limits(), now: Callable[[], float] = time.time) -> None:
        self._store, self._limits, self._now = store, limits, now

    def check(self, sign_in: SignIn) -> State:
        """Tell whether a session is still open; asking counts as activity.

        Raises:
            Unreadable: the store does not answer.
        """
        now = self._now()
        if sign_in.at is None or sign_in.at > now + SKEW:
            return "undated"
        if now - sign_in.at >= self._limits.absolute:
            return "too_long"
        epoch, ended_at = self._epoch(sign_in.account)
        note = self._note(sign_in)
        last = max(sign_in.at, _seconds(note.get("last")) or 0.0)
        if self._note(sign_in, ENDED) or sign_in.at <= ended_at or note.get("epoch", epoch) != epoch:
            return "ended"
        if now - last >= self._limits.idle:
            return "idle"
        if not note:
            self._forget_old(sign_in, now)
        if not note or now - last >= NOTED_EVERY:
            self._keep(sign_in, {"last": now, "epoch": epoch})
        return "open"

    def end(self, sign_in: SignIn) -> None:
        """End this one session, for every tab and copy of its cookie: somebody has signed out.

        Raises:
            StoreError: it cannot be noted; a copy of the cookie lasts as long as the limits allow.
        """
        self._store.keep_draft(sign_in.account, FORM, ENDED, sign_in.id, {"at": self._now()}, version_seen=0)

    def end_all(self, account: str, person: Person) -> None:
        """End all sessions of an account: one's own, or anybody's for who may do so.

        Raises:
            Denied: it is somebody else's account and the person may not.
            NotSaved: as in ``Store.save``.
        """
        from zwk_data.store import Conflict

        if person.kind != "account" or person.account != account:
            require(person, "accounts")
        with suppress(Conflict):  # somebody ended them at this very moment
            record = self._store.get(EPOCH, account)
            self._store.save(EPOCH, account, {"ended_at": self._now()}, seen_version=record.version if record else 0,
                             actor=person.actor, request_id=str(uuid4()))  # fmt: skip

    def _epoch(self, account: str) -> tuple[int, float]:
        """Return how often and when (seconds) all sessions of an account were last ended."""
        record = self._store.get(EPOCH, account)
        return (record.version, _seconds(record.body.get("ended_at")) or 0.0) if record else (0, 0.0)

    def _note(self, sign_in: SignIn, kind: str = KIND) -> Mapping[str, Any]:
        draft = self._store.draft(sign_in.account, FORM, kind, sign_in.id)
        return draft.body if draft else {}

    def _keep(self, sign_in: SignIn, body: Mapping[str, Any]) -> None:
        """Keep a note of activity; where that fails the session ends earlier, never later."""
        from zwk_data.store import StoreError

        try:
            self._store.keep_draft(sign_in.account, FORM, KIND, sign_in.id, body, version_seen=0)
        except StoreError:
            log.exception("activity of a session cannot be noted")

    def _forget_old(self, sign_in: SignIn, now: float) -> None:
        """Drop the notes of this account's sessions that are over for good."""
        from zwk_data.store import StoreError

        with suppress(StoreError):
            for draft in self._store.drafts(sign_in.account):
                # Not older than a cookie that could still name it: the absolute limit, and what clocks differ by.
                old = now - draft.updated_at.timestamp() > self._limits.absolute + SKEW
                if draft.form == FORM and old:
                    self._store.drop_draft(sign_in.account, FORM, draft.kind, draft.id)


def _seconds(value: object) -> float | None:
    """Return a time in seconds, None for anything that is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None
