"""Whether the band holds what it promises: fitted on some Länder, checked on the others.

The Länder are dealt into two halves by their number of Kreise. For every Kreis and origin of one half, paths are drawn
from the misses of the other half (same size class), and the band is stretched until it holds four out of five of that
half's own cases; then it is counted how much of what came in the first half lies inside. The factors that the page uses
come from both halves together.

The years are the same in both halves, so this is no test of the future. A harder one stands beside it: paths and
factors from what was known at the middle origin, checked on what came after it, in all Länder.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.projection.ages import Array, count
from zwk_data.projection.backtest import GROUPS, SIZE_CLASSES, Tested, targets, unchanged
from zwk_data.projection.engine import Rates
from zwk_data.projection.errors import HIGH, LOW, cases_of, draw_shocks, inside, stretch
from zwk_data.projection.observed import Observed
from zwk_data.projection.trajectories import Shocks, quantiles, trajectories

PATHS = 240
SEED = 2024
FOLDS = ("a", "b")
AHEAD = "ahead"  # fitted on what was known at the middle origin, checked on that and the later origins


def folds(lands: Sequence[str]) -> npt.NDArray[np.str_]:
    """Return the half of each place, by its Land: Länder in turn, those with most Kreise first."""
    names, sizes = np.unique(np.array(lands), return_counts=True)
    order = sorted(zip(-sizes, names, strict=True))
    half = {name: FOLDS[turn % 2] for turn, (_, name) in enumerate(order)}
    return np.array([half[land] for land in lands])


def bands(
    observed: Observed, tested: Sequence[Tested], cases: pd.DataFrame, classes: Sequence[str],
    wanted: npt.NDArray[np.bool_],
) -> pd.DataFrame:  # fmt: skip
    """Return the band of every wanted place, origin, horizon and group beside what came.

    Args:
        observed: what was observed.
        tested: the origins.
        cases: rows of ``case_rows`` with their size_class, from which paths are drawn.
        classes: size class of each place.
        wanted: of which places, ``(places,)``.

    Returns:
        size_class, age_group, horizon, origin, expected, counted, low, high; one row for each.
    """
    parts: list[pd.DataFrame] = []
    for size in SIZE_CLASSES:
        rows = cases[cases["size_class"] == size]
        chosen = np.flatnonzero(wanted & (np.array(classes) == size))
        if rows.empty or not len(chosen):
            continue
        drawn = cases_of(rows)
        for one in tested:
            shocks = draw_shocks(drawn, one.rates.years, PATHS, SEED + one.origin)
            parts.append(_of_origin(observed, one, chosen, shocks).assign(size_class=size))
    return pd.concat(parts, ignore_index=True)


def _of_origin(observed: Observed, one: Tested, chosen: npt.NDArray[np.int64], shocks: Shocks) -> pd.DataFrame:
    """Return the bands of an origin: every chosen place, later year and group, as one long table."""
    groups = [(ages, "t") for ages in GROUPS.values()]
    years = targets(observed, one.origin)
    ahead = [year - one.origin for year in years]
    edges = np.empty((2, len(chosen), len(years), len(groups)))
    for row, place in enumerate(chosen):
        paths = trajectories(
            observed.populations[one.origin][place], _rates_of(one.rates, place), shocks, groups, kernel="numpy"
        )
        edges[:, row] = quantiles(paths, (LOW, HIGH))[:, ahead]
    expected, came = _of_groups(one.populations["cohort"][ahead], chosen), _of_groups(
        np.stack([observed.populations[year] for year in years]), chosen)  # fmt: skip
    same = np.stack([unchanged(observed, one.origin, year)[chosen] for year in years], axis=1)
    found = pd.DataFrame({
        "age_group": np.tile(list(GROUPS), len(chosen) * len(years)),
        "horizon": np.tile(np.repeat(ahead, len(groups)), len(chosen)),
        "origin": one.origin, "expected": expected.ravel(), "counted": came.ravel(), "low": edges[0].ravel(),
        "high": edges[1].ravel(),
    })  # fmt: skip
    return found[np.repeat(same.ravel(), len(groups))]


def _of_groups(populations: Array, chosen: npt.NDArray[np.int64]) -> Array:
    """Return persons by place, year and group, ``(chosen, years, groups)``, from ``(years, places, 2, 101)``."""
    found = np.stack([count(populations[:, chosen], ages) for ages in GROUPS.values()], axis=-1)
    return np.ascontiguousarray(found.swapaxes(0, 1))


def _rates_of(rates: Rates, place: int) -> Rates:
    assert rates.out_rate is not None
    return Rates(
        rates.survival[:, place], rates.fertility[:, place], rates.in_migration[:, place], rates.out_rate[:, place]
    )


KEY = ["size_class", "age_group", "horizon"]


def _columns(rows: pd.DataFrame) -> tuple[Array, Array, Array, Array]:
    counted, expected, low, high = (rows[name].to_numpy(dtype=float) for name in ("counted", "expected", "low", "high"))
    return counted, expected, low, high


def fitted(found: pd.DataFrame) -> pd.DataFrame:
    """Return the factor of every size class, age group and horizon that holds four out of five of the cases."""
    rows = [(*key, stretch(*_columns(part))) for key, part in found.groupby(KEY, sort=True)]
    return _smooth(pd.DataFrame(rows, columns=[*KEY, "factor"]))


def _smooth(factors: pd.DataFrame) -> pd.DataFrame:
    """Return the factors of each class and group with neighbouring horizons averaged (1, 2, 1): few cases jump."""
    parts = []
    for _, part in factors.groupby(KEY[:2], sort=True):
        known = np.log(part["factor"].to_numpy(dtype=float))
        padded = np.concatenate([known[:1], known, known[-1:]])
        parts.append(part.assign(factor=np.exp((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)))
    return pd.concat(parts, ignore_index=True)


def held(found: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Return how many cases there are and how many lie inside the band stretched by the factors."""
    rows = found.merge(factors, on=KEY, how="inner")
    lies = inside(*_columns(rows), rows["factor"].to_numpy())
    grouped = rows.assign(inside=lies).groupby(KEY, sort=True)["inside"]
    return grouped.agg(cases="size", inside="sum").reset_index()


def check(
    observed: Observed, tested: Sequence[Tested], cases: pd.DataFrame, classes: Sequence[str], lands: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the factors from all Länder, and the coverage out of sample by fold.

    Returns:
        (size_class, age_group, horizon, factor) and (size_class, age_group, horizon, cases, inside, fold); ``fold`` is
        the half that was fitted on (the other one was checked), or ``ahead``.
    """
    half = folds(lands)
    fitted_on, found = [], []
    for name in FOLDS:
        fit = cases[np.isin(cases["ags"], np.array(observed.places)[half == name])]
        own = bands(observed, tested, fit, classes, half == name)
        others = bands(observed, tested, fit, classes, half != name)
        found.append(held(others, fitted(own)).assign(fold=name))
        fitted_on.append(own)
    found += _ahead(observed, tested, cases, classes)
    return fitted(pd.concat(fitted_on, ignore_index=True)), pd.concat(found, ignore_index=True)


def _ahead(
    observed: Observed, tested: Sequence[Tested], cases: pd.DataFrame, classes: Sequence[str]
) -> list[pd.DataFrame]:  # fmt: skip
    """Return the coverage of later origins by bands fitted on what was known at the middle one; nothing without any."""
    middle = tested[len(tested) // 2].origin
    fit = cases[cases["origin"] + cases["lead"] <= middle]
    if fit.empty:
        return []
    found = bands(observed, tested, fit, classes, np.ones(len(classes), dtype=bool))
    known = found[(found["origin"] + found["horizon"] <= middle)]
    later = found[(found["origin"] >= middle)]
    return [held(later, fitted(known)).assign(fold=AHEAD)]
