from datetime import date

import openpyxl
import pytest

from tests.sources.reading import excerpt, lookup, rows
from zwk_data.sources import destatis
from zwk_data.sources.rows import FormatError

TABLE = destatis.parse_life_table(excerpt("life_tables/tafel-18-20.xlsx"))
PRINTED = excerpt("destatis/12411-0013.csv")
BY_AGE = destatis.parse_single_ages(PRINTED)
END_2021 = date(2021, 12, 31)


def test_the_reference_date_is_the_last_day_of_the_period():
    assert set(TABLE["reference_date"].to_pylist()) == {date(2020, 12, 31)}


def test_life_expectancy_at_birth_is_the_published_one():
    at = {"measure": "life_expectancy", "ags": "DG", "age_from": 0}
    assert round(lookup(TABLE, sex="m", **at), 2) == 78.64
    assert round(lookup(TABLE, sex="f", **at), 2) == 83.40


def test_the_probability_of_dying_is_given_by_single_age():
    value = lookup(TABLE, measure="death_probability", ags="DG", sex="f", age_from=0)
    assert value == pytest.approx(0.0028918714)


def test_the_laender_have_life_expectancies_at_some_ages():
    at = {"measure": "life_expectancy", "sex": "m"}
    assert lookup(TABLE, ags="08", age_from=0, **at) == 79.88
    assert lookup(TABLE, ags="13", age_from=65, **at) == 17.44


@pytest.mark.parametrize("first", range(11, 19))
def test_every_edition_of_the_workbook_is_read(first):
    table = destatis.parse_life_table(excerpt(f"life_tables/tafel-{first}-{first + 2}.xlsx"))
    assert set(table["reference_date"].to_pylist()) == {date(2002 + first, 12, 31)}
    assert len(set(table["ags"].to_pylist())) == 17


def test_a_workbook_without_the_sheets_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(FormatError, match="sheets missing"):
        destatis.parse_life_table((tmp_path / "x.xlsx").read_bytes())


def test_the_laender_are_read_by_date_sex_and_single_age():
    at = {"ags": "08", "reference_date": date(2015, 12, 31), "age_from": 0, "age_set": "single"}
    assert [lookup(BY_AGE, sex=sex, **at) for sex in "mft"] == [51_615, 49_802, 101_417]
    assert {row["age_to"] for row in rows(BY_AGE, age_set="single")} == {0, 1, 42, 89, None}
    assert set(BY_AGE["basis"].to_pylist()) == {"census2011"}


def test_the_group_of_90_and_over_is_open_and_insgesamt_is_the_total():
    at = {"ags": "09", "reference_date": END_2021}
    (oldest,) = rows(BY_AGE, sex="f", age_from=90, **at)
    assert (oldest["value"], oldest["age_set"], oldest["age_to"], oldest["status"]) == (86_061, "single", None, "ok")
    assert lookup(BY_AGE, sex="t", age_set="total", **at) == 13_176_989


def test_germany_is_the_sum_of_all_laender_and_marked_computed():
    (germany,) = rows(BY_AGE, ags="DG", reference_date=END_2021, sex="t", age_set="total")
    assert (germany["value"], germany["status"]) == (83_237_124, "computed")


def test_germany_has_no_sum_where_a_land_is_missing():
    lines = [";".join(line.split(";")[:-3]) if line.count(";") == 49 else line for line in text().splitlines()]
    without_thuringia = destatis.parse_single_ages("\n".join(lines).encode())
    assert rows(without_thuringia, ags="DG") == [] and rows(without_thuringia, ags="16") == []
    assert len(rows(without_thuringia, ags="15")) == len(rows(BY_AGE, ags="15")) > 0


def test_columns_are_found_by_their_headings_not_by_their_order():
    lines = [line.split(";") for line in text().splitlines()]
    turned = [[*cells[:2], *reversed(cells[2:])] if len(cells) == 50 else cells for cells in lines]
    assert destatis.parse_single_ages("\n".join(";".join(cells) for cells in turned).encode()).equals(BY_AGE)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("12411-0013", "12411-0012", "title not found"),
        ("Thüringen", "Schlesien", "heading of a column"),
        ("weiblich", "divers", "heading of a column"),
        ("42-Jährige", "42 bis 44", "unknown age"),
        ("51615", "/", "no count"),
        ("51615;", "", "too few cells"),
        ("31.12.", "Ende ", "no line of figures"),
    ],
)
def test_what_is_not_known_is_refused(old, new, reason):
    with pytest.raises(FormatError, match=reason):
        destatis.parse_single_ages(text().replace(old, new).encode())


def text():
    return PRINTED.decode("utf-8")
