"""Checks that are part of every build: a database that fails one is not published.

Each check is a query that returns the offending rows; none returns anything in a sound database.
"""

import duckdb

from zwk_data.catalog.tidy import MAY_BE_NEGATIVE, STATUSES_WITH_VALUE

KEYS_UNIQUE = """
SELECT dataset, measure, ags, reference_date, sex, age_set, age_from, count(*)
FROM current_observation
GROUP BY ALL HAVING count(*) > 1
"""

VALUE_FITS_STATUS = f"""
SELECT dataset, measure, ags, reference_date, status, value FROM current_observation
WHERE (value IS NULL) = (status IN {STATUSES_WITH_VALUE})
   OR (value < 0 AND measure NOT IN {tuple(sorted(MAY_BE_NEGATIVE))})
"""

PLACES_KNOWN = """
SELECT DISTINCT dataset, ags FROM current_observation WHERE ags NOT IN (SELECT ags FROM place)
"""

SEXES_SUM = """
SELECT dataset, measure, ags, reference_date, age_set, age_from, t, m + f FROM (
    SELECT dataset, measure, ags, reference_date, age_set, age_from, basis,
           max(value) FILTER (sex = 't') AS t, max(value) FILTER (sex = 'm') AS m, max(value) FILTER (sex = 'f') AS f
    FROM current_observation
    WHERE measure IN ('population', 'live_births', 'deaths', 'in_migration', 'out_migration')
      AND dataset <> 'zensus_1000a_0000'
    GROUP BY ALL)
WHERE abs(t - m - f) > 0.5
"""

AGES_SUM = """
SELECT g.dataset, g.measure, g.ags, g.reference_date, g.sex, g.age_set, g.value, t.value FROM (
    SELECT dataset, measure, ags, reference_date, sex, basis, age_set, sum(value) AS value
    FROM current_observation
    WHERE age_set <> 'total' AND measure IN ('population', 'deaths', 'in_migration', 'out_migration')
    GROUP BY ALL HAVING count(*) = count(value)) g
JOIN current_observation t USING (dataset, measure, ags, reference_date, sex, basis)
WHERE t.age_set = 'total' AND abs(g.value - t.value) > 0.5
"""

KREISE_TO_LAENDER = """
SELECT o.dataset, p.land, o.reference_date, o.sex, o.age_set, o.age_from, sum(o.value), any_value(l.value)
FROM current_observation o JOIN place p ON p.ags = o.ags AND p.level = 'kreis'
JOIN current_observation l ON l.ags = p.land AND l.dataset = o.dataset AND l.measure = o.measure
 AND l.reference_date = o.reference_date AND l.sex = o.sex AND l.age_set = o.age_set AND l.age_from = o.age_from
WHERE o.measure = 'population' AND o.dataset IN ('eurostat_demo_r_pjangrp3', 'regio_12411_02_03_4')
  AND p.current
GROUP BY ALL HAVING count(*) = count(o.value) AND abs(sum(o.value) - any_value(l.value)) > 0.5
"""

# One person of tolerance: Eurostat's own Germany differs by one from its Länder in two groups of 31 December 2017.
LAENDER_TO_GERMANY = """
SELECT o.dataset, o.measure, o.reference_date, o.sex, o.age_set, o.age_from, sum(o.value), any_value(d.value)
FROM current_observation o
JOIN current_observation d ON d.ags = 'DG' AND d.dataset = o.dataset AND d.measure = o.measure
 AND d.reference_date = o.reference_date AND d.sex = o.sex AND d.age_set = o.age_set AND d.age_from = o.age_from
WHERE length(o.ags) = 2 AND o.ags <> 'DG' AND o.measure = 'population'
  AND o.dataset IN ('eurostat_demo_r_pjangrp3', 'regio_12411_02_03_4')
GROUP BY ALL HAVING count(*) <> 16 OR (count(o.value) = 16 AND abs(sum(o.value) - any_value(d.value)) > 1)
"""

# Gemeinden against the Kreis of another file of the same date, basis and source family (the register of Gemeinden
# carries the same Fortschreibung as Eurostat's 1 January).
GEMEINDEN_TO_KREISE = """
SELECT g.dataset, p.kreis, g.reference_date, g.sex, sum(g.value), any_value(k.value)
FROM current_observation g JOIN place p ON p.ags = g.ags
JOIN current_observation k ON k.ags = p.kreis AND k.dataset = 'eurostat_demo_r_pjangrp3' AND k.measure = 'population'
 AND k.reference_date = g.reference_date AND k.sex = g.sex AND k.age_set = 'total' AND k.basis = g.basis
WHERE g.measure = 'population' AND g.dataset IN ('eurostat_lau_2019', 'gvisys_2019') AND g.age_set = 'total'
  AND k.status <> 'computed'
GROUP BY ALL HAVING count(*) = count(g.value) AND abs(sum(g.value) - any_value(k.value)) > 0.5
"""

KREISE_COMPLETE = """
SELECT dataset, reference_date, sex, age_set, age_from, count(*) FROM current_observation o
JOIN place p ON p.ags = o.ags AND p.level = 'kreis' AND p.current
WHERE measure = 'population' AND dataset IN ('eurostat_demo_r_pjangrp3', 'regio_12411_02_03_4')
GROUP BY ALL HAVING count(*) <> 400
"""

CHECKS = {
    "Schlüssel doppelt": KEYS_UNIQUE,
    "Wert und Status widersprechen sich": VALUE_FITS_STATUS,
    "Ort nicht im Verzeichnis": PLACES_KNOWN,
    "Geschlechter ergeben nicht die Summe": SEXES_SUM,
    "Altersgruppen ergeben nicht die Summe": AGES_SUM,
    "Kreise ergeben nicht das Land": KREISE_TO_LAENDER,
    "Länder ergeben nicht Deutschland": LAENDER_TO_GERMANY,
    "Gemeinden ergeben nicht den Kreis": GEMEINDEN_TO_KREISE,
    "Kreise unvollständig": KREISE_COMPLETE,
}


class CheckFailed(ValueError):
    """The figures contradict themselves; the message names the check and the first offending rows."""


def run_checks(connection: duckdb.DuckDBPyConnection) -> None:
    """Run every check on the database being built.

    Raises:
        CheckFailed: with all failed checks, up to five rows each.
    """
    failures = []
    for name, query in CHECKS.items():
        rows = connection.execute(query).fetchall()
        if rows:
            failures.append(f"{name} ({len(rows)}): " + "; ".join(str(row) for row in rows[:5]))
    if failures:
        raise CheckFailed("\n".join(failures))
