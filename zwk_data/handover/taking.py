"""Taking a bundle: first what it would change, then, if wished, doing it.

Nothing is ever removed or written over unseen: what differs stays as it is unless the bundle's side is asked for, and
then the history keeps what was.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from zwk_data.handover.bundle import Bundle, Line
from zwk_data.handover.kinds import TRAVEL

if TYPE_CHECKING:
    from zwk_data.store import Record, Store

Stand = Literal["new", "same", "differs", "unreadable", "foreign"]
FAILURES = (ValueError, KeyError, TypeError, LookupError, AttributeError)
TITLES = ("title", "name", "question", "text", "card", "part")


@dataclass(frozen=True)
class Difference:
    """One record of a bundle beside what is stored: how they stand, and each field that differs as (here, there)."""

    line: Line
    stand: Stand
    version: int = 0
    fields: Mapping[str, tuple[str, str]] | None = None
    reason: str = ""

    @property
    def title(self) -> str:
        """What people call the record; its id where nothing says."""
        body = self.line.body
        return next(
            (str(body[name]) for name in TITLES if isinstance(body.get(name), str) and body[name]), self.line.id
        )


@dataclass(frozen=True)
class Preview:
    """What taking a bundle would do; ``only_here`` are records the bundle does not have: they stay."""

    ags: str
    differences: tuple[Difference, ...]
    only_here: int

    def of(self, stand: Stand) -> list[Difference]:
        """Return the records that stand so."""
        return [one for one in self.differences if one.stand == stand]


def preview(store: "Store", bundle: Bundle, ags: str) -> Preview:
    """Compare a bundle with what is stored of a municipality.

    Raises:
        Unreadable: the store does not answer.
    """
    here = {(kind, record.id): record for kind in TRAVEL for record in store.records(kind, ags)}
    found = tuple(_difference(line, here.get((line.kind, line.id)), ags) for line in bundle.lines)
    there = {(line.kind, line.id) for line in bundle.lines}
    return Preview(ags, found, len(set(here) - there))


def _difference(line: Line, record: "Record | None", ags: str) -> Difference:
    if not _belongs(line, ags):
        return Difference(line, "foreign")
    try:
        TRAVEL[line.kind](line.id, ags, line.body)
    except FAILURES as error:
        return Difference(line, "unreadable", reason=str(error)[:200])
    if record is None:
        return Difference(line, "new")
    if record.body == line.body:
        return Difference(line, "same", record.version)
    names = dict.fromkeys([*record.body, *line.body])
    differing = {
        name: (_said(record.body.get(name)), _said(line.body.get(name)))
        for name in names if record.body.get(name) != line.body.get(name)
    }  # fmt: skip
    return Difference(line, "differs", record.version, differing)


def _belongs(line: Line, ags: str) -> bool:
    """Tell whether a record is of a municipality: by its id (two kinds have ids of their own) and by its body."""
    head, mark, _ = line.id.partition(":")
    named = head == ags if mark else line.kind in ("scenario", "own_data")
    return named and line.body.get("ags", ags) == ags


def _said(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


def take(store: "Store", found: Preview, actor: str, *, theirs: bool = False) -> list[Difference]:
    """Write what is new, and with ``theirs`` also the bundle's side of what differs; return what was refused.

    A process killed in between leaves whole records; the same call goes on where it stopped.

    Raises:
        Conflict: somebody changed a record since the preview; what was written stays.
        NotSaved: as in ``Store.save``.
    """
    refused = []
    for one in found.differences:
        if one.stand == "new" or (one.stand == "differs" and theirs):
            reason = _write(store, one, found.ags, actor)
            if reason:
                refused.append(Difference(one.line, one.stand, one.version, one.fields, reason))
    return refused


def _write(store: "Store", one: Difference, ags: str, actor: str) -> str:
    """Write one record and return an empty text, or why it cannot be written."""
    line = one.line
    if line.kind == "own_data" and (title := _overlapping(store, line, ags)):
        return f"Zum selben Stichtag gibt es hier schon die Tabelle »{title}«."
    store.save(line.kind, line.id, line.body, seen_version=one.version, actor=actor,
               request_id=request_of(line, one.version), scope=ags)  # fmt: skip
    return ""


def request_of(line: Line, version: int) -> str:
    """Return the name that taking this very record has, in every attempt."""
    said = json.dumps([line.kind, line.id, line.body, version], sort_keys=True, ensure_ascii=False)
    return "bundle-" + hashlib.sha256(said.encode()).hexdigest()[:40]


def _overlapping(store: "Store", line: Line, ags: str) -> str:
    """Return the title of another table of own figures of the same date and measure, empty where there is none."""
    from zwk_data.own_data.records import tables

    mine = _days(line.body["cells"])
    for other in tables(store, ags):
        if other.id != line.id and mine & {(cell.day, cell.measure) for cell in other.cells}:
            return other.release.title
    return ""


def _days(rows: Iterable[Any]) -> set[tuple[str, str]]:
    from zwk_data.own_data.columns import Cell

    return {(cell.day, cell.measure) for cell in (Cell(*row) for row in rows)}
