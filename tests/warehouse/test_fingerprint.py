"""Whatever decides what a build writes is part of the checksum by which a database is known to be out of date."""

from importlib import import_module

import pytest

subject = import_module("zwk_data.warehouse.fingerprint")  # the package has a function of that name

MADE_BY = [
    "zwk_data/catalog/crosswalk.csv", "zwk_data/catalog/declarations.py", "zwk_data/catalog/sources.toml",
    "zwk_data/sources/places.py", "zwk_data/warehouse/checks.py", "zwk_data/warehouse/live.py",
    "zwk_data/warehouse/build.py",
]  # fmt: skip


@pytest.mark.parametrize("name", MADE_BY)
def test_another_maker_makes_another_database(name, tmp_path, monkeypatch):
    for folder in ("zwk_data", "data/snapshot"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "data/snapshot/manifest.toml").write_text("")
    for one in MADE_BY:
        path = tmp_path / one
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((subject.PROJECT / one).read_bytes())
    monkeypatch.setattr(subject, "PROJECT", tmp_path)
    make = subject.fingerprint.__wrapped__
    before = make(tmp_path / "data/snapshot")
    assert make(tmp_path / "data/snapshot") == before
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b"\n")
    assert make(tmp_path / "data/snapshot") != before


def test_the_version_of_a_parser_counts_wherever_it_lies(tmp_path, monkeypatch):
    (tmp_path / "zwk_data/sources/deep").mkdir(parents=True)
    (tmp_path / "manifest.toml").write_text("")
    monkeypatch.setattr(subject, "PROJECT", tmp_path)
    found = set()
    for version in (1, 2):
        (tmp_path / "zwk_data/sources/deep/office.py").write_text(f"PARSER_VERSION = {version}\n")
        found.add(subject.fingerprint.__wrapped__(tmp_path))
    assert len(found) == 2
