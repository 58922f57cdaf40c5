"""Eurostat's Statistics API: JSON-stat in its real layout, from invented figures that add up."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tests.sources.simulator import HTML, Asked, Fault, Mutation, Reply, Simulator, status
from zwk_data.sources import eurostat_api
from zwk_data.sources.eurostat import LAND_OF_NUTS1
from zwk_data.sources.provider import Scope

TODAY = date(2026, 11, 1)
YEARS = ("2024", "2025")
CLOSED = ("Y_LT5", *(f"Y{a}-{a + 4}" for a in range(5, 90, 5)))
LEAVES = (*CLOSED, "Y_GE90")
BROAD = ("TOTAL", "Y_LT15", "Y15-64", "Y_GE65", "UNK")
MOTHERS = (*(f"Y{a}-{a + 4}" for a in range(10, 50, 5)), "Y_GE50")
PROJECTED = (*CLOSED, "Y90-94", "Y95-99", "Y_GE100")
AHEAD = ("2025", "2030", "2035")
AGES = ("TOTAL", *CLOSED, "Y_GE85", "Y_GE90", "UNK")
SEXES = ("T", "M", "F")
# 25 invented codes and keys per Land, none of them a code that changed with NUTS 2024 or a key that was dissolved.
AGS_OF = {
    f"{nuts1}{i:02d}": f"{land}{i + 100}" for nuts1, land in LAND_OF_NUTS1.items() for i in range(51, 76)
}  # fmt: skip
Cells = dict[tuple[str, ...], float]
Edit = Callable[[Cells], None]
Leaf = Callable[[str, str, str, str], int]  # Kreis, sex M or F, leaf of the ages, year -> persons


# --- invented figures: sums over sexes, ages and regions hold --------------------------------------------------------


def _people(geo: str, sex: str, age: str, year: str) -> int:
    return 100 + int(geo[3:]) + LEAVES.index(age) + (3 if sex == "F" else 0) + int(year[3])


def _dead(geo: str, sex: str, age: str, year: str) -> int:
    return {"Y85-89": 12, "Y_GE90": 10 + int(year[3])}.get(age, 1)


def _born(geo: str, sex: str, age: str, year: str) -> int:
    return (0, 2, 8, 15 + int(year[3]), 18, 9, 3, 1, 0)[MOTHERS.index(age)] if sex == "F" else 0


def _expected(geo: str, sex: str, age: str, year: str) -> int:
    return 100 + int(geo[3:]) + PROJECTED.index(age) - (int(year) - 2025) // 5


COUNTED: dict[str, Leaf] = {"population": _people, "deaths": _dead, "births": _born, "projection": _expected}
PARTS = {
    "population": {
        "TOTAL": LEAVES, "Y_GE85": LEAVES[-2:], "Y_LT15": LEAVES[:3], "Y15-64": LEAVES[3:13], "Y_GE65": LEAVES[13:],
    },
    "deaths": {"TOTAL": LEAVES, "Y_GE85": LEAVES[-2:]},
    "births": {"TOTAL": MOTHERS, "Y_LT20": MOTHERS[:2]},
    "projection": {"TOTAL": PROJECTED, "Y_GE85": PROJECTED[-4:], "Y15-64": PROJECTED[3:13], "Y_GE65": PROJECTED[13:]},
}  # fmt: skip


@cache
def count(kind: str, geo: str, sex: str, age: str, year: str) -> int:
    """Persons or events of an invented region."""
    if age == "UNK":
        return 0
    if len(geo) < 5:
        return sum(count(kind, g, sex, age, year) for g in AGS_OF if g.startswith(geo))
    if sex == "T":
        return count(kind, geo, "M", age, year) + count(kind, geo, "F", age, year)
    if age in PARTS[kind]:
        return sum(count(kind, geo, sex, a, year) for a in PARTS[kind][age])
    return COUNTED[kind](geo, sex, age, year)


def figure(geo: str, sex: str, age: str, year: str) -> int:
    """Persons on 1 January."""
    return count("population", geo, sex, age, year)


@dataclass(frozen=True)
class Served:
    """One table: dimensions in Eurostat's order, and the value of a cell (None: not in the answer)."""

    dims: Mapping[str, tuple[str, ...]]
    value: Callable[[Mapping[str, str]], float | None]
    nuts3_only: bool = False


def _counted(kind: str) -> Callable[[Mapping[str, str]], float | None]:
    return lambda cell: count(kind, cell["geo"], cell.get("sex", "T"), cell.get("age", "TOTAL"), cell["time"])


def _balance(cell: Mapping[str, str]) -> float | None:
    """Counts of the balance; of the newest year there is 1 January only."""
    geo, year = cell["geo"], cell["time"]
    newest = year == YEARS[-1]
    if cell["indic_de"] == "JAN":
        return figure(geo, "T", "TOTAL", year)
    if newest:
        return None
    births, deaths = (count(kind, geo, "T", "TOTAL", year) for kind in ("births", "deaths"))
    change = figure(geo, "T", "TOTAL", str(int(year) + 1)) - figure(geo, "T", "TOTAL", year)
    return {"LBIRTH": births, "DEATH": deaths, "CNMIGRAT": change - births + deaths}[cell["indic_de"]]


PUBLISHED: dict[tuple[str, str], float] = {
    ("MEDAGEPOP", "YR"): 46.1, ("MMEDAGEPOP", "YR"): 44.9, ("FMEDAGEPOP", "YR"): 47.3, ("PC_Y0_14", "PC"): 14.1,
    ("PC_Y65_MAX", "PC"): 22.4, ("TOTFERRT", "NR"): 1.46, ("AGEMOTH", "YR"): 31.2,
}  # fmt: skip


def _published(cell: Mapping[str, str]) -> float | None:
    """Published figures come in one unit each; every other pair of figure and unit is empty."""
    return PUBLISHED.get((cell["indic_de"], cell["unit"]))


def _area(cell: Mapping[str, str]) -> float:
    geo = cell["geo"]
    return sum(50.0 + int(g[3:]) for g in AGS_OF if g.startswith(geo))


def _density(cell: Mapping[str, str]) -> float:
    return round(figure(cell["geo"], "T", "TOTAL", cell["time"]) / _area(cell), 1)


GEO: tuple[str, ...] = ()  # what was asked for stands there
YEARLY, NUMBER = {"geo": GEO, "time": YEARS}, {"unit": ("NR",)}
A, SEX = {"freq": ("A",)}, {"sex": SEXES}
SERVED: dict[str, Served] = {
    "demo_r_pjangrp3": Served({**A, **SEX, **NUMBER, "age": AGES, **YEARLY}, _counted("population")),
    "demo_r_pjanaggr3": Served({**A, **NUMBER, **SEX, "age": BROAD, **YEARLY}, _counted("population")),
    "demo_r_magec3": Served({**A, **SEX, **NUMBER, "age": AGES, **YEARLY}, _counted("deaths")),
    "demo_r_fagec3": Served({**A, "age": ("TOTAL", *MOTHERS, "Y_LT20", "UNK"), **NUMBER, **YEARLY}, _counted("births")),
    "demo_r_births": Served({**A, **NUMBER, **YEARLY}, _counted("births")),
    "demo_r_deaths": Served({**A, **NUMBER, **YEARLY}, _counted("deaths")),
    "demo_r_gind3": Served({**A, "indic_de": ("JAN", "LBIRTH", "DEATH", "CNMIGRAT", "GBIRTHRT"), **YEARLY}, _balance),
    "demo_r_pjanind3": Served(
        {**A, "indic_de": ("MEDAGEPOP", "MMEDAGEPOP", "FMEDAGEPOP", "PC_Y0_14", "PC_Y65_MAX"), "unit": ("PC", "YR"),
         **YEARLY}, _published,
    ),
    "demo_r_find3": Served({**A, "indic_de": ("TOTFERRT", "AGEMOTH"), "unit": ("NR", "YR"), **YEARLY}, _published),
    "demo_r_d3dens": Served({**A, "unit": ("PER_KM2",), **YEARLY}, _density),
    "reg_area3": Served({**A, "landuse": ("TOTAL", "L0008"), "unit": ("KM2",), **YEARLY}, _area),
    "proj_25rp5": Served(
        {**A, "projection": ("BSL",), **SEX, "age": ("TOTAL", *PROJECTED, "Y15-64", "Y_GE65", "Y_GE85"),
         "unit": ("PER",), "geo": GEO, "time": AHEAD}, _counted("projection"), nuts3_only=True,
    ),
}  # fmt: skip


# --- the server ------------------------------------------------------------------------------------------------------


# --- what Eurostat itself can answer instead -------------------------------------------------------------------------


def refusal(label: str, code: int = 200) -> bytes:
    """An error of Eurostat's own."""
    return json.dumps({"error": [{"status": code, "id": 150, "label": label}]}).encode()


NOTICE = json.dumps({"warning": {
    "status": 413,
    "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously. Please try again later.",
}}).encode()  # fmt: skip


def asynchronous(code: int = 200) -> Fault:
    """Eurostat's notice that the answer is being prepared; it comes with 200 or with 413."""
    return status(code, NOTICE, "application/json")


def error(label: str, code: int = 200) -> Fault:
    """An error with any status."""
    return status(code, refusal(label, code), "application/json")


def without_values(good: bytes) -> bytes:
    """A well-formed answer without a single value."""
    return json.dumps({**json.loads(good), "value": {}}).encode()


Document = dict[str, Any]


def edited(edit: Callable[[Document], object]) -> Mutation:
    """A mutation of the document; the answers without figures stay as they are."""

    def mutation(good: bytes) -> bytes:
        document = json.loads(good)
        if "value" not in document:
            return good
        edit(document)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    return mutation


def by_words(edit: Callable[[Cells], object], turn: Callable[[list[str]], list[str]] = list) -> Mutation:
    """A mutation of the cells, by their words in the order of ``id``; ``turn`` puts the dimensions in another order."""

    def change(document: Document) -> None:
        names = document["id"]
        words = [list(document["dimension"][name]["category"]["index"]) for name in names]
        every = list(itertools.product(*words))
        cells = {every[int(n)]: value for n, value in document["value"].items()}
        flags = {every[int(n)]: flag for n, flag in document.get("status", {}).items()}
        edit(cells)
        turned = turn(names)
        places = [names.index(name) for name in turned]
        number = {tuple(every[i][p] for p in places): every[i] for i in range(len(every))}
        order = list(itertools.product(*(words[p] for p in places)))
        document["id"], document["size"] = turned, [len(words[p]) for p in places]
        document["value"] = {str(n): cells[number[key]] for n, key in enumerate(order) if number[key] in cells}
        document["status"] = {str(n): flags[number[key]] for n, key in enumerate(order) if number[key] in flags}

    return edited(change)


def _delete(cells: Cells, gone: Callable[[tuple[str, ...]], bool]) -> None:
    for words in [words for words in cells if gone(words)]:
        del cells[words]


def _marked(document: Document) -> None:
    """Take values away in single cells of one Kreis and set every mark Eurostat has for that; sums stay whole."""
    names = document["id"]
    index = {name: document["dimension"][name]["category"]["index"] for name in names}
    if MARKED not in index["geo"]:
        return
    marks = ("c", "e|N", "z", "", "p", "ep", "b", "u")
    spots = [{"geo": MARKED, "age": age, "time": YEARS[0]} for age in CLOSED[:8]] if "age" in index else []
    spots = spots or [{"geo": MARKED, "time": year} for year in YEARS]
    sizes = document["size"]
    status = document.setdefault("status", {})
    for mark, spot in zip(marks, spots, strict=False):
        at = [index[name].get(spot.get(name, ""), 0) for name in names]
        number = str(sum(p * _stride(sizes, i) for i, p in enumerate(at)))
        if mark:
            status[number] = mark
        if mark in ("c", "e|N", "z", "") and "age" in index:
            document["value"].pop(number, None)


def _stride(sizes: Sequence[int], position: int) -> int:
    stride = 1
    for size in sizes[position + 1 :]:
        stride *= size
    return stride


def _renamed(document: Document) -> None:
    document["id"][document["id"].index("geo")] = "region"
    document["dimension"]["region"] = document["dimension"].pop("geo")


def _added(document: Document) -> None:
    document["id"].insert(0, "conf")
    document["size"].insert(0, 1)
    document["dimension"]["conf"] = {"category": {"index": {"F": 0}}}


def _dropped(document: Document) -> None:
    """Without the dimension of time the numbers of the cells point to other cells."""
    place = document["id"].index("time")
    for part in (document["id"], document["size"]):
        part.pop(place)
    del document["dimension"]["time"]


def _with_place(document: Document, code: str, *, valued: bool) -> None:
    """Add a region at the end, with the values of the first one or without any."""
    place = document["id"].index("geo")
    sizes = document["size"]
    inner, old = _stride(sizes, place), sizes[place]

    def moved(numbered: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for text, value in numbered.items():
            outer, rest = divmod(int(text), old * inner)
            found[str(outer * (old + 1) * inner + rest)] = value
            if valued and rest // inner == 0:
                found[str(outer * (old + 1) * inner + old * inner + rest)] = value
        return found

    document["value"], document["status"] = moved(document["value"]), moved(document.get("status", {}))
    sizes[place] += 1
    document["dimension"]["geo"]["category"]["index"][code] = old


def _other_codes(document: Document) -> None:
    """A Kreis under a code that nobody knows: it was reformed and the register has not learnt it."""
    index = document["dimension"]["geo"]["category"]["index"]
    document["dimension"]["geo"]["category"]["index"] = {"DEX99" if w == MARKED else w: i for w, i in index.items()}


def _scaled(factor: float) -> Mutation:
    return edited(lambda d: d.update(value={n: v * factor for n, v in d["value"].items()}))


def _unit(document: Document) -> None:
    if "unit" in document["dimension"]:
        index = document["dimension"]["unit"]["category"]["index"]
        document["dimension"]["unit"]["category"]["index"] = {"THS": index.popitem()[1]}
    document["value"] = {n: v / 1000 for n, v in document["value"].items()}


def _doubled(other: float) -> Mutation:
    """Say the first cell again, with the same value or another one."""

    def mutation(good: bytes) -> bytes:
        values = json.loads(good).get("value")
        if not values:
            return good
        number, value = next(iter(values.items()))
        return good.replace(b'"value":{', f'"value":{{"{number}":{value + other},'.encode(), 1)

    return mutation


class _Prepared:
    """Every other answer is the notice that it is being prepared; the next one is the data."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, good: bytes) -> bytes:
        self.asked += 1
        return NOTICE if self.asked % 2 else good


def _too_big(good: bytes) -> bytes:
    """Refuse what asks for more than 30 regions."""
    geos = json.loads(good).get("dimension", {}).get("geo", {}).get("category", {}).get("index", {})
    return refusal("EXTRACTION_TOO_BIG: The requested extraction is too big", 413) if len(geos) > 30 else good


MARKED = "DEA51"


class Eurostat(Simulator):
    """``edit`` changes the figures of every answer; ``flags`` are flags by "geo/sex/age/year"."""

    provider = eurostat_api
    environment = "ZWK_EUROSTAT_URL"
    datasets = tuple(f"eurostat_{code}" for code in SERVED)

    mutations = {
        "error_in_200": lambda good: refusal("ERR_INTERNAL"),
        "asynchronous": _Prepared(),
        "async_never_ready": lambda good: NOTICE,
        "too_big": _too_big,
        "moved": lambda good: HTML,
        "empty": edited(lambda d: d.update(value={})),
        "flags": edited(_marked),
        "renamed_column": edited(_renamed),
        "added_column": edited(_added),
        "dropped_column": edited(_dropped),
        "reordered_columns": by_words(lambda cells: None, lambda names: names[::-1]),
        "duplicate_identical": _doubled(0),
        "duplicate_contradicting": _doubled(1),
        "negative": _scaled(-1),
        "thousandfold": _scaled(1000),
        "unit_changed": edited(_unit),
        "unknown_place": edited(_other_codes),
        "dissolved_place": edited(lambda d: _with_place(d, "DEA99", valued=False)),
        "lost_date": by_words(lambda cells: _delete(cells, lambda words: YEARS[-1] in words)),
        "lost_places": by_words(lambda cells: _delete(cells, lambda words: any(w.startswith("DEA") for w in words))),
        "encoding_latin1": lambda good: good.decode().encode("latin-1"),
        "encoding_utf8_bom": lambda good: b"\xef\xbb\xbf" + good,
        "mojibake": lambda good: good.decode("latin-1").encode(),
        "decimal_point_for_comma": edited(
            lambda d: d.update(value={n: f"{v:.1f}".replace(".", ",") for n, v in d["value"].items()})
        ),
    }  # fmt: skip
    impossible = {
        "leading_zero_lost": "Eurostat nennt Orte mit Buchstaben (NUTS), nie mit einer führenden Null.",
        "zip_bomb": "Eurostat antwortet mit JSON, nie mit einem Zip.",
        "zip_slip": "Eurostat antwortet mit JSON, nie mit einem Zip.",
        "nested_zip": "Eurostat antwortet mit JSON, nie mit einem Zip.",
    }

    def __init__(self) -> None:
        super().__init__()
        self.edit: Edit = lambda cells: None
        self.flags: dict[str, str] = {}
        self.limit = 5_000_000  # cells; Eurostat refuses more

    def scope(self) -> Scope:
        """Germany, the Länder and 400 invented Kreise with their people."""
        level_of = {"DG": "germany", **dict.fromkeys(LAND_OF_NUTS1.values(), "land")}
        level_of |= dict.fromkeys(AGS_OF.values(), "kreis")
        people = {ags: float(figure(nuts, "T", "TOTAL", YEARS[-1])) for nuts, ags in AGS_OF.items()}
        return Scope(AGS_OF, level_of, frozenset(level_of), people, today=TODAY)

    def reply(self, asked: Asked) -> Reply:
        """Answer a question to the Statistics API."""
        code = asked.path.rpartition("/")[2]
        if code not in SERVED or not asked.path.endswith(f"/statistics/1.0/data/{code}"):
            return Reply(refusal("ERR_NOT_FOUND_4", 404), status=404, data=False)
        return Reply(self.document(SERVED[code], asked.query))

    def document(self, table: Served, query: Mapping[str, Sequence[str]]) -> bytes:
        """JSON-stat for what was asked; without values where no region is known, a refusal where it is too much."""
        dims = {name: self._words(table, name, words, query) for name, words in table.dims.items()}
        every = list(itertools.product(*dims.values()))
        if len(every) > self.limit:
            return refusal(f"EXTRACTION_TOO_BIG: The requested extraction is too big, estimated {len(every)} rows", 413)
        named = [name for name in dims if name not in ("freq", "geo", "time") and len(table.dims[name]) > 1]
        number, cells = {}, {}
        for position, words in enumerate(every):
            cell = dict(zip(dims, words, strict=True))
            key = (cell["geo"], *(cell[name] for name in named), cell["time"])
            number[key] = str(position)
            if (value := table.value(cell)) is not None:
                cells[key] = value
        self.edit(cells)
        flags = {number[key]: flag for text, flag in self.flags.items() if (key := tuple(text.split("/"))) in number}
        return json_stat(dims, {number[key]: value for key, value in cells.items()}, flags)

    @staticmethod
    def _words(table: Served, name: str, words: tuple[str, ...], query: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        if name == "geo":
            known = {*AGS_OF} if table.nuts3_only else {*AGS_OF, *LAND_OF_NUTS1, "DE"}
            return tuple(geo for geo in query["geo"] if geo in known)
        if name == "time":
            first, last = (
                query.get(key, [usual])[0] for key, usual in (("sinceTimePeriod", "0"), ("untilTimePeriod", "9"))
            )
            return tuple(year for year in words if first <= year <= last)
        return tuple(word for word in words if word in query.get(name, words))


def json_stat(dims: Mapping[str, Sequence[str]], value: Mapping[str, float], flags: Mapping[str, str]) -> bytes:
    """The document as Eurostat writes it: no blanks, cells as an object with numbers as text."""
    document = {
        "version": "2.0", "class": "dataset", "label": "Bevölkerung am 1. Januar", "source": "ESTAT",
        "updated": "2026-07-21T23:00:00+0200", "value": value, "status": flags, "id": list(dims),
        "size": [len(words) for words in dims.values()],
        "dimension": {
            name: {"label": name, "category": {"index": {w: i for i, w in enumerate(words)}}}
            for name, words in dims.items()
        },
        "extension": {"lang": "EN", "positions-with-no-data": {name: [] for name in dims}},
    }  # fmt: skip
    if not flags:
        del document["status"]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
