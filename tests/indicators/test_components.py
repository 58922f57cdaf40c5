"""Sums over ages on tiny tables that can be added by hand."""

import pandas as pd
import pytest

from zwk_data.catalog import Indicator, Term
from zwk_data.indicators.components import Observations
from zwk_data.indicators.compute import compute

DAY = pd.Timestamp("2019-12-31")


def rows(
    *groups: tuple, measure: str = "population", dataset: str = "d", age_set: str = "five_year", priority: int = 1
):
    """(age_from, age_to, value[, status]) of one place; age_to None = open."""
    return [
        {
            "dataset": dataset, "measure": measure, "ags": "05758", "reference_date": DAY, "sex": "t",
            "age_set": age_set, "age_from": low, "age_to": high, "basis": "census2011", "value": value,
            "status": status[0] if status else "ok", "priority": priority,
        }
        for low, high, value, *status in groups
    ]  # fmt: skip


def observed(*parts: list) -> Observations:
    frame = pd.DataFrame([row for part in parts for row in part])
    return Observations(frame.assign(age_to=frame["age_to"].astype("Int16")))


def term(observations: Observations, text: str) -> list[tuple]:
    found = observations.term(Term.parse(text))
    return [(row.dataset, row.value if row.value == row.value else None) for row in found.itertuples()]


GROUPS = rows((0, 4, 1.0), (5, 9, 2.0), (10, 14, 4.0), (15, 19, 8.0), (20, None, 16.0))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("population[0-14]", 7.0),
        ("population[5-19]", 14.0),
        ("population[20+]", 16.0),
        ("population[15+]", 24.0),
        ("population[5-9]", 2.0),
    ],
)
def test_groups_that_tile_the_range_are_added(text, expected):
    assert term(observed(GROUPS), text) == [("d", expected)]


@pytest.mark.parametrize("text", ["population[0-12]", "population[3-9]", "population[18+]", "population[0-24]"])
def test_a_range_that_cuts_a_group_has_no_value(text):
    assert term(observed(GROUPS), text) == []


def test_a_closed_range_never_takes_the_open_group():
    assert term(observed(GROUPS), "population[15-19]") == [("d", 8.0)]
    assert term(observed(GROUPS), "population[15-99]") == []


def test_overlapping_groups_are_never_added():
    overlapping = rows((0, 4, 1.0), (0, 9, 3.0), (5, 9, 2.0), (3, 9, 2.5))
    assert term(observed(overlapping), "population[0-9]") == [("d", 3.0)]


def test_groups_of_two_grids_or_two_datasets_are_never_added():
    young = rows((0, 4, 1.0), age_set="five_year")
    assert term(observed(young, rows((5, 9, 2.0), age_set="rdb17")), "population[0-9]") == []
    assert term(observed(young, rows((5, 9, 2.0), dataset="e")), "population[0-9]") == []


def test_a_place_that_lacks_a_group_has_no_value():
    other = [{**row, "ags": "12073"} for row in GROUPS if row["age_from"] != 5]
    found = observed(GROUPS, other).term(Term.parse("population[0-14]"))
    assert list(found["value"]) == [7.0]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("ok", "secret"), "secret"), (("secret", "missing"), "secret"), (("ok", "missing"), "missing"),
        (("ok", "provisional"), "provisional"), (("estimated", "ok"), "estimated"), (("later", "missing"), "missing"),
    ],
)  # fmt: skip
def test_a_sum_is_as_good_as_its_worst_part_and_a_secret_part_makes_it_secret(statuses, expected):
    with_value = {"ok", "provisional", "estimated"}
    groups = [(n * 5, n * 5 + 4, 1.0 if word in with_value else None, word) for n, word in enumerate(statuses)]
    values = compute({"x": indicator(numerator=("population[0-9]",))}, observed(rows(*groups)))
    assert list(values["status"]) == [expected]
    assert values["value"].isna().all() == (expected not in with_value)
    assert list(values["reason"]) == ["" if expected in with_value else expected]


def indicator(**fields: object) -> Indicator:
    given = {"kind": "sum", "group": "stand", "unit": "persons", **fields}
    texts = dict.fromkeys(("label_de", "label_en", "formula_de", "formula_en"), "x")
    return Indicator(id="x", **texts, **given)  # type: ignore[arg-type]


RATIO = indicator(kind="ratio", numerator=("population[65+]",), denominator=("population[20-64]",), factor=100.0)


def test_a_ratio_is_sum_over_sum_and_keeps_both():
    values = compute({"x": RATIO}, observed(rows((0, 19, 7.0), (20, 64, 40.0), (65, None, 10.0))))
    assert values[["numerator", "denominator", "value", "status", "datasets"]].values.tolist() == [
        [10.0, 40.0, 25.0, "ok", "d"]
    ]


def test_a_ratio_over_nobody_is_missing():
    values = compute({"x": RATIO}, observed(rows((0, 19, 7.0), (20, 64, 0.0), (65, None, 10.0))))
    assert values["value"].isna().all()
    assert list(values["status"]) == ["missing"]


def test_both_parts_of_a_ratio_come_from_one_dataset():
    split = observed(rows((20, 64, 40.0), dataset="e"), rows((65, None, 10.0), dataset="f"))
    assert len(compute({"x": RATIO}, split)) == 0


def test_the_dataset_with_the_lower_number_wins_unless_it_has_no_value():
    total = indicator(numerator=("deaths",))
    first = rows((0, None, 5.0), measure="deaths", dataset="a", age_set="total", priority=1)
    second = rows((0, None, 6.0), measure="deaths", dataset="b", age_set="total", priority=2)
    nothing = rows((0, None, None, "missing"), measure="deaths", dataset="a", age_set="total", priority=1)
    secret = rows((0, None, None, "secret"), measure="deaths", dataset="a", age_set="total", priority=1)

    def result(*parts: list) -> list:
        values = compute({"x": total}, observed(*parts))
        return values[["datasets", "status"]].values.tolist()

    assert result(second, first) == [["a", "ok"]]
    assert result(second, nothing) == [["b", "ok"]]
    assert result(second, secret) == [["a", "secret"]]


def test_a_rate_names_the_datasets_of_both_sides():
    rate = indicator(kind="ratio", numerator=("deaths",), denominator=("population",), factor=1000.0)
    deaths = rows((0, None, 12.0), measure="deaths", dataset="b", age_set="total")
    people = rows((0, None, 1000.0), dataset="a", age_set="total")
    values = compute({"x": rate}, observed(deaths, people))
    assert values[["value", "datasets"]].values.tolist() == [[12.0, "b;a"]]


def test_no_rate_where_the_stock_of_the_same_day_and_basis_is_missing():
    rate = indicator(kind="ratio", numerator=("deaths",), denominator=("population",), factor=1000.0)
    deaths = rows((0, None, 12.0), measure="deaths", dataset="b", age_set="total")
    other_basis = [{**row, "basis": "census2022"} for row in rows((0, None, 1000.0), age_set="total")]
    assert len(compute({"x": rate}, observed(deaths, other_basis))) == 0


def area_rows(ags: str, *dated: tuple[str, float]):
    """(date, area in km²) of one place."""
    return [
        {
            "dataset": "areas", "measure": "area_km2", "ags": ags, "reference_date": pd.Timestamp(day), "sex": "t",
            "age_set": "total", "age_from": 0, "age_to": None, "basis": "census2011", "value": value, "status": "ok",
            "priority": 1,
        }
        for day, value in dated
    ]  # fmt: skip


def density(ags: str, day: str, people: float, *dated: tuple[str, float]) -> pd.Series:
    """The density of one place on one day, with its areas of other days."""
    declared = Indicator(
        "density", "", "", "stand", "ratio", "persons_per_km2", "", "",
        numerator=("population",), denominator=("area_km2",),
    )  # fmt: skip
    stock = rows((0, None, people), age_set="total")
    stock = [row | {"ags": ags, "reference_date": pd.Timestamp(day)} for row in stock]
    found = compute({"density": declared}, observed(stock, area_rows(ags, *dated)))
    return found[found["reference_date"] == day].iloc[0]


def test_a_density_takes_the_nearest_area_but_none_from_beyond_a_registered_reform():
    areas = ("2019-12-31", 943.0), ("2022-12-31", 991.0)
    assert density("12073", "2021-12-31", 943.0 * 991.0, *areas)["value"] == pytest.approx(943.0)
    assert density("16061", "2021-12-31", 94300.0, *areas)["value"] == pytest.approx(100.0)
    assert density("16061", "2023-12-31", 99100.0, *areas)["value"] == pytest.approx(100.0)
    assert density("16061", "2024-12-31", 99100.0, *areas)["reason"] == "territory"  # it grew again early in 2024


def test_a_density_of_a_municipality_whose_area_changed_around_the_date_has_no_value():
    grown = density("16064071", "2022-05-15", 2978.0, ("2019-12-31", 44.58), ("2022-12-31", 100.65))
    assert pd.isna(grown["value"]) and (grown["status"], grown["reason"]) == ("not_available", "territory")
    same = density("16064071", "2022-12-31", 6130.0, ("2019-12-31", 44.58), ("2022-12-31", 100.65))
    assert same["value"] == pytest.approx(6130 / 100.65)
