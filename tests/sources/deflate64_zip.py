"""Writes zip archives packed with Deflate64, as the BBSR does and Python cannot."""

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

import inflate64

DEFLATE64, STORED = 9, 0
LARGE = 0xFFFFFFFF


def archive(members: Iterable[tuple[str, bytes]], method: int = DEFLATE64) -> bytes:
    """Return an archive of whole members."""
    out = BytesIO()
    write(out, ((name, [data]) for name, data in members), method)
    return out.getvalue()


def write(out: BinaryIO, members: Iterable[tuple[str, Iterable[bytes]]], method: int = DEFLATE64) -> None:
    """Write an archive of members given in pieces; sizes above 4 GB get the 64-bit fields."""
    directory = b"".join(_member(out, name.encode(), pieces, method) for name, pieces in members)
    start = out.tell()
    out.write(directory)
    number = directory.count(b"PK\x01\x02")
    out.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, len(directory), start, 0))


def _member(out: BinaryIO, name: bytes, pieces: Iterable[bytes], method: int) -> bytes:
    """Write one member and return its entry of the directory."""
    start = out.tell()
    out.write(b"\0" * (30 + len(name)))
    packer = inflate64.Deflater()
    size = checksum = 0
    for piece in pieces:
        size, checksum = size + len(piece), zlib.crc32(piece, checksum)
        out.write(packer.deflate(piece) if method == DEFLATE64 else piece)
    out.write(packer.flush() if method == DEFLATE64 else b"")
    end = out.tell()
    packed = end - start - 30 - len(name)
    common = struct.pack("<5HLLLH", 45, 0x800, method, 0, 0x21, checksum, packed, min(size, LARGE), len(name))
    out.seek(start)
    out.write(b"PK\x03\x04" + common + struct.pack("<H", 0) + name)
    out.seek(end)
    extra = struct.pack("<HHQ", 1, 8, size) if size >= LARGE else b""
    tail = struct.pack("<4H2L", len(extra), 0, 0, 0, 0, start)
    return b"PK\x01\x02" + struct.pack("<H", 45) + common + tail + name + extra
