"""A server that answers like Wegweiser Kommune: lists, addresses of regions and indicators, tables of figures.

Names, kinds of regions and the forms of keys are as the interface documents them; the addresses of some indicators and
all figures are synthetic and add up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from urllib.parse import unquote

from tests.sources.simulator import HTML, Asked, Reply, Simulator
from zwk_data.sources import wegweiser
from zwk_data.sources.provider import Scope

VERSION = "2026-03-02"
# address: kind, ars, name. The made-up keys (gkz) of Kreise and Länder must not be used.
REGIONS = {
    "deutschland": ("BUND", "000000000000", "Deutschland"),
    "nordrhein-westfalen": ("BUNDESLAND", "050000000000", "Nordrhein-Westfalen"),
    "berlin": ("KREISFREIE_STADT", "110000000000", "Berlin"),
    "bielefeld": ("KREISFREIE_STADT", "057110000000", "Bielefeld"),
    "herford-lk": ("LANDKREIS", "057580000000", "Herford, Landkreis"),
    "herford-hf": ("GEMEINDE", "057580012012", "Herford (HF)"),
    "buende-hf": ("GEMEINDE", "057580004004", "Bünde (HF)"),
    "musterland": ("GEMEINDE", "057585001000", "Musterland (Verbandsgemeinde)"),
}
SMALL = {"kleinstdorf": ("KLEINE_GEMEINDE", "057580099099", "Kleinstdorf")}
AGES = {"unter 3-Jährige": 2.6, "3- bis 5-Jährige": 2.9, "6- bis 9-Jährige": 3.7, "10- bis 15-Jährige": 5.6,
        "16- bis 18-Jährige": 2.7, "19- bis 24-Jährige": 6.5, "25- bis 44-Jährige": 25.5, "45- bis 64-Jährige": 28.0,
        "65- bis 79-Jährige": 15.0, "ab 80-Jährige": 7.5}  # fmt: skip
RECORDED, AHEAD = [2021, 2022, 2023], [2020, 2025, 2030, 2035, 2040]


def _entry(slug: str, name: str, unit: str, kind: str, years: list[int]) -> dict[str, Any]:
    return {"id": len(slug), "friendlyUrl": slug, "name": name, "title": name, "unit": unit, "type": kind,
            "years": years, "decimalPlaces": 1, "minimumRegionType": "GEMEINDE", "maximumRegionType": "BUND",
            "topics": []}  # fmt: skip


SINGLE = [
    _entry("bevoelkerung", "Bevölkerung", "Anzahl", "COMMUNAL_DATA", RECORDED),
    _entry("geburten", "Geburten", "je 1.000 Einwohner:innen", "COMMUNAL_DATA", RECORDED),
    _entry("sterbefaelle", "Sterbefälle", "je 1.000 Einwohner:innen", "COMMUNAL_DATA", RECORDED),
    _entry("wanderungssaldo", "Wanderungssaldo", "je 1.000 Einwohner:innen", "COMMUNAL_DATA", RECORDED),
    _entry("medianalter", "Medianalter", "Jahre", "COMMUNAL_DATA", RECORDED),
    _entry("durchschnittsalter", "Durchschnittsalter", "Jahre", "COMMUNAL_DATA", RECORDED),
    _entry("beschaeftigung", "Beschäftigung", "%", "COMMUNAL_DATA", RECORDED),
]
GROUPS = [_entry(f"anteil-{i}", f"Anteil {name}", "%", "COMMUNAL_DATA", RECORDED) for i, name in enumerate(AGES)]
WIDER = [_entry("anteil-unter-18", "Anteil unter 18-Jährige", "%", "COMMUNAL_DATA", RECORDED)]
TOTAL = [_entry("bevoelkerung-1", "Bevölkerung", "Anzahl", "POPULATION_FORECAST", AHEAD)]
PERSONS = [
    _entry(f"prognose-{i}", f"Bevölkerung {name}", "Anzahl", "AGE_STRUCTURE_FORECAST", AHEAD)
    for i, name in enumerate(AGES)
]
SHARES = [_entry(f"prognose-anteil-{i}", name, "%", "AGE_STRUCTURE_FORECAST", AHEAD) for i, name in enumerate(AGES)]
INDICATORS = [*SINGLE, *GROUPS, *WIDER, *TOTAL, *PERSONS, *SHARES]
FIXED = {"geburten": 8.1, "sterbefaelle": 12.9, "wanderungssaldo": 6.4, "medianalter": 46.2,
         "durchschnittsalter": 44.9, "beschaeftigung": 61.0, "anteil-unter-18": 16.6}  # fmt: skip


def _topic(slug: str, indicators: Sequence[dict[str, Any]], inner: Sequence[Any] = ()) -> dict[str, Any]:
    return {"friendlyUrl": slug, "name": slug, "title": slug, "type": "COMMUNAL_DATA", "indicators": [*indicators],
            "topics": [*inner]}  # fmt: skip


TOPICS = [
    _topic("demografische-entwicklung", SINGLE),
    _topic("anteile-der-altersgruppen", [], [_topic("inneres-thema", [*GROUPS, *WIDER])]),
    _topic("demografische-prognose", TOTAL),
    _topic("bevoelkerung-nach-altersgruppen-2", PERSONS),
    _topic("anteile-der-altersgruppen-1", SHARES),
]


def inhabitants(region: str, year: int) -> int:
    """Inhabitants of an invented place, a multiple of ten: twenty thousand and a bit."""
    return 20_000 + 10 * (len(region) * 7 + year - 2020)


def value(slug: str, region: str, year: int) -> float:
    """A figure; persons by age are the shares of the total, so that they add up."""
    if slug.startswith("bevoelkerung"):
        return inhabitants(region, year)
    if slug in FIXED:
        return FIXED[slug]
    share = [*AGES.values()][int(slug.rpartition("-")[2])]
    return (
        round(share * inhabitants(region, year) / 100, 3)
        if slug.startswith("prognose-") and "anteil" not in slug
        else share
    )


def region(slug: str) -> dict[str, Any]:
    """A region as the lists and the answers describe it; the key is called ``ags`` since the newer versions."""
    kind, ars, name = (REGIONS | SMALL)[slug]
    return {"id": len(slug), "friendlyUrl": slug, "name": name, "title": name, "type": kind, "ars": ars,
            "ags": f"9{ars[:7]}", "parent": "", "parentId": 1, "demographicType": 0}  # fmt: skip


def document(names: Sequence[str]) -> dict[str, Any] | None:
    """The answer to an address; None where a name is unknown."""
    known = {one["friendlyUrl"]: one for one in INDICATORS}
    chosen = [known[name] for name in names if name in known]
    places = [name for name in names if name in REGIONS]
    if not chosen or len(chosen) + len(places) != len(names) - 2 or len({one["type"] for one in chosen}) != 1:
        return None
    first, last = map(int, names[-2].split("-"))
    years = [year for year in chosen[0]["years"] if first <= year <= last]
    return {
        "years": years, "indicatorsAndTopics": [{"friendlyUrl": one["friendlyUrl"]} for one in chosen],
        "data": {
            "type": chosen[0]["type"], "source": "synthetisch", "remark": None,
            "regions": [region(slug) for slug in places],
            "indicators": [
                {"id": 1, "friendlyUrl": one["friendlyUrl"], "name": one["name"], "unit": one["unit"], "remark": None,
                 "regionYearValues": [[value(one["friendlyUrl"], slug, year) for year in years] for slug in places]}
                for one in chosen
            ],
        },
    }  # fmt: skip


Document = dict[str, Any]


def _changed(change: Callable[[Document], object]) -> Callable[[bytes], bytes]:
    def mutation(good: bytes) -> bytes:
        content = json.loads(good)
        change(content)
        return json.dumps(content, ensure_ascii=False).encode()

    return mutation


def _cells(change: Callable[[str, float], Any]) -> Callable[[bytes], bytes]:
    def every(content: Document) -> None:
        for one in content["data"]["indicators"]:
            one["regionYearValues"] = [
                [change(one["friendlyUrl"], cell) for cell in line] for line in one["regionYearValues"]
            ]

    return _changed(every)


def _repeat(other: Callable[[float], float]) -> Callable[[Document], None]:
    def change(content: Document) -> None:
        data = content["data"]
        data["regions"].append(data["regions"][0])
        for one in data["indicators"]:
            one["regionYearValues"].append([other(cell) for cell in one["regionYearValues"][0]])

    return change


def _rename_key(content: Document) -> None:
    for one in content["data"]["indicators"]:
        one["values"] = one.pop("regionYearValues")


def _reverse(content: Document) -> None:
    data = content["data"]
    data["indicators"].reverse()
    data["regions"].reverse()
    for one in data["indicators"]:
        one["regionYearValues"].reverse()


def _foreign(ars: str, cell: float | None) -> Callable[[Document], None]:
    """Another key in place of that of Bünde, as after a reform, with values or without."""

    def change(content: Document) -> None:
        data = content["data"]
        for one in data["regions"]:
            if one["friendlyUrl"] == "buende-hf" and cell is not None:
                one["ars"] = ars
        if cell is None and any(one["friendlyUrl"] == "buende-hf" for one in data["regions"]):
            data["regions"].append({**data["regions"][0], "ars": ars, "type": "GEMEINDE"})
            for one in data["indicators"]:
                one["regionYearValues"].append([None] * len(content["years"]))

    return change


def _lose_places(content: Document) -> None:
    """Two thirds of the regions fall out, in every answer."""
    data = content["data"]
    keep = [i for i, one in enumerate(data["regions"]) if one["friendlyUrl"] in ("deutschland", "bielefeld")]
    data["regions"] = [data["regions"][i] for i in keep]
    for one in data["indicators"]:
        one["regionYearValues"] = [one["regionYearValues"][i] for i in keep]


def _lose_year(content: Document) -> None:
    del content["years"][1]
    for one in content["data"]["indicators"]:
        for line in one["regionYearValues"]:
            del line[1]


def _units(content: Document) -> None:
    for one in content["data"]["indicators"]:
        one["unit"] = "je 10.000 Einwohner:innen" if "1.000" in one["unit"] else one["unit"]


def _strip_zero(content: Document) -> None:
    for one in content["data"]["regions"]:
        one["ars"] = one["ars"].lstrip("0")


def _flags(slug: str, cell: float) -> Any:
    return {"wanderungssaldo": None, "medianalter": "k.A.", "durchschnittsalter": "-"}.get(slug, cell)


class Wegweiser(Simulator):
    """Serves lists and tables; ``cap`` is the number of regions from which an answer is cut short."""

    provider = wegweiser  # type: ignore[assignment]
    environment = wegweiser.ENVIRONMENT
    datasets = wegweiser.datasets()
    mutations = {
        "error_in_200": lambda good: b'{"error": "Internal Server Error", "status": 500}',
        "moved": lambda good: HTML,
        "empty": _changed(lambda c: c["data"].update(regions=[], indicators=[])),
        "flags": _cells(_flags),
        "renamed_column": _changed(_rename_key),
        "added_column": _changed(lambda c: [one.update(neu=1) for one in c["data"]["regions"]]),
        "dropped_column": _changed(lambda c: [one.pop("ars") for one in c["data"]["regions"]]),
        "reordered_columns": _changed(_reverse),
        "duplicate_identical": _changed(_repeat(lambda cell: cell)),
        "duplicate_contradicting": _changed(_repeat(lambda cell: cell + 1)),
        "negative": _cells(lambda slug, cell: -cell if slug == "bevoelkerung" else cell),
        "thousandfold": _cells(lambda slug, cell: cell * 1000 if slug == "bevoelkerung" else cell),
        "unit_changed": _changed(_units),
        "unknown_place": _changed(_foreign("057580098098", 1.0)),
        "dissolved_place": _changed(_foreign("057580097097", None)),
        "lost_date": _changed(_lose_year),
        "lost_places": _changed(_lose_places),
        "encoding_latin1": lambda good: good.decode().encode("latin-1"),
        "encoding_utf8_bom": lambda good: b"\xef\xbb\xbf" + good,
        "mojibake": lambda good: good.decode().encode().decode("latin-1").encode(),
        "decimal_point_for_comma": _cells(lambda slug, cell: f"{cell:.1f}".replace(".", ",")),
        "leading_zero_lost": _changed(_strip_zero),
    }
    impossible = {
        "asynchronous": "die Schnittstelle antwortet sofort",
        "async_never_ready": "die Schnittstelle antwortet sofort",
        "too_big": "die Schnittstelle kürzt zu lange Antworten: eigener Test",
    }

    def __init__(self) -> None:
        super().__init__()
        self.cap = 1000
        self.topics: list[dict[str, Any]] = TOPICS
        self.indicators: list[dict[str, Any]] = INDICATORS

    def reply(self, asked: Asked) -> Reply:
        """Answer one address."""
        what = asked.path.removeprefix("/rest/")
        most = int(asked.one("max", "10"))
        lists = {"region/list": [region(slug) for slug in REGIONS | SMALL], "indicator/list": self.indicators,
                 "topic/list": self.topics}  # fmt: skip
        if what in lists:
            return self._sent(lists[what][:most], data=False)
        if what == "statistics/version":
            return Reply(json.dumps(VERSION).encode(), "text/plain", data=False)
        found = document([unquote(name) for name in what.removeprefix("statistics/data/").split("+")])
        if found is None:
            return Reply(b"", "text/plain", 404, data=False)
        self._cut(found["data"])
        return self._sent(found, data=True)

    def _cut(self, data: Document) -> None:
        if len(data["regions"]) > self.cap:
            data["remark"] = "Aus Platzgründen werden nicht alle Kommunen angezeigt."
            data["regions"] = data["regions"][: self.cap]
            for one in data["indicators"]:
                one["regionYearValues"] = one["regionYearValues"][: self.cap]

    def _sent(self, content: Any, *, data: bool) -> Reply:
        return Reply(json.dumps(content, ensure_ascii=False).encode(), "application/json;charset=UTF-8", data=data)

    def scope(self) -> Scope:
        """The places above with their newest number of inhabitants."""
        levels = {"DG": "germany", "05": "land", "11": "land", "11000": "kreis", "05711": "kreis", "05758": "kreis",
                  "05758012": "gemeinde", "05758004": "gemeinde"}  # fmt: skip
        return Scope({}, levels, frozenset(levels), dict.fromkeys(list(levels)[1:], 20_000.0), date(2026, 11, 1))
