"""What the newest archived Gemeindeverzeichnis says holds in every build and for providers asked after it."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.sources import simulator
from tests.sources.simulators import gvisys as served
from tests.sources.simulators.gvisys import EDITIONS, GEMEINDEN, Gvisys
from zwk_data.sources import gvisys_api, places, refresh
from zwk_data.sources.archive import Archive
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Scope
from zwk_data.warehouse import live
from zwk_data.warehouse.build import _learn_places
from zwk_data.warehouse.paths import SNAPSHOT, archive_folder
from zwk_data.warehouse.schema import TABLES

NEW = ("05758099", "Neue Gemeinde, Stadt", "63", 36.27, "8,479015", "52,253282", "03")  # the key is invented
REFORMED = tuple(NEW if entry[0] == "05758028" else entry for entry in GEMEINDEN)
Q3 = "GVAuszugQ/AuszugGV3QAktuell.xlsx"


@pytest.fixture
def archive(tmp_path, monkeypatch) -> Path:
    """An archive with two editions: the first as it is, the second with a merger."""
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    kept = Archive(archive_folder())
    with simulator.serve(Gvisys()) as server:
        monkeypatch.setenv("ZWK_GVISYS_URL", server.url)
        for gemeinden in (GEMEINDEN, REFORMED):
            server.editions = {Q3: served.workbook(*EDITIONS[Q3], gemeinden)}
            known = replace(server.scope(), population={})
            assert refresh.refresh_one(gvisys_api, "gvisys", kept, known, Client(sleep=lambda seconds: None)).ok
    return kept.root


def places_after(archive: Path, wanted: frozenset[str] | None = None) -> dict[str, tuple[str, bool]]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute("INSERT INTO place SELECT * FROM read_parquet(?)", [str(SNAPSHOT / "places.parquet")])
        _learn_places(connection, archive, wanted)
        return {ags: (name, current) for ags, name, current in connection.execute(
            "SELECT ags, name, current FROM place").fetchall()}  # fmt: skip


def test_a_build_knows_new_and_dissolved_gemeinden_of_the_newest_edition(archive):
    found = places_after(archive)
    assert found["05758099"] == ("Neue Gemeinde", True)
    assert found["05758028"] == ("Rödinghausen", False)
    assert found["05758012"] == ("Herford", True)


def test_a_state_of_earlier_knows_the_places_of_its_own_loads(archive):
    earlier = places_after(archive, frozenset({"gvisys@1"}))
    assert "05758099" not in earlier and earlier["05758028"] == ("Rödinghausen", True)
    without = places_after(archive, frozenset({"eurostat_demo_r_births@1"}))
    assert without["05758028"] == ("Rödinghausen", True)


def test_a_provider_asked_later_in_the_same_refresh_knows_them(archive):
    keys = {"05758012": "gemeinde", "05758028": "gemeinde", "05758": "kreis"}
    scope = live.learned(Scope({}, keys, frozenset(keys)))
    assert scope.level_of["05758099"] == "gemeinde" and "05758099" in scope.current
    assert "05758028" not in scope.current


def test_a_damaged_register_does_not_keep_other_providers_out(archive):
    for path in [*archive.glob("raw/*/*")]:
        path.write_bytes(b"x")
    for path in archive.glob("tidy/gvisys/*.places"):
        path.unlink()
    scope = Scope({}, {"05758": "kreis"}, frozenset({"05758"}))
    assert live.learned(scope) == scope


def test_the_register_is_asked_before_all_others():
    assert next(iter(live.PROVIDERS)) == "gvisys"


def test_a_register_that_is_no_newer_than_the_embedded_one_teaches_nothing(archive, monkeypatch):
    newest = places.day_of(live.newest_register(archive))
    monkeypatch.setattr(places, "TERRITORY", newest)
    assert live.newest_register(archive) is None


def test_one_register_that_cannot_be_read_hides_no_other(archive):
    old, new = (list(load.parts) for load in Archive(archive).accepted("gvisys"))
    kept = {part.sha256 for part in new}
    Archive(archive).open(next(part for part in old if part.sha256 not in kept)).write_bytes(b"x")
    for path in archive.glob("tidy/gvisys/000001*.places"):
        path.unlink()
    assert live.newest_register(archive) is not None
