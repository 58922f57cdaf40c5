"""Age pyramids as native charts: bars to both sides on one mirrored scale, the second date or place as outline."""

from typing import Any

from pptx.enum.chart import XL_CHART_TYPE

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.native import Sheet
from zwk_data.render.palette import LIGHT
from zwk_data.render.parts import parts_of
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.legend import HIGH, SIZE, Key, legend, wide
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
from zwk_data.render.pptx.scales import Scale, even
from zwk_data.render.pptx.writing import text_box

HEAD = 2 * HIGH + 6 * POINT  # which series is which, and below them the sides
FOOT = 20 * POINT  # numbers of the axis
MOST_AGES = 40  # beyond, every tenth is written


def draw_pyramid(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw men to the left and women to the right on one scale; the second date or place as an outline."""
    below = Box(box.left, box.top + HEAD, box.width, box.height - HEAD - HIGH)
    ends = _reach(exhibit, sheet)
    form = number_format(language, decimals_of(ends.step), absolute=True)
    kind = XL_CHART_TYPE.BAR_STACKED if sheet.stacked else XL_CHART_TYPE.BAR_CLUSTERED
    chart = add(slide, exhibit, sheet, below, kind)
    value_axis(chart.value_axis, form, ends)
    many = len(sheet.categories) > MOST_AGES
    category_axis(chart.category_axis, every=10 if many else 1)
    chart.plots[0].gap_width, chart.plots[0].overlap = 0 if many else 10, 100
    for number, series in enumerate(chart.plots[0].series):
        dress(series, _look(sheet, series.name, outline=number >= 2 and not sheet.stacked))
    left = (max(wide(str(entry), SMALL) for entry in sheet.categories) + 12 * POINT) / below.width
    inner = (left, 0.0, 1 - 2 * left, 1 - FOOT / below.height)
    plot_area(chart, inner)
    _words(slide, exhibit, sheet, language, box, below.part(*inner))


def _look(sheet: Sheet, name: str, *, outline: bool) -> str:
    ink = sheet.colours.get(name, LIGHT.focus)
    bare = '<c:invertIfNegative val="0"/>'
    if outline:
        return f"<c:spPr><a:noFill/>{stroke(ink, 1.75)}</c:spPr>{bare}"
    pale = sheet.stacked and ink == LIGHT.parts[-1]
    line = stroke(LIGHT.focus, 0.5) if pale and len(sheet.categories) <= MOST_AGES else "<a:ln><a:noFill/></a:ln>"
    return f"<c:spPr>{solid(ink)}{line}</c:spPr>{bare}"


def _words(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box, plot: Box) -> None:
    """Write above the plot the series and the sides, below it what the axis counts."""
    marks, options = exhibit.marks, exhibit.marks.options
    parts = parts_of(exhibit, LIGHT, "left_parts")
    keys = [Key(f"{marks.focus}:"), *(Key(part.name, part.colour, part.line) for part in parts)]
    if not parts:
        keys = [Key(str(marks.focus), LIGHT.focus)]
        keys += [Key(str(marks.second), "", LIGHT.second)] if marks.second and not sheet.stacked else []
    legend(slide, keys, Box(plot.left, box.top, plot.width, HIGH), language)
    half = plot.width // 2
    for number, (side, left) in enumerate((("left", plot.left), ("right", plot.left + half)), 1):
        place = Box(left, plot.top - HIGH - 2 * POINT, half, HIGH)
        text_box(slide, place, [str(options[f"{side}_name"])], f"zwk:label:{number}", language, size=SIZE, bold=True,
                 align="center")  # fmt: skip
    foot = Box(plot.left, box.bottom - HIGH, plot.width, HIGH)
    text_box(slide, foot, [sheet.unit], "zwk:label:3", language, size=SMALL, ink=LIGHT.muted, align="center")


def _reach(exhibit: Exhibit, sheet: Sheet) -> Scale:
    """Return a scale that reaches equally far to both sides, the same for all places and years of the exhibit."""
    rows = list(zip(*([value or 0.0 for value in part] for part in sheet.series.values()), strict=True))
    if sheet.stacked:
        sums = [side for row in rows for side in (sum(v for v in row if v > 0), -sum(v for v in row if v < 0))]
    else:
        sums = [abs(value) for row in rows for value in row]
    declared = exhibit.marks.options.get("maximum")
    return even(max([*sums, float(str(declared)) if declared is not None else 0.0]) or 1.0)
