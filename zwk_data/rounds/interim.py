"""The Zwischenbilanz of a municipality: measures, decisions, indicators, money and participation since the beginning.

It says what is known and counts what is not. Figures come from exhibits, so breaks and chance are respected as there;
no sentence makes an entry of the plan the cause of a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from zwk_data.access import LOCAL, Person
from zwk_data.catalog import indicators
from zwk_data.documents.making import figure
from zwk_data.documents.model import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Rows,
)
from zwk_data.documents.options import NoPlan
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits.exhibit import BADGES
from zwk_data.exhibits.plan_dates import latest_day
from zwk_data.exhibits.plan_targets import Judged, judged
from zwk_data.exhibits.plans import is_own, period
from zwk_data.exhibits.registry import known_place
from zwk_data.language import NO_VALUE, Language
from zwk_data.plan.baseline import baseline
from zwk_data.plan.health import is_carried
from zwk_data.plan.model import Entry
from zwk_data.rounds.interim_parts import (
    SHORT,
    Given,
    capped,
    cut,
    decided,
    decision_blocks,
    filled,
    measures,
    money,
    more_than,
    paid,
    participation,
    quoted,
    took_part,
)
from zwk_data.rounds.model import Decision, Meeting
from zwk_data.rounds.service import Meetings
from zwk_data.workshops.model import Result, Workshop
from zwk_data.workshops.service import Workshops

if TYPE_CHECKING:  # the store takes a second to import
    from zwk_data.store import Store

MOST_QUESTIONS, MOST_AHEAD, MOST_INDICATORS, NAMED = 5, 12, 24, 3
MOST_COURSES, SHORTEST = 3, 4  # drawn courses, values of one
WIDTHS = {"label": 34.0, "role": 18.0, "target": 22.0, "base": 26.0, "observed": 26.0, "change": 22.0, "said": 44.0,
          "path": 20.0, "verdict": 30.0}  # fmt: skip


def interim_report(
    ags: str, context: Context, decisions: Sequence[Decision], meetings: Sequence[Meeting], made: date,
    since: date | None = None, *, workshops: Sequence[Workshop] = (), results: Sequence[Result] = (),
) -> Document:  # fmt: skip
    """Return the interim report of a municipality.

    Args:
        ags: its key.
        context: figures, language, plans the reader may see.
        decisions: of the management rounds; older than ``since`` count only while they are open.
        meetings: those that were begun or closed are counted as held.
        made: the day it is printed and seen from.
        since: the baseline; without it the earliest start or target base year in the plan.
        workshops: that took place.
        results: what their groups held on to.

    Raises:
        AddressError: there is no such place.
        NoPlan: it has no plan, or one without entries.
        ValueError: ``since`` lies after ``made``.
    """
    if since is not None and since > made:
        raise ValueError(f"since {since} lies after {made}")
    place = known_place(ags, context.data.places, context.language)
    plan, text = context.plans(place.ags), context.language.text
    if plan is None or not plan.entries:
        raise NoPlan(text("{place}: Es gibt noch keinen Plan mit Einträgen.", place=place.name))
    start = baseline(plan, since)
    kept = [one for one in decisions if (one.on is None or one.on <= made)
            and (since is None or one.on is None or one.on >= since or one.state == "open")]  # fmt: skip
    now = Given(context, place, plan, start, made, tuple(kept), tuple(meetings), tuple(workshops), tuple(results))
    blocks = (*_glance(now), PageBreak(), *measures(now), *decision_blocks(now), *_indicators(now), *money(now),
              *participation(now), *_next(now), Paragraph(_basis(now), "remark"))  # fmt: skip
    said = "" if is_own(plan) else text("Beispiel aus öffentlichen Quellen, kein Bericht der Kommune")
    footer = f"{place.name} · {said} · {context.language.date(made)}" if said else ""
    return Document(text("Zwischenbilanz"), place.name, _period(now), blocks, made, context.language, footer=footer)


def kept_report(
    store: "Store", ags: str, context: Context, made: date, since: date | None = None, person: Person = LOCAL
) -> Document:
    """Return the interim report from what is kept in a store, as one person may see it.

    The plan is the municipality's own where it has begun one, else that of the context. Raises as ``interim_report``,
    and Denied and Unreadable.
    """
    from zwk_data.plan.service import Plans

    key = known_place(ags, context.data.places, context.language).ags
    own = Plans(store, person).plan(key)
    seen = replace(context, plans=lambda asked: own) if own is not None else context
    rounds, held = Meetings(store, person), Workshops(store, person)
    workshops = [one.part for one in held.all(key)]
    results = [one.part for workshop in workshops for one in held.results(key, workshop.id)]
    return interim_report(
        key, seen, [one.part for one in rounds.decisions(key)], [one.part for one in rounds.all(key)], made, since,
        workshops=workshops, results=results,
    )  # fmt: skip


def _period(now: Given) -> str:
    if now.start is None:
        return now.text("Stand {date}", date=now.language.date(now.made))
    return now.text("{first} bis {last}", first=now.language.date(now.start.day), last=now.language.date(now.made))


def _basis(now: Given) -> str:
    """Return whose plan it is."""
    return {
        "example": now.text("Beispiel aus öffentlichen Quellen, kein amtlicher Plan."),
        "published": now.text("Veröffentlichter Stand des Werkstattplans."),
        "internal": now.text("Interner Arbeitsstand des Werkstattplans."),
    }[now.plan.kind]


# --- one page at a glance --------------------------------------------------------------------------------------------


def _glance(now: Given) -> list[Block]:
    """Return the first page: period, one sentence for each part, and what needs a decision."""
    text = now.text
    badge = [] if is_own(now.plan) else [Paragraph(text(
        "Beispiel: zusammengestellt aus öffentlichen Quellen, kein Bericht der Kommune. Was nicht veröffentlicht ist, "
        "fehlt hier."), "badge")]  # fmt: skip
    counts = (now.board.sentence, decided(now), now.since.sentence, paid(now), took_part(now))
    asked = _questions(now)
    return [
        Paragraph(_begun(now), "lead"), *badge, Heading(text("Auf einen Blick")), Bullets(counts),
        Heading(text("Was zu entscheiden ist")),
        *([Bullets(tuple(asked), numbered=True)] if asked else [Paragraph(text("Nichts ist überfällig."))]),
        Heading(text("Wo das Programm steht")), *_stages(now),
    ]  # fmt: skip


def _stages(now: Given) -> list[Block]:
    """Return the stages of the programme with their dates."""
    made = _line(now)
    rows = [(str(row["stage"]), str(row["when"]) or NO_VALUE, str(row["state"])) for _, row in made.table.iterrows()]
    heads = (now.text("Programmstufe"), now.text("Wann"), now.text("Stand"))
    return [Figure(made, picture=False), Rows(heads, tuple(rows), "", (30, 40, 30))]


def _line(now: Given) -> Exhibit:
    return make(Address.of("plan_stages", ags=now.place.ags, day=now.made.isoformat()), now.context)


def _begun(now: Given) -> str:
    """Say from when to when, and why from then on."""
    text, start, language = now.text, now.start, now.language
    if start is None:
        return text("{place}: Der Plan nennt keinen Anfang. Was verändert ist, lässt sich deshalb nicht sagen.",
                    place=now.place.name)  # fmt: skip
    indicator = indicators().get(start.what)
    what = indicator.label(language.code) if start.why == "target" and indicator else cut(start.what, SHORT)
    why = {
        "given": text("gewählter Ausgangspunkt"), "start": text("frühester Beginn im Plan: »{what}«", what=what),
        "written": text("frühester Beginn im Plan, dort nur als Zeitraum: »{what}«", what=what),
        "target": text("Ausgangsjahr des Zielwerts »{what}«", what=what),
    }[start.why]  # fmt: skip
    return text("{place}: Bilanz vom {first} bis zum {last} ({why}). Zahlen werden mit dem Jahr {year} verglichen.",
                place=now.place.name, first=language.date(start.day), last=language.date(now.made), why=why,
                year=start.year)  # fmt: skip


def _questions(now: Given) -> list[str]:
    """Return the three to five things that need a decision, the most pressing first."""
    found = [_late_decisions(now), _late_entries(now), _beside(now), _again(now), _without_office(now),
             _without_status(now), _without_target(now), _without_cost(now)]  # fmt: skip
    return [one for one in found if one][:MOST_QUESTIONS]


def _named(titles: Sequence[str], now: Given) -> str:
    """Name the first few, and how many more there are."""
    said = ", ".join(quoted(one, now.language) for one in titles[:NAMED])
    return said + more_than(len(titles), NAMED, now.language)


def _late_decisions(now: Given) -> str:
    late = sorted((one for one in now.decisions if one.is_overdue(now.made)), key=lambda one: one.due or now.made)
    return now.text("Überfällige Beschlüsse ({count}): {names}. Umsetzen, neu terminieren oder aufgeben?",
                    count=len(late), names=_named([one.text for one in late], now)) if late else ""  # fmt: skip


def _late_entries(now: Given) -> str:
    late = now.overdue
    return now.text("Überfällige Einträge ({count}): {names}. Abschließen, verlängern oder beenden?",
                    count=len(late), names=_named([one.title for one in late], now)) if late else ""  # fmt: skip


def _beside(now: Given) -> str:
    """Name the targets beside their path, unless on the side that is wanted; what chance explains is not among them."""
    found = [one for one in _judged(now) if one.found in ("below", "above", "neutral") and one.tone != "with"]
    names = [one.indicator.label(now.language.code) for one in found]
    return now.text("Zielwerte neben dem Pfad ({count}): {names}. Ziel oder Mittel ändern?", count=len(found),
                    names=_named(names, now)) if found else ""  # fmt: skip


def _judged(now: Given) -> list[Judged]:
    return [judged(now.context, now.place, one) for one in now.plan.targets]


def _again(now: Given) -> str:
    found = [one for one in now.decisions if one.comes_again(now.made)]
    return now.text("Zur Wiedervorlage ({count}): {names}. Was ist daraus geworden?", count=len(found),
                    names=_named([one.text for one in found], now)) if found else ""  # fmt: skip


def _carried(now: Given) -> list[Entry]:
    return [one for one in now.plan.entries if is_carried(one)]


def _without_office(now: Given) -> str:
    carried = _carried(now)
    found = [one for one in carried if not one.responsible_office]
    if not found:
        return ""
    values = {"count": now.language.number(len(found)), "all": now.language.number(len(carried))}
    if is_own(now.plan):
        return now.text("Bei {count} von {all} Maßnahmen steht keine zuständige Stelle. Wer trägt sie?", **values)
    return now.text("Zu {count} von {all} Maßnahmen ist keine zuständige Stelle veröffentlicht. Wer trägt sie?",
                    **values)  # fmt: skip


def _without_status(now: Given) -> str:
    carried = _carried(now)
    found = [one for one in carried if one.status is None]
    if not found:
        return ""
    values = {"count": now.language.number(len(found)), "all": now.language.number(len(carried))}
    if is_own(now.plan):
        return now.text("Zu {count} von {all} Maßnahmen steht kein Stand. Wie weit sind sie?", **values)
    return now.text("Zu {count} von {all} Maßnahmen ist kein Stand veröffentlicht. Wie weit sind sie?", **values)


def _without_target(now: Given) -> str:
    if now.plan.targets:
        return ""
    return now.text("Zu keiner Kennzahl steht ein Zielwert. Woran soll sich der Plan messen lassen?")


def _without_cost(now: Given) -> str:
    carried = _carried(now)
    if not carried or any(one.cost_plan is not None for one in carried):
        return ""
    return now.text("Zu keiner Maßnahme stehen geplante Kosten. Was kostet der Plan, und woher kommt das Geld?")


# --- indicators ------------------------------------------------------------------------------------------------------


def _indicators(now: Given) -> list[Block]:
    """Return the indicators since the baseline, the targets beside their paths, and the course of a few."""
    made = now.since
    blocks: list[Block] = [Heading(now.text("Kennzahlen")), Figure(made, picture=False),
                           *(_table(made, now.language) if len(made.table) else [])]  # fmt: skip
    if now.plan.targets:
        aims = make(Address.of("plan_targets", ags=now.place.ags), now.context)
        blocks += [Heading(now.text("Zielwerte"), 2), Figure(aims, picture=False), *_table(aims, now.language)]
    return [*blocks, *_courses(now, made)]


def _table(made: Exhibit, language: Language) -> list[Block]:
    """Return the columns of an exhibit that have a width here, with most room for what may be said."""
    columns = [one for one in made.columns if one.key in WIDTHS]
    cells = [[str(cell) for cell in made.table[one.key][:MOST_INDICATORS]] for one in columns]
    table = filled([(one.label, WIDTHS[one.key], found) for one, found in zip(columns, cells, strict=True)])
    return capped([table], len(made.table) - MOST_INDICATORS, language)


def _courses(now: Given, made: Exhibit) -> list[Block]:
    """Draw the course of the first indicators that have one: with its path where there is a target."""
    aims = {one.indicator: one.id for one in reversed(now.plan.targets)}
    found: list[Figure] = []
    for name in made.table["id"]:
        address = (f"plan_target?ags={now.place.ags}&aim={aims[name]}" if name in aims
                   else f"time_series?ags={now.place.ags}&indicator={name}")  # fmt: skip
        drawn = figure(address, now.context, height=42)
        if isinstance(drawn, Figure) and drawn.picture and len(drawn.exhibit.table) >= SHORTEST:
            found.append(_said_once(drawn, found))
        if len(found) == MOST_COURSES:
            break
    return [Heading(now.text("Verlauf einzelner Kennzahlen"), 2), *found] if found else []


def _said_once(drawn: Figure, before: Sequence[Figure]) -> Figure:
    """Leave out remarks that stand at a figure before; badges stay."""
    said = {note for one in before for note in one.exhibit.notes if note.kind not in BADGES}
    kept = tuple(note for note in drawn.exhibit.notes if note not in said)
    return replace(drawn, exhibit=replace(drawn.exhibit, notes=kept))


# --- what next -------------------------------------------------------------------------------------------------------


def _next(now: Given) -> list[Block]:
    """Return what is due, what comes before the round again, and the next stage as questions."""
    text = now.text
    rows = _ahead(now)
    said = text("Als Nächstes steht an: {what} ({when}).", what=cut(rows[0].what, SHORT),
                when=rows[0].when) if rows else text("Kein Termin, der noch kommt, ist festgehalten.")  # fmt: skip
    blocks: list[Block] = [Heading(text("Wie es weitergeht")), Paragraph(said)]
    if rows:
        shown = rows[:MOST_AHEAD]
        table = filled([
            (text("Wann"), 16, [one.when for one in shown]), (text("Was"), 52, [one.what for one in shown]),
            (text("Art"), 20, [one.sort for one in shown]), (text("Zuständig"), 22, [one.office for one in shown]),
        ], keep=3)  # fmt: skip
        blocks += capped([table], len(rows) - len(shown), now.language)
    return [*blocks, Heading(text("Fragen an die nächste Stufe"), 2),
            Bullets(tuple(_stage_questions(now, _line(now))))]  # fmt: skip


@dataclass(frozen=True, order=True)
class Ahead:
    """Something still to come: the last day it can mean, what, which kind of date, when in words, by which office."""

    day: date
    what: str
    sort: str
    when: str
    office: str = ""


def _ahead(now: Given) -> list[Ahead]:
    """Return what is still to come, the nearest first."""
    text, day, say = now.text, now.made, now.language.date
    rows = [Ahead(one.end, cut(one.title), text("Ende im Plan"), say(one.end), cut(one.responsible_office or "", SHORT))
            for one in _carried(now) if one.end and one.end >= day]  # fmt: skip
    for one in now.decisions:
        dates = ((one.due, text("Beschluss fällig")), (one.resubmit, text("Wiedervorlage")))
        rows += [Ahead(due, cut(one.text), sort, say(due), cut(one.office, SHORT)) for due, sort in dates
                 if one.state == "open" and due and due >= day]  # fmt: skip
    rows += [Ahead(one.day, cut(one.title), text("Sitzung"), say(one.day))
             for one in now.meetings if one.day and one.day >= day and not one.closed]  # fmt: skip
    for fact in now.plan.facts:
        last = latest_day(fact.start, fact.end, fact.date_text)
        if last is not None and last >= day:
            rows.append(Ahead(last, cut(fact.title), text("Termin im Plan"), period(fact, now.language)))
    return sorted(rows)


def _stage_questions(now: Given, stages: Exhibit) -> list[str]:
    """Return questions to the stage that follows the last one with a date that lies behind."""
    text, past = now.text, stages.table[stages.table["mark"] == "reached"]
    first = text("Zuletzt erreicht: {stage}. Welche Stufe folgt wann, und wer bereitet sie vor?",
                 stage=past.iloc[-1]["stage"]) if len(past) else text(
        "Auf welcher Stufe steht das Programm, und wann folgt die nächste?")  # fmt: skip
    return [
        first,
        text("Verstetigung: Welche Maßnahmen sollen ohne das Programm weitergehen, und wer trägt und bezahlt sie?"),
        text("Was wird beendet, weil es sich erledigt hat oder nicht trägt?"),
        text("Wann wird wieder Bilanz gezogen, und welche Zahlen liegen bis dahin vor?"),
    ]
