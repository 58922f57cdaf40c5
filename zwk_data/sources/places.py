"""The register of places: Germany, Länder, Kreise and every Gemeinde of the embedded files, with names and keys."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from zwk_data.catalog.tidy import PLACE
from zwk_data.sources.gvisys import Record
from zwk_data.sources.rows import canonical

# Kreise of older files that went into another one: their Gemeinden belong to the Kreis of today.
MERGED = {"03152": "03159", "03156": "03159"}
# Merged into the Wartburgkreis on 01.07.2021; the name tells it from the Gemeinde of today.
EISENACH = {"ags": "16056", "nuts3": "DEG0N", "gen": "Eisenach (kreisfrei bis 2021)", "bez": "Kreisfreie Stadt"}
EISENACH_OFFICIAL = "Eisenach, Stadt"
SELF_NAMED = re.compile(r"kreis|region|verband", re.IGNORECASE)  # Wartburgkreis, Region Hannover, Städteregion Aachen
CITIES = ("Kreisfreie Stadt", "Stadtkreis")
TAIL = re.compile(r",\s*[^()]*$")


@dataclass(frozen=True)
class Register:
    """What the register is built from; ``older`` and ``located`` are ordered, the first that knows a key wins."""

    kreise: Sequence[Mapping[str, str]]  # ags, nuts3, gen, bez of the 400 Kreise
    land_names: Mapping[str, str]  # 2 digits -> name
    kreis_names: Mapping[str, str]  # 5 digits -> official name
    current: Sequence[Record]  # every Gemeinde of the current set
    older: Sequence[Sequence[Record]]  # earlier sets
    located: Sequence[Sequence[Record]]  # sets with coordinates and degree of urbanisation


def read_kreise(raw: bytes) -> list[dict[str, str]]:
    """Read the table of Kreise: ags, nuts3, gen (name) and bez (type)."""
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def nuts3_to_ags(kreise: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return NUTS 3 code -> Kreis key, Eisenach before its merger included."""
    return {line["nuts3"]: line["ags"] for line in (*kreise, EISENACH)}


def display_name(official: str) -> str:
    """Return a name without what follows a comma: ``Herford, Hansestadt`` becomes ``Herford``.

    A comma inside brackets is part of the name.
    """
    return TAIL.sub("", official).strip()


def kreis_name(gen: str, bez: str) -> str:
    """Return ``Kreis Herford``, ``Landkreis Uckermark``, but ``Wartburgkreis`` and ``Dessau-Roßlau``."""
    return gen if bez in CITIES or SELF_NAMED.search(gen) else f"{bez} {gen}"


def build(register: Register) -> pa.Table:
    """Return the table of places (schema ``PLACE``), sorted by key."""
    kreise = {line["ags"]: line for line in (*register.kreise, EISENACH)}
    gemeinden = _gemeinden(register)
    located = _first_of(register.located)
    rows = [_row("DG", "germany", "Deutschland", "Bundesrepublik Deutschland", "Staat")]
    rows += [_row(ags, "land", name, name, "Land", land=ags) for ags, name in register.land_names.items()]
    for ags, line in kreise.items():
        official, own = register.kreis_names.get(ags, EISENACH_OFFICIAL), f"{ags}000"
        rows.append(_kreis_row(line, official, own in gemeinden, located.get(own)))
    for record, current in gemeinden.values():
        if not record.ags.endswith("000"):
            rows.append(_gemeinde_row(record, current, kreise, located.get(record.ags)))
    rows.sort(key=lambda row: str(row["ags"]))
    return pa.Table.from_pylist(rows, schema=PLACE)


def _gemeinden(register: Register) -> dict[str, tuple[Record, bool]]:
    found = {record.ags: (record, True) for record in register.current if record.population}
    for record in (record for records in register.older for record in records if record.population):
        found.setdefault(record.ags, (record, False))
    return found


def _first_of(sets: Iterable[Iterable[Record]]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for records in sets:
        for record in records:
            found.setdefault(record.ags, record)
    return found


def _kreis_row(line: Mapping[str, str], official: str, own: bool, at: Record | None) -> dict[str, Any]:
    ags, gen, bez = line["ags"], line["gen"], line["bez"]
    name = kreis_name(gen, bez)
    formal = official if bez in CITIES or SELF_NAMED.search(official) else f"{bez} {official}"
    keys: dict[str, str | bool] = {"kreis": ags, "land": ags[:2], "nuts3": line["nuts3"], "is_own_gemeinde": own}
    return _row(ags, "kreis", name, formal, bez, at, current=ags != EISENACH["ags"], **keys)


def _gemeinde_row(
    record: Record, current: bool, kreise: Mapping[str, Mapping[str, str]], at: Record | None
) -> dict[str, Any]:
    ags = canonical(record.ags)
    kreis = MERGED.get(ags[:5], ags[:5])
    keys: dict[str, str | bool] = {"kreis": kreis, "land": ags[:2], "nuts3": kreise[kreis]["nuts3"], "current": current}
    return _row(ags, "gemeinde", display_name(record.name), record.name, record.type, at, **keys)


def _row(
    ags: str, level: str, name: str, official: str, kind: str, at: Record | None = None, **keys: str | bool
) -> dict[str, Any]:
    place = {"lon": at.lon, "lat": at.lat, "degurba": at.degurba} if at else {}
    base = dict.fromkeys(PLACE.names) | {"is_own_gemeinde": False, "current": True}
    return base | {"ags": ags, "level": level, "name": name, "name_official": official, "type": kind} | place | keys
