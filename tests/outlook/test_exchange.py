"""Scenarios as files: the same to the byte after export, import, export; everything that does not fit is named."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data import outlook
from zwk_data.language import Language
from zwk_data.outlook import exchange, saved
from zwk_data.outlook.saved import Content
from zwk_data.projection.scenario import Change, Scenario

CAMPUS = Scenario.parse(
    "high~tfr_1.6~e0_2~in18_50~out25_-20~homes_2026_2030_50_2.1_60~event_2027_300_18~name_Campus Nord"
)


@pytest.fixture
def content(statistics):
    start = outlook.start(statistics, statistics.places["12073"])
    return saved.content_of(statistics, start, CAMPUS, "Amt für Muster", "Beschluss\nMuster „x“")


def told(statistics, content):
    return json.loads(exchange.export(statistics, content))


def problems(statistics, document, code="de"):
    file = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(exchange.NotImported) as error:
        exchange.read(statistics, file, Language(code))
    return error.value.problems


def test_a_file_says_everything_that_is_assumed_and_what_it_rests_on(statistics, content):
    found = told(statistics, content)
    assert (found["format"], found["version"], found["name"]) == ("zwk-scenario", 1, "Campus Nord")
    assert found["place"] == {"ags": "12073", "name": "Landkreis Uckermark"}
    assert found["start_day"] == "2024-12-31" and found["author"] == "Amt für Muster"
    preset, births, *_, event = found["assumptions"]
    assert preset == {"preset": "high"}
    assert (births["lever"], births["label"], births["values"]) == ("tfr", "Geburten je Frau", {"value": 1.6})
    assert "fünf Jahren" in births["meaning"]
    assert event["lever"] == "event" and list(event["values"].values()) == [2027, 300, 18]
    assert {row["dataset"] for row in found["data"]} == {dataset for dataset, _ in content.vintage}


def test_export_import_export_is_the_same_to_the_byte(statistics, content):
    file = exchange.export(statistics, content)
    found = exchange.read(statistics, file)
    assert found.content == content and found.other_loads == ()
    assert exchange.export(statistics, found.content) == file


LEVERS = st.sampled_from(["tfr_1.2345", "e0_-3.5", "in0_7", "in50_-0.125", "out18_1000", "out65_3", "event_2030_-50_99",
                          "event_2031_40_65_5", "homes_2025_2050_3_1.9_0"])  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=60)


@given(
    preset=st.sampled_from(["continue", "low", "high", "none"]), changes=st.lists(LEVERS, unique=True, max_size=6),
    name=TEXTS.filter(lambda text: text.strip() and "~" not in text and "," not in text), author=TEXTS,
    remark=st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" \n"), max_size=300),
    form=st.sampled_from(["", "scaled", "kreis"]), day=st.dates(),
    vintage=st.lists(st.tuples(TEXTS, TEXTS), max_size=3),
)  # fmt: skip
def test_whatever_is_kept_survives_the_way_through_a_file(
    statistics, preset, changes, name, author, remark, form, day, vintage
):
    scenario = Scenario(preset, tuple(Change.parse(text) for text in changes), name)
    content = Content(scenario, author, "05758012", day, tuple(vintage), form, remark)
    if content.missing():
        return
    file = exchange.export(statistics, content)
    found = exchange.read(statistics, file).content
    assert found == content and exchange.export(statistics, found) == file


def test_other_loads_are_named(statistics, content):
    first, *others = content.vintage
    other = replace(content, vintage=((first[0], "1@old"), *others))
    assert exchange.read(statistics, exchange.export(statistics, other)).other_loads == (first[0],)


@pytest.mark.parametrize(("field", "value", "said"), [
    ("scenario", "high~tfr_9~name_x", "Geburten je Frau »9.0« (0 … 4)"), ("scenario", "bad", "»bad«"),
    ("scenario", 7, "»scenario«"), ("place", {"ags": "99999"}, "Schlüssel »99999«"), ("place", "12073", "»place«"),
    ("place", {"name": "x"}, "»place«"), ("start_day", "31.12.2024", "»start_day« ist nicht lesbar: \"31.12.2024\""),
    ("start_day", 2024, "»start_day«"), ("data", "x", "»data«"), ("data", [{"dataset": 1, "load": "x"}], "»data«"),
    ("author", " ", "»author«"), ("author", None, "»author«"), ("remark", "x" * 3000, "»remark«"),
    ("form", "odd", "»form«"), ("name", "Anders", "nicht der des Szenarios"),
    ("assumptions", [], "»assumptions«"), ("assumptions", "x", "»assumptions«"),
    ("version", 2, "Fassung 2"), ("format", "other", "kein exportiertes Szenario"),
])  # fmt: skip
def test_what_does_not_fit_is_named(statistics, content, field, value, said):
    (problem,) = problems(statistics, {**told(statistics, content), field: value})
    assert said in problem


@pytest.mark.parametrize("field", exchange.FIELDS[2:])
def test_a_missing_field_is_named(statistics, content, field):
    document = told(statistics, content)
    del document[field]
    assert f"Das Feld »{field}« fehlt." in problems(statistics, document)


def test_all_that_does_not_fit_is_named_at_once(statistics, content):
    document = {**told(statistics, content), "place": {"ags": "0"}, "start_day": "x", "odd": 1, "form": 3}
    found = problems(statistics, document)
    assert len(found) == 4 and all(
        any(f"»{part}«" in one for one in found) for part in ("0", "start_day", "odd", "form")
    )


@pytest.mark.parametrize(("file", "said"), [
    (b"", "JSON"), (b"\xff\xfe", "JSON"), (b"[1]", "kein exportiertes"), (b"{", "JSON"), (b'{"a": NaN}', "JSON"),
    (b"[" * 60_000, "JSON"), (b" " * 70_000, "64 kB"), (b"null", "kein exportiertes"),
])  # fmt: skip
def test_what_is_no_scenario_at_all_is_refused(statistics, file, said):
    (problem,) = problems(statistics, file)
    assert said in problem


def test_the_reader_is_told_in_the_language_of_the_reader(statistics, content):
    document = told(statistics, content)
    del document["author"]
    assert problems(statistics, document, "en") == ["The field “author” is missing."]


def test_the_assumptions_may_be_worded_otherwise_but_not_be_others(statistics, content):
    document = told(statistics, content)
    document["assumptions"][1]["label"] = "Other words of a later version"
    assert exchange.read(statistics, json.dumps(document).encode()).content.start_day == date(2024, 12, 31)
    document["assumptions"][1]["values"] = {"value": 1.7}
    assert "»assumptions«" in problems(statistics, document)[0]


@pytest.mark.parametrize("field", ["ags", "dataset"])
def test_half_a_character_ends_in_a_refusal_and_not_in_a_broken_page(statistics, field):
    start = outlook.start(statistics, statistics.places["12073"])
    told = json.loads(
        exchange.export(statistics, saved.content_of(statistics, start, Scenario.parse("low~name_A"), "Amt"))
    )
    (told["place"] if field == "ags" else told["data"][0])[field] = "\ud800"
    with pytest.raises(exchange.NotImported) as refused:
        exchange.read(statistics, json.dumps(told).encode())
    assert refused.value.problems == ["Die Datei ist kein lesbares JSON."]


def test_a_land_is_refused_by_name(statistics):
    start = outlook.start(statistics, statistics.places["12073"])
    told = json.loads(
        exchange.export(statistics, saved.content_of(statistics, start, Scenario.parse("low~name_A"), "Amt"))
    )
    told["place"]["ags"] = "12"
    with pytest.raises(exchange.NotImported) as refused:
        exchange.read(statistics, json.dumps(told).encode())
    assert "Brandenburg" in refused.value.problems[0]
