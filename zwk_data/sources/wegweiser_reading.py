"""What answers of Wegweiser Kommune mean: which indicator is which measure, which region is which place.

Names and addresses (``friendlyUrl``) stay the same across versions of the provider's database, its numbers do not, and
the keys of Kreise and Länder are made up: the twelve-digit regional key (``ars``) counts.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from zwk_data.catalog.tidy import MEASURES
from zwk_data.sources.basis import published_basis
from zwk_data.sources.errors import Implausible, ParseError
from zwk_data.sources.rows import TOTAL, AgeGroup, Row, to_table, year_end

GRID = "wegweiser"
OPEN = 999
MARKERS = ("", "-", ".", "k.A.", "k. A.", "n/a")
ALONE = {"02000": "02", "11000": "11"}  # Kreise that are a Land: the provider lists Berlin and Hamburg once
KEY_LENGTHS = (2, 5, 9, 12)
AGES = (  # in this order: the first that fits counts
    (re.compile(r"(\d+)-?\s*(?:bis|–|-)\s*unter\s*(\d+)"), lambda m: (int(m[1]), int(m[2]) - 1)),
    (re.compile(r"(\d+)-?\s*(?:bis|–|-)\s*(\d+)"), lambda m: (int(m[1]), int(m[2]))),
    (re.compile(r"unter\s*(\d+)"), lambda m: (0, int(m[1]) - 1)),
    (re.compile(r"ab\s*(\d+)"), lambda m: (int(m[1]), None)),
    (re.compile(r"(\d+)(?:-?\s*jährige|\s*jahre)?\s*(?:\+|und\s+(?:älter|mehr))"), lambda m: (int(m[1]), None)),
)  # fmt: skip
# Words in a unit by the unit of the measure; persons and everything else that is a bare number have none of them.
UNIT_WORDS = {"percent": "%", "years": "jahr", "per 1,000": "1.000", "persons per km2": "km"}


@dataclass(frozen=True)
class Wanted:
    """An indicator by its address or its name; without a ``measure`` of its own age the name says the age group."""

    slugs: tuple[str, ...]
    names: tuple[str, ...]
    measure: str
    required: bool = True

    def fits(self, slug: str, name: str) -> bool:
        """Tell whether an indicator is this one."""
        return slug in self.slugs or name.strip().casefold() in self.names


@dataclass(frozen=True)
class Selection:
    """What a dataset takes: single indicators, and all age groups of some topics (address of the topic: measure)."""

    single: tuple[Wanted, ...] = ()
    topics: tuple[tuple[str, str], ...] = ()
    single_from: str = ""  # topic whose indicators are searched; empty: all indicators of recorded figures


SELECTIONS: Mapping[str, Selection] = {
    "wegweiser_development": Selection((
        Wanted(("bevoelkerung",), ("bevölkerung",), "population"),
        Wanted(("geburten",), ("geburten",), "crude_birth_rate"),
        Wanted(("sterbefaelle",), ("sterbefälle",), "crude_death_rate"),
        Wanted(("natuerlicher-saldo",), ("natürlicher saldo", "natürliche saldorate"), "natural_balance_rate", False),
        Wanted(("wanderungssaldo",), ("wanderungssaldo",), "net_migration_rate", False),
        Wanted(("durchschnittsalter",), ("durchschnittsalter",), "mean_age", False),
        Wanted(("medianalter",), ("medianalter",), "median_age", False),
    )),
    "wegweiser_age_shares": Selection(topics=(("anteile-der-altersgruppen", "population_share"),)),
    "wegweiser_forecast": Selection(
        (Wanted((), ("bevölkerung",), "projected_population"),),
        (("bevoelkerung-nach-altersgruppen-2", "projected_population"),),
        "demografische-prognose",
    ),
    "wegweiser_forecast_shares": Selection(topics=(("anteile-der-altersgruppen-1", "projected_share"),)),
}  # fmt: skip
RECORDED = "COMMUNAL_DATA"


def age_group(name: str) -> tuple[int, int | None] | None:
    """Return the ages an indicator's name tells, in completed years with both ends included; None where it tells none.

    "unter 3-Jährige", "3- bis 5-Jährige", "65 bis unter 80 Jahre", "ab 80-Jährige", "80 Jahre und älter".
    """
    for pattern, ages in AGES:
        if match := pattern.search(name.casefold()):
            found: tuple[int, int | None] = ages(match)
            return found
    return None


def partition(groups: Mapping[str, tuple[int, int | None]]) -> dict[str, AgeGroup]:
    """Return the groups, by address, that cover all ages without gap or overlap, the narrowest ones.

    Raises:
        ParseError: no choice of the groups covers all ages.
    """
    chosen: dict[str, AgeGroup] = {}
    start = 0
    while start < OPEN:
        fitting = [(OPEN if high is None else high, slug) for slug, (low, high) in groups.items() if low == start]
        if not fitting:
            raise ParseError(f"no group from {start}", f"Die Altersgruppen haben ab {start} Jahren eine Lücke.")
        high, slug = min(fitting)
        chosen[slug] = (GRID, start, None if high == OPEN else high)
        start = OPEN if high == OPEN else high + 1
    return chosen


def meanings(indicators: Sequence[Mapping[str, Any]], selection: Selection) -> dict[str, tuple[str, AgeGroup]]:
    """Return measure and age group of the indicators of an answer by address; others are left out.

    Raises:
        ParseError: an indicator has no address, or the age groups do not cover all ages.
        Implausible: a unit is not the one of the measure.
    """
    found: dict[str, tuple[str, AgeGroup]] = {}
    groups: dict[str, tuple[int, int | None]] = {}
    for one in indicators:
        slug, name = str(one["friendlyUrl"]), str(one["name"])
        single = next((wanted for wanted in selection.single if wanted.fits(slug, name)), None)
        if single:
            found[slug] = (single.measure, TOTAL)
        elif selection.topics and (ages := age_group(name)):
            groups[slug] = ages
    if groups:
        measure = selection.topics[0][1]
        found |= {slug: (measure, group) for slug, group in partition(groups).items()}
    for one in indicators:
        if str(one["friendlyUrl"]) in found:
            _check_unit(str(one.get("unit") or ""), found[str(one["friendlyUrl"])][0], str(one["name"]))
    return found


def _check_unit(unit: str, measure: str, name: str) -> None:
    told = unit.casefold()
    expected = UNIT_WORDS.get(MEASURES[measure])
    foreign = "%" in told or "je " in told or "tausend" in told or "1.000" in told
    if (expected is None and foreign) or (expected is not None and expected not in told):
        raise Implausible(f"{name}: unit {unit!r}", f"»{name}« kommt in einer anderen Einheit ({unit or 'ohne'}).")


def place_of(region: Mapping[str, Any]) -> str | None:
    """Return the canonical key of a region; None for associations and for small Gemeinden, which have no figures.

    Raises:
        ParseError: the region has no usable key.
    """
    kind = str(region["type"])
    if kind == "BUND":
        return "DG"
    ars = str(region.get("ars") or "").strip()
    if not ars.isdigit() or len(ars) > KEY_LENGTHS[-1]:
        raise ParseError(f"region without regional key: {region.get('friendlyUrl')}")
    ars = ars.zfill(min(length for length in KEY_LENGTHS if length >= len(ars)))
    if kind == "BUNDESLAND":
        return ars[:2]
    if kind in ("LANDKREIS", "KREISFREIE_STADT"):
        return ars[:5]
    if kind != "GEMEINDE" or len(ars) < KEY_LENGTHS[-1] or ars.endswith("000"):
        return None
    return ars[:5] + ars[9:]


def tidy(dataset: str, contents: Sequence[Mapping[str, Any]]) -> Iterator[pa.Table]:
    """Yield one table per year of all answers of a dataset. Raises ParseError or Implausible."""
    read = [_Answer.of(content, SELECTIONS[dataset]) for content in contents]
    lands = {place for answer in read for place in answer.places if place and len(place) == 2}
    for year in sorted({year for answer in read for year in answer.years}):
        dropped: Counter[str] = Counter()
        rows = [row for answer in read for row in answer.rows(dataset, year, lands, dropped)]
        if any(row.value is not None for row in rows):  # a year may be listed before it has figures
            yield to_table(rows, dropped)


@dataclass(frozen=True)
class _Answer:
    """One answer: canonical key by position, years, and per address the values by place and year."""

    places: tuple[str | None, ...]
    years: tuple[int, ...]
    meaning: dict[str, tuple[str, AgeGroup]]
    values: tuple[tuple[str, list[list[Any]]], ...]

    @classmethod
    def of(cls, content: Mapping[str, Any], selection: Selection) -> "_Answer":
        data = content["data"]
        places = tuple(place_of(region) for region in data["regions"])
        years = tuple(int(year) for year in content["years"])
        values = tuple((str(one["friendlyUrl"]), one["regionYearValues"]) for one in data["indicators"])
        meaning = meanings(data["indicators"], selection)
        for slug, table in values:
            if len(table) != len(places) or any(len(line) != len(years) for line in table):
                raise ParseError(f"{slug}: values for other places or years than announced")
        return cls(places, years, meaning, values)

    def rows(self, dataset: str, year: int, lands: set[str], dropped: Counter[str]) -> Iterator[Row]:
        """Yield the observations of one year."""
        if year not in self.years:
            return
        position = self.years.index(year)
        dropped["associations"] += sum(place is None for place in self.places)
        for slug, table in self.values:
            if slug not in self.meaning:
                continue
            measure, ages = self.meaning[slug]
            basis = published_basis(measure, year)
            for place, line in zip(self.places, table, strict=True):
                value = number(line[position])
                for key in _keys(place, lands):
                    yield Row(dataset, measure, key, year_end(year), "t", *ages, basis, value,
                              "missing" if value is None else "ok")  # fmt: skip


def _keys(place: str | None, lands: set[str]) -> Iterator[str]:
    """Yield the key, and that of the Land where a Kreis is one and the provider does not list it besides."""
    if place:
        yield place
        if place in ALONE and ALONE[place] not in lands:
            yield ALONE[place]


def number(cell: Any) -> float | None:
    """Return a value; None for what the provider writes where there is none. Raises ParseError for anything else."""
    if cell is None or (isinstance(cell, str) and cell.strip() in MARKERS):
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise ParseError(f"no number: {str(cell)[:40]!r}")
    return float(cell) if math.isfinite(cell) else None
