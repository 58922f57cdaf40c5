"""Age groups into single ages: monotone, and every group keeps its sum.

The cumulative distribution over age is interpolated by PCHIP (Fritsch and Carlson 1980), which never falls where the
data do not: no single age comes out negative, and no group gains or loses a person. It runs over the cumulative
distribution of a reference population (the Land by single ages) instead of age itself, so that the thin years of 1945
and the strong ones of 1964 lie where they are, whatever group they fall into. How far the single ages are from the
truth is measured where a date has both; see ``split_error``.
"""

from collections.abc import Sequence

import numpy as np

from zwk_data.projection.ages import AGES, Array
from zwk_data.projection.shrinking import Groups

Limits = Sequence[tuple[int, int | None]]
LEAST = 1e-9  # a reference age without anybody


def split(limits: Limits, counts: Array, reference: Array) -> Array:
    """Split the persons of age groups into single ages.

    Args:
        limits: first and last completed year of each group, without gaps from age 0; the last group is open.
        counts: persons of each group, ``(..., groups)``.
        reference: persons by single age, ``(101,)``, of which only the proportions count.

    Returns:
        Persons by single age, ``(..., 101)``; the sum of every group is that of ``counts`` but for rounding.

    Raises:
        ValueError: the groups have gaps, overlap, or do not end open.
    """
    from scipy.interpolate import PchipInterpolator  # takes a second; only builds and own data split ages

    starts = _starts(limits)
    clock = np.concatenate([[0.0], np.cumsum(np.maximum(reference, LEAST))])
    heaped = np.concatenate([np.zeros_like(counts[..., :1]), np.cumsum(counts[..., :-1], axis=-1)], axis=-1)
    curve = PchipInterpolator(clock[starts], heaped, axis=-1)
    opens = starts[-1]
    closed = np.maximum(np.diff(curve(clock[: opens + 1]), axis=-1), 0.0)
    shares = np.diff(clock[opens:]) / (clock[-1] - clock[opens])
    return np.concatenate([closed, counts[..., -1:] * shares], axis=-1)


def split_places(limits: Limits, counts: Array, references: Array, groups: Groups) -> Array:
    """Split the groups of many places, each by the reference of its Land and sex.

    Args:
        limits: as for ``split``.
        counts: ``(places, 2, groups)``.
        references: ``(Länder, 2, 101)``.
        groups: number of the Land of each place, ``(places,)``.
    """
    found = np.empty((*counts.shape[:-1], AGES))
    for land in np.unique(groups):
        for sex in range(2):
            found[groups == land, sex] = split(limits, counts[groups == land, sex], references[land, sex])
    return found


def aged(reference: Array, survival: Array, years: int) -> Array:
    """Return a reference population some years later (earlier, if negative): cohorts grow older, nobody moves.

    Args:
        reference: persons by single age, ``(..., 101)``.
        survival: by age reached, broadcast against it.
        years: whole years. The youngest ages that are not known yet are those of the youngest known one; earlier, the
            oldest are thinned out by survival.
    """
    found = np.array(reference, dtype=float)
    for _ in range(abs(years)):
        if years > 0:
            older = found[..., :-1] * survival[..., 1:]
            older[..., -1] += found[..., -1] * survival[..., -1]
            found = np.concatenate([found[..., :1], older], axis=-1)
        else:
            younger = found[..., 1:] / survival[..., 1:]
            found = np.concatenate([younger, younger[..., -1:] * survival[..., -1:]], axis=-1)
    return found


def _starts(limits: Limits) -> list[int]:
    """Return the first age of every group; refuse gaps."""
    starts = [first for first, _ in limits]
    ends = [last for _, last in limits]
    if len(limits) < 2 or starts[0] != 0 or ends[-1] is not None or starts[-1] >= AGES:
        raise ValueError(f"age groups must lead from 0 to an open one: {limits}")
    if any(last is None or following != last + 1 for last, following in zip(ends[:-1], starts[1:], strict=True)):
        raise ValueError(f"age groups with a gap or an overlap: {limits}")
    return starts


def grouped(limits: Limits, single: Array) -> Array:
    """Return the persons of age groups, ``(..., groups)``, from single ages."""
    return np.asarray(np.add.reduceat(single, [first for first, _ in limits], axis=-1))


def split_error(truth: Array, found: Array) -> Array:
    """Return how far split groups are from known single ages, by age ``(101,)``: mean absolute error in per cent.

    Args:
        truth: persons, ``(places, ..., 101)``.
        found: the same persons by ``split``.
    """
    over = tuple(range(truth.ndim - 1))
    return np.asarray(100 * np.abs(found - truth).sum(axis=over) / np.maximum(truth.sum(axis=over), LEAST))
