"""Eurostat's tab-separated files in long form: any region, any dimensions, block by block, in either layout."""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from zwk_data.sources.errors import ParseError

BLOCK_BYTES = 1 << 19


@dataclass(frozen=True)
class Layout:
    """Columns of a file: ``dims`` without time, ``periods`` in file order, one joined key column or one per dim."""

    delimiter: str
    dims: tuple[str, ...]
    periods: tuple[int, ...]
    key_columns: tuple[str, ...]


def stream_tsv(raw: bytes | Path, *, geo_prefix: str = "") -> pa.RecordBatchReader:
    """Read a Eurostat TSV (plain or gzip) as long batches, block by block, so that memory stays small.

    Columns: one dictionary column per dimension of the file, ``year`` int16, ``value`` float64, ``flag`` dictionary
    (raw letters, '' without). Cells with neither value nor flag are left out. ``geo_prefix`` keeps regions whose code
    begins with it; codes stay as they are. Raises ParseError on an unknown header or cell.

    For DuckDB hand over ``reader.__arrow_c_stream__()`` instead of the reader: the latter makes it import pandas.
    """
    return read_blocks(raw, geo_prefix, keep_missing=False)


def read_blocks(raw: bytes | Path, geo_prefix: str, *, keep_missing: bool) -> pa.RecordBatchReader:
    """Open a file and yield its cells in long form, one block after the other. Raises ParseError."""
    stream = _open_plain(raw)
    with _damage_named():
        header = stream.readline()
    layout = read_layout(header.decode("ascii", "replace"))
    fields = [(d, pa.dictionary(pa.int32(), pa.string())) for d in layout.dims]
    schema = pa.schema([*fields, ("year", pa.int16()), ("value", pa.float64()), ("flag", _FLAG_TYPE)])
    batches = _long_batches(stream, layout, geo_prefix, keep_missing, schema)
    return pa.RecordBatchReader.from_batches(schema, batches)


def _open_plain(raw: bytes | Path) -> BinaryIO:
    """Open for reading, gunzipped where the first bytes say so (a cut gzip stream raises EOFError while reading)."""
    stream: BinaryIO = raw.open("rb") if isinstance(raw, Path) else io.BytesIO(raw)
    head = stream.read(2)
    stream.seek(0)
    return io.BufferedReader(gzip.GzipFile(fileobj=stream), BLOCK_BYTES) if head == b"\x1f\x8b" else stream


def read_layout(header: str) -> Layout:
    r"""Understand the first line: ``freq,sex,age,geo\TIME_PERIOD`` (or ``...\time``) and tabs, or all commas."""
    delimiter = "\t" if "\t" in header else ","
    cells = [c.strip() for c in header.split(delimiter)]
    keys = [c for c in cells if not re.fullmatch(r"\d{4}", c)]
    periods = tuple(int(c) for c in cells[len(keys) :] if c.isdigit())
    dims = tuple(re.sub(r"\\(TIME_PERIOD|time)$", "", ",".join(keys)).split(","))
    if "geo" not in dims or not periods or len(keys) + len(periods) != len(cells):
        raise ParseError(f"unknown header: {header[:80]!r}")
    return Layout(delimiter, dims, periods, tuple(keys))


_FLAG_TYPE = pa.dictionary(pa.int32(), pa.string())


def _long_batches(
    stream: BinaryIO, layout: Layout, geo_prefix: str, keep_missing: bool, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    with _damage_named(), stream, _wide_blocks(stream, layout) as blocks:
        for block in blocks:
            keys = _split_keys(block, layout)
            if geo_prefix:
                mask = _only(keys, geo_prefix)
                block, keys = block.filter(mask), {d: k.filter(mask) for d, k in keys.items()}
            if block.num_rows:
                yield _melt(block, keys, layout, keep_missing, schema)


@contextlib.contextmanager
def _damage_named() -> Iterator[None]:
    """A cut gzip stream, a row of another width or an unreadable cell becomes a ParseError."""
    try:
        yield
    except (EOFError, OSError, zlib.error, pa.ArrowInvalid) as error:
        raise ParseError(f"damaged file: {error}") from error


def _wide_blocks(stream: BinaryIO, layout: Layout) -> csv.CSVStreamingReader:
    names = [*layout.key_columns, *map(str, layout.periods)]
    return csv.open_csv(
        stream,
        read_options=csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES, use_threads=True),
        parse_options=csv.ParseOptions(delimiter=layout.delimiter, quote_char=False),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


def _split_keys(block: pa.RecordBatch, layout: Layout) -> dict[str, pa.DictionaryArray]:
    """The key as one dictionary array per dimension."""
    if len(layout.key_columns) > 1:
        return {d: block.column(i).dictionary_encode() for i, d in enumerate(layout.dims)}
    parts = pc.split_pattern(block.column(0), ",")
    words = parts.flatten().dictionary_encode()
    width = len(layout.dims)
    if (np.diff(numbers_of(parts, np.int32, 1)) != width).any():
        raise ParseError("a row key has more or fewer parts than the header")
    codes = numbers_of(words.indices, np.int32).reshape(-1, width)
    return {d: _compact(codes[:, i], words.dictionary) for i, d in enumerate(layout.dims)}


def _compact(codes: npt.NDArray[np.int32], words: pa.Array) -> pa.DictionaryArray:
    """Codes into a dictionary of the words they use only."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(words))).astype(np.int32)
    position = np.zeros(len(words), np.int32)
    position[used] = np.arange(used.size, dtype=np.int32)
    return pa.DictionaryArray.from_arrays(array_of(position[codes]), words.take(array_of(used)))


def _only(keys: Mapping[str, pa.DictionaryArray], geo_prefix: str) -> pa.Array:
    geo = keys["geo"]
    return pc.starts_with(geo.dictionary, geo_prefix).take(geo.indices)


def _melt(
    block: pa.RecordBatch,
    keys: Mapping[str, pa.DictionaryArray],
    layout: Layout,
    keep_missing: bool,
    schema: pa.Schema,
) -> pa.RecordBatch:
    """One wide block as one long batch, period after period."""
    first, times = len(layout.key_columns), len(layout.periods)
    cells = pa.concat_arrays([block.column(first + i) for i in range(times)])
    value, flag = _read_cells(cells)
    year = array_of(np.repeat(np.array(layout.periods, np.int16), block.num_rows))
    columns = [_tiled(keys[d], times) for d in layout.dims]
    batch = pa.RecordBatch.from_arrays([*columns, year, value, flag], schema=schema)
    if keep_missing:
        return batch
    return batch.filter(pc.or_(pc.is_valid(value), pc.not_equal(flag.indices, _NO_FLAG)))


def _tiled(key: pa.DictionaryArray, times: int) -> pa.DictionaryArray:
    codes = np.tile(numbers_of(key.indices, np.int32), times)
    return pa.DictionaryArray.from_arrays(array_of(codes), key.dictionary)


def _read_cells(cells: pa.Array) -> tuple[pa.Array, pa.DictionaryArray]:
    """Split ``value[ flag]`` and ``:[ flag]`` into float64 (null when missing) and raw flag letters (code 0 = '')."""
    text = pc.ascii_trim_whitespace(cells)
    flagged = _ends_in_letter(text)
    parts = pc.extract_regex(text.filter(flagged), r"^(?P<value>:|-?[0-9.]+)\s*(?P<flag>[a-zA-Z|]+)$")
    if parts.null_count:
        raise ParseError("a cell is neither a number nor ':' with a flag")
    text = pc.replace_with_mask(text, flagged, parts.field("value"))
    flags = pa.concat_arrays([_NO_TEXT, parts.field("flag")]).dictionary_encode()
    codes = pc.replace_with_mask(array_of(np.zeros(len(cells), np.int32)), flagged, flags.indices.slice(1))
    value = pc.cast(pc.if_else(pc.equal(text, _COLON), _NULL, text), pa.float64())
    return value, pa.DictionaryArray.from_arrays(codes, flags.dictionary)


def _ends_in_letter(text: pa.Array) -> pa.Array:
    """Tell which cells end in a flag: their last byte is a letter or ``|``; a tenth of the time of a pattern."""
    ends, letters = numbers_of(text, np.int32, 1)[1:], np.frombuffer(text.buffers()[2] or b"", np.uint8)
    last = letters[ends - 1] if letters.size else np.zeros(ends.size, np.uint8)
    packed = np.packbits(last >= _FIRST_LETTER, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), ends.size, [None, pa.py_buffer(packed)])


_FIRST_LETTER = ord("A")  # digits, the point, the minus sign and the colon come before it


# Arrow's own conversions from and to Python lists, scalars and NumPy import pandas (60 MB and a second) if it is
# installed; the helpers below hand over the buffers instead.


def array_of(values: npt.NDArray[Any]) -> pa.Array:
    """Return an Arrow array over the same memory as a NumPy one."""
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(_ARROW_TYPE[values.dtype.str], values.size, [None, pa.py_buffer(values)])


_ARROW_TYPE = {"<i2": pa.int16(), "<i4": pa.int32(), "<f8": pa.float64()}


def numbers_of(array: pa.Array, dtype: type[Any], extra: int = 0) -> npt.NDArray[Any]:
    """The number buffer of an array without nulls (``extra=1``: the offsets of a list array)."""
    return np.frombuffer(array.buffers()[1], dtype)[array.offset : array.offset + len(array) + extra]


def with_nulls(values: npt.NDArray[np.float64]) -> pa.Array:
    """Return an Arrow array over the same memory, null where a number is NaN."""
    given = np.packbits(~np.isnan(values), bitorder="little")
    return pa.Array.from_buffers(pa.float64(), values.size, [pa.py_buffer(given), pa.py_buffer(values)])


def texts(words: Sequence[str]) -> pa.Array:
    """Return a few words as an Arrow array."""
    encoded = [word.encode() for word in words]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(encoded), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    )


_NO_TEXT = texts([""])
_COLON = texts([":"])[0]
_NULL = pa.nulls(1, pa.string())[0]
_NO_FLAG = array_of(np.zeros(1, np.int32))[0]
