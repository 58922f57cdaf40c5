"""An indicator as it was last observed for a place, with the counts behind it pooled over years."""

from dataclasses import dataclass

import pandas as pd

from zwk_data.catalog import Indicator, Term
from zwk_data.exhibits.comparison import figure
from zwk_data.exhibits.provenance import measures_of
from zwk_data.exhibits.registry import Context
from zwk_data.exhibits.series import crosses_break, newest, preferred, stand_in, year_ends
from zwk_data.indicators.detection import Observed, pooled
from zwk_data.outlook import Start
from zwk_data.projection.ages import count
from zwk_data.warehouse.places import Place

MOST_YEARS = 5
TOTALS = {"live_births": "births", "deaths": "deaths", "in_migration": "in_migration", "out_migration": "out_migration"}


@dataclass(frozen=True)
class Watched:
    """An indicator of a place: where its values are from, and its newest years pooled.

    shown: whose values they are; scale: how many people of the place there are for each of ``shown``; last: newest
    year; value: in it; observed: up to five years pooled, None where their counts are unknown or there is no model.
    """

    indicator: Indicator
    shown: Place
    scale: float
    last: int
    value: float | None
    observed: Observed | None
    datasets: tuple[str, ...]

    def now(self, context: Context) -> str:
        """Write the newest value with its year, and the Kreis where it is not the place's own."""
        language = context.language
        if self.value is None:
            return language.text("keine Zahlen")
        said = f"{figure(self.value, self.indicator, language)} ({self.last})"
        return said if self.scale == 1.0 else f"{said}, {self.shown.name}"


def watched(context: Context, place: Place, start: Start, indicator: Indicator) -> Watched:
    """Return an indicator of a place as last observed; for a town without values those of its Kreis with a scale."""
    shown = stand_in(context, place, indicator)
    values = context.data.values([indicator.id], [shown.ags])
    row = newest(values, shown.ags)
    if row is None:
        return Watched(indicator, shown, 1.0, start.year, None, None, ())
    years = newest_years(preferred(year_ends(values)), indicator, shown.ags)
    return Watched(
        indicator, shown, _scale(context, start, place, shown), int(row["year"]), float(row["value"]),
        observed_in(context, years, indicator, shown), (str(row["datasets"]),),
    )  # fmt: skip


def _scale(context: Context, start: Start, place: Place, shown: Place) -> float:
    """Return how many people of the place there are for each of the one whose values are shown."""
    if shown == place or start.place == shown:
        return 1.0
    if start.share is not None:
        return float(start.share.value)
    row = newest(context.data.values(["population_total"], [shown.ags]), shown.ags)
    return 1.0 if row is None else float(count(start.baseline.population)) / float(row["value"])


def newest_years(rows: pd.DataFrame, indicator: Indicator, ags: str) -> pd.DataFrame:
    """Return the newest years on one basis that follow each other and that no registered break parts."""
    if rows.empty:
        return rows
    rows = rows.sort_values(["reference_date", "basis"])
    rows = rows[rows["basis"] == rows["basis"].iloc[-1]].tail(MOST_YEARS).reset_index(drop=True)
    keep, measures = len(rows) - 1, measures_of(indicator)
    while keep and _follows(rows.iloc[keep - 1], rows.iloc[keep], ags, measures):
        keep -= 1
    return rows.iloc[keep:]


def _follows(before: pd.Series, after: pd.Series, ags: str, measures: frozenset[str]) -> bool:
    next_year = int(after["year"]) == int(before["year"]) + 1
    return next_year and not crosses_break(ags, before["reference_date"], after["reference_date"], measures)


def observed_in(context: Context, years: pd.DataFrame, indicator: Indicator, shown: Place) -> Observed | None:
    """Return the years pooled; None without a model of chance or without counts."""
    if indicator.chance == "none" or years.empty or years["numerator"].isna().any():
        return None
    gross = _gross(context, years, indicator, shown) if indicator.chance == "skellam" else [None] * len(years)
    rates = bool(indicator.denominator)
    each = [
        Observed(row["value"], row["numerator"], row["denominator"] if rates else None, indicator.chance, both)
        for row, both in zip(years.to_dict("records"), gross, strict=True)
    ]
    return pooled(each, indicator.factor)


def _gross(context: Context, years: pd.DataFrame, indicator: Indicator, shown: Place) -> list[float | None]:
    """Return the sum of all counts of a balance in each year; None where one of them is unknown."""
    counts = [_counts(context, term, shown) for term in indicator.numerator_terms]
    found: list[float | None] = []
    for year in years["year"]:
        parts = [one.get(int(year)) for one in counts]
        known = [part for part in parts if part is not None and part == part]
        found.append(sum(known) if len(known) == len(parts) else None)
    return found


def _counts(context: Context, term: Term, shown: Place) -> dict[int, float]:
    """Return the count of a term by year."""
    if term.is_total:
        rows = year_ends(context.data.values([TOTALS[term.measure]], [shown.ags]))
        return dict(zip(rows["year"].astype(int), rows["value"].astype(float), strict=True))
    rows = context.data.ages(shown.ags, term.measure)
    last = rows["age_to"].isna() if term.age_to is None else rows["age_to"] == term.age_to
    rows = rows[(rows["sex"] == term.sex) & (rows["age_from"] == term.age_from) & last & rows["value"].notna()]
    return dict(zip(pd.to_datetime(rows["reference_date"]).dt.year, rows["value"].astype(float), strict=True))
