"""GENESIS flat CSV of all Gemeinden by age: the project's path to observations against pystatis.

    python benchmarks/ingest_ffcsv.py [--turns 3]

Both start from the same unpacked file of synthetic figures in the exact shape of one year of table 12411-02-03-5
(13,566 Gemeinden, 2,713 of them dissolved, 3 sexes, 18 ages; rows in no order) and end with what a program can use: the
project with observations (canonical keys, dates, age limits, status), pystatis with its tidied frame. Number and sum of
the values must be equal to what was generated. Each run is a process of its own; imports are not counted.

pystatis holds pandas below 3 and so lives in an environment of its own: ``ZWK_PYSTATIS_PYTHON`` names its Python; without
it one is made in the folder for generated files (from the configured registry).
"""

import json
import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import measuring

sys.path.insert(0, str(measuring.ROOT))

GEMEINDEN, DISSOLVED_EVERY = 13_566, 5
AGES = [(0, 3), (3, 6), (6, 10), (10, 15), (15, 18), (18, 20), *((a, a + 5) for a in range(20, 65, 5)), (65, 75)]
SEXES = (("", "Insgesamt"), ("GESM", "männlich"), ("GESW", "weiblich"))
FASTER, MEMORY = 8.0, 1 / 6
CODE = "12411-02-03-5"


def generate(folder: Path) -> Path:
    """Write the file and what it holds (``.json``) once; values are persons."""
    import numpy as np

    path = folder / f"{CODE}.csv"
    if path.exists() and path.with_suffix(".json").exists():
        return path
    random = np.random.default_rng(7)
    ages = [(f"ALT{a:03d}B{b:02d}", f"{a} bis unter {b} Jahre") for a, b in AGES]
    ages = [("", "Insgesamt"), *ages, ("ALT075UM", "75 Jahre und mehr")]
    slot = "{0}_variable_code;{0}_variable_label;{0}_variable_attribute_code;{0}_variable_attribute_label"
    header = "statistics_code;statistics_label;time_code;time_label;time;" + ";".join(map(slot.format, (1, 2, 3)))
    rows, total, count = [], 0, 0
    for number in range(GEMEINDEN):
        key = f"{number % 16 + 1:02d}{number // 16 % 30 + 1:03d}{number // 480 + 1:03d}"
        start = f"12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2023-12-31;GEMEIN;Gemeinden;{key};Musterstadt {number}, Stadt"
        values = random.integers(0, 900, len(SEXES) * len(ages))
        cells = [(sex, age) for sex in SEXES for age in ages]
        for (sex, age), value in zip(cells, values, strict=True):
            gone = number % DISSOLVED_EVERY == 0
            total, count = total + (0 if gone else int(value)), count + (not gone)
            rows.append(
                f"{start};GES;Geschlecht;{sex[0]};{sex[1]};ALTX20;Altersgruppen (u3-75m);{age[0]};{age[1]};"
                f"{'-' if gone else value};Anzahl;BEVSTD;Bevölkerungsstand\n"
            )
    random.shuffle(rows)
    text = f"{header};value;value_unit;value_variable_code;value_variable_label\n{''.join(rows)}"
    path.write_text(text, encoding="utf-8-sig", newline="")
    path.with_suffix(".json").write_text(json.dumps({"rows": count, "sum": total}), encoding="utf-8")
    return path


def project(path: Path) -> Iterator[dict[str, float]]:
    """Read as a refresh reads: flat CSV, then observations."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from zwk_data.sources import ffcsv
    from zwk_data.sources.genesis_tidy import tidy
    from zwk_data.sources.provider import Scope
    from zwk_data.sources.regio_api import TABLES

    pa.array(["pyarrow imports pandas for its first array of words"])
    yield {}
    dataset = "regio_12411_02_03_5"
    with path.open("rb", buffering=0) as stream:
        table = tidy(ffcsv.read(iter([stream]), labels=False), TABLES[dataset], dataset, Scope({}), 2023)
    yield {"rows": table.num_rows, "sum": pc.sum(table["value"]).as_py()}


def package(path: Path) -> Iterator[dict[str, float]]:
    """Read with pystatis; its requests are replaced by the file."""
    import logging

    logging.disable(logging.CRITICAL)
    import pystatis.table as inside

    raw = path.read_bytes()
    vars(inside)["load_data"] = lambda endpoint, method, params, db_name=None: raw if method == "tablefile" else "{}"
    vars(inside.db)["identify_db_matches"] = lambda name: ["regio"]
    vars(inside.db)["select_db_by_credentials"] = lambda matches: "regio"
    yield {}
    table = inside.Table(CODE)
    table.get_data(prettify=True, language="de")
    values = table.data["Bevölkerungsstand__Anzahl"]
    yield {"rows": int(values.notna().sum()), "sum": float(values.sum())}


CASES: dict[str, Callable[[Path], Iterator[dict[str, float]]]] = {"pystatis": package, "project": project}
GENERATE = "generate"  # in a process of its own, too: a child starts with the peak memory of its parent


def run_case(name: str, path: Path) -> dict[str, float]:
    """Run one case in this process."""
    steps = CASES[name](path)
    next(steps)
    before, start, cpu = measuring.peak_mb(), time.perf_counter(), time.process_time()
    found = next(steps)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "peak_mb": measuring.peak_mb(), "before_mb": before, **found}


def python_of(name: str, folder: Path) -> str:
    """Return the interpreter of a case; makes the environment of pystatis where none is named."""
    if name == "project":
        return sys.executable
    if named := os.environ.get("ZWK_PYSTATIS_PYTHON"):
        return named
    home = folder / "pystatis"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "pystatis", "pandas<3"], check=True)
    return str(python)


def measured(name: str, path: Path, python: str) -> dict[str, float]:
    """Run one case in a fresh process; its last line of output is one JSON object."""
    command = [python, str(Path(__file__).resolve()), "--case", name, "--file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def report(runs: dict[str, list[dict[str, float]]]) -> None:
    """Print the table, and the ratios of paired turns."""
    print(f"  {'':10}{'seconds min / median / max':>30}{'values/s':>12}{'peak MB':>9}{'(before)':>9}")
    for name, found in runs.items():
        seconds = [run["seconds"] for run in found]
        peak, rate = max(run["peak_mb"] for run in found), GEMEINDEN * 54 / statistics.median(seconds)
        print(f"  {name:10}{measuring.spread(seconds):>30}{rate:>12,.0f}{peak:>9.0f}{found[0]['before_mb']:>9.0f}")
    pairs = list(zip(runs["pystatis"], runs["project"], strict=True))
    faster = [peer["seconds"] / own["seconds"] for peer, own in pairs]
    memory = max(own["peak_mb"] for _, own in pairs) / min(peer["peak_mb"] for peer, _ in pairs)
    print(f"  paired ratios {measuring.spread(faster)}")
    measuring.verdict("faster than pystatis", statistics.median(faster), FASTER, least=True, unit="x")
    measuring.verdict("share of its memory", memory, MEMORY)
    cpu = statistics.median(peer["cpu"] / own["cpu"] for peer, own in pairs)
    print(f"  CPU time of pystatis / of the project: {cpu:.1f} (unlike seconds, hardly moved by other load)")


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--case", choices=[*CASES, GENERATE])
    options.add_argument("--file", type=Path)
    chosen = options.parse_args()
    if chosen.case == GENERATE:
        generate(chosen.file)
        print("{}")
        return
    if chosen.case:
        print(json.dumps(run_case(chosen.case, chosen.file)))
        return
    chosen.work.mkdir(parents=True, exist_ok=True)
    measured(GENERATE, chosen.work, sys.executable)
    path = chosen.work / f"{CODE}.csv"
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    measuring.heading("GENESIS flat CSV to observations", "pyarrow", "numpy")
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in CASES}
    for _ in range(chosen.turns):
        for name in CASES:
            run = measured(name, path, python_of(name, chosen.work))
            if (run["rows"], run["sum"]) != (expected["rows"], expected["sum"]):
                sys.exit(f"{name}: {run['rows']} values, sum {run['sum']}; expected {expected}")
            runs[name].append(run)
    print(f"  {GEMEINDEN * 54:,} values, {path.stat().st_size / 1e6:.0f} MB; number and sum equal in all runs")
    report(runs)
    if chosen.json:
        chosen.json.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()
