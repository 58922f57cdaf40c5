"""Lines over time: one trace per series and census basis, labelled at the end, breaks as rules.

What is projected is dashed, with the band of the series in focus below it; see ``render/course.py``.
"""

from typing import Any

import numpy as np
import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit
from zwk_data.render.course import PROJECTION, band, capacity, drawn, falls, heights, label_years, start
from zwk_data.render.labels import end_labels
from zwk_data.render.palette import series_colours
from zwk_data.render.plotly.base import Figure, Style, axis, break_rules, column_of, harmless, hover, layout

DASHES = {"pre2011": "dot", "census2011": "solid", "census2022": "solid", "model": "dash", PROJECTION: "dash"}
NARROW = 12  # the same for a word beside a vertical rule
LABEL_WIDTH, WIDE = 15, 46  # characters after which a label at a line's end is broken, on a projector
PRESENTED = 20  # size of type from which the height is given by the screen
MARGINS = 64  # pixels above and below the plot
CHARACTER = 0.53  # mean width of a character, of the size of type
BAND = 0.17  # how much of its colour a band has
LARGE = 1_000  # from here on a decimal is less than a line is wide
GAP = 0.4  # of a line, between two labels at the ends of lines


def line(exhibit: Exhibit, style: Style) -> Figure:
    """Draw ``y`` over ``x``, one line per ``series``; a line is interrupted where ``dash`` changes."""
    marks, table = exhibit.marks, drawn(exhibit)
    names = list(dict.fromkeys(table[marks.series]))
    colours = series_colours(names, marks.focus, marks.second, style.palette)
    traces = [
        _trace(part, exhibit, style, colours[str(name)], str(name), str(basis))
        for (name, basis), part in reversed(list(table.groupby([marks.series, marks.dash or marks.series], sort=False)))
    ]  # reversed: the place in focus is drawn last, on top
    low, high = value_range(heights(table, exhibit), marks.options.get("zero") is True)
    shapes, words = rules(table, exhibit, style)
    labels = _end_labels(table, exhibit, style)
    width = max((len(part) for text in labels.values() for part in text.split("<br>")), default=0)
    return {
        "data": [*_band(table, exhibit, style), *traces],
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


def _trace(part: pd.DataFrame, exhibit: Exhibit, style: Style, colour: str, name: str, basis: str) -> dict[str, Any]:
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    in_focus = name in (marks.focus, marks.second)
    few = len(part) <= 3
    return {
        "type": "scatter", "mode": "lines+markers" if few or basis == "census2022" else "lines", "name": name,
        "x": iso_days(part[marks.x]), "y": heights_of(part[marks.y], column),
        "line": {"color": colour, "width": 3 if in_focus else 1.6, "dash": DASHES.get(basis, "solid")},
        "marker": {"color": colour, "size": 7 if in_focus else 5},
        "hovertemplate": hover(harmless(name), "y", column, style.language),
    } | _interval(part, exhibit, style)  # fmt: skip


def _interval(part: pd.DataFrame, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    """Return the hover text of a part with an interval; its ends stand below the value."""
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    name = str(part[marks.series].iloc[0])
    if name != marks.focus or marks.lower not in part or part[marks.lower].isna().any():
        return {}
    inside = band(part, exhibit)
    if len(inside) != len(part):
        return {}
    number, decimals = style.language.number, column.decimals or 0
    pairs = zip(inside[marks.lower], inside[marks.upper], strict=True)
    texts = [f"{number(low, decimals)} – {number(high, decimals)}" for low, high in pairs]
    said = str(marks.options.get("band_word", ""))
    more = f"<br>{said}: %{{text}}<extra></extra>" if said else "<br>%{text}<extra></extra>"
    return {
        "text": texts,
        "hovertemplate": hover(harmless(name), "y", column, style.language).replace("<extra></extra>", more),
    }


def _band(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> list[dict[str, Any]]:
    """Return the interval of the series in focus as one soft area."""
    marks, rows = exhibit.marks, band(table, exhibit)
    if len(rows) < 2:
        return []
    days = iso_days(rows[marks.x])
    column = column_of(exhibit, marks.y)
    edge = [*heights_of(rows[marks.upper], column), *heights_of(rows[marks.lower], column)[::-1]]
    return [{
        "type": "scatter", "mode": "lines", "fill": "toself", "x": [*days, *days[::-1]], "y": edge,
        "line": {"width": 0}, "fillcolor": see_through(style.palette.focus, BAND), "hoverinfo": "skip",
    }]  # fmt: skip


def see_through(colour: str, share: float) -> str:
    """Return a colour of the form ``#rrggbb`` that lets what lies below shine through."""
    return f"rgba({','.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))},{share})"


def rules(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rules with their words: every break, the start of a run, a capacity; shapes and annotations."""
    shapes, words = break_rules(exhibit, style)
    plain = {"showarrow": False, "font": {"size": style.font_size - 2, "color": style.palette.muted}}
    if found := start(exhibit):
        day, word = found
        top = not falls(table, exhibit)
        shapes.append({"type": "line", "x0": day, "x1": day, "y0": 0, "y1": 1, "yref": "paper",
                       "line": {"color": style.palette.muted, "width": 1}})  # fmt: skip
        words.append({**plain, "x": day, "xanchor": "left", "xshift": 4, "y": 1 if top else 0, "yref": "paper",
                      "yanchor": "top" if top else "bottom", "align": "left",
                      "text": word if style.font_size >= PRESENTED else wrapped(word, NARROW)})  # fmt: skip
    if level := capacity(exhibit):
        height, word = level
        shapes.append({"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": height, "y1": height,
                       "line": {"color": style.palette.ink, "width": 1.4}})  # fmt: skip
        right = falls(table, exhibit)  # where the line has left room
        ink = {"size": style.font_size - 2, "color": style.palette.ink}
        words.append({**plain, "x": int(right), "xref": "paper", "xanchor": "right" if right else "left",
                      "y": height, "yanchor": "bottom", "text": word, "font": ink})  # fmt: skip
    return shapes, words


def heights_of(values: pd.Series, column: Column) -> list[float]:
    """Return values to draw: large counts of people without the decimals of a run, which nobody sees."""
    if column.decimals == 0 and len(values) and values.abs().min() >= LARGE:
        return [round(value) if value == value else value for value in values.tolist()]
    return list(values.round(4).tolist())


def iso_days(days: pd.Series) -> list[str]:
    """Return dates as plotly.js reads them."""
    return list(np.datetime_as_string(pd.to_datetime(days).to_numpy(), unit="D").tolist())


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
    return {name: wrapped(harmless(words), width) for name, (words, _) in ends.items()}


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
