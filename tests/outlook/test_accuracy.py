"""Errors of earlier projections, retraced from the rows of the back-test."""

import numpy as np
import pytest

from zwk_data import outlook
from zwk_data.projection.ages import AgeRange
from zwk_data.projection.backtest import GROUPS, METHODS, SIZE_CLASSES


def test_errors_are_means_over_the_cases_by_class_group_horizon_and_method(statistics):
    found = outlook.errors(statistics)
    assert set(found["method"]) >= set(METHODS) and set(found["group"]) == set(GROUPS)
    assert set(found["size_class"]) == {*SIZE_CLASSES, "all"}
    rows = statistics.projection_errors()
    rows = rows[(rows["age_group"] == "65") & (rows["method"] == "linear") & (rows["horizon"] == 3)]
    off = 100 * (rows["projected"] / rows["observed"] - 1)
    one = found.query("size_class == 'all' and group == '65' and method == 'linear' and horizon == 3").iloc[0]
    assert (one["mape"], one["bias"], one["n"]) == (
        pytest.approx(off.abs().mean()), pytest.approx(off.mean()), len(rows)
    )  # fmt: skip
    assert (found["mape"] >= found["bias"].abs() - 1e-9).all()


def test_the_classes_add_up_to_all(statistics):
    found = outlook.errors(statistics)
    keys = ["group", "horizon", "method"]
    parts = found[found["size_class"] != "all"].groupby(keys)["n"].sum()
    assert (found[found["size_class"] == "all"].set_index(keys)["n"] == parts).all()


def test_coverage_is_the_share_of_cases_inside(statistics):
    found = outlook.coverage(statistics)
    assert (found["cases"] > 0).all()
    assert np.allclose(found["share"], found["inside"] / found["cases"])
    assert set(found["fold"]) == {"a", "b"}


def test_the_shelf_life_is_the_last_year_in_which_four_of_five_were_near_enough(statistics):
    start = outlook.start(statistics, statistics.places["12073"])
    rows = statistics.projection_errors().query(
        "age_group == '0_9' and method == 'cohort' and size_class == @start.size_class"
    )
    off = (100 * (rows["projected"] / rows["observed"] - 1)).abs()
    p80 = off.groupby(rows["horizon"]).quantile(0.8)
    middle = float(p80.iloc[1] + p80.iloc[2]) / 2
    found = outlook.shelf_life(statistics, start, "0_9", middle)
    assert p80.is_monotonic_increasing
    assert (found.year, found.open_ended) == (start.year + 2, False)
    assert found.errors["p80"].to_numpy() == pytest.approx(p80.to_numpy())
    assert outlook.shelf_life(statistics, start, "0_9", 1e-6).year is None
    ever = outlook.shelf_life(statistics, start, "0_9", 99.0)
    assert ever.open_ended and ever.year == start.year + int(p80.index.max())


@pytest.mark.parametrize(("ages", "group"), [
    (AgeRange(0), "total"), (AgeRange(0, 2), "0_9"), (AgeRange(6, 9), "0_9"), (AgeRange(10, 17), "10_19"),
    (AgeRange(20, 64), "20_64"), (AgeRange(80), "80"), (AgeRange(65), "65"), (AgeRange(100), "80"),
])  # fmt: skip
def test_the_nearest_tested_group_speaks_for_ages(ages, group):
    assert outlook.tested_group(ages) == group


def test_a_group_that_was_not_tested_is_refused(statistics):
    start = outlook.start(statistics, statistics.places["12073"])
    with pytest.raises(KeyError, match="0_2"):
        outlook.shelf_life(statistics, start, "0_2")
