"""A sum drawn step by step: each bar begins where the one before ended, both stocks stand as marks."""

import math
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.plotly.base import Figure, Style, axis, layout, nice_step


def balance(exhibit: Exhibit, style: Style) -> Figure:
    """Draw the steps ``y`` of every ``x`` from top to bottom, relative to the stock at the start.

    Options: ``from`` names the column where a step begins, ``text`` what is written beside it, ``stock`` which rows are
    stocks.
    """
    table, options = exhibit.table, exhibit.marks.options
    stocks = table[str(options["stock"])].astype(bool)
    steps = table[~stocks]
    begin = steps[str(options["from"])]
    ends = begin + steps[exhibit.marks.y]
    low, high = min(0.0, begin.min(), ends.min()), max(0.0, begin.max(), ends.max())
    room = (high - low) * 0.36 or 1.0
    return {
        "data": [_bars(steps, exhibit, style), _path(table, exhibit, style), _marks(table[stocks], exhibit, style)],
        "layout": layout(
            style, bargap=0.36, margin={"l": 8, "r": 12, "t": 8, "b": 8, "pad": 6},
            annotations=_texts(table, exhibit, style),
            xaxis=_scale(low - room, high + room, style),
            yaxis=axis(style, showgrid=False, autorange="reversed", type="category", nticks=len(table) + 1,
                       categoryorder="array", categoryarray=table[exhibit.marks.x].tolist(),
                       tickfont={"color": style.palette.ink, "size": style.font_size - 1}),
        ),
    }  # fmt: skip


def _scale(low: float, high: float, style: Style) -> dict[str, Any]:
    """Return the axis of changes: round values with their sign, zero without one."""
    step = nice_step((high - low) / 4)
    ticks = [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return axis(
        style, range=[low, high], tickmode="array", tickvals=ticks,
        ticktext=[style.language.number(tick, sign=True) for tick in ticks], zeroline=True,
        zerolinecolor=style.palette.muted, zerolinewidth=1,
    )  # fmt: skip


def _bars(steps: pd.DataFrame, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    values, options = steps[exhibit.marks.y], exhibit.marks.options
    return {
        "type": "bar", "orientation": "h", "y": steps[exhibit.marks.x].tolist(), "x": values.tolist(),
        "base": steps[str(options["from"])].tolist(), "hoverinfo": "text",
        "hovertext": (steps[exhibit.marks.x] + ": " + steps[str(options["text"])]).tolist(),
        "marker": {"color": [style.palette.focus if v >= 0 else style.palette.others[3] for v in values]},
    }  # fmt: skip


def _path(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    """Return the thin line that leads from the end of one step to the next."""
    options = exhibit.marks.options
    x: list[float | None] = []
    y: list[str | None] = []
    rows = list(table.itertuples(index=False))
    names = table[exhibit.marks.x].tolist()
    begins = table[str(options["from"])].tolist()
    for position in range(1, len(rows)):
        x += [begins[position], begins[position], None]
        y += [names[position - 1], names[position], None]
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip",
        "line": {"color": style.palette.muted, "width": 1, "dash": "dot"},
    }  # fmt: skip


def _marks(stocks: pd.DataFrame, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "y": stocks[exhibit.marks.x].tolist(),
        "x": stocks[str(exhibit.marks.options["from"])].tolist(), "hoverinfo": "skip",
        "marker": {"color": style.palette.ink, "size": 12, "symbol": "diamond"},
    }  # fmt: skip


def _texts(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> list[dict[str, Any]]:
    """Return the number of each row, to the right of a gain and to the left of a loss."""
    options, found = exhibit.marks.options, []
    for _, row in table.iterrows():
        stock, begin, value = bool(row[str(options["stock"])]), row[str(options["from"])], row[exhibit.marks.y]
        left = not stock and value < 0
        found.append({
            "x": begin if stock else begin + value, "y": row[exhibit.marks.x], "showarrow": False,
            "xanchor": "right" if left else "left", "xshift": -8 if left else (12 if stock else 8),
            "text": f"<b>{row[str(options['text'])]}</b>" if stock else row[str(options["text"])],
            "font": {"size": style.font_size, "color": style.palette.ink},
        })  # fmt: skip
    return found
