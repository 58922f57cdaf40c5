"""Several indicators for several places as one table, each indicator on its own newest date that all places have."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.comparison import (
    COUNTS,
    REFERENCES,
    Moment,
    at,
    base_note,
    below_base,
    common_moment,
    mixture_note,
    said,
    signed,
    stamp,
    stand_ins,
    year_end_values,
)
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import given_text, is_given, sources_of, status_notes, unit_name
from zwk_data.exhibits.registry import Context, indicator_list, kind, places
from zwk_data.language import Language
from zwk_data.warehouse.places import Place


@dataclass(frozen=True)
class Part:
    """One indicator of the table: its date, and its values by place asked for (column ``asked``)."""

    indicator: Indicator
    moment: Moment
    values: pd.DataFrame


@kind(required={"indicators": indicator_list, "ags": places})
def comparison_table(context: Context, *, indicators: tuple[Indicator, ...], ags: tuple[Place, ...]) -> Exhibit:
    """Show several indicators for one to ten places; the heading of each names its date.

    Values of the Kreis shown for a town and values below the minimum base are marked; absolute numbers of Land and
    Germany have no bar.
    """
    address = Address.of("comparison_table", indicators=[i.id for i in indicators], ags=[p.ags for p in ags])
    parts = _parts(context, indicators, ags)
    if not parts:
        return no_figures(context, address, indicators[0], ags[0])
    language = context.language
    values = pd.concat([part.values for part in parts])
    return Exhibit(
        address=address,
        title=language.text("Vergleich mehrerer Indikatoren"),
        subtitle=language.text("je Indikator der neueste Stichtag, den alle Orte haben"),
        sentence=_sentence(parts, ags[0], language),
        alt=_alt(indicators, ags, language),
        table=_table(parts, ags),
        columns=(Column("place", language.text("Ort")), *(_column(part, language) for part in parts)),
        marks=Marks("table", series="place", focus=ags[0].name, second=ags[1].name if len(ags) > 1 else "",
                    options={"bars": {part.indicator.id: _bars(part, ags) for part in parts},
                             "kreis": _kreis_cells(parts), "grey": _grey_cells(parts)}),
        sources=sources_of(values["datasets"], context),
        notes=(*_kreis_notes(parts, language), *mixture_note(ags, language),
               *(note for part in parts for note in base_note(part.values, part.indicator, language)),
               *_given_notes(parts, language),
               *_absent(indicators, parts, language), *_gaps(parts, ags, language), *status_notes(values, language)),
    )  # fmt: skip


def _alt(wanted: Sequence[Indicator], asked: Sequence[Place], language: Language) -> str:
    labels = ", ".join(entry.label(language.code) for entry in wanted)
    return language.text("Tabelle: {labels} für {places}.", labels=labels, places=", ".join(p.name for p in asked))


def _parts(context: Context, wanted: Sequence[Indicator], asked: Sequence[Place]) -> list[Part]:
    shown = stand_ins(context, wanted, asked)
    everyone = list(dict.fromkeys(shown.values()))
    rows = year_end_values(context, wanted, everyone)
    parts = (_part(entry, rows[rows["indicator"] == entry.id], asked, shown) for entry in wanted)
    return [part for part in parts if part is not None]


def _part(
    entry: Indicator, rows: pd.DataFrame, asked: Sequence[Place], shown: dict[tuple[str, str], Place]
) -> Part | None:
    """Return one indicator on the newest date that all have, or None where no place has it."""
    moment = common_moment(rows, shown[entry.id, asked[0].ags].ags)
    if moment is None:
        return None
    own = pd.DataFrame({
        "asked": [place.ags for place in asked],
        "place": [place.name for place in asked],
        "ags": [shown[entry.id, place.ags].ags for place in asked],
        "shown": [shown[entry.id, place.ags].name for place in asked],
    })  # fmt: skip
    return Part(entry, moment, own.merge(moment.of(rows), on="ags", how="inner"))


def _table(parts: Sequence[Part], asked: Sequence[Place]) -> pd.DataFrame:
    """Return one row per place in the order of the choice and one column per indicator, plus the place's key."""
    table = pd.DataFrame({"ags": [place.ags for place in asked], "place": [place.name for place in asked]})
    for part in parts:
        table[part.indicator.id] = table["ags"].map(part.values.set_index("asked")["value"])
    return table


def _column(part: Part, language: Language) -> Column:
    entry = part.indicator
    unit, day = unit_name(entry, language), stamp(entry, part.moment.day.date(), language)
    return Column(entry.id, entry.label(language.code), f"{unit}, {day}" if unit else day, entry.decimals,
                  sign=signed(entry))  # fmt: skip


def _bars(part: Part, asked: Sequence[Place]) -> dict[str, list[float]]:
    """Return for each place where its bar begins and ends, in per cent of the width; zero is always inside."""
    levels = {place.ags: place.level for place in asked}
    rows = part.values
    if part.indicator.unit in COUNTS and not all(level in REFERENCES for level in levels.values()):
        rows = rows[~rows["asked"].map(levels).isin(REFERENCES)]
    if rows.empty:
        return {}
    low, high = min(0.0, rows["value"].min()), max(0.0, rows["value"].max())
    span = (high - low) or 1.0
    return {
        str(row["asked"]): [
            round((min(row["value"], 0) - low) / span * 100, 1),
            round(abs(row["value"]) / span * 100, 1),
        ]
        for _, row in rows.iterrows()
    }


def _kreis_cells(parts: Sequence[Part]) -> dict[str, list[str]]:
    """Return for each indicator the places for which the value of the Kreis is shown."""
    return {
        part.indicator.id: list(part.values.loc[part.values["asked"] != part.values["ags"], "asked"]) for part in parts
    }


def _grey_cells(parts: Sequence[Part]) -> dict[str, list[str]]:
    """Return for each indicator the places whose value stands on too small a base."""
    return {p.indicator.id: list(p.values.loc[below_base(p.values, p.indicator), "asked"]) for p in parts}


def _kreis_notes(parts: Sequence[Part], language: Language) -> tuple[Note, ...]:
    """Return the badge for cells that show a Kreis instead of a town."""
    borrowed = pd.concat([part.values[part.values["asked"] != part.values["ags"]] for part in parts])
    pairs = borrowed.drop_duplicates("asked")
    if pairs.empty:
        return ()
    names = [
        language.text("{kreis} für {place}", kreis=row["shown"], place=row["place"]) for _, row in pairs.iterrows()
    ]
    text = language.text("Kreiswerte (K), weil eigene Zahlen fehlen: {names}.", names=", ".join(names))
    return (Note("kreis_value", text),)


def _given_notes(parts: Sequence[Part], language: Language) -> tuple[Note, ...]:
    """Return the one remark on published values."""
    return given_text([part.indicator for part in parts if is_given(part.values).any()], language)


def _absent(wanted: Sequence[Indicator], parts: Sequence[Part], language: Language) -> tuple[Note, ...]:
    there = {part.indicator.id for part in parts}
    names = [entry.label(language.code) for entry in wanted if entry.id not in there]
    if not names:
        return ()
    return (Note("missing", language.text("Für keinen dieser Orte vorhanden: {names}.", names=", ".join(names))),)


def _gaps(parts: Sequence[Part], asked: Sequence[Place], language: Language) -> tuple[Note, ...]:
    """Return what a dash in a cell means."""
    if all(len(part.values) == len(asked) for part in parts):
        return ()
    return (Note("missing", language.text("Strich: Für diesen Ort gibt es zu diesem Stichtag keinen Wert.")),)


def _sentence(parts: Sequence[Part], focus: Place, language: Language) -> str:
    """Say the first figures of the place in focus, at most two, each with its date; those of its Kreis as such."""
    rows = [(part, row) for part in parts for _, row in part.values.iterrows() if row["asked"] == focus.ags]
    if not rows:
        return language.text("Für {place} gibt es diese Zahlen nicht.", place=focus.name)
    figures = [_figure(part, row, language) for part, row in rows[:2]]
    return language.text("{place}: {figures}.", place=focus.name, figures="; ".join(figures))


def _figure(part: Part, row: pd.Series, language: Language) -> str:
    when = at(part.indicator, part.moment.day.date(), language)
    text = f"{said(row['value'], part.indicator, language)} {when}"
    return text if row["asked"] == row["ags"] else f"{text} ({row['shown']})"
