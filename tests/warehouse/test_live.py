import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.sources import simulator
from tests.sources.simulators.eurostat import AGS_OF, Eurostat
from zwk_data.sources import eurostat_api
from zwk_data.sources.archive import Archive, Download, Load
from zwk_data.sources.errors import ArchiveDamaged
from zwk_data.sources.eurostat import LAND_OF_NUTS1
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Outcome, Scope
from zwk_data.warehouse import live
from zwk_data.warehouse.checks import CheckFailed
from zwk_data.warehouse.live import archived_loads, datasets_of, set_aside
from zwk_data.warehouse.loads import LoadFile, take_over
from zwk_data.warehouse.schema import TABLES

BIRTHS, DEATHS = "eurostat_demo_r_births", "eurostat_demo_r_deaths"
HERFORD, GIFHORN = "DEA43", "DE914"
# 400 Kreise: all but two of them invented.
INVENTED = [(code, ags) for code, ags in AGS_OF.items() if ags not in ("05758", "03151")]
PLACES = {**dict(INVENTED[:398]), HERFORD: "05758", GIFHORN: "03151"}
SCOPE = Scope(PLACES)
USUAL = "7 \t8 "
WHOLE = (1 + 16 + 400) * 2


def whole(cells: str, code: str = HERFORD) -> bytes:
    """A table of 2013 and 2022 for Germany, the Länder and 400 Kreise; ``cells`` are those of one Kreis."""
    cells_of = {code: cells}
    lines = ["freq,unit,geo\\TIME_PERIOD\t2013 \t2022 "]
    lines += [f"A,NR,{geo}\t{cells_of.get(geo, USUAL)}" for geo in ["DE", *LAND_OF_NUTS1, *PLACES]]
    return "\n".join([*lines, ""]).encode()


def archived(folder: Path, dataset: str, *bodies: bytes) -> Load:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    archive = Archive(folder)
    answers = [Download(dataset, "https://x.example/data", (), body, "text/plain", now, now) for body in bodies]
    return archive.accept(dataset, [archive.keep(answer, 1) for answer in answers])


def loads(archive: Path, tmp_path: Path) -> list[LoadFile]:
    aside = tmp_path / "aside"
    aside.mkdir(exist_ok=True)
    return list(archived_loads(archive, SCOPE, aside))


def rows_of(load: LoadFile, ags: str) -> list[dict[str, object]]:
    return [row for row in pq.read_table(load.path).to_pylist() if row["ags"] == ags]


def test_each_accepted_download_is_a_load_oldest_first(tmp_path):
    archived(tmp_path, BIRTHS, whole("2000 \t2100 "))
    archived(tmp_path, BIRTHS, whole("2000 \t2150 p"))
    found = loads(tmp_path, tmp_path)
    assert [(load.load_id, load.row[1], load.row[8]) for load in found] == [
        (f"{BIRTHS}@1", 1, WHOLE), (f"{BIRTHS}@2", 2, WHOLE),
    ]  # fmt: skip
    load_id, seq, source, dataset, url, retrieved, published, sha256, rows, version = found[1].row[:10]
    assert (source, dataset, url, version) == (
        "Eurostat",
        BIRTHS,
        "https://x.example/data",
        eurostat_api.PARSER_VERSION,
    )
    assert retrieved == published == "2026-11-22T12:00:00+00:00"
    assert (len(str(sha256)), rows, seq, load_id) == (64, WHOLE, 2, f"{BIRTHS}@2")
    herford = rows_of(found[1], "05758")
    assert [row["value"] for row in herford] == [2000.0, 2150.0]
    assert [row["status"] for row in herford] == ["ok", "provisional"]
    assert [row["reference_date"] for row in herford] == [date(2013, 12, 31), date(2022, 12, 31)]


def test_answers_of_one_load_are_one_table(tmp_path):
    lines = whole("1 \t2 ").split(b"\n")
    first, second = b"\n".join(lines[:200]), b"\n".join([lines[0], *lines[200:]])
    archived(tmp_path, BIRTHS, first, second)
    [load] = loads(tmp_path, tmp_path)
    assert load.row[8] == WHOLE
    assert pq.read_table(load.path)["ags"].to_pylist() == sorted(2 * ["DG", *LAND_OF_NUTS1.values(), *PLACES.values()])


def test_a_known_error_is_left_out_of_a_download_until_the_provider_repairs_it(tmp_path):
    """Deaths of Gifhorn 2013: 1,711 is the recorded wrong figure, 1,782 the right one."""
    archived(tmp_path, DEATHS, whole("1711 \t2000 ", GIFHORN))
    archived(tmp_path, DEATHS, whole("1782 \t2000 ", GIFHORN))
    wrong, repaired = ([row["value"] for row in rows_of(load, "03151")] for load in loads(tmp_path, tmp_path))
    assert wrong == [2000.0]
    assert repaired == [1782.0, 2000.0]


def test_damaged_bytes_of_the_archive_stop_the_build(tmp_path):
    load = archived(tmp_path, BIRTHS, whole("1 \t2 "))
    digest = load.parts[0].sha256
    (tmp_path / "raw" / digest[:2] / digest).write_bytes(b"x")
    with pytest.raises(live.Unreadable, match=f"{BIRTHS}@1"):
        loads(tmp_path, tmp_path)


def test_a_refused_load_stays_in_the_archive_but_out_of_the_builds(tmp_path):
    archived(tmp_path, BIRTHS, whole("1 \t2 "))
    archived(tmp_path, BIRTHS, whole("1 \t3 "))
    set_aside(Archive(tmp_path), Outcome(BIRTHS, True, load=2), "Wert und Status")
    assert [load.row[1] for load in loads(tmp_path, tmp_path)] == [1]
    folder = tmp_path / "loads" / BIRTHS
    assert sorted(path.name for path in folder.iterdir()) == ["000001.json", "000002.reason.txt", "000002.refused"]
    assert len([path for path in (tmp_path / "raw").rglob("*") if path.is_file()]) == 2
    attempt = Archive(tmp_path).attempts()[BIRTHS]
    assert (attempt.ok, attempt.reason_de) == (False, "Wert und Status")


def test_the_switch_in_the_sources_leaves_archived_loads_out_too(tmp_path, monkeypatch):
    archived(tmp_path, BIRTHS, whole("1 \t2 "))
    chosen = {key: replace(entry, included=key != BIRTHS) for key, entry in live.sources().items()}
    monkeypatch.setattr(live, "sources", lambda: chosen)
    assert BIRTHS not in datasets_of("eurostat")
    assert loads(tmp_path, tmp_path) == []


# --- a whole refresh -------------------------------------------------------------------------------------------------

POPULATION = "eurostat_demo_r_pjangrp3"


@pytest.fixture
def server(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    with simulator.serve(Eurostat()) as running:
        monkeypatch.setenv("ZWK_EUROSTAT_URL", running.url)
        yield running


def refreshed(server: Eurostat, publish: Callable[[], object]) -> live.Refreshed:
    client = Client(sleep=lambda seconds: None)
    return live.refresh({"eurostat": [POPULATION]}, server.scope(), publish, lambda *step: None, client)


def test_a_refresh_publishes_what_is_new_and_nothing_twice(server):
    published = []
    done = refreshed(server, lambda: published.append(1))
    assert (done.published, done.complete, len(published)) == (True, True, 1)
    again = refreshed(server, lambda: published.append(2))
    assert (again.published, again.complete, len(published)) == (False, True, 1)
    assert again.outcomes[0].unchanged


def test_a_load_with_which_the_database_fails_its_checks_is_set_aside(server):
    def fails() -> None:
        raise ValueError("Kreise ergeben nicht das Land")

    done = refreshed(server, fails)
    assert (done.published, done.complete, done.failed_de) == (False, False, "Kreise ergeben nicht das Land")
    assert done.outcomes[0].reason_de == "Kreise ergeben nicht das Land"
    assert Archive(live.archive_folder()).accepted(POPULATION) == []
    assert refreshed(server, lambda: None).outcomes[0].load == 2


def test_a_full_disk_while_building_leaves_the_load_waiting_for_the_next_build(server):
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    done = refreshed(server, full)
    assert (done.published, done.complete) == (False, False)
    assert "Angenommen, aber noch nicht veröffentlicht" in done.outcomes[0].reason_de
    assert "kein Speicherplatz" in done.failed_de
    assert [load.sequence for load in Archive(live.archive_folder()).accepted(POPULATION)] == [1]


def accepted_by_all(*datasets: str) -> tuple[Archive, tuple[Outcome, ...]]:
    archive = Archive(live.archive_folder())
    for dataset in datasets:
        archived(archive.root, dataset, dataset.encode())
    return archive, tuple(Outcome(dataset, True, load=1) for dataset in datasets)


def test_a_kill_between_the_builds_one_by_one_leaves_what_was_not_tried_waiting(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    archive, outcomes = accepted_by_all(BIRTHS, DEATHS)
    seen = []

    class Killed(BaseException):
        pass

    def publish() -> None:
        seen.append([dataset for dataset in (BIRTHS, DEATHS) if archive.accepted(dataset)])
        if len(seen) > 1:
            monkeypatch.setattr(live, "show_all", lambda archive: None)  # a killed process tidies nothing up
            raise Killed
        raise CheckFailed("Summen weichen ab")

    with pytest.raises(Killed):
        live._publish(outcomes, archive, publish)
    monkeypatch.undo()
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    assert seen == [[BIRTHS, DEATHS], [BIRTHS]]
    with live._at_work() as (again, _):
        assert [len(again.accepted(dataset)) for dataset in (BIRTHS, DEATHS)] == [1, 1]
    assert list(archive.root.glob("loads/*/*.refused")) == []


def test_a_disk_that_is_full_between_the_builds_one_by_one_refuses_nothing_more(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    archive, outcomes = accepted_by_all(BIRTHS, DEATHS, POPULATION)
    errors = iter([CheckFailed("Summen"), CheckFailed("Summen"), OSError(errno.ENOSPC, "full")])

    def publish() -> None:
        raise next(errors)

    done = live._publish(outcomes, archive, publish)
    assert [one.ok for one in done.outcomes] == [False, False, False]
    assert [one.reason_de.startswith("Angenommen") for one in done.outcomes] == [False, True, True]
    assert [len(archive.accepted(dataset)) for dataset in (BIRTHS, DEATHS, POPULATION)] == [0, 1, 1]


def test_new_loads_are_not_blamed_for_an_old_one_that_can_no_longer_be_read(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    archive, outcomes = accepted_by_all(BIRTHS, DEATHS)
    old = archive.accepted(DEATHS)[0]

    def publish() -> None:
        raise live.Unreadable(old, ArchiveDamaged("x"))

    done = live._publish(outcomes[:1], archive, publish)
    assert not done.complete and f"Abruf {DEATHS}@1 ist nicht mehr lesbar" in done.failed_de
    assert len(archive.accepted(BIRTHS)) == 1


# --- loads that can no longer be read --------------------------------------------------------------------------------


def unreadable(archive: Path, load: Load) -> None:
    """Damage the bytes of a load; what was made of them is gone too."""
    digest = load.parts[0].sha256
    (archive / "raw" / digest[:2] / digest).write_bytes(b"x")
    Archive(archive).tidy_path(load, eurostat_api.PARSER_VERSION).unlink(missing_ok=True)


def test_a_superseded_load_that_can_no_longer_be_read_is_left_out_with_the_reason(tmp_path):
    unreadable(tmp_path, archived(tmp_path, BIRTHS, whole("1 \t2 ")))
    archived(tmp_path, BIRTHS, whole("1 \t3 "))
    old, new = loads(tmp_path, tmp_path)
    assert (old.path, old.row[8]) == (None, 0)
    assert "nicht mehr lesbar" in str(old.row[-1])
    assert rows_of(new, "05758")[1]["value"] == 3.0
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        take_over(connection, [old, new])
        assert connection.execute("SELECT count(*), count(unread) FROM load").fetchall() == [(2, 1)]


def test_a_state_that_consists_of_a_load_that_can_no_longer_be_read_is_not_made_from_the_rest(tmp_path):
    unreadable(tmp_path, archived(tmp_path, BIRTHS, whole("1 \t2 ")))
    archived(tmp_path, BIRTHS, whole("1 \t3 "))
    with pytest.raises(live.Unreadable):
        list(archived_loads(tmp_path, SCOPE, tmp_path, frozenset({f"{BIRTHS}@1", f"{BIRTHS}@2"})))


def test_a_load_that_todays_parser_refuses_counts_as_the_previous_one_read_it(tmp_path, monkeypatch):
    load = archived(tmp_path, BIRTHS, whole("1 \t2 "))
    before = eurostat_api.PARSER_VERSION
    assert loads(tmp_path, tmp_path)
    unreadable_now = archived(tmp_path, BIRTHS, whole("1 \t3 "))
    digest = load.parts[0].sha256
    (tmp_path / "raw" / digest[:2] / digest).write_bytes(b"x")
    monkeypatch.setattr(eurostat_api, "PARSER_VERSION", before + 1)
    found = loads(tmp_path, tmp_path)
    assert [(one.row[1], one.row[9]) for one in found] == [(1, before), (unreadable_now.sequence, before + 1)]
    assert rows_of(found[0], "05758")[1]["value"] == 2.0
