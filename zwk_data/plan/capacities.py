"""Capacities that people enter: how many places a town has for a service, and until when they are secured.

They are entries of the town's plan that exist already (``model.Entry`` with ``exists``, ``service`` and ``capacity``),
so that the studio and the plan read and change the same. Saved and read by ``plan.service.Plans``, which asks the
rights; before a plan has been begun they can be entered all the same.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from zwk_data.catalog import services
from zwk_data.plan import model
from zwk_data.plan.checking import DECIMALS, RANGES, UNWANTED, NotUsable, Problem
from zwk_data.plan.checking import LONGEST as LONGEST_OF_ENTRIES
from zwk_data.plan.service import Plans

LONGEST = {"title": 200, "unit": LONGEST_OF_ENTRIES["capacity_unit"], "source": 500}  # signs
MOST = RANGES["capacity"][1]


@dataclass(frozen=True)
class Entry:
    """What is entered: ``capacity`` places of a service (id in services.toml), called ``unit``.

    title: the building or the place; secured_until: last day they can be counted on, None without an end; source:
    where the number comes from, or a remark (the entry's description).
    """

    ags: str
    service: str
    title: str
    capacity: float
    unit: str
    secured_until: date | None = None
    source: str = ""

    def problems(self) -> list[Problem]:
        """Return the fields that are empty, too long, or cannot be: ags, service, capacity, title, unit, source."""
        wrong = [] if self.ags else [("ags", "empty")]
        if not has_capacity(self.service):
            wrong.append(("service", "unknown"))
        if not (math.isfinite(self.capacity) and 0 <= self.capacity <= MOST):
            wrong.append(("capacity", "range"))
        for name, least in (("title", 1), ("unit", 1), ("source", 0)):
            text = getattr(self, name)
            if len(text.strip()) < least:
                wrong.append((name, "empty"))
            elif len(text) > LONGEST[name] or UNWANTED.search(text):
                wrong.append((name, "too_long" if len(text) > LONGEST[name] else "signs"))
        return wrong

    def counts_in(self, year: int) -> bool:
        """Tell whether the places are still there on 31 December of a year."""
        return self.secured_until is None or self.secured_until >= date(year, 12, 31)


@dataclass(frozen=True)
class Capacity:
    """One entry of the plan that gives places; ``version`` is what the next save must have seen (0: published copy)."""

    id: str
    version: int
    entry: Entry


def has_capacity(service: str) -> bool:
    """Tell whether a service is one whose places are counted."""
    return service in services() and services()[service].capacity


def capacities(plans: Plans, ags: str) -> list[Capacity]:
    """Return the capacities of a town as a person may see them, in the order of the services and by title.

    Raises:
        Unreadable: the store does not answer.
    """
    order = list(services())
    found = [
        Capacity(entry.id, version, _of(ags, entry)) for entry, version in plans.entries(ags)
        if entry.exists and has_capacity(entry.service or "") and entry.capacity is not None
    ]  # fmt: skip
    return sorted(found, key=lambda one: (order.index(one.entry.service), one.entry.title.casefold(), one.id))


def _of(ags: str, entry: model.Entry) -> Entry:
    """Return an entry of the plan as a capacity."""
    return Entry(
        ags, entry.service or "", entry.title, float(entry.capacity or 0), entry.capacity_unit or "",
        entry.secured_until, entry.description or "",
    )  # fmt: skip


def save(plans: Plans, id: str, entry: Entry, *, seen_version: int, request_id: str) -> Capacity:
    """Save a capacity: a new entry (``seen_version`` 0, ``id`` made when the form opened) or the next version.

    All else that the entry of the plan says stays as it is.

    Raises:
        NotUsable: a field is missing or cannot be.
        Denied, Conflict, NotSaved: as in ``Plans.save``.
    """
    if wrong := entry.problems():
        raise NotUsable(wrong)
    stored = _stored(plans, entry.ags, id) if seen_version else None
    filled = replace(
        stored or model.Entry(id, "-"), title=entry.title.strip(), exists=True, service=entry.service,
        capacity=Decimal(str(round(entry.capacity, DECIMALS))), capacity_unit=entry.unit.strip(),
        secured_until=entry.secured_until, description=entry.source.strip() or None,
    )  # fmt: skip
    version = plans.save(entry.ags, filled, seen_version=seen_version, request_id=request_id)
    return Capacity(id, version, _of(entry.ags, filled))


def remove(plans: Plans, one: Capacity, *, request_id: str) -> None:
    """Remove a capacity. An entry of the plan that says more than that stays, without its places.

    Raises:
        Denied, Conflict, NotSaved: as in ``Plans.remove``.
    """
    ags, stored = one.entry.ags, _stored(plans, one.entry.ags, one.id)
    if stored is not None:
        rest = replace(stored, service=None, capacity=None, capacity_unit=None, secured_until=None)
        if rest != model.Entry(rest.id, rest.title, exists=True, description=rest.description):
            plans.save(ags, rest, seen_version=one.version, request_id=request_id)
            return
    plans.remove(ags, "entry", one.id, seen_version=one.version, request_id=request_id)


def _stored(plans: Plans, ags: str, id: str) -> model.Entry | None:
    return next((entry for entry, _ in plans.entries(ags) if entry.id == id), None)


def in_year(entries: Iterable[Capacity], service: str, year: int) -> float | None:
    """Return the places of a service on 31 December of a year; None where none were ever entered for it."""
    mine = [one.entry for one in entries if one.entry.service == service]
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
