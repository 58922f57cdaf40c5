"""The plan as a value."""

from dataclasses import MISSING, fields

import pytest

from zwk_data.plan.model import Entry, Goal, Handlungsfeld, Plan, Tool


def test_an_entry_needs_nothing_but_an_id_and_a_title() -> None:
    entry = Entry("begegnung", "Begegnung")
    assert entry.stage is None
    assert entry.status is None
    assert entry.cost_plan is None


@pytest.mark.parametrize("cls", [Entry, Goal, Handlungsfeld, Tool])
def test_only_id_and_title_are_required(cls: type) -> None:
    assert [field.name for field in fields(cls) if field.default is MISSING] == ["id", "title"]


def test_an_entry_is_found_by_its_id_and_an_unknown_one_is_an_error() -> None:
    entry = Entry("begegnung", "Begegnung")
    plan = Plan("05758012", "Plan", entries=(entry,))
    assert plan.entry("begegnung") is entry
    with pytest.raises(KeyError, match="fehlt"):
        plan.entry("fehlt")
