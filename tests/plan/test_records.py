"""Every part of a plan comes back from JSON as it was, and says which field cannot be read."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plan.anything import parts
from zwk_data.plan.checking import checked
from zwk_data.plan.model import Effect, Entry, Fact, Progress, Target
from zwk_data.plan.parts import NEVER_PUBLISHED, PARTS, public
from zwk_data.plan.reading import PlanError
from zwk_data.plan.records import body_of, value_of
from zwk_data.store.values import from_text, to_text

ANY = st.sampled_from(list(PARTS)).flatmap(lambda kind: st.tuples(st.just(kind), parts(kind)))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("kind", PARTS)
def test_every_part_comes_back_from_the_store_s_text_as_it_was(kind):
    @FEW
    @given(part=parts(kind))
    def comes_back(part):
        again = value_of(PARTS[kind][0], from_text(to_text(body_of(checked(part)))))
        assert again == part
        assert repr(again) == repr(part)  # Decimal("1.50") and Decimal("1.5") are equal, but not the same text

    comes_back()


@FEW
@given(made=ANY)
def test_what_a_later_version_adds_is_passed_over(made):
    kind, part = made
    assert value_of(PARTS[kind][0], {**body_of(part), "from_the_future": [1, {"a": None}]}) == part


@FEW
@given(made=ANY)
def test_nothing_internal_is_in_the_body_of_what_is_published(made):
    _, part = made
    hidden = NEVER_PUBLISHED.get(type(part), ())
    assert not set(body_of(public(part))) & set(hidden)
    assert {**body_of(public(part)), **{name: body_of(part)[name] for name in hidden if name in body_of(part)}} == (
        body_of(part)
    )


def test_defaults_are_left_out_so_that_a_new_field_needs_no_migration():
    assert body_of(Entry("a", "Muster")) == {"id": "a", "title": "Muster"}
    assert value_of(Entry, {"id": "a", "title": "Muster"}) == Entry("a", "Muster")


@pytest.mark.parametrize(("cls", "body", "field", "problem"), [
    (Entry, {"id": "a"}, "title", "missing"),
    (Entry, {"id": "a", "title": " "}, "title", "empty"),
    (Entry, {"id": "a", "title": "M", "status": "fertig"}, "status", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "start": "31.12.2026"}, "start", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "start": "2026-02-30"}, "start", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "cost_plan": "viel"}, "cost_plan", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "cost_plan": "NaN"}, "cost_plan", "range"),
    (Entry, {"id": "a", "title": "M", "cost_plan": "-1"}, "cost_plan", "range"),
    (Entry, {"id": "a", "title": "M", "cost_plan": 1.5}, "cost_plan", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "partners": "Verein"}, "partners", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "partners": ["V", "V"]}, "partners", "twice"),
    (Entry, {"id": "a", "title": "M", "exists": 1}, "exists", "not_allowed"),
    (Entry, {"id": "a", "title": "M", "effects": [{"lever": "tfr"}]}, "effects.high", "missing"),
    (Entry, {"id": "a", "title": "M", "origin": {"kind": "traum"}}, "origin.kind", "not_allowed"),
    (Progress, {"id": "a", "entry": "b", "day": "2026-01-01", "percent": True}, "percent", "not_allowed"),
    (Fact, {"id": "a", "title": "M", "evidence": [{"id": "s"}]}, "evidence.name", "missing"),
])  # fmt: skip
def test_the_field_that_cannot_be_read_is_named(cls, body, field, problem):
    with pytest.raises(PlanError) as told:
        value_of(cls, body)
    assert (told.value.field, told.value.problem) == (field, problem)


def test_changes_may_be_below_zero_and_amounts_may_not():
    effect = Effect("out18", Decimal(-30), Decimal(-20), Decimal(-10), 2027, "Muster", "Muster")
    entry = Entry("a", "Muster", effects=(effect,), start=date(2026, 1, 1))
    target = Target("t", "net_migration_rate", Decimal("-1.5"), 2030)
    assert value_of(Entry, body_of(entry)) == entry
    assert value_of(Target, body_of(target)) == target
