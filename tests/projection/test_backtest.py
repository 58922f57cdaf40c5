"""The test against the past, where the past is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.projection.country import LAST, country
from zwk_data.projection import backtest
from zwk_data.projection.ages import count
from zwk_data.projection.errors import case_rows, cases_of


def test_where_nothing_changes_the_projection_hits_and_constant_shares_miss():
    observed, _ = country()
    assert backtest.origins(observed) == [2015, 2016, 2017, 2018, 2019, 2020]
    tested = backtest.run_origin(observed, 2016, 5)
    rows = pd.concat(backtest.errors(observed, tested))
    rows["miss"] = (rows["projected"] / rows["observed"] - 1).abs() * 100
    mean = rows.groupby(["method", "age_group"])["miss"].mean().unstack()
    assert mean.loc["cohort"].max() < 0.6
    assert mean.loc["shares"].max() > 2
    assert mean.loc["cohort", "total"] < 0.1


def test_every_later_year_on_the_same_basis_is_compared_and_no_other():
    observed, _ = country()
    tables = {
        year: (table if year < 2020 else replace(table, basis="census2022")) for year, table in observed.tables.items()
    }
    broken = replace(observed, tables=tables)
    assert backtest.targets(broken, 2016) == [2017, 2018, 2019]
    assert backtest.targets(broken, 2019) == []
    assert backtest.origins(broken) == [2015, 2016, 2017, 2018]


def test_a_longer_past_lengthens_the_test_by_itself():
    observed, _ = country()
    shorter = replace(observed, tables={year: table for year, table in observed.tables.items() if year < LAST})
    assert len(backtest.targets(observed, 2015)) == len(backtest.targets(shorter, 2015)) + 1


def test_places_with_another_territory_are_not_compared():
    observed, _ = country()
    changed = np.zeros(24, dtype=bool)
    changed[4] = True
    other = replace(observed, changed={2018: changed})
    rows = pd.concat(backtest.errors(other, backtest.run_origin(other, 2016, 5)))
    seen = rows[rows["ags"] == "00004"]["horizon"].unique().tolist()
    assert seen == [1]


def test_the_naive_methods_are_what_they_say():
    observed, truth = country(net=0.01)
    tested = backtest.run_origin(observed, 2018, 3)
    start, first = observed.populations[2018], observed.populations[2013]
    growth = (count(start) / count(first)) ** 0.2
    assert count(tested.populations["shares"][3]) == pytest.approx(count(start) * growth**3)
    expected = start + (start - first) / 5 * 2
    assert np.allclose(tested.populations["linear"][2], np.maximum(expected, 0))


def test_misses_are_nothing_where_the_rates_were_right_and_found_where_they_were_not():
    observed, _ = country()
    found = backtest.misses(observed, backtest.run_origin(observed, 2017, 4))
    assert np.abs(found.births).max() < 0.01
    assert np.abs(found.moves).max() < 0.004
    more = {year: values * (1.1 if year > 2017 else 1.0) for year, values in observed.births.items()}
    found = backtest.misses(replace(observed, births=more), backtest.run_origin(observed, 2017, 4))
    assert found.births == pytest.approx(np.log(1.1), abs=0.01)


def test_cases_survive_the_way_through_rows():
    observed, _ = country(spread=0.002)
    misses = [
        backtest.misses(observed, backtest.run_origin(observed, origin, LAST - origin)) for origin in (2016, 2019)
    ]
    cases = cases_of(case_rows(misses, observed.places).sample(frac=1, random_state=1))
    assert len(cases) == 48
    assert cases.leads.tolist() == [5, 2] * 24
    assert np.allclose(cases.moves[0], misses[0].moves[:, 0])
    assert np.allclose(cases.births[1, :2], misses[1].births[:, 0])
    assert np.isnan(cases.births[1, 2:]).all()


def test_the_hindcast_takes_rates_that_nobody_knew_and_is_named_so():
    observed, _ = country()
    tested = backtest.hindcast(observed, 2013, 2018)
    assert set(tested.populations) == {"hindcast"}
    assert len(tested.populations["hindcast"]) == 9


@pytest.mark.parametrize(
    ("people", "size"),
    [(99_999, "under_100k"), (100_000, "100k_150k"), (249_999, "150k_250k"), (3_000_000, "from_250k")],
)
def test_size_classes(people, size):
    assert backtest.size_classes(np.array([float(people)])) == [size]
