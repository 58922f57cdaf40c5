"""The files of loads are the append-only store; the database holds what of them is in force.

A load is one row of the table ``load`` and one Parquet file of observations. Only the newest figures of each date go
into the database, straight from the file: memory does not grow with the number or the size of loads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

COLUMNS = (
    "load_id, seq, source, dataset, url, retrieved_at, published_at, sha256, rows, parser_version, accepted_at, unread"
)
LoadRow = tuple[object, ...]  # the values of COLUMNS


@dataclass(frozen=True)
class LoadFile:
    """One load: its row in the table ``load`` and the file with its observations (tidy form).

    ``path`` is None where the figures can no longer be read and newer loads replace them; ``unread`` in the row says
    why, in German.
    """

    row: LoadRow
    path: Path | None

    @property
    def load_id(self) -> str:
        """Its key: dataset and sequence number."""
        return str(self.row[0])


# Which dates a load has, and on which of them a value.
DATES = """
INSERT INTO load_date
SELECT dataset, reference_date, ?, ?, count(value) > 0 FROM read_parquet(?) GROUP BY dataset, reference_date
"""

# The current view takes each reference date of a dataset whole from the newest load that has a value for it: a date is
# never mixed from two loads, a revised date replaces the old one, and a date that a provider no longer gives (or that
# was not asked for again) keeps its last published figures instead of vanishing. The sequence decides, never a clock.
NEWEST = """
SELECT load_id, list(reference_date) FROM (
    SELECT dataset, reference_date, arg_max(load_id, (seen, seq)) AS load_id FROM load_date GROUP BY ALL)
GROUP BY load_id
"""


def take_over(connection: duckdb.DuckDBPyConnection, loads: Sequence[LoadFile]) -> None:
    """Fill ``load`` and ``current_observation`` from the files of all loads.

    Args:
        connection: the database being built.
        loads: in any order; the rows of each file keep theirs.
    """
    connection.execute(
        "CREATE TEMP TABLE load_date (dataset VARCHAR, reference_date DATE, load_id VARCHAR, seq INTEGER, seen BOOLEAN)"
    )
    for load in loads:
        marks = ", ".join("?" * len(load.row))
        connection.execute(f"INSERT INTO load ({COLUMNS}) VALUES ({marks})", list(load.row))
        if load.path is not None:
            connection.execute(DATES, [load.load_id, load.row[1], str(load.path)])
    in_force = dict(connection.execute(NEWEST).fetchall())
    for load in loads:
        if days := in_force.get(load.load_id):
            connection.execute(
                "INSERT INTO current_observation SELECT * FROM read_parquet(?) WHERE reference_date IN ?",
                [str(load.path), days],
            )
    connection.execute("DROP TABLE load_date")
