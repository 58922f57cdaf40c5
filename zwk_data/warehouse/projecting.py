"""Where projections start, and how wrong they were: computed with every build from what the database holds.

Hands observations to ``zwk_data.projection`` as arrays and stores what comes back. More years by age in the database
lengthen the test by themselves. Where the Kreise are not all known by age, the tables stay empty.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.catalog import breaks, sources
from zwk_data.projection import coverage, fertility, mortality
from zwk_data.projection.ages import AGES, MIGRATION_GROUPS, OPEN_AGE, Array
from zwk_data.projection.backtest import (
    Tested,
    errors,
    hindcast,
    misses,
    origins,
    run_origin,
    size_classes,
    targets,
)
from zwk_data.projection.errors import MOVES, case_rows
from zwk_data.projection.estimating import Estimated, estimate
from zwk_data.projection.extremes import extremes
from zwk_data.projection.observed import AgeTable, Observed
from zwk_data.projection.splitting import grouped, split_error, split_places
from zwk_data.warehouse.reuse import Copy, Earlier, digest_of, key_of, note

log = logging.getLogger(__name__)
GRIDS = ("five_year", "rdb17")  # the first that is complete on a date counts
WORDS = ("dataset", "ags", "basis", "sex", "age_set")
FORWARD = 3  # years that the reference of the newest population is aged: the split is tested the same way

TABLES = ("place", "error", "case", "stretch", "coverage", "split")  # of projections, each named projection_…

# The last check of the band: several seconds that a rebuild with the same official figures need not spend again, even
# where no database built before is at hand.
_CHECKED: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {}

KREISE = "SELECT ags, land FROM place WHERE level = 'kreis' AND current ORDER BY ags"
ROWS = """
SELECT o.dataset, o.ags, year(o.reference_date)::INTEGER AS year, o.basis, o.sex, o.age_set,
       o.age_from::INTEGER AS age_from, o.age_to::INTEGER AS age_to, o.value
FROM current_observation o
WHERE o.measure = $measure AND o.age_set IN (SELECT unnest($age_sets)) AND o.value IS NOT NULL
  AND month(o.reference_date) = 12 AND o.basis IN ('census2011', 'census2022', 'model')
  AND (o.ags = 'DG' OR o.ags IN (SELECT ags FROM place WHERE level IN ('kreis', 'land') AND current))
ORDER BY year, o.dataset, o.ags, o.sex, o.age_from
"""


def store_projections(connection: duckdb.DuckDBPyConnection, before: Earlier) -> None:
    """Estimate rates, test them against the past and fill the tables of projections; all at once, or copied."""
    observed, lands = read(connection)
    if observed is None:
        log.info("projections: the Kreise are not all known by age")
        return
    if not origins(observed):
        log.info("projections: nothing to test them against, so there are none")
        return
    truth = _single_kreise(connection, observed)
    datasets = _datasets(connection, observed)
    key = key_of("projections", observed.digest, repr(lands), repr(datasets), digest_of(truth))
    if not before.give(connection, key, [Copy(f"projection_{name}", f"FROM projection_{name}") for name in TABLES]):
        _compute(connection, observed, lands, datasets, truth)
    note(connection, key)


def _compute(
    connection: duckdb.DuckDBPyConnection, observed: Observed, lands: Sequence[str], datasets: Mapping[bool, str],
    truth: pd.DataFrame,
) -> None:  # fmt: skip
    classes = size_classes(observed.populations[observed.years[-1]].sum(axis=(-2, -1)))
    about = pd.DataFrame({"ags": pd.Categorical(observed.places), "land": pd.Categorical(list(lands)),
                          "size_class": pd.Categorical(classes)})  # fmt: skip
    _store_starts(connection, observed, classes, datasets)
    _store_test(connection, observed, origins(observed), about)
    _store_split_error(connection, observed, truth)


def _store_test(
    connection: duckdb.DuckDBPyConnection, observed: Observed, starting: Sequence[int], about: pd.DataFrame
) -> None:
    """Store what the projections of the past said, what they missed, and how wide a band has to be.

    Args:
        connection: the database being built.
        observed: what was observed.
        starting: the origins.
        about: ags, land and size_class of every place, in the order of ``observed``.
    """
    tested, missed = [], []
    for origin in starting:
        one = run_origin(observed, origin, len(targets(observed, origin)))
        _store_errors(connection, observed, one, about)
        missed.append(misses(observed, one))
        tested.append(replace(one, populations={"cohort": one.populations["cohort"]}))  # the others take much memory
    early = observed.years[0]
    if targets(observed, early):
        _store_errors(connection, observed, hindcast(observed, early, starting[len(starting) // 2]), about)
    cases = case_rows(missed, observed.places).merge(about, on="ags")
    moves = pd.Series(cases[[f"moves_{number}" for number in range(MOVES)]].to_numpy().tolist(), dtype=object)
    _insert(connection, "projection_case", cases.assign(moves=moves))
    if observed.digest not in _CHECKED:
        _CHECKED.clear()
        found = coverage.check(observed, tested, cases, list(about["size_class"]), list(about["land"]))
        _CHECKED[observed.digest] = found
    factors, held = _CHECKED[observed.digest]
    _insert(connection, "projection_stretch", factors)
    _insert(connection, "projection_coverage", held)


def _store_errors(
    connection: duckdb.DuckDBPyConnection, observed: Observed, one: Tested, about: pd.DataFrame
) -> None:  # fmt: skip
    said = pd.concat(list(errors(observed, one)), ignore_index=True)
    _insert(connection, "projection_error", said.merge(about, on="ags"))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    names = [str(name) for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    connection.register("rows", rows[names])
    connection.execute(f"INSERT INTO {table} SELECT * FROM rows")
    connection.unregister("rows")


# --- what was observed, as arrays ------------------------------------------------------------------------------------


def read(connection: duckdb.DuckDBPyConnection) -> tuple[Observed | None, list[str]]:
    """Return what was observed of all Kreise and the Land of each; None where ages, births or deaths are not there."""
    kreise = connection.execute(KREISE).fetchall()
    places, lands = [str(ags) for ags, _ in kreise], [str(land) for _, land in kreise]
    index = {ags: number for number, ags in enumerate(places)}
    names, groups = np.unique(np.array(lands), return_inverse=True)
    tables = _age_tables(_rows(connection, "population", GRIDS), index)
    survival = _life_tables(_rows(connection, "death_probability", ("single",)))
    patterns = _patterns(_rows(connection, "fertility_share", ("five_year",)))
    births, deaths = (_totals(_rows(connection, measure, ("total",)), index) for measure in ("live_births", "deaths"))
    if not (tables and survival and patterns and births and deaths):
        return None, lands
    observed = Observed(
        tuple(places), groups.astype(np.int64), tables, births, deaths,
        _broad_deaths(_rows(connection, "deaths", ("five_year",)), index), survival, patterns,
        _lands(_rows(connection, "population", ("single",)), [str(name) for name in names], survival),
        _moves(_rows(connection, "in_migration", ("migration6",)), index),
        _moves(_rows(connection, "out_migration", ("migration6",)), index),
        _national_net(_rows(connection, "net_migration", ("total",)), tables), _changed(index),
    )  # fmt: skip
    usable = len(observed.pairs(observed.years[-1])) >= 1 and bool(observed.deaths_by_age)
    return (observed if usable else None), lands


def _rows(connection: duckdb.DuckDBPyConnection, measure: str, age_sets: Sequence[str]) -> pd.DataFrame:
    """Return observations of a measure; words come as categories, a tenth of the memory of texts."""
    table = connection.execute(ROWS, {"measure": measure, "age_sets": list(age_sets)}).to_arrow_table()
    for number, name in enumerate(table.schema.names):
        if name in WORDS:
            table = table.set_column(number, name, table[name].dictionary_encode().unify_dictionaries())
    return table.to_pandas()


def _by_year(rows: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    for year, part in rows.groupby("year"):
        yield int(str(year)), part


def _priority(dataset: str) -> int:
    return sources()[dataset].priority if dataset in sources() else 0


def _age_tables(rows: pd.DataFrame, index: Mapping[str, int]) -> dict[int, AgeTable]:
    """Return the population by age of each year that one table has for all Kreise, the newest basis first."""
    rows = rows[rows["ags"].isin(index) & (rows["sex"] != "t")]
    found: dict[int, AgeTable] = {}
    keys: Any = rows.groupby(["year", "basis", "age_set", "dataset"], sort=True, observed=True)
    order = sorted(keys.groups, key=lambda key: (key[0], key[1], -GRIDS.index(key[2]), -_priority(key[3])))
    for key in order:  # a later one of the same year takes the place of an earlier one
        (year, basis, _, dataset), part = key, keys.get_group(key)
        limits = sorted({(int(first), None if pd.isna(last) else int(last))
                         for first, last in zip(part["age_from"], part["age_to"], strict=True)})  # fmt: skip
        counts = _dense(part, index, [first for first, _ in limits])
        if not np.isnan(counts).any():
            found[int(year)] = AgeTable(tuple(limits), counts, str(basis), str(dataset))
    return found


def _dense(rows: pd.DataFrame, index: Mapping[str, int], starts: Sequence[int]) -> Array:
    """Return values as ``(places, 2, groups)``, not a number where there is none."""
    found = np.full((len(index), 2, len(starts)), np.nan)
    column = {age: number for number, age in enumerate(starts)}
    place, sex = rows["ags"].map(index).astype(int).to_numpy(), rows["sex"].map({"f": 0, "m": 1}).astype(int).to_numpy()
    found[place, sex, rows["age_from"].map(column).to_numpy()] = rows["value"]
    return found


def _life_tables(rows: pd.DataFrame) -> dict[int, Array]:
    found = {}
    for year, part in _by_year(rows[(rows["ags"] == "DG") & (rows["sex"] != "t")]):
        probability = _dense(part, {"DG": 0}, range(AGES))[0]
        if not np.isnan(probability).any():
            found[year] = mortality.survival_of(probability)
    return found


def _patterns(rows: pd.DataFrame) -> dict[int, Array]:
    parts = _by_year(rows[rows["ags"] == "DG"].sort_values("age_from"))
    return {year: fertility.pattern_by_age(part["value"].to_numpy()) for year, part in parts if len(part) == 7}


def _totals(rows: pd.DataFrame, index: Mapping[str, int]) -> dict[int, Array]:
    """Return totals of both sexes by year, ``(places,)``; of several datasets the one that comes first counts."""
    rows = rows[rows["ags"].isin(index) & (rows["sex"] == "t")]
    rows = rows.assign(priority=rows["dataset"].map(_priority).astype(int)).sort_values("priority", kind="stable")
    first = rows.drop_duplicates(["ags", "year"])
    found = {}
    for year, part in _by_year(first):
        values = np.full(len(index), np.nan)
        values[part["ags"].map(index).astype(int).to_numpy()] = part["value"]
        found[year] = values
    return found


def _broad_deaths(rows: pd.DataFrame, index: Mapping[str, int]) -> dict[int, Array]:
    """Return deaths in the broad ages, ``(places, 3)``, of the years that have them by age for all Kreise."""
    found = {}
    starts = list(range(0, 90, 5))
    rows = rows[rows["ags"].isin(index) & (rows["sex"] != "t") & rows["age_from"].isin(starts)]
    for year, part in _by_year(rows):
        counted = _dense(part, index, starts).sum(axis=1)
        if not np.isnan(counted).any():
            found[year] = np.add.reduceat(counted, [starts.index(first - first % 5) for first, _ in mortality.BROAD],
                                               axis=-1)  # fmt: skip
    return found


def _lands(rows: pd.DataFrame, names: Sequence[str], survival: Mapping[int, Array]) -> dict[int, Array]:
    """Return the Länder by single age, ``(Länder, 2, 101)``; an open group below 100 is spread as in the life table."""
    index = {name: number for number, name in enumerate(names)}
    found = {}
    rows = rows[rows["ags"].isin(index) & (rows["sex"] != "t")]
    tables = sorted(rows.groupby(["year", "dataset"], observed=True), key=lambda item: -_priority(str(item[0][1])))
    for (year, _), part in tables:  # of two of one year that with the better priority comes last and counts
        opens = int(part["age_from"].max())
        values = _dense(part, index, range(opens + 1))
        if np.isnan(values).any() or opens < 85:
            continue
        stationary = np.cumprod(survival[max(other for other in survival)], axis=-1)[:, opens:]
        spread = values[..., -1:] * stationary / stationary.sum(axis=-1, keepdims=True)
        found[int(str(year))] = np.concatenate([values[..., :-1], spread], axis=-1)
    return found


def _moves(rows: pd.DataFrame, index: Mapping[str, int]) -> dict[int, Array]:
    """Return counted moves in the six groups, ``(places, 2, 6)`` by year, not a number where a place has none."""
    rows = rows[rows["ags"].isin(index) & (rows["sex"] != "t")]
    starts = [group.first for group in MIGRATION_GROUPS]
    return {year: _dense(part, index, starts) for year, part in _by_year(rows)}


def _national_net(rows: pd.DataFrame, tables: Mapping[int, AgeTable]) -> dict[int, float]:
    """Return net moves of Germany per inhabitant by year, of the years that a model knows."""
    people = float(tables[max(tables)].counts.sum())
    rows = rows[(rows["ags"] == "DG") & (rows["sex"] == "t")]
    return {int(year): float(value) / people for year, value in zip(rows["year"], rows["value"], strict=True)}


def _changed(index: Mapping[str, int]) -> dict[int, npt.NDArray[np.bool_]]:
    """Return which Kreise got another territory in a year, from the register of breaks; a bridged break is none."""
    found: dict[int, npt.NDArray[np.bool_]] = {}
    for entry in breaks().values():
        for ags in entry.scope:
            if not entry.bridged and ags in index:
                found.setdefault(entry.first_date.year, np.zeros(len(index), dtype=bool))[index[ags]] = True
    return found


# --- what is stored --------------------------------------------------------------------------------------------------


def _store_starts(
    connection: duckdb.DuckDBPyConnection, observed: Observed, classes: Sequence[str], datasets: Mapping[bool, str]
) -> None:
    year = observed.years[-1]
    found = estimate(observed, year)
    seen = extremes(observed, year, found)
    population = observed.populations[year].reshape(len(observed.places), 2 * AGES)
    improvement = found.improvement.reshape(-1).tolist()
    rows = [
        (ags, date(year, 12, 31), observed.tables[year].basis, datasets[bool(found.counted[row])],
         bool(found.counted[row]), population[row].tolist(), found.survival[row].reshape(-1).tolist(), improvement,
         found.fertility[row].tolist(), found.in_migration[row].reshape(-1).tolist(),
         found.out_rate[row].reshape(-1).tolist(), *seen.of(row), classes[row], _notes(found, row))
        for row, ags in enumerate(observed.places)
    ]  # fmt: skip
    names = [str(name) for name, *_ in connection.execute("DESCRIBE projection_place").fetchall()]
    connection.register("rows", pd.DataFrame(rows, columns=names))
    connection.execute("INSERT INTO projection_place SELECT * FROM rows ORDER BY ags")
    connection.unregister("rows")


def _datasets(connection: duckdb.DuckDBPyConnection, observed: Observed) -> dict[bool, str]:
    """Return the datasets behind a start, with and without counted moves, joined by commas."""
    wanted = "SELECT DISTINCT dataset FROM current_observation WHERE measure = ? ORDER BY ALL"
    ages = list(dict.fromkeys(observed.tables[year].dataset for year in reversed(observed.years)))
    others = [
        str(dataset)
        for measure in ("death_probability", "fertility_share")
        for (dataset,) in connection.execute(wanted, [measure]).fetchall()
    ]
    flows = ["eurostat_demo_r_births", "eurostat_demo_r_deaths", "eurostat_demo_r_magec3"]
    there = {str(dataset) for (dataset,) in connection.execute("SELECT DISTINCT dataset FROM load").fetchall()}
    usual = [dataset for dataset in (*ages, *_reference(connection), *flows, *others) if dataset in there]
    moved = [dataset for (dataset,) in connection.execute(wanted, ["in_migration"]).fetchall()]
    return {False: ",".join(usual), True: ",".join([*usual, *moved])}


def _reference(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the newest dataset that has the Länder by single age: along it the start is split."""
    query = (
        "SELECT dataset FROM current_observation WHERE measure = 'population' AND age_set = 'single'"
        " AND length(ags) = 2 AND ags <> 'DG' GROUP BY ALL ORDER BY max(reference_date) DESC, dataset LIMIT 1"
    )
    return [str(dataset) for (dataset,) in connection.execute(query).fetchall()]


def _notes(found: Estimated, row: int) -> str:
    """Return codes of what a reader must know of a place: years of births and of moves, and odd years."""
    births, moves = found.birth_years, found.move_years[row]
    codes = [f"births_{births[0]}_{births[-1]}", "moves_" + "_".join(map(str, moves.used))]
    return ",".join([*codes, *(f"left_out_{year}" for year in moves.odd)])


SINGLE_KREISE = "eurostat_proj_19rp3_base"  # single ages of the Kreise: the truth that a split is held against


def _single_kreise(connection: duckdb.DuckDBPyConnection, observed: Observed) -> pd.DataFrame:
    """Return the Kreise by single age, where a load has them; alone of all inputs not in ``observed``."""
    rows = _rows(connection, "population", ("single",))
    return rows[(rows["dataset"] == SINGLE_KREISE) & rows["ags"].isin(observed.places) & (rows["sex"] != "t")]


def _store_split_error(connection: duckdb.DuckDBPyConnection, observed: Observed, rows: pd.DataFrame) -> None:
    """Store how far single ages are from the truth where it is known, for the groups of the newest population.

    The reference of the Länder is as old as that of the newest population is.
    """
    index = {ags: number for number, ags in enumerate(observed.places)}
    newest = observed.tables[observed.years[-1]]
    for year, part in _by_year(rows):
        truth = _dense(part, index, range(OPEN_AGE + 1))
        if np.isnan(truth).any():
            continue
        reference = observed.reference(year, year - FORWARD)
        found = split_places(newest.limits, grouped(newest.limits, truth), reference, observed.groups)
        found = observed.with_own_old_ages(found, year, year - FORWARD, newest.limits[-1][0])
        error = pd.DataFrame({"age": range(AGES), "groups": _name(newest), "error": split_error(truth, found)})
        _insert(connection, "projection_split", error)


def _name(table: AgeTable) -> str:
    return f"{len(table.limits)}"
