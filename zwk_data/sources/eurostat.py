"""Eurostat: tab-separated files and JSON-stat answers become tidy observations (live loader: ``eurostat_api``).

Dates: a Eurostat stock of 1 January of year Y is the stock of 31 December of Y - 1 here; a flow of Y stands at its last
day. Ages: the files carry ``Y85-89`` and ``Y_GE90`` beside ``Y_GE85``; only the open group 85+ is kept, summed from its
two parts where Eurostat leaves it empty (status ``computed``), so that no two groups overlap.

Census basis of a stock: ``pre2011`` until 31.12.2010, ``census2011`` for 2011 to 2021. From 31.12.2022 on Eurostat
replaced the figures by revised ones without changing the code; the anchor is Germany's total of the earliest date
since then: below 84.0 million it is ``census2022`` (83.1 revised against 84.4 million before), else ``census2011``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources.errors import ParseError
from zwk_data.sources.eurostat_tsv import read_blocks
from zwk_data.sources.json_stat import parse_json_stat

REVISED_BELOW = 84.0e6  # persons; Germany's total since 31.12.2022 lies below it only on the basis of 2022
LAND_OF_NUTS1 = {
    "DE1": "08", "DE2": "09", "DE3": "11", "DE4": "12", "DE5": "04", "DE6": "02", "DE7": "06", "DE8": "13",
    "DE9": "03", "DEA": "05", "DEB": "07", "DEC": "10", "DED": "14", "DEE": "15", "DEF": "01", "DEG": "16",
}  # fmt: skip
# Codes of NUTS 2024 that took over a key from an older code (Thuringia): where both answer, the newer extent counts.
NUTS_2024_NEW = {
    "DEG0Q": "16066", "DEG0R": "16063", "DEG0S": "16054", "DEG0T": "16070", "DEG0U": "16073", "DEG0V": "16072",
}  # fmt: skip
FORMER_KREISE = {"DEG0N": "16056"}  # Eisenach, part of the Wartburgkreis since 01.07.2021
SEX_OF = {"M": "m", "F": "f", "T": "t"}
PARTS_OF_85 = ("Y85-89", "Y_GE90")


@dataclass(frozen=True)
class Measure:
    """What a table counts: a stock is moved from 1 January to the 31 December before."""

    name: str
    stock: bool


MEASURE_OF = {
    "eurostat_demo_r_pjangrp3": Measure("population", stock=True),
    "eurostat_demo_r_magec3": Measure("deaths", stock=False),
    "eurostat_demo_r_births": Measure("live_births", stock=False),
    "eurostat_demo_r_deaths": Measure("deaths", stock=False),
}


def _long(body: bytes) -> pa.Table:
    is_json = body.lstrip()[:1] == b"{"
    return parse_json_stat(body) if is_json else read_blocks(body, "DE", keep_missing=True).read_all()


def parse_parts(bodies: Iterable[bytes], dataset: str, ags_of: Mapping[str, str]) -> pa.Table:
    """Read the answers of one load (JSON-stat or TSV, recognised by their bytes) together as OBSERVATION."""
    parts = [_long(body) for body in bodies]
    if not parts:
        raise ParseError("a load without answers")
    names = parts[0].column_names
    if any(set(p.column_names) != set(names) for p in parts):
        raise ParseError("the answers of one load have different dimensions")
    return tidy(pa.concat_tables([p.select(names) for p in parts]), dataset, ags_of)


# --- from the long form to the tidy form -----------------------------------------------------------------------------

# Statuses by severity: a sum carries the worst of its parts, and is at least "computed".
SEVERITY = ("ok", "computed", "provisional", "estimated", "unreliable", "secret", "not_available", "missing")
_RANK = {status: i for i, status in enumerate(SEVERITY)}
_FIRST_WITHOUT_VALUE = _RANK["secret"]


def parse_tsv(raw: bytes | Path, dataset: str, ags_of: Mapping[str, str], *, keep_missing: bool = True) -> pa.Table:
    """Read the German rows of a Eurostat TSV as OBSERVATION, sorted by KEY; ``ags_of`` maps NUTS 3 to Kreis keys.

    ``dataset`` is one of MEASURE_OF. ``keep_missing=False`` leaves ``:`` out instead of giving null with a status.
    The counts of what was dropped stand in the schema metadata, see :func:`notes`. Raises ParseError.
    """
    long = read_blocks(raw, "DE", keep_missing=True).read_all()
    return tidy(long, dataset, ags_of, keep_missing=keep_missing)


def notes(table: pa.Table) -> dict[str, Any]:
    """What the parser counted: flags, dropped NUTS 2 rows, unmapped codes, unknown ages, duplicates."""
    return dict(json.loads((table.schema.metadata or {}).get(b"notes", b"{}")))


def tidy(long: pa.Table, dataset: str, ags_of: Mapping[str, str], *, keep_missing: bool = True) -> pa.Table:
    """Turn the long form (``geo, year, value, flag`` and where present ``sex, age, unit``) into OBSERVATION.

    Values are persons. Raises ParseError for an unknown unit, sex or age and for contradicting duplicates.
    """
    measure = MEASURE_OF[dataset]
    counted: dict[str, Any] = {"flags": _flag_counts(long)}
    rows = _Rows.of(long, ags_of, counted)
    rows = _with_open_group(rows.known_ages(counted), counted)
    rows = rows.ordered(counted)
    if not keep_missing:
        rows = rows.take(rows.status < _FIRST_WITHOUT_VALUE)
    table = _observations(rows, dataset, measure)
    return table.replace_schema_metadata({"notes": json.dumps(counted, sort_keys=True)})


@dataclass(frozen=True)
class _Rows:
    """Parallel arrays, one entry per observation; ``age`` indexes ``ages``, ``ags`` indexes ``places``."""

    ags: npt.NDArray[np.int32]
    newer: npt.NDArray[np.bool_]  # the code belongs to NUTS 2024 and replaces an older one
    sex: npt.NDArray[np.int32]
    age: npt.NDArray[np.int32]
    year: npt.NDArray[np.int32]  # as Eurostat counts
    value: npt.NDArray[np.float64]  # NaN when missing
    status: npt.NDArray[np.int32]  # index into SEVERITY
    places: tuple[str, ...]
    ages: tuple[str, ...]

    @classmethod
    def of(cls, long: pa.Table, ags_of: Mapping[str, str], counted: dict[str, Any]) -> _Rows:
        _require(long, "unit", {"NR"})
        _require(long, "freq", {"A"})
        geo, geos = _codes(long, "geo", "DE")
        sex, sexes = _codes(long, "sex", "T")
        age, ages = _codes(long, "age", "TOTAL")
        flag, flags = _codes(long, "flag", "")
        _refuse_unknown("sex", sexes, set(SEX_OF))
        mapped = [_place(g, ags_of) for g in geos]
        counted |= _dropped_places(geos, mapped, geo)
        places = tuple(sorted({m for m in mapped if m}))
        place_rank = np.array([places.index(m) if m else -1 for m in mapped], np.int32)
        sex_rank = np.array(["fmt".index(SEX_OF[s]) for s in sexes], np.int32)
        value = pc.fill_null(long["value"], np.nan).to_numpy().astype(np.float64)
        status = np.array([flag_rank(f) for f in flags], np.int32)[flag]
        status = np.where(np.isnan(value) & (status < _FIRST_WITHOUT_VALUE), _RANK["missing"], status)
        value = np.where(status < _FIRST_WITHOUT_VALUE, value, np.nan)
        newer = np.array([g in NUTS_2024_NEW for g in geos], bool)[geo]
        year = long["year"].to_numpy().astype(np.int32)
        rows = cls(place_rank[geo], newer, sex_rank[sex], age, year, value, status.astype(np.int32), places, ages)
        return rows.take(rows.ags >= 0)

    def take(self, which: npt.NDArray[Any]) -> _Rows:
        """The rows of a mask or of positions."""
        return replace(self, **{c: getattr(self, c)[which] for c in _COLUMNS})

    def known_ages(self, counted: dict[str, Any]) -> _Rows:
        """Drop the unknown ages; those that are not zero are counted, since sums over ages then miss them."""
        _refuse_unknown("age", self.ages, {"UNK", *PARTS_OF_85, *_AGE_RANGE})
        unknown = np.isin(self.age, [i for i, a in enumerate(self.ages) if a == "UNK"])
        counted["unknown_age_rows"] = int((unknown & (self.value > 0)).sum())
        counted["unknown_age_persons"] = float(np.nansum(np.where(unknown, self.value, 0)))
        return self.take(~unknown)

    def group(self) -> npt.NDArray[np.int64]:
        """One number per place, year, sex and age, in the order of KEY."""
        order = np.array([_age_order(a) for a in self.ages], np.int64)[self.age]
        return ((self.ags.astype(np.int64) * 10_000 + self.year) * 10 + self.sex) * 1_000 + order

    def ordered(self, counted: dict[str, Any]) -> _Rows:
        """Sorted by KEY, one row per key: identical copies dropped, the newer NUTS code wins, else ParseError."""
        preference = 2 * (self.status >= _FIRST_WITHOUT_VALUE) + ~self.newer
        group = self.group()
        rows = self.take(np.lexsort((preference, group)))
        key = rows.group()
        again = np.r_[False, key[1:] == key[:-1]]
        clash = again & (np.r_[False, rows.newer[1:] == rows.newer[:-1]])
        clash[1:] &= ~np.isnan(rows.value[1:]) & (rows.value[1:] != rows.value[:-1])
        if clash.any():
            place = rows.places[int(rows.ags[clash][0])]
            raise ParseError(f"contradicting duplicates, first for {place} in {int(rows.year[clash][0])}")
        counted["duplicate_rows_dropped"] = int(again.sum())
        return rows.take(~again)


_COLUMNS = ("ags", "newer", "sex", "age", "year", "value", "status")
_AGE_RANGE: dict[str, tuple[int, int | None]] = {
    "TOTAL": (0, None),
    "Y_LT5": (0, 4),
    **{f"Y{a}-{a + 4}": (a, a + 4) for a in range(5, 85, 5)},
    "Y_GE85": (85, None),
}


def _age_order(age: str) -> int:
    """Position inside a place, year and sex: five_year by age, then total (the alphabetical order of the age sets)."""
    return 999 if age == "TOTAL" else _AGE_RANGE.get(age, (990, None))[0]


def flag_rank(flag: str) -> int:
    """Severity of a raw flag such as ``ep`` or ``e|N``: only the letters count, ``b``, ``d`` and ``r`` leave it ok."""
    letters, _, secrecy = flag.partition("|")
    rules = (("c", "secret"), ("z", "not_available"), ("un", "unreliable"), ("esif", "estimated"), ("p", "provisional"))
    if secrecy:
        return _RANK["secret"]
    return next((_RANK[status] for members, status in rules if set(members) & set(letters)), _RANK["ok"])


def _place(geo: str, ags_of: Mapping[str, str]) -> str | None:
    """Canonical key of Germany, a Land (NUTS 1) or a Kreis (NUTS 3); None for NUTS 2 and for unknown codes."""
    if geo == "DE":
        return "DG"
    if len(geo) < 5:
        return LAND_OF_NUTS1.get(geo)
    return ags_of.get(geo) or NUTS_2024_NEW.get(geo) or FORMER_KREISE.get(geo)


def _dropped_places(
    geos: tuple[str, ...], mapped: list[str | None], geo: npt.NDArray[np.int32]
) -> dict[str, int | list[str]]:
    per_code = np.bincount(geo, minlength=len(geos))
    nuts2 = sum(int(n) for g, n in zip(geos, per_code, strict=True) if len(g) == 4)
    unmapped = sorted(g for g, m in zip(geos, mapped, strict=True) if m is None and len(g) != 4)
    return {"nuts2_rows_dropped": nuts2, "unmapped": unmapped}


def _codes(long: pa.Table, name: str, default: str) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Index per row and the words it points to; a dimension the table does not have is constant."""
    if name not in long.column_names:
        return np.zeros(long.num_rows, np.int32), (default,)
    column = long[name].unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    codes, words = column.indices.to_numpy().astype(np.int32), column.dictionary.to_pylist()
    used = np.flatnonzero(np.bincount(codes, minlength=len(words)))  # a filter leaves unused words behind
    position = np.zeros(len(words), np.int32)
    position[used] = np.arange(used.size)
    return position[codes], tuple(words[i] for i in used)


def _require(long: pa.Table, name: str, allowed: set[str]) -> None:
    if name in long.column_names:
        _refuse_unknown(name, _codes(long, name, "")[1], allowed)


def _refuse_unknown(name: str, words: tuple[str, ...], known: set[str]) -> None:
    if unknown := sorted(set(words) - known):
        raise ParseError(f"unknown {name}: {', '.join(unknown[:5])}")


def _flag_counts(long: pa.Table) -> dict[str, int]:
    codes, words = _codes(long, "flag", "")
    counts = np.bincount(codes, minlength=len(words))
    return {w: int(n) for w, n in sorted(zip(words, counts, strict=True)) if w and n}


def _with_open_group(rows: _Rows, counted: dict[str, Any]) -> _Rows:
    """Replace ``Y85-89`` and ``Y_GE90`` by ``Y_GE85`` wherever Eurostat leaves the latter empty or out."""
    names = ("Y_GE85", *PARTS_OF_85)
    if not set(PARTS_OF_85) & set(rows.ages):
        return rows
    ages = rows.ages if "Y_GE85" in rows.ages else (*rows.ages, "Y_GE85")
    upper = np.isin(rows.age, [ages.index(n) for n in names if n in ages])
    old, kept = rows.take(upper), rows.take(~upper)
    place = (old.ags * 10_000 + old.year) * 10 + old.sex + np.int64(10**10) * old.newer
    unique, first, inverse = np.unique(place, return_index=True, return_inverse=True)
    value = np.full((3, unique.size), np.nan)
    status = np.full((3, unique.size), _RANK["missing"], np.int32)
    for i, name in enumerate(names):
        mine = old.age == (ages.index(name) if name in ages else -1)
        value[i, inverse[mine]], status[i, inverse[mine]] = old.value[mine], old.status[mine]
    given = ~np.isnan(value[0])
    total = value[1] + value[2]
    counted["open_group_contradictions"] = int((given & ~np.isnan(total) & (value[0] != total)).sum())
    counted["open_group_computed"] = int((~given & ~np.isnan(total)).sum())
    worst = np.maximum(np.maximum(status[1], status[2]), _RANK["computed"])
    return _joined(kept, old.take(first), np.where(given, value[0], total), np.where(given, status[0], worst), ages)


def _joined(
    kept: _Rows, upper: _Rows, value: npt.NDArray[np.float64], status: npt.NDArray[np.int32], ages: tuple[str, ...]
) -> _Rows:
    age = np.full(value.size, ages.index("Y_GE85"), np.int32)
    upper = replace(upper, age=age, value=value, status=status)
    columns: dict[str, Any] = {c: np.concatenate([getattr(kept, c), getattr(upper, c)]) for c in _COLUMNS}
    return replace(kept, ages=ages, **columns)


def _observations(rows: _Rows, dataset: str, measure: Measure) -> pa.Table:
    """The arrays of OBSERVATION; dates and bases by year, ages by code."""
    years = rows.year - 1 if measure.stock else rows.year
    from_to = [_AGE_RANGE.get(a, (0, None)) for a in rows.ages]
    n = rows.age.size
    columns = {
        "dataset": pa.repeat(dataset, n),
        "measure": pa.repeat(measure.name, n),
        "ags": _picked(list(rows.places), rows.ags),
        "reference_date": _by_year(years, lambda y: date(y, 12, 31), pa.date32()),
        "sex": _picked(["f", "m", "t"], rows.sex),
        "age_set": _picked(["total" if a == "TOTAL" else "five_year" for a in rows.ages], rows.age),
        "age_from": _picked([f for f, _ in from_to], rows.age, pa.int16()),
        "age_to": _picked([t for _, t in from_to], rows.age, pa.int16()),
        "basis": _by_year(years, _basis_of(rows, years, measure), pa.string()),
        "value": pa.array(rows.value, from_pandas=True),
        "status": _picked(list(SEVERITY), rows.status),
    }
    return pa.table(columns, schema=OBSERVATION)


def _picked(words: list[Any], codes: npt.NDArray[Any], kind: pa.DataType | None = None) -> pa.Array:
    return pa.array(words, kind or pa.string()).take(pa.array(codes))


def _by_year(years: npt.NDArray[np.int32], of: Callable[[int], Any], kind: pa.DataType) -> pa.Array:
    unique, inverse = np.unique(years, return_inverse=True)
    return _picked([of(int(y)) for y in unique], inverse.astype(np.int32), kind)


def _basis_of(rows: _Rows, years: npt.NDArray[np.int32], measure: Measure) -> Callable[[int], str]:
    """Census basis by year of the reference date, see the head of this module; a flow follows its year."""
    since_2022 = _basis_since_2022(rows, years) if measure.stock else "census2022"

    def basis(year: int) -> str:
        return "pre2011" if year < 2011 else "census2011" if year < 2022 else since_2022

    return basis


def _basis_since_2022(rows: _Rows, years: npt.NDArray[np.int32]) -> str:
    """The anchor: Germany's total of the earliest date since 31.12.2022 (both sexes, all ages)."""
    if not (years >= 2022).any():
        return "census2022"  # nothing to decide
    germany = rows.places.index("DG") if "DG" in rows.places else -1
    total = rows.ages.index("TOTAL") if "TOTAL" in rows.ages else -1
    here = (rows.ags == germany) & (rows.age == total) & (rows.sex == 2) & (years >= 2022) & ~np.isnan(rows.value)
    if not here.any():
        raise ParseError("the census basis since 2022 cannot be told without the total of Germany")
    first = rows.value[here][np.argmin(years[here])]
    return "census2022" if first < REVISED_BELOW else "census2011"
