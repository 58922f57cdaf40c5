"""Meetings in a real store: kept, held, closed, read again; who may what."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from zwk_data.access import LOCAL, NOBODY, Denied, Person
from zwk_data.rounds.model import Decision, Item, Meeting, NotUsable, Remark, Votes, body_of, part_of
from zwk_data.rounds.service import IsClosed, Kept, Meetings
from zwk_data.store import Conflict, open_store

A, B = "13071107", "15001"
ITEMS = tuple(
    Item(f"i{n}", f"Frage {n}?", f"Vorschlag {n}", ("time_series?ags=13071107",), minutes=10) for n in (1, 2, 3)
)
MEETING = Meeting("m1", A, "Managementrunde", date(2026, 12, 1), time(14, 30), 60, "Rathaus", ("Bauamt", "Jugendamt"),
                  ITEMS)  # fmt: skip


@pytest.fixture
def meetings(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        yield Meetings(store, LOCAL, lambda: datetime(2026, 12, 1, 13, 30, tzinfo=UTC))


def saved(meetings: Meetings, part=MEETING) -> Kept:
    return Kept(part, meetings.save(A, part, seen_version=0, request_id=f"new-{part.id}"))


def decision(**changed) -> Decision:
    return replace(Decision("m1", "i1", "Frage 1?", "amended", "Das Bauamt prüft.", date(2026, 12, 1), "Bauamt",
                            date(2027, 1, 31), date(2027, 2, 1), Votes(7, 1, 2)), **changed)  # fmt: skip


@pytest.mark.parametrize("part", [MEETING, decision(), decision(votes=None, due=None), Remark("r1", "m1", "i1", "x")])
def test_every_part_is_read_as_it_was_written(part) -> None:
    assert part_of(type(part), body_of(part)) == part


def test_a_part_of_a_newer_version_is_read_and_one_that_is_none_is_refused() -> None:
    assert part_of(Meeting, body_of(MEETING) | {"added_later": 1}) == MEETING
    for body in ({}, {"id": 1}, body_of(MEETING) | {"day": "morgen"}, body_of(MEETING) | {"items": [{"id": "i"}]}):
        with pytest.raises(NotUsable):
            part_of(Meeting, body)


@pytest.mark.parametrize("changed, named", [
    ({"title": " "}, "title"), ({"minutes": 0}, "minutes"), ({"items": ITEMS * 3}, "items"),
    ({"items": (replace(ITEMS[0], question=""),)}, "question"), ({"participants": ("x" * 201,)}, "participants"),
    ({"items": (replace(ITEMS[0], addresses=("a",) * 5),)}, "addresses"),
])  # fmt: skip
def test_what_is_missing_or_too_much_is_named(meetings, changed, named) -> None:
    with pytest.raises(NotUsable) as caught:
        meetings.save(A, replace(MEETING, **changed), seen_version=0, request_id="r")
    assert named in caught.value.fields and meetings.all(A) == []


def test_a_meeting_goes_from_begin_to_close_and_is_then_only_read(meetings) -> None:
    kept = saved(meetings)
    begun = meetings.begin(A, kept, request_id="begin")
    assert begun.begun == "2026-12-01T13:30:00+00:00"
    again = Kept(begun, 2)
    assert meetings.begin(A, again, request_id="other") == begun
    meetings.save(A, decision(), seen_version=0, request_id="d")
    meetings.save(A, Remark("r1", "m1", "i1", "Herr X fragt nach"), seen_version=0, request_id="n")
    closed = meetings.close(A, again, None, request_id="close")
    assert meetings.one(A, "m1").part == closed and closed.closed
    for part in (closed, decision(item="i2"), Remark("r2", "m1", "", "später")):
        with pytest.raises(IsClosed):
            meetings.save(A, part, seen_version=3 if part is closed else 0, request_id=f"late-{part.id}")
    [one] = meetings.decisions(A)
    meetings.settle(A, one, "done", day=date(2027, 1, 20), remark="erledigt", request_id="done")
    [one] = meetings.decisions(A, "m1")
    assert (one.part.state, one.part.remark, one.part.text) == ("done", "erledigt", "Das Bauamt prüft.")
    assert [note.part.text for note in meetings.remarks(A, "m1")] == ["Herr X fragt nach"]
    assert meetings.last_closed(A) == closed


def test_a_meeting_needs_three_items_to_begin(meetings) -> None:
    kept = saved(meetings, replace(MEETING, items=ITEMS[:2]))
    with pytest.raises(NotUsable):
        meetings.begin(A, kept, request_id="b")


def test_two_who_change_the_same_meeting_are_told(meetings) -> None:
    kept = saved(meetings)
    meetings.save(A, replace(MEETING, place="Saal"), seen_version=kept.version, request_id="one")
    with pytest.raises(Conflict):
        meetings.save(A, replace(MEETING, place="Hof"), seen_version=kept.version, request_id="two")


def test_rights_are_asked_at_every_call(meetings) -> None:
    kept = saved(meetings)
    store = meetings._store
    reader, editor = Person("account", "r", {A: "reader"}), Person("account", "e", {A: "editor", B: "admin"})
    assert Meetings(store, reader).one(A, "m1").part == MEETING
    calls = {
        "edit": [lambda m: m.save(A, MEETING, seen_version=1, request_id="x"),
                 lambda m: m.begin(A, kept, request_id="x"), lambda m: m.keep_draft(A, "m1", "i1", "remark", {"text": "a"}),
                 lambda m: m.remove(A, MEETING, seen_version=1, request_id="x")],
        "decide": [lambda m: m.save(A, decision(), seen_version=0, request_id="x"),
                   lambda m: m.close(A, kept, None, request_id="x")],
        "read": [lambda m: m.all(A), lambda m: m.decisions(A), lambda m: m.shown(A, "m1"), lambda m: m.remarks(A, "m1")],
    }  # fmt: skip
    for person, denied in ((NOBODY, "edit decide read"), (reader, "edit decide"), (editor, "decide")):
        for call in (one for name in denied.split() for one in calls[name]):
            with pytest.raises(Denied):
                call(Meetings(store, person))
    assert store.get("meeting", f"{A}:m1").version == 1


def test_what_is_typed_live_is_there_for_the_next_session(meetings) -> None:
    meetings.keep_draft(A, "m1", "i1", "decision", {"text": "Wir beschl"})
    other = Meetings(meetings._store, LOCAL)
    assert other.draft(A, "m1", "i1", "decision").body == {"text": "Wir beschl"}
    other.keep_draft(A, "m1", "i1", "decision", {"text": ""})
    assert meetings.draft(A, "m1", "i1", "decision") is None
