"""The boundaries: three real Kreise through the whole way, and the files in static/ as they are committed."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zwk_data.sources import boundaries

ROOT = Path(__file__).parents[2]
EXCERPT = ROOT / "tests" / "excerpts" / "boundaries"
STATIC = ROOT / "static"
DRAWN = STATIC / "boundaries"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    static = tmp_path_factory.mktemp("static")
    boundaries.write_boundaries(EXCERPT, static)
    return static


def features(static: Path, layer: str) -> dict[str, dict]:
    text = (static / "boundaries" / f"{layer}.geojson").read_text(encoding="utf-8")
    return {feature["id"]: feature for feature in json.loads(text)["features"]}


def shapes(static: Path, layer: str) -> np.ndarray:
    rows = features(static, layer).values()
    return np.array([shapely.geometry.shape(row["geometry"]) for row in rows], dtype=object)


def is_coverage(areas: np.ndarray) -> bool:
    return bool(shapely.is_valid(areas).all() and shapely.coverage_is_valid(areas))


def test_excerpt_gives_three_kreise_in_two_laender(drawn):
    assert list(features(drawn, "laender")) == ["05", "06"]
    assert {ags: row["properties"]["name"] for ags, row in features(drawn, "kreise").items()} == {
        "05758": "Herford",
        "06611": "Kassel",
        "06633": "Landkreis Kassel",
    }


def test_kreisfreie_stadt_carries_its_kreis_key_as_gemeinde(drawn):
    assert list(features(drawn, "gemeinden/06611")) == ["06611"]


def test_unpopulated_forest_is_blank(drawn):
    assert "06633200" not in boundaries.drawn_keys(drawn)  # Gutsbezirk Reinhardswald
    assert len(boundaries.drawn_keys(drawn, "gemeinden/06633")) == 28


def test_crossing_polygons_of_the_source_become_a_coverage(drawn):
    raw = gpd.read_file(EXCERPT / boundaries.GEMEINDEN_FILE).geometry.to_numpy()
    assert not shapely.coverage_is_valid(raw)
    assert is_coverage(shapes(drawn, "gemeinden"))
    assert is_coverage(shapes(drawn, "gemeinden/06633"))


def test_cleaning_moves_hardly_any_area():
    raw = gpd.read_file(EXCERPT / boundaries.GEMEINDEN_FILE).geometry
    clean = boundaries.clean_coverage(raw.to_numpy())
    assert shapely.area(clean) == pytest.approx(raw.area.to_numpy(), rel=0.03)


def test_two_runs_give_the_same_bytes(drawn, tmp_path):
    boundaries.write_boundaries(EXCERPT, tmp_path)
    written = sorted(path.relative_to(drawn) for path in drawn.rglob("*.*json"))
    assert written == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*json"))
    assert all((drawn / path).read_bytes() == (tmp_path / path).read_bytes() for path in written)


def test_files_of_dissolved_kreise_are_removed(tmp_path):
    stale = tmp_path / "boundaries" / "gemeinden" / "16056.geojson"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    boundaries.write_boundaries(EXCERPT, tmp_path)
    assert not stale.exists()


def test_kreis_without_gemeinden_stops_the_run():
    with pytest.raises(ValueError, match="05758"):
        boundaries.require_same_kreise(["05758", "06611"], ["06611"])


def test_narrow_necks_are_mended_after_rounding():
    neck = shapely.Polygon([(0, 0), (2, 0), (1.0001, 1), (2, 2), (0, 2), (0.9999, 1)])
    left, right = boundaries.round_coverage(np.array([neck, shapely.box(5, 5, 6, 6)], dtype=object), 1)
    assert left.is_valid
    assert right.equals(shapely.box(5, 5, 6, 6))


@pytest.mark.parametrize(
    ("official", "shown"),
    [("Ueckermünde, Seebad , Stadt", "Ueckermünde"), ("Freudenberg, Stadt (Landkreis X)", "Freudenberg"),
     ("Grünow (Landkreis Uckermark)", "Grünow"), ("Werder (Havel), Stadt", "Werder (Havel)")],
)  # fmt: skip
def test_display_name_drops_rank_and_kreis(official, shown):
    assert boundaries.display_name(official) == shown


def test_committed_levels_are_complete_and_unique():
    for layer, count in {"laender": 16, "kreise": 400, "gemeinden": 10786}.items():
        keys = boundaries.drawn_keys(STATIC, layer)
        assert (len(keys), len(set(keys))) == (count, count)
        assert keys == sorted(keys)


def test_committed_files_know_the_check_places():
    assert {"05758", "12073", "13071", "15001", "02000", "11000"} <= set(boundaries.drawn_keys(STATIC, "kreise"))
    wanted = ["05758012", "13071107", "15001", "13076121", "02000", "11000"]
    assert boundaries.compare_keys(STATIC, wanted)[0] == []
    assert boundaries.compare_keys(STATIC, ["99999999"])[0] == ["99999999"]


@pytest.mark.parametrize("layer", ["laender", "kreise", "gemeinden"])
def test_committed_neighbours_share_their_borders(layer):
    assert is_coverage(shapes(STATIC, layer))


@pytest.mark.parametrize("layer", ["laender", "kreise", "gemeinden", "gemeinden/12073"])
def test_committed_outer_rings_run_counter_clockwise(layer):
    parts = shapely.get_parts(shapes(STATIC, layer))
    assert shapely.is_ccw(shapely.get_exterior_ring(parts)).all()


def test_committed_parts_hold_the_same_gemeinden_and_are_a_coverage_together():
    kreise = boundaries.drawn_keys(STATIC, "kreise")
    parts = [key for kreis in kreise for key in boundaries.drawn_keys(STATIC, f"gemeinden/{kreis}")]
    assert sorted(parts) == boundaries.drawn_keys(STATIC)
    assert is_coverage(np.concatenate([shapes(STATIC, f"gemeinden/{kreis}") for kreis in kreise]))


def test_committed_files_stay_small():
    assert (DRAWN / "gemeinden.geojson").stat().st_size <= 3_800_000
    assert sum(path.stat().st_size for path in STATIC.rglob("*.*json")) <= 15_000_000


def test_index_names_every_file_and_box():
    index = json.loads((DRAWN / "index.json").read_text(encoding="utf-8"))
    files = {path.relative_to(DRAWN).as_posix() for path in DRAWN.rglob("*.geojson")}
    assert set(index["files"]) == files
    assert (len(index["laender"]), len(index["kreise"])) == (16, 400)
    west, south, east, north = index["kreise"]["05758"]
    assert (8.3 < west < east < 9.0) and (52.0 < south < north < 52.4)


@pytest.mark.parametrize("style", ["light", "dark"])
def test_map_styles_ask_nobody_for_anything(style):
    text = (STATIC / f"style-{style}.json").read_text(encoding="utf-8")
    assert "http" not in text
    assert json.loads(text)["sources"] == {}
    assert [layer["type"] for layer in json.loads(text)["layers"]] == ["background"]
