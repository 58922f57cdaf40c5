"""Loads of a bundle and the publishing of them, with a provider that reads one figure from one answer."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources.archive import Archive, Download
from zwk_data.sources.bundle import opened
from zwk_data.sources.provider import Scope
from zwk_data.warehouse import live
from zwk_data.warehouse.live import take_bundle

BIRTHS, DEATHS = "eurostat_demo_r_births", "eurostat_demo_r_deaths"


def tables(dataset, parts, scope):
    rows = [
        {"dataset": dataset, "measure": "live_births", "ags": "05758", "reference_date": date(2024, 12, 31), "sex": "t",
         "age_set": "total", "age_from": 0, "age_to": None, "basis": "census2022", "value": float(part.read()),
         "status": "ok"}
        for part in parts
    ]  # fmt: skip
    yield pa.Table.from_pylist(rows, schema=OBSERVATION)


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = SimpleNamespace(
        NAME_DE="Erfunden", PARSER_VERSION=1, datasets=lambda: (BIRTHS, DEATHS), unavailable_de=lambda: "",
        tables=tables, check=lambda dataset, table, scope: None,
    )  # fmt: skip
    monkeypatch.setattr(live, "PROVIDERS", {"invented": provider})
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path / "here"))


def elsewhere(folder: Path, **loads: tuple[int, ...]) -> Path:
    archive = Archive(folder)
    for dataset, figures in loads.items():
        for number, figure in enumerate(figures):
            when = datetime(2026, 11, 1 + number, tzinfo=UTC)
            body = str(figure).encode()
            download = Download(dataset, "https://example.invalid/x", (), body, "text/plain", when)
            archive.accept(dataset, [archive.keep(download, 1)], f"{dataset} {figure}")
    return folder


def taken(folder: Path, publish=lambda: None):
    with opened(folder) as bundle:
        return take_bundle(bundle, Scope({}), publish, lambda name, done, total: None)


def here() -> Archive:
    return Archive(live.archive_folder())


def test_every_load_is_taken_in_order_and_the_outcome_names_them(tmp_path: Path) -> None:
    folder = elsewhere(tmp_path / "there", **{BIRTHS: (100, 101, 102), DEATHS: (90,)})
    done = taken(folder)
    assert done.complete
    assert {one.dataset: one.notes["loads"] for one in done.outcomes} == {BIRTHS: (1, 2, 3), DEATHS: (1,)}
    again = taken(folder)
    assert [one.unchanged for one in again.outcomes] == [True, True]
    assert not again.published
    assert [len(here().accepted(name)) for name in (BIRTHS, DEATHS)] == [3, 1]


def test_where_the_database_fails_its_checks_all_new_loads_are_set_aside_and_others_hold(tmp_path: Path) -> None:
    folder = elsewhere(tmp_path / "there", **{BIRTHS: (100, 101), DEATHS: (90,)})

    def publish() -> None:
        if here().accepted(BIRTHS):
            raise ValueError("Summen weichen ab")

    done = taken(folder, publish)
    assert {one.dataset: one.ok for one in done.outcomes} == {BIRTHS: False, DEATHS: True}
    assert here().accepted(BIRTHS) == []
    assert len(here().accepted(DEATHS)) == 1
    assert done.published


def test_a_bundle_of_older_loads_brings_nothing_and_a_part_that_is_newer_is_taken(tmp_path: Path) -> None:
    taken(elsewhere(tmp_path / "one", **{BIRTHS: (100, 101)}))
    older = taken(elsewhere(tmp_path / "two", **{BIRTHS: (99,)}))
    assert not older.outcomes[0].ok
    assert "vom 01.11.2026 und damit älter als der hier vorhandene vom 02.11.2026" in older.outcomes[0].reason_de
    newer = taken(elsewhere(tmp_path / "three", **{BIRTHS: (98, 97, 102)}))
    assert newer.outcomes[0].ok
    assert newer.outcomes[0].notes["loads"] == (3, 4)


def test_a_dataset_that_nobody_knows_is_named_and_others_are_taken(tmp_path: Path) -> None:
    done = taken(elsewhere(tmp_path / "there", **{BIRTHS: (100,), "unknown_dataset": (1,)}))
    assert {one.dataset: one.ok for one in done.outcomes} == {BIRTHS: True, "unknown_dataset": False}
    assert not here().accepted("unknown_dataset")


def moved(folder: Path, dataset: str, number: int, year: int) -> Path:
    """Give a load of an archive another year of retrieval, as a wrong clock does."""
    path = folder / "loads" / dataset / f"{number:06d}.json"
    path.write_text(path.read_text("utf-8").replace("2026-11-", f"{year}-11-"), encoding="utf-8")
    return folder


def test_a_load_from_the_future_is_refused_and_the_others_are_taken(tmp_path: Path) -> None:
    folder = moved(elsewhere(tmp_path / "there", **{BIRTHS: (100, 101), DEATHS: (90,)}), BIRTHS, 1, 2999)
    assert {one.dataset: one.ok for one in taken(folder).outcomes} == {BIRTHS: True, DEATHS: True}
    assert [load.retrieved_at[:4] for load in here().accepted(BIRTHS)] == ["2026"]
    only = taken(moved(elsewhere(tmp_path / "only", **{BIRTHS: (102,)}), BIRTHS, 1, 2999))
    assert not only.outcomes[0].ok
    assert "Datum in der Zukunft (01.11.2999)" in only.outcomes[0].reason_de


def test_a_load_that_a_clock_once_put_into_the_future_keeps_no_newer_one_out(tmp_path: Path) -> None:
    taken(elsewhere(tmp_path / "one", **{BIRTHS: (100,)}))
    moved(here().root, BIRTHS, 1, 2999)
    assert taken(elsewhere(tmp_path / "two", **{BIRTHS: (101,)})).outcomes[0].load == 2


def test_taking_the_same_again_heals_bytes_that_were_damaged_here(tmp_path: Path) -> None:
    folder = elsewhere(tmp_path / "there", **{BIRTHS: (100,)})
    taken(folder)
    part = here().accepted(BIRTHS)[0].parts[0]
    here().open(part).write_bytes(b"1O0")
    assert taken(folder).outcomes[0].unchanged
    assert here().read(part) == b"100"
