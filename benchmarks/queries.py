"""Five dashboard queries at 66.7 million rows: the project's ``Statistics`` against pandas masks (and polars beside it).

    python benchmarks/queries.py [--repeats 25] [--engines pandas,polars,project,frames]

The figures are made up (population.py), the database is one of the project: its tables, its indicators computed by its
code, read through its methods: ``project`` by the narrow ones (arrays), ``frames`` by those that carry status, reason
and source of every value. Each engine runs in a process of its own, warm, with the same random
places and years. The answers to three fixed questions must be the same in every engine.

  series   population of one Gemeinde over 30 years
  kreise   share of those aged 65 and over in 400 Kreise in one year
  pyramid  one Gemeinde in one year by sex and single age
  ranking  the 20 Gemeinden of one Land that grew most in five years
  gemeinden  share of those aged 65 and over in all 11,000 Gemeinden in one year
"""

import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import measuring
import numpy as np
import population

sys.path.insert(0, str(measuring.ROOT))

QUERIES = ("series", "kreise", "pyramid", "ranking", "gemeinden")
LEAST, AIM, P95_MS = 80.0, 110.0, 2.0
SPAN, TOP = 5, 20
Question = tuple[int, int, int]  # key of a Gemeinde, year, Land
Engine = dict[str, Callable[[int, int, int], object]]


def _statistics(folder: Path):
    from zwk_data.warehouse.publish import Generation
    from zwk_data.warehouse.queries import Statistics

    data = Statistics(population.prepared(folder)[1], Generation(1, "population.duckdb", "", {}))
    for table in ("current_observation", "indicator_value", "level_value"):
        data.frame(
            f"SELECT max(COLUMNS(*)) FROM {table}"
        )  # warm: every block once read, as the others hold all in memory
    return data


def project(folder: Path) -> Engine:
    """Ask the project's own class the narrow questions, answered as arrays."""
    data, basis = _statistics(folder), population.BASIS

    def end(year: int) -> date:
        return date(year, 12, 31)

    return {
        "series": lambda ags, year, land: data.series("population_total", f"{ags:08d}")["value"],
        "kreise": lambda ags, year, land: data.map_values("share_65p", "kreis", "DG", end(year), basis)["value"],
        "pyramid": lambda ags, year, land: data.pyramid(f"{ags:08d}", end(year))["value"],
        "ranking": lambda ags, year, land: data.top(
            "population_change_5y", "gemeinde", f"{land:02d}", end(year), basis, TOP)["value"],
        "gemeinden": lambda ags, year, land: data.map_values("share_65p", "gemeinde", "DG", end(year), basis)["value"],
    }  # fmt: skip


def frames(folder: Path) -> Engine:
    """Ask the project's own class for whole frames: with numerator, denominator, status, reason and source of each value."""
    data = _statistics(folder)

    def level(indicator: str, level: str, parent: str, year: int):
        return data.level_values(indicator, level, parent, date(year, 12, 31), population.BASIS)

    return {
        "series": lambda ags, year, land: data.values(["population_total"], [f"{ags:08d}"])["value"].to_numpy(),
        "kreise": lambda ags, year, land: level("share_65p", "kreis", "DG", year)["value"].to_numpy(),
        "pyramid": lambda ags, year, land: data.ages(f"{ags:08d}", day=date(year, 12, 31))["value"].to_numpy(),
        "ranking": lambda ags, year, land: (
            level("population_change_5y", "gemeinde", f"{land:02d}", year).nlargest(TOP, "value")["value"].to_numpy()
        ),
        "gemeinden": lambda ags, year, land: level("share_65p", "gemeinde", "DG", year)["value"].to_numpy(),
    }  # fmt: skip


def pandas(folder: Path) -> Engine:
    """Filter one long frame in memory by masks, then group."""
    import pandas as pd

    frame = pd.read_parquet(population.prepared(folder)[0])

    def share(rows, by):
        sums = rows.assign(old=rows["pop"].where(rows["age"] >= 65, 0)).groupby(by)[["old", "pop"]].sum()
        return (sums["old"] / sums["pop"] * 100).to_numpy()

    def kreise(ags, year, land):
        rows = frame[frame["year"] == year]
        return share(rows, rows["ags"] // 1000)

    def ranking(ags, year, land):
        rows = frame[
            frame["ags"].between(land * 1_000_000, land * 1_000_000 + 999_999) & frame["year"].isin([year - SPAN, year])
        ]
        table = rows.pivot_table(index="ags", columns="year", values="pop", aggfunc="sum")
        return ((table[year] / table[year - SPAN] - 1) * 100).nlargest(TOP).to_numpy()

    return {
        "series": lambda ags, year, land: frame[frame["ags"] == ags].groupby("year")["pop"].sum().to_numpy(),
        "kreise": kreise,
        "pyramid": lambda ags, year, land: frame[(frame["ags"] == ags) & (frame["year"] == year)]["pop"].to_numpy(),
        "ranking": ranking,
        "gemeinden": lambda ags, year, land: share(frame[frame["year"] == year], "ags"),
    }  # fmt: skip


def polars(folder: Path) -> Engine:
    """Ask the same of polars in memory, lazily and knowing that the keys are sorted."""
    import polars as pl

    column = pl.col
    frame = pl.read_parquet(population.prepared(folder)[0]).with_columns(column("ags").set_sorted()).lazy()
    share = (column("pop").filter(column("age") >= 65).sum() / column("pop").sum() * 100).alias("value")

    def ranking(ags, year, land):
        in_land = column("ags").is_between(land * 1_000_000, land * 1_000_000 + 999_999)
        sums = [column("pop").filter(column("year") == y).sum() for y in (year, year - SPAN)]
        rows = frame.filter(in_land & column("year").is_in([year - SPAN, year])).group_by("ags")
        return (
            rows.agg(value=(sums[0] / sums[1] - 1) * 100)
            .sort("value", descending=True)
            .head(TOP)
            .collect()["value"]
            .to_numpy()
        )

    def shares(year, by):
        return (
            frame.filter(column("year") == year)
            .group_by(by.alias("k"))
            .agg(share)
            .sort("k")
            .collect()["value"]
            .to_numpy()
        )

    def one(ags, *more):
        return frame.filter((column("ags") == ags), *more)

    return {
        "series": lambda ags, year, land: one(ags).group_by("year").agg(column("pop").sum()).sort("year").collect()["pop"].to_numpy(),
        "kreise": lambda ags, year, land: shares(year, column("ags") // 1000),
        "pyramid": lambda ags, year, land: one(ags, column("year") == year).sort("sex", "age").collect()["pop"].to_numpy(),
        "ranking": ranking,
        "gemeinden": lambda ags, year, land: shares(year, column("ags")),
    }  # fmt: skip


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "pandas": pandas,
    "polars": polars,
    "project": project,
    "frames": frames,
}


def questions(count: int, seed: int = 11) -> list[Question]:
    """Return random questions: the Gemeinde, a year with a change over five years, a Land."""
    random, keys = np.random.default_rng(seed), population.keys()
    years = random.integers(population.FIRST_YEAR + SPAN, population.LAST_YEAR + 1, count)
    return [(int(random.choice(keys)), int(year), int(random.integers(1, 17))) for year in years]


def run_engine(name: str, folder: Path, repeats: int) -> dict[str, object]:
    """Time every query and keep the answers to three fixed questions."""
    engine = ENGINES[name](folder)
    found: dict[str, object] = {}
    for query in QUERIES:
        ask = engine[query]
        answers = [np.asarray(ask(*question), float).tolist() for question in questions(3, seed=1)]
        taken = []
        for question in questions(repeats):
            start = time.perf_counter()
            ask(*question)
            taken.append((time.perf_counter() - start) * 1e3)
        found[query] = {"ms": taken, "answers": answers}
    return found | {"peak_mb": measuring.peak_mb()}


def same(name: str, found: dict, other: dict) -> None:
    for query in QUERIES:
        for mine, theirs in zip(found[query]["answers"], other[query]["answers"], strict=True):
            if len(mine) != len(theirs) or not mine or not np.allclose(mine, theirs, rtol=1e-9, equal_nan=False):
                sys.exit(f"{name}: {query} answers {len(mine)} values, pandas {len(theirs)}, or other ones")


def report(results: dict[str, dict]) -> None:
    print(f"  {'median (p95) ms':16}" + "".join(f"{query:>18}" for query in QUERIES) + f"{'peak MB':>9}")
    for name, found in results.items():
        cells = [
            f"{statistics.median(found[q]['ms']):.2f} ({measuring.percentile(found[q]['ms'], 0.95):.2f})"
            for q in QUERIES
        ]
        print(f"  {name:16}" + "".join(f"{cell:>18}" for cell in cells) + f"{found['peak_mb']:>9.0f}")
    for name, found in results.items():
        if name != "pandas" and "pandas" in results:
            same(name, found, results["pandas"])
    if not {"pandas", "project"} <= set(results):
        return
    print("  three fixed questions answered the same by all engines")
    medians = {n: [statistics.median(results[n][q]["ms"]) for q in QUERIES] for n in ("pandas", "project")}
    ratios = [peer / own for peer, own in zip(medians["pandas"], medians["project"], strict=True)]
    print("  pandas / project: " + ", ".join(f"{q} {r:.0f}x" for q, r in zip(QUERIES, ratios, strict=True)))
    mean = math.prod(ratios) ** (1 / len(ratios))
    worst = max(measuring.percentile(results["project"][q]["ms"], 0.95) for q in QUERIES)
    measuring.verdict("geometric mean", mean, LEAST, least=True, unit="x")
    measuring.verdict("aim", mean, AIM, least=True, unit="x")
    measuring.verdict("worst p95", worst, P95_MS, unit=" ms")


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--repeats", type=int, default=25)
    options.add_argument("--engines", default="pandas,polars,project,frames")
    options.add_argument("--engine", choices=ENGINES)
    chosen = options.parse_args()
    if chosen.engine:
        print(json.dumps(run_engine(chosen.engine, chosen.work, chosen.repeats)))
        return
    population.prepared(chosen.work)
    names = chosen.engines.split(",")
    measuring.heading(
        f"Five queries at {population.ROWS:,} rows", *[n for n in names if n in ("pandas", "polars")], "duckdb"
    )
    results = {
        name: measuring.in_own_process(
            "queries.py", "--engine", name, "--work", str(chosen.work), "--repeats", str(chosen.repeats)
        )
        for name in names
    }
    report(results)
    if chosen.json:
        chosen.json.write_text(json.dumps(results))


if __name__ == "__main__":
    main()
