"""What a part of a plan may hold beyond its types: lengths, amounts, years, addresses and known ids, declared here.

Problems: missing, empty, too_long, signs (that cannot be printed), too_many, twice, range, order (it contradicts
another field), address, unknown (an id that is not declared), not_allowed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from zwk_data.catalog import indicators, levers, services
from zwk_data.language import Language
from zwk_data.plan import labels
from zwk_data.plan.model import Effect, Entry, Fact, Handlungsfeld, Link, Target
from zwk_data.plan.parts import Head, Part, kind_of
from zwk_data.plan.reading import PlanError, is_period
from zwk_data.plan.records import body_of, value_of

Problem = tuple[str, str]  # field, problem
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,119}")
# Control characters but for tabs and line breaks, halves of characters, and what turns the direction of a text round.
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Characters of a text, by field; 2000 where nothing is said.
LONGEST: Mapping[str, int] = MappingProxyType({
    **dict.fromkeys(("description", "note", "done", "planned", "reason", "text", "rationale", "says"), 10_000),
    **dict.fromkeys(("title", "name", "slogan", "publisher", "responsible_office", "office", "place"), 300),
    **dict.fromkeys(("example_place", "partners", "page", "date_text", "figure"), 300),
    "capacity_unit": 40, "contact": 500,
})  # fmt: skip
LONG = 2_000
MOST = 200  # values of one field, such as partners
DECIMALS = 6
DAYS = (date(1900, 1, 1), date(2150, 12, 31))
RANGES: Mapping[str, tuple[int, int]] = MappingProxyType({
    "percent": (0, 100), "funding_share": (0, 100), "cost_plan": (0, 10**11), "cost_actual": (0, 10**11),
    "capacity": (0, 1_000_000), "tolerance": (0, 10**9), "value": (-(10**9), 10**9), "low": (-(10**6), 10**6),
    "mid": (-(10**6), 10**6), "high": (-(10**6), 10**6), "year": (1900, 2100), "base_year": (1990, 2100),
    "start_year": (2000, 2100), "end_year": (2000, 2100), "lag_years": (0, 50), "order": (0, 10_000),
})  # fmt: skip
TARGET_YEARS = (2000, 2100)
WEB, VIEWS = ("url",), ("address", "exhibit", "counter")  # a web address; one of this application or of the web


class NotUsable(ValueError):
    """A part that cannot be saved as it is; ``problems`` are (field, problem), ``fields`` only the fields."""

    def __init__(self, problems: Iterable[Problem], kind: str = "") -> None:
        self.problems, self.kind = tuple(dict.fromkeys(problems)), kind
        self.fields = tuple(dict.fromkeys(field for field, _ in self.problems))
        super().__init__(", ".join(f"{field}: {problem}" for field, problem in self.problems))

    def reasons(self, language: Language) -> list[str]:
        """Return one sentence per problem, for the reader."""
        return [problem_text(field, language, problem, self.kind) for field, problem in self.problems]


def field_name(field: str, language: Language, kind: str = "") -> str:
    """Return the name of a field as forms say it."""
    return labels.field_name(field, language, kind)


def problem_text(field: str, language: Language, problem: str = "not_allowed", kind: str = "") -> str:
    """Say what is wrong with a field."""
    text, last = language.text, field.rpartition(".")[2]
    low, high = (TARGET_YEARS if (kind, last) == ("target", "year") else RANGES.get(last, (0, 0)))  # fmt: skip
    bounds = (
        {"low": low, "high": high} if "year" in last else {"low": language.number(low), "high": language.number(high)}
    )
    said = {
        "missing": text("fehlt"), "empty": text("ist leer"), "twice": text("ist doppelt genannt"),
        "too_long": text("ist zu lang, höchstens {most} Zeichen", most=language.number(longest(last))),
        "signs": text("enthält Zeichen, die sich nicht darstellen lassen"),
        "too_many": text("hat zu viele Angaben, höchstens {most}", most=MOST),
        "range": text("liegt nicht zwischen {low} und {high}", **bounds) if last in RANGES else (
            text("liegt außerhalb dessen, was möglich ist")),
        "order": text("passt nicht zu den anderen Angaben"),
        "address": text("ist keine Adresse, die mit https:// oder http:// beginnt"),
        "unknown": text("ist nicht bekannt"),
    }.get(problem, text("lässt sich so nicht speichern"))  # fmt: skip
    return text("{field}: {problem}", field=field_name(field, language, kind), problem=said)


def longest(field: str) -> int:
    """Return how many characters the text of a field may have."""
    return LONGEST.get(field, LONG)


def checked(part: Part) -> Part:
    """Return a part that can be saved.

    Raises:
        NotUsable: a field is missing, too long, or contradicts another.
    """
    if found := list(problems(part)):
        raise NotUsable(found, kind_of(part))
    return part


def problems(part: Part) -> Iterator[Problem]:
    """Yield what is wrong with a part; where its types are wrong, only the first of these."""
    try:
        value_of(type(part), body_of(part))
    except PlanError as error:
        yield error.field, error.problem
        return
    if not IDENTIFIER.fullmatch(part.id) or (isinstance(part, Head) and part.id != "head"):
        yield "id", "not_allowed"
    yield from _values(part, "")
    for cls, rule in RULES.items():
        if isinstance(part, cls):
            yield from rule(part)


def _values(value: Any, inside: str) -> Iterator[Problem]:
    """Yield what is wrong with single fields, those of values inside the part included."""
    for field in fields(value):
        held = getattr(value, field.name)
        several = held if isinstance(held, tuple) else (held,)
        name = inside + field.name
        if len(several) > MOST:
            yield name, "too_many"
        for one in several[:MOST]:
            if is_dataclass(one):
                yield from _values(one, f"{name}.")
                if isinstance(one, Effect):
                    yield from ((f"{name}.{wrong}", problem) for wrong, problem in _effect(one))
            elif problem := _problem(field.name, one):
                yield name, problem


def _problem(field: str, value: object) -> str:
    """Return what is wrong with one value, empty where nothing is."""
    if isinstance(value, str):
        return _text_problem(field, value)
    if isinstance(value, date):
        return "" if DAYS[0] <= value <= DAYS[1] else "range"
    if isinstance(value, Decimal) and -int(value.as_tuple().exponent) > DECIMALS:
        return "not_allowed"
    if isinstance(value, int | Decimal) and field in RANGES:
        low, high = RANGES[field]
        return "" if low <= value <= high else "range"
    return ""


def _text_problem(field: str, text: str) -> str:
    if len(text) > longest(field):
        return "too_long"
    if UNWANTED.search(text):
        return "signs"
    if field in WEB and not is_web(text):
        return "address"
    if field in VIEWS and not (is_web(text) or _is_view(text)):
        return "address"
    return ""


def is_web(address: str) -> bool:
    """Tell whether a text is a web address that may become a link."""
    if re.search(r"[\s\\<>\"]", address):
        return False
    try:
        split = urlsplit(address)
        return split.scheme in ("http", "https") and bool(split.hostname) and "@" not in split.netloc
    except ValueError:
        return False


def _is_view(address: str) -> bool:
    """Tell whether a text can be the address of a view of this application: without scheme and host."""
    return bool(re.fullmatch(r"/?[A-Za-z0-9_][^\s\\:<>\"]*", address.partition("?")[0])) and "\n" not in address


def _effect(effect: Effect) -> Iterator[Problem]:
    if effect.lever not in levers():
        yield "lever", "unknown"
    rising, falling = effect.low <= effect.mid <= effect.high, effect.low >= effect.mid >= effect.high
    if not (rising or falling):
        yield "mid", "order"
    if effect.end_year is not None and effect.end_year < effect.start_year:
        yield "end_year", "order"


def _entry(entry: Entry) -> Iterator[Problem]:
    if not is_period(entry.start, entry.end):
        yield "end", "order"
    if entry.service is not None and entry.service not in services():
        yield "service", "unknown"


def _fact(fact: Fact) -> Iterator[Problem]:
    if not is_period(fact.start, fact.end):
        yield "end", "order"


def _link(link: Link) -> Iterator[Problem]:
    if link.indicator not in indicators():
        yield "indicator", "unknown"
    if link.role == "context" and link.expected_direction:
        yield "expected_direction", "order"  # the context of an entry is not what it is to change


def _target(target: Target) -> Iterator[Problem]:
    if target.indicator not in indicators():
        yield "indicator", "unknown"
    if not TARGET_YEARS[0] <= target.year <= TARGET_YEARS[1]:
        yield "year", "range"
    if target.base_year is not None and target.base_year >= target.year:
        yield "base_year", "order"


def _handlungsfeld(field: Handlungsfeld) -> Iterator[Problem]:
    if field.headline_indicator is not None and field.headline_indicator not in indicators():
        yield "headline_indicator", "unknown"
    if field.headline_text and field.headline_source is None:
        yield "headline_source", "missing"


RULES: Mapping[type, Callable[[Any], Iterator[Problem]]] = MappingProxyType(
    {Entry: _entry, Fact: _fact, Link: _link, Target: _target, Handlungsfeld: _handlungsfeld}
)
