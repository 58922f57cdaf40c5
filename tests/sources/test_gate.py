"""The gate, held against the real figures of the snapshot: they pass as they are, and no damaged copy of them does."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources.errors import Implausible, Incomplete, ParseError, SourceError, UnknownPlaces
from zwk_data.sources.gate import Before, Places, passed, places_by_date
from zwk_data.sources.provider import Scope
from zwk_data.sources.rows import dropped_of
from zwk_data.warehouse import Statistics
from zwk_data.warehouse.live import scope_of
from zwk_data.warehouse.paths import SNAPSHOT

DATASETS = sorted(path.stem for path in SNAPSHOT.glob("*.parquet") if path.stem != "places")
# Figures of persons whose unit or sign a slip could change.
COUNTED = (
    "eurostat_demo_r_births", "eurostat_demo_r_deaths", "eurostat_demo_r_pjangrp3", "gvisys_2022", "regio_12411_02_03_4",
)  # fmt: skip


def figures(dataset: str) -> pa.Table:
    return pq.read_table(SNAPSHOT / f"{dataset}.parquet")


def with_values(table: pa.Table, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index("value"), "value", values)


@pytest.fixture(scope="module")
def scope(statistics: Statistics) -> Scope:
    return scope_of(statistics)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_real_figures_pass_unchanged(dataset: str, scope: Scope):
    table = figures(dataset)
    assert passed(table, dataset, scope).equals(table)


@pytest.mark.parametrize("dataset", COUNTED)
@pytest.mark.parametrize("factor", [1000.0, 0.001, 100.0, -1.0])
def test_a_column_in_another_unit_or_with_another_sign_is_refused(dataset: str, factor: float, scope: Scope):
    table = figures(dataset)
    with pytest.raises(Implausible) as refused:
        passed(with_values(table, pc.multiply(table["value"], factor)), dataset, scope)
    assert refused.value.reason_de.endswith(".")


@given(st.data())
def test_one_flipped_sign_anywhere_is_refused(scope: Scope, data: st.DataObject):
    dataset = data.draw(st.sampled_from(COUNTED))
    table = figures(dataset).slice(0, 4000)
    positive = pc.indices_nonzero(pc.fill_null(pc.greater(table["value"], 0), False)).to_pylist()
    row = data.draw(st.sampled_from(positive))
    values = table["value"].to_pylist()
    values[row] = -values[row]
    with pytest.raises(Implausible):
        passed(with_values(table, pa.chunked_array([values])), dataset, scope)


@given(st.data())
def test_one_total_of_a_town_a_thousandfold_is_refused(scope: Scope, data: st.DataObject):
    table = figures("gvisys_2022")
    towns = [
        row
        for row, (key, sex, measure) in enumerate(
            zip(table["ags"].to_pylist(), table["sex"].to_pylist(), table["measure"].to_pylist(), strict=True)
        )
        if sex == "t" and measure == "population" and scope.population.get(key, 0) >= 1000
    ]
    row = data.draw(st.sampled_from(towns))
    values = table["value"].to_pylist()
    values[row] *= 1000
    with pytest.raises(Implausible):
        passed(with_values(table, pa.chunked_array([values])), "gvisys_2022", scope)


@given(st.data())
def test_one_age_group_that_misses_the_sum_is_refused(scope: Scope, data: st.DataObject):
    table = figures("regio_12411_02_03_4").slice(0, 2000)
    groups = pc.indices_nonzero(pc.not_equal(table["age_set"], "total")).to_pylist()
    row = data.draw(st.sampled_from(groups))
    values = table["value"].to_pylist()
    values[row] += 7
    with pytest.raises(Implausible):
        passed(with_values(table, pa.chunked_array([values])), "regio_12411_02_03_4", scope)


def test_identical_repetitions_are_dropped_and_counted(scope: Scope):
    table = figures("eurostat_demo_r_births")
    made = passed(pa.concat_tables([table, table.slice(10, 25)]), "eurostat_demo_r_births", scope)
    assert made.equals(table)
    assert dropped_of(made) == {"repeated_rows": 25}


def test_a_key_with_two_values_is_refused(scope: Scope):
    table = figures("eurostat_demo_r_births")
    other = with_values(table.slice(10, 1), pa.chunked_array([[1.0]]))
    with pytest.raises(ParseError, match="two values"):
        passed(pa.concat_tables([table, other]), "eurostat_demo_r_births", scope)


def observation(ags: str, day: date, value: float | None, status: str = "ok") -> dict[str, object]:
    return {
        "dataset": "d", "measure": "population", "ags": ags, "reference_date": day, "sex": "t", "age_set": "total",
        "age_from": 0, "age_to": None, "basis": "census2022", "value": value, "status": status,
    }  # fmt: skip


def rows(*observations: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(observations), schema=OBSERVATION)


KNOWN = Scope({}, level_of={"05758": "kreis", "05758012": "gemeinde"})
OLD, NEW = date(2012, 12, 31), date(2024, 12, 31)


def test_a_new_key_with_a_value_at_the_newest_date_is_refused_and_named():
    table = rows(observation("05758", NEW, 1.0), observation("05758999", NEW, 2.0))
    with pytest.raises(UnknownPlaces) as refused:
        passed(table, "d", KNOWN)
    assert "05758999" in refused.value.reason_de
    assert "Gemeindeverzeichnis" in refused.value.reason_de


def test_a_dissolved_place_between_two_editions_of_the_register_is_left_out_and_counted():
    table = rows(observation("05758", NEW, 1.0), observation("05758999", OLD, 2.0),
                 observation("05758999", NEW, None, "missing"))  # fmt: skip
    made = passed(table, "d", KNOWN)
    assert made["ags"].to_pylist() == ["05758"]
    assert dropped_of(made) == {"unknown_former_places": 1}


@pytest.mark.parametrize(
    ("column", "word"),
    [("measure", "inhabitants"), ("sex", "x"), ("age_set", "mine"), ("basis", "2030"), ("status", "?")],
)
def test_an_unknown_word_is_refused(column: str, word: str):
    with pytest.raises(ParseError, match=column):
        passed(rows({**observation("05758", NEW, 1.0), column: word}), "d", KNOWN)


@pytest.mark.parametrize(("value", "status"), [(None, "ok"), (0.0, "secret"), (5.0, "missing")])
def test_a_status_that_contradicts_its_value_is_refused(value: float | None, status: str):
    with pytest.raises(ParseError, match="status"):
        passed(rows(observation("05758", NEW, value, status)), "d", KNOWN)


def test_nothing_at_all_is_refused():
    with pytest.raises(Incomplete):
        passed(rows(), "d", KNOWN)


def test_a_column_more_or_less_is_no_observation():
    table = rows(observation("05758", NEW, 1.0))
    for other in (table.drop_columns("status"), table.append_column("note", pa.array(["x"]))):
        with pytest.raises(ParseError):
            passed(other, "d", KNOWN)


# --- what a new load may lose ----------------------------------------------------------------------------------------


def before_and_after(old: dict[date, int], new: dict[date, int]) -> Before:
    return Before({day: Places(n, n) for day, n in old.items()}, {day: Places(n, n) for day, n in new.items()})


@pytest.mark.parametrize(("valued", "refused"), [(330, False), (310, True), (0, True)])
def test_values_may_become_secret_but_not_most_of_them(valued: int, refused: bool):
    before = Before({NEW: Places(400, 400)}, {NEW: Places(400, valued)})
    if refused:
        with pytest.raises(Incomplete):
            before.refuse_shrunken()
    else:
        before.refuse_shrunken()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({OLD: 400, NEW: 400}, {OLD: 400}),  # the newest date is gone
        ({OLD: 400, NEW: 400}, {OLD: 400, NEW: 380}),  # five in a hundred places are gone
        ({OLD: 1, date(2018, 12, 31): 1, NEW: 1}, {OLD: 1, NEW: 1}),  # a date in the middle is gone
    ],
)
def test_a_load_that_lost_a_date_or_places_is_refused(old: dict[date, int], new: dict[date, int]):
    with pytest.raises(Incomplete) as refused:
        before_and_after(old, new).refuse_shrunken()
    assert refused.value.reason_de.endswith(".")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {NEW: 400}),
        ({OLD: 400, NEW: 400}, {NEW: 400}),  # earlier years were not asked for again
        ({OLD: 400}, {OLD: 400, NEW: 400}),
        ({NEW: 10_960}, {NEW: 10_750}),  # a reform of Gemeinden
    ],
)
def test_what_was_not_asked_for_again_and_a_reform_are_no_loss(old: dict[date, int], new: dict[date, int]):
    before_and_after(old, new).refuse_shrunken()


def test_the_load_in_force_is_counted_from_its_file(tmp_path: Path):
    pq.write_table(rows(observation("05758", NEW, 1.0), observation("05758012", NEW, None, "secret")), tmp_path / "a")
    assert places_by_date(tmp_path / "a") == {NEW: Places(2, 1, frozenset({"05758"}))}


def test_a_date_is_held_against_the_newest_load_that_has_values_for_it():
    """A full load, then one of the newest date alone, must not open the gate for a cut older date."""
    before = Before()
    before.fall_back_on({NEW: Places(400, 400)})
    before.fall_back_on({OLD: Places(400, 400), NEW: Places(400, 390)})
    assert before.old == {OLD: Places(400, 400), NEW: Places(400, 400)}
    before.new = {OLD: Places(40, 40)}
    with pytest.raises(Incomplete):
        before.refuse_shrunken()


def test_the_gemeinden_of_a_kreis_never_vanish_at_once():
    both = frozenset({"05758", "05770"})
    before = Before({NEW: Places(10_000, 10_000, both)}, {NEW: Places(9_991, 9_991, frozenset({"05770"}))})
    with pytest.raises(Incomplete) as refused:
        before.refuse_shrunken()
    assert "05758" in refused.value.reason_de


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_no_figure(value: float):
    with pytest.raises(ParseError):
        passed(rows(observation("05758", NEW, value)), "d", KNOWN)


def test_an_accepted_load_is_not_judged_again_by_what_is_known_today():
    table = rows(observation("05758", NEW, -1.0), observation("05758999", NEW, 2.0))
    assert passed(table, "d", KNOWN, accepted=True)["ags"].to_pylist() == ["05758"]


def test_an_age_group_that_is_missing_altogether_is_refused(scope: Scope):
    table = figures("regio_12411_02_03_4")
    with pytest.raises(Incomplete):
        passed(table.filter(pc.not_equal(table["age_from"], 20)), "regio_12411_02_03_4", scope)


def test_every_refusal_is_a_source_error():
    for error in (Implausible, Incomplete, ParseError, UnknownPlaces):
        assert issubclass(error, SourceError)
