import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.catalog.tidy import AGE_SETS, BASES, KEY, OBSERVATION, STATUSES, STATUSES_WITH_VALUE
from zwk_data.sources.errors import ParseError
from zwk_data.sources.eurostat import (
    SEVERITY,
    flag_rank,
    notes,
    parse_parts,
    parse_tsv,
)
from zwk_data.sources.eurostat_tsv import read_layout, stream_tsv
from zwk_data.sources.json_stat import parse_json_stat

EXCERPTS = Path(__file__).parents[1] / "excerpts"
POPULATION = EXCERPTS / "eurostat_demo_r_pjangrp3.tsv"
OLD_LAYOUT = EXCERPTS / "eurostat_demo_r_pjangrp3_old_layout.tsv"
DEATHS = EXCERPTS / "eurostat_demo_r_magec3.tsv"
AGS_OF = {"DE300": "11000", "DEA43": "05758", "DE80J": "13071"}


def population(raw: bytes | Path = POPULATION) -> pa.Table:
    return parse_tsv(raw, "eurostat_demo_r_pjangrp3", AGS_OF)


def value(table: pa.Table, ags: str, day: date, age_from: int = 0, age_set: str = "total", sex: str = "t") -> Any:
    wanted = {"ags": ags, "reference_date": day, "age_from": age_from, "age_set": age_set, "sex": sex}
    rows = [r for r in table.to_pylist() if all(r[k] == v for k, v in wanted.items())]
    assert len(rows) == 1
    return rows[0]["value"], rows[0]["status"]


def tsv(*rows: str, header: str = "freq,sex,unit,age,geo\\TIME_PERIOD\t2020 \t2021 ") -> bytes:
    return "".join(f"{line}\r\n" for line in (header, *rows)).encode()


def test_published_totals_come_back_on_the_31_december_before() -> None:
    table = population()
    assert value(table, "DG", date(2021, 12, 31)) == (83237124, "ok")
    assert value(table, "05758", date(2021, 12, 31)) == (250635, "ok")
    assert value(table, "05758", date(2013, 12, 31)) == (248988, "ok")


def test_the_table_is_tidy_sorted_and_without_duplicates() -> None:
    table = population()
    assert table.schema.equals(OBSERVATION)
    assert table.select(KEY).equals(table.select(KEY).sort_by([(k, "ascending") for k in KEY]))
    assert table.select(KEY).group_by(list(KEY)).aggregate([]).num_rows == table.num_rows
    assert set(pc.unique(table["age_set"]).to_pylist()) <= set(AGE_SETS)
    assert set(pc.unique(table["basis"]).to_pylist()) <= set(BASES)


def test_the_old_layout_gives_the_same_table() -> None:
    assert population(OLD_LAYOUT).equals(population())


def test_packed_and_plain_bytes_give_the_same_table() -> None:
    raw = POPULATION.read_bytes()
    assert population(raw).equals(population(gzip.compress(raw)))


def test_berlin_is_a_land_and_a_kreis() -> None:
    table = population()
    assert value(table, "11", date(2021, 12, 31)) == value(table, "11000", date(2021, 12, 31)) == (3677472, "ok")


def test_the_open_group_never_overlaps_its_parts() -> None:
    table = population()
    assert set(pc.unique(table["age_from"]).to_pylist()) == {0, 80, 85}
    assert value(table, "05758", date(2017, 12, 31), 85, "five_year") == (8463, "computed")
    assert value(table, "05758", date(2018, 12, 31), 85, "five_year") == (8362, "ok")
    open_groups = table.filter(pc.field("age_from") == 85)
    assert open_groups["age_to"].null_count == open_groups.num_rows


def test_regions_of_level_two_and_foreign_codes_are_left_out() -> None:
    table = population()
    assert set(pc.unique(table["ags"]).to_pylist()) == {"DG", "11", "11000", "05758"}
    assert notes(table)["nuts2_rows_dropped"] == 3 * 7 * 9  # sexes, ages of the excerpt, years; one region
    assert notes(table)["unmapped"] == []


def test_an_unmapped_kreis_is_reported() -> None:
    table = parse_tsv(POPULATION, "eurostat_demo_r_pjangrp3", {"DE300": "11000"})
    assert notes(table)["unmapped"] == ["DEA43"]


def test_deaths_stand_at_the_end_of_their_year_and_missing_stays_missing() -> None:
    table = parse_tsv(DEATHS, "eurostat_demo_r_magec3", AGS_OF)
    assert value(table, "05758", date(2021, 12, 31)) == (3192, "ok")
    assert value(table, "05758", date(2021, 12, 31), 85, "five_year") == (638 + 748, "computed")
    assert value(table, "05758", date(2018, 12, 31), 85, "five_year") == (None, "missing")
    assert value(table, "05758", date(2020, 12, 31), 85, "five_year") == (None, "missing")  # one part is missing
    without = parse_tsv(DEATHS, "eurostat_demo_r_magec3", AGS_OF, keep_missing=False)
    assert without["value"].null_count == 0
    assert without.num_rows == table.num_rows - table["value"].null_count


def test_births_are_read_from_tabs_and_from_commas() -> None:
    tabs = parse_tsv(EXCERPTS / "eurostat_live_births.tsv", "eurostat_demo_r_births", AGS_OF)
    commas = parse_tsv(EXCERPTS / "eurostat_births_commas.tsv", "eurostat_demo_r_births", AGS_OF)
    assert value(tabs, "05758", date(2021, 12, 31)) == value(commas, "05758", date(2021, 12, 31)) == (2368, "ok")
    assert set(pc.unique(tabs["basis"]).to_pylist()) == {"pre2011", "census2011"}


def test_the_stream_keeps_all_regions_and_flags() -> None:
    long = stream_tsv(POPULATION).read_all()
    france = [r for r in long.to_pylist() if r["geo"] == "FR" and r["age"] == "TOTAL" and r["sex"] == "F"]
    assert {r["year"]: (r["value"], r["flag"]) for r in france}[2021] == (34939338, "p")
    assert long.schema.names == ["freq", "sex", "unit", "age", "geo", "year", "value", "flag"]
    assert long["value"].null_count == 0


def test_the_stream_is_the_same_in_small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stream_tsv(POPULATION).read_all().to_pylist()
    monkeypatch.setattr("zwk_data.sources.eurostat_tsv.BLOCK_BYTES", 1000)
    blocks = stream_tsv(POPULATION).read_all().to_pylist()
    assert sorted(whole, key=str) == sorted(blocks, key=str)


@pytest.mark.parametrize(
    ("flag", "status"),
    [
        ("", "ok"), ("b", "ok"), ("d", "ok"), ("r", "ok"), ("p", "provisional"), ("bp", "provisional"),
        ("e", "estimated"), ("ep", "estimated"), ("bep", "estimated"), ("s", "estimated"), ("i", "estimated"),
        ("u", "unreliable"), ("c", "secret"), ("e|N", "secret"), ("z", "not_available"),
    ],
)  # fmt: skip
def test_every_flag_has_its_status(flag: str, status: str) -> None:
    assert SEVERITY[flag_rank(flag)] == status


def test_flags_are_counted_and_decide_the_status() -> None:
    table = population(tsv("A,T,NR,TOTAL,DE\t80 ep\t81 b", "A,T,NR,TOTAL,DEA43\t: c\t: "))
    assert notes(table)["flags"] == {"b": 1, "c": 1, "ep": 1}
    assert value(table, "DG", date(2019, 12, 31)) == (80, "estimated")
    assert value(table, "DG", date(2020, 12, 31)) == (81, "ok")
    assert value(table, "05758", date(2019, 12, 31)) == (None, "secret")
    assert value(table, "05758", date(2020, 12, 31)) == (None, "missing")


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-(10**9), 10**9), st.decimals(0, 999, places=1).map(float)),
            st.sampled_from(["", "p", "e", "bep", "c", "e|N"]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_every_cell_comes_back_as_it_was_written(cells: list[tuple[float | None, str]]) -> None:
    rows = (
        f"A,T,NR,TOTAL,X{i}\t{':' if v is None else v} {f}\t: " for i, (v, f) in enumerate(cells)
    )  # fmt: skip
    long = stream_tsv(tsv(*rows)).read_all()
    got = {r["geo"]: (r["value"], r["flag"]) for r in long.to_pylist()}
    assert got == {f"X{i}": (v, f) for i, (v, f) in enumerate(cells) if v is not None or f}


def test_the_basis_since_2022_follows_the_total_of_germany() -> None:
    header = "freq,sex,unit,age,geo\\TIME_PERIOD\t2022 \t2023 \t2024 "
    revised = population(tsv("A,T,NR,TOTAL,DE\t83237124 \t83118501 \t83456045 ", header=header))
    older = population(tsv("A,T,NR,TOTAL,DE\t83237124 \t84358845 b\t84669326 ", header=header))
    assert revised["basis"].to_pylist() == ["census2011", "census2022", "census2022"]
    assert older["basis"].to_pylist() == ["census2011"] * 3
    both = population(tsv("A,T,NR,TOTAL,DE\t83237124 \t84358845 b\t83456045 ", header=header))
    assert both["basis"].to_pylist() == ["census2011", "census2011", "census2022"]
    with pytest.raises(ParseError):
        population(tsv("A,T,NR,TOTAL,DEA43\t1 \t2 \t3 ", header=header))


def test_the_basis_of_a_date_does_not_depend_on_the_first_year_asked_for() -> None:
    cells = {2022: 83237124, 2023: 83118501, 2024: 83456045, 2025: 83577140, 2026: 84_100_000, 2027: 84_200_000}
    for first in cells:  # Germany may grow beyond 84 million again; the last two are invented
        asked = [year for year in cells if year >= first]
        line = "\t".join(f"{cells[year]} " for year in asked)
        years = "\t".join(f"{year} " for year in asked)
        found = population(tsv(f"A,T,NR,TOTAL,DE\t{line}", header=f"freq,sex,unit,age,geo\\TIME_PERIOD\t{years}"))
        assert found["basis"].to_pylist() == ["census2011" if year == 2022 else "census2022" for year in asked]


def test_unknown_ages_are_dropped_and_counted() -> None:
    table = population(tsv("A,T,NR,TOTAL,DE\t80 \t81 ", "A,T,NR,UNK,DE\t0 \t3 "))
    assert table.num_rows == 2
    assert (notes(table)["unknown_age_rows"], notes(table)["unknown_age_persons"]) == (1, 3)


def test_identical_copies_are_dropped_and_contradictions_refused() -> None:
    row = "A,T,NR,TOTAL,DE\t80 \t81 "
    assert notes(population(tsv(row, row)))["duplicate_rows_dropped"] == 2
    with pytest.raises(ParseError):
        population(tsv(row, "A,T,NR,TOTAL,DE\t80 \t82 "))


def test_a_contradiction_between_the_open_groups_is_counted() -> None:
    table = population(tsv("A,T,NR,Y85-89,DE\t1 \t1 ", "A,T,NR,Y_GE90,DE\t1 \t1 ", "A,T,NR,Y_GE85,DE\t2 \t3 "))
    assert notes(table)["open_group_contradictions"] == 1


def test_the_newer_nuts_code_wins_for_the_same_kreis() -> None:
    raw = tsv("A,T,NR,TOTAL,DEG0P\t118 \t117 ", "A,T,NR,TOTAL,DEG0R\t: \t159 ")
    table = parse_tsv(raw, "eurostat_demo_r_pjangrp3", {"DEG0P": "16063"})
    assert table["value"].to_pylist() == [118, 159]


SUHL, ILM = {"DEG04": "16054", "DEG0S": "16054"}, {"DEG0F": "16070", "DEG0T": "16070"}


def vintages(*rows: str) -> list[tuple[str, int, float]]:
    header = "freq,unit,geo\\TIME_PERIOD\t2017 \t2018 \t2019 \t2020 "
    table = parse_tsv(tsv(*rows, header=header), "eurostat_demo_r_births", {**SUHL, **ILM})
    return [(r["ags"], r["reference_date"].year, r["value"]) for r in table.to_pylist() if r["value"] is not None]


def test_two_vintages_of_nuts_are_never_mixed_inside_a_bridge() -> None:
    """The old Suhl and Ilm-Kreis together have what the new ones have; one of each would count villages twice."""
    old, half = ("A,NR,DEG04\t1 \t1 \t1 \t: ", "A,NR,DEG0F\t9 \t9 \t9 \t: "), "A,NR,DEG0S\t: \t: \t3 \t3 "
    assert vintages(*old, half, "A,NR,DEG0T\t: \t: \t: \t7 ") == [
        ("16054", 2017, 1), ("16054", 2018, 1), ("16054", 2019, 1), ("16054", 2020, 3),
        ("16070", 2017, 9), ("16070", 2018, 9), ("16070", 2019, 9), ("16070", 2020, 7),
    ]  # fmt: skip


def test_figures_cast_back_for_a_part_of_the_years_do_not_make_a_leap_before_the_reform() -> None:
    """2018 exists in both vintages, 2017 only in the older: the older line goes on to the registered break of 2019."""
    old = ("A,NR,DEG04\t1 \t1 \t1 \t: ", "A,NR,DEG0F\t9 \t9 \t9 \t: ")
    new = ("A,NR,DEG0S\t: \t3 \t3 \t3 ", "A,NR,DEG0T\t: \t7 \t7 \t7 ")
    values = vintages(*old, *new)
    assert [value for ags, _, value in values if ags == "16054"] == [1, 1, 3, 3]
    assert [value for ags, _, value in values if ags == "16070"] == [9, 9, 7, 7]
    whole = vintages(*old, *(row.replace("\t: ", "\t4 ") for row in new))
    assert [value for ags, _, value in whole if ags == "16054"] == [4, 3, 3, 3]


def test_eisenach_is_not_listed_beside_a_wartburgkreis_that_contains_it() -> None:
    header = "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 "
    rows = ("A,NR,DEG0N\t4 \t4 ", "A,NR,DEG0P\t10 \t10 ", "A,NR,DEG0R\t: \t14 ")
    table = parse_tsv(tsv(*rows, header=header), "eurostat_demo_r_births", {"DEG0P": "16063"})
    assert [(r["ags"], r["value"]) for r in table.to_pylist()] == [("16056", 4), ("16063", 10), ("16063", 14)]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<html>", b"sex,geo\\time\n", tsv("A,T,NR,TOTAL,DE\tx1 \t81 "), tsv("A,T,NR,TOTAL,DE\t1.2.3\t81 "),
        tsv("A,T,NR,DE\t80 \t81 "), tsv("A,X,NR,TOTAL,DE\t80 \t81 "), tsv("A,T,PC,TOTAL,DE\t80 \t81 "),
        tsv("A,T,NR,Y5-7,DE\t80 \t81 "), tsv("A,T,NR,TOTAL,DE\t80 "), gzip.compress(POPULATION.read_bytes())[:-100],
    ],
    ids=["empty", "html", "no years", "letters", "dots", "key", "sex", "unit", "age", "short row", "cut gzip"],
)  # fmt: skip
def test_unknown_layouts_and_words_are_refused(raw: bytes) -> None:
    with pytest.raises(ParseError):
        population(raw)


def test_the_header_is_read_by_name() -> None:
    layout = read_layout("unit,sex,geo\\time\t2022 \t2021 ")
    assert (layout.dims, layout.periods, layout.delimiter) == (("unit", "sex", "geo"), (2022, 2021), "\t")


# --- JSON-stat -------------------------------------------------------------------------------------------------------


def document(**changes: Any) -> bytes:
    """Two regions and two years; one value missing, one flagged."""
    base = {
        "version": "2.0", "class": "dataset", "id": ["geo", "time"], "size": [2, 2],
        "value": {"3": 4, "0": 1, "1": 2}, "status": {"1": "p"},
        "dimension": {
            "geo": {"category": {"index": {"DE": 0, "DEA43": 1}}},
            "time": {"category": {"index": {"2020": 0, "2021": 1}}},
        },
    }  # fmt: skip
    return json.dumps({**base, **changes}).encode()


def cells(raw: bytes, **options: Any) -> list[tuple[str, int, float | None, str]]:
    return [(r["geo"], r["year"], r["value"], r["flag"]) for r in parse_json_stat(raw, **options).to_pylist()]


WHOLE = [("DE", 2020, 1, ""), ("DE", 2021, 2, "p"), ("DEA43", 2020, None, ""), ("DEA43", 2021, 4, "")]


def test_cells_are_counted_row_major() -> None:
    assert cells(document()) == WHOLE
    assert cells(document(), keep_missing=False) == [WHOLE[0], WHOLE[1], WHOLE[3]]


def test_values_and_flags_may_be_lists() -> None:
    assert cells(document(value=[1, 2, None, 4], status=[None, "p", None, None])) == WHOLE


def test_categories_may_be_lists_or_labels() -> None:
    listed = {"geo": {"category": {"index": ["DE", "DEA43"]}}, "time": {"category": {"index": ["2020", "2021"]}}}
    assert cells(document(dimension=listed)) == WHOLE
    single = {**listed, "geo": {"category": {"label": {"DE": "Germany"}}}}
    assert cells(document(dimension=single, size=[1, 2], value=[1, 2])) == WHOLE[:2]


def test_the_order_of_categories_is_the_index_not_the_text() -> None:
    turned = {
        "geo": {"category": {"index": {"DEA43": 1, "DE": 0}}},
        "time": {"category": {"index": {"2021": 1, "2020": 0}}},
    }
    assert cells(document(dimension=turned)) == WHOLE


def test_periods_declared_empty_are_left_out() -> None:
    empty = document(extension={"positions-with-no-data": {"time": [0]}}, value={"1": 2, "3": 4})
    assert cells(empty) == [WHOLE[1], WHOLE[3]]


@pytest.mark.parametrize(
    "changes",
    [
        {"size": [2, 3]}, {"size": [2]}, {"value": {"4": 1}}, {"value": {"-1": 1}}, {"value": {"x": 1}},
        {"value": [1, 2]}, {"value": {"0": "one"}}, {"value": {"0": "5"}}, {"value": {"0": "1,5"}}, {"value": {"0": [1]}},
        {"value": {"0": True}}, {"value": {"1e0": 1}}, {"value": {"": 1}}, {"dimension": {}}, {"id": ["geo"]}, {"status": {"9": "p"}},
    ],
)  # fmt: skip
def test_documents_that_do_not_fit_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        parse_json_stat(document(**changes))


@pytest.mark.parametrize(
    "text",
    ['"0":1,,"1":2', '"0":1,"1":2,', ',"0":1', '"0":1 2', '"0" 1', '0:1:2', '"0":1"1":2', '"0":01e', '"0":--1',
     '"0":nul', '"0":1,"0":2', '"0":1.2.3'],
)  # fmt: skip
def test_cells_that_are_not_json_are_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_json_stat(document().replace(b'{"3": 4, "0": 1, "1": 2}', b"{" + text.encode() + b"}"))


def test_a_cell_that_comes_twice_with_the_same_value_counts_once() -> None:
    twice = document().replace(b'"1": 2}', b'"1": 2, "1": 2, "0": 1.0}')
    assert cells(twice) == WHOLE


def test_values_are_read_whatever_the_blanks_and_wherever_they_stand() -> None:
    assert cells(json.dumps(json.loads(document()), separators=(",", ":")).encode()) == WHOLE
    assert cells(json.dumps(json.loads(document()), indent=2).encode()) == WHOLE
    decoy = document(extension={"value": {"0": 9, "1": 9}}, label='a "value": {"0": 8} in a text')
    assert cells(decoy) == WHOLE
    first = {"extension": {"value": {"0": 9}}, **json.loads(document())}
    assert cells(json.dumps(first).encode()) == WHOLE
    assert cells(document(value={"0": 1, "1": 2, "2": None, "3": 4e0})) == WHOLE
    assert cells(b"\xef\xbb\xbf" + document()) == WHOLE


@given(st.dictionaries(st.integers(0, 399), st.one_of(st.none(), st.floats(-1e12, 1e12)), max_size=40))
def test_every_sparse_cell_comes_back_as_it_was_written(values: dict[int, float | None]) -> None:
    index = {"geo": {"category": {"index": [f"X{i}" for i in range(200)]}},
             "time": {"category": {"index": ["2020", "2021"]}}}  # fmt: skip
    raw = document(size=[200, 2], dimension=index, status={}, value={str(n): v for n, v in values.items()})
    got = parse_json_stat(raw)["value"].to_pylist()
    assert got == [values.get(n) for n in range(400)]


@given(st.integers(0, 10_000))
def test_a_document_cut_anywhere_is_refused(place: int) -> None:
    raw = document()
    with pytest.raises(ParseError):
        parse_json_stat(raw[: place % len(raw)])


def test_other_periods_than_years_are_refused() -> None:
    quarters = {"geo": {"category": {"index": ["DE"]}}, "time": {"category": {"index": ["2020-Q1"]}}}
    with pytest.raises(ParseError):
        parse_json_stat(document(dimension=quarters, size=[1, 1], value=[1], status={}))


def test_both_formats_give_the_same_observations() -> None:
    rows = ["A,T,NR,TOTAL,DE\t80 \t81 p", "A,T,NR,TOTAL,DEA43\t2 \t3 "]
    dims = {
        "freq": ["A"],
        "sex": ["T"],
        "unit": ["NR"],
        "age": ["TOTAL"],
        "geo": ["DE", "DEA43"],
        "time": ["2020", "2021"],
    }
    raw = document(
        id=list(dims), size=[len(w) for w in dims.values()], value=[80, 81, 2, 3], status={"1": "p"},
        dimension={d: {"category": {"index": w}} for d, w in dims.items()},
    )  # fmt: skip
    assert parse_parts([raw], "eurostat_demo_r_pjangrp3", AGS_OF).equals(population(tsv(*rows)))


def test_the_answers_of_a_load_must_agree_in_their_dimensions() -> None:
    with pytest.raises(ParseError):
        parse_parts([document(), tsv("A,T,NR,TOTAL,DE\t80 \t81 ")], "eurostat_demo_r_pjangrp3", AGS_OF)
    with pytest.raises(ParseError):
        parse_parts([], "eurostat_demo_r_pjangrp3", AGS_OF)


def test_statuses_say_whether_there_is_a_value() -> None:
    for row in parse_tsv(DEATHS, "eurostat_demo_r_magec3", AGS_OF).to_pylist():
        assert row["status"] in STATUSES
        assert (row["value"] is not None) == (row["status"] in STATUSES_WITH_VALUE)
