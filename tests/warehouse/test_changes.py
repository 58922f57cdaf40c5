"""Two constructed loads: every seeded change must come back with its kind, and nothing else."""

import random
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zwk_data.catalog import breaks
from zwk_data.catalog.tidy import KEY, OBSERVATION
from zwk_data.sources.rows import sort
from zwk_data.warehouse.changes import CLASSES, Territory, between_areas, changes, not_repeated, registered, summary

Row = dict[str, Any]
Key = tuple[Any, ...]
YEARS = (2020, 2021, 2022)
PLACES = tuple(f"99{number:03d}" for number in range(1, 31))  # no Land has the key 99
GRID = ((0, 17), (18, 64), (65, None))
MOVED = (Territory("99001", date(2020, 12, 31), date(2021, 12, 31)),)


def row(ags: str = "99002", year: int = 2022, value: float | None = 100.0, **other: Any) -> Row:
    base: Row = {
        "dataset": "invented", "measure": "population", "ags": ags, "reference_date": date(year, 12, 31), "sex": "t",
        "age_set": "total", "age_from": 0, "age_to": None, "basis": "census2011", "value": value,
        "status": "missing" if value is None else "ok",
    }  # fmt: skip
    return base | other


def key_of(entry: Row) -> Key:
    return tuple(entry[name] for name in KEY if name != "dataset")


def table(rows: list[Row]) -> pa.Table:
    return sort(pa.Table.from_pylist(rows, schema=OBSERVATION))


def grid() -> dict[Key, Row]:
    """30 places, three years, both sexes and their sum, total and three age groups, two measures."""
    rows = [
        row(ags, year, 1000.0 + 7 * number + year, sex=sex, age_set=age_set, age_from=low, age_to=high, measure=measure)
        for number, ags in enumerate(PLACES)
        for year in YEARS
        for sex in "mft"
        for age_set, (low, high) in (("total", (0, None)), *(("broad3", group) for group in GRID))
        for measure in ("population", "deaths")
    ]
    return {key_of(entry): entry for entry in rows}


Seed = Callable[[Key, dict[Key, Row], dict[Key, Row]], dict[Key, str]]


def revised(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    new[key] = old[key] | {"value": old[key]["value"] + random.Random(repr(key)).choice((-50.0, 0.5, 3000.0))}
    return {key: "territory" if key[1] == "99001" and key[2].year == 2021 else "revision"}


def revised_and_provisional(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    expected = revised(key, old, new)
    new[key] |= {"status": "provisional"}
    return expected


def confirmed(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    old[key] |= {"status": "provisional"}
    return {key: "mark"}


def otherwise_empty(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    old[key] |= {"status": "missing", "value": None}
    new[key] |= {"status": "secret", "value": None}
    return {key: "mark"}


def was_missing(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    old[key] |= {"status": "missing", "value": None}
    return {key: "supplied"}


def was_secret(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    old[key] |= {"status": "secret", "value": None}
    return {key: "supplied"}


def was_not_there(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    del old[key]
    return {key: "territory" if key[1] == "99001" and key[2].year == 2021 else "supplied"}


def is_secret(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    new[key] |= {"status": "secret", "value": None}
    return {key: "withdrawn"}


def is_gone(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    del new[key]
    return {key: "territory" if key[1] == "99001" and key[2].year == 2021 else "withdrawn"}


SEEDS: tuple[Seed, ...] = (
    revised, revised_and_provisional, confirmed, otherwise_empty, was_missing, was_secret, was_not_there, is_secret,
    is_gone,
)  # fmt: skip


def seed_cells(picker: random.Random, old: dict[Key, Row], new: dict[Key, Row], count: int) -> dict[Key, str]:
    expected: dict[Key, str] = {}
    cells = [key for key in sorted(old, key=repr) if key[1] != "99030" and not _redefined(key)]
    for key in picker.sample(cells, count):
        expected |= picker.choice(SEEDS)(key, old, new)
    return expected


def seed_territory(old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    """Two places become one of a new key, in all years."""
    expected: dict[Key, str] = {}
    for key in [key for key in old if key[1] == "99030"]:
        joined = old[key] | {"ags": "99031", "value": old[key]["value"] * 2}
        new[key_of(joined)] = joined
        del new[key]
        expected |= {key: "territory", key_of(joined): "territory"}
    return expected


def seed_period(old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    """A year more; a place of a new key is a new territory there too."""
    came = [entry | {"reference_date": date(2023, 12, 31)} for key, entry in new.items() if key[2].year == 2022]
    came = [entry for entry in came if entry["value"] is not None]
    new |= {key_of(entry): entry for entry in came}
    return {key_of(entry): "territory" if entry["ags"] == "99031" else "new_period" for entry in came}


def seed_definition(old: dict[Key, Row], new: dict[Key, Row]) -> dict[Key, str]:
    """Deaths of 2020 on another basis; the population of 2022 in another age grid; another measure beside them."""
    expected: dict[Key, str] = {}
    for key, entry in list(old.items()):
        other = None
        if entry["measure"] == "deaths" and key[2].year == 2020:
            other = entry | {"basis": "census2022"}
        elif entry["measure"] == "population" and key[2].year == 2022 and entry["age_from"] == 18:
            other = entry | {"age_set": "atlas5", "age_to": 59}
        if other and key[1] != "99030":
            del new[key]
            new[key_of(other)] = other
            expected |= {key: "definition", key_of(other): "definition"}
    return expected


@pytest.mark.parametrize("seed", range(12))
def test_every_seeded_change_comes_back_with_its_kind_and_nothing_else(seed: int) -> None:
    picker = random.Random(seed)
    old = grid()
    new = {key: dict(entry) for key, entry in old.items()}
    expected = seed_cells(picker, old, new, 400)
    if seed % 2:
        expected |= seed_definition(old, new)
    if seed % 4:
        expected |= seed_territory(old, new)
    if seed % 3:
        expected |= seed_period(old, new)
    found = changes(table(list(old.values())), table(list(new.values())), MOVED).to_pylist()
    named = {key_of(entry): entry["class"] for entry in found}
    expected = {key: name for key, name in expected.items() if _changed(key, old, new)}
    assert len(found) == len(named)
    assert len(named) >= 300
    assert named == expected


def _redefined(key: Key) -> bool:
    measure, _, day, _, _, low, *_ = key
    return (measure == "deaths" and day.year == 2020) or (measure == "population" and day.year == 2022 and low == 18)


def _changed(key: Key, old: dict[Key, Row], new: dict[Key, Row]) -> bool:
    before, after = old.get(key), new.get(key)
    if before and after:
        return (before["value"], before["status"]) != (after["value"], after["status"])
    return (before or after or {"value": None})["value"] is not None


@given(st.integers(0, 10**6), st.integers(1, 60))
@settings(max_examples=25)
def test_swapping_two_loads_turns_supplied_into_withdrawn(seed: int, count: int) -> None:
    old = {key: entry for key, entry in grid().items() if key[1] < "99006"}
    new = {key: dict(entry) for key, entry in old.items()}
    seed_cells(random.Random(seed), old, new, count)
    one, other = table(list(old.values())), table(list(new.values()))
    turned = {"supplied": "withdrawn", "withdrawn": "supplied"}
    there = {key_of(entry): entry["class"] for entry in changes(one, other).to_pylist()}
    back = {key_of(entry): entry["class"] for entry in changes(other, one).to_pylist()}
    assert back == {key: turned.get(name, name) for key, name in there.items()}


def test_the_same_load_changes_nothing() -> None:
    same = table(list(grid().values()))
    assert changes(same, same).num_rows == 0


def test_a_revision_says_by_how_much_and_a_former_nought_has_no_share() -> None:
    old = table([row(value=200.0), row("99003", value=0.0)])
    new = table([row(value=150.0), row("99003", value=3.0)])
    found = changes(old, new).to_pylist()
    assert [(entry["size"], entry["percent"]) for entry in found] == [(-50.0, -25.0), (3.0, None)]


def test_dates_that_were_not_asked_for_again_are_no_withdrawal_and_lost_ones_are() -> None:
    old = table([row(year=2019), row(year=2020), row(year=2021), row(year=2022)])
    new = table([row(year=2020), row(year=2022)])
    assert [(entry["class"], entry["reference_date"].year) for entry in changes(old, new).to_pylist()] == [
        ("withdrawn", 2021)
    ]
    assert not_repeated(old, new) == [date(2019, 12, 31)]


def test_a_measure_that_was_a_year_behind_catches_up_as_a_new_period() -> None:
    births = [row(year=2021, measure="live_births"), row(year=2022, measure="live_births")]
    old = table([*births, row(year=2021, measure="deaths")])
    new = table([*births, row(year=2021, measure="deaths"), row(year=2022, measure="deaths")])
    assert [entry["class"] for entry in changes(old, new).to_pylist()] == ["new_period"]


def test_a_new_measure_at_a_known_date_is_another_definition() -> None:
    old = table([row()])
    new = table([row(), row(measure="projected_population")])
    assert [entry["class"] for entry in changes(old, new).to_pylist()] == ["definition"]


def test_another_area_in_the_later_load_makes_its_revisions_territorial() -> None:
    old = table([row(value=100.0), row(measure="area_km2", value=50.0), row("99003"), row("99003", measure="area_km2")])
    new = table([row(value=90.0), row(measure="area_km2", value=40.0), row("99003", value=99.0),
                 row("99003", measure="area_km2", value=100.5)])  # fmt: skip
    found = {(entry["ags"], entry["measure"]): entry["class"] for entry in changes(old, new).to_pylist()}
    assert found == {
        ("99002", "population"): "territory", ("99002", "area_km2"): "territory",
        ("99003", "population"): "revision", ("99003", "area_km2"): "revision",
    }  # fmt: skip


def test_registered_breaks_give_the_territories_and_census_bases_none() -> None:
    found = registered(breaks().values())
    assert Territory("16063", date(2020, 12, 31), date(2021, 12, 31)) in found
    assert all(one.ags for one in found)
    areas = [
        {"ags": "99002", "reference_date": date(2019, 12, 31), "area_km2": 10.0},
        {"ags": "99002", "reference_date": date(2023, 11, 30), "area_km2": 10.05},
        {"ags": "99002", "reference_date": date(2024, 12, 31), "area_km2": 12.0},
    ]
    assert between_areas(areas) == [Territory("99002", date(2023, 11, 30), date(2024, 12, 31))]


def test_the_summary_counts_every_class_and_names_the_biggest() -> None:
    old = table([row(f"99{n:03d}", value=100.0) for n in range(1, 9)])
    new = table([row(f"99{n:03d}", value=100.0 + n * (-1) ** n) for n in range(1, 8)] + [row("99008", value=None)])
    short = summary(changes(old, new), biggest=2)
    assert [(one.name, one.count) for one in short] == [("revision", 7), ("withdrawn", 1)]
    assert [entry["ags"] for entry in short[0].biggest] == ["99007", "99006"]
    assert {one.name for one in short} <= set(CLASSES)


def test_a_million_rows_are_compared_in_seconds() -> None:
    count = 1_000_000
    ags = pa.array([f"99{n % 11_000:06d}" for n in range(count)])
    ages = pa.array([n // 11_000 for n in range(count)], pa.int16())
    plain = {"dataset": "invented", "measure": "population", "sex": "t", "age_set": "single", "basis": "census2022",
             "status": "ok"}  # fmt: skip

    def load(add: float) -> pa.Table:
        columns = {name: pa.array([word] * count) for name, word in plain.items()}
        columns |= {"ags": ags, "age_from": ages, "age_to": ages, "reference_date": pa.array([date(2024, 12, 31)] * count),
                    "value": pa.array([float(n % 500) + (add if n % 10 == 0 else 0.0) for n in range(count)])}  # fmt: skip
        return pa.table({name: columns[name] for name in OBSERVATION.names}).cast(OBSERVATION)

    one, other = load(0.0), load(1.0)
    start = time.monotonic()
    found = changes(one, other)
    assert found.num_rows == count // 10
    assert time.monotonic() - start < 30
