"""Horizontal bars: one value per category, or two opposite ones with their balance."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.plotly.base import Figure, Style, axis, column_of, layout

GAP = 0.34  # between bars, as a share of a row
GAP_ABOVE = 0.64  # the same where the names stand between the bars
SPACE = "\u00a0"  # between a bar and the number at its end
LARGE = 18  # type from which on a figure is made for a wide projector: names then stand at the left
BALANCE_ROOM = 1.36  # scale of two opposite bars in units of the longest: numbers at both ends


def bars(exhibit: Exhibit, style: Style) -> Figure:
    """Draw ``y`` for every category ``x``, the first one on top, from a common zero.

    Options: ``text`` names a column written at the end of each bar, ``soft`` a column that pales a bar, ``maximum`` and
    ``minimum`` fix the scale; ``above`` writes the categories above their bars, so that long ones take no width.
    """
    table, options = exhibit.table, exhibit.marks.options
    names, values, texts = table[exhibit.marks.x], table[exhibit.marks.y], _texts(exhibit, style)
    trace = _bar(names, values, _colours(table, options, style), exhibit, style)
    low, high = _limits(values, options)
    limits = _with_room(low, high, max((len(text) for text in texts), default=0))
    figure = _figure([trace, _ends(names, values, texts, style)], names, limits, style)
    if not options.get("above") or style.font_size > LARGE:
        return figure
    return _without_ticks(figure, [_beside(name, str(name), 0, style, above=True) for name in names])


def _bar(
    names: pd.Series, values: pd.Series, colours: list[str] | str, exhibit: Exhibit, style: Style
) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "y": names.tolist(), "x": _plain(values),
        "marker": {"color": colours, "line": {"width": 0}}, "hovertext": _hover(exhibit, style), "hoverinfo": "text",
    }  # fmt: skip


def _plain(values: pd.Series) -> list[float | None]:
    """Return values as a list, None where there is none: such a bar is not drawn."""
    return [None if value != value else value for value in values]


def _ends(names: pd.Series, values: pd.Series, texts: list[str], style: Style, colour: str = "") -> dict[str, Any]:
    """Return the texts at the ends of the bars; a trace of its own, since texts of bars shrink with the bars."""
    return {
        "type": "scatter", "mode": "text", "y": names.tolist(), "x": [0 if v != v else v for v in values],
        "text": [f"{SPACE}{text}{SPACE}" for text in texts],
        "textposition": ["middle left" if value < 0 else "middle right" for value in values], "hoverinfo": "skip",
        "textfont": {"size": style.font_size - 1, "color": colour or style.palette.ink}, "cliponaxis": False,
    }  # fmt: skip


def _beside(row: str, text: str, edge: int, style: Style, *, above: bool) -> dict[str, Any]:
    """Return a text at the left (0) or right (1) edge of a row, above its bar or at its height."""
    return {
        "x": edge, "xref": "paper", "xanchor": "left" if edge == 0 else "right", "y": row, "yref": "y",
        "showarrow": False, "yshift": style.font_size * 1.5 if above else 0, "text": text,
        "font": {"size": style.font_size - 1, "color": style.palette.ink},
    }  # fmt: skip


def _without_ticks(figure: Figure, words: list[dict[str, Any]]) -> Figure:
    """Take the names off the axis, and make the bars slim enough for the words between them."""
    layout_of = figure["layout"]
    layout_of |= {"annotations": [*layout_of.get("annotations", []), *words], "bargap": GAP_ABOVE}
    layout_of["yaxis"] |= {"showticklabels": False, "automargin": False}
    layout_of["margin"] |= {"t": max(layout_of["margin"]["t"], int(layout_of["font"]["size"] * 1.2))}
    return figure


def _with_room(low: float, high: float, longest: int) -> tuple[float, float]:
    """Return the scale with room for the texts at the ends of the bars."""
    room = (high - low) * min(0.032 * longest + 0.06, 0.52)
    return low - (room if low < 0 else 0), high + (room if high > 0 else 0)


def _limits(values: pd.Series, options: dict[str, object]) -> tuple[float, float]:
    high = float(str(options.get("maximum", max(values.max(), 0))))
    low = float(str(options.get("minimum", min(values.min(), 0))))
    return (low, high) if high > low else (0.0, 1.0)


def _colours(table: pd.DataFrame, options: dict[str, object], style: Style) -> list[str]:
    soft = table[str(options["soft"])] if "soft" in options else pd.Series(False, index=table.index)
    return [style.palette.others[3] if pale else style.palette.focus for pale in soft]


def _texts(exhibit: Exhibit, style: Style) -> list[str]:
    column, table = column_of(exhibit, exhibit.marks.y), exhibit.table
    if wanted := exhibit.marks.options.get("text"):
        return [str(text) for text in table[str(wanted)]]
    return [style.language.number(value, column.decimals or 0, sign=column.sign) for value in table[column.key]]


def _hover(exhibit: Exhibit, style: Style) -> list[str]:
    """Return all described columns of a row as its hover text."""
    rows = []
    for _, row in exhibit.table.iterrows():
        parts = [f"<b>{row[exhibit.marks.x]}</b>"]
        for column in exhibit.columns:
            if column.decimals is not None:
                number = style.language.number(row[column.key], column.decimals, sign=column.sign)
                parts.append(f"{column.label}: {style.language.measured(number, column.unit)}")
        rows.append("<br>".join(parts))
    return rows


def _figure(traces: list[dict[str, Any]], names: pd.Series, limits: tuple[float, float], style: Style) -> Figure:
    return {
        "data": traces,
        "layout": layout(
            style, bargap=GAP, margin={"l": 8, "r": 12, "t": 8, "b": 8, "pad": 6},
            xaxis=axis(style, range=list(limits), tickformat=",", nticks=5, zeroline=True,
                       zerolinecolor=style.palette.muted, zerolinewidth=1),
            yaxis=axis(style, showgrid=False, autorange="reversed", type="category", nticks=len(names) + 1,
                       tickfont={"color": style.palette.ink, "size": style.font_size - 1}),
        ),
    }  # fmt: skip


def diverging(exhibit: Exhibit, style: Style) -> Figure:
    """Draw two opposite bars per category and their balance as a mark.

    Options: ``positive`` and ``negative`` name the columns to the right and to the left, ``positive_name`` and
    ``negative_name`` their words, ``maximum`` fixes the scale on both sides, ``missing`` names a column that says why
    a row has no bar; ``y`` is the balance.
    """
    table, marks = exhibit.table, exhibit.marks
    positive, negative = table[str(marks.options["positive"])], table[str(marks.options["negative"])]
    maximum = float(str(marks.options.get("maximum", max(positive.max(), negative.max())))) * BALANCE_ROOM
    traces = [
        *_side(exhibit, style, -negative, style.palette.others[3], "negative"),
        *_side(exhibit, style, positive, style.palette.focus, "positive"), _balance(exhibit, style),
    ]  # fmt: skip
    figure = _figure(traces, table[marks.x], (-maximum, maximum), style)
    above = style.font_size <= LARGE
    figure["layout"] |= {"barmode": "overlay", "annotations": _sides(exhibit, style, above=above)}
    figure["layout"]["margin"] |= {"t": int(style.font_size * (3.8 if above else 2.2))}
    figure["layout"]["xaxis"] |= {"showticklabels": False, "showgrid": False}
    numbers = _balances(exhibit, style, above=above)
    if not above:
        figure["layout"]["annotations"] += numbers
        return figure
    names = [_beside(name, str(name), 0, style, above=True) for name in table[marks.x]]
    return _without_ticks(figure, [*names, *numbers])


def _side(exhibit: Exhibit, style: Style, values: pd.Series, colour: str, side: str) -> list[dict[str, Any]]:
    """Return the bars of one side and the numbers at their ends; beside a bar that is missing, why."""
    column, options = column_of(exhibit, str(exhibit.marks.options[side])), exhibit.marks.options
    told = side == "positive" and "missing" in options
    reasons = exhibit.table[str(options["missing"])] if told else [""] * len(values)
    texts = [
        style.language.number(abs(value), column.decimals or 0) if value == value else reason
        for value, reason in zip(values, reasons, strict=True)
    ]
    names = exhibit.table[exhibit.marks.x]
    return [_bar(names, values, colour, exhibit, style), _ends(names, values, texts, style, style.palette.muted)]


def _balance(exhibit: Exhibit, style: Style) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "y": exhibit.table[exhibit.marks.x].tolist(),
        "x": _plain(exhibit.table[exhibit.marks.y]), "hoverinfo": "skip",
        "marker": {"color": style.palette.second, "size": 11, "symbol": "diamond",
                   "line": {"color": style.palette.paper, "width": 1.5}},
    }  # fmt: skip


def _sides(exhibit: Exhibit, style: Style, *, above: bool) -> list[dict[str, Any]]:
    """Return the words above both sides and above the balances."""
    options, palette = exhibit.marks.options, style.palette
    column = column_of(exhibit, exhibit.marks.y)
    base = {
        "showarrow": False,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "yshift": style.font_size * 1.5 if above else 2,
        "font": {"size": style.font_size - 1},
    }
    return [
        base | {"x": 0, "xref": "x", "xanchor": "right", "xshift": -8,
                "text": f'{options["negative_name"]} <span style="color:{palette.others[3]}">■</span>'},
        base | {"x": 0, "xref": "x", "xanchor": "left", "xshift": 8,
                "text": f'<span style="color:{palette.focus}">■</span> {options["positive_name"]}'},
        base | {"x": 1, "xref": "paper", "xanchor": "right",
                "text": f'<span style="color:{palette.second}">◆</span> <b>{column.label}</b>'},
    ]  # fmt: skip


def _balances(exhibit: Exhibit, style: Style, *, above: bool) -> list[dict[str, Any]]:
    """Return the balance of each row at the right edge."""
    column = column_of(exhibit, exhibit.marks.y)
    numbers = [style.language.number(value, column.decimals or 0, sign=True) for value in exhibit.table[column.key]]
    names = exhibit.table[exhibit.marks.x]
    return [
        _beside(name, f"<b>{number}</b>", 1, style, above=above) for name, number in zip(names, numbers, strict=True)
    ]
