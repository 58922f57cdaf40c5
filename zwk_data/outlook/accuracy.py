"""How far projections of the past were from what came, and how long one of today bears a decision."""

from dataclasses import dataclass

import pandas as pd

from zwk_data.outlook.kept import Kept
from zwk_data.outlook.starts import Start
from zwk_data.projection.ages import AGES, AgeRange
from zwk_data.projection.backtest import GROUPS
from zwk_data.projection.coverage import AHEAD
from zwk_data.warehouse import Statistics

ALL = "all"  # all size classes together
TOLERANCE = 5.0  # per cent
SHARE = 0.8  # of the Kreise that must lie within it

_ERRORS: Kept[pd.DataFrame] = Kept(4)
_COHORT: Kept[dict[tuple[str, str], pd.DataFrame]] = Kept(4)
_SUMMED: Kept[pd.DataFrame] = Kept(4)


@dataclass(frozen=True)
class ShelfLife:
    """How long a projection is usable: ``year`` is the last one within the tolerance, None if not even the first is.

    ``open_ended``: no tested horizon lay outside, so it may hold longer than it could be tested. ``group`` is the
    tested age group, ``size_class`` the class of places. ``errors`` by horizon: horizon, year, p80 (four of five
    Kreise were no further off, in per cent), mape, bias (per cent), n (cases).
    """

    year: int | None
    open_ended: bool
    group: str
    size_class: str
    tolerance: float
    errors: pd.DataFrame


def _cases(data: Statistics) -> pd.DataFrame:
    """Return every tested case with its error in per cent of what came."""

    def make() -> pd.DataFrame:
        rows = data.projection_errors().rename(columns={"age_group": "group"})
        rows = rows[rows["observed"] > 0]
        return rows.assign(error=100 * (rows["projected"] - rows["observed"]) / rows["observed"])

    return _ERRORS.get(data.generation.sha256, make)


def errors(data: Statistics) -> pd.DataFrame:
    """Return the errors of the back-test, in per cent of what came.

    Columns: size_class (``all`` for all together), group, horizon (years), method (cohort, shares, linear;
    ``hindcast``: from an early year with rates observed later, which is no test), mape (mean of the absolute errors),
    bias (mean of the errors; above zero: too many projected), p80 (four of five cases were no further off), n (cases).
    """
    return _SUMMED.get(data.generation.sha256, lambda: _summed(_cases(data)))


def _summed(cases: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([cases, cases.assign(size_class=ALL)], ignore_index=True)
    both["size"] = both["error"].abs()
    keys = ["size_class", "group", "horizon", "method"]
    grouped = both.groupby(keys, observed=True)
    found = grouped.agg(mape=("size", "mean"), bias=("error", "mean"), n=("error", "size"))
    return found.assign(p80=grouped["size"].quantile(SHARE)).reset_index()


def coverage(data: Statistics, *, ahead: bool = False) -> pd.DataFrame:
    """Return how often what came lay inside the band, out of sample.

    Args:
        data: the figures.
        ahead: fitted on early years and checked on later ones, in all Länder; else fitted on one half of the Länder and
            checked on the other, in the same years.

    Returns:
        fold (the half that was fitted on; ``ahead``), size_class, group, horizon, cases, inside, share (0 to 1).
    """
    rows = data.projection_coverage().rename(columns={"age_group": "group"})
    rows = rows[(rows["fold"] == AHEAD) == ahead]
    found = rows.assign(share=rows["inside"] / rows["cases"].where(rows["cases"] > 0))
    return found[["fold", "size_class", "group", "horizon", "cases", "inside", "share"]]


def tested_group(ages: AgeRange) -> str:
    """Return the tested age group that is nearest to a range: the one that shares the most ages with it."""
    wanted = set(range(AGES)[ages.cut])

    def likeness(name: str) -> float:
        tested = set(range(AGES)[GROUPS[name].cut])
        return len(wanted & tested) / len(wanted | tested)

    return max(GROUPS, key=likeness)


def shelf_life(data: Statistics, start: Start, group: str | AgeRange, tolerance: float = TOLERANCE) -> ShelfLife:
    """Return until which year four of five Kreise of the size class were within a tolerance at the same horizon.

    Args:
        data: the figures.
        start: where the projection starts.
        group: a tested age group, or ages for which the nearest one speaks.
        tolerance: per cent of the number that came.

    Raises:
        KeyError: an age group that was not tested.
    """
    name = tested_group(group) if isinstance(group, AgeRange) else group
    if name not in GROUPS:
        raise KeyError(name)
    by_horizon = _by_horizon(_own_cases(data, name, start.size_class), start.year)
    good = by_horizon["p80"].le(tolerance).cumprod().astype(bool)
    last = by_horizon.loc[good, "year"]
    return ShelfLife(
        int(last.iloc[-1]) if len(last) else None, bool(len(good) and good.all()), name, start.size_class, tolerance,
        by_horizon,
    )  # fmt: skip


def _own_cases(data: Statistics, group: str, size_class: str) -> pd.DataFrame:
    """Return the tested cases of this method for one age group and size class."""

    def make() -> dict[tuple[str, str], pd.DataFrame]:
        rows = _cases(data)
        ours = rows[rows["method"] == "cohort"].groupby(["group", "size_class"], observed=True)
        return {(str(name), str(size)): part for (name, size), part in ours}

    parts = _COHORT.get(data.generation.sha256, make)
    return parts.get((group, size_class), _cases(data).head(0))


def _by_horizon(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    grouped = rows.assign(size=rows["error"].abs()).groupby("horizon")
    found = grouped.agg(p80=("size", lambda sizes: sizes.quantile(SHARE)), mape=("size", "mean"),
                        bias=("error", "mean"), n=("error", "size")).reset_index()  # fmt: skip
    found.insert(1, "year", found["horizon"] + year)
    return found
