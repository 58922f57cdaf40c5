"""Regionalatlas: what its tables hold, and how one answer becomes rows.

The tables carry published ratios, rounded to one decimal, no counts. Rates come per 1,000 or per 10,000 inhabitants,
depending on the column and the year of the catalogue; the title of the column says which, and only that is believed.

Reference: AI0202 (population change in the year) follows from the mean population of the year, not from that at its
end: recomputed with official totals for Bremen 2020 (-15.7), Bayern 2024 (54.9) and Germany 2024 (14.5). Births,
deaths and migration are taken to refer to the same.

Basis: that of the stock at the end of the year, as the figures are published now.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zwk_data.sources.basis import stock_basis
from zwk_data.sources.errors import Implausible, Incomplete, Moved, NotData, ParseError
from zwk_data.sources.rows import TOTAL, AgeGroup, Row, canonical, year_end

MARKER = 2_000_000_000  # every number above stands for a sign of the tables
# 7777777777 is the sign for "not reliable enough": the figure itself is withheld.
MARKERS = {5555555555: "secret", 6666666666: "not_available", 7777777777: "not_available", 8888888888: "later"}
NOTHING = 2222222222  # "nothing present", and exactly zero
PER = re.compile(r"je\s+(1|10)[.\s\u00a0]?000\s+(?:EW|Einw)", re.IGNORECASE)
CITY_STATES = {"02": "02000", "11": "11000"}  # Hamburg and Berlin are a Kreis and a Gemeinde under their Land's key
LAND, KREIS, GEMEINDE = 1, 3, 5


@dataclass(frozen=True)
class Field:
    """One column: what it measures, for which ages, and whether nothing present means zero of it."""

    measure: str
    kind: str  # per_inhabitants, percent, density, age
    ages: AgeGroup = TOTAL
    zero: bool = False


def _ages(age_from: int, age_to: int | None) -> AgeGroup:
    return ("atlas5", age_from, age_to)


TABLES: Mapping[str, Mapping[str, Field]] = {
    "AI002-1-5": {
        "ai0201": Field("population_density", "density"),
        "ai0202": Field("population_change_rate", "per_inhabitants"),
        "ai0208": Field("foreign_share", "percent", zero=True),
        "ai0209": Field("crude_birth_rate", "per_inhabitants", zero=True),
        "ai0210": Field("crude_death_rate", "per_inhabitants", zero=True),
        "ai0211": Field("natural_balance_rate", "per_inhabitants", zero=True),
        "ai0212": Field("net_migration_rate", "per_inhabitants", zero=True),
    },
    "AI002-2-5": {
        "ai0203": Field("population_share", "percent", _ages(0, 17), zero=True),
        "ai0204": Field("population_share", "percent", _ages(18, 24), zero=True),
        "ai0205": Field("population_share", "percent", _ages(25, 44), zero=True),
        "ai0206": Field("population_share", "percent", _ages(45, 64), zero=True),
        "ai0207": Field("population_share", "percent", _ages(65, None), zero=True),
    },
    "AI002-4-5": {
        "ai0218": Field("mean_age", "age"),
        "ai0219": Field("mean_age_first_birth", "age"),
    },
}


# --- the catalogue ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """What the catalogue says about one table.

    ``factors`` turn a column into the unit of its measure; ``places`` is, by year and level, the highest number of
    places with a figure in any column, and is empty where the catalogue does not say.
    """

    years: tuple[int, ...]
    factors: Mapping[str, float]
    places: Mapping[tuple[int, int], int]


def read_catalogue(body: bytes, code: str) -> Listed:
    """Find a table in the catalogue (services.json).

    Raises:
        Moved: the table or one of its columns is no longer listed.
        Implausible: a column has a unit that is not known.
    """
    themes = read_json(body)
    if not isinstance(themes, list):
        raise Moved(f"catalogue is no list of themes but {type(themes).__name__}")
    children = [child for theme in themes if isinstance(theme, dict) for child in theme.get("children") or []]
    entry = next((one for one in children if isinstance(one, dict) and one.get("code") == code), None)
    if entry is None:
        raise Moved(f"{code} is not in the catalogue")
    by_year = {int(year): said for year, said in (entry.get("years") or {}).items() if re.fullmatch(r"[12]\d{3}", year)}
    if not by_year:
        raise Moved(f"{code} lists no years")
    attributes = {str(one.get("code", "")).lower(): one for one in entry.get("attributes") or []}
    factors = {name: _factor(name, field, attributes.get(name)) for name, field in TABLES[code].items()}
    return Listed(tuple(sorted(by_year)), factors, dict(_places(by_year)))


def _factor(name: str, field: Field, attribute: Mapping[str, Any] | None) -> float:
    """Return by what a column is multiplied, from its title and unit."""
    if attribute is None:
        raise Moved(f"column {name} is not in the catalogue")
    title = " ".join(str(attribute.get(key) or "") for key in ("title_short", "title_long"))
    unit = str(attribute.get("unit") or "").strip()
    per = PER.search(title)
    known = {
        "per_inhabitants": per is not None and unit in ("Anzahl", ""),
        "percent": unit in ("Prozent", "%"),
        "density": "je qkm" in title or "je km" in title,
        "age": "alter" in title.lower() and unit in ("Jahre", "Jahr", "Anzahl", "Alter", ""),
    }
    if not known[field.kind]:
        raise Implausible(
            f"{name}: title {title!r}, unit {unit!r}",
            f"Die Quelle nennt für die Spalte {name.upper()} eine unbekannte Einheit.",
        )
    return 0.1 if field.kind == "per_inhabitants" and per is not None and per[1] == "10" else 1.0


def _places(by_year: Mapping[int, Any]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield ((year, level), places): ``geom_levels`` of each column counts Länder, regions, Kreise, Gemeinden."""
    for year, columns in by_year.items():
        found = (
            [one.get("geom_levels") for one in columns if isinstance(one, dict)] if isinstance(columns, list) else []
        )
        counts = [four for four in found if isinstance(four, list) and len(four) == 4]
        if counts and len(counts) == len(found) and all(isinstance(n, int) for four in counts for n in four):
            for level, position in ((LAND, 0), (KREIS, 2), (GEMEINDE, 3)):
                yield (year, level), max(four[position] for four in counts)


def read_json(body: bytes) -> Any:
    """Read an answer; a page instead of data, or half of an answer, is an error."""
    plain = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain[:1] not in (b"{", b"["):
        raise NotData(f"answer begins with {plain[:20]!r}")
    try:
        return json.loads(plain)
    except ValueError as error:
        raise NotData(f"broken JSON: {error}", "Die Antwort der Quelle ist unvollständig oder beschädigt.") from None


# --- rows ------------------------------------------------------------------------------------------------------------


def figures(
    dataset: str, code: str, listed: Listed, answer: Mapping[str, Any], left_out: Counter[str]
) -> Iterator[Row]:
    """Yield the observations of one answer; a place without any figure in the joined table has none."""
    for number, feature in enumerate(answer["features"]):
        given = feature.get("attributes") if isinstance(feature, dict) else None
        if not isinstance(given, dict):
            raise ParseError(f"feature {number} has no attributes")
        place = {str(key).lower(): value for key, value in given.items()}
        year, ags = place.get("jahr2"), place.get("ags2")
        if year is None or ags is None:
            left_out["places_without_figures"] += 1
            continue
        key = key_of(ags, place.get("typ"))
        if key is None:
            left_out["associations"] += 1
            continue
        yield from _row(dataset, code, listed, place, key, _year(year, place))


def _year(year: Any, place: Mapping[str, Any]) -> int:
    if not isinstance(year, int) or year != place.get("jahr", year):
        raise ParseError(f"year {year!r} beside {place.get('jahr')!r}")
    return year


def key_of(ags: Any, level: Any) -> str | None:
    """Return the canonical key: ``02`` among Kreise is ``02000``; None for an association of Gemeinden.

    Raises:
        ParseError: the key has lost its leading zero, or is none.
    """
    text = ags.strip() if isinstance(ags, str) else ""
    if text == "DG":
        return text
    if text.isascii() and text.isdigit():
        if len(text) == 2:
            return CITY_STATES.get(text, text) if level in (KREIS, GEMEINDE) else text
        if len(text) in (5, 8):
            return canonical(text) if len(text) == 8 else text
        if len(text) in (9, 12):
            return None
    raise ParseError(f"key {ags!r}", "Die Quelle liefert Gebietsschlüssel, die keine sind.")


def _row(dataset: str, code: str, listed: Listed, place: Mapping[str, Any], key: str, year: int) -> Iterator[Row]:
    fields = TABLES[code]
    if missing := [name for name in fields if name not in place]:
        raise Moved(f"columns {missing} are not in the answer")
    known = {name: _number(place[name], name) for name in fields}
    exists = any(value is not None and value < MARKER for value in known.values())
    for name, field in fields.items():
        value, status = _reading(known[name], field, listed.factors[name], exists=exists)
        yield Row(
            dataset, field.measure, key, year_end(year), "t", *field.ages, stock_basis(year_end(year)), value, status
        )  # fmt: skip


def _number(value: Any, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParseError(f"{name}: {value!r} is no number")
    return float(value)


def _reading(value: float | None, field: Field, factor: float, *, exists: bool) -> tuple[float | None, str]:
    """Return value and status; nothing present is zero only of what can be zero, where the place has other figures."""
    if value is None:
        return None, "missing"
    if value <= MARKER:
        return round(value * factor, 6), "ok"
    if value == NOTHING:
        return (0.0, "ok") if field.zero and exists else (None, "missing")
    return None, MARKERS.get(int(value), "missing")


# --- sums that must hold ---------------------------------------------------------------------------------------------


SHARES_MISS = 0.6  # five shares, each rounded to 0.05
BALANCE_MISS = 0.2  # per 1,000: births and deaths rounded to 0.05 each, the balance to 0.005 or 0.05
FEW = 0.01  # of the places may miss: revisions reach one column before the other


def refuse_missed_sums(values: Mapping[tuple[str, str], Sequence[float]], day: str) -> None:
    """Refuse shares that do not add up to 100 and balances that are not births less deaths.

    Args:
        values: by (measure, place) the values of one date, shares by age group.
        day: the date in words.

    Raises:
        Implausible: more than a few places miss.
    """
    places = {place for _, place in values}
    checks: tuple[tuple[str, Callable[[str], float | None], float], ...] = (
        ("Die Anteile der Altersgruppen ergeben nicht 100 %", lambda place: _off_hundred(values, place), SHARES_MISS),
        ("Geburten und Sterbefälle ergeben nicht den Saldo", lambda place: _off_balance(values, place), BALANCE_MISS),
    )
    for reason, off, limit in checks:
        found = {place: miss for place in places if (miss := off(place)) is not None}
        wrong = sorted(place for place, miss in found.items() if miss > limit)
        if len(wrong) > FEW * len(found):
            raise Implausible(
                f"{len(wrong)} of {len(found)} miss, first {wrong[0]}",
                f"{reason} (zum {day} zuerst bei {wrong[0]}, insgesamt {len(wrong)} Fälle).",
            )


def _off_hundred(values: Mapping[tuple[str, str], Sequence[float]], place: str) -> float | None:
    shares = values.get(("population_share", place), ())
    return abs(sum(shares) - 100) if len(shares) == len(TABLES["AI002-2-5"]) else None


def _off_balance(values: Mapping[tuple[str, str], Sequence[float]], place: str) -> float | None:
    parts = [values.get((name, place)) for name in ("crude_birth_rate", "crude_death_rate", "natural_balance_rate")]
    if not all(parts):
        return None
    births, deaths, balance = (part[0] for part in parts if part)
    return abs(births - deaths - balance)


def refuse_few(found: int, expected: int, what: str, day: str, least: float) -> None:
    """Refuse a level that has clearly fewer places than it should; raises Incomplete."""
    if found < least * expected:
        raise Incomplete(f"{found} of {expected} {what} on {day}",
                         f"Zum {day} liegen {found} statt etwa {expected} {what} vor.")  # fmt: skip
