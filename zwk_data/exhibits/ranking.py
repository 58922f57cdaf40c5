"""Places in the order of one indicator, all on the same date and census basis, with intervals where chance matters."""

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.comparison import (
    Moment,
    Pairs,
    Position,
    at,
    base_note,
    below_base,
    common_moment,
    giants_note,
    is_reference,
    kreis_notes,
    missing_note,
    mixture_note,
    position,
    position_text,
    said,
    signed,
    stamp,
    with_intervals,
    without_giants,
    year_end_values,
)
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import (
    basis_behind,
    basis_name,
    given_note,
    measures_of,
    sources_of,
    status_notes,
    unit_name,
)
from zwk_data.exhibits.registry import Context, indicator, kind, places
from zwk_data.exhibits.series import shown_places
from zwk_data.warehouse.places import Place


@kind(required={"indicator": indicator, "ags": places})
def ranking(context: Context, *, indicator: Indicator, ags: tuple[Place, ...]) -> Exhibit:
    """Show places in the order of their values; the first place is in focus, the second the one it is compared with.

    Shown is the newest date that all places have. Land, Germany and the Kreis around a town are yardsticks without a
    rank, and so is a value below its minimum base.
    """
    address = Address.of("ranking", indicator=indicator.id, ags=[place.ags for place in ags])
    pairs, left_out = without_giants(shown_places(context, ags, indicator, own=False), indicator)
    values = year_end_values(context, [indicator], [shown for _, shown in pairs])
    moment = common_moment(values, pairs[0][1].ags)
    if moment is None:
        return no_figures(context, address, indicator, ags[0])
    table = _ranked(context, indicator, pairs, moment.of(values))
    found = position(context, indicator, pairs[0][1], moment)
    return _exhibit(context, address, indicator, pairs, moment, table, found, giants_note(left_out, context.language))


def _ranked(context: Context, indicator: Indicator, pairs: Pairs, values: pd.DataFrame) -> pd.DataFrame:
    """Return the values from high to low with interval, ``role`` and rank among places that are no yardsticks."""
    shown, focus = {place.ags: place for _, place in pairs}, pairs[0][1]
    rows = with_intervals(context, values, indicator).sort_values("value", ascending=False, kind="stable")
    small = below_base(rows, indicator)
    yardstick = rows["ags"].map(lambda key: is_reference(shown[key], focus))
    role = pd.Series("place", index=rows.index).mask(yardstick, "reference").mask(small, "small")
    ranked = rows.loc[role == "place", "value"].round(indicator.decimals).rank(ascending=False, method="min")
    return rows.assign(place=rows["ags"].map(lambda key: shown[key].name), role=role, rank=ranked).reset_index(
        drop=True
    )


def _exhibit(
    context: Context, address: Address, indicator: Indicator, pairs: Pairs, moment: Moment, table: pd.DataFrame,
    found: Position | None, notes: tuple[Note, ...],
) -> Exhibit:  # fmt: skip
    language = context.language
    when = at(indicator, moment.day.date(), language)
    shown = [place for _, place in pairs]
    return Exhibit(
        address=address,
        title=indicator.label(language.code),
        subtitle=_subtitle(indicator, moment, context),
        sentence=_sentence(context, indicator, table, shown[0], when, found),
        alt=_alt(context, indicator, table, when),
        table=table,
        columns=_columns(indicator, table, context),
        marks=Marks("dots", x="value", y="place", series="role", focus=shown[0].name,
                    second=shown[1].name if len(shown) > 1 else "", lower="lower", upper="upper"),
        sources=sources_of(table["datasets"], context),
        notes=(*_place_notes(pairs, table, when, context), *notes, *base_note(table, indicator, language),
               *chance_notes(table, indicator, context), *given_note(table, indicator, language),
               *status_notes(table, language)),
    )  # fmt: skip


def _place_notes(pairs: Pairs, table: pd.DataFrame, when: str, context: Context) -> tuple[Note, ...]:
    """Return what must be said about the places: a Kreis in place of a town, mixed kinds, no value, no rank."""
    language = context.language
    mixture = mixture_note([place for _, place in pairs], language)
    return (
        *kreis_notes(pairs, language),
        *mixture,
        *missing_note(pairs, table, when, language),
        *_yardstick_note(table, context),
    )


def _subtitle(indicator: Indicator, moment: Moment, context: Context) -> str:
    unit, basis = unit_name(indicator, context.language), basis_behind(moment.basis, measures_of(indicator))
    parts = [unit, stamp(indicator, moment.day.date(), context.language), basis_name(basis, context.language)]
    measure = ", ".join(part for part in parts if part)
    return context.language.text("{measure}, Rang 1 = höchster Wert", measure=measure)


def _columns(indicator: Indicator, table: pd.DataFrame, context: Context) -> tuple[Column, ...]:
    text, unit = context.language.text, unit_name(indicator, context.language)
    start = (Column("rank", text("Rang"), "", 0), Column("place", text("Ort")))
    value = Column("value", indicator.label(context.language.code), unit, indicator.decimals, signed(indicator))
    limits = (
        Column("lower", text("untere Grenze 95 %"), unit, indicator.decimals),
        Column("upper", text("obere Grenze 95 %"), unit, indicator.decimals),
    )
    return (*start, value, *(limits if table["lower"].notna().any() else ()))


def _sentence(
    context: Context, indicator: Indicator, table: pd.DataFrame, focus: Place, when: str, found: Position | None
) -> str:
    """Say value and position of the place in focus; a rank that chance leaves open is a range."""
    own = table[table["place"] == focus.name]
    text = context.language.text
    if own.empty:
        return text("Für {place} gibt es {when} keinen Wert.", place=focus.name, when=when)
    value = said(own["value"].iloc[0], indicator, context.language)
    start = text("{place}: {value} {when}", place=focus.name, value=value, when=when)
    parts = [
        start,
        position_text(found, context.language) if found else "",
        _in_comparison(own.iloc[0], table, indicator, context),
    ]
    return ", ".join(part for part in parts if part) + "."


def _in_comparison(own: pd.Series, table: pd.DataFrame, indicator: Indicator, context: Context) -> str:
    """Say the rank inside the comparison, or that chance leaves it open; nothing where fewer than three are ranked."""
    ranked = table[table["role"] == "place"]
    unknown = indicator.chance != "none" and pd.isna(own["lower"])
    if pd.isna(own["rank"]) or len(ranked) < 3 or unknown:
        return ""
    count = context.language.number(len(ranked))
    if _overlapping(own, ranked):
        return context.language.text("im Vergleich von {count} Orten ist der Rang nicht sicher", count=count)
    rank = context.language.number(own["rank"])
    return context.language.text("im Vergleich Rang {rank} von {count}", rank=rank, count=count)


def _overlapping(own: pd.Series, others: pd.DataFrame) -> list[str]:
    """Return the places whose interval overlaps that of one place."""
    rest = others[(others["place"] != own["place"]) & others["lower"].notna()]
    if pd.isna(own["lower"]):
        return []
    return list(rest.loc[(rest["lower"] <= own["upper"]) & (rest["upper"] >= own["lower"]), "place"])


def _yardstick_note(table: pd.DataFrame, context: Context) -> tuple[Note, ...]:
    if not (table["role"] == "reference").any():
        return ()
    return (Note("method", context.language.text("Rauten: Vergleichsgrößen ohne Rang.")),)


def chance_notes(table: pd.DataFrame, indicator: Indicator, context: Context) -> tuple[Note, ...]:
    """Return what a reader must know about chance: what the lines mean, or that they cannot be drawn."""
    if indicator.chance == "none":
        return ()
    text = context.language.text
    if table["lower"].isna().all():
        return (
            Note("chance", text("Salden schwanken von Jahr zu Jahr auch zufällig; kleine Abstände besagen wenig.")),
        )
    return (Note("chance", text(
        "Linien: 95-%-Intervall des Zufalls. Überlappen sich zwei, kann der Abstand zufällig sein.")),)  # fmt: skip


def _alt(context: Context, indicator: Indicator, table: pd.DataFrame, when: str) -> str:
    language = context.language
    values = [
        f"{row['place']} {language.number(row['value'], indicator.decimals, sign=signed(indicator))}"
        for _, row in table.iterrows()
    ]
    return language.text(
        "Punktdiagramm, von hoch nach niedrig: {label} {when}. {values}.",
        label=indicator.label(language.code), when=when, values="; ".join(values),
    )  # fmt: skip
