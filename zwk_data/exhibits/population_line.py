"""The long line of the population: official totals by census basis, and before them the rounded series of the BBSR.

The rounded line shows the course since 1992 and is never used for a change: it is rounded to hundreds and stands in the
boundaries of 2020. ``included = false`` in ``sources.toml`` leaves it out.
"""

from dataclasses import replace

import pandas as pd

from zwk_data.catalog import breaks
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks, Note
from zwk_data.exhibits.figures import declared
from zwk_data.exhibits.provenance import basis_name, breaks_inside, sources_of, status_notes
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.exhibits.series import OWN, Change, crosses_break, longest_change, preferred
from zwk_data.exhibits.wording import at_place, people
from zwk_data.warehouse.places import Place

LONG = "bbsr_population_1990_2019"
COLUMNS = ["series", "ags", "reference_date", "year", "value", "basis", "basis_name", "status", "datasets"]


@kind(required={"ags": place}, optional={"whose": choice("own", "kreis")})
def population_line(context: Context, *, ags: Place, whose: str = "own") -> Exhibit:
    """Show the population of a place, or of the Kreis of a Gemeinde, as far back as figures go."""
    address = Address.of("population_line", ags=ags.ags, whose=whose if whose == "kreis" else "")
    shown = context.data.places[ags.kreis] if whose == "kreis" and ags.kreis else ags
    official, rounded = _official(context, shown), _rounded(context, shown)
    lines = [rows[COLUMNS] for rows in (official, rounded, _beside(context, shown, official)) if len(rows)]
    table = pd.concat(lines, ignore_index=True) if lines else official[COLUMNS]
    if table.empty:
        return no_figures(context, address, declared("population_total"), ags)
    text = context.language.text
    return Exhibit(
        address=address,
        title=text("Bevölkerung {where}", where=at_place(shown, context.language)),
        subtitle=_subtitle(context, table, rounded),
        sentence=_sentence(context, official, rounded, shown),
        alt=text("Liniendiagramm: Bevölkerung von {first} bis {last}, {place}.", first=table["year"].min(),
                 last=table["year"].max(), place=shown.name),
        table=table,
        columns=(
            Column("series", text("Reihe")), Column("reference_date", text("Stichtag")),
            Column("value", text("Bevölkerung"), text("Personen"), 0), Column("basis_name", text("Basis")),
        ),
        marks=Marks("line", x="reference_date", y="value", series="series", focus=shown.name, dash="basis"),
        sources=sources_of(table["datasets"], context),
        breaks=_breaks(context, official, rounded),
        notes=_notes(context, ags, shown, official, rounded),
    )  # fmt: skip


def _official(context: Context, shown: Place) -> pd.DataFrame:
    """Return the official totals of all dates and bases, the census among them; ``COLUMNS`` and more."""
    rows = context.data.values(["population_total"], [shown.ags])
    rows = preferred(rows[rows["value"].notna()]).sort_values(["reference_date", "basis"])
    return _named(context, rows, shown.name)


def _beside(context: Context, shown: Place, official: pd.DataFrame) -> pd.DataFrame:
    """Return what a town counts itself, as a line of its own beside the official totals; ``COLUMNS`` and more."""
    rows = context.data.values(["population_total"], [shown.ags])
    rows = rows[rows["value"].notna() & (rows["basis"] == OWN) & (len(official) > 0)]
    rows = rows.head(0) if (official["basis"] == OWN).any() else rows
    return _named(context, rows, context.language.text("Eigene Angaben"))


def _rounded(context: Context, shown: Place) -> pd.DataFrame:
    """Return the rounded series, empty where there is none or it is switched off; ``COLUMNS`` and more."""
    return _named(context, context.data.long_line([shown.ags], LONG), context.language.text("BBSR, gerundet"))


def _named(context: Context, rows: pd.DataFrame, series: str) -> pd.DataFrame:
    names = [basis_name(basis, context.language) for basis in rows["basis"]]
    return rows.assign(series=series, basis_name=names)


def _subtitle(context: Context, table: pd.DataFrame, rounded: pd.DataFrame) -> str:
    text = context.language.text
    span = text("Personen, {first} bis {last}", first=table["year"].min(), last=table["year"].max())
    if rounded.empty:
        return span
    grey = text("graue Linie: gerundet, Gebietsstand 2020, Lizenz zu bestätigen")
    return f"{span}; {grey}"


def _sentence(context: Context, official: pd.DataFrame, rounded: pd.DataFrame, shown: Place) -> str:
    """Say the two ends of a line that crosses censuses as levels; else the change inside one census basis."""
    text, where = context.language.text, at_place(shown, context.language)
    change = longest_change(context, official, shown.ags)
    if not rounded.empty:
        first, last = rounded.iloc[0], official.iloc[-1]
        ends = text(
            "Ende {first} lebten {where} rund {then} Menschen, Ende {last} waren es {now}", first=first["year"],
            where=where, then=context.language.number(first["value"]), last=last["year"],
            now=context.language.number(last["value"]),
        )  # fmt: skip
        if crosses_break(shown.ags, rounded["reference_date"].iloc[-1], last["reference_date"]):
            return text("{ends}; dazwischen liegen zwei Zensus und eine Gebietsänderung.", ends=ends)
        return text("{ends}; dazwischen liegen zwei Zensus.", ends=ends)
    if change is None:
        last = official.iloc[-1]
        return text("Am {date} lebten {where} {people}.", date=context.language.date(last["reference_date"].date()),
                    where=where, people=people(last["value"], context.language))  # fmt: skip
    return _course(context, change, where)


def _course(context: Context, change: Change, where: str) -> str:
    """Return the comparable change in words."""
    text, percent = context.language.text, change.percent or 0.0
    values = {"first": change.start.year, "last": change.end.year, "where": where,
              "amount": context.language.number(abs(percent), 1),
              "basis": basis_name(change.basis, context.language)}  # fmt: skip
    if round(percent, 1) == 0:
        return text("Von Ende {first} bis Ende {last} blieb die Bevölkerung {where} nahezu gleich ({basis}).", **values)
    if percent > 0:
        return text("Von Ende {first} bis Ende {last} wuchs die Bevölkerung {where} um {amount} % ({basis}).", **values)
    return text("Von Ende {first} bis Ende {last} sank die Bevölkerung {where} um {amount} % ({basis}).", **values)


def _breaks(context: Context, official: pd.DataFrame, rounded: pd.DataFrame) -> tuple[BreakMark, ...]:
    """Return the breaks; where the last total still rests on the old census, the new one stands on its own day."""
    rows = pd.concat([rounded, official]) if len(rounded) else official
    last = rows["reference_date"].max().date()
    marks = breaks_inside(rows, frozenset({"population"}), context.language)
    return tuple(replace(mark, day=breaks()["census2022"].first_date) if mark.day > last else mark for mark in marks)


def _notes(
    context: Context, asked: Place, shown: Place, official: pd.DataFrame, rounded: pd.DataFrame
) -> tuple[Note, ...]:
    text = context.language.text
    badge = text("Kreiswert: {kreis}, zum Vergleich des langen Verlaufs", kreis=shown.name)
    notes = [] if asked == shown else [Note("kreis_value", badge)]
    if not rounded.empty:
        notes.append(Note("licence", text(
            "BBSR: auf 100 gerundet, auf den Gebietsstand 2020 umgerechnet, Lizenz zu bestätigen; nur für den langen "
            "Verlauf, nicht für Veränderungen.")))  # fmt: skip
    if _has_single_census(official):
        notes.append(Note("census", text(
            "Der einzelne Punkt 2022 ist die Zählung des Zensus vom 15. Mai; die übrigen Werte schreiben den Zensus "
            "2011 fort.")))  # fmt: skip
    return (*notes, *status_notes(official, context.language))


def _has_single_census(official: pd.DataFrame) -> bool:
    """Tell whether the census is the only total on its basis: it then stands beside the line."""
    new = official[official["basis"] == "census2022"]
    return len(new) == 1 and len(official) > 1
