"""Zensus 2022: population of every Gemeinde on 15 May 2022 (table 1000A-0000, flat CSV)."""

import csv
import io
from datetime import date

import pyarrow as pa

from zwk_data.sources.rows import TOTAL, FormatError, Row, canonical, to_table

PERSONS = ("PRS001", "PRS018")


def gemeinde_names(raw: bytes) -> dict[str, str]:
    """Return 8-digit key -> official name."""
    return {_ags(line["1_variable_attribute_code"]): line["1_variable_attribute_label"] for line in _lines(raw)
            if line["1_variable_code"] == "GEOGM4"}  # fmt: skip


def parse(raw: bytes, dataset: str = "zensus_1000a_0000") -> pa.Table:
    """Read the population of Gemeinden and Germany, basis census 2022.

    The cell-key method changes figures slightly: the sum of the Gemeinden need not equal the published total.
    """
    rows = []
    for line in _lines(raw):
        if line["value_variable_code"] not in PERSONS:
            raise FormatError(f"Zensus: unknown value {line['value_variable_code']!r}")
        code = line["1_variable_attribute_code"]
        ags = "DG" if code == "DG" else canonical(_ags(code))
        day = date.fromisoformat(line["time"])
        rows.append(Row(dataset, "population", ags, day, "t", *TOTAL, "census2022", float(line["value"])))
    return to_table(rows)


def _ags(ars: str) -> str:
    """Return the 8-digit key of a 12-digit regional key: the number of the association lies in between."""
    return ars[:5] + ars[-3:]


def _lines(raw: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    if "1_variable_attribute_code" not in (reader.fieldnames or ()):
        raise FormatError("Zensus: this is not the flat CSV layout")
    return list(reader)
