"""Own figures in the store: what one released table is, saved, removed, kept as a draft, and what the build reads.

All figures of a date and a Merkmal of a Gemeinde stand in one table: secret cells could otherwise be computed from two.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from zwk_data.own_data.columns import Cell
from zwk_data.own_data.consistency import by_area, contradictions, protected
from zwk_data.paths import store_folder

if TYPE_CHECKING:
    from zwk_data.store import Store

log = logging.getLogger(__name__)
KIND, FORM = "own_data", "own_data_release"
MINIMUM, HIGHEST_MINIMUM = 3, 20
LONGEST = 200  # signs of a title, a source or a name
BASIS = "register"


@dataclass(frozen=True)
class Release:
    """What must be said with figures before they are stored: what they are, from where, and who released them."""

    title: str
    source: str
    basis: str  # what is counted: main residences, …
    released_by: str
    released_on: date
    minimum: int = MINIMUM

    def missing(self) -> list[str]:
        """Return the names of the fields that are empty or too long, or lie ahead."""
        texts = {name: getattr(self, name).strip() for name in ("title", "source", "basis", "released_by")}
        wrong = [name for name, text in texts.items() if not 1 <= len(text) <= LONGEST or not text.isprintable()]
        if self.released_on > date.today():
            wrong.append("released_on")
        return wrong if MINIMUM <= self.minimum <= HIGHEST_MINIMUM else [*wrong, "minimum"]


@dataclass(frozen=True)
class OwnTable:
    """One stored table of own figures; ``cells`` are protected, ``saved_at`` is the time of the last save (UTC).

    One that cannot be read has no cells and is not ``readable``: it can only be removed.
    """

    id: str
    version: int
    ags: str
    release: Release
    cells: tuple[Cell, ...]
    actor: str
    saved_at: str
    readable: bool = True

    @property
    def dataset(self) -> str:
        """The id of the table as a source of figures."""
        return f"own_{self.id}"

    @property
    def days(self) -> list[str]:
        """The dates of the figures, oldest first."""
        return sorted({cell.day for cell in self.cells})

    @property
    def areas(self) -> list[str]:
        """The names of the quarters."""
        return sorted({cell.area for cell in self.cells if cell.area})

    @property
    def measures(self) -> list[str]:
        """The measures."""
        return sorted({cell.measure for cell in self.cells})


class NotUsable(ValueError):
    """The figures could not be read again once they are stored, so they are not."""


class AlreadyThere(ValueError):
    """Another table of the Gemeinde has figures of the same date and measure; ``title`` is its title."""

    def __init__(self, title: str) -> None:
        self.title = title
        super().__init__(title)


def body_of(release: Release, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return what is stored: the release, and the cells with everything secret taken out before it is written.

    Raises:
        ValueError: a field of the release is missing; nobody stores figures without it.
    """
    if wrong := release.missing():
        raise ValueError(", ".join(wrong))
    safe, _, _ = protected(cells, release.minimum)
    told = {**asdict(release), "released_on": release.released_on.isoformat()}
    return {**told, "cells": [list(cell[:7]) for cell in safe]}


def table_of(record: Any) -> OwnTable:
    """Return a record of the store as a table.

    Raises:
        ValueError, KeyError, TypeError: it is none that this program wrote, or contradicts itself.
    """
    body: Mapping[str, Any] = record.body
    texts = {name: str(body[name]) for name in ("title", "source", "basis", "released_by")}
    release = Release(**texts, released_on=date.fromisoformat(body["released_on"]), minimum=int(body["minimum"]))
    cells = tuple(Cell(*row) for row in body["cells"])
    if wrong := contradictions([cell._replace(row=number) for number, cell in enumerate(cells, 1)]):
        raise ValueError(f"{record.id}: {wrong[0]}")
    return OwnTable(
        record.id, record.version, record.scope, release, cells, record.actor, record.updated_at.isoformat()
    )


def tables(store: "Store", ags: str | None = None) -> list[OwnTable]:
    """Return the stored tables, of one Gemeinde or all; one that cannot be read is logged, and not ``readable``."""
    found = []
    for record in store.records(KIND, ags):
        try:
            found.append(table_of(record))
        except (ValueError, KeyError, TypeError):
            log.exception("own data %s cannot be read", record.id)
            release, saved = Release(record.id, "", "", "", record.updated_at.date()), record.updated_at.isoformat()
            found.append(OwnTable(record.id, record.version, record.scope, release, (), record.actor, saved, False))
    return found


def save(
    store: "Store", id: str, ags: str, release: Release, cells: Sequence[Cell], *, seen_version: int, actor: str,
    request_id: str,
) -> OwnTable:  # fmt: skip
    """Store a released table, protected.

    Raises:
        AlreadyThere: the Gemeinde has another table with figures of the same date and measure.
        NotUsable: what would be stored contradicts itself.
        Conflict, NotSaved: as in ``Store.save``.
        ValueError: a field of the release is missing.
    """
    body = body_of(release, cells)
    try:
        table_of(SimpleNamespace(id=id, version=0, scope=ags, body=body, actor=actor, updated_at=datetime.now(UTC)))
    except (ValueError, KeyError, TypeError) as error:
        raise NotUsable(str(error)) from error
    for other in _overlapping(store, id, ags, cells):
        raise AlreadyThere(other.release.title)
    record = store.save(KIND, id, body, seen_version=seen_version, actor=actor, request_id=request_id, scope=ags)
    for other in _overlapping(store, id, ags, cells):  # somebody saved at the same moment: the first one stays
        if _saved_as(store, other.id) < _saved_as(store, id):
            again = f"{request_id}-undo"
            store.remove(KIND, id, seen_version=record.version, actor=actor, request_id=again, erase=True)
            raise AlreadyThere(other.release.title)
    return table_of(record)


def _overlapping(store: "Store", id: str, ags: str, cells: Sequence[Cell]) -> list[OwnTable]:
    wanted = {(cell.day, cell.measure) for cell in cells}
    found = [table for table in tables(store, ags) if table.id != id]
    return [table for table in found if wanted & {(cell.day, cell.measure) for cell in table.cells}]


def _saved_as(store: "Store", id: str) -> int:
    """Return the number of the last change of a table in the audit."""
    return store.history(KIND, id)[-1].seq


def remove(store: "Store", table: OwnTable, *, actor: str, request_id: str) -> None:
    """Remove a table with its figures and the actor's draft for the town; who removed it when stays.

    Raises:
        Conflict, NotSaved: as in ``Store.remove``.
    """
    store.drop_draft(actor, FORM, KIND, table.ags)
    store.remove(KIND, table.id, seen_version=table.version, actor=actor, request_id=request_id, erase=True)


def stored() -> list[OwnTable]:
    """Return what the build takes in: all stored tables; none where nothing was ever stored.

    Where two tables hold the same date and measure of a Gemeinde, the one saved first counts.

    Raises:
        StoreError: the store cannot be read; that is not the same as an empty one.
    """
    if not is_there():
        return []
    from zwk_data.store import open_store  # slow to import, and most builds have nothing to read there

    with open_store() as store:
        return _without_doubles([table for table in tables(store) if table.readable])


def is_there() -> bool:
    """Tell whether anybody ever stored anything here, so that nobody opens (and makes) a store only to look."""
    return bool(os.environ.get("ZWK_DATABASE_URL")) or (store_folder() / "store.sqlite").exists()


def _without_doubles(found: Sequence[OwnTable]) -> list[OwnTable]:
    taken: set[tuple[str, str, str]] = set()
    kept = []
    for table in sorted(found, key=lambda table: (table.saved_at, table.id)):
        keys = {(table.ags, cell.day, cell.measure) for cell in table.cells}
        if not keys & taken:
            kept.append(table)
            taken |= keys
    return sorted(kept, key=lambda table: table.id)


def mark(found: Sequence[OwnTable] | None = None) -> str:
    """Return the checksum of the stored tables: another one than a database has means it shows others. Empty: none.

    Raises:
        StoreError: as in ``stored``.
    """
    found = stored() if found is None else found
    if not found:
        return ""
    told = json.dumps([[table.id, table.version, table.ags, table.saved_at] for table in found])
    return hashlib.sha256(told.encode()).hexdigest()


def summary(cells: Sequence[Cell]) -> list[dict[str, object]]:
    """Return one line per date, measure and area: total, number of age groups, number of secret cells."""
    lines: list[dict[str, object]] = []
    for (day, measure, name), area in by_area(cells).items():
        total = area.get(("t", (-1, -1)))
        groups = {group for _, group in area if group != (-1, -1)}
        hidden = sum(cell.value is None for cell in area.values())
        lines.append({"day": day, "measure": measure, "area": name, "total": total.value if total else None,
                      "groups": len(groups), "secret": hidden})  # fmt: skip
    return lines
