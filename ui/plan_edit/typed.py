"""Between a part of a plan and what stands in its form: texts as typed, dates as 2026-11-22, rows with own names.

Pure functions. What is typed is JSON, so that it can be kept as a draft at any moment, whatever state it is in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from zwk_data.language import Language
from zwk_data.plan.parts import new_id
from zwk_data.plan.records import body_of

Typed = dict[str, Any]
Problems = dict[str, str]  # field (``effects.2.low``) -> what is wrong: missing, number, whole, day
FREE = ("partners",)  # lists that are typed as one line, with semicolons between
ROW = "_row"  # name of a row, so that its fields keep their contents when another row goes
GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?")


def typed_of(part: Any, language: Language) -> Typed:
    """Return what the form of a part shows at first."""
    return _shown(type(part), body_of(part), language)


def _shown(cls: type, body: Mapping[str, Any], language: Language) -> Typed:
    hints = _hints(cls)
    return {
        name: "; ".join(value) if name in FREE else _shown_value(value, hints[name], language)
        for name, value in body.items() if name in hints
    }  # fmt: skip


def _shown_value(value: Any, hint: object, language: Language) -> Any:
    inner = inner_class(hint)
    if isinstance(value, list):
        return [{**_shown(inner, item, language), ROW: new_id("row")} if inner else item for item in value]
    if isinstance(value, Mapping) and inner:
        return _shown(inner, value, language)
    if _allows(hint, Decimal) and isinstance(value, str):
        return amount(Decimal(value), language)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def amount(value: Decimal, language: Language) -> str:
    """Write an amount with all the decimals it has, as the reader writes it."""
    _, _, places = f"{value.normalize():f}".partition(".")
    return language.number(float(value), len(places))


def body_from(cls: type, typed: Mapping[str, Any]) -> tuple[dict[str, Any], Problems]:
    """Return the body of a part as it was typed, and what of it cannot be.

    Empty fields and empty rows are left out; so is what cannot be read.
    """
    problems: Problems = {}
    return _body(cls, typed, "", problems), problems


def _body(cls: type, typed: Mapping[str, Any], path: str, problems: Problems) -> dict[str, Any]:
    hints, body = _hints(cls), {}
    for field in fields(cls):
        if field.name not in typed:
            value = None
        else:
            value = _value(typed[field.name], hints[field.name], f"{path}{field.name}", problems)
        if value not in (None, "", [], {}, False):
            body[field.name] = value
        elif field.default is MISSING and f"{path}{field.name}" not in problems:
            problems[f"{path}{field.name}"] = "missing"
        elif value is False and field.default is True:
            body[field.name] = False
    return body


def _value(raw: Any, hint: object, path: str, problems: Problems) -> Any:
    inner = inner_class(hint)
    if isinstance(raw, list):
        return list(_items(raw, inner, path, problems))
    if isinstance(raw, Mapping):
        return _body(inner, raw, f"{path}.", problems) if inner and filled(raw) else None
    if not isinstance(raw, str):
        return raw
    if get_origin(hint) is tuple:
        return list(_items(re.split(r"[;\n]", raw), None, path, problems))
    text = raw.strip()
    if not text:
        return None
    for kind, read in ((Decimal, _decimal), (int, _whole), (date, _day)):
        if _allows(hint, kind):
            return _read(read, text, path, problems)
    return text


def _items(raw: list[Any], inner: type | None, path: str, problems: Problems) -> Iterator[Any]:
    seen: list[Any] = []
    for number, item in enumerate(raw):
        value = item.strip() if isinstance(item, str) else item
        if inner and isinstance(item, Mapping):
            row = _with_id(inner, item)
            value = _body(inner, row, f"{path}.{number + 1}.", problems) if filled(item) else None
        if value and value not in seen:  # the same twice is no second one
            seen.append(value)
            yield value


def _with_id(inner: type, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row of a kind that has ids gets that of its name where it is new."""
    needs = "id" in _hints(inner) and not row.get("id")
    return {**row, "id": row.get(ROW) or new_id("row")} if needs else row


def filled(row: Mapping[str, Any]) -> bool:
    """Tell whether a row says anything."""
    return any(value not in (None, "", [], False) for name, value in row.items() if name not in (ROW, "id"))


def _read(read: Any, text: str, path: str, problems: Problems) -> Any:
    try:
        return read(text)
    except (ValueError, InvalidOperation):
        problems[path] = {_decimal: "number", _whole: "whole", _day: "day"}[read]
        return None


def _decimal(text: str) -> str:
    """Return a number that was typed as 40.000, 40.000,50, 40000 or 0,5 as text for a ``Decimal``."""
    plain = re.sub(r"\s|€|EUR|Euro|%", "", text).replace("\u2212", "-")
    if GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    if not PLAIN.fullmatch(plain):
        raise ValueError(text)
    return str(Decimal(plain.replace(",", ".")))


def _whole(text: str) -> int:
    number = Decimal(_decimal(text))
    if number != int(number):
        raise ValueError(text)
    return int(number)


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


@cache
def _hints(cls: type) -> Mapping[str, object]:
    return get_type_hints(cls)


def inner_class(hint: object) -> type | None:
    """Return the dataclass inside a hint: of a tuple, or beside None."""
    options = [hint, *get_args(hint)]
    found = next((option for option in options if isinstance(option, type) and is_dataclass(option)), None)
    if found:
        return found
    nested = next((get_args(option)[0] for option in options if get_origin(option) is tuple), None)
    return nested if isinstance(nested, type) and is_dataclass(nested) else None


def _allows(hint: object, kind: type) -> bool:
    return hint is kind or kind in get_args(hint)
