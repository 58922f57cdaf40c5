from datetime import date

import pytest

from tests.sources.reading import excerpt, lookup, rows
from zwk_data.sources import gvisys
from zwk_data.sources.rows import FormatError, dropped_of

GV100AD = excerpt("municipalities/GV100AD_301123.txt")
DAY = date(2022, 12, 31)


def parsed(records, complete=True):
    return gvisys.parse(records, "gvisys_2022", DAY, "census2011", complete=complete)


def test_the_fixed_width_fields_of_schossin_are_read():
    (schossin,) = (r for r in gvisys.read_gv100ad(GV100AD) if r.ags == "13076121")
    assert (schossin.name, schossin.type, schossin.area) == ("Schossin", "Gemeinde", 11.42)
    assert (schossin.population, schossin.male, schossin.female) == (242, 123, 119)


def test_a_line_of_another_length_is_refused():
    with pytest.raises(FormatError, match="characters"):
        gvisys.read_gv100ad(GV100AD.replace(b"Schossin ", b"Schossin"))


def test_a_kreisfreie_stadt_stands_under_its_kreis_key_only():
    table = parsed(gvisys.read_gv100ad(GV100AD))
    assert rows(table, ags="15001", sex="t") and not rows(table, ags="15001000")


def test_an_unpopulated_area_counts_in_the_area_of_its_land_only():
    table = parsed(gvisys.read_gv100ad(GV100AD))
    assert dropped_of(table) == {"unpopulated_areas": 1}
    assert not rows(table, ags="07000")
    assert rows(table, ags="07", measure="area_km2")[0]["status"] == "computed"


def test_the_area_of_a_kreis_is_the_sum_of_its_gemeinden():
    records = gvisys.read_gv100ad(GV100AD)
    expected = sum(r.area for r in records if r.ags.startswith("05758"))
    assert lookup(parsed(records), ags="05758", measure="area_km2") == pytest.approx(expected)


def test_an_incomplete_file_gives_no_sums_of_area():
    table = parsed(gvisys.read_2011(excerpt("municipalities/gemeinden_2011-12-31.csv")), complete=False)
    assert not rows(table, ags="05758") and not rows(table, ags="DG")
    assert lookup(table, ags="15001", measure="population", sex="t") == 85_838


def test_blanks_for_thousands_and_decimal_commas_are_read():
    found = {r.ags: r for r in gvisys.read_auszug_csv(excerpt("municipalities/gv_auszug_2019-12-31.csv"))}
    assert found["15001000"].population == 80_103
    assert (found["13076121"].lon, found["13076121"].degurba) == (pytest.approx(11.2, abs=0.1), 3)


def test_the_quarterly_workbook_gives_the_same_figures_as_the_fixed_width_file():
    workbook = {r.ags: r for r in gvisys.read_auszug_xlsx(excerpt("municipalities/gv_auszug_2024-06-30.xlsx"))}
    fixed = {r.ags: r for r in gvisys.read_gv100ad(GV100AD)}
    for ags in workbook.keys() & fixed.keys():
        assert workbook[ags].population == fixed[ags].population
        assert workbook[ags].area == fixed[ags].area
