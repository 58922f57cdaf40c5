"""Capacities that people enter: how many places a town has for a service, and until when they are secured.

Kept in the transactional store under the key of the town; the studio and the plan read the same entries. The store is
imported where it is opened (``zwk_data.store.open_store``), it takes a second to load.
"""

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from zwk_data.catalog import services

if TYPE_CHECKING:
    from zwk_data.store import Store

log = logging.getLogger(__name__)
KIND = "capacity"
LONGEST = {"title": 200, "unit": 40, "source": 500}  # signs
MOST = 1_000_000


class NotUsable(ValueError):
    """What should be saved lacks something; ``fields`` names what: ags, service, title, capacity, unit, source."""

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(", ".join(fields))


@dataclass(frozen=True)
class Entry:
    """What is entered: ``capacity`` places of a service (id in services.toml), called ``unit``.

    title: the building or the place; secured_until: last day they can be counted on, None without an end; source:
    where the number comes from, or a remark.
    """

    ags: str
    service: str
    title: str
    capacity: float
    unit: str
    secured_until: date | None = None
    source: str = ""

    def missing(self) -> list[str]:
        """Return the fields that are empty, too long, or cannot be."""
        wrong = [] if self.ags else ["ags"]
        if self.service not in services() or not services()[self.service].capacity:
            wrong.append("service")
        if not (math.isfinite(self.capacity) and 0 <= self.capacity <= MOST):
            wrong.append("capacity")
        for name, least in (("title", 1), ("unit", 1), ("source", 0)):
            text = getattr(self, name)
            if not least <= len(text.strip()) <= LONGEST[name] or not text.replace("\n", "").isprintable():
                wrong.append(name)
        return wrong

    def counts_in(self, year: int) -> bool:
        """Tell whether the places are still there on 31 December of a year."""
        return self.secured_until is None or self.secured_until >= date(year, 12, 31)


@dataclass(frozen=True)
class Capacity:
    """One stored entry; ``version`` is what the next save must have seen. None as ``entry``: it cannot be read."""

    id: str
    version: int
    ags: str
    entry: Entry | None
    actor: str
    saved_at: str


def body_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON for the store.

    Raises:
        NotUsable: a field is missing or cannot be.
    """
    if wrong := entry.missing():
        raise NotUsable(wrong)
    return {
        "service": entry.service, "title": entry.title.strip(), "capacity": entry.capacity, "unit": entry.unit.strip(),
        "secured_until": entry.secured_until.isoformat() if entry.secured_until else None,
        "source": entry.source.strip(),
    }  # fmt: skip


def _entry(ags: str, body: Mapping[str, Any]) -> Entry:
    ends = body["secured_until"]
    found = Entry(
        ags, str(body["service"]), str(body["title"]), float(body["capacity"]), str(body["unit"]),
        date.fromisoformat(ends) if ends else None, str(body["source"]),
    )  # fmt: skip
    if wrong := found.missing():
        raise NotUsable(wrong)
    return found


def _capacity(record: Any) -> Capacity:
    entry = None
    try:
        entry = _entry(record.scope, record.body)
    except (ValueError, KeyError, TypeError):
        log.exception("capacity %s cannot be read", record.id)
    return Capacity(record.id, record.version, record.scope, entry, record.actor, record.updated_at.isoformat())


def capacities(store: "Store", ags: str | None = None) -> list[Capacity]:
    """Return the stored capacities, of one town or all, in the order of the services and by title."""
    order = list(services())

    def place(one: Capacity) -> tuple[int, str, str]:
        entry = one.entry
        return (order.index(entry.service), entry.title.casefold(), one.id) if entry else (len(order), "", one.id)

    return sorted((_capacity(record) for record in store.records(KIND, ags)), key=place)


def save(store: "Store", id: str, entry: Entry, *, seen_version: int, actor: str, request_id: str) -> Capacity:
    """Save an entry: a new one (``seen_version`` 0, ``id`` a uuid made when the form opened) or the next version.

    Raises:
        NotUsable: a field is missing or cannot be.
        Conflict, NotSaved: as in ``Store.save``.
    """
    body = body_of(entry)
    return _capacity(store.save(
        KIND, id, body, seen_version=seen_version, actor=actor, request_id=request_id, scope=entry.ags
    ))  # fmt: skip


def remove(store: "Store", one: Capacity, *, actor: str, request_id: str) -> None:
    """Remove an entry; who removed it when stays.

    Raises:
        Conflict, NotSaved: as in ``Store.remove``.
    """
    store.remove(KIND, one.id, seen_version=one.version, actor=actor, request_id=request_id, erase=False)


def in_year(entries: Iterable[Capacity], service: str, year: int) -> float | None:
    """Return the places of a service on 31 December of a year; None where none were ever entered for it."""
    mine = [one.entry for one in entries if one.entry and one.entry.service == service]
    return sum(entry.capacity for entry in mine if entry.counts_in(year)) if mine else None


def by_year(entries: Iterable[Capacity], years: Iterable[int]) -> dict[str, dict[int, float]]:
    """Return the places of every service with an entry, by year (31 December); what is not secured any more ends."""
    known, wanted = list(entries), list(years)
    found: dict[str, dict[int, float]] = {}
    for service in services():
        counted = {year: in_year(known, service, year) for year in wanted}
        if any(places is not None for places in counted.values()):
            found[service] = {year: places or 0.0 for year, places in counted.items()}
    return found
