"""What makes a comparison fair: places of one kind, one date and basis for all, bases large enough, chance in view."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from zwk_data.catalog import Indicator, Term, indicators
from zwk_data.exhibits.exhibit import Note
from zwk_data.exhibits.provenance import kreis_note, measures_of, unit_name, with_unit
from zwk_data.exhibits.registry import Context
from zwk_data.exhibits.series import above, official, year_ends
from zwk_data.indicators.chance import Z95, intervals
from zwk_data.indicators.given import SMALL_BASE
from zwk_data.language import Language
from zwk_data.warehouse.places import GERMANY, Place

STOCKS = frozenset({"population", "area_km2", "foreign_share"})
COUNTS = ("persons", "km2")
REFERENCES = ("land", "germany")
WHOLE_LEVEL = 0.95  # share of a level's places that must have a value before a rank among all of them is given
Pairs = Sequence[tuple[Place, Place]]  # (place asked for, place whose values are shown)


@dataclass(frozen=True)
class Moment:
    """One reference date and the census basis of its values."""

    day: pd.Timestamp
    basis: str

    def of(self, values: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of this date and basis."""
        return values[(values["reference_date"] == self.day) & (values["basis"] == self.basis)]


@dataclass(frozen=True)
class Position:
    """Where a place stands among all of its level, 1 being the highest value.

    ``best`` and ``worst`` enclose the ranks that chance allows; both equal ``rank`` where chance plays no part.
    """

    rank: int
    best: int
    worst: int
    count: int
    level: str


def is_flow(indicator: Indicator) -> bool:
    """Tell whether an indicator counts events of a year rather than people on a day."""
    return not measures_of(indicator) <= STOCKS


def at(indicator: Indicator, day: date, language: Language) -> str:
    """Write when a value holds: ``am 31.12.2024`` for a stock, ``im Jahr 2024`` for events."""
    if is_flow(indicator):
        return language.text("im Jahr {year}", year=day.year)
    return language.text("am {date}", date=language.date(day))


def signed(indicator: Indicator) -> bool:
    """Tell whether a value is a change or a balance, written with its sign."""
    return indicator.kind == "change" or indicator.chance == "skellam" or "residual" in indicator.id


def figure(value: float, indicator: Indicator, language: Language) -> str:
    """Write a value with unit, and with its sign where it is a change or a balance; ``%`` never begins a line."""
    return with_unit(value, indicator, language, sign=signed(indicator)).replace(" %", "\u00a0%")


def said(value: float, indicator: Indicator, language: Language) -> str:
    """Write measure and value as a sentence has them: ``Altenquotient 40,6 je 100``.

    Age limits in brackets stay in the subtitle; a unit that the name already contains is not said twice.
    """
    name = indicator.short_label(language.code)
    unit = unit_name(indicator, language)
    if unit and unit in name:
        return f"{name} {language.number(value, indicator.decimals, sign=signed(indicator))}"
    return f"{name} {figure(value, indicator, language)}"


def stamp(indicator: Indicator, day: date, language: Language) -> str:
    """Write the reference date of a value as a heading has it: ``31.12.2024`` for a stock, ``2024`` for events."""
    return str(day.year) if is_flow(indicator) else language.date(day)


def common_moment(values: pd.DataFrame, focus: str) -> Moment | None:
    """Return the newest date and basis that all places have; where there is none, the one that most places have.

    Args:
        values: rows with value: ags, reference_date, basis.
        focus: key of the place that must be among them where it has values at all.
    """
    if values.empty:
        return None
    own = values[values["ags"] == focus]
    rows = values.merge(own[["reference_date", "basis"]]) if len(own) else values
    counts = rows.groupby(["reference_date", "basis"])["ags"].nunique().reset_index(name="places")
    best = counts.sort_values(["places", "reference_date", "basis"]).iloc[-1]
    return Moment(best["reference_date"], str(best["basis"]))


def is_reference(place: Place, focus: Place) -> bool:
    """Tell whether a place only serves as a yardstick: a Land or Germany, or the Kreis around a town."""
    if focus.level in REFERENCES:
        return place.level == "germany" and focus.level != "germany"
    return place.level in REFERENCES or (focus.level == "gemeinde" and place.ags == focus.kreis)


def without_giants(pairs: Pairs, indicator: Indicator) -> tuple[list[tuple[Place, Place]], list[Place]]:
    """Leave out Land and Germany where absolute numbers are shown: no scale holds a town and a nation.

    Returns:
        The pairs that stay, and the places left out.
    """
    focus = pairs[0][1]
    if indicator.unit not in COUNTS or focus.level in REFERENCES:
        return list(pairs), []
    stay = [pair for pair in pairs if pair[1].level not in REFERENCES]
    return stay, [shown for _, shown in pairs if shown.level in REFERENCES]


def giants_note(left_out: Sequence[Place], language: Language) -> tuple[Note, ...]:
    """Return the remark on places left out because absolute numbers of that size hide all others."""
    if not left_out:
        return ()
    names = ", ".join(place.name for place in left_out)
    return (
        Note("method", language.text("Absolute Zahlen ohne {names}: Sie lägen weit außerhalb der Skala.", names=names)),
    )


def unlike(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the places that are of another kind than the first one: Kreise among Gemeinden, or the reverse.

    Germany, a Land, the Kreis around a Gemeinde shown and a Gemeinde inside the first Kreis are no mixture. A
    kreisfreie Stadt is both; then the next place decides.
    """
    local = [place for place in places if place.level not in REFERENCES]
    kinds = next((place.counts_as for place in local if not place.is_own_gemeinde), None)
    if kinds is None:
        return ()
    around = {place.kreis for place in local if place.level == "gemeinde"}
    return tuple(
        place for place in local
        if not kinds & place.counts_as and place.ags not in around and place.kreis != places[0].ags
    )  # fmt: skip


def kreis_notes(pairs: Pairs, language: Language) -> tuple[Note, ...]:
    """Return the badge for values of a Kreis shown for a town, one for all of them."""
    borrowed = [(asked, shown) for asked, shown in pairs if asked != shown]
    if len(borrowed) < 2:
        return tuple(kreis_note(asked, shown, language) for asked, shown in borrowed)
    names = [language.text("{kreis} für {place}", kreis=shown.name, place=asked.name) for asked, shown in borrowed]
    text = language.text("Kreiswerte, weil eigene Zahlen fehlen: {names}.", names=", ".join(names))
    return (Note("kreis_value", text),)


def mixture_note(places: Sequence[Place], language: Language) -> tuple[Note, ...]:
    """Return the remark that places of different kinds stand side by side."""
    names = ", ".join(place.name for place in unlike(places))
    if not names:
        return ()
    return (Note("mixture", language.text("Kreise und Gemeinden nebeneinander; anderer Art: {names}.", names=names)),)


def missing_note(pairs: Pairs, shown: pd.DataFrame, when: str, language: Language) -> tuple[Note, ...]:
    """Return the remark on places that have no value then, or at all where ``when`` is empty."""
    names = [place.name for _, place in pairs if place.ags not in set(shown["ags"])]
    if not names:
        return ()
    if not when:
        return (Note("missing", language.text("Ohne Werte: {names}.", names=", ".join(names))),)
    return (Note("missing", language.text("Ohne Wert {when}: {names}.", when=when, names=", ".join(names))),)


def below_base(values: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Tell for each value whether it stands on fewer people than its declaration asks for.

    A published rate has no denominator; the computation marks the places that are too small.
    """
    if not indicator.minimum_base:
        return pd.Series(False, index=values.index)
    return (values["denominator"] < indicator.minimum_base) | (values["reason"] == SMALL_BASE)


def base_note(values: pd.DataFrame, indicator: Indicator, language: Language) -> tuple[Note, ...]:
    """Return the remark on values below the minimum base: which, and why they are grey. ``values`` has ``place``."""
    small = values[below_base(values, indicator)]
    if small.empty:
        return ()
    parts = [
        str(name) if pd.isna(base) else f"{name} ({language.number(base)})"
        for name, base in small.groupby("place", sort=False)["denominator"].min().items()
    ]
    return (Note("small_numbers", language.text(
        "Grau, weil weniger als {base} Personen zugrunde liegen: {names}.",
        base=language.number(indicator.minimum_base), names=", ".join(parts))),)  # fmt: skip


def _gross(term: Term) -> Indicator | None:
    """Return the count that is exactly this term, whatever its sign."""
    wanted = Term(term.measure, term.sex, term.age_from, term.age_to)
    return next((i for i in indicators().values() if i.kind == "sum" and i.numerator_terms == (wanted,)), None)


def with_intervals(context: Context, values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add ``lower`` and ``upper`` of the 95 % interval; missing where chance plays no part or cannot be told.

    A balance of two counts is taken as Skellam: its variance is the sum of both counts (``indicators/chance.py``);
    the counts are looked up among the indicators.
    """
    if indicator.chance != "skellam":
        return intervals(values, indicator)
    parts = [_gross(term) for term in indicator.numerator_terms]
    if not all(parts):
        return values.assign(lower=np.nan, upper=np.nan)
    counts = context.data.values([part.id for part in parts if part], list(values["ags"]))
    keys = ["ags", "reference_date", "basis"]
    both = counts.groupby(keys)["value"].agg(["sum", "count"]).reset_index()
    joined = values.merge(both[both["count"] == len(parts)], on=keys, how="left")
    scale = indicator.factor / joined["denominator"] if indicator.denominator else indicator.factor
    half = Z95 * np.sqrt(joined["sum"]) * scale
    joined = joined.assign(lower=joined["value"] - half, upper=joined["value"] + half)
    return joined.drop(columns=["sum", "count"]).set_index(values.index)


def position(context: Context, indicator: Indicator, place: Place, moment: Moment) -> Position | None:
    """Return where a place stands among all places of its level, on one date and basis.

    None for Germany, below the minimum base, where too few places of the level have a value then, and where
    chance matters but cannot be told.
    """
    if place.level == "germany":
        return None
    rows = context.data.level_values(indicator.id, place.level, GERMANY, moment.day.date(), moment.basis)
    rows = rows[rows["value"].notna()]
    if len(rows) < WHOLE_LEVEL * len(context.data.places.members(GERMANY, place.level)):
        return None
    rows = rows[~below_base(rows, indicator)].assign(reference_date=moment.day, basis=moment.basis)
    rows = with_intervals(context, rows, indicator)
    own = rows[rows["ags"] == place.ags]
    if own.empty or (indicator.chance != "none" and own["lower"].isna().all()):
        return None
    return _position(rows, place, indicator.decimals)


def _position(rows: pd.DataFrame, place: Place, decimals: int) -> Position:
    """Rank values as they are printed, so that equal figures have equal ranks."""
    own = rows[rows["ags"] == place.ags].iloc[0]
    rank = 1 + int((rows["value"].round(decimals) > round(own["value"], decimals)).sum())
    best = worst = rank
    if pd.notna(own["lower"]):
        best = 1 + int((rows["lower"] > own["upper"]).sum())
        worst = len(rows) - int((rows["upper"] < own["lower"]).sum())
    return Position(rank, best, worst, len(rows), place.level)


def position_text(found: Position, language: Language) -> str:
    """Write a position: ``Rang 312 von 400 Kreisen``, as a range where chance leaves it open."""
    text = language.text
    level = {"land": text("Ländern"), "kreis": text("Kreisen"), "gemeinde": text("Gemeinden")}[found.level]
    number = language.number
    if found.best == found.worst:
        return language.text(
            "Rang {rank} von {count} {level}", rank=number(found.rank), count=number(found.count), level=level
        )
    return language.text(
        "Rang {best} bis {worst} von {count} {level} (im Rahmen des Zufalls)",
        best=number(found.best), worst=number(found.worst), count=number(found.count), level=level,
    )  # fmt: skip


def year_end_values(
    context: Context, wanted: Sequence[Indicator], places: Sequence[Place], *, own: bool = False
) -> pd.DataFrame:
    """Return the values of 31 December of some indicators for some places, from one query.

    What a town says of itself is left out, because nobody else counts that way, unless ``own`` asks for it.
    """
    rows = context.data.values([entry.id for entry in wanted], [place.ags for place in places])
    rows = rows if own else official(rows)
    return year_ends(rows) if len(rows) else rows


def stand_ins(context: Context, wanted: Sequence[Indicator], places: Sequence[Place]) -> dict[tuple[str, str], Place]:
    """Return for each indicator and place whose values are shown: its own, or those of the Kreis around it.

    One query for all; ``series.stand_in`` is the same rule for one.
    """
    others = {place: above(context, place) for place in places}
    everyone = dict.fromkeys([*places, *(other for found in others.values() for other in found)])
    rows = year_end_values(context, wanted, list(everyone))
    own = set(zip(rows["indicator"], rows["ags"], strict=True))
    return {
        (entry.id, place.ags): next(
            (found for found in [place, *others[place]] if (entry.id, found.ags) in own), [place, *others[place]][-1]
        )
        for entry in wanted
        for place in places
    }  # fmt: skip


def kept_out(context: Context, wanted: Sequence[Indicator], asked: Sequence[Place]) -> list[Place]:
    """Return the places asked for whose figures are of another kind than those of the first, for any of the indicators.

    What counts is whose figures are shown: where a town has none of its own, its Kreis stands beside other Kreise.
    """
    shown = stand_ins(context, wanted, asked)
    found: set[str] = set()
    for entry in wanted:
        other = unlike(list(dict.fromkeys(shown[entry.id, place.ags] for place in asked)))
        found |= {place.ags for place in asked if shown[entry.id, place.ags] in other}
    return [place for place in asked[1:] if place.ags in found]
