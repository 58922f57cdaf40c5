"""Regionaldatenbank Deutschland: population in 17 age groups, births, deaths and migration of Kreise."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa

from zwk_data.sources.basis import flow_basis
from zwk_data.sources.rows import TOTAL, AgeGroup, FormatError, Row, to_table, year_end

SEXES = {"Insgesamt": "t", "männlich": "m", "weiblich": "f"}
CITY_STATES = {"02": "02000", "11": "11000"}  # a Land that is one Kreis as well
AGE_LABEL = re.compile(
    r"unter (?P<below>\d+) Jahre|(?P<first>\d+) bis unter (?P<next>\d+) Jahre|(?P<open>\d+) Jahre und mehr"
)


def age_group(label: str, age_set: str) -> AgeGroup:
    """Return the group of a label such as ``3 bis unter 6 Jahre``: (age_set, 3, 5), both ends inclusive.

    Raises:
        FormatError: the label names no age group.
    """
    if label == "Insgesamt":
        return TOTAL
    match = AGE_LABEL.fullmatch(label)
    if match is None:
        raise FormatError(f"Regionaldatenbank: unknown age group {label!r}")
    if match["below"]:
        return age_set, 0, int(match["below"]) - 1
    if match["open"]:
        return age_set, int(match["open"]), None
    return age_set, int(match["first"]), int(match["next"]) - 1


def parse_population(raw: bytes, dataset: str = "regio_12411_02_03_4") -> pa.Table:
    """Read table 12411-02-03-4: population on 31 December by sex and 17 age groups, basis census 2022.

    Regierungsbezirke and dissolved Kreise (all cells empty) are left out and counted as places; Hamburg and Berlin
    are given as Land and as Kreis.
    """
    kept: list[Row] = []
    dropped: dict[str, set[str]] = {"regierungsbezirke": set(), "dissolved_kreise": set()}
    for record in _records(raw, ";", "altersgruppe"):
        code = record["region_code"]
        if record["ebene"] == "RB":
            dropped["regierungsbezirke"].add(code)
        elif not record["insgesamt"]:
            dropped["dissolved_kreise"].add(code)
        else:
            keys = (code, CITY_STATES[code]) if code in CITY_STATES else (code,)
            kept += [row for key in keys for row in _population_rows(record, key, dataset)]
    return to_table(kept, {reason: len(codes) for reason, codes in dropped.items()})


def _population_rows(record: dict[str, str], ags: str, dataset: str) -> Iterator[Row]:
    day, group = year_end(record["jahr"]), age_group(record["altersgruppe"], "rdb17")
    for column, sex in (("insgesamt", "t"), ("maennlich", "m"), ("weiblich", "f")):
        yield Row(dataset, "population", ags, day, sex, *group, "census2022", float(record[column]))


def parse_births(raw: bytes, dataset: str = "regio_12612_01_01_4") -> pa.Table:
    """Read table 12612-01-01-4: live births of a calendar year by sex."""
    return _parse_flows(raw, dataset, {"fact_count_lebendgeborene": "live_births"})


def parse_deaths(raw: bytes, dataset: str = "regio_12613_01_01_4") -> pa.Table:
    """Read table 12613-01-01-4: deaths of a calendar year by sex."""
    return _parse_flows(raw, dataset, {"fact_count_gestorbene": "deaths"})


def parse_migration(raw: bytes, dataset: str = "regio_12711_01_03_4") -> pa.Table:
    """Read table 12711-01-03-4: moves across the borders of Gemeinden by sex and six age groups.

    An empty cell is a suppressed one: it is kept without value as ``secret``.
    """
    measures = {"fact_count_zuzuege": "in_migration", "fact_count_fortzuege": "out_migration"}
    return _parse_flows(raw, dataset, measures)


def _parse_flows(raw: bytes, dataset: str, measures: dict[str, str]) -> pa.Table:
    rows = []
    for record in _records(raw, "|", *measures):
        group = age_group(record.get("code_altersgruppe_18_65", "Insgesamt"), "migration6")
        year, sex = int(record["code_jahr"]), SEXES[record["code_geschlecht"]]
        for column, measure in measures.items():
            value, status = (float(record[column]), "ok") if record[column] else (None, "secret")
            basis = flow_basis(year)
            rows.append(Row(dataset, measure, record["code_ags"], year_end(year), sex, *group, basis, value, status))
    return to_table(rows, Counter())


def _records(raw: bytes, delimiter: str, *required: str) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=delimiter)
    if missing := set(required) - set(reader.fieldnames or ()):
        raise FormatError(f"Regionaldatenbank: columns missing: {', '.join(sorted(missing))}")
    yield from reader
