import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sources import simulator as fake
from tests.sources.simulators import eurostat as simulated
from tests.sources.simulators.eurostat import Cells, Edit, Eurostat
from zwk_data.catalog.tidy import KEY
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
    assert outcome.reason_de == "Zum 31.12.2024 liegen nur noch 0 statt 417 Orte vor."


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


@pytest.mark.parametrize("dataset", Eurostat.datasets)
def test_every_table_goes_through(server: Eurostat, archive: Archive, client: Client, dataset: str) -> None:
    outcome = once(server, archive, client, dataset)
    assert (outcome.ok, outcome.reason_de) == (True, "")
    assert once(server, archive, client, dataset).unchanged
    measures = set(pc.unique(rows_of(server, archive, dataset=dataset)["measure"]).to_pylist())
    assert measures == set(TABLES[dataset].measures)


def test_there_is_a_simulated_table_for_every_declared_one() -> None:
    assert set(Eurostat.datasets) == set(eurostat_api.datasets())


def value(table: pa.Table, measure: str, year: int, **wanted: Any) -> float:
    where = {"ags": simulated.AGS_OF["DEA51"], "sex": "t", "age_set": "total", **wanted}
    rows = [
        row for row in table.filter(pc.equal(table["measure"], measure)).to_pylist()
        if row["reference_date"].year == year and all(row[key] == word for key, word in where.items())
    ]  # fmt: skip
    assert len(rows) == 1
    return float(rows[0]["value"])


def test_the_balance_closes_and_its_rest_is_never_called_net_migration(
    server: Eurostat, archive: Archive, client: Client
) -> None:
    dataset = "eurostat_demo_r_gind3"
    once(server, archive, client, dataset)
    table = rows_of(server, archive, dataset=dataset)
    assert "net_migration" not in pc.unique(table["measure"]).to_pylist()
    before = simulated.figure("DEA51", "T", "TOTAL", "2024")
    births, deaths, rest, now = (
        value(table, measure, 2024) for measure in ("live_births", "deaths", "net_migration_residual", "population")
    )
    assert now == before + births - deaths + rest
    # 31.12.2023 has no flows in the answer: as half a date it would take those of an earlier load away.
    assert {day.year for day in pc.unique(table["reference_date"]).to_pylist()} == {2024}


def test_births_stand_by_the_age_of_the_mother_in_groups_that_do_not_overlap(
    server: Eurostat, archive: Archive, client: Client
) -> None:
    dataset = "eurostat_demo_r_fagec3"
    once(server, archive, client, dataset)
    table = rows_of(server, archive, dataset=dataset)
    groups = table.filter(pc.equal(table["age_set"], "five_year"))
    assert sorted(pc.unique(groups["age_from"]).to_pylist()) == [*range(10, 55, 5)]
    assert value(table, "live_births", 2024) == simulated.count("births", "DEA51", "T", "TOTAL", "2024")
    assert value(table, "live_births", 2024, age_set="five_year", age_from=25) == 15 + 4


def test_births_that_do_not_add_up_over_the_mothers_are_refused(
    server: Eurostat, archive: Archive, client: Client
) -> None:
    def edit(cells: Cells) -> None:
        if ("DEA51", "Y25-29", "2024") in cells:
            cells["DEA51", "Y25-29", "2024"] += 1

    server.edit = edit
    outcome = once(server, archive, client, "eurostat_demo_r_fagec3")
    assert not outcome.ok
    assert "Altersgruppen der Mütter" in outcome.reason_de


def test_a_projection_lies_ahead_keeps_all_its_groups_and_has_its_own_basis(
    server: Eurostat, archive: Archive, client: Client
) -> None:
    dataset = "eurostat_proj_25rp5"
    once(server, archive, client, dataset)
    table = rows_of(server, archive, dataset=dataset)
    assert pc.unique(table["basis"]).to_pylist() == ["projection"]
    assert sorted(day.year for day in pc.unique(table["reference_date"]).to_pylist()) == [2024, 2029, 2034]
    groups = table.filter(pc.equal(table["age_set"], "five_year"))
    assert sorted(pc.unique(groups["age_from"]).to_pylist()) == [*range(0, 105, 5)]
    assert "sinceTimePeriod" not in server.asked[0].query


def test_the_baseline_of_several_variants_counts_and_a_stranger_alone_too(
    server: Eurostat, archive: Archive, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, usual = "eurostat_proj_25rp5", simulated.SERVED["proj_25rp5"]
    once(server, archive, client, dataset)
    for variants, ok in ((("NMIGR", "BSL"), True), (("XYZ",), True), (("NMIGR", "LMRT"), False)):
        varied = replace(usual, dims={**usual.dims, "projection": variants, "time": ("2025",)})
        monkeypatch.setitem(simulated.SERVED, "proj_25rp5", varied)
        assert once(server, Archive(archive.root / "-".join(variants)), client, dataset).ok == ok


def test_what_is_too_big_is_asked_in_halves_by_region_then_by_year(
    server: Eurostat, archive: Archive, client: Client
) -> None:
    server.limit = 60  # cells: one region in one year of the births is two, of the balance ten
    outcome = once(server, archive, client, "eurostat_demo_r_births")
    assert (outcome.ok, outcome.rows) == (True, 417 * 2)
    assert max(len(asked.query["geo"]) for asked in server.asked[-30:]) <= 100
    server.limit = 4
    balance = once(server, archive, client, "eurostat_demo_r_gind3")
    assert (balance.ok, balance.rows) == (True, 417 * 4)
    assert any("untilTimePeriod" in asked.query for asked in server.asked)
    server.limit = 1
    assert not once(server, archive, client, "eurostat_demo_r_gind3").ok


@pytest.mark.parametrize("since", [None, 2018, 2025])
def test_only_the_years_wanted_are_asked_for_and_counted(server: Eurostat, client: Client, since: int | None) -> None:
    scope = replace(server.scope(), since=since)
    for dataset, table in TABLES.items():
        for question in eurostat_api.questions(dataset, scope, client):
            asked = dict(question.params).get("sinceTimePeriod")
            assert asked == (str(max(table.since, since or 0)) if table.since else None)
            periods = 2027 - int(asked) + 1 if asked else 76
            geos = sum(name == "geo" for name, _ in question.params)
            assert question.cells == geos * table.positions * periods < SYNCHRONOUS_CELLS


def test_a_whole_load_is_kept_when_only_its_newest_years_are_asked_for_again(
    server: Eurostat, archive: Archive, client: Client
) -> None:
    once(server, archive, client)
    later = once(server, archive, client, since=2025)
    assert (later.ok, later.load) == (True, 2)
    assert {day.year for day in pc.unique(rows_of(server, archive, 2)["reference_date"]).to_pylist()} == {2024}


RIGHT = ("asynchronous", "too_big", "added_column", "reordered_columns", "duplicate_identical", "dissolved_place",
         "encoding_utf8_bom", "mojibake")  # fmt: skip
EITHER = ("flags",)


@pytest.mark.parametrize("fault", [name for name in Eurostat.mutations if name not in EITHER])
@pytest.mark.parametrize("dataset", ["eurostat_demo_r_pjanaggr3", "eurostat_demo_r_gind3"])
def test_faults_of_content_end_in_the_right_data_or_in_the_old(
    server: Eurostat, archive: Archive, client: Client, dataset: str, fault: str
) -> None:
    once(server, archive, client, dataset)
    good = rows_of(server, archive, dataset=dataset)
    server.mutate = Eurostat.mutations[fault]
    outcome = once(server, archive, client, dataset)
    assert (outcome.ok, outcome.load) == (fault in RIGHT, 1), outcome.reason_de
    if fault in RIGHT:
        assert outcome.unchanged
    assert rows_of(server, archive, dataset=dataset).equals(good)


def test_every_mark_of_eurostat_has_its_status(server: Eurostat, archive: Archive, client: Client) -> None:
    once(server, archive, client)
    good = {tuple(row[key] for key in KEY): row for row in rows_of(server, archive).to_pylist()}
    server.mutate = Eurostat.mutations["flags"]
    assert once(server, archive, client).load == 2
    marked = {tuple(row[key] for key in KEY): row for row in rows_of(server, archive, 2).to_pylist()}
    changed = [row for key, row in marked.items() if row != good[key]]
    assert [(row["age_from"], row["status"], row["value"] is None) for row in changed] == [
        (0, "secret", True), (5, "secret", True), (10, "not_available", True), (15, "missing", True),
        (20, "provisional", False), (25, "estimated", False), (35, "unreliable", False),
    ]  # fmt: skip
    assert marked.keys() == good.keys()


def test_incomplete_is_an_error_with_a_reason_for_the_reader() -> None:
    assert Incomplete("x").reason_de == Incomplete.reason_de
    assert Incomplete("x", "Grund.").reason_de == "Grund."
