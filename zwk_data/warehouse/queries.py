"""Questions to the statistical database. Every value is bound; every query has its own cursor.

``Statistics`` is one published generation: it never changes while somebody holds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from zwk_data.catalog import Source, participants, sources
from zwk_data.warehouse.connection import reading
from zwk_data.warehouse.places import GERMANY, Place, Places
from zwk_data.warehouse.publish import Generation

TIMESTAMP = pa.timestamp("us")  # what DuckDB makes of a date for pandas

VALUES = """
SELECT indicator, ags, reference_date, year(reference_date)::INTEGER AS year, basis, numerator, denominator, value,
       status, reason, datasets
FROM indicator_value
WHERE indicator IN ({indicators}) AND ags IN ({places})
ORDER BY indicator, ags, reference_date, basis
"""

LEVEL = """
SELECT ags, numerator, denominator, value, status, reason, datasets
FROM level_value
WHERE indicator = $indicator AND reference_date = $reference_date AND basis = $basis AND level = $level
  AND ($parent = 'DG' OR land = $parent OR kreis = $parent)
ORDER BY ags
"""

LEVEL_SERIES = """
SELECT ags, reference_date, basis, numerator, denominator, value, status, reason, datasets
FROM level_value
WHERE indicator = $indicator AND basis = $basis AND level = $level
  AND ($parent = 'DG' OR land = $parent OR kreis = $parent)
ORDER BY reference_date, ags
"""

DATES = """
SELECT reference_date, basis, count(*) AS places, any_value(datasets) AS datasets
FROM level_value
WHERE indicator = $indicator AND level = $level AND value IS NOT NULL
GROUP BY ALL ORDER BY ALL
"""

# Narrow questions: two or three columns, in the order of the table (which DuckDB keeps), answered as arrays in little
# more than the time one call of the database takes at all.
SERIES = "SELECT reference_date, value FROM indicator_value WHERE indicator = $indicator AND ags = $ags"

MAP = """
SELECT ags, value FROM level_value
WHERE indicator = $indicator AND reference_date = $reference_date AND basis = $basis AND level = $level
"""
MAP_BELOW = {2: MAP + "AND land = $parent", 5: MAP + "AND kreis = $parent"}  # by length of the parent's key

PYRAMID = """
SELECT dataset, sex, age_set, age_from, value FROM current_observation
WHERE measure = $measure AND ags = $ags AND reference_date = $day AND age_set <> 'total'
"""

AGES = """
SELECT dataset, reference_date, basis, sex, age_set, age_from, age_to, value, status
FROM current_observation
WHERE measure = $measure AND ags = $ags AND age_set <> 'total'
ORDER BY reference_date, dataset, sex, age_from
"""
AGES_OF_DAY = AGES.replace("ORDER BY", "AND reference_date = $day\nORDER BY")

TOTALS = """
SELECT dataset, measure, reference_date, basis, sex, value, status
FROM current_observation
WHERE ags = $ags AND age_set = 'total' AND measure IN (SELECT unnest($measures)) AND basis <> 'model'
ORDER BY measure, reference_date, sex, dataset
"""

LONG_LINE = """
SELECT ags, reference_date, year(reference_date)::INTEGER AS year, basis, value, status, dataset AS datasets
FROM current_observation
WHERE measure = 'population' AND sex = 't' AND dataset = $dataset AND ags IN (SELECT unnest($places))
ORDER BY ags, reference_date
"""

AREAS = """
SELECT ags, reference_date, any_value(value) AS area_km2 FROM current_observation
WHERE measure = 'area_km2' AND ags IN (SELECT unnest($places)) AND dataset IN (SELECT unnest($datasets))
GROUP BY ALL ORDER BY ALL
"""

POPULATIONS = """
SELECT ags, arg_max(value, (basis <> 'register', reference_date)) FROM indicator_value
WHERE indicator = 'population_total' AND value IS NOT NULL AND month(reference_date) = 12 GROUP BY ags
"""

# What the build found out for projections; a town's own ages are those of its newest date.
PROJECTION_PLACE = "SELECT * FROM projection_place WHERE ags = $ags"

PROJECTION_CASES = """
SELECT ags, land, size_class, origin, lead, births, deaths, moves[1] AS moves_0, moves[2] AS moves_1,
       moves[3] AS moves_2, moves[4] AS moves_3, moves[5] AS moves_4, moves[6] AS moves_5
FROM projection_case ORDER BY ags, origin, lead
"""

PROJECTION_ERRORS = """
SELECT * FROM projection_error ORDER BY age_group, method, horizon, ags, origin
"""

PROJECTION_COVERAGE = """
SELECT * FROM projection_coverage ORDER BY fold, size_class, age_group, horizon
"""

OWN_AGES = """
SELECT dataset, reference_date, basis, sex, age_set, age_from, age_to, value
FROM current_observation
WHERE ags = $ags AND measure = 'population' AND basis = 'register' AND age_set <> 'total' AND sex IN ('f', 'm')
ORDER BY reference_date DESC, dataset, age_set, sex, age_from
"""


@dataclass(frozen=True)
class OwnSource:
    """A table of figures that a town released itself, as a source; dates of its first and its last figures."""

    dataset: str
    ags: str
    title: str
    source: str
    basis: str
    released_by: str
    released_on: date
    first_date: date
    last_date: date
    saved_at: str


class Statistics:
    """One generation of the statistical database, read only."""

    def __init__(self, path: Path, generation: Generation) -> None:
        self.generation = generation
        self.as_of: date | None = None  # the day whose state was asked for; None for the newest figures
        self._connection, self._owner = reading(path), True

    def dated(self, day: date) -> "Statistics":
        """Return the same figures as the state of a day; they stay open as long as these."""
        other = copy(self)  # on the same connection
        other.__dict__.pop("_english", None)
        other.as_of, other._owner = day, False
        return other

    @contextmanager
    def _asked(self, query: str, values: dict[str, object]) -> Iterator[duckdb.DuckDBPyConnection]:
        """Run one query with bound values on a cursor of its own: sessions ask in several threads at once."""
        cursor = self._connection.cursor()
        try:
            yield cursor.execute(query, values or None)
        finally:
            cursor.close()

    def frame(self, query: str, **values: object) -> pd.DataFrame:
        """Run one query with bound values; dates come as ``datetime64``."""
        with self._asked(query, values) as answer:
            return answer.df()

    def _wide_frame(self, query: str, **values: object) -> pd.DataFrame:
        """Run a query with many texts and no integer that may be missing: the same frame in half the time.

        Arrow hands over texts without making a Python object of each.
        """
        with self._asked(query, values) as answer:
            table = answer.to_arrow_table()
        schema = pa.schema([(f.name, TIMESTAMP if pa.types.is_date(f.type) else f.type) for f in table.schema])
        return table.cast(schema).to_pandas()

    def _arrays(self, query: str, **values: object) -> dict[str, np.ndarray]:
        """Run a query for whole columns; a missing number is NaN."""
        with self._asked(query, values) as answer:
            found = answer.fetchnumpy()
        return {
            name: column.filled(np.nan) if isinstance(column, np.ma.MaskedArray) else np.asarray(column)
            for name, column in found.items()
        }

    def close(self) -> None:
        """Close the connection; one that is shared stays open."""
        if self._owner:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def places(self) -> Places:
        """The register of places, with partner names as the partners write them."""
        rows = self._rows("SELECT * FROM place ORDER BY ags")
        population = {str(ags): float(str(value)) for ags, value in self._rows(POPULATIONS)}
        names = {entry.ags: entry.name for entry in participants().values() if entry.partner and entry.ags}
        return Places(_place(row, names, population) for row in rows)

    def named_in(self, code: str) -> "Statistics":
        """Return the same figures with the places named in a language: only Germany has an English name."""
        return self._english if code == "en" else self

    @cached_property
    def _english(self) -> "Statistics":
        other = copy(self)  # on the same connection
        other.__dict__["places"] = self.places.renamed({GERMANY: "Germany"})
        return other

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with self._asked(query, {}) as answer:
            return answer.fetchall()

    def values(self, indicators: Sequence[str], places: Sequence[str]) -> pd.DataFrame:
        """Return all values of some indicators for some places, ordered by indicator, place and date."""
        one, other = _marked("i", indicators), _marked("p", places)
        return self._wide_frame(VALUES.format(indicators=_marks(one), places=_marks(other)), **one, **other)

    def series(self, indicator: str, ags: str) -> dict[str, np.ndarray]:
        """Return the line of one place: reference_date and value, oldest first."""
        return self._arrays(SERIES, indicator=indicator, ags=ags)

    def map_values(self, indicator: str, level: str, parent: str, day: date, basis: str) -> dict[str, np.ndarray]:
        """Return ags and value of all current places of a level below a parent on one date, sorted by ags."""
        asked = {"indicator": indicator, "level": level, "reference_date": day, "basis": basis}
        if parent == "DG":
            return self._arrays(MAP, **asked)
        return self._arrays(MAP_BELOW[len(parent)], **asked, parent=parent)

    def top(
        self, indicator: str, level: str, parent: str, day: date, basis: str, count: int = 20
    ) -> dict[str, np.ndarray]:
        """Return ags and value of the places with the highest values below a parent, the highest first."""
        found = self.map_values(indicator, level, parent, day, basis)
        order = np.argsort(-found["value"], kind="stable")[:count]
        return {name: column[order] for name, column in found.items()}

    def pyramid(self, ags: str, day: date, measure: str = "population") -> dict[str, np.ndarray]:
        """Return dataset, sex, age_set, age_from and value of one place on one date."""
        return self._arrays(PYRAMID, ags=ags, day=day, measure=measure)

    def level_values(self, indicator: str, level: str, parent: str, day: date, basis: str) -> pd.DataFrame:
        """Return one indicator on one date for all current places of a level below a parent."""
        return self._wide_frame(LEVEL, indicator=indicator, level=level, parent=parent, reference_date=day, basis=basis)

    def level_series(self, indicator: str, level: str, parent: str, basis: str) -> pd.DataFrame:
        """Return one indicator on all dates of one census basis for all current places of a level below a parent."""
        return self._wide_frame(LEVEL_SERIES, indicator=indicator, level=level, parent=parent, basis=basis)

    def dates(self, indicator: str, level: str) -> pd.DataFrame:
        """Return the dates and bases on which a level has values: reference_date, basis, places, datasets."""
        return self.frame(DATES, indicator=indicator, level=level)

    def ages(self, ags: str, measure: str = "population", day: date | None = None) -> pd.DataFrame:
        """Return all age groups of one place and all datasets, on one date or on all."""
        if day is not None:
            return self.frame(AGES_OF_DAY, ags=ags, measure=measure, day=day)
        return self.frame(AGES, ags=ags, measure=measure)

    def totals(self, ags: str, measures: Sequence[str]) -> pd.DataFrame:
        """Return the totals over all ages of some measures for one place, by date, sex and dataset."""
        return self.frame(TOTALS, ags=ags, measures=list(measures))

    def long_line(self, places: Sequence[str], dataset: str = "bbsr_population_1990_2019") -> pd.DataFrame:
        """Return the rounded long series of population totals (hundreds of persons), not for rates."""
        return self.frame(LONG_LINE, places=list(places), dataset=dataset)

    def nuts3(self) -> dict[str, str]:
        """Return the key of each Kreis by its NUTS 3 code."""
        rows = self._rows("SELECT nuts3, ags FROM place WHERE level = 'kreis' AND nuts3 IS NOT NULL ORDER BY ags")
        return {str(nuts3): str(ags) for nuts3, ags in rows}

    def loads(self) -> pd.DataFrame:
        """Return every load, newest of each dataset first."""
        return self.frame("SELECT * FROM load ORDER BY dataset, seq DESC")

    @cached_property
    def newest_loads(self) -> list[dict[str, object]]:
        """The load that the current figures of each dataset come from, as plain values."""
        found: dict[object, dict[str, object]] = {}
        for load in self.every_load:
            found.setdefault(load["dataset"], load)
        return [*found.values()]

    @cached_property
    def every_load(self) -> list[dict[str, object]]:
        """All loads, newest of each dataset first, as plain values."""
        return [{str(key): value for key, value in row.items()} for row in self.loads().to_dict("records")]

    @cached_property
    def with_values(self) -> frozenset[str]:
        """The indicators that have a value for any current Kreis or Gemeinde."""
        query = "SELECT DISTINCT indicator FROM level_value WHERE value IS NOT NULL AND level IN ('kreis', 'gemeinde')"
        return frozenset(str(indicator) for (indicator,) in self._rows(query))

    @cached_property
    def own_sources(self) -> dict[str, OwnSource]:
        """The tables that towns released themselves, by dataset; none in an earlier state of the data."""
        rows = self._rows("SELECT * FROM own_source ORDER BY dataset")
        return {own.dataset: own for own in (OwnSource(*row) for row in rows)}  # type: ignore[arg-type]

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source of these figures: the catalogue's and the towns' own."""
        return {**sources(), **{own.dataset: _as_source(own) for own in self.own_sources.values()}}

    def projection_place(self, ags: str) -> dict[str, Any] | None:
        """Return where a projection of a Kreis starts, a row of ``projection_place``; None where there is none.

        Arrays are those of the table: 101 ages of women, then 101 of men.
        """
        found = self._arrays(PROJECTION_PLACE, ags=ags)
        return {name: column[0] for name, column in found.items()} if len(found["ags"]) else None

    def projection_places(self) -> list[str]:
        """Return the keys of the Kreise that can be projected, sorted."""
        return [str(ags) for (ags,) in self._rows("SELECT ags FROM projection_place ORDER BY ags")]

    def projection_cases(self) -> pd.DataFrame:
        """Return what the projections of the past missed in births, deaths (log factors) and moves by age group.

        Columns: ags, land, size_class, origin, lead, births, deaths, moves_0 to moves_5.
        """
        return self._wide_frame(PROJECTION_CASES)

    def projection_errors(self) -> pd.DataFrame:
        """Return what every projection of the past said and what came, in persons, by place, origin and age group."""
        return self._wide_frame(PROJECTION_ERRORS)

    def projection_coverage(self) -> pd.DataFrame:
        """Return how many of the tested cases lay inside the band, by size class, age group, horizon and fold."""
        return self._wide_frame(PROJECTION_COVERAGE)

    def projection_stretch(self) -> pd.DataFrame:
        """Return by how much the band is stretched to hold four out of five: size_class, age_group, horizon, factor."""
        return self._wide_frame("SELECT * FROM projection_stretch ORDER BY ALL")

    def projection_split(self) -> pd.DataFrame:
        """Return how far groups split to single ages are from known ones: age, groups, error (per cent)."""
        return self._wide_frame("SELECT * FROM projection_split ORDER BY ALL")

    def own_ages(self, ags: str) -> pd.DataFrame:
        """Return a town's or quarter's own population by age and sex, newest date first; empty where it gave none."""
        return self.frame(OWN_AGES, ags=ags)

    def areas(self, places: Sequence[str]) -> pd.DataFrame:
        """Return the areas of some places: ags, reference_date, area_km2."""
        usual = [source.id for source in sources().values() if source.for_indicators]
        return self.frame(AREAS, places=list(places), datasets=usual)

    def coverage(self) -> pd.DataFrame:
        """Return by dataset: first and last reference date, rows, rows without a value."""
        return self.frame(
            "SELECT dataset, min(reference_date) AS first_date, max(reference_date) AS last_date, count(*) AS rows,"
            " count(*) - count(value) AS without_value FROM current_observation GROUP BY ALL ORDER BY dataset"
        )


def _as_source(own: OwnSource) -> Source:
    return Source(
        own.dataset, "Eigene Angaben", "", own.title, own.title, "", "own_data", f"Eigene Angaben: {own.title}",
        own.released_on, priority=1_000,
    )  # fmt: skip


def _place(row: tuple[Any, ...], names: dict[str, str], population: dict[str, float]) -> Place:
    place = Place(*row)
    return replace(place, name=names.get(place.ags, place.name), population=population.get(place.ags, 0.0))


def _marked(letter: str, values: Sequence[str]) -> dict[str, str]:
    """Give each value a name of its own, so that the database may use the sorting of the table for every one."""
    return {f"{letter}{number}": value for number, value in enumerate(values)} or {letter: ""}


def _marks(named: dict[str, str]) -> str:
    return ", ".join(f"${name}" for name in named)
