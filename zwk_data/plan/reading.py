"""Strict reading of one TOML table into one frozen value: unknown, missing and ill-typed fields are errors."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
SIGNED = ("value", "low", "mid", "high")  # numbers that may be below zero; all others are amounts


class PlanError(ValueError):
    """A plan file is wrong; the message names the file, the entry and the field.

    ``field`` is the field's name where one is wrong, ``problem`` what is wrong with it (see ``plan.checking``).
    """

    def __init__(self, message: str, field: str = "", problem: str = "not_allowed") -> None:
        self.field, self.problem = field, problem
        super().__init__(message)


def hints_of(cls: Any) -> dict[str, Any]:
    """Return the types of a dataclass's fields."""
    return _hints(cls)


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def read_value(cls: type[T], table: Mapping[str, Any], where: str) -> T:
    """Build ``cls`` from a TOML table; lists become tuples, whole and decimal numbers become ``Decimal`` for money.

    Args:
        cls: a dataclass whose type hints are the rules.
        table: the content of one TOML table.
        where: file and entry, the beginning of every message.

    Raises:
        PlanError: a field is unknown, missing, empty or of the wrong type.
    """
    hints = hints_of(cls)
    _check_names(cls, table, where)
    values = {name: _converted(value, hints[name]) for name, value in table.items()}
    for name, value in values.items():
        _check_value(name, value, hints[name], f"{where}, {name}")
    return cls(**values)


def _check_names(cls: type, table: Mapping[str, Any], where: str) -> None:
    if unknown := set(table) - {field.name for field in fields(cls)}:
        raise PlanError(f"{where}: unknown field {', '.join(sorted(unknown))}", min(unknown), "unknown")
    required = {field.name for field in fields(cls) if field.default is MISSING}
    if missing := required - set(table):
        raise PlanError(f"{where}: missing field {', '.join(sorted(missing))}", min(missing), "missing")


def _converted(value: object, hint: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    wants_money = Decimal in _alternatives(hint)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return Decimal(str(value)) if wants_money and is_whole else value


def _check_value(name: str, value: object, hint: object, where: str) -> None:
    if isinstance(value, str) and not value.strip():
        raise PlanError(f"{where}: empty text; leave the field out instead", name, "empty")
    if isinstance(value, tuple) and any(value.count(item) > 1 for item in value):
        raise PlanError(f"{where}: named twice", name, "twice")
    if not any(_fits(value, alternative) for alternative in _alternatives(hint)):
        raise PlanError(f"{where}: {value!r} is not allowed here", name)
    if isinstance(value, Decimal) and (not value.is_finite() or (value < 0 and name not in SIGNED)):
        raise PlanError(f"{where}: {value} is no amount of money", name, "range")


def _alternatives(hint: object) -> tuple[object, ...]:
    return tuple(get_args(hint)) if isinstance(hint, UnionType) or NoneType in get_args(hint) else (hint,)


def _fits(value: object, hint: object) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(_fits(item, get_args(hint)[0]) for item in value)
    if isinstance(value, bool | datetime):  # subclasses of int and date that must not pass for them
        return hint is type(value)
    return isinstance(hint, type) and isinstance(value, hint)


def is_period(start: date | None, end: date | None) -> bool:
    """Whether two dates, either of them unknown, can be the start and end of one period."""
    return start is None or end is None or start <= end
