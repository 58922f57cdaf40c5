"""Eurostat files outside the bulk layout: single ages of the base population of 2019, list of the Gemeinden of 2019."""

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from zwk_data.sources import gvisys
from zwk_data.sources.rows import Row, to_table

BASE_DAY = date(2018, 12, 31)  # Eurostat's 1 January 2019
OPEN_AGE = 100
SEXES = {"T": "t", "M": "m", "F": "f"}


def parse_base_population(raw: bytes, places: Mapping[str, str], dataset: str = "eurostat_proj_19rp3_base") -> pa.Table:
    """Read the population of 31.12.2018 by sex and single age (100 and over open) of all Kreise, gzip or plain CSV.

    Länder and Germany are the sums of their Kreise, marked computed.
    """
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8")
    cells = {(places[line["nuts3"]], SEXES[line["sex"]], line["age"]): float(line["pop"])
             for line in csv.DictReader(io.StringIO(text))}  # fmt: skip
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for (ags, sex, age), value in cells.items():
        sums[ags[:2], sex, age] += value
        sums["DG", sex, age] += value
    given = [_single(dataset, *key, value, "ok") for key, value in cells.items()]
    return to_table(given + [_single(dataset, *key, value, "computed") for key, value in sums.items()])


def _single(dataset: str, ags: str, sex: str, age: str, value: float, status: str) -> Row:
    years = int(age)
    open_end = None if years == OPEN_AGE else years
    return Row(dataset, "population", ags, BASE_DAY, sex, "single", years, open_end, "census2011", value, status)


def read_lau(raw: bytes) -> list[gvisys.Record]:
    """Read the list of Gemeinden of 2019: population of 31.12.2018, area in km² (the column is named m2)."""
    return [
        gvisys.Record(
            line["lau_code"],
            line["lau_name_national"],
            "Gemeinde",
            int(line["population"]),
            None,
            None,
            float(line["total_area_m2"]),
            degurba=int(line["degurba"]),
        )
        for line in csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    ]


def parse_lau(records: Iterable[gvisys.Record], dataset: str = "eurostat_lau_2019") -> pa.Table:
    """Return population and area of the Gemeinden on 31.12.2018."""
    return gvisys.parse(records, dataset, BASE_DAY, "census2011")
