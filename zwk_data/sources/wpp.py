"""United Nations, World Population Prospects 2024: fertility, life expectancy and migration of Germany.

Figures of a model that rests on no German census: basis ``model``, status ``estimated``. Estimates end with 2023; what
follows is the median projection and has dataset ids of its own.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from zwk_data.sources.rows import TOTAL, AgeGroup, FormatError, Row, to_table, year_end

LAST_ESTIMATE = 2023
OPEN_AGE = 100
GERMANY = "276"


def parse_fertility_pattern(raw: bytes, dataset: str = "un_wpp2024_fertility_pattern") -> pa.Table:
    """Read the distribution of fertility over the ages 15-49: shares of 1 by five-year group of the mothers.

    A period such as 2020-2025 covers the calendar years 2020 to 2024; only periods that begin before 2024.
    """
    rows = []
    for line in _lines(raw, "period", "pasfr"):
        first, last = (int(year) for year in line["period"].split("-"))
        if first <= LAST_ESTIMATE:
            low, high = (int(age) for age in line["age"].split("-"))
            value = float(line["pasfr"]) / 100
            rows.append(_row(dataset, "fertility_share", year_end(last - 1), "f", ("five_year", low, high), value))
    return to_table(rows)


def parse_total_fertility(raw: bytes, dataset: str = "un_wpp2024_total_fertility") -> pa.Table:
    """Read the total fertility rate, children per woman, of each calendar year."""
    lines = _lines(raw, "tfr")
    return to_table(
        _row(dataset, "total_fertility_rate", year_end(line["year"]), "f", TOTAL, float(line["tfr"])) for line in lines
    )


def parse_life_expectancy(raw: bytes, dataset: str = "un_wpp2024_life_expectancy") -> pa.Table:
    """Read the life expectancy at birth, years, of each calendar year by sex."""
    return to_table(
        _row(dataset, "life_expectancy", year_end(line["year"]), sex, ("single", 0, 0), float(line[column]))
        for line in _lines(raw, "e0M")
        for column, sex in (("e0M", "m"), ("e0F", "f"), ("e0B", "t"))
    )


def parse_net_migration(raw: bytes, dataset: str = "un_wpp2024_net_migration") -> pa.Table:
    """Read the net migration of each calendar year (thousands in the file, persons here)."""
    return to_table(
        _row(dataset, "net_migration", year_end(line["year"]), "t", TOTAL, _persons(line["mig"]))
        for line in _lines(raw, "mig")
    )


def parse_net_migration_by_age(
    raw: bytes, first: int, last: int, dataset: str = "un_wpp2024_net_migration_age"
) -> pa.Table:
    """Read the net migration by sex and single age (100 and over is open) of the years ``first`` to ``last``."""
    return to_table(
        _row(dataset, "net_migration", year_end(line["year"]), sex, _single(int(line["age"])), _persons(line[column]))
        for line in _lines(raw, "migM")
        if first <= int(line["year"]) <= last
        for column, sex in (("migM", "m"), ("migF", "f"))
    )


def _single(age: int) -> AgeGroup:
    return "single", age, None if age == OPEN_AGE else age


def _persons(thousands: str) -> float:
    return float(round(float(thousands) * 1000))


def _row(dataset: str, measure: str, day: date, sex: str, group: AgeGroup, value: float) -> Row:
    return Row(dataset, measure, "DG", day, sex, *group, "model", value, "estimated")


def _lines(raw: bytes, *required: str) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    if missing := set(required) - set(reader.fieldnames or ()):
        raise FormatError(f"WPP 2024: columns missing: {', '.join(sorted(missing))}")
    return (line for line in reader if line["country_code"] == GERMANY)
