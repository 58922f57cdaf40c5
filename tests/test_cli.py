"""The command line as its users meet it: in a process of its own where bytes and exit codes count."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pyarrow.parquet as pq
import pytest

from zwk_data.catalog import indicators
from zwk_data.cli.figures import read_years, value_rows
from zwk_data.cli.messages import table
from zwk_data.sources.eurostat import LAND_OF_NUTS1
from zwk_data.warehouse import open_statistics
from zwk_data.warehouse.paths import SNAPSHOT
from zwk_data.warehouse.publish import build_lock

ROOT = Path(__file__).resolve().parents[1]
HEAD = "indicator,ags,place,year,value,unit,status,basis,sources"


def run(*words: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    own = {"ZWK_DATA_DIR": str(folder)} if folder else {}
    env = {**os.environ, "PYTHONIOENCODING": "cp1252", **own, **environment}  # as a Windows console would have it
    return subprocess.run(
        [sys.executable, "-m", "zwk_data", *words], cwd=ROOT, env=env, capture_output=True, check=False
    )


def rows_of(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, str]]:
    assert result.returncode == 0, result.stderr.decode()
    return list(csv.DictReader(io.StringIO(result.stdout.decode("utf-8"))))


def values(identifier: str, ags: str, years: str) -> list[dict[str, str]]:
    return rows_of(run("values", identifier, "--ags", ags, "--years", years))


@pytest.fixture(autouse=True)
def _built(data_folder):
    """Every test here has the real figures."""


def test_values_are_byte_clean_csv_in_utf8_with_line_feeds_and_nothing_else():
    result = run("values", "share_65p", "--ags", "15001", "--years", "2019")
    assert result.stderr == b""
    assert b"\r" not in result.stdout
    assert result.stdout.decode("utf-8").splitlines()[0] == HEAD
    assert "Dessau-Roßlau".encode() in result.stdout
    assert result.stdout.endswith(b"\n")
    assert not result.stdout.startswith(b"\xef\xbb\xbf")


def test_there_is_one_row_for_each_place_and_year_sorted_by_key_then_year():
    rows = values("old_age_ratio_20_65", "15001,05758, 12073,13071,15001000", "2013-2021")
    assert [(row["ags"], row["year"]) for row in rows] == [
        (ags, str(year)) for ags in ("05758", "12073", "13071", "15001") for year in range(2013, 2022)
    ]
    assert {row["status"] for row in rows} <= {"ok", "computed"}
    assert {row["unit"] for row in rows} == {"per_100"}
    assert {row["sources"] for row in rows} == {"eurostat_demo_r_pjangrp3"}


def test_values_have_their_full_precision(statistics):
    [row] = values("old_age_ratio_20_65", "05758", "2019")
    frame = statistics.values(["old_age_ratio_20_65"], ["05758"])
    value = float(frame[frame["year"] == 2019]["value"].iloc[0])
    assert row["value"] == repr(value)


def test_a_year_without_a_figure_is_an_empty_value_with_the_status_missing():
    [row] = values("share_65p", "05758", "2022")  # 31 December 2022 has no ages
    assert (row["value"], row["status"], row["basis"], row["sources"]) == ("", "missing", "", "")


def test_a_value_that_is_kept_back_shows_its_own_status():
    [row] = values("population_change_1y", "16054", "2019")  # across the Thuringian reform of 1 January 2019
    assert (row["value"], row["status"], row["basis"]) == ("", "not_available", "census2011")


def test_only_the_stock_of_31_december_counts_never_the_census_day():
    [row] = values("population_total", "05758012", "2022")
    assert (row["basis"], row["sources"]) == ("census2011", "gvisys_2022")  # the census of 15 May is census2022


def test_a_gemeinde_never_gets_the_value_of_its_kreis():
    rows = values("share_65p", "05758012,05758", "2019")
    assert [(row["ags"], bool(row["value"])) for row in rows] == [("05758", True), ("05758012", False)]


def test_of_two_bases_for_one_date_the_newest_counts(statistics):
    class TwoBases:
        def values(self, names, keys):
            frame = statistics.values(names, keys)
            old = frame[frame["year"] == 2019]
            return pd.concat([old, old.assign(basis="census2022", value=1.0), old.assign(basis="pre2011")])

    place = statistics.places["05758"]
    [row] = value_rows(TwoBases(), indicators()["population_total"], [place], [2019])
    assert (row["basis"], row["value"]) == ("census2022", 1.0)


def test_an_indicator_that_is_only_declared_is_not_available():
    assert [(row["value"], row["status"]) for row in values("tfr", "05758", "2018,2019")] == [("", "not_available")] * 2


def test_germany_has_two_names():
    rows = values("population_total", "DE,DG", "2019")
    assert [(row["ags"], row["place"], row["value"]) for row in rows] == [("DG", "Deutschland", "83166711.0")]


def test_json_holds_the_same_rows_with_null_for_a_missing_value():
    result = run("values", "share_65p", "--ags", "15001", "--years", "2019,2022", "--format", "json")
    rows = json.loads(result.stdout.decode("utf-8"))
    assert list(rows[0]) == HEAD.split(",")
    assert [row["value"] for row in rows][1] is None
    assert rows[0]["value"] == float(values("share_65p", "15001", "2019")[0]["value"])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["values", "old_age_ratio_20", "--ags", "05758", "--years", "2019"], "old_age_ratio_20_65"),
        (["values", "Medianalter", "--ags", "05758", "--years", "2019"], "median_age"),
        (["values", "share_65p", "--ags", "05785", "--years", "2019"], "05758"),
        (["values", "share_65p", "--ags", "Herfort", "--years", "2019"], "Herford"),
        (["values", "share_65p", "--ags", ",", "--years", "2019"], "--ags"),
        (["values", "share_65p", "--ags", "05758", "--years", "2021-2013"], "2013-2021"),
        (["values", "share_65p", "--ags", "05758", "--years", "soon"], "2018"),
        (["values", "share_65p", "--ags", "05758"], "--years"),
        (["values", "share_65p", "--ags", "05758", "--years", "2019", "--format", "xml"], "csv"),
        (["places", "Neubrandenbrug"], "13071107"),
        (["refresh", "eurostatt"], "eurostat"),
        (["refresh", "eurostat", "--dataset", "eurostat_demo_births"], "eurostat_demo_r_births"),
    ],
)
def test_wrong_usage_ends_with_2_nothing_on_stdout_and_the_nearest_names(words, named):
    result = run(*words)
    assert result.returncode == 2
    assert result.stdout == b""
    assert named in result.stderr.decode("utf-8")
    assert "Traceback" not in result.stderr.decode("utf-8")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2018", [2018]),
        ("2013-2015", [2013, 2014, 2015]),
        ("2018, 2013", [2013, 2018]),
        ("2013-2014,2014", [2013, 2014]),
    ],
)
def test_years_are_read_in_three_forms(text, years):
    assert read_years(text) == years


@pytest.mark.parametrize("text", ["", "18", "2018-", "-2018", "2018-2017", "2018;2019", "0001-9999", "２０１８-99999"])
def test_other_years_are_refused(text):
    with pytest.raises(ValueError):
        read_years(text)


def test_places_are_listed_in_columns():
    result = run("places", "herford")
    lines = result.stdout.decode("utf-8").splitlines()
    assert lines[0].split() == ["ags", "level", "name", "type", "kreis"]
    assert {line.split()[0] for line in lines[1:]} >= {"05758", "05758012"}


def test_the_status_names_every_dataset_with_dates_rows_and_load():
    result = run("status")
    text = result.stdout.decode("utf-8")
    assert "eurostat_demo_r_pjangrp3" in text
    assert "31.12.2013" in text
    assert "regio_12411_02_03_4@snapshot" in text
    assert "Stand" in result.stderr.decode("utf-8")


def test_a_table_has_columns_of_equal_width_and_no_trailing_blanks():
    assert table(("a", "b"), [("xx", 1), ("y", "")]) == "a   b\nxx  1\ny\n"


def test_a_build_while_another_one_runs_ends_with_75(tmp_path):
    with build_lock(tmp_path):
        result = run("build", folder=tmp_path)
    assert result.returncode == 75
    assert "anderer Vorgang" in result.stderr.decode("utf-8")


def test_the_first_question_builds_the_database(tmp_path):
    result = run("values", "population_total", "--ags", "15001", "--years", "2019", folder=tmp_path)
    assert result.returncode == 0
    assert len(result.stdout.decode("utf-8").splitlines()) == 2
    assert "gebaut" in result.stderr.decode("utf-8")
    assert (tmp_path / "CURRENT.json").exists()


# --- refresh, against a server that gives the births of the embedded snapshot ----------------------------------------


@contextmanager
def births_server(nuts3: dict[str, str], revise: dict[tuple[str, int], float], broken: bool = False):
    """Births by Kreis, Land and Germany as JSON-stat; ``revise`` changes figures of (ags, year)."""
    codes = {**nuts3, **LAND_OF_NUTS1, "DE": "DG"}
    rows = pq.read_table(SNAPSHOT / "eurostat_demo_r_births.parquet").to_pylist()
    figures = {(r["ags"], r["reference_date"].year): r["value"] for r in rows} | revise
    years = sorted({year for _, year in figures})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            geos = [geo for geo in parse_qs(urlsplit(self.path).query)["geo"] if geo in codes]
            body = json.dumps({"error": [{"label": "x"}]} if broken else document(geos)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    def document(geos: list[str]) -> dict:
        cells = [figures.get((codes[geo], year)) for geo in geos for year in years]
        dims = {"freq": ["A"], "unit": ["NR"], "geo": geos, "time": [str(year) for year in years]}
        return {
            "version": "2.0", "class": "dataset", "id": list(dims), "size": [len(words) for words in dims.values()],
            "value": {str(n): cell for n, cell in enumerate(cells) if cell is not None},
            "dimension": {d: {"category": {"index": {w: i for i, w in enumerate(ws)}}} for d, ws in dims.items()},
        }  # fmt: skip

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def own_folder(statistics, data_folder, tmp_path):
    """A build folder of its own with the real database in it."""
    for name in ("CURRENT.json", statistics.generation.file):
        shutil.copyfile(data_folder / name, tmp_path / name)
    return tmp_path


REFRESH = ("refresh", "eurostat", "--dataset", "eurostat_demo_r_births")


def births(folder: Path, ags: str, year: int) -> tuple[float, str]:
    with open_statistics(folder) as opened:
        frame = opened.values(["births"], [ags])
        row = frame[frame["year"] == year].iloc[0]
        return row["value"], row["status"]


def test_a_refresh_adds_a_load_and_the_newest_figures_count(own_folder, statistics):
    with births_server(statistics.nuts3(), {("05758", 2021): 2500.0}) as url:
        result = run(*REFRESH, folder=own_folder, ZWK_EUROSTAT_URL=url)
        again = run(*REFRESH, folder=own_folder, ZWK_EUROSTAT_URL=url)
    assert result.returncode == 0, result.stderr.decode()
    assert "eurostat_demo_r_births: " in result.stdout.decode("utf-8")
    assert "übernommen" in result.stdout.decode("utf-8")
    assert births(own_folder, "05758", 2021) == (2500.0, "ok")
    assert births(own_folder, "05758", 2020) == births_before(statistics, 2020)
    with open_statistics(own_folder) as opened:
        assert list(opened.loads().query("dataset == 'eurostat_demo_r_births'")["seq"]) == [1, 0]
    assert again.returncode == 0
    assert "unverändert" in again.stdout.decode("utf-8")


def births_before(statistics, year: int) -> tuple[float, str]:
    frame = statistics.values(["births"], ["05758"])
    row = frame[frame["year"] == year].iloc[0]
    return row["value"], row["status"]


def test_a_refresh_that_fails_keeps_the_old_state_and_says_why(own_folder, statistics):
    before = (own_folder / "CURRENT.json").read_bytes()
    with births_server(statistics.nuts3(), {}, broken=True) as url:
        result = run(*REFRESH, folder=own_folder, ZWK_EUROSTAT_URL=url)
    assert result.returncode == 1
    assert "bisheriger Stand behalten" in result.stdout.decode("utf-8")
    assert (own_folder / "CURRENT.json").read_bytes() == before


def test_figures_that_cannot_be_believed_are_refused_and_do_not_block_the_next_build(own_folder, statistics):
    before = (own_folder / "CURRENT.json").read_bytes()
    with births_server(statistics.nuts3(), {("05758", 2021): -5.0}) as url:
        result = run(*REFRESH, folder=own_folder, ZWK_EUROSTAT_URL=url)
    assert result.returncode == 1
    assert "Negative Zahlen" in result.stdout.decode("utf-8")
    assert (own_folder / "CURRENT.json").read_bytes() == before
    assert run("build", folder=own_folder).returncode == 0
    assert births(own_folder, "05758", 2021) == births_before(statistics, 2021)


def test_a_dry_run_asks_nobody(own_folder):
    result = run("refresh", "eurostat", "--dry-run", folder=own_folder, ZWK_EUROSTAT_URL="http://127.0.0.1:9")
    assert result.returncode == 0
    assert "eurostat_demo_r_pjangrp3" in result.stdout.decode("utf-8")
    assert not (own_folder / "archive").exists()


def test_a_second_refresh_is_told_that_one_is_running(own_folder):
    with build_lock(own_folder / "archive"):
        result = run(*REFRESH, folder=own_folder, ZWK_EUROSTAT_URL="http://127.0.0.1:9")
    assert result.returncode == 75


def test_a_build_that_is_not_needed_leaves_the_generation_as_it_is(data_folder):
    before = (data_folder / "CURRENT.json").read_bytes()
    assert run("build", "--if-needed").returncode == 0
    assert (data_folder / "CURRENT.json").read_bytes() == before
