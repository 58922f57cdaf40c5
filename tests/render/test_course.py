"""Charts of scenarios in all media: dashed from the start on, a band, rules, and numbers in their parts."""

import io
import zipfile

import openpyxl
import pytest

from tests.render.made import PARTS, course_exhibit, split_pyramid, stacked_exhibit
from zwk_data.exhibits import Exhibit
from zwk_data.language import Language
from zwk_data.render.csv import csv
from zwk_data.render.image import png, svg
from zwk_data.render.palette import DARK, LIGHT
from zwk_data.render.plotly import figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.vega import spec
from zwk_data.render.xlsx import workbook

GERMAN = Language("de")


def drawn(exhibit: Exhibit, palette=LIGHT) -> dict:
    return figure(exhibit, Style(palette, GERMAN)).to_plotly_json()


def lines(exhibit: Exhibit) -> dict[tuple[str, str], dict]:
    """Lines by name and dash; the band has no name."""
    traces = [trace for trace in drawn(exhibit)["data"] if "name" in trace]
    return {(trace["name"], f"{trace['line']['dash']} {trace['x'][0]}"): trace for trace in traces}


def test_the_projected_part_is_dashed_and_begins_where_the_observed_line_ends() -> None:
    found = lines(course_exhibit())
    projected = {name: trace for (name, dash), trace in found.items() if dash.startswith("dash ")}
    assert set(projected) == {"Wie bisher", "Mehr Zuzug"}
    for trace in projected.values():
        assert (trace["x"][0], trace["y"][0], trace["x"][-1]) == ("2024-12-31", 945.0, "2050-12-31")


def test_no_line_runs_across_the_census() -> None:
    for trace in lines(course_exhibit()).values():
        assert not trace["x"][0] < "2022-05-15" < trace["x"][-1]


def test_the_point_where_lines_join_is_no_row_of_the_table() -> None:
    exhibit = course_exhibit()
    days = exhibit.table[exhibit.table["basis"] == "projection"]["day"]
    assert days.min().year == 2025
    assert csv(exhibit, GERMAN).decode("utf-8-sig").count("31.12.2024") == 1


def test_the_band_has_the_two_ends_and_closes_at_the_start() -> None:
    (band,) = [trace for trace in drawn(course_exhibit())["data"] if trace.get("fill") == "toself"]
    ends = dict(zip(band["x"][:27], zip(band["y"][:27], reversed(band["y"][27:]), strict=True), strict=True))
    assert ends["2024-12-31"] == (945.0, 945.0) and ends["2050-12-31"] == (919.0, 815.0)


def test_hovering_over_a_projected_year_tells_the_range() -> None:
    found = lines(course_exhibit())
    trace = found["Wie bisher", "dash 2024-12-31"]
    assert trace["text"][-1] == "815 – 919" and "80-%-Bereich" in trace["hovertemplate"]
    assert "text" not in found["Mehr Zuzug", "dash 2024-12-31"]


def test_capacity_band_and_start_lie_inside_the_picture() -> None:
    layout = drawn(course_exhibit())["layout"]
    low, high = layout["yaxis"]["range"]
    assert low < 815 and high > 1020
    texts = {one["text"].replace("<br>", " ") for one in layout["annotations"]}
    assert {"Plätze: 1.020", "Beginn der Rechnung", "Zensus 2022"} <= texts


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("make", [stacked_exhibit, split_pyramid])
def test_parts_have_words_and_different_looks(make, palette) -> None:
    plain = drawn(make(), palette)
    words = " ".join(one["text"] for one in plain["layout"]["annotations"]).replace("<br>", " ")
    assert all(part in words for part in PARTS) and "□" in words
    assert {trace["marker"]["color"] for trace in plain["data"] if trace["type"] == "bar"} == set(palette.parts)


def test_parts_of_a_year_and_of_an_age_add_up_to_the_whole() -> None:
    columns = [trace["y"] for trace in drawn(stacked_exhibit())["data"]]
    assert [sum(values) for values in zip(*columns, strict=True)][-1] == 900 - 26 * 7
    table = split_pyramid().table
    bars = [trace for trace in drawn(split_pyramid())["data"] if trace["type"] == "bar"]
    women = [sum(values) for values in zip(*(bar["x"] for bar in bars[3:]), strict=True)]
    assert women == pytest.approx(table[table["series"] == "2050"]["f"].tolist(), abs=1e-5)


def opened(exhibit: Exhibit):
    raw = workbook(exhibit, GERMAN)
    with zipfile.ZipFile(io.BytesIO(raw)) as files:
        chart = files.read("xl/charts/chart1.xml").decode()
    return openpyxl.load_workbook(io.BytesIO(raw))["Diagramm"], chart


def test_the_workbook_has_the_band_as_columns_and_dashes_what_is_projected() -> None:
    sheet, chart = opened(course_exhibit())
    heads = [cell.value for cell in sheet[1]][1:]
    seen = ["beobachtet, census2011", "beobachtet, census2022"]
    assert heads == [*seen, "Wie bisher", "Mehr Zuzug", "Plätze: 1.020", "von", "bis"]
    last = dict(zip(heads, [cell.value for cell in sheet[sheet.max_row]][1:], strict=True))
    assert (last["von"], last["bis"], last["Plätze: 1.020"]) == (815, 919, 1020)
    assert chart.count('<a:prstDash val="dash"/>') == 2


def test_parts_are_stacked_in_the_workbook() -> None:
    for exhibit, series in ((stacked_exhibit(), 3), (split_pyramid(), 6)):
        _, chart = opened(exhibit)
        assert '<c:grouping val="stacked"/>' in chart and chart.count("<c:ser>") == series


@pytest.mark.parametrize("make", [course_exhibit, stacked_exhibit, split_pyramid])
def test_the_picture_carries_words_and_values(make) -> None:
    assert spec(make(), GERMAN, 1400, 600) is not None
    said, raw = svg(make(), GERMAN), png(make(), GERMAN)
    words = ("Plätze: 1.020", "Beginn der Rechnung") if make is course_exhibit else PARTS
    assert all(word in said for word in words) and len(raw) > 50_000
    assert "NaN" not in said
