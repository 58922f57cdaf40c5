"""The command ``project`` as its users meet it: bytes, exit codes, and what it says where something cannot be."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from zwk_data import outlook
from zwk_data.cli.projecting import read_starts
from zwk_data.projection.ages import AGES, EVERYONE
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.connection import DatabaseError

ROOT = Path(__file__).resolve().parents[1]
ISSUE = ("--ags", "12073", "--start", "2024", "--to", "2050", "--scenario", "continue")
BANDS = ("--trajectories", "200", "--seed", "7")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONIOENCODING": "cp1252", **environment}
    return subprocess.run(
        [sys.executable, "-m", "zwk_data", "project", *words], cwd=ROOT, env=env, capture_output=True, check=False
    )


def rows_of(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, str]]:
    assert result.returncode == 0, result.stderr.decode()
    return list(csv.DictReader(io.StringIO(result.stdout.decode("utf-8"))))


def refused(*words: str, **environment: str) -> str:
    result = run(*words, **environment)
    assert (result.returncode, result.stdout) == (2, b"")
    return result.stderr.decode("utf-8")


@pytest.fixture(autouse=True)
def _built(data_folder, monkeypatch):
    """Every test here has the real figures, and no executor of whoever runs it."""
    monkeypatch.delenv("ZWK_EXECUTOR", raising=False)


@pytest.fixture(scope="module")
def plain(data_folder) -> list[dict[str, str]]:
    return rows_of(run(*ISSUE, "--format", "csv"))


def test_there_is_a_row_for_every_year_sex_and_age_and_the_totals(plain):
    assert list(plain[0]) == ["ags", "year", "sex", "age", "value", "low80", "high80"]
    keys = [(row["year"], row["sex"], row["age"]) for row in plain]
    ages = [*map(str, range(101)), "total"]
    assert keys == [(str(year), sex, age) for year in range(2024, 2051) for sex in "mft" for age in ages]
    assert {row["ags"] for row in plain} == {"12073"}
    assert {row["low80"] for row in plain} == {row["high80"] for row in plain} == {""}


def test_sexes_and_ages_add_up_to_the_totals_but_for_rounding(plain):
    value = {(row["year"], row["sex"], row["age"]): float(row["value"]) for row in plain}
    for year in ("2024", "2037", "2050"):
        for sex in "mft":
            assert sum(value[year, sex, str(age)] for age in range(101)) == pytest.approx(
                value[year, sex, "total"], abs=0.06
            )
        for age in ("0", "50", "100", "total"):
            assert value[year, "m", age] + value[year, "f", age] == pytest.approx(value[year, "t", age], abs=0.002)


def test_it_starts_with_the_official_figures_and_says_what_the_page_says(plain, statistics):
    start = outlook.start(statistics, statistics.places["12073"])
    found = outlook.run(statistics, start, Scenario.parse("continue"))
    (official,) = statistics.values(["population_total"], ["12073"]).query("year == 2024")["value"]
    total = {row["year"]: float(row["value"]) for row in plain if (row["sex"], row["age"]) == ("t", "total")}
    assert total["2024"] == official
    assert list(total.values()) == pytest.approx(found.population.sum(axis=(1, 2)), abs=0.001)
    men = [float(row["value"]) for row in plain if (row["year"], row["sex"]) == ("2050", "m")][:AGES]
    assert men == pytest.approx(found.population[-1, 1], abs=0.001)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(statistics):
    one = run(*ISSUE, *BANDS)
    assert run(*ISSUE, *BANDS).stdout == one.stdout
    assert run(*ISSUE, *BANDS[:-1], "8").stdout != one.stdout
    start = outlook.start(statistics, statistics.places["12073"])
    low, high = outlook.band(statistics, start, Scenario.parse("continue"), 2050, [(EVERYONE, "t")], 200, 7)
    last = rows_of(one)[-1]
    assert (float(last["low80"]), float(last["high80"])) == pytest.approx((low[-1, 0], high[-1, 0]), rel=1e-3)
    for row in rows_of(one):
        assert float(row["low80"]) <= float(row["value"]) + 0.5 and float(row["value"]) <= float(row["high80"]) + 0.5


def test_bytes_are_csv_with_line_feeds_or_json_with_the_same_numbers(plain):
    result = run("--ags", "12073", "--to", "2025")
    assert b"\r" not in result.stdout and result.stdout.endswith(b"\n") and result.stderr == b""
    listed = json.loads(run("--ags", "12073", "--to", "2025", "--format", "json").stdout)
    assert len(listed) == 2 * 3 * 102
    assert listed[0] == {"ags": "12073", "year": 2024, "sex": "m", "age": "0", "value": float(plain[0]["value"]),
                         "low80": None, "high80": None}  # fmt: skip


def test_processes_give_the_same_bytes():
    wanted = ("--ags", "12073,05758", "--ags", "15001", "--to", "2030", "--trajectories", "50", "--seed", "7")
    assert run(*wanted, ZWK_EXECUTOR="processes:2").stdout == run(*wanted).stdout != b""


def test_places_may_be_repeated_and_all_are_the_four_hundred_kreise():
    few = rows_of(run("--ags", "15001", "--ags", "05758,12073", "--to", "2025"))
    assert list(dict.fromkeys(row["ags"] for row in few)) == ["05758", "12073", "15001"]
    every = rows_of(run("--ags", "all", "--to", "2025"))
    assert len({row["ags"] for row in every}) == 400 and len(every) == 400 * 2 * 3 * 102


def test_for_a_town_without_ages_its_kreis_is_printed_once_and_that_is_said():
    result = run("--ags", "05758012,05758", "--to", "2025")
    assert {row["ags"] for row in rows_of(result)} == {"05758"} and len(rows_of(result)) == 2 * 3 * 102
    assert "Hansestadt Herford" in result.stderr.decode() and "Kreis Herford (05758)" in result.stderr.decode()


@pytest.mark.parametrize(("words", "said"), [
    (("--ags", "12073", "--start", "2023", "--to", "2050"), ("2023", "31.12.2024")),
    (("--ags", "12073", "--to", "2024"), ("2025 bis 2060",)),
    (("--ags", "12073", "--to", "2061"), ("2025 bis 2060",)),
    (("--ags", "DE", "--to", "2050"), ("Deutschland", "--ags all")),
    (("--ags", "99999", "--to", "2050"), ("Ort unbekannt: 99999",)),
    (("--ags", "12073", "--to", "2050", "--scenario", "more"), ("»more«", "continue, low, high, none")),
    (("--ags", "12073", "--to", "2050", "--scenario", "continue~tfx_1"), ("»tfx«", "tfr")),
    (("--ags", "12073", "--to", "2050", "--scenario", "continue~tfr_9"), ("Geburten je Frau", "0 und 4")),
    (("--ags", "12073", "--to", "2050", "--scenario", "continue~event_2030_5_17"), ("17", "0, 18, 25")),
    (("--ags", "12073", "--to", "2050", "--as-of", "2010-01-01"), ("01.01.2010",)),
])  # fmt: skip
def test_what_cannot_be_is_named_with_what_would_fit(words, said):
    message = refused(*words)
    assert all(part in message for part in said), message


@pytest.mark.parametrize("name", ["thread", "processes:0", "dask:nowhere"])
def test_an_executor_that_is_none_is_named_with_those_there_are(name):
    message = refused("--ags", "12073", "--to", "2025", ZWK_EXECUTOR=name)
    assert name in message and "serial" in message


def test_a_database_of_an_older_version_is_named_with_what_to_do(capsys):
    class Older:
        def projection_places(self):
            raise DatabaseError("no table")

    with pytest.raises(typer.Exit) as ended:
        read_starts(Older(), ["12073"], None, 2050)
    assert ended.value.exit_code == 1 and "python -m zwk_data build" in capsys.readouterr().err
