"""Rows of the tidy form: the one way by which a parser turns what it read into an Arrow table."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from zwk_data.catalog.tidy import KEY, OBSERVATION

AgeGroup = tuple[str, int, int | None]  # age_set, age_from, age_to (both inclusive, None = open)
TOTAL: AgeGroup = ("total", 0, None)
DROPPED = b"dropped"  # key of the table's metadata: reason -> number of places or cells left out


class FormatError(ValueError):
    """A file does not have the layout its parser was written for."""


class Row(NamedTuple):
    """One observation, in the order of ``OBSERVATION``."""

    dataset: str
    measure: str
    ags: str
    reference_date: date
    sex: str
    age_set: str
    age_from: int
    age_to: int | None
    basis: str
    value: float | None
    status: str = "ok"


def to_table(rows: Iterable[Row], dropped: Mapping[str, int] | None = None) -> pa.Table:
    """Return the rows as a table of ``OBSERVATION``, sorted by ``KEY``; ``dropped`` goes into its metadata."""
    columns = list(zip(*rows, strict=True)) or [()] * len(OBSERVATION)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, OBSERVATION, strict=True)]
    counts = {reason: number for reason, number in sorted((dropped or Counter()).items()) if number}
    schema = OBSERVATION.with_metadata({DROPPED: json.dumps(counts).encode()})
    return sort(pa.Table.from_arrays(arrays, schema=schema))


def sort(table: pa.Table) -> pa.Table:
    """Return the table in the order of ``KEY`` (open groups last)."""
    return table.sort_by([(name, "ascending") for name in KEY])


def dropped_of(table: pa.Table) -> dict[str, int]:
    """Return what the parser left out, by reason."""
    found: dict[str, int] = json.loads((table.schema.metadata or {}).get(DROPPED, b"{}"))
    return found


def canonical(ags: str) -> str:
    """Return the canonical key of an 8-digit key: a Gemeinde numbered 000 is its Kreis (15001000 -> 15001)."""
    return ags[:5] if ags.endswith("000") else ags


def year_end(year: int | str) -> date:
    """Return 31 December of the year."""
    return date(int(year), 12, 31)
