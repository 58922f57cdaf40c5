"""Zensus 2022: population of every Gemeinde on 15 May 2022 (table 1000A-0000, flat CSV)."""

import csv
import io
from collections import Counter
from datetime import date

import pyarrow as pa

from zwk_data.sources.rows import TOTAL, FormatError, Row, canonical, to_table

INHABITANTS = "PRS018"  # official number of inhabitants; PRS001, given for Germany, counts persons of every kind


def gemeinde_names(raw: bytes) -> dict[str, str]:
    """Return 8-digit key -> official name."""
    return {_ags(line["1_variable_attribute_code"]): line["1_variable_attribute_label"] for line in _lines(raw)
            if line["1_variable_code"] == "GEOGM4"}  # fmt: skip


def parse(raw: bytes, dataset: str = "zensus_1000a_0000") -> pa.Table:
    """Read the official number of inhabitants of the Gemeinden, basis census 2022.

    The line of Germany (82,719,540 persons) counts something else and is left out: the Gemeinden sum to 82,711,282,
    and by Land to the published numbers of inhabitants.
    """
    rows, dropped = [], Counter[str]()
    for line in _lines(raw):
        if line["value_variable_code"] != INHABITANTS:
            dropped["cells_of_another_count"] += 1
            continue
        ags, day = canonical(_ags(line["1_variable_attribute_code"])), date.fromisoformat(line["time"])
        rows.append(Row(dataset, "population", ags, day, "t", *TOTAL, "census2022", float(line["value"])))
    return to_table(rows, dropped)


def _ags(ars: str) -> str:
    """Return the 8-digit key of a 12-digit regional key: the number of the association lies in between."""
    return ars[:5] + ars[-3:]


def _lines(raw: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    if "1_variable_attribute_code" not in (reader.fieldnames or ()):
        raise FormatError("Zensus: this is not the flat CSV layout")
    return list(reader)
