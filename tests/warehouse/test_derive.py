"""Derived figures against sums taken by hand or from the embedded files themselves."""

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zwk_data.catalog import breaks
from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.warehouse.derive import derive
from zwk_data.warehouse.loads import LoadFile, take_over
from zwk_data.warehouse.paths import SNAPSHOT
from zwk_data.warehouse.schema import TABLES

# What the files say, before anything was merged: all but the register of places.
EMBEDDED = f"read_parquet({[path.as_posix() for path in SNAPSHOT.glob('*.parquet') if path.stem != 'places']})"


def value(statistics, dataset: str, ags: str, day: str, measure: str = "population"):
    row = statistics.frame(
        "SELECT value, status FROM current_observation WHERE dataset = $dataset AND ags = $ags AND measure = $measure"
        " AND reference_date = $day::DATE AND sex = 't' AND age_set = 'total'",
        dataset=dataset, ags=ags, day=day, measure=measure,
    )  # fmt: skip
    return tuple(row.iloc[0]) if len(row) else None


def test_the_wartburgkreis_of_2019_is_the_sum_with_eisenach_and_marked_computed(statistics):
    assert value(statistics, "eurostat_demo_r_pjangrp3", "16056", "2019-12-31")[0] == 42_250
    assert value(statistics, "eurostat_demo_r_pjangrp3", "16063", "2019-12-31") == (118_974 + 42_250, "computed")


def test_the_wartburgkreis_has_a_sum_for_every_figure_that_eisenach_has(statistics):
    raw = duckdb.sql(
        "SELECT dataset, measure, reference_date, sex, age_set, age_from, sum(value) AS value, count(value) AS parts"
        f" FROM {EMBEDDED} WHERE ags IN ('16056', '16063') AND reference_date < DATE '2022-01-01' GROUP BY ALL"
    ).df()
    now = statistics.frame("SELECT * EXCLUDE (age_to) FROM current_observation WHERE ags = '16063'")
    keys = ["dataset", "measure", "reference_date", "sex", "age_set", "age_from"]
    both = raw[raw["parts"] == 2].merge(now, on=keys, suffixes=("_parts", ""))
    assert len(both) == len(raw[raw["parts"] == 2]) > 1000
    assert (both["value"] == both["value_parts"]).all()
    assert set(both["status"]) == {"computed"}


def test_the_kreise_of_2022_are_the_sums_of_their_gemeinden(statistics):
    gemeinden = statistics.frame(
        "SELECT p.kreis, sum(value) AS value FROM current_observation o JOIN place p USING (ags)"
        " WHERE dataset = 'gvisys_2022' AND measure = 'population' AND sex = 't' GROUP BY ALL"
    ).set_index("kreis")["value"]
    assert value(statistics, "computed_kreis_sums", "05758", "2022-12-31") == (gemeinden["05758"], "computed")
    assert value(statistics, "computed_kreis_sums", "DG", "2022-12-31") == (gemeinden.sum(), "computed")
    assert value(statistics, "computed_kreis_sums", "DG", "2022-12-31")[0] == 84_358_845  # Destatis, 31 December 2022
    assert value(statistics, "computed_kreis_sums", "15001", "2022-12-31") is None  # a kreisfreie Stadt has its own row
    assert len(gemeinden) == 400


def test_the_residual_is_change_less_births_plus_deaths(statistics):
    residual, status = value(
        statistics, "computed_net_migration_residual", "15001", "2019-12-31", "net_migration_residual"
    )
    now = value(statistics, "eurostat_demo_r_pjangrp3", "15001", "2019-12-31")[0]
    before = value(statistics, "eurostat_demo_r_pjangrp3", "15001", "2018-12-31")[0]
    births = value(statistics, "eurostat_demo_r_births", "15001", "2019-12-31", "live_births")[0]
    deaths = value(statistics, "eurostat_demo_r_deaths", "15001", "2019-12-31", "deaths")[0]
    assert (residual, status) == (now - before - births + deaths, "computed")


def test_the_residual_never_crosses_2022_nor_a_change_of_territory(statistics):
    rows = statistics.frame(
        "SELECT ags, reference_date FROM current_observation WHERE measure = 'net_migration_residual'"
    )
    assert rows["reference_date"].dt.year.min() == 2014
    assert rows["reference_date"].dt.year.max() == 2021
    found = set(zip(rows["ags"], rows["reference_date"].dt.year, strict=True))
    reforms = {(ags, b.first_date.year) for b in breaks().values() if b.scope and not b.bridged for ags in b.scope}
    assert ("16054", 2019) in reforms
    assert not found & reforms
    in_span = [year for _, year in reforms if 2014 <= year <= 2021]
    assert len(found) == 8 * (401 + 17) - len(in_span)  # every Kreis with Eisenach, 16 Länder, Germany


@pytest.fixture
def small():
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute(
            f"INSERT INTO place SELECT * FROM read_parquet('{(SNAPSHOT / 'places.parquet').as_posix()}')"
        )
        yield connection


def add(connection, *rows: tuple) -> None:
    for dataset, measure, ags, day, amount, status in rows:
        connection.execute(
            "INSERT INTO current_observation VALUES (?, ?, ?, ?, 't', 'total', 0, NULL, 'census2011', ?, ?)",
            [dataset, measure, ags, day, amount, status],
        )


@pytest.mark.parametrize(
    ("wartburg", "eisenach", "expected"),
    [
        ((10.0, "ok"), (5.0, "ok"), (15.0, "computed")),
        ((10.0, "ok"), (None, "missing"), (None, "missing")),
        ((None, "later"), (5.0, "ok"), (None, "later")),
        ((10.0, "ok"), (None, "secret"), (None, "secret")),
        ((None, "missing"), (None, "secret"), (None, "secret")),
    ],
)
def test_a_sum_with_a_part_that_has_no_value_has_none_and_says_why(small, wartburg, eisenach, expected):
    add(small, ("d", "deaths", "16063", "2015-12-31", *wartburg), ("d", "deaths", "16056", "2015-12-31", *eisenach))
    derive(small, [])
    found = small.execute("SELECT value, status FROM current_observation WHERE ags = '16063'").fetchall()
    assert found == [expected]


def test_a_median_age_of_the_wartburgkreis_without_eisenach_is_not_added_up_but_left_out(small):
    day = "2019-12-31"
    add(small, ("d", "median_age", "16063", day, 49.0, "ok"), ("d", "median_age", "16056", day, 48.0, "ok"))
    add(small, ("d", "median_age", "16063", "2021-12-31", 49.5, "ok"))  # with Eisenach
    derive(small, [])
    found = small.execute("SELECT value, status FROM current_observation WHERE ags = '16063' ORDER BY reference_date")
    assert found.fetchall() == [(None, "not_available"), (49.5, "ok")]


def test_a_gemeinde_without_a_figure_leaves_its_kreis_without_a_sum(small):
    day = "2022-12-31"
    add(small, ("gvisys_2022", "population", "05758012", day, 66_000.0, "ok"),
        ("gvisys_2022", "population", "05758004", day, None, "secret"),
        ("gvisys_2022", "population", "12073008", day, 5_000.0, "ok"))  # fmt: skip
    derive(small, [])
    sums = small.execute("SELECT ags, value FROM current_observation WHERE dataset = 'computed_kreis_sums' ORDER BY 1")
    assert sums.fetchall() == [("12", 5000.0), ("12073", 5000.0)]


def loaded(connection, folder: Path, *loads: tuple) -> list[tuple]:
    """Take over loads (seq, {date: value}) of one dataset and return the current rows."""
    files = []
    for seq, figures in loads:
        rows = [
            {"dataset": "d", "measure": "deaths", "ags": "05758", "reference_date": date.fromisoformat(day), "sex": "t",
             "age_set": "total", "age_from": 0, "age_to": None, "basis": "census2011", "value": amount,
             "status": "missing" if amount is None else "ok"}
            for day, amount in figures.items()
        ]  # fmt: skip
        pq.write_table(pa.Table.from_pylist(rows, OBSERVATION), folder / f"{seq}.parquet")
        row = (f"d@{seq}", seq, "s", "d", "", "", None, "", len(rows), 1, "2026-11-01", None)
        files.append(LoadFile(row, folder / f"{seq}.parquet"))
    take_over(connection, files)
    assert connection.execute("SELECT count(*) FROM load").fetchall() == [(len(loads),)]
    rows = connection.execute("SELECT reference_date, value FROM current_observation ORDER BY 1").fetchall()
    return [(pd.Timestamp(day).year, amount) for day, amount in rows]


def test_the_newest_load_replaces_the_dates_it_has_and_keeps_the_others(small, tmp_path):
    old = {"2018-12-31": 1.0, "2019-12-31": 2.0, "2020-12-31": 3.0}
    new = {"2019-12-31": 20.0, "2021-12-31": 40.0}
    assert loaded(small, tmp_path, (0, old), (1, new)) == [(2018, 1.0), (2019, 20.0), (2020, 3.0), (2021, 40.0)]


def test_the_sequence_of_loads_decides_and_not_the_order_in_which_they_are_read(small, tmp_path):
    assert loaded(small, tmp_path, (2, {"2018-12-31": 2.0}), (1, {"2018-12-31": 1.0})) == [(2018, 2.0)]


def test_a_newer_load_without_any_value_for_a_date_does_not_hide_the_older_one(small, tmp_path):
    assert loaded(small, tmp_path, (0, {"2018-12-31": 1.0}), (1, {"2018-12-31": None})) == [(2018, 1.0)]
