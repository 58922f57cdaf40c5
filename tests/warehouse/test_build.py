import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.warehouse.generations import copied
from zwk_data.catalog import sources
from zwk_data.warehouse import build as build_module
from zwk_data.warehouse import open_statistics, projecting
from zwk_data.warehouse.build import SnapshotDamaged, build
from zwk_data.warehouse.checks import CheckFailed
from zwk_data.warehouse.paths import SNAPSHOT
from zwk_data.warehouse.publish import sha256_of

BBSR = "bbsr_population_1990_2019"


@pytest.fixture(scope="module")
def without_bbsr(tmp_path_factory):
    """A second build, with the switch of one dataset turned off; nothing is taken from the first one."""
    folder = tmp_path_factory.mktemp("without_bbsr")
    chosen = {key: replace(entry, included=key != BBSR) for key, entry in sources().items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_module, "sources", lambda: chosen)
        patch.setattr(projecting, "_CHECKED", {})
        build(folder)
    with open_statistics(folder) as opened:
        yield opened


def same(statistics, other, table: str, where: str = "true") -> bool:
    one, two = (data.frame(f"SELECT * FROM {table} WHERE {where} ORDER BY ALL") for data in (statistics, other))
    return len(one) > 100 and one.equals(two)


def test_two_builds_hold_the_same_values_to_the_last_bit(statistics, without_bbsr):
    other = without_bbsr
    assert same(statistics, other, "indicator_value")
    assert same(statistics, other, "place")
    assert same(statistics, other, "current_observation", f"dataset <> '{BBSR}'")
    for table in projecting.TABLES:
        assert same(statistics, other, f"projection_{table}"), table


def test_the_switch_in_the_sources_leaves_a_dataset_out_and_every_indicator_as_it_was(statistics, without_bbsr):
    other = without_bbsr
    count = f"SELECT count(*) AS n FROM current_observation WHERE dataset = '{BBSR}'"
    assert statistics.frame(count)["n"][0] == 11_228
    assert other.frame(count)["n"][0] == 0
    assert BBSR not in set(other.loads()["dataset"])
    assert len(other.long_line(["05758"])) == 0
    assert len(statistics.long_line(["05758"])) == 28


def test_no_indicator_rests_on_the_rounded_long_series_or_on_a_model(statistics):
    used = statistics.frame("SELECT DISTINCT datasets FROM indicator_value")["datasets"]
    names = {name for datasets in used for name in datasets.split(";")}
    assert BBSR not in names
    assert all(sources()[name].for_indicators for name in names)
    assert not any(name.startswith("un_") for name in names)


def test_every_load_of_the_snapshot_names_source_date_checksum_and_rows(statistics):
    loads = statistics.loads().set_index("dataset")
    manifest = tomllib.loads((SNAPSHOT / "manifest.toml").read_text("utf-8"))
    assert {key: entry["sha256"] for key, entry in manifest.items() if key != "places"} == dict(loads["sha256"])
    assert {name: pq.read_metadata(SNAPSHOT / f"{name}.parquet").num_rows for name in loads.index} == dict(
        loads["rows"]
    )
    taken = statistics.frame("SELECT dataset, count(*) AS n FROM current_observation GROUP BY ALL")
    assert (loads["rows"] == taken.set_index("dataset")["n"].reindex(loads.index)).all()


def test_figures_do_not_depend_on_how_the_country_is_cut_for_the_computation(
    data_folder, statistics, tmp_path, monkeypatch
):
    monkeypatch.setattr(build_module, "PART_ROWS", 10**9)
    folder = copied(data_folder, statistics, tmp_path / "data")
    build(folder)
    keys = "SELECT key FROM reusable"
    with open_statistics(folder) as whole:
        shared = set(whole.frame(keys)["key"]) & set(statistics.frame(keys)["key"])
        assert len(shared) == 1  # the projections; no part of the indicators is the other's
        assert same(statistics, whole, "indicator_value")


def test_values_with_a_status_that_carries_none_are_missing_and_say_why(statistics):
    wrong = statistics.frame(
        "SELECT * FROM indicator_value WHERE (value IS NULL) = (status IN ('ok', 'computed', 'provisional',"
        " 'estimated', 'unreliable')) OR (value IS NULL) = (reason = '') OR isnan(value) OR isinf(value)"
    )
    assert len(wrong) == 0


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SNAPSHOT, tmp_path / "snapshot"))


def test_a_changed_file_of_the_snapshot_stops_the_build(snapshot, tmp_path):
    path = snapshot / "eurostat_demo_r_births.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    with pytest.raises(SnapshotDamaged, match="eurostat_demo_r_births.parquet"):
        build(tmp_path / "data", snapshot)
    assert list((tmp_path / "data").glob("data-*")) == []


def test_figures_that_contradict_themselves_are_not_published(snapshot, tmp_path):
    """A slip of thousands in the deaths of one year, with a manifest that fits the file."""
    path = snapshot / "eurostat_demo_r_magec3.parquet"
    before, table = sha256_of(path), pq.read_table(path)
    slip = pc.and_(pc.equal(table["ags"], "05758"), pc.equal(table["sex"], "m"))
    values = pc.if_else(slip, pc.multiply(table["value"], 1000.0), table["value"])
    pq.write_table(
        table.set_column(table.schema.get_field_index("value"), pa.field("value", pa.float64()), values), path
    )
    manifest = snapshot / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(before, sha256_of(path)), encoding="utf-8")
    with pytest.raises(CheckFailed, match="Geschlechter ergeben nicht die Summe"):
        build(tmp_path / "data", snapshot)
    assert not (tmp_path / "data" / "CURRENT.json").exists()
