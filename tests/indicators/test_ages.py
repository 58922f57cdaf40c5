import numpy as np
import pytest

from tests.indicators.test_components import observed, rows
from zwk_data.indicators.ages import _interpolated_median, mean_age, median_age

OPEN = 999


def test_the_median_lies_where_half_of_the_people_are_younger():
    # 10 + 30 + 20 people; the 30th is 20 people into the second group of 5 years and 30 people: 5 + 5 * 20 / 30.
    observations = observed(rows((0, 4, 10.0), (5, 9, 30.0), (10, None, 20.0)))
    assert list(median_age(observations)["value"]) == [pytest.approx(5 + 5 * 20 / 30)]


def test_the_median_of_single_ages_is_linear_inside_the_year():
    observations = observed(rows((0, 0, 4.0), (1, 1, 2.0), (2, None, 0.0), age_set="single"))
    assert list(median_age(observations)["value"]) == [0.75]


@pytest.mark.parametrize(
    ("counts", "median"),
    [
        ([5, 5, 0], 5.0),  # exactly at a limit
        ([0, 8, 0], 7.5),
        ([1, 0, 1], 5.0),
        ([0, 0, 0], None),  # nobody
        ([1, 1, 9], None),  # half of the people are in the open group
        ([1, np.nan, 1], None),
    ],
)
def test_the_median_of_odd_groups(counts, median):
    groups = np.array([(0, 4), (5, 9), (10, OPEN)], dtype=float)
    found = _interpolated_median(np.array([counts], dtype=float), groups)[0]
    assert np.isnan(found) if median is None else found == median, found


def test_a_median_that_does_not_exist_is_missing_and_says_so():
    nobody = median_age(observed(rows((0, 4, 0.0), (5, None, 0.0)))).iloc[0]
    assert np.isnan(nobody["value"])
    assert (nobody["status"], nobody["reason"]) == ("missing", "missing")


def test_a_secret_group_makes_median_and_mean_secret():
    observations = observed(rows((0, 4, 10.0), (5, 9, None, "secret"), (10, None, 20.0)))
    for table in (median_age(observations), mean_age(observations)):
        assert list(table["status"]) == ["secret"]
        assert table["value"].isna().all()


def test_a_place_without_one_of_the_groups_has_no_median():
    whole = rows((0, 4, 10.0), (5, 9, 30.0), (10, None, 20.0))
    gap = [{**row, "ags": "12073"} for row in whole if row["age_from"] != 5]
    assert list(median_age(observed(whole, gap))["ags"]) == ["05758"]


def test_the_mean_takes_the_middle_of_each_group_and_for_the_open_one_germany_of_2018():
    germany = rows((0, 0, 0.0), (1, 1, 6.0), (2, 2, 2.0), (3, None, 2.0), age_set="single", dataset="g")
    germany = [{**row, "ags": "DG", "reference_date": row["reference_date"].replace(year=2018)} for row in germany]
    small = rows((0, 1, 10.0), (2, None, 10.0))
    table = mean_age(observed(germany, small))
    one = table[table["ags"] == "05758"].iloc[0]
    assert one["value"] == pytest.approx((10 * 1.0 + 10 * (2.5 * 2 + 3.5 * 2) / 4) / 20)
    assert one["status"] == "estimated"
    assert one["numerator"] == pytest.approx(one["value"] * one["denominator"])


def test_the_median_age_of_every_kreis_is_one_that_occurs_in_germany(statistics):
    values = statistics.frame("SELECT value, status FROM indicator_value WHERE indicator = 'median_age'")
    assert len(values) > 4000
    assert values["value"].between(35, 57).all()  # Heidelberg 2023 35.8, Suhl 2024 56.1
