"""One indicator over time for one to ten places: as it is, or as an index inside one census basis."""

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import (
    basis_name,
    breaks_inside,
    kreis_note,
    measures_of,
    sources_of,
    status_notes,
    unit_name,
    with_unit,
)
from zwk_data.exhibits.registry import Context, choice, indicator, kind, places
from zwk_data.exhibits.series import longest_change, newest, shown_places, year_ends
from zwk_data.exhibits.empty import no_figures
from zwk_data.warehouse.places import Place

COLUMNS = ("ags", "place", "reference_date", "year", "value", "basis", "status", "datasets")


@kind(required={"indicator": indicator, "ags": places}, optional={"form": choice("absolute", "index")})
def time_series(context: Context, *, indicator: Indicator, ags: tuple[Place, ...], form: str = "absolute") -> Exhibit:
    """Show an indicator over time; the first place is the one in focus, the second the one it is compared with."""
    address = Address.of("time_series", indicator=indicator.id, ags=[p.ags for p in ags], form=form if form == "index" else "")
    pairs = shown_places(context, ags, indicator)
    values = _values(context, indicator, [shown for _, shown in pairs])
    if values.empty:
        return no_figures(context, address, indicator, ags[0])
    sentence = _sentence(context, indicator, values, pairs[0][1])
    if form == "index":
        values = _indexed(values)
    names = [shown.name for _, shown in pairs]
    language, focus = context.language, pairs[0][1]
    unit = language.text("Index") if form == "index" else unit_name(indicator, language)
    decimals = 1 if form == "index" else indicator.decimals
    return Exhibit(
        address=address,
        title=indicator.label(language.code),
        subtitle=_subtitle(context, indicator, values, form),
        sentence=sentence,
        alt=_alt(context, indicator, values, names),
        table=values,
        columns=(
            Column("place", language.text("Ort")),
            Column("reference_date", language.text("Stichtag")),
            Column("value", indicator.label(language.code), unit, decimals),
            Column("basis_name", language.text("Basis")),
        ),
        marks=Marks("line", x="reference_date", y="value", series="place", focus=focus.name,
                    second=names[1] if len(names) > 1 else "", dash="basis"),
        sources=sources_of(values["datasets"], context),
        breaks=breaks_inside(values, measures_of(indicator), language),
        notes=(*_kreis_notes(context, pairs), *status_notes(values, language)),
    )  # fmt: skip


def _values(context: Context, indicator: Indicator, shown: list[Place]) -> pd.DataFrame:
    """Return the values of 31 December, in the order of the places."""
    rows = year_ends(context.data.values([indicator.id], [place.ags for place in shown]))
    order = {place.ags: position for position, place in enumerate(shown)}
    rows = rows.assign(
        place=rows["ags"].map({place.ags: place.name for place in shown}),
        basis_name=rows["basis"].map(lambda basis: basis_name(basis, context.language)),
    )
    return rows.sort_values(["ags", "reference_date"], key=lambda c: c.map(order) if c.name == "ags" else c)


def _indexed(values: pd.DataFrame) -> pd.DataFrame:
    """Set the first value of each place to 100 inside the census basis that has the longest span."""
    spans = values.groupby("basis")["reference_date"].agg(lambda days: days.max() - days.min())
    rows = values[values["basis"] == spans.idxmax()]
    first = rows.groupby("ags")["value"].transform("first")
    return rows.assign(value=rows["value"] / first * 100)


def _subtitle(context: Context, indicator: Indicator, values: pd.DataFrame, form: str) -> str:
    first, last = values["reference_date"].min(), values["reference_date"].max()
    text = context.language.text
    if form == "index":
        start = text("Index, 31.12.{year} = 100", year=first.year)
        return f"{start}, {basis_name(values['basis'].iloc[0], context.language)}"
    unit = unit_name(indicator, context.language)
    span = text("31. Dezember {first} bis {last}", first=first.year, last=last.year)
    return f"{unit}, {span}" if unit else span


def _sentence(context: Context, indicator: Indicator, values: pd.DataFrame, focus: Place) -> str:
    """Say the newest value of the place in focus, and the change over the longest comparable span."""
    latest = newest(values, focus.ags)
    if latest is None:
        latest = values.iloc[-1]
    text, language = context.language.text, context.language
    now = text(
        "{place}: {value} am {date}", place=focus.name if latest["ags"] == focus.ags else latest["place"],
        value=with_unit(latest["value"], indicator, language), date=language.date(latest["reference_date"].date()),
    )  # fmt: skip
    change = longest_change(context, values, str(latest["ags"]))
    if change is None:
        return now + "."
    amount = language.number(change.difference, indicator.decimals, sign=True)
    if indicator.unit == "persons" and change.percent is not None:
        amount = language.number(change.percent, 1, sign=True) + " %"
    span = text("{years} {amount} ({basis})", years=change.years, amount=amount, basis=basis_name(change.basis, language))
    return f"{now}; {span}."


def _alt(context: Context, indicator: Indicator, values: pd.DataFrame, names: list[str]) -> str:
    return context.language.text(
        "Liniendiagramm: {label} von {first} bis {last} für {places}.",
        label=indicator.label(context.language.code), first=values["reference_date"].min().year,
        last=values["reference_date"].max().year, places=", ".join(names),
    )  # fmt: skip


def _kreis_notes(context: Context, pairs: list[tuple[Place, Place]]) -> tuple[Note, ...]:
    return tuple(kreis_note(asked, shown, context.language) for asked, shown in pairs if asked != shown)
