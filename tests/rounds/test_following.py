"""A guest of a meeting sees what the round saw and decided, in order, and nothing of anything else."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.render.made import table_exhibit
from zwk_data.access import LOCAL
from zwk_data.exhibits.exhibit import Address, Exhibit
from zwk_data.rounds.following import Followed, FollowedDecision, followed
from zwk_data.rounds.model import Decision, Item, Meeting, Remark, Votes
from zwk_data.rounds.service import Kept, Meetings
from zwk_data.store import Store, open_store

A, B = "99000001", "99000002"
SECRET = "GEHEIM"
ITEMS = tuple(
    Item(f"i{n}", f"Frage {n}?", f"{SECRET} Vorschlag {n}", entries=(f"{SECRET}-entry",), why=f"{SECRET} Anlass")
    for n in (1, 2, 3, 4)
)
MEETING = Meeting("m1", A, "Sitzung eins", date(2030, 1, 1), place="Rathaus", participants=(f"{SECRET} Amt",),
                  items=ITEMS)  # fmt: skip
START = datetime(2030, 1, 1, 13, tzinfo=UTC)


class Clock:
    """A minute passes with every look at it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def meetings(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        yield Meetings(store, LOCAL, Clock())


def exhibit(sentence: str) -> Exhibit:
    return replace(table_exhibit(), address=Address.of("demo", number=sentence), sentence=sentence)


def begun(meetings: Meetings, meeting: Meeting = MEETING) -> Kept[Meeting]:
    version = meetings.save(meeting.ags, meeting, seen_version=0, request_id=f"new-{meeting.ags}-{meeting.id}")
    part = meetings.begin(meeting.ags, Kept(meeting, version), request_id=f"begin-{meeting.ags}-{meeting.id}")
    return Kept(part, version + 1)


def decide(meetings: Meetings, item: str, ags: str = A, meeting: str = "m1", **changed) -> None:
    part = replace(Decision(meeting, item, "Frage?", "amended", f"Beschluss {item}", date(2030, 1, 1), "Bauamt",
                            date(2030, 2, 1), votes=Votes(7711, 1, 2), entry=f"{SECRET}-entry",
                            remark=f"{SECRET} Notiz"), **changed)  # fmt: skip
    meetings.save(ags, part, seen_version=0, request_id=f"{ags}-{meeting}-{item}")


def seen(store: Store, ags: str = A, meeting: str = "m1") -> Followed:
    found = followed(store, ags, meeting)
    assert found is not None
    return found


def sentences(found: Followed) -> list[list[str]]:
    return [[one.exhibit.sentence for one in item.exhibits] for item in found.items]


def test_before_it_begins_there_is_the_agenda_only(meetings):
    meetings.save(A, MEETING, seen_version=0, request_id="new")
    found = seen(meetings._store)
    assert (found.title, found.day, found.place, found.begun, found.closed) == (
        "Sitzung eins", date(2030, 1, 1), "Rathaus", False, False)  # fmt: skip
    assert found.questions == ("Frage 1?", "Frage 2?", "Frage 3?", "Frage 4?")
    assert (found.items, found.last, found.before) == ((), None, ())


def test_what_was_shown_comes_in_order_with_what_was_decided(meetings):
    begun(meetings)
    show = meetings.show
    show(A, "m1", "i1", exhibit("eins"))
    show(A, "m1", "i3", exhibit("drei"))
    decide(meetings, "i3")
    show(A, "m1", "i2", exhibit("zwei"), language="en")
    show(A, "m1", "i1", exhibit("eins daneben"), aside=True)
    found = seen(meetings._store)
    assert [item.number for item in found.items] == [1, 2, 3]
    assert sentences(found) == [["eins", "eins daneben"], ["zwei"], ["drei"]]
    assert [one.aside for one in found.items[0].exhibits] == [False, True]
    assert [item.exhibits[0].language for item in found.items] == ["de", "en", "de"]
    assert found.last.number == 1
    assert [item.number for item in found.before] == [2, 3]
    assert found.items[2].decision == FollowedDecision("amended", "Beschluss i3", "Bauamt", date(2030, 2, 1))
    assert found.items[0].decision is None


def test_an_item_without_exhibits_is_reached_when_it_is_decided(meetings):
    begun(meetings)
    decide(meetings, "i4")
    found = seen(meetings._store)
    assert [(item.number, item.exhibits) for item in found.items] == [(4, ())]
    assert found.last.decision.text == "Beschluss i4"


def test_nothing_internal_is_in_it(meetings):
    begun(meetings)
    meetings.save(A, Remark("r1", "m1", "i1", f"{SECRET} Notiz"), seen_version=0, request_id="r")
    meetings.keep_draft(A, "m1", "i1", "decision", {"text": f"{SECRET} getippt"})
    meetings.show(A, "m1", "i1", exhibit("eins"), assumptions=exhibit(f"{SECRET} Annahmen"))
    meetings.show(A, "m1", "", exhibit(f"{SECRET} vor dem ersten Punkt"))
    decide(meetings, "i1")
    found = seen(meetings._store)
    assert sentences(found) == [["eins"]]
    assert SECRET not in repr(found)
    assert "7711" not in repr(found)
    assert LOCAL.actor not in repr([getattr(found, field.name) for field in fields(found)])


def test_nothing_of_another_meeting_or_municipality_is_in_it(meetings):
    begun(meetings)
    for other in (replace(MEETING, id="m"), replace(MEETING, id="m10"), replace(MEETING, ags=B)):
        begun(meetings, replace(other, title=f"{SECRET} Titel"))
        meetings.show(other.ags, other.id, "i1", exhibit(f"{SECRET} {other.id}"))
        decide(meetings, "i2", other.ags, other.id, text=f"{SECRET} Beschluss")
    found = seen(meetings._store)
    assert found.items == () and SECRET not in repr(found)


def test_a_record_under_a_foreign_name_is_left_out(meetings):
    store = meetings._store
    begun(meetings)
    begun(meetings, replace(MEETING, id="m2"))
    meetings.show(A, "m2", "i1", exhibit(f"{SECRET} m2"))
    decide(meetings, "i1", meeting="m2", text=f"{SECRET} m2")
    for kind in ("meeting_shown", "meeting_decision"):
        [record] = store.records(kind, A)
        store.save(kind, f"{A}:m1:x", record.body, seen_version=0, actor="x", request_id=kind, scope=A)
    assert seen(store).items == ()


@pytest.mark.parametrize("id", ["", "m", "m2", "m1:", "%", "m1:i1", "../m1", "x" * 3000])
def test_there_is_nothing_where_there_is_no_such_meeting(meetings, id):
    begun(meetings)
    meetings.show(A, "m1", "i1", exhibit("eins"))
    assert followed(meetings._store, A, id) is None
    assert followed(meetings._store, B, "m1") is None
    assert followed(meetings._store, "", f"{A}:m1") is None


def test_a_record_that_says_another_municipality_is_no_meeting(meetings):
    store = meetings._store
    begun(meetings)
    body = dict(store.get("meeting", f"{A}:m1").body)
    store.save("meeting", f"{B}:m1", body, seen_version=0, actor="x", request_id="copied", scope=B)
    assert followed(store, B, "m1") is None


def test_what_cannot_be_read_is_left_out(meetings):
    store = meetings._store
    begun(meetings)
    meetings.show(A, "m1", "i1", exhibit("eins"))
    [record] = store.records("meeting_shown", A)
    kept = json.loads(record.body["exhibit"])
    damaged = ({}, {**kept, "version": 99}, {**kept, "address": "kein Ort?"}, {**kept, "table": None})
    broken = (
        {}, {**record.body, "at": "gestern"}, {**record.body, "item": 1}, {**record.body, "exhibit": kept},
        *({**record.body, "exhibit": json.dumps(one)} for one in damaged),
    )  # fmt: skip
    for number, body in enumerate(broken):
        store.save(
            "meeting_shown", f"{A}:m1:{number}", body, seen_version=0, actor="x", request_id=str(number), scope=A
        )
    store.save("meeting_decision", f"{A}:m1:i2", {"outcome": "?"}, seen_version=0, actor="x", request_id="d", scope=A)
    assert sentences(seen(store)) == [["eins"]]


def test_the_mark_changes_with_what_is_seen_and_with_nothing_else(meetings):
    store = meetings._store
    kept = begun(meetings)
    begun(meetings, replace(MEETING, id="m2"))
    marks = [seen(store).mark]
    meetings.show(A, "m1", "i1", exhibit("eins"))
    marks.append(seen(store).mark)
    decide(meetings, "i1")
    marks.append(seen(store).mark)
    meetings.save(A, Remark("r1", "m1", "i1", "Notiz"), seen_version=0, request_id="r")
    meetings.show(A, "m2", "i1", exhibit("andere Sitzung"))
    meetings.show(A, "m1", "i1", exhibit("eins"))
    assert seen(store).mark == marks[-1]
    meetings.close(A, kept, None, request_id="close")
    found = seen(store)
    marks.append(found.mark)
    assert found.closed and len(set(marks)) == 4


def test_a_removed_meeting_shows_nothing(meetings):
    version = meetings.save(A, MEETING, seen_version=0, request_id="new")
    meetings.remove(A, MEETING, seen_version=version, request_id="gone")
    assert followed(meetings._store, A, "m1") is None
