from datetime import date

import openpyxl
import pytest

from tests.sources.reading import excerpt, lookup
from zwk_data.sources import destatis
from zwk_data.sources.rows import FormatError

TABLE = destatis.parse_life_table(excerpt("life_tables/tafel-18-20.xlsx"))


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
