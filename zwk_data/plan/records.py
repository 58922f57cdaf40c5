"""Parts of a plan as JSON for the store, and back: dates as 2026-11-22, money as text, tuples as lists.

What has its default is left out, so that a field which is added later needs no migration.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_args, get_origin

from zwk_data.plan.reading import PlanError, hints_of, read_value

T = TypeVar("T")


def body_of(value: Any) -> dict[str, Any]:
    """Return a part as JSON; ``value_of`` gives the same part back."""
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if _has_no_default(field) or getattr(value, field.name) != field.default
    }


def _has_no_default(field: Field[Any]) -> bool:
    return field.default is MISSING


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return body_of(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def value_of(cls: type[T], body: Mapping[str, Any], where: str = "") -> T:
    """Return the part that a body holds; fields that this version does not know are passed over.

    Raises:
        PlanError: a field is missing or holds what it cannot.
    """
    hints, table = hints_of(cls), {}
    for name, value in body.items():
        if name not in hints:
            continue
        try:
            table[name] = _typed(value, hints[name], where)
        except PlanError as error:
            raise PlanError(str(error), f"{name}.{error.field}", error.problem) from error
        except (ValueError, TypeError, InvalidOperation) as error:
            raise PlanError(f"{where}, {name}: {error}", name) from error
    return read_value(cls, table, where)


def _typed(value: Any, hint: Any, where: str) -> Any:
    """Turn a plain value into what the hint asks for, where that differs."""
    wanted = [hint, *get_args(hint)]
    if isinstance(value, list):
        inner = next((get_args(option)[0] for option in wanted if get_origin(option) is tuple), None)
        return tuple(_typed(item, inner, where) for item in value)
    if isinstance(value, Mapping):
        cls = next((option for option in wanted if isinstance(option, type) and is_dataclass(option)), None)
        return value_of(cls, value, where) if cls else value
    if isinstance(value, str) and date in wanted:
        return date.fromisoformat(value)
    if isinstance(value, str) and Decimal in wanted:
        return Decimal(value)
    return value
