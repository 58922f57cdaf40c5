"""The entries of a plan over time, by Handlungsfeld: exact days as bars, what has no exact day listed by itself."""

from datetime import date

import pandas as pd

from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks
from zwk_data.exhibits.plan_board import chosen, office_name, overdue_word
from zwk_data.exhibits.plan_dates import day as read_day
from zwk_data.exhibits.plan_outline import identifier, ordered_fields
from zwk_data.exhibits.plans import is_own, period, plan_sources, required_plan, seen_from, short_note, status
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.plan.health import ENDED, is_overdue
from zwk_data.plan.model import Entry, Plan
from zwk_data.warehouse.places import Place

COLUMNS = ("field", "id", "title", "start", "end", "when", "status", "overdue", "words", "look")


@kind(
    required={"ags": place}, optional={"day": read_day, "field": identifier, "office": office_name}, of_plan=True
)  # fmt: skip
def plan_timeline(
    context: Context, *, ags: Place, day: date | None = None, field: str = "", office: str = ""
) -> Exhibit:  # fmt: skip
    """Show when entries begin and end, seen from ``day``; those of one Handlungsfeld or office where asked.

    Raises:
        AddressError: the place has no plan, or the plan no such Handlungsfeld.
    """
    plan, text = required_plan(ags, context), context.language.text
    today, entries = seen_from(plan, day), chosen(plan, context, field, office)
    table = _table(plan, entries, today, context)
    drawn = bool((table["start"].notna() | table["end"].notna()).any())
    sentence = _sentence(plan, table, today, ags, context)
    evidence = [source for entry in entries for source in entry.evidence if entry.start or entry.end or entry.date_text]
    return Exhibit(
        Address.of("plan_timeline", ags=ags.ags, day=day.isoformat() if day else "", field=field, office=office),
        text("Zeitplan"), text("Einträge nach Handlungsfeld, Stand {date}", date=context.language.date(today)),
        sentence, text("Zeitplan der Einträge: {sentence}", sentence=sentence), table, _columns(context),
        _marks(today, context) if drawn else Marks("table", options={"layout": "vague"}),
        plan_sources(plan, evidence[:5], ags, context.language), notes=(short_note(plan, context.language),),
    )  # fmt: skip


def _marks(today: date, context: Context) -> Marks:
    word = context.language.text("Stand {date}", date=context.language.date(today))
    return Marks("timeline", x="start", y="words", series="field", options={
        "end": "end", "look": "look", "today": today.isoformat(), "today_word": word, "below": "vague"})  # fmt: skip


def _columns(context: Context) -> tuple[Column, ...]:
    text = context.language.text
    return (
        Column("field", text("Handlungsfeld")), Column("title", text("Eintrag")), Column("start", text("Beginn")),
        Column("end", text("Ende")), Column("when", text("Zeitraum")), Column("status", text("Stand")),
        Column("overdue", text("Hinweis")),
    )  # fmt: skip


def _table(plan: Plan, entries: list[Entry], day: date, context: Context) -> pd.DataFrame:
    """Return one row per entry with a date: by Handlungsfeld (the first of an entry), then by day; vague ones last."""
    order = {field.id: (number, field.title) for number, field in enumerate(ordered_fields(plan))}
    nowhere = (len(order), context.language.text("ohne Handlungsfeld"))
    placed = [(next((order[name] for name in entry.handlungsfelder if name in order), nowhere), entry)
              for entry in entries if entry.start or entry.end or entry.date_text]  # fmt: skip
    placed.sort(key=lambda pair: (pair[0][0], _position(pair[1])))
    rows = [_row(title, entry, day, context, own=is_own(plan)) for (_, title), entry in placed]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})


def _position(entry: Entry) -> tuple[bool, date, date]:
    start, end = entry.start or entry.end, entry.end or entry.start
    return start is None, start or date.max, end or date.max


def _row(field: str, entry: Entry, day: date, context: Context, *, own: bool) -> tuple[object, ...]:
    language = context.language
    state = status(entry, language) if entry.status else ""
    late = overdue_word(entry, day, context, own=own)
    words = " · ".join(part for part in (entry.title, state, late) if part)
    return (
        field, entry.id, entry.title, entry.start, entry.end, period(entry, language, own=own), state, late, words,
        _look(entry, day),
    )  # fmt: skip


def _look(entry: Entry, day: date) -> str:
    """Return how a bar looks; its state stands beside it in words."""
    if is_overdue(entry, day):
        return "late"
    if entry.status in ENDED:
        return "done"
    return {"laufend": "running", "geplant": "ahead", "idee": "ahead"}.get(entry.status or "", "plain")


def _sentence(plan: Plan, table: pd.DataFrame, day: date, ags: Place, context: Context) -> str:
    text = context.language.text
    start, end = table["start"].fillna(table["end"]), table["end"].fillna(table["start"])
    exact = int(start.notna().sum())
    names = {"place": ags.name, "exact": exact, "vague": len(table) - exact}
    if table.empty:
        return text("{place}: Zu keinem Eintrag ist ein Zeitraum bekannt.", **names)
    if not exact:
        return text("{place}: {vague} Einträge mit ungefährem Zeitraum, keiner mit genauen Tagen.", **names)
    today = pd.Timestamp(day)
    names |= {"running": int(((start <= today) & (end > today)).sum()), "ahead": int((start > today).sum())}
    said = text("{place}: {exact} Einträge mit genauen Tagen, {running} davon im Gange, {ahead} noch nicht begonnen",
                **names)  # fmt: skip
    return said + (text("; {vague} mit ungefährem Zeitraum.", **names) if names["vague"] else ".")
