"""Zip files from outside (workbooks are zip files too): opened only after every way they can do harm is ruled out.

Nothing is ever unpacked to the disk under a name that stands inside the file: members are read, by name, from memory or
from the verified file itself.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from zwk_data.sources.errors import NotData, ParseError, TooLarge, Truncated

ZIP_MAGIC = b"PK\x03\x04"
PACKERS = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ\x00",
)  # archives by their bytes
END_RECORD, END_MAGIC = 22, b"PK\x05\x06"
ENCRYPTED = 0x1
SYMLINK, FILE_KIND = 0o120000, 0o170000
STEP = 1 << 20
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
FORBIDDEN_XML = (b"<!DOCTYPE", b"<!ENTITY")  # a workbook needs neither; entities can expand without end


@dataclass(frozen=True)
class Caps:
    """What a zip file may hold; bytes, and how many times larger than packed (a workbook of figures has about 7)."""

    packed: int = 64 << 20
    unpacked: int = 512 << 20
    members: int = 2_000
    ratio: float = 200.0


DEFAULT = Caps()
# For files that people upload (a town's own figures): reliability, not size, is what counts there.
UPLOAD = Caps(packed=5 << 20, unpacked=64 << 20, members=200, ratio=100.0)


@contextmanager
def safe_zip(source: bytes | Path, caps: Caps = DEFAULT) -> Iterator[zipfile.ZipFile]:
    """Open a zip file whose directory, names, sizes and checksums have been verified, every member to its last byte.

    Args:
        source: the bytes, or the file that holds them.
        caps: what it may hold.

    Raises:
        NotData: no zip file at all.
        Truncated: cut or damaged.
        TooLarge: more than the caps allow, packed or unpacked (bombs).
        ParseError: names that lead out of the folder, links, encryption, an archive inside, the same name twice.
    """
    refuse_foreign(source, caps)
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except DAMAGE as error:
        raise Truncated(f"no whole zip: {type(error).__name__}: {error}") from error
    with archive:
        _check_end(source, archive)
        check_directory(archive.infolist(), caps)
        try:
            for member in archive.infolist():
                _read_through(archive, member)
        except DAMAGE as error:
            raise Truncated(f"damaged zip: {type(error).__name__}: {error}") from error
        yield archive


@contextmanager
def workbook(source: bytes | Path, caps: Caps = DEFAULT) -> Iterator[BinaryIO]:
    """Open a verified workbook (.xlsx) for the library that reads it; raises as ``safe_zip``, and for XML entities.

    Read it with ``read_only=True`` and bounded rows and columns: one cell may claim to lie in row 10^9. An open file,
    because the library judges a path by its ending, and archived files have none.
    """
    with safe_zip(source, caps) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/worksheets/") for name in names):
            raise ParseError("no workbook", "Die Datei ist keine Excel-Arbeitsmappe.")
        for name in names:
            if name.endswith((".xml", ".rels", ".vml")):
                _refuse_entities(archive, name)
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        yield file


def refuse_foreign(source: bytes | Path, caps: Caps) -> None:
    """Refuse what does not begin like a zip file or is larger than allowed, before anything reads it."""
    if isinstance(source, bytes):
        head, size = source[:4], len(source)
    else:
        with source.open("rb") as file:
            head, size = file.read(4), source.stat().st_size
    if head != ZIP_MAGIC:
        raise NotData(f"begins with {head!r}, not with a zip file")
    if size > caps.packed:
        raise TooLarge(f"{size} bytes packed")


def check_directory(members: Sequence[zipfile.ZipInfo], caps: Caps) -> None:
    """Refuse a directory that announces too much, overlapping members, or names and kinds that no figures need."""
    if not members:
        raise Truncated("empty zip")
    if len(members) > caps.members:
        raise TooLarge(f"{len(members)} members")
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > caps.unpacked or unpacked > caps.ratio * max(packed, 1):
        raise TooLarge(f"{unpacked} bytes unpacked from {packed}")
    if len({m.filename for m in members}) != len(members):
        raise ParseError("a name occurs twice in the zip")
    ordered = sorted(members, key=lambda m: m.header_offset)
    for one, following in zip(ordered, ordered[1:], strict=False):
        if one.header_offset + one.compress_size > following.header_offset:
            raise ParseError("members of the zip overlap")
    for member in members:
        _check_member(member)


def _check_member(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename)
    # ZipInfo cuts a name at a zero byte and turns backslashes on Windows only: the name as it was written counts.
    written = member.orig_filename
    if path.is_absolute() or ".." in path.parts or any(sign in written for sign in "\\:\x00"):
        raise ParseError(f"name {written[:80]!r} leads out of the zip")
    if (member.external_attr >> 16) & FILE_KIND == SYMLINK:
        raise ParseError(f"{member.filename[:80]!r} is a link")
    if member.flag_bits & ENCRYPTED:
        raise ParseError("encrypted zip", "Die Datei ist mit einem Kennwort geschützt.")


def _check_end(source: bytes | Path, archive: zipfile.ZipFile) -> None:
    """Refuse a file whose end record is not its very end: a cut comment, or something stuck on behind."""
    length = END_RECORD + len(archive.comment)
    if isinstance(source, bytes):
        tail = source[-length:]
    else:
        with source.open("rb") as file:
            file.seek(-length, io.SEEK_END)
            tail = file.read()
    if tail[:4] != END_MAGIC or int.from_bytes(tail[20:22], "little") != len(archive.comment):
        raise Truncated("the zip does not end where it says")


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack in bounded steps, keeping nothing: the library compares length and CRC at the end."""
    with archive.open(member) as stream:
        piece = stream.read(STEP)
        if piece.startswith(PACKERS):
            raise ParseError(f"{member.filename[:80]!r} is an archive inside the zip")
        read = len(piece)
        while piece := stream.read(STEP):
            read += len(piece)
    if read != member.file_size:
        raise Truncated(f"{read} of {member.file_size} bytes of {member.filename[:80]!r}")


def _refuse_entities(archive: zipfile.ZipFile, name: str) -> None:
    with archive.open(name) as stream:
        overlap = b""
        while piece := stream.read(STEP):
            # UTF-16 would hide the words from this search, and no program writes workbooks in it.
            if b"\x00" in piece or any(word in overlap + piece for word in FORBIDDEN_XML):
                raise ParseError(f"{name[:80]!r} declares XML entities or is no UTF-8")
            overlap = piece[-16:]
