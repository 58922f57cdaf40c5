"""Maps of a change: never over a census or a changed territory, and in words that fit the unit."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.catalog import breaks, indicators
from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.map_change import allowed
from zwk_data.exhibits.map_scope import basis_of, map_dates
from zwk_data.warehouse import Statistics


@pytest.fixture(scope="module")
def context(statistics: Statistics) -> Context:
    return Context(statistics)


def show(context: Context, **parameters: object) -> Exhibit:
    standard: dict[str, object] = {
        "indicator": "population_total", "scope": "kreis-DG", "start": "2013", "end": "2021", "ags": "12073",
    }  # fmt: skip
    return make(Address.of("choropleth_change", **(standard | parameters)), context)


def test_a_census_between_the_years_is_refused_and_the_years_allowed_are_named(context: Context) -> None:
    with pytest.raises(AddressError, match="Zensusbasis.*2013.*2023–2024"):
        show(context, start="2019", end="2024")


def test_a_change_of_method_between_the_years_is_refused(context: Context) -> None:
    with pytest.raises(AddressError, match="Wanderungsstatistik 2016"):
        show(context, indicator="net_migration_residual_per_1000", start="2014", end="2020")
    assert show(context, indicator="net_migration_residual_per_1000", start="2016", end="2020").sentence


def test_years_the_wrong_way_round_are_refused(context: Context) -> None:
    with pytest.raises(AddressError, match="vor dem zweiten"):
        show(context, start="2021", end="2013")


@given(name=st.sampled_from(["population_total", "share_u18", "net_migration_residual_per_1000"]),
       level=st.sampled_from(["kreis", "gemeinde"]))  # fmt: skip
def test_no_span_that_is_offered_crosses_a_census(context: Context, name: str, level: str) -> None:
    dates = map_dates(context, indicators()[name], level)
    for start, end in allowed(dates):
        assert start < end and basis_of(dates, start) == basis_of(dates, end)
        assert "migration" not in name or start.year >= 2016 or end.year < 2016


def test_a_stock_changes_in_per_cent_and_equals_the_figures_beside_it(context: Context) -> None:
    table = show(context).table.dropna(subset=["value"])
    assert ((table["last"] / table["first"] - 1) * 100 - table["value"]).abs().max() < 1e-9
    assert "%" in show(context).sentence


def test_a_share_changes_in_percentage_points_and_never_in_per_cent(context: Context) -> None:
    shown = show(context, indicator="share_65p")
    assert "Prozentpunkte" in shown.sentence and "%" not in shown.sentence


def test_a_kreis_with_a_changed_territory_is_grey_and_says_so(context: Context) -> None:
    reforms = [
        entry
        for entry in breaks().values()
        if entry.scope and not entry.bridged and 2013 < entry.first_date.year < 2022
    ]
    ags = reforms[0].scope[0]
    shown = show(context, ags=ags)
    row = shown.table.set_index("ags").loc[ags]
    assert pd.isna(row["value"]) and row["remark"] == "Gebietsstand geändert"
    assert "Gebietsstand geändert" in shown.sentence


def test_zero_is_a_limit_where_some_grew_and_some_shrank(context: Context) -> None:
    shown = show(context)
    assert 0.0 in shown.marks.options["limits"] and shown.marks.options["diverging"] is True


def test_the_alternative_text_counts_rise_and_fall(context: Context) -> None:
    table = show(context).table
    assert f"Zunahme: {int((table['value'] > 0).sum())}" in show(context).alt
