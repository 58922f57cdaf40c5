"""JSON-stat 2.0 in long form, as Eurostat's statistics interface answers: row-major cells, sparse values, flags."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zwk_data.sources.errors import ParseError
from zwk_data.sources.eurostat_tsv import array_of


def parse_json_stat(raw: bytes, *, keep_missing: bool = True) -> pa.Table:
    """Read a JSON-stat 2.0 answer into the long form of :func:`stream_tsv`; ``time`` becomes ``year`` int16.

    Cells are counted row-major over ``id``. ``value`` and ``status`` may be objects or lists, ``category.index`` an
    object, a list or absent (one category). Periods declared as without data are left out; other cells without a
    value are null (``keep_missing``) or left out. Raises ParseError where the parts do not fit together.
    """
    try:
        answer = json.loads(raw)
        sizes = [int(n) for n in answer["size"]]
        words = {d: _categories(answer["dimension"][d]["category"]) for d in answer["id"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParseError(f"not a JSON-stat dataset: {type(error).__name__} {error}") from error
    if sizes != [len(w) for w in words.values()] or "time" not in words:
        raise ParseError("sizes and categories do not fit")
    cells = math.prod(sizes)
    value = _values(answer.get("value", {}), cells)
    flags, flag = _statuses(answer.get("status", {}), cells)
    where = np.flatnonzero(_kept(answer, sizes, words, value, flag, keep_missing))
    index = dict(zip(words, np.unravel_index(where, sizes), strict=True))
    return _long_table(words, index, value[where], flags, flag[where])


def _categories(category: Mapping[str, Any]) -> list[str]:
    index = category.get("index", list(category.get("label", {})))
    return sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)


def _positions(sparse: Mapping[str, Any], cells: int) -> npt.NDArray[np.int64]:
    try:
        where = np.fromiter(map(int, sparse), np.int64, len(sparse))
    except ValueError as error:
        raise ParseError(f"cell number: {error}") from error
    if where.size and (where.min() < 0 or where.max() >= cells):
        raise ParseError("cell number outside the declared size")
    return where


def _values(given: Mapping[str, Any] | list[Any], cells: int) -> npt.NDArray[np.float64]:
    """Cell values, NaN where not given."""
    value = np.full(cells, np.nan)
    try:
        if isinstance(given, list):
            if len(given) != cells:
                raise ParseError(f"{len(given)} values for {cells} cells")
            value[:] = np.array(given, np.float64)  # None becomes NaN
        else:
            value[_positions(given, cells)] = np.array(list(given.values()), np.float64)
    except (TypeError, ValueError) as error:
        raise error if isinstance(error, ParseError) else ParseError(f"a value is not a number: {error}") from error
    return value


def _statuses(given: Mapping[str, str] | list[Any] | str, cells: int) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Raw flag words (the first is '') and the code of every cell."""
    if isinstance(given, str):
        given = [given] * cells
    pairs = enumerate(given) if isinstance(given, list) else given.items()
    sparse = {str(i): str(f) for i, f in pairs if f}
    words = ["", *sorted(set(sparse.values()))]
    flag = np.zeros(cells, np.int32)
    code = {w: i for i, w in enumerate(words)}
    flag[_positions(sparse, cells)] = [code[f] for f in sparse.values()]
    return words, flag


def _kept(
    answer: Mapping[str, Any],
    sizes: list[int],
    words: Mapping[str, list[str]],
    value: npt.NDArray[np.float64],
    flag: npt.NDArray[np.int32],
    keep_missing: bool,
) -> npt.NDArray[np.bool_]:
    """Which cells become rows."""
    filled = ~np.isnan(value) | (flag != 0)
    if not keep_missing:
        return filled
    kept = np.ones(sizes, bool)
    for dim, positions in answer.get("extension", {}).get("positions-with-no-data", {}).items():
        if dim in words and positions:
            np.moveaxis(kept, list(words).index(dim), 0)[positions] = False
    return kept.ravel() | filled


def _long_table(
    words: Mapping[str, list[str]],
    index: Mapping[str, npt.NDArray[np.intp]],
    value: npt.NDArray[np.float64],
    flags: list[str],
    flag: npt.NDArray[np.int32],
) -> pa.Table:
    if bad := [t for t in words["time"] if not re.fullmatch(r"\d{4}", t)]:
        raise ParseError(f"not a year: {bad[0]!r}")
    dims = [d for d in words if d != "time"]
    columns: dict[str, pa.Array] = {
        d: pa.DictionaryArray.from_arrays(array_of(index[d].astype(np.int32)), pa.array(words[d], pa.string()))
        for d in dims
    }
    columns["year"] = array_of(np.array(words["time"], np.int16)[index["time"]])
    columns["value"] = pa.array(value, from_pandas=True)
    columns["flag"] = pa.DictionaryArray.from_arrays(array_of(flag), pa.array(flags, pa.string()))
    return pa.table(columns)
