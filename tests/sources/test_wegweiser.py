"""Wegweiser Kommune: addresses from the lists, answers cut short, ages from names, keys by regional key."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sources.simulator import serve
from tests.sources.simulators import wegweiser as served
from zwk_data.catalog import sources
from zwk_data.catalog.tidy import MEASURES
from zwk_data.sources import wegweiser
from zwk_data.sources.archive import Archive
from zwk_data.sources.errors import Moved, ParseError, SourceError
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Outcome
from zwk_data.sources.refresh import refresh_one, tidy_of
from zwk_data.sources.wegweiser_reading import SELECTIONS, age_group, number, partition, place_of

DEVELOPMENT, SHARES, FORECAST, FORECAST_SHARES = wegweiser.datasets()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[served.Wegweiser]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(served.Wegweiser()) as running:
        assert isinstance(running, served.Wegweiser)
        monkeypatch.setenv(wegweiser.ENVIRONMENT, running.url)
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Client:
    return Client(Limits(total=20, tries=2), sleep=waits.append, jitter=lambda: 0.0)


def refreshed(server: served.Wegweiser, dataset: str, folder: Path, client: Client) -> Outcome:
    return refresh_one(wegweiser, dataset, Archive(folder), server.scope(), client)


def figures(server: served.Wegweiser, dataset: str, folder: Path) -> pa.Table:
    archive = Archive(folder)
    load = archive.last(dataset)
    assert load is not None
    return pq.read_table(tidy_of(wegweiser, load, archive, server.scope()))


@pytest.mark.parametrize("dataset", wegweiser.datasets())
def test_each_dataset_ends_accepted(server: served.Wegweiser, dataset: str, tmp_path: Path, client: Client):
    outcome = refreshed(server, dataset, tmp_path, client)
    assert outcome.ok, outcome.detail
    assert outcome.rows


def value(table: pa.Table, ags: str, measure: str, year: int, age_from: int = 0, age_set: str = "total") -> float:
    [row] = [
        row for row in table.to_pylist()
        if (row["ags"], row["measure"], row["reference_date"]) == (ags, measure, date(year, 12, 31))
        and (row["age_from"], row["age_set"]) == (age_from, age_set)
    ]  # fmt: skip
    found: float = row["value"]
    return found


def test_figures_stand_at_their_places_years_and_measures(server: served.Wegweiser, tmp_path: Path, client: Client):
    refreshed(server, DEVELOPMENT, tmp_path, client)
    table = figures(server, DEVELOPMENT, tmp_path)
    assert value(table, "05758012", "population", 2022) == served.inhabitants("herford-hf", 2022)
    assert value(table, "05758", "population", 2023) == served.inhabitants("herford-lk", 2023)
    assert value(table, "DG", "median_age", 2021) == served.FIXED["medianalter"]
    assert value(table, "05", "crude_birth_rate", 2021) == served.FIXED["geburten"]
    assert set(pc.unique(table["ags"]).to_pylist()) == set(server.scope().level_of)


def test_stocks_of_2022_rest_on_the_new_census_and_rates_of_that_year_on_the_old(
    server: served.Wegweiser, tmp_path: Path, client: Client
):
    refreshed(server, DEVELOPMENT, tmp_path, client)
    rows = figures(server, DEVELOPMENT, tmp_path).filter(pc.field("reference_date") == date(2022, 12, 31)).to_pylist()
    bases = {row["measure"]: row["basis"] for row in rows}
    assert (bases["population"], bases["median_age"], bases["crude_birth_rate"]) == (
        "census2022", "census2022", "census2011",
    )  # fmt: skip


def test_a_land_that_is_a_kreis_is_listed_once_and_stands_at_both(
    server: served.Wegweiser, tmp_path: Path, client: Client
):
    refreshed(server, DEVELOPMENT, tmp_path, client)
    table = figures(server, DEVELOPMENT, tmp_path)
    assert value(table, "11", "population", 2023) == value(table, "11000", "population", 2023)


def test_the_projection_has_the_total_and_ten_age_groups_that_add_up(
    server: served.Wegweiser, tmp_path: Path, client: Client
):
    refreshed(server, FORECAST, tmp_path, client)
    table = figures(server, FORECAST, tmp_path)
    assert set(pc.unique(table["basis"]).to_pylist()) == {"projection"}
    assert max(table["reference_date"].to_pylist()) == date(2040, 12, 31)
    groups = table.filter((pc.field("age_set") == "wegweiser") & (pc.field("ags") == "05758012"))
    ahead = groups.filter(pc.field("reference_date") == date(2040, 12, 31))
    assert ahead.num_rows == 10
    assert pc.sum(ahead["value"]).as_py() == pytest.approx(value(table, "05758012", "projected_population", 2040))
    assert value(table, "05758012", "projected_population", 2040, 80, "wegweiser") > 0


def test_a_wider_group_of_the_same_topic_is_left_out(server: served.Wegweiser, tmp_path: Path, client: Client):
    refreshed(server, SHARES, tmp_path, client)
    table = figures(server, SHARES, tmp_path)
    pairs = {(row["age_from"], row["age_to"]) for row in table.to_pylist()}
    assert pairs == {(0, 2), (3, 5), (6, 9), (10, 15), (16, 18), (19, 24), (25, 44), (45, 64), (65, 79), (80, None)}


def test_an_answer_cut_short_is_asked_for_again_in_halves(server: served.Wegweiser, tmp_path: Path, client: Client):
    refreshed(server, DEVELOPMENT, tmp_path / "whole", client)
    server.cap = 1
    asked = len(server.asked)
    outcome = refreshed(server, DEVELOPMENT, tmp_path / "cut", client)
    assert outcome.ok, outcome.detail
    assert len(server.asked) - asked > asked
    assert figures(server, DEVELOPMENT, tmp_path / "cut").equals(figures(server, DEVELOPMENT, tmp_path / "whole"))


def test_every_request_waits_a_second_before(
    server: served.Wegweiser, tmp_path: Path, client: Client, waits: list[float]
):
    refreshed(server, DEVELOPMENT, tmp_path, client)
    assert waits == [wegweiser.PAUSE] * len(server.asked)


def test_the_lists_are_asked_for_in_full(server: served.Wegweiser, tmp_path: Path, client: Client):
    refreshed(server, FORECAST, tmp_path, client)
    lists = [asked for asked in server.asked if asked.path.endswith("/list")]
    assert lists
    assert all(int(asked.one("max")) >= 20_000 for asked in lists)


def test_the_version_of_the_database_is_recorded_and_makes_other_questions(
    server: served.Wegweiser, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
):
    refreshed(server, DEVELOPMENT, tmp_path, client)
    load = Archive(tmp_path).last(DEVELOPMENT)
    assert load is not None
    assert load.published_at == datetime(2026, 3, 2, tzinfo=UTC).isoformat(timespec="seconds")
    before = wegweiser.questions(DEVELOPMENT, server.scope(), client)
    monkeypatch.setattr(served, "VERSION", "2026-09-01")
    after = wegweiser.questions(DEVELOPMENT, server.scope(), client)
    assert [one.url for one in before] == [one.url for one in after]
    assert all(old.content != new.content for old, new in zip(before, after, strict=True))


@pytest.mark.parametrize("gone", ["bevoelkerung", "geburten"])
def test_an_indicator_that_is_gone_is_named(server: served.Wegweiser, gone: str, client: Client):
    server.indicators = [
        one if one["friendlyUrl"] != gone else {**one, "friendlyUrl": "anders", "name": "anderes"}
        for one in served.INDICATORS
    ]
    with pytest.raises(Moved, match=gone) as error:
        wegweiser.questions(DEVELOPMENT, server.scope(), client)
    assert gone in error.value.reason_de


def test_an_indicator_with_another_address_is_found_by_its_name(
    server: served.Wegweiser, tmp_path: Path, client: Client
):
    server.indicators = [
        one if one["friendlyUrl"] != "medianalter" else {**one, "friendlyUrl": "alter-median"}
        for one in served.INDICATORS
    ]
    urls = [one.url for one in wegweiser.questions(DEVELOPMENT, server.scope(), client)]
    assert all("alter-median" in url for url in urls)


def test_an_indicator_that_is_not_always_there_may_be_missing(server: served.Wegweiser, client: Client):
    server.indicators = [one for one in served.INDICATORS if one["friendlyUrl"] != "durchschnittsalter"]
    assert wegweiser.questions(DEVELOPMENT, server.scope(), client)


def test_a_topic_that_is_gone_is_named(server: served.Wegweiser, client: Client):
    server.topics = [one for one in served.TOPICS if one["friendlyUrl"] != "bevoelkerung-nach-altersgruppen-2"]
    with pytest.raises(Moved) as error:
        wegweiser.questions(FORECAST, server.scope(), client)
    assert "bevoelkerung-nach-altersgruppen-2" in error.value.reason_de


def test_questions_are_sorted_by_land_and_no_address_grows_without_bound(server: served.Wegweiser, client: Client):
    regions = [("GEMEINDE", f"09{i // 100:03d}{i % 100:03d}", f"gemeinde-mit-langem-namen-{i}") for i in range(1, 700)]
    batches = list(wegweiser._batches([("BUND", "DG", "deutschland"), *regions], wegweiser.ORDER))
    assert batches[0] == ["deutschland"]
    assert [slug for batch in batches for slug in batch][1:] == [slug for _, _, slug in regions]
    assert max(len("+".join(batch)) for batch in batches) < wegweiser.LONGEST_NAMES + 100
    asked = wegweiser.questions(DEVELOPMENT, server.scope(), client)
    lands = [{served.REGIONS[name][1][:2] for name in served.REGIONS if f"+{name}+" in one.url} for one in asked]
    assert lands[0] == {"00", "05"}  # Germany and the Länder
    assert all(len(land) == 1 for land in lands[1:])


def test_small_gemeinden_and_associations_are_never_asked_for(server: served.Wegweiser, client: Client):
    urls = " ".join(one.url for one in wegweiser.questions(DEVELOPMENT, server.scope(), client))
    assert "kleinstdorf" not in urls
    assert "musterland" not in urls


def test_an_indicator_only_for_kreise_is_not_asked_for_gemeinden(server: served.Wegweiser, client: Client):
    server.topics = [
        {**topic, "indicators": [{**one, "minimumRegionType": "LANDKREIS"} for one in topic["indicators"]]}
        for topic in served.TOPICS
    ]
    urls = " ".join(one.url for one in wegweiser.questions(FORECAST_SHARES, server.scope(), client))
    assert "herford-lk" in urls
    assert "bielefeld" in urls
    assert "herford-hf" not in urls


def test_only_the_years_wanted_are_asked_for(server: served.Wegweiser, client: Client):
    asked = wegweiser.questions(FORECAST, replace(server.scope(), since=2030), client)
    assert all("+2030-2040+" in one.url for one in asked)


def test_a_place_without_figures_is_left_out_and_too_many_are_refused(
    server: served.Wegweiser, tmp_path: Path, client: Client
):
    def without(content: bytes) -> bytes:
        told: dict[str, Any] = json.loads(content)
        data = told["data"]
        keep = [i for i, one in enumerate(data["regions"]) if one["friendlyUrl"] != "buende-hf"]
        data["regions"] = [data["regions"][i] for i in keep]
        for one in data["indicators"]:
            one["regionYearValues"] = [one["regionYearValues"][i] for i in keep]
        return json.dumps(told).encode()

    server.mutate = without
    outcome = refreshed(server, DEVELOPMENT, tmp_path, client)
    assert not outcome.ok
    assert "1 statt 2 Gemeinden" in outcome.reason_de


@pytest.mark.parametrize(
    ("name", "ages"),
    [
        ("Anteil unter 3-Jährige", (0, 2)),
        ("3- bis 5-Jährige", (3, 5)),
        ("Bevölkerung 65- bis 79-Jährige", (65, 79)),
        ("65 bis unter 80 Jahre", (65, 79)),
        ("ab 80-Jährige", (80, None)),
        ("80 Jahre und älter", (80, None)),
        ("80-Jährige und Ältere", (80, None)),
        ("80+", (80, None)),
        ("Bevölkerung", None),
        ("Medianalter", None),
    ],
)
def test_ages_are_read_from_the_name(name: str, ages: tuple[int, int | None] | None):
    assert age_group(name) == ages


def test_groups_with_a_gap_are_refused():
    with pytest.raises(ParseError):
        partition({"a": (0, 2), "b": (4, None)})
    assert partition({"a": (0, 17), "b": (0, 2), "c": (3, None)}) == {
        "b": ("wegweiser", 0, 2),
        "c": ("wegweiser", 3, None),
    }


@pytest.mark.parametrize(
    ("kind", "ars", "key"),
    [
        ("BUND", "", "DG"),
        ("BUNDESLAND", "010000000000", "01"),
        ("LANDKREIS", "057580000000", "05758"),
        ("LANDKREIS", "05758", "05758"),
        ("KREISFREIE_STADT", "10010000000", "01001"),
        ("GEMEINDE", "057580012012", "05758012"),
        ("GEMEINDE", "057585001000", None),
        ("GEMEINDE", "057585001", None),
        ("KLEINE_GEMEINDE", "057580012012", None),
    ],
)
def test_a_place_is_told_by_its_regional_key_and_kind(kind: str, ars: str, key: str | None):
    assert place_of({"type": kind, "ars": ars, "ags": "99999999", "friendlyUrl": "x"}) == key


def test_a_region_without_regional_key_is_refused_whatever_other_key_it_has():
    with pytest.raises(ParseError):
        place_of({"type": "LANDKREIS", "gkz": "05758000", "friendlyUrl": "x"})


@pytest.mark.parametrize("cell", ["12,5", "viel", True, [1.0, 2.0], {}])
def test_a_cell_that_is_no_number_is_refused(cell: Any):
    with pytest.raises(SourceError):
        number(cell)


def test_measures_and_datasets_are_declared():
    for dataset, selection in SELECTIONS.items():
        assert not sources()[dataset].for_indicators
        assert {wanted.measure for wanted in selection.single} <= set(MEASURES)
        assert {measure for _, measure in selection.topics} <= set(MEASURES)


RECORDED = os.environ.get("ZWK_API_SAMPLES", "")
UNSET = "ZWK_API_SAMPLES is not set: the recorded answers of the provider are no part of this project"


@pytest.mark.skipif(not RECORDED, reason=UNSET)
def test_the_interface_still_documents_what_is_asked_for():
    told = json.loads((Path(RECORDED) / "wegweiser" / "openapi.json").read_text(encoding="utf-8"))
    for path in ("region/list", "indicator/list", "topic/list", "statistics/version", "statistics/data/{friendlyUrl}"):
        assert "get" in told["paths"][f"/rest/{path}"]
    shapes = told["components"]["schemas"]
    assert {"friendlyUrl", "name", "ars", "type"} <= set(shapes["Region"]["required"])
    assert {*wegweiser.ORDER, "KREISFREIE_STADT"} <= set(shapes["RegionType"]["enum"])
    assert {"friendlyUrl", "unit", "regionYearValues"} <= set(shapes["IndicatorData"]["properties"])
    assert {"years", "type", "minimumRegionType", "name"} <= set(_all_properties(shapes["Indicator"]))
    assert wegweiser.RECORDED in shapes["StatisticType"]["enum"]


def _all_properties(shape: dict[str, Any]) -> dict[str, Any]:
    inner = [part for part in shape.get("allOf", []) if "properties" in part]
    return {
        **shape.get("properties", {}),
        **{key: entry for part in inner for key, entry in part["properties"].items()},
    }
