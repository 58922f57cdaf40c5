"""Figures of dissolved Kreise on the Kreise of today: mergers are added up, what was divided is not estimated.

The links are figures of the BBSR's Umsteigeschlüssel (``catalog/crosswalk.csv``): for each year, from which Kreise of
that 31 December the Kreise of 31 December 2020 were formed, and with which share of the inhabitants. Only counts are
recoded, never rates. ``to_current`` uses mergers alone (every part goes over whole, weight 1): their sums are official
figures added up. A Kreis that also received a piece of a divided one has no value before that reform: 22 of 401 in
1995, among them Mecklenburgische Seenplatte. Eisenach (2021) is added to the Wartburgkreis later, by the warehouse,
because it stays selectable.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog.tidy import KEY, MEASURES, OBSERVATION
from zwk_data.sources.rows import sort

FILE = Path(__file__).resolve().parents[1] / "catalog" / "crosswalk.csv"
TERRITORY = date(2020, 12, 31)  # the links lead to the Kreise of this day
FIRST_YEAR = 1995  # before, most Kreise of the eastern Länder were divided
COUNTS = tuple(measure for measure, unit in MEASURES.items() if unit in ("persons", "km2"))
# From harmless to grave: a sum takes the gravest reason of the parts that lack a value.
GRAVITY = ("ok", "computed", "provisional", "estimated", "unreliable", "not_available", "missing", "later", "secret")
CONVERTED, MISSING = b"recoded_places", "missing"
HEAD = """\
# From which Kreise the Kreise of 31 December 2020 were formed: share of the inhabitants of `old` that belongs to `new`,
# for figures of the years first to last (31 December). Kreise that never changed are left out.
# Figures derived from: BBSR, Umsteigeschlüssel Kreise 1990-2019 auf den Gebietsstand 31.12.2020 (c) BBSR Bonn;
# licence to be confirmed (usually Datenlizenz Deutschland - Namensnennung - Version 2.0).
# Written by scripts/crosswalk.py; do not edit.
"""


class Link(NamedTuple):
    """``weight`` of the inhabitants of ``old`` belong to ``new``, for figures of the years ``first`` to ``last``.

    All weights of an old key in a year add up to 1. A key that lives on and takes others in is linked to itself.
    """

    first: int
    last: int
    old: str
    new: str
    weight: float


@cache
def links() -> tuple[Link, ...]:
    """Return the links of the catalogue."""
    lines = (line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return tuple(
        Link(int(row["first"]), int(row["last"]), row["old"], row["new"], float(row["weight"]))
        for row in csv.DictReader(lines)
    )


@cache
def mergers() -> tuple[Link, ...]:
    """Return the links of Kreise that consist of whole former Kreise (or are one under another key), by year."""
    parts: dict[tuple[int, str], list[Link]] = defaultdict(list)
    for link in links():
        for year in range(link.first, link.last + 1):
            parts[year, link.new].append(link._replace(first=year, last=year))
    whole = (group for group in parts.values() if all(link.weight == 1 for link in group))
    return tuple(link for group in whole for link in group)


@cache
def formed_of(year: int) -> Mapping[str, frozenset[str]]:
    """Return of which Kreise of a 31 December those of today were formed, whole or in part; unchanged ones left out."""
    parts: dict[str, set[str]] = defaultdict(set)
    for link in links():
        if link.first <= year <= link.last:
            parts[link.new].add(link.old)
    return {new: frozenset(olds) for new, olds in parts.items()}


def to_current(table: pa.Table, day: date) -> pa.Table:
    """Return the counts of a provider that publishes old years with the keys of their time, on the Kreise of today.

    A Kreis of today that consists of whole former ones has their sum, status ``computed``; the rows of those former
    ones are taken out. All other rows stay as they are (the gate leaves out former places that remain). The number of
    Kreise that have recoded figures is noted in the metadata under ``CONVERTED``.

    Args:
        table: OBSERVATION; each row with the keys that were valid on its reference date.
        day: the day whose Kreise are wanted.

    Raises:
        ValueError: a day before the territory that the links lead to.
    """
    if day < TERRITORY:
        raise ValueError(f"the links lead to the Kreise of {TERRITORY}, not of {day}")
    return recoded(table, mergers())


def recoded(table: pa.Table, linked: Sequence[Link]) -> pa.Table:
    """Return the table with the counts of old keys on new ones, by weight and without rounding: totals stay the same.

    A sum with a part that has no value, or whose row is missing, has no value either and takes the gravest reason.
    Where the provider itself gives a new key that did not exist then (no link leads from it), its own figure stays.
    """
    metadata = table.schema.metadata or {}
    plain = table.replace_schema_metadata()
    by_year = _by_year(linked)
    moved = plain.append_column("year", pc.year(plain["reference_date"])).append_column(
        "row", pa.array(np.arange(plain.num_rows))
    )
    year_end = pc.and_(pc.equal(pc.month(plain["reference_date"]), 12), pc.equal(pc.day(plain["reference_date"]), 31))
    moved = moved.filter(pc.and_(year_end, pc.is_in(plain["measure"], pa.array(COUNTS))))
    moved = moved.join(by_year, keys=["year", "ags"], right_keys=["year", "old"], join_type="inner")
    if moved.num_rows == 0:
        return table
    stays = _without(plain, pc.unique(moved["row"]))
    sums = _sums(moved)
    own = stays.filter(pc.is_valid(stays["value"]))
    sums = _anti(sums, own)
    stays = _anti(stays, sums)
    count = len(pc.unique(sums["ags"]))
    return sort(pa.concat_tables([stays, sums])).replace_schema_metadata({**metadata, CONVERTED: str(count).encode()})


def _by_year(linked: Iterable[Link]) -> pa.Table:
    """Return columns year, old, new, weight, parts: how many links lead to the new key in that year."""
    rows = [(year, *link[2:]) for link in linked for year in range(link.first, link.last + 1)]
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for year, _, new, _ in rows:
        counted[year, new] += 1
    return pa.table(
        {
            "year": pa.array([year for year, *_ in rows], pa.int64()),
            "old": pa.array([old for _, old, _, _ in rows], pa.string()),
            "new": pa.array([new for _, _, new, _ in rows], pa.string()),
            "weight": pa.array([weight for *_, weight in rows], pa.float64()),
            "parts": pa.array([counted[year, new] for year, _, new, _ in rows], pa.int64()),
        }
    )


def _sums(moved: pa.Table) -> pa.Table:
    """Return the weighted sums by new key as OBSERVATION; one whose parts all lack a value is kept with the reason."""
    gravity = pc.index_in(moved["status"], pa.array(GRAVITY))
    share = pc.multiply(moved["value"], moved["weight"])
    keys = [name if name != "ags" else "new" for name in KEY]
    parted = moved.select([*keys, "parts"]).append_column("share", share).append_column("gravity", gravity)
    grouped = parted.group_by([*keys, "parts"], use_threads=False).aggregate(
        [("share", "sum"), ("share", "count"), ("gravity", "max")]
    )
    whole = pc.equal(grouped["share_count"], grouped["parts"])
    reason = pc.take(pa.array(GRAVITY), grouped["gravity_max"])
    absent = pc.less(grouped["gravity_max"], GRAVITY.index("not_available"))  # all rows there have a value
    status = pc.if_else(whole, "computed", pc.if_else(absent, MISSING, reason))
    value = pc.if_else(whole, grouped["share_sum"], pa.scalar(None, pa.float64()))
    made = grouped.select(keys).rename_columns(list(KEY)).append_column("value", value).append_column("status", status)
    return made.select(OBSERVATION.names).cast(OBSERVATION)


def _without(table: pa.Table, rows: pa.ChunkedArray) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(pa.array(np.arange(table.num_rows)), value_set=rows)))


def _anti(table: pa.Table, other: pa.Table) -> pa.Table:
    """Return the rows of a table whose key the other one does not have; an open age group equals an open one."""
    keys = [*(name for name in KEY if name != "age_to"), "until"]
    closed = [t.append_column("until", pc.fill_null(t["age_to"], -1)) for t in (table, other)]
    return closed[0].join(closed[1].select(keys), keys, join_type="left anti").select(OBSERVATION.names)


# --- from the file of the BBSR ------------------------------------------------------------------------------------


def derived(raw: bytes) -> str:
    """Return the text of ``catalog/crosswalk.csv``; read are jahr, ags_alt, ags_2020 and schluessel_bev of the file."""
    shares: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))):
        year, weight = int(row["jahr"]), round(float(row["schluessel_bev"]), 6)
        if year >= FIRST_YEAR and weight:
            shares[year][row["ags_alt"], row["ags_2020"]] = weight
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(Link._fields)
    writer.writerows(_ranges({year: _changed(pairs) for year, pairs in shares.items()}))
    return HEAD + into.getvalue()


def _changed(pairs: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Return the pairs of the new keys that are not simply the old key with the same name and everything in it."""
    odd = {new for (old, new), weight in pairs.items() if old != new or weight < 1}
    return {pair: weight for pair, weight in pairs.items() if pair[1] in odd}


def _ranges(pairs: Mapping[int, Mapping[tuple[str, str], float]]) -> list[Link]:
    """Return one link for a row of years in which a pair has the same weight."""
    found: list[Link] = []
    open_links: dict[tuple[str, str], Link] = {}
    for year in sorted(pairs):
        for pair, weight in pairs[year].items():
            before = open_links.get(pair)
            if before and before.weight == weight and before.last == year - 1:
                open_links[pair] = before._replace(last=year)
            else:
                found += [before] if before else []
                open_links[pair] = Link(year, year, *pair, weight)
    return sorted([*found, *open_links.values()], key=lambda link: (link.new, link.old, link.first))
