"""Saved scenarios in a real store: kept whole, conflicts shown, and what cannot be read does not stand in the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from zwk_data import outlook
from zwk_data.outlook import exchange, saved
from zwk_data.outlook.saved import Content, NotUsable, SavedScenario
from zwk_data.projection.scenario import Scenario, ScenarioError
from zwk_data.store import Conflict, Store, open_store

CAMPUS = Scenario.parse("continue~tfr_1.6~homes_2026_2030_50_2.1_60~event_2027_300_18~name_Campus Nord")
CONTENT = Content(
    CAMPUS, "Amt für Muster", "12073", date(2024, 12, 31), (("own_muster", "1@muster"),), "", "Beschluss\nMuster"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


def save(store: Store, content: Content = CONTENT, id: str = "", seen: int = 0, request: str = "") -> SavedScenario:
    return saved.save(store, id or str(uuid4()), content, seen_version=seen, actor="muster",
                      request_id=request or str(uuid4()))  # fmt: skip


def test_a_saved_scenario_is_read_as_it_was_and_found_under_its_place(store):
    one = save(store)
    assert one.content == CONTENT and (one.version, one.ags, one.name) == (1, "12073", "Campus Nord")
    other = save(store, replace(CONTENT, ags="05758", scenario=Scenario.parse("low~name_Anders")))
    assert saved.scenarios(store, "12073") == [one]
    assert saved.scenarios(store) == [other, one]  # by name
    assert saved.scenarios(store, one.ags) == [one]


def test_what_is_kept_of_a_run_says_which_loads_it_was_made_with(statistics):
    start = outlook.start(statistics, statistics.places["05758012"], "scaled")
    content = saved.content_of(statistics, start, CAMPUS, " Amt für Muster ", "x ")
    assert (content.ags, content.form, content.start_day) == ("05758012", "scaled", start.baseline.day)
    assert (content.author, content.remark) == ("Amt für Muster", "x")
    assert set(dict(content.vintage)) == set(start.datasets)
    loads = {load["dataset"]: load["load_id"] for load in statistics.newest_loads}
    assert all(load == loads.get(dataset, "") for dataset, load in content.vintage)
    kreis = saved.content_of(statistics, outlook.start(statistics, statistics.places["05758012"]), CAMPUS, "Amt")
    assert (kreis.ags, kreis.form) == ("05758012", "")


def test_it_is_renamed_and_removed_and_the_history_stays(store):
    one = save(store)
    renamed = saved.rename(store, one, "Campus Süd", actor="muster", request_id=str(uuid4()))
    assert (renamed.name, renamed.version) == ("Campus Süd", 2)
    assert renamed.content == replace(CONTENT, scenario=replace(CAMPUS, name="Campus Süd"))
    saved.remove(store, renamed, actor="muster", request_id=str(uuid4()))
    assert saved.scenarios(store) == []
    assert [change.action for change in store.history(saved.KIND, one.id)] == ["create", "change", "remove"]


def test_the_second_of_two_who_save_at_once_hears_of_the_first(store):
    one = save(store)
    save(store, replace(CONTENT, remark="die eine"), one.id, seen=1)
    with pytest.raises(Conflict) as told:
        save(store, replace(CONTENT, remark="die andere"), one.id, seen=1)
    assert told.value.current.body["remark"] == "die eine" and told.value.yours["remark"] == "die andere"
    with pytest.raises(Conflict):
        saved.rename(store, one, "Zu spät", actor="andere", request_id=str(uuid4()))
    with pytest.raises(Conflict):
        saved.remove(store, one, actor="andere", request_id=str(uuid4()))
    assert saved.scenarios(store, one.ags)[0].content.remark == "die eine"


def test_the_same_request_twice_is_one_save(store):
    id, request = str(uuid4()), str(uuid4())
    assert save(store, id=id, request=request) == save(store, id=id, request=request)
    assert len(store.history(saved.KIND, id)) == 1


@pytest.mark.parametrize(("field", "content"), [
    ("name", replace(CONTENT, scenario=Scenario.parse("continue"))), ("author", replace(CONTENT, author="  ")),
    ("author", replace(CONTENT, author="x" * 201)), ("remark", replace(CONTENT, remark="x" * 2001)),
    ("author", replace(CONTENT, author="a\x00b")), ("form", replace(CONTENT, form="odd")),
    ("ags", replace(CONTENT, ags="")),
])  # fmt: skip
def test_what_lacks_something_is_not_saved(store, field, content):
    with pytest.raises(NotUsable) as told:
        save(store, content)
    assert told.value.fields == [field] and saved.scenarios(store) == []


def test_a_name_that_no_address_can_hold_is_refused(store):
    with pytest.raises(ScenarioError):
        saved.rename(store, save(store), "a~b", actor="muster", request_id=str(uuid4()))


@pytest.mark.parametrize("wrong", [
    {"scenario": "continue~tfr_99~name_x"}, {"start_day": "gestern"}, {"vintage": [["a"]]}, {"author": ""}, {},
])  # fmt: skip
def test_one_that_cannot_be_read_is_shown_as_that_and_can_be_removed(store, wrong):
    body = {**saved.body_of(CONTENT), **wrong} if wrong else {}
    store.save(saved.KIND, "muster", body, seen_version=0, actor="muster", request_id="1", scope="12073")
    good = save(store)
    by_id = {one.id: one for one in saved.scenarios(store, "12073")}
    assert by_id[good.id] == good and by_id["muster"].content is None
    saved.remove(store, by_id["muster"], actor="muster", request_id="2")
    assert saved.scenarios(store) == [good]


def test_what_a_word_processor_puts_into_a_remark_is_kept_as_plain_text(statistics):
    start = outlook.start(statistics, statistics.places["12073"])
    found = saved.content_of(
        statistics, start, Scenario.parse("low~name_A"), "Amt\u00a0für Planung", "eins\tzwei\u00ad\r\ndrei"
    )
    assert (found.author, found.remark) == ("Amt für Planung", "eins zwei\ndrei")
    assert found.missing() == []
    assert exchange.read(statistics, exchange.export(statistics, found)).content == found
