"""Released figures in the database: a source and a basis of their own, quarters as places, official figures first."""

import math
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from zwk_data.exhibits import Address, Context, age_groups, make
from zwk_data.exhibits.ages import with_ages
from zwk_data.own_data import records
from zwk_data.own_data.columns import Cell
from zwk_data.own_data.consistency import completed
from zwk_data.own_data.records import AlreadyThere, NotUsable, Release
from zwk_data.store import StoreError, open_store
from zwk_data.warehouse import Generation, Statistics, asof, ensure_built, lacks_own_data, open_statistics
from zwk_data.warehouse.build import build

HERFORD, KREIS = "05758012", "05758"
QUARTER = f"{HERFORD}-musterviertel-sued"
RELEASE = Release("Altersjahre; Muster", "Melderegister (Muster)", "Hauptwohnsitz", "Amt für Muster", date(2026, 11, 1))


def cells(measure: str = "population") -> list[Cell]:
    """Recognisably synthetic: 111 of each age and sex in the town, 22 in the quarter, two persons of 94."""
    found = []
    for area, count in (("", 111), ("Musterviertel Nord", 11), ("Musterviertel Süd", 22)):
        for sex in "mf":
            found += [Cell(area, "2025-12-31", measure, sex, age, -1 if age == 95 else age, 2 if age == 94 else count)
                      for age in range(96)]  # fmt: skip
    return completed(found)


def save(measure: str = "population", release: Release = RELEASE) -> records.OwnTable:
    with open_store() as store:
        return records.save(store, str(uuid4()), HERFORD, release, cells(measure), seen_version=0, actor="muster",
                            request_id=str(uuid4()))  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_DATA_DIR", str(made))
        patch.delenv("ZWK_DATABASE_URL", raising=False)
        yield made


@pytest.fixture(scope="module")
def data(folder: Path) -> Iterator[Statistics]:
    save()
    generation = ensure_built(wait_seconds=300)
    assert generation.own and not lacks_own_data(generation)
    with open_statistics(folder) as opened:
        yield opened


def test_no_small_cell_is_stored_and_a_second_table_of_the_same_date_is_refused(folder: Path, data: Statistics) -> None:
    raw = next((folder / "store").glob("*.sqlite")).read_bytes()
    assert b'"m",94,94,null]' in raw and b'"m",94,94,2]' not in raw
    with pytest.raises(AlreadyThere, match="Altersjahre; Muster"):
        save()


def test_nothing_is_stored_without_a_release(folder: Path) -> None:
    with pytest.raises(ValueError, match="released_by"):
        save(release=Release("x", "y", "z", " ", date(2026, 11, 1)))


def test_own_ages_replace_those_of_the_kreis_and_say_whose_they_are(data: Statistics) -> None:
    made = make(Address.of("age_pyramid", ags=HERFORD), Context(data))
    assert set(made.table["ags"]) == {HERFORD}
    (line,) = made.sources
    assert line.attribution == (
        "Eigene Angaben: Altersjahre, Muster, Melderegister (Muster) (Hauptwohnsitz), Stichtag 31.12.2025, "
        "freigegeben durch Amt für Muster am 01.11.2026"
    )
    assert line.licence_short == "nicht amtlich" and "own_data" in {note.kind for note in made.notes}


def test_the_official_population_stays_the_figure_and_the_own_one_a_line_beside_it(data: Statistics) -> None:
    tiles = make(Address.of("key_figures", ags=HERFORD), Context(data)).table
    assert tiles[tiles["id"] == "population_total"]["basis"].tolist() != ["register"]
    line = make(Address.of("population_line", ags=HERFORD), Context(data)).table
    assert line[line["series"] == "Eigene Angaben"]["value"].tolist() == [21090.0 + 2 * 2]


def test_own_figures_stand_in_no_rank_on_no_map_and_in_no_comparison(data: Statistics) -> None:
    assert "register" not in set(data.dates("mean_age", "gemeinde")["basis"])
    assert (
        data.frame("SELECT count(*) AS n FROM level_value WHERE level = 'quartier' OR basis = 'register'")["n"][0] == 0
    )
    for kind, name in (("ranking", "indicator"), ("comparison_table", "indicators")):
        made = make(Address.of(kind, **{name: "mean_age"}, ags=[HERFORD, "DG"]), Context(data))
        assert not set(data.own_sources) & {line.dataset for line in made.sources}


def test_a_quarter_is_found_below_its_town_and_has_no_peers(data: Statistics) -> None:
    place = data.places.resolve(QUARTER)
    assert data.places.find("Musterviertel Süd")[0] == place and place.level == "quartier"
    assert [other.ags for other in data.places.ancestors(place)] == [HERFORD, KREIS, "05", "DG"]
    assert data.places.similar(place) == []


@pytest.mark.parametrize("kind", [
    "key_figures", "field_figures", "population_line", "age_pyramid", "age_groups", "cohorts", "births_deaths",
    "in_out_migration", "migration_by_age", "balance",
])  # fmt: skip
def test_every_exhibit_of_one_place_can_be_made_for_a_quarter(data: Statistics, kind: str) -> None:
    assert make(Address.of(kind, ags=QUARTER), Context(data)).sentence


@pytest.mark.parametrize("compare", ["", "DG"])
@pytest.mark.parametrize("ages", ["groups", "single"])
def test_a_pyramid_with_secret_ages_has_a_finite_scale(data: Statistics, compare: str, ages: str) -> None:
    made = make(Address.of("age_pyramid", ags=QUARTER, compare=compare, ages=ages), Context(data))
    assert made.table["m"].isna().any() and 0 < made.marks.options["maximum"] < 1000


def test_age_groups_that_are_all_secret_are_said_to_be_missing(
    data: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, found = with_ages(Context(data), data.places.resolve(QUARTER))
    secret = [replace(one, rows=one.rows.assign(m=math.nan, f=math.nan, t=math.nan)) for one in found]
    monkeypatch.setattr(age_groups, "with_ages", lambda *asked: (shown, secret))
    made = make(Address.of("age_groups", ags=QUARTER), Context(data))
    assert secret and made.table["state"].tolist() == ["keine Zahlen"]


def test_a_given_total_stands_although_one_age_is_secret(data: Statistics) -> None:
    rows = data.values(["population_total"], [QUARTER])
    total = rows.iloc[0]
    assert (total["value"], total["status"]) == (22 * 2 * 95 + 4, "ok")


def test_removing_a_table_is_noticed_and_erases_its_figures(folder: Path, data: Statistics) -> None:
    with open_store() as store:
        (table,) = records.tables(store)
        records.remove(store, table, actor="muster", request_id=str(uuid4()))
        last = store.changes()[-1]
        assert (last.kind, last.actor, last.body) == ("own_data", "muster", None)
        assert all(change.body is None for change in store.history("own_data", table.id))
    assert lacks_own_data(data.generation) and records.mark() == ""


def test_an_earlier_state_holds_official_figures_only(monkeypatch: pytest.MonkeyPatch) -> None:
    load = {"load_id": "d@snapshot", "dataset": "d", "seq": 0, "sha256": "", "parser_version": 1,
            "retrieved_at": "2026-11-01T00:00:00+00:00"}  # fmt: skip
    monkeypatch.setattr(asof, "_built", lambda *asked: 1 / 0)
    for own, stops in (("", False), ("mark", True)):
        data = SimpleNamespace(every_load=[load], dated=lambda day: "current", generation=SimpleNamespace(own=own))
        if stops:
            with pytest.raises(ZeroDivisionError):
                asof.open_as_of(data, date(2026, 11, 1), folder=Path(os.devnull))
        else:
            assert asof.open_as_of(data, date(2026, 11, 1)) == "current"


def test_a_store_that_cannot_be_reached_is_not_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for read in (records.stored, records.mark, lambda: build(tmp_path)):
        with pytest.raises(StoreError) as refused:
            read()
        assert refused.value.reason_de
    assert not list(tmp_path.glob("data-*"))
    assert not lacks_own_data(Generation(1, "data-1.duckdb", "", {}, own="mark"))


def test_of_two_who_save_at_once_the_first_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ZWK_DATABASE_URL", raising=False)
    first, find, asked = save(), records._overlapping, []

    def late(*given: Any) -> list[records.OwnTable]:
        asked.append(given)
        return [] if len(asked) == 1 else find(*given)

    monkeypatch.setattr(records, "_overlapping", late)
    with pytest.raises(AlreadyThere):
        save()
    assert len(asked) == 2 and [table.id for table in records.stored()] == [first.id]


def test_what_cannot_be_read_is_not_saved_and_can_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ZWK_DATABASE_URL", raising=False)
    with monkeypatch.context() as patch:
        patch.setattr(records, "contradictions", lambda cells: ["wrong"])
        with pytest.raises(NotUsable):
            save()
    with open_store() as store:
        assert records.tables(store) == []
        store.save("own_data", "x", {"odd": 1}, seen_version=0, actor="muster", request_id=str(uuid4()), scope=HERFORD)
        (table,) = records.tables(store)
        assert (table.id, table.readable) == ("x", False) and records.stored() == []
        records.remove(store, table, actor="muster", request_id=str(uuid4()))
        assert records.tables(store) == []
