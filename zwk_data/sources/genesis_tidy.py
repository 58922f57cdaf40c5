"""From flat CSV of the GENESIS family to observations: places, sexes, ages, dates and what a marker means.

Everything is recognised by codes of variables and attributes. The tables are not back-cast: a dissolved place carries
values in old years and ``-`` since, a place of today the other way round. So ``-`` is zero only where the same place
has a number at that date; a flow may be nothing in all of a year, so there a current place's earlier number, or one
before and one after, says the same: flows are always asked for from their first year on. Else the place did not exist.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog.tidy import OBSERVATION, STATUSES
from zwk_data.sources.basis import flow_basis, stock_basis
from zwk_data.sources.crosswalk import TERRITORY, formed_of, to_current
from zwk_data.sources.destatis import LAENDER
from zwk_data.sources.errors import ParseError
from zwk_data.sources.ffcsv import NOTHING, STATUS, Codes, Flat, check_units
from zwk_data.sources.provider import Scope
from zwk_data.sources.rows import DROPPED, TOTAL, AgeGroup, canonical, year_end

PERSONS = ("Anzahl", "number", "Personen")
SQUARE_KILOMETRES = ("qkm", "km2", "km²")
TOTALS = ("", "INSGESAMT", "GESAMT", "GEST")
SEX_OF = {"GESM": "m", "GESW": "f"}
AGE = re.compile(r"ALT(?P<first>\d{3})(?:B(?P<next>\d{2})|(?P<open>UM))?")
# Variables that name places: the level their attributes belong to.
LEVEL_OF_VARIABLE = {
    "DINSG": "germany", "GEODL1": "germany", "GEODL3": "germany", "DLAND": "land", "GEOBL1": "land", "GEOBL3": "land",
    "REGBEZ": "regierungsbezirk", "FREGBEZ": "regierungsbezirk", "STATRG": "regierungsbezirk", "KREISE": "kreis",
    "KREISF": "kreisfrei", "GEMEIN": "gemeinde", "GEOGM4": "gemeinde",
}  # fmt: skip
KEPT_LEVELS = {
    "kreis": ("germany", "land", "kreis", "kreisfrei"), "gemeinde": ("kreisfrei", "gemeinde"),
    "land": ("germany", "land"),
}  # fmt: skip
CITY_STATES = {"02": "02000", "11": "11000"}  # a Land that is one Kreis as well
FIRST_WITHOUT_VALUE = STATUS["secret"]
UNKNOWN_AGE = -1


@dataclass(frozen=True)
class Table:
    """One table of a GENESIS database: what is asked, and how what comes is read.

    Attributes:
        code: the official code.
        measures: what is counted, by code of the counted variable; several codes may stand for one measure.
        labels: the same by German label, for codes that no document gives; a code always goes first.
        level: of the places: kreis, gemeinde or land.
        regions: places of the table, dissolved ones included.
        positions: values per place and year.
        since, until: first year asked for; last one where the table has a single date.
        stock: figures of a date; otherwise of a calendar year.
        sexes: whether the table must tell women and men.
        age_set: name of its age grid; ``total`` where it has none.
        sums: Länder and Germany are added up where the table has none.
        additive: figures of merged Kreise may be added up; moves over their common border would count twice.
    """

    code: str
    measures: Mapping[str, str]
    level: str
    regions: int
    positions: int
    labels: Mapping[str, str] = field(default_factory=dict)
    since: int = 2011
    until: int | None = None
    stock: bool = True
    sexes: bool = True
    age_set: str = "total"
    units: tuple[str, ...] = PERSONS
    sums: bool = False
    additive: bool = True

    @property
    def cells(self) -> int:
        """Upper bound of the values of one year."""
        return self.regions * self.positions


@dataclass(frozen=True)
class _Rows:
    """Parallel arrays, one entry per value; each but ``value`` and ``status`` counts in the list named like it."""

    place: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    measure: npt.NDArray[np.int32]
    sex: npt.NDArray[np.int32]
    age: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    status: npt.NDArray[np.int8]
    places: tuple[str, ...]
    days: tuple[date, ...]
    measures: tuple[str, ...]
    ages: tuple[AgeGroup, ...]

    def take(self, which: npt.NDArray[np.bool_]) -> _Rows:
        """The rows of a mask."""
        if which.all():
            return self
        return replace(self, **{name: getattr(self, name)[which] for name in COLUMNS})


COLUMNS = ("place", "day", "measure", "sex", "age", "value", "status")
SEXES = ("f", "m", "t")


def tidy(flat: Flat, table: Table, dataset: str, scope: Scope, newest: int) -> pa.Table:
    """Return the observations of a table (``OBSERVATION``, not sorted); what was left out is in its metadata.

    Args:
        flat: all answers that belong together.
        table: its declaration.
        dataset: id in ``sources.toml``.
        scope: the register of places.
        newest: last year of the dataset; before, places that no register knows are left out, since the tables are
            not back-cast. At the newest date they are kept, for the gate to judge.

    Raises:
        ParseError: a code, unit or date that is not declared, or a declared part that is missing.
    """
    check_units(flat, table.units)
    dropped: Counter[str] = Counter()
    rows = _existing(_known_ages(_read(flat, table, dropped), dropped), table, scope, dropped)
    if table.sums:
        rows = _with_sums(rows, scope)
    observations = _observations(rows, table, dataset)
    if table.level == "kreis" and table.additive:
        observations = to_current(observations, TERRITORY)
    observations = _known_formerly(observations, scope, newest, dropped)
    counts = json.dumps({reason: number for reason, number in sorted(dropped.items()) if number})
    return observations.replace_schema_metadata({**(observations.schema.metadata or {}), DROPPED: counts.encode()})


# --- codes -----------------------------------------------------------------------------------------------------------


def age_of(code: str) -> AgeGroup | None:
    """Return the group of a code, both ends inclusive; None for another form, such as that of unknown age.

    ``ALT003B06`` is 3 to 5, ``ALT075UM`` 75 and more, ``ALT020`` one year of age.
    """
    if code in TOTALS:
        return TOTAL
    match = AGE.fullmatch(code)
    if match is None:
        return None
    first = int(match["first"])
    if match["open"]:
        return "", first, None
    last = int(match["next"]) - 1 if match["next"] else first
    return ("", first, last) if last >= first else None


def place_of(variable: str, code: str) -> str | None:
    """Return the canonical key of a place; None for a part of a Kreis and for what is no level of ours.

    Hamburg and Berlin come with two, five or eight digits, cities that are a Kreis with five or eight, Gemeinden of
    the census with twelve. Raises ParseError for a key of any other length: its zero was lost.
    """
    level = LEVEL_OF_VARIABLE[variable]
    if level == "germany":
        return "DG"
    if not code.isdigit() or len(code) not in {2, 3, 5, 8, 12}:
        raise ParseError(f"key of a place: {code[:20]!r}", "Ein Gebietsschlüssel der Lieferung ist beschädigt.")
    if level in ("kreis", "kreisfrei") and len(code) == 2:
        return CITY_STATES.get(code)
    if level == "kreis":
        return code if len(code) == 5 else None  # 8 digits: districts of Berlin, Hannover, Aachen, Saarbrücken
    if len(code) == 12:  # the number of the association lies in between
        return canonical(code[:5] + code[-3:])
    fits = {"land": (2,), "kreisfrei": (5, 8), "gemeinde": (5, 8)}[level]
    if len(code) not in fits:
        raise ParseError(f"{variable} {code!r}", "Ein Gebietsschlüssel der Lieferung ist beschädigt.")
    return canonical(code) if len(code) == 8 else code


def day_of(text: str, *, stock: bool) -> date:
    """Return the reference date: a date as it is, a year as its last day. Raises ParseError."""
    try:
        if re.fullmatch(r"\d{4}", text) and not stock:
            return year_end(text)
        day = date.fromisoformat(text)
    except ValueError:
        raise ParseError(f"unknown time {text[:20]!r}") from None
    if not stock and day != year_end(day.year):
        raise ParseError(f"{text!r} is no calendar year")
    return day


# --- rows ------------------------------------------------------------------------------------------------------------


def _read(flat: Flat, table: Table, dropped: Counter[str]) -> _Rows:
    """Take from each row what its codes say; rows of other levels, counts or parts are dropped and counted."""
    n = len(flat.value)
    place, sex = np.full(n, -1, np.int32), np.full(n, SEXES.index("t"), np.int32)
    age, keep = np.zeros(n, np.int32), np.ones(n, bool)
    places: dict[str, int] = {}
    ages: dict[AgeGroup, int] = {TOTAL: 0}
    seen: set[str] = set()
    for variable, attribute in flat.slots:
        for number, name in enumerate(variable.words):
            rows = _all_or(variable, number)
            index = attribute.index[rows]
            if name in LEVEL_OF_VARIABLE:
                numbers = _place_numbers(name, attribute, index, table, places, dropped)
                place[rows] = numbers[index]
                seen.add("place")
            elif name.startswith("GES"):
                sex[rows] = _sex_numbers(attribute, index)[index]
                seen.add("sex")
            elif name.startswith("ALT"):
                age[rows] = _age_numbers(attribute, index, table, ages)[index]
                seen.add("age")
            elif name:  # a variable we do not know: only its total says what the table is declared to say
                keep[rows] &= np.isin(attribute.words, TOTALS)[index]
                dropped["parts_of_other_variables"] += int((~keep[rows]).sum())
    _all_parts(seen, table)
    measure, measures = _measures(flat, table, dropped)
    days = [day_of(word, stock=table.stock) for word in flat.time.words]
    rows_read = _Rows(
        place, flat.time.index, measure, sex, age, flat.value, flat.status, tuple(places), tuple(days), measures,
        tuple(ages),
    )  # fmt: skip
    return rows_read.take(keep & (place >= 0) & (measure >= 0))


def _all_or(variable: Codes, number: int) -> slice | npt.NDArray[np.bool_]:
    """The rows of one variable; the usual case is all of them."""
    return slice(None) if len(variable.words) == 1 else variable.index == number


def _all_parts(seen: set[str], table: Table) -> None:
    wanted = {"place", *(["sex"] if table.sexes else []), *(["age"] if table.age_set != "total" else [])}
    if missing := wanted - seen:
        raise ParseError(f"{table.code}: no variable for {', '.join(sorted(missing))}")


def _used(attribute: Codes, index: npt.NDArray[np.int32]) -> list[int]:
    """Numbers of the words that these rows use."""
    return np.flatnonzero(np.bincount(index, minlength=len(attribute.words))).tolist()


def _place_numbers(
    variable: str, attribute: Codes, index: npt.NDArray[np.int32], table: Table, places: dict[str, int],
    dropped: Counter[str],
) -> npt.NDArray[np.int32]:  # fmt: skip
    numbers = np.full(len(attribute.words), -1, np.int32)
    wanted = LEVEL_OF_VARIABLE[variable] in KEPT_LEVELS[table.level]
    for number in _used(attribute, index):
        key = place_of(variable, attribute.words[number]) if wanted else None
        if key is None:
            dropped["parts_of_kreise" if wanted else "other_levels"] += 1
        else:
            numbers[number] = places.setdefault(key, len(places))
    return numbers


def _sex_numbers(attribute: Codes, index: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    numbers = np.zeros(len(attribute.words), np.int32)
    for number in _used(attribute, index):
        word = attribute.words[number]
        if word not in TOTALS and word not in SEX_OF:
            raise ParseError(f"unknown sex {word!r}")
        numbers[number] = SEXES.index(SEX_OF.get(word, "t"))
    return numbers


def _age_numbers(
    attribute: Codes, index: npt.NDArray[np.int32], table: Table, ages: dict[AgeGroup, int]
) -> npt.NDArray[np.int32]:
    numbers = np.zeros(len(attribute.words), np.int32)
    for number in _used(attribute, index):
        group = age_of(attribute.words[number])
        if group is None:
            numbers[number] = UNKNOWN_AGE
        else:
            named = group if group == TOTAL else (table.age_set, *group[1:])
            numbers[number] = ages.setdefault(named, len(ages))
    return numbers


def _measures(flat: Flat, table: Table, dropped: Counter[str]) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """The measure of each row by code or, for a code no document gives, by label; -1 for other counts."""
    measures = tuple(dict.fromkeys((*table.measures.values(), *table.labels.values())))
    by_code = np.array([_number(measures, table.measures.get(word)) for word in flat.measure.words], np.int32)
    by_label = np.array([_number(measures, table.labels.get(word)) for word in flat.label.words], np.int32)
    code, label = by_code[flat.measure.index], by_label[flat.label.index]
    found = np.where(code >= 0, code, label)
    if missing := set(range(len(measures))) - set(np.unique(found).tolist()):
        names = ", ".join(sorted(measures[number] for number in missing))
        raise ParseError(f"{table.code}: no {names} among {sorted(flat.measure.words)[:5]}")
    dropped["cells_of_another_count"] += int((found < 0).sum())
    return found.astype(np.int32), measures


def _number(words: tuple[str, ...], word: str | None) -> int:
    return words.index(word) if word in words else -1


def _known_ages(rows: _Rows, dropped: Counter[str]) -> _Rows:
    """Leave out persons of unknown age where there are none; refuse where there are, since sums would miss them."""
    unknown = rows.age == UNKNOWN_AGE
    if (unknown & (rows.value != 0) & (rows.status < FIRST_WITHOUT_VALUE)).any():
        raise ParseError("persons of unknown age", "Die Lieferung enthält Personen unbekannten Alters.")
    dropped["unknown_age_rows"] += int(unknown.sum())
    return rows.take(~unknown)


# --- what "-" means --------------------------------------------------------------------------------------------------


def _existing(rows: _Rows, table: Table, scope: Scope, dropped: Counter[str]) -> _Rows:
    """Turn ``-`` into zero where the place existed; drop places that did not, but for current ones.

    Thereafter ``NOTHING`` says that a place of today did not exist at that date.
    """
    nothing = rows.status == NOTHING
    if not nothing.any():
        return rows
    current = np.array([place in scope.current for place in rows.places], bool)
    zero = nothing & _existed(rows, table, current)[rows.place, rows.day]
    absent = nothing & ~zero
    gone = absent & ~current[rows.place]
    dropped["dissolved_places"] += len(np.unique(rows.place[gone]))
    status = np.where(zero, STATUS["ok"], rows.status).astype(np.int8)
    return replace(rows, value=np.where(zero, 0.0, rows.value), status=status).take(~gone)


def _existed(rows: _Rows, table: Table, current: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether a place existed, by place and date: it has a number then; of flows, an earlier and a later one or today.

    What a stock says never depends on other dates, and so not on how many of them were asked for.
    """
    order = np.argsort(np.array(rows.days, "datetime64[D]"))
    numeric = np.zeros((len(rows.places), len(rows.days)), bool)
    valued = rows.status < FIRST_WITHOUT_VALUE
    numeric[rows.place[valued], rows.day[valued]] = True
    if table.stock:
        return numeric
    sorted_by_day = numeric[:, order]
    since = np.logical_or.accumulate(sorted_by_day, axis=1)
    until = np.logical_or.accumulate(sorted_by_day[:, ::-1], axis=1)[:, ::-1]
    existed = np.empty_like(numeric)
    existed[:, order] = since & (until | current[:, None])
    return existed


def _known_formerly(observations: pa.Table, scope: Scope, newest: int, dropped: Counter[str]) -> pa.Table:
    if not scope.level_of:
        return observations
    unknown = pc.invert(pc.is_in(observations["ags"], pa.array(sorted(scope.level_of))))
    former = pc.and_(unknown, pc.less(observations["reference_date"], date(newest, 1, 1)))
    gone = observations.filter(former)
    if gone.num_rows == 0:
        return observations
    dropped["unknown_former_places"] += len(pc.unique(gone["ags"]))
    return observations.filter(pc.invert(former))


# --- sums ------------------------------------------------------------------------------------------------------------


def _with_sums(rows: _Rows, scope: Scope) -> _Rows:
    """Add Länder and Germany, where the table has none, as sums of all places with a figure, dissolved ones included.

    A sum needs a row of every place there was: each Kreis of today or all it was formed of, for Germany of all Länder.
    With a secret part it is secret; one that lacks a row, or a figure for another reason, is left out.
    """
    if "DG" in rows.places:
        return rows
    parts, places = [rows], rows.places
    land_of = [place[:2] for place in rows.places]
    summands = rows
    if not set(land_of) & set(rows.places):
        lands = tuple(sorted(set(land_of)))
        groups = np.array([lands.index(land) for land in land_of], np.int32)
        parts.append(_sums(rows, groups[rows.place], _whole(rows, lands, "kreis", scope), len(places)))
        places += lands
    else:
        summands = rows.take(np.array([len(p) == 2 for p in rows.places])[rows.place])
    whole = _whole(summands, ("",), "kreis" if len(parts) > 1 else "land", scope)
    parts.append(_sums(summands, np.zeros(len(summands.value), np.int32), whole, len(places)))
    columns: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
    return replace(rows, places=(*places, "DG"), **columns)


def _whole(rows: _Rows, prefixes: tuple[str, ...], level: str, scope: Scope) -> npt.NDArray[np.bool_]:
    """Whether the rows of a date have all places of today with a prefix, and each Land: by prefix and date."""
    current = [ags for ags in scope.current if scope.level_of.get(ags) == level]
    whole = np.zeros((len(prefixes), len(rows.days)), bool)
    for number, day in enumerate(rows.days):
        existing = rows.place[(rows.day == number) & (rows.status != NOTHING)]
        here = {rows.places[place] for place in np.unique(existing)}
        missing = {ags for ags in current if not _covered(ags, day.year, here)}
        missing |= set(LAENDER.values()) - {place[:2] for place in here}
        whole[:, number] = [not any(ags.startswith(prefix) for ags in missing) for prefix in prefixes]
    return whole


def _covered(ags: str, year: int, here: set[str]) -> bool:
    """Whether a place is here, or all it was formed of at the end of the year or, for its flows, of the year before."""
    formed = [formed_of(one).get(ags, frozenset()) for one in (year, year - 1)]
    return ags in here or any(parts and parts <= here for parts in formed)


def _sums(rows: _Rows, group: npt.NDArray[np.int32], whole: npt.NDArray[np.bool_], offset: int) -> _Rows:
    """Return one row per group, date, measure, sex and age; groups count from ``offset`` on among the places.

    ``whole`` says by group and date whether no place is missing; of those there are, each must be in every sum.
    """
    rows, group = _once(rows, group)
    shape = (*whole.shape, len(rows.measures), len(SEXES), len(rows.ages))
    cell, size = np.ravel_multi_index((group, rows.day, rows.measure, rows.sex, rows.age), shape), int(np.prod(shape))
    there = np.unique(np.stack([rows.place, group, rows.day]), axis=1)
    wanted = np.bincount(np.ravel_multi_index((there[1], there[2]), whole.shape), minlength=whole.size)
    wanted = np.where(whole.ravel(), wanted, -1).repeat(size // whole.size)
    valued = rows.status < FIRST_WITHOUT_VALUE
    secret = np.bincount(cell, rows.status == STATUS["secret"], size) > 0
    parts, found = np.bincount(cell, minlength=size), np.bincount(cell, valued, size)
    total = np.bincount(cell, np.where(valued, rows.value, 0), size)
    kept = np.flatnonzero((parts > 0) & (parts == wanted) & (secret | (parts == found)))
    place, day, measure, sex, age = (part.astype(np.int32) for part in np.unravel_index(kept, shape))
    value = np.where(secret[kept], np.nan, np.round(total[kept], 6))
    status = np.where(secret[kept], STATUS["secret"], STATUS["computed"]).astype(np.int8)
    return replace(rows, place=place + offset, day=day, measure=measure, sex=sex, age=age, value=value, status=status)


def _once(rows: _Rows, group: npt.NDArray[np.int32]) -> tuple[_Rows, npt.NDArray[np.int32]]:
    """Each place once per cell (repetitions are judged by the gate), without those that did not exist."""
    shape = (len(rows.places), len(rows.days), len(rows.measures), len(SEXES), len(rows.ages))
    cell = np.ravel_multi_index((rows.place, rows.day, rows.measure, rows.sex, rows.age), shape)
    first = np.zeros(len(cell), bool)
    first[np.unique(cell, return_index=True)[1]] = True
    first &= rows.status != NOTHING
    return rows.take(first), group[first]


# --- the tidy form ---------------------------------------------------------------------------------------------------


def _observations(rows: _Rows, table: Table, dataset: str) -> pa.Table:
    basis = [stock_basis(day) if table.stock else flow_basis(day.year) for day in rows.days]
    n = len(rows.value)
    columns = {
        "dataset": _picked([dataset], np.zeros(n, np.int32)),  # pa.repeat() would import pandas
        "measure": _picked(rows.measures, rows.measure),
        "ags": _picked(rows.places, rows.place),
        "reference_date": _picked(rows.days, rows.day, pa.date32()),
        "sex": _picked(SEXES, rows.sex),
        "age_set": _picked([age_set for age_set, _, _ in rows.ages], rows.age),
        "age_from": _picked([first for _, first, _ in rows.ages], rows.age, pa.int16()),
        "age_to": _picked([last for _, _, last in rows.ages], rows.age, pa.int16()),
        "basis": _picked(basis, rows.day),
        "value": _numbers(rows.value, rows.status < FIRST_WITHOUT_VALUE),
        "status": _picked((*STATUSES, "not_available"), rows.status),  # the last is NOTHING
    }
    return pa.table(columns, schema=OBSERVATION)


def _picked(words: Sequence[Any], numbers: npt.NDArray[np.integer], kind: pa.DataType | None = None) -> pa.Array:
    indices = pa.Array.from_buffers(pa.int32(), len(numbers), [None, pa.py_buffer(numbers.astype(np.int32))])
    return pa.array(words, kind or pa.string()).take(indices)


def _numbers(values: npt.NDArray[np.float64], valid: npt.NDArray[np.bool_]) -> pa.Array:
    """Return numbers, null where not valid; ``pa.array`` of an array would import pandas."""
    bitmap = pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(values), [bitmap, pa.py_buffer(np.ascontiguousarray(values))])
