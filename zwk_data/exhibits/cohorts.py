"""Cohorts followed over five years: how many people of an age group are there five years later, five years older."""

import pandas as pd

from zwk_data.exhibits.ages import AgeTable, no_ages, tables
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import basis_name, kreis_note, sources_of
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.exhibits.series import above, crosses_break
from zwk_data.warehouse.places import Place

SPAN = 5  # years, the width of the groups
OLDEST = 70  # first age of the last group followed; above it deaths rule the result


@kind(required={"ags": place}, optional={"start": year, "sex": choice("t", "m", "f")})
def cohorts(context: Context, *, ags: Place, start: int | None = None, sex: str = "t") -> Exhibit:
    """Compare each five-year group with the group five years older five years later, on one census basis.

    The difference is in-migration minus out-migration minus deaths (and the statistical correction); it is not split.

    Raises:
        AddressError: no pair of dates five years apart begins with that year.
    """
    address = Address.of("cohorts", ags=ags.ags, start=start, sex=sex if sex != "t" else "")
    shown, pairs = with_spans(context, ags)
    if not pairs:
        return no_ages(context, address, ags)
    if start and start not in pairs:
        raise AddressError(context.language.text(
            "Ab {year} lassen sich keine Jahrgänge verfolgen, nur ab: {years}.", year=start,
            years=", ".join(map(str, pairs))))  # fmt: skip
    first, last = pairs[start or max(pairs)]
    rows = _rows(context, first, last, sex)
    text = context.language.text
    return Exhibit(
        address=address,
        title=text("Jahrgänge im Zeitverlauf"),
        subtitle=_subtitle(context, first, last, sex),
        sentence=_sentence(context, rows, first, last, sex),
        alt=text("Balkendiagramm: Veränderung jedes Jahrgangs von {first} bis {last}, {place}.",
                 first=first.day.year, last=last.day.year, place=shown.name),
        table=rows,
        columns=(
            Column("cohort", text("Alter {first} → {last}", first=first.day.year, last=last.day.year)),
            Column("before", text("Personen {year}", year=first.day.year), "", 0),
            Column("after", text("Personen {year}", year=last.day.year), "", 0),
            Column("change", text("Veränderung"), text("Personen"), 0, True),
            Column("percent", text("Veränderung"), "%", 1, True),
        ),
        marks=Marks("bars", x="cohort", y="percent", options={"text": "text"}),
        sources=sources_of([first.dataset, last.dataset], context),
        notes=_notes(context, ags, shown),
    )  # fmt: skip


def with_spans(context: Context, place: Place) -> tuple[Place, dict[int, tuple[AgeTable, AgeTable]]]:
    """Return the place whose cohorts are shown, the next one above where a place has none, and its spans."""
    for shown in (place, *above(context, place)):
        if pairs := spans(tables(context, shown)):
            return shown, pairs
    return place, {}


def spans(found: list[AgeTable]) -> dict[int, tuple[AgeTable, AgeTable]]:
    """Return by first year the pairs of five-year tables that are five years apart on the same basis and territory."""
    grouped = {(table.day.year, table.basis): table for table in found if table.age_set == "five_year"}
    return {
        year: (table, grouped[year + SPAN, basis])
        for (year, basis), table in sorted(grouped.items())
        if (year + SPAN, basis) in grouped
        and not crosses_break(table.place.ags, table.day, grouped[year + SPAN, basis].day)
    }


def _rows(context: Context, first: AgeTable, last: AgeTable, sex: str) -> pd.DataFrame:
    """Return one row per cohort, youngest first."""
    found = []
    for age_from in range(0, OLDEST + 1, SPAN):
        before = first.between(age_from, age_from + SPAN - 1, sex)
        after = last.between(age_from + SPAN, age_from + 2 * SPAN - 1, sex)
        change = after - before if before is not None and after is not None else None
        percent = change / before * 100 if change is not None and before else None
        found.append({
            "cohort": f"{age_from}–{age_from + SPAN - 1} → {age_from + SPAN}–{age_from + 2 * SPAN - 1}",
            "age_from": age_from, "before": before, "after": after,
            "change": change, "percent": percent,
            "text": context.language.percent(percent, sign=True).replace(" %", "\u00a0%"),
        })  # fmt: skip
    return pd.DataFrame(found).astype({"before": float, "after": float, "change": float, "percent": float})


def _subtitle(context: Context, first: AgeTable, last: AgeTable, sex: str) -> str:
    language = context.language
    who = {"m": language.text("Männer"), "f": language.text("Frauen"), "t": language.text("Personen")}[sex]
    return language.text(
        "{who}: Veränderung vom {first} bis zum {last} in %, {basis}", who=who, first=language.date(first.day.date()),
        last=language.date(last.day.date()), basis=basis_name(first.basis, language),
    )  # fmt: skip


def _sentence(context: Context, rows: pd.DataFrame, first: AgeTable, last: AgeTable, sex: str) -> str:
    """Say what became of those who were 15 to 19: the years in which young people leave or come."""
    text, number = context.language.text, context.language.number
    row = rows[rows["age_from"] == 15].iloc[0]
    before = number(row["before"])
    young = {"m": text("{number} Männer", number=before), "f": text("{number} Frauen", number=before),
             "t": text("{number} Menschen", number=before)}  # fmt: skip
    return text(
        "{place}: {first} lebten hier {before} im Alter von 15 bis 19; "
        "fünf Jahre später waren es {after} im Alter von 20 bis 24 ({percent}\u00a0%).",
        place=first.place.name, first=first.day.year, before=young[sex],
        after=number(row["after"]), percent=number(row["percent"], 1, sign=True),
    )  # fmt: skip


def _notes(context: Context, asked: Place, shown: Place) -> tuple[Note, ...]:
    text = context.language.text
    badge = [kreis_note(asked, shown, context.language)] if asked != shown else []
    return (
        *badge,
        Note("method", text(
            "Zuzüge minus Fortzüge minus Sterbefälle, nicht aufgeteilt; es sind nicht durchweg dieselben Menschen. "
            "Die Altersgruppen ab 2023 lassen keine Jahrgänge zu.")),
    )  # fmt: skip
