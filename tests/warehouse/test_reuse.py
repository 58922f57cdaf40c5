"""What a build copies from a database built before is what it would have computed, and rests on the same figures."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from tests.warehouse.refreshing import small_snapshot
from tests.warehouse.test_asof import table_of, taken
from zwk_data.warehouse import build as build_module
from zwk_data.warehouse import current, projecting
from zwk_data.warehouse.build import build, build_file
from zwk_data.warehouse.connection import building, reading
from zwk_data.warehouse.paths import archive_folder
from zwk_data.warehouse.publish import publish, whole_files
from zwk_data.warehouse.reuse import Copy, Earlier, digest_of, key_of
from zwk_data.warehouse.schema import TABLES

HERFORD = "05758"
# One figure of each kind that a projection rests on.
INPUTS = {
    "people by age": "dataset = 'regio_12411_02_03_4' AND ags = '05758' AND sex = 'f' AND age_set = 'rdb17'",
    "births": "dataset = 'eurostat_demo_r_births' AND ags = '05758'",
    "deaths": "measure = 'deaths' AND age_set = 'total' AND ags = '05758'",
    "life tables": "measure = 'death_probability' AND ags = 'DG' AND sex = 'f' AND age_from = 70",
    "ages of mothers": "measure = 'fertility_share' AND ags = 'DG' AND age_from = 30",
    "moves": "measure = 'in_migration' AND ags = '05758'",
    "single ages of the Kreise": "dataset = 'eurostat_proj_19rp3_base' AND ags = '05758' AND sex = 'f'",
}


def tables(path: Path) -> dict[str, pa.Table]:
    """All tables; what was computed in the order in which it is stored."""
    connection = reading(path)
    names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    ordered = {name: "ORDER BY ALL" if name in ("current_observation", "reusable") else "" for name in names}
    found = {name: connection.execute(f"FROM {name} {order}").to_arrow_table() for name, order in ordered.items()}
    connection.close()
    return found


def different(one: Path, other: Path) -> list[str]:
    first, second = tables(one), tables(other)
    assert set(first) == set(second) >= {"indicator_value", "level_value", "projection_error", "reusable"}
    return sorted(name for name in first if not first[name].equals(second[name]))


def test_a_build_of_the_same_figures_computes_nothing_and_holds_the_same_rows(
    data_folder, statistics, tmp_path, monkeypatch
):
    before = data_folder / statistics.generation.file
    monkeypatch.setattr(build_module, "compute", lambda *_: pytest.fail("indicators were computed again"))
    monkeypatch.setattr(projecting, "_compute", lambda *_: pytest.fail("projections were computed again"))
    build_file(tmp_path / "again.duckdb", tmp_path / "archive", earlier=[before])
    assert different(before, tmp_path / "again.duckdb") == []


def test_after_a_revision_only_its_part_is_computed_and_all_is_as_in_a_full_build(statistics, tmp_path, monkeypatch):
    """Births of Herford revised: a part of the country with Herford is computed again, the others are copied."""
    snapshot, folder = small_snapshot(tmp_path / "snapshot"), tmp_path / "data"
    monkeypatch.setattr(build_module, "PART_ROWS", 60_000)
    computed: list[set[str]] = []
    real = build_module.compute

    def counted(indicators, observations):
        values = real(indicators, observations)
        computed.append(set(values["ags"]) - {"DG"})
        return values

    monkeypatch.setattr(build_module, "compute", counted)
    taken(folder, table_of(statistics, 100), date(2026, 11, 24))
    first = build(folder, snapshot)
    parts, computed[:] = len(computed), []
    taken(folder, table_of(statistics, 500), date(2026, 12, 1))
    second = build(folder, snapshot)
    assert parts > 1
    assert len(computed) == 1
    assert HERFORD in computed[0]
    assert "indicator_value" in different(folder / first.file, folder / second.file)
    build_file(tmp_path / "full.duckdb", archive_folder(folder), snapshot)
    assert len(computed) == 1 + parts
    assert different(folder / second.file, tmp_path / "full.duckdb") == []


@pytest.fixture(scope="module")
def observed(data_folder, statistics, tmp_path_factory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database with the figures of the real one and nothing computed, and the real one."""
    before = data_folder / statistics.generation.file
    there = reading(before)
    with building(tmp_path_factory.mktemp("observed") / "figures.duckdb") as connection:
        connection.execute(TABLES)
        for name in ("load", "place", "current_observation"):
            rows = there.execute(f"FROM {name}").to_arrow_table()  # noqa: F841 - DuckDB finds it by its name
            connection.execute(f"INSERT INTO {name} FROM rows")
        there.close()
        yield connection, before


@pytest.mark.parametrize("changed", [None, *INPUTS])
def test_projections_are_copied_as_long_as_no_figure_that_they_rest_on_has_changed(observed, monkeypatch, changed):
    connection, before = observed
    asked: list[int] = []
    monkeypatch.setattr(projecting, "_compute", lambda *_: asked.append(1))
    connection.execute("BEGIN")
    if changed:
        where = f"{INPUTS[changed]} AND reference_date = (SELECT max(reference_date) FROM current_observation WHERE {INPUTS[changed]})"
        touched = connection.execute(f"UPDATE current_observation SET value = value * 1.01 WHERE {where}").fetchall()
        assert touched[0][0] > 0
    projecting.store_projections(connection, Earlier([before]))
    rows = connection.execute("SELECT count(*) FROM projection_error").fetchall()[0][0]
    connection.execute("ROLLBACK")
    assert len(asked) == (1 if changed else 0)
    assert (rows > 100_000) == (changed is None)


def held(path: Path, key: str, number: int = 1) -> dict[str, int]:
    with building(path) as connection:
        connection.execute(TABLES)
        connection.execute("INSERT INTO projection_split VALUES (?, 'x', 0.5)", [number])
        connection.execute("INSERT INTO reusable VALUES (?)", [key])
    return {}


def test_only_whole_databases_of_the_same_program_and_snapshot_are_asked(tmp_path):
    for made_from in ("old program", "this", "this"):
        publish(tmp_path, lambda path: held(path, "k"), made_from)
    assert [path.name for path in whole_files(tmp_path, "this")] == ["data-3.duckdb", "data-2.duckdb"]
    assert current(tmp_path).number == 3
    path = tmp_path / "data-3.duckdb"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert [path.name for path in whole_files(tmp_path, "this")] == ["data-2.duckdb"]
    assert whole_files(tmp_path / "nothing", "this") == []


def test_a_database_that_is_gone_or_holds_another_part_gives_nothing(tmp_path):
    path, copies = tmp_path / "before.duckdb", [Copy("projection_split", "FROM projection_split")]
    held(path, "k")
    earlier = Earlier([tmp_path / "never.duckdb", path])
    with building(tmp_path / "new.duckdb") as connection:
        connection.execute(TABLES)
        assert not earlier.give(connection, "other", copies)
        assert earlier.give(connection, "k", copies)
        path.unlink()
        assert not earlier.give(connection, "k", copies)
        assert connection.execute("FROM projection_split").fetchall() == [(1, "x", 0.5)]


TABLE = pd.DataFrame({"ags": pd.Categorical(["05", "12", "05"]), "value": [1.0, None, 3.0], "age": [0, 1, 2]})


@pytest.mark.parametrize("other", [
    TABLE.assign(value=[1.0, 0.0, 3.0]), TABLE.assign(value=[1.0, None, 3.0000000000000004]),
    TABLE.assign(ags=pd.Categorical(["05", "13", "05"])), TABLE.assign(ags=pd.Categorical(["12", "05", "05"])),
    TABLE.assign(age=[0.0, 1.0, 2.0]), TABLE.rename(columns={"age": "from"}), TABLE.iloc[[1, 0, 2]], TABLE.iloc[:2],
    TABLE.assign(age=["0", "1", "2"]),
], ids=["null is not 0", "last bit", "word", "place", "type", "name", "order", "length", "text"])  # fmt: skip
def test_the_checksum_of_a_table_sees_every_difference(other):
    assert digest_of(TABLE) == digest_of(TABLE.copy())
    assert digest_of(other) != digest_of(TABLE)


def test_a_key_is_of_one_part_with_its_inputs_and_these_libraries(monkeypatch):
    keys = {key_of("a", "b"), key_of("ab"), key_of("a", "", "b"), key_of("b", "a")}
    monkeypatch.setattr("zwk_data.warehouse.reuse._tools", lambda: ("another release",))
    assert len(keys | {key_of("a", "b")}) == 5
