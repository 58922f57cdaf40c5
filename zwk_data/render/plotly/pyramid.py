"""Age pyramids: horizontal bars to both sides of one axis, a second series as outline, one mirrored scale."""

import math
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit, Marks
from zwk_data.render.parts import parts_of
from zwk_data.render.plotly.base import Figure, Style, axis, harmless, layout, nice_step

TOP_AGE = 100.6
LARGE = 18  # type from which on a figure is made for a projector
MARGIN = {"l": 8, "r": 8, "t": 66, "b": 36, "pad": 4}


def pyramid(exhibit: Exhibit, style: Style) -> Figure:
    """Draw the bars of the series in focus and the outline of the second one.

    Options ``left_parts`` and ``right_parts`` split the bars; see ``render/parts.py``.
    """
    marks, table = exhibit.marks, exhibit.table
    main = table[table[marks.series] == marks.focus]
    traces = _split(main, exhibit, style) or _whole(main, exhibit, style)
    if marks.second:
        second = table[table[marks.series] == marks.second]
        traces += [_outline(second, marks, side, style) for side in ("left", "right")]
    maximum = float(str(marks.options["maximum"]))
    return {
        "data": traces,
        "layout": layout(
            style, barmode="relative", bargap=0, margin=_margin(exhibit, style), annotations=_words(exhibit, style),
            xaxis=_value_axis(maximum, exhibit, style), yaxis=_age_axis(main, marks, style),
        ),
    }  # fmt: skip


def _sign(side: str) -> int:
    return -1 if side == "left" else 1


def _column(marks: Marks, side: str) -> str:
    return str(marks.options[side])


def _margin(exhibit: Exhibit, style: Style) -> dict[str, int]:
    """Return the margins: one line more above where the parts are named."""
    lines = len(parts_of(exhibit, style.palette, "left_parts"))
    return MARGIN | {"t": MARGIN["t"] + int(style.font_size * 1.4) * lines}


def _whole(rows: pd.DataFrame, exhibit: Exhibit, style: Style) -> list[dict[str, Any]]:
    colours = {"left": style.palette.sequential[3], "right": style.palette.focus}
    return [_bars(rows, exhibit, style, side, colour) for side, colour in colours.items()]


def _split(rows: pd.DataFrame, exhibit: Exhibit, style: Style) -> list[dict[str, Any]]:
    """Return the bars of every part, the most certain next to the axis; the hover text is that of the whole bar."""
    found = []
    for side in ("left", "right"):
        for part in parts_of(exhibit, style.palette, f"{side}_parts"):
            bars = _bars(rows, exhibit, style, side, part.colour)
            line = {"color": part.line or part.colour, "width": 0.3}
            found.append(bars | {
                "name": part.name, "x": (rows[part.column] * _sign(side)).round(6).tolist(),
                "marker": {"color": part.colour, "line": line},
            })  # fmt: skip
    return found


def _bars(rows: pd.DataFrame, exhibit: Exhibit, style: Style, side: str, colour: str) -> dict[str, Any]:
    marks = exhibit.marks
    ages, widths = rows[str(marks.options["age_from"])], rows[str(marks.options["width"])]
    return {
        "type": "bar", "orientation": "h", "name": str(marks.options[f"{side}_name"]),
        "x": (rows[_column(marks, side)] * _sign(side)).round(6).tolist(), "y": (ages + widths / 2).tolist(),
        "width": widths.tolist(), "hovertext": _hover(rows, exhibit, style, side), "hoverinfo": "text",
        "marker": {"color": colour, "line": {"color": style.palette.paper, "width": 1 if widths.min() > 1 else 0.4}},
    }  # fmt: skip


def _hover(rows: pd.DataFrame, exhibit: Exhibit, style: Style, side: str) -> list[str]:
    """Return one text per group: limits, persons, and the value per year of age."""
    marks, number = exhibit.marks, style.language.number
    counts, values = rows[str(marks.options[f"{side}_count"])].tolist(), rows[_column(marks, side)].tolist()
    word, unit = marks.options[f"{side}_name"], marks.options["axis"]
    digits = 2 if marks.options["share"] else 1
    return [
        f"<b>{label}</b><br>{word}: {number(count)}<br>{number(value, digits)} {unit}"
        for label, count, value in zip(rows[marks.x].tolist(), counts, values, strict=True)
    ]


def _outline(rows: pd.DataFrame, marks: Marks, side: str, style: Style) -> dict[str, Any]:
    """Return the steps of the second series: both corners of every group."""
    x: list[float] = [0.0]
    y: list[float] = [0.0]
    for value, age, width in zip(
        rows[_column(marks, side)] * _sign(side), rows[str(marks.options["age_from"])],
        rows[str(marks.options["width"])], strict=True,
    ):  # fmt: skip
        x += [round(value, 6)] * 2
        y += [float(age), float(age + width)]
    return {
        "type": "scatter", "mode": "lines", "x": [*x, 0.0], "y": [*y, y[-1]], "hoverinfo": "skip",
        "line": {"color": style.palette.second, "width": 2.4, "shape": "linear"}, "name": marks.second,
    }  # fmt: skip


def _value_axis(maximum: float, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    """Return the mirrored axis: the same round values to both sides, written without sign."""
    step = nice_step(maximum / 2)
    places = [step * n for n in range(1, int(maximum / step) + 1)]
    decimals = max(0, -math.floor(math.log10(step))) if step < 1 else 0
    values = [-place for place in reversed(places)] + [0.0, *places]
    return axis(
        style, range=[-maximum * 1.04, maximum * 1.04], tickvals=values, tickmode="array",
        ticktext=[style.language.number(abs(value), decimals) for value in values],
        title={"text": str(exhibit.marks.options["axis"]),
               "font": {"size": style.font_size - 2, "color": style.palette.muted}},
        zeroline=True, zerolinecolor=style.palette.paper, zerolinewidth=2,
    )  # fmt: skip


def _age_axis(rows: pd.DataFrame, marks: Marks, style: Style) -> dict[str, Any]:
    """Return the axis of ages: the limits of every group; of single ages every tenth and a wide open group."""
    ages, widths = rows[str(marks.options["age_from"])], rows[str(marks.options["width"])]
    if widths.median() <= 1:
        kept = (ages % 10 == 0) | (widths > 1)
        ticks = (ages + widths / 2)[kept].tolist()
        words = [label if wide else str(age) for label, age, wide in
                 zip(rows[marks.x][kept], ages[kept], widths[kept] > 1, strict=True)]  # fmt: skip
    else:
        ticks, words = (ages + widths / 2).tolist(), rows[marks.x].tolist()
    size = max(12, int(style.font_size * 0.62)) if style.font_size > LARGE else style.font_size - 2
    apart = _apart(ticks, size * 1.02 * TOP_AGE / (style.height - MARGIN["t"] - MARGIN["b"] - 2 * style.font_size))
    return axis(
        style, range=[0, TOP_AGE], tickvals=[ticks[i] for i in apart], ticktext=[words[i] for i in apart],
        tickmode="array", showgrid=False, tickfont={"size": size, "color": style.palette.muted},
    )  # fmt: skip


def _apart(positions: list[float], gap: float) -> list[int]:
    """Return which labels are written so that none covers the one before; the others are in hover text and table."""
    kept: list[int] = []
    for number, position in enumerate(positions):
        if not kept or position - positions[kept[-1]] >= gap:
            kept.append(number)
    return kept


def _words(exhibit: Exhibit, style: Style) -> list[dict[str, Any]]:
    """Return what stands above: the series with their colours, then the two sides."""
    marks, palette = exhibit.marks, style.palette
    focus, second = harmless(marks.focus), harmless(marks.second)
    legend = f'<span style="color:{palette.focus}">■</span> {focus}'
    parts = parts_of(exhibit, palette, "left_parts")
    if parts:
        squares = [f'<span style="color:{part.sign}">{part.mark}</span> {part.name}' for part in parts]
        legend = "<br>".join([f"{focus}:", *squares])
    if marks.second:
        legend += f'<br><span style="color:{palette.second}">▬▬</span> {second}'
    base = {"xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": style.font_size - 1}}
    top = _margin(exhibit, style)["t"] - 2
    return [
        base | {"x": 0, "y": 1, "yshift": top, "xanchor": "left", "yanchor": "top", "align": "left", "text": legend},
        base | {"x": 0.25, "y": 1, "yanchor": "bottom", "text": f"<b>{marks.options['left_name']}</b>"},
        base | {"x": 0.75, "y": 1, "yanchor": "bottom", "text": f"<b>{marks.options['right_name']}</b>"},
    ]  # fmt: skip
