from datetime import date

import pytest

from tests.sources.reading import excerpt, lookup, rows
from zwk_data.sources import wpp
from zwk_data.sources.rows import FormatError


def test_the_age_pattern_of_fertility_is_a_distribution_over_seven_groups():
    table = wpp.parse_fertility_pattern(excerpt("wpp2024/DEU_percentASFR5dt.csv"))
    last = rows(table, reference_date=date(2024, 12, 31))
    assert [(r["age_from"], r["age_to"]) for r in last] == [(a, a + 4) for a in range(15, 50, 5)]
    assert sum(r["value"] for r in last) == pytest.approx(1)


def test_periods_that_are_projected_as_a_whole_are_left_out():
    table = wpp.parse_fertility_pattern(excerpt("wpp2024/DEU_percentASFR5dt.csv"))
    assert max(table["reference_date"].to_pylist()) == date(2024, 12, 31)


def test_fertility_and_life_expectancy_keep_their_figures():
    tfr = wpp.parse_total_fertility(excerpt("wpp2024/DEU_tfr1dt.csv"))
    e0 = wpp.parse_life_expectancy(excerpt("wpp2024/DEU_e01dt.csv"))
    assert lookup(tfr, reference_date=date(2023, 12, 31)) == 1.441433
    assert lookup(e0, reference_date=date(2023, 12, 31), sex="f") == 83.7559


def test_thousands_of_migrants_become_persons():
    table = wpp.parse_net_migration(excerpt("wpp2024/DEU_mig1dt.csv"))
    assert lookup(table, reference_date=date(2023, 12, 31)) == 609_553


def test_estimates_and_projections_of_migration_do_not_mix():
    raw = excerpt("wpp2024/DEU_migprojAge1dt.csv")
    estimated = wpp.parse_net_migration_by_age(raw, 2023, 2023)
    projected = wpp.parse_net_migration_by_age(raw, 2024, 2100, "projection")
    assert {d.year for d in estimated["reference_date"].to_pylist()} == {2023}
    assert {d.year for d in projected["reference_date"].to_pylist()} == {2024}
    assert all(r["age_to"] is None for r in rows(estimated, age_from=100))


def test_no_figure_of_the_model_claims_a_census_basis():
    table = wpp.parse_total_fertility(excerpt("wpp2024/DEU_tfr1dt.csv"))
    assert {(r["basis"], r["status"]) for r in table.to_pylist()} == {("model", "estimated")}


def test_another_layout_is_refused():
    with pytest.raises(FormatError):
        wpp.parse_net_migration(b"a,b\n1,2\n")
