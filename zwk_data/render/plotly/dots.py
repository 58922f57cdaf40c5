"""A ranking as dots on one scale: name on the left, value beside the dot, interval as a line, yardsticks as rules."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit
from zwk_data.render.palette import series_colours
from zwk_data.render.plotly.base import Figure, Style, axis, column_of, hover, layout
from zwk_data.render.plotly.line import wrapped

ROW, LINE = 2.6, 1.35  # least height of a row and of a line of a name, of the size of type
PRESENTED = 20  # size of type from which the height is given by the screen, not by the rows
NAME_WIDTH, WIDE = 22, 40  # characters after which a name is broken
ROOM = 0.05  # of the span, on both sides
CHARACTER = 0.6  # width of a digit, of the size of type


def dots(exhibit: Exhibit, style: Style) -> Figure:
    """Draw one row per place from high to low; ``series`` is the role: place, reference or small."""
    marks, table = exhibit.marks, exhibit.table.dropna(subset=[exhibit.marks.x])
    colours = _colours(table, exhibit, style)
    width = WIDE if style.font_size >= PRESENTED else NAME_WIDTH
    names = [wrapped(str(name), width) for name in table[marks.y]]
    labels = [
        f"<b>{name}</b>" if plain == marks.focus else name for name, plain in zip(names, table[marks.y], strict=True)
    ]
    rows = list(range(len(table)))
    return {
        "data": [_dots(table, exhibit, style, rows, colours)],
        "layout": layout(
            style, height=_height(names, style),
            margin={"l": 8, "r": _room_for_values(table, exhibit, style), "t": 28, "b": 8, "pad": 4},
            annotations=_values(table, exhibit, style, rows, colours),
            shapes=_rows(rows, style),
            xaxis=axis(style, range=_range(table, exhibit), tickformat=",", side="top", showgrid=True),
            yaxis=axis(style, tickmode="array", tickvals=rows, ticktext=labels, showgrid=False,
                       range=[len(rows) - 0.4, -0.6], tickfont={"color": style.palette.ink, "size": style.font_size}),
        ),
    }  # fmt: skip


def _height(names: list[str], style: Style) -> int:
    """Return the height in pixels: rows high enough for the longest name, at most the screen where one presents."""
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    natural = int(max(ROW, lines * LINE + 0.5) * style.font_size * len(names)) + 56
    return min(natural, style.height) if style.font_size >= PRESENTED else max(natural, 160)


def _room_for_values(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> int:
    """Return the pixels that a printed value may need beyond the last dot."""
    column = column_of(exhibit, exhibit.marks.x)
    longest = max(len(_written(value, column, style)) for value in table[exhibit.marks.x])
    return int(longest * style.font_size * CHARACTER) + 12


def _written(value: float, column: Column, style: Style) -> str:
    return style.language.number(value, column.decimals or 0, sign=column.sign)


def _colours(table: pd.DataFrame, exhibit: Exhibit, style: Style) -> list[str]:
    """Return the colour of each row: accents for the two in focus, one grey for the others, pale for small bases."""
    marks, palette = exhibit.marks, style.palette
    found = series_colours([str(name) for name in table[marks.y]], marks.focus, marks.second, palette)
    accents = {marks.focus, marks.second}
    return [
        palette.muted if row[marks.series] == "small" or row[marks.y] not in accents else found[str(row[marks.y])]
        for _, row in table.iterrows()
    ]


def _dots(table: pd.DataFrame, exhibit: Exhibit, style: Style, rows: list[int], colours: list[str]) -> dict[str, Any]:
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.x)
    value, role = table[marks.x], table[marks.series]
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "cliponaxis": False, "x": value.round(4).tolist(), "y": rows,
        "customdata": table[marks.y].tolist(),
        "marker": {
            "color": colours, "size": 13, "line": {"width": 2, "color": colours},
            "symbol": [{"reference": "diamond-open", "small": "circle-open"}.get(kind, "circle") for kind in role],
        },
        "hovertemplate": hover("%{customdata}", "x", column, style.language),
    }  # fmt: skip
    if marks.upper and table[marks.upper].notna().any():
        trace["error_x"] = {
            "type": "data", "symmetric": False, "color": style.palette.muted, "thickness": 1.5, "width": 4,
            "array": (table[marks.upper] - value).fillna(0).round(4).tolist(),
            "arrayminus": (value - table[marks.lower]).fillna(0).round(4).tolist(),
        }  # fmt: skip
    return trace


def _ends(table: pd.DataFrame, exhibit: Exhibit) -> tuple[pd.Series, pd.Series]:
    """Return where each row's picture begins and ends: its interval, or the value itself."""
    marks = exhibit.marks
    value = table[marks.x]
    if not marks.upper:
        return value, value
    return table[marks.lower].fillna(value), table[marks.upper].fillna(value)


def _range(table: pd.DataFrame, exhibit: Exhibit) -> list[float]:
    start, end = _ends(table, exhibit)
    low, high = float(start.min()), float(end.max())
    span = (high - low) or max(abs(high), 1.0)
    return [low - span * ROOM, high + span * ROOM]


def _values(
    table: pd.DataFrame, exhibit: Exhibit, style: Style, rows: list[int], colours: list[str]
) -> list[dict[str, Any]]:
    """Return the printed value to the right of each dot or interval."""
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.x)
    ends = _ends(table, exhibit)[1]
    return [
        {"x": round(float(end), 4), "y": row, "xanchor": "left", "xshift": 12, "yanchor": "middle", "showarrow": False,
         "text": _written(value, column, style),
         "font": {"color": colour, "size": style.font_size}}
        for row, end, value, colour in zip(rows, ends, table[marks.x], colours, strict=True)
    ]  # fmt: skip


def _rows(rows: list[int], style: Style) -> list[dict[str, Any]]:
    """Return a thin rule through each row that leads the eye from the name to the dot."""
    return [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": row, "y1": row, "layer": "below",
         "line": {"color": style.palette.grid, "width": 1}}
        for row in rows
    ]  # fmt: skip
