"""Questions about the database itself: which dataset gives which indicator where, age groups, refused downloads."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zwk_data.warehouse.paths import archive_folder
from zwk_data.warehouse.queries import Statistics

SUPPLY = """
SELECT indicator, level, dataset, min(reference_date) AS first_date, max(reference_date) AS last_date,
       count(DISTINCT ags)::INTEGER AS places
FROM (
    SELECT v.indicator, v.ags, v.reference_date, p.level, unnest(string_split(v.datasets, ';')) AS dataset
    FROM indicator_value v JOIN place p USING (ags) WHERE v.value IS NOT NULL AND p.current AND v.basis <> 'register'
)
WHERE dataset <> ''
GROUP BY ALL ORDER BY ALL
"""

AGE_GROUPS = """
SELECT dataset, measure, age_set, age_from, age_to, min(reference_date) AS first_date, max(reference_date) AS last_date
FROM current_observation WHERE age_set NOT IN ('total', 'single') AND basis <> 'register'
GROUP BY ALL ORDER BY dataset, measure, age_set, age_from, age_to
"""

SINGLE_AGES = """
SELECT dataset, measure, min(age_from) AS age_from, max(age_from) AS age_to, min(reference_date) AS first_date,
       max(reference_date) AS last_date
FROM current_observation WHERE age_set = 'single' AND basis <> 'register' GROUP BY ALL ORDER BY ALL
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


@dataclass(frozen=True)
class Ended:
    """How the last attempt to refresh a dataset ended; ``at`` in ISO 8601 (UTC)."""

    at: str
    ok: bool
    reason_de: str = ""


def attempts(archive: Path | None = None) -> dict[str, Ended]:
    """Return how the last attempt of each dataset ended, by dataset; one that cannot be read is left out."""
    found = {}
    for path in sorted(((archive or archive_folder()) / "attempts").glob("*.json")):
        with suppress(OSError, ValueError, TypeError, KeyError):
            note = json.loads(path.read_text("utf-8"))
            found[path.stem] = Ended(str(note["at"]), bool(note["ok"]), str(note["reason_de"]))
    return found


def attempts_mark(archive: Path | None = None) -> str:
    """Return a short word that is another one after every attempt."""
    folder = (archive or archive_folder()) / "attempts"
    with suppress(OSError):
        return format(max((path.stat().st_mtime_ns for path in folder.glob("*.json")), default=0), "x")
    return "0"
