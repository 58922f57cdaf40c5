"""A member of an archive as a stream: Deflate64 and the ordinary methods; nothing damaged or too large passes."""

import os
import tracemalloc
from pathlib import Path

import pytest

from tests.sources.deflate64_zip import STORED, archive
from tests.sources.simulators.inkar import bomb_in_disguise, plain_deflate
from zwk_data.sources.archives import Caps
from zwk_data.sources.errors import Incomplete, NotData, ParseError, SourceError, TooLarge, Truncated
from zwk_data.sources.zip_stream import STEP, Stream, only_member, pieces

CAPS = Caps(packed=1 << 20, unpacked=4 << 20, members=3, ratio=5000.0)
TABLE = b"".join(b"%d;%d\r\n" % (i, i * i % 9973) for i in range(20_000))


def read(path: Path, caps: Caps = CAPS) -> bytes:
    return b"".join(pieces(path, only_member(path, ".csv", caps)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "archive.zip"


@pytest.mark.parametrize(
    "packed",
    [archive([("a.csv", TABLE)]), archive([("a.csv", TABLE)], STORED), plain_deflate(TABLE)],
    ids=["deflate64", "stored", "deflate"],
)
def test_each_method_of_packing_gives_the_same_bytes(file: Path, packed: bytes):
    file.write_bytes(packed)
    assert read(file) == TABLE


def test_the_member_is_found_by_its_ending_among_others(file: Path):
    file.write_bytes(archive([("reference.xlsx", b"other"), ("Table.CSV", TABLE)]))
    assert read(file) == TABLE


def test_a_stream_can_be_read_in_pieces_of_any_size(file: Path):
    file.write_bytes(archive([("a.csv", TABLE)]))
    stream = Stream(pieces(file, only_member(file, ".csv", CAPS)))
    got = []
    while piece := stream.read(7 * 997):
        got.append(piece)
    assert b"".join(got) == TABLE


def test_no_archive_cut_at_any_of_a_hundred_places_is_read(file: Path):
    whole = archive([("a.csv", TABLE)])
    for place in range(100):
        file.write_bytes(whole[: len(whole) * place // 100])
        with pytest.raises(SourceError):
            read(file)


def test_no_changed_byte_of_the_packed_table_passes(file: Path):
    whole = archive([("a.csv", TABLE)])
    for position in range(40, len(whole) - 200, len(whole) // 60):
        damaged = bytearray(whole)
        damaged[position] ^= 0x55
        file.write_bytes(damaged)
        with pytest.raises(SourceError):
            read(file)


def test_a_bomb_is_refused_by_what_its_directory_announces(file: Path):
    file.write_bytes(archive([("a.csv", b";" * (8 << 20))]))
    with pytest.raises(TooLarge):
        read(file)


def test_a_bomb_that_announces_little_is_stopped_at_what_it_announced(file: Path):
    file.write_bytes(bomb_in_disguise())
    unpacked = 0
    with pytest.raises(Truncated, match="more bytes"):
        for piece in pieces(file, only_member(file, ".csv", CAPS)):
            unpacked += len(piece)
    assert unpacked <= 1000


def test_one_step_never_unpacks_to_more_than_its_bound(file: Path):
    """65,538 bytes stand in at least 18 bits, so one step stays below 60 MB however the stream is made."""
    file.write_bytes(archive([("a.csv", b"\0" * (64 << 20))]))
    member = only_member(file, ".csv", Caps(ratio=1e9))
    assert max(map(len, pieces(file, member))) <= STEP * 8 / 18 * 65_538


def test_what_was_read_is_let_go(file: Path):
    """The library keeps every piece it is given, for ever: unpacking must not grow with the archive."""
    file.write_bytes(archive([("a.csv", os.urandom(24 << 20))]))
    member = only_member(file, ".csv", Caps())
    tracemalloc.start()
    try:
        for _ in pieces(file, member):
            pass
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 2 << 20


@pytest.mark.parametrize(
    ("packed", "error"),
    [
        (b"", NotData),
        (b"<html>", NotData),
        (archive([("a.txt", TABLE)]), Incomplete),
        (archive([("a.csv", TABLE), ("b.csv", TABLE)]), Incomplete),
        (archive([("../a.csv", TABLE)]), ParseError),
        (archive([("a.csv", archive([("a.csv", TABLE)]))]), ParseError),
        (archive([(f"{i}.csv", b"1") for i in range(4)]), TooLarge),
    ],
    ids=["nothing", "page", "no table", "two tables", "way out", "archive inside", "many members"],
)
def test_what_is_no_archive_with_one_table_is_refused_by_name(file: Path, packed: bytes, error: type[SourceError]):
    file.write_bytes(packed)
    with pytest.raises(error):
        read(file)
