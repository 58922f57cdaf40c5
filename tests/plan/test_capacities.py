"""Capacities as entries of a plan: kept, summed by year until they are no longer secured, conflicts shown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from zwk_data.access import LOCAL, NOBODY, Denied, Person
from zwk_data.plan import capacities, model
from zwk_data.plan.capacities import Capacity, Entry
from zwk_data.plan.checking import NotUsable
from zwk_data.plan.parts import Head
from zwk_data.plan.service import Plans
from zwk_data.store import Conflict

AGS = "05758012"
NORTH = Entry(AGS, "primary", "Grundschule Muster Nord", 200, "Plätze", date(2030, 7, 31), "Schulamt (Muster)")
SOUTH = replace(NORTH, title="Grundschule Muster Süd", capacity=120.5, secured_until=None, source="")


@pytest.fixture
def plans(store) -> Plans:
    return Plans(store, LOCAL)


def new() -> str:
    return f"e{uuid4().hex}"


def save(plans: Plans, entry: Entry, id: str = "", seen: int = 0) -> Capacity:
    return capacities.save(plans, id or new(), entry, seen_version=seen, request_id=new())


def test_entries_are_read_as_they_were_in_the_order_of_the_services(plans):
    primary, daycare = save(plans, NORTH), save(plans, replace(SOUTH, service="daycare"))
    other = save(plans, replace(SOUTH, ags="12073"))
    assert (primary.entry, primary.version) == (NORTH, 1)
    assert capacities.capacities(plans, AGS) == [daycare, primary]
    assert capacities.capacities(plans, "12073") == [other]


def test_places_count_until_they_are_no_longer_secured_at_the_end_of_a_year(plans):
    save(plans, NORTH)
    save(plans, SOUTH)
    save(plans, replace(NORTH, service="daycare_u3", capacity=0))
    known = capacities.capacities(plans, AGS)
    assert capacities.in_year(known, "primary", 2029) == 320.5
    assert capacities.in_year(known, "primary", 2030) == 120.5  # the summer before 31 December 2030
    assert capacities.in_year(known, "daycare_u3", 2029) == 0
    assert capacities.in_year(known, "daycare", 2029) is None  # nothing entered is not nothing there
    assert capacities.by_year(known, [2029, 2030]) == {
        "daycare_u3": {2029: 0, 2030: 0}, "primary": {2029: 320.5, 2030: 120.5}
    }  # fmt: skip
    assert replace(NORTH, secured_until=date(2030, 12, 31)).counts_in(2030)


def test_an_entry_is_changed_and_removed_and_the_second_of_two_hears_of_the_first(plans):
    one = save(plans, NORTH)
    changed = save(plans, replace(NORTH, capacity=250), one.id, seen=1)
    with pytest.raises(Conflict):
        save(plans, replace(NORTH, capacity=300), one.id, seen=1)
    with pytest.raises(Conflict):
        capacities.remove(plans, one, request_id=new())
    assert capacities.in_year(capacities.capacities(plans, AGS), "primary", 2026) == 250
    capacities.remove(plans, changed, request_id=new())
    assert capacities.capacities(plans, AGS) == []
    assert plans.entries(AGS) == []


@pytest.mark.parametrize(("field", "value"), [
    ("service", "65plus"), ("service", "odd"), ("capacity", -1.0), ("capacity", float("nan")), ("capacity", 2e6),
    ("title", " "), ("title", "x" * 201), ("title", "a\x07b"), ("unit", ""), ("source", "x" * 501), ("ags", ""),
])  # fmt: skip
def test_what_cannot_be_is_not_saved(plans, field, value):
    with pytest.raises(NotUsable) as told:
        save(plans, replace(NORTH, **{field: value}))
    assert told.value.fields == (field,)
    assert plans._store.state() == 0


def test_a_capacity_is_what_exists_in_the_plan_and_alone_it_is_no_plan(plans):
    id = save(plans, replace(NORTH, capacity=0.1 + 0.2)).id
    assert plans.plan(AGS) is None
    plans.save(AGS, Head("Plan (Muster)"), seen_version=0, request_id=new())
    [entry] = plans.plan(AGS).entries
    assert entry == model.Entry(
        id, NORTH.title, exists=True, service="primary", capacity=Decimal("0.3"), capacity_unit="Plätze",
        secured_until=NORTH.secured_until, description=NORTH.source,
    )  # fmt: skip


def test_what_else_the_plan_says_of_it_stays_when_the_places_change_or_go(plans):
    id = new()
    rich = model.Entry(id, "Halle", responsible_office="Schulamt", exists=True, service="primary",
                       capacity=Decimal(30), capacity_unit="Plätze", note="intern")  # fmt: skip
    plans.save(AGS, rich, seen_version=0, request_id=new())
    [one] = capacities.capacities(plans, AGS)
    changed = save(plans, replace(one.entry, capacity=40), id, seen=1)
    [(entry, version)] = plans.entries(AGS)
    assert (entry, version) == (replace(rich, capacity=Decimal("40")), 2)
    capacities.remove(plans, changed, request_id=new())
    assert plans.entries(AGS) == [(replace(rich, service=None, capacity=None, capacity_unit=None), 3)]
    assert capacities.capacities(plans, AGS) == []


def test_an_idea_with_places_is_not_counted(plans):
    idea = model.Entry(new(), "Neubau", "idea", service="primary", capacity=Decimal(300))
    plans.save(AGS, idea, seen_version=0, request_id=new())
    plans.save(AGS, replace(idea, id=new(), exists=True, service="65plus"), seen_version=0, request_id=new())
    assert capacities.capacities(plans, AGS) == []


def test_who_may_not_read_the_plan_sees_published_places_only_and_saves_none(plans):
    one, _ = save(plans, NORTH), save(plans, SOUTH)
    plans.save(AGS, Head("Plan (Muster)"), seen_version=0, request_id=new())
    plans.publish(AGS, "entry", one.id, request_id=new())
    guest, reader = Plans(plans._store, NOBODY), Plans(plans._store, Person("account", "konto", {AGS: "reader"}))
    assert [found.entry for found in capacities.capacities(guest, AGS)] == [NORTH]
    assert len(capacities.capacities(reader, AGS)) == 2
    for person in (guest, reader):
        with pytest.raises(Denied):
            save(person, NORTH)
        with pytest.raises(Denied):
            capacities.remove(person, one, request_id=new())
