"""The one way to the meetings of a municipality: preparing, holding, closing, and what was shown.

Meeting, decisions, remarks and each exhibit shown are records of their own, so a decision typed on one machine and a
remark on another disturb nobody. Rights are asked here, at each call: who prepares may edit, who decides may decide.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

from zwk_data.access import Person, require
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.plan.model import Entry, Origin, Plan, Progress
from zwk_data.plan.service import NoPlanYet, Plans
from zwk_data.rounds.frozen import freeze
from zwk_data.rounds.model import (
    FEWEST_ITEMS,
    Decision,
    Meeting,
    NotUsable,
    PlanThen,
    Remark,
    Shown,
    State,
    body_of,
    part_of,
)

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Draft, Record, Store

log = logging.getLogger(__name__)
MEETING, DECISION, REMARK = "meeting", "meeting_decision", "meeting_remark"
SHOWN, PLAN_THEN = "meeting_shown", "meeting_plan"
FORM = "meeting_live"  # of drafts: what is typed while a meeting goes on
LONGEST_TITLE = 120  # signs of an action's title; the whole text is its description
KINDS: Mapping[type, str] = {Meeting: MEETING, Decision: DECISION, Remark: REMARK}
T = TypeVar("T", Meeting, Decision, Remark)


class IsClosed(ValueError):
    """A closed meeting is not changed any more; what became of its decisions may be."""

    reason_de = "Die Sitzung ist abgeschlossen und wird nicht mehr geändert."


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A stored part and the version that the next save must have seen (0: none yet)."""

    part: T
    version: int
    actor: str = ""


def _utc() -> datetime:
    return datetime.now(UTC)


class Meetings:
    """The meetings in a store, as one person may see and change them; ``now`` is the clock (UTC)."""

    def __init__(self, store: "Store", person: Person, now: Callable[[], datetime] = _utc) -> None:
        self._store, self.person, self._now = store, person, now

    # --- reading; each raises Denied (internal data) and Unreadable ---

    def all(self, ags: str) -> list[Kept[Meeting]]:
        """Return the meetings of a municipality, the newest day first, those without a day before them."""
        require(self.person, "read_internal", ags)
        found = self._parts(ags, Meeting)
        return sorted(
            found, key=lambda one: (one.part.day or date.max, str(one.part.at or ""), one.part.id), reverse=True
        )

    def one(self, ags: str, id: str) -> Kept[Meeting] | None:
        """Return a meeting, None where there is none."""
        require(self.person, "read_internal", ags)
        record = self._store.get(MEETING, f"{ags}:{id}")
        return _kept(record, Meeting) if record else None

    def decisions(self, ags: str, meeting: str = "") -> list[Kept[Decision]]:
        """Return decisions, of one meeting or all: oldest meeting first, then by item."""
        require(self.person, "read_internal", ags)
        found = self._parts(ags, Decision, meeting)
        return sorted(found, key=lambda one: (one.part.on or date.min, one.part.id))

    def remarks(self, ags: str, meeting: str) -> list[Kept[Remark]]:
        """Return what was noted in a meeting, in the order it was noted."""
        require(self.person, "read_internal", ags)
        records = sorted(self._records(ags, REMARK, meeting), key=lambda one: (one.created_at, one.id))
        return [kept for record in records if (kept := _kept(record, Remark))]

    def shown(self, ags: str, meeting: str) -> list[Shown]:
        """Return what was shown in a meeting, in the order it was first shown; as it was then."""
        require(self.person, "read_internal", ags)
        records = sorted(self._records(ags, SHOWN, meeting), key=lambda one: (one.body.get("at", ""), one.id))
        return [found for record in records if (found := _read(record, Shown)) is not None]

    def plan_then(self, ags: str, meeting: str) -> PlanThen | None:
        """Return where the plan stood when a meeting was closed, None where that was not noted."""
        require(self.person, "read_internal", ags)
        record = self._store.get(PLAN_THEN, f"{ags}:{meeting}")
        return _read(record, PlanThen) if record else None

    def last_closed(self, ags: str) -> Meeting | None:
        """Return the meeting that was closed last, None where none was."""
        closed = [one.part for one in self.all(ags) if one.part.closed]
        return max(closed, key=lambda one: one.closed, default=None)

    # --- writing; each raises Denied, NotUsable, Conflict and NotSaved (see Store.save) ---

    def save(self, ags: str, part: Meeting | Decision | Remark, *, seen_version: int, request_id: str) -> int:
        """Save a part: a new one (``seen_version`` 0) or the next version; return its version.

        Raises:
            IsClosed: the meeting is closed.
        """
        require(self.person, "decide" if isinstance(part, Decision) else "edit", ags)
        self._open(ags, part.id if isinstance(part, Meeting) else part.meeting)
        return self._save(ags, part, seen_version, request_id)

    def settle(
        self, ags: str, one: Kept[Decision], state: State, *, day: date, remark: str = "", request_id: str
    ) -> int:  # fmt: skip
        """Say what became of a decision, also after its meeting was closed; return its version."""
        require(self.person, "edit", ags)
        changed = replace(one.part, state=state, state_day=day, remark=remark or one.part.remark)
        return self._save(ags, changed, one.version, request_id)

    def note_entry(self, ags: str, one: Kept[Decision], entry: str, *, request_id: str) -> int:
        """Note which entry of the plan a decision became or changed, also after the close; return its version."""
        require(self.person, "edit", ags)
        return self._save(ags, replace(one.part, entry=entry), one.version, request_id)

    def remove(self, ags: str, part: Meeting | Remark, *, seen_version: int, request_id: str) -> None:
        """Remove a meeting that is not closed, or a remark; its texts stay in the history.

        Raises:
            IsClosed: the meeting is closed.
        """
        require(self.person, "edit", ags)
        self._open(ags, part.id if isinstance(part, Meeting) else part.meeting)
        self._store.remove(KINDS[type(part)], _id(ags, part), seen_version=seen_version, actor=self.person.actor,
                           request_id=request_id, erase=False)  # fmt: skip

    def begin(self, ags: str, one: Kept[Meeting], *, request_id: str) -> Meeting:
        """Note when a meeting began; begun once, it stays so.

        Raises:
            NotUsable: it has fewer than three items.
            IsClosed: the meeting is closed.
        """
        require(self.person, "edit", ags)
        if len(one.part.items) < FEWEST_ITEMS:
            raise NotUsable(["items"])
        if one.part.begun:
            return one.part
        begun = replace(one.part, begun=self._now().isoformat(timespec="seconds"))
        self.save(ags, begun, seen_version=one.version, request_id=request_id)
        return begun

    def show(
        self, ags: str, meeting: str, item: str, exhibit: Exhibit, *, aside: bool = False,
        assumptions: Exhibit | None = None, language: str = "de",
    ) -> str:  # fmt: skip
        """Freeze an exhibit as it is shown now and return the name it has there.

        The same figures shown twice at an item are kept once; other figures of the same address beside them.

        Raises:
            IsClosed: the meeting is closed.
        """
        from zwk_data.store import Conflict

        require(self.person, "edit", ags)
        frozen = freeze(exhibit)
        digest = hashlib.sha256(json.dumps([item, aside, frozen]).encode()).hexdigest()[:16]
        id = f"{ags}:{meeting}:{digest}"
        if self._store.get(SHOWN, id) is not None:
            return digest
        self._open(ags, meeting)
        at = self._now().isoformat(timespec="milliseconds")
        part = Shown(meeting, item, at, frozen, aside, freeze(assumptions) if assumptions else "", language)
        try:
            self._store.save(SHOWN, id, body_of(part), seen_version=0, actor=self.person.actor,
                             request_id=uuid4().hex, scope=ags)  # fmt: skip
        except Conflict:  # another tab showed the same at this very moment
            log.info("shown twice at once: %s", id)
        return digest

    def close(self, ags: str, one: Kept[Meeting], plan: Plan | None, *, request_id: str) -> Meeting:
        """Close a meeting: from now on it is only read. Where the plan stands is kept with it.

        Raises:
            IsClosed: it is closed already.
        """
        require(self.person, "decide", ags)
        self._open(ags, one.part.id)
        then = PlanThen(one.part.id, entries_of(plan))
        record = self._store.get(PLAN_THEN, f"{ags}:{one.part.id}")
        self._store.save(PLAN_THEN, f"{ags}:{one.part.id}", body_of(then), seen_version=record.version if record else 0,
                         actor=self.person.actor, request_id=f"{request_id}-plan", scope=ags)  # fmt: skip
        closed = replace(one.part, closed=self._now().isoformat(timespec="seconds"))
        self._save(ags, closed, one.version, request_id)
        return closed

    def carry_over(self, ags: str, one: Kept[Decision], entry: str, *, request_id: str) -> str:
        """Carry a decision into the plan: as a note on the progress of an entry or, without one, as a new action.

        The same decision carried over twice is in the plan once. Returns the id of the entry.

        Raises:
            NoPlanYet: the municipality has not begun a plan of its own.
            KeyError: the plan has no such entry.
            Denied, NotUsable, Conflict, NotSaved: as in ``Plans.save``.
        """
        plans = Plans(self._store, self.person)
        stored = plans.stored(ags)
        if not stored.begun:
            raise NoPlanYet(ags)
        part = progress_of(one.part, entry) if entry else action_of(one.part)
        if isinstance(part, Progress):
            stored.plan.entry(entry)
        known = {found.id for found in stored.plan.entries} | {found.id for found in stored.plan.progress}
        if part.id not in known:
            plans.save(ags, part, seen_version=0, request_id=f"{request_id}-part")
        id = part.entry if isinstance(part, Progress) else part.id
        if one.part.entry != id:
            self.note_entry(ags, one, id, request_id=f"{request_id}-mark")
        return id

    # --- drafts: what is typed live ---

    def keep_draft(self, ags: str, meeting: str, item: str, form: str, typed: Mapping[str, Any]) -> None:
        """Keep what is typed at an item into the form ``decision`` or ``remark``; nothing typed: let it go.

        Raises:
            Denied: the person may not edit there.
            NotSaved: as in ``Store.save``.
        """
        require(self.person, "edit", ags)
        id = f"{ags}:{meeting}:{item}:{form}"
        if any(typed.values()):
            self._store.keep_draft(self.person.actor, FORM, MEETING, id, typed, version_seen=0)
        else:
            self._store.drop_draft(self.person.actor, FORM, MEETING, id)

    def draft(self, ags: str, meeting: str, item: str, form: str) -> "Draft | None":
        """Return what this person typed into a form and has not held on to, None if nothing.

        Raises:
            Denied: the person may not edit there.
        """
        require(self.person, "edit", ags)
        return self._store.draft(self.person.actor, FORM, MEETING, f"{ags}:{meeting}:{item}:{form}")

    # --- inside ---

    def _open(self, ags: str, meeting: str) -> None:
        record = self._store.get(MEETING, f"{ags}:{meeting}")
        if record and record.body.get("closed"):
            raise IsClosed(meeting)

    def _save(self, ags: str, part: Meeting | Decision | Remark, seen_version: int, request_id: str) -> int:
        return self._store.save(
            KINDS[type(part)], _id(ags, part), body_of(part), seen_version=seen_version, actor=self.person.actor,
            request_id=request_id, scope=ags,
        ).version  # fmt: skip

    def _records(self, ags: str, kind: str, meeting: str = "") -> "list[Record]":
        return self._store.records(kind, ags, f"{ags}:{meeting}:" if meeting else "")

    def _parts(self, ags: str, kind: type[T], meeting: str = "") -> list[Kept[T]]:
        return [kept for record in self._records(ags, KINDS[kind], meeting) if (kept := _kept(record, kind))]


def entries_of(plan: Plan | None) -> dict[str, dict[str, str]]:
    """Return title, stage and status of the entries of a plan by their ids."""
    entries = plan.entries if plan and plan.kind != "example" else ()
    return {one.id: {"title": one.title, "stage": one.stage or "", "status": one.status or ""} for one in entries}


def action_of(one: Decision) -> Entry:
    """Return the action that a decision becomes; the same decision always the same one."""
    text = " ".join(one.text.split())
    title = text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1].rstrip() + "…"
    return Entry(
        f"md_{_digest(one)}", title, "action", one.text if title != text else None, status="geplant",
        responsible_office=one.office or None, end=one.due, origin=Origin("meeting", one.question, None, one.on),
    )  # fmt: skip


def progress_of(one: Decision, entry: str) -> Progress:
    """Return the note on progress that a decision leaves at an entry."""
    return Progress(f"md_{_digest(one)}", entry, one.on or datetime.now(UTC).date(), planned=one.text,
                    office=one.office or None)  # fmt: skip


def _digest(one: Decision) -> str:
    return hashlib.sha256(one.id.encode()).hexdigest()[:12]


def _id(ags: str, part: Meeting | Decision | Remark) -> str:
    return f"{ags}:{part.meeting}:{part.id}" if isinstance(part, Remark) else f"{ags}:{part.id}"


def _kept(record: "Record", kind: type[T]) -> Kept[T] | None:
    found = _read(record, kind)
    return Kept(found, record.version, record.actor) if found is not None else None


def _read(record: "Record", kind: type[Any]) -> Any:
    """Return a record as what it is, None (and a line in the log) where this version cannot read it."""
    try:
        return part_of(kind, record.body)
    except NotUsable:
        log.exception("%s %s cannot be read", record.kind, record.id)
        return None
