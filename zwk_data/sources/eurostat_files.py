"""Eurostat files outside the bulk layout: yearly totals, single ages of the 2019 base population, Gemeinden list."""

import csv
import gzip
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from zwk_data.sources import gvisys
from zwk_data.sources.rows import TOTAL, FormatError, Row, flow_basis, to_table, year_end

FIRST_YEAR = 2006  # many earlier figures are rounded to hundreds
BASE_DAY = date(2018, 12, 31)  # Eurostat's 1 January 2019
OPEN_AGE = 100
SEXES = {"T": "t", "M": "m", "F": "f"}


def parse_totals(raw: bytes, dataset: str, measure: str, places: Mapping[str, str]) -> pa.Table:
    """Read yearly totals (live births or deaths), separated by tabs or by commas throughout.

    Years from 2006; a colon is a row without value. ``places`` maps NUTS codes to keys; other codes are left out.
    """
    lines = raw.decode("utf-8").splitlines()
    header = _cells(lines[0])
    if not header[2].startswith("geo"):
        raise FormatError(f"{dataset}: the third column is {header[2]!r}, not geo")
    rows, dropped = [], Counter[str]()
    for cells in map(_cells, lines[1:]):
        if cells[2].startswith("DE") and cells[2] not in places:
            dropped["nuts_regions_without_key"] += 1
        for year, text in zip(header[3:], cells[3:], strict=True):
            if cells[2] in places and int(year) >= FIRST_YEAR:
                rows.append(_total(dataset, measure, places[cells[2]], int(year), text))
    return to_table(rows, dropped)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split("[,\t]", line)]


def _total(dataset: str, measure: str, ags: str, year: int, text: str) -> Row:
    value, status = (None, "missing") if text == ":" else (float(text), "ok")
    return Row(dataset, measure, ags, year_end(year), "t", *TOTAL, flow_basis(year), value, status)


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
    years = int(age.rstrip("+"))
    group = TOTAL if age == "TOTAL" else ("single", years, None if years == OPEN_AGE else years)
    return Row(dataset, "population", ags, BASE_DAY, sex, *group, "census2011", value, status)


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
