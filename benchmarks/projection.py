"""The projection: all Kreise at once, and thousands of paths of one, against pandas as a careful analyst writes it.

    python benchmarks/projection.py [--places 400] [--years 30] [--paths 10000] [--rounds 15]

The figures are made up (seeded): rates of every place and year by sex and single age, moves as balances. Two problems:

  all places     population, deaths and births of every place and year; unit: region-years
  paths          one place, every path and year with factors of its own on births, deaths and moves (random walks);
                 drawing the factors, projecting, three age groups, five quantiles of each; unit: trajectory-years

Before timing all results must be equal to 1e-9: NumPy and compiled code to the pandas version and to each other, paths
to projections with the factors put into the rates. pandas is timed in the same run on a few places, as it takes one after
the other. The project's functions are handed the memory of an earlier run, as the page does; "fresh memory" without.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

import measuring
import numpy as np
import pandas as pd

sys.path.insert(0, str(measuring.ROOT))

from zwk_data.projection import compiled
from zwk_data.projection.ages import AGES, AgeRange
from zwk_data.projection.engine import Projection, Rates, project
from zwk_data.projection.trajectories import Shocks, quantiles, trajectories

GROUPS = [(AgeRange(0, 19), "t"), (AgeRange(20, 64), "t"), (AgeRange(65), "t")]
PROBABILITIES = (0.05, 0.1, 0.5, 0.9, 0.95)
STREAM = 1000  # paths that share a random stream: the same paths on any number of threads
GOALS = {"numpy": (1.5e6, 2e6), "compiled": (3.5e6, 9e6)}
AIM = 18e6


def problem(places: int, years: int, seed: int = 1) -> tuple[np.ndarray, Rates]:
    """Return populations and rates: mortality by Gompertz, births around 31, balances of moves around 24."""
    rng = np.random.default_rng(seed)
    ages = np.arange(AGES)
    year = np.arange(years)[:, None, None, None]
    level = np.exp(rng.normal(0, 0.08, (places, 2, 1)))
    hazard = (2e-4 + np.array([[2e-5], [4.5e-5]]) * np.exp([[0.1], [0.096]] * ages)) * level * np.exp(-0.012 * year)
    survival = np.exp(-hazard)
    mothers = np.exp(-0.5 * ((np.arange(15, 50) - 30.5) / 5.2) ** 2)
    children = 1.45 * np.exp(rng.normal(0, 0.07, places) + rng.normal(0, 0.01, (years, 1)).cumsum(axis=0))
    size = np.exp(rng.normal(11.9, 0.6, places))
    shape = np.exp(-np.clip(ages - 62, 0, None) / 14)
    start = size[:, None, None] * shape / shape.sum() / 2 * np.exp(rng.normal(0, 0.05, (places, 2, AGES)))
    movers = np.exp(-0.5 * ((ages - 24) / 7) ** 2) + 0.15 * np.exp(-0.5 * ((ages - 3) / 4) ** 2)
    balance = size * rng.normal(0.003, 0.004, places) * np.exp(rng.normal(0, 0.1, (years, places)))
    moves = balance[..., None, None] * np.ones((2, 1)) * movers / movers.sum() / 2
    rates = Rates(survival, children[..., None] * mothers / mothers.sum(), np.maximum(moves, 0),
                  out_migration=np.maximum(-moves, 0))  # fmt: skip
    return start, rates


def one_place(rates: Rates, place: int) -> Rates:
    return Rates(*(part[:, place].copy() for part in (rates.survival, rates.fertility, rates.in_migration)),
                 out_migration=rates.out_migration[:, place].copy())  # fmt: skip


def frames(start: np.ndarray, rates: Rates, place: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the tables an analyst has: population, rates by year, sex and age, births per woman."""
    cells = pd.MultiIndex.from_product([["f", "m"], range(AGES)], names=["sex", "age"])
    population = pd.DataFrame({"persons": start[place].ravel()}, index=cells).reset_index()
    index = pd.MultiIndex.from_product([range(rates.years), ["f", "m"], range(AGES)], names=["year", "sex", "age"])
    columns = {"survival": rates.survival, "came": rates.in_migration, "left": rates.out_migration}
    by_year = pd.DataFrame({name: part[:, place].ravel() for name, part in columns.items()}, index=index).reset_index()
    index = pd.MultiIndex.from_product([range(rates.years), range(15, 50)], names=["year", "age"])
    births = pd.DataFrame({"per_woman": rates.fertility[:, place].ravel()}, index=index).reset_index()
    return population, by_year, births


def with_pandas(population: pd.DataFrame, by_year: pd.DataFrame, births: pd.DataFrame, male_share: float):
    """Merge, shift within each sex, and join the births: year by year, without a loop over ages."""
    days, deaths, children = [population], [], []
    for year in range(by_year["year"].max() + 1):
        table = days[-1].merge(by_year[by_year["year"] == year], on=["sex", "age"])
        table["aged"] = table.groupby("sex")["persons"].shift(1)
        last = table["age"] == AGES - 1
        table["aged"] = table["aged"].where(~last, table["aged"] + table["persons"])
        table["alive"] = table["aged"] * table["survival"]
        mothers = table[table["sex"] == "f"].merge(births[births["year"] == year], on="age")
        mothers["births"] = mothers["per_woman"] * 0.5 * (mothers["persons"] + mothers["alive"])
        born = table["sex"].map({"m": male_share, "f": 1 - male_share}) * mothers["births"].sum()
        youngest = table["age"] == 0
        table["aged"] = table["aged"].where(~youngest, born)
        table["alive"] = table["alive"].where(~youngest, born * table["survival"])
        table["deaths"] = table["aged"] - table["alive"]
        table["persons"] = (table["alive"] - table["left"]).clip(lower=0) + table["came"]
        days.append(table[["sex", "age", "persons"]])
        deaths.append(table["deaths"].to_numpy())
        children.append(mothers["births"].to_numpy())
    return np.array([day["persons"].to_numpy() for day in days]), np.array(deaths), np.array(children)


def walks(paths: int, years: int, seed: int = 7) -> Shocks:
    """Draw random walks of three factors; each thousand paths has a stream of its own, so threads may share them."""
    drawn = np.empty((3, paths, years))
    spread = np.array([0.03, 0.015, 0.15])[:, None, None]
    streams = np.random.SeedSequence(seed).spawn(-(-paths // STREAM))

    def part(first: int, last: int) -> None:
        for number in range(first, last):
            some = drawn[:, number * STREAM : (number + 1) * STREAM]
            steps = np.random.default_rng(streams[number]).standard_normal(some.shape) * spread
            np.exp(np.cumsum(steps, axis=2, out=steps), out=some)

    compiled.in_parts(part, len(streams), 1)
    return Shocks(drawn[0], drawn[1], moves_factor=drawn[2])


def band(start: np.ndarray, rates: Rates, paths: int, kernel: compiled.Kernel) -> np.ndarray:
    """Draw, project, and return the quantiles of each group and year."""
    shocks = walks(paths, rates.years)
    return quantiles(trajectories(start, rates, shocks, GROUPS, kernel), PROBABILITIES)


def check(start: np.ndarray, rates: Rates, kernels: list[compiled.Kernel]) -> None:
    """Stop where results differ by more than 1e-9."""
    runs = [project(start, rates, kernel=kernel) for kernel in kernels]
    for place in (0, len(start) // 2, len(start) - 1):
        expected = with_pandas(*frames(start, rates, place), rates.male_share)
        for run in runs:
            found = (run.population[:, place], run.deaths[:, place], run.births[:, place])
            for one, other in zip(found, expected, strict=True):
                np.testing.assert_allclose(one.reshape(other.shape), other, rtol=1e-9, atol=1e-9)
    for run in runs[1:]:
        for name in ("population", "deaths", "births", "newborn", "out_migration"):
            np.testing.assert_allclose(getattr(run, name), getattr(runs[0], name), rtol=1e-9, atol=1e-9)
    _check_paths(start, rates, kernels)


def _check_paths(start: np.ndarray, rates: Rates, kernels: list[compiled.Kernel]) -> None:
    """Paths are projections whose rates hold the factors; of a place that wins and one that loses people by moves."""
    balances = (rates.in_migration - rates.out_migration).sum(axis=(0, 2, 3))
    shocks = walks(200, rates.years)
    births, deaths, moves = (part.T[..., None] for part in (shocks.births, shocks.deaths, shocks.moves_factor))
    for place in (int(balances.argmax()), int(balances.argmin())):
        one = one_place(rates, place)
        shocked = Rates(1 - (1 - one.survival[:, None]) * deaths[..., None], one.fertility[:, None] * births,
                        one.in_migration[:, None] * moves[..., None],
                        out_migration=one.out_migration[:, None] * moves[..., None])  # fmt: skip
        population = project(np.broadcast_to(start[place], (200, 2, AGES)), shocked, kernel="numpy").population
        expected = np.stack([population[..., ages.cut].sum(axis=(2, 3)) for ages, _ in GROUPS], axis=-1)
        for kernel in kernels:
            found = trajectories(start[place], one, shocks, GROUPS, kernel)
            np.testing.assert_allclose(found, expected.swapaxes(0, 1), rtol=1e-9)


def timed(work: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of each round, after one that does not count."""
    work()
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return seconds


def line(name: str, seconds: list[float], units: float, peer: float | None = None) -> float:
    rate = units / statistics.median(seconds)
    ratio = f"{rate / peer:12,.0f}x" if peer else " " * 13
    print(f"  {name:34} {measuring.spread([1000 * s for s in seconds]):>28} ms {rate:14,.0f}/s{ratio}")
    return rate


def main() -> None:
    parser = measuring.parser(__doc__)
    parser.add_argument("--places", type=int, default=400)
    parser.add_argument("--years", type=int, default=30)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    kernels: list[compiled.Kernel] = ["numpy", "compiled"] if compiled.available() else ["numpy"]
    packages = ["numpy", "pandas", *(["numba"] if compiled.available() else [])]
    measuring.heading("Projection: min / median / max of each, load as it was at the start", *packages)
    begun = time.perf_counter()
    compiled.warm(wait=True)
    print(f"  compiled: {compiled.state()} after {time.perf_counter() - begun:.1f} s; {compiled.threads()} threads")
    start, rates = problem(options.places, options.years)
    check(start, rates, kernels)
    print("  results equal to 1e-9")
    figures = _all_places(start, rates, options.rounds, kernels) | _paths(start, rates, options, kernels)
    for kernel in kernels:
        places, paths = GOALS[kernel]
        measuring.verdict(f"region-years, {kernel}", figures[f"places {kernel}"], places, least=True, unit="/s")
        measuring.verdict(f"trajectory-years, {kernel}", figures[f"paths {kernel}"], paths, least=True, unit="/s")
    if "paths compiled" in figures:
        measuring.verdict("aim, trajectory-years, compiled", figures["paths compiled"], AIM, least=True, unit="/s")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _all_places(start: np.ndarray, rates: Rates, rounds: int, kernels: list[compiled.Kernel]) -> dict[str, float]:
    """Population, deaths and births of all places."""
    tables = frames(start, rates, 0)
    print("all places: population, deaths, births (region-years)")
    figures = {
        "places pandas": line(
            "pandas, one place", timed(lambda: with_pandas(*tables, rates.male_share), 3), rates.years
        )
    }
    units, peer = float(len(start) * rates.years), figures["places pandas"]
    for kernel in kernels:
        used: Projection = project(start, rates, kernel=kernel)
        again = timed(lambda kernel=kernel, used=used: project(start, rates, out=used, kernel=kernel), rounds)
        figures[f"places {kernel}"] = line(kernel, again, units, peer)
        fresh = timed(lambda kernel=kernel: project(start, rates, kernel=kernel), rounds)
        figures[f"places {kernel} fresh"] = line(f"{kernel}, fresh memory", fresh, units, peer)
    moved = sum(part.nbytes for part in (rates.survival, rates.fertility, rates.in_migration, rates.out_migration))
    moved += sum(part.nbytes for part in (used.population, used.deaths, used.births, used.out_migration))
    source = np.ones(moved // 16)
    target = np.empty_like(source)
    line(f"copying the same {moved / 1e6:.0f} MB", timed(lambda: np.copyto(target, source), rounds), units, peer)
    return figures


def _paths(start: np.ndarray, rates: Rates, options, kernels: list[compiled.Kernel]) -> dict[str, float]:
    """Draws, paths of one place that loses people by moves, quantiles; and the parts alone."""
    place = int((rates.in_migration - rates.out_migration).sum(axis=(0, 2, 3)).argmin())
    one, persons, units = one_place(rates, place), start[place], float(options.paths * rates.years)
    print(f"paths: {options.paths} of one place (trajectory-years)")
    figures = {}
    rounds = max(5, options.rounds // 2)
    for kernel in kernels:
        whole = timed(lambda kernel=kernel: band(persons, one, options.paths, kernel), rounds)
        figures[f"paths {kernel}"] = line(f"{kernel}: draw, project, quantiles", whole, units)
    shocks = walks(options.paths, rates.years)
    for kernel in kernels:
        line(
            f"{kernel}: project",
            timed(lambda kernel=kernel: trajectories(persons, one, shocks, GROUPS, kernel), rounds),
            units,
        )
    line("draw", timed(lambda: walks(options.paths, rates.years), rounds), units)
    paths = trajectories(persons, one, shocks, GROUPS, kernels[-1])
    line("five quantiles", timed(lambda: quantiles(paths, PROBABILITIES), rounds), units)
    return figures


if __name__ == "__main__":
    main()
