"""INKAR: the one archive as a stream, from its layout to figures by reference date."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sources.simulator import cut_close, serve
from tests.sources.simulators import inkar as served
from zwk_data.catalog import sources
from zwk_data.sources import inkar
from zwk_data.sources.archive import Archive
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Outcome
from zwk_data.sources.refresh import refresh_one, tidy_of

CLIENT = Client(Limits(total=20, tries=2), sleep=lambda seconds: None, jitter=lambda: 0.0)
NEWEST = date(2023, 12, 31)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[served.Inkar]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(served.Inkar()) as running:
        assert isinstance(running, served.Inkar)
        monkeypatch.setenv(inkar.ENVIRONMENT, running.url)
        yield running


def refreshed(server: served.Inkar, folder: Path) -> Outcome:
    return refresh_one(inkar, inkar.DATASET, Archive(folder), replace(server.scope(), folder=folder), CLIENT)


def figures(server: served.Inkar, folder: Path) -> pa.Table:
    archive = Archive(folder)
    load = archive.last(inkar.DATASET)
    assert load is not None
    return pq.read_table(tidy_of(inkar, load, archive, server.scope()))


def one(table: pa.Table, ags: str, measure: str, day: date = NEWEST, **more: object) -> float:
    rows = [row for row in table.to_pylist() if (row["ags"], row["measure"], row["reference_date"]) == (ags, measure, day)
            and row["sex"] == more.get("sex", "t") and row["age_from"] == more.get("age_from", 0)
            and row["age_set"] == more.get("age_set", "total")]  # fmt: skip
    [found] = rows
    value: float = found["value"]
    return value


def test_a_refresh_ends_accepted_with_the_figures_of_the_archive(server: served.Inkar, tmp_path: Path):
    outcome = refreshed(server, tmp_path)
    assert outcome.ok, outcome.detail
    table = figures(server, tmp_path)
    men = served.men("05758012", 2023)
    assert one(table, "05758012", "population") == 2 * men + 7
    assert one(table, "05758012", "population", sex="m") == men
    assert one(table, "05758012", "population_share", age_set="inkar", age_from=75) == 10.0
    assert one(table, "05758012", "natural_balance_rate") == -3.75
    assert one(table, "05758", "foreign_share") == 15.5
    assert one(table, "05", "total_fertility_rate") == 1.43
    assert one(table, "DG", "mean_age") == 44.5


def test_only_the_section_of_spatial_monitoring_and_its_four_levels_are_read(server: served.Inkar, tmp_path: Path):
    refreshed(server, tmp_path)
    table = figures(server, tmp_path)
    assert set(pc.unique(table["ags"]).to_pylist()) == {
        "DG",
        *served.LAENDER,
        *served.KREISE,
        *served.GEMEINDEN,
    }  # a kreisfreie Stadt once, by the key of its Kreis; no Gemeindeverband, nothing nobody lives in
    assert 999_999 not in table["value"].to_pylist()


def test_the_projection_stands_at_the_year_it_is_for(server: served.Inkar, tmp_path: Path):
    refreshed(server, tmp_path)
    table = figures(server, tmp_path)
    ahead = table.filter(pc.field("measure") == "projected_change")
    assert set(ahead["reference_date"].to_pylist()) == {date(2045, 12, 31)}
    assert set(ahead["basis"].to_pylist()) == {"projection"}
    assert one(table, "05758", "projected_change", date(2045, 12, 31)) == 5758 % 7 - 4


def test_stocks_of_2022_rest_on_the_new_census_and_rates_of_that_year_on_the_old(server: served.Inkar, tmp_path: Path):
    refreshed(server, tmp_path)
    table = figures(server, tmp_path).filter(pc.field("reference_date") == date(2022, 12, 31)).to_pylist()
    bases = {row["measure"]: row["basis"] for row in table}
    assert (bases["population"], bases["population_share"], bases["mean_age"]) == ("census2022",) * 3
    assert (bases["crude_birth_rate"], bases["net_migration_rate"]) == ("census2011",) * 2


def test_the_places_nobody_lives_in_are_counted(server: served.Inkar, tmp_path: Path):
    assert refreshed(server, tmp_path).notes["uninhabited_places"] == 1


def test_the_archive_is_one_file_taken_over_and_nothing_else_is_left(server: served.Inkar, tmp_path: Path):
    refreshed(server, tmp_path)
    assert not list(tmp_path.glob(".tmp-*"))
    [raw] = [path for path in (tmp_path / "raw").rglob("*") if path.is_file()]
    assert raw.read_bytes()[:4] == b"PK\x03\x04"
    server.faults = [cut_close(0.5)] * 5
    assert not refreshed(server, tmp_path).ok
    assert not list(tmp_path.glob(".tmp-*"))


def test_another_order_of_rows_gives_the_same_figures(server: served.Inkar, tmp_path: Path):
    first = refreshed(server, tmp_path)
    server.mutate = lambda good: served.packed(served.text(served.rows()[::-1]).encode("utf-8-sig"))
    again = refreshed(server, tmp_path)
    assert again.unchanged
    assert again.load == first.load


def test_blocks_may_end_in_the_middle_of_a_row(server: served.Inkar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    refreshed(server, tmp_path / "whole")
    monkeypatch.setattr(inkar, "BLOCK_BYTES", 701)
    refreshed(server, tmp_path / "small")
    assert figures(server, tmp_path / "small").equals(figures(server, tmp_path / "whole"))


def test_gemeinden_before_the_census_of_2011_are_left_out_and_kreise_are_not(server: served.Inkar, tmp_path: Path):
    def older(good: bytes) -> bytes:
        rows = served.rows()
        return served.packed(served.text(rows + [[*r[:7], "2010", r[8]] for r in rows if r[7] == "2021"]).encode())

    server.mutate = older
    assert refreshed(server, tmp_path).ok
    table = figures(server, tmp_path)
    old = table.filter(pc.field("reference_date") == date(2010, 12, 31))
    assert set(pc.unique(old["ags"]).to_pylist()) == {"DG", *served.LAENDER, *served.KREISE}
    assert set(pc.unique(old["basis"]).to_pylist()) == {"pre2011"}


def test_a_required_indicator_that_is_gone_is_named(server: served.Inkar, tmp_path: Path):
    server.mutate = lambda good: served.packed(
        served.text([row for row in served.rows() if row[2] != "m_bev_alter"]).encode()
    )
    outcome = refreshed(server, tmp_path)
    assert not outcome.ok
    assert "m_bev_alter" in outcome.reason_de


def test_a_period_that_is_no_year_is_refused(server: served.Inkar, tmp_path: Path):
    server.mutate = lambda good: served.packed(
        served.text([[*row[:7], "2021-2023", row[8]] for row in served.rows()]).encode()
    )
    assert not refreshed(server, tmp_path).ok


def test_another_edition_is_asked_for_where_the_environment_names_it(
    server: served.Inkar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(inkar.EDITION, "1999")
    outcome = refreshed(server, tmp_path)
    assert server.asked[-1].path == "/inkar_1999.zip"
    assert "1999" in outcome.reason_de
    assert inkar.EDITION in outcome.reason_de


def test_certificates_are_those_the_environment_names_and_never_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(inkar.CA_FILE, str(tmp_path / "gone.pem"))
    assert inkar.CA_FILE in inkar.unavailable_de()
    named = tmp_path / "ca.pem"
    named.write_text("", encoding="ascii")
    monkeypatch.setenv(inkar.CA_FILE, str(named))
    assert inkar.unavailable_de() == ""
    assert inkar._patient(Client()).session.verify == str(named)
    monkeypatch.delenv(inkar.CA_FILE)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    assert inkar._patient(Client()).session.verify is True


def test_no_indicator_of_the_house_is_made_of_these_figures():
    assert not sources()[inkar.DATASET].for_indicators


RECORDED = os.environ.get("ZWK_API_SAMPLES", "")
UNSET = "ZWK_API_SAMPLES is not set: the recorded answers of the provider are no part of this project"


@pytest.mark.skipif(not RECORDED, reason=UNSET)
def test_a_recorded_list_of_kreise_has_the_keys_that_are_read_here():
    """The interface beside the bulk file writes JSON inside JSON and 5-digit keys; both must mean the same Kreise."""
    [path] = (Path(RECORDED) / "inkar").glob("Wizard_GetGebieteZumRaumbezug_KRE.json")
    places = json.loads(json.loads(path.read_text(encoding="utf-8")))["Gebiete"]
    assert len(places) == 400
    short = pa.array([place["Schlüssel"] for place in places])
    bulk = pa.array([f"{place['Schlüssel']}000".lstrip("0") for place in places])
    levels = inkar.np.full(400, inkar.KREIS)
    assert inkar._places(short, levels).tolist() == inkar._places(bulk, levels).tolist()
