"""From observations to sums over ages: the smallest step of every indicator.

A sum over an age range exists only where one dataset has age groups that tile the range exactly; groups of two
datasets never add up to one figure. All functions are pure and work on pandas frames.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.catalog import Term
from zwk_data.catalog.tidy import STATUSES_WITH_VALUE

PLACE_AND_DATE = ["ags", "reference_date", "basis"]
# A sum is as good as its worst part; from "later" on there is no value.
RANK = {status: rank for rank, status in enumerate(
    (*STATUSES_WITH_VALUE, "later", "not_available", "missing", "secret"))}  # fmt: skip
STATUS = {rank: status for status, rank in RANK.items()}
FIRST_WITHOUT_VALUE = len(STATUSES_WITH_VALUE)
OPEN = 999  # stands for the upper end of an open group in comparisons
ABSENT = -1  # rank of a group that a place does not have at all


@dataclass(frozen=True)
class Grid:
    """One age grid of one dataset, measure and sex, as matrices of places and dates by age groups.

    ``keys`` are positions in ``Observations.keys``; ``groups`` are (age_from, age_to) with ``OPEN`` for open groups;
    ``values`` has the shape (keys, groups), ``ranks`` the same with ``ABSENT`` where there is no row.
    """

    dataset: str
    age_set: str
    priority: int
    keys: np.ndarray
    groups: tuple[tuple[int, int], ...]
    values: np.ndarray
    ranks: np.ndarray

    def columns_for(self, age_from: int, age_to: int) -> list[int]:
        """Return the columns whose groups cover the range without gap or overlap, or none."""
        chosen: list[int] = []
        start = age_from
        while start <= age_to:
            fitting = [i for i, group in enumerate(self.groups) if group[0] == start and group[1] <= age_to]
            if not fitting:
                return []
            chosen.append(fitting[-1])
            start = self.groups[fitting[-1]][1] + 1
        return chosen

    def sum(self, columns: list[int]) -> pd.DataFrame:
        """Add some groups; a place that lacks one of them has no row."""
        values, ranks = self.values[:, columns], self.ranks[:, columns]
        whole = (ranks != ABSENT).all(axis=1)
        rank = ranks[whole].max(axis=1)
        value = np.where(rank >= FIRST_WITHOUT_VALUE, np.nan, values[whole].sum(axis=1))
        columns_of_result = {"key": self.keys[whole], "dataset": self.dataset, "priority": self.priority}
        return pd.DataFrame(columns_of_result | {"value": value, "rank": rank})


class Observations:
    """Observations of the current loads, cut into age grids once, so that each term is one sum over columns.

    Args:
        frame: columns of the tidy form plus ``priority`` (lower wins); one row per key.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        groups = frame.groupby(PLACE_AND_DATE, observed=True)
        data = frame.assign(
            key=groups.ngroup(), rank=frame["status"].map(RANK).astype("int8"),
            age_to=frame["age_to"].fillna(OPEN).astype("int16"),
        )  # fmt: skip
        first = data.drop_duplicates("key").sort_values("key")
        self.keys = first[PLACE_AND_DATE].astype({"ags": "str", "basis": "str"}).reset_index(drop=True)
        self._grids: dict[tuple[str, str], list[Grid]] = {}
        for cut, part in data.groupby(["measure", "sex", "dataset", "age_set"], observed=True):
            measure, sex, dataset, age_set = map(str, cut)
            self._grids.setdefault((measure, sex), []).append(_grid(dataset, age_set, part))

    def grids(self, measure: str, sex: str = "t") -> list[Grid]:
        """Return the age grids of one measure and sex, the preferred dataset first, and of it the totals first.

        A total that is given stands although one of the age groups is secret.
        """
        return sorted(self._grids.get((measure, sex), []), key=lambda grid: (grid.priority, grid.age_set != "total"))

    def term(self, term: Term) -> pd.DataFrame:
        """Sum a term for every place, date, basis and dataset that can give it.

        Returns:
            Columns key, dataset, priority, value, rank; one row per key and dataset. Where two age grids of one
            dataset cover the range the first one counts.
        """
        wanted = OPEN if term.age_to is None else term.age_to
        found = [(grid, grid.columns_for(term.age_from, wanted)) for grid in self.grids(term.measure, term.sex)]
        parts = [grid.sum(columns) for grid, columns in found if columns]
        if not parts:
            return pd.DataFrame({"key": [], "dataset": [], "priority": [], "value": [], "rank": []})
        return pd.concat(parts, ignore_index=True).drop_duplicates(["key", "dataset"])

    def total(self, measure: str) -> pd.DataFrame:
        """Return the total of a measure with place and date: ags, reference_date, basis, dataset, value."""
        best = self.term(Term(measure)).sort_values("priority").drop_duplicates("key")
        return self.located(best)

    def located(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Replace the column ``key`` by ags, reference_date and basis."""
        where = self.keys.iloc[frame["key"].to_numpy(dtype=int)].reset_index(drop=True)
        return pd.concat([where, frame.drop(columns="key").reset_index(drop=True)], axis=1)


def best(candidates: pd.DataFrame) -> pd.DataFrame:
    """Keep one dataset per key: one with a value, or one that keeps it secret, before one without; then by priority."""
    nothing = (candidates["rank"] >= FIRST_WITHOUT_VALUE) & (candidates["rank"] != RANK["secret"])
    ordered = candidates.assign(nothing=nothing).sort_values(["nothing", "priority"], kind="stable")
    return ordered.drop_duplicates("key").drop(columns="nothing")


def _grid(dataset: str, age_set: str, part: pd.DataFrame) -> Grid:
    keys, row = np.unique(part["key"].to_numpy(), return_inverse=True)
    codes = part["age_from"].to_numpy(dtype=int) * 1000 + part["age_to"].to_numpy(dtype=int)
    groups, column = np.unique(codes, return_inverse=True)
    values = np.full((len(keys), len(groups)), np.nan)
    ranks = np.full((len(keys), len(groups)), ABSENT, dtype=np.int8)
    values[row, column] = part["value"].to_numpy()
    ranks[row, column] = part["rank"].to_numpy()
    limits = tuple((int(code) // 1000, int(code) % 1000) for code in groups)
    return Grid(dataset, age_set, int(part["priority"].iloc[0]), keys, limits, values, ranks)
