"""Parts of a database that need not be computed again: copied from one built before that rests on the same figures.

The key of a part is the checksum of everything its rows are computed from; the databases that are asked were made by
the same program from the same catalogue and snapshot (``fingerprint``), are whole, and say which keys they hold. What
is not found is computed, so that reuse changes how long a build takes and nothing that it writes.
"""

import hashlib
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from zwk_data.warehouse.connection import reading

log = logging.getLogger(__name__)
# Another release of these may round differently; numba is optional.
COMPUTED_WITH = ("numpy", "pandas", "pyarrow", "duckdb", "scipy", "numba")
HELD = "SELECT key FROM reusable"


@dataclass(frozen=True)
class Copy:
    """One table of a part: the query that reads its rows, in order, from a database that holds the part."""

    table: str
    query: str
    values: Mapping[str, object] = field(default_factory=dict)


class Earlier:
    """The parts that databases built before hold.

    Args:
        files: whole databases of the same program, catalogue and snapshot; the first that holds a part gives it.
    """

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._places: dict[str, Path] = {}
        for path in reversed(files):
            for key in _keys(path):
                self._places[key] = path

    def give(self, connection: duckdb.DuckDBPyConnection, key: str, copies: Iterable[Copy]) -> bool:
        """Copy a part into the database being built; tell whether one of the files held it.

        Args:
            connection: the database being built.
            key: of the part.
            copies: its tables. All are read before the first is written: there is no half of a part.
        """
        path = self._places.get(key)
        if path is None:
            return False
        try:
            with closing(reading(path)) as there:
                found = [(one.table, there.execute(one.query, dict(one.values)).to_arrow_table()) for one in copies]
        except (duckdb.Error, OSError):  # deleted in the meantime by a newer build
            log.warning("%s cannot be read: the part is computed again", path.name, exc_info=True)
            return False
        for table, rows in found:
            connection.register("reused", rows)
            connection.execute(f"INSERT INTO {table} SELECT * FROM reused")
            connection.unregister("reused")
        return True


def note(connection: duckdb.DuckDBPyConnection, key: str) -> None:
    """Write down that the database holds a part; after its last row, computed or copied."""
    connection.execute("INSERT OR IGNORE INTO reusable VALUES (?)", [key])


def key_of(part: str, *inputs: str) -> str:
    """Return the key of a part: its name, what it is computed from (as text or checksum) and what with."""
    digest = hashlib.sha256()
    for text in (part, *inputs, *_tools()):
        told = text.encode()
        digest.update(f"{len(told)}:".encode() + told)
    return digest.hexdigest()


def digest_of(frame: pd.DataFrame) -> str:
    """Return the checksum of a table: names, types, words and every bit of the numbers, in the order of the rows."""
    digest = hashlib.sha256(f"{len(frame)}".encode())
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            digest.update(repr((name, list(column.cat.categories))).encode())
            values = column.cat.codes.to_numpy()
        else:
            values = column.to_numpy()
        if values.dtype == object:
            digest.update(repr((name, values.tolist())).encode())
        else:
            digest.update(f"{name} {values.dtype}".encode() + np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _keys(path: Path) -> list[str]:
    try:
        with closing(reading(path)) as there:
            return [str(key) for (key,) in there.execute(HELD).fetchall()]
    except (duckdb.Error, OSError):
        return []


@cache
def _tools() -> tuple[str, ...]:
    return (sys.version, *(f"{name} {_version(name)}" for name in COMPUTED_WITH))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
