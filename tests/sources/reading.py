"""Helpers of the tests of sources: excerpts of the official files and look-ups in tidy tables."""

from pathlib import Path

EXCERPTS = Path(__file__).parents[1] / "excerpts" / "raw"
SNAPSHOT = Path(__file__).parents[2] / "data" / "snapshot"


def excerpt(name):
    """Bytes of an excerpt, copied literally from the official file of that name."""
    return (EXCERPTS / name).read_bytes()


def rows(table, **where):
    """Rows of a tidy table whose fields equal those asked."""
    return [row for row in table.to_pylist() if all(row[field] == value for field, value in where.items())]


def lookup(table, **where):
    """The value of the only row that fits."""
    (row,) = rows(table, **where)
    return row["value"]
