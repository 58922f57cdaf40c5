"""The BKG's download of VG250: a GeoPackage in a zip, drawn from three real Kreise of 15.05.2022."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tests.sources.simulator import HTML, Asked, Mutation, Reply, Simulator
from zwk_data.sources import bkg_api, boundaries
from zwk_data.sources.provider import Scope

EXCERPT = Path(__file__).parents[2] / "excerpts" / "boundaries"
FOLDER = "vg250_01-01.utm32s.gpkg.ebenen/vg250_ebenen_0101"
KREISE = {"05758": ("Herford", "Kreis"), "06611": ("Kassel", "Kreisfreie Stadt"), "06633": ("Kassel", "Landkreis")}
LAENDER = {"05": "Nordrhein-Westfalen", "06": "Hessen"}
Levels = dict[str, gpd.GeoDataFrame]


@cache
def levels() -> Levels:
    """The three levels with the BKG's columns: land, and water with the same keys; Bünde in two pieces."""
    gemeinden = gpd.read_file(EXCERPT / boundaries.GEMEINDEN_FILE).to_crs(boundaries.METRES)
    names = boundaries.read_gemeinde_names(EXCERPT / boundaries.NAMES_FILE)
    keys = gemeinden["ARS"].str[:5] + gemeinden["ARS"].str[-3:]
    gem = gemeinden.assign(AGS=keys, GEN=gemeinden["ARS"].map(names).fillna("Forst"), BEZ="Gemeinde", GF=4)
    gem = gem.assign(geometry=boundaries.clean_coverage(gem.geometry.to_numpy()))
    krs = gem.assign(AGS=gem["AGS"].str[:5]).dissolve("AGS", as_index=False)
    krs = krs.assign(GEN=[KREISE[ags][0] for ags in krs["AGS"]], BEZ=[KREISE[ags][1] for ags in krs["AGS"]])
    lan = krs.assign(AGS=krs["AGS"].str[:2]).dissolve("AGS", as_index=False)
    lan = lan.assign(GEN=lan["AGS"].map(LAENDER), BEZ="Land")
    found = {"lan": lan, "krs": krs, "gem": _in_two(gem, "05758004")}
    return {name: _with_water(level)[["AGS", "GF", "GEN", "BEZ", "geometry"]] for name, level in found.items()}


def _in_two(gem: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    whole = gem[gem["AGS"] == key]
    west, south, east, north = whole.total_bounds
    halves = [whole.clip((west, south, (west + east) / 2, north)), whole.clip(((west + east) / 2, south, east, north))]
    return gpd.GeoDataFrame(pd.concat([gem[gem["AGS"] != key], *halves], ignore_index=True), crs=gem.crs)


def _with_water(level: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lake = level.iloc[:1].assign(GF=2, geometry=level.geometry.iloc[:1].translate(200_000, 0))
    return gpd.GeoDataFrame(pd.concat([level, lake], ignore_index=True), crs=level.crs)


def package(found: Levels, day: str = "01.01.2026") -> bytes:
    """The zip with one GeoPackage of all levels."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "DE_VG250.gpkg"
        for name, level in found.items():
            level.to_file(path, layer=f"vg250_{name}", driver="GPKG")
        return zipped({f"{FOLDER}/DE_VG250.gpkg": path.read_bytes(), f"{FOLDER}/aktualitaet.txt": day.encode()})


def shapefiles(found: Levels) -> bytes:
    """The other form of the download: shapefiles, here with columns in lower case."""
    with tempfile.TemporaryDirectory() as folder:
        for name, level in found.items():
            level.rename(columns=str.lower).to_file(Path(folder) / f"VG250_{name.upper()}.shp")
        return zipped({f"vg250/{path.name}": path.read_bytes() for path in sorted(Path(folder).iterdir())})


def zipped(members: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return into.getvalue()


@cache
def good() -> bytes:
    return package(levels())


class Bkg(Simulator):
    """daten.gdz.bkg.bund.de."""

    provider = bkg_api  # type: ignore[assignment]
    environment = "ZWK_BKG_URL"
    datasets = (bkg_api.DATASET,)

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.body = b""

    def settings(self) -> dict[str, str]:
        """Boundaries of tests never go into the project's own folder."""
        return {"ZWK_BOUNDARIES_DIR": self._folder.name}

    def scope(self) -> Scope:
        """Two Länder, three Kreise and the Gemeinden where people live."""
        towns = [ags for ags in levels()["gem"].query("GEN != 'Forst'")["AGS"] if not ags.endswith("000")]
        level_of = {"DG": "germany", **dict.fromkeys(LAENDER, "land"), **dict.fromkeys(KREISE, "kreis")}
        level_of |= dict.fromkeys(towns, "gemeinde")
        return Scope({}, level_of, frozenset(level_of))

    def reply(self, asked: Asked) -> Reply:
        """The file, or the page that tells there is none."""
        if asked.path != f"/{bkg_api.FILE}":
            return Reply(HTML, "text/html", 404, data=False)
        return Reply(self.body or good(), "application/zip")


# --- what can be wrong inside ----------------------------------------------------------------------------------------


def changed(change: Callable[[Levels], Levels]) -> Mutation:
    """Serve the file of changed levels."""
    return lambda body: package(change(levels()))


def _gem(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Mutation:
    return changed(lambda found: found | {"gem": change(found["gem"])})


def _every(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Mutation:
    return changed(lambda found: {name: change(level) for name, level in found.items()})


def _new_kreis(found: Levels) -> Levels:
    extra = {name: found[name].iloc[:1].assign(AGS=key) for name, key in (("krs", "05999"), ("gem", "05999004"))}
    moved = {n: e.assign(geometry=e.geometry.translate(0, 300_000)) for n, e in extra.items()}
    return found | {
        n: gpd.GeoDataFrame(pd.concat([found[n], e], ignore_index=True), crs=e.crs) for n, e in moved.items()
    }


def _beside(name: str, content: bytes) -> Mutation:
    def mutate(body: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(body)) as old:
            return zipped({member: old.read(member) for member in old.namelist()} | {name: content})

    return mutate


NO_FIGURES = "Grenzen, keine Zahlen"
Bkg.mutations = {
    "error_in_200": lambda body: b'{"error": "not available"}',
    "moved": lambda body: HTML,
    "empty": _every(lambda level: level.iloc[:0]),
    "renamed_column": _every(lambda level: level.rename(columns={"AGS": "SCHLUESSEL"})),
    "added_column": _every(lambda level: level.assign(WSK="2026")),
    "dropped_column": _every(lambda level: level.drop(columns="GF")),
    "reordered_columns": _every(lambda level: level[["BEZ", "GEN", "GF", "AGS", "geometry"]]),
    "duplicate_identical": _gem(lambda g: gpd.GeoDataFrame(pd.concat([g, g.iloc[:3]], ignore_index=True), crs=g.crs)),
    "unknown_place": changed(_new_kreis),
    "lost_places": _gem(lambda g: g.iloc[::2]),
    "leading_zero_lost": _every(lambda level: level.assign(AGS=level["AGS"].str.lstrip("0"))),
    "zip_bomb": _beside("a.bin", b"\0" * (64 << 20)),
    "zip_slip": _beside("../../a.txt", b"1"),
    "nested_zip": _beside("a.bin", zipped({"a.csv": b"1;2"})),
}
Bkg.impossible = {
    "asynchronous": "fertige Datei zum Herunterladen",
    "async_never_ready": "fertige Datei zum Herunterladen",
    "too_big": "fertige Datei zum Herunterladen",
    "flags": NO_FIGURES,
    "negative": NO_FIGURES,
    "thousandfold": NO_FIGURES,
    "unit_changed": NO_FIGURES,
    "duplicate_contradicting": "mehrere Flächen je Schlüssel sind die Regel",
    "dissolved_place": "führt nur, was es gibt",
    "lost_date": "ein einziger Stichtag",
    "encoding_latin1": "GeoPackage ist immer UTF-8",
    "encoding_utf8_bom": "GeoPackage ist immer UTF-8",
    "mojibake": "GeoPackage ist immer UTF-8",
    "decimal_point_for_comma": "Koordinaten sind binär",
}
