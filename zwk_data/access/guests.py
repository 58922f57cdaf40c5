"""Guest links: a plan, an exhibit or a meeting can be shown to somebody without an account, for a time, and taken back.

The link carries 256 random bits; the store keeps only their SHA-256 (kind ``guest_link``), so nobody who reads the
store or a backup can open one. A link gives no right: it names one thing, and only the page of guest links shows it.
Whether a token is wrong, run out or revoked is not told.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args
from uuid import uuid4

from zwk_data.access.people import Person, require

if TYPE_CHECKING:
    from zwk_data.store import Record, Store

KIND = "guest_link"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in base64url
DAYS, LONGEST_DAYS = 30, 365
LONGEST_LABEL, LONGEST_ADDRESS = 120, 2000
What = Literal["plan", "published", "exhibit", "meeting"]
WHATS: tuple[What, ...] = get_args(What)
WITH_ADDRESS = ("exhibit", "meeting")


@dataclass(frozen=True)
class Target:
    """What a link shows: a municipality's whole plan, what is published of it, an exhibit, or a meeting as it goes on.

    ``address`` is that of the exhibit or the id of the meeting, empty for a plan.
    """

    what: What
    ags: str
    address: str = ""


@dataclass(frozen=True)
class GuestLink:
    """A link as it is stored, without its token; times in UTC."""

    id: str
    version: int
    label: str
    target: Target
    expires: datetime
    revoked: bool
    created_at: datetime
    actor: str

    def is_open(self, now: datetime) -> bool:
        """Tell whether the link shows anything at a time."""
        return not self.revoked and now < self.expires


class NotShareable(ValueError):
    """A link that cannot be made as wished; ``field`` names what is wrong: label, days, what or address."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def _utc() -> datetime:
    return datetime.now(UTC)


class Guests:
    """The guest links in a store, as one person may see and change them; ``now`` is the clock (UTC)."""

    def __init__(self, store: "Store", person: Person, now: Callable[[], datetime] = _utc) -> None:
        self._store, self.person, self._now = store, person, now

    def links(self, ags: str) -> list[GuestLink]:
        """Return the links of a municipality, newest first.

        Raises:
            Denied: the person may not share here.
        """
        require(self.person, "share", ags)
        found = (_read(record) for record in self._store.records(KIND, ags))
        return sorted((link for link in found if link), key=lambda link: link.created_at, reverse=True)

    def create(self, label: str, target: Target, days: int = DAYS) -> str:
        """Make a link and return its token; nobody can see it again.

        Raises:
            Denied: the person may not share here, or not read what the link would show.
            NotShareable: no label, another term than 1 to 365 days, nothing to show.
            NotSaved: as in ``Store.save``.
        """
        require(self.person, "share", target.ags)
        require(self.person, "read_internal", target.ags)
        _check(label, target, days)
        token = secrets.token_urlsafe(32)
        body = {
            "label": label.strip(), "target": asdict(target), "revoked": False,
            "expires": (self._now() + timedelta(days=days)).isoformat(),
        }  # fmt: skip
        self._store.save(KIND, digest(token), body, seen_version=0, actor=self.person.actor, request_id=str(uuid4()),
                         scope=target.ags)  # fmt: skip
        return token

    def revoke(self, ags: str, id: str) -> None:
        """Revoke a link of a municipality; nothing happens where there is none or it is revoked.

        Raises:
            Denied: the person may not share here.
            Conflict, NotSaved: as in ``Store.save``.
        """
        require(self.person, "share", ags)
        record = self._store.get(KIND, id)
        if record is None or record.scope != ags or record.body.get("revoked"):
            return
        self._store.save(KIND, id, {**record.body, "revoked": True}, seen_version=record.version,
                         actor=self.person.actor, request_id=str(uuid4()))  # fmt: skip


def digest(token: str) -> str:
    """Return the SHA-256 of a token: all that is kept of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def opened(store: "Store", token: str, now: Callable[[], datetime] = _utc) -> GuestLink | None:
    """Return what a token was made for; None for one that is wrong, run out or revoked, without saying which.

    The token is looked up by its hash: how long that takes tells nothing of the tokens there are.

    Raises:
        Unreadable: the store does not answer.
    """
    if not TOKEN.fullmatch(token):
        return None
    wanted = digest(token)
    record = store.get(KIND, wanted)
    link = _read(record) if record and hmac.compare_digest(record.id, wanted) else None
    return link if link and link.is_open(now()) else None


def _check(label: str, target: Target, days: int) -> None:
    """Make sure that a link has a name, a term and something to show.

    Raises:
        NotShareable: it has not.
    """
    if not 1 <= len(label.strip()) <= LONGEST_LABEL or not label.isprintable():
        raise NotShareable("label")
    if not 1 <= days <= LONGEST_DAYS:
        raise NotShareable("days")
    if target.what not in WHATS or not target.ags:
        raise NotShareable("what")
    if (target.what in WITH_ADDRESS) is not bool(target.address) or len(target.address) > LONGEST_ADDRESS:
        raise NotShareable("address")


def _read(record: "Record") -> GuestLink | None:
    """Return a stored link, None for one this version cannot read: it shows nothing."""
    body: Mapping[str, Any] = record.body
    try:
        target = Target(**body["target"])
        expires = datetime.fromisoformat(body["expires"])
        revoked = body["revoked"] is not False
        if expires.tzinfo is None or target.ags != record.scope or target.what not in WHATS:
            return None
    except (KeyError, TypeError, ValueError):
        return None
    return GuestLink(record.id, record.version, str(body.get("label", "")), target, expires, revoked,
                     record.created_at, record.actor)  # fmt: skip
