"""The entries of a plan by their state, in the order of the states; what should have ended by now says so."""

from datetime import date

import pandas as pd

from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks
from zwk_data.exhibits.plan_dates import day as read_day
from zwk_data.exhibits.plan_outline import SEPARATOR, identifier
from zwk_data.exhibits.plans import is_own, period, plan_sources, required_plan, seen_from, short_note, stage
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.plan.health import is_overdue
from zwk_data.plan.labels import statuses
from zwk_data.plan.model import Entry, Plan
from zwk_data.warehouse.places import Place

COLUMNS = ("state", "id", "title", "overdue", "stage", "office", "period", "field", "status")
NO_OFFICE = "-"  # in an address: entries without an office
LONGEST = 200  # characters of an office in an address


def office_name(value: str, context: Context) -> str:
    """Read the name of an office as it stands in the plan, or ``-`` for none."""
    if not 0 < len(value) <= LONGEST:
        raise AddressError(context.language.text("»{value}« ist hier nicht möglich.", value=value[:40]))
    return value


@kind(
    required={"ags": place}, optional={"day": read_day, "field": identifier, "office": office_name}, of_plan=True
)  # fmt: skip
def plan_board(
    context: Context, *, ags: Place, day: date | None = None, field: str = "", office: str = ""
) -> Exhibit:  # fmt: skip
    """Show the entries by state, seen from ``day``; those of one Handlungsfeld or office where asked.

    Raises:
        AddressError: the place has no plan, or the plan no such Handlungsfeld.
    """
    plan, text = required_plan(ags, context), context.language.text
    entries, today = chosen(plan, context, field, office), seen_from(plan, day)
    table = _table(plan, entries, today, context)
    sentence = _sentence(plan, table, ags, context)
    evidence = [source for entry in entries for source in entry.evidence]
    return Exhibit(
        Address.of("plan_board", ags=ags.ags, day=day.isoformat() if day else "", field=field, office=office),
        _title(plan, field, context), _subtitle(today, office, context), sentence,
        text("Tafel der Einträge nach ihrem Stand: {sentence}", sentence=sentence), table,
        (Column("state", text("Stand")), Column("title", text("Eintrag")), Column("overdue", text("Hinweis")),
         Column("stage", text("Stufe")), Column("office", text("Zuständig")), Column("period", text("Zeitraum")),
         Column("field", text("Handlungsfeld"))),
        Marks("table", options={"layout": "board", "states": [*statuses(context.language).values(), _none(context)]}),
        plan_sources(plan, evidence[:5], ags, context.language), notes=(short_note(plan, context.language),),
    )  # fmt: skip


def chosen(plan: Plan, context: Context, field: str, office: str) -> list[Entry]:
    """Return the entries of a Handlungsfeld and an office, all where none is named; an office nobody has gives none.

    Raises:
        AddressError: the plan has no such Handlungsfeld.
    """
    if field and field not in {part.id for part in plan.handlungsfelder}:
        raise AddressError(context.language.text("»{value}« ist kein Handlungsfeld dieses Plans.", value=field[:40]))
    return [
        entry
        for entry in plan.entries
        if (not field or field in entry.handlungsfelder)
        and (not office or (entry.responsible_office or NO_OFFICE) == office)
    ]


def _title(plan: Plan, field: str, context: Context) -> str:
    return next((part.title for part in plan.handlungsfelder if part.id == field), plan.title)


def _subtitle(day: date, office: str, context: Context) -> str:
    text, seen = context.language.text, context.language.date(day)
    if not office:
        return text("Einträge nach Stand am {date}", date=seen)
    name = text("ohne Zuständigkeit") if office == NO_OFFICE else office
    return text("Einträge nach Stand am {date}, {office}", office=name, date=seen)


def _none(context: Context) -> str:
    return context.language.text("ohne Angabe")


def _table(plan: Plan, entries: list[Entry], day: date, context: Context) -> pd.DataFrame:
    """Return one row per entry: states in their order, what is overdue first, then as the plan has them."""
    order = {name: position for position, name in enumerate(statuses(context.language))}
    ordered = sorted(entries, key=lambda entry: (order.get(entry.status or "", len(order)), not is_overdue(entry, day)))
    fields = {part.id: part.title for part in plan.handlungsfelder}
    rows = [_row(entry, plan, fields, day, context) for entry in ordered]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(entry: Entry, plan: Plan, fields: dict[str, str], day: date, context: Context) -> tuple[str, ...]:
    language, own = context.language, is_own(plan)
    word = statuses(language)[entry.status] if entry.status else _none(context)
    said = period(entry, language, own=own) if entry.start or entry.end or entry.date_text else ""
    named = SEPARATOR.join(fields[name] for name in entry.handlungsfelder if name in fields)
    return (
        word, entry.id, entry.title, overdue_word(entry, day, context, own=own), stage(entry, language, own=own),
        entry.responsible_office or "", said, named, entry.status or "",
    )  # fmt: skip


def overdue_word(entry: Entry, day: date, context: Context, *, own: bool) -> str:
    """Return the word for an entry that should have ended; in an example nothing is said of one without a state."""
    if is_overdue(entry, day):
        return context.language.text("überfällig")
    if own and entry.status is None and entry.end is not None and entry.end < day:
        return context.language.text("Ende vorbei, Stand offen")
    return ""


def _sentence(plan: Plan, table: pd.DataFrame, ags: Place, context: Context) -> str:
    text, number = context.language.text, context.language.number
    if table.empty:
        return text("{place}: kein Eintrag.", place=ags.name)
    counts = table["state"].value_counts(sort=False)
    known = [f"{number(count)} {word}" for word, count in counts.items() if word != _none(context)]
    if not known:
        return text("{place}: {count} Einträge, noch keiner mit Stand.", place=ags.name, count=len(table)) if is_own(
            plan) else text("{place}: {count} Einträge, zu keinem ist ein Stand veröffentlicht.", place=ags.name,
                            count=len(table))  # fmt: skip
    if rest := int(counts.get(_none(context), 0)):
        known.append(text("{count} ohne Angabe", count=rest))
    late = int((table["overdue"] == text("überfällig")).sum())
    said = text("{place}: {count} Einträge ({states})", place=ags.name, count=len(table), states=", ".join(known))
    end = text("; überfällig: {count}.", count=late) if late else "."
    return said + end
