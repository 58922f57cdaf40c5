"""Dates of a place's plan: what comes next and what was last, as published; vague dates stay as they are written."""

import calendar
import re
from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks
from zwk_data.exhibits.plans import is_own, no_plan_text, plan_note, plan_sources, seen_from
from zwk_data.exhibits.provenance import source_line
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.language import Language
from zwk_data.plan.model import Entry, Fact, Plan, PublicSource
from zwk_data.plan.views import calendar as plan_calendar
from zwk_data.warehouse.places import Place

MONTHS = (
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
)
SEASONS = {"frühjahr": 5, "sommer": 8, "herbst": 11, "winter": 12}
UPCOMING, RECENT = 3, 5  # rows shown
COLUMNS = ["id", "when", "title", "state", "latest", "exact"]
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def day(value: str, context: Context) -> date:
    """Read an ISO date."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise AddressError(context.language.text("»{value}« ist kein Datum.", value=value[:40])) from None


@kind(required={"ags": place}, optional={"day": day}, of_plan=True)
def plan_dates(context: Context, *, ags: Place, day: date | None = None) -> Exhibit:
    """List the next and the last published dates of a plan, seen from ``day`` (the plan's own date by default)."""
    plan = context.plans(ags.ags)
    address = Address.of("plan_dates", ags=ags.ags, day=day.isoformat() if day else "")
    if plan is None:
        return _no_plan(context, address, ags)
    text, today = context.language.text, seen_from(plan, day)
    seen = {"date": context.language.date(today)}
    table = _table(plan, today, context.language)
    sentence = _sentence(context, table, ags, own=is_own(plan))
    return Exhibit(
        address=address,
        title=text("Termine des Werkstattplans"),
        subtitle=text("Stand {date}", **seen)
        if is_own(plan)
        else text("veröffentlichte Termine, Stand {date}", **seen),  # fmt: skip
        sentence=sentence,
        alt=text("Tabelle: {sentence}", sentence=sentence),
        table=table,
        columns=(Column("when", text("Wann")), Column("title", text("Was")), Column("state", text("Stand"))),
        marks=Marks("table"),
        sources=plan_sources(plan, _evidence(plan, set(table["id"])), ags, context.language),
        notes=(plan_note(plan, context.language),),
    )


def _no_plan(context: Context, address: Address, ags: Place) -> Exhibit:
    text = context.language.text
    sentence = no_plan_text(ags, context.language)
    table = pd.DataFrame({"title": [ags.name], "state": [text("kein Plan")]})
    columns = (Column("title", text("Ort")), Column("state", text("Stand")))
    return Exhibit(address, text("Termine des Werkstattplans"), "", sentence, sentence, table, columns, Marks("table"),
                   (source_line("gvisys_2022", context),))  # fmt: skip


def _evidence(plan: Plan, shown: set[str]) -> list[PublicSource]:
    told: tuple[Entry | Fact, ...] = (*plan.entries, *plan.facts)
    return [source for item in told if item.id in shown for source in item.evidence]


def latest_day(start: date | None, end: date | None, written: str | None) -> date | None:
    """Return the last day that a published date can mean: ``Ende 2026`` -> 31.12.2026, ``Juni 2025`` -> 30.06.2025."""
    if end or start:
        return end or start
    exact = DAY.findall(written or "")
    if exact:
        return max(date(int(y), int(m), int(d)) for d, m, y in exact)
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", written or "")]
    if not years:
        return None
    words = (written or "").casefold()
    months = [number for number, name in enumerate(MONTHS, 1) if name in words]
    month = max([*months, *(number for name, number in SEASONS.items() if name in words)], default=12)
    return date(max(years), month, calendar.monthrange(max(years), month)[1])


def _table(plan: Plan, seen_from: date, language: Language) -> pd.DataFrame:
    """Return next dates (nearest first), then the last ones (newest first): id, when, title, state, latest, exact."""
    rows = [
        {"id": row["id"], "title": row["title"], "when": _when(row["start"], row["end"], row["date_text"], language),
         "latest": latest, "exact": bool(row["start"] or row["end"]),
         "state": _state(latest, seen_from, str(row["date_text"] or ""), language)}
        for row in plan_calendar(plan).to_dict("records")
        if not _is_stock(row) and (latest := latest_day(row["start"], row["end"], row["date_text"])) is not None
    ]  # fmt: skip
    ahead = sorted((row for row in rows if row["latest"] >= seen_from), key=_position)
    past = sorted((row for row in rows if row["latest"] < seen_from), key=_position, reverse=True)
    return pd.DataFrame([*ahead[:UPCOMING], *past[:RECENT]], columns=COLUMNS)


def _is_stock(row: Mapping[Hashable, Any]) -> bool:
    """Tell whether a date says when something was counted: no event took place then."""
    written = str(row["date_text"] or "")
    return written.startswith("Bestand") or (row["kind"] == "fact" and DAY.fullmatch(written) is not None)


def _position(row: Mapping[str, Any]) -> tuple[int, bool, date, str]:
    """Order by year; inside one, what has a day is later than what has none."""
    return row["latest"].year, row["exact"], row["latest"], row["title"]


def _state(latest: date, seen_from: date, written: str, language: Language) -> str:
    if latest >= seen_from:
        return language.text("kommend")
    return language.text("begonnen") if written.startswith("seit") else language.text("zurückliegend")


def _when(start: date | None, end: date | None, written: str | None, language: Language) -> str:
    if start is None and end is None:
        return written or ""
    first, last = start or end, end or start
    if first == last and first is not None:
        return language.date(first)
    return f"{language.date(first)} – {language.date(last)}" if first and last else ""


def _sentence(context: Context, table: pd.DataFrame, ags: Place, *, own: bool) -> str:
    text = context.language.text
    if own:
        return _own_sentence(context, table, ags)
    ahead = table[table["state"] == text("kommend")]
    past = table[table["state"] != text("kommend")]
    last = _named(past, text("Zuletzt veröffentlicht: {title} ({when})")) or ags.name
    if ahead.empty:
        return text("{last}; ein kommender Termin ist nicht veröffentlicht.", last=last)
    return f"{_named(ahead, text('Als Nächstes: {title} ({when})'))}. {last}."


def _own_sentence(context: Context, table: pd.DataFrame, ags: Place) -> str:
    text = context.language.text
    ahead = table["state"] == text("kommend")
    said = [_named(table[ahead], text("Als Nächstes: {title} ({when})")),
            _named(table[~ahead], text("Zuletzt: {title} ({when})"))]  # fmt: skip
    known = ". ".join(part for part in said if part)
    return f"{known}." if known else text("{place}: Im Plan steht noch kein Termin.", place=ags.name)


def _named(rows: pd.DataFrame, template: str) -> str:
    return template.format(title=rows.iloc[0]["title"], when=rows.iloc[0]["when"]) if len(rows) else ""
