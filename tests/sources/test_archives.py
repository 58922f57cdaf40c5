"""Zip files from outside: bombs, names that lead out, links, archives inside, cuts."""

import io
import random
import struct
import zipfile
import zlib

import openpyxl
import pytest

from tests.sources.reading import excerpt
from zwk_data.sources.archives import Caps, safe_zip, workbook
from zwk_data.sources.errors import NotData, ParseError, SourceError, TooLarge, Truncated

WORKBOOK = excerpt("municipalities/gv_auszug_2024-06-30.xlsx")


def zipped(**members: bytes) -> bytes:
    return zipped_as({name.replace("__", "/"): body for name, body in members.items()})


def zipped_as(members) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return into.getvalue()


def opened(body, caps=None):
    with safe_zip(body, caps or Caps()) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened_workbook(body):
    with workbook(body) as file:
        return file.read()


def test_a_sound_zip_is_opened_from_bytes_and_from_a_file(tmp_path):
    body = zipped(table=b"1;2", folder__other=b"3;4")
    path = tmp_path / "a.zip"
    path.write_bytes(body)
    assert opened(body) == opened(path) == {"table": b"1;2", "folder/other": b"3;4"}


def test_a_workbook_is_handed_on_to_its_library():
    with workbook(WORKBOOK) as file:
        assert openpyxl.load_workbook(file, read_only=True).sheetnames[1] == "Onlineprodukt_Gemeinden30062024"


def test_no_cut_of_a_workbook_is_accepted():
    for length in {len(WORKBOOK) * share // 200 for share in range(200)} | {len(WORKBOOK) - n for n in range(1, 60)}:
        with pytest.raises((Truncated, NotData)):
            opened_workbook(WORKBOOK[:length])


def test_a_cut_comment_and_something_stuck_on_behind_are_refused():
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("a", b"1")
        archive.comment = b"twenty characters ok"
    for body in (into.getvalue()[:-5], into.getvalue() + b"stuck on"):
        with pytest.raises(Truncated):
            opened(body)


def test_a_flipped_bit_is_noticed():
    body = bytearray(zipped(a=bytes(range(256)) * 40))
    body[60] ^= 1
    with pytest.raises((Truncated, ParseError)):
        opened(bytes(body))


def test_a_bomb_is_refused_by_its_directory_before_anything_is_unpacked():
    bomb = zipped(a=b"\0" * (32 << 20))
    assert len(bomb) < 64_000
    with pytest.raises(TooLarge):
        opened(bomb)
    with pytest.raises(TooLarge):
        opened(bomb, Caps(unpacked=1 << 20, ratio=1e9))


def test_a_bomb_that_lies_about_its_size_yields_no_more_than_it_announced():
    body = bytearray(zipped(a=b"\0" * (8 << 20)))
    small = struct.pack("<L", 100)
    for offset in (22, body.index(b"PK\x01\x02") + 24):  # unpacked size in the local header and in the directory
        body[offset : offset + 4] = small
    with pytest.raises(Truncated):
        opened(bytes(body))


def test_too_many_members_and_too_many_bytes_are_refused():
    with pytest.raises(TooLarge):
        opened(zipped_as({str(n): b"" for n in range(20)}), Caps(members=19))
    with pytest.raises(TooLarge):
        opened(zipped(a=b"abc"), Caps(packed=10))


def test_members_that_share_their_bytes_are_refused():
    body = zipped(a=b"1" * 50, b=b"1" * 50)
    start, second = body.index(b"PK\x01\x02"), body.rindex(b"PK\x01\x02")
    overlapping = bytearray(body)
    overlapping[second + 42 : second + 46] = overlapping[start + 42 : start + 46]
    with pytest.raises(SourceError):
        opened(bytes(overlapping))


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "C:a", "..\\a", "a\\..\\b"])
def test_names_that_lead_out_are_refused(name):
    with pytest.raises(ParseError):
        opened(zipped_as({name: b"1"}))


def test_links_are_refused():
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        link = zipfile.ZipInfo("a")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ParseError, match="link"):
        opened(into.getvalue())


def test_the_same_name_twice_is_refused():
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    with pytest.raises(ParseError, match="twice"):
        opened(into.getvalue())


@pytest.mark.parametrize("inner", [zipped(a=b"1"), b"\x1f\x8b" + zlib.compress(b"1")])
def test_an_archive_inside_is_refused_whatever_its_name(inner):
    with pytest.raises(ParseError, match="inside"):
        opened(zipped(table=inner))


def test_an_encrypted_member_is_refused_with_a_reason():
    body = bytearray(zipped(a=b"1"))
    for offset in (6, body.index(b"PK\x01\x02") + 8):
        body[offset] |= 1
    with pytest.raises(ParseError) as caught:
        opened(bytes(body))
    assert "Kennwort" in caught.value.reason_de


def test_a_web_page_is_no_zip():
    with pytest.raises(NotData):
        opened(b"<!DOCTYPE html><html></html>")


def test_a_zip_that_is_no_workbook_is_refused():
    with pytest.raises(ParseError, match="no workbook"):
        opened_workbook(zipped(a=b"1"))


@pytest.mark.parametrize("padding", [0, (1 << 20) - 4])
def test_entities_in_a_workbook_are_refused_wherever_they_stand(padding):
    xml = random.Random(1).randbytes(padding).hex().encode()[:padding] + b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    members = {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": xml}
    with pytest.raises(ParseError, match="entities"):
        opened_workbook(zipped_as(members))


def test_an_error_of_the_reader_inside_stays_what_it_is():
    with pytest.raises(OSError, match="mine"), safe_zip(zipped(a=b"1")):
        raise OSError("mine")
