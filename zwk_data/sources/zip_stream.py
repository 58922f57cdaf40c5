"""One member of a zip archive as a stream of verified bytes, Deflate64 included, with caps against bombs.

Python's own module reads the directory but not Deflate64, and would unpack without a limit. Names of members are
looked at only for their ending; nothing is ever written under them.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import inflate64

from zwk_data.sources.archives import DAMAGE, PACKERS, ZIP_MAGIC, Caps, check_directory, refuse_foreign
from zwk_data.sources.errors import Incomplete, ParseError, Truncated

STORED, DEFLATE, DEFLATE64 = 0, 8, 9
STEP = 2048  # packed bytes per step: 65,538 bytes from 18 bits at most, so no step unpacks to more than 60 MB
PLAIN_STEP = 1 << 20
LOCAL_HEADER = struct.Struct("<4s22xHH")


class Unpacker(Protocol):
    """One method of compression; ``done`` tells that its end was reached."""

    def feed(self, piece: bytes) -> bytes:
        """Unpack the next piece."""

    @property
    def done(self) -> bool:
        """Whether the end of the packed stream was seen."""


class _Plain:
    done = True

    def feed(self, piece: bytes) -> bytes:
        return piece


class _Deflate:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(-15)

    def feed(self, piece: bytes) -> bytes:
        return self._stream.decompress(piece)

    @property
    def done(self) -> bool:
        return self._stream.eof


class _Deflate64:
    """The library (1.0.4) never lets go of what it is given: one buffer is filled again and again."""

    def __init__(self) -> None:
        self._stream = inflate64.Inflater()
        self._buffer = bytearray(STEP)

    def feed(self, piece: bytes) -> bytes:
        if len(piece) < STEP:  # only the last one
            return bytes(self._stream.inflate(piece))
        self._buffer[:] = piece
        return bytes(self._stream.inflate(self._buffer))

    @property
    def done(self) -> bool:
        return bool(self._stream.eof)


METHODS: dict[int, type[Unpacker]] = {STORED: _Plain, DEFLATE: _Deflate, DEFLATE64: _Deflate64}


def only_member(path: Path, ending: str, caps: Caps) -> zipfile.ZipInfo:
    """Return the one member with this ending, after the directory and all announced sizes were doubted.

    Raises:
        SourceError: no zip archive, one without its directory, one that exceeds a cap or holds what it must not, or
            one in which not exactly one readable member has the ending.
    """
    refuse_foreign(path, caps)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*DAMAGE, ValueError) as error:
        raise Truncated(f"zip directory: {error}") from None
    check_directory(members, caps)
    found = [member for member in members if member.filename.lower().endswith(ending)]
    if len(found) != 1:
        raise Incomplete(
            f"{len(found)} members end with {ending}", f"Das Archiv enthält {len(found)} statt einer CSV-Datei."
        )
    if found[0].compress_type not in METHODS:
        raise ParseError(f"method {found[0].compress_type}", "Das Archiv ist auf unbekannte Art gepackt.")
    return found[0]


def pieces(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the unpacked bytes of a member; size, end and checksum are verified before the last piece is followed.

    Never more is unpacked than the directory announced, which ``only_member`` held against the caps.

    Raises:
        Truncated: the stream is cut, damaged, longer or shorter than announced, or its checksum differs.
    """
    total, checksum = 0, 0
    unpack = METHODS[member.compress_type]()
    step = STEP if member.compress_type == DEFLATE64 else PLAIN_STEP // 16
    with path.open("rb") as file:
        for packed in _packed(file, member, step):
            try:
                piece = unpack.feed(packed)
            except (ValueError, zlib.error) as error:
                raise Truncated(f"damaged zip stream: {error}") from None
            if total == 0 and piece.startswith(PACKERS):
                raise ParseError("an archive inside the archive")
            total += len(piece)
            if total > member.file_size:
                raise Truncated("more bytes than the directory announces")
            checksum = zlib.crc32(piece, checksum)
            yield piece
    if not unpack.done or total != member.file_size or checksum != member.CRC:
        raise Truncated(f"{total} of {member.file_size} bytes, checksum {checksum:08x}, announced {member.CRC:08x}")


def _packed(file: BinaryIO, member: zipfile.ZipInfo, step: int) -> Iterator[bytes]:
    """Yield the packed bytes of a member; the lengths of name and extra field come from its own header."""
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or header[:4] != ZIP_MAGIC:
        raise Truncated("no header where the directory says")
    _, name, extra = LOCAL_HEADER.unpack(header)
    file.seek(name + extra, io.SEEK_CUR)
    left = member.compress_size
    while left:
        piece = file.read(min(step, left))
        if not piece:
            raise Truncated("archive ends inside the member")
        left -= len(piece)
        yield piece


class Stream(io.RawIOBase):
    """Pieces as a file that can be read once from its beginning."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill as much of the buffer as one piece allows; 0 at the end."""
        while not self._rest:
            try:
                self._rest = memoryview(next(self._source))
            except StopIteration:
                return 0
        number = min(len(buffer), len(self._rest))
        buffer[:number] = self._rest[:number]
        self._rest = self._rest[number:]
        return number
