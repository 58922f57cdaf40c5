"""Lines over time: one trace per series and census basis, labelled at the end, breaks as rules."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.palette import series_colours
from zwk_data.render.plotly.base import Figure, Style, axis, break_rules, column_of, layout, number_format, spread

DASHES = {"pre2011": "dot", "census2011": "solid", "census2022": "solid", "model": "dash"}
LABEL_GAP = 0.062  # of the height of the plot


def line(exhibit: Exhibit, style: Style) -> Figure:
    """Draw ``y`` over ``x``, one line per ``series``; a line is interrupted where ``dash`` changes."""
    marks, table = exhibit.marks, exhibit.table.dropna(subset=[exhibit.marks.y])
    names = list(dict.fromkeys(table[marks.series]))
    colours = series_colours(names, marks.focus, marks.second, style.palette)
    traces = [
        _trace(part, exhibit, style, colours[str(name)], str(name), str(basis))
        for (name, basis), part in table.groupby([marks.series, marks.dash or marks.series], sort=False)
    ]
    low, high = _range(table[marks.y], marks.options.get("zero") is True)
    shapes, words = break_rules(exhibit, style)
    labels = _end_labels(table, exhibit, style, colours, (low, high))
    width = max((len(str(label["text"]).split("<br>")[0]) for label in labels), default=0) * style.font_size * 0.52
    return {
        "data": traces,
        "layout": layout(
            style, shapes=shapes, annotations=[*words, *labels],
            margin={"l": 8, "r": min(int(width) + 14, 210), "t": 30, "b": 8, "pad": 4},
            xaxis=axis(style, showgrid=False, type="date", tickformat="%Y", range=_x_range(table[marks.x])),
            yaxis=axis(style, range=[low, high], tickformat=",", ticksuffix=""),
        ),
    }  # fmt: skip


def _trace(part: pd.DataFrame, exhibit: Exhibit, style: Style, colour: str, name: str, basis: str) -> dict[str, Any]:
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    in_focus = name in (marks.focus, marks.second)
    few = len(part) <= 3
    return {
        "type": "scatter", "mode": "lines+markers" if few or basis == "census2022" else "lines", "name": name,
        "x": [day.date().isoformat() for day in pd.to_datetime(part[marks.x])], "y": part[marks.y].tolist(),
        "line": {"color": colour, "width": 3 if in_focus else 1.6, "dash": DASHES.get(basis, "solid")},
        "marker": {"color": colour, "size": 7 if in_focus else 5},
        "hovertemplate": f"<b>{name}</b><br>%{{x|%d.%m.%Y}}: %{{y:{number_format(column)}}} {column.unit}<extra></extra>",
    }  # fmt: skip


def _range(values: pd.Series, zero: bool) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.08 or max(abs(high), 1) * 0.05
    return (min(0.0, low) if zero else low - room, high + room)


def _x_range(days: pd.Series) -> list[str]:
    dates = pd.to_datetime(days)
    room = max((dates.max() - dates.min()) * 0.03, pd.Timedelta(days=60))
    return [(dates.min() - room).date().isoformat(), (dates.max() + room).date().isoformat()]


def _end_labels(
    table: pd.DataFrame, exhibit: Exhibit, style: Style, colours: dict[str, str], limits: tuple[float, float]
) -> list[dict[str, Any]]:
    """Return name and last value of each line at its end, moved apart where they would overlap."""
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    last = table.sort_values(marks.x).groupby(marks.series, sort=False).tail(1)
    span = limits[1] - limits[0] or 1.0
    heights = spread([(value - limits[0]) / span for value in last[marks.y]], LABEL_GAP)
    return [
        {"x": 1, "xref": "paper", "xanchor": "left", "y": height, "yref": "paper", "showarrow": False, "align": "left",
         "text": f"{row[marks.series]} {style.language.number(row[marks.y], column.decimals or 0)}",
         "font": {"color": colours[str(row[marks.series])], "size": style.font_size - 1}, "xshift": 6}
        for height, (_, row) in zip(heights, last.iterrows(), strict=True)
    ]  # fmt: skip


