"""Bundles: the same loads give the same bytes, and nothing that is not whole is ever opened."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from zwk_data.sources.archive import Archive, Download
from zwk_data.sources.bundle import NotABundle, adopt, checksum, export, opened

DATASET = "eurostat_demo_r_births"


def archive_of(folder: Path, *bodies: bytes, dataset: str = DATASET) -> Archive:
    archive = Archive(folder)
    for number, body in enumerate(bodies):
        when = datetime(2026, 11, 1 + number, tzinfo=UTC)
        download = Download(dataset, "https://example.invalid/x", (("geo", "DE"),), body, "text/plain", when, when)
        archive.accept(dataset, [archive.keep(download, 1)], f"content {number}")
    return archive


@pytest.mark.parametrize("name", ["auszug.zip", "auszug"])
def test_what_is_exported_is_read_again_load_by_load(tmp_path: Path, name: str) -> None:
    archive = archive_of(tmp_path / "a", b"one", b"two" * 400_000, b"")
    done = export(archive, tmp_path / name)
    assert (done.loads, done.files, done.bytes) == (3, 3, 1_200_003)
    other = Archive(tmp_path / "b")
    with opened(tmp_path / name) as bundle:
        assert list(bundle.loads) == archive.accepted(DATASET)
        for load in bundle.loads:
            adopt(bundle, load, other)
            assert other.read(load.parts[0]) == archive.read(load.parts[0])


def test_the_same_loads_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        export(archive_of(tmp_path / name, b"one", b"two"), tmp_path / f"{name}.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_export_can_be_limited_to_datasets_and_to_newer_loads(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", b"one", b"two", b"three")
    archive_of(tmp_path / "a", b"four", dataset="eurostat_demo_r_deaths")
    assert export(archive, tmp_path / "x.zip", [DATASET]).loads == 3
    assert export(archive, tmp_path / "x.zip", (), {DATASET: 2}).loads == 2
    with opened(tmp_path / "x.zip") as bundle:
        assert [load.id for load in bundle.loads] == [f"{DATASET}@3", "eurostat_demo_r_deaths@1"]


def test_a_bundle_cut_anywhere_is_refused(tmp_path: Path) -> None:
    export(archive_of(tmp_path / "a", b"one", b"two" * 3000), tmp_path / "x.zip")
    whole = (tmp_path / "x.zip").read_bytes()
    for percent in range(100):
        (tmp_path / "cut.zip").write_bytes(whole[: len(whole) * percent // 100])
        with pytest.raises(NotABundle), opened(tmp_path / "cut.zip"):
            pass


def test_one_changed_byte_anywhere_is_refused_or_changes_no_figure(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", b"one", b"two" * 300)
    export(archive, tmp_path / "x.zip")
    whole, refused = bytearray((tmp_path / "x.zip").read_bytes()), 0
    for position in range(0, len(whole), 7):
        changed = bytes(whole[:position]) + bytes([whole[position] ^ 0x55]) + bytes(whole[position + 1 :])
        (tmp_path / "y.zip").write_bytes(changed)
        try:
            with opened(tmp_path / "y.zip") as bundle:
                assert [load.parts for load in bundle.loads] == [load.parts for load in archive.accepted(DATASET)]
        except NotABundle:
            refused += 1
    assert refused > len(whole) // 7 * 0.5


Edit = Callable[[dict[str, Any]], None]


def renamed(content: dict[str, Any]) -> None:
    content["loads"][0]["dataset"] = "../../outside"


def strange_sum(content: dict[str, Any]) -> None:
    content["loads"][0]["parts"][0]["sha256"] = "../x"


def no_time(content: dict[str, Any]) -> None:
    content["loads"][0]["parts"][0]["retrieved_at"] = "yesterday"


def unknown_field(content: dict[str, Any]) -> None:
    content["loads"][0]["parts"][0]["extra"] = 1


def other_kind(content: dict[str, Any]) -> None:
    content["loads"][0]["parts"][0]["url"] = ["https://example.invalid"]


def without_parts(content: dict[str, Any]) -> None:
    content["loads"][0]["parts"] = []


def other_version(content: dict[str, Any]) -> None:
    content["format"] = 2


@pytest.mark.parametrize(
    "edit", [renamed, strange_sum, no_time, unknown_field, other_kind, without_parts, other_version]
)
def test_a_manifest_that_fits_its_own_checksum_but_says_strange_things_is_refused(tmp_path: Path, edit: Edit) -> None:
    export(archive_of(tmp_path / "a", b"one"), tmp_path / "x")
    path = tmp_path / "x" / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    del content["checksum"]
    edit(content)
    path.write_text(json.dumps({**content, "checksum": checksum(content)}), encoding="utf-8")
    with pytest.raises(NotABundle), opened(tmp_path / "x"):
        pass


def test_a_manifest_changed_without_its_checksum_is_refused(tmp_path: Path) -> None:
    export(archive_of(tmp_path / "a", b"one"), tmp_path / "x")
    path = tmp_path / "x" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("2026-11-01", "2027-11-01"), encoding="utf-8")
    with pytest.raises(NotABundle), opened(tmp_path / "x"):
        pass


def test_names_of_members_count_for_nothing(tmp_path: Path) -> None:
    export(archive_of(tmp_path / "a", b"one", b"two"), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as file:
        for number, (name, body) in enumerate(members.items()):
            file.writestr(name if name == "manifest.json" else f"other/{number}", body)
    with opened(tmp_path / "y.zip") as bundle:
        assert len(bundle.loads) == 2


@pytest.mark.parametrize("name", ["../raw/x", "/etc/x", "a\\..\\x"])
def test_a_member_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    export(archive_of(tmp_path / "a", b"one"), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip", "a") as file:
        file.writestr(name, b"x")
    with pytest.raises(NotABundle), opened(tmp_path / "x.zip"):
        pass


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    export(archive_of(tmp_path / "a", b"one"), tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip", "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("raw/bomb", b"\0" * (64 << 20))
    with pytest.raises(NotABundle), opened(tmp_path / "x.zip"):
        pass


@pytest.mark.parametrize("body", [b"", b"PK", b"<html></html>", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_bundle_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(body)
    with pytest.raises(NotABundle), opened(tmp_path / "x.zip"):
        pass
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotABundle), opened(tmp_path / "empty"):
        pass


def test_a_damaged_archive_exports_nothing(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", b"one")
    digest = hashlib.sha256(b"one").hexdigest()
    (tmp_path / "a" / "raw" / digest[:2] / digest).write_bytes(b"two")
    with pytest.raises(Exception, match=digest):
        export(archive, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_bytes_that_were_damaged_here_are_taken_anew(tmp_path: Path) -> None:
    archive, other = archive_of(tmp_path / "a", b"one"), archive_of(tmp_path / "b", b"one")
    part = archive.accepted(DATASET)[0].parts[0]
    other.open(part).write_bytes(b"0ne")
    export(archive, tmp_path / "x.zip")
    with opened(tmp_path / "x.zip") as bundle:
        adopt(bundle, bundle.loads[0], other)
    assert other.read(part) == b"one"


def test_when_a_load_became_known_is_no_part_of_a_bundle(tmp_path: Path) -> None:
    export(archive_of(tmp_path / "a", b"one"), tmp_path / "x")
    assert "accepted_at" not in (tmp_path / "x" / "manifest.json").read_text("utf-8")
    with opened(tmp_path / "x") as bundle:
        assert bundle.loads[0].accepted_at == ""
