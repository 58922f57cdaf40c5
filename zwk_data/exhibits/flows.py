"""Totals of stocks and flows of one place by sex, one dataset for each figure, and spans a balance is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data.catalog import indicators
from zwk_data.exhibits.exhibit import Note
from zwk_data.exhibits.registry import Context
from zwk_data.exhibits.series import crosses_break, preferred, stand_in
from zwk_data.warehouse.places import Place

FLOWS = ("live_births", "deaths", "in_migration", "out_migration")


@dataclass(frozen=True)
class Span:
    """Two year-ends on one census basis, on the same territory, with the figures in between.

    ``start`` and ``end`` are the stocks; births, deaths, in and out the sums over the years in between, in and out None
    where a year has no migration table. ``datasets`` names where all of it comes from.
    """

    first: int
    last: int
    basis: str
    start: float
    end: float
    births: float
    deaths: float
    arrivals: float | None
    departures: float | None
    datasets: tuple[str, ...]

    @property
    def key(self) -> str:
        """The span as it stands in an address: ``2013-2021``."""
        return f"{self.first}-{self.last}"

    @property
    def residual(self) -> float:
        """Change of the stock that births and deaths leave: migration and statistical correction together."""
        return self.end - self.start - self.births + self.deaths

    @property
    def correction(self) -> float | None:
        """What births, deaths and migration leave of the change of the stock."""
        if self.arrivals is None or self.departures is None:
            return None
        return self.residual - self.arrivals + self.departures


def with_flows(context: Context, place: Place) -> Place:
    """Return the place whose births and deaths are shown: the own Kreis where a Gemeinde has none."""
    return stand_in(context, place, indicators()["births"])


def totals(context: Context, place: Place, measures: Sequence[str], sex: str = "t") -> pd.DataFrame:
    """Return one row per measure and 31 December: reference_date, year, basis, measure, value, status, dataset.

    Of several datasets the one with a value, or with the word that it is secret, comes before one without, then the
    preferred one by ``sources.toml``: the same rule by which indicators are made.
    """
    rows = context.data.totals(place.ags, measures)
    days = pd.to_datetime(rows["reference_date"])
    rows = rows[(rows["sex"] == sex) & (days.dt.month == 12) & (days.dt.day == 31)]
    known = context.data.sources
    rows = pd.concat([preferred(part) for _, part in rows.groupby("measure")]) if len(rows) else rows
    order = rows["dataset"].map(lambda name: known[name].priority if known[name].for_indicators else 9999)
    nothing = rows["value"].isna() & (rows["status"] != "secret")
    ordered = rows.assign(year=pd.to_datetime(rows["reference_date"]).dt.year, nothing=nothing, order=order)
    ordered = ordered[ordered["order"] < 9999].sort_values(["measure", "reference_date", "basis", "nothing", "order"])
    return ordered.drop_duplicates(["measure", "reference_date", "basis"]).drop(columns=["nothing", "order", "sex"])


def given(value: str, usual: str) -> str:
    """Return a parameter as it stands in an address: nothing where it is the usual one."""
    return "" if value == usual else value


def both_sexes_note(context: Context) -> Note:
    """Return the remark that figures by sex were asked for and do not exist."""
    return Note("method", context.language.text(
        "Nach Geschlecht liegen diese Zahlen hier nicht vor; gezeigt sind Männer und Frauen zusammen."))  # fmt: skip


def spans(context: Context, place: Place, sex: str = "t") -> list[Span]:
    """Return every span a balance can be made of: each year, and each longest row of years on one basis.

    Years after the census of 2022 on the old basis are left out: no balance stands astride the census.
    """
    rows = totals(context, place, ("population", *FLOWS), sex)
    rows = rows[~((rows["basis"] == "census2011") & (rows["year"] >= 2022)) & (rows["basis"] != "pre2011")]
    found: list[Span] = []
    for basis, part in rows.groupby("basis"):
        table = _Table(str(basis), part)
        singles = [span for year in table.years if (span := _one(table, place, year - 1, year))]
        longer = [_one(table, place, run[0].first, run[-1].last) for run in _runs(singles) if len(run) > 1]
        found += [*singles, *(span for span in longer if span)]
    return sorted(found, key=lambda span: (span.last, span.last - span.first))


def _runs(singles: list[Span]) -> list[list[Span]]:
    """Group single years that follow each other without a gap."""
    runs: list[list[Span]] = []
    for span in singles:
        if runs and runs[-1][-1].last == span.first:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


class _Table:
    """Values and datasets of one basis by measure and year."""

    def __init__(self, basis: str, rows: pd.DataFrame) -> None:
        valued = rows.dropna(subset=["value"])
        keys = list(zip(valued["measure"], valued["year"], strict=True))
        self.basis = basis
        self.values = dict(zip(keys, valued["value"].astype(float), strict=True))
        self.datasets = dict(zip(keys, valued["dataset"], strict=True))
        self.years = sorted({int(year) for measure, year in keys if measure == "population"})

    def sum(self, measure: str, first: int, last: int) -> float | None:
        """Return the sum of a flow over the years after ``first`` up to ``last``; None where one is missing."""
        parts = [self.values.get((measure, year)) for year in range(first + 1, last + 1)]
        return None if None in parts else float(sum(part for part in parts if part is not None))

    def origin(self, first: int, last: int, measures: Sequence[str]) -> tuple[str, ...]:
        """Name the datasets of the stocks at both ends and of the flows in between."""
        keys = [("population", first), ("population", last)]
        keys += [(measure, year) for measure in measures for year in range(first + 1, last + 1)]
        return tuple(dict.fromkeys(self.datasets[key] for key in keys))


def _one(table: _Table, place: Place, first: int, last: int) -> Span | None:
    start, end = table.values.get(("population", first)), table.values.get(("population", last))
    births, deaths, arrivals, departures = (table.sum(measure, first, last) for measure in FLOWS)
    if start is None or end is None or births is None or deaths is None:
        return None
    if crosses_break(place.ags, _year_end(first), _year_end(last)):
        return None
    whole = arrivals is not None and departures is not None
    measures = FLOWS if whole else FLOWS[:2]
    return Span(
        first, last, table.basis, start, end, births, deaths, arrivals if whole else None,
        departures if whole else None, table.origin(first, last, measures),
    )  # fmt: skip


def _year_end(year: int) -> pd.Timestamp:
    return pd.Timestamp(year, 12, 31)


def migration_years(context: Context, place: Place) -> list[int]:
    """Return the years for which in- and out-migration are given."""
    rows = totals(context, place, FLOWS[2:]).dropna(subset=["value"])
    return sorted({int(year) for year in rows["year"]})
