"""An exhibit as it was shown, as a text of JSON, and back: the record of a meeting is read, never computed again.

Everything that any medium draws from is kept: texts, the whole table with its types, marks, sources with their loads,
breaks, notes. A frozen exhibit needs neither the figures nor the code of the kind that made it. It is a text because a
store may bring the keys of JSON into another order, and the order of columns is part of what was shown.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks, Note, SourceLine

VERSION = 1


class NotFrozen(ValueError):
    """Something is no frozen exhibit that this version can read."""


def freeze(exhibit: Exhibit) -> str:
    """Return an exhibit as a text of JSON; the same exhibit gives the same text.

    Raises:
        TypeError: the exhibit holds a value that no kind should (the message names the column or option).
    """
    kept = {
        "version": VERSION, "address": str(exhibit.address), "title": exhibit.title, "subtitle": exhibit.subtitle,
        "sentence": exhibit.sentence, "alt": exhibit.alt,
        "table": {str(name): _column(str(name), exhibit.table[name]) for name in exhibit.table.columns},
        "rows": len(exhibit.table), "columns": [asdict(column) for column in exhibit.columns],
        "marks": asdict(exhibit.marks) | {"options": _plain(exhibit.marks.options, "options")},
        "sources": [asdict(line) | {"retrieved": _iso(line.retrieved)} for line in exhibit.sources],
        "breaks": [asdict(mark) | {"day": mark.day.isoformat()} for mark in exhibit.breaks],
        "notes": [asdict(note) for note in exhibit.notes],
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def thaw(text: str) -> Exhibit:
    """Return the exhibit that was frozen.

    Raises:
        NotFrozen: it is none, or of a version that is not known.
    """
    try:
        kept = json.loads(text)
        if kept.get("version") != VERSION:
            raise NotFrozen(f"version {kept.get('version')!r}")
        table = pd.DataFrame(
            {name: _series(column) for name, column in kept["table"].items()}, index=range(kept["rows"])
        )
        return Exhibit(
            Address.parse(kept["address"]), kept["title"], kept["subtitle"], kept["sentence"], kept["alt"], table,
            tuple(Column(**column) for column in kept["columns"]), Marks(**kept["marks"]),
            tuple(SourceLine(**line | {"retrieved": _day(line["retrieved"])}) for line in kept["sources"]),
            tuple(BreakMark(**mark | {"day": date.fromisoformat(mark["day"])}) for mark in kept["breaks"]),
            tuple(Note(**note) for note in kept["notes"]),
        )  # fmt: skip
    except NotFrozen:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotFrozen(str(error)) from error


def title_of(text: str) -> str:
    """Return the title of what was frozen, be it readable or not; empty where none can be found."""
    try:
        kept = json.loads(text)
        return str(kept.get("title") or kept.get("address") or "")
    except (ValueError, AttributeError):
        return ""


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _column(name: str, values: pd.Series) -> dict[str, Any]:
    """Return a column as its type and its values; a missing one is null."""
    missing = values.isna()
    if pd.api.types.is_datetime64_any_dtype(values):
        plain: list[Any] = [None if gap else day.isoformat() for day, gap in zip(values, missing, strict=True)]
    else:
        plain = [None if gap else _plain(value, name) for value, gap in zip(values, missing, strict=True)]
    return {"type": str(values.dtype), "values": plain}


def _series(column: Mapping[str, Any]) -> pd.Series:
    kind, values = column["type"], column["values"]
    if kind.startswith("datetime64"):
        return pd.Series(pd.to_datetime(values), dtype=kind)
    return pd.Series(values, dtype=kind)


def _plain(value: Any, where: str) -> Any:
    """Return a value as JSON has it; tuples become lists, numbers of numpy those of Python."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(one, where) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(one, where) for one in value)
    if isinstance(value, list | tuple):
        return [_plain(one, where) for one in value]
    raise TypeError(f"{where}: {type(value).__name__} cannot be kept")
