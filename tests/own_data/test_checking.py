"""Every error of an uploaded table is named with its line and column; a good table becomes figures."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zwk_data.language import GERMAN, Language
from zwk_data.own_data import template
from zwk_data.own_data.checking import Checked, Known, check
from zwk_data.own_data.columns import COLUMNS, Cell
from zwk_data.own_data.problems import expected
from zwk_data.own_data.reading import NotReadable, Sheet, read_here

TOWN, OTHER, KREIS = "05758012", "13004", "05758"
KNOWN = Known(
    {TOWN: "Musterstadt", OTHER: "Musterhafen"}, frozenset({KREIS}), lambda text: "Meinten Sie: Musterstadt?",
    lambda ags, year: 1000.0, date(2026, 11, 22),
)  # fmt: skip
WHOLE = (TOWN, "", "31.12.2025", "Bevölkerung")


def table(*rows: tuple[object, ...]) -> Checked:
    return check(read_here(template.as_csv([list(map(str, row)) for row in rows])), KNOWN)


def kinds(found: Checked) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.kind) for one in found.errors]


def test_a_table_by_sex_and_age_becomes_figures_with_its_sums() -> None:
    rows = [(*WHOLE, sex, *ages, count) for sex in "mw" for ages, count in (((0, 64), 300), ((65, ""), 200))]
    found = table(*rows)
    assert found.errors == () and found.ags == TOWN
    values = {(cell.sex, cell.age_from, cell.age_to): cell.value for cell in found.cells}
    assert values["t", -1, -1] == 1000 and values["t", 65, -1] == 400 and values["m", -1, -1] == 500


# one bad cell each: what stands there, in which column, and the error it must give
@pytest.mark.parametrize(("column", "text", "kind"), [
    (0, "Herford", "ags"), (0, "99999999", "ags_unknown"), (0, KREIS, "ags_level"), (1, "=1+1", "formula"),
    (1, "<b>", "area"), (2, "31.13.2025", "day"), (2, "gestern", "day"), (2, "31.12.2026", "day_future"),
    (2, "1800", "day_old"), (3, "Einwohner", "measure"), (4, "d", "sex"), (5, "130", "age"), (5, "zehn", "age"),
    (7, "-1", "count"), (7, "1,5", "count"), (7, "=A1", "formula"), (7, "99999999999", "count"), (7, "٣", "count"),
    (7, "0.125", "count"), (7, "66,000", "count"), (7, "12,345", "count"), (7, "0.000", "count"),
])  # fmt: skip
def test_a_bad_cell_is_named_with_line_and_column(column: int, text: str, kind: str) -> None:
    row: list[object] = [TOWN, "", "31.12.2025", "Bevölkerung", "insgesamt", "", "", 900]
    row[column] = text
    found = table((TOWN, "", "31.12.2024", "Bevölkerung", "insgesamt", "", "", 1000), tuple(row))
    assert (3, COLUMNS[column], kind) in kinds(found) and found.cells == ()


@pytest.mark.parametrize(("groups", "kind"), [
    (((0, 9), (11, "")), "ages_gap"), (((0, 10), (10, "")), "ages_overlap"), (((1, 9), (10, "")), "ages_start"),
    (((0, 9), (10, 99)), "ages_open"), (((0, ""), (10, "")), "ages_overlap"),
])  # fmt: skip
def test_age_groups_must_follow_one_another_from_zero_to_an_open_end(groups: tuple, kind: str) -> None:
    assert [one.kind for one in table(*((*WHOLE, "insgesamt", *group, 500) for group in groups)).errors] == [kind]


@pytest.mark.parametrize(("counts", "kind"), [
    ({"m": 1, "w": 2, "insgesamt": 4}, ["sexes_sum"]), ({"m": 1}, ["sex_missing"]),
    ({"m": "•", "w": 9, "insgesamt": 8}, ["ages_above"]), ({"m": "•", "w": 9, "insgesamt": 11}, []),
])  # fmt: skip
def test_men_and_women_must_add_up(counts: dict, kind: list[str]) -> None:
    found = table(*((*WHOLE, sex, "", "", count) for sex, count in counts.items()))
    assert [one.kind for one in found.errors] == kind


def test_a_total_is_held_against_the_sums_of_its_parts_although_these_are_not_given() -> None:
    rows = [(*WHOLE, sex, *ages, 300) for sex in "mw" for ages in ((0, 64), (65, ""))]
    assert (6, "Anzahl", "ages_sum") in kinds(table(*rows, (*WHOLE, "insgesamt", "", "", 1300)))
    assert table(*rows, (*WHOLE, "insgesamt", "", "", 1200)).errors == ()


def test_the_same_entry_twice_names_the_line_of_the_first() -> None:
    found = table((*WHOLE, "insgesamt", "", "", 1000), (*WHOLE, "insgesamt", "", "", 1000))
    assert [(one.row, one.kind, one.values) for one in found.errors] == [(3, "duplicate", {"row": 2})]


def test_a_file_holds_one_municipality() -> None:
    found = table((*WHOLE, "insgesamt", "", "", 1000), (OTHER, *WHOLE[1:], "insgesamt", "", "", 5))
    assert kinds(found) == [(3, "Ort (AGS)", "ags_several")]


def test_all_areas_of_a_date_need_the_same_age_groups() -> None:
    rows = [(*WHOLE, "insgesamt", *ages, 500) for ages in ((0, 64), (65, ""))]
    rows += [(TOWN, "Nord", *WHOLE[2:], "insgesamt", *ages, 50) for ages in ((0, 59), (60, ""))]
    assert [one.kind for one in table(*rows).errors] == ["ages_areas"]


def test_all_areas_of_a_date_need_the_same_sexes() -> None:
    rows = [(*WHOLE, sex, "", "", 500) for sex in "mw"]
    rows += [(TOWN, "Nord", *WHOLE[2:], "insgesamt", "", "", 50)]
    assert kinds(table(*rows)) == [(4, "Gebiet", "detail_areas")]


@pytest.mark.parametrize(("quarters", "kind"), [
    ((99,), ["areas_rest"]), ((50, 48), ["areas_rest"]), ((60, 40), []), ((97,), []), (("•",), []),
])  # fmt: skip
def test_what_the_quarters_leave_of_the_town_is_no_small_number(quarters: tuple, kind: list[str]) -> None:
    def rows(area: str, young: object, old: object) -> list[tuple[object, ...]]:
        head = (TOWN, area, *WHOLE[2:], "insgesamt")
        return [(*head, 0, 17, young), (*head, 18, "", old)]

    found = table(
        *rows("", 100, 900), *(row for n, count in enumerate(quarters) for row in rows(f"Kern {n}", count, 9))
    )
    assert [one.kind for one in found.errors] == kind


def test_a_figure_far_from_the_official_one_is_a_warning_only() -> None:
    found = table((*WHOLE, "insgesamt", "", "", 1200))
    assert found.errors == () and [one.kind for one in found.warnings] == ["official"]


def test_births_have_no_age_and_no_other_day_than_a_years_end() -> None:
    found = table((TOWN, "", "30.06.2025", "Geburten", "insgesamt", 20, 24, 5))
    assert {one.kind for one in found.errors} >= {"age_births", "day_flow"}


def test_secret_and_thousands_are_read_as_german_offices_write_them() -> None:
    found = table((*WHOLE, "insgesamt", "", "", "1.000"), (TOWN, "Nord", *WHOLE[2:], "insgesamt", "", "", "•"))
    assert [cell.value for cell in found.cells] == [1000, None]


def test_a_heading_may_occur_only_once() -> None:
    raw = template.as_csv([[*WHOLE, "insgesamt", "", "", "66000"]]).decode("utf-8-sig").splitlines()
    found = check(read_here(f"{raw[0]};Anzahl\n{raw[1]};5".encode()), KNOWN)
    assert kinds(found) == [(0, "Anzahl", "column_twice")]


def test_similar_places_are_looked_for_once_per_unknown_key() -> None:
    asked: list[str] = []

    def nearest(text: str) -> str:
        asked.append(text)
        return ""

    known = replace(KNOWN, nearest=nearest)
    row = ["99999999", *WHOLE[1:], "insgesamt", "", "", "5"]
    assert len(check(read_here(template.as_csv([row] * 3)), known).errors) == 3 and asked == ["99999999"]


@settings(max_examples=80)
@given(st.lists(st.lists(st.text(max_size=12) | st.sampled_from(
    ["05758012", "31.12.2025", "Bevölkerung", "m", "w", "insgesamt", "0", "64", "65", "10", "•", "Nord", ""]),
    min_size=8, max_size=8), max_size=12))  # fmt: skip
def test_whatever_stands_in_a_table_it_is_either_figures_or_named_errors(rows: list[list[str]]) -> None:
    lines = tuple((number, dict(zip(COLUMNS, row, strict=True))) for number, row in enumerate(rows, start=2))
    found = check(Sheet(COLUMNS, lines), KNOWN)
    assert bool(found.errors) != bool(found.cells)
    for one in (*found.errors, *found.warnings):
        for language in (GERMAN, Language("en")):
            assert expected(one, language) and "{" not in expected(one, language).replace(one.found, "")


@settings(max_examples=60)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_a_table_or_a_named_refusal(raw: bytes) -> None:
    try:
        assert read_here(raw).headings
    except NotReadable as error:
        assert error.reason_de


def test_figures_written_into_the_template_come_back_as_they_were() -> None:
    cells = [
        Cell("Nord", "2025-12-31", "population", "t", -1, -1, None),
        Cell("", "2025-12-31", "deaths", "t", -1, -1, 7),
    ]
    for raw in (
        template.as_csv(template.rows_of(TOWN, cells)),
        template.as_workbook(GERMAN, template.rows_of(TOWN, cells)),
    ):
        found = check(read_here(raw), KNOWN)
        assert {cell[:7] for cell in found.cells} == {cell[:7] for cell in cells}
