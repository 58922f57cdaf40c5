"""Capacities in a real store: kept, summed by year until they are no longer secured, conflicts shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from zwk_data.plan import capacities
from zwk_data.plan.capacities import Capacity, Entry, NotUsable
from zwk_data.store import Conflict, Store, open_store

NORTH = Entry("05758012", "primary", "Grundschule Muster Nord", 200, "Plätze", date(2030, 7, 31), "Schulamt (Muster)")
SOUTH = replace(NORTH, title="Grundschule Muster Süd", capacity=120.5, secured_until=None, source="")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


def save(store: Store, entry: Entry, id: str = "", seen: int = 0) -> Capacity:
    return capacities.save(store, id or str(uuid4()), entry, seen_version=seen, actor="muster", request_id=str(uuid4()))


def test_entries_are_read_as_they_were_in_the_order_of_the_services(store):
    primary, daycare = save(store, NORTH), save(store, replace(SOUTH, service="daycare"))
    other = save(store, replace(SOUTH, ags="12073"))
    assert (primary.entry, primary.version, primary.ags) == (NORTH, 1, "05758012")
    assert capacities.capacities(store, "05758012") == [daycare, primary]
    assert other in capacities.capacities(store)


def test_places_count_until_they_are_no_longer_secured_at_the_end_of_a_year(store):
    save(store, NORTH)
    save(store, SOUTH)
    save(store, replace(NORTH, service="daycare_u3", capacity=0))
    known = capacities.capacities(store, "05758012")
    assert capacities.in_year(known, "primary", 2029) == 320.5
    assert capacities.in_year(known, "primary", 2030) == 120.5  # the summer before 31 December 2030
    assert capacities.in_year(known, "daycare_u3", 2029) == 0
    assert capacities.in_year(known, "daycare", 2029) is None  # nothing entered is not nothing there
    assert capacities.by_year(known, [2029, 2030]) == {
        "daycare_u3": {2029: 0, 2030: 0}, "primary": {2029: 320.5, 2030: 120.5}
    }  # fmt: skip
    assert replace(NORTH, secured_until=date(2030, 12, 31)).counts_in(2030)


def test_an_entry_is_changed_and_removed_and_the_second_of_two_hears_of_the_first(store):
    one = save(store, NORTH)
    changed = save(store, replace(NORTH, capacity=250), one.id, seen=1)
    with pytest.raises(Conflict):
        save(store, replace(NORTH, capacity=300), one.id, seen=1)
    with pytest.raises(Conflict):
        capacities.remove(store, one, actor="andere", request_id=str(uuid4()))
    assert capacities.in_year(capacities.capacities(store), "primary", 2026) == 250
    capacities.remove(store, changed, actor="muster", request_id=str(uuid4()))
    assert capacities.capacities(store) == []


@pytest.mark.parametrize(("field", "value"), [
    ("service", "65plus"), ("service", "odd"), ("capacity", -1.0), ("capacity", float("nan")), ("capacity", 2e6),
    ("title", " "), ("title", "x" * 201), ("title", "a\x07b"), ("unit", ""), ("source", "x" * 501), ("ags", ""),
])  # fmt: skip
def test_what_cannot_be_is_not_saved(store, field, value):
    with pytest.raises(NotUsable) as told:
        save(store, replace(NORTH, **{field: value}))
    assert told.value.fields == [field] and capacities.capacities(store) == []


def test_one_that_cannot_be_read_is_not_counted_and_can_be_removed(store):
    store.save(
        "capacity", "muster", {"service": "primary"}, seen_version=0, actor="x", request_id="1", scope="05758012"
    )
    good = save(store, NORTH)
    found = capacities.capacities(store, "05758012")
    assert [one.id for one in found] == [good.id, "muster"] and found[1].entry is None
    assert capacities.in_year(found, "primary", 2026) == 200
    capacities.remove(store, found[1], actor="x", request_id="2")
    assert capacities.capacities(store) == [good]
