"""Archived downloads as loads: parsed again by today's parser whenever a database is built."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa


def archived_loads(archive: Path, ags_of: Mapping[str, str]) -> Iterator[tuple[tuple[object, ...], pa.Table]]:
    """Yield each accepted download as a load and its rows, oldest first."""
    yield from ()
