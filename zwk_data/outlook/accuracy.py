"""How far projections of the past were from what came, and how long one of today bears a decision."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.outlook.kept import Kept
from zwk_data.outlook.starts import Start
from zwk_data.projection.ages import AGES, AgeRange, Array
from zwk_data.projection.backtest import GROUPS
from zwk_data.projection.coverage import AHEAD
from zwk_data.warehouse import Statistics

ALL = "all"  # all size classes together
TOLERANCE = 5.0  # per cent
SHARE = 0.8  # of the Kreise that must lie within it
DECIMALS = 1  # of a per cent: what a reader sees is what decides

_ERRORS: Kept[pd.DataFrame] = Kept(4)
_COHORT: Kept[dict[tuple[str, str], pd.DataFrame]] = Kept(4)
_SUMMED: Kept[pd.DataFrame] = Kept(4)
_APPROXIMATED: Kept[pd.DataFrame] = Kept(4)
LEAST_KREISE = 5  # of a Land whose structure is lent to its Kreise


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

    Errors count as they are shown, to a tenth of a per cent: a line that touches the tolerance has not crossed it.

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
    if start.form == "scaled":  # the error of the approximation comes on top, independent of the other
        extra = 100 * extra_of(data, GROUPS[name], int(by_horizon["horizon"].max()))[by_horizon["horizon"]]
        by_horizon = by_horizon.assign(p80=np.hypot(by_horizon["p80"], extra))
    good = by_horizon["p80"].round(DECIMALS).le(tolerance).cumprod().astype(bool)
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


def approximated(data: Statistics) -> pd.DataFrame:
    """Return how far a place is missed that is run with the structure of the larger one around it.

    Tested where ages are known: every Kreis at its own size, with the age structure and the course of its Land (the sum
    of the Kreise, each run from the same origin with what was known then), against what came in the Kreis.

    Returns:
        group, horizon (years), own and scaled (p80 of the absolute error of the Kreis's own run and of the
        approximation, per cent), extra (what the approximation adds: the root of the difference of their squares), n.
    """
    return _APPROXIMATED.get(data.generation.sha256, lambda: _approximated(_cases(data), _sizes(data)))


def _sizes(data: Statistics) -> pd.DataFrame:
    """Return the inhabitants of every Kreis at the end of a year, on the basis of the test: ags, origin, size."""
    rows = data.values(["population_total"], data.projection_places())
    ends = rows[(rows["basis"] == "census2011") & (rows["reference_date"].dt.month == 12)]
    return pd.DataFrame({
        "ags": ends["ags"].astype(str), "origin": ends["reference_date"].dt.year, "size": ends["value"],
    }).drop_duplicates(["ags", "origin"])  # fmt: skip


def _approximated(cases: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    ours = cases[cases["method"] == "cohort"].astype({"ags": str, "origin": "int64"})
    rows = ours.merge(sizes.dropna(), on=["ags", "origin"]).assign(land=lambda one: one["ags"].str[:2])
    of_land = rows.groupby(["land", "origin", "horizon", "group"], observed=True)
    rows = rows[of_land["ags"].transform("size") >= LEAST_KREISE]
    lent = of_land["projected"].transform("sum") / of_land["size"].transform("sum") * rows["size"]
    rows = rows.assign(own=rows["error"].abs(), scaled=100 * (lent / rows["observed"] - 1).abs())
    grouped = rows.groupby(["group", "horizon"], observed=True)
    found = grouped[["own", "scaled"]].quantile(SHARE).assign(n=grouped.size()).reset_index()
    squares = (found["scaled"] ** 2 - found["own"] ** 2).clip(lower=0.0)
    return found.assign(extra=np.sqrt(squares)).sort_values(["group", "horizon"]).reset_index(drop=True)


def extra_of(data: Statistics, ages: AgeRange, years: int) -> Array:
    """Return what the approximation adds to the error of some ages by year from the start, a share, ``(years + 1,)``.

    At the start as after a year; after the tested years it grows on as it did on average, and never shrinks.
    """
    rows = approximated(data)
    tested = rows[rows["group"] == tested_group(ages)]
    if tested.empty:
        return np.zeros(years + 1)
    at, extra = tested["horizon"].to_numpy(dtype=float), tested["extra"].to_numpy() / 100
    slope = max((extra[-1] - extra[0]) / max(at[-1] - at[0], 1.0), 0.0)
    all_years = np.arange(years + 1)
    return np.asarray(np.interp(all_years, at, extra) + slope * np.maximum(all_years - at[-1], 0.0))
