"""Lines over time as native charts: interrupted at breaks, named at their ends, projected parts dashed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from lxml import etree
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.course import band, capacity, drawn, falls, heights, label_years, start
from zwk_data.render.labels import end_labels
from zwk_data.render.native import DASHED, THIN, Sheet
from zwk_data.render.palette import LIGHT, series_colours
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.native_chart import C, Inner, add, category_axis, plot_area, value_axis
from zwk_data.render.pptx.scales import Scale, scale
from zwk_data.render.pptx.writing import colour, decorative, rule, text_box
from zwk_data.render.vega.base import column_of, spread

LABEL, WORD = 14, 12  # points
SIGN = 0.56  # of its size: how wide a sign is on the average
LARGEST_LABEL = 0.34  # of the width of a chart
LONG = 20  # years from which on labels stand at round distances


def draw_lines(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw one chart with all lines, what is not native over it."""
    table = drawn(exhibit)
    ends = _scale(exhibit, table)
    names = end_labels(_named(table, exhibit), _with_series(exhibit), column_of(exhibit, exhibit.marks.y), language)
    inner = _inner(box, ends, [words for words, _ in names.values()], language, column_of(exhibit, exhibit.marks.y))
    plot = box.part(*inner)
    days = _Days.of(sheet.categories)
    _band(slide, exhibit, table, ends, days, plot)
    _native(slide, exhibit, sheet, ends, box, inner, days)
    _breaks(slide, exhibit, days, plot, language)
    _rules(slide, exhibit, table, ends, days, plot, language)
    _ends(slide, exhibit, names, ends, plot, language)


def draw_multiples(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw one small native chart per place on one scale, in reading order."""
    marks, table = exhibit.marks, drawn(exhibit)
    groups = {str(name): part for name, part in table.groupby(marks.series, sort=False)}
    ends = _scale(exhibit, table, lines=4)
    across = 1 if len(groups) == 1 else 2 if len(groups) in (2, 4) else 3
    cells = box.grid(len(groups), across, 18 * POINT)
    column = column_of(exhibit, marks.y)
    for number, (cell, (name, part)) in enumerate(zip(cells, groups.items(), strict=True), 1):
        ink = {marks.focus: LIGHT.focus, marks.second: LIGHT.second}.get(name, LIGHT.others[0])
        last = part.sort_values(marks.x).iloc[-1][marks.y]
        said = f"{name}  {language.number(last, column.decimals or 0, sign=column.sign)}"
        head = Box(cell.left, cell.top, cell.width, 22 * POINT)
        text_box(slide, head, [said], f"zwk:label:{number}", language, size=WORD + 1, ink=ink, bold=True)
        below = Box(cell.left, cell.top + 24 * POINT, cell.width, cell.height - 24 * POINT)
        only = [line for line in sheet.series if line == name or line.startswith(f"{name} · ")]
        inner = _inner(below, ends, [], language, column, foot=22)
        days = _Days.of(sheet.categories)
        _native(slide, exhibit, sheet, ends, below, inner, days, only=only, name=f"zwk:chart:{number}", few=True)
        _breaks(slide, exhibit, days, below.part(*inner), language, words=False)


def _named(table: pd.DataFrame, exhibit: Exhibit) -> pd.DataFrame:
    marks = exhibit.marks
    return table.assign(_series=table[marks.series].astype(str) if marks.series else "")


def _with_series(exhibit: Exhibit) -> Any:
    return replace(exhibit.marks, series="_series")


def _scale(exhibit: Exhibit, table: pd.DataFrame, lines: int = 6) -> Scale:
    values = heights(table, exhibit).dropna()
    return scale(float(values.min()), float(values.max()), zero=exhibit.marks.options.get("zero") is True, lines=lines)


def _inner(box: Box, ends: Scale, names: list[str], language: Language, column: Any, foot: int = 26) -> Inner:
    """Return the plot area: room for the numbers to the left, the names to the right, words above, years below."""
    longest = max(len(language.number(end, column.decimals or 0)) for end in (ends.low, ends.high))
    left = (longest + 1.5) * WORD * SIGN * POINT / box.width
    right = min(max((len(name) for name in names), default=1) * LABEL * SIGN * POINT / box.width + 0.02, LARGEST_LABEL)
    top = (20 if names else 6) * POINT / box.height
    return left, top, 1 - left - right, 1 - top - foot * POINT / box.height


class _Days:
    """The time axis: where a day lies, and which years are written below it."""

    def __init__(self, first: date, last: date, *, dated: bool) -> None:
        self.first, self.last, self.dated = first, last, dated

    @classmethod
    def of(cls, categories: list[object]) -> "_Days":
        """Read the ends of the axis; categories that are no days are years."""
        dated = all(isinstance(entry, pd.Timestamp) for entry in categories)
        ends = (categories[0], categories[-1])
        first, last = (pd.Timestamp(str(end)) if dated else pd.Timestamp(int(str(end)), 12, 31) for end in ends)
        return cls(first.date(), last.date(), dated=dated)

    def share(self, day: date) -> float:
        """Return how far a day lies from the left end, in shares of the axis."""
        return (day - self.first).days / max((self.last - self.first).days, 1)

    @property
    def years(self) -> int:
        """How many years the axis spans."""
        return self.last.year - self.first.year

    def step(self, labels: int) -> int:
        """Return the years between two labels."""
        shown = label_years(self.first.year, self.last.year, labels)
        return shown[1] - shown[0] if len(shown) > 1 else 1


def _native(
    slide: Any, exhibit: Exhibit, sheet: Sheet, ends: Scale, box: Box, inner: Inner, days: _Days, *,
    only: list[str] | None = None, name: str = "zwk:chart", few: bool = False,
) -> None:  # fmt: skip
    chart = add(slide, exhibit, sheet, box, XL_CHART_TYPE.LINE_MARKERS, name=name, only=only or ())
    plot_area(chart, inner)
    value_axis(chart.value_axis, sheet, ends)
    category_axis(chart.category_axis)
    if days.dated:
        _date_axis(chart, days, 4 if few else 7 if days.years > LONG else 12)
    for series in chart.plots[0].series:
        look = sheet.looks.get(series.name, "")
        _line(series, look, sheet.colours.get(series.name, LIGHT.others[0]), thick=_accent(series.name, exhibit))


def _accent(name: str, exhibit: Exhibit) -> bool:
    """Tell whether a line is my place or the one it is compared with."""
    own = [one for one in (exhibit.marks.focus, exhibit.marks.second) if one]
    return not exhibit.marks.series or any(name == one or name.startswith(f"{one} · ") for one in own)


def _date_axis(chart: Any, days: _Days, labels: int) -> None:
    """Let the axis count days, so that a break lies where its day is; years are written in even steps."""
    axis = chart.category_axis
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "yyyy", False
    element = axis._element
    for tag in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for old in element.findall(f"{{{C}}}{tag}"):
            element.remove(old)
    for tag, value in (("baseTimeUnit", "days"), ("majorUnit", days.step(labels)), ("majorTimeUnit", "years")):
        etree.SubElement(element, f"{{{C}}}{tag}").set("val", str(value))
    cross = chart.value_axis._element.find(f"{{{C}}}crossBetween")
    if cross is not None:
        cross.set("val", "midCat")


def _line(series: Any, look: str, ink: str, *, thick: bool) -> None:
    series.smooth = False
    line = series.format.line
    line.color.rgb, line.width = colour(ink), Pt(1.0 if look == THIN else 3.0 if thick else 1.75)
    if look == DASHED:
        line.dash_style = MSO_LINE.DASH
    if look:
        series.marker.style = XL_MARKER_STYLE.NONE
        return
    series.marker.style, series.marker.size = XL_MARKER_STYLE.CIRCLE, 6 if thick else 5
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = colour(ink)
    series.marker.format.line.color.rgb = colour(ink)


def _band(slide: Any, exhibit: Exhibit, table: pd.DataFrame, ends: Scale, days: _Days, plot: Box) -> None:
    """Lay the interval of the series in focus as a soft area below the chart."""
    marks, inside = exhibit.marks, band(table, exhibit)
    if len(inside) < 2:
        return
    shares = [days.share(_day(entry)) for entry in inside[marks.x]]
    upper = [(share, ends.share(float(value))) for share, value in zip(shares, inside[marks.upper], strict=True)]
    lower = [(share, ends.share(float(value))) for share, value in zip(shares, inside[marks.lower], strict=True)]
    points = [(plot.left + round(x * plot.width), plot.bottom - round(y * plot.height)) for x, y in upper + lower[::-1]]
    builder = slide.shapes.build_freeform(*points[0])
    builder.add_line_segments(points[1:], close=True)
    shape = builder.convert_to_shape()
    shape.name = "zwk:band"
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(LIGHT.soft)
    shape.line.fill.background()
    shape.shadow.inherit = False
    decorative(shape)


def _day(entry: Any) -> date:
    return pd.Timestamp(entry).date() if isinstance(entry, pd.Timestamp) else date(int(entry), 12, 31)


def _breaks(slide: Any, exhibit: Exhibit, days: _Days, plot: Box, language: Language, *, words: bool = True) -> None:
    """Draw each break as a thin vertical rule with its word above."""
    inside = [mark for mark in exhibit.breaks if days.first < mark.day < days.last]
    for number, mark in enumerate(inside, 1):
        x = plot.left + round(days.share(mark.day) * plot.width)
        rule(slide, (x, plot.top), (x, plot.bottom), f"zwk:break:{number}", LIGHT.others[1], dash=True)
        if words:
            place = Box(x - 60 * POINT, plot.top - 18 * POINT, 120 * POINT, 16 * POINT)
            text_box(slide, place, [mark.label], f"zwk:break:{number}:word", language, size=WORD, ink=LIGHT.muted,
                     align="center")  # fmt: skip


def _rules(
    slide: Any, exhibit: Exhibit, table: pd.DataFrame, ends: Scale, days: _Days, plot: Box, language: Language
) -> None:
    """Draw where a run begins and a capacity, each with its word."""
    sinks = falls(table, exhibit)
    if begin := start(exhibit):
        x = plot.left + round(days.share(date.fromisoformat(begin[0][:10])) * plot.width)
        rule(slide, (x, plot.top), (x, plot.bottom), "zwk:start", LIGHT.muted)
        top = plot.bottom - 18 * POINT if sinks else plot.top
        text_box(slide, Box(x + 5 * POINT, top, 160 * POINT, 16 * POINT), [begin[1]], "zwk:start:word", language,
                 size=WORD, ink=LIGHT.muted)  # fmt: skip
    if level := capacity(exhibit):
        y = plot.bottom - round(ends.share(level[0]) * plot.height)
        width = 200 * POINT
        left = plot.right - width if sinks else plot.left + 4 * POINT
        text_box(slide, Box(left, y - 18 * POINT, width, 16 * POINT), [level[1]], "zwk:capacity", language, size=WORD,
                 ink=LIGHT.ink, align="right" if sinks else "left")  # fmt: skip


def _ends(
    slide: Any, exhibit: Exhibit, names: dict[str, tuple[str, float]], ends: Scale, plot: Box, language: Language
) -> None:
    """Write name and last value at the end of each line, moved apart where they would overlap."""
    colours = series_colours(list(names), exhibit.marks.focus, exhibit.marks.second, LIGHT)
    if not exhibit.marks.series:
        colours = dict.fromkeys(names, LIGHT.focus)
    high = (LABEL + 4) * POINT
    wanted = [(1 - ends.share(height)) * plot.height for _, height in names.values()]
    tops = spread(wanted, high)
    for number, (top, (name, (words, _))) in enumerate(zip(tops, names.items(), strict=True), 1):
        place = Box(plot.right + 8 * POINT, plot.top + round(top - high / 2), round(plot.width * 0.6), high)
        text_box(slide, place, [words.strip()], f"zwk:label:{number}", language, size=LABEL, ink=colours[name],
                 bold=name == exhibit.marks.focus, anchor="middle", wrap=False)  # fmt: skip
