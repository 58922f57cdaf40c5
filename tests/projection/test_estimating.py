"""Rates are found again where they are known, and nothing is used that was not known at the origin."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.projection.country import FIVE, LAST, country
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.estimating import Estimated, estimate, yearly_improvement
from zwk_data.projection.extremes import extremes
from zwk_data.projection.mortality import improvement, survival_of
from zwk_data.projection.observed import AgeTable
from zwk_data.projection.splitting import grouped


def test_births_per_woman_and_survival_of_a_known_country_are_found_again():
    observed, truth = country()
    found = estimate(observed, LAST)
    assert found.fertility.sum(axis=-1) == pytest.approx(truth["level"], rel=0.005)
    lived = np.cumprod(found.survival, axis=-1).sum(axis=-1)
    assert lived == pytest.approx(
        np.broadcast_to(np.cumprod(truth["survival"], axis=-1).sum(axis=-1), lived.shape), abs=0.15
    )


@pytest.mark.parametrize("net", [0.006, -0.006])
def test_the_yearly_balance_of_moves_is_found_again(net):
    observed, truth = country(net=net)
    found = estimate(observed, LAST)
    last, before = truth["populations"][LAST], truth["populations"][LAST - 1]
    true = count(last) - count(before) - observed.births[LAST] + observed.deaths[LAST]
    alive = np.concatenate([last[..., :1], last[..., :-1]], axis=-1) * found.survival
    assert (found.in_migration - found.out_rate * alive).sum(axis=(-2, -1)) == pytest.approx(true, rel=0.1)


def test_a_surplus_is_a_number_of_persons_and_a_deficit_a_share_of_those_there():
    found = estimate(country(net=0.006)[0], LAST)
    assert found.in_migration[..., 20:35].min() > 0
    assert found.out_rate[..., 20:35].max() == 0
    found = estimate(country(net=-0.006)[0], LAST)
    assert found.in_migration[..., 25:35].max() == 0
    assert 0 < found.out_rate[..., 25:35].min() < 0.02


def test_nothing_after_the_origin_is_used():
    observed, _ = country(spread=0.002)
    later = {
        year: values if year <= 2017 else values * 3
        for name, field in (("births", observed.births),)
        for year, values in field.items()
    }
    tables = {
        year: table if year <= 2017 else AgeTable(table.limits, table.counts * 2, table.basis, table.dataset)
        for year, table in observed.tables.items()
    }
    deaths = {year: values if year <= 2017 else values * 5 for year, values in observed.deaths.items()}
    lands = {year: values if year <= 2017 else values[..., ::-1] for year, values in observed.lands.items()}
    other = replace(observed, births=later, tables=tables, deaths=deaths, lands=lands)
    one, two = estimate(observed, 2017), estimate(other, 2017)
    for field in fields(Estimated):
        left, right = getattr(one, field.name), getattr(two, field.name)
        assert np.array_equal(left, right) if isinstance(left, np.ndarray) else left == right, field.name


def test_a_year_in_which_the_nation_gained_exceptionally_counts_for_the_old_only():
    observed, truth = country()
    gained = observed.tables[2019]
    extra = gained.counts.copy()
    extra[..., 4:7] *= 1.08  # 20 to 34: far more than one per cent of everybody
    tables = {**observed.tables, 2019: AgeTable(gained.limits, extra, gained.basis, gained.dataset)}
    found = estimate(replace(observed, tables=tables), 2019)
    assert {years.odd for years in found.move_years} == {(2019,)}
    usual = estimate(replace(observed, tables=tables), 2018)
    share = found.in_migration[..., 20:30].sum() / usual.in_migration[..., 20:30].sum()
    assert share < 1.2


def test_nothing_is_taken_over_a_change_of_the_census_basis():
    observed, _ = country()
    tables = {
        year: AgeTable(
            table.limits,
            table.counts * (0.9 if year >= 2020 else 1.0),
            "census2022" if year >= 2020 else table.basis,
            table.dataset,
        )
        for year, table in observed.tables.items()
    }
    broken = replace(observed, tables=tables)
    assert 2020 not in broken.pairs(2021)
    found = estimate(broken, 2021)
    assert 2020 not in found.move_years[0].used
    assert found.in_migration.sum() > 0  # a tenth fewer people are no exodus


def test_a_place_whose_territory_changed_is_measured_in_the_other_years():
    observed, _ = country()
    table = observed.tables[2020]
    jumped = table.counts.copy()
    jumped[3] *= 1.2
    tables = {**observed.tables, 2020: AgeTable(table.limits, jumped, table.basis, table.dataset),
              2021: AgeTable(table.limits, observed.tables[2021].counts * np.where(np.arange(24) == 3, 1.2, 1.0)[:, None, None], table.basis, table.dataset)}  # fmt: skip
    changed = np.zeros(24, dtype=bool)
    changed[3] = True
    wrong = estimate(replace(observed, tables=tables), LAST)
    right = estimate(replace(observed, tables=tables, changed={2020: changed}), LAST)
    usual = estimate(observed, LAST)
    assert (
        right.in_migration[3].sum() / count(observed.populations[LAST])[3]
        < 0.5 * wrong.in_migration[3].sum() / count(observed.populations[LAST])[3]
    )
    assert right.in_migration[5].sum() == pytest.approx(usual.in_migration[5].sum(), rel=0.25)


def test_mortality_improves_only_between_tables_far_enough_apart_and_never_backwards():
    observed, _ = country()
    assert yearly_improvement(observed, LAST).max() == 0
    worse = np.clip(np.linspace(0.001, 0.4, 101), 0, 1)
    first, last = survival_of(np.stack([worse, worse])), survival_of(np.stack([worse * 0.9, worse]))
    found = improvement(first, last, 5)
    assert found[0].min() > 0.015
    assert np.allclose(found[1], 0)


def test_counted_moves_take_the_place_of_residuals_where_they_are_there():
    observed, _ = country()
    inward = np.full((24, 2, 6), np.nan)
    inward[2] = 40.0
    outward = inward / 2
    found = estimate(
        replace(observed, moved_in={2020: inward, 2021: inward}, moved_out={2020: outward, 2021: outward}), LAST
    )
    assert found.counted.tolist() == [number == 2 for number in range(24)]
    assert found.in_migration[2].sum() == pytest.approx(480.0)
    assert found.in_migration[2, 0, 18:25].sum() == pytest.approx(40.0)
    assert 0 < found.out_rate[2].max() < 1


def test_the_extremes_of_a_place_hold_its_present_between_them():
    observed, _ = country(spread=0.003)
    found = estimate(observed, LAST)
    seen, level = extremes(observed, LAST, found), found.fertility.sum(axis=-1)
    assert (seen.tfr[0] <= level + 1e-9).all()
    assert (seen.tfr[1] >= level - 1e-9).all()
    assert (seen.net[0] < seen.net[1]).all()


def test_an_open_group_is_spread_as_the_finer_table_of_the_place_itself_says():
    observed, truth = country()
    last = truth["populations"][LAST].copy()
    older = observed.tables[LAST - 1].counts.copy()
    older[7, :, 17] *= 2  # a place with a large home: twice as many of 85 and older
    limits = (*FIVE[:15], (75, None))
    tables = {
        **observed.tables, LAST - 1: replace(observed.tables[LAST - 1], counts=older),
        LAST: replace(observed.tables[LAST], limits=limits, counts=grouped(limits, last)),
    }  # fmt: skip
    found = replace(observed, tables=tables).populations[LAST]
    assert np.allclose(grouped(limits, found), grouped(limits, last))
    share = count(found, AgeRange(86)) / count(found, AgeRange(75))
    assert share[7] > 1.5 * share[6]
    assert share[6] == pytest.approx((count(last, AgeRange(86)) / count(last, AgeRange(75)))[6], rel=0.05)
