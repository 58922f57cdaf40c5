"""Eurostat: tab-separated files and JSON-stat answers become tidy observations (live loader: ``eurostat_api``).

Dates: a Eurostat stock of 1 January of year Y is the stock of 31 December of Y - 1 here; a flow of Y stands at its last
day. Ages: the files carry ``Y85-89`` and ``Y_GE90`` beside ``Y_GE85``; only the open group 85+ is kept, summed from its
two parts where Eurostat leaves it empty (status ``computed``), so that no two groups overlap.

Census basis of a stock: ``pre2011`` until 31.12.2010, ``census2011`` for 2011 to 2021, ``census2022`` from 31.12.2024
on. 31.12.2022 and 31.12.2023 were published on both without another code: there Germany's total of the same date tells,
``census2022`` below 84.0 million (83.1 and 83.5 revised against 84.4 and 84.7 before). No date depends on another.
"""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources.errors import ParseError
from zwk_data.sources.eurostat_ages import OPEN_85, PARTS_OF_85, UNKNOWN, AgeGroup, kept
from zwk_data.sources.eurostat_tables import BASELINE, TABLES, Figure, Table
from zwk_data.sources.eurostat_tsv import read_blocks
from zwk_data.sources.json_stat import parse_json_stat

FIRST_REVISED = 2022
ON_BOTH_BASES = (2022, 2023)  # years at whose end a stock was published on either
# Persons; Germany's totals lie above these only where they still rest on the register before the census of 2011.
UNREVISED_ABOVE = {2011: 81.0e6, 2012: 81.0e6}
REVISED_BELOW = 84.0e6  # persons; Germany's totals of those two dates lie below it only on the basis of 2022
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
# Bridges between the vintages of NUTS in Thuringia: territory moved inside each group, not across it.
BRIDGES = (("16054", "16070"), ("16056", "16063", "16066"), ("16072", "16073"))
BRIDGE_OF = {ags: number for number, group in enumerate(BRIDGES, 1) for ags in group}


def _long(body: bytes) -> pa.Table:
    is_json = body.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{"
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

    ``dataset`` is one of TABLES. ``keep_missing=False`` leaves ``:`` out instead of giving null with a status.
    The counts of what was dropped stand in the schema metadata, see :func:`notes`. Raises ParseError.
    """
    long = read_blocks(raw, "DE", keep_missing=True).read_all()
    return tidy(long, dataset, ags_of, keep_missing=keep_missing)


def notes(table: pa.Table) -> dict[str, Any]:
    """What the parser counted: flags, dropped NUTS 2 rows, unmapped codes, unknown ages, duplicates."""
    return dict(json.loads((table.schema.metadata or {}).get(b"notes", b"{}")))


def tidy(long: pa.Table, dataset: str, ags_of: Mapping[str, str], *, keep_missing: bool = True) -> pa.Table:
    """Turn the long form (``geo, year, value, flag`` and the dimensions of the table) into OBSERVATION.

    Values are in the unit of their measure. Raises ParseError for a missing dimension, an unknown unit, sex or age and
    for contradicting duplicates.
    """
    table = TABLES[dataset]
    counted: dict[str, Any] = {"flags": _flag_counts(long)}
    long = _one_variant(_figures_only(long, table, counted), counted)
    rows = _Rows.of(long, table, ags_of, counted).one_vintage(table, counted)
    rows = rows.known_ages(table, counted)
    if table.grid == "five_year":
        rows = _with_open_group(rows, counted)
    rows = rows.ordered(counted)
    if table.by:
        rows = _whole_dates(rows, table)
    if not keep_missing:
        rows = rows.take(rows.status < _FIRST_WITHOUT_VALUE)
    observations = _observations(rows, dataset, table)
    return observations.replace_schema_metadata({"notes": json.dumps(counted, sort_keys=True)})


def _figures_only(long: pa.Table, table: Table, counted: dict[str, Any]) -> pa.Table:
    """Leave out what the table counts besides what is wanted; raises ParseError where a dimension or unit is another.

    Where codes come in different units the answer has a cell for every pair; those without a value say nothing.
    """
    needed = {*table.dims, *((table.by,) if table.by else ())}
    if missing := sorted(needed - set(long.column_names)):
        raise ParseError(f"dimension missing: {', '.join(missing)}")
    code, codes = _codes(long, table.by, "")
    wanted = np.isin(code, [i for i, word in enumerate(codes) if word in table.figures])
    unit, units = _codes(long, "unit", "")
    fitting = np.zeros((len(codes), len(units)), bool)
    for i, word in enumerate(codes):
        figure = table.figures.get(word)
        fitting[i] = [figure is not None and (not name or name in figure.units) for name in units]
    fits = fitting[code, unit]
    valued = pc.is_valid(long["value"]).to_numpy(zero_copy_only=False)
    if (wanted & valued & ~fits).any():
        raise ParseError(f"unknown unit: {', '.join(sorted(units))[:80]}")
    counted["other_figures"] = sorted(set(codes) - set(table.figures))
    keep = wanted & fits
    return long if keep.all() else long.filter(pa.array(keep))


def _one_variant(long: pa.Table, counted: dict[str, Any]) -> pa.Table:
    """Keep one variant of a projection: the only one there is, whatever it is called, or else the baseline."""
    if "projection" not in long.column_names:
        return long
    code, variants = _codes(long, "projection", "")
    counted["variants"] = list(variants)
    if len(variants) < 2:
        return long
    if BASELINE not in variants:
        raise ParseError(f"no baseline among the variants {', '.join(variants)}")
    return long.filter(pa.array(code == variants.index(BASELINE)))


@dataclass(frozen=True)
class _Rows:
    """Parallel arrays, one entry per observation; ``age``, ``ags`` and ``measure`` index the words at the end."""

    measure: npt.NDArray[np.int32]
    ags: npt.NDArray[np.int32]
    newer: npt.NDArray[np.bool_]  # the code belongs to NUTS 2024 and replaces an older one
    sex: npt.NDArray[np.int32]
    age: npt.NDArray[np.int32]
    year: npt.NDArray[np.int32]  # as Eurostat counts
    value: npt.NDArray[np.float64]  # NaN when missing
    status: npt.NDArray[np.int32]  # index into SEVERITY
    places: tuple[str, ...]
    ages: tuple[str, ...]
    measures: tuple[str, ...]
    groups: Mapping[str, AgeGroup] = field(default_factory=dict)  # what the codes of ages mean

    @classmethod
    def of(cls, long: pa.Table, table: Table, ags_of: Mapping[str, str], counted: dict[str, Any]) -> _Rows:
        _require(long, "freq", {"A"})
        geo, geos = _codes(long, "geo", "DE")
        measure, sex, sexes, age, ages = _what(long, table)
        flag, flags = _codes(long, "flag", "")
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
        status = status.astype(np.int32)
        rows = cls(
            measure, place_rank[geo], newer, sex_rank[sex], age, year, value, status, places, ages, table.measures
        )
        return rows.take(rows.ags >= 0)

    def take(self, which: npt.NDArray[Any]) -> _Rows:
        """The rows of a mask or of positions."""
        return replace(self, **{c: getattr(self, c)[which] for c in _COLUMNS})

    def one_vintage(self, table: Table, counted: dict[str, Any]) -> _Rows:
        """Keep the codes of one vintage of NUTS per bridge and date, so that no sum counts a village twice or never.

        The newer one counts unless it lacks a place that the older one has. Before the reform of 2019 the older one
        counts for all dates that have it if it must for one: else the line would leap where no break is registered.
        """
        bridge = np.array([BRIDGE_OF.get(place, 0) for place in self.places], np.int64)[self.ags]
        if not (moved := bridge > 0)[self.newer].any():
            return self
        line = self.measure.astype(np.int64) * 10 + bridge
        when = line * 10_000 + _reference_years(self, table)
        valued = moved & ~np.isnan(self.value)
        given = set(zip(when[valued].tolist(), self.ags[valued].tolist(), self.newer[valued].tolist(), strict=True))
        older = np.isin(when, list(_older_moments(given, self.places)))
        kept_rows = ~moved | (self.newer != older)
        counted["other_vintage_rows"] = int((~kept_rows).sum())
        return self.take(kept_rows)

    def known_ages(self, table: Table, counted: dict[str, Any]) -> _Rows:
        """Drop the unknown ages and the groups outside the grid; unknown ones that are not zero are counted."""
        groups = kept(self.ages, table.grid)
        unknown = np.isin(self.age, [i for i, a in enumerate(self.ages) if a == UNKNOWN])
        counted["unknown_age_rows"] = int((unknown & (self.value > 0)).sum())
        counted["unknown_age_persons"] = float(np.nansum(np.where(unknown, self.value, 0)))
        parts = PARTS_OF_85 if table.grid == "five_year" else ()
        inside = [i for i, a in enumerate(self.ages) if a in groups or a in parts]
        return replace(self.take(np.isin(self.age, inside)), groups=groups)

    def group(self) -> npt.NDArray[np.int64]:
        """One number per measure, place, year, sex and age, in the order of KEY."""
        order = np.array([self._order(a) for a in self.ages], np.int64)[self.age]
        place = self.measure.astype(np.int64) * 100_000 + self.ags
        return ((place * 10_000 + self.year) * 10 + self.sex) * 1_000 + order

    def _order(self, age: str) -> int:
        """Position inside a place, year and sex: groups by age, then the total (as the names of the age sets)."""
        age_set, first, _ = self.groups.get(age, ("", 990, None))
        return 999 if age_set == "total" else first

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


_COLUMNS = ("measure", "ags", "newer", "sex", "age", "year", "value", "status")
REFORM_YEAR = 2019  # at whose end the Kreise of the bridges stood in their new territory


def _older_moments(given: set[tuple[int, int, bool]], places: tuple[str, ...]) -> set[int]:
    """Return when the older codes count; ``given`` holds moment (line and year), place and whether the code is new."""
    heirs = set(NUTS_2024_NEW.values())
    old = {moment for moment, _, newer in given if not newer}
    lacking = {
        moment
        for moment, place, newer in given
        if not newer and places[place] in heirs and (moment, place, True) not in given
    }
    early = {moment // 10_000 for moment in lacking if moment % 10_000 < REFORM_YEAR}
    return lacking | {m for m in old if m % 10_000 < REFORM_YEAR and m // 10_000 in early}


_What = tuple[
    npt.NDArray[np.int32], npt.NDArray[np.int32], tuple[str, ...], npt.NDArray[np.int32], tuple[str, ...]
]  # fmt: skip


def _what(long: pa.Table, table: Table) -> _What:
    """Measure per row, sex and age with their words: from the table's dimensions, or as the code of each row says."""
    if not table.by:
        sex, sexes = _codes(long, "sex", "T")
        age, ages = _codes(long, "age", "TOTAL")
        _refuse_unknown("sex", sexes, set(SEX_OF))
        return np.zeros(long.num_rows, np.int32), sex, sexes, age, ages
    code, codes = _codes(long, table.by, "")
    figures = [table.figures[word] for word in codes]
    sexes, ages = tuple(sorted({f.sex for f in figures})), tuple(sorted({f.age for f in figures}))

    def looked_up(words: tuple[str, ...], of: Callable[[Figure], str]) -> npt.NDArray[np.int32]:
        return np.array([words.index(of(figure)) for figure in figures], np.int32)[code]

    measure = looked_up(table.measures, lambda figure: figure.measure)
    return measure, looked_up(sexes, lambda f: f.sex), sexes, looked_up(ages, lambda f: f.age), ages


def _whole_dates(rows: _Rows, table: Table) -> _Rows:
    """Leave out what would make a date half: periods without any value, and stocks of the day before the first flow.

    A load replaces a date whole; a first 1 January without the flows of the year before would take those away.
    """
    year = _reference_years(rows, table)
    valued = ~np.isnan(rows.value)
    when = rows.measure.astype(np.int64) * 10_000 + year
    keep = np.isin(when, np.unique(when[valued]))
    flows = np.isin(rows.measure, [i for i, m in enumerate(rows.measures) if m not in table.stocks])
    if flows.any() and not flows.all():
        keep &= year >= year[flows].min()
    return rows.take(keep)


def _reference_years(rows: _Rows, table: Table) -> npt.NDArray[np.int32]:
    """Year at whose end a row stands: a stock of 1 January belongs to the year before."""
    stock = np.array([measure in table.stocks for measure in rows.measures], np.int32)
    return rows.year - stock[rows.measure]


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
    names = (OPEN_85, *PARTS_OF_85)
    if not set(PARTS_OF_85) & set(rows.ages):
        return rows
    ages = rows.ages if OPEN_85 in rows.ages else (*rows.ages, OPEN_85)
    rows = replace(rows, groups={**rows.groups, OPEN_85: ("five_year", 85, None)})
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
    age = np.full(value.size, ages.index(OPEN_85), np.int32)
    upper = replace(upper, age=age, value=value, status=status)
    columns: dict[str, Any] = {c: np.concatenate([getattr(kept, c), getattr(upper, c)]) for c in _COLUMNS}
    return replace(kept, ages=ages, **columns)


def _observations(rows: _Rows, dataset: str, table: Table) -> pa.Table:
    """The arrays of OBSERVATION; dates and bases by year, ages by code."""
    years = _reference_years(rows, table)
    stock = np.array([measure in table.stocks for measure in rows.measures], np.int32)[rows.measure]
    group = [rows.groups.get(age, ("", 0, None)) for age in rows.ages]
    basis = _basis_of(rows, years, table)
    columns = {
        "dataset": pa.repeat(dataset, rows.age.size),
        "measure": _picked(list(rows.measures), rows.measure),
        "ags": _picked(list(rows.places), rows.ags),
        "reference_date": _by_number(years, lambda y: date(y, 12, 31), pa.date32()),
        "sex": _picked(["f", "m", "t"], rows.sex),
        "age_set": _picked([age_set for age_set, _, _ in group], rows.age),
        "age_from": _picked([first for _, first, _ in group], rows.age, pa.int16()),
        "age_to": _picked([last for _, _, last in group], rows.age, pa.int16()),
        "basis": _by_number(years * 2 + stock, lambda n: basis(n // 2, bool(n % 2)), pa.string()),
        "value": pa.array(rows.value, from_pandas=True),
        "status": _picked(list(SEVERITY), rows.status),
    }
    return pa.table(columns, schema=OBSERVATION)


def _picked(words: list[Any], codes: npt.NDArray[Any], kind: pa.DataType | None = None) -> pa.Array:
    return pa.array(words, kind or pa.string()).take(pa.array(codes))


def _by_number(numbers: npt.NDArray[np.int32], of: Callable[[int], Any], kind: pa.DataType) -> pa.Array:
    unique, inverse = np.unique(numbers, return_inverse=True)
    return _picked([of(int(n)) for n in unique], inverse.astype(np.int32), kind)


def _basis_of(rows: _Rows, years: npt.NDArray[np.int32], table: Table) -> Callable[[int, bool], str]:
    """Census basis by year of the reference date and kind, see the head of this module; a flow follows its year."""
    if table.basis:
        return lambda year, stock: table.basis
    germany = _germany(rows, years)
    stocks = np.array([measure == "population" for measure in table.measures], bool)[rows.measure]
    if set(np.unique(years[stocks & ~np.isnan(rows.value)]).tolist()) & set(ON_BOTH_BASES) - germany.keys():
        raise ParseError("the census basis since 2022 cannot be told without the total of Germany")

    def basis(year: int, stock: bool) -> str:
        if year < 2011 or (stock and germany.get(year, 0.0) > UNREVISED_ABOVE.get(year, math.inf)):
            return "pre2011"
        if year < FIRST_REVISED:
            return "census2011"
        old = stock and year in ON_BOTH_BASES and germany.get(year, 0.0) >= REVISED_BELOW
        return "census2011" if old else "census2022"

    return basis


def _germany(rows: _Rows, years: npt.NDArray[np.int32]) -> dict[int, float]:
    """Germany's total (both sexes, all ages) by year of the reference date, where the table counts the population."""
    if not {"DG"} <= set(rows.places) or "TOTAL" not in rows.ages or "population" not in rows.measures:
        return {}
    here = (rows.ags == rows.places.index("DG")) & (rows.age == rows.ages.index("TOTAL")) & (rows.sex == 2)
    here &= (rows.measure == rows.measures.index("population")) & ~np.isnan(rows.value)
    return dict(zip(years[here].tolist(), rows.value[here].tolist(), strict=True))
