"""Mean and median age from age groups.

Median: the age that halves the population, linear inside its group, as in Eurostat's MEDAGEPOP approximated from
five-year groups. Mean: group midpoints (completed years, so 20 to 24 has its middle at 22.5); the open group takes the
mean of its single ages in Germany on 31 December 2018.
"""

import numpy as np
import pandas as pd

from zwk_data.indicators.components import (
    ABSENT,
    FIRST_WITHOUT_VALUE,
    OPEN,
    PLACE_AND_DATE,
    RANK,
    STATUS,
    Grid,
    Observations,
)

GRIDS = ("five_year", "rdb17", "single")  # five-year groups before single ages, so that a series keeps one method
OPEN_MEAN_DATE = pd.Timestamp("2018-12-31")


def _complete(observations: Observations) -> list[Grid]:
    """Return the grids that cover all ages, the preferred kind first."""
    grids = [grid for grid in observations.grids("population") if grid.age_set in GRIDS]
    return sorted(grids, key=lambda grid: GRIDS.index(grid.age_set))


def _open_means(observations: Observations) -> dict[int, float]:
    """Return the mean age of everyone in Germany from age x on, for each x, on 31 December 2018."""
    where = observations.keys
    national = where.index[(where["ags"] == "DG") & (where["reference_date"] == OPEN_MEAN_DATE)]
    for grid in observations.grids("population"):
        row = np.flatnonzero(np.isin(grid.keys, national))
        if grid.age_set == "single" and len(row):
            counts = grid.values[row[0]]
            ages = np.array([age_from + 0.5 for age_from, _ in grid.groups])
            return {a: float((ages[i:] * counts[i:]).sum() / counts[i:].sum()) for i, (a, _) in enumerate(grid.groups)}
    return {}


def _result(grid: Grid, value: np.ndarray, observations: Observations, *, estimate: bool) -> pd.DataFrame:
    """Attach the computed value to place, date and basis."""
    columns = grid.columns_for(0, OPEN)
    base = grid.sum(columns)
    rank = base["rank"].clip(lower=RANK["estimated"]) if estimate else base["rank"]
    rank = rank.mask(np.isnan(value) & (rank < FIRST_WITHOUT_VALUE), RANK["missing"])  # nobody lives there
    without = rank >= FIRST_WITHOUT_VALUE
    status = rank.astype(int).map(STATUS)
    table = base.rename(columns={"value": "denominator", "dataset": "datasets"}).assign(
        value=np.where(without, np.nan, value), status=status, reason=status.where(without, "")
    )
    return observations.located(table)


def _whole(grid: Grid) -> np.ndarray:
    """Return the rows of a grid that have all age groups: shape (places and dates, groups)."""
    columns = grid.columns_for(0, OPEN)
    return grid.values[(grid.ranks[:, columns] != ABSENT).all(axis=1)][:, columns]


def _first_of_each(frames: list[pd.DataFrame], observations: Observations) -> pd.DataFrame:
    """Keep one row per place, date and basis; no rows, but all columns, where there is no table by age."""
    if not frames:
        texts, none = {"status": "", "reason": "", "datasets": ""}, observations.keys.iloc[:0]
        return none.assign(value=np.nan, denominator=np.nan, **texts)
    return pd.concat(frames, ignore_index=True).drop_duplicates(PLACE_AND_DATE)


def mean_age(observations: Observations) -> pd.DataFrame:
    """Return the mean age in years; ``estimated`` unless it rests on single ages."""
    open_means = _open_means(observations)
    frames = []
    for grid in _complete(observations):
        groups = [grid.groups[column] for column in grid.columns_for(0, OPEN)]
        middle = np.array([open_means.get(a, np.nan) if b == OPEN else (a + b + 1) / 2 for a, b in groups])
        counts = _whole(grid)
        with np.errstate(invalid="ignore"):
            mean = (counts * middle).sum(axis=1) / counts.sum(axis=1)
        frames.append(_result(grid, mean, observations, estimate=grid.age_set != "single"))
    table = _first_of_each(frames, observations)
    return table.assign(numerator=table["value"] * table["denominator"])


def median_age(observations: Observations) -> pd.DataFrame:
    """Return the median age in years, interpolated linearly inside its age group.

    ``numerator`` has no meaning for a median and is left out, so that no group of places gets a mean of medians.
    """
    frames = []
    for grid in _complete(observations):
        groups = np.array([grid.groups[column] for column in grid.columns_for(0, OPEN)], dtype=float)
        median = _interpolated_median(_whole(grid), groups)
        frames.append(_result(grid, median, observations, estimate=False))
    return _first_of_each(frames, observations).assign(numerator=np.nan)


def _interpolated_median(counts: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the median of each row of counts (rows, groups) with the limits of the groups (groups, 2).

    None (not a number) where there is nobody, where a count is missing, or where half the people are in the open group.
    """
    upto = counts.cumsum(axis=1)
    half = upto[:, -1] / 2
    column = (upto < half[:, None]).sum(axis=1)
    rows = np.arange(len(counts))
    before = upto[rows, column] - counts[rows, column]
    width = groups[column, 1] - groups[column, 0] + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        median = groups[column, 0] + width * (half - before) / counts[rows, column]
    return np.where(groups[column, 1] == OPEN, np.nan, median)
