"""The gate: what every table of every provider must pass before it counts as figures.

A table that contradicts itself, names unknown places, has fewer dates or places than the load before it, or is not to
be believed is refused whole, with the reason; identical repetitions are dropped and counted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zwk_data.catalog.tidy import AGE_SETS, BASES, KEY, MEASURES, OBSERVATION, SEXES, STATUSES, STATUSES_WITH_VALUE
from zwk_data.sources.errors import Incomplete, ParseError, UnknownPlaces
from zwk_data.sources.plausible import refuse_implausible
from zwk_data.sources.provider import Scope
from zwk_data.sources.rows import DROPPED, dropped_of, sort

LEAST_SHARE = 0.98  # of the places a date had before; a reform may take a few away
LEAST_VALUED = 0.8  # of the values; an office may suppress some anew
NAMED = 5  # keys named in a message
WORDS = {"measure": tuple(MEASURES), "sex": SEXES, "age_set": AGE_SETS, "basis": BASES, "status": STATUSES}


def passed(table: pa.Table, dataset: str, scope: Scope, *, accepted: bool = False) -> pa.Table:
    """Return the table sorted, each key once, only known places; counts of what was left out are in its metadata.

    Args:
        table: what a parser made of the answers.
        dataset: its id.
        scope: what is known about places.
        accepted: the answers are of a load that passed before: what is known today does not judge it again.

    Raises:
        SourceError: the table is refused; ``reason_de`` says why.
    """
    dropped, metadata = dict(dropped_of(table)), table.schema.metadata or {}
    table = _one_form(table, dataset)
    table = _each_key_once(sort(_known_places(table, scope, dropped, refuse=not accepted)), dropped)
    if not accepted:
        refuse_implausible(table, dataset, scope)
    counts = {reason: number for reason, number in sorted(dropped.items()) if number}
    return table.replace_schema_metadata({**metadata, DROPPED: json.dumps(counts).encode()})


def _one_form(table: pa.Table, dataset: str) -> pa.Table:
    """Refuse another schema, rows of another dataset, unknown words, and a status that contradicts its value."""
    plain = table.replace_schema_metadata()
    if not plain.schema.equals(OBSERVATION):
        raise ParseError("schema differs from OBSERVATION")
    if plain.num_rows == 0:
        raise Incomplete("no rows", "Die Lieferung enthält keine Werte.")
    if pc.unique(plain["dataset"]).to_pylist() != [dataset]:
        raise ParseError("rows of another dataset")
    for column, words in WORDS.items():
        if unknown := set(pc.unique(plain[column]).to_pylist()) - set(words):
            raise ParseError(f"{column}: unknown {sorted(map(str, unknown))[:NAMED]}")
    carries = pc.is_in(plain["status"], pa.array(STATUSES_WITH_VALUE))
    if not pc.all(pc.equal(carries, pc.is_valid(plain["value"]))).as_py():
        raise ParseError("a status contradicts its value")
    if not pc.all(pc.is_finite(pc.drop_null(plain["value"]))).as_py():
        raise ParseError("a value that is no number", "Die Lieferung enthält Werte, die keine Zahlen sind.")
    return plain


def _known_places(table: pa.Table, scope: Scope, dropped: dict[str, int], *, refuse: bool) -> pa.Table:
    """Leave out places no register knows; refuse where they have values at the newest date.

    Dissolved places between two editions of the register have no entry and no place in today's sums; a key that is
    unknown today means a reform the register must learn first.
    """
    if not scope.level_of:
        return table
    known = pc.is_in(table["ags"], pa.array(sorted(scope.level_of)))
    strange = table.filter(pc.invert(known))
    if strange.num_rows == 0:
        return table
    newest = pc.max(table["reference_date"])
    today = strange.filter(pc.and_(pc.equal(strange["reference_date"], newest), pc.is_valid(strange["value"])))
    if refuse and today.num_rows:
        keys = sorted(pc.unique(today["ags"]).to_pylist())
        named = ", ".join(keys[:NAMED]) + (f" und {len(keys) - NAMED} weitere" if len(keys) > NAMED else "")
        raise UnknownPlaces(f"unknown keys {keys[:NAMED]}", f"{UnknownPlaces.reason_de} Unbekannt: {named}.")
    dropped["unknown_former_places"] = len(pc.unique(strange["ags"]))
    return table.filter(known)


def _each_key_once(table: pa.Table, dropped: dict[str, int]) -> pa.Table:
    """Drop identical repetitions of a sorted table; refuse a key that carries two different values."""
    if not _repeats(table):
        return table
    keys = list(KEY)
    once = table.group_by(keys, use_threads=False).aggregate([])
    distinct = table.group_by([*keys, "value", "status"], use_threads=False).aggregate([]).select(OBSERVATION.names)
    if distinct.num_rows != once.num_rows:
        raise ParseError(
            "a key carries two values", "Die Lieferung widerspricht sich: ein Wert kommt doppelt und verschieden vor."
        )
    dropped["repeated_rows"] = table.num_rows - distinct.num_rows
    return sort(distinct.cast(OBSERVATION))


def _repeats(table: pa.Table) -> bool:
    """Tell whether two neighbours of a sorted table have the same key: without a table of all keys in memory."""
    same: pa.ChunkedArray | None = None
    for name in KEY:
        here, before = table[name].slice(1), table[name].slice(0, max(table.num_rows - 1, 0))
        equal = pc.or_kleene(pc.equal(here, before), pc.and_(pc.is_null(here), pc.is_null(before)))
        same = equal if same is None else pc.and_kleene(same, equal)
    return bool(pc.any(same).as_py())


class Places(NamedTuple):
    """How many places have a row on a date, how many a value, and of which Kreise there are Gemeinden."""

    rows: int
    valued: int
    kreise: frozenset[str] = frozenset()


@dataclass
class Before:
    """Places by reference date: what is in force, and the load that is coming in."""

    old: dict[date, Places] = field(default_factory=dict)
    new: dict[date, Places] = field(default_factory=dict)

    def fall_back_on(self, older: Mapping[date, Places]) -> None:
        """Add an older load: it is in force on the dates that no newer one has a value for."""
        self.old = {day: places for day, places in older.items() if places.valued} | self.old

    def count_in(self, table: pa.Table) -> None:
        """Add a table of the load that is coming in."""
        self.new |= _by_date(table)

    def refuse_shrunken(self) -> None:
        """Refuse a load that has a date of what is in force with clearly fewer places; raises Incomplete.

        An earlier date that was not asked for again is no loss: it keeps its figures. Values that became secret are
        none either, up to a fifth of them. All Gemeinden of a Kreis never vanish at once.
        """
        for day in sorted(set(self.old) & set(self.new)):
            old, new = self.old[day], self.new[day]
            if new.rows < LEAST_SHARE * old.rows or new.valued < LEAST_VALUED * old.valued:
                raise Incomplete(
                    f"{new.rows} places ({new.valued} with a value) instead of {old.rows} ({old.valued}) on {day}",
                    f"Zum {day:%d.%m.%Y} liegen nur noch {new.valued} statt {old.valued} Orte vor.",
                )
            if gone := sorted(old.kreise - new.kreise):
                raise Incomplete(
                    f"no Gemeinde of {gone} on {day}", f"Zum {day:%d.%m.%Y} fehlen alle Gemeinden von {gone[0]}."
                )
        lost = self._lost()
        if lost:
            raise Incomplete(f"lost {lost}", f"Der bisher vorhandene Stichtag {lost[0]:%d.%m.%Y} fehlt.")

    def _lost(self) -> list[date]:
        """Return the dates in force that the new load passes over."""
        dates = {day for day, places in self.new.items() if places.valued}
        return sorted(
            day for day, places in self.old.items() if places.valued and dates and min(dates) < day not in dates
        )


def places_by_date(path: Path) -> dict[date, Places]:
    """Return which places a file of observations has on each date."""
    return _by_date(pq.read_table(path, columns=["reference_date", "ags", "value"]))


def _by_date(table: pa.Table) -> dict[date, Places]:
    rows, valued = _places(table), _places(table.filter(pc.is_valid(table["value"])))
    gemeinden = table.filter(pc.equal(pc.utf8_length(table["ags"]), 8))
    keys = pa.table({"day": gemeinden["reference_date"], "kreis": pc.utf8_slice_codeunits(gemeinden["ags"], 0, 5)})
    kreise: dict[date, set[str]] = {}
    for pair in keys.group_by(["day", "kreis"]).aggregate([]).to_pylist():
        kreise.setdefault(pair["day"], set()).add(pair["kreis"])
    return {day: Places(number, valued.get(day, 0), frozenset(kreise.get(day, ()))) for day, number in rows.items()}


def _places(table: pa.Table) -> dict[date, int]:
    pairs = table.group_by(["reference_date", "ags"]).aggregate([]).group_by("reference_date")
    counted = pairs.aggregate([("ags", "count")])
    return dict(zip(counted["reference_date"].to_pylist(), counted["ags_count"].to_pylist(), strict=True))
