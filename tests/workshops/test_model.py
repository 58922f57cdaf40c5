"""Workshops and results as values: kept as JSON and read back, and what cannot be kept is named."""

from dataclasses import replace
from datetime import date

import pytest

from zwk_data.workshops.model import (
    LONGEST,
    MOST_GROUPS,
    MOST_VOTES,
    Group,
    NotUsable,
    Result,
    Workshop,
    body_of,
    result_of,
    workshop_of,
)

GROUP = Group("g1", "Tisch 1", "Was hält Junge hier?", "migration_by_age?ags=13071107")
WORKSHOP = Workshop(
    "w1", "13071107", "Werkstatt (Muster)", date(2026, 11, 23), "Rathaus", (GROUP, Group("g2", "Tisch 2"))
)
RESULT = Result("r1", "w1", "g1", "Nachtbus (Muster)\nauch sonntags", "idea", 7)


@pytest.mark.parametrize("part", [WORKSHOP, replace(WORKSHOP, day=None, place="", groups=()), RESULT,
                                  replace(RESULT, kind="result", entry="ws_1")])  # fmt: skip
def test_a_part_comes_back_from_json_as_it_was(part):
    body = body_of(part)
    assert (workshop_of if isinstance(part, Workshop) else result_of)(body) == part


@pytest.mark.parametrize(("part", "field"), [
    (replace(WORKSHOP, title=" "), "title"), (replace(WORKSHOP, title="x" * (LONGEST["title"] + 1)), "title"),
    (replace(WORKSHOP, place="x" * (LONGEST["place"] + 1)), "place"),
    (replace(WORKSHOP, groups=(GROUP,) * (MOST_GROUPS + 1)), "groups"),
    (replace(WORKSHOP, groups=(replace(GROUP, name=""),)), "name"),
    (replace(WORKSHOP, groups=(replace(GROUP, question="x" * (LONGEST["question"] + 1)),)), "question"),
    (replace(WORKSHOP, groups=(replace(GROUP, address="x" * (LONGEST["address"] + 1)),)), "question"),
    (replace(RESULT, text="\n"), "text"), (replace(RESULT, text="x" * (LONGEST["text"] + 1)), "text"),
    (replace(RESULT, kind="wish"), "kind"), (replace(RESULT, votes=-1), "votes"),
    (replace(RESULT, votes=MOST_VOTES + 1), "votes"),
])  # fmt: skip
def test_what_is_missing_too_long_or_too_much_is_named_and_not_kept(part, field):
    with pytest.raises(NotUsable) as told:
        body_of(part)
    assert told.value.fields == [field]


@pytest.mark.parametrize("change", [{"groups": None}, {"groups": [{"id": "g"}]}, {"day": "gestern"}, {"title": ""}])
def test_what_is_no_workshop_is_not_read_as_one(change):
    with pytest.raises(NotUsable):
        workshop_of(body_of(WORKSHOP) | change)


@pytest.mark.parametrize("change", [{"votes": "viele"}, {"votes": None}, {"kind": "wish"}, {"text": ""}])
def test_what_is_no_result_is_not_read_as_one(change):
    with pytest.raises(NotUsable):
        result_of(body_of(RESULT) | change)


def test_a_group_is_found_by_its_id():
    assert WORKSHOP.group("g1") == GROUP and WORKSHOP.group("g3") is None
