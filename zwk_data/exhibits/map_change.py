"""Map of a change between two dates: inside one census basis and on unchanged territory only."""

from collections.abc import Iterable
from datetime import date
from itertools import combinations

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.classes import DEFAULT_COUNT, DEFAULT_SCHEME, SCHEMES, about_zero, class_limits
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit
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
    method_breaks,
    no_date,
    no_map,
    ranked,
    scope,
    short_label,
    shown_on,
)
from zwk_data.exhibits.provenance import basis_behind, basis_name, breaks_inside, measures_of, status_notes, unit_name
from zwk_data.exhibits.registry import Context, choice, indicator, kind, place
from zwk_data.indicators.change import same_territory
from zwk_data.language import Language
from zwk_data.warehouse.places import Place

STOCKS = ("persons", "km2", "persons_per_km2")  # their change is told in per cent; of a ratio in its own unit


@kind(
    required={"indicator": indicator, "scope": scope, "start": day, "end": day, "ags": place},
    optional={"scheme": choice(*SCHEMES), "classes": class_count, "limits": limit_list},
)
def choropleth_change(
    context: Context, *, indicator: Indicator, scope: Scope, start: date, end: date, ags: Place,
    scheme: str = DEFAULT_SCHEME, classes: int = DEFAULT_COUNT, limits: tuple[float, ...] = (),
) -> Exhibit:  # fmt: skip
    """Show how an indicator changed between two dates as a map: stocks in per cent, ratios in their own unit.

    Raises:
        AddressError: a date has no figures, or a census lies between the dates; the message names the spans allowed.
    """
    address = Address.of(
        "choropleth_change", indicator=indicator.id, scope=scope, start=day_token(start), end=day_token(end),
        ags=ags.ags, scheme=scheme, classes=classes, limits=limits,
    )  # fmt: skip
    dates = map_dates(context, indicator, scope.level)
    if dates.empty:
        return no_map(context, address, indicator, scope)
    basis = _checked(context, indicator, scope, dates, start, end)
    changes = _changes(context, indicator, scope, basis, start, end)
    rests_on = basis_behind(basis, measures_of(indicator))
    digits = decimals(indicator)
    scheme = DEFAULT_SCHEME if scheme == "own" and not limits else scheme
    values = changes["value"].dropna().to_numpy()
    found = class_limits(values, scheme, classes, digits, limits)
    found = found if scheme == "own" else about_zero(found, values)
    table = ranked(changes, found, digits)
    own, language = shown_on(scope, ags, context), context.language
    span = _span(start, end, language)
    title = language.text("Veränderung: {label}", label=indicator.label(language.code))
    return Exhibit(
        address=address,
        title=title,
        subtitle=_subtitle(indicator, scope, span, rests_on, language),
        sentence=_sentence(context, indicator, scope, table, own, span, rests_on),
        alt=_alt(indicator, scope, span, table, own, language),
        table=table,
        columns=_columns(indicator, scope, start, end, language),
        marks=marks_of(table, scope, own, found, diverging=True),
        sources=map_sources(table["datasets"], scope, context),
        breaks=breaks_inside(_ends(table, start, end, basis), measures_of(indicator), language),
        notes=(*common_notes(table, ags, own, indicator, context), *status_notes(table, language)),
    )  # fmt: skip


def spans(dates: pd.DataFrame) -> list[tuple[date, date]]:
    """Return the pairs of dates between which a change may be shown: the longest span of each segment."""
    groups = [part["reference_date"] for _, part in dates.groupby("segment", sort=False) if len(part) > 1]
    return [(days.min().date(), days.max().date()) for days in groups]


def allowed(dates: pd.DataFrame) -> list[tuple[date, date]]:
    """Return every pair of an earlier and a later date that no census and no change of method lies between."""
    groups: Iterable[pd.DataFrame] = (part for _, part in dates.groupby("segment", sort=False))
    return [(a.date(), b.date()) for part in groups for a, b in combinations(sorted(part["reference_date"]), 2)]


def span_words(found: list[tuple[date, date]]) -> str:
    """Write spans as ``2013–2021, 2023–2024``."""
    return ", ".join(f"{day_token(start)}–{day_token(end)}" for start, end in found)


def decimals(indicator: Indicator) -> int:
    """Return the decimals of a change: one for per cent, the indicator's for differences."""
    return 1 if indicator.unit in STOCKS else indicator.decimals


def _unit(indicator: Indicator, language: Language) -> str:
    if indicator.unit in STOCKS:
        return "%"
    return language.text("Prozentpunkte") if indicator.unit == "percent" else unit_name(indicator, language)


def _written(value: float, indicator: Indicator, language: Language) -> str:
    return language.measured(language.number(value, decimals(indicator), sign=True), _unit(indicator, language))


def _checked(context: Context, indicator: Indicator, where: Scope, dates: pd.DataFrame, start: date, end: date) -> str:
    """Return the one census basis of both dates."""
    text, language = context.language.text, context.language
    known = span_words(spans(dates)) or text("keine")
    for wanted in (start, end):
        if basis_of(dates, wanted) is None:
            raise no_date(context, indicator, where.level, dates, wanted)
    first, last = str(basis_of(dates, start)), str(basis_of(dates, end))
    if refusal := _refusal(indicator, start, end, (first, last), known, language):
        raise AddressError(refusal)
    return first


def _refusal(
    indicator: Indicator, start: date, end: date, bases: tuple[str, str], known: str, language: Language
) -> str:
    """Say why no change may be shown between two dates; empty where it may."""
    text, days = language.text, {"start": language.date(start), "end": language.date(end)}
    crossed = [entry for entry in method_breaks(indicator) if start < entry.first_date <= end]
    if bases[0] != bases[1]:
        first, last = (basis_name(basis, language) for basis in bases)
        why = text("Zwischen {start} ({first}) und {end} ({last}) wechselt die Zensusbasis; eine Veränderung wird"
                   " darüber hinweg nicht gezeigt.", first=first, last=last, **days)  # fmt: skip
    elif crossed:
        label = crossed[0].label_en if language.code == "en" else crossed[0].label_de
        why = text("Zwischen {start} und {end} liegt ein Bruch ({label}); eine Veränderung wird darüber hinweg nicht"
                   " gezeigt.", label=label, **days)  # fmt: skip
    elif start >= end:
        why = text("Das erste Jahr muss vor dem zweiten liegen.")
    else:
        return ""
    return why + " " + text("Möglich sind Jahre innerhalb von: {known}.", known=known)


def _changes(context: Context, indicator: Indicator, where: Scope, basis: str, start: date, end: date) -> pd.DataFrame:
    """Return both values and the change of every place; none where the territory changed or an end is missing."""
    language = context.language
    rows = admitted(context.data.level_series(indicator.id, where.level, where.parent.ags, basis), indicator, language)
    first, last = (rows[rows["reference_date"] == pd.Timestamp(when)].set_index("ags") for when in (start, end))
    table = frame_of(context, where).set_index("ags")
    both = last.join(first.add_suffix("_then"), how="inner")
    same = _same(context, both.index, start, end).to_numpy()
    change = both["value"] - both["value_then"]
    if indicator.unit in STOCKS:
        change = change / both["value_then"].where(both["value_then"] > 0) * 100
    none, territory = language.text("keine Angabe"), language.text("Gebietsstand geändert")
    if where.level == "gemeinde":
        territory = language.text("Gebietsstand geändert oder nicht bekannt")
    remark = both["remark"].where(both["remark"] != "", both["remark_then"])
    both = both.assign(
        first=both["value_then"], last=both["value"], value=change.where(same),
        remark=remark.mask(~same, territory), datasets=_joined(both["datasets_then"], both["datasets"]),
    )  # fmt: skip
    wanted = ["first", "last", "value", "remark", "datasets", "status"]
    joined = table.join(both[wanted], how="left").reset_index()
    empty = joined["value"].isna() & joined["remark"].fillna("").eq("")
    return joined.assign(remark=joined["remark"].mask(empty, none))


def _same(context: Context, keys: pd.Index, start: date, end: date) -> pd.Series:
    """Tell for each place whether its territory is the same at both ends."""
    pairs = pd.DataFrame({"ags": keys, "reference_date": pd.Timestamp(end), "earlier_date": pd.Timestamp(start)})
    return same_territory(pairs, context.data.areas([key for key in keys if len(key) == 8]))


def _joined(first: pd.Series, last: pd.Series) -> pd.Series:
    return last.where(first == last, last + ";" + first)


def _ends(table: pd.DataFrame, start: date, end: date, basis: str) -> pd.DataFrame:
    """Return both ends of the places shown, in the form that breaks are looked up with."""
    known = table.loc[table["value"].notna(), ["ags"]].assign(basis=basis)
    return pd.concat([known.assign(reference_date=pd.Timestamp(when)) for when in (start, end)])


def _span(start: date, end: date, language: Language) -> str:
    if day_token(start).isdigit() and day_token(end).isdigit():
        return f"{start.year}–{end.year}"
    return f"{language.date(start)} – {language.date(end)}"


def _subtitle(indicator: Indicator, where: Scope, span: str, basis: str, language: Language) -> str:
    parts = [_unit(indicator, language), where.name(language), span, basis_name(basis, language)]
    return ", ".join(part for part in parts if part) + "; " + language.text("Rang 1 = stärkste Zunahme")


def _columns(indicator: Indicator, where: Scope, start: date, end: date, language: Language) -> tuple[Column, ...]:
    text, unit = language.text, unit_name(indicator, language)
    around = text("Land") if where.level == "kreis" else text("Kreis")
    return (
        Column("rank", text("Rang"), decimals=0),
        Column("place", text("Ort")),
        Column("around", around),
        Column("first", language.date(start), unit, indicator.decimals),
        Column("last", language.date(end), unit, indicator.decimals),
        Column("value", text("Veränderung"), _unit(indicator, language), decimals(indicator), sign=True),
        Column("remark", text("Bemerkung")),
    )


def _sentence(
    context: Context, indicator: Indicator, where: Scope, table: pd.DataFrame, own: Place, span: str, basis: str
) -> str:
    """Say the own place's change and its rank; where it has none, the strongest rise and fall."""
    text, language = context.language.text, context.language
    known = table.dropna(subset=["value"])
    row = known[known["ags"] == own.ags]
    if len(row):
        change, years = _written(row["value"].iloc[0], indicator, language), span.replace("–", text(" bis "))
        parts = [text("{place}: {label} {change} von {span}", place=own.name, label=short_label(indicator, language),
                      change=change, span=years)]  # fmt: skip
        if len(known) > 1 and indicator.chance == "none":
            rank = language.number(row["rank"].iloc[0])
            parts.append(text("Rang {rank} von {places}", rank=rank, places=where.counted(len(known), language)))
        return f"{', '.join(parts)} ({basis_name(basis, language)})."
    absent = table[table["ags"] == own.ags]
    if len(absent):
        return text(
            "Für {place} {when} kein Wert: {reason}.", place=own.name, when=span, reason=absent["remark"].iloc[0]
        )
    spread = headline_of_extremes(table, lambda value: _written(value, indicator, language), indicator, span, language)
    return spread or text("{scope}: keine vergleichbaren Werte {span}.", scope=where.name(language), span=span)


def _alt(indicator: Indicator, where: Scope, span: str, table: pd.DataFrame, own: Place, language: Language) -> str:
    """Tell the pattern: how many rose and fell, the strongest of both, the own change."""
    text, known = language.text, table.dropna(subset=["value"])
    parts = [
        text("Karte der Veränderung: {label}, {scope}, {span}.", label=indicator.label(language.code),
             scope=where.name(language), span=span),
        text("Zunahme: {up}, Abnahme: {down}.", up=language.number((known["value"] > 0).sum()),
             down=language.number((known["value"] < 0).sum())),
        extremes(table, lambda value: _written(value, indicator, language), language),
    ]  # fmt: skip
    row = known[known["ags"] == own.ags]
    if len(row):
        change = _written(row["value"].iloc[0], indicator, language)
        parts.append(text("{place}: {change}.", place=own.name, change=change))
    return " ".join(part for part in parts if part)
