"""What entries of the plan may add to a number: only those whose author entered a range with reason and source."""

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.effects.common import (
    DEFAULT_INDICATOR,
    amount,
    difference,
    fine,
    not_computed,
    notes_of,
    points,
    review_year,
    run_of,
    start_of,
    where,
)
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import form, lines, no_outlook
from zwk_data.exhibits.plans import required_plan
from zwk_data.exhibits.registry import Context, indicator, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, numbers
from zwk_data.outlook.effects import Contributions, Range, contributions, quantified
from zwk_data.plan.model import Plan
from zwk_data.warehouse.places import Place

COLUMNS = ("id", "name", "mid", "low", "high", "text", "part", "basis")


@kind(required={"ags": place}, optional={"indicator": indicator, "year": year, "form": form}, of_plan=True)
def effect_contributions(
    context: Context, *, ags: Place, indicator: Indicator | None = None, year: int | None = None, form: str = ""
) -> Exhibit:
    """Show what each entry with a range may add to an indicator at the end of a year, the interaction and the sum.

    The order is that of the plan, never that of the numbers.

    Raises:
        AddressError: the place has no plan, the run does not give the indicator or does not reach the year.
    """
    text, language = context.language.text, context.language
    one = indicator or indicators()[DEFAULT_INDICATOR]
    plan, start = required_plan(ags, context), start_of(context, ags, form)
    address = Address.of("effect_contributions", ags=ags.ags, indicator=indicator.id if indicator else "", year=year,
                         form=form)  # fmt: skip
    title = text("Beiträge aus dem Plan")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    run, until = run_of(context, start), year or review_year(plan, start)
    found = reckoned(context, run, one, plan, until)
    index = run.years.index(until)
    table = _rows(plan, found, index, one, language)
    return Exhibit(
        address=address,
        title=title,
        subtitle=text("»{label}« Ende {year} {where}, gegenüber der Rechnung ohne die Vorhaben; in der Reihenfolge "
                      "des Plans", label=one.short_label(language.code), year=until, where=where(start, context)),
        sentence=_sentence(context, run, found, index, one),
        alt=text("Balkendiagramm: Beiträge der Vorhaben zu »{label}« Ende {year}: {parts}.", year=until,
                 label=one.short_label(language.code), parts="; ".join(table["name"] + " " + table["text"])),
        table=table,
        columns=(
            Column("name", text("Vorhaben")), *_ends(one, language), Column("basis", text("Grund und Quelle")),
        ),
        marks=_marks(table),
        sources=lines(context, start),
        notes=(*notes_of(context, start), *_notes(language)),
    )  # fmt: skip


def _ends(one: Indicator, language: Language) -> tuple[Column, ...]:
    text, unit = language.text, points(one, language)
    places = one.decimals if one.unit == "persons" else one.decimals + 1
    return (Column("low", text("niedrig"), unit, places, True), Column("mid", text("mittel"), unit, places, True),
            Column("high", text("hoch"), unit, places, True))  # fmt: skip


def reckoned(context: Context, run: Run, one: Indicator, plan: Plan, year: int) -> Contributions:
    """Return the contributions of a plan.

    Raises:
        AddressError: the run does not give the indicator, or does not reach the year.
    """
    text = context.language.text
    if not numbers.gives(run, one):
        raise AddressError(not_computed(one, context.language))
    if not run.years[0] < year <= run.years[-1]:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=run.years[1], last=run.years[-1]))
    return contributions(run, one, plan.entries)


def _rows(plan: Plan, found: Contributions, index: int, one: Indicator, language: Language) -> pd.DataFrame:
    """Return one row per entry in the order of the plan, then the interaction and all together."""
    text, entries = language.text, {entry.id: entry for entry in plan.entries}
    rows = []
    for name, part in found.alone.items():
        said = "; ".join(f"{effect.reason} ({effect.source})" for effect in quantified(entries[name]))
        rows.append(_row(name, entries[name].title, part, index, one, language, "entry", said))
    if rows:
        rows.append(_row("interaction", text("Wechselwirkung"), found.interaction, index, one, language, "interaction"))
        rows.append(_row("together", text("alle zusammen"), found.together, index, one, language, "together"))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(soft=table["part"] == "interaction")


def _row(
    name: str, title: str, part: Range, index: int, one: Indicator, language: Language, kind_: str, basis: str = ""
) -> tuple[object, ...]:
    low, mid, high = part.at(index)
    return name, title, mid, low, high, ranged(part, index, one, language), kind_, basis


def ranged(part: Range, index: int, one: Indicator, language: Language) -> str:
    """Write a contribution with its range: ``+118 (+61 bis +177)``; to whole people, so that parts sum for readers."""
    low, mid, high = part.at(index)
    places = 0 if one.unit == "persons" else max(fine(value, one) for value in (low, mid, high))
    said = [language.number(value, places, sign=True) for value in (mid, low, high)]
    return language.text("{mid} ({low} bis {high})", mid=said[0], low=said[1], high=said[2])


def _marks(table: pd.DataFrame) -> Marks:
    if table.empty:
        return Marks("table")
    return Marks("bars", x="name", y="mid", options={"text": "text", "above": True, "soft": "soft"})


def _sentence(context: Context, run: Run, found: Contributions, index: int, one: Indicator) -> str:
    """Say how many entries should contribute how much together, and how large the interaction is."""
    text, language = context.language.text, context.language
    values = {
        "label": one.short_label(language.code), "year": run.years[index], "where": where(run.start, context),
        "count": len(found.alone), "together": ranged(found.together, index, one, language),
        "unit": points(one, language), "interaction": _interaction(found, index, one, language),
        "without": amount(float(found.without[index]), one, language),
    }  # fmt: skip
    if not found.alone:
        return text("Für kein Vorhaben dieses Plans ist ein Beitrag mit Spanne, Grund und Quelle eingetragen: Beitrag "
                    "nicht bezifferbar.", **values)  # fmt: skip
    if one.unit == "persons":
        values["unit"] = text("Personen")
    if len(found.alone) == 1:
        return text("Ein Vorhaben soll {where} bis Ende {year} zu »{label}« beitragen: {together} {unit} gegenüber "
                    "{without} ohne es.", **values)  # fmt: skip
    return text("{count} Vorhaben sollen {where} bis Ende {year} zu »{label}« beitragen: zusammen {together} {unit} "
                "gegenüber {without} ohne sie; davon Wechselwirkung {interaction}.", **values)  # fmt: skip


def _interaction(found: Contributions, index: int, one: Indicator, language: Language) -> str:
    value = found.interaction.at(index)[1]
    return language.number(value, 0, sign=True) if one.unit == "persons" else difference(value, one, language)


def _notes(language: Language) -> tuple[Note, ...]:
    text = language.text
    return (
        Note("assumption", text(
            "Die Spannen sind Annahmen derer, die sie eingetragen haben, mit Grund und Quelle; sie sind nicht "
            "gemessen, und die Vorhaben werden nicht nach ihnen geordnet.")),
        Note("method", text(
            "Beitrag: Rechnung mit dem Vorhaben allein weniger Rechnung ohne. Alle Beiträge und die Wechselwirkung "
            "(was mehrere zusammen anders machen als jedes für sich) ergeben die Summe.")),
    )  # fmt: skip
