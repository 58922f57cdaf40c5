"""Eurostat: tab-separated files and JSON-stat answers become tidy observations (live loader: ``eurostat_api``).

Dates: a Eurostat stock of 1 January of year Y is the stock of 31 December of Y - 1 here; a flow of Y stands at its last
day. Ages: the files carry ``Y85-89`` and ``Y_GE90`` beside ``Y_GE85``; only the open group 85+ is kept, summed from its
two parts where Eurostat leaves it empty (status ``computed``), so that no two groups overlap.

Census basis of a stock: ``pre2011`` until 31.12.2010, ``census2011`` for 2011 to 2021. From 31.12.2022 on Eurostat
replaced the figures by revised ones without changing the code; the anchor is Germany's total of the earliest date
since then: below 84.0 million it is ``census2022`` (83.1 revised against 84.4 million before), else ``census2011``.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources.errors import ParseError

BLOCK_BYTES = 1 << 19
REVISED_BELOW = 84.0e6  # persons; Germany's total since 31.12.2022 lies below it only on the basis of 2022
LAND_OF_NUTS1 = {
    "DE1": "08", "DE2": "09", "DE3": "11", "DE4": "12", "DE5": "04", "DE6": "02", "DE7": "06", "DE8": "13",
    "DE9": "03", "DEA": "05", "DEB": "07", "DEC": "10", "DED": "14", "DEE": "15", "DEF": "01", "DEG": "16",
}  # fmt: skip
# Codes of NUTS 2024 that took over a key from an older code (Thuringia): where both answer, the newer extent counts.
NUTS_2024_NEW = {
    "DEG0Q": "16066", "DEG0R": "16063", "DEG0S": "16054", "DEG0T": "16070", "DEG0U": "16073", "DEG0V": "16072",
}  # fmt: skip
FORMER_KREISE = {"DEG0N": "16056"}  # Eisenach, part of the Wartburgkreis since 01.07.2021
SEX_OF = {"M": "m", "F": "f", "T": "t"}
PARTS_OF_85 = ("Y85-89", "Y_GE90")


@dataclass(frozen=True)
class Measure:
    """What a table counts: a stock is moved from 1 January to the 31 December before."""

    name: str
    stock: bool


MEASURE_OF = {
    "eurostat_demo_r_pjangrp3": Measure("population", stock=True),
    "eurostat_demo_r_magec3": Measure("deaths", stock=False),
    "eurostat_demo_r_births": Measure("live_births", stock=False),
    "eurostat_demo_r_deaths": Measure("deaths", stock=False),
}


# --- tab-separated files, any region, any dimensions -----------------------------------------------------------------


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
    return _reader(raw, geo_prefix, keep_missing=False)


def _reader(raw: bytes | Path, geo_prefix: str, *, keep_missing: bool) -> pa.RecordBatchReader:
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
    if (np.diff(_view(parts, np.int32, 1)) != width).any():
        raise ParseError("a row key has more or fewer parts than the header")
    codes = _view(words.indices, np.int32).reshape(-1, width)
    return {d: _compact(codes[:, i], words.dictionary) for i, d in enumerate(layout.dims)}


def _compact(codes: npt.NDArray[np.int32], words: pa.Array) -> pa.DictionaryArray:
    """Codes into a dictionary of the words they use only."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(words))).astype(np.int32)
    position = np.zeros(len(words), np.int32)
    position[used] = np.arange(used.size, dtype=np.int32)
    return pa.DictionaryArray.from_arrays(_array(position[codes]), words.take(_array(used)))


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
    year = _array(np.repeat(np.array(layout.periods, np.int16), block.num_rows))
    columns = [_tiled(keys[d], times) for d in layout.dims]
    batch = pa.RecordBatch.from_arrays([*columns, year, value, flag], schema=schema)
    if keep_missing:
        return batch
    return batch.filter(pc.or_(pc.is_valid(value), pc.not_equal(flag.indices, _NO_FLAG)))


def _tiled(key: pa.DictionaryArray, times: int) -> pa.DictionaryArray:
    codes = np.tile(_view(key.indices, np.int32), times)
    return pa.DictionaryArray.from_arrays(_array(codes), key.dictionary)


def _read_cells(cells: pa.Array) -> tuple[pa.Array, pa.DictionaryArray]:
    """Split ``value[ flag]`` and ``:[ flag]`` into float64 (null when missing) and raw flag letters (code 0 = '')."""
    text = pc.ascii_trim_whitespace(cells)
    flagged = _ends_in_letter(text)
    parts = pc.extract_regex(text.filter(flagged), r"^(?P<value>:|-?[0-9.]+)\s*(?P<flag>[a-zA-Z|]+)$")
    if parts.null_count:
        raise ParseError("a cell is neither a number nor ':' with a flag")
    text = pc.replace_with_mask(text, flagged, parts.field("value"))
    flags = pa.concat_arrays([_NO_TEXT, parts.field("flag")]).dictionary_encode()
    codes = pc.replace_with_mask(_array(np.zeros(len(cells), np.int32)), flagged, flags.indices.slice(1))
    value = pc.cast(pc.if_else(pc.equal(text, _COLON), _NULL, text), pa.float64())
    return value, pa.DictionaryArray.from_arrays(codes, flags.dictionary)


def _ends_in_letter(text: pa.Array) -> pa.Array:
    """Tell which cells end in a flag: their last byte is a letter or ``|``; a tenth of the time of a pattern."""
    ends, letters = _view(text, np.int32, 1)[1:], np.frombuffer(text.buffers()[2] or b"", np.uint8)
    last = letters[ends - 1] if letters.size else np.zeros(ends.size, np.uint8)
    packed = np.packbits(last >= _FIRST_LETTER, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), ends.size, [None, pa.py_buffer(packed)])


_FIRST_LETTER = ord("A")  # digits, the point, the minus sign and the colon come before it


# Arrow's own conversions from and to Python lists, scalars and NumPy import pandas (60 MB and a second) if it is
# installed; the four helpers below hand over the buffers instead.


def _array(values: npt.NDArray[Any]) -> pa.Array:
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(_ARROW_TYPE[values.dtype.str], values.size, [None, pa.py_buffer(values)])


_ARROW_TYPE = {"<i2": pa.int16(), "<i4": pa.int32(), "<f8": pa.float64()}


def _view(array: pa.Array, dtype: type[Any], extra: int = 0) -> npt.NDArray[Any]:
    """The number buffer of an array without nulls (``extra=1``: the offsets of a list array)."""
    return np.frombuffer(array.buffers()[1], dtype)[array.offset : array.offset + len(array) + extra]


def _text(word: str) -> pa.Array:
    offsets = np.array([0, len(word)], np.int32)
    return pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(offsets), pa.py_buffer(word.encode())])


_NO_TEXT = _text("")
_COLON = _text(":")[0]
_NULL = pa.nulls(1, pa.string())[0]
_NO_FLAG = _array(np.zeros(1, np.int32))[0]


# --- JSON-stat -------------------------------------------------------------------------------------------------------


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
        d: pa.DictionaryArray.from_arrays(_array(index[d].astype(np.int32)), pa.array(words[d], pa.string()))
        for d in dims
    }
    columns["year"] = _array(np.array(words["time"], np.int16)[index["time"]])
    columns["value"] = pa.array(value, from_pandas=True)
    columns["flag"] = pa.DictionaryArray.from_arrays(_array(flag), pa.array(flags, pa.string()))
    return pa.table(columns)


def _long(body: bytes) -> pa.Table:
    is_json = body.lstrip()[:1] == b"{"
    return parse_json_stat(body) if is_json else _reader(body, "DE", keep_missing=True).read_all()


def parse_parts(bodies: Iterable[bytes], dataset: str, ags_of: Mapping[str, str]) -> pa.Table:
    """Read the answers of one load (JSON-stat or TSV, recognised by their bytes) together as OBSERVATION."""
    parts = [_long(body) for body in bodies]
    if not parts:
        raise ParseError("a load without answers")
    names = parts[0].column_names
    if any(set(p.column_names) != set(names) for p in parts):
        raise ParseError("the answers of one load have different dimensions")
    return tidy(pa.concat_tables([p.select(names) for p in parts]), dataset, ags_of)


# --- from the long form to the tidy form -----------------------------------------------------------------------------

# Statuses by severity: a sum carries the worst of its parts, and is at least "computed".
SEVERITY = ("ok", "computed", "provisional", "estimated", "unreliable", "secret", "not_available", "missing")
_RANK = {status: i for i, status in enumerate(SEVERITY)}
_FIRST_WITHOUT_VALUE = _RANK["secret"]


def parse_tsv(raw: bytes | Path, dataset: str, ags_of: Mapping[str, str], *, keep_missing: bool = True) -> pa.Table:
    """Read the German rows of a Eurostat TSV as OBSERVATION, sorted by KEY; ``ags_of`` maps NUTS 3 to Kreis keys.

    ``dataset`` is one of MEASURE_OF. ``keep_missing=False`` leaves ``:`` out instead of giving null with a status.
    The counts of what was dropped stand in the schema metadata, see :func:`notes`. Raises ParseError.
    """
    long = _reader(raw, "DE", keep_missing=True).read_all()
    return tidy(long, dataset, ags_of, keep_missing=keep_missing)


def notes(table: pa.Table) -> dict[str, Any]:
    """What the parser counted: flags, dropped NUTS 2 rows, unmapped codes, unknown ages, duplicates."""
    return dict(json.loads((table.schema.metadata or {}).get(b"notes", b"{}")))


def tidy(long: pa.Table, dataset: str, ags_of: Mapping[str, str], *, keep_missing: bool = True) -> pa.Table:
    """Turn the long form (``geo, year, value, flag`` and where present ``sex, age, unit``) into OBSERVATION.

    Values are persons. Raises ParseError for an unknown unit, sex or age and for contradicting duplicates.
    """
    measure = MEASURE_OF[dataset]
    counted: dict[str, Any] = {"flags": _flag_counts(long)}
    rows = _Rows.of(long, ags_of, counted)
    rows = _with_open_group(rows.known_ages(counted), counted)
    rows = rows.ordered(counted)
    if not keep_missing:
        rows = rows.take(rows.status < _FIRST_WITHOUT_VALUE)
    table = _observations(rows, dataset, measure)
    return table.replace_schema_metadata({"notes": json.dumps(counted, sort_keys=True)})


@dataclass(frozen=True)
class _Rows:
    """Parallel arrays, one entry per observation; ``age`` indexes ``ages``, ``ags`` indexes ``places``."""

    ags: npt.NDArray[np.int32]
    newer: npt.NDArray[np.bool_]  # the code belongs to NUTS 2024 and replaces an older one
    sex: npt.NDArray[np.int32]
    age: npt.NDArray[np.int32]
    year: npt.NDArray[np.int32]  # as Eurostat counts
    value: npt.NDArray[np.float64]  # NaN when missing
    status: npt.NDArray[np.int32]  # index into SEVERITY
    places: tuple[str, ...]
    ages: tuple[str, ...]

    @classmethod
    def of(cls, long: pa.Table, ags_of: Mapping[str, str], counted: dict[str, Any]) -> _Rows:
        _require(long, "unit", {"NR"})
        _require(long, "freq", {"A"})
        geo, geos = _codes(long, "geo", "DE")
        sex, sexes = _codes(long, "sex", "T")
        age, ages = _codes(long, "age", "TOTAL")
        flag, flags = _codes(long, "flag", "")
        _refuse_unknown("sex", sexes, set(SEX_OF))
        mapped = [_place(g, ags_of) for g in geos]
        counted |= _dropped_places(geos, mapped, geo)
        places = tuple(sorted({m for m in mapped if m}))
        place_rank = np.array([places.index(m) if m else -1 for m in mapped], np.int32)
        sex_rank = np.array(["fmt".index(SEX_OF[s]) for s in sexes], np.int32)
        value = pc.fill_null(long["value"], np.nan).to_numpy().astype(np.float64)
        status = np.array([flag_rank(f) for f in flags], np.int32)[flag]
        status = np.where(np.isnan(value) & (status < _FIRST_WITHOUT_VALUE), _RANK["missing"], status)
        value = np.where(status < _FIRST_WITHOUT_VALUE, value, np.nan)
        newer = np.array([g in NUTS_2024_NEW for g in geos], bool)[geo]
        year = long["year"].to_numpy().astype(np.int32)
        rows = cls(place_rank[geo], newer, sex_rank[sex], age, year, value, status.astype(np.int32), places, ages)
        return rows.take(rows.ags >= 0)

    def take(self, which: npt.NDArray[Any]) -> _Rows:
        """The rows of a mask or of positions."""
        return replace(self, **{c: getattr(self, c)[which] for c in _COLUMNS})

    def known_ages(self, counted: dict[str, Any]) -> _Rows:
        """Drop the unknown ages; those that are not zero are counted, since sums over ages then miss them."""
        _refuse_unknown("age", self.ages, {"UNK", *PARTS_OF_85, *_AGE_RANGE})
        unknown = np.isin(self.age, [i for i, a in enumerate(self.ages) if a == "UNK"])
        counted["unknown_age_rows"] = int((unknown & (self.value > 0)).sum())
        counted["unknown_age_persons"] = float(np.nansum(np.where(unknown, self.value, 0)))
        return self.take(~unknown)

    def group(self) -> npt.NDArray[np.int64]:
        """One number per place, year, sex and age, in the order of KEY."""
        order = np.array([_age_order(a) for a in self.ages], np.int64)[self.age]
        return ((self.ags.astype(np.int64) * 10_000 + self.year) * 10 + self.sex) * 1_000 + order

    def ordered(self, counted: dict[str, Any]) -> _Rows:
        """Sorted by KEY, one row per key: identical copies dropped, the newer NUTS code wins, else ParseError."""
        preference = 2 * (self.status >= _FIRST_WITHOUT_VALUE) + ~self.newer
        group = self.group()
        rows = self.take(np.lexsort((preference, group)))
        key = rows.group()
        again = np.r_[False, key[1:] == key[:-1]]
        clash = again & (np.r_[False, rows.newer[1:] == rows.newer[:-1]])
        clash[1:] &= ~np.isnan(rows.value[1:]) & (rows.value[1:] != rows.value[:-1])
        if clash.any():
            place = rows.places[int(rows.ags[clash][0])]
            raise ParseError(f"contradicting duplicates, first for {place} in {int(rows.year[clash][0])}")
        counted["duplicate_rows_dropped"] = int(again.sum())
        return rows.take(~again)


_COLUMNS = ("ags", "newer", "sex", "age", "year", "value", "status")
_AGE_RANGE: dict[str, tuple[int, int | None]] = {
    "TOTAL": (0, None),
    "Y_LT5": (0, 4),
    **{f"Y{a}-{a + 4}": (a, a + 4) for a in range(5, 85, 5)},
    "Y_GE85": (85, None),
}


def _age_order(age: str) -> int:
    """Position inside a place, year and sex: five_year by age, then total (the alphabetical order of the age sets)."""
    return 999 if age == "TOTAL" else _AGE_RANGE.get(age, (990, None))[0]


def flag_rank(flag: str) -> int:
    """Severity of a raw flag such as ``ep`` or ``e|N``: only the letters count, ``b``, ``d`` and ``r`` leave it ok."""
    letters, _, secrecy = flag.partition("|")
    rules = (("c", "secret"), ("z", "not_available"), ("un", "unreliable"), ("esif", "estimated"), ("p", "provisional"))
    if secrecy:
        return _RANK["secret"]
    return next((_RANK[status] for members, status in rules if set(members) & set(letters)), _RANK["ok"])


def _place(geo: str, ags_of: Mapping[str, str]) -> str | None:
    """Canonical key of Germany, a Land (NUTS 1) or a Kreis (NUTS 3); None for NUTS 2 and for unknown codes."""
    if geo == "DE":
        return "DG"
    if len(geo) < 5:
        return LAND_OF_NUTS1.get(geo)
    return ags_of.get(geo) or NUTS_2024_NEW.get(geo) or FORMER_KREISE.get(geo)


def _dropped_places(
    geos: tuple[str, ...], mapped: list[str | None], geo: npt.NDArray[np.int32]
) -> dict[str, int | list[str]]:
    per_code = np.bincount(geo, minlength=len(geos))
    nuts2 = sum(int(n) for g, n in zip(geos, per_code, strict=True) if len(g) == 4)
    unmapped = sorted(g for g, m in zip(geos, mapped, strict=True) if m is None and len(g) != 4)
    return {"nuts2_rows_dropped": nuts2, "unmapped": unmapped}


def _codes(long: pa.Table, name: str, default: str) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Index per row and the words it points to; a dimension the table does not have is constant."""
    if name not in long.column_names:
        return np.zeros(long.num_rows, np.int32), (default,)
    column = long[name].unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    codes, words = column.indices.to_numpy().astype(np.int32), column.dictionary.to_pylist()
    used = np.flatnonzero(np.bincount(codes, minlength=len(words)))  # a filter leaves unused words behind
    position = np.zeros(len(words), np.int32)
    position[used] = np.arange(used.size)
    return position[codes], tuple(words[i] for i in used)


def _require(long: pa.Table, name: str, allowed: set[str]) -> None:
    if name in long.column_names:
        _refuse_unknown(name, _codes(long, name, "")[1], allowed)


def _refuse_unknown(name: str, words: tuple[str, ...], known: set[str]) -> None:
    if unknown := sorted(set(words) - known):
        raise ParseError(f"unknown {name}: {', '.join(unknown[:5])}")


def _flag_counts(long: pa.Table) -> dict[str, int]:
    codes, words = _codes(long, "flag", "")
    counts = np.bincount(codes, minlength=len(words))
    return {w: int(n) for w, n in sorted(zip(words, counts, strict=True)) if w and n}


def _with_open_group(rows: _Rows, counted: dict[str, Any]) -> _Rows:
    """Replace ``Y85-89`` and ``Y_GE90`` by ``Y_GE85`` wherever Eurostat leaves the latter empty or out."""
    names = ("Y_GE85", *PARTS_OF_85)
    if not set(PARTS_OF_85) & set(rows.ages):
        return rows
    ages = rows.ages if "Y_GE85" in rows.ages else (*rows.ages, "Y_GE85")
    upper = np.isin(rows.age, [ages.index(n) for n in names if n in ages])
    old, kept = rows.take(upper), rows.take(~upper)
    place = (old.ags * 10_000 + old.year) * 10 + old.sex + np.int64(10**10) * old.newer
    unique, first, inverse = np.unique(place, return_index=True, return_inverse=True)
    value = np.full((3, unique.size), np.nan)
    status = np.full((3, unique.size), _RANK["missing"], np.int32)
    for i, name in enumerate(names):
        mine = old.age == (ages.index(name) if name in ages else -1)
        value[i, inverse[mine]], status[i, inverse[mine]] = old.value[mine], old.status[mine]
    given = ~np.isnan(value[0])
    total = value[1] + value[2]
    counted["open_group_contradictions"] = int((given & ~np.isnan(total) & (value[0] != total)).sum())
    counted["open_group_computed"] = int((~given & ~np.isnan(total)).sum())
    worst = np.maximum(np.maximum(status[1], status[2]), _RANK["computed"])
    return _joined(kept, old.take(first), np.where(given, value[0], total), np.where(given, status[0], worst), ages)


def _joined(
    kept: _Rows, upper: _Rows, value: npt.NDArray[np.float64], status: npt.NDArray[np.int32], ages: tuple[str, ...]
) -> _Rows:
    age = np.full(value.size, ages.index("Y_GE85"), np.int32)
    upper = replace(upper, age=age, value=value, status=status)
    columns: dict[str, Any] = {c: np.concatenate([getattr(kept, c), getattr(upper, c)]) for c in _COLUMNS}
    return replace(kept, ages=ages, **columns)


def _observations(rows: _Rows, dataset: str, measure: Measure) -> pa.Table:
    """The arrays of OBSERVATION; dates and bases by year, ages by code."""
    years = rows.year - 1 if measure.stock else rows.year
    from_to = [_AGE_RANGE.get(a, (0, None)) for a in rows.ages]
    n = rows.age.size
    columns = {
        "dataset": pa.repeat(dataset, n),
        "measure": pa.repeat(measure.name, n),
        "ags": _picked(list(rows.places), rows.ags),
        "reference_date": _by_year(years, lambda y: date(y, 12, 31), pa.date32()),
        "sex": _picked(["f", "m", "t"], rows.sex),
        "age_set": _picked(["total" if a == "TOTAL" else "five_year" for a in rows.ages], rows.age),
        "age_from": _picked([f for f, _ in from_to], rows.age, pa.int16()),
        "age_to": _picked([t for _, t in from_to], rows.age, pa.int16()),
        "basis": _by_year(years, _basis_of(rows, years, measure), pa.string()),
        "value": pa.array(rows.value, from_pandas=True),
        "status": _picked(list(SEVERITY), rows.status),
    }
    return pa.table(columns, schema=OBSERVATION)


def _picked(words: list[Any], codes: npt.NDArray[Any], kind: pa.DataType | None = None) -> pa.Array:
    return pa.array(words, kind or pa.string()).take(pa.array(codes))


def _by_year(years: npt.NDArray[np.int32], of: Callable[[int], Any], kind: pa.DataType) -> pa.Array:
    unique, inverse = np.unique(years, return_inverse=True)
    return _picked([of(int(y)) for y in unique], inverse.astype(np.int32), kind)


def _basis_of(rows: _Rows, years: npt.NDArray[np.int32], measure: Measure) -> Callable[[int], str]:
    """Census basis by year of the reference date, see the head of this module; a flow follows its year."""
    since_2022 = _basis_since_2022(rows, years) if measure.stock else "census2022"

    def basis(year: int) -> str:
        return "pre2011" if year < 2011 else "census2011" if year < 2022 else since_2022

    return basis


def _basis_since_2022(rows: _Rows, years: npt.NDArray[np.int32]) -> str:
    """The anchor: Germany's total of the earliest date since 31.12.2022 (both sexes, all ages)."""
    if not (years >= 2022).any():
        return "census2022"  # nothing to decide
    germany = rows.places.index("DG") if "DG" in rows.places else -1
    total = rows.ages.index("TOTAL") if "TOTAL" in rows.ages else -1
    here = (rows.ags == germany) & (rows.age == total) & (rows.sex == 2) & (years >= 2022) & ~np.isnan(rows.value)
    if not here.any():
        raise ParseError("the census basis since 2022 cannot be told without the total of Germany")
    first = rows.value[here][np.argmin(years[here])]
    return "census2022" if first < REVISED_BELOW else "census2011"
