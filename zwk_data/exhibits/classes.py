"""Class limits of a map: quantiles, equal widths, natural breaks, standard deviations, or the reader's own.

A limit belongs to the class above it: class ``i`` holds ``limits[i-1] <= value < limits[i]``. Limits are rounded to
the printed decimals first, so what a legend says is what was drawn. Written here, not with mapclassify: its import
takes seconds and its natural breaks, without a compiler, minutes for all Gemeinden.
"""

from collections.abc import Callable, Sequence

import numpy as np

SCHEMES = ("quantile", "equal", "jenks", "deviation", "own")
DEFAULT_SCHEME, DEFAULT_COUNT = "quantile", 5
COUNTS = tuple(range(3, 8))
CANDIDATES = 1000  # natural breaks: values beyond this number are first gathered into groups of equal size


def class_limits(
    values: np.ndarray, scheme: str, count: int, decimals: int, own: Sequence[float] = ()
) -> tuple[float, ...]:
    """Return the inner limits of at most ``count`` classes, strictly rising, all inside the range of the values.

    Args:
        values: the values, missing ones left out; several years together give one scale for all of them.
        scheme: one of ``SCHEMES``.
        count: number of classes wanted; fewer come out where values repeat. Ignored for own limits.
        decimals: to which limits are rounded.
        own: the limits of the scheme ``own``; they stay as they are.
    """
    if scheme == "own":
        return tuple(sorted(set(own)))
    known = np.sort(np.asarray(values, dtype=float))
    if known.size == 0:
        return ()
    found = np.round(METHODS[scheme](known, count), decimals) + 0.0
    low, high = np.round(known[0], decimals), np.round(known[-1], decimals)
    return tuple(float(limit) for limit in np.unique(found) if low < limit <= high)


def about_zero(limits: tuple[float, ...], values: np.ndarray) -> tuple[float, ...]:
    """Return limits with zero in place of the nearest one, where values lie on both sides of it."""
    known = values[~np.isnan(values)]
    if not limits or 0 in limits or known.size == 0 or known.min() >= 0 or known.max() <= 0:
        return limits
    nearest = min(limits, key=abs)
    return tuple(sorted({0.0, *(limit for limit in limits if limit != nearest)}))


def class_of(values: np.ndarray, limits: Sequence[float], decimals: int) -> np.ndarray:
    """Return the class of each value, from 0; -1 for a missing one. Values are compared as they are printed."""
    numbers = np.asarray(values, dtype=float)
    found = np.searchsorted(np.asarray(limits, dtype=float), np.round(numbers, decimals), side="right")
    return np.where(np.isnan(numbers), -1, found).astype(np.int8)


def _quantiles(values: np.ndarray, count: int) -> np.ndarray:
    return np.quantile(values, np.arange(1, count) / count)


def _equal(values: np.ndarray, count: int) -> np.ndarray:
    return np.linspace(values[0], values[-1], count + 1)[1:-1]


def _deviation(values: np.ndarray, count: int) -> np.ndarray:
    """Return limits one standard deviation apart, symmetric about the mean."""
    return values.mean() + values.std() * (np.arange(count - 1) - (count - 2) / 2)


def _natural(values: np.ndarray, count: int) -> np.ndarray:
    """Return natural breaks: the classes with the smallest sum of squared distances from their means.

    Exact by dynamic programming (Fisher, "On grouping for maximum homogeneity", 1958; used by Jenks 1977).
    """
    points, weights = _gathered(values)
    classes = min(count, len(points))
    spread = _spreads(points, weights)
    best, cuts = spread[0], []
    for _ in range(classes - 1):
        # best[j]: smallest spread of points 0..j in one class less; the last class begins at point i
        total = np.concatenate(([np.inf], best[:-1]))[:, None] + spread
        cuts.append(total.argmin(axis=0))
        best = total.min(axis=0)
    return points[_starts(cuts, len(points) - 1)]


def _gathered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distinct values and how often they occur; many become means of groups of equal size."""
    points, weights = np.unique(values, return_counts=True)
    if len(points) <= CANDIDATES:
        return points, weights
    groups = np.array_split(values, CANDIDATES)
    return np.array([group.mean() for group in groups]), np.array([len(group) for group in groups])


def _spreads(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for each pair i <= j the weighted squared distance of points i..j from their mean; infinite below."""
    w, s, q = (np.concatenate(([0.0], np.cumsum(part))) for part in (weights, weights * points, weights * points**2))
    weight = w[None, 1:] - w[:-1, None]
    total, squares = s[None, 1:] - s[:-1, None], q[None, 1:] - q[:-1, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weight > 0, squares - total**2 / weight, np.inf)


def _starts(cuts: list[np.ndarray], last: int) -> list[int]:
    """Walk back from the last point to the first point of every class but the first."""
    starts: list[int] = []
    for cut in reversed(cuts):
        starts.append(int(cut[last]))
        last = starts[-1] - 1
    return starts[::-1]


METHODS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "quantile": _quantiles, "equal": _equal, "jenks": _natural, "deviation": _deviation,
}  # fmt: skip
