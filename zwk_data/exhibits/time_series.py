"""One indicator over time for one to ten places: as it is, or as an index inside one census basis."""

from dataclasses import dataclass

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.comparison import (
    COUNTS,
    Moment,
    Pairs,
    at,
    base_note,
    giants_note,
    is_flow,
    kreis_notes,
    missing_note,
    mixture_note,
    said,
    signed,
    without_giants,
    year_end_values,
)
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import (
    basis_behind,
    basis_name,
    breaks_inside,
    given_note,
    measures_of,
    sources_of,
    status_notes,
    unit_name,
)
from zwk_data.exhibits.registry import Context, choice, indicator, kind, places
from zwk_data.exhibits.series import longest_change, newest, shown_places
from zwk_data.indicators.change import same_territory
from zwk_data.language import Language
from zwk_data.warehouse.places import Place


@dataclass(frozen=True)
class Series:
    """Values over time, ready to be shown: ``values`` as shown, ``raw`` as published, ``form`` absolute or index."""

    pairs: Pairs
    values: pd.DataFrame
    raw: pd.DataFrame
    form: str
    notes: tuple[Note, ...]

    @property
    def focus(self) -> Place:
        """The place whose values are in focus."""
        return self.pairs[0][1]

    @property
    def names(self) -> list[str]:
        """The names of the places shown, the one in focus first."""
        return [shown.name for _, shown in self.pairs]


@kind(required={"indicator": indicator, "ags": places}, optional={"form": choice("absolute", "index")})
def time_series(context: Context, *, indicator: Indicator, ags: tuple[Place, ...], form: str = "absolute") -> Exhibit:
    """Show an indicator over time; the first place is the one in focus, the second the one it is compared with."""
    address = Address.of(
        "time_series", indicator=indicator.id, ags=[p.ags for p in ags], form=form if form == "index" else ""
    )
    series = read_series(context, indicator, ags, form)
    if series.values.empty:
        return no_figures(context, address, indicator, ags[0])
    language = context.language
    return Exhibit(
        address=address,
        title=indicator.label(language.code),
        subtitle=subtitle(context, indicator, series),
        sentence=_sentence(context, indicator, series),
        alt=_alt(context, indicator, series),
        table=series.values,
        columns=columns(context, indicator, series.form),
        marks=Marks("line", x="reference_date", y="value", series="place", focus=series.focus.name,
                    second=series.names[1] if len(series.names) > 1 else "", dash="basis"),
        sources=sources_of(series.values["datasets"], context),
        breaks=breaks_inside(series.values, measures_of(indicator), language),
        notes=(*series.notes, *status_notes(series.values, language)),
    )  # fmt: skip


def read_series(context: Context, indicator: Indicator, ags: tuple[Place, ...], form: str) -> Series:
    """Return the values of 31 December of some places, as they are or as an index, with the remarks they need.

    Absolute numbers leave out Land and Germany; an index of values that are zero or negative is not formed.
    """
    language = context.language
    pairs = shown_places(context, ags, indicator)
    left_out: list[Place] = []
    if form == "absolute":
        pairs, left_out = without_giants(pairs, indicator)
    raw = _values(context, indicator, [shown for _, shown in pairs])
    notes = [*kreis_notes(pairs, language), *giants_note(left_out, language), *missing_note(pairs, raw, "", language)]
    values = raw
    if form == "index" and (raw["value"] <= 0).any():
        form = "absolute"
        notes.append(Note("method", language.text("Kein Index: Er setzt Werte über null voraus.")))
    if form == "index" and len(raw):
        values = indexed(context, raw, pairs[0][1])
        notes.extend(_index_notes(raw, values, context))
    notes.extend(mixture_note([shown for _, shown in pairs], language))
    notes.extend(base_note(values, indicator, language))
    notes.extend(given_note(values, indicator, language))
    return Series(pairs, values, raw, form, tuple(notes))


def _values(context: Context, indicator: Indicator, shown: list[Place]) -> pd.DataFrame:
    """Return the values of 31 December, in the order of the places."""
    rows = year_end_values(context, [indicator], shown, own=True)
    rows = rows.assign(basis=[basis_behind(basis, measures_of(indicator)) for basis in rows["basis"]])
    order = {place.ags: position for position, place in enumerate(shown)}
    rows = rows.assign(
        place=rows["ags"].map({place.ags: place.name for place in shown}),
        basis_name=rows["basis"].map(lambda basis: basis_name(basis, context.language)),
    )
    return rows.sort_values(["ags", "reference_date"], key=lambda c: c.map(order) if c.name == "ags" else c)


def indexed(context: Context, values: pd.DataFrame, focus: Place) -> pd.DataFrame:
    """Set the value of the first date that most places have to 100, inside the census basis with the longest span.

    Values of a territory that differs from the one of that date are left out.
    """
    own = values[values["ags"] == focus.ags] if (values["ags"] == focus.ags).any() else values
    spans = own.groupby("basis")["reference_date"].agg(lambda days: days.max() - days.min())
    rows = values[values["basis"] == spans.idxmax()]
    counts = rows.groupby("reference_date")["ags"].nunique()
    start = counts[counts == counts.max()].index.min()
    rows = rows[rows["reference_date"] >= start].assign(earlier_date=start)
    first = rows["ags"].map(rows[rows["reference_date"] == start].set_index("ags")["value"])
    same = same_territory(rows, context.data.areas(list(rows["ags"].unique()))) | (rows["reference_date"] == start)
    return rows.assign(value=rows["value"] / first * 100)[same & first.notna()].drop(columns="earlier_date")


def _index_notes(raw: pd.DataFrame, values: pd.DataFrame, context: Context) -> list[Note]:
    """Say what an index leaves out: later values on another census basis, places without the first date."""
    notes = []
    last = values["reference_date"].max()
    if (raw["reference_date"] > last).any():
        notes.append(Note("method", context.language.text(
            "Spätere Werte stehen auf einer anderen Zensusbasis und gehören nicht in diesen Index.")))  # fmt: skip
    if gone := [name for name in dict.fromkeys(raw["place"]) if name not in set(values["place"])]:
        notes.append(
            Note("missing", context.language.text("Ohne Wert im Anfangsjahr: {names}.", names=", ".join(gone)))
        )
    return notes


def columns(context: Context, indicator: Indicator, form: str) -> tuple[Column, ...]:
    """Return the columns of a table of values over time."""
    text = context.language.text
    unit = text("Index") if form == "index" else unit_name(indicator, context.language)
    decimals = 1 if form == "index" else indicator.decimals
    return (
        Column("place", text("Ort")),
        Column("reference_date", text("Stichtag")),
        Column("value", indicator.label(context.language.code), unit, decimals, form != "index" and signed(indicator)),
        Column("basis_name", text("Basis")),
    )


def subtitle(context: Context, indicator: Indicator, series: Series) -> str:
    """Return measure, unit and span."""
    first, last = series.values["reference_date"].min(), series.values["reference_date"].max()
    text = context.language.text
    if series.form == "index":
        start = text("Index, {year} = 100", year=first.year)
        return f"{start}, {basis_name(series.values['basis'].iloc[0], context.language)}"
    unit = unit_name(indicator, context.language)
    span = text("{first} bis {last}", first=first.year, last=last.year)
    if not is_flow(indicator):
        span = text("jeweils 31. Dezember, {span}", span=span)
    return f"{unit}, {span}" if unit else span


def _sentence(context: Context, indicator: Indicator, series: Series) -> str:
    """Say the newest value of the place in focus, and the change over the longest comparable span."""
    latest = newest(series.values, series.focus.ags)
    if latest is None:
        latest = series.values.iloc[-1]
    if series.form == "index":
        return _index_sentence(context, indicator, series, latest)
    text, language = context.language.text, context.language
    now = text(
        "{place}: {value} {when}", place=latest["place"], value=said(latest["value"], indicator, language),
        when=at(indicator, latest["reference_date"].date(), language),
    )  # fmt: skip
    now += _beside(indicator, series, latest, language)
    change = longest_change(context, series.raw, str(latest["ags"]))
    if change is None or indicator.chance != "none" or signed(indicator):
        return now + "."  # two single years of events differ by chance; a change of a balance says nothing
    amount = language.number(change.difference, indicator.decimals, sign=True)
    if indicator.unit == "percent":
        amount = f"{amount} {text('Prozentpunkte')}"
    if indicator.unit == "persons" and change.percent is not None:
        amount = language.percent(change.percent, sign=True)
    span = text(
        "{years} {amount} ({basis})", years=change.years, amount=amount, basis=basis_name(change.basis, language)
    )
    return f"{now}; {span}."


def _beside(indicator: Indicator, series: Series, latest: pd.Series, language: Language) -> str:
    """Say the value of the second place on the same date and basis."""
    rows = Moment(latest["reference_date"], str(latest["basis"])).of(series.values)
    rows = rows[(rows["ags"] != latest["ags"]) & (rows["place"] == "".join(series.names[1:2]))]
    if rows.empty:
        return ""
    value = language.number(rows["value"].iloc[0], indicator.decimals, sign=signed(indicator))
    return f", {rows['place'].iloc[0]} {value}"


def _index_sentence(context: Context, indicator: Indicator, series: Series, latest: pd.Series) -> str:
    """Say a full count as its change in per cent, anything else as the index number."""
    language = context.language
    name = indicator.short_label(language.code)
    if indicator.unit in COUNTS and indicator.chance == "none":
        return language.text(
            "{place}: {name} {first}–{last} {change} % ({basis}).", place=latest["place"], name=name,
            first=series.values["reference_date"].min().year, last=latest["reference_date"].year,
            change=language.number(latest["value"] - 100, 1, sign=True), basis=basis_name(latest["basis"], language),
        )  # fmt: skip
    return language.text(
        "{place}: {name} {when} bei {value}, wenn {year} gleich 100 ist.", place=latest["place"], name=name,
        value=language.number(latest["value"], 1), when=at(indicator, latest["reference_date"].date(), language),
        year=series.values["reference_date"].min().year,
    )  # fmt: skip


def _alt(context: Context, indicator: Indicator, series: Series) -> str:
    days = series.values["reference_date"]
    return context.language.text(
        "Liniendiagramm: {label} von {first} bis {last} für {places}.",
        label=indicator.label(context.language.code), first=days.min().year, last=days.max().year,
        places=", ".join(series.names),
    )  # fmt: skip
