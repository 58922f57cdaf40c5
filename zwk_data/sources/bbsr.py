"""BBSR: population of the Kreise 1992-2019 in the boundaries of 31.12.2020, for the long line only."""

import csv
import io
from collections import Counter

import pyarrow as pa

from zwk_data.sources.rows import TOTAL, FormatError, Row, to_table, year_end

FIRST_YEAR = 1992  # 1990 rests on estimates, Berlin 1991 is missing
LAST_PRE2011 = 2011  # in every Land the step lies between 2011 and 2012; 2011 equals the register before the census


def parse(raw: bytes, dataset: str = "bbsr_population_1990_2019") -> pa.Table:
    """Read thousands with one decimal and return persons, rounded to 100: too coarse for rates."""
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    if "bev_tsd" not in (reader.fieldnames or ()):
        raise FormatError("BBSR: column bev_tsd missing")
    rows, dropped = [], Counter[str]()
    for line in reader:
        year = int(line["jahr"])
        if year < FIRST_YEAR:
            dropped["cells_before_1992"] += 1
            continue
        value, status = (float(round(float(line["bev_tsd"]) * 1000)), "ok") if line["bev_tsd"] else (None, "missing")
        basis = "pre2011" if year <= LAST_PRE2011 else "census2011"
        row = Row(dataset, "population", line["ags_2020"], year_end(year), "t", *TOTAL, basis, value, status)
        rows.append(row)
    return to_table(rows, dropped)
