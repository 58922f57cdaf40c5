"""Exhibits on the screen, drawn by Plotly. The only home of that library.

Figures are built as dictionaries and wrapped once, without validation and without template: a chart then costs
0.7 ms instead of 18 ms. Whatever is sent is set in ``base.py`` and the module of the chart.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import plotly.graph_objects as go

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.plotly.base import Figure, Style

# chart -> module and function; a module is loaded when its chart is first drawn
CHARTS = {
    "line": "line:line",
    "dots": "dots:dots",
    "bars": "bars:bars",
    "diverging": "bars:diverging",
    "pyramid": "pyramid:pyramid",
    "balance": "balance:balance",
    "map": "maps:choropleth",
    "multiples": "multiples:multiples",
    "stacked": "stacked:columns",
    "timeline": "timeline:timeline",
}
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
MAP_BUTTONS = [["zoomInMap", "zoomOutMap", "resetViewMap"]]
MAP_CONFIG = CONFIG | {"displayModeBar": True, "displaylogo": False, "modeBarButtons": MAP_BUTTONS}


@cache
def _builder(chart: str) -> Callable[[Exhibit, Style], Figure]:
    module, _, function = CHARTS[chart].partition(":")
    found: Callable[[Exhibit, Style], Figure] = getattr(import_module(f"zwk_data.render.plotly.{module}"), function)
    return found


def draws(exhibit: Exhibit) -> bool:
    """Tell whether the exhibit has a chart (a table and tiles have none)."""
    return exhibit.marks.chart in CHARTS


def config_of(exhibit: Exhibit) -> dict[str, Any]:
    """Return what the reader can do with the chart; a map can be moved and brought nearer."""
    return MAP_CONFIG if exhibit.marks.chart == "map" else CONFIG


def figure(exhibit: Exhibit, style: Style) -> go.Figure:
    """Draw an exhibit."""
    return wrap(_builder(exhibit.marks.chart)(exhibit, style))


def wrap(plain: dict[str, Any]) -> go.Figure:
    """Turn a dictionary into a figure without checking it; checked where a version has no such switch.

    The empty template keeps the library from adding its own: 7 kB with every chart.
    """
    plain["layout"].setdefault("template", {})
    try:
        return go.Figure(plain, _validate=False)
    except TypeError:
        return go.Figure(plain)
