"""The table of several indicators: each on its own newest common date, with what a cell stands on."""

import pytest

from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.warehouse import Statistics


@pytest.fixture(scope="module")
def figures(statistics: Statistics) -> Context:
    return Context(statistics)


def show(figures: Context, indicators: str, ags: str) -> Exhibit:
    return make(Address.of("comparison_table", indicators=indicators, ags=ags), figures)


def test_each_heading_names_the_newest_date_that_all_places_have(figures: Context) -> None:
    shown = show(figures, "population_total,share_65p,births_per_1000", "05758012,05758,DG")
    units = {column.key: column.unit for column in shown.columns}
    assert units["population_total"] == "Personen, 31.12.2022"
    assert units["share_65p"] == "%, 31.12.2024"
    assert units["births_per_1000"] == "je 1.000, 2021"


def test_values_are_those_of_the_database(figures: Context) -> None:
    shown = show(figures, "population_total", "12073,15001").table.set_index("ags")
    values = figures.data.values(["population_total"], ["12073", "15001"])
    newest = values[values["reference_date"] == "2024-12-31"].set_index("ags")["value"]
    assert shown["population_total"].to_dict() == newest.to_dict()


def test_a_value_of_the_kreis_is_marked_in_its_cell_and_named(figures: Context) -> None:
    shown = show(figures, "population_total,share_65p", "05758012,15001")
    assert shown.marks.options["kreis"] == {"population_total": [], "share_65p": ["05758012"]}
    assert any(note.kind == "kreis_value" and "Kreis Herford" in note.text for note in shown.notes)


def test_a_cell_below_the_minimum_base_is_grey_with_the_reason(figures: Context) -> None:
    shown = show(figures, "women_per_100_men", "13076121,15001")
    assert shown.marks.options["grey"] == {"women_per_100_men": ["13076121"]}
    assert any(note.kind == "small_numbers" and "500" in note.text for note in shown.notes)


def test_bars_start_at_zero_and_absolute_numbers_of_a_land_have_none(figures: Context) -> None:
    bars = show(figures, "population_total,population_change_5y", "12073,15001,12,DG").marks.options["bars"]
    assert isinstance(bars, dict)
    assert set(bars["population_total"]) == {"12073", "15001"}
    assert bars["population_total"]["12073"] == [0.0, 100.0]
    ends = {key: start + width for key, (start, width) in bars["population_change_5y"].items()}
    assert ends["12073"] == pytest.approx(ends["15001"], abs=0.2)  # both shrink: their bars end at zero


def test_an_indicator_nobody_has_is_named_instead_of_an_empty_column(figures: Context) -> None:
    shown = show(figures, "population_total,net_migration", "13076121,05515")
    assert "net_migration" not in shown.table
    assert any("Wanderungssaldo" in note.text for note in shown.notes)


@pytest.mark.parametrize("indicators", ["", "foreign_share", "nichts", ",".join(["share_65p"] * 3 + ["x"])])
def test_unknown_indicators_end_in_a_plain_message(figures: Context, indicators: str) -> None:
    with pytest.raises(AddressError):
        show(figures, indicators, "12073")
