"""Stacked columns over the years: what a number is made of, from what is certain below to what is assumed on top."""

import re
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.course import capacity, label_years
from zwk_data.render.parts import Part, end_number, parts_of
from zwk_data.render.plotly.base import Figure, Style, axis, column_of, layout
from zwk_data.render.plotly.line import CHARACTER, LABEL_WIDTH, PRESENTED, WIDE, stacked, wrapped

TAG = re.compile(r"<[^>]*>")
MARGINS = 48  # pixels above and below the plot


def columns(exhibit: Exhibit, style: Style) -> Figure:
    """Draw the parts of every ``x`` one upon the other; names and last values stand beside the last column.

    Options: ``parts`` are the columns from the foot to the top, ``part_names`` their words, ``capacity`` as in a line.
    """
    table, parts = exhibit.table, parts_of(exhibit, style.palette)
    rule = capacity(exhibit)
    most = max([float(table[[part.column for part in parts]].sum(axis=1).max()), *([rule[0]] if rule else [])]) or 1.0
    shapes, words = _capacity(rule, style)
    labels = _labels(table, parts, most * 1.06, exhibit, style)
    width = max(len(line) for label in labels for line in TAG.sub("", label["text"].replace("<br>", "\n")).split("\n"))
    years = [int(year) for year in table[exhibit.marks.x]]
    ticks = label_years(years[0], years[-1], 4)  # a phone shows the same figure
    return {
        "data": [_trace(table, part, exhibit, style) for part in parts],
        "layout": layout(
            style, barmode="stack", bargap=0.18, shapes=shapes, annotations=[*words, *labels], hovermode="x unified",
            margin={"l": 8, "r": int(width * style.font_size * CHARACTER) + 12, "t": 20, "b": 8, "pad": 4},
            xaxis=axis(style, showgrid=False, tickmode="array", tickvals=ticks, ticktext=[str(year) for year in ticks],
                       tickangle=0, range=[years[0] - 0.7, years[-1] + 0.6]),
            yaxis=axis(style, range=[0, most * 1.06], tickformat=","),
        ),
    }  # fmt: skip


def _trace(table: pd.DataFrame, part: Part, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    column, line = column_of(exhibit, part.column), part.line or style.palette.paper
    value = style.language.measured(f"%{{y:,.{column.decimals or 0}f}}", column.unit)
    return {
        "type": "bar", "name": part.name, "x": table[exhibit.marks.x].astype(int).tolist(),
        "y": table[part.column].astype(float).round(4).tolist(),
        "marker": {"color": part.colour, "line": {"color": line, "width": 1}},
        "hovertemplate": f"{part.name}: {value}<extra></extra>",
    }  # fmt: skip


def _labels(
    table: pd.DataFrame, parts: list[Part], top: float, exhibit: Exhibit, style: Style
) -> list[dict[str, Any]]:  # fmt: skip
    """Return name and last value of each part at its height, apart from each other, its colour as a square."""
    last = table.iloc[-1]
    room = WIDE if style.font_size >= PRESENTED else LABEL_WIDTH
    texts = [wrapped(f"■ {part.name} {end_number(exhibit, part, style.language)}", room) for part in parts]
    values = [float(last[part.column]) for part in parts]
    middles = [(sum(values[:position]) + value / 2) / top for position, value in enumerate(values)]
    line = 1.25 * (style.font_size - 1) / (style.height - MARGINS)
    heights = stacked(middles, [(text.count("<br>") + 1.4) * line for text in texts])
    return [
        {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": round(height, 4), "yref": "paper",
         "yanchor": "middle", "showarrow": False, "align": "left",
         "text": text.replace("■", f'<span style="color:{part.sign}">{part.mark}</span>', 1),
         "font": {"size": style.font_size - 1, "color": style.palette.ink}}
        for text, part, height in zip(texts, parts, heights, strict=True)
    ]  # fmt: skip


def _capacity(rule: tuple[float, str] | None, style: Style) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if rule is None:
        return [], []
    height, word = rule
    shape = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": height, "y1": height,
             "line": {"color": style.palette.ink, "width": 1.4}}  # fmt: skip
    text = {"x": 0, "xref": "paper", "xanchor": "left", "y": height, "yanchor": "bottom", "showarrow": False,
            "text": word, "font": {"size": style.font_size - 2, "color": style.palette.ink}}  # fmt: skip
    return [shape], [text]
