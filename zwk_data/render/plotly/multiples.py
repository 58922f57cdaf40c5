"""Small pictures side by side, one per series, all on one scale; the others stay behind each as pale lines."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.plotly.base import Figure, Style, axis, column_of, harmless, hover, layout
from zwk_data.render.plotly.line import DASHES, iso_days, time_axis, value_range, wrapped

PANEL = 11.5  # height of one picture, of the size of type
GUTTER = 0.035  # of the width, between two pictures
LINE, ROOM = 1.35, 0.9  # a line of a name above each picture, and the room around it, of the size of type
NAME_WIDTH, WIDE = 18, 26
PRESENTED = 20  # size of type from which the height is given by the screen, not by the pictures


def multiples(exhibit: Exhibit, style: Style) -> Figure:
    """Draw one picture per ``series``, in reading order."""
    marks, table = exhibit.marks, exhibit.table.dropna(subset=[exhibit.marks.y])
    names = list(dict.fromkeys(str(name) for name in table[marks.series]))
    abreast = _abreast(len(names), style)
    lines = -(-len(names) // abreast)
    over = ROOM + LINE * max(wrapped(name, _name_width(style)).count("<br>") + 1 for name in names)
    height = int((PANEL + over) * style.font_size * lines) + 24
    height = min(height, style.height) if style.font_size >= PRESENTED else height
    head = over * style.font_size / height
    low, high = value_range(table[marks.y])
    plain: dict[str, Any] = layout(
        style, height=height, margin={"l": 8, "r": 12, "t": 0, "b": 8, "pad": 2}, annotations=[], shapes=[]
    )
    traces: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        suffix = "" if number == 0 else str(number + 1)
        column, row = number % abreast, number // abreast
        domain = _domain(column, row, abreast, lines, head)
        more = {} if suffix == "" else {"matches": "x"}
        plain[f"xaxis{suffix}"] = time_axis(
            table[marks.x], style, 3, domain=domain[0], anchor=f"y{suffix}", showticklabels=row == lines - 1
            or number + abreast >= len(names), **more,
        )  # fmt: skip
        plain[f"yaxis{suffix}"] = axis(
            style, range=[low, high], domain=domain[1], anchor=f"x{suffix}", tickformat=",", nticks=4,
            showticklabels=column == 0,
        )  # fmt: skip
        traces += _lines(table, exhibit, style, name, suffix)
        plain["annotations"] += _words(table, exhibit, style, name, suffix, domain)
        plain["shapes"] += _rules(exhibit, style, suffix)
    return {"data": traces, "layout": plain}


def _abreast(count: int, style: Style) -> int:
    """Return how many pictures stand side by side: two, since a phone shows the same figure; more on a projector."""
    if style.font_size < PRESENTED:
        return min(count, 2)
    return min(count, 3) if count <= 6 else 4 if count <= 8 else 5


def _name_width(style: Style) -> int:
    return WIDE if style.font_size >= PRESENTED else NAME_WIDTH


def _domain(column: int, row: int, abreast: int, lines: int, head: float) -> tuple[list[float], list[float]]:
    """Return the part of the picture that one panel fills: from left to right, from bottom to top."""
    width = (1 - GUTTER * (abreast - 1)) / abreast
    left = column * (width + GUTTER)
    top = 1 - row / lines
    return [round(left, 4), round(left + width, 4)], [round(top - 1 / lines + 0.02, 4), round(top - head, 4)]


def _lines(table: pd.DataFrame, exhibit: Exhibit, style: Style, name: str, suffix: str) -> list[dict[str, Any]]:
    """Return the pale lines of all others as one trace, then the lines of this one, interrupted between bases."""
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "type": "scatter"}
    days, heights = _joined(table[table[marks.series] != name], exhibit)
    behind = {**axes, "mode": "lines", "x": days, "y": heights, "hoverinfo": "skip",
              "line": {"color": style.palette.others[-1], "width": 1}, "opacity": 0.5}  # fmt: skip
    colour = _colour(name, exhibit, style)
    own = [
        {**axes, "mode": "lines+markers" if len(part) <= 3 else "lines", "x": iso_days(part[marks.x]),
         "y": part[marks.y].round(4).tolist(), "marker": {"color": colour, "size": 5},
         "line": {"color": colour, "width": 2.5, "dash": DASHES.get(str(basis), "solid")},
         "hovertemplate": hover(harmless(name), "y", column, style.language)}
        for basis, part in table[table[marks.series] == name].groupby(marks.dash or marks.series, sort=False)
    ]  # fmt: skip
    return [behind, *own]


def _joined(table: pd.DataFrame, exhibit: Exhibit) -> tuple[list[str | None], list[float | None]]:
    """Return several lines as one, with gaps between them."""
    marks = exhibit.marks
    days: list[str | None] = []
    heights: list[float | None] = []
    for _, part in table.groupby([marks.series, marks.dash or marks.series], sort=False):
        days += [*iso_days(part[marks.x]), None]
        heights += [*part[marks.y].round(4).tolist(), None]
    return days, heights


def _colour(name: str, exhibit: Exhibit, style: Style) -> str:
    accents = {exhibit.marks.second: style.palette.second, exhibit.marks.focus: style.palette.focus}
    return accents.get(name, style.palette.muted)


def _rules(exhibit: Exhibit, style: Style, suffix: str) -> list[dict[str, Any]]:
    """Return the breaks as rules in one picture; their words stand below the chart."""
    return [
        {"type": "line", "xref": f"x{suffix}", "x0": mark.day.isoformat(), "x1": mark.day.isoformat(), "y0": 0, "y1": 1,
         "yref": f"y{suffix} domain", "line": {"color": style.palette.muted, "width": 1, "dash": "dot"}}
        for mark in exhibit.breaks
    ]  # fmt: skip


def _words(
    table: pd.DataFrame, exhibit: Exhibit, style: Style, name: str, suffix: str, domain: tuple[list[float], list[float]]
) -> list[dict[str, Any]]:
    """Return the name above a picture and the last value at the end of its line."""
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    last = table[table[marks.series] == name].sort_values(marks.x).iloc[-1]
    colour, text = _colour(name, exhibit, style), wrapped(name, _name_width(style))
    plain = {"showarrow": False, "yanchor": "bottom", "yshift": 4}
    head = {
        "text": f"<b>{text}</b>" if name == marks.focus else text, "x": domain[0][0], "xref": "paper",
        "xanchor": "left", "y": domain[1][1], "yref": "paper", "align": "left",
        "font": {"color": colour if colour != style.palette.muted else style.palette.ink, "size": style.font_size},
    }  # fmt: skip
    end = {
        "text": style.language.number(last[marks.y], column.decimals or 0, sign=column.sign), "xanchor": "right",
        "x": pd.Timestamp(last[marks.x]).date().isoformat(), "xref": f"x{suffix}", "y": round(float(last[marks.y]), 4),
        "yref": f"y{suffix}", "font": {"color": colour, "size": style.font_size},
    }  # fmt: skip
    return [plain | head, plain | end]
