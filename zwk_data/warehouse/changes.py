"""What one load changed against another: every changed value, named by its kind.

Each key of the tidy form is looked at once. In this order:

- ``territory``: the place stands in one of the two loads only, or a value was revised (or came or went as a row)
  where a registered change of territory lies.
- ``new_period``: the reference date (or the date of this measure) stands in the newer load only.
- ``definition``: the same date, but measured otherwise: another census basis, age group, sex or measure.
- ``supplied``: was missing, secret or not there before. ``withdrawn``: is gone, secret or missing now.
- ``revision``: another figure than before. ``mark``: the same figure (or still none) with another status.

A date before the first one of the newer load was not asked for again; it stays in force and is no change.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from zwk_data.catalog import Break
from zwk_data.warehouse.connection import Connection, working

Rows: TypeAlias = "pa.Table | Path"  # observations as a table or as a Parquet file
CLASSES = ("new_period", "revision", "supplied", "withdrawn", "territory", "definition", "mark")
CLASSES_DE = {
    "new_period": "neuer Zeitraum", "revision": "Revision", "supplied": "nachgeliefert", "withdrawn": "zurückgezogen",
    "territory": "anderer Gebietsstand", "definition": "andere Abgrenzung", "mark": "nur Kennzeichnung",
}  # fmt: skip
AREA_SHARE = 0.01  # of the area: a smaller difference is a correction of the survey, not another territory
TERRITORY = pa.schema([("ags", pa.string()), ("after", pa.date32()), ("until", pa.date32())])

COMPARED = """
WITH joined AS (
    SELECT coalesce(n.measure, o.measure) AS measure, coalesce(n.ags, o.ags) AS ags,
           coalesce(n.reference_date, o.reference_date) AS reference_date, coalesce(n.sex, o.sex) AS sex,
           coalesce(n.age_set, o.age_set) AS age_set, coalesce(n.age_from, o.age_from) AS age_from,
           coalesce(n.age_to, o.age_to) AS age_to, coalesce(n.basis, o.basis) AS basis,
           o.value AS old_value, n.value AS new_value, o.status AS old_status, n.status AS new_status
    FROM old_load o FULL JOIN new_load n
      ON o.ags = n.ags AND o.reference_date = n.reference_date AND o.measure = n.measure AND o.sex = n.sex
     AND o.age_set = n.age_set AND o.age_from = n.age_from AND coalesce(o.age_to, -1) = coalesce(n.age_to, -1)
     AND o.basis = n.basis
)
SELECT * FROM joined
WHERE (old_value IS DISTINCT FROM new_value OR (old_status <> new_status))
  AND reference_date >= (SELECT min(reference_date) FROM new_load)
"""

# What each load knows besides single cells; sized by dates and groups, not by places.
KNOWN = """
CREATE TEMP TABLE {side}_place AS SELECT DISTINCT ags FROM {side}_load;
CREATE TEMP TABLE {side}_date AS SELECT DISTINCT reference_date FROM {side}_load;
CREATE TEMP TABLE {side}_measure AS SELECT DISTINCT measure, reference_date FROM {side}_load;
CREATE TEMP TABLE {side}_group AS
    SELECT DISTINCT reference_date, measure, sex, age_set, age_from, coalesce(age_to, -1) AS age_to, basis
    FROM {side}_load;
"""

# Cells that only one load has, at a date both have. ``apart``: the other load does not know this group (of age, sex,
# measure and basis) at that date, and knows the same ages by another name then, or the group at no date at all.
ALONE = """
CREATE TEMP TABLE alone AS
SELECT row_number() OVER () AS id, c.*, old_status IS NULL AS came, coalesce(age_to, 32767) AS up_to, {apart} AS apart
FROM changed c
WHERE (old_status IS NULL OR new_status IS NULL)
  AND reference_date IN (FROM old_date) AND reference_date IN (FROM new_date)
"""
APART = """(NOT EXISTS (FROM {other}_group g WHERE g.reference_date = c.reference_date AND g.measure = c.measure
    AND g.sex = c.sex AND g.age_set = c.age_set AND g.age_from = c.age_from AND g.age_to = coalesce(c.age_to, -1)
    AND g.basis = c.basis)
  AND (EXISTS (FROM {other}_group g WHERE g.reference_date = c.reference_date AND g.measure = c.measure
         AND g.sex = c.sex AND g.age_from = c.age_from AND g.age_to = coalesce(c.age_to, -1))
    OR NOT EXISTS (FROM {other}_group g WHERE g.measure = c.measure AND g.sex = c.sex AND g.age_set = c.age_set
         AND g.age_from = c.age_from AND g.age_to = coalesce(c.age_to, -1) AND g.basis = c.basis)))"""

# Besides ``apart``: at the same place one cell took the place of another. Either the same ages stand on another basis
# or in another grid now, or the place's whole grid was exchanged, or ages that overlap came as a group of another kind.
REDEFINED = """
CREATE TEMP TABLE redefined AS
SELECT DISTINCT id FROM (
    SELECT id FROM alone WHERE apart
    UNION ALL
    SELECT a.id FROM alone a JOIN alone b ON a.came <> b.came AND a.ags = b.ags AND a.sex = b.sex
        AND a.reference_date = b.reference_date AND a.measure = b.measure
    WHERE NOT a.apart AND ((a.age_from = b.age_from AND a.up_to = b.up_to)
       OR (b.apart AND a.basis = b.basis AND a.age_set <> 'total' AND b.age_set <> 'total'
           AND a.age_from <= b.up_to AND b.age_from <= a.up_to))
    UNION ALL
    SELECT a.id FROM alone a JOIN alone b ON a.came <> b.came AND a.ags = b.ags AND a.sex = b.sex
        AND a.reference_date = b.reference_date AND a.measure = b.measure AND a.age_set <> b.age_set
    WHERE NOT a.apart AND a.age_set <> 'total' AND b.age_set <> 'total'
      AND NOT EXISTS (FROM grids g WHERE g.ags = a.ags AND g.reference_date = a.reference_date
        AND g.measure = a.measure AND g.sex = a.sex AND g.age_set = a.age_set AND g.new <> a.came)
      AND NOT EXISTS (FROM grids g WHERE g.ags = a.ags AND g.reference_date = a.reference_date
        AND g.measure = a.measure AND g.sex = a.sex AND g.age_set = b.age_set AND g.new = a.came)
)
"""
GRIDS = """
CREATE TEMP TABLE grids AS
SELECT DISTINCT l.ags, l.reference_date, l.measure, l.sex, l.age_set, l.new
FROM (SELECT ags, reference_date, measure, sex, age_set, false AS new FROM old_load
      UNION ALL SELECT ags, reference_date, measure, sex, age_set, true AS new FROM new_load) l
SEMI JOIN alone a ON l.ags = a.ags AND l.reference_date = a.reference_date AND l.measure = a.measure AND l.sex = a.sex
"""

CLASSIFIED = """
WITH c AS (
    SELECT c.*, old_status IS NULL AS came, new_status IS NULL AS went,
           EXISTS (FROM territory t WHERE t.ags = c.ags AND t.after < c.reference_date
                   AND c.reference_date <= t.until) AS moved,
           EXISTS (FROM alone a JOIN redefined USING (id) WHERE a.ags = c.ags AND a.measure = c.measure
                   AND a.reference_date = c.reference_date AND a.sex = c.sex AND a.age_set = c.age_set
                   AND a.age_from = c.age_from AND a.up_to = coalesce(c.age_to, 32767) AND a.basis = c.basis)
               AS otherwise
    FROM changed c
)
SELECT CASE
    WHEN came AND ags NOT IN (FROM old_place) THEN 'territory'
    WHEN went AND ags NOT IN (FROM new_place) THEN 'territory'
    WHEN came AND (reference_date NOT IN (FROM old_date) OR (
        measure IN (SELECT measure FROM old_measure) AND (measure, reference_date) NOT IN (FROM old_measure)))
        THEN 'new_period'
    WHEN otherwise THEN 'definition'
    WHEN moved AND (came OR went OR (old_value IS NOT NULL AND new_value IS NOT NULL AND old_value <> new_value))
        THEN 'territory'
    WHEN old_value IS NULL AND new_value IS NOT NULL THEN 'supplied'
    WHEN old_value IS NOT NULL AND new_value IS NULL THEN 'withdrawn'
    WHEN old_value IS DISTINCT FROM new_value THEN 'revision'
    ELSE 'mark' END AS class,
    measure, ags, reference_date, sex, age_set, age_from, age_to, basis, old_value, new_value, old_status, new_status,
    new_value - old_value AS size,
    CASE WHEN old_value <> 0 THEN 100 * (new_value - old_value) / abs(old_value) END AS percent
FROM c
ORDER BY class, measure, ags, reference_date, sex, age_set, age_from, age_to, basis
"""


@dataclass(frozen=True)
class Territory:
    """A change of a place's territory: it concerns reference dates after ``after``, up to ``until``."""

    ags: str
    after: date
    until: date


def changes(old: Rows, new: Rows, territory: Collection[Territory] = ()) -> pa.Table:
    """Return every changed value between two loads of one dataset.

    Args:
        old: observations of the earlier load (``OBSERVATION``, a table or a Parquet file; the column dataset is not
            looked at).
        new: observations of the later one.
        territory: registered changes of territory; those that show in the areas of the two loads are added.

    Returns:
        class, measure, ags, reference_date, sex, age_set, age_from, age_to, basis, old_value, new_value, old_status,
        new_status (null where the load has no such row), size (new less old, in the unit of the measure) and percent
        (of the old value; null where that is 0), sorted by class and key.
    """
    with working() as connection:
        _look_at(connection, "old_load", old)
        _look_at(connection, "new_load", new)
        moved = [*territory, *_other_areas(connection)]
        connection.register("territory", pa.Table.from_pylist([vars(one) for one in moved], schema=TERRITORY))
        connection.execute(f"CREATE TEMP TABLE changed AS {COMPARED}")
        for side in ("old", "new"):
            connection.execute(KNOWN.format(side=side))
        apart = f"CASE WHEN old_status IS NULL THEN {APART.format(other='old')} ELSE {APART.format(other='new')} END"
        connection.execute(ALONE.format(apart=apart))
        connection.execute(GRIDS)
        connection.execute(REDEFINED)
        found: pa.Table = connection.execute(CLASSIFIED).to_arrow_table()
    return found


def _look_at(connection: Connection, name: str, rows: Rows) -> None:
    """Give a load a name in the database; nothing is copied."""
    if isinstance(rows, Path):
        connection.read_parquet(str(rows)).create_view(name)
    else:
        connection.register(name, rows.replace_schema_metadata())


AREAS = """
SELECT DISTINCT n.ags, year(n.reference_date) FROM old_load o JOIN new_load n
  ON o.ags = n.ags AND o.reference_date = n.reference_date AND o.measure = 'area_km2' AND n.measure = 'area_km2'
WHERE abs(n.value - o.value) >= ? * o.value
"""


def _other_areas(connection: Connection) -> list[Territory]:
    """Return places whose area at one date differs between the two loads by a hundredth or more."""
    found = connection.execute(AREAS, [AREA_SHARE]).fetchall()
    return [Territory(ags, date(year - 1, 12, 31), date(year, 12, 31)) for ags, year in found]


def registered(breaks: Iterable[Break]) -> list[Territory]:
    """Return the territorial changes among registered breaks: those with places and without another census basis.

    Each lies on the reference dates of the calendar year of its first date.
    """
    return [
        Territory(ags, date(entry.first_date.year - 1, 12, 31), date(entry.first_date.year, 12, 31))
        for entry in breaks
        if not entry.basis_before and not entry.basis_after
        for ags in entry.scope
    ]


def between_areas(rows: Iterable[Mapping[str, Any]]) -> list[Territory]:
    """Return places whose area changed by a hundredth or more from one date to the next.

    Args:
        rows: ags, reference_date (a date) and area_km2, sorted by place and date.
    """
    found, last = [], ("", date.min, 0.0)
    for row in rows:
        ags, day, area = str(row["ags"]), row["reference_date"], float(row["area_km2"])
        if ags == last[0] and abs(area - last[2]) >= AREA_SHARE * last[2]:
            found.append(Territory(ags, last[1], date(day.year, 12, 31)))
        last = (ags, day, area)
    return found


# --- in short --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClassSummary:
    """How many values of one class changed, and those that changed most (rows of ``changes`` as plain values)."""

    name: str
    count: int
    biggest: tuple[dict[str, Any], ...]


def summary(table: pa.Table, biggest: int = 5) -> list[ClassSummary]:
    """Return the classes that occur, in the order of ``CLASSES``, each with its biggest changes.

    Biggest by size; where there is none (a value came or went) by the value itself.
    """
    with working() as connection:
        connection.register("changes", table)
        counts = dict(connection.execute("SELECT class, count(*) FROM changes GROUP BY ALL").fetchall())
        top = connection.execute(
            "SELECT * FROM changes QUALIFY row_number() OVER (PARTITION BY class ORDER BY"
            " coalesce(abs(size), abs(new_value), abs(old_value), 0) DESC, measure, ags, reference_date, sex, age_set,"
            " age_from, age_to, basis) <= ?", [biggest],
        ).to_arrow_table().to_pylist()  # fmt: skip
    top.sort(key=lambda row: -abs(row["size"] or row["new_value"] or row["old_value"] or 0))
    return [
        ClassSummary(name, counts[name], tuple(row for row in top if row["class"] == name))
        for name in CLASSES if name in counts
    ]  # fmt: skip


def not_repeated(old: Rows, new: Rows) -> list[date]:
    """Return the dates of the older load before the first one of the newer: they were not delivered again."""
    with working() as connection:
        _look_at(connection, "old_load", old)
        _look_at(connection, "new_load", new)
        days = connection.execute(
            "SELECT DISTINCT reference_date FROM old_load WHERE reference_date <"
            " (SELECT min(reference_date) FROM new_load) ORDER BY ALL"
        ).fetchall()
    return [day for (day,) in days]
