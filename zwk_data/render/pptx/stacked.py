"""Columns made of parts as native charts: the most certain at the foot, names and last values beside the last one."""

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.course import capacity, label_years
from zwk_data.render.native import Sheet
from zwk_data.render.palette import LIGHT
from zwk_data.render.parts import end_number, parts_of
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.legend import SIZE, Key, legend, wide
from zwk_data.render.pptx.marks import apart, level
from zwk_data.render.pptx.native_chart import (
    SMALL,
    add,
    category_axis,
    decimals_of,
    dress,
    number_format,
    plot_area,
    solid,
    stroke,
    value_axis,
)  # fmt: skip
from zwk_data.render.pptx.scales import Scale, scale
from zwk_data.render.pptx.writing import text_box

MOST_LABELS = 14
LARGEST = 0.34  # of the width, for the words at the right
HIGH = 20 * POINT
AFTER = "  "


def draw_columns(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw columns made of parts."""
    rule = capacity(exhibit)
    sums = [sum(value or 0 for value in row) for row in zip(*sheet.series.values(), strict=True)]
    ends = scale(0, max([*sums, *([rule[0]] if rule else [])]) or 1.0, zero=True)
    form = number_format(language, decimals_of(ends.step), after=AFTER)
    chart = add(slide, exhibit, sheet, box, XL_CHART_TYPE.COLUMN_STACKED)
    value_axis(chart.value_axis, form, ends)
    category_axis(chart.category_axis)
    chart.plots[0].gap_width, chart.plots[0].overlap = 40, 100
    for series in chart.plots[0].series:
        ink = sheet.colours.get(series.name, LIGHT.focus)
        line = stroke(LIGHT.focus, 0.75) if ink == LIGHT.parts[-1] else "<a:ln><a:noFill/></a:ln>"
        dress(series, f'<c:spPr>{solid(ink)}{line}</c:spPr><c:invertIfNegative val="0"/>')
    keys = _keys(exhibit, language)
    left = (wide(language.number(ends.high, decimals_of(ends.step)), SMALL) + 12 * POINT) / box.width
    right = min((max(wide(key.words) for key in keys) + 34 * POINT) / box.width, LARGEST)
    inner = (left, 0.02, 1 - left - right, 0.98 - 24 * POINT / box.height)
    plot_area(chart, inner)
    plot = box.part(*inner)
    if len(sheet.categories) > MOST_LABELS:
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        _years(slide, sheet, plot, language)
    _beside(slide, exhibit, keys, ends, plot, box, language)
    if rule:
        level(slide, rule, ends, plot, language, right=False)


def _years(slide: Any, sheet: Sheet, plot: Box, language: Language) -> None:
    """Write years in even steps below their columns: programs differ in how they leave out what finds no room."""
    years = [int(str(entry)) for entry in sheet.categories]
    step = plot.width / len(years)
    shown = [year for year in label_years(years[0], years[-1], 7) if year in years]
    for number, year in enumerate(shown, 1):
        middle = plot.left + round((years.index(year) + 0.5) * step)
        place = Box(middle - HIGH, plot.bottom + 4 * POINT, 2 * HIGH, HIGH)
        text_box(slide, place, [str(year)], f"zwk:label:year:{number}", language, size=SMALL, ink=LIGHT.muted,
                 align="center", wrap=False)  # fmt: skip


def _keys(exhibit: Exhibit, language: Language) -> list[Key]:
    return [
        Key(f"{part.name} {end_number(exhibit, part, language)}", part.colour, part.line)
        for part in parts_of(exhibit, LIGHT)
    ]


def _beside(
    slide: Any, exhibit: Exhibit, keys: list[Key], ends: Scale, plot: Box, box: Box, language: Language
) -> None:
    """Write the parts at the height of the middle of theirs in the last column."""
    last = [float(exhibit.table[part.column].iloc[-1] or 0) for part in parts_of(exhibit, LIGHT)]
    middles = [sum(last[:number]) + value / 2 for number, value in enumerate(last)]
    tops = apart([(1 - ends.share(middle)) * plot.height for middle in middles], [HIGH] * len(keys), plot.height)
    for number, (key, top) in enumerate(zip(keys, tops, strict=True), 1):
        left = plot.right + 8 * POINT
        place = Box(left, plot.top + round(top - SIZE * POINT * 0.7), box.right - left, HIGH)
        legend(slide, [key], place, language, number)
