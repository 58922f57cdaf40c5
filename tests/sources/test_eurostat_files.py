from datetime import date

from tests.sources.reading import excerpt, lookup, rows
from zwk_data.sources import eurostat_files

BASE = eurostat_files.parse_base_population(
    excerpt("eurostat/proj_19rp3_base_2019_by_nuts3.csv.gz"), {"DEE01": "15001", "DEG0N": "16056"}
)


def test_single_ages_of_dessau_rosslau_sum_to_its_population():
    assert sum(r["value"] for r in rows(BASE, ags="15001", sex="t")) == 81_237


def test_laender_and_germany_are_the_sums_of_their_kreise_and_marked_so():
    parts = lookup(BASE, ags="15001", sex="f", age_from=40) + lookup(BASE, ags="16056", sex="f", age_from=40)
    (germany,) = rows(BASE, ags="DG", sex="f", age_from=40)
    assert (germany["value"], germany["status"]) == (parts, "computed")


def test_the_last_age_is_open_and_the_date_the_31_december_before():
    assert {r["age_to"] for r in rows(BASE, age_from=100)} == {None}
    assert set(BASE["reference_date"].to_pylist()) == {date(2018, 12, 31)}


def test_the_list_of_gemeinden_gives_population_and_area():
    table = eurostat_files.parse_lau(eurostat_files.read_lau(excerpt("municipalities/lau_nuts_2019_DE.csv")))
    assert lookup(table, ags="13076121", measure="population") == 237
    assert lookup(table, ags="13076121", measure="area_km2") == 11.42
