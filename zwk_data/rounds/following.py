"""What a guest of one meeting may see: what was shown to the round and decided in it, and nothing else.

Read straight from the records, because a guest is no person with rights: the link is the right, and it is for this
meeting. Notes, votes, drafts, proposals, offices invited and who wrote something are never read into it, nor what was
shown on the first page, before any item: it is about other meetings.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

from zwk_data.exhibits.exhibit import AddressError, Exhibit
from zwk_data.rounds.frozen import NotFrozen, thaw
from zwk_data.rounds.model import Decision, Item, Meeting, NotUsable, Outcome, Shown, part_of
from zwk_data.rounds.service import DECISION, MEETING, SHOWN

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Record, Store

log = logging.getLogger(__name__)
P = TypeVar("P")


@dataclass(frozen=True)
class FollowedExhibit:
    """An exhibit as it was shown, in the language it was shown in; ``id`` is its own in the meeting and stays."""

    id: str
    exhibit: Exhibit
    language: str
    at: datetime
    aside: bool = False


@dataclass(frozen=True)
class FollowedDecision:
    """What was decided on an item."""

    outcome: Outcome
    text: str
    office: str = ""
    due: date | None = None


@dataclass(frozen=True)
class FollowedItem:
    """An item the round has come to: its number on the agenda from 1, what was shown (oldest first), what was decided.

    ``at``: when something new was last shown at it or, where nothing was, when it was decided.
    """

    number: int
    question: str
    at: datetime
    exhibits: tuple[FollowedExhibit, ...] = ()
    decision: FollowedDecision | None = None


@dataclass(frozen=True)
class Followed:
    """A meeting as its guests see it: the questions of the agenda, and the items reached in the agenda's order.

    ``mark`` differs as soon as anything here does.
    """

    mark: str
    title: str
    day: date | None
    place: str
    begun: bool
    closed: bool
    questions: tuple[str, ...] = ()
    items: tuple[FollowedItem, ...] = ()

    @property
    def last(self) -> FollowedItem | None:
        """The item the round came to last, None before the first."""
        return max(self.items, key=lambda one: (one.at, one.number), default=None)

    @property
    def before(self) -> tuple[FollowedItem, ...]:
        """The other items, the newest first."""
        last = self.last
        rest = (one for one in self.items if one is not last)
        return tuple(sorted(rest, key=lambda one: (one.at, one.number), reverse=True))


def followed(store: "Store", ags: str, meeting_id: str) -> Followed | None:
    """Return what a guest of a meeting sees now; None where there is no such meeting in this municipality.

    Records that this version cannot read are left out.

    Raises:
        Unreadable: the store does not answer.
    """
    record = store.get(MEETING, f"{ags}:{meeting_id}")
    meeting = _read(record, Meeting) if record is not None and record.scope == ags else None
    if record is None or meeting is None or (meeting.ags, meeting.id) != (ags, meeting_id):
        return None
    begins = f"{ags}:{meeting_id}:"
    shown, decided = (store.records(kind, ags, begins) if meeting.begun else [] for kind in (SHOWN, DECISION))
    exhibits, decisions = _shown(shown, meeting_id), _decided(decided, meeting_id)
    reached = (_item(number, item, exhibits.get(item.id, []), decisions.get(item.id))
               for number, item in enumerate(meeting.items, 1))  # fmt: skip
    return Followed(
        _mark([record, *shown, *decided]), meeting.title, meeting.day, meeting.place, bool(meeting.begun),
        bool(meeting.closed), tuple(item.question for item in meeting.items), tuple(one for one in reached if one),
    )  # fmt: skip


def _item(
    number: int, item: Item, shown: Sequence[FollowedExhibit], decided: tuple[datetime, FollowedDecision] | None
) -> FollowedItem | None:
    """Return an item as far as the round has come to it, None where it has not."""
    if not shown and decided is None:
        return None
    at = max((one.at for one in shown), default=decided[0] if decided else datetime.min.replace(tzinfo=UTC))
    return FollowedItem(number, item.question, at, tuple(shown), decided[1] if decided else None)


def _shown(records: "Iterable[Record]", meeting_id: str) -> dict[str, list[FollowedExhibit]]:
    """Return what was shown by item, oldest first; without what was shown before the first item."""
    found: dict[str, list[FollowedExhibit]] = {}
    for record in records:
        part = _read(record, Shown)
        exhibit = _exhibit(record.id, part) if part and part.item and part.meeting == meeting_id else None
        if part and exhibit:
            found.setdefault(part.item, []).append(exhibit)
    return {item: sorted(shown, key=lambda one: (one.at, one.id)) for item, shown in found.items()}


def _exhibit(id: str, part: Shown) -> FollowedExhibit | None:
    try:
        at = datetime.fromisoformat(part.at)
        language = "en" if part.language == "en" else "de"
        return FollowedExhibit(id.rpartition(":")[2], thaw(part.exhibit), language, _utc(at), part.aside)
    except (NotFrozen, AddressError, ValueError):
        log.exception("%s cannot be shown", id)
        return None


def _decided(records: "Iterable[Record]", meeting_id: str) -> dict[str, tuple[datetime, FollowedDecision]]:
    """Return what was decided by item, with when it was first written down."""
    parts = ((record.created_at, _read(record, Decision)) for record in records)
    return {
        part.item: (_utc(at), FollowedDecision(part.outcome, part.text, part.office, part.due))
        for at, part in parts
        if part and part.meeting == meeting_id
    }


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _mark(records: "Iterable[Record]") -> str:
    versions = "\n".join(f"{record.kind} {record.id} {record.version}" for record in records)
    return hashlib.sha256(versions.encode()).hexdigest()[:16]


def _read(record: "Record", kind: type[P]) -> P | None:
    try:
        return part_of(kind, record.body)
    except NotUsable:
        log.exception("%s %s cannot be read", record.kind, record.id)
        return None
