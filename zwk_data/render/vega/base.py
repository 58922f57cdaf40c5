"""Shared parts of all Vega-Lite charts: size of type, colours, which column is measured, break rules, labels."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit
from zwk_data.language import Language
from zwk_data.render.canvas import FONT
from zwk_data.render.palette import LIGHT, Palette

Spec = dict[str, Any]
SIZE = 21  # pixels of type inside the chart
AXIS_FORMAT = ",.3~f"  # of d3: as many decimals as needed, never 5e+3


@dataclass(frozen=True)
class Room:
    """The pixels a chart may fill, and the reader's language."""

    width: float
    height: float
    language: Language
    palette: Palette = LIGHT


def whole(spec: Spec, room: Room) -> Spec:
    """Add to a chart what all of them have: size, fonts, few light gridlines."""
    palette = room.palette
    axis = {
        "labelColor": palette.muted, "labelFontSize": SIZE, "gridColor": palette.grid, "domain": False, "ticks": False,
        "labelPadding": 10, "title": None, "tickCount": 6, "labelLimit": 460,
    }  # fmt: skip
    fixed = {} if {"hconcat", "vconcat", "facet", "concat"} & set(spec) else {
        "width": room.width, "height": room.height, "autosize": {"type": "fit", "contains": "padding"},
    }  # fmt: skip
    config = {
        "font": FONT, "view": {"stroke": None}, "axis": axis, "axisX": {"grid": False}, "legend": {"disable": True},
        "text": {"font": FONT, "fontSize": SIZE}, "background": "transparent",
    }  # fmt: skip
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **fixed, **spec, "config": config}


def column_of(exhibit: Exhibit, key: str) -> Column:
    """Return the description of a column, or a bare one."""
    return next((column for column in exhibit.columns if column.key == key), Column(key, key))


def rows(table: pd.DataFrame, *keys: str) -> list[dict[str, Any]]:
    """Return some columns of a table as JSON: dates as ISO text, missing values as None."""
    kept = table[[key for key in dict.fromkeys(keys) if key]].copy()
    for key in kept.columns:
        if pd.api.types.is_datetime64_any_dtype(kept[key]):
            kept[key] = kept[key].dt.strftime("%Y-%m-%d")
    kept = kept.astype(object).where(kept.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in kept.to_dict("records")]


def break_layers(exhibit: Exhibit, room: Room) -> list[Spec]:
    """Return a thin vertical rule with a word above it for every break."""
    if not exhibit.breaks:
        return []
    data = {"values": [{"day": mark.day.isoformat(), "word": mark.label} for mark in exhibit.breaks]}
    x = {"field": "day", "type": "temporal", "scale": {"type": "utc"}}
    muted = room.palette.muted
    return [
        {"data": data, "mark": {"type": "rule", "strokeDash": [3, 4], "color": muted}, "encoding": {"x": x}},
        {"data": data, "mark": {"type": "text", "baseline": "bottom", "dy": -4, "color": muted, "fontSize": SIZE - 3},
         "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "word"}}},
    ]  # fmt: skip


def spread(positions: list[float], gap: float) -> list[float]:
    """Move label positions apart so that none is closer than ``gap`` to the next, as little as possible."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    moved = list(positions)
    for lower, upper in zip(order, order[1:], strict=False):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    shift = (sum(moved) - sum(positions)) / len(positions) if positions else 0.0
    return [position - shift for position in moved]
