"""Age groups of one place on one date, as the source has them: limits, labels, and what a group is per year of age.

Sources cut ages differently (18 five-year groups until 2021, 17 groups of unequal width from 2023, single ages of
Kreise on 31 December 2018 up to 100, of the Länder from 2015 to 2021 up to 90). Nothing here splits a group; a range
exists only where the source's own groups tile it exactly.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from zwk_data.catalog import indicators, sources
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, AddressError, Exhibit
from zwk_data.exhibits.registry import Context
from zwk_data.exhibits.series import OWN, above
from zwk_data.language import Language
from zwk_data.warehouse.places import Place

DRAWN_TO = 99  # an open group is drawn as if it ended with this age; above that no width would be seen
GROUPED = ("five_year", "rdb17")
SINGLE = "single"
OPEN = 999  # stands for the upper end of an open group while tables are cut
TABLE_KEY = ["reference_date", "basis", "age_set", "dataset"]
COLUMNS = ["age_from", "age_to", "m", "f", "t", "width"]


@dataclass(frozen=True)
class AgeTable:
    """All age groups of one place on one date.

    ``rows`` has one row per group, youngest first: age_from, age_to (missing = open), m, f, t in persons (missing where
    the source gives none), width (years of age, an open group up to ``DRAWN_TO``).
    """

    place: Place
    day: pd.Timestamp
    basis: str
    dataset: str
    age_set: str
    rows: pd.DataFrame
    given_total: float = math.nan  # as the source gives it, where one of the groups is secret

    @property
    def total(self) -> float:
        """Everyone, in persons; not a number where that is secret too."""
        added = float(self.rows["t"].sum(skipna=False))
        return self.given_total if math.isnan(added) else added

    @cached_property
    def _limits(self) -> tuple[dict[int, int], dict[int, int]]:
        """Positions of the groups by their first and by their last age (``OPEN`` for the open one)."""
        starts = {int(age): position for position, age in enumerate(self.rows["age_from"])}
        ends = {int(age): position for position, age in enumerate(self.rows["age_to"].fillna(OPEN))}
        return starts, ends

    @cached_property
    def _counts(self) -> dict[str, np.ndarray]:
        return {sex: self.rows[sex].to_numpy(dtype=float) for sex in ("m", "f", "t")}

    def between(self, age_from: int, age_to: int | None, sex: str = "t") -> float | None:
        """Return the persons of an age range, or None where the groups do not tile it or one has no value."""
        starts, ends = self._limits
        first, last = starts.get(age_from), ends.get(OPEN if age_to is None else age_to)
        if first is None or last is None or last < first:
            return None
        value = float(self._counts[sex][first : last + 1].sum())
        return None if np.isnan(value) else value

    def share(self, age_from: int, age_to: int | None) -> float | None:
        """Return the share of an age range in per cent, or None as above."""
        part = self.between(age_from, age_to)
        return None if part is None or not self.total or math.isnan(self.total) else part / self.total * 100


def tables(context: Context, place: Place) -> list[AgeTable]:
    """Return every age table of a place, oldest first; of several on one date the grouped before the single ages.

    Of two alike the one with the lower ``priority`` stands last, where ``pick`` finds it. Those that a town released
    itself count only where there is no official one.
    """
    rows = _wide(context.data.ages(place.ags))
    found = [_table(place, list(map(str, key)), part) for key, part in rows.groupby(TABLE_KEY)]
    found = [table for table in found if table.basis != OWN] or found
    if any(math.isnan(table.total) for table in found):
        found = _with_totals(context, found)
    return sorted(found, key=lambda table: (table.day, table.age_set == SINGLE, -_priority(table.dataset)))


def _priority(dataset: str) -> int:
    return sources()[dataset].priority if dataset in sources() else 0


def _with_totals(context: Context, found: Sequence[AgeTable]) -> list[AgeTable]:
    """Add the totals as they are given, because a secret group leaves no sum."""
    rows = context.data.totals(found[0].place.ags, ["population"])
    rows = rows[rows["sex"] == "t"]
    keys = zip(rows["dataset"], rows["reference_date"], rows["basis"], strict=True)
    totals = dict(zip(keys, rows["value"], strict=True))
    return [replace(one, given_total=totals.get((one.dataset, one.day, one.basis), math.nan)) for one in found]


def _table(place: Place, key: Sequence[str], part: pd.DataFrame) -> AgeTable:
    day, basis, age_set, dataset = key
    return AgeTable(place, pd.Timestamp(day), basis, dataset, age_set, part[COLUMNS].reset_index(drop=True))


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per table and group with a column for each sex, youngest first."""
    known = rows[rows["age_set"].isin((*GROUPED, SINGLE))].assign(age_to=rows["age_to"].fillna(OPEN).astype(int))
    indexed = known.set_index([*TABLE_KEY, "age_from", "age_to", "sex"])["value"]
    wide = indexed.unstack("sex")  # noqa: PD010  # keeps groups without a value, and is ten times as fast
    wide = wide.reindex(columns=["m", "f", "t"]).rename_axis(columns=None).reset_index()
    last = np.where(wide["age_to"] == OPEN, np.maximum(DRAWN_TO, wide["age_from"]), wide["age_to"])
    age_to = wide["age_to"].astype("Int64").where(wide["age_to"] != OPEN)
    return wide.assign(width=(last - wide["age_from"] + 1).astype(float), age_to=age_to)


def years(found: Sequence[AgeTable]) -> list[int]:
    """Return the years at whose end there are age groups, oldest first."""
    return sorted({table.day.year for table in found})


def with_ages(context: Context, place: Place) -> tuple[Place, list[AgeTable]]:
    """Return the place whose age groups are shown, its town or Kreis where it has none, and its tables."""
    for shown in (place, *above(context, place)):
        if found := tables(context, shown):
            return shown, found
    return (above(context, place) or [place])[-1], []


def pick(context: Context, found: Sequence[AgeTable], year: int | None, *, single: bool = False) -> AgeTable:
    """Return the table of a year, the newest one where no year is given.

    Raises:
        AddressError: there is none for that year, or none by single ages; the message names the years there are.
    """
    fitting = [table for table in found if (table.age_set == SINGLE) == single] or list(found)
    if single and fitting[0].age_set != SINGLE:
        raise AddressError(context.language.text("Einzelne Altersjahre liegen für diesen Ort nicht vor."))
    wanted = year or fitting[-1].day.year
    chosen = [table for table in fitting if table.day.year == wanted]
    if not chosen:
        text = context.language.text("Für {year} liegen keine Altersgruppen vor, nur für: {years}.",
                                     year=wanted, years=", ".join(map(str, years(fitting))))  # fmt: skip
        raise AddressError(text)
    return chosen[-1]


def label(age_from: int, age_to: int | None, language: Language) -> str:
    """Return the limits of a group in words: ``65–74``, ``75 und älter``, ``18``."""
    if age_to is None:
        return language.text("{age} und älter", age=age_from)
    return str(age_from) if age_to == age_from else f"{age_from}–{age_to}"


def labels(rows: pd.DataFrame, language: Language) -> list[str]:
    """Return the limits of every group in words."""
    return [label(first, last, language) for first, last in limits(rows)]


def limits(rows: pd.DataFrame) -> list[tuple[int, int | None]]:
    """Return (first age, last age) of every group, None for the upper end of an open one."""
    pairs = zip(rows["age_from"], rows["age_to"], strict=True)
    return [(int(first), None if pd.isna(last) else int(last)) for first, last in pairs]


def no_ages(context: Context, address: Address, place: Place) -> Exhibit:
    """Return what is shown where neither the place nor its Kreis has age groups."""
    return no_figures(context, address, indicators()["median_age"], place)
