"""Made-up population at full scale: 11,000 Gemeinden x 30 years x 2 sexes x 101 ages = 66.7 million rows.

Written twice: as the plain long Parquet file an analyst would have, and as a database of the project (its own tables,
its own computation of the indicators). Municipal sizes are log-normal; ages decline from 60 on; the noise is seeded.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import measuring
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(measuring.ROOT))

GEMEINDEN, KREISE, FIRST_YEAR, YEARS, SEXES, AGES = 11_000, 400, 1995, 30, 2, 101
LAST_YEAR = FIRST_YEAR + YEARS - 1
ROWS = GEMEINDEN * YEARS * SEXES * AGES
BATCH = 250  # Gemeinden written at once
CHUNK = 1000  # Gemeinden whose indicators are computed at once
WANTED = ("population_total", "share_65p", "population_change_5y")
LONG = pa.schema(
    [("ags", pa.int32()), ("year", pa.int16()), ("sex", pa.int8()), ("age", pa.int8()), ("pop", pa.int32())]
)
BASIS = "census2022"  # one basis for all years, or no change could be formed


def keys() -> np.ndarray:
    """Return the keys of the Gemeinden, sorted: Land (1 to 16), three digits of the Kreis, three of the Gemeinde."""
    random = np.random.default_rng(5)
    kreis = np.sort(random.choice(16 * 60, KREISE, replace=False))
    codes = (kreis // 60 + 1) * 1000 + kreis % 60 + 1
    own = np.sort(np.concatenate([np.arange(KREISE), random.integers(0, KREISE, GEMEINDEN - KREISE)]))
    return (codes[own] * 1000 + np.arange(GEMEINDEN) - np.searchsorted(own, own) + 1).astype(np.int32)


def people() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield keys and persons of some Gemeinden at a time: shape (Gemeinden, years, sexes, ages)."""
    random = np.random.default_rng(6)
    by_age = np.exp(-np.clip(np.arange(AGES) - 60, 0, None) / 13.0)
    by_age /= by_age.sum() * SEXES
    all_keys = keys()
    for start in range(0, GEMEINDEN, BATCH):
        some = all_keys[start : start + BATCH]
        size = np.exp(random.normal(7.5, 1.1, (len(some), 1, 1, 1)))
        trend = np.exp(np.cumsum(random.normal(0, 0.01, (len(some), YEARS, 1, 1)), axis=1))
        noise = np.exp(random.normal(0, 0.1, (len(some), 1, SEXES, AGES)))
        yield some, random.poisson(size * by_age * trend * noise).astype(np.int32)


def write_long(path: Path) -> None:
    """Write the long file, sorted by key, year, sex and age."""
    with pq.ParquetWriter(path, LONG, compression="zstd") as out:
        for some, persons in people():
            count = len(some)
            years = np.arange(FIRST_YEAR, LAST_YEAR + 1, dtype=np.int16)
            columns = [
                np.repeat(some, YEARS * SEXES * AGES), np.tile(np.repeat(years, SEXES * AGES), count),
                np.tile(np.repeat(np.arange(SEXES, dtype=np.int8), AGES), count * YEARS),
                np.tile(np.arange(AGES, dtype=np.int8), count * YEARS * SEXES), persons.ravel(),
            ]  # fmt: skip
            out.write_table(pa.table(columns, schema=LONG))


OBSERVED = """
INSERT INTO current_observation
SELECT 'synthetic', 'population', lpad(ags::VARCHAR, 8, '0'), make_date(year, 12, 31), CASE sex WHEN 0 THEN 'f' ELSE 'm' END,
       'single', age, CASE WHEN age < 100 THEN age END, $basis, pop, 'ok'
FROM read_parquet($long)
"""
# Sums of both sexes by Gemeinde and Kreis, in the two groups that the share of those aged 65 and over needs; and areas,
# without which the project forms no change.
GROUPED = """
WITH rows AS (
    SELECT lpad(ags::VARCHAR, 8, '0') AS gemeinde, year, age >= 65 AS old, sum(pop)::DOUBLE AS value
    FROM read_parquet($long) GROUP BY ALL
), places AS (
    SELECT gemeinde AS ags, year, old, value FROM rows UNION ALL
    SELECT left(gemeinde, 5), year, old, sum(value) FROM rows GROUP BY ALL)
SELECT 'synthetic' AS dataset, 'population' AS measure, ags, make_timestamp(year, 12, 31, 0, 0, 0) AS reference_date,
       't' AS sex, 'five_year' AS age_set, CASE WHEN old THEN 65 ELSE 0 END::SMALLINT AS age_from,
       CASE WHEN NOT old THEN 64 END AS age_to, $basis AS basis, value, 'ok' AS status, 1 AS priority
FROM places
UNION ALL
SELECT 'synthetic', 'area_km2', ags, make_timestamp(year, 12, 31, 0, 0, 0), 't', 'total', 0, NULL, $basis, 10.0, 'ok', 1
FROM places WHERE old
ORDER BY ags, reference_date, measure, age_from
"""
PLACES = """
INSERT INTO place
SELECT k, CASE length(k) WHEN 8 THEN 'gemeinde' ELSE 'kreis' END, 'Ort ' || k, 'Ort ' || k, 'Gemeinde', left(k, 5), left(k, 2),
       NULL, 10.0, 51.0, 3, false, true
FROM (SELECT DISTINCT unnest([lpad(ags::VARCHAR, 8, '0'), left(lpad(ags::VARCHAR, 8, '0'), 5)]) AS k FROM keys)
ORDER BY k
"""


def write_database(path: Path, long: Path) -> None:
    """Write a database of the project from the long file; indicators are computed by the project."""
    from zwk_data.warehouse.connection import building
    from zwk_data.warehouse.schema import LEVELS, TABLES

    with building(path) as connection:
        connection.execute(TABLES)
        connection.register("keys", pa.table({"ags": keys()}))
        connection.execute(PLACES)
        connection.execute(OBSERVED, {"long": str(long), "basis": BASIS})
        grouped = connection.execute(GROUPED, {"long": str(long), "basis": BASIS}).df()
        connection.register("computed", pa.concat_tables(list(_indicators(grouped))))
        connection.execute(
            "INSERT INTO indicator_value SELECT * FROM computed ORDER BY indicator, ags, reference_date, basis"
        )
        connection.execute(LEVELS)


def _indicators(grouped) -> Iterator[pa.Table]:
    from zwk_data.catalog import indicators
    from zwk_data.indicators.components import Observations
    from zwk_data.indicators.compute import compute

    wanted = {name: indicators()[name] for name in WANTED}
    names = grouped["ags"].unique()
    for start in range(0, len(names), CHUNK):
        values = compute(wanted, Observations(grouped[grouped["ags"].isin(names[start : start + CHUNK])]))
        values["reference_date"] = values["reference_date"].dt.date
        yield pa.Table.from_pandas(values, preserve_index=False)


def prepared(folder: Path) -> tuple[Path, Path]:
    """Return the long file and the database; each is written once (about 200 MB together)."""
    folder.mkdir(parents=True, exist_ok=True)
    long, database = folder / "population.parquet", folder / "population.duckdb"
    for path, write in ((long, write_long), (database, lambda part: write_database(part, long))):
        if not path.exists():
            part = path.with_suffix(".part")
            part.unlink(missing_ok=True)
            write(part)
            part.rename(path)
    return long, database


if __name__ == "__main__":
    print(*prepared(Path(sys.argv[1])))
