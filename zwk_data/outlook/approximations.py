"""Starts that are not those of a Kreis: its structure at a town's size; a town's own ages with the Kreis's rates."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from zwk_data.projection.ages import AGES, SEXES, Array, count
from zwk_data.projection.backtest import size_classes
from zwk_data.projection.baseline import Baseline
from zwk_data.projection.engine import Rates, project
from zwk_data.projection.splitting import aged, split
from zwk_data.warehouse import Place, Statistics

LEAST_GROUPS = 5  # age groups that tell an age structure


@dataclass(frozen=True)
class Share:
    """A town's official inhabitants and those of its Kreis, in persons, on one day and one census basis."""

    town: float
    kreis: float
    day: date
    basis: str
    datasets: tuple[str, ...]

    @property
    def value(self) -> float:
        """The town's share of the Kreis, 0 to 1."""
        return self.town / self.kreis


@dataclass(frozen=True)
class OwnAges:
    """A town's own population, ``(2, groups)`` for the sexes f, m; ``limits`` lead from 0 to an open group."""

    dataset: str
    day: date
    limits: tuple[tuple[int, int | None], ...]
    counts: Array

    @property
    def year(self) -> int:
        """The year whose end is nearest: figures of 1 January to 30 June belong to the year before."""
        return self.day.year if self.day.month > 6 else self.day.year - 1


def official_share(data: Statistics, town: Place, kreis: Place, basis: str) -> Share | None:
    """Return the town's share of its Kreis on the newest day for which both have a total on the same basis.

    Args:
        data: the figures.
        town: a Gemeinde.
        kreis: its Kreis.
        basis: of two bases on that day, this one.
    """
    rows = data.values(["population_total"], [town.ags, kreis.ags])
    rows = rows[(rows["value"] > 0) & (rows["basis"] != "register")]
    when = ["reference_date", "basis"]
    both = rows[rows["ags"] == town.ags].merge(rows[rows["ags"] == kreis.ags], on=when, suffixes=("", "_kreis"))
    if both.empty:
        return None
    best = both.assign(same=both["basis"] == basis).sort_values(["reference_date", "same"]).iloc[-1]
    datasets = f"{best['datasets']};{best['datasets_kreis']}".split(";")
    return Share(
        float(best["value"]), float(best["value_kreis"]), best["reference_date"].date(), str(best["basis"]),
        tuple(dict.fromkeys(datasets)),
    )  # fmt: skip


def scaled(model: Baseline, share: float) -> Baseline:
    """Return the population and the moves of a Kreis at the size of a town: everyone times its share."""
    return replace(model, population=_fixed(model.population * share), in_migration=_fixed(model.in_migration * share))


def registered(model: Baseline, own: OwnAges) -> Baseline:
    """Return a start from own ages; moves are those of the Kreis per head of the same age and sex.

    Groups are split along the age structure of the Kreis, grown older to the year of the own figures.
    """
    reference = aged(model.population, model.survival, own.year - model.year)
    population = np.stack([split(own.limits, own.counts[sex], reference[sex]) for sex in range(len(SEXES))])
    per_head = model.in_migration / np.maximum(_survivors(model, model.population), 1.0)
    arrivals = per_head * _survivors(model, population)
    return replace(model, day=date(own.year, 12, 31), population=_fixed(population), in_migration=_fixed(arrivals))


def _survivors(model: Baseline, population: Array) -> Array:
    """Return who would be there after a year without moves, at the rates of a Kreis, ``(2, 101)``."""
    still = Rates(model.survival[None], model.fertility[None], np.zeros((1, 2, AGES)))
    return project(population, still, kernel="numpy").population[1]


def own_ages(data: Statistics, place: Place) -> OwnAges | None:
    """Return a place's own ages by sex: the newest date that has a whole grid, in its finest one."""
    for (_, dataset), rows in _newest_first(data.own_ages(place.ags)):
        grids = [found for _, grid in rows.groupby("age_set", sort=True) if (found := _whole(dataset, grid))]
        if grids:
            return max(grids, key=lambda one: len(one.limits))
    return None


def _newest_first(frame: pd.DataFrame) -> list[tuple[tuple[pd.Timestamp, str], pd.DataFrame]]:
    found = [((pd.Timestamp(str(day)), str(dataset)), rows)
             for (day, dataset), rows in frame.groupby(["reference_date", "dataset"])]  # fmt: skip
    return sorted(found, key=lambda one: (-one[0][0].value, one[0][1]))


def _whole(dataset: str, grid: pd.DataFrame) -> OwnAges | None:
    """Return one grid of both sexes if it leads from 0 to an open group without gaps and nothing is secret."""
    sides = [grid[grid["sex"] == sex].sort_values("age_from") for sex in SEXES]
    limits = [_limits(side) for side in sides]
    if limits[0] != limits[1] or not _without_gaps(limits[0]) or grid["value"].isna().any():
        return None
    counts = np.stack([side["value"].to_numpy(dtype=float) for side in sides])
    return OwnAges(dataset, grid["reference_date"].iloc[0].date(), limits[0], counts) if counts.sum() > 0 else None


def _limits(side: pd.DataFrame) -> tuple[tuple[int, int | None], ...]:
    pairs = zip(side["age_from"], side["age_to"], strict=True)
    return tuple((int(first), None if pd.isna(last) else int(last)) for first, last in pairs)


def _without_gaps(limits: tuple[tuple[int, int | None], ...]) -> bool:
    if len(limits) < LEAST_GROUPS or limits[0][0] != 0 or limits[-1][1] is not None or limits[-1][0] >= AGES:
        return False
    return all(last is not None and following == last + 1
               for (_, last), (following, _) in zip(limits[:-1], limits[1:], strict=True))  # fmt: skip


def size_class(population: Array) -> str:
    """Return the size class of a place from its population; what is smaller than any Kreis is in the lowest."""
    return size_classes(np.atleast_1d(count(population)))[0]


def _fixed(values: Array) -> Array:
    values.setflags(write=False)
    return values
