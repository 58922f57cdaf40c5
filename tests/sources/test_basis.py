"""The census basis: the documented rules as a table, and that no parser has one of its own."""

import re
from datetime import date
from pathlib import Path

import pytest

from zwk_data import sources
from zwk_data.catalog.tidy import BASES, MEASURES
from zwk_data.sources.basis import OF_A_DATE, flow_basis, published_basis, stock_basis

OLD, FIRST, SECOND = "pre2011", "census2011", "census2022"


@pytest.mark.parametrize(
    ("year", "stock", "flow"),
    [
        (2010, OLD, OLD), (2011, FIRST, FIRST), (2021, FIRST, FIRST), (2022, SECOND, FIRST), (2023, SECOND, SECOND),
        (2024, SECOND, SECOND),
    ],
)  # fmt: skip
def test_each_kind_of_figure_has_its_own_basis_in_a_year(year: int, stock: str, flow: str):
    day = date(year, 12, 31)
    assert (stock_basis(day), flow_basis(year)) == (stock, flow)
    for measure in ("population", "population_share", "foreign_share", "mean_age", "median_age", "population_density"):
        assert published_basis(measure, year) == stock
    for measure in ("crude_birth_rate", "crude_death_rate", "net_migration_rate", "total_fertility_rate"):
        assert published_basis(measure, year) == flow
    assert published_basis("projected_population", year) == "projection"


def test_a_stock_changes_its_basis_with_the_day_of_the_census():
    assert [stock_basis(day) for day in (date(2011, 5, 8), date(2011, 5, 9))] == [OLD, FIRST]
    assert [stock_basis(day) for day in (date(2022, 5, 14), date(2022, 5, 15))] == [FIRST, SECOND]


def test_every_measure_has_a_basis_of_the_vocabulary():
    assert set(MEASURES) >= OF_A_DATE
    assert {published_basis(measure, year) for measure in MEASURES for year in range(1990, 2050)} <= set(BASES)


def test_only_the_editions_with_a_date_on_both_bases_have_a_rule_beside_these():
    modules = Path(sources.__file__).parent.glob("*.py")
    own = {path.name for path in modules if re.search(r'"census2011" if', path.read_text(encoding="utf-8"))}
    assert own == {"basis.py", "eurostat.py", "gvisys_api.py"}
