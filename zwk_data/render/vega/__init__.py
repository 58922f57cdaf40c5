"""Exhibits as Vega-Lite, as plain dictionaries: what pictures without a browser are drawn from."""

from collections.abc import Callable
from importlib import import_module

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.vega.base import Room, Spec, whole

CHARTS = {
    "line": "lines:lines",
    "multiples": "lines:multiples",
    "dots": "bars:dots",
    "bars": "bars:bars",
    "diverging": "bars:diverging",
    "balance": "bars:balance",
    "pyramid": "pyramid:pyramid",
    "map": "maps:choropleth",
    "stacked": "stacked:columns",
    "timeline": "timeline:timeline",
}


def spec(exhibit: Exhibit, language: Language, width: float, height: float) -> Spec | None:
    """Return the Vega-Lite of an exhibit's chart in a room of pixels, or None where it has none to draw."""
    name = CHARTS.get(exhibit.marks.chart)
    if name is None or exhibit.table.empty:
        return None
    module, _, function = name.partition(":")
    build: Callable[[Exhibit, Room], Spec | None] = getattr(import_module(f"zwk_data.render.vega.{module}"), function)
    room = Room(width, height, language)
    drawn = build(exhibit, room)
    return whole(drawn, room) if drawn else None
