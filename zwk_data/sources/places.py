"""The register of places: Germany, Länder, Kreise and every Gemeinde of the embedded files, with names and keys."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from zwk_data.catalog.tidy import PLACE
from zwk_data.sources.errors import UnknownPlaces
from zwk_data.sources.gvisys import Record
from zwk_data.sources.provider import Scope
from zwk_data.sources.rows import canonical

# Kreise of older files that went into another one: their Gemeinden belong to the Kreis of today.
MERGED = {"03152": "03159", "03156": "03159"}
# Merged into the Wartburgkreis on 01.07.2021; the name tells it from the Gemeinde of today.
EISENACH = {"ags": "16056", "nuts3": "DEG0N", "gen": "Eisenach (kreisfrei bis 2021)", "bez": "Kreisfreie Stadt"}
EISENACH_OFFICIAL = "Eisenach, Stadt"
SELF_NAMED = re.compile(r"kreis|region|verband", re.IGNORECASE)  # Wartburgkreis, Region Hannover, Städteregion Aachen
CITIES = ("Kreisfreie Stadt", "Stadtkreis")
TAIL = re.compile(r",\s*[^()]*$")
TERRITORY = date(2023, 11, 30)  # of the embedded register
NAMED = 5  # keys named in a message
# A newer edition of the register: Kreise (5 digits) and Gemeinden (8 digits) with their official names; kreisfreie
# Städte stand in both. The metadata carry the day of its territory under DAY.
EDITION = pa.schema(
    [("ags", pa.string()), ("name", pa.string()), ("type", pa.string()), ("lon", pa.float64()), ("lat", pa.float64()),
     ("degurba", pa.int8())]
)  # fmt: skip
DAY = b"territory"
LOCATED = ("lon", "lat", "degurba")


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


# --- what a newer edition brings -------------------------------------------------------------------------------------


def edition(
    territory: date, kreise: Mapping[str, tuple[str, str]], records: Iterable[Record], scope: Scope
) -> pa.Table:
    """Return a newer edition of the register as a table (``EDITION``), areas without people left out.

    Args:
        territory: the day whose Gemeinden these are.
        kreise: (official name, type) by key.
        records: every Gemeinde.
        scope: the places known so far; a scope without any is not compared with.

    Raises:
        UnknownPlaces: other Kreise than the known ones.
    """
    known = {ags for ags in scope.current if scope.level_of.get(ags) == "kreis"}
    if known and (odd := sorted(known ^ set(kreise))):
        named = ", ".join(f"{ags} {kreise[ags][0]}" if ags in kreise else ags for ags in odd[:NAMED])
        raise UnknownPlaces(
            f"Kreise differ: {odd[:NAMED]}",
            f"Das Gemeindeverzeichnis vom {territory:%d.%m.%Y} hat andere Kreise als dieses Programm ({named}). Nach "
            "einer Kreisreform ist eine neue Programmversion nötig; bis dahin bleiben die bisherigen Zahlen.",
        )
    rows: list[tuple[object, ...]] = [(ags, name, kind, None, None, None) for ags, (name, kind) in kreise.items()]
    rows += [(r.ags, r.name, r.type, r.lon, r.lat, r.degurba) for r in records if not r.unpopulated]
    columns = list(zip(*sorted(rows, key=lambda row: str(row[0])), strict=True))
    made = pa.table([pa.array(c, f.type) for c, f in zip(columns, EDITION, strict=True)], names=EDITION.names)
    return made.replace_schema_metadata({DAY: territory.isoformat().encode()})


def day_of(newer: pa.Table) -> date:
    """Return the day of the territory of an edition."""
    return date.fromisoformat((newer.schema.metadata or {})[DAY].decode())


def mark(newer: pa.Table) -> str:
    """Return the checksum of what an edition says: a renamed Gemeinde makes a new load although no figure changed."""
    digest = hashlib.sha256(repr(newer.schema.metadata).encode())
    for batch in newer.combine_chunks().to_batches():
        digest.update(batch.serialize())
    return digest.hexdigest()


def widened(scope: Scope, newer: pa.Table | None) -> Scope:
    """Return the scope with the Gemeinden of a newer edition: new ones known, dissolved ones no longer current."""
    if newer is None:
        return scope
    keys = {canonical(ags) for ags in newer["ags"].to_pylist()}
    gone = {ags for ags in scope.current if scope.level_of.get(ags) == "gemeinde"} - keys
    new = {ags: "gemeinde" for ags in keys if len(ags) == 8}
    return replace(scope, level_of={**scope.level_of, **new}, current=(scope.current - gone) | new.keys())


def learned(register: pa.Table, newer: pa.Table) -> pa.Table:
    """Return the table of places (``PLACE``) as of a newer edition: new, renamed and dissolved Gemeinden.

    A dissolved place stays, no longer current, because its figures do. A Kreis takes its official name from the
    edition; the shown name changes only with it.
    """
    rows = {row["ags"]: row for row in register.to_pylist()}
    entries = {entry["ags"]: entry for entry in newer.to_pylist()}
    for row in rows.values():
        row["current"] &= row["level"] != "gemeinde" or row["ags"] in entries
    for ags, entry in entries.items():
        if len(ags) == 5:
            rows[ags] |= _renamed_kreis(rows[ags], entry["name"])
        elif ags.endswith("000"):
            rows[ags[:5]] |= _located(entry)
        else:
            kreis = rows[ags[:5]]
            keys = {"kreis": kreis["ags"], "land": kreis["land"], "nuts3": kreis["nuts3"], "current": True}
            known = {name: value for name, value in rows.get(ags, {}).items() if name in LOCATED}
            row = _row(ags, "gemeinde", display_name(entry["name"]), entry["name"], entry["type"], **keys)
            rows[ags] = row | known | _located(entry)
    ordered = [rows[ags] for ags in sorted(rows)]
    return pa.Table.from_pylist(ordered, schema=PLACE)


def _located(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in LOCATED if entry[name] is not None}


def _renamed_kreis(row: Mapping[str, Any], official: str) -> dict[str, Any]:
    kind = str(row["type"])
    formal = official if kind in CITIES or SELF_NAMED.search(official) else f"{kind} {official}"
    if formal == row["name_official"]:
        return {}
    return {"name": kreis_name(display_name(official), kind), "name_official": formal}
