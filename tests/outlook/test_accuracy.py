"""Errors of earlier projections, retraced from the rows of the back-test."""

import numpy as np
import pytest

from zwk_data import outlook
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.backtest import GROUPS, METHODS, SIZE_CLASSES
from zwk_data.projection.scenario import Scenario


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


def test_the_error_of_the_approximation_is_retraced_for_one_kreis_and_larger_than_its_own(statistics):
    rows = outlook.approximated(statistics).set_index(["group", "horizon"])
    assert (rows["scaled"] > rows["own"]).all()
    cases = statistics.projection_errors()
    cases = cases[(cases["method"] == "cohort") & (cases["age_group"] == "80") & (cases["horizon"] == 1)]
    sizes = statistics.values(["population_total"], statistics.projection_places())
    sizes = sizes[sizes["basis"] == "census2011"].set_index(["ags", "reference_date"])["value"]
    off = []
    for (origin, _), part in cases.groupby(["origin", cases["ags"].astype(str).str[:2]]):
        size = np.array([sizes[ags, f"{origin}-12-31"] for ags in part["ags"].astype(str)])
        if len(part) >= 5:
            lent = part["projected"].sum() * size / size.sum()
            off += (100 * np.abs(lent / part["observed"] - 1)).tolist()
    assert rows.loc[("80", 1), "n"] == len(off)
    assert rows.loc[("80", 1), "scaled"] == pytest.approx(np.quantile(off, 0.8))


def test_the_band_of_an_approximated_town_holds_the_error_of_the_approximation(statistics):
    town = outlook.start(statistics, statistics.places["05758012"], "scaled")
    groups = [(AgeRange(0), "t"), (AgeRange(80), "t")]
    low, high = outlook.band(statistics, town, Scenario("continue"), 2050, groups)
    run = outlook.run(statistics, town, Scenario("continue"), 2050)
    for number, (ages, name) in enumerate([(AgeRange(0), "total"), (AgeRange(80), "80")]):
        expected, rows = count(run.population, ages), outlook.approximated(statistics)
        rows = rows[rows["group"] == name]
        extra = rows["extra"].to_numpy() / 100 * expected[1:7]
        assert (high[1:7, number] - expected[1:7] > extra).all() and (expected[1:7] - low[1:7, number] > extra).all()
        assert high[0, number] > expected[0] > low[0, number], "its ages today are an estimate already"
        assert np.diff((high[6:, number] - low[6:, number]) / expected[6:]).min() > -0.02


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
