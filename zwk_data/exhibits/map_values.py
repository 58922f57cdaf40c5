"""Map of one indicator on one date: every place of a level in the colour of its class, and its rank."""

from datetime import date

import numpy as np
import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.classes import DEFAULT_COUNT, DEFAULT_SCHEME, SCHEMES, class_limits
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
    limit_list,
    map_dates,
    marks_of,
    no_date,
    no_map,
    ranked,
    scope,
    shown_on,
)
from zwk_data.exhibits.provenance import basis_name, sources_of, status_notes, unit_name, with_unit
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
    address = Address.of("choropleth", indicator=indicator.id, scope=scope, day=day_token(day), ags=ags.ags, scheme=scheme,
                         classes=classes, limits=limits)  # fmt: skip
    dates = map_dates(context, indicator, scope.level)
    if dates.empty:
        return no_map(context, address, indicator, scope)
    basis = basis_of(dates, day)
    if basis is None:
        raise no_date(context, indicator, scope.level, dates, day)
    series = _series(context, indicator, scope, dates, basis)
    found = class_limits(series["value"].dropna().to_numpy(), _scheme(scheme, limits), classes, indicator.decimals, limits)
    table = _table(context, scope, series[series["reference_date"] == pd.Timestamp(day)], found, indicator.decimals)
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
        sources=sources_of(table["datasets"].dropna().unique(), context),
        notes=(*common_notes(table, ags, own, indicator, context), *_scale_notes(indicator, dates, basis, language),
               *status_notes(table, language)),
    )  # fmt: skip


def _scheme(scheme: str, limits: tuple[float, ...]) -> str:
    return DEFAULT_SCHEME if scheme == "own" and not limits else scheme


def _series(context: Context, indicator: Indicator, where: Scope, dates: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Return the admitted values of all dates of one basis."""
    rows = context.data.level_series(indicator.id, where.level, where.parent.ags, basis)
    rows = rows[rows["reference_date"].isin(dates["reference_date"])]
    return admitted(rows, indicator, context.language)


def _table(context: Context, where: Scope, rows: pd.DataFrame, limits: tuple[float, ...], decimals: int) -> pd.DataFrame:
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
        Column("value", indicator.label(language.code), unit_name(indicator, language), indicator.decimals),
        Column("remark", text("Bemerkung")),
    )


def _subtitle(indicator: Indicator, where: Scope, day: date, basis: str, language: Language) -> str:
    parts = [unit_name(indicator, language), where.name(language), language.date(day), basis_name(basis, language)]
    return ", ".join(part for part in parts if part) + "; " + language.text("Rang 1 = höchster Wert")


def _sentence(context: Context, indicator: Indicator, where: Scope, table: pd.DataFrame, own: Place, day: date) -> str:
    """Say where the own place stands; where it is not on the map, where the highest and lowest values are."""
    text, language = context.language.text, context.language
    known = table.dropna(subset=["value"])
    when = language.date(day)
    row = known[known["ags"] == own.ags]
    if len(row) and len(known) > 1:
        return text(
            "{place} liegt mit {value} auf Rang {rank} von {places} ({date}).", place=own.name,
            value=with_unit(row["value"].iloc[0], indicator, language), rank=language.number(row["rank"].iloc[0]),
            places=where.counted(len(known), language), date=when,
        )  # fmt: skip
    if len(row):
        return text("{place}: {value} ({date}).", place=own.name, date=when,
                    value=with_unit(row["value"].iloc[0], indicator, language))  # fmt: skip
    spread = extremes(table, lambda value: with_unit(value, indicator, language), text)
    absent = table[table["ags"] == own.ags]
    if len(absent):
        reason = text("{place}, {date}: {reason}.", place=own.name, date=when, reason=absent["remark"].iloc[0])
        return f"{reason} {spread}".strip()
    return spread or text("{scope}: keine Werte am {date}.", scope=where.name(language), date=when)


def _alt(indicator: Indicator, where: Scope, day: date, table: pd.DataFrame, own: Place, language: Language) -> str:
    """Tell the pattern: what is coloured, highest and lowest, the own value, half of the values."""
    text = language.text
    parts = [text("Karte: {label}, {scope}, {date}.", label=indicator.label(language.code), scope=where.name(language),
                  date=language.date(day)), extremes(table, lambda value: with_unit(value, indicator, language), text)]  # fmt: skip
    known = table.dropna(subset=["value"])
    if len(known) > 3:
        lower, upper = (with_unit(value, indicator, language) for value in np.quantile(known["value"], (0.25, 0.75)))
        parts.append(text("Die mittlere Hälfte liegt zwischen {lower} und {upper}.", lower=lower, upper=upper))
    row = known[known["ags"] == own.ags]
    if len(row):
        value = with_unit(row["value"].iloc[0], indicator, language)
        parts.append(text("{place}: {value}, Rang {rank} von {count}.", place=own.name, value=value,
                          rank=language.number(row["rank"].iloc[0]), count=language.number(len(known))))  # fmt: skip
    return " ".join(part for part in parts if part)


def _scale_notes(indicator: Indicator, dates: pd.DataFrame, basis: str, language: Language) -> tuple[Note, ...]:
    days = dates.loc[dates["basis"] == basis, "reference_date"]
    notes = []
    if len(days) > 1:
        notes.append(Note("scale", language.text(
            "Klassen über alle Stichtage {first} bis {last} derselben Basis gebildet.", first=days.min().year, last=days.max().year)))  # fmt: skip
    if indicator.unit == "persons":
        notes.append(Note("absolute", language.text("Absolute Zahlen: große Orte haben hohe Werte.")))
    return tuple(notes)
