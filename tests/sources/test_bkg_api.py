"""Boundaries of the BKG: found inside the zip, drawn, put in force whole, and kept as they were where anything is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sources import simulator
from tests.sources.simulators import bkg
from tests.sources.simulators.bkg import Bkg, levels
from zwk_data import paths
from zwk_data.exhibits.map_scope import Scope as MapScope
from zwk_data.sources import bkg_api, refresh
from zwk_data.sources.archive import Archive
from zwk_data.sources.http import Client, Limits
from zwk_data.warehouse import Statistics


@pytest.fixture
def server(monkeypatch, tmp_path):
    with simulator.serve(Bkg()) as running:
        monkeypatch.setenv("ZWK_BKG_URL", running.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("ZWK_BOUNDARIES_DIR", str(tmp_path / "boundaries"))
        yield running


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def refreshed(server, archive, **scope):
    client = Client(Limits(tries=2), sleep=lambda seconds: None, jitter=lambda: 0.0)
    return refresh.refresh_one(bkg_api, bkg_api.DATASET, archive, replace(server.scope(), **scope), client)


def in_force() -> Path:
    edition = paths.boundary_edition()
    assert edition
    return paths.boundaries_folder() / edition


def features(name: str) -> dict[str, dict]:
    return {f["id"]: f for f in json.loads((in_force() / name).read_text("utf-8"))["features"]}


def test_a_good_run_puts_a_whole_edition_in_force(server, archive):
    outcome = refreshed(server, archive)
    assert outcome.ok, outcome.reason_de
    assert sorted(features("laender.geojson")) == ["05", "06"]
    names = {ags: f["properties"]["name"] for ags, f in features("kreise.geojson").items()}
    assert names == {"05758": "Herford", "06611": "Kassel", "06633": "Landkreis Kassel"}
    assert outcome.rows == 2 + 3 + len(features("gemeinden.geojson"))
    index = json.loads((in_force() / "index.json").read_text("utf-8"))
    assert index["attribution"]["kreise"] == "© GeoBasis-DE / BKG 2026, VG250, 01.01.2026, dl-de/by-2-0 (vereinfacht)"


def test_pieces_of_a_gemeinde_are_one_and_water_and_empty_forest_are_left_out(server, archive):
    refreshed(server, archive)
    drawn = features("gemeinden/05758.geojson")
    assert len(drawn) == 9 and "05758004" in drawn
    assert "06633200" not in features("gemeinden/06633.geojson")
    west, south, east, north = json.loads((in_force() / "index.json").read_text("utf-8"))["kreise"]["05758"]
    assert 8 < west < east < 9.2 and 51.9 < south < north < 52.4  # the lake lies 200 km further east


def test_shapefiles_with_columns_in_lower_case_are_read_as_well(server, archive):
    server.body = bkg.shapefiles(levels())
    assert refreshed(server, archive).ok
    assert len(features("kreise.geojson")) == 3


@pytest.mark.parametrize("code", ["EPSG:31467", "EPSG:4326"])
def test_the_system_of_coordinates_is_taken_from_the_file(server, archive, code):
    server.body = bkg.package({name: level.to_crs(code) for name, level in levels().items()})
    assert refreshed(server, archive).ok
    (lon, lat), *_ = features("kreise.geojson")["05758"]["geometry"]["coordinates"][0]
    assert 8 < lon < 9.2 and 51.9 < lat < 52.4


def test_without_a_system_of_coordinates_it_is_refused(server, archive):
    server.body = bkg.package({name: level.set_crs(None, allow_override=True) for name, level in levels().items()})
    assert not refreshed(server, archive).ok and paths.boundary_edition() == ""


def test_the_same_file_again_is_no_new_load_and_the_same_edition(server, archive):
    refreshed(server, archive)
    before = in_force()
    again = refreshed(server, archive)
    assert again.unchanged and in_force() == before


def test_a_new_edition_takes_over_and_the_files_of_the_one_before_stay_for_a_while(server, archive):
    refreshed(server, archive)
    first = in_force()
    server.body = bkg.package(levels(), "01.01.2027")
    assert refreshed(server, archive).load == 2
    assert in_force() != first and (first / "index.json").exists()
    for year in (2028, 2029):
        server.body = bkg.package(levels(), f"01.01.{year}")
        refreshed(server, archive)
    assert not first.exists()
    assert (
        len([p for p in (paths.boundaries_folder() / paths.LIVE).iterdir() if p.is_dir()]) <= 1 + bkg_api.KEPT_EDITIONS
    )


@pytest.mark.parametrize("fault", ["unknown_place", "lost_places", "leading_zero_lost", "dropped_column"])
def test_an_edition_that_is_wrong_leaves_the_one_in_force(server, archive, fault):
    refreshed(server, archive)
    before = {path: path.read_bytes() for path in in_force().rglob("*.*")}
    server.mutate = Bkg.mutations[fault]
    outcome = refreshed(server, archive)
    assert not outcome.ok and outcome.reason_de.endswith(".")
    assert {path: path.read_bytes() for path in in_force().rglob("*.*")} == before
    leftovers = [p.name for p in (paths.boundaries_folder() / paths.LIVE).iterdir() if p.name.startswith(".tmp")]
    assert leftovers == []


def test_where_the_folder_cannot_be_written_the_embedded_boundaries_stay(server, archive, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ZWK_BOUNDARIES_DIR", str(tmp_path / "file"))
    outcome = refreshed(server, archive)
    assert not outcome.ok and "mitgelieferten Grenzen" in outcome.reason_de
    assert archive.attempts()[bkg_api.DATASET].reason_de == outcome.reason_de


def test_an_edition_without_its_index_is_not_used(server, archive):
    refreshed(server, archive)
    (in_force() / "index.json").unlink()
    assert paths.boundary_edition() == ""


@pytest.mark.parametrize("content", ["", "{", "[]", '{"folder": "../.."}', '{"folder": 1}'])
def test_a_broken_manifest_means_the_embedded_boundaries(server, content):
    live = paths.boundaries_folder() / paths.LIVE
    live.mkdir(parents=True)
    (live / paths.EDITION).write_text(content)
    assert paths.boundary_edition() == ""


def test_the_maps_take_the_edition_in_force(server, archive, statistics: Statistics):
    germany, herford = statistics.places["DG"], statistics.places["05758"]
    assert MapScope("kreis", germany).file == "kreise.geojson"
    refreshed(server, archive)
    edition = paths.boundary_edition()
    assert MapScope("kreis", germany).file == f"{edition}kreise.geojson"
    assert MapScope("gemeinde", herford).file == f"{edition}gemeinden/05758.geojson"
    west, south, east, north = MapScope("gemeinde", herford).extent
    assert 8 < west < east < 9.2 and 51.9 < south < north < 52.4
