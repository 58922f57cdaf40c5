"""Eurostat's Statistics API: JSON-stat in its real layout, from invented figures that add up."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from tests.sources.simulator import Asked, Fault, Reply, Simulator, status
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
# 25 invented codes and keys per Land, none of them a code that changed with NUTS 2024.
AGS_OF = {
    f"{nuts1}{i:02d}": f"{land}{i:03d}" for nuts1, land in LAND_OF_NUTS1.items() for i in range(51, 76)
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


class Eurostat(Simulator):
    """``edit`` changes the figures of every answer; ``flags`` are flags by "geo/sex/age/year"."""

    provider = eurostat_api
    environment = "ZWK_EUROSTAT_URL"
    datasets = tuple(f"eurostat_{code}" for code in SERVED)

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
