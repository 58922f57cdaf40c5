"""Boundaries of the BKG (VG250) as a provider: they are no figures, so they are installed, not read into tables.

Asking, archiving, resuming and noting attempts are those of every provider; ``install`` stands where others have
``tables`` and ``check``. It draws the edition with the same code as the embedded boundaries into a folder of its own
below ``static/boundaries/live`` and names it in force last. Where that folder cannot be written (a container with a
read-only program), the embedded boundaries stay and Datenstand says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pyarrow as pa

from zwk_data import paths
from zwk_data.sources.archive import TEMPORARY, Download, replace_file
from zwk_data.sources.archives import Caps, safe_zip
from zwk_data.sources.errors import DiskFull, Incomplete, Moved, NotData, ParseError, ServiceError, UnknownPlaces
from zwk_data.sources.http import Answer, Client
from zwk_data.sources.provider import Part, Question, Scope
from zwk_data.sources.rows import canonical

if TYPE_CHECKING:
    from zwk_data.sources.boundaries import Edition

NAME_DE = "BKG (Grenzen der Kreise und Gemeinden)"
PARSER_VERSION = 1
DATASET = "bkg_vg250_live"
BASE_URL, ENVIRONMENT = "https://daten.gdz.bkg.bund.de/produkte/vg", "ZWK_BKG_URL"
FILE = "vg250_ebenen_0101/aktuell/vg250_01-01.utm32s.gpkg.ebenen.zip"
CAPS = Caps(packed=400 << 20, unpacked=2 << 30, members=500)
LEVELS = {"laender": "_lan", "kreise": "_krs", "gemeinden": "_gem"}  # ends of the names of layers and shapefiles
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
DAY = re.compile(rb"(\d{2})\.(\d{2})\.(\d{4})")
LEAST_SHARE = 0.98  # of the Gemeinden of the register
NAMED = 5
KEPT_EDITIONS = 2  # a page in somebody's browser may still ask for files of the one before
MAINTENANCE_WAITS = (30, 60)
READ_ONLY_DE = (
    "Der Ordner der Grenzen kann nicht beschrieben werden; die Karten zeigen weiter die mitgelieferten Grenzen."
)


# --- asking ----------------------------------------------------------------------------------------------------------


def base_url() -> str:
    """Address of the products, replaceable by the environment for tests and mirrors."""
    return os.environ.get(ENVIRONMENT, BASE_URL).rstrip("/")


def datasets() -> tuple[str, ...]:
    """Return the one dataset."""
    return (DATASET,)


def unavailable_de() -> str:
    """Return why nothing can be asked: never, the files are open."""
    return ""


def questions(dataset: str, scope: Scope, client: Client) -> list[Question]:
    """Return the one file."""
    return [Question(dataset, f"{base_url()}/{FILE}", label_de="VG250, Gebietsstand 1. Januar", large=True)]


def ask(question: Question, client: Client, scope: Scope) -> list[Download]:
    """Return the file once it is whole: directory, names and checksums of all members. Raises a SourceError."""
    waits = list(MAINTENANCE_WAITS)
    while True:
        answer = client.get(question.url)
        try:
            _verify(answer)
        except NotData:
            if not waits:
                raise
            client.sleep(waits.pop(0))
        else:
            return [Download(question.dataset, question.url, (), answer.body, answer.content_type, answer.retrieved_at)]


def _verify(answer: Answer) -> None:
    if answer.status in (404, 410):
        raise Moved(f"HTTP {answer.status}")
    if answer.status != 200:
        raise ServiceError(f"HTTP {answer.status}")
    with safe_zip(answer.body, CAPS) as archive:
        members(archive)


# --- installing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Installed:
    """What was drawn, or was there before; ``content`` names the edition, ``rows`` counts its areas."""

    content: str
    rows: int


def install(dataset: str, parts: Sequence[Part], scope: Scope) -> Installed:
    """Draw the edition and put it in force; the one that is in force already stays.

    Raises:
        SourceError: it is not whole, does not fit the register, or cannot be written; nothing changed then.
    """
    live = paths.boundaries_folder() / paths.LIVE
    try:
        live.mkdir(parents=True, exist_ok=True)
        _clear(live)
        with TemporaryDirectory(dir=live, prefix=TEMPORARY) as work:
            return _installed(parts[0], scope, live, Path(work))
    except OSError as error:
        raise DiskFull(f"{type(error).__name__}: {error}", READ_ONLY_DE) from error


def _installed(part: Part, scope: Scope, live: Path, work: Path) -> Installed:
    from zwk_data.sources import boundaries  # geopandas: seconds to import, needed here only

    with safe_zip(part.path, CAPS) as archive:
        found, day = unpacked(archive, work), day_of(archive)
    name = f"{day or part.sidecar.retrieved_at[:10]}-{part.sidecar.sha256[:8]}-v{PARSER_VERSION}"
    drawn, inhabited = work / "drawn", [canonical(ags) for ags, level in scope.level_of.items() if level != "germany"]
    keys = boundaries.write_edition(found, inhabited, drawn, attribution(day or _day(part)))
    check_levels(keys, scope)
    if not (live / name).exists():
        drawn.replace(live / name)
    manifest = {"folder": name, "day": str(day or ""), "source": part.sidecar.url, "sha256": part.sidecar.sha256}
    replace_file(live / paths.EDITION, json.dumps(manifest).encode())
    return Installed(name, sum(map(len, keys.values())))


def _clear(live: Path) -> None:
    """Remove what a killed process left, and all but the newest editions."""
    in_force = paths.boundary_edition()
    folders = sorted((path for path in live.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    done = [path for path in folders if not path.name.startswith(TEMPORARY) and path.name not in in_force]
    for path in [*(path for path in folders if path.name.startswith(TEMPORARY)), *done[: 1 - KEPT_EDITIONS]]:
        with suppress(OSError):
            shutil.rmtree(path)


def _day(part: Part) -> date:
    return date.fromisoformat(part.sidecar.retrieved_at[:10])


def attribution(day: date) -> str:
    """Return what the licence wants to be said, with the year of the data."""
    return f"© GeoBasis-DE / BKG {day.year}, VG250, {day:%d.%m.%Y}, dl-de/by-2-0 (vereinfacht)"


# --- inside the file -------------------------------------------------------------------------------------------------


def members(archive: ZipFile) -> dict[str, str]:
    """Return the members that carry the levels, found by the ends of their names; one GeoPackage or three shapefiles.

    Raises:
        ParseError: neither is there, or more than one.
    """
    names = [name for name in archive.namelist() if not name.endswith("/")]
    packages = [name for name in names if name.lower().endswith(".gpkg")]
    if len(packages) == 1:
        return {"package": packages[0]}
    found: dict[str, str] = {}
    for level, end in LEVELS.items():
        shapes = [name for name in names if PurePosixPath(name).stem.lower().endswith(end)]
        if len([name for name in shapes if name.lower().endswith(".shp")]) != 1 or packages:
            raise ParseError(f"no single {end} among {len(names)} members")
        stem = next(name for name in shapes if name.lower().endswith(".shp"))[:-4]
        found |= {f"{level}{name[-4:].lower()}": name for name in shapes if name[:-4] == stem}
    return {own: name for own, name in found.items() if own.endswith(SHAPE_PARTS)}


def unpacked(archive: ZipFile, work: Path) -> Edition:
    """Copy the members into a folder under names of our own and return where the levels are."""
    from zwk_data.sources.boundaries import Edition, Level, layers_in

    named = members(archive)
    for own, name in named.items():
        with archive.open(name) as source, (work / own).open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    if "package" not in named:
        return Edition(**{level: Level(work / f"{level}.shp") for level in LEVELS})
    package = (work / "package").rename(work / "package.gpkg")
    layers = layers_in(package)
    found = {level: [name for name in layers if name.lower().endswith(end)] for level, end in LEVELS.items()}
    if odd := [level for level, names in found.items() if len(names) != 1]:
        raise ParseError(f"no single layer for {odd} among {layers[:20]}")
    return Edition(**{level: Level(package, names[0]) for level, names in found.items()})


def day_of(archive: ZipFile) -> date | None:
    """Return the day of the territory from the small text file beside the data; None where there is none."""
    named = (name for name in archive.namelist() if PurePosixPath(name).name.lower().startswith("aktualitaet"))
    match = next((match for name in named if (match := DAY.search(archive.read(name)[:200]))), None)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    return date(year, month, day)


def check_levels(keys: dict[str, list[str]], scope: Scope) -> None:
    """Refuse an edition that has other Länder or Kreise than the register, or lacks Gemeinden."""
    expected = {
        level: {ags for ags in scope.current if scope.level_of.get(ags) == level} for level in ("land", "kreis")
    }
    for level, drawn in (("land", keys["laender"]), ("kreis", keys["kreise"])):
        if odd := sorted(expected[level] ^ set(drawn)):
            raise UnknownPlaces(
                f"{level}: {odd[:NAMED]}",
                "Die Grenzen gehören zu anderen Kreisen oder Ländern als das Gemeindeverzeichnis "
                f"({', '.join(odd[:NAMED])}).",
            )
    towns = {ags for ags in scope.current if scope.level_of.get(ags) == "gemeinde"}
    there = len(towns & set(keys["gemeinden"]))
    if there < LEAST_SHARE * len(towns):
        raise Incomplete(
            f"{there} of {len(towns)} Gemeinden", f"Die Grenzen enthalten nur {there} von {len(towns)} Gemeinden."
        )


# --- what other providers have ---------------------------------------------------------------------------------------


def tables(dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
    """Yield nothing: boundaries are no figures."""
    return iter(())


def check(dataset: str, table: pa.Table, scope: Scope) -> None:
    """Refuse nothing; ``install`` checks what it draws."""
