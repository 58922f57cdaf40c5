"""The one way to a municipality's own plan: reading, writing, promoting and publishing, for one person.

Every part of a plan is one record of the store (kind ``plan_<part>``, id ``<ags>:<id>``), so two people disturb each
other only where they change the same part. What is published is a copy of its own (kind ``plan_public``): who may not
read internal data never touches a record that holds some. Rights are asked here, at each call.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from zwk_data.access import Person, require
from zwk_data.plan.checking import IDENTIFIER, NotUsable, checked, field_name, problem_text
from zwk_data.plan.model import Entry, Link, Plan, Progress, Stage
from zwk_data.plan.parts import PARTS, Head, Part, kind_of, parts_of, plan_from, public
from zwk_data.plan.reading import PlanError
from zwk_data.plan.records import body_of, value_of

if TYPE_CHECKING:
    from zwk_data.store import Change, Conflict, Draft, Record, Store

log = logging.getLogger(__name__)
PUBLIC = "plan_public"
FORM = "plan"  # of drafts
Key = tuple[str, str]  # kind of part, id
HEAD: Key = ("head", "head")
PLACE = re.compile(r"[0-9A-Z]{1,12}")  # a canonical key; what is stored is named <key>:<id>
TRIES = 20


class NoPlanYet(LookupError):
    """A municipality has no plan of its own that a part could be put into."""


@dataclass(frozen=True)
class Version:
    """Where a stored part stands: what the next save must have seen, and who saved it when (UTC)."""

    number: int
    actor: str
    at: datetime


@dataclass(frozen=True)
class Stored:
    """A municipality's own plan with what its forms need.

    ``versions`` has every stored part by kind and id. ``published`` names those with a published copy, True where the
    copy is what is stored now (False too for a copy whose part was removed since). ``unreadable`` are ids of records
    that this version cannot read.
    """

    plan: Plan
    versions: Mapping[Key, Version] = field(default_factory=dict)
    published: Mapping[Key, bool] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether there is a plan: its head is stored. Capacities may have been entered before."""
        return HEAD in self.versions

    def version(self, kind: str, id: str) -> int:
        """Return the version of a part, 0 for one that is not stored."""
        found = self.versions.get((kind, id))
        return found.number if found else 0


class Plans:
    """The plans in a store, as one person may see and change them."""

    def __init__(self, store: "Store", person: Person) -> None:
        self._store, self.person = store, person

    # --- reading ---

    def plan(self, ags: str) -> Plan | None:
        """Return the plan of a municipality as this person may see it, None where there is none for them.

        Who may read internal data gets all of it, everybody else what is published.

        Raises:
            Unreadable: the store does not answer.
        """
        if self.person.may("read_internal", ags):
            found = self.stored(ags)
            return found.plan if found.begun else None
        return self.published(ags)

    def published(self, ags: str) -> Plan | None:
        """Return what a municipality has published, None where that is nothing.

        Raises:
            Unreadable: the store does not answer.
        """
        records = sorted(self._store.records(PUBLIC, ags), key=_age)
        parts, _ = _read((record, str(record.body.get("part", ""))) for record in records)
        if HEAD not in parts:
            return None
        return plan_from(ags, parts.values(), kind="published", as_of=_newest(records))

    def stored(self, ags: str) -> Stored:
        """Return the whole plan with versions; ``begun`` says whether there is one.

        Raises:
            Denied: the person may not read internal data here.
            Unreadable: the store does not answer.
        """
        require(self.person, "read_internal", ags)
        pairs = [(record, kind) for kind in PARTS for record in self._store.records(f"plan_{kind}", ags)]
        pairs.sort(key=lambda pair: _age(pair[0]))
        parts, unreadable = _read(pairs)
        versions = {
            (kind, _own(record)): Version(record.version, record.actor, record.updated_at) for record, kind in pairs
        }
        plan = plan_from(ags, parts.values(), kind="internal", as_of=_newest(record for record, _ in pairs))
        return Stored(plan, versions, self._copies(ags, _by_key(plan)), unreadable)

    def entries(self, ags: str) -> list[tuple[Entry, int]]:
        """Return the entries of a municipality as this person may see them, with their versions (0: published copies).

        Unlike ``plan`` it has those from before a plan was begun; headings that are gone are named still.

        Raises:
            Unreadable: the store does not answer.
        """
        if self.person.may("read_internal", ags):
            records = sorted(self._store.records("plan_entry", ags), key=_age)
            parts, _ = _read((record, "entry") for record in records)
            versions = {_own(record): record.version for record in records}
            return [(part, versions[id]) for (_, id), part in parts.items() if isinstance(part, Entry)]
        found = self.published(ags)
        return [(entry, 0) for entry in found.entries] if found else []

    def _copies(self, ags: str, parts: Mapping[Key, Part]) -> dict[Key, bool]:
        """Return which parts have a published copy, and whether it is what would be published now."""
        copies = {_public_key(record): record.body.get("value") for record in self._store.records(PUBLIC, ags)}
        return {key: key in parts and copies[key] == body_of(public(parts[key])) for key in copies}

    def history(self, ags: str, kind: str, id: str) -> "list[Change]":
        """Return every change of a part, oldest first.

        Raises:
            Denied: the person may not read internal data here.
        """
        require(self.person, "read_internal", ags)
        return self._store.history(f"plan_{kind}", f"{ags}:{id}")

    # --- writing; each raises Denied, Conflict and NotSaved (see Store.save), and NotUsable ---

    def save(self, ags: str, part: Part, *, seen_version: int, request_id: str) -> int:
        """Save a part as its next version (``seen_version`` 0: a new one) and return the new version."""
        self._require("edit", ags)
        checked(part)
        return self._store.save(
            f"plan_{kind_of(part)}", f"{ags}:{part.id}", body_of(part), seen_version=seen_version,
            actor=self.person.actor, request_id=request_id, scope=ags,
        ).version  # fmt: skip

    def remove(self, ags: str, kind: str, id: str, *, seen_version: int, request_id: str) -> None:
        """Remove a part; history keeps what it was.

        Its published copy goes with it where the person may publish. Otherwise it stays public until somebody who may
        withdraws it (``Stored.published`` names it).

        Raises:
            NotUsable: the head of a plan stays, or the plan would be out of sight.
        """
        self._require("edit", ags)
        if kind == "head":
            raise NotUsable([("id", "not_allowed")], kind)
        self._store.remove(
            f"plan_{kind}", f"{ags}:{id}", seen_version=seen_version, actor=self.person.actor, request_id=request_id,
            erase=False,
        )  # fmt: skip
        if self.person.may("publish", ags):
            self.withdraw(ags, kind, id, request_id=request_id)

    def begin(self, ags: str, plan: Plan, *, request_id: str) -> int:
        """Begin a municipality's own plan with the parts of another one (an example, an import); return how many.

        The head comes last: until then there is no plan, and the same call (by whomever) goes on where a killed
        process stopped. What is stored in just this way already is left alone.
        """
        self._require("edit", ags)
        head, *others = parts_of(plan)
        begun = self._store.get("plan_head", f"{ags}:head")
        if begun and begun.body != body_of(head):
            raise conflict_with(begun, body_of(head))
        for part in (*others, head):
            self._save_once(ags, part, _derived(request_id, kind_of(part), part.id))
        return 1 + len(others)

    def _save_once(self, ags: str, part: Part, request_id: str) -> None:
        """Save a new part; nothing happens where the same is stored."""
        from zwk_data.store import Conflict

        try:
            self.save(ags, part, seen_version=0, request_id=request_id)
        except Conflict as conflict:
            if conflict.current is None or conflict.current.body != body_of(part):
                raise

    def promote(
        self, ags: str, entry: Entry, stage: Stage, *, seen_version: int, request_id: str, day: date
    ) -> Entry:  # fmt: skip
        """Save an entry at another stage; it keeps its id, its origin and the stages it had until ``day``."""
        promoted = replace(entry, stage=stage).after(entry.stage, day)
        self.save(ags, promoted, seen_version=seen_version, request_id=request_id)
        return promoted

    def publish(self, ags: str, kind: str, id: str, *, request_id: str, seen_version: int | None = None) -> None:
        """Publish a part as it is stored now, with the headings it stands under and, of an entry, its links.

        ``seen_version``: what the person has read (None: whatever is stored). Published links that the entry has no
        longer are withdrawn. Again, it publishes what changed since, or does nothing.

        Raises:
            KeyError: there is no such part, or no plan.
            NotUsable: a link or note on progress whose entry is not public.
            Conflict: another version is stored than the one seen.
        """
        self._require("publish", ags)
        found = self.stored(ags)
        parts = _by_key(found.plan) if found.begun else {}
        if seen_version is not None and found.version(kind, id) != seen_version:
            raise conflict_with(self._store.get(f"plan_{kind}", f"{ags}:{id}"), {})
        part = parts[kind, id]
        if isinstance(part, Link | Progress) and ("entry", part.entry) not in found.published:
            raise NotUsable([("entry", "not_allowed")], kind)
        gone = [key for key in self._of_entry(ags, id) if kind == "entry" and key not in parts]
        for key in gone:
            self._copy(ags, key, None, request_id)
        for key in _with_headings(parts, (kind, id)):
            self._copy(ags, key, {"part": key[0], "value": body_of(public(parts[key]))}, request_id)

    def withdraw(self, ags: str, kind: str, id: str, *, request_id: str) -> None:
        """Withdraw what is published of a part, and of an entry its links and notes on progress.

        Nothing happens where nothing is published.
        """
        self._require("publish", ags)
        for key in [*(self._of_entry(ags, id) if kind == "entry" else []), (kind, id)]:
            self._copy(ags, key, None, request_id)

    def _copy(self, ags: str, key: Key, body: Mapping[str, Any] | None, request_id: str) -> None:
        """Make the published copy of a part what it should be, None: gone. Others may publish the same just now."""
        from zwk_data.store import Conflict

        id, actor = _public_id(ags, key), self.person.actor
        for left in reversed(range(TRIES)):
            copy = self._store.get(PUBLIC, id)
            if (copy.body if copy else None) == body:
                return
            seen = copy.version if copy else 0
            once = _derived(request_id, *key, str(seen), "copy" if body else "gone")
            try:
                if body is None:
                    self._store.remove(PUBLIC, id, seen_version=seen, actor=actor, request_id=once, erase=False)
                else:
                    self._store.save(PUBLIC, id, body, seen_version=seen, actor=actor, request_id=once, scope=ags)
                return
            except Conflict:
                if not left:
                    raise

    def _of_entry(self, ags: str, entry: str) -> list[Key]:
        """Return the published links and notes on progress of an entry."""
        return [
            _public_key(record) for record in self._store.records(PUBLIC, ags)
            if record.body.get("part") in ("link", "progress") and record.body["value"].get("entry") == entry
        ]  # fmt: skip

    def _require(self, action: str, ags: str) -> None:
        """Refuse what is not allowed, and what is no municipality.

        Raises:
            Denied, NotUsable.
        """
        require(self.person, action, ags)
        if not PLACE.fullmatch(ags):
            raise NotUsable([("ags", "not_allowed")])

    # --- drafts: what somebody has typed and not saved ---

    def keep_draft(self, ags: str, kind: str, id: str, typed: Mapping[str, Any], *, seen_version: int) -> None:
        """Keep what was typed into the form of a part.

        Raises:
            Denied: the person may not edit here.
        """
        self._require("edit", ags)
        self._store.keep_draft(
            self.person.actor, FORM, f"plan_{kind}", f"{ags}:{id}", typed, version_seen=seen_version
        )  # fmt: skip

    def draft(self, ags: str, kind: str, id: str) -> "Draft | None":
        """Return what this person had typed, None if nothing."""
        require(self.person, "edit", ags)
        return self._store.draft(self.person.actor, FORM, f"plan_{kind}", f"{ags}:{id}")

    def drafts(self, ags: str) -> "list[Draft]":
        """Return all this person had typed into forms of a municipality's plan, newest first."""
        require(self.person, "edit", ags)
        return [
            draft for draft in self._store.drafts(self.person.actor)
            if draft.form == FORM and draft.id.startswith(f"{ags}:")
        ]  # fmt: skip

    def drop_draft(self, ags: str, kind: str, id: str) -> None:
        """Forget what was typed."""
        require(self.person, "edit", ags)
        self._store.drop_draft(self.person.actor, FORM, f"plan_{kind}", f"{ags}:{id}")


def _age(record: "Record") -> tuple[datetime, str]:
    return record.created_at, record.id


def _own(record: "Record") -> str:
    """Return the id of a part inside its plan."""
    return record.id.rpartition(":")[2]


def _by_key(plan: Plan) -> dict[Key, Part]:
    return {(kind_of(part), part.id): part for part in parts_of(plan)}


def _public_id(ags: str, key: Key) -> str:
    return f"{ags}:{key[0]}:{key[1]}"


def _public_key(record: "Record") -> Key:
    return str(record.body.get("part")), _own(record)


def _derived(request_id: str, *words: str) -> str:
    """Return the request of one of several saves that belong to one request: the same again for the same words."""
    return str(uuid5(NAMESPACE_OID, ":".join((request_id, *words))))


def conflict_with(record: "Record | None", yours: Mapping[str, Any]) -> "Conflict":
    """Return the conflict of somebody who has not seen what is stored."""
    from zwk_data.store import Conflict

    return Conflict(record, yours, None, record.actor if record else "", record.updated_at if record else None)


def _newest(records: "Iterable[Record]") -> date | None:
    return max((record.updated_at.date() for record in records), default=None)


def _read(pairs: "Iterable[tuple[Record, str]]") -> tuple[dict[Key, Part], tuple[str, ...]]:
    """Read records as parts; those that cannot be read are named and left alone."""
    parts: dict[Key, Part] = {}
    unreadable = []
    for record, kind in pairs:
        body = record.body["value"] if record.kind == PUBLIC else record.body
        try:
            parts[kind, _own(record)] = value_of(PARTS[kind][0], body, record.id)
        except (PlanError, KeyError, TypeError):
            log.exception("part of a plan cannot be read: %s %s", record.kind, record.id)
            unreadable.append(record.id)
    return parts, tuple(unreadable)


def _with_headings(parts: Mapping[Key, Part], key: Key) -> list[Key]:
    """Return a part and what it needs to be understood, headings first.

    Raises:
        KeyError: there is no such part.
    """
    part, found = parts[key], [("head", "head")]
    if isinstance(part, Entry):
        found += [("field", id) for id in part.handlungsfelder]
        found += [("goal", id) for id in part.goals] + [("tool", id) for id in part.tools]
        found += [("concept", mention.concept) for mention in part.mentions]
    elif field_id := getattr(part, "handlungsfeld", None):
        found.append(("field", field_id))
    links = [other for other in parts if key[0] == "entry" and other[0] == "link" and parts[other].entry == key[1]]  # type: ignore[union-attr]
    return [one for one in dict.fromkeys([*found, key, *links]) if one in parts]


__all__ = ["IDENTIFIER", "Head", "NotUsable", "Plans", "Stored", "Version", "checked", "field_name", "problem_text"]
