"""Figures that follow from observed ones by addition alone; each is marked ``computed`` and names its dataset."""

from collections.abc import Sequence

import duckdb

from zwk_data.catalog.tidy import MEASURES

ADDED_UP = tuple(sorted(measure for measure, unit in MEASURES.items() if unit in ("persons", "km2")))

# Wartburgkreis: the sum with Eisenach, for every figure that both have (Eurostat still lists both on 1 January 2022).
# Where one part has no value there is no sum either; it takes the reason of the part that lacks it, secrecy first.
MERGE_EISENACH = f"""
UPDATE current_observation AS w
SET value = w.value + e.value, status = CASE
    WHEN w.value + e.value IS NOT NULL THEN 'computed'
    WHEN 'secret' IN (w.status, e.status) THEN 'secret'
    WHEN w.value IS NULL THEN w.status ELSE e.status END
FROM current_observation AS e
WHERE w.ags = '16063' AND e.ags = '16056'
  AND (w.dataset, w.measure, w.reference_date, w.sex, w.age_set, w.age_from, w.basis)
    = (e.dataset, e.measure, e.reference_date, e.sex, e.age_set, e.age_from, e.basis)
  AND w.age_to IS NOT DISTINCT FROM e.age_to AND w.measure IN {ADDED_UP}
"""

# A median age, a rate or a density cannot be added: that of the Wartburgkreis without Eisenach is of another territory.
RATES_WITHOUT_EISENACH = f"""
UPDATE current_observation AS w SET value = NULL, status = 'not_available'
FROM current_observation AS e
WHERE w.ags = '16063' AND e.ags = '16056' AND e.value IS NOT NULL
  AND (w.dataset, w.measure, w.reference_date, w.sex, w.age_set, w.age_from, w.basis)
    = (e.dataset, e.measure, e.reference_date, e.sex, e.age_set, e.age_from, e.basis)
  AND w.age_to IS NOT DISTINCT FROM e.age_to AND w.measure NOT IN {ADDED_UP}
"""

# 31 December 2022 exists by Gemeinde only: Kreise, Länder and Germany are the sums. A missing part leaves no sum.
# Rounded far below the last printed digit, so that the order of adding areas changes nothing.
SUM_GEMEINDEN = """
INSERT INTO current_observation
WITH parts AS (
    SELECT o.*, p.level, p.kreis, p.land, p.is_own_gemeinde
    FROM current_observation o JOIN place p USING (ags)
    WHERE o.dataset = 'gvisys_2022' AND o.measure = 'population'
      AND (p.level = 'gemeinde' OR p.is_own_gemeinde)
), sums AS (
    SELECT measure, kreis AS ags, reference_date, sex, basis, sum(value) AS value, count(*) = count(value) AS whole
    FROM parts WHERE NOT is_own_gemeinde GROUP BY ALL
    UNION ALL
    SELECT measure, land, reference_date, sex, basis, sum(value), count(*) = count(value) FROM parts GROUP BY ALL
    UNION ALL
    SELECT measure, 'DG', reference_date, sex, basis, sum(value), count(*) = count(value) FROM parts GROUP BY ALL
)
SELECT 'computed_kreis_sums', measure, ags, reference_date, sex, 'total', 0, NULL, basis, round(value, 6), 'computed'
FROM sums WHERE whole
"""

# Residual of the balance: P(t) − P(t−1) − births + deaths, inside one census basis, never over a change of territory.
# Deaths from the file of yearly totals; where a correction leaves one out, from the file by age and sex.
RESIDUALS = """
INSERT INTO current_observation
WITH flow AS (
    SELECT measure, ags, reference_date, basis, value, status FROM current_observation
    WHERE sex = 't' AND age_set = 'total' AND dataset = CASE measure
        WHEN 'population' THEN 'eurostat_demo_r_pjangrp3'
        WHEN 'live_births' THEN 'eurostat_demo_r_births' END
), stock AS (SELECT * FROM flow WHERE measure = 'population'
), death AS (
    SELECT ags, reference_date,
           coalesce(any_value(value) FILTER (dataset = 'eurostat_demo_r_deaths'), any_value(value)) AS value
    FROM current_observation
    WHERE measure = 'deaths' AND sex = 't' AND age_set = 'total'
      AND dataset IN ('eurostat_demo_r_deaths', 'eurostat_demo_r_magec3')
    GROUP BY ALL)
SELECT 'computed_net_migration_residual', 'net_migration_residual', now.ags, now.reference_date, 't', 'total', 0, NULL,
       now.basis, now.value - earlier.value - b.value + d.value, 'computed'
FROM stock now
JOIN stock earlier ON earlier.ags = now.ags AND earlier.basis = now.basis
 AND earlier.reference_date = now.reference_date - INTERVAL 1 YEAR
JOIN flow b ON b.measure = 'live_births' AND b.ags = now.ags AND b.reference_date = now.reference_date
JOIN death d ON d.ags = now.ags AND d.reference_date = now.reference_date
WHERE now.value - earlier.value - b.value + d.value IS NOT NULL
  AND (now.ags, now.reference_date) NOT IN (SELECT ags, reference_date FROM territory_change)
"""


def derive(connection: duckdb.DuckDBPyConnection, territory_changes: Sequence[tuple[str, str]]) -> None:
    """Add the derived figures to ``current_observation``.

    Args:
        connection: the database being built.
        territory_changes: (key, last day of the year) in which a Kreis changed its territory.
    """
    connection.execute("CREATE TEMP TABLE territory_change (ags VARCHAR, reference_date DATE)")
    connection.executemany("INSERT INTO territory_change VALUES (?, ?)", [("", "1900-01-01"), *territory_changes])
    for statement in (MERGE_EISENACH, RATES_WITHOUT_EISENACH, SUM_GEMEINDEN, RESIDUALS):
        connection.execute(statement)
    connection.execute("DROP TABLE territory_change")
