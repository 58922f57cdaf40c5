"""Any part of a plan that may be saved, made from the types of its fields (for hypothesis)."""

from collections.abc import Callable
from dataclasses import is_dataclass, replace
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from zwk_data.catalog import indicators, levers, services
from zwk_data.plan.checking import DAYS, RANGES, TARGET_YEARS, longest
from zwk_data.plan.model import Effect, Entry, Fact, Handlungsfeld, Link, Target
from zwk_data.plan.parts import PARTS, Head

IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)
SIGNS = st.characters(exclude_categories=["Cc", "Cs", "Cf"], include_characters="\n\tß„“")
ADDRESSES = st.sampled_from(["https://example.org/plan?a=1#b", "http://example.org"])
VIEWS = st.sampled_from(["kennzahlen?ags=05758012&indicator=share_u18", "/exhibit?kind=trend", "https://example.org/"])
CALLED: dict[str, st.SearchStrategy[str]] = {
    "id": IDS, "entry": IDS, "concept": IDS, "handlungsfeld": IDS, "handlungsfelder": IDS, "goals": IDS, "tools": IDS,
    "url": ADDRESSES, "address": VIEWS, "exhibit": VIEWS, "counter": VIEWS, "lever": st.sampled_from(list(levers())),
    "indicator": st.sampled_from(list(indicators())), "headline_indicator": st.sampled_from(list(indicators())),
    "service": st.sampled_from(list(services())),
}  # fmt: skip


def parts(kind: str) -> st.SearchStrategy[Any]:
    """Any part of a kind that can be saved."""
    return made(PARTS[kind][0])


def made(cls: type) -> st.SearchStrategy[Any]:
    """Any value of a dataclass, with what its fields ask of each other."""
    hints = get_type_hints(cls)
    any_one = st.builds(cls, **{name: _value(name, hint) for name, hint in hints.items()})
    return any_one.map(FITTING.get(cls, lambda value: value))


def _value(name: str, hint: Any) -> st.SearchStrategy[Any]:
    if NoneType in get_args(hint):
        return st.none() | _value(name, next(one for one in get_args(hint) if one is not NoneType))
    if get_origin(hint) is tuple:
        return st.lists(_value(name, get_args(hint)[0]), max_size=3, unique=True).map(tuple)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if is_dataclass(hint):
        return made(hint)
    return _simple(name, hint)


def _simple(name: str, hint: type) -> st.SearchStrategy[Any]:
    low, high = RANGES.get(name, (0, 1000))
    return {
        bool: st.booleans(), date: st.dates(*DAYS), int: st.integers(low, high),
        Decimal: st.decimals(low, high, places=2),
        str: CALLED.get(name, st.text(SIGNS, min_size=1, max_size=min(30, longest(name))).filter(str.strip)),
    }[hint]  # fmt: skip


def _effect(one: Effect) -> Effect:
    low, mid, high = sorted((one.low, one.mid, one.high), reverse=one.start_year % 2 == 0)
    ends = None if one.end_year is None else max(one.start_year, one.end_year)
    return replace(one, low=low, mid=mid, high=high, end_year=ends)


def _period(one: Any) -> Any:
    return replace(one, end=max(one.start, one.end)) if one.start and one.end else one


def _target(one: Target) -> Target:
    year = min(max(one.year, TARGET_YEARS[0]), TARGET_YEARS[1])
    return replace(one, year=year, base_year=None if one.base_year is None else min(one.base_year, year - 1))


def _link(one: Link) -> Link:
    return replace(one, expected_direction=None) if one.role == "context" else one


def _field(one: Handlungsfeld) -> Handlungsfeld:
    return one if one.headline_source else replace(one, headline_text=None)


FITTING: dict[type, Callable[[Any], Any]] = {
    Effect: _effect, Entry: _period, Fact: _period, Target: _target, Link: _link, Handlungsfeld: _field,
    Head: lambda one: replace(one, id="head"),
}  # fmt: skip
