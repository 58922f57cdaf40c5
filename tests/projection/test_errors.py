"""Paths of misses: real cases, both signs, the same for every scenario; bands as wide as they have to be."""

import numpy as np
import pandas as pd
import pytest

from zwk_data.projection.errors import Cases, cases_of, draw_shocks, inside, stretch, stretched


def cases(count: int = 40, leads: int = 4, seed: int = 3) -> Cases:
    random = np.random.default_rng(seed)
    births, deaths = random.normal(0.02, 0.05, (count, leads)), random.normal(0, 0.03, (count, leads))
    moves = random.normal(0.002, 0.004, (count, leads, 6))
    many = np.full(count, leads)
    many[::2] = 2
    for values in (births, deaths):
        values[::2, 2:] = np.nan
    moves[::2, 2:] = np.nan
    return Cases(births, deaths, moves, many)


def test_the_same_seed_gives_the_same_paths_and_another_one_others():
    one, two, other = (draw_shocks(cases(), 26, 200, seed) for seed in (7, 7, 8))
    assert np.array_equal(one.births, two.births)
    assert np.array_equal(one.moves, two.moves)
    assert not np.array_equal(one.births, other.births)


def test_a_path_begins_with_the_misses_of_one_real_case_in_one_direction():
    known = cases()
    drawn = draw_shocks(known, 4, 300, 1)
    for path in range(300):
        first = np.abs(np.log(drawn.births[path, 0]))
        case = int(np.argmin(np.abs(np.abs(known.births[:, 0]) - first)))
        size = known.leads[case]
        assert np.abs(np.log(drawn.births[path, :size])) == pytest.approx(np.abs(known.births[case, :size]))
        assert np.abs(drawn.moves[path, :size]) == pytest.approx(np.abs(known.moves[case, :size]))


def test_misses_go_either_way():
    drawn = draw_shocks(cases(), 26, 4000, 1)
    assert np.log(drawn.births).mean() == pytest.approx(0, abs=0.003)
    assert drawn.moves.mean() == pytest.approx(0, abs=0.0003)


def test_the_sum_of_misses_widens_with_the_years():
    drawn = draw_shocks(cases(), 30, 3000, 5)
    spread = np.cumsum(drawn.moves[..., 3], axis=1).std(axis=0)
    assert (np.diff(spread) > 0).all()
    assert 3 < spread[24] / spread[4] < 7


def test_no_value_is_missing_however_long_the_path():
    drawn = draw_shocks(cases(), 60, 50, 2)
    assert np.isfinite(drawn.births).all()
    assert np.isfinite(drawn.deaths).all()
    assert np.isfinite(drawn.moves).all()


def test_without_cases_there_is_no_band():
    with pytest.raises(ValueError, match="no case"):
        cases_of(pd.DataFrame({"ags": [], "origin": [], "lead": []}))


def test_a_band_is_stretched_until_four_out_of_five_lie_inside():
    random = np.random.default_rng(4)
    expected = random.uniform(900, 1100, 1000)
    counted = expected + random.normal(0, 30, 1000)
    low, high = expected - 10, expected + 15
    factor = stretch(counted, expected, low, high)
    assert inside(counted, expected, low, high, factor).mean() == pytest.approx(0.8, abs=0.002)
    assert np.array_equal(inside(counted, expected, low, high, 1.0), (counted >= low) & (counted <= high))


def test_a_stretched_edge_never_falls_below_nobody():
    assert stretched(np.array([10.0, 100.0]), np.array([4.0, 90.0]), 2.0).tolist() == [0.0, 80.0]
