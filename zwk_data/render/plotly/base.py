"""Shared parts of all Plotly figures, as plain dictionaries: axes, fonts, break rules, labels at line ends.

No template is sent, so every colour is set here (``render/palette.py``).
"""

import math
from dataclasses import dataclass
from html import escape
from typing import Any

from zwk_data.exhibits.exhibit import Column, Exhibit
from zwk_data.language import Language
from zwk_data.render.palette import LIGHT, Palette

Figure = dict[str, Any]  # {"data": [...], "layout": {...}} as plotly.js reads it
FONT = '"Source Sans", "Source Sans Pro", sans-serif'
DAYS = {"de": "%d.%m.%Y", "en": "%-d %b %Y"}  # in the format of d3


@dataclass(frozen=True)
class Style:
    """How a figure is drawn: palette, size of type and height in pixels, the reader's language."""

    palette: Palette = LIGHT
    language: Language = Language("de")
    font_size: int = 14
    height: int = 400
    static_url: str = "app/static"

    @property
    def separators(self) -> str:
        """Decimal and thousands separators as plotly.js wants them."""
        return ",." if self.language.code == "de" else ".,"


def layout(style: Style, **more: Any) -> dict[str, Any]:
    """Return the layout every figure starts from; ``more`` overrides it."""
    palette = style.palette
    return {
        "font": {"family": FONT, "size": style.font_size, "color": palette.ink},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False,
        "separators": style.separators, "height": style.height, "dragmode": False,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4}, "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": palette.paper, "bordercolor": palette.grid,
            "font": {"family": FONT, "size": style.font_size, "color": palette.ink},
        },
    } | more  # fmt: skip


def axis(style: Style, **more: Any) -> dict[str, Any]:
    """Return an axis: few light gridlines, no line of its own, labels that never lie outside the picture."""
    return {
        "gridcolor": style.palette.grid, "linecolor": style.palette.grid, "zeroline": False, "showline": False,
        "tickfont": {"color": style.palette.muted, "size": style.font_size - 1}, "automargin": True, "nticks": 6,
        "fixedrange": True, "title": {"text": ""},
    } | more  # fmt: skip


def column_of(exhibit: Exhibit, key: str) -> Column:
    """Return the description of a column, or a bare one where the table has it undescribed."""
    return next((column for column in exhibit.columns if column.key == key), Column(key, key))


def number_format(column: Column) -> str:
    """Return the d3 format of a column's numbers."""
    return f"{'+' if column.sign else ''},.{column.decimals or 0}f"


def hover(name: str, value: str, column: Column, language: Language) -> str:
    """Return the text that appears above a point: name, date, value with unit.

    Args:
        name: what the point belongs to, as plotly.js reads it (see ``harmless``).
        value: the plotly.js variable with the value, ``x`` or ``y``.
        column: describes the value.
        language: the reader's.
    """
    day = f"%{{x|{DAYS[language.code]}}}: " if value == "y" else ""
    number = language.measured(f"%{{{value}:{number_format(column)}}}", column.unit)
    return f"<b>{name}</b><br>{day}{number}<extra></extra>"


def harmless(text: str) -> str:
    """Return a text that plotly.js shows as it is: it reads tags, and in hover texts its own variables.

    Names of scenarios come from addresses; without this one could carry a link into a picture.
    """
    return escape(text, quote=False).replace("%{", "% {")


def break_rules(exhibit: Exhibit, style: Style) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a thin vertical rule with a word for every break: shapes and annotations."""
    shapes = [
        {"type": "line", "x0": mark.day.isoformat(), "x1": mark.day.isoformat(), "y0": 0, "y1": 1, "yref": "paper",
         "line": {"color": style.palette.muted, "width": 1, "dash": "dot"}}
        for mark in exhibit.breaks
    ]  # fmt: skip
    words = [
        {"x": mark.day.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "center",
         "showarrow": False, "text": mark.label, "hovertext": mark.reason,
         "font": {"size": style.font_size - 2, "color": style.palette.muted}}
        for mark in exhibit.breaks
    ]  # fmt: skip
    return shapes, words


def nice_step(about: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not above ``about``: the distance of two ticks."""
    power = 10.0 ** math.floor(math.log10(about))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= about * (1 + 1e-9))


def spread(positions: list[float], gap: float) -> list[float]:
    """Move label positions apart so that none is closer than ``gap`` to the next, as little as possible."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = list(positions)
    for lower, upper in zip(order, order[1:], strict=False):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    if order:
        shift = (sum(moved) - sum(positions)) / len(positions)
        moved = [position - shift for position in moved]
    return moved
