"""Births and deaths over time, as counts or rates, and whether the last difference is more than chance."""

import numpy as np
import pandas as pd

from zwk_data.catalog import indicators
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.flows import both_sexes_note, given, totals, with_flows
from zwk_data.exhibits.provenance import (
    basis_behind,
    basis_name,
    breaks_inside,
    given_text,
    is_given,
    kreis_note,
    sources_of,
    status_notes,
)
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.exhibits.series import year_ends
from zwk_data.indicators.chance import byar, distinguishable
from zwk_data.language import Language
from zwk_data.warehouse.places import Place

MEASURES = ("live_births", "deaths")
RATES = (indicators()["births_per_1000"], indicators()["deaths_per_1000"])


@kind(required={"ags": place}, optional={"form": choice("counts", "rates"), "sex": choice("t", "m", "f")})
def births_deaths(context: Context, *, ags: Place, form: str = "counts", sex: str = "t") -> Exhibit:
    """Show births and deaths of every year given; rates refer to the population at the end of the year.

    A town whose events are not counted here shows its published rates, if there are any.
    """
    address = Address.of("births_deaths", ags=ags.ags, form=given(form, "counts"), sex=given(sex, "t"))
    shown = with_flows(context, ags)
    rates = form == "rates" and sex == "t"
    published = _published(context, ags) if rates and shown != ags else pd.DataFrame()
    shown = shown if published.empty else ags
    rows = _rows(context, shown, sex) if published.empty else published
    by_sex = not rows.empty
    rows = rows if by_sex else _rows(context, shown, "t")
    if published.empty:
        rows = _per_1000(context, shown, rows) if rates else rows.assign(basis=basis_behind("", frozenset(MEASURES)))
    if rows.dropna(subset=["value"]).empty:
        return no_figures(context, address, indicators()["births"], ags)
    language, text = context.language, context.language.text
    names = _names(language, sex if by_sex else "t")
    bases = rows["basis"].map(lambda basis: basis_name(basis, language))
    table = rows.assign(series=rows["measure"].map(names), basis_name=bases)
    unit = text("je 1.000 Einwohner") if rates else text("Personen")
    decimals = 1 if rates else 0
    return Exhibit(
        address=address,
        title=text("Geburten und Sterbefälle"),
        subtitle=text("{unit}, {first} bis {last}", unit=unit, first=table["year"].min(), last=table["year"].max()),
        sentence=_sentence(context, table, shown, names, rates),
        alt=text("Liniendiagramm: Geburten und Sterbefälle von {first} bis {last}, {place}.",
                 first=table["year"].min(), last=table["year"].max(), place=shown.name),
        table=table.dropna(subset=["value"]).reset_index(drop=True),
        columns=(
            Column("series", text("Ereignis")), Column("year", text("Jahr")),
            Column("value", text("Wert"), unit, decimals),
            Column("lower", text("95 %-Bereich von"), unit, decimals), Column("upper", text("bis"), unit, decimals),
            Column("basis_name", text("Basis")),
        ),
        marks=Marks("line", x="reference_date", y="value", series="series", focus=names["live_births"],
                    second=names["deaths"], lower="lower", upper="upper", dash="basis", options={"zero": True}),
        sources=sources_of(table["dataset"], context),
        breaks=breaks_inside(table.assign(ags=shown.ags), frozenset(MEASURES), language),
        notes=(
            *([kreis_note(ags, shown, language)] if ags != shown else []),
            *([] if by_sex else [both_sexes_note(context)]),
            *([_no_rates_note(context)] if form == "rates" and not rates else []),
            *(_chance_notes(context, rows, names) if published.empty else given_text(RATES, language)),
            *status_notes(table, language),
        ),
    )  # fmt: skip


def _rows(context: Context, shown: Place, sex: str) -> pd.DataFrame:
    """Return one row per event and year with the interval of its count; years without a value are left out."""
    rows = totals(context, shown, MEASURES, sex).dropna(subset=["value"])
    lower, upper = byar(rows["value"].to_numpy(dtype=float))
    found = rows.assign(lower=lower, upper=upper, count=rows["value"])
    return found.sort_values(["measure", "reference_date"], ascending=[False, True])  # births first


def _published(context: Context, place: Place) -> pd.DataFrame:
    """Return the published rates of a place in the form of ``_rows``; there is no interval without a count."""
    rows = context.data.values([one.id for one in RATES], [place.ags])
    rows = year_ends(rows[is_given(rows)])
    names = dict(zip((one.id for one in RATES), MEASURES, strict=True))
    found = rows.assign(measure=rows["indicator"].map(names), dataset=rows["datasets"], count=np.nan)
    columns = ["reference_date", "year", "basis", "measure", "value", "status", "dataset", "count"]
    found = found[columns].assign(lower=np.nan, upper=np.nan)
    return found.sort_values(["measure", "reference_date"], ascending=[False, True], ignore_index=True)


def _per_1000(context: Context, shown: Place, rows: pd.DataFrame) -> pd.DataFrame:
    """Divide by the population of the same date and basis; no rate where there is none."""
    people = totals(context, shown, ["population"]).set_index(["reference_date", "basis"])
    keys = pd.MultiIndex.from_frame(rows[["reference_date", "basis"]])
    base = people["value"].reindex(keys).to_numpy() / 1000
    origin = people["dataset"].reindex(keys).to_numpy()
    joined = rows["dataset"].to_numpy() + np.where(pd.isna(origin), "", ";" + pd.Series(origin).fillna(""))
    rated = rows.assign(**{c: rows[c] / base for c in ("value", "lower", "upper")}, dataset=joined)
    return rated.dropna(subset=["value"])


def _names(language: Language, sex: str) -> dict[str, str]:
    text = language.text
    births = {"t": text("Geburten"), "m": text("Geborene Jungen"), "f": text("Geborene Mädchen")}[sex]
    deaths = {"t": text("Sterbefälle"), "m": text("Gestorbene Männer"), "f": text("Gestorbene Frauen")}[sex]
    return {"live_births": births, "deaths": deaths}


def _sentence(context: Context, table: pd.DataFrame, shown: Place, names: dict[str, str], rates: bool) -> str:
    """Say births, deaths and their balance in the newest year that has both."""
    text, number = context.language.text, context.language.number
    wide = table.pivot_table("value", "year", "measure").reindex(columns=MEASURES).dropna()
    if wide.empty:
        last = table.iloc[-1]
        return text("{place} {year}: {name} {value}.", place=shown.name, year=last["year"], name=last["series"],
                    value=number(last["value"], 1 if rates else 0))  # fmt: skip
    births, deaths = wide.iloc[-1]
    digits = 1 if rates else 0
    said = text(
        "{place} {year}: {births_name} {births}, {deaths_name} {deaths}, Saldo {balance}", place=shown.name,
        year=wide.index[-1], births=number(births, digits), births_name=names["live_births"],
        deaths=number(deaths, digits), deaths_name=names["deaths"], balance=number(births - deaths, digits, sign=True),
    )  # fmt: skip
    return said + (" " + text("je 1.000 Einwohner") if rates else "") + "."


def _chance_notes(context: Context, rows: pd.DataFrame, names: dict[str, str]) -> tuple[Note, ...]:
    """Say for births and deaths whether the last two years can be told apart; only inside one census basis."""
    found = []
    for measure in MEASURES:
        part = rows[rows["measure"] == measure].tail(2)
        if len(part) == 2 and part["basis"].iloc[0] == part["basis"].iloc[1]:
            found.append(_chance_note(context, part, names[measure]))
    return tuple(found)


def _chance_note(context: Context, part: pd.DataFrame, name: str) -> Note:
    first, last = part.iloc[0], part.iloc[1]
    text, number = context.language.text, context.language.number
    apart = distinguishable(_interval(first), _interval(last))
    verdict = text("der Unterschied geht über Zufallsschwankungen hinaus") if apart else text(
        "der Unterschied ist von Zufallsschwankungen nicht zu unterscheiden")  # fmt: skip
    said = text(
        "{name}: {first} im Jahr {first_year}, {last} im Jahr {last_year}; {verdict}.", name=name,
        first=number(first["count"]), first_year=first["year"], last=number(last["count"]), last_year=last["year"],
        verdict=verdict,
    )  # fmt: skip
    return Note("chance", said)


def _no_rates_note(context: Context) -> Note:
    return Note("method", context.language.text("Nach Geschlecht sind Anzahlen gezeigt, keine Raten."))


def _interval(row: pd.Series) -> pd.Series:
    lower, upper = byar(np.array([row["count"]]))
    return pd.Series({"lower": lower[0], "upper": upper[0]})
