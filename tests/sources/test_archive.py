import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zwk_data.sources import archive as subject
from zwk_data.sources.archive import Archive, Download, Load, write_new
from zwk_data.sources.errors import ArchiveDamaged

MOMENT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def download(body: bytes = b"{}") -> Download:
    return Download("d", "https://a.example/x", (("geo", "DE"),), body, "application/json", MOMENT, MOMENT)


def accepted(archive: Archive, dataset: str, downloads: list[Download], parser_version: int) -> Load:
    return archive.accept(dataset, [archive.keep(download, parser_version) for download in downloads])


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_a_load_is_read_back_with_its_sidecars(archive: Archive) -> None:
    load = accepted(archive, "d", [download(b"one"), download(b"two")], 3)
    assert archive.accepted("d") == [load]
    assert [archive.read(part) for part in load.parts] == [b"one", b"two"]
    sidecar = load.parts[0]
    assert (sidecar.bytes, sidecar.parser_version, sidecar.params) == (3, 3, (("geo", "DE"),))
    assert sidecar.retrieved_at == sidecar.published_at == "2026-11-01T12:00:00+00:00"


def test_loads_are_numbered_in_order_and_kept(archive: Archive) -> None:
    for i in range(12):
        accepted(archive, "d", [download(str(i).encode())], 1)
    loads = archive.accepted("d")
    assert [load.sequence for load in loads] == list(range(1, 13))
    assert archive.read(loads[0].parts[0]) == b"0"
    assert archive.last("d") == loads[-1]
    assert archive.last("other") is None


def test_the_same_bytes_again_are_no_new_load(archive: Archive) -> None:
    assert accepted(archive, "d", [download()], 1).sequence == 1
    assert accepted(archive, "d", [download()], 1).sequence == 1
    assert accepted(archive, "d", [download()], 2).sequence == 2


def test_a_name_is_never_written_twice(tmp_path: Path) -> None:
    write_new(tmp_path / "a", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_without_hard_links_a_file_still_gets_its_name_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(subject.os, "link", unsupported)
    write_new(tmp_path / "a", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", b"second")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_file_someone_reads_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def in_use_twice() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise PermissionError

    monkeypatch.setattr(subject.time, "sleep", lambda seconds: None)
    subject._patiently(in_use_twice)
    assert len(tries) == 3


def test_an_interrupted_write_leaves_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(subject.os, "fsync", full)
    with pytest.raises(OSError):
        accepted(archive, "d", [download()], 1)
    assert archive.accepted("d") == []
    assert [p for p in archive.root.rglob("*") if p.is_file()] == []


def test_changed_or_lost_bytes_are_noticed(archive: Archive) -> None:
    part = accepted(archive, "d", [download(b"abc")], 1).parts[0]
    path = archive.root / "raw" / part.sha256[:2] / part.sha256
    path.write_bytes(b"abd")
    with pytest.raises(ArchiveDamaged):
        archive.read(part)
    path.unlink()
    with pytest.raises(ArchiveDamaged):
        archive.read(part)


def test_writers_at_once_get_different_numbers(archive: Archive) -> None:
    threads = [
        threading.Thread(target=accepted, args=(archive, "d", [download(str(i).encode())], 1)) for i in range(8)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [load.sequence for load in archive.accepted("d")] == list(range(1, 9))


def test_manifests_are_plain_json(archive: Archive) -> None:
    accepted(archive, "d", [download()], 1)
    record = json.loads((archive.root / "loads" / "d" / "000001.json").read_text("utf-8"))
    assert record["parts"][0]["url"] == "https://a.example/x"


def test_bytes_that_were_damaged_are_kept_anew(archive: Archive) -> None:
    sidecar = archive.keep(download(b"whole"), 1)
    archive.open(sidecar).write_bytes(b"who")
    with pytest.raises(ArchiveDamaged):
        archive.read(sidecar)
    assert archive.read(archive.keep(download(b"whole"), 1)) == b"whole"


def test_a_load_counts_from_the_day_it_became_known_here_not_from_its_retrieval(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock goes on, a week back, ten years ahead and back again: order holds, the ten years do not stay."""
    clock = ["2027-03-10", "2027-03-03", "2037-03-10", "2027-03-11"]
    for number, day in enumerate(clock):
        monkeypatch.setattr(subject, "now", lambda day=day: datetime.fromisoformat(f"{day}T10:00:00+00:00"))
        accepted(archive, "d", [download(str(number).encode())], 1)
    assert {load.retrieved_at[:10] for load in archive.accepted("d")} == {"2026-11-01"}
    assert [load.known_at[:10] for load in archive.accepted("d")] == [clock[0], clock[0], clock[2], clock[3]]


def test_a_manifest_of_an_earlier_version_counts_from_its_retrieval(archive: Archive) -> None:
    accepted(archive, "d", [download()], 1)
    path = archive.root / "loads" / "d" / "000001.json"
    record = json.loads(path.read_text("utf-8"))
    assert record.pop("accepted_at")
    path.write_text(json.dumps(record), encoding="utf-8")
    assert archive.accepted("d")[0].known_at == "2026-11-01T12:00:00+00:00"


def test_a_clock_without_battery_is_none() -> None:
    class Dead(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(1970, 1, 1, tzinfo=tz)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(subject, "datetime", Dead)
        assert subject.now().year >= 2026


def test_only_old_leftovers_are_cleared_because_young_ones_may_be_in_work(archive: Archive) -> None:
    folder = archive.root / "tidy" / "d"
    folder.mkdir(parents=True)
    for name, hours in (("young", 20), ("old", 30)):
        (folder / f".tmp-{name}").write_bytes(b"half")
        os.utime(folder / f".tmp-{name}", (time.time() - hours * 3600,) * 2)
    archive.clear_leftovers()
    assert [path.name for path in folder.iterdir()] == [".tmp-young"]
