from datetime import UTC, date, datetime

import pytest

from zwk_data.sources.archive import Archive, Download
from zwk_data.sources.errors import ArchiveDamaged
from zwk_data.sources.eurostat_api import Outcome
from zwk_data.warehouse import live
from zwk_data.warehouse.live import archived_loads, datasets_of, set_aside

BIRTHS, DEATHS = "eurostat_demo_r_births", "eurostat_demo_r_deaths"
NUTS3 = {"DEA43": "05758", "DE911": "03101"}


def tsv(*lines: str) -> bytes:
    return "\n".join([r"freq,unit,geo\TIME_PERIOD" + "\t2013 \t2022 ", *lines, ""]).encode()


def archived(folder, dataset: str, *bodies: bytes):
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    return Archive(folder).accept(
        dataset, [Download(dataset, "https://x.example/data", (), body, "text/plain", now, now) for body in bodies], 1
    )


def test_each_accepted_download_is_a_load_oldest_first(tmp_path):
    archived(tmp_path, BIRTHS, tsv("A,NR,DEA43\t2000 \t2100 "))
    archived(tmp_path, BIRTHS, tsv("A,NR,DEA43\t2000 \t2150 p"))
    loads = list(archived_loads(tmp_path, NUTS3))
    assert [(load[0], load[1], load[8]) for load, _ in loads] == [(f"{BIRTHS}@1", 1, 2), (f"{BIRTHS}@2", 2, 2)]
    (load_id, seq, source, dataset, url, retrieved, published, sha256, rows, version), table = loads[1]
    assert (source, dataset, url, version) == ("Eurostat", BIRTHS, "https://x.example/data", 1)
    assert retrieved == published == "2026-11-22T12:00:00+00:00"
    assert (len(sha256), rows, seq, load_id) == (64, 2, 2, f"{BIRTHS}@2")
    assert table["value"].to_pylist() == [2000.0, 2150.0]
    assert table["status"].to_pylist() == ["ok", "provisional"]
    assert table["reference_date"].to_pylist() == [date(2013, 12, 31), date(2022, 12, 31)]


def test_answers_of_one_load_are_one_table(tmp_path):
    archived(tmp_path, BIRTHS, tsv("A,NR,DEA43\t1 \t2 "), tsv("A,NR,DE911\t3 \t4 "))
    [(load, table)] = archived_loads(tmp_path, NUTS3)
    assert table["ags"].to_pylist() == ["03101", "03101", "05758", "05758"]
    assert load[8] == 4


def test_a_known_error_is_left_out_of_a_download_until_the_provider_repairs_it(tmp_path):
    """Deaths of Gifhorn 2013: 1,711 is the recorded wrong figure, 1,782 the right one."""
    nuts3 = {"DE914": "03151"}
    archived(tmp_path, DEATHS, tsv("A,NR,DE914\t1711 \t2000 "))
    archived(tmp_path, DEATHS, tsv("A,NR,DE914\t1782 \t2000 "))
    wrong, repaired = (table["value"].to_pylist() for _, table in archived_loads(tmp_path, nuts3))
    assert wrong == [2000.0]
    assert repaired == [1782.0, 2000.0]


def test_damaged_bytes_of_the_archive_stop_the_build(tmp_path):
    load = archived(tmp_path, BIRTHS, tsv("A,NR,DEA43\t1 \t2 "))
    digest = load.parts[0].sha256
    (tmp_path / "raw" / digest[:2] / digest).write_bytes(b"x")
    with pytest.raises(ArchiveDamaged):
        list(archived_loads(tmp_path, NUTS3))


def test_a_refused_load_stays_in_the_archive_but_out_of_the_builds(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    archive = tmp_path / "archive"
    archived(archive, BIRTHS, tsv("A,NR,DEA43\t1 \t2 "))
    archived(archive, BIRTHS, tsv("A,NR,DEA43\t1 \t-2 "))
    set_aside([Outcome(BIRTHS, True, load=2), Outcome(DEATHS, True, load=1, unchanged=True)], "Wert und Status")
    assert [load[1] for load, _ in archived_loads(archive, NUTS3)] == [1]
    folder = archive / "loads" / BIRTHS
    assert sorted(path.name for path in folder.iterdir()) == ["000001.json", "000002.reason.txt", "000002.refused"]
    assert len([path for path in (archive / "raw").rglob("*") if path.is_file()]) == 2


def test_the_switch_in_the_sources_leaves_archived_loads_out_too(tmp_path, monkeypatch):
    from dataclasses import replace

    archived(tmp_path, BIRTHS, tsv("A,NR,DEA43\t1 \t2 "))
    chosen = {key: replace(entry, included=key != BIRTHS) for key, entry in live.sources().items()}
    monkeypatch.setattr(live, "sources", lambda: chosen)
    assert BIRTHS not in datasets_of("eurostat")
    assert list(archived_loads(tmp_path, NUTS3)) == []
