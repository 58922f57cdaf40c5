import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.sources import fake_eurostat as fake
from zwk_data.sources.archive import Archive
from zwk_data.sources.errors import (
    EmptyAnswer,
    ExtractionTooBig,
    Incomplete,
    NotData,
    ServiceError,
    StillPreparing,
)
from zwk_data.sources.eurostat import LAND_OF_NUTS1, NUTS_2024_NEW
from zwk_data.sources.eurostat_api import (
    CHANGED,
    NUTS_2016_GONE,
    SYNCHRONOUS_CELLS,
    TABLES,
    Outcome,
    batches,
    fetch,
    read_load,
    refresh,
)
from zwk_data.sources.http import Client, Limits

POPULATION = "eurostat_demo_r_pjangrp3"
TODAY = date(2026, 11, 1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.FakeEurostat]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with fake.serve() as running:
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


def once(archive: Archive, client: Client) -> Outcome:
    [outcome] = refresh([POPULATION], archive, fake.AGS_OF, client=client, today=TODAY)
    return outcome


def test_every_request_stays_below_the_asynchronous_limit() -> None:
    many = [f"DE2{i:03d}" for i in range(700)]
    for table in TABLES.values():
        for geos in batches(table, many, TODAY):
            assert table.cells(len(geos), TODAY) < SYNCHRONOUS_CELLS
            assert len(geos) <= 100


def test_every_region_is_asked_once_and_changed_codes_by_vintage() -> None:
    asked = batches(TABLES[POPULATION], fake.AGS_OF, TODAY)
    flat = [g for geos in asked for g in geos]
    assert sorted(flat) == sorted({"DE", *LAND_OF_NUTS1, *fake.AGS_OF, *CHANGED})
    assert NUTS_2016_GONE in asked
    assert tuple(NUTS_2024_NEW) in asked


def test_a_good_refresh_is_archived_and_read_back(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    steps: list[tuple[str, int, int]] = []
    [outcome] = refresh(
        [POPULATION], archive, fake.AGS_OF, lambda *step: steps.append(step), client=client, today=TODAY
    )  # fmt: skip
    assert (outcome.ok, outcome.load, outcome.unchanged) == (True, 1, False)
    assert outcome.rows == (1 + 16 + 400) * 3 * (18 + 1) * 2
    assert steps[-1][1] == steps[-1][2] == len(server.asked)
    assert server.most_at_once == 1
    load = archive.accepted(POPULATION)[0]
    assert read_load(load, archive, fake.AGS_OF).num_rows == outcome.rows
    assert load.parts[0].published_at == "2026-07-21T21:00:00+00:00"


def test_the_same_answer_adds_no_load_and_a_new_one_does(
    server: fake.FakeEurostat, archive: Archive, client: Client
) -> None:
    once(archive, client)
    assert once(archive, client).unchanged
    server.status["DE/T/TOTAL/2025"] = "p"
    outcome = once(archive, client)
    assert (outcome.ok, outcome.load, outcome.unchanged) == (True, 2, False)
    assert outcome.notes["flags"] == {"p": 1}
    provisional = read_load(archive.accepted(POPULATION)[1], archive, fake.AGS_OF).to_pylist()
    assert [r["ags"] for r in provisional if r["status"] == "provisional"] == ["DG"]


def test_asynchronous_answers_are_waited_for_at_the_same_address(
    server: fake.FakeEurostat, client: Client, waits: list[float]
) -> None:
    server.faults = [fake.asynchronous(200), fake.asynchronous(413), fake.asynchronous(200)]
    fetch(POPULATION, fake.AGS_OF, client=client, today=TODAY)
    assert waits == [10, 20, 40]
    assert server.asked[0] == server.asked[1] == server.asked[2] == server.asked[3]


def test_an_answer_that_is_never_ready_ends(server: fake.FakeEurostat, client: Client, waits: list[float]) -> None:
    server.faults = [fake.asynchronous()] * 50
    with pytest.raises(StillPreparing):
        fetch(POPULATION, fake.AGS_OF, client=client, today=TODAY)
    assert 500 < sum(waits) < 700


def test_a_maintenance_page_is_waited_for_twice(server: fake.FakeEurostat, client: Client, waits: list[float]) -> None:
    server.faults = [fake.html(), fake.html()]
    fetch(POPULATION, fake.AGS_OF, client=client, today=TODAY)
    assert waits == [30, 60]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (fake.error("ERR_NOT_FOUND_4"), ServiceError),
        (fake.error("ERR_NOT_FOUND_4", 404), ServiceError),
        (fake.error("EXTRACTION_TOO_BIG: estimated 6000000 rows", 413), ExtractionTooBig),
        (fake.html(), NotData),
        (fake.html(404), NotData),
        (fake.answer(200, b'{"value":{"0":1'), NotData),
        (fake.answer(200, b""), NotData),
        (fake.answer(200, b"[1]"), ServiceError),
        (fake.without_values, EmptyAnswer),
    ],
)  # fmt: skip
def test_every_kind_of_error_has_its_name(
    server: fake.FakeEurostat, client: Client, fault: fake.Fault, error: type[Exception]
) -> None:
    server.faults = [fault] * 3
    with pytest.raises(error):
        fetch(POPULATION, fake.AGS_OF, client=client, today=TODAY)


KEPT = [
    fake.error("ERR"), fake.html(), fake.without_values, fake.answer(200, b"{}"), fake.answer(503),
    fake.cut_length(), fake.cut_chunks, fake.packed(0.7), fake.asynchronous(),
]  # fmt: skip


@pytest.mark.parametrize("fault", KEPT)
def test_whatever_goes_wrong_the_previous_load_stays(
    server: fake.FakeEurostat, archive: Archive, client: Client, fault: fake.Fault
) -> None:
    once(archive, client)
    server.faults = [fake.answer()] * 3 + [fault] * 20
    outcome = once(archive, client)
    assert (outcome.ok, outcome.load) == (False, 1)
    assert outcome.reason_de.endswith((".", ")"))
    assert len(archive.accepted(POPULATION)) == 1
    server.faults = []
    assert once(archive, client).ok


def test_passing_faults_do_not_spoil_a_refresh(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    server.faults = [
        fake.answer(429, Retry_After="1"), fake.answer(503), fake.cut_length(), fake.cut_chunks, fake.answer(),
        fake.packed(0.5), fake.packed(), fake.asynchronous(413),
    ]  # fmt: skip
    assert once(archive, client).ok


def test_a_dripping_answer_is_given_up(server: fake.FakeEurostat, archive: Archive) -> None:
    server.faults = [fake.drip(5)]
    outcome = once(archive, Client(Limits(total=0.5)))
    assert not outcome.ok
    assert "dauerte zu lange" in outcome.reason_de
    assert outcome.load is None


def refused(server: fake.FakeEurostat, archive: Archive, client: Client, edit: fake.Edit) -> str:
    server.edit = edit
    outcome = once(archive, client)
    assert not outcome.ok
    assert archive.accepted(POPULATION) == []
    return outcome.reason_de


def test_a_missing_kreis_is_refused(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        for cell in [c for c in cells if c[0] == "DEA51" and c[3] == "2025"]:
            del cells[cell]

    reason = refused(server, archive, client, edit)
    assert reason == "Zum 31.12.2024 liegen 399 statt 400 Kreise vor."


def test_ages_that_do_not_add_up_are_refused(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        if ("DEA51", "T", "Y5-9", "2025") in cells:
            cells["DEA51", "T", "Y5-9", "2025"] += 1

    assert "Altersgruppen ergeben nicht die Gesamtzahl" in refused(server, archive, client, edit)


def test_contradicting_open_groups_are_refused(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        if ("DEA51", "T", "Y_GE90", "2025") in cells:
            cells["DEA51", "T", "Y_GE90", "2025"] += 1

    assert "ab 85 Jahren" in refused(server, archive, client, edit)


def test_sexes_that_do_not_add_up_are_refused(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        for age in ("TOTAL", "Y5-9"):
            if ("DEA51", "F", age, "2025") in cells:
                cells["DEA51", "F", age, "2025"] += 1

    assert "Frauen und Männer" in refused(server, archive, client, edit)


def test_a_germany_that_is_not_its_laender_is_refused(
    server: fake.FakeEurostat, archive: Archive, client: Client
) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        if ("DE", "T", "TOTAL", "2025") in cells:
            cells["DE", "T", "TOTAL", "2025"] += 1

    assert "Summe der Länder" in refused(server, archive, client, edit)


def test_persons_of_unknown_age_are_refused(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        if ("DEA51", "T", "UNK", "2025") in cells:
            cells["DEA51", "T", "UNK", "2025"] = 5

    assert "unbekannten Alters" in refused(server, archive, client, edit)


def test_a_lost_year_keeps_the_previous_load(server: fake.FakeEurostat, archive: Archive, client: Client) -> None:
    def edit(cells: dict[tuple[str, ...], float]) -> None:
        for cell in [c for c in cells if c[3] == "2024"]:
            del cells[cell]

    once(archive, client)
    server.edit = edit
    outcome = once(archive, client)
    assert (outcome.ok, outcome.load) == (False, 1)
    assert outcome.reason_de == "Der bisher vorhandene Stichtag 31.12.2023 fehlt."


def test_doubled_regions_with_other_figures_are_refused(
    server: fake.FakeEurostat, archive: Archive, client: Client
) -> None:
    doubled = {**fake.AGS_OF, "DEA52": fake.AGS_OF["DEA51"]}
    [outcome] = refresh([POPULATION], archive, doubled, client=client, today=TODAY)
    assert not outcome.ok
    assert "widerspricht sich" in outcome.reason_de


def test_one_failing_dataset_does_not_stop_the_next(
    server: fake.FakeEurostat, archive: Archive, client: Client
) -> None:
    server.faults = [fake.error("ERR")]
    outcomes = refresh([POPULATION, POPULATION], archive, fake.AGS_OF, client=client, today=TODAY)
    assert [o.ok for o in outcomes] == [False, True]


def test_only_filters_and_regions_are_asked_for(server: fake.FakeEurostat, client: Client) -> None:
    downloads = fetch(POPULATION, fake.AGS_OF, client=client, today=TODAY)
    assert server.asked[0]["geo"][0] == "DE"
    assert {k: v for k, v in server.asked[0].items() if k != "geo"} == {
        "format": ["JSON"], "lang": ["EN"], "sinceTimePeriod": ["2014"], "unit": ["NR"],
    }  # fmt: skip
    assert json.loads(downloads[0].body)["class"] == "dataset"


def test_incomplete_is_an_error_with_a_reason_for_the_reader() -> None:
    assert Incomplete("x").reason_de == Incomplete.reason_de
    assert Incomplete("x", "Grund.").reason_de == "Grund."
