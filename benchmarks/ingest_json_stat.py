"""Eurostat's JSON-stat into a committed DuckDB table: the project's path against ``pyjstat``.

    python benchmarks/ingest_json_stat.py [--turns 5]

Both start from the same file of synthetic figures in the exact shape of demo_r_pjangrp3 (1,188,000 cells; values as a
sparse object whose keys come in blocks that are not in order, flags likewise, annotations around them) and end with the
same table: sex, age, geo, year, value, flag, one row per value. Rows and the sum of the values must be equal to what
was generated. The peer knows no flags: its column is empty, the project's is not. Each run is a process of its own;
imports are not counted, in time or in memory.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import measuring
from ingest_eurostat import FLAGS, ages_of, regions_of

sys.path.insert(0, str(measuring.ROOT))

REGIONS, YEARS = 1500, range(2014, 2026)
LEAST, AIM, MEMORY = 5.0, 10.0, 0.5
COLUMNS = "sex, age, geo, CAST({year} AS SMALLINT) AS year, CAST(value AS DOUBLE) AS value, {flag} AS flag"


def generate(folder: Path) -> Path:
    """Write the file and what it holds (``.told.json``) once; values are persons."""
    import numpy as np

    path = folder / "json_stat_groups.json"
    if path.exists() and path.with_suffix(".told.json").exists():
        return path
    random = np.random.default_rng(11)
    dims = {
        "freq": ["A"], "sex": ["T", "M", "F"], "unit": ["NR"], "age": ages_of(single=False),
        "geo": regions_of(REGIONS), "time": [str(year) for year in YEARS],
    }  # fmt: skip
    sizes = [len(words) for words in dims.values()]
    cells = int(np.prod(sizes))
    value = random.lognormal(8.2, 1.2, cells).round().astype(int)
    given = random.random(cells) >= 0.03
    flag = np.where(given & (random.random(cells) < 0.02), random.integers(1, len(FLAGS), cells), 0)
    block = REGIONS * len(YEARS)  # one sex and age: Eurostat writes series by series, not in the order of their numbers
    order = np.concatenate([np.arange(first, first + block) for first in random.permutation(cells // block) * block])
    document = {
        "version": "2.0", "class": "dataset", "label": "Population on 1 January by age group, sex and NUTS 3 region",
        "source": "ESTAT", "updated": "2026-08-28T23:00:00+0200",
        "value": {str(n): int(value[n]) for n in order if given[n]},
        "status": {str(n): FLAGS[flag[n]] for n in order if flag[n]},
        "id": list(dims), "size": sizes,
        "dimension": {
            name: {"label": name, "category": {"index": {w: i for i, w in enumerate(words)}, "label": {w: w for w in words}}}
            for name, words in dims.items()
        },
        "extension": {"lang": "EN", "id": "DEMO_R_PJANGRP3", "positions-with-no-data": {name: [] for name in dims}},
    }  # fmt: skip
    path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
    told = {"rows": int(given.sum()), "sum": int(value[given].sum())}
    path.with_suffix(".told.json").write_text(json.dumps(told), encoding="utf-8")
    return path


def project(path: Path, database: Path) -> Iterator[str]:
    """Read the answer as a refresh does and load it, as a build of the project opens its database."""
    from zwk_data.sources.json_stat import parse_json_stat
    from zwk_data.warehouse.connection import building

    yield "imported"
    long = parse_json_stat(path.read_bytes(), keep_missing=False)
    with building(database, bulk=True) as connection:
        rows = long.__arrow_c_stream__()  # noqa: F841 - DuckDB reads it by its name
        connection.execute(f"CREATE TABLE obs AS SELECT {COLUMNS.format(year='year', flag='flag')} FROM rows")


def package(path: Path, database: Path) -> Iterator[str]:
    """Read with pyjstat into a frame of codes, load."""
    from pyjstat import pyjstat

    from zwk_data.warehouse.connection import building

    yield "imported"
    frame = pyjstat.Dataset.read(path.read_text(encoding="utf-8")).write("dataframe", naming="id")
    frame = frame[frame["value"].notna()]
    with building(database, bulk=True) as connection:
        connection.register("frame", frame)
        connection.execute(f"CREATE TABLE obs AS SELECT {COLUMNS.format(year='time', flag=repr(''))} FROM frame")


CASES: dict[str, Callable[[Path, Path], Iterator[str]]] = {"pyjstat": package, "project": project}


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


def compare(folder: Path, turns: int) -> dict[str, list[dict[str, float]]]:
    """Run the cases in turn and check every result."""
    path = generate(folder)
    told = json.loads(path.with_suffix(".told.json").read_text(encoding="utf-8"))
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CASES}
    for _ in range(turns):
        for name in CASES:
            run = measuring.in_own_process("ingest_json_stat.py", "--case", name, "--file", str(path))
            if (run["rows"], run["sum"]) != (told["rows"], told["sum"]):
                sys.exit(f"{name}: {run['rows']} rows, sum {run['sum']}; expected {told}")
            runs[name].append(run)
    print(f"\n{told['rows']:,} values, {path.stat().st_size / 1e6:.1f} MB; rows and sum equal in all runs")
    return runs


def report(runs: dict[str, list[dict[str, float]]]) -> None:
    """Print the table, and the ratios of paired turns."""
    print(f"  {'':10}{'seconds min / median / max':>30}{'values/s':>16}{'peak MB':>9}{'(before)':>9}")
    for name, found in runs.items():
        seconds = [run["seconds"] for run in found]
        peak, before = max(run["peak_mb"] for run in found), found[0]["before_mb"]
        rate = found[0]["rows"] / statistics.median(seconds)
        print(f"  {name:10}{measuring.spread(seconds):>30}{rate:>16,.0f}{peak:>9.0f}{before:>9.0f}")
    pairs = list(zip(runs["pyjstat"], runs["project"], strict=True))
    faster = [peer["seconds"] / own["seconds"] for peer, own in pairs]
    memory = max(own["peak_mb"] for _, own in pairs) / min(peer["peak_mb"] for peer, _ in pairs)
    print(f"  paired ratios {measuring.spread(faster)}")
    measuring.verdict("faster than pyjstat", statistics.median(faster), LEAST, least=True, unit="x")
    measuring.verdict("aim", statistics.median(faster), AIM, least=True, unit="x")
    measuring.verdict("share of its memory", memory, MEMORY)
    cpu = statistics.median(peer["cpu"] / own["cpu"] for peer, own in pairs)
    print(f"  CPU time of the package / of the project: {cpu:.1f} (unlike seconds, hardly moved by other load)")


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--turns", type=int, default=5)
    options.add_argument("--case", choices=CASES)
    options.add_argument("--file", type=Path)
    chosen = options.parse_args()
    if chosen.case:
        print(json.dumps(run_case(chosen.case, chosen.file)))
        return
    chosen.work.mkdir(parents=True, exist_ok=True)
    measuring.heading("Eurostat JSON-stat to a committed table", "pyjstat", "pandas", "pyarrow", "duckdb")
    runs = compare(chosen.work, chosen.turns)
    report(runs)
    if chosen.json:
        chosen.json.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()
