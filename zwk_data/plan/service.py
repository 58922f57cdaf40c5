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
from zwk_data.plan.model import Entry, Plan, Stage, Step
from zwk_data.plan.parts import PARTS, Head, Part, kind_of, parts_of, plan_from, public
from zwk_data.plan.reading import PlanError
from zwk_data.plan.records import body_of, value_of

if TYPE_CHECKING:
    from zwk_data.store import Change, Draft, Record, Store

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,119}")
log = logging.getLogger(__name__)
PUBLIC = "plan_public"
FORM = "plan"  # of drafts
Key = tuple[str, str]  # kind of part, id


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
    copy is what is stored now. ``unreadable`` are ids of records that this version cannot read.
    """

    plan: Plan
    versions: Mapping[Key, Version] = field(default_factory=dict)
    published: Mapping[Key, bool] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

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
            return found.plan if found.versions else None
        return self.published(ags)

    def published(self, ags: str) -> Plan | None:
        """Return what a municipality has published, None where that is nothing.

        Raises:
            Unreadable: the store does not answer.
        """
        records = sorted(self._store.records(PUBLIC, ags), key=_age)
        parts, _ = _read((record, str(record.body.get("part", ""))) for record in records)
        return plan_from(ags, parts.values(), kind="published", as_of=_newest(records)) if parts else None

    def stored(self, ags: str) -> Stored:
        """Return the whole plan with versions; one without any versions has not been begun.

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
        return Stored(plan, versions, self._copies(ags, parts), unreadable)

    def _copies(self, ags: str, parts: Mapping[Key, Part]) -> dict[Key, bool]:
        copies = {
            str(record.body.get("part")) + ":" + _own(record): record for record in self._store.records(PUBLIC, ags)
        }
        return {
            key: copies[":".join(key)].body.get("value") == body_of(public(part))
            for key, part in parts.items() if ":".join(key) in copies
        }  # fmt: skip

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
        require(self.person, "edit", ags)
        checked(part)
        kind = kind_of(part)
        return self._store.save(
            f"plan_{kind}", f"{ags}:{part.id}", body_of(part), seen_version=seen_version, actor=self.person.actor,
            request_id=request_id, scope=ags,
        ).version  # fmt: skip

    def remove(self, ags: str, kind: str, id: str, *, seen_version: int, request_id: str) -> None:
        """Remove a part; its published copy goes with it. History keeps what it was."""
        require(self.person, "edit", ags)
        if self._store.get(PUBLIC, f"{ags}:{kind}:{id}"):
            self.withdraw(ags, kind, id, request_id=f"{request_id}:public")
        self._store.remove(
            f"plan_{kind}", f"{ags}:{id}", seen_version=seen_version, actor=self.person.actor, request_id=request_id,
            erase=False,
        )  # fmt: skip

    def begin(self, ags: str, plan: Plan, *, request_id: str) -> int:
        """Begin a municipality's own plan with the parts of another one (an example, an import); return how many.

        The same ``request_id`` again goes on where a killed process stopped.
        """
        require(self.person, "edit", ags)
        parts = parts_of(plan)
        for part in parts:
            once = str(uuid5(NAMESPACE_OID, f"{request_id}:{kind_of(part)}:{part.id}"))
            self.save(ags, part, seen_version=0, request_id=once)
        return len(parts)

    def promote(
        self, ags: str, entry: Entry, stage: Stage, *, seen_version: int, request_id: str, day: date
    ) -> Entry:  # fmt: skip
        """Save an entry at another stage; it keeps its id, its origin and the stages it had until ``day``."""
        was = (*entry.was, Step(entry.stage, day)) if entry.stage else entry.was
        promoted = replace(entry, stage=stage, was=was)
        self.save(ags, promoted, seen_version=seen_version, request_id=request_id)
        return promoted

    def publish(self, ags: str, kind: str, id: str, *, request_id: str) -> None:
        """Publish a part as it is stored now, with the headings it stands under and, of an entry, its links.

        Raises:
            KeyError: there is no such part.
        """
        require(self.person, "publish", ags)
        parts = _by_key(self.stored(ags).plan)
        for key in [key for key in self._published_links(ags, id) if kind == "entry" and key not in parts]:
            self.withdraw(ags, *key, request_id=f"{request_id}:gone")
        for key in _with_headings(parts, (kind, id)):
            copy = self._store.get(PUBLIC, _public_id(ags, key))
            body = {"part": key[0], "value": body_of(public(parts[key]))}
            if copy is None or copy.body != body:
                self._store.save(
                    PUBLIC, _public_id(ags, key), body, seen_version=copy.version if copy else 0,
                    actor=self.person.actor, request_id=f"{request_id}:{':'.join(key)}"[:200], scope=ags,
                )  # fmt: skip

    def withdraw(self, ags: str, kind: str, id: str, *, request_id: str) -> None:
        """Withdraw what is published of a part, and of an entry its links; nothing happens where nothing is."""
        require(self.person, "publish", ags)
        links = [key for key in self._published_links(ags, id) if kind == "entry"]
        for key in [*links, (kind, id)]:
            copy = self._store.get(PUBLIC, _public_id(ags, key))
            if copy:
                self._store.remove(
                    PUBLIC, copy.id, seen_version=copy.version, actor=self.person.actor, erase=False,
                    request_id=f"{request_id}:{':'.join(key)}"[:200],
                )  # fmt: skip

    def _published_links(self, ags: str, entry: str) -> list[Key]:
        return [
            ("link", _own(record)) for record in self._store.records(PUBLIC, ags)
            if record.body.get("part") == "link" and record.body["value"].get("entry") == entry
        ]  # fmt: skip

    # --- drafts: what somebody has typed and not saved ---

    def keep_draft(self, ags: str, kind: str, id: str, typed: Mapping[str, Any], *, seen_version: int) -> None:
        """Keep what was typed into the form of a part.

        Raises:
            Denied: the person may not edit here.
        """
        require(self.person, "edit", ags)
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


class NotUsable(ValueError):
    """A part that cannot be saved as it is; ``fields`` names what is missing or cannot be."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(", ".join(self.fields))


def checked(part: Part) -> Part:
    """Return a part that can be saved.

    Raises:
        NotUsable: a field is missing, too long, or contradicts another.
    """
    try:
        value_of(type(part), body_of(part))
    except PlanError as error:
        raise NotUsable([str(error).rpartition(", ")[2].partition(":")[0]]) from error
    wrong = [] if IDENTIFIER.fullmatch(part.id) else ["id"]
    if isinstance(part, Entry) and part.start and part.end and part.end < part.start:
        wrong.append("end")
    if wrong:
        raise NotUsable(wrong)
    return part


def _age(record: "Record") -> tuple[datetime, str]:
    return record.created_at, record.id


def _own(record: "Record") -> str:
    """Return the id of a part inside its plan."""
    return record.id.rpartition(":")[2]


def _by_key(plan: Plan) -> dict[Key, Part]:
    return {(kind_of(part), part.id): part for part in parts_of(plan)}


def _public_id(ags: str, key: Key) -> str:
    return f"{ags}:{key[0]}:{key[1]}"


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
    return [one for one in [*found, key, *links] if one in parts]


__all__ = ["Head", "NotUsable", "Plans", "Stored", "Version", "checked"]
