import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sources import simulator as fake
from tests.sources.simulators import eurostat as simulated
from tests.sources.simulators.eurostat import Cells, Edit, Eurostat
from zwk_data.sources import eurostat_api, refresh
from zwk_data.sources.archive import Archive, Download
from zwk_data.sources.errors import (
    EmptyAnswer,
    ExtractionTooBig,
    Incomplete,
    Moved,
    NotData,
    ServiceError,
    StillPreparing,
)
from zwk_data.sources.eurostat import LAND_OF_NUTS1, NUTS_2024_NEW
from zwk_data.sources.eurostat_api import CHANGED, NUTS_2016_GONE, SYNCHRONOUS_CELLS, TABLES, batches
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Outcome

POPULATION = "eurostat_demo_r_pjangrp3"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Eurostat]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with fake.serve(Eurostat()) as running:
        monkeypatch.setenv("ZWK_EUROSTAT_URL", running.url)
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Client:
    return Client(Limits(total=20), sleep=waits.append, jitter=lambda: 0)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def once(server: Eurostat, archive: Archive, client: Client, dataset: str = POPULATION, **scope: Any) -> Outcome:
    return refresh.refresh_one(eurostat_api, dataset, archive, replace(server.scope(), **scope), client)


def fetched(server: Eurostat, client: Client, dataset: str = POPULATION) -> list[Download]:
    scope = server.scope()
    asked = eurostat_api.questions(dataset, scope, client)
    return [answer for question in asked for answer in eurostat_api.ask(question, client, scope)]


def rows_of(server: Eurostat, archive: Archive, sequence: int = 1, dataset: str = POPULATION) -> pa.Table:
    load = next(load for load in archive.accepted(dataset) if load.sequence == sequence)
    return pq.read_table(refresh.tidy_of(eurostat_api, load, archive, server.scope()))


def without_values(handler: BaseHTTPRequestHandler, good: fake.Reply) -> None:
    fake.send(handler, good, simulated.without_values(good.body))


def test_every_request_stays_below_the_asynchronous_limit() -> None:
    many = [f"DE2{i:03d}" for i in range(700)]
    for table in TABLES.values():
        for geos in batches(table, many, table.since or 2025, 2027):
            assert table.cells(len(geos), table.since or 2025, 2027) < SYNCHRONOUS_CELLS
            assert len(geos) <= 100


def test_every_region_is_asked_once_and_changed_codes_by_vintage() -> None:
    asked = batches(TABLES[POPULATION], simulated.AGS_OF, 2014, 2027)
    flat = [g for geos in asked for g in geos]
    assert sorted(flat) == sorted({"DE", *LAND_OF_NUTS1, *simulated.AGS_OF, *CHANGED})
    assert NUTS_2016_GONE in asked
    assert tuple(NUTS_2024_NEW) in asked


def test_a_good_refresh_is_archived_and_read_back(server: Eurostat, archive: Archive, client: Client) -> None:
    steps: list[tuple[str, int, int]] = []
    [outcome] = refresh.refresh(
        eurostat_api, [POPULATION], archive, server.scope(), client, lambda *step: steps.append(step)
    )
    assert (outcome.ok, outcome.load, outcome.unchanged) == (True, 1, False)
    assert outcome.rows == (1 + 16 + 400) * 3 * (18 + 1) * 2
    assert steps[-1][1] == steps[-1][2] == len(server.asked)
    assert server.most_at_once == 1
    load = archive.accepted(POPULATION)[0]
    assert rows_of(server, archive).num_rows == outcome.rows
    assert load.parts[0].published_at == "2026-07-21T21:00:00+00:00"


def test_the_same_answer_adds_no_load_and_a_new_one_does(server: Eurostat, archive: Archive, client: Client) -> None:
    once(server, archive, client)
    assert once(server, archive, client).unchanged
    server.flags["DE/T/TOTAL/2025"] = "p"
    outcome = once(server, archive, client)
    assert (outcome.ok, outcome.load, outcome.unchanged) == (True, 2, False)
    provisional = rows_of(server, archive, 2).to_pylist()
    assert [r["ags"] for r in provisional if r["status"] == "provisional"] == ["DG"]


def test_asynchronous_answers_are_waited_for_at_the_same_address(
    server: Eurostat, client: Client, waits: list[float]
) -> None:
    server.faults = [simulated.asynchronous(200), simulated.asynchronous(413), simulated.asynchronous(200)]
    fetched(server, client)
    assert waits == [10, 20, 40]
    assert [asked.query for asked in server.asked[1:4]] == [server.asked[0].query] * 3


def test_an_answer_that_is_never_ready_ends(server: Eurostat, client: Client, waits: list[float]) -> None:
    server.faults = [simulated.asynchronous()] * 50
    with pytest.raises(StillPreparing):
        fetched(server, client)
    assert 500 < sum(waits) < 700


def test_a_maintenance_page_is_waited_for_twice(server: Eurostat, client: Client, waits: list[float]) -> None:
    server.faults = [fake.html(), fake.html()]
    fetched(server, client)
    assert waits == [30, 60]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (simulated.error("ERR_NOT_FOUND_4"), ServiceError),
        (simulated.error("ERR_NOT_FOUND_4", 404), ServiceError),
        (simulated.error("EXTRACTION_TOO_BIG: estimated 6000000 rows", 413), ExtractionTooBig),
        (fake.html(), NotData),
        (fake.html(404), Moved),
        (fake.status(200, b'{"value":{"0":1'), NotData),
        (fake.status(200, b""), NotData),
        (fake.status(200, b"[1]"), ServiceError),
        (without_values, EmptyAnswer),
    ],
)  # fmt: skip
def test_every_kind_of_error_has_its_name(
    server: Eurostat, client: Client, fault: fake.Fault, error: type[Exception]
) -> None:
    server.faults = [fault] * 20
    with pytest.raises(error):
        fetched(server, client)


KEPT = [
    simulated.error("ERR"), fake.html(), without_values, fake.status(200, b"{}"), fake.status(503),
    fake.cut_length(), fake.cut_chunks(), fake.cut_gzip(0.7), simulated.asynchronous(),
]  # fmt: skip


@pytest.mark.parametrize("fault", KEPT)
def test_whatever_goes_wrong_the_previous_load_stays(
    server: Eurostat, archive: Archive, client: Client, fault: fake.Fault
) -> None:
    once(server, archive, client)
    server.faults = [fake.plain] * 3 + [fault] * 20
    outcome = once(server, archive, client)
    assert (outcome.ok, outcome.load) == (False, 1)
    assert outcome.reason_de.endswith((".", ")"))
    assert len(archive.accepted(POPULATION)) == 1
    server.faults = []
    assert once(server, archive, client).ok


def test_passing_faults_do_not_spoil_a_refresh(server: Eurostat, archive: Archive, client: Client) -> None:
    server.faults = [
        fake.status(429, Retry_After="1"), fake.status(503), fake.cut_length(), fake.cut_chunks(), fake.plain,
        fake.cut_gzip(0.5), fake.cut_gzip(1.0), simulated.asynchronous(413),
    ]  # fmt: skip
    assert once(server, archive, client).ok


def test_a_dripping_answer_is_given_up(server: Eurostat, archive: Archive) -> None:
    server.faults = [fake.drip(5)]
    outcome = once(server, archive, Client(Limits(total=0.5)))
    assert not outcome.ok
    assert "dauerte zu lange" in outcome.reason_de
    assert outcome.load is None


def refused(server: Eurostat, archive: Archive, client: Client, edit: Edit) -> str:
    server.edit = edit
    outcome = once(server, archive, client)
    assert not outcome.ok
    assert archive.accepted(POPULATION) == []
    return outcome.reason_de


def test_a_missing_kreis_is_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        for cell in [c for c in cells if c[0] == "DEA51" and c[3] == "2025"]:
            del cells[cell]

    reason = refused(server, archive, client, edit)
    assert reason == "Zum 31.12.2024 liegen 399 statt 400 Kreise vor."


def test_ages_that_do_not_add_up_are_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        for sex in "TF":
            if ("DEA51", sex, "Y5-9", "2025") in cells:
                cells["DEA51", sex, "Y5-9", "2025"] += 1

    assert "Altersgruppen ergeben nicht die Gesamtzahl" in refused(server, archive, client, edit)


def test_contradicting_open_groups_are_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        if ("DEA51", "T", "Y_GE90", "2025") in cells:
            cells["DEA51", "T", "Y_GE90", "2025"] += 1

    assert "ab 85 Jahren" in refused(server, archive, client, edit)


def test_sexes_that_do_not_add_up_are_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        for age in ("TOTAL", "Y5-9"):
            if ("DEA51", "F", age, "2025") in cells:
                cells["DEA51", "F", age, "2025"] += 1

    assert "Frauen und Männer" in refused(server, archive, client, edit)


def test_a_germany_that_is_not_its_laender_is_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        for cell in [c for c in cells if c[0] == "DE" and c[1] in "TF" and c[2] in ("TOTAL", "Y5-9")]:
            cells[cell] += 1

    assert "Summe der Länder" in refused(server, archive, client, edit)


def test_persons_of_unknown_age_are_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        if ("DEA51", "T", "UNK", "2025") in cells:
            cells["DEA51", "T", "UNK", "2025"] = 5

    assert "unbekannten Alters" in refused(server, archive, client, edit)


def test_a_lost_year_keeps_the_previous_load(server: Eurostat, archive: Archive, client: Client) -> None:
    def edit(cells: Cells) -> None:
        for cell in [c for c in cells if c[3] == "2025"]:
            del cells[cell]

    once(server, archive, client)
    server.edit = edit
    outcome = once(server, archive, client)
    assert (outcome.ok, outcome.load) == (False, 1)
    assert outcome.reason_de == "Der bisher vorhandene Stichtag 31.12.2024 fehlt."


def test_doubled_regions_with_other_figures_are_refused(server: Eurostat, archive: Archive, client: Client) -> None:
    doubled = {**simulated.AGS_OF, "DEA52": simulated.AGS_OF["DEA51"]}
    outcome = once(server, archive, client, ags_of=doubled)
    assert not outcome.ok
    assert "widerspricht sich" in outcome.reason_de


def test_one_failing_dataset_does_not_stop_the_next(server: Eurostat, archive: Archive, client: Client) -> None:
    server.faults = [simulated.error("ERR")]
    outcomes = refresh.refresh(eurostat_api, [POPULATION, POPULATION], archive, server.scope(), client)
    assert [o.ok for o in outcomes] == [False, True]


def test_only_filters_and_regions_are_asked_for(server: Eurostat, client: Client) -> None:
    downloads = fetched(server, client)
    assert server.asked[0].query["geo"][0] == "DE"
    assert {k: v for k, v in server.asked[0].query.items() if k != "geo"} == {
        "format": ["JSON"], "lang": ["EN"], "sinceTimePeriod": ["2014"], "unit": ["NR"],
    }  # fmt: skip
    assert json.loads(downloads[0].body)["class"] == "dataset"


def test_incomplete_is_an_error_with_a_reason_for_the_reader() -> None:
    assert Incomplete("x").reason_de == Incomplete.reason_de
    assert Incomplete("x", "Grund.").reason_de == "Grund."
