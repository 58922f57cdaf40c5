"""Map of one indicator on one date: every place of a level in the colour of its class, and its rank."""

from datetime import date

import numpy as np
import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.classes import DEFAULT_COUNT, DEFAULT_SCHEME, SCHEMES, class_limits
from zwk_data.exhibits.comparison import at, figure, said, signed, stamp, with_intervals
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Note
from zwk_data.exhibits.map_scope import (
    Scope,
    admitted,
    basis_of,
    class_count,
    common_notes,
    day,
    day_token,
    extremes,
    frame_of,
    headline_of_extremes,
    limit_list,
    map_dates,
    map_sources,
    marks_of,
    no_date,
    no_map,
    ranked,
    scope,
    shown_on,
)
from zwk_data.exhibits.provenance import basis_behind, basis_name, given_note, measures_of, status_notes, unit_name
from zwk_data.exhibits.registry import Context, choice, indicator, kind, place
from zwk_data.language import Language
from zwk_data.warehouse.places import Place


@kind(
    required={"indicator": indicator, "scope": scope, "day": day, "ags": place},
    optional={"scheme": choice(*SCHEMES), "classes": class_count, "limits": limit_list},
)
def choropleth(
    context: Context, *, indicator: Indicator, scope: Scope, day: date, ags: Place, scheme: str = DEFAULT_SCHEME,
    classes: int = DEFAULT_COUNT, limits: tuple[float, ...] = (),
) -> Exhibit:  # fmt: skip
    """Show an indicator as a map. The scale is that of all dates of one census basis, so it stays while the year moves.

    Raises:
        AddressError: there are no figures for that date at that level.
    """
    address = Address.of(
        "choropleth", indicator=indicator.id, scope=scope, day=day_token(day), ags=ags.ags, scheme=scheme,
        classes=classes, limits=limits,
    )  # fmt: skip
    dates = map_dates(context, indicator, scope.level)
    if dates.empty:
        return no_map(context, address, indicator, scope)
    basis = basis_of(dates, day)
    if basis is None:
        raise no_date(context, indicator, scope.level, dates, day)
    series = _series(context, indicator, scope, dates, basis)
    scheme = DEFAULT_SCHEME if scheme == "own" and not limits else scheme
    rows = series[series["reference_date"] == pd.Timestamp(day)]
    found = class_limits(series["value"].dropna().to_numpy(), scheme, classes, indicator.decimals, limits)
    found = found if len(rows) > 1 else ()  # a single place needs no scale
    table = _table(context, scope, rows, found, indicator.decimals)
    own, language = shown_on(scope, ags, context), context.language
    sentence = _sentence(context, indicator, scope, table, own, day)
    return Exhibit(
        address=address,
        title=indicator.label(language.code),
        subtitle=_subtitle(indicator, scope, day, basis, language),
        sentence=sentence,
        alt=_alt(indicator, scope, day, table, own, language),
        table=table,
        columns=_columns(indicator, scope, language),
        marks=marks_of(table, scope, own, found, diverging=False),
        sources=map_sources(table["datasets"], scope, context),
        notes=(*common_notes(table, ags, own, indicator, context), *_scale_notes(indicator, dates, basis, language),
               *given_note(table, indicator, language), *status_notes(table, language)),
    )  # fmt: skip


def _series(context: Context, indicator: Indicator, where: Scope, dates: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Return the admitted values of all dates of one basis."""
    rows = context.data.level_series(indicator.id, where.level, where.parent.ags, basis)
    rows = rows[rows["reference_date"].isin(dates["reference_date"])]
    return admitted(rows, indicator, context.language)


def _table(
    context: Context, where: Scope, rows: pd.DataFrame, limits: tuple[float, ...], decimals: int
) -> pd.DataFrame:
    joined = frame_of(context, where).merge(rows, on="ags", how="left", validate="1:1")
    none = context.language.text("keine Angabe")
    joined = joined.assign(remark=joined["remark"].where(joined["status"].notna(), none))
    return ranked(joined, limits, decimals)


def _columns(indicator: Indicator, where: Scope, language: Language) -> tuple[Column, ...]:
    text = language.text
    around = text("Land") if where.level == "kreis" else text("Kreis")
    return (
        Column("rank", text("Rang"), decimals=0),
        Column("place", text("Ort")),
        Column("around", around),
        Column("value", indicator.label(language.code), unit_name(indicator, language), indicator.decimals,
               signed(indicator)),
        Column("remark", text("Bemerkung")),
    )  # fmt: skip


def _subtitle(indicator: Indicator, where: Scope, day: date, basis: str, language: Language) -> str:
    parts = [
        unit_name(indicator, language),
        where.name(language),
        stamp(indicator, day, language),
        basis_name(basis_behind(basis, measures_of(indicator)), language),
    ]
    return ", ".join(part for part in parts if part) + "; " + language.text("Rang 1 = höchster Wert")


def _sentence(context: Context, indicator: Indicator, where: Scope, table: pd.DataFrame, own: Place, day: date) -> str:
    """Say where the own place stands; where it is not on the map, where the highest and lowest values are."""
    text, language = context.language.text, context.language
    known = table.dropna(subset=["value"])
    row, when = table[table["ags"] == own.ags], at(indicator, day, language)
    if len(row) and pd.notna(row["value"].iloc[0]):
        value = said(row["value"].iloc[0], indicator, language)
        parts = [text("{place}: {value} {when}", place=own.name, value=value, when=when)]
        parts += [_position(context, indicator, where, known, own)] if len(known) > 1 else []
        return ", ".join(part for part in parts if part) + "."
    if len(row):
        return text("Für {place} {when} kein Wert: {reason}.", place=own.name, when=when, reason=row["remark"].iloc[0])
    spread = headline_of_extremes(table, lambda value: figure(value, indicator, language), indicator, when, language)
    return spread or text("{scope}: keine Werte {when}.", scope=where.name(language), when=when)


def _position(context: Context, indicator: Indicator, where: Scope, known: pd.DataFrame, own: Place) -> str:
    """Write the rank among the places of the map, as a range where chance leaves it open; empty where unknown."""
    text, number = context.language.text, context.language.number
    places = where.counted(len(known), context.language)
    if indicator.chance == "none":
        rank = known.loc[known["ags"] == own.ags, "rank"].iloc[0]
        return text("Rang {rank} von {places}", rank=number(rank), places=places)
    rows = with_intervals(context, known, indicator)
    row = rows[rows["ags"] == own.ags].iloc[0]
    if pd.isna(row["lower"]):
        return ""
    best, worst = 1 + (rows["lower"] > row["upper"]).sum(), len(rows) - (rows["upper"] < row["lower"]).sum()
    return text("Rang {best} bis {worst} von {places} (im Rahmen des Zufalls)", best=number(best), worst=number(worst),
                places=places)  # fmt: skip


def _alt(indicator: Indicator, where: Scope, day: date, table: pd.DataFrame, own: Place, language: Language) -> str:
    """Tell the pattern: what is coloured, highest and lowest, the own value, half of the values."""
    text, known = language.text, table.dropna(subset=["value"])
    parts = [
        text("Karte: {label}, {scope}, {date}.", label=indicator.label(language.code), scope=where.name(language),
             date=stamp(indicator, day, language)),
        extremes(table, lambda value: figure(value, indicator, language), language),
    ]  # fmt: skip
    if len(known) > 3:
        lower, upper = (figure(value, indicator, language) for value in np.quantile(known["value"], (0.25, 0.75)))
        parts.append(text("Die mittlere Hälfte liegt zwischen {lower} und {upper}.", lower=lower, upper=upper))
    row = known[known["ags"] == own.ags]
    if len(row):
        value = figure(row["value"].iloc[0], indicator, language)
        parts.append(text("{place}: {value}.", place=own.name, value=value))
    return " ".join(part for part in parts if part)


def _scale_notes(indicator: Indicator, dates: pd.DataFrame, basis: str, language: Language) -> tuple[Note, ...]:
    days = dates.loc[dates["basis"] == basis, "reference_date"]
    notes = []
    if len(days) > 1:
        rests_on = basis_name(basis_behind(basis, measures_of(indicator)), language)
        notes.append(Note("scale", language.text(
            "Klassen über alle Jahre {first} bis {last} ({basis}) gebildet.", first=days.min().year,
            last=days.max().year, basis=rests_on)))  # fmt: skip
    if indicator.unit == "persons":
        notes.append(Note("absolute", language.text("Absolute Zahlen: große Orte haben hohe Werte.")))
    return tuple(notes)
