"""Lines over time as native charts: interrupted at breaks, named at their ends, projected parts dashed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from pptx.enum.chart import XL_CHART_TYPE

from zwk_data.exhibits.exhibit import BreakMark, Exhibit
from zwk_data.language import Language
from zwk_data.render.course import band, capacity, drawn, falls, heights, label_years, start
from zwk_data.render.labels import end_labels
from zwk_data.render.native import DASHED, THIN, Sheet
from zwk_data.render.palette import LIGHT, series_colours
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.legend import wide
from zwk_data.render.pptx.marks import WORD, apart, level, upright
from zwk_data.render.pptx.native_chart import (
    C,
    Inner,
    add,
    category_axis,
    decimals_of,
    dress,
    number_format,
    plot_area,
    solid,
    stroke,
    value_axis,
    xml,
)  # fmt: skip
from zwk_data.render.pptx.scales import Scale, scale
from zwk_data.render.pptx.writing import colour, decorative, text_box
from zwk_data.render.vega.base import column_of

LABEL = 14  # points
LINE = (LABEL + 4) * POINT  # height of one line of a label
LARGEST_LABEL = 0.28  # of the width of a chart
LONG = 20  # years from which on labels stand at round distances
AFTER = "  "  # between the numbers of the axis and the lines
GAP = 8 * POINT
FEW, HEAD, FOOT = 5, 22 * POINT, 18 * POINT  # of small charts: labels of the time axis, name above, words below all


def draw_lines(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw one chart with all lines, and over it what a chart of Office does not know."""
    table = drawn(exhibit)
    column = column_of(exhibit, exhibit.marks.y)
    ends = _scale(exhibit, table)
    names = end_labels(_named(table, exhibit), replace(exhibit.marks, series="_series"), column, language)
    inner = _inner(box, ends, [words.strip() for words, _ in names.values()], language)
    plot, days = box.part(*inner), _Days.of(sheet.categories)
    _band(slide, exhibit, table, ends, days, plot)
    _native(slide, exhibit, sheet, ends, box, inner, days, language)
    for number, mark in enumerate(_inside(exhibit, days), 1):
        upright(slide, days.share(mark.day), mark.label, f"zwk:break:{number}", plot, language, dash=True)
    _rules(slide, exhibit, table, ends, days, plot, language)
    _ends(slide, exhibit, names, ends, plot, box, language)


def draw_multiples(slide: Any, exhibit: Exhibit, sheet: Sheet, language: Language, box: Box) -> None:
    """Draw one small native chart per place on one scale, in reading order."""
    marks, table = exhibit.marks, drawn(exhibit)
    groups = {str(name): part for name, part in table.groupby(marks.series, sort=False)}
    ends, days = _scale(exhibit, table, lines=4), _Days.of(sheet.categories)
    across = {1: 1, 2: 2, 4: 2}.get(len(groups), 3 if len(groups) <= 9 else 4)
    broken = _inside(exhibit, days)
    room = Box(box.left, box.top, box.width, box.height - (FOOT if broken else 0))
    cells = room.grid(len(groups), across, 14 * POINT)
    for number, (cell, (name, part)) in enumerate(zip(cells, groups.items(), strict=True), 1):
        _panel(slide, exhibit, sheet, ends, days, cell, number, (name, part), language)
    if broken:
        said = "   ".join(f"┆ {mark.label}" for mark in broken)
        foot = Box(box.left, box.bottom - FOOT + 2 * POINT, box.width, FOOT - 2 * POINT)
        text_box(slide, foot, [said], "zwk:break:words", language, size=WORD, ink=LIGHT.muted)


def _panel(
    slide: Any, exhibit: Exhibit, sheet: Sheet, ends: Scale, days: "_Days", cell: Box, number: int,
    place: tuple[str, pd.DataFrame], language: Language,
) -> None:  # fmt: skip
    """Draw the small chart of one place with its name and last value above."""
    (name, part), marks = place, exhibit.marks
    column = column_of(exhibit, marks.y)
    ink = {marks.focus: LIGHT.focus, marks.second: LIGHT.second}.get(name, LIGHT.muted)
    last = language.number(part.sort_values(marks.x).iloc[-1][marks.y], column.decimals or 0, sign=column.sign)
    said = f"{_fitting(name, cell.width - wide(f'  {last}', WORD + 1, bold=True))}  {last}"
    text_box(slide, Box(cell.left, cell.top, cell.width, HEAD), [said], f"zwk:label:{number}", language, size=WORD + 1,
             ink=ink, bold=True, wrap=False)  # fmt: skip
    below = Box(cell.left, cell.top + HEAD, cell.width, cell.height - HEAD)
    only = [line for line in sheet.series if line == name or line.startswith(f"{name} · ")]
    inner = _inner(below, ends, [], language)
    _native(slide, exhibit, sheet, ends, below, inner, days, language, only=only, name=f"zwk:chart:{number}", few=True,
            alt=exhibit.alt if number == 1 else f"{exhibit.title}: {name}  {last}")  # fmt: skip
    for count, mark in enumerate(_inside(exhibit, days), 1):
        upright(slide, days.share(mark.day), "", f"zwk:break:{number}:{count}", below.part(*inner), language, dash=True)


def _fitting(name: str, width: int) -> str:
    """Shorten a name that is wider than its place; the alternative text of its chart has the whole."""
    kept = name
    while len(kept) > 4 and wide(kept, WORD + 1, bold=True) > width:
        kept = kept[:-2].rstrip(" …") + "…"
    return kept


def _named(table: pd.DataFrame, exhibit: Exhibit) -> pd.DataFrame:
    marks = exhibit.marks
    return table.assign(_series=table[marks.series].astype(str) if marks.series else "")


def _scale(exhibit: Exhibit, table: pd.DataFrame, lines: int = 6) -> Scale:
    values = heights(table, exhibit).dropna()
    return scale(float(values.min()), float(values.max()), zero=exhibit.marks.options.get("zero") is True, lines=lines)


def _inner(box: Box, ends: Scale, names: list[str], language: Language) -> Inner:
    """Return the plot area: room for the numbers to the left, the names to the right, words above, years below."""
    places = decimals_of(ends.step)
    longest = max(wide(language.number(end, places), WORD) for end in (ends.low, ends.high))
    left = (longest + 12 * POINT) / box.width
    wanted = max((wide(name, LABEL, bold=True) for name in names), default=0) + GAP
    right = min(wanted / box.width, LARGEST_LABEL) if names else 12 * POINT / box.width
    top = (20 if names else 4) * POINT / box.height
    return left, top, 1 - left - right, 1 - top - 24 * POINT / box.height


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
    slide: Any, exhibit: Exhibit, sheet: Sheet, ends: Scale, box: Box, inner: Inner, days: _Days, language: Language,
    *, only: list[str] | None = None, name: str = "zwk:chart", few: bool = False, alt: str = "",
) -> None:  # fmt: skip
    chart = add(slide, exhibit, sheet, box, XL_CHART_TYPE.LINE_MARKERS, name=name, only=only or (), alt=alt)
    plot_area(chart, inner)
    value_axis(chart.value_axis, number_format(language, decimals_of(ends.step), after=AFTER), ends)
    axis = chart.category_axis
    category_axis(axis, every=days.step(FEW if few else 12))
    if days.dated:
        _date_axis(axis, days, FEW if few else 9 if days.years > LONG else 12)
    _on_the_axis(chart.value_axis._element)
    for series in chart.plots[0].series:
        look, ink = sheet.looks.get(series.name, ""), sheet.colours.get(series.name, LIGHT.others[0])
        dress(series, _look(look, ink, thick=_accent(series.name, exhibit), few=few))


def _accent(name: str, exhibit: Exhibit) -> bool:
    """Tell whether a line is my place or the one it is compared with."""
    own = [one for one in (exhibit.marks.focus, exhibit.marks.second) if one]
    return not exhibit.marks.series or any(name == one or name.startswith(f"{one} · ") for one in own)


def _on_the_axis(element: Any) -> None:
    """Let the first point of a line lie on the value axis, not half a category beside it."""
    for old in element.findall(f"{{{C}}}crossBetween"):
        element.remove(old)
    element.find(f"{{{C}}}majorUnit").addprevious(xml('<c:crossBetween val="midCat"/>')[0])


def _date_axis(axis: Any, days: _Days, labels: int) -> None:
    """Let the axis count days, so that a break lies where its day is; years are written in even steps."""
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "yyyy", False
    element = axis._element
    for tag in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for old in element.findall(f"{{{C}}}{tag}"):
            element.remove(old)
    step = days.step(labels)
    for made in xml(f'<c:baseTimeUnit val="days"/><c:majorUnit val="{step}"/><c:majorTimeUnit val="years"/>'):
        element.append(made)


def _look(look: str, ink: str, *, thick: bool, few: bool) -> str:
    """Return how a line is drawn: dots where observed, dashes where projected, thin as a limit."""
    width = 1.0 if look == THIN else 2.75 if thick else 1.75
    line = f"<c:spPr>{stroke(ink, width, dash=look == DASHED)}</c:spPr>"
    if look:
        return f'{line}<c:marker><c:symbol val="none"/></c:marker>'
    size = 4 if few or not thick else 6
    fill = f"<c:spPr>{solid(ink)}{stroke(ink, 0.5)}</c:spPr>"
    return f'{line}<c:marker><c:symbol val="circle"/><c:size val="{size}"/>{fill}</c:marker>'


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


def _inside(exhibit: Exhibit, days: _Days) -> list[BreakMark]:
    return [mark for mark in exhibit.breaks if days.first < mark.day < days.last]


def _rules(
    slide: Any, exhibit: Exhibit, table: pd.DataFrame, ends: Scale, days: _Days, plot: Box, language: Language
) -> None:
    """Draw where a run begins, and the words of a capacity (its line is a series of the chart)."""
    begin, limit = start(exhibit), capacity(exhibit)
    if not begin and not limit:
        return
    sinks = falls(table, exhibit)
    if begin:
        share = days.share(date.fromisoformat(begin[0][:10]))
        upright(slide, share, "", "zwk:start", plot, language, dash=False)
        top = plot.bottom - 18 * POINT if sinks else plot.top
        place = Box(plot.left + round(share * plot.width) + 5 * POINT, top, 180 * POINT, 16 * POINT)
        text_box(slide, place, [begin[1]], "zwk:start:word", language, size=WORD, ink=LIGHT.muted)
    if limit:
        level(slide, limit, ends, plot, language, right=sinks, line=False)


def _ends(
    slide: Any, exhibit: Exhibit, names: dict[str, tuple[str, float]], ends: Scale, plot: Box, box: Box,
    language: Language,
) -> None:  # fmt: skip
    """Write name and last value at the end of each line, in two lines where long, moved apart where they overlap."""
    marks, left = exhibit.marks, plot.right + GAP
    colours = series_colours(list(names), marks.focus, marks.second, LIGHT)
    room = box.right - left
    lines = [-(-wide(words.strip(), LABEL, bold=True) // max(room, 1)) for words, _ in names.values()]
    tall = [LINE * min(count, 2) for count in lines]
    middles = apart([(1 - ends.share(end)) * plot.height for _, end in names.values()], tall, box.bottom - plot.top)
    for number, (middle, high, (name, (words, _))) in enumerate(zip(middles, tall, names.items(), strict=True), 1):
        place = Box(left, plot.top + round(middle - high / 2), room, high)
        ink = colours[name] if name in (marks.focus, marks.second) else LIGHT.muted
        ink = ink if marks.series else LIGHT.focus
        text_box(slide, place, [words.strip()], f"zwk:label:{number}", language, size=LABEL, ink=ink,
                 bold=name == marks.focus, anchor="middle", wrap=high > LINE)  # fmt: skip
