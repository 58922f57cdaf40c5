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


COUNTED: dict[str, Leaf] = {"population": _people}
PARTS = {"TOTAL": LEAVES, "Y_GE85": LEAVES[-2:]}


@cache
def count(kind: str, geo: str, sex: str, age: str, year: str) -> int:
    """Persons or events of an invented region."""
    if age == "UNK":
        return 0
    if len(geo) < 5:
        return sum(count(kind, g, sex, age, year) for g in AGS_OF if g.startswith(geo))
    if sex == "T":
        return count(kind, geo, "M", age, year) + count(kind, geo, "F", age, year)
    if age in PARTS:
        return sum(count(kind, geo, sex, a, year) for a in PARTS[age])
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


GEO: tuple[str, ...] = ()  # what was asked for stands there
SERVED: dict[str, Served] = {
    "demo_r_pjangrp3": Served(
        {"freq": ("A",), "sex": SEXES, "unit": ("NR",), "age": AGES, "geo": GEO, "time": YEARS}, _counted("population")
    ),
}


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
        named = [name for name in dims if name not in ("freq", "unit", "geo", "time")]
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
            return tuple(year for year in words if year >= query.get("sinceTimePeriod", ["0"])[0])
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
