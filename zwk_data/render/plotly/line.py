"""Lines over time: one trace per series and census basis, labelled at the end, breaks as rules."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.labels import end_labels
from zwk_data.render.palette import series_colours
from zwk_data.render.plotly.base import Figure, Style, axis, break_rules, column_of, hover, layout

DASHES = {"pre2011": "dot", "census2011": "solid", "census2022": "solid", "model": "dash"}
LABEL_WIDTH, WIDE = 15, 46  # characters after which a label at a line's end is broken, on a projector
PRESENTED = 20  # size of type from which the height is given by the screen
MARGINS = 64  # pixels above and below the plot
CHARACTER = 0.53  # mean width of a character, of the size of type
GAP = 0.4  # of a line, between two labels at the ends of lines
STEPS = (1, 2, 5, 10, 20)  # years between two labels of the time axis


def line(exhibit: Exhibit, style: Style) -> Figure:
    """Draw ``y`` over ``x``, one line per ``series``; a line is interrupted where ``dash`` changes."""
    marks, table = exhibit.marks, exhibit.table.dropna(subset=[exhibit.marks.y])
    names = list(dict.fromkeys(table[marks.series]))
    colours = series_colours(names, marks.focus, marks.second, style.palette)
    traces = [
        _trace(part, exhibit, style, colours[str(name)], str(name), str(basis))
        for (name, basis), part in reversed(list(table.groupby([marks.series, marks.dash or marks.series], sort=False)))
    ]  # reversed: the place in focus is drawn last, on top
    low, high = value_range(table[marks.y], marks.options.get("zero") is True)
    shapes, words = break_rules(exhibit, style)
    labels = _end_labels(table, exhibit, style)
    width = max((len(part) for text in labels.values() for part in text.split("<br>")), default=0)
    return {
        "data": traces,
        "layout": layout(
            style, shapes=shapes, height=_height(labels, style),
            annotations=[*words, *_annotations(table, exhibit, style, labels, colours, (low, high))],
            margin={"l": 8, "r": int(width * style.font_size * CHARACTER) + 12, "t": 30, "b": 8, "pad": 4},
            xaxis=time_axis(table[marks.x], style),
            yaxis=axis(style, range=[low, high], tickformat=",", ticksuffix=""),
        ),
    }  # fmt: skip


def time_axis(days: pd.Series, style: Style, labels: int = 6, **more: Any) -> dict[str, Any]:
    """Return an axis whose labels stand at 31 December of the year they name, counted back from the last year."""
    dates = pd.to_datetime(days)
    room = max((dates.max() - dates.min()) * 0.03, pd.Timedelta(days=60))
    years = label_years(dates.min().year, dates.max().year, labels)
    return axis(
        style, showgrid=False, type="date", tickmode="array", tickvals=[f"{year}-12-31" for year in years],
        ticktext=[str(year) for year in years], tickangle=0, hoverformat="%d.%m.%Y",
        range=[(dates.min() - room).date().isoformat(), (dates.max() + room).date().isoformat()], **more,
    )  # fmt: skip


def label_years(first: int, last: int, labels: int) -> list[int]:
    """Return at most ``labels`` years in even steps, the last one among them."""
    step = next((step for step in STEPS if (last - first) // step < labels), STEPS[-1])
    return list(range(last, first - 1, -step))[::-1]


def _trace(part: pd.DataFrame, exhibit: Exhibit, style: Style, colour: str, name: str, basis: str) -> dict[str, Any]:
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    in_focus = name in (marks.focus, marks.second)
    few = len(part) <= 3
    return {
        "type": "scatter", "mode": "lines+markers" if few or basis == "census2022" else "lines", "name": name,
        "x": iso_days(part[marks.x]), "y": part[marks.y].round(4).tolist(),
        "line": {"color": colour, "width": 3 if in_focus else 1.6, "dash": DASHES.get(basis, "solid")},
        "marker": {"color": colour, "size": 7 if in_focus else 5},
        "hovertemplate": hover(name, "y", column, style.language),
    }  # fmt: skip


def iso_days(days: pd.Series) -> list[str]:
    """Return dates as plotly.js reads them."""
    return [day.date().isoformat() for day in pd.to_datetime(days)]


def value_range(values: pd.Series, zero: bool = False) -> tuple[float, float]:
    """Return the limits of a value axis with a little room, with zero inside where asked."""
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.08 or max(abs(high), 1) * 0.05
    return (min(0.0, low) if zero else low - room, high + room)


def wrapped(text: str, width: int) -> str:
    """Break a label at blanks and hyphens so that no line is much longer than ``width``."""
    lines = [""]
    for word in text.replace("-", "- ").split():
        glue = "" if not lines[-1] or lines[-1].endswith("-") else " "
        if lines[-1] and len(lines[-1]) + len(glue) + len(word) > width:
            lines.append(word)
        else:
            lines[-1] += glue + word
    return "<br>".join(lines)


def _end_labels(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> dict[str, str]:
    """Return the label at the end of each line: name and last value, broken where the screen may be narrow."""
    column = column_of(exhibit, exhibit.marks.y)
    width = WIDE if style.font_size >= PRESENTED else LABEL_WIDTH
    ends = end_labels(table, exhibit.marks, column, style.language)
    return {name: wrapped(words, width) for name, (words, _) in ends.items()}


def _line_height(style: Style) -> float:
    return 1.25 * (style.font_size - 1)


def _height(labels: dict[str, str], style: Style) -> int:
    """Return the height in pixels: more than the usual one where the labels need it, except where one presents."""
    lines = sum(text.count("<br>") + 1 for text in labels.values())
    needed = int((lines + GAP * len(labels)) * _line_height(style)) + MARGINS + 12
    return style.height if style.font_size >= PRESENTED else max(style.height, needed)


def _annotations(
    table: pd.DataFrame, exhibit: Exhibit, style: Style, labels: dict[str, str], colours: dict[str, str],
    limits: tuple[float, float],
) -> list[dict[str, Any]]:  # fmt: skip
    """Place the labels beside the ends of their lines, moved apart where they would overlap.

    Text needs more contrast than a line: beside the accents it is one grey, whatever grey the line has.
    """
    marks = exhibit.marks
    last = table.sort_values(marks.x, kind="stable").groupby(marks.series, sort=False)[marks.y].last()
    span = limits[1] - limits[0] or 1.0
    plot = _height(labels, style) - MARGINS
    sizes = [(text.count("<br>") + 1 + GAP) * _line_height(style) / plot for text in labels.values()]
    heights = stacked([(last[name] - limits[0]) / span for name in labels], sizes)
    return [
        {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": round(height, 4), "yref": "paper",
         "yanchor": "middle", "showarrow": False, "align": "left", "text": text,
         "font": {"color": colours[name] if name in (marks.focus, marks.second) else style.palette.muted,
                  "size": style.font_size - 1}}
        for height, (name, text) in zip(heights, labels.items(), strict=True)
    ]  # fmt: skip


def stacked(positions: list[float], sizes: list[float]) -> list[float]:
    """Move labels apart so that none overlaps the next and all stay between 0 and 1 as far as they fit there.

    Args:
        positions: where the middle of each label would best be, as share of the height.
        sizes: the height of each label, in the same measure.
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = list(positions)
    for below, above in zip(order, order[1:], strict=False):
        moved[above] = max(moved[above], moved[below] + (sizes[below] + sizes[above]) / 2)
    ceiling = 1.0
    for index in reversed(order):  # from the top down: whatever was pushed out above comes back in
        moved[index] = min(moved[index], ceiling - sizes[index] / 2)
        ceiling = moved[index] - sizes[index] / 2
    return moved
