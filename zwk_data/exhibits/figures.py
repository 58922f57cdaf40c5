"""Single figures of a place as rows: newest value, change, the same for a place to compare with, and the rank.

Each figure has its own newest 31 December and census basis. A rank counts only places that have a value for the same
date on the same basis; a change is formed inside one basis and unchanged territory only. Where a Gemeinde has no
figure of its own the Kreis stands in, and the row says so; where that has none either, the Land, then Germany.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.comparison import below_base, signed
from zwk_data.exhibits.exhibit import Column
from zwk_data.exhibits.provenance import basis_name, unit_name
from zwk_data.exhibits.registry import Context
from zwk_data.exhibits.series import Change, longest_change, newest
from zwk_data.exhibits.wording import members
from zwk_data.indicators.change import same_territory
from zwk_data.warehouse.places import GERMANY, Place


@dataclass(frozen=True)
class Figure:
    """One figure of one place. ``place`` is whose value it is, ``asked`` whose was wanted; ``rank`` 1 is the highest.

    ``when`` is the date of a value or the span of a change; ``unit`` is written as it stands behind the number.
    """

    id: str
    label: str
    asked: Place
    place: Place
    value: float
    decimals: int
    unit: str
    sign: bool
    date: pd.Timestamp
    when: str
    basis: str
    datasets: str
    status: str
    given: bool = False  # published as it stands
    change: Change | None = None
    reference: Place | None = None
    reference_value: float | None = None
    rank: int | None = None
    rank_of: int = 0


def figure(
    context: Context, place: Place, indicator: Indicator, reference: Place | None, label: str = ""
) -> Figure | None:
    """Return the newest figure of an indicator; None where not even Germany has one."""
    for source in _candidates(context, place):
        values = context.data.values([indicator.id], [source.ags])
        row = newest(values, source.ags)
        if row is not None:
            return _value_figure(context, place, source, indicator, row, reference, label)
    return None


def _value_figure(
    context: Context, asked: Place, source: Place, indicator: Indicator, row: pd.Series, reference: Place | None,
    label: str,
) -> Figure:  # fmt: skip
    compared = None if reference == source or indicator.unit == "persons" else reference
    day = row["reference_date"]
    level = _level(context, indicator, source, day, row["basis"])
    if indicator.chance != "none":
        level = level.head(0)  # a single rank of a year's events would claim more than chance allows
    rank, rank_of = _rank(context, level[~below_base(level, indicator)], source, indicator.decimals)
    return Figure(
        indicator.id, label or indicator.label(context.language.code), asked, source, float(row["value"]),
        indicator.decimals, unit_name(indicator, context.language), signed(indicator), day,
        context.language.date(day.date()), str(row["basis"]), str(row["datasets"]), str(row["status"]),
        bool(pd.isna(row["numerator"]) and pd.isna(row["denominator"])),
        None, compared, _same_day(context, compared, indicator, day, row["basis"]), rank, rank_of,
    )  # fmt: skip


def with_change(context: Context, one: Figure) -> Figure:
    """Add the change over the longest span inside one census basis; none of a change or balance, none of events.

    A change of a change would only confuse; two single years of events differ by chance.
    """
    if one.sign or declared(one.id).chance != "none":
        return one
    values = context.data.values([one.id], [one.place.ags])
    return replace(one, change=longest_change(context, values, one.place.ags))


def change_figure(
    context: Context, place: Place, indicator: Indicator, reference: Place | None, label: str
) -> Figure | None:
    """Return the relative change of a stock in per cent over the longest span inside one census basis."""
    for source in _candidates(context, place):
        values = context.data.values([indicator.id], [source.ags])
        change = longest_change(context, values, source.ags)
        if change is not None and change.percent is not None:
            return _of_change(context, place, source, indicator, values, change, reference, label)
    return None


def _of_change(
    context: Context, asked: Place, source: Place, indicator: Indicator, values: pd.DataFrame, change: Change,
    reference: Place | None, label: str,
) -> Figure:  # fmt: skip
    ends = values[values["reference_date"].isin([change.start, change.end]) & (values["basis"] == change.basis)]
    level = _level_changes(context, indicator, source, change)
    rank, rank_of = _rank(context, level, source, 1)
    compared = None if reference == source else reference
    return Figure(
        "population_change", label, asked, source, float(change.percent or 0.0), 1, "%", True, change.end, change.years,
        change.basis, ";".join(dict.fromkeys(ends["datasets"])), str(ends["status"].iloc[-1]), False, change, compared,
        _same_change(context, compared, indicator, change), rank, rank_of,
    )  # fmt: skip


def _candidates(context: Context, place: Place) -> list[Place]:
    return [place, *context.data.places.ancestors(place)]


def rank_scope(place: Place) -> tuple[str, str]:
    """Return with which level below which parent a place is ranked: a Gemeinde in its Land, a Kreis in Germany."""
    if place.level == "gemeinde":
        return "gemeinde", place.land or GERMANY
    return place.level, GERMANY


def _level(context: Context, indicator: Indicator, place: Place, day: pd.Timestamp, basis: str) -> pd.DataFrame:
    level, parent = rank_scope(place)
    return context.data.level_values(indicator.id, level, parent, day.date(), basis)


def _rank(context: Context, level: pd.DataFrame, place: Place, decimals: int) -> tuple[int | None, int]:
    """Return the place's rank from the top (equal printed values share the better one) and how many have a value.

    None where fewer than half of the places it is ranked with have one: a rank among a few says nothing.
    """
    known = level[level["value"].notna()]
    own = known[known["ags"] == place.ags]
    name, parent = rank_scope(place)
    if own.empty or name == "germany" or 2 * len(known) < len(context.data.places.members(parent, name)):
        return None, 0
    printed = known["value"].round(decimals)
    return int((printed > printed[own.index[0]]).sum()) + 1, len(known)


def _level_changes(context: Context, indicator: Indicator, place: Place, change: Change) -> pd.DataFrame:
    """Return the same change of all places the place is ranked with, as ags and value (per cent)."""
    start = _level(context, indicator, place, change.start, change.basis)
    end = _level(context, indicator, place, change.end, change.basis)
    pairs = end.merge(start, on="ags", suffixes=("", "_then"), validate="1:1")
    pairs = pairs.assign(reference_date=change.end, earlier_date=change.start)
    same = same_territory(pairs, context.data.areas(list(pairs["ags"])))
    value = (pairs["value"] / pairs["value_then"].where(pairs["value_then"] > 0) - 1) * 100
    return pairs[["ags"]].assign(value=value.where(same))


def _same_day(
    context: Context, place: Place | None, indicator: Indicator, day: pd.Timestamp, basis: str
) -> float | None:
    """Return the value of the place to compare with, for the same date on the same basis."""
    if place is None:
        return None
    rows = context.data.values([indicator.id], [place.ags])
    rows = rows[(rows["reference_date"] == day) & (rows["basis"] == basis) & rows["value"].notna()]
    return None if rows.empty else float(rows["value"].iloc[0])


def _same_change(context: Context, place: Place | None, indicator: Indicator, change: Change) -> float | None:
    """Return the same change of the place to compare with; None where its territory changed in between."""
    if place is None:
        return None
    pair = pd.DataFrame({"ags": [place.ags], "reference_date": [change.end], "earlier_date": [change.start]})
    if not same_territory(pair, context.data.areas([place.ags])).iloc[0]:
        return None
    first = _same_day(context, place, indicator, change.start, change.basis)
    last = _same_day(context, place, indicator, change.end, change.basis)
    return (last / first - 1) * 100 if first and last else None


def rank_text(figure: Figure, context: Context) -> str:
    """Write the rank: ``Rang 12 von 400 Kreisen``; empty without one."""
    if figure.rank is None:
        return ""
    level, parent = rank_scope(figure.place)
    text = context.language.text(
        "Rang {rank} von {count} {places}", rank=context.language.number(figure.rank),
        count=context.language.number(figure.rank_of), places=members(level, context.language),
    )  # fmt: skip
    inside = parent != GERMANY and context.data.places[parent].name
    return context.language.text("{rank} ({land})", rank=text, land=inside) if inside else text


def written_value(value: float | None, figure: Figure, context: Context) -> str:
    """Write a value of the figure with its unit; persons stand without one, their label says it."""
    number = context.language.number(value, figure.decimals, sign=figure.sign)
    unit = "" if figure.id == "population_total" else figure.unit
    return context.language.measured(number, unit)


def change_text(figure: Figure, context: Context) -> str:
    """Write the change beside a value: ``2013–2021: +3,1 (Basis Zensus 2011)``; empty where there is none."""
    if figure.change is None:
        return ""
    amount = context.language.number(figure.change.difference, figure.decimals, sign=True)
    unit = context.language.text("Prozentpunkte") if figure.unit == "%" else ""
    return context.language.text(
        "{years}: {amount} ({basis})", years=figure.change.years, amount=f"{amount} {unit}".strip(),
        basis=basis_name(figure.change.basis, context.language),
    )  # fmt: skip


def figure_rows(figures: list[Figure], context: Context, extra: Callable[[Figure], dict[str, object]]) -> pd.DataFrame:
    """Return the figures as a table: plain numbers for files, and the texts that stand on the tiles."""
    rows = [_row(figure, context) | extra(figure) for figure in figures]
    return pd.DataFrame(rows)


def _row(figure: Figure, context: Context) -> dict[str, object]:
    comparison = ""
    if figure.reference and figure.reference_value is not None:
        comparison = f"{figure.reference.name}: {written_value(figure.reference_value, figure, context)}"
    return {
        "id": figure.id, "label": figure.label, "place": figure.place.name,
        "value": round(figure.value, figure.decimals),
        "value_decimals": figure.decimals, "unit": figure.unit, "reference_date": figure.date, "when": figure.when,
        "basis": figure.basis, "basis_name": basis_name(figure.basis, context.language), "status": figure.status,
        "ags": figure.place.ags, "datasets": figure.datasets, "reference_value_decimals": figure.decimals,
        "reference_place": figure.reference.name if figure.reference else "",
        "reference_value": figure.reference_value, "rank": figure.rank, "rank_of": figure.rank_of or None,
        "rank_text": rank_text(figure, context), "written": written_value(figure.value, figure, context),
        "comparison": comparison, "change_text": "",
        "badge": figure.place.name if figure.place != figure.asked else "",
    }  # fmt: skip


def figure_columns(context: Context) -> tuple[Column, ...]:
    """Return the columns of a table of figures; decimals differ by row (``value_decimals``)."""
    text = context.language.text
    return (
        Column("label", text("Kennzahl")), Column("place", text("Ort")), Column("value", text("Wert")),
        Column("unit", text("Einheit")), Column("when", text("Stichtag oder Zeitraum")),
        Column("basis_name", text("Basis")),
        Column("reference_place", text("Vergleichsort")), Column("reference_value", text("Vergleichswert")),
        Column("rank_text", text("Rang (1 = höchster Wert)")),
    )  # fmt: skip


def declared(identifier: str) -> Indicator:
    """Return a declared indicator by id."""
    return indicators()[identifier]
