"""Bars as native charts: one row per category, the first on top, each value written at its bar."""

from typing import Any

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.native import Sheet
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.legend import HIGH, SIZE, wide
from zwk_data.render.pptx.native_chart import (
    SMALL,
    Inner,
    add,
    category_axis,
    dress,
    number_format,
    plot_area,
    solid,
    value_axis,
    value_labels,
)  # fmt: skip
from zwk_data.render.pptx.scales import Scale
from zwk_data.render.pptx.writing import text_box
from zwk_data.render.tabular import is_missing
from zwk_data.render.vega.base import column_of

LARGEST_NAMES = 0.42  # of the width of a chart
THICKEST = 26  # points of a bar
SMALLEST = 7  # points of type where there are many rows
HEAD = HIGH + 4 * POINT


def draw_bars(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw bars from zero, the first row on top."""
    if len(sheet.series) > 1:
        _opposite(slide, exhibit, sheet, language, box)
        return
    marks = exhibit.marks
    column = column_of(exhibit, marks.x if marks.chart == "dots" else marks.y)
    form = number_format(language, column.decimals or 0, sign=column.sign or marks.chart == "balance")
    texts = _texts(exhibit)
    chart = _chart(slide, exhibit, sheet, box)
    name, values = next(iter(sheet.series.items()))
    longest = [wide(texts.get(row, "0" * 9), SMALL) for row in range(len(values))]
    value_axis(chart.value_axis, form, _ends(values, max(longest) / (box.width * 0.6)), labels=False)
    size = _type(sheet, box)
    ink = sheet.colours.get(name, LIGHT.focus)
    own = "".join(
        f'<c:dPt><c:idx val="{row}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{solid(other)}<a:ln><a:noFill/></a:ln></c:spPr></c:dPt>"
        for row, other in _own_colours(exhibit, sheet, values).items()
    )
    dress(chart.plots[0].series[0], _body(ink), own, value_labels(form, texts, language, size))


def _chart(slide: Any, exhibit: Exhibit, sheet: Sheet, box: Box, right: float = 0.0) -> Any:
    """Add the chart with its rows; ``right``: share of the width that stays free on the right."""
    chart = add(slide, exhibit, sheet, box, XL_CHART_TYPE.BAR_CLUSTERED)
    size = _type(sheet, box)
    plot_area(chart, inner(box, sheet, size, right))
    category_axis(chart.category_axis, size=size, ink=LIGHT.ink)
    chart.category_axis.reverse_order = True
    row = box.height / POINT / len(sheet.categories)
    chart.plots[0].gap_width, chart.plots[0].overlap = min(500, max(40, round((row / THICKEST - 1) * 100))), 100
    return chart


def _type(sheet: Sheet, box: Box) -> float:
    """Return the size of type: as all others, smaller only where rows would lie upon each other."""
    return max(SMALLEST, min(SIZE, box.height / POINT / len(sheet.categories) * 0.8))


def inner(box: Box, sheet: Sheet, size: float, right: float) -> Inner:
    """Return the plot area: names to the left."""
    longest = max(wide(str(entry), size) for entry in sheet.categories) + 10 * POINT
    left = min(longest / box.width, LARGEST_NAMES)
    return left, 0.0, 1 - left - right, 1.0


def _body(ink: str) -> str:
    return f'<c:spPr>{solid(ink)}<a:ln><a:noFill/></a:ln></c:spPr><c:invertIfNegative val="0"/>'


def _ends(values: list[float | None], room: float) -> Scale:
    """Return the ends of an axis that is not seen: zero among them, ``room`` for the numbers at the bars."""
    known = [value for value in values if value is not None]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    span = (high - low) or 1.0
    return Scale(low - span * room if low < 0 else 0.0, high + span * room if high > 0 or low == 0 else 0.0, span)


def _rows(exhibit: Exhibit) -> pd.DataFrame:
    """Return the rows of the exhibit that have a bar."""
    marks, table = exhibit.marks, exhibit.table
    if "stock" in marks.options:
        table = table[~table[str(marks.options["stock"])].astype(bool)]
    return table.dropna(subset=[marks.x if marks.chart == "dots" else marks.y])


def _texts(exhibit: Exhibit) -> dict[int, str]:
    """Return by row the words at a bar where the exhibit has its own (number and change)."""
    option = exhibit.marks.options.get("text")
    if option is None or exhibit.marks.chart == "balance":
        return {}
    return {row: str(text) for row, text in enumerate(_rows(exhibit)[str(option)]) if not is_missing(text)}


def _own_colours(exhibit: Exhibit, sheet: Sheet, values: list[float | None]) -> dict[int, str]:
    """Return the colours of bars that have one of their own: the second place, others, losses, parts of a group."""
    marks, rows = exhibit.marks, _rows(exhibit).head(len(values))
    if marks.chart == "dots" and marks.focus:
        accents = {marks.focus: "", marks.second: LIGHT.second}
        inks = [accents.get(str(name), LIGHT.others[1]) for name in rows[marks.y]]
    elif marks.chart == "balance":
        inks = [LIGHT.others[3] if (value or 0) < 0 else "" for value in values]
    elif "soft" in marks.options:
        inks = [LIGHT.others[3] if pale else "" for pale in rows[str(marks.options["soft"])].astype(bool)]
    else:
        inks = []
    return {row: ink for row, ink in enumerate(inks[: len(sheet.categories)]) if ink}


def _opposite(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw what goes to the left and what comes to the right on one scale, the balance of each row at the edge."""
    column = column_of(exhibit, str(exhibit.marks.options["positive"]))
    form = number_format(language, column.decimals or 0, absolute=True)
    below, right = Box(box.left, box.top + HEAD, box.width, box.height - HEAD), 0.14
    chart = _chart(slide, exhibit, sheet, below, right)
    most = max([abs(value) for part in sheet.series.values() for value in part if value is not None], default=0.0)
    most = max(most, float(str(exhibit.marks.options.get("maximum", 0)))) * 1.25 or 1.0
    value_axis(chart.value_axis, form, Scale(-most, most, most), labels=False)
    size = _type(sheet, below)
    for series in chart.plots[0].series:
        dress(series, _body(sheet.colours.get(series.name, LIGHT.focus)), value_labels(form, {}, language, size))
    plot = below.part(*inner(below, sheet, size, right))
    _sides(slide, exhibit, language, plot, box)
    _balances(slide, exhibit, language, plot, box, size)


def _sides(slide: Any, exhibit: Exhibit, language: Language, plot: Box, box: Box) -> None:
    """Write above the chart what its sides are, and what the numbers at the edge."""
    options, half = exhibit.marks.options, plot.width // 2
    label = column_of(exhibit, exhibit.marks.y).label
    room = box.right - plot.right
    for number, (left, width, word, ink, align) in enumerate((
        (plot.left, half - 8 * POINT, str(options["negative_name"]), LIGHT.muted, "right"),
        (plot.left + half + 8 * POINT, half, str(options["positive_name"]), LIGHT.focus, "left"),
        (plot.right, room, label, LIGHT.second, "right"),
    ), 1):  # fmt: skip
        text_box(slide, Box(left, box.top, width, HIGH), [word], f"zwk:legend:{number}", language, size=SIZE, ink=ink,
                 bold=True, align=align)  # fmt: skip


def _balances(slide: Any, exhibit: Exhibit, language: Language, plot: Box, box: Box, size: float) -> None:
    column = column_of(exhibit, exhibit.marks.y)
    values = exhibit.table[exhibit.marks.y]
    row = plot.height / len(values)
    for number, value in enumerate(values):
        if not is_missing(value):
            said = language.number(float(value), column.decimals or 0, sign=True)
            place = Box(plot.right, plot.top + round(number * row), box.right - plot.right, round(row))
            text_box(slide, place, [said], f"zwk:label:{number + 1}", language, size=size, ink=LIGHT.second, bold=True,
                     align="right", anchor="middle", wrap=False)  # fmt: skip
