"""Eurostat TSV (gzip) into a committed DuckDB table: the project's path against the ``eurostat`` package.

    python benchmarks/ingest_eurostat.py [--turns 5] [--sizes small,large]

Both start from the same file of synthetic figures in the exact shape of demo_r_pjangrp3 (CRLF, trailing blanks, ``:``,
flags behind values) and end with the same table: sex, age, geo, year, value, flag, one row per value or flag. Rows and
the sum of the values must be equal to what was generated. Each run is a process of its own; imports are not counted, in
time or in memory. The package only ever sees the answer of the network: its request is replaced by the file.
"""

import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import measuring

sys.path.insert(0, str(measuring.ROOT))

SIZES = {"small": (1500, 12, False), "large": (1500, 12, True)}  # regions, years, single ages
FLAGS = ("", "p", "e", "b", "be")
COUNTRIES = (
    "AL AT BE BG CH CY CZ DE DK EE EL ES FI FR HR HU IE IS IT LI LT LU LV ME MK MT NL NO PL PT RO RS SE SI SK TR UK"
)
AIM, LEAST, MEMORY = 8.0, 6.0, 0.25
COLUMNS = "sex, age, geo, CAST(year AS SMALLINT) AS year, CAST(value AS DOUBLE) AS value, flag"


def ages_of(single: bool) -> list[str]:
    """Age codes of demo_r_pjangrp3, or of a table by single age."""
    if single:
        return ["TOTAL", "Y_LT1", *(f"Y{age}" for age in range(1, 100)), "Y_OPEN", "UNK"]
    return ["TOTAL", "UNK", "Y_LT5", *(f"Y{age}-{age + 4}" for age in range(5, 90, 5)), "Y_GE85", "Y_GE90"]


def regions_of(count: int) -> list[str]:
    """Made-up region codes of three to nine characters, as long as real ones on the average."""
    countries = COUNTRIES.split()
    return sorted(
        f"{countries[i % len(countries)]}{'ABCDEFG123456789'[i // len(countries) % 16]}{i:04d}"[:8]
        for i in range(count)
    )


def generate(folder: Path, regions: int, years: int, single: bool) -> Path:
    """Write the file and what it holds (``.json``) once; values are persons."""
    import numpy as np

    path = folder / f"eurostat_{regions}_{years}_{'single' if single else 'groups'}.tsv.gz"
    if path.exists() and path.with_suffix(".json").exists():
        return path
    random = np.random.default_rng(7)
    ages, names, periods = ages_of(single), regions_of(regions), range(2025 - years, 2025)
    rows, total = 0, 0
    with gzip.open(path, "wt", 6, encoding="ascii", newline="") as file:
        file.write("freq,sex,unit,age,geo\\TIME_PERIOD\t" + "\t".join(f"{year} " for year in periods) + "\r\n")
        for sex in "FMT":
            for age in ages:
                value = random.lognormal(8.2, 1.2, (regions, years)).round().astype(int)
                missing = random.random((regions, years)) < 0.03
                flag = np.where(random.random((regions, years)) < 0.02, random.integers(1, 5, (regions, years)), 0)
                rows += int((~missing | (flag > 0)).sum())
                total += int(value[~missing].sum())
                cells = np.where(missing, ":", value.astype(str))
                words = np.array(FLAGS)[flag]
                for name, line, marks in zip(names, cells, words, strict=True):
                    joined = "\t".join(f"{cell} {mark}" for cell, mark in zip(line, marks, strict=True))
                    file.write(f"A,{sex},NR,{age},{name}\t{joined}\r\n")
    path.with_suffix(".json").write_text(json.dumps({"rows": rows, "sum": total}), encoding="utf-8")
    return path


def project(path: Path, database: Path) -> Iterator[str]:
    """Stream the file into the table, as a build of the project opens its database."""
    from zwk_data.sources.eurostat_tsv import stream_tsv
    from zwk_data.warehouse.connection import building

    yield "imported"
    with building(database, bulk=True) as connection:
        rows = stream_tsv(path).__arrow_c_stream__()  # noqa: F841 - DuckDB reads it by its name
        connection.execute(f"CREATE TABLE obs AS SELECT {COLUMNS} FROM rows")


def package(path: Path, database: Path) -> Iterator[str]:
    """Read with the package (with flags), melt to the long form, load."""
    import eurostat.eurostat as inside
    from eurostat import get_data_df

    from zwk_data.warehouse.connection import building

    class Answer:
        content = path.read_bytes()

    dims = [(i, name) for i, name in enumerate(["freq", "sex", "unit", "age", "geo"])]
    vars(inside)["__get_resp__"] = lambda *_, **__: Answer
    vars(inside)["__get_dims_info__"] = lambda *_, **__: ("ESTAT", "EUROSTAT", dims)
    yield "imported"
    long = melted(get_data_df("demo_r_pjangrp3", flags=True))
    with building(database, bulk=True) as connection:
        connection.register("long", long)
        connection.execute(f"CREATE TABLE obs AS SELECT {COLUMNS} FROM long")


def melted(wide):
    """Bring the package's wide frame (two columns a year) into the long form."""
    geo = "geo\\TIME_PERIOD"
    years = [column.removesuffix("_value") for column in wide.columns if column.endswith("_value")]
    long = wide.melt(["sex", "age", geo], [f"{year}_value" for year in years], var_name="year", value_name="value")
    flags = wide.melt([geo], [f"{year}_flag" for year in years], value_name="flag")["flag"]
    long["flag"] = flags.astype(str).str.replace(":", "").str.strip().replace({"None": "", "nan": ""})
    long["year"] = long["year"].str.removesuffix("_value").astype(int)
    return long[long["value"].notna() | (long["flag"] != "")].rename(columns={geo: "geo"})


CASES: dict[str, Callable[[Path, Path], Iterator[str]]] = {"eurostat": package, "project": project}


def run_case(name: str, path: Path) -> dict[str, float]:
    """Run one case in this process and read its table back."""
    import duckdb

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        database = Path(folder) / "obs.duckdb"
        steps = CASES[name](path, database)
        next(steps)
        before, start, cpu = measuring.peak_mb(), time.perf_counter(), time.process_time()
        for _ in steps:
            pass
        seconds, cpu, peak = time.perf_counter() - start, time.process_time() - cpu, measuring.peak_mb()
        with duckdb.connect(str(database), read_only=True) as connection:
            rows, total = connection.execute("SELECT count(*), sum(value) FROM obs").fetchall()[0]
        return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "before_mb": before, "rows": rows, "sum": total}


def compare(size: str, folder: Path, turns: int) -> dict[str, list[dict[str, float]]]:
    """Run the cases in turn and check every result."""
    path = generate(folder, *SIZES[size])
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CASES}
    for _ in range(turns):
        for name in CASES:
            run = measuring.in_own_process("ingest_eurostat.py", "--case", name, "--file", str(path))
            if (run["rows"], run["sum"]) != (expected["rows"], expected["sum"]):
                sys.exit(f"{name}: {run['rows']} rows, sum {run['sum']}; expected {expected}")
            runs[name].append(run)
    print(
        f"\n{size}: {expected['rows']:,} observations, {path.stat().st_size / 1e6:.1f} MB gz; rows and sum equal in all runs"
    )
    return runs


def report(runs: dict[str, list[dict[str, float]]]) -> None:
    """Print the table, and the ratios of paired turns."""
    print(f"  {'':10}{'seconds min / median / max':>30}{'observations/s':>16}{'peak MB':>9}{'(before)':>9}")
    for name, found in runs.items():
        seconds = [run["seconds"] for run in found]
        peak, before = max(run["peak_mb"] for run in found), found[0]["before_mb"]
        rate = found[0]["rows"] / statistics.median(seconds)
        print(f"  {name:10}{measuring.spread(seconds):>30}{rate:>16,.0f}{peak:>9.0f}{before:>9.0f}")
    pairs = list(zip(runs["eurostat"], runs["project"], strict=True))
    faster = [peer["seconds"] / own["seconds"] for peer, own in pairs]
    memory = max(own["peak_mb"] for _, own in pairs) / min(peer["peak_mb"] for peer, _ in pairs)
    print(f"  paired ratios {measuring.spread(faster)}")
    if pairs[0][0]["rows"] < 5_000_000:
        print(f"  {memory:.2f} of its memory; the goals are set for the large file")
        return
    measuring.verdict("faster than eurostat", statistics.median(faster), LEAST, least=True, unit="x")
    measuring.verdict("aim", statistics.median(faster), AIM, least=True, unit="x")
    measuring.verdict("share of its memory", memory, MEMORY)
    cpu = statistics.median(peer["cpu"] / own["cpu"] for peer, own in pairs)
    print(f"  CPU time of the package / of the project: {cpu:.1f} (unlike seconds, hardly moved by other load)")


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--turns", type=int, default=5)
    options.add_argument("--sizes", default="small,large")
    options.add_argument("--case", choices=CASES)
    options.add_argument("--file", type=Path)
    chosen = options.parse_args()
    if chosen.case:
        print(json.dumps(run_case(chosen.case, chosen.file)))
        return
    chosen.work.mkdir(parents=True, exist_ok=True)
    measuring.heading("Eurostat TSV to a committed table", "eurostat", "pandas", "pyarrow", "duckdb")
    results = {}
    for size in chosen.sizes.split(","):
        results[size] = compare(size, chosen.work, chosen.turns)
        report(results[size])
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
