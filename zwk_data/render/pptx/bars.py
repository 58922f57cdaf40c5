"""Bars, columns in parts and pyramids as native charts, each value written at its bar."""

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.util import Pt

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.native import Sheet
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.native_chart import SMALL, Inner, add, category_axis, plot_area, value_axis
from zwk_data.render.pptx.scales import Scale, even, scale
from zwk_data.render.pptx.writing import colour, text_box

SIGN = 0.56  # of its size: how wide a sign is on the average
LARGEST_NAMES = 0.4  # of the width of a chart
HEAD = 24 * POINT  # above bars in several colours: which is which


def draw_bars(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw bars from zero to the right (and to the left), the first row on top."""
    several = len(sheet.series) > 1
    below = Box(box.left, box.top + HEAD, box.width, box.height - HEAD) if several else box
    chart = add(slide, exhibit, sheet, below, XL_CHART_TYPE.BAR_CLUSTERED)
    values = [value for part in sheet.series.values() for value in part if value is not None]
    ends = scale(min(values, default=0.0), max(values, default=1.0), zero=True)
    ends = even(max(map(abs, values), default=1.0)) if several else ends
    plot_area(chart, _inner(below, sheet))
    value_axis(chart.value_axis, sheet, ends, labels=several, lines=several)
    category_axis(chart.category_axis)
    chart.category_axis.reverse_order = True
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    for series in plot.series:
        _fill(series, sheet.colours.get(series.name, LIGHT.focus))
        _values(series, sheet)
    if not several:
        _own_bars(plot.series[0], exhibit, sheet)
    else:
        _head(slide, sheet, language, box)


def _inner(box: Box, sheet: Sheet) -> Inner:
    """Return the plot area: names to the left, room for the largest number to the right."""
    longest = max((len(str(entry)) for entry in sheet.categories), default=1)
    left = min((longest + 2) * SMALL * SIGN * POINT / box.width, LARGEST_NAMES)
    foot = (24 if len(sheet.series) > 1 else 6) * POINT / box.height
    return left, 0.01, 1 - left - 0.06, 0.98 - foot


def _fill(series: Any, ink: str) -> None:
    series.invert_if_negative = False
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = colour(ink)
    series.format.line.fill.background()


def _values(series: Any, sheet: Sheet) -> None:
    """Write each value at the end of its bar, in the precision of the exhibit."""
    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, sheet.number_format, False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size, labels.font.color.rgb = Pt(SMALL), colour(LIGHT.ink)


def _own_bars(series: Any, exhibit: Exhibit, sheet: Sheet) -> None:
    """Give my place its colour and the one in comparison its own; the others are grey where one is in focus."""
    marks = exhibit.marks
    if marks.chart != "dots" or not marks.focus:
        return
    key = marks.series or marks.y
    names = [str(name) for name in exhibit.table.dropna(subset=[marks.x])[key]]
    for number, name in enumerate(names[: len(sheet.categories)]):
        ink = {marks.focus: LIGHT.focus, marks.second: LIGHT.second}.get(name, LIGHT.others[1])
        if ink != LIGHT.focus:
            fill = series.points[number].format.fill
            fill.solid()
            fill.fore_color.rgb = colour(ink)


def _head(slide: Any, sheet: Sheet, language: Language, box: Box) -> None:
    """Name the series above the chart, each in its colour."""
    width = box.width // max(len(sheet.series), 1)
    for number, name in enumerate(sheet.series):
        place = Box(box.left + number * width, box.top, width, HEAD)
        said = f"■ {name}"
        text_box(slide, place, [said], f"zwk:legend:{number + 1}", language, size=SMALL + 1,
                 ink=sheet.colours.get(name, LIGHT.ink), bold=True)  # fmt: skip


def draw_columns(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw columns made of parts, the most certain at the foot."""
    below = Box(box.left, box.top + HEAD, box.width, box.height - HEAD)
    chart = add(slide, exhibit, sheet, below, XL_CHART_TYPE.COLUMN_STACKED)
    sums = [sum(value or 0 for value in row) for row in zip(*sheet.series.values(), strict=True)]
    value_axis(chart.value_axis, sheet, scale(0, max(sums, default=1), zero=True))
    category_axis(chart.category_axis)
    chart.plots[0].gap_width, chart.plots[0].overlap = 30, 100
    for series in chart.plots[0].series:
        _fill(series, sheet.colours.get(series.name, LIGHT.focus))
        series.format.line.color.rgb, series.format.line.width = colour(LIGHT.focus), Pt(0.5)
    _head(slide, sheet, language, box)


def draw_pyramid(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw men to the left and women to the right on one scale; the second date or place as an outline."""
    below = Box(box.left, box.top + HEAD, box.width, box.height - HEAD)
    kind = XL_CHART_TYPE.BAR_STACKED if sheet.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    chart = add(slide, exhibit, sheet, below, kind)
    value_axis(chart.value_axis, sheet, _reach(sheet))
    category_axis(chart.category_axis)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 8, 100
    for number, series in enumerate(plot.series):
        ink = sheet.colours.get(series.name, LIGHT.focus)
        if number < 2 or sheet.stacked:
            _fill(series, ink)
        else:
            series.format.fill.background()
            series.format.line.color.rgb, series.format.line.width = colour(ink), Pt(1.5)
    _head(slide, sheet, language, box)


def _reach(sheet: Sheet) -> Scale:
    """Return a scale that reaches equally far to both sides."""
    sides = [[value or 0.0 for value in part] for part in sheet.series.values()]
    if sheet.stacked:
        rows = list(zip(*sides, strict=True))
        return even(
            max((max(sum(v for v in row if v > 0), -sum(v for v in row if v < 0)) for row in rows), default=1.0)
        )
    return even(max((abs(value) for part in sides for value in part), default=1.0))
