"""The Regionalatlas: its catalogue of tables and the map server that runs the join.

Keys and names are real, every figure is made of the key and the year (``figures_of``): shares are whole numbers and
add up to 100, the balance is births less deaths.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from zlib import crc32

import pyarrow.parquet as pq

from tests.sources.simulator import Asked, Mutation, Reply, Simulator
from zwk_data.sources import regionalatlas
from zwk_data.sources.provider import Scope

PLACES = Path(__file__).resolve().parents[3] / "data" / "snapshot" / "places.parquet"
AROUND = ("05758", "13071", "10044")  # Kreise whose Gemeinden are served; Saarland has no kreisfreie Stadt
MARK = 2222222222
TITLES = {
    "AI002-1-5": {
        "AI0201": ("Bevölkerungsdichte (EW je qkm)", "Anzahl"),
        "AI0202": ("Bevölkerungsentwicklung im Jahr je 10.000 EW", "Anzahl"),
        "AI0208": ("Anteil der ausländischen Bevölkerung  an der Gesamtbevölkerung", "Prozent"),
        "AI0209": ("Lebendgeborene je 1.000 EW", "Anzahl"),
        "AI0210": ("Gestorbene je 1.000 EW", "Anzahl"),
        "AI0211": ("Geburten-/Gestorbenenüberschuss je 10.000 EW", "Anzahl"),
        "AI0212": ("Wanderungssaldo je 10.000 EW", "Anzahl"),
    },
    "AI002-2-5": {
        "AI0203": ("Bevölkerung 0 bis 17 Jahre", "Prozent"),
        "AI0204": ("Bevölkerung 18 bis 24 Jahre", "Prozent"),
        "AI0205": ("Bevölkerung 25 bis 44 Jahre", "Prozent"),
        "AI0206": ("Bevölkerung 45 bis 64 Jahre", "Prozent"),
        "AI0207": ("Bevölkerung 65 Jahre und älter", "Prozent"),
    },
    "AI002-4-5": {
        "AI0218": ("Durchschnittsalter der Bevölkerung", "Jahre"),
        "AI0219": ("Durchschnittsalter der Mutter bei der Geburt des 1. Kindes", "Jahre"),
    },
}  # fmt: skip


def figures_of(code: str, key: str, year: int) -> dict[str, float]:
    """All columns of a table for one place and year."""
    seed = crc32(f"{key}{year}".encode())
    births, deaths = 7 + seed % 40 / 10, 9 + seed // 40 % 50 / 10
    shares = [14 + seed % 5, 6 + seed % 3, 22 + seed % 4, 27 + seed % 3]
    every = {
        "AI002-1-5": [100.0 + seed % 400, round((births - deaths) * 10 + 5, 1), 8 + seed % 9, births, deaths,
                      round((births - deaths) * 10, 1), 5.0],
        "AI002-2-5": [*map(float, shares), 100.0 - sum(shares)],
        "AI002-4-5": [43 + seed % 40 / 10, 28 + seed % 20 / 10],
    }  # fmt: skip
    return {name.lower(): round(value, 1) for name, value in zip(TITLES[code], every[code], strict=True)}


Place = Mapping[str, Any]


class Regionalatlas(Simulator):
    """Serves Germany, all Länder and Kreise, and the Gemeinden of three Kreise; of the year 2025 only the name."""

    provider: ClassVar[Any] = regionalatlas
    environment = "ZWK_REGIONALATLAS_URL"
    datasets = ("regionalatlas_ai002_1_5", "regionalatlas_ai002_2_5", "regionalatlas_ai002_4_5")
    around: ClassVar[tuple[str, ...] | None] = AROUND
    years: ClassVar[tuple[int, ...]] = (2022, 2023, 2024)

    def __init__(self) -> None:
        super().__init__()
        every = pq.read_table(PLACES).to_pylist()
        self.register: list[Place] = every
        self.places = [one for one in every if one["current"] and self._served(one)]

    def _served(self, place: Place) -> bool:
        return place["level"] != "gemeinde" or self.around is None or place["kreis"] in self.around

    def scope(self) -> Scope:
        return Scope(
            ags_of={}, level_of={one["ags"]: one["level"] for one in self.register},
            current=frozenset(one["ags"] for one in self.places),
        )  # fmt: skip

    def reply(self, asked: Asked) -> Reply:
        if asked.path.endswith("services.json"):
            is_hit = self.mutate in CATALOGUE_FAULTS
            return Reply(_bytes(self.catalogue()), data=is_hit)
        source = json.loads(asked.one("layer"))["source"]["dataSource"]
        if source["type"] == "table":
            code = _code(source["dataSourceName"].removeprefix("regionalatlas."))
            return Reply(_answer(code, [_whole(code, year) for year in self.years]))
        return Reply(_answer(*self.joined(source["query"])))

    def joined(self, query: str) -> tuple[str, list[dict[str, Any]]]:
        """What the join gives for one level and year, of one Land if asked."""
        found = re.fullmatch(
            r"SELECT \* FROM verwaltungsgrenzen_gesamt LEFT OUTER JOIN (\w+) ON ags = ags2 and jahr = jahr2 "
            r"WHERE typ = (\d) AND jahr = (\d{4}) AND \(jahr2 = \3 OR jahr2 IS NULL\)(?: AND ags LIKE '(\d\d)%')?",
            query,
        )
        assert found, query
        code, level, year, land = _code(found[1]), int(found[2]), int(found[3]), found[4] or ""
        served = [key for key in self.keys(level) if key.startswith(land)] if year in self.years else []
        return code, [_feature(code, key, level, year, name) for key, name in self.named(served)]

    def keys(self, level: int) -> list[str]:
        """The keys of one level as the source writes them."""
        wanted = {1: "land", 3: "kreis"}.get(level)
        if wanted:
            keys = [one["ags"] for one in self.places if one["level"] == wanted]
        else:
            keys = [one["ags"] for one in self.places if one["level"] == "gemeinde" or one["is_own_gemeinde"]]
        return [key[:2] if key in ("02000", "11000") else key for key in keys]

    def named(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        names = {one["ags"]: one["name"] for one in self.register}
        return [(key, names[key]) for key in keys]

    def catalogue(self) -> list[dict[str, Any]]:
        """The list of themes with the three tables."""
        children = [
            {
                "code": code, "title_short": code, "title_long": code,
                "years": {str(year): self._columns(code, year) for year in (2008, *self.years, max(self.years) + 1)},
                "attributes": [
                    {"code": name, "title_short": title, "unit": unit, "meta": ""}
                    for name, (title, unit) in titles.items()
                ],
            }
            for code, titles in TITLES.items()
        ]  # fmt: skip
        return [{"title": "Gebiet und Fläche", "children": []}, {"title": "Bevölkerung", "children": children}]

    def _columns(self, code: str, year: int) -> list[dict[str, Any]]:
        if year not in self.years:
            return []
        counts = [len(self.keys(1)), 38, len(self.keys(3)), len(self.keys(5))]
        return [{"geom_levels": counts} for _ in TITLES[code]]


def _bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _code(table: str) -> str:
    return table.upper().replace("_", "-")


def _feature(code: str, key: str, level: int, year: int, name: str) -> dict[str, Any]:
    place = {"id": crc32(key.encode()) % 999_983, "typ": level, "ags": key, "jahr": year, "gen": name}
    joined = {"jahr2": year, "ags2": key, "gen2": f"      {name}"}
    values = figures_of(code, key, year)
    changes = {f"{column}v": MARK for column in values}
    return {"attributes": place | joined | values | changes}


def _whole(code: str, year: int) -> dict[str, Any]:
    return {"attributes": {"jahr2": year, "ags2": "DG", "gen2": "Deutschland"} | figures_of(code, "DG", year)}


def _answer(code: str, features: list[dict[str, Any]]) -> bytes:
    columns = [{"name": name.lower(), "type": "esriFieldTypeDouble"} for name in TITLES[code]]
    return _bytes({"objectIdFieldName": "id", "fields": columns, "features": features})


# --- what can go wrong -----------------------------------------------------------------------------------------------

Attributes = dict[str, Any]


def _each(change: Callable[[Attributes], Attributes]) -> Mutation:
    """Change the attributes of every place of every answer."""

    def mutate(body: bytes) -> bytes:
        content = json.loads(body)
        features = [{"attributes": change(one["attributes"])} for one in content["features"]]
        return _bytes(content | {"features": features})

    return mutate


def _more(extra: Callable[[list[Any]], list[Any]]) -> Mutation:
    def mutate(body: bytes) -> bytes:
        content = json.loads(body)
        return _bytes(content | {"features": extra(content["features"])})

    return mutate


def _is_gemeinde(features: list[Any]) -> bool:
    return bool(features) and features[0]["attributes"].get("typ") == 5


def _in_herford(key: str) -> Callable[[list[Any]], list[Any]]:
    """Add a place to the answers by Gemeinde; without figures where the key ends with 888."""

    def extra(features: list[Any]) -> list[Any]:
        if not _is_gemeinde(features):
            return features
        model = features[0]["attributes"]
        values = {name: MARK for name in model if name.startswith("ai")} if key.endswith("888") else {}
        return [*features, {"attributes": model | values | {"ags": key, "ags2": key}}]

    return extra


def _too_long(body: bytes) -> bytes:
    """Cut an answer that holds places of several Länder, as the server does at its limit."""
    content = json.loads(body)
    features = content["features"]
    laender = {one["attributes"]["ags2"][:2] for one in features}
    if len(laender) < 2 or features[0]["attributes"].get("typ") not in (3, 5):
        return body
    return _bytes(content | {"features": features[: len(features) // 2], "exceededTransferLimit": True})


FLAGS = dict(enumerate((MARK, 5555555555, 6666666666, 7777777777, 8888888888)))


def _flags(place: Attributes) -> Attributes:
    """Each sign once, in five Gemeinden, in a column that cannot be zero."""
    numbers = {"05758004": 0, "05758008": 1, "05758012": 2, "05758016": 3, "05758020": 4}
    column = next(name for name in ("ai0201", "ai0203", "ai0218") if name in place)
    number = numbers.get(place["ags2"])
    return place if number is None else place | {column: FLAGS[number]}


def _births(change: Callable[[float], float]) -> Callable[[Attributes], Attributes]:
    return lambda place: place | {n: change(v) for n, v in place.items() if n in ("ai0209", "ai0203", "ai0218")}


def _title(old: str, new: str) -> Mutation:
    return lambda body: body.replace(old.encode(), new.encode())


BY_10000 = _title("Lebendgeborene je 1.000 EW", "Lebendgeborene je 10.000 EW")  # the figures stay per 1,000
BY_HUNDRED = _title("Lebendgeborene je 1.000 EW", "Lebendgeborene je 100 Frauen")
CATALOGUE_FAULTS: tuple[Mutation, ...] = (BY_10000, BY_HUNDRED)


def _times(place: Attributes) -> Attributes:
    return {n: v * 1000 if n.startswith("ai") and not n.endswith("v") else v for n, v in place.items()}


Regionalatlas.mutations = {
    "error_in_200": lambda body: _bytes({"error": {"code": 400, "message": "Invalid or missing input parameters."}}),
    "too_big": _too_long,
    "moved": lambda body: b"<!DOCTYPE html><html><body>Der Regionalatlas ist umgezogen.</body></html>",
    "empty": _more(lambda features: []),
    "flags": _each(_flags),
    "renamed_column": _each(lambda place: {n.replace("ai0209", "ai0299"): v for n, v in place.items()}),
    "added_column": _each(lambda place: place | {"ai0299": 1.0}),
    "dropped_column": _each(lambda place: {n: v for n, v in place.items() if n != "ai0209"}),
    "reordered_columns": _each(lambda place: dict(reversed(place.items()))),
    "duplicate_identical": _more(lambda features: [*features, *features[:3]]),
    "duplicate_contradicting": _more(
        lambda features: [*features, {"attributes": _births(lambda v: v + 1)(features[0]["attributes"])}]
        if features else features
    ),
    "negative": _each(_births(lambda value: -value)),
    "thousandfold": _each(_times),
    "unit_changed": BY_10000,
    "unknown_place": _more(_in_herford("05758999")),
    "dissolved_place": _more(_in_herford("05758888")),
    "lost_date": _more(lambda features: [one for one in features if one["attributes"]["jahr2"] != 2024]),
    "lost_places": _more(lambda features: features[::2] if _is_gemeinde(features) else features),
    "encoding_latin1": lambda body: body.decode().encode("latin-1"),
    "encoding_utf8_bom": lambda body: b"\xef\xbb\xbf" + body,
    "mojibake": lambda body: body.decode().encode().decode("latin-1").encode(),
    "leading_zero_lost": _each(lambda place: place | {"ags": place["ags2"].lstrip("0"), "ags2": place["ags2"].lstrip("0")}),
}  # fmt: skip
Regionalatlas.impossible = {
    "asynchronous": "antwortet sofort",
    "async_never_ready": "antwortet sofort",
    "decimal_point_for_comma": "Zahlen kommen als JSON-Zahlen",
}
