"""Calendar files (iCalendar): a meeting, and when decisions are due or come again. The only home of icalendar.

An entry keeps its name (UID) for as long as its meeting or decision lives, so a file imported again moves what is in
the calendar already.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur
from icalendar.cal.component import Component

from zwk_data.language import GERMAN, Language
from zwk_data.render.signs import clean
from zwk_data.rounds.model import Decision, Meeting, NotUsable

ZONE = "Europe/Berlin"
MAKER = "-//Zukunftswerkstatt Kommunen//Dashboard//DE"
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # from which revisions are counted
BREAKS = str.maketrans({"\r": "\n", "\x7f": " ", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})  # as programs read them
LONGEST_TITLE = 200  # signs


def meeting_calendar(meeting: Meeting, language: Language = GERMAN, now: datetime | None = None) -> bytes:
    """Return a meeting as a calendar file: at its time in Germany, all day where it has none.

    Args:
        meeting: with a day.
        language: of the words around what was typed.
        now: when the file is made (a point in time; none: this moment); a later file replaces an earlier one.

    Raises:
        NotUsable: the meeting has no day.
    """
    if meeting.day is None:
        raise NotUsable(["day"])
    event = _event(f"meeting:{meeting.ags}:{meeting.id}", meeting.title, now)
    if meeting.at is None:
        _all_day(event, meeting.day)
    else:
        start = datetime.combine(meeting.day, meeting.at.replace(tzinfo=None))
        event.add("dtstart", start, {"TZID": ZONE})
        event.add("duration", timedelta(minutes=meeting.minutes))
    if meeting.place.strip():
        event.add("location", _one_line(meeting.place))
    if said := _agenda(meeting, language):
        event.add("description", said)
    return _file([event], zone=meeting.at is not None)


def due_calendar(decisions: Iterable[Decision], language: Language = GERMAN, now: datetime | None = None) -> bytes:
    """Return when decisions are due and when they come before the round again, each an entry of a whole day.

    One that is done or dropped keeps its entries and says so: imported again, they show it.

    Args:
        decisions: of one or more meetings; those without a day have no entry.
        language: of the words around what was typed.
        now: as in ``meeting_calendar``.
    """
    events: list[Component] = []
    for one in decisions:
        if one.due is not None:
            events.append(_dated(one, "due", one.due, language.text("Frist"), language, now))
        if one.resubmit is not None:
            events.append(_dated(one, "resubmit", one.resubmit, language.text("Wiedervorlage"), language, now))
    return _file(events, zone=False)


def _dated(one: Decision, kind: str, day: date, word: str, language: Language, now: datetime | None) -> Event:
    states = {"open": "", "done": language.text("Erledigt"), "dropped": language.text("Entfallen")}
    first = f"{states[one.state]} – {word}" if states[one.state] else word
    event = _event(f"decision:{one.id}:{kind}", f"{first}: {_one_line(one.question or one.text)}", now)
    _all_day(event, day)
    event.add("description", _decided(one, language))
    event.add("transp", "TRANSPARENT")  # a day that something is due on is free for other things
    return event


def _decided(one: Decision, language: Language) -> str:
    text = language.text
    said = [text("Beschluss: {text}", text=one.text.strip())]
    said += [text("Zuständig: {office}", office=_one_line(one.office))] if one.office.strip() else []
    said += [text("Sitzung vom {date}", date=language.date(one.on))] if one.on else []
    return _clean("\n".join(said))


def _agenda(meeting: Meeting, language: Language) -> str:
    text, said = language.text, list[str]()
    for number, item in enumerate(meeting.items, 1):
        minutes = f" ({text('{count} Minuten', count=language.number(item.minutes))})" if item.minutes else ""
        said.append(f"{number}. {_one_line(item.question)}{minutes}")
    agenda = [text("Tagesordnung"), *said] if said else []
    offices = ", ".join(_one_line(one) for one in meeting.participants)
    invited = [text("Teilnehmende: {offices}", offices=offices)] if offices else []
    return _clean("\n".join([*agenda, *([""] if agenda and invited else []), *invited]))


# --- the file ---------------------------------------------------------------------------------------------------------


def _event(name: str, title: str, now: datetime | None) -> Event:
    """Return an entry with its name, its title and its revision.

    Programs keep what they have unless the revision is higher: it grows with the minutes.
    """
    made, event = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0), Event()
    event.add("uid", f"{uuid5(NAMESPACE_OID, name)}@zukunftswerkstatt-kommunen")
    event.add("dtstamp", made)
    event.add("last-modified", made)
    event.add("sequence", max(0, int((made - EPOCH).total_seconds() // 60)))
    said = _one_line(title)
    event.add("summary", said if len(said) <= LONGEST_TITLE else said[: LONGEST_TITLE - 1].rstrip() + "…")
    return event


def _all_day(event: Event, day: date) -> None:
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))


def _file(events: Iterable[Component], *, zone: bool) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for part in ([_zone()] if zone else []) + list(events):
        calendar.add_component(part)
    return bytes(calendar.to_ical())


def _zone() -> Timezone:
    """Return German time as rules, which hold for years to come, not as a list of days."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    for part, name, month, hour, before, after in (
        (TimezoneDaylight(), "CEST", 3, 2, 1, 2), (TimezoneStandard(), "CET", 10, 3, 2, 1),
    ):  # fmt: skip
        part.add("dtstart", datetime(1970, month, 29 if month == 3 else 25, hour))
        part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday="-1SU"))
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone


def _clean(text: str) -> str:
    """Return a text whose lines end as the format wants them, without signs it cannot hold."""
    return clean(text.replace("\r\n", "\n").translate(BREAKS))


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())
