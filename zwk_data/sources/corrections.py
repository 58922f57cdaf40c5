"""Known errors of official files: declared in ``corrections.toml``, applied with a guard."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog.declarations import read_toml

GUARD_FIELDS = ("measure", "ags", "reference_date", "sex", "age_set")


class CorrectionError(ValueError):
    """A file no longer holds the recorded wrong figure: the correction must be looked at again."""


def declared(dataset: str) -> bool:
    """Tell whether any correction is declared for a dataset."""
    return any(entry["dataset"] == dataset for entry in read_toml("corrections").values())


def apply(table: pa.Table, dataset: str, *, may_be_repaired: bool = False) -> pa.Table:
    """Return the table with every correction declared for the dataset.

    The only action is to leave out all rows of the measure, the place and the date (all sexes and ages), because the
    figures contradict a better source; nothing is ever replaced by a figure of our own.

    Args:
        table: the parsed file.
        dataset: its id.
        may_be_repaired: the file is a later download: a cell that no longer holds the recorded figure was repaired by
            its provider and stays.

    Raises:
        CorrectionError: the guarded cell does not hold the recorded wrong value.
    """
    for name, entry in read_toml("corrections").items():
        if entry["dataset"] == dataset:
            try:
                table = _leave_out(table, name, entry)
            except CorrectionError:
                if not may_be_repaired:
                    raise
    return table


def _leave_out(table: pa.Table, name: str, entry: Mapping[str, Any]) -> pa.Table:
    scope = _matches(table, entry, ("measure", "ags", "reference_date"))
    found = table.filter(_matches(table, entry, GUARD_FIELDS))["value"].to_pylist()
    if not pc.any(scope).as_py():
        return table  # an excerpt or a newer file without this place and date
    if found != [entry["wrong_value"]]:
        raise CorrectionError(f"corrections.toml, [{name}]: expected {entry['wrong_value']}, the file has {found}")
    return table.filter(pc.invert(scope))


def _matches(table: pa.Table, entry: Mapping[str, Any], fields: tuple[str, ...]) -> pa.ChunkedArray:
    mask = pc.equal(table[fields[0]], pa.scalar(entry[fields[0]], table.schema.field(fields[0]).type))
    for field in fields[1:]:
        mask = pc.and_(mask, pc.equal(table[field], pa.scalar(entry[field], table.schema.field(field).type)))
    return mask
