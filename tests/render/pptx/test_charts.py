"""Native charts are opened again: what the chart shows and what its workbook holds is what the exhibit says."""

import io
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Emu

from tests.office import Office
from tests.render.kinds import ADDRESSES
from tests.render.made import table_exhibit
from tests.render.pptx.chart_cases import CASES, PLACES, expected
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import Language
from zwk_data.render.native import sheet_of
from zwk_data.render.pptx.box import Box
from zwk_data.render.pptx.charts import draw_chart
from zwk_data.render.pptx.reading import found_slides

GERMAN = Language("de")
BOX = Box.inches(0.6, 1.95, 12.13, 4.7)
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def drawn_on(exhibits: list[Exhibit], language: Language = GERMAN) -> Any:
    """Return a presentation with a slide for each, opened again from its bytes."""
    made = Presentation()
    made.slide_width, made.slide_height = Emu(12_192_000), Emu(6_858_000)
    for exhibit in exhibits:
        assert draw_chart(made.slides.add_slide(made.slide_layouts[6]), exhibit, language, BOX)
    file = io.BytesIO()
    made.save(file)
    return Presentation(io.BytesIO(file.getvalue()))


def slide_of(exhibit: Exhibit) -> Any:
    return drawn_on([exhibit]).slides[0]


@cache
def case_slide(case: str) -> Any:
    """Return the slide of a case, drawn once: for questions that change nothing."""
    return slide_of(CASES[case])


def frames(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.has_chart]


def named(slide: Any, start: str) -> list[Any]:
    return [shape for shape in slide.shapes if shape.name.startswith(start)]


def words(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def cached(slide: Any, *, dated: bool) -> dict[tuple[str, str], float]:
    """Return what the charts of a slide show."""
    found = {}
    for frame in frames(slide):
        plot = frame.chart.plots[0]
        categories = [str(entry.label) for entry in plot.categories]
        for series in plot.series:
            for category, value in zip(categories, series.values, strict=True):
                if value is not None:
                    day = (date(1899, 12, 30) + timedelta(days=int(float(category)))).isoformat() if dated else category
                    found[(series.name, day)] = value
    return found


def kept(slide: Any) -> dict[tuple[str, str], float]:
    """Return what the workbooks inside the charts of a slide hold; none of it is a formula or a link."""
    found = {}
    for frame in frames(slide):
        sheet = openpyxl.load_workbook(io.BytesIO(frame.chart.part.chart_workbook.xlsx_part.blob)).active
        names = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            assert all(cell.data_type in "snd" and cell.hyperlink is None for cell in row)
            head = row[0].value
            category = head.date().isoformat() if isinstance(head, datetime) else str(head)
            found |= {(str(name), category): cell.value for name, cell in zip(names[1:], row[1:], strict=True)
                      if cell.value is not None}  # fmt: skip
    return found


def rounded(figures: dict[tuple[str, str], float], places: int = 6) -> dict[tuple[str, str], float]:
    return {key: round(value, places) for key, value in figures.items()}


def is_dated(exhibit: Exhibit) -> bool:
    return exhibit.marks.chart in ("line", "multiples")


@pytest.mark.parametrize("case", CASES)
def test_chart_and_workbook_say_what_the_exhibit_says(case: str):
    exhibit = CASES[case]
    slide = case_slide(case)
    wanted = rounded(expected(exhibit))
    assert wanted and rounded(cached(slide, dated=is_dated(exhibit))) == wanted
    assert rounded(kept(slide)) == wanted


@pytest.mark.parametrize("chart", [kind for kind in ADDRESSES if kind not in ("map", "tiles", "table", "timeline")])
def test_real_exhibits_are_drawn_with_all_their_figures(statistics, chart: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    slide, sheet = slide_of(exhibit), sheet_of(exhibit)
    assert sheet is not None
    values = sorted(value for part in sheet.series.values() for value in part if value is not None)
    assert sorted(kept(slide).values()) == pytest.approx(values)
    assert sorted(cached(slide, dated=is_dated(exhibit)).values()) == pytest.approx(values)
    assert _main_values(exhibit) <= {round(value, 6) for value in values}


def _main_values(exhibit: Exhibit) -> set[float]:
    """Return the values of the column that makes the bars or lines, without the stocks of a balance."""
    marks, table = exhibit.marks, exhibit.table
    own = {"dots": marks.x, "pyramid": marks.options.get("right"), "diverging": marks.options.get("positive")}
    if marks.chart == "stacked":  # the column of the height itself is their sum
        own["stacked"] = marks.options["parts"][0]
    if "stock" in marks.options:
        table = table[~table[str(marks.options["stock"])].astype(bool)]
    return {round(float(value), 6) for value in table[str(own.get(marks.chart, marks.y))].dropna()}


def test_exhibits_without_a_native_chart_are_left_to_others(statistics):
    slides = Presentation()
    for kind in ("map", "tiles", "table", "timeline"):
        exhibit = make(Address.parse(ADDRESSES[kind]), Context(statistics))
        slide = slides.slides.add_slide(slides.slide_layouts[6])
        assert not draw_chart(slide, exhibit, GERMAN, BOX) and not list(slide.shapes)


@pytest.mark.parametrize("case", CASES)
def test_shapes_have_our_names_and_charts_their_alternative_text(case: str):
    slide = case_slide(case)
    assert all(shape.name.startswith("zwk:") for shape in slide.shapes)
    first, *others = (frame._element.xpath(".//p:cNvPr")[0].get("descr") for frame in frames(slide))
    assert first == CASES[case].alt and all(CASES[case].title in said for said in others)


@pytest.mark.parametrize("case", CASES)
def test_nothing_lies_outside_its_box(case: str):
    for shape in case_slide(case).shapes:
        if shape.name.endswith(":word"):
            continue  # words centred over a rule may reach a little further
        assert shape.left >= BOX.left - 1 and shape.left + shape.width <= BOX.right + 1, shape.name
        assert shape.top >= BOX.top - 1 and shape.top + shape.height <= BOX.bottom + 1, shape.name


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith(("line", "course"))])
def test_a_break_lies_on_its_day_with_its_word_above(case: str):
    slide = case_slide(case)
    frame = frames(slide)[0]
    layout = {part.tag.removeprefix(C): part.get("val") for part in frame.chart._chartSpace.iter() if "Layout" not in
              part.tag and part.tag.removeprefix(C) in "xywh"}  # fmt: skip
    days = [date(1899, 12, 30) + timedelta(days=int(float(entry.label))) for entry in frame.chart.plots[0].categories]
    share = (CASES[case].breaks[0].day - days[0]).days / (days[-1] - days[0]).days
    x = frame.left + (float(layout["x"]) + share * float(layout["w"])) * frame.width
    rule, word = named(slide, "zwk:break:1")
    assert rule.left == pytest.approx(x, abs=2_000) and rule.width == 0
    assert word.text_frame.text == "Zensus 2022" and word.top + word.height <= rule.top


def test_small_charts_have_the_break_in_each_and_its_word_once():
    slide = case_slide("multiples-10")
    assert len(frames(slide)) == 10 and len(named(slide, "zwk:break:")) == 11
    assert words(slide).count("Zensus 2022") == 1
    scales = {(f.chart.value_axis.minimum_scale, f.chart.value_axis.maximum_scale) for f in frames(slide)}
    assert len(scales) == 1


def test_lines_are_interrupted_between_bases_and_where_a_figure_is_missing():
    chart = frames(case_slide("line-1"))[0].chart
    old, new = chart.plots[0].series
    years = [day_of(category).year for category in chart.plots[0].categories]
    assert not any(a is not None and b is not None for a, b in zip(old.values, new.values, strict=True))
    assert years == [year for year in range(2013, 2025) if year != 2016]
    assert chart._chartSpace.chart.find(f"{C}dispBlanksAs").get("val") == "gap"


def day_of(category: Any) -> date:
    return date(1899, 12, 30) + timedelta(days=int(float(category.label)))


@pytest.mark.parametrize("case", ["line-1", "line-2", "line-10"])
def test_lines_are_named_at_their_ends_with_their_last_value_and_not_in_a_legend(case: str):
    slide, count = case_slide(case), int(case.split("-")[1])
    said = [shape.text_frame.text for shape in named(slide, "zwk:label:")]
    assert said == [f"{name} {GERMAN.number(100 * number + 24.25, 1)}" for number, name in
                    enumerate(PLACES[:count], 1)]  # fmt: skip
    assert not any(frame.chart.has_legend for frame in frames(slide))
    boxes = sorted((shape.top, shape.top + shape.height) for shape in named(slide, "zwk:label:"))
    assert all(upper[1] <= lower[0] + 2 for upper, lower in zip(boxes, boxes[1:], strict=False))


def test_a_projection_is_dashed_with_its_band_below_its_ends_and_its_capacity():
    slide = case_slide("course")
    series = {one.name: one for one in frames(slide)[0].chart.plots[0].series}
    dashes = {name for name, one in series.items() if one._element.xpath(".//a:prstDash[@val='dash']")}
    assert dashes == {"Wie bisher", "Mehr Zuzug"}
    band, order = named(slide, "zwk:band")[0], [shape.name for shape in slide.shapes]
    assert order.index("zwk:band") < order.index("zwk:chart")
    axis = frames(slide)[0].chart.value_axis
    high = max(value for value in series["bis"].values if value is not None)
    low = min(value for value in series["von"].values if value is not None)
    rules = named(slide, "zwk:start")[0]
    unit = rules.height / (axis.maximum_scale - axis.minimum_scale)
    assert band.height == pytest.approx((high - low) * unit, rel=0.01)
    assert "Beginn der Rechnung" in words(slide) and "Plätze: 1.020" in words(slide)


@pytest.mark.parametrize("case", ["pyramid-1", "pyramid-2", "pyramid-split"])
def test_a_pyramid_mirrors_exactly_and_writes_no_minus(case: str):
    chart = frames(case_slide(case))[0].chart
    axis, labels = chart.value_axis, chart.value_axis.tick_labels
    assert axis.minimum_scale == -axis.maximum_scale and axis.maximum_scale >= 60
    form = labels.number_format
    assert (
        "-" not in form.replace("[$-407]", "") and "\N{MINUS SIGN}" not in form and not labels.number_format_is_linked
    )
    assert chart.category_axis.tick_label_position.name == "LOW"


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith(("dots", "bars", "balance", "stacked"))])
def test_bars_begin_at_zero_in_the_order_of_the_table(case: str):
    chart = frames(case_slide(case))[0].chart
    values = [value for series in chart.plots[0].series for value in series.values if value is not None]
    axis = chart.value_axis
    assert axis.minimum_scale <= min(0, *values, 0) and axis.maximum_scale >= max(0, *values, 0)
    assert (axis.minimum_scale == 0) == (min(values) >= 0)
    assert case == "stacked" or chart.category_axis.reverse_order


def test_my_place_and_the_one_compared_have_their_colours_all_others_are_grey():
    chart = frames(case_slide("dots-10"))[0].chart
    series = chart.plots[0].series[0]
    own = {int(point.find(f"{C}idx").get("val")): point.xpath(".//a:srgbClr/@val")[0]
           for point in series._element.findall(f"{C}dPt")}  # fmt: skip
    count = len(list(chart.plots[0].categories))
    assert str(series.format.fill.fore_color.rgb) == "0B6E75" and 0 not in own and own[count - 1] == "B4500A"
    assert {own[row] for row in range(1, count - 1)} == {"879199"}


def test_words_that_say_more_than_a_number_stand_at_its_bar():
    chart = frames(case_slide("bars-2"))[0].chart
    assert chart._chartSpace.xpath(".//c:dLbl//a:t/text()") == ["10.25 (+1 %)", "-1.5 (+1 %)"]


def test_type_is_large_enough_for_the_back_of_a_room():
    for case in CASES:
        slide = case_slide(case)
        sizes = [int(size) for shape in slide.shapes for size in shape._element.xpath(".//a:rPr/@sz")]
        sizes += [int(size) for frame in frames(slide)
                  for size in frame.chart._chartSpace.xpath(".//a:defRPr/@sz | .//a:rPr/@sz")]  # fmt: skip
        assert min(sizes) >= 1200, case


def test_the_same_exhibit_gives_the_same_workbook_and_the_same_chart():
    one, other = slide_of(CASES["line-10"]), slide_of(CASES["line-10"])
    for first, second in zip(frames(one), frames(other), strict=True):
        assert first.chart.part.chart_workbook.xlsx_part.blob == second.chart.part.chart_workbook.xlsx_part.blob
        assert first.chart.part.blob == second.chart.part.blob


def test_texts_that_look_like_formulas_stay_texts_in_the_workbook():
    slide = slide_of(table_exhibit("bars"))
    sheet = openpyxl.load_workbook(io.BytesIO(frames(slide)[0].chart.part.chart_workbook.xlsx_part.blob)).active
    heads = [cell for cell in sheet["A"] if cell.value is not None]
    assert [cell.value for cell in heads][:2] == ["=1+1", "+49"] and {cell.data_type for cell in heads} == {"s"}
    line = openpyxl.load_workbook(
        io.BytesIO(frames(case_slide("line-2"))[0].chart.part.chart_workbook.xlsx_part.blob)
    ).active
    assert line["D1"].value == "=1+1 · Zensus 2011" and line["D1"].data_type == "s"


def test_figures_breaks_and_bands_survive_libreoffice(office: Office, tmp_path):
    file = io.BytesIO()
    drawn_on(list(CASES.values())).save(file)
    (tmp_path / "charts.pptx").write_bytes(file.getvalue())
    again = office.convert([tmp_path / "charts.pptx"], "pptx", tmp_path / "again")[0].read_bytes()
    for (case, exhibit), slide in zip(CASES.items(), found_slides(again), strict=True):
        found = {(one.name, category): value for chart in slide.charts for one in chart.series
                 for category, value in zip(one.categories, one.values, strict=True) if value is not None}  # fmt: skip
        assert rounded(found, 4) == rounded(expected(exhibit), 4), case
    for case, slide in zip(CASES, Presentation(io.BytesIO(again)).slides, strict=True):
        names = {shape.name for shape in slide.shapes}
        assert not case.startswith(("line", "multiples", "course")) or any("zwk:break" in name for name in names), case
        assert case != "course" or {"zwk:band", "zwk:start"} <= names
