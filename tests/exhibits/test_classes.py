"""Class limits: each scheme against its definition, and the printed limit decides."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zwk_data.exhibits.classes import COUNTS, about_zero, class_limits, class_of

COMPUTED = ("quantile", "equal", "jenks", "deviation")
VALUES = arrays(float, st.integers(1, 60), elements=st.floats(-1e4, 1e4))


@given(VALUES, st.sampled_from(COMPUTED), st.sampled_from(COUNTS), st.integers(0, 2))
def test_limits_rise_lie_inside_the_values_and_leave_no_value_without_class(values, scheme, count, decimals) -> None:
    limits = class_limits(values, scheme, count, decimals)
    assert list(limits) == sorted(set(limits)) and len(limits) < count
    classes = class_of(values, limits, decimals)
    assert classes.min() == 0 and classes.max() <= len(limits)


def spread(values: np.ndarray, cuts: tuple[int, ...]) -> float:
    return sum(((part - part.mean()) ** 2).sum() for part in np.split(values, cuts))


@given(arrays(float, st.integers(5, 11), elements=st.integers(0, 60).map(float), unique=True), st.sampled_from((3, 4)))
def test_natural_breaks_have_the_smallest_spread_of_all_possible_classes(values, count) -> None:
    ordered = np.sort(values)
    limits = class_limits(ordered, "jenks", count, 3)
    best = min(spread(ordered, cuts) for cuts in combinations(range(1, len(ordered)), count - 1))
    assert spread(ordered, tuple(np.searchsorted(ordered, limits))) == pytest.approx(best)


def test_quantiles_put_equally_many_into_each_class() -> None:
    limits = class_limits(np.arange(100.0), "quantile", 5, 1)
    assert np.bincount(class_of(np.arange(100.0), limits, 1)).tolist() == [20] * 5


def test_equal_widths_and_standard_deviations() -> None:
    assert class_limits(np.array([0.0, 10.0, 3.0]), "equal", 5, 1) == (2, 4, 6, 8)
    assert class_limits(np.array([-1.0, 1.0] * 50), "deviation", 3, 1) == (-0.5, 0.5)


def test_own_limits_stay_as_they_are() -> None:
    assert class_limits(np.array([1.0, 2.0]), "own", 5, 0, (35.5, 30.0, 30.0)) == (30.0, 35.5)


def test_a_value_belongs_where_its_printed_figure_says() -> None:
    assert class_of(np.array([29.94, 29.96, 30.0, np.nan]), (30.0,), 1).tolist() == [0, 1, 1, -1]


def test_many_values_are_classed_without_comparing_all_pairs() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(mean, 0.1, 12_000) for mean in (0, 10, 50)])
    assert class_of(np.array([0.0, 10.0, 50.0]), class_limits(values, "jenks", 3, 2), 2).tolist() == [0, 1, 2]


def test_a_change_is_classed_about_zero_only_where_values_lie_on_both_sides() -> None:
    assert about_zero((1.2, 3.0), np.array([-5.0, 7.0])) == (0.0, 3.0)
    assert about_zero((1.2, 3.0), np.array([0.5, 7.0])) == (1.2, 3.0)
