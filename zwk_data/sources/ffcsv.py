"""Flat CSV (ffcsv) of the GENESIS family, as delivered since 2025: a zip with one long table in one file.

UTF-8 with or without BOM, ``;``, no quotes, no thousands separator, decimal comma in German and point in English
answers, rows in no order. Columns are taken by name, never by position; labels are not read (they are translated only
in part), except that of the counted variable. Every column is read as a dictionary of its words, so that Python looks
at each distinct word once and never at a row.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from zwk_data.catalog.tidy import STATUSES
from zwk_data.sources.errors import NotData, ParseError, TooLarge, Truncated

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 1 << 16
MOST_BYTES = 1 << 30  # of one unpacked file; the largest expected, all Gemeinden by age, has 0.2 GB
MOST_RATIO = 250  # unpacked to packed; repeated labels pack to a twentieth
SMALL_BYTES = 1 << 22  # below, the ratio is not looked at
KNOWN_COLUMN = b"statistics_code"  # tells this layout from the older one and from other files
LABEL = "value_variable_label"
FIXED = ("time", "value", "value_unit", "value_variable_code", LABEL)
QUALITY = "value_q"
SLOT = re.compile(r"(\d+)_variable_(code|attribute_code)")
NUMBERS = {",": re.compile(r"-?\d+(,\d+)?"), ".": re.compile(r"-?\d+(\.\d+)?")}
LIMITED = re.compile(r"\((.+)\)")  # a value of limited reliability
STATUS = {status: number for number, status in enumerate(STATUSES)}
NOTHING = len(STATUSES)  # "-": exactly zero, or the place did not exist; only the context decides
MARKERS = {
    "-": NOTHING, "–": NOTHING, ".": STATUS["secret"], "...": STATUS["later"], "/": STATUS["not_available"],
    "x": STATUS["not_available"], "X": STATUS["not_available"], "": STATUS["missing"],
}  # fmt: skip
QUALITY_SIGNS = {
    "": "ok", "r": "ok", "p": "provisional", "e": "estimated", "s": "estimated", "()": "unreliable",
}  # fmt: skip
MOJIBAKE = (b"\xc3\x83", b"\xef\xbf\xbd")  # an umlaut encoded twice, or replaced

Indices = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Codes:
    """One column: a word per row as its number in ``words``."""

    index: Indices
    words: tuple[str, ...]


@dataclass(frozen=True)
class Flat:
    """The rows of one or several files with the same columns, in the order of the files.

    ``slots`` are the classifying variables: code of the variable and code of its attribute (empty: all of them).
    ``value`` is NaN where there is no number; ``status`` counts in ``STATUSES``, or is ``NOTHING``.
    """

    time: Codes
    unit: Codes
    measure: Codes
    label: Codes
    slots: tuple[tuple[Codes, Codes], ...]
    value: npt.NDArray[np.float64]
    status: npt.NDArray[np.int8]


# --- the zip around it -----------------------------------------------------------------------------------------------


def verify(body: bytes) -> None:
    """Read the zip of an answer to its last byte: directory, sizes, checksum, and that a flat CSV is inside.

    Raises:
        Truncated: the zip is cut or damaged.
        TooLarge: it unpacks to more than allowed.
        NotData: something else is inside.
    """
    with opened(body) as stream:
        head = stream.read(HEAD_BYTES)
        if KNOWN_COLUMN not in head.partition(b"\n")[0]:
            raise NotData("the zip holds no flat CSV", "Die Quelle hat eine andere Art Datei geliefert als vereinbart.")
        last = head
        while piece := stream.read(BLOCK_BYTES):
            last = piece
        if not last.endswith(b"\n"):
            raise Truncated("the file ends within a line")


@contextmanager
def opened(source: bytes | Path) -> Iterator[BinaryIO]:
    """Open the only member of a zip, whatever its name; nothing is written to disk. Raises as ``verify``."""
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            member = _member(archive)
            with archive.open(member) as stream:
                yield io.BufferedReader(_Counted(stream, member.file_size), HEAD_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Truncated(f"damaged zip: {type(error).__name__}") from None


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) != 1 or members[0].is_dir():
        raise NotData(f"{len(members)} files in the zip instead of one")
    [member] = members
    if member.file_size > MOST_BYTES:
        raise TooLarge(f"unpacks to {member.file_size} bytes")
    if member.file_size > SMALL_BYTES and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise TooLarge(f"{member.compress_size} bytes unpack to {member.file_size}")
    return member


class _Counted(io.RawIOBase):
    """Passes bytes on and refuses more than were announced."""

    def __init__(self, stream: IO[bytes], announced: int) -> None:
        self.stream, self.left = stream, announced

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        self.left -= len(piece)
        if self.left < 0:
            raise TooLarge("unpacks to more than announced")
        return piece

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


# --- the table -------------------------------------------------------------------------------------------------------


def read(streams: Iterator[BinaryIO], decimal: str = ",", *, labels: bool = True) -> Flat:
    """Read files with the same columns together.

    Args:
        streams: the unpacked files, each read to its end before the next is opened.
        decimal: decimal sign of the answers: comma in German, point in English ones.
        labels: whether names of the counted variables are wanted.

    Raises:
        ParseError: no files, other columns, another encoding, or a cell that is neither number nor marker.
    """
    batches: list[pa.RecordBatch] = []
    for stream in streams:
        batches += _batches(stream, labels)
    if not batches:
        raise ParseError("no rows")
    try:
        table = pa.Table.from_batches(batches)
        batches.clear()
        table = table.unify_dictionaries()
    except pa.ArrowInvalid as error:
        raise ParseError(f"the files of one dataset have different columns: {error}") from None
    return _flat(table, decimal)


def _batches(stream: BinaryIO, labels: bool) -> list[pa.RecordBatch]:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, HEAD_BYTES)  # type: ignore[type-var]
    head = buffered.peek(HEAD_BYTES)
    _check_encoding(head)
    wanted = columns(head.partition(b"\n")[0].decode("utf-8-sig").rstrip("\r"))
    wanted = [name for name in wanted if labels or name != LABEL]
    words = pa.dictionary(pa.int32(), pa.string())
    try:
        with csv.open_csv(
            buffered,
            read_options=csv.ReadOptions(block_size=BLOCK_BYTES),
            parse_options=csv.ParseOptions(delimiter=";", quote_char=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, words), include_columns=wanted, strings_can_be_null=False
            ),
        ) as reader:
            return [batch for batch in reader if batch.num_rows]
    except pa.ArrowInvalid as error:
        raise ParseError(f"not a flat CSV: {str(error)[:200]}") from None


def _check_encoding(head: bytes) -> None:
    """The labels of every row have umlauts: the first rows tell the encoding of the file."""
    whole = head[: head.rfind(b"\n") + 1]
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("not UTF-8", "Die Datei der Quelle hat eine andere Zeichenkodierung als vereinbart.") from None
    if any(sign in whole for sign in MOJIBAKE):
        raise ParseError("encoded twice", "Die Umlaute in der Datei der Quelle sind beschädigt.")


def columns(header: str) -> list[str]:
    """Return the columns to read of a header; others are passed over. Raises ParseError where one is missing."""
    names = header.split(";")
    slots = sorted({match[1] for name in names if (match := SLOT.fullmatch(name))}, key=int)
    wanted = [*FIXED, *(f"{slot}_variable_{part}" for slot in slots for part in ("code", "attribute_code"))]
    if missing := [name for name in wanted if name not in names]:
        raise ParseError(f"columns missing: {', '.join(missing)}")
    if not slots or any(names.count(name) > 1 for name in wanted):
        raise ParseError("no classifying variable, or a column twice")
    return [*wanted, QUALITY] if QUALITY in names else wanted


def _flat(table: pa.Table, decimal: str) -> Flat:
    slots = [name.removesuffix("_code") for name in table.column_names if re.fullmatch(r"\d+_variable_code", name)]
    value, status = _values(codes(table, "value"), decimal)
    if QUALITY in table.column_names:
        status = _with_quality(status, codes(table, QUALITY))
    return Flat(
        codes(table, "time"), codes(table, "value_unit"), codes(table, "value_variable_code"),
        codes(table, LABEL) if LABEL in table.column_names else Codes(np.zeros(table.num_rows, np.int32), ("",)),
        tuple((codes(table, f"{slot}_code"), codes(table, f"{slot}_attribute_code")) for slot in slots),
        value, status,
    )  # fmt: skip


def codes(table: pa.Table, name: str) -> Codes:
    """Return a dictionary column with one dictionary for all its chunks."""
    chunks = table[name].chunks
    index = np.concatenate([np.from_dlpack(chunk.indices) for chunk in chunks])  # to_numpy() would import pandas
    return Codes(index, tuple(chunks[0].dictionary.to_pylist()))


def _values(cells: Codes, decimal: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int8]]:
    read = [value_of(word, decimal) for word in cells.words]
    numbers, statuses = np.array([n for n, _ in read], np.float64), np.array([s for _, s in read], np.int8)
    return numbers[cells.index], statuses[cells.index]


def value_of(word: str, decimal: str = ",") -> tuple[float, int]:
    """Return number and status of a cell; NaN for a marker. Raises ParseError."""
    word = word.strip()
    if word in MARKERS:
        return float("nan"), MARKERS[word]
    if NUMBERS[decimal].fullmatch(word):
        return float(word.replace(",", ".")), STATUS["ok"]
    if (limited := LIMITED.fullmatch(word)) and NUMBERS[decimal].fullmatch(limited[1]):
        return float(limited[1].replace(",", ".")), STATUS["unreliable"]
    raise ParseError(f"neither a number nor a known marker: {word[:40]!r}")


def _with_quality(status: npt.NDArray[np.int8], signs: Codes) -> npt.NDArray[np.int8]:
    """A number with a quality sign is provisional, estimated or unreliable; a marker stays what it is."""
    if unknown := sorted(set(signs.words) - set(QUALITY_SIGNS)):
        raise ParseError(f"unknown quality signs: {unknown[:5]}")
    quality = np.array([STATUS[QUALITY_SIGNS[sign]] for sign in signs.words], np.int8)[signs.index]
    return np.where(status == STATUS["ok"], quality, status).astype(np.int8)


def check_units(flat: Flat, allowed: Sequence[str]) -> None:
    """Refuse a unit the table is not declared in; raises ParseError."""
    if strange := sorted(set(flat.unit.words) - set(allowed)):
        raise ParseError(
            f"unknown units {strange[:5]}", f"Die Quelle gibt die Werte in einer anderen Einheit an: {strange[0]}."
        )
