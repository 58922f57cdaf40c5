"""The Regionalatlas against its simulator: good figures, signs, units, keys, and what only this source does wrong."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sources.matrix import QUICK
from tests.sources.simulator import serve
from tests.sources.simulators.regionalatlas import BY_10000, BY_HUNDRED, TITLES, Regionalatlas, figures_of
from zwk_data.sources import regionalatlas
from zwk_data.sources.archive import Archive
from zwk_data.sources.errors import Implausible, Moved, NotData, ParseError
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Outcome
from zwk_data.sources.refresh import refresh_one, tidy_of
from zwk_data.sources.regionalatlas import sql
from zwk_data.sources.regionalatlas_tables import TABLES, figures, key_of, read_catalogue

RATES, SHARES, AGES = Regionalatlas.datasets
HERFORD, NEUBRANDENBURG, UCKERMARK = "05758012", "13071107", "12073"
LAST = date(2024, 12, 31)


@pytest.fixture
def server() -> Iterator[Regionalatlas]:
    with serve(Regionalatlas()) as running, mock.patch.dict(os.environ, {"NO_PROXY": "127.0.0.1"}):
        os.environ[Regionalatlas.environment] = running.url
        yield running


def refreshed(server: Regionalatlas, dataset: str, folder: Path) -> tuple[Outcome, pa.Table | None]:
    archive, scope = Archive(folder), server.scope()
    client = Client(QUICK, sleep=lambda seconds: None, jitter=lambda: 0.0)
    outcome = refresh_one(regionalatlas, dataset, archive, scope, client)
    load = archive.last(dataset)
    return outcome, pq.read_table(tidy_of(regionalatlas, load, archive, scope)) if load else None


def values(table: pa.Table, ags: str, day: date = LAST) -> dict[tuple[str, int], float | None]:
    rows = table.filter(
        pc.and_(pc.equal(table["ags"], ags), pc.equal(table["reference_date"], pa.scalar(day)))
    ).to_pylist()
    return {(row["measure"], row["age_from"]): row["value"] for row in rows}


@pytest.mark.parametrize("dataset", Regionalatlas.datasets)
def test_a_good_refresh_is_accepted_with_germany_all_laender_kreise_and_gemeinden(
    server: Regionalatlas, dataset: str, tmp_path: Path
) -> None:
    outcome, table = refreshed(server, dataset, tmp_path)
    assert outcome.ok, outcome.detail
    keys = set(pc.unique(table["ags"]).to_pylist())
    assert {"DG", "05", "02", "11", "02000", "11000", "09162", HERFORD, NEUBRANDENBURG, UCKERMARK} <= keys
    assert keys == {place["ags"] for place in server.places}
    assert sorted(pc.unique(table["reference_date"]).to_pylist()) == [date(year, 12, 31) for year in (2022, 2023, 2024)]
    assert server.most_at_once == 1


def test_rates_come_out_per_thousand_whatever_the_column_says(server: Regionalatlas, tmp_path: Path) -> None:
    raw = figures_of("AI002-1-5", HERFORD, 2024)
    found = values(refreshed(server, RATES, tmp_path)[1], HERFORD)
    assert found["crude_birth_rate", 0] == raw["ai0209"]  # published per 1,000
    assert found["natural_balance_rate", 0] == pytest.approx(raw["ai0211"] / 10)  # published per 10,000
    assert found["net_migration_rate", 0] == 0.5
    assert found["foreign_share", 0] == raw["ai0208"]
    assert found["population_density", 0] == raw["ai0201"]


def test_the_shares_of_germany_and_of_every_place_add_up_to_100(server: Regionalatlas, tmp_path: Path) -> None:
    table = refreshed(server, SHARES, tmp_path)[1]
    sums = table.group_by(["ags", "reference_date"]).aggregate([("value", "sum"), ("value", "count")])
    assert set(sums["value_count"].to_pylist()) == {5}
    assert all(value == pytest.approx(100.0) for value in sums["value_sum"].to_pylist())
    germany = values(table, "DG")
    assert [key for _, key in sorted(germany)] == [0, 18, 25, 45, 65]
    groups = table.filter(pc.equal(table["ags"], "DG")).select(["age_from", "age_to", "age_set"]).to_pylist()
    assert {(row["age_from"], row["age_to"]) for row in groups} == {(0, 17), (18, 24), (25, 44), (45, 64), (65, None)}


def test_the_newest_year_of_the_catalogue_may_be_empty_but_no_earlier_one(
    server: Regionalatlas, tmp_path: Path
) -> None:
    assert "2025" in server.catalogue()[1]["children"][0]["years"]
    assert refreshed(server, SHARES, tmp_path)[0].ok
    server.years = (2022, 2024)
    with mock.patch.object(type(server), "catalogue", lambda self: _listing((2022, 2023, 2024))):
        outcome, _ = refreshed(server, SHARES, tmp_path)
    assert not outcome.ok
    assert outcome.load == 1


def _listing(years: tuple[int, ...]) -> list[dict[str, object]]:
    every = Regionalatlas()
    every.years = years
    return Regionalatlas.catalogue(every)


def test_nothing_in_any_year_is_no_load(server: Regionalatlas, tmp_path: Path) -> None:
    server.years = ()
    with mock.patch.object(type(server), "catalogue", lambda self: _listing((2024,))):
        outcome, table = refreshed(server, SHARES, tmp_path)
    assert not outcome.ok
    assert table is None
    assert outcome.reason_de


def test_an_answer_that_was_cut_is_asked_for_land_by_land(server: Regionalatlas, tmp_path: Path) -> None:
    good = refreshed(server, SHARES, tmp_path / "good")[1]
    server.asked.clear()
    server.mutate = server.mutations["too_big"]
    outcome, table = refreshed(server, SHARES, tmp_path / "split")
    assert outcome.ok, outcome.detail
    assert table.equals(good)
    queries = [json.loads(one.one("layer"))["source"]["dataSource"].get("query", "") for one in server.asked[2:]]
    assert sum("LIKE '16%'" in query for query in queries) == 6  # Kreise and Gemeinden of three years


def test_a_cut_answer_of_a_single_land_is_refused(server: Regionalatlas, tmp_path: Path) -> None:
    server.mutate = lambda body: json.dumps(json.loads(body) | {"exceededTransferLimit": True}).encode()
    outcome, table = refreshed(server, SHARES, tmp_path)
    assert not outcome.ok
    assert table is None
    assert "zu groß" in outcome.reason_de


@pytest.mark.parametrize("title", [BY_10000, BY_HUNDRED])
def test_a_unit_that_is_unknown_or_contradicts_the_figures_is_refused(
    server: Regionalatlas, title: object, tmp_path: Path
) -> None:
    server.mutate = title
    outcome, table = refreshed(server, RATES, tmp_path)
    assert not outcome.ok
    assert table is None


def test_what_is_asked_is_said_and_counted(server: Regionalatlas) -> None:
    asked = regionalatlas.questions(SHARES, server.scope(), Client())
    labels = [one.label_de for one in asked]
    assert labels[:3] == ["Verzeichnis der Tabellen", "Deutschland ab 2011", "Länder 2022"]
    assert labels[-1] == "Gemeinden 2025"
    assert [one.may_be_empty for one in asked] == [label.endswith("2025") for label in labels]
    kreise = next(one for one in asked if one.label_de == "Kreise 2024")
    assert kreise.cells == 5 * 400
    assert "2008" not in " ".join(labels)


# --- SQL -------------------------------------------------------------------------------------------------------------


def test_the_sql_is_the_one_the_map_server_knows() -> None:
    assert sql("AI002-1-5", 3, 2024) == (
        "SELECT * FROM verwaltungsgrenzen_gesamt LEFT OUTER JOIN ai002_1_5 ON ags = ags2 and jahr = jahr2 "
        "WHERE typ = 3 AND jahr = 2024 AND (jahr2 = 2024 OR jahr2 IS NULL)"
    )
    assert sql("AI002-2-5", 5, 2011, "05").endswith(" AND ags LIKE '05%'")


@pytest.mark.parametrize(
    ("code", "level", "year", "land"),
    [
        ("AI002-1-5; DROP TABLE x", 3, 2024, ""),
        ("ai002_1_5", 3, 2024, ""),
        ("AI002-1-5", 4, 2024, ""),
        ("AI002-1-5", 3, 20240, ""),
        ("AI002-1-5", 3, 2024, "17"),
        ("AI002-1-5", 3, 2024, "05%' OR '1'='1"),
        ("AI002-1-5", 3, "2024 OR 1=1", ""),
    ],
)
def test_nothing_from_outside_enters_the_sql(code: str, level: int, year: int, land: str) -> None:
    with pytest.raises(ValueError):
        sql(code, level, year, land)


# --- catalogue, keys, signs ------------------------------------------------------------------------------------------


def catalogue(**titles: str) -> bytes:
    [_, theme] = Regionalatlas().catalogue()
    for child in theme["children"]:
        for attribute in child["attributes"]:
            attribute["title_short"] = titles.get(attribute["code"], attribute["title_short"])
    return json.dumps([theme]).encode()


@pytest.mark.parametrize(
    ("title", "factor"),
    [
        ("Lebendgeborene je 1.000 EW", 1.0), ("Lebendgeborene je 10.000 EW", 0.1),
        ("Lebendgeborene je 1000 Einwohner", 1.0), ("Lebendgeborene je 10 000 Einwohner", 0.1),
    ],
)  # fmt: skip
def test_the_title_of_a_column_says_its_unit(title: str, factor: float) -> None:
    assert read_catalogue(catalogue(AI0209=title), "AI002-1-5").factors["ai0209"] == factor


@pytest.mark.parametrize("title", ["Lebendgeborene", "Lebendgeborene je 100 EW", "Lebendgeborene je 1.000 Frauen"])
def test_an_unknown_unit_is_refused_in_german(title: str) -> None:
    with pytest.raises(Implausible) as caught:
        read_catalogue(catalogue(AI0209=title), "AI002-1-5")
    assert "AI0209" in caught.value.reason_de


def test_a_table_or_column_that_is_gone_is_told_as_a_changed_interface() -> None:
    with pytest.raises(Moved):
        read_catalogue(b"[]", "AI002-1-5")
    with pytest.raises(Moved):
        read_catalogue(catalogue().replace(b'"AI0212"', b'"AI0299"'), "AI002-1-5")
    with pytest.raises(NotData):
        read_catalogue(catalogue()[:-5], "AI002-1-5")


@pytest.mark.parametrize(
    ("ags", "level", "key"),
    [
        ("02", 1, "02"), ("02", 3, "02000"), ("11", 5, "11000"), ("05", 1, "05"), ("09162", 5, "09162"),
        ("09162000", 5, "09162"), ("05758012", 5, "05758012"), ("DG", None, "DG"), (" 05758012", 5, "05758012"),
        ("071320501", 5, None),
    ],
)  # fmt: skip
def test_keys_become_the_ones_used_here(ags: str, level: int | None, key: str | None) -> None:
    assert key_of(ags, level) == key


@pytest.mark.parametrize("ags", ["5758012", "1", "", 5758012, None, "0575801X"])
def test_a_key_that_lost_its_zero_is_refused(ags: object) -> None:
    with pytest.raises(ParseError):
        key_of(ags, 5)


def read(code: str, **columns: object) -> dict[str, tuple[float | None, str]]:
    listed = read_catalogue(catalogue(), code)
    plain = {name.lower(): 10.0 for name in TITLES[code]}
    place = {"typ": 5, "ags": HERFORD, "jahr": 2024, "jahr2": 2024, "ags2": HERFORD} | plain | columns
    rows = figures("d", code, listed, {"features": [{"attributes": place}]}, Counter())
    return {row.measure: (row.value, row.status) for row in rows}


def _bases(year: int) -> set[str]:
    listed = read_catalogue(catalogue(), "AI002-1-5")
    place = {"typ": 5, "ags": HERFORD, "jahr": year, "jahr2": year, "ags2": HERFORD}
    place |= {name.lower(): 10.0 for name in TITLES["AI002-1-5"]}
    return {row.basis for row in figures("d", "AI002-1-5", listed, {"features": [{"attributes": place}]}, Counter())}


@pytest.mark.parametrize(
    ("number", "status"),
    [(5555555555, "secret"), (6666666666, "not_available"), (7777777777, "not_available"), (8888888888, "later"),
     (3333333333, "missing"), (None, "missing")],
)  # fmt: skip
def test_a_sign_has_no_value_and_a_reason(number: float | None, status: str) -> None:
    assert read("AI002-1-5", ai0209=number)["crude_birth_rate"] == (None, status)


def test_nothing_present_is_zero_of_a_rate_only_where_the_place_has_other_figures() -> None:
    nothing = 2222222222
    assert read("AI002-1-5", ai0209=nothing)["crude_birth_rate"] == (0.0, "ok")
    assert read("AI002-1-5", ai0201=nothing)["population_density"] == (None, "missing")
    gone = read("AI002-1-5", **dict.fromkeys(TABLES["AI002-1-5"], nothing))
    assert set(gone.values()) == {(None, "missing")}


def test_a_text_is_no_number() -> None:
    with pytest.raises(ParseError):
        read("AI002-1-5", ai0209="9,3")


def test_figures_of_31_december_2022_rest_on_the_census_of_2022() -> None:
    assert {year: _bases(year) for year in (2010, 2011, 2021, 2022, 2024)} == {
        2010: {"pre2011"}, 2011: {"census2011"}, 2021: {"census2011"}, 2022: {"census2022"}, 2024: {"census2022"},
    }  # fmt: skip


# --- what was recorded -----------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_recorded_description() -> None:
    folder = os.environ.get("ZWK_API_SAMPLES")
    if not folder:
        pytest.skip("ZWK_API_SAMPLES is not set: the recorded answers are no part of the project")
    text = (Path(folder) / "regionalatlas" / "openapi.yaml").read_text(encoding="utf-8")
    for name in (*TABLES["AI002-1-5"], *TABLES["AI002-4-5"]):
        assert f"- {name}&#58;" in text, name
    assert "1=Bundesländer" in text
    assert "3=Kreise" in text
    assert "5=Gemeinden" in text
    assert "LEFT OUTER JOIN *tableName* ON ags = ags2 and jahr = jahr2 WHERE typ = 3 AND jahr = 2020" in text
