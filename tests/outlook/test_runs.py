"""Runs and bands of real places: balance, what is kept, what moves with the levers, and what does not."""

import threading
from time import perf_counter

import numpy as np
import pytest

from zwk_data import outlook
from zwk_data.outlook import runs
from zwk_data.outlook.kept import Kept
from zwk_data.projection.ages import EVERYONE, AgeRange
from zwk_data.projection.engine import balance
from zwk_data.projection.scenario import Scenario, ScenarioError

GROUPS = [(EVERYONE, "t"), (AgeRange(0, 5), "t"), (AgeRange(20, 64), "f"), (AgeRange(80), "t")]
CONTINUE, MORE = Scenario.parse("continue"), Scenario.parse("continue~in18_100")


@pytest.fixture
def uckermark(statistics):
    return outlook.start(statistics, statistics.places["12073"])


@pytest.mark.parametrize("text", ["continue", "low", "high", "none", "none~tfr_0", "continue~event_2030_5000_18_5"])
def test_every_preset_runs_balances_and_starts_with_the_population(statistics, uckermark, text):
    found = outlook.run(statistics, uckermark, Scenario.parse(text))
    assert found.years[0] == uckermark.year and found.years[-1] == 2050 and len(found.population) == len(found.years)
    assert np.array_equal(found.population[0], uckermark.baseline.population)
    assert np.abs(balance(found.projection)).max() < 1e-6
    assert (found.population >= 0).all()


def test_a_run_is_kept_whatever_the_scenario_is_called_and_nobody_can_change_it(statistics, uckermark):
    one = outlook.run(statistics, uckermark, Scenario.parse("continue~in18_100"))
    assert outlook.run(statistics, uckermark, Scenario.parse("continue~in18_100~name_Muster")) is one
    assert outlook.run(statistics, uckermark, MORE, 2040) is not one
    with pytest.raises(ValueError, match="read-only"):
        one.population[0, 0, 0] = 1.0


def test_the_band_holds_the_run_begins_at_no_width_and_moves_with_the_levers(statistics, uckermark):
    low, high = outlook.band(statistics, uckermark, CONTINUE, 2050, GROUPS)
    run = runs.expected_of(outlook.run(statistics, uckermark, CONTINUE), GROUPS)
    assert low.shape == high.shape == (27, 4)
    assert (low[1:] < run[1:]).all() and (run[1:] < high[1:]).all()
    assert np.abs(high[0] - low[0]).max() < 1e-6
    width = high[:, 0] - low[:, 0]
    assert width[1] < width[6] < width[16] < width[26]
    more_low, more_high = outlook.band(statistics, uckermark, MORE, 2050, GROUPS)
    moved = runs.expected_of(outlook.run(statistics, uckermark, MORE), GROUPS)[-1, 0] - run[-1, 0]
    assert moved > 1000
    # not by as much: on a path with fewer people a deficit, which is a share, is smaller
    assert 0.5 * moved < more_low[-1, 0] - low[-1, 0] < 1.5 * moved
    assert 0.5 * moved < more_high[-1, 0] - high[-1, 0] < 1.5 * moved


def test_bands_of_counted_flows_widen_as_those_of_balances_do(statistics, uckermark):
    assert uckermark.baseline.gross
    low, high = outlook.band(statistics, uckermark, CONTINUE, 2050, GROUPS)
    width = high[:, 0] - low[:, 0]
    assert 3 < width[26] / width[6] < 6  # twenty-six years against six


def test_the_same_seed_gives_the_same_paths_and_another_place_others(statistics, uckermark):
    herford = outlook.start(statistics, statistics.places["05758"])
    one = outlook.paths(statistics, uckermark, CONTINUE, 2035, GROUPS, 50, 7)
    runs._PATHS.clear()
    runs._SHOCKS.clear()
    assert np.array_equal(outlook.paths(statistics, uckermark, CONTINUE, 2035, GROUPS, 50, 7), one)
    assert not np.array_equal(outlook.paths(statistics, uckermark, CONTINUE, 2035, GROUPS, 50, 8), one)
    first = runs.seed_of(uckermark.place.ags, 7).generate_state(4)
    assert not np.array_equal(runs.seed_of(herford.place.ags, 7).generate_state(4), first)


def test_beyond_the_tested_years_the_band_keeps_its_last_factor(statistics, uckermark):
    factor = runs.factor_of(statistics, uckermark.size_class, EVERYONE, 26)
    tested = statistics.projection_stretch().query("size_class == @uckermark.size_class and age_group == 'total'")
    longest = int(tested["horizon"].max())
    assert factor[0] == 1 and len(factor) == 27
    assert factor[1 : longest + 1] == pytest.approx(tested.sort_values("horizon")["factor"].to_numpy())
    assert (factor[longest:] == factor[longest]).all()


@pytest.mark.parametrize("until", [2024, 2061])
def test_a_year_that_cannot_be_is_refused(statistics, uckermark, until):
    with pytest.raises(ScenarioError) as told:
        outlook.run(statistics, uckermark, CONTINUE, until)
    assert (told.value.code, told.value.low, told.value.high) == ("year", 2025, 2060)


@pytest.mark.parametrize("count", [0, 20_001])
def test_too_few_and_too_many_paths_are_refused(statistics, uckermark, count):
    with pytest.raises(ValueError, match="20000 paths"):
        outlook.band(statistics, uckermark, CONTINUE, 2050, GROUPS, count)


def test_a_new_scenario_with_its_band_is_answered_at_once(statistics, uckermark):
    """Well under a second of a page; the limit leaves room for a busy machine."""
    outlook.band(statistics, uckermark, CONTINUE, 2050, GROUPS)
    times = []
    for arrivals in range(11, 16):
        begun = perf_counter()
        outlook.band(statistics, uckermark, Scenario.parse(f"continue~in25_{arrivals}"), 2050, GROUPS)
        times.append(perf_counter() - begun)
    assert min(times) < 0.3


def test_what_is_kept_is_bounded_and_an_error_is_not_kept():
    kept: Kept[int] = Kept(2)
    made = []

    def make(value):
        return lambda: made.append(value) or value

    for key in (1, 2, 1, 3, 1, 2):
        assert kept.get(key, make(key)) == key
    assert made == [1, 2, 3, 2]  # 2 was the one not used for the longest time when 3 came
    with pytest.raises(ZeroDivisionError):
        kept.get("odd", lambda: 1 // 0)
    assert kept.get("odd", lambda: 5) == 5


def test_threads_that_ask_at_once_get_the_same(statistics, uckermark):
    found = []
    scenario = Scenario.parse("continue~in30_17")
    asking = [threading.Thread(target=lambda: found.append(outlook.band(statistics, uckermark, scenario, 2040, GROUPS)))
              for _ in range(4)]  # fmt: skip
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(found) == 4 and all(np.array_equal(one, found[0]) for one in found)
