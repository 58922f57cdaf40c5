"""Questions about the database itself: which dataset gives which indicator where, age groups, refused downloads."""

from pathlib import Path

import pandas as pd

from zwk_data.warehouse.paths import archive_folder
from zwk_data.warehouse.queries import Statistics

SUPPLY = """
SELECT indicator, level, dataset, min(reference_date) AS first_date, max(reference_date) AS last_date,
       count(DISTINCT ags)::INTEGER AS places
FROM (
    SELECT v.indicator, v.ags, v.reference_date, p.level, unnest(string_split(v.datasets, ';')) AS dataset
    FROM indicator_value v JOIN place p USING (ags) WHERE v.value IS NOT NULL AND p.current
)
WHERE dataset <> ''
GROUP BY ALL ORDER BY ALL
"""

AGE_GROUPS = """
SELECT dataset, measure, age_set, age_from, age_to, min(reference_date) AS first_date, max(reference_date) AS last_date
FROM current_observation WHERE age_set NOT IN ('total', 'single')
GROUP BY ALL ORDER BY dataset, measure, age_set, age_from, age_to
"""

SINGLE_AGES = """
SELECT dataset, measure, min(age_from) AS age_from, max(age_from) AS age_to, min(reference_date) AS first_date,
       max(reference_date) AS last_date
FROM current_observation WHERE age_set = 'single' GROUP BY ALL ORDER BY ALL
"""


def supply(statistics: Statistics) -> pd.DataFrame:
    """Return which dataset gives which indicator for which level: first_date, last_date, places with a value."""
    return statistics.frame(SUPPLY)


def age_groups(statistics: Statistics) -> pd.DataFrame:
    """Return the age groups of each dataset and measure (limits inclusive, an open group without age_to)."""
    return statistics.frame(AGE_GROUPS)


def single_ages(statistics: Statistics) -> pd.DataFrame:
    """Return the datasets by single age with the youngest and the oldest age."""
    return statistics.frame(SINGLE_AGES)


def refused_downloads(archive: Path | None = None) -> dict[str, str]:
    """Return why the newest download of a dataset was not taken over, by dataset; empty where all is well."""
    found: dict[str, str] = {}
    for refused in sorted((archive or archive_folder()).glob("loads/*/*.refused")):
        newer = [path for path in refused.parent.glob("[0-9]*.json") if path.stem > refused.stem]
        reason = refused.with_suffix(".reason.txt")
        found.pop(refused.parent.name, None)
        if not newer:
            found[refused.parent.name] = reason.read_text(encoding="utf-8") if reason.exists() else ""
    return found
