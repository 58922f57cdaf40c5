import pytest

from tests.sources.reading import excerpt, lookup, rows
from zwk_data.sources import regionaldatenbank as regio
from zwk_data.sources.rows import FormatError, dropped_of

POPULATION = excerpt("regionaldatenbank/12411-02-03-4_2023_2024_tidy.csv")
MIGRATION = excerpt("regionaldatenbank/12711-01-03-4_four_kreise_2020-2024.csv")


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("unter 3 Jahre", ("rdb17", 0, 2)),
        ("65 bis unter 75 Jahre", ("rdb17", 65, 74)),
        ("75 Jahre und mehr", ("rdb17", 75, None)),
        ("Insgesamt", ("total", 0, None)),
    ],
)
def test_an_age_label_becomes_completed_years_with_both_ends_inclusive(label, group):
    assert regio.age_group(label, "rdb17") == group


def test_an_unknown_age_label_is_refused():
    with pytest.raises(FormatError, match="unknown age group"):
        regio.age_group("Kinder", "rdb17")


def test_the_groups_of_the_population_sum_to_the_published_total():
    table = regio.parse_population(POPULATION)
    assert lookup(table, ags="15001", sex="t", age_set="total") == 75_402
    assert sum(r["value"] for r in rows(table, ags="15001", sex="t", age_set="rdb17")) == 75_402
    assert {r["basis"] for r in table.to_pylist()} == {"census2022"}


def test_hamburg_is_a_land_and_a_kreis():
    table = regio.parse_population(POPULATION)
    assert lookup(table, ags="02", sex="t", age_set="total") == lookup(table, ags="02000", sex="t", age_set="total")


def test_regierungsbezirke_and_dissolved_kreise_are_left_out_and_counted():
    table = regio.parse_population(POPULATION)
    assert not rows(table, ags="031") and not rows(table, ags="03152")
    assert dropped_of(table) == {"dissolved_kreise": 1, "regierungsbezirke": 1}


def test_births_and_deaths_carry_the_basis_of_the_stock_of_their_year():
    births = regio.parse_births(excerpt("regionaldatenbank/12612-01-01-4_four_kreise_2022-2024.csv"))
    deaths = regio.parse_deaths(excerpt("regionaldatenbank/12613-01-01-4_four_kreise_2022-2024.csv"))
    for table, measure in ((births, "live_births"), (deaths, "deaths")):
        bases = {r["reference_date"].year: r["basis"] for r in rows(table, measure=measure)}
        assert bases == {2022: "census2011", 2023: "census2022", 2024: "census2022"}
        assert all(r["age_set"] == "total" for r in table.to_pylist())


def test_the_balance_of_herford_in_2024_is_the_published_one():
    table = regio.parse_migration(MIGRATION)
    into, out = (
        lookup(table, ags="05758", measure=measure, sex="t", age_set="total")
        for measure in ("in_migration", "out_migration")
    )
    assert into - out == 980


def test_a_suppressed_cell_is_secret_and_never_zero():
    secret = rows(regio.parse_migration(MIGRATION), status="secret")
    assert len(secret) == 12
    assert all(r["value"] is None and r["ags"] == "15001" and r["sex"] in "mf" for r in secret)


def test_a_file_without_the_expected_columns_is_refused():
    with pytest.raises(FormatError, match="columns missing"):
        regio.parse_population(b"a;b\n1;2\n")
