"""The only place that opens DuckDB. Runs on 1.5 and 2.0: results are fetched whole, each query has its own cursor."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

DatabaseError = duckdb.Error  # for those who may not import duckdb
DataRefused = (duckdb.IntegrityError, duckdb.DataError)  # the figures are at fault, not disk, memory or program
Connection = duckdb.DuckDBPyConnection
STORAGE_VERSION = "v1.5.0"  # refuses a foreign write-ahead log beside the file
ROW_GROUP = 30_720  # rows; a quarter of the default: a question about one place or one map reads that many at least
BULK_ROW_GROUP = 122_880  # DuckDB's own
BUILD_THREADS = 2
BUILD_MEMORY = "128MB"  # of DuckDB alone; what does not fit is put aside on disk
WORKING_MEMORY = "512MB"  # likewise, for two whole loads side by side


@contextmanager
def building(path: Path, *, bulk: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new database for a build; it is checkpointed and closed at the end.

    ``bulk`` is for one large load whose rows may come in any order: DuckDB's own larger row groups, and no sorting of
    what two threads wrote, take two thirds of the time.
    """
    row_group = BULK_ROW_GROUP if bulk else ROW_GROUP
    aside = str(path.with_suffix(".tmp"))  # beside the file, not in the folder the program was started from
    connection = duckdb.connect(
        config={"threads": BUILD_THREADS, "memory_limit": BUILD_MEMORY, "temp_directory": aside}
    )
    try:
        target = str(path).replace("'", "''")
        options = f"STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {row_group}"
        connection.execute(f"ATTACH '{target}' AS zwk ({options})")
        connection.execute("USE zwk")
        connection.execute(f"SET preserve_insertion_order = {not bulk}")
        yield connection
        connection.execute("CHECKPOINT zwk")
        connection.execute("USE memory")
        connection.execute("DETACH zwk")
    finally:
        connection.close()


def reading(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published database for reading only: no file access, no change of settings.

    Use ``.cursor()`` of it for each query; several threads may. One thread a query: the questions of a page are
    small, and sharing one out among threads costs more than it saves.
    """
    config: dict[str, str | int | bool] = {
        "threads": 1, "memory_limit": "512MB", "enable_external_access": False,
        # in here, not by SET: a second connection to the same file shares the instance, which is locked by then
        "lock_configuration": True,
    }  # fmt: skip
    return duckdb.connect(str(path), read_only=True, config=config)  # type: ignore[arg-type,unused-ignore]


@contextmanager
def working() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory for one computation over Arrow tables; what does not fit goes to a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="zwk-") as aside:
        config = {"threads": BUILD_THREADS, "memory_limit": WORKING_MEMORY, "temp_directory": aside}
        connection = duckdb.connect(config=config)  # type: ignore[arg-type,unused-ignore]
        try:
            connection.execute("SET preserve_insertion_order = false")
            yield connection
        finally:
            connection.close()
