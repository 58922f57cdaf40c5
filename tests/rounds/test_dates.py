"""Calendar files, read again by the library that other programs use: times, days, names, hostile texts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from zwk_data.language import Language
from zwk_data.rounds.dates import due_calendar, meeting_calendar
from zwk_data.rounds.model import Decision, Item, Meeting, NotUsable

NOW = datetime(2026, 11, 23, 10, 0, 30, 5, tzinfo=UTC)
ITEMS = tuple(Item(f"i{n}", f"Frage {n}: was tun; und wer?", minutes=10) for n in (1, 2, 3))
MEETING = Meeting("m1", "13071107", "Managementrunde", date(2026, 12, 1), time(14, 30), 90, "Rathaus, Saal 2",
                  ("Bauamt", "Jugendamt"), ITEMS)  # fmt: skip
DECISION = Decision("m1", "i1", "Frage 1?", "adopted", "Das Bauamt prüft.", date(2026, 12, 1), "Bauamt",
                    date(2027, 1, 31), date(2027, 2, 28))  # fmt: skip
HOSTILE = "a;b,c\\n d\\e\r\nEND:VEVENT\rBEGIN:VALARM\n\x00\x0b\x7f\ud800 \u2028SUMMARY:x\x85😀" + "ä" * 300


def events(raw: bytes) -> list:
    return Calendar.from_ical(raw).walk("VEVENT")


def one(raw: bytes):
    (found,) = events(raw)
    return found


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 7, 1), 2), (date(2026, 12, 1), 1), (date(2040, 7, 1), 2)])
def test_a_meeting_is_at_its_german_time(day: date, hours: int) -> None:
    found = one(meeting_calendar(replace(MEETING, day=day)))
    start = found.decoded("dtstart")
    assert start.replace(tzinfo=None) == datetime.combine(day, time(14, 30))
    assert start.utcoffset() == timedelta(hours=hours) and found["dtstart"].params["TZID"] == "Europe/Berlin"
    assert found.decoded("duration") == timedelta(minutes=90)


def test_the_zone_in_the_file_is_the_german_one() -> None:
    """The rules in the file themselves, without a table of zones."""
    (zone,) = Calendar.from_ical(meeting_calendar(MEETING)).walk("VTIMEZONE")
    own = zone.to_tz(lookup_tzid=False)
    for year in (2026, 2035):
        for month, hours in ((1, 1), (3, 1), (4, 2), (7, 2), (10, 2), (11, 1)):
            assert own.utcoffset(datetime(year, month, 10, 12)) == timedelta(hours=hours), (year, month)


def test_a_meeting_carries_title_place_and_agenda() -> None:
    found = one(meeting_calendar(MEETING))
    assert (str(found["summary"]), str(found["location"])) == ("Managementrunde", "Rathaus, Saal 2")
    lines = str(found["description"]).split("\n")
    assert lines[:2] == ["Tagesordnung", "1. Frage 1: was tun; und wer? (10 Minuten)"]
    assert lines[-1] == "Teilnehmende: Bauamt, Jugendamt"


def test_without_a_time_it_takes_the_whole_day_and_without_a_day_there_is_no_file() -> None:
    raw = meeting_calendar(replace(MEETING, at=None))
    found = one(raw)
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (date(2026, 12, 1), date(2026, 12, 2))
    assert b"VTIMEZONE" not in raw
    with pytest.raises(NotUsable) as caught:
        meeting_calendar(replace(MEETING, day=None))
    assert caught.value.fields == ("day",)


def test_decisions_have_their_days() -> None:
    found = events(due_calendar([DECISION, replace(DECISION, item="i2", due=None, resubmit=None)], now=NOW))
    assert [(str(event["summary"]), event.decoded("dtstart"), event.decoded("dtend")) for event in found] == [
        ("Frist: Frage 1?", date(2027, 1, 31), date(2027, 2, 1)),
        ("Wiedervorlage: Frage 1?", date(2027, 2, 28), date(2027, 3, 1)),
    ]
    assert all(type(event.decoded("dtstart")) is date and event["transp"] == "TRANSPARENT" for event in found)
    said = str(found[0]["description"])
    assert said == "Beschluss: Das Bauamt prüft.\nZuständig: Bauamt\nSitzung vom 01.12.2026"


def test_a_second_file_replaces_the_first() -> None:
    first = events(due_calendar([DECISION], now=NOW))
    moved = replace(DECISION, due=date(2027, 6, 30), text="anders", state="done")
    second = events(due_calendar([moved], now=NOW + timedelta(hours=1)))
    assert [event["uid"] for event in first] == [event["uid"] for event in second]
    assert all(int(a["sequence"]) < int(b["sequence"]) for a, b in zip(first, second, strict=True))
    assert second[0].decoded("dtstart") == date(2027, 6, 30) and str(second[0]["summary"]).startswith(
        "Erledigt – Frist"
    )
    meetings = [one(meeting_calendar(found, now=NOW))["uid"] for found in (MEETING, replace(MEETING, title="Anders"))]
    others = [
        one(meeting_calendar(replace(MEETING, **other), now=NOW))["uid"] for other in ({"ags": "15001"}, {"id": "m2"})
    ]
    assert len({*meetings}) == 1 and len({*meetings, *others, *(event["uid"] for event in first)}) == 5


def test_the_same_moment_gives_the_same_bytes() -> None:
    assert due_calendar([DECISION], now=NOW) == due_calendar([DECISION], now=NOW)
    assert one(meeting_calendar(MEETING, now=NOW)).decoded("dtstamp") == NOW.replace(microsecond=0)


def test_hostile_texts_stay_texts_in_folded_lines() -> None:
    item = Item("i1", HOSTILE, minutes=5)
    meeting = replace(MEETING, title=HOSTILE, place=HOSTILE, participants=(HOSTILE,), items=(item,) * 7)
    for raw in (
        meeting_calendar(meeting),
        due_calendar([replace(DECISION, question=HOSTILE, text=HOSTILE, office=HOSTILE)]),
    ):
        assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
        assert not set(raw) & (set(range(32)) - {10, 13} | {0x7F})
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert raw.decode().count("\r\nEND:VEVENT") == raw.count(b"\r\nBEGIN:VEVENT") == len(events(raw))
        assert b"\r\nBEGIN:VALARM" not in raw and b"\r\nSUMMARY:x" not in raw
    found = one(meeting_calendar(meeting))
    assert str(found["location"]).startswith("a;b,c\\n d\\e END:VEVENT BEGIN:VALARM")
    assert "ä" * 300 in str(found["description"]) and "😀" in str(found["description"])
    assert len(str(found["summary"])) <= 200


def test_words_of_the_file_are_english_for_english_readers() -> None:
    english = Language("en")
    raw = (meeting_calendar(MEETING, english) + due_calendar([replace(DECISION, state="dropped")], english)).decode()
    assert "Agenda" in raw and "Deadline: " in raw and "Resubmission: " in raw and "Dropped" in raw
    assert "Tagesordnung" not in raw and "Beschluss" not in raw


def test_no_decision_with_a_day_is_an_empty_calendar() -> None:
    assert events(due_calendar([])) == []
