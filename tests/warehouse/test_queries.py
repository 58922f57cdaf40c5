from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from zwk_data.warehouse.places import Place


def test_values_come_ordered_by_indicator_place_and_date(statistics):
    values = statistics.values(["share_65p", "population_total"], ["15001", "05758"])
    keys = list(zip(values["indicator"], values["ags"], values["reference_date"], values["basis"], strict=True))
    assert keys == sorted(keys)
    assert set(values["ags"]) == {"05758", "15001"}


def test_all_kreise_of_a_land_on_one_date(statistics):
    table = statistics.level_values("population_total", "kreis", "16", date(2019, 12, 31), "census2011")
    assert len(table) == 22
    assert "16056" not in set(table["ags"])


def test_gemeinden_include_the_kreisfreie_stadt_once(statistics):
    table = statistics.level_values("population_total", "gemeinde", "15", date(2022, 12, 31), "census2011")
    assert list(table["ags"]).count("15001") == 1
    assert table["ags"].is_unique


def test_the_dates_of_a_level_name_their_basis_and_the_number_of_places(statistics):
    dates = statistics.dates("share_65p", "kreis").set_index("reference_date")
    assert (dates["places"] == 400).all()
    assert dates.loc["2019-12-31", "basis"] == "census2011"
    assert dates.loc["2024-12-31", "basis"] == "census2022"


def test_partners_are_called_as_they_call_themselves(statistics):
    assert isinstance(statistics.places["15001"], Place)
    assert statistics.places["15001"].name == "Dessau-Roßlau"


def test_a_published_database_cannot_be_changed_nor_read_files(statistics):
    file = f"SELECT * FROM read_text('{Path(__file__).as_posix()}')"
    for query in ("CREATE TABLE x (n INTEGER)", "DELETE FROM place", file, "SET lock_configuration = false"):
        with pytest.raises(duckdb.Error):
            statistics.frame(query)


@pytest.mark.parametrize("value", ["' OR 1=1 --", "05758'; DROP TABLE place; --", "\x00", "💥"])
def test_values_are_bound_never_put_into_the_query(statistics, value):
    assert len(statistics.values([value], [value])) == 0


def test_many_threads_may_ask_at_once(statistics):
    keys = [f"{n:02d}" for n in range(1, 17)] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda key: set(statistics.values(["population_total"], [key])["ags"]), keys))
    assert found == [{key} for key in keys]


def test_every_dataset_says_how_much_of_it_is_missing(statistics):
    table = statistics.coverage().set_index("dataset")
    assert table.loc["regio_12711_01_03_4", "without_value"] == 12  # secret cells of one Kreis
    assert (table["without_value"] <= table["rows"]).all()


def test_the_newest_load_of_each_dataset_is_named_once(statistics):
    loads = [load["dataset"] for load in statistics.newest_loads]
    assert sorted(loads) == sorted(set(loads))
    assert "eurostat_demo_r_pjangrp3" in loads
