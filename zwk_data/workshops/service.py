"""The one way to the workshops of a municipality: reading, writing, and carrying results over into the plan.

Each workshop and each result is a record of its own, so several tables write at once without disturbing each other.
Rights are asked here, at each call: what groups said is internal until it stands in a published plan.
"""

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import NAMESPACE_OID, uuid5

from zwk_data.access import Person, require
from zwk_data.plan.model import Entry, Origin
from zwk_data.plan.service import NoPlanYet, Plans
from zwk_data.workshops.model import NotUsable, Result, Workshop, body_of, result_of, workshop_of

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Draft, Record, Store

log = logging.getLogger(__name__)
WORKSHOP, RESULT = "workshop", "workshop_result"
FORM = "workshop_capture"  # of drafts
LONGEST_TITLE = 120  # signs of an idea's title; the whole text is its description


T = TypeVar("T", Workshop, Result)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A stored part and the version that the next save must have seen (0: none yet)."""

    part: T
    version: int
    actor: str = ""


class Workshops:
    """The workshops in a store, as one person may see and change them."""

    def __init__(self, store: "Store", person: Person) -> None:
        self._store, self.person = store, person

    def all(self, ags: str) -> list[Kept[Workshop]]:
        """Return the workshops of a municipality, the newest day first.

        Raises:
            Denied: the person may not read internal data there.
            Unreadable: the store does not answer.
        """
        require(self.person, "read_internal", ags)
        found = [kept for record in self._store.records(WORKSHOP, ags) if (kept := _workshop(record))]
        return sorted(found, key=lambda one: (one.part.day is not None, one.part.day, one.part.title), reverse=True)

    def results(self, ags: str, workshop: str) -> list[Kept[Result]]:
        """Return what the groups of a workshop held on to: by group, most votes first. Raises as ``all``."""
        require(self.person, "read_internal", ags)
        found = [kept for record in self._store.records(RESULT, ags) if (kept := _result(record))]
        own = [one for one in found if one.part.workshop == workshop]
        return sorted(own, key=lambda one: (one.part.group, -one.part.votes, one.part.text.casefold(), one.part.id))

    def save(self, ags: str, part: Workshop | Result, *, seen_version: int, request_id: str) -> int:
        """Save a part: a new one (``seen_version`` 0) or the next version; return its version.

        Raises:
            Denied: the person may not edit there.
            NotUsable: something is missing or too long.
            Conflict, NotSaved: as in ``Store.save``.
        """
        require(self.person, "edit", ags)
        kind = WORKSHOP if isinstance(part, Workshop) else RESULT
        return self._store.save(
            kind, f"{ags}:{part.id}", body_of(part), seen_version=seen_version, actor=self.person.actor,
            request_id=request_id, scope=ags,
        ).version  # fmt: skip

    def remove(self, ags: str, part: Workshop | Result, *, seen_version: int, request_id: str) -> None:
        """Remove a part; its texts stay in the history. Of a workshop its results stay out of sight.

        Raises:
            Denied: the person may not edit there.
            Conflict, NotSaved: as in ``Store.remove``.
        """
        require(self.person, "edit", ags)
        kind = WORKSHOP if isinstance(part, Workshop) else RESULT
        self._store.remove(kind, f"{ags}:{part.id}", seen_version=seen_version, actor=self.person.actor,
                           request_id=request_id, erase=False)  # fmt: skip

    def carry_over(self, workshop: Workshop, one: Kept[Result], *, request_id: str) -> Entry:
        """Put a result into the plan as an idea that names its group; said twice, it is still one idea.

        Raises:
            NoPlanYet: the municipality has not begun a plan of its own.
            Denied: the person may not edit there.
            NotUsable, Conflict, NotSaved: as in ``Plans.save``.
        """
        entry = idea_of(workshop, one.part)
        plans = Plans(self._store, self.person)
        stored = plans.stored(workshop.ags)
        if not stored.begun:
            raise NoPlanYet(workshop.ags)
        known = {found.id for found in stored.plan.entries}
        if entry.id not in known:
            plans.save(workshop.ags, entry, seen_version=0, request_id=f"{request_id}-idea")
        if one.part.entry != entry.id:
            self.save(workshop.ags, replace(one.part, entry=entry.id), seen_version=one.version,
                      request_id=f"{request_id}-mark")  # fmt: skip
        return entry

    # --- drafts: what is typed and not held on to yet ---

    def keep_draft(self, ags: str, workshop: str, group: str, token: str, typed: str) -> None:
        """Keep what is typed for a group; ``token`` names the session, so that two of them never overwrite each other.

        Raises:
            Denied: the person may not edit there.
            NotSaved: as in ``Store.save``.
        """
        require(self.person, "edit", ags)
        id = f"{ags}:{workshop}:{group}:{token}"
        if typed.strip():
            self._store.keep_draft(self.person.actor, FORM, RESULT, id, {"text": typed}, version_seen=0)
        else:
            self._store.drop_draft(self.person.actor, FORM, RESULT, id)

    def drafts(self, ags: str, workshop: str) -> "list[tuple[str, str, Draft]]":
        """Return what this person typed for a workshop in any session: group, token, draft; newest first.

        Raises:
            Denied: the person may not edit there.
        """
        require(self.person, "edit", ags)
        begin = f"{ags}:{workshop}:"
        own = [one for one in self._store.drafts(self.person.actor) if one.form == FORM and one.id.startswith(begin)]
        return [(*one.id.removeprefix(begin).split(":", 1), one) for one in own]  # type: ignore[misc]


def idea_of(workshop: Workshop, result: Result) -> Entry:
    """Return the idea that a result becomes; the same result always the same one."""
    text = " ".join(result.text.split())
    title = text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1].rstrip() + "…"
    group = workshop.group(result.group)
    origin = Origin("workshop", ", ".join(part for part in (workshop.title, group.name if group else "") if part),
                    (group.address or None) if group else None, workshop.day)  # fmt: skip
    id = "ws_" + uuid5(NAMESPACE_OID, f"{workshop.id}:{result.id}").hex[:12]
    return Entry(id, title, "idea", result.text if title != text else None, origin=origin)


def _workshop(record: "Record") -> Kept[Workshop] | None:
    return _read(record, workshop_of)


def _result(record: "Record") -> Kept[Result] | None:
    return _read(record, result_of)


def _read(record: "Record", read: Any) -> Any:
    """Return a record as what it is, None (and a line in the log) where this version cannot read it."""
    try:
        return Kept(read(record.body), record.version, record.actor)
    except NotUsable:
        log.exception("%s %s cannot be read", record.kind, record.id)
        return None
