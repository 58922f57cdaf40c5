import numpy as np
import pandas as pd
import pytest

from zwk_data.catalog import indicators
from zwk_data.indicators.chance import byar, distinguishable, intervals

# Exact 95 % limits of a Poisson count (Garwood 1936, as in every published table); Byar's approximation is said to be
# good to a tenth from ten events on.
EXACT = {10: (4.795, 18.39), 20: (12.22, 30.89), 50: (37.11, 65.92), 100: (81.36, 121.63), 1000: (938.97, 1063.94)}


@pytest.mark.parametrize(("count", "limits"), EXACT.items())
def test_byars_limits_meet_the_published_table(count, limits):
    lower, upper = byar(np.array([count]))
    assert (float(lower[0]), float(upper[0])) == pytest.approx(limits, abs=0.05)


def test_the_limits_of_ten_events_are_the_printed_ones():
    lower, upper = byar(np.array([10]))
    assert (round(float(lower[0]), 2), round(float(upper[0]), 2)) == (4.79, 18.39)


def test_no_event_has_the_lower_limit_zero_and_an_upper_one():
    lower, upper = byar(np.array([0]))
    assert lower[0] == 0
    assert upper[0] == pytest.approx(3.69, abs=0.05)


def test_limits_grow_with_the_count_and_enclose_it():
    counts = np.arange(0, 5000)
    lower, upper = byar(counts)
    assert (np.diff(lower) >= 0).all()
    assert (np.diff(upper) > 0).all()
    assert ((lower <= counts) & (counts <= upper)).all()


def test_a_rate_from_a_count_gets_the_interval_of_its_count(statistics):
    values = statistics.values(["births_per_1000"], ["05758"])
    table = intervals(values, indicators()["births_per_1000"]).iloc[-1]
    lower, upper = byar(np.array([table["numerator"]]))
    assert table["lower"] == pytest.approx(float(lower[0]) / table["denominator"] * 1000)
    assert table["lower"] < table["value"] < table["upper"]
    assert table["upper"] == pytest.approx(float(upper[0]) / table["denominator"] * 1000)


def test_a_full_count_gets_no_interval(statistics):
    values = statistics.values(["population_total"], ["05758"])
    table = intervals(values, indicators()["population_total"])
    assert table[["lower", "upper"]].isna().all(axis=None)


def test_two_values_differ_beyond_chance_only_if_their_intervals_do_not_overlap():
    low, middle, high = (pd.Series({"lower": a, "upper": b}) for a, b in ((1, 3), (2, 5), (4, 6)))
    assert not distinguishable(low, middle)
    assert not distinguishable(middle, high)
    assert distinguishable(low, high)
    assert distinguishable(high, low)
    assert distinguishable(low, pd.Series({"lower": np.nan, "upper": np.nan}))
