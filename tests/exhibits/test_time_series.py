"""Lines over time: labels under the right day, an index inside one basis, sentences that claim nothing."""

import pandas as pd
import pytest

from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.render.course import label_years
from zwk_data.render.plotly.base import Style
from zwk_data.render.plotly.line import line, stacked, wrapped
from zwk_data.warehouse import Statistics


@pytest.fixture(scope="module")
def figures(statistics: Statistics) -> Context:
    return Context(statistics)


def show(figures: Context, **parameters: object) -> Exhibit:
    return make(Address.of("time_series", **parameters), figures)


def test_a_label_of_the_time_axis_stands_at_the_31st_of_december_of_its_year(figures: Context) -> None:
    axis = line(show(figures, indicator="share_65p", ags="12073"), Style())["layout"]["xaxis"]
    assert axis["tickvals"][-1] == "2024-12-31"
    assert axis["ticktext"] == [day[:4] for day in axis["tickvals"]]


@pytest.mark.parametrize(("first", "last"), [(2013, 2024), (2018, 2022), (2024, 2024), (1990, 2024)])
def test_at_most_six_years_are_labelled_in_even_steps_and_the_last_one_is_among_them(first: int, last: int) -> None:
    years = label_years(first, last, 6)
    assert years[-1] == last and len(years) <= 6 and years[0] >= first
    assert len({b - a for a, b in zip(years, years[1:], strict=False)}) <= 1


def test_an_index_starts_at_100_for_all_on_the_first_date_that_all_have(figures: Context) -> None:
    shown = show(figures, indicator="population_total", ags="05758012,05758,DG", form="index")
    first = shown.table[shown.table["reference_date"] == "2018-12-31"]
    assert len(first) == 3 and (first["value"] == 100).all()
    assert set(shown.table["basis"]) == {"census2011"}
    assert "Index, 2018 = 100" in shown.subtitle


def test_an_index_of_values_below_zero_is_not_formed_and_says_so(figures: Context) -> None:
    shown = show(figures, indicator="natural_balance", ags="12073", form="index")
    assert "Kein Index" in " ".join(note.text for note in shown.notes)
    assert shown.table["value"].min() < 0


def test_events_hold_for_a_year_and_stocks_for_a_day(figures: Context) -> None:
    assert "im Jahr 2024" in show(figures, indicator="births", ags="12073").sentence
    assert "am 31.12.2024" in show(figures, indicator="share_65p", ags="12073").sentence


def test_no_sentence_makes_a_trend_of_two_single_years_of_events(figures: Context) -> None:
    assert "–" not in show(figures, indicator="births_per_1000", ags="12073").sentence


def test_a_line_is_interrupted_between_two_census_bases(figures: Context) -> None:
    traces = line(show(figures, indicator="share_65p", ags="12073"), Style())["data"]
    assert sorted(trace["x"][-1] for trace in traces) == ["2021-12-31", "2024-12-31"]


def test_labels_at_the_ends_never_overlap_and_stay_inside() -> None:
    sizes = [0.1, 0.2, 0.1, 0.1]
    moved = stacked([0.5, 0.52, 0.98, 0.99], sizes)
    order = sorted(range(4), key=lambda i: moved[i])
    for below, above in zip(order, order[1:], strict=False):
        assert moved[above] - moved[below] >= (sizes[above] + sizes[below]) / 2 - 1e-9
    assert max(m + s / 2 for m, s in zip(moved, sizes, strict=True)) <= 1 + 1e-9


def test_long_names_are_broken_at_blanks_and_hyphens() -> None:
    assert wrapped("Nordrhein-Westfalen 37,4", 15) == "Nordrhein-<br>Westfalen 37,4"
    assert wrapped("Landkreis Mecklenburgische Seenplatte", 15) == "Landkreis<br>Mecklenburgische<br>Seenplatte"


def test_values_shown_are_only_year_ends(figures: Context) -> None:
    days = pd.to_datetime(show(figures, indicator="population_total", ags="05758012").table["reference_date"])
    assert set(days.dt.strftime("%m-%d")) == {"12-31"}


@pytest.mark.parametrize("name", ["births", "deaths", "natural_balance", "in_migration", "net_migration"])
def test_counts_of_events_run_on_through_a_census(figures: Context, name: str) -> None:
    shown = show(figures, indicator=name, ags="12073")
    assert len(line(shown, Style())["data"]) == 1
    assert not [mark.label for mark in shown.breaks if "Zensus" in mark.label]
    assert set(shown.table["basis_name"]) == {"unabhängig vom Zensus"}


@pytest.mark.parametrize("name", ["births_per_1000", "in_migration_rate", "natural_balance_per_1000"])
def test_rates_of_events_break_at_a_census_with_the_population_below_them(figures: Context, name: str) -> None:
    shown = show(figures, indicator=name, ags="12073")
    assert "Zensus 2022" in {mark.label for mark in shown.breaks}
