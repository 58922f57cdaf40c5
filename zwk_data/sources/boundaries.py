"""Boundaries of Laender, Kreise and Gemeinden as GeoJSON for the maps, from the BKG's open territory files.

Kreise come from VG2500 (31.12.2022), Gemeinden from VG250 (15.05.2022, the census' own territory). Each level is
cleaned, simplified, projected and rounded as ONE coverage, so that neighbours keep the very same border vertices:
a map without slivers. The files below ``static/`` are made once and committed; ``bkg_api`` writes newer ones beside
them. Nothing here runs when a page is shown.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

KREISE_FILE = Path("boundaries/bkg_vg2500/VG2500_KRS.shp")
LAENDER_FILE = Path("boundaries/bkg_vg2500/VG2500_LAN.dbf")
GEMEINDEN_FILE = Path("boundaries/bkg_vg250_2022-05-15/VG250_GEM_simplified.zip")
NAMES_FILE = Path("municipalities/zensus2022_1000A-0000_ffcsv.csv")

# "Geofaktor" of the BKG: 4 (VG250, VG5000) and 9 (VG2500) are land with structure; 1, 2 and 8 are water.
LAND_FACTORS = (4, 9)
METRES = "EPSG:25832"
DEGREES = "EPSG:4326"
CLEANING_ROUNDS = 8
KREIS_TAIL = re.compile(r"\((Landkreis|Kreis) [^)]*\)$")

ATTRIBUTION = {
    "laender": "© GeoBasis-DE / BKG 2022, VG2500, 31.12.2022, dl-de/by-2-0 (vereinfacht)",
    "kreise": "© GeoBasis-DE / BKG 2022, VG2500, 31.12.2022, dl-de/by-2-0 (vereinfacht)",
    "gemeinden": "© GeoBasis-DE / BKG 2022, VG250, 15.05.2022 (vereinfacht, unbewohnte Gebiete ausgelassen)",
}


@dataclass(frozen=True)
class Detail:
    """How finely a level is drawn.

    ``tolerance``: metres, the square root of the smallest triangle that Visvalingam-Whyatt leaves standing.
    ``decimals`` of a degree: 3 are 111 m north-south, 4 are 11 m north-south and 7 m east-west, 5 are a tenth of that.
    """

    tolerance: float
    decimals: int


@dataclass(frozen=True)
class Level:
    """One level of the BKG's territory: a shapefile, or a layer of a GeoPackage."""

    path: Path
    layer: str | None = None


@dataclass(frozen=True)
class Edition:
    """The three levels of one edition."""

    laender: Level
    kreise: Level
    gemeinden: Level


KREISE_DETAIL = Detail(tolerance=350, decimals=4)
GEMEINDEN_DETAIL = Detail(tolerance=60, decimals=5)
# The extract has lost every triangle below some 650 m already: a larger tolerance eats whole villages, a third decimal
# is less than a third of a pixel where all of Germany or a Land is shown.
OVERVIEW_DETAIL = Detail(tolerance=600, decimals=3)


def write_boundaries(raw: Path, static: Path) -> None:
    """Write ``static/boundaries``: laender, kreise, gemeinden (all), gemeinden/<kreis> and index.json.

    ``raw`` holds the four files named above. Two runs give identical bytes. Raises ValueError where the levels
    contradict each other (a Kreis without Gemeinden, a Gemeinde without a Kreis or without a name).
    """
    kreise = draw(read_kreise(raw), KREISE_DETAIL)
    gemeinden = read_gemeinden(raw)
    fine, overview = (populated(draw(gemeinden, detail)) for detail in (GEMEINDEN_DETAIL, OVERVIEW_DETAIL))
    write_layers(layers_of(kreise, fine, overview, read_land_names(raw)), static / "boundaries", ATTRIBUTION)


def write_edition(files: Edition, inhabited: Collection[str], folder: Path, attribution: str) -> dict[str, list[str]]:
    """Write the layers of a whole edition of the BKG into an empty folder, index.json last.

    Args:
        files: where the levels are.
        inhabited: canonical keys of the places where people live; all other areas stay blank.
        folder: where the files go.
        attribution: what the licence wants to be said.

    Returns:
        The keys drawn by level (laender, kreise, gemeinden).

    Raises:
        ValueError: a level lacks its columns or its system of coordinates, or the levels contradict each other.
    """
    try:
        return _write_edition(files, inhabited, folder, attribution)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.ShapelyError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _write_edition(files: Edition, inhabited: Collection[str], folder: Path, attribution: str) -> dict[str, list[str]]:
    kreise, everything = read_level(files.kreise), read_level(files.gemeinden)
    laender = read_level(files.laender)
    everything = everything.assign(name=everything["name"].where(everything["ags"].isin(set(inhabited)), ""))
    drawn = draw(kreise.assign(name=kreis_names(kreise["name"], kreise["kind"])), KREISE_DETAIL)
    fine = draw(everything, GEMEINDEN_DETAIL)
    del everything  # millions of vertices; the overview is drawn from what is left of them
    overview = draw(fine.to_crs(METRES), OVERVIEW_DETAIL)
    layers = layers_of(
        drawn, populated(fine), populated(overview), dict(zip(laender["ags"], laender["name"], strict=True))
    )
    write_layers(layers, folder, dict.fromkeys(ATTRIBUTION, attribution))
    return {level: layers[level]["ags"].tolist() for level in ("laender", "kreise", "gemeinden")}


def layers_of(
    kreise: gpd.GeoDataFrame, fine: gpd.GeoDataFrame, overview: gpd.GeoDataFrame, land_names: Mapping[str, str]
) -> dict[str, gpd.GeoDataFrame]:
    """Return all layers by the name of their file; raises ValueError where Kreise and Gemeinden do not match."""
    require_same_kreise(kreise["ags"], fine["ags"])
    layers = {"laender": merge_laender(kreise, land_names), "kreise": kreise, "gemeinden": overview}
    return layers | {f"gemeinden/{kreis}": part for kreis, part in fine.groupby(fine["ags"].str[:5])}


# --- reading ---------------------------------------------------------------------------------------------------


def read_kreise(raw: Path) -> gpd.GeoDataFrame:
    """Return the land area of every Kreis: ``ags`` (5 digits), ``name``, ``geometry`` in metres, sorted by ags."""
    frame = gpd.read_file(raw / KREISE_FILE)
    frame = frame[frame["GF"].isin(LAND_FACTORS)].to_crs(METRES).rename(columns={"AGS": "ags"})
    merged = frame.dissolve("ags", as_index=False, sort=True)
    return merged.assign(name=kreis_names(merged["GEN"], merged["BEZ"]))[["ags", "name", "geometry"]]


def read_level(level: Level) -> gpd.GeoDataFrame:
    """Return the land area of every place of one level, parts and islands as one: canonical ``ags``, name, kind.

    Columns in upper or lower case, coordinates in the system the file names, geometry returned in metres. Raises
    ValueError where a column or the system is missing, or nothing is left.
    """
    frame = gpd.read_file(level.path, layer=level.layer)
    frame = frame.rename(columns={name: name.upper() for name in frame.columns if name != frame.geometry.name})
    if missing := sorted({"GF", "AGS", "GEN", "BEZ"} - set(frame.columns)):
        raise ValueError(f"columns missing: {', '.join(missing)}")
    if frame.crs is None:
        raise ValueError("no system of coordinates")
    land = frame[frame["GF"].astype(int).isin(LAND_FACTORS)].to_crs(METRES)
    if land.empty:
        raise ValueError("no land area")
    land = land.set_geometry(
        polygons_only(shapely.make_valid(land.geometry.to_numpy(), method="structure")), crs=METRES
    )
    merged = land.dissolve("AGS", as_index=False, sort=True)
    keys = merged["AGS"].astype(str)
    keys = keys.where(~((keys.str.len() == 8) & keys.str.endswith("000")), keys.str[:5])
    found = merged.assign(ags=keys, name=merged["GEN"], kind=merged["BEZ"])
    return found.sort_values("ags", ignore_index=True)[["ags", "name", "kind", "geometry"]]


def layers_in(path: Path) -> list[str]:
    """Return the names of the layers of a GeoPackage."""
    return [str(name) for name, _ in pyogrio.list_layers(path)]


def read_land_names(raw: Path) -> dict[str, str]:
    """Return the names of the Laender by their two-digit key."""
    table = pyogrio.read_dataframe(raw / LAENDER_FILE, read_geometry=False)
    land = table[table["GF"].isin(LAND_FACTORS)]
    return dict(zip(land["AGS"], land["GEN"], strict=True))


def read_gemeinden(raw: Path) -> gpd.GeoDataFrame:
    """Return every polygon of VG250: canonical ``ags``, ``name`` (empty where nobody lives), geometry in metres.

    The unpopulated areas stay in until the coverage is simplified: without them their neighbours' borders would be
    free ends. Raises ValueError where a Gemeinde of the census has no polygon.
    """
    frame = gpd.read_file(raw / GEMEINDEN_FILE).to_crs(METRES)
    names = read_gemeinde_names(raw / NAMES_FILE)
    if missing := sorted(set(names) - set(frame["ARS"])):
        raise ValueError(f"Gemeinden without a polygon: {', '.join(missing)}")
    frame = frame.assign(ags=frame["ARS"].map(ags_of_ars), name=frame["ARS"].map(names).fillna(""))
    return frame.sort_values("ags", ignore_index=True)[["ags", "name", "geometry"]]


def read_gemeinde_names(path: Path) -> dict[str, str]:
    """Return the display name of every Gemeinde of the census of 15.05.2022 by its 12-digit ARS."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = (row for row in csv.DictReader(lines, delimiter=";") if row["1_variable_code"] == "GEOGM4")
        return {row["1_variable_attribute_code"]: display_name(row["1_variable_attribute_label"]) for row in rows}


def ags_of_ars(ars: str) -> str:
    """Return the canonical key of a 12-digit ARS: first five and last three digits, a kreisfreie Stadt its Kreis key.

    >>> ags_of_ars("057580012012"), ags_of_ars("150010000000")
    ('05758012', '15001')
    """
    return ars[:5] if ars.endswith("000") else ars[:5] + ars[-3:]


def display_name(official: str) -> str:
    """Return a Gemeinde's name without the tails that say its rank or, in the census, its Kreis.

    >>> display_name("Landstuhl, Sickingenstadt, Stadt"), display_name("Grünow (Landkreis Uckermark)")
    ('Landstuhl', 'Grünow')
    """
    return KREIS_TAIL.sub("", official.partition(",")[0]).strip()


def kreis_names(names: Iterable[str], kinds: Iterable[str]) -> list[str]:
    """Return names that tell a Landkreis from the town of the same name ("Landkreis Rostock", "Rostock")."""
    pairs = list(zip(names, kinds, strict=True))
    seen = Counter(name for name, _ in pairs)
    return [f"{kind} {name}" if seen[name] > 1 and kind in ("Kreis", "Landkreis") else name for name, kind in pairs]


# --- geometry --------------------------------------------------------------------------------------------------


def draw(level: gpd.GeoDataFrame, detail: Detail) -> gpd.GeoDataFrame:
    """Return the level simplified in metres and rounded in degrees, borders shared, rings after RFC 7946."""
    clean = clean_coverage(level.geometry.to_numpy())
    simple = shapely.coverage_simplify(clean, detail.tolerance)
    degrees = gpd.GeoSeries(simple, crs=METRES).to_crs(DEGREES).to_numpy()
    rounded = round_coverage(degrees, detail.decimals)
    return level.assign(geometry=gpd.GeoSeries(shapely.orient_polygons(rounded), index=level.index, crs=DEGREES))


def clean_coverage(areas: np.ndarray) -> np.ndarray:
    """Return valid areas without overlaps; what two claimed goes to the one with the longer common border.

    The published VG250 extract was simplified before and has some dozen polygons that cross themselves.
    """
    return shapely.coverage_clean(polygons_only(shapely.make_valid(areas, method="structure")))


def polygons_only(areas: np.ndarray) -> np.ndarray:
    """Return the areas without the stray lines and points that ``make_valid`` may leave behind."""
    parts, owner = shapely.get_parts(areas, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    kept = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    grouped = shapely.multipolygons(parts[kept], indices=owner[inner][kept], out=np.full(len(areas), None))
    return np.array([g.geoms[0] if len(g.geoms) == 1 else g for g in grouped], dtype=object)


def round_coverage(areas: np.ndarray, decimals: int) -> np.ndarray:
    """Return the areas with rounded coordinates that still are a coverage.

    Rounding moves shared vertices together but can make a narrow neck touch itself, and cleaning can set vertices
    off the grid: both are repeated until nothing changes. Raises ValueError when that does not end.
    """
    for _ in range(CLEANING_ROUNDS):
        areas = shapely.remove_repeated_points(shapely.transform(areas, lambda xy: np.round(xy, decimals)), 0)
        if shapely.is_valid(areas).all() and shapely.coverage_is_valid(areas):
            return areas
        areas = clean_coverage(areas)
    raise ValueError(f"no valid coverage at {decimals} decimals after {CLEANING_ROUNDS} rounds")


def populated(gemeinden: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the Gemeinden where people live; forests, lakes and training grounds stay blank on the map."""
    return gemeinden[gemeinden["name"] != ""]


def merge_laender(kreise: gpd.GeoDataFrame, names: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the Laender as unions of the drawn Kreise, so that their outlines lie exactly on each other."""
    land = kreise["ags"].str[:2]
    keys = sorted(set(land))
    unions = [shapely.coverage_union_all(kreise.geometry[land == key].to_numpy()) for key in keys]
    shapes = shapely.orient_polygons(np.array(unions, dtype=object))
    return gpd.GeoDataFrame({"ags": keys, "name": [names[key] for key in keys]}, geometry=shapes, crs=DEGREES)


def require_same_kreise(kreise: Iterable[str], gemeinden: Iterable[str]) -> None:
    """Raise ValueError unless every Kreis has a Gemeinde and every Gemeinde its Kreis."""
    if odd := sorted(set(kreise) ^ {ags[:5] for ags in gemeinden}):
        raise ValueError(f"Kreise and Gemeinden do not match: {', '.join(odd)}")


# --- writing ---------------------------------------------------------------------------------------------------


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], folder: Path, attribution: Mapping[str, str]) -> None:
    """Write one GeoJSON file per layer, then ``index.json``; files of an earlier run that are no layer any more go."""
    (folder / "gemeinden").mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.geojson"), *folder.glob("gemeinden/*.geojson")):
        if old.relative_to(folder).with_suffix("").as_posix() not in layers:
            old.unlink()
    for name, layer in layers.items():
        write_text(folder / f"{name}.geojson", geojson(layer))
    write_text(folder / "index.json", json_line(index_of(layers, attribution)) + "\n")


def geojson(layer: gpd.GeoDataFrame) -> str:
    """Return a FeatureCollection, one feature per line; the key stands as ``id`` and as property ``ags``."""
    rows = zip(layer["ags"], layer["name"], layer.geometry, strict=True)
    features = ",\n".join(json_line(feature(ags, name, shape)) for ags, name, shape in rows)
    return '{"type":"FeatureCollection","features":[\n' + features + "\n]}\n"


def feature(ags: str, name: str, shape: shapely.Geometry) -> dict[str, object]:
    """Return one GeoJSON feature."""
    properties = {"ags": ags, "name": name}
    return {"type": "Feature", "id": ags, "properties": properties, "geometry": shape.__geo_interface__}


def index_of(layers: Mapping[str, gpd.GeoDataFrame], attribution: Mapping[str, str]) -> dict[str, object]:
    """Return what a page must know before it loads a map: per file, Land and Kreis where it lies.

    A box is [west, south, east, north] in degrees.
    """
    files = {f"{name}.geojson": {"bbox": box(layer), "features": len(layer)} for name, layer in layers.items()}
    return {
        "attribution": dict(attribution),
        "files": dict(sorted(files.items())),
        "laender": boxes(layers["laender"]),
        "kreise": boxes(layers["kreise"]),
    }


def box(layer: gpd.GeoDataFrame) -> list[float]:
    """Return the bounding box of a layer in degrees."""
    return [float(edge) for edge in layer.total_bounds]


def boxes(layer: gpd.GeoDataFrame) -> dict[str, list[float]]:
    """Return the bounding box of every feature of a layer, by key."""
    return dict(zip(layer["ags"], layer.bounds.to_numpy().tolist(), strict=True))


def json_line(value: object) -> str:
    """Return compact JSON with readable umlauts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with plain line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


# --- checking --------------------------------------------------------------------------------------------------


def drawn_keys(static: Path, layer: str = "gemeinden") -> list[str]:
    """Return the keys that the written ``layer`` (laender, kreise, gemeinden, gemeinden/<kreis>) has a polygon for."""
    text = (static / "boundaries" / f"{layer}.geojson").read_text(encoding="utf-8")
    return [feature["id"] for feature in json.loads(text)["features"]]


def compare_keys(static: Path, keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the Gemeinde keys without a polygon and the polygons without a key: both stay blank on the map."""
    drawn, wanted = set(drawn_keys(static)), set(keys)
    return sorted(wanted - drawn), sorted(drawn - wanted)
