import pandas as pd
import pytest

from zwk_data.catalog import indicators
from zwk_data.indicators.change import change, index_numbers, same_territory

OVER_TIME = [entry.id for entry in indicators().values() if entry.kind in ("change", "index")]


def stock(*rows: tuple, ags: str = "05758") -> pd.DataFrame:
    """(year, value, basis[, status]) of one place."""
    return pd.DataFrame(
        [
            {
                "ags": ags, "reference_date": pd.Timestamp(year, 12, 31), "basis": basis, "value": value,
                "status": status[0] if status else "ok", "reason": "", "datasets": f"d{year}",
            }
            for year, value, basis, *status in rows
        ]
    )  # fmt: skip


def area(*rows: tuple, ags: str = "05758012") -> pd.DataFrame:
    days = [pd.Timestamp(year, 12, 31) for year, _ in rows]
    return pd.DataFrame({"ags": ags, "reference_date": days, "area_km2": [km2 for _, km2 in rows]})


NO_AREAS = area()


def test_a_change_is_relative_to_the_earlier_date_and_names_both_datasets():
    table = change(stock((2018, 200.0, "census2011"), (2019, 210.0, "census2011")), NO_AREAS, 1, 100.0)
    assert table[["value", "numerator", "denominator", "status", "datasets"]].values.tolist() == [
        [5.0, 10.0, 200.0, "ok", "d2019;d2018"]
    ]


def test_no_change_is_formed_across_a_census():
    values = stock((2022, 200.0, "census2011"), (2023, 190.0, "census2022"))
    assert len(change(values, NO_AREAS, 1, 100.0)) == 0
    assert len(index_numbers(values, NO_AREAS, 2022, 100.0)) == 1  # only the base year itself


def test_a_date_on_two_bases_is_compared_on_each_with_its_own():
    values = stock((2021, 100.0, "census2011"), (2022, 110.0, "census2011"), (2022, 90.0, "census2022"))
    table = change(values, NO_AREAS, 1, 100.0)
    assert table[["basis", "value"]].values.tolist() == [["census2011", 10.0]]


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ("ok", "computed", "computed"), ("computed", "ok", "computed"), ("estimated", "computed", "estimated"),
        ("missing", "computed", "missing"), ("computed", "missing", "missing"), ("secret", "missing", "secret"),
    ],
)  # fmt: skip
def test_a_change_is_as_good_as_the_worse_of_both_ends(then, now, expected):
    def amount(status: str) -> float | None:
        return None if status in ("missing", "secret") else 100.0

    values = stock((2018, amount(then), "census2011", then), (2019, amount(now), "census2011", now))
    row = change(values, NO_AREAS, 1, 100.0).iloc[0]
    assert row["status"] == expected
    assert pd.isna(row["value"]) == (expected in ("missing", "secret"))
    assert row["reason"] == (expected if pd.isna(row["value"]) else "")


def test_a_place_that_had_nobody_has_no_change():
    row = change(stock((2018, 0.0, "census2011"), (2019, 10.0, "census2011")), NO_AREAS, 1, 100.0).iloc[0]
    assert (pd.isna(row["value"]), row["status"], row["reason"]) == (True, "missing", "missing")


@pytest.mark.parametrize(
    ("later", "known"), [(100.0, True), (100.9, True), (101.1, False), (98.0, False), (None, False)]
)
def test_a_gemeinde_whose_area_changed_by_one_per_cent_has_no_change(later, known):
    values = stock((2018, 200.0, "census2011"), (2019, 210.0, "census2011"), ags="05758012")
    areas = area((2018, 100.0), (2019, later)) if later else area((2018, 100.0))
    row = change(values, areas, 1, 100.0).iloc[0]
    assert pd.notna(row["value"]) == known
    assert (row["status"], row["reason"]) == (("ok", "") if known else ("not_available", "territory"))


def test_a_kreis_has_no_change_across_its_registered_reform():
    values = stock((2018, 100.0, "census2011"), (2019, 110.0, "census2011"), (2020, 121.0, "census2011"), ags="16054")
    table = change(values, NO_AREAS, 1, 100.0).set_index(change(values, NO_AREAS, 1, 100.0)["reference_date"].dt.year)
    assert table.loc[2019, "reason"] == "territory"
    assert table.loc[2020, "value"] == pytest.approx(10.0)


def test_a_bridged_reform_may_be_crossed():
    values = stock((2020, 100.0, "census2011"), (2021, 110.0, "census2011"), ags="16063")
    assert list(change(values, NO_AREAS, 1, 100.0)["status"]) == ["ok"]


@pytest.mark.parametrize("identifier", OVER_TIME)
def test_no_stored_change_crosses_a_census_basis_a_reform_or_a_changed_area(statistics, identifier):
    """All rows of all places: the earlier end exists on the same basis and gives the value; a reform gives none."""
    entry = indicators()[identifier]
    earlier = f"make_date({entry.base_year}, 12, 31)" if entry.kind == "index" else (
        f"(c.reference_date - INTERVAL {entry.years} YEAR)::DATE")  # fmt: skip
    pairs = statistics.frame(
        f"""
        SELECT c.*, now.value AS now, earlier.value AS earlier FROM indicator_value c
        JOIN indicator_value now ON now.indicator = '{entry.of}' AND now.ags = c.ags AND now.basis = c.basis
         AND now.reference_date = c.reference_date
        LEFT JOIN indicator_value earlier ON earlier.indicator = '{entry.of}' AND earlier.ags = c.ags
         AND earlier.basis = c.basis AND earlier.reference_date = {earlier}
        WHERE c.indicator = '{identifier}'
        """
    )
    count = statistics.frame(f"SELECT count(*) AS n FROM indicator_value WHERE indicator = '{identifier}'")["n"][0]
    assert len(pairs) == count > 400
    assert pairs["earlier"].notna().all()
    known = pairs[pairs["value"].notna()]
    share = known["now"] / known["earlier"] - (1 if entry.kind == "change" else 0)
    assert (known["value"] - share * entry.factor).abs().max() < 1e-9
    assert set(pairs[pairs["value"].isna()]["reason"]) <= {"territory"}
    print(f"{identifier}: {len(pairs)} rows, {len(pairs) - len(known)} without value (territory)")


def test_no_change_lies_between_the_end_of_2022_and_the_end_of_2023(statistics):
    rows = statistics.values(["population_change_1y"], ["05758", "15001", "DG"])
    assert set(rows["year"]) == {*range(2014, 2023), 2024}


@pytest.mark.parametrize(
    ("areas", "same"),
    [
        ([("2011-12-31", 79.0), ("2018-12-31", 79.0)], True),
        ([("2011-12-31", 79.0), ("2018-12-31", 91.0)], False),  # changed on an unknown day in between
        ([("2011-12-31", 79.0)], False),  # nothing is known afterwards
        ([("2011-12-31", 79.0), ("2014-12-31", 79.0), ("2018-12-31", 91.0)], True),
    ],
)
def test_a_gemeinde_has_an_area_between_two_dates_that_agree(areas: list[tuple[str, float]], same: bool) -> None:
    known = pd.DataFrame([("05758012", pd.Timestamp(day), area) for day, area in areas],
                         columns=["ags", "reference_date", "area_km2"])  # fmt: skip
    pair = pd.DataFrame({
        "ags": ["05758012"], "reference_date": [pd.Timestamp("2014-12-31")], "earlier_date": [pd.Timestamp("2012-12-31")]
    })  # fmt: skip
    assert same_territory(pair, known).tolist() == [same]
