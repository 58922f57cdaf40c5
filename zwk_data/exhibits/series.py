"""Values of one indicator over time, with the district standing in where a town has no figures of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data.catalog import Indicator, breaks, indicators
from zwk_data.exhibits.provenance import measures_of
from zwk_data.exhibits.registry import Context
from zwk_data.indicators.change import same_territory
from zwk_data.warehouse.places import QUARTER, Place, town_of


@dataclass(frozen=True)
class Change:
    """A change inside one census basis, between two reference dates of unchanged territory."""

    start: pd.Timestamp
    end: pd.Timestamp
    basis: str
    first: float
    last: float

    @property
    def difference(self) -> float:
        """Last minus first value."""
        return self.last - self.first

    @property
    def percent(self) -> float | None:
        """Relative change in per cent, none where the first value is zero."""
        return self.difference / self.first * 100 if self.first else None

    @property
    def years(self) -> str:
        """The span in words: ``2013–2021``."""
        return f"{self.start.year}–{self.end.year}"


def year_ends(values: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of 31 December that carry a value, oldest first."""
    days = pd.to_datetime(values["reference_date"])
    rows = values[(days.dt.month == 12) & (days.dt.day == 31) & values["value"].notna()]
    return rows.sort_values([name for name in ("ags", "reference_date") if name in rows])


OWN = "register"  # the basis of figures that a town released itself


def official(values: pd.DataFrame) -> pd.DataFrame:
    """Return the values that are not of a town itself: only these stand in comparisons and ranks."""
    return values[values["basis"] != OWN]


def preferred(values: pd.DataFrame) -> pd.DataFrame:
    """Return the official values, or where a place has none of an indicator those that the town released itself."""
    theirs = official(values)
    return theirs if len(theirs) and theirs["value"].notna().any() else values


def stand_in(context: Context, place: Place, indicator: Indicator, *, own: bool = True) -> Place:
    """Return the place whose values are shown: the place itself or, where it has none, its town, then its Kreis.

    Args:
        context: data and language.
        place: the place asked for.
        indicator: of which values are wanted.
        own: whether figures that a town released itself count.
    """
    others = above(context, place)
    for found in [place, *others[:-1]] if others else []:
        if _has_values(context, found, indicator, own=own):
            return found
    return others[-1] if others else place


def _has_values(context: Context, place: Place, indicator: Indicator, *, own: bool) -> bool:
    if own:  # the narrow question, because every line asks it
        return not year_ends(pd.DataFrame(context.data.series(indicator.id, place.ags))).empty
    return not year_ends(official(context.data.values([indicator.id], [place.ags]))).empty


def above(context: Context, place: Place) -> list[Place]:
    """Return what may stand in for a place, in this order: the town of a quarter, the Kreis of both."""
    known = context.data.places
    keys = {QUARTER: [town_of(place), place.kreis], "gemeinde": [place.kreis]}.get(place.level, [])
    return [known[key] for key in dict.fromkeys(keys) if key and key in known]


def newest(values: pd.DataFrame, ags: str) -> pd.Series | None:
    """Return the newest value of a place at a 31 December, on the newest census basis; official ones come first."""
    rows = preferred(year_ends(values[values["ags"] == ags])).sort_values(["reference_date", "basis"])
    return None if rows.empty else rows.iloc[-1]


STOCK = frozenset({"population"})


def crosses_break(ags: str, start: pd.Timestamp, end: pd.Timestamp, measures: frozenset[str] = STOCK) -> bool:
    """Tell whether a registered break other than a census lies between two dates of a place.

    Reforms count for the places in their scope, changes of method for the measures they name; what is bridged (the
    earlier figures stand in today's territory) does not count. Census bases are told apart by the figures themselves.
    """
    return any(
        start.date() < entry.first_date <= end.date()
        and (not entry.scope or ags in entry.scope)
        and (not entry.measures or bool(measures & set(entry.measures)))
        for entry in breaks().values()
        if not entry.bridged and not entry.basis_before
    )


def _measures(values: pd.DataFrame) -> frozenset[str]:
    """Return the measures behind some values of one indicator."""
    return measures_of(indicators()[str(values["indicator"].iloc[0])])


def longest_change(context: Context, values: pd.DataFrame, ags: str) -> Change | None:
    """Return the change over the longest span inside one census basis; of equal spans the newest.

    A pair counts only where the territory is the same at both ends. None where there is no such pair.
    """
    rows = preferred(year_ends(values[values["ags"] == ags]))
    spans: list[Change] = []
    for basis, part in rows.groupby("basis"):
        last, measures = part.iloc[-1], _measures(part)
        for _, first in part.iloc[:-1].iterrows():
            if comparable(context, ags, first, last, measures):
                spans.append(_change(first, last, str(basis)))
                break
    return max(spans, key=lambda span: (span.end - span.start, span.end), default=None)


def _change(first: pd.Series, last: pd.Series, basis: str) -> Change:
    return Change(first["reference_date"], last["reference_date"], basis, first["value"], last["value"])


def comparable(context: Context, ags: str, first: pd.Series, last: pd.Series, measures: frozenset[str]) -> bool:
    """Tell whether two values of a place can be set against each other: no break between them, the same territory."""
    start, end = first["reference_date"], last["reference_date"]
    if crosses_break(ags, start, end, measures):
        return False
    areas = context.data.areas([ags])
    pair = pd.DataFrame({"ags": [ags], "reference_date": [end], "earlier_date": [start]})
    return bool(same_territory(pair, areas).iloc[0])


def shown_places(
    context: Context, wanted: Sequence[Place], indicator: Indicator, *, own: bool = True
) -> list[tuple[Place, Place]]:
    """Return (place asked for, place whose values are shown) without showing one Kreis twice; ``own`` as above."""
    pairs: list[tuple[Place, Place]] = []
    for place in wanted:
        source = stand_in(context, place, indicator, own=own)
        if source.ags not in {shown.ags for _, shown in pairs}:
            pairs.append((place, source))
    return pairs
