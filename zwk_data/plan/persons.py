"""What the store holds about one name, and taking that name out of it: plans, own figures, scenarios, all of it.

Persons are offices here by default; where a name was written all the same, its bearer may ask what is kept (Art. 15
GDPR) and have it erased (Art. 17). A name is found as whole words, whatever the case and the blanks between; who gives
several spellings asks several times. Erasing puts ``GONE`` in its place, in what is stored now, in published copies and
in drafts, and erases the texts of all earlier versions of these records; who changed them when stays, and so do
accounts in the audit, which are no names (see ``access.accounts``). Backups made before keep what they hold.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from zwk_data.access import Person, accounts, require
from zwk_data.plan.checking import NotUsable
from zwk_data.plan.labels import VOCABULARIES

if TYPE_CHECKING:
    from zwk_data.store import Change, Draft, Record, Store

GONE = "[gelöscht]"
SHORTEST = 3  # letters of a name
TRIES = 20
# Fields that name something by its id or a fixed word: no names of people, and nothing works if they change.
FIXED = {field for _, field in VOCABULARIES} | {
    "id", "ags", "scope", "part", "entry", "indicator", "headline_indicator", "handlungsfeld", "handlungsfelder",
    "goals", "tools", "concept", "lever", "service", "asked", "role", "roles", "address", "exhibit", "counter",
}  # fmt: skip
ABOUT_RIGHTS = ("role", "account")  # kinds of records that say who may what; nobody else writes them


@dataclass(frozen=True)
class Found:
    """One text that holds the name: of what is stored now, of an earlier version, or of somebody's draft.

    ``where`` is now, history or draft; ``field`` the path to the text, such as ``mentions.0.says``; ``at`` UTC.
    """

    where: str
    kind: str
    id: str
    scope: str
    version: int
    field: str
    text: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Erased:
    """How many records, removed records and drafts a name was taken out of, and what still holds it."""

    records: int
    removed: int
    drafts: int
    left: tuple[Found, ...]


def find(store: "Store", person: Person, name: str, ags: str = "") -> list[Found]:
    """Return all about a name, in one municipality or (empty) everywhere.

    Raises:
        Denied: the person may not erase there.
        NotUsable: the name has fewer than three letters.
        Unreadable: the store does not answer.
    """
    require(person, "erase", ags)
    looks_for = pattern(name)
    now = {(record.kind, record.id): record for record in _records(store, ags)}
    found = [
        Found("now", record.kind, record.id, record.scope, record.version, field, text, record.actor, record.updated_at)
        for record in now.values() for field, text in texts(record.body) if looks_for.search(text)
    ]  # fmt: skip
    for change in _past(store, ags):
        record = now.get((change.kind, change.id))
        if record is None or change.version != record.version:
            found += [
                Found("history", change.kind, change.id, change.scope, change.version, field, text, change.actor,
                      change.at)
                for field, text in texts(change.body or {}) if looks_for.search(text)
            ]  # fmt: skip
    for draft in _drafts(store, ags):
        found += [
            Found("draft", draft.kind, draft.id, ags, draft.version_seen, field, text, draft.actor, draft.updated_at)
            for field, text in texts(draft.body, drafted=True) if looks_for.search(text)
        ]  # fmt: skip
    return found


def export(store: "Store", person: Person, name: str, ags: str = "") -> dict[str, Any]:
    """Return all about a name as JSON, for its bearer.

    Raises:
        Denied, NotUsable, Unreadable: as in ``find``.
    """
    rows = [{**asdict(one), "at": one.at.isoformat()} for one in find(store, person, name, ags)]
    return {"name": name, "municipality": ags or None, "found": rows}


def erase(store: "Store", person: Person, name: str, ags: str = "") -> Erased:
    """Take a name out of all texts, in one municipality or everywhere; again, it takes out what is left.

    Raises:
        Denied, NotUsable, Unreadable: as in ``find``.
        NotSaved, Conflict: the store did not take it; what was done before stays done.
    """
    found, looks_for = find(store, person, name, ags), pattern(name)
    stored = {(one.kind, one.id) for one in found if one.where != "draft"}
    living = {key for key in stored if store.get(*key)}
    for kind, id in sorted(living):
        if kind in ABOUT_RIGHTS:
            accounts.forget(store, person, id)
        else:
            _redact(store, person, kind, id, looks_for)
    for kind, id in sorted(stored - living):
        store.remove(kind, id, seen_version=0, actor=person.actor, request_id=str(uuid4()), erase=True)
    drafts = [draft for draft in _drafts(store, ags) if _holds(draft.body, looks_for)]
    for draft in drafts:
        body = _without(draft.body, looks_for, "")
        store.keep_draft(draft.actor, draft.form, draft.kind, draft.id, body, version_seen=draft.version_seen)
    return Erased(len(living), len(stored - living), len(drafts), tuple(find(store, person, name, ags)))


def _redact(store: "Store", person: Person, kind: str, id: str, looks_for: re.Pattern[str]) -> None:
    """Take a name out of one record, as it is now; somebody may save it meanwhile."""
    from zwk_data.store import Conflict

    for left in reversed(range(TRIES)):
        record = store.get(kind, id)
        if record is None:
            return
        body = _without(record.body, looks_for, kind)
        try:
            store.redact(kind, id, body, seen_version=record.version, actor=person.actor, request_id=str(uuid4()))
            return
        except Conflict:
            if not left:
                raise


def pattern(name: str) -> re.Pattern[str]:
    """Return what finds a name as whole words.

    Raises:
        NotUsable: it has fewer than three letters.
    """
    words = unicodedata.normalize("NFC", name).split()
    if sum(sign.isalpha() for sign in "".join(words)) < SHORTEST:
        raise NotUsable([("name", "not_allowed")])
    spaced = r"\s+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


def texts(body: Any, field: str = "", *, drafted: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the texts of a body with their paths, composed (NFC); ids and fixed words are left out."""
    if isinstance(body, str):
        yield field, unicodedata.normalize("NFC", body)
    elif isinstance(body, Mapping):
        for key, value in body.items():
            if drafted or key not in FIXED:
                yield from texts(value, f"{field}.{key}".strip("."), drafted=drafted)
    elif isinstance(body, list | tuple):
        for number, value in enumerate(body):
            yield from texts(value, f"{field}.{number}".strip("."), drafted=drafted)


def _holds(body: Mapping[str, Any], looks_for: re.Pattern[str]) -> bool:
    return any(looks_for.search(text) for _, text in texts(body, drafted=True))


def _without(body: Mapping[str, Any], looks_for: re.Pattern[str], kind: str) -> dict[str, Any]:
    """Return a body without the name; of a part of a plan as it can be read: a list names nothing twice.

    ``kind`` is that of the record, empty for a draft. A contact that was nothing but the name is left out.
    """
    of_plan = kind.startswith("plan_")

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            composed = unicodedata.normalize("NFC", value)
            return looks_for.sub(GONE, composed) if looks_for.search(composed) else value
        if isinstance(value, Mapping):
            return {key: held if kind and key in FIXED else clean(held) for key, held in value.items()}
        if isinstance(value, list):
            cleaned = [clean(one) for one in value]
            return [one for n, one in enumerate(cleaned) if one not in cleaned[:n]] if of_plan else cleaned
        return value

    cleaned: dict[str, Any] = clean(body)
    return {key: value for key, value in cleaned.items() if not (of_plan and key == "contact" and value == GONE)}


def _records(store: "Store", ags: str) -> "list[Record]":
    return [record for kind in store.kinds() for record in store.records(kind, ags or None)]


def _past(store: "Store", ags: str) -> "Iterator[Change]":
    return (change for change in store.changes() if change.body and (not ags or change.scope == ags))


def _drafts(store: "Store", ags: str) -> "list[Draft]":
    return [draft for draft in store.drafts(None) if not ags or draft.id.startswith(f"{ags}:")]
