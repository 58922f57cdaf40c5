import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from zwk_data.warehouse import Statistics
from zwk_data.warehouse.checks import CHECKS, CheckFailed, run_checks

HERFORD_2019 = "reference_date = '2019-12-31' AND dataset = 'eurostat_demo_r_pjangrp3' AND sex = 't'"
VIOLATIONS = [
    ("Schlüssel doppelt", "INSERT INTO current_observation SELECT * FROM current_observation"
        " WHERE ags = '05758' AND measure = 'live_births' AND reference_date = '2019-12-31'"),
    ("Wert und Status widersprechen sich", "UPDATE current_observation SET value = NULL"
        " WHERE ags = '05758' AND measure = 'live_births' AND reference_date = '2019-12-31'"),
    ("Wert und Status widersprechen sich", "UPDATE current_observation SET status = 'secret'"
        " WHERE ags = '05758' AND measure = 'live_births' AND reference_date = '2019-12-31'"),
    ("Wert und Status widersprechen sich", "UPDATE current_observation SET value = -value"
        " WHERE ags = '05758' AND measure = 'deaths' AND reference_date = '2019-12-31'"),
    ("Ort nicht im Verzeichnis", "UPDATE current_observation SET ags = '05999' WHERE ags = '05758'"),
    ("Geschlechter ergeben nicht die Summe", "UPDATE current_observation SET value = value + 1"
        " WHERE ags = '05758' AND measure = 'deaths' AND sex = 'f' AND age_from = 60"),
    ("Altersgruppen ergeben nicht die Summe", "UPDATE current_observation SET value = value - 1"
        f" WHERE ags = '05758' AND age_set = 'five_year' AND age_from = 20 AND {HERFORD_2019}"),
    ("Kreise ergeben nicht das Land", "UPDATE current_observation SET value = value * 1000"
        f" WHERE ags = '05758' AND age_set = 'total' AND {HERFORD_2019}"),
    ("Länder ergeben nicht Deutschland", "UPDATE current_observation SET value = value + 2"
        f" WHERE ags = '05' AND age_set = 'total' AND {HERFORD_2019}"),
    ("Länder ergeben nicht Deutschland", "DELETE FROM current_observation"
        f" WHERE ags = '16' AND age_set = 'total' AND {HERFORD_2019}"),
    ("Gemeinden ergeben nicht den Kreis", "UPDATE current_observation SET value = value + 1"
        " WHERE ags = '05758012' AND dataset = 'gvisys_2019' AND measure = 'population' AND sex = 't'"),
    ("Gemeinden ergeben nicht den Kreis", "UPDATE current_observation SET value = value + 1"
        " WHERE ags = '05758012' AND dataset = 'eurostat_lau_2019' AND measure = 'population'"),
    ("Kreise unvollständig", "DELETE FROM current_observation"
        f" WHERE ags = '05758' AND age_set = 'total' AND {HERFORD_2019}"),
]  # fmt: skip


@pytest.fixture(scope="module")
def copy(
    statistics: Statistics, data_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("copy") / "copy.duckdb"
    shutil.copyfile(data_folder / statistics.generation.file, path)
    with duckdb.connect(str(path), config={"threads": 2, "memory_limit": "700MB"}) as connection:
        yield connection


@pytest.mark.parametrize(("name", "violation"), VIOLATIONS)
def test_each_check_finds_its_violation_in_the_real_figures(copy, name, violation):
    copy.execute("BEGIN")
    try:
        changed = copy.execute(violation).fetchall()[0][0]
        assert changed > 0
        assert copy.execute(CHECKS[name]).fetchall() != []
        with pytest.raises(CheckFailed, match=name):
            run_checks(copy)
    finally:
        copy.execute("ROLLBACK")


def test_every_check_has_a_violation_that_it_finds():
    assert {name for name, _ in VIOLATIONS} == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_real_figures_pass(copy, name):
    assert copy.execute(CHECKS[name]).fetchall() == []


def test_a_failure_names_all_checks_and_the_first_rows_only(copy):
    copy.execute("BEGIN")
    try:
        copy.execute("DELETE FROM place WHERE length(ags) = 8")
        copy.execute("UPDATE current_observation SET value = -1 WHERE value IS NOT NULL AND measure = 'deaths'")
        with pytest.raises(CheckFailed) as caught:
            run_checks(copy)
    finally:
        copy.execute("ROLLBACK")
    lines = str(caught.value).splitlines()
    assert [line.split(" (")[0] for line in lines][:2] == [
        "Wert und Status widersprechen sich",
        "Ort nicht im Verzeichnis",
    ]
    assert all(line.count("; ") < 5 for line in lines)
