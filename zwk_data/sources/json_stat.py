"""JSON-stat 2.0 in long form, as Eurostat's statistics interface answers: row-major cells, sparse values, flags."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from zwk_data.sources.errors import ParseError
from zwk_data.sources.eurostat_tsv import array_of, numbers_of, texts, with_nulls

# The cells of a large answer are tens of megabytes of '"0":29816,': far quicker as a table of two columns than as JSON.
_VALUES = re.compile(rb'"value"\s*:\s*\{')
_STANDS_FOR_VALUES = {"": 0}
_CELL_BYTES = b'0123456789.,:+-eE"nul \t\r\n'
_BROKEN_NUMBER = re.compile(rb"[0-9a-zE.+-][ \t\r\n]+[0-9a-zE.+-]")
_TO_LINES = bytes.maketrans(b",", b"\n")


@dataclass(frozen=True)
class Sparse:
    """The text between the braces of a sparse object of numbers: ``"0":29816,"2":null``; true where it holds any."""

    text: bytes

    def __bool__(self) -> bool:
        return bool(self.text.strip())


def opened(raw: bytes) -> Any:
    """Read a JSON document; a top-level sparse object ``value`` stays text (``Sparse``). Raises ValueError.

    All around it is read as JSON, so that a document cut anywhere is refused.
    """
    if found := _VALUES.search(raw):
        begin, end = found.end(), raw.find(b"}", found.end())
        text = raw[begin:end] if end > 0 else b"{"
        if not text.translate(None, _CELL_BYTES):
            answer = json.loads(raw[:begin] + b'"":0' + raw[end:])
            if isinstance(answer, dict) and answer.get("value") == _STANDS_FOR_VALUES:
                answer["value"] = Sparse(text)
                return answer
    return json.loads(raw)


def _cells(sparse: Sparse, cells: int) -> npt.NDArray[np.float64]:
    """Cell values of a sparse object, NaN where not given. Raises ParseError."""
    value = np.full(cells, np.nan)
    if not sparse:
        return value
    lines = sparse.text.translate(_TO_LINES, b'" \t\r\n')
    rows = lines.count(b"\n") + 1
    if sparse.text.count(b'"') != 2 * rows or lines.count(b":") != rows or _blank_inside(sparse.text):
        raise ParseError("a value is not a number")
    try:
        pairs = _two_columns(lines)
    except pa.ArrowInvalid as error:
        raise ParseError(f"cell number or value: {error}") from error
    seen = np.zeros(cells, bool)
    for batch in pairs.to_batches():
        where = numbers_of(batch.column(0), np.int64)
        _inside(where, cells)
        column = batch.column(1)
        given = numbers_of(pc.fill_null(column, math.nan) if column.null_count else column, np.float64)
        again = seen[where]
        if again.any() and not np.array_equal(value[where[again]], given[again], equal_nan=True):
            raise ParseError("a cell carries two values")
        value[where], seen[where] = given, True
        if not np.array_equal(value[where], given, equal_nan=True):
            raise ParseError("a cell carries two values")
    return value


def _blank_inside(text: bytes) -> bool:
    """Tell whether a blank stands inside a number; Eurostat writes none at all, which is quickly seen."""
    return any(blank in text for blank in (b" ", b"\t", b"\r", b"\n")) and bool(_BROKEN_NUMBER.search(text))


def _two_columns(lines: bytes) -> pa.Table:
    return csv.read_csv(
        pa.BufferReader(lines),
        read_options=csv.ReadOptions(column_names=["cell", "value"]),
        parse_options=csv.ParseOptions(delimiter=":", quote_char=False, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types={"cell": pa.int64(), "value": pa.float64()}, null_values=["null"]
        ),
    )


def parse_json_stat(raw: bytes, *, keep_missing: bool = True) -> pa.Table:
    """Read a JSON-stat 2.0 answer into the long form of :func:`stream_tsv`; ``time`` becomes ``year`` int16.

    Cells are counted row-major over ``id``. ``value`` and ``status`` may be objects or lists, ``category.index`` an
    object, a list or absent (one category). Periods declared as without data are left out; other cells without a
    value are null (``keep_missing``) or left out. Raises ParseError where the parts do not fit together.
    """
    try:
        answer = opened(raw.removeprefix(codecs.BOM_UTF8))
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
    whole = where.size == cells
    return _long_table(
        words, _index(where, sizes), value if whole else value[where], flags, flag if whole else flag[where]
    )


def _index(where: npt.NDArray[np.int64], sizes: list[int]) -> list[npt.NDArray[np.int32]]:
    """Position in each dimension of cells counted row-major."""
    left = where.astype(np.int32 if math.prod(sizes) < 2**31 else np.int64)
    found = []
    for size in reversed(sizes):
        if size == 1:
            found.append(np.zeros(left.size, np.int32))
            continue
        left, position = np.divmod(left, left.dtype.type(size))
        found.append(position.astype(np.int32, copy=False))
    return found[::-1]


def _categories(category: Mapping[str, Any]) -> list[str]:
    index = category.get("index", list(category.get("label", {})))
    return sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)


def _positions(sparse: Mapping[str, Any], cells: int) -> npt.NDArray[np.int64]:
    try:
        where = np.fromiter(map(int, sparse), np.int64, len(sparse))
    except ValueError as error:
        raise ParseError(f"cell number: {error}") from error
    _inside(where, cells)
    return where


def _inside(where: npt.NDArray[np.int64], cells: int) -> None:
    if where.size and (where.min() < 0 or where.max() >= cells):
        raise ParseError("cell number outside the declared size")


def _values(given: Sparse | Mapping[str, Any] | list[Any], cells: int) -> npt.NDArray[np.float64]:
    """Cell values, NaN where not given."""
    if isinstance(given, Sparse):
        return _cells(given, cells)
    value = np.full(cells, np.nan)
    listed = given if isinstance(given, list) else list(given.values())
    if not all(number is None or type(number) in (int, float) for number in listed):
        raise ParseError("a value is not a number")
    try:
        if isinstance(given, list):
            if len(given) != cells:
                raise ParseError(f"{len(given)} values for {cells} cells")
            value[:] = np.array(given, np.float64)  # None becomes NaN
        else:
            value[_positions(given, cells)] = np.array(listed, np.float64)
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
    filled: npt.NDArray[np.bool_] = ~np.isnan(value) | (flag != 0)
    if not keep_missing:
        return filled
    kept = np.ones(sizes, bool)
    for dim, positions in answer.get("extension", {}).get("positions-with-no-data", {}).items():
        if dim in words and positions:
            np.moveaxis(kept, list(words).index(dim), 0)[positions] = False
    either: npt.NDArray[np.bool_] = kept.ravel() | filled
    return either


def _long_table(
    words: Mapping[str, list[str]],
    index: Sequence[npt.NDArray[np.int32]],
    value: npt.NDArray[np.float64],
    flags: list[str],
    flag: npt.NDArray[np.int32],
) -> pa.Table:
    if bad := [t for t in words["time"] if not re.fullmatch(r"\d{4}", t)]:
        raise ParseError(f"not a year: {bad[0]!r}")
    at = dict(zip(words, index, strict=True))
    columns: dict[str, pa.Array] = {
        d: pa.DictionaryArray.from_arrays(array_of(at[d]), texts(words[d])) for d in words if d != "time"
    }
    columns["year"] = array_of(np.array(words["time"], np.int16)[at["time"]])
    columns["value"] = with_nulls(value)
    columns["flag"] = pa.DictionaryArray.from_arrays(array_of(flag), texts(flags))
    return pa.table(columns)
