"""Maps: polygons fetched by the browser from files of ours, a few bytes per place in the message, and a legend.

``map.style`` and ``geojson`` are addresses, never objects: an inline style kills hover and click after the first
redraw, and inline polygons would travel with every figure. Numbers go as typed arrays.
"""

import base64
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.palette import Palette
from zwk_data.render.plotly.base import Figure, Style, axis, column_of, layout, number_format

WIDE, NARROW = 1180, 350  # pixels: a page on a screen and on a phone
PROJECTED, PRESENTED = 1840, 20  # pixels: a page on a projector, and the size of type from which it is one
LEGEND = 6.4  # height of the part below the map, in sizes of type
BOTTOM = 1.9  # of which for the limits below the bars
PATCH = 0.35  # height of the patch for missing values: no bar, their number would dwarf the classes
MARGIN = 1.06  # room around the extent
NAME = "<b>%{properties.name}</b><br>"
TILE = 512  # pixels of the whole world at zoom 0
EDGE, MOST_EDGED = 0.5, 3000  # pixels; lines would hide the smallest of 10,786 areas


def choropleth(exhibit: Exhibit, style: Style) -> Figure:
    """Draw ``series`` (the class of each place, -1 for none) as colours, with a histogram of the classes below."""
    table = exhibit.table
    colours = class_colours(exhibit, style.palette)
    known, missing = table[table["klass"] >= 0], table[table["klass"] < 0]
    traces = [_filled(known, exhibit, style, colours)] if len(known) else []
    traces += [_grey(missing, exhibit, style)] if len(missing) else []
    traces += [_outline("laender.geojson", [f"{key:02d}" for key in range(1, 17)], style, style.palette.muted, 1.0)]
    if exhibit.marks.focus:
        traces += _own(exhibit, style)
    bottom = BOTTOM * style.font_size
    share = (LEGEND - BOTTOM) * style.font_size / (style.height - bottom)
    bars, axes = _legend(table, exhibit, style, colours, 0.82 * share)
    return {
        "data": [*traces, *bars],
        "layout": layout(
            style, map=_camera(exhibit, share, style.height - bottom, style), bargap=0, dragmode="pan",
            margin={"l": 4, "r": 4, "t": 0, "b": round(bottom), "pad": 0}, **axes,
            modebar={"bgcolor": "rgba(0,0,0,0)", "color": style.palette.muted, "activecolor": style.palette.ink},
        ),
    }  # fmt: skip


def class_colours(exhibit: Exhibit, palette: Palette) -> list[str]:
    """Return one colour per class: light to dark, or two sides about the class that holds zero."""
    limits = [float(limit) for limit in _option(exhibit, "limits")]
    if not exhibit.marks.options["diverging"]:
        return ramp(palette.sequential[1:], len(limits) + 1)
    below = sum(limit <= 0 for limit in limits)  # classes that end at or below zero
    above = sum(limit >= 0 for limit in limits)
    middle = [palette.diverging[3]] * (len(limits) + 1 - below - above)
    falling = ramp(palette.diverging[2::-1], below)[::-1]
    return [*falling, *middle, *ramp(palette.diverging[4:], above)]


def ramp(colours: tuple[str, ...], count: int) -> list[str]:
    """Return ``count`` colours evenly spread over a row of colours; a single one is its middle."""
    if count == 0:
        return []
    places = np.linspace(0, len(colours) - 1, count) if count > 1 else np.array([(len(colours) - 1) / 2])
    parts = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours])
    mixed = np.stack([np.interp(places, range(len(colours)), parts[:, i]) for i in range(3)], axis=1)
    return ["#" + "".join(f"{round(part):02x}" for part in row) for row in mixed]


def typed(values: np.ndarray, dtype: str) -> dict[str, str]:
    """Return numbers as plotly.js reads them packed: ``f4`` or ``u1``, base64."""
    packed = np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "bdata": base64.b64encode(packed.tobytes()).decode("ascii")}


def _option(exhibit: Exhibit, name: str) -> list[Any]:
    found = exhibit.marks.options[name]
    assert isinstance(found, list | tuple)
    return list(found)


def _edge(exhibit: Exhibit) -> float:
    return EDGE if len(exhibit.table) <= MOST_EDGED else 0.0


def _polygons(file: str, keys: list[str], style: Style, **more: Any) -> dict[str, Any]:
    return {
        "type": "choroplethmap", "geojson": f"{style.static_url}/boundaries/{file}", "featureidkey": "id",
        "locations": keys, "showscale": False, "showlegend": False, "unselected": {"marker": {"opacity": 1}},
        "selected": {"marker": {"opacity": 1}},
    } | more  # fmt: skip


def _filled(known: pd.DataFrame, exhibit: Exhibit, style: Style, colours: list[str]) -> dict[str, Any]:
    column = column_of(exhibit, exhibit.marks.y)
    count = len(colours)
    steps = [[(i + end) / count, colour] for i, colour in enumerate(colours) for end in (0, 1)]
    value = style.language.measured(f"%{{customdata:{number_format(column)}}}", column.unit)
    return _polygons(
        str(exhibit.marks.options["file"]), known["ags"].tolist(), style, z=typed(known["klass"].to_numpy(), "u1"),
        zmin=-0.5, zmax=count - 0.5, colorscale=steps, customdata=typed(known["value"].to_numpy(), "f4"),
        marker={"line": {"color": style.palette.paper, "width": _edge(exhibit)}},
        hovertemplate=f"{NAME}{value}<extra></extra>",
    )  # fmt: skip


def _grey(missing: pd.DataFrame, exhibit: Exhibit, style: Style) -> dict[str, Any]:
    """Return the places without a value, with the reason in the hover (one text where all have the same)."""
    reasons = missing["remark"].tolist()
    grey = style.palette.missing
    return _polygons(
        str(exhibit.marks.options["file"]), missing["ags"].tolist(), style, z=typed(np.zeros(len(missing)), "u1"),
        colorscale=[[0, grey], [1, grey]], text=reasons[0] if len(set(reasons)) == 1 else reasons,
        marker={"line": {"color": style.palette.paper, "width": _edge(exhibit)}},
        hovertemplate=NAME + "%{text}<extra></extra>",
    )  # fmt: skip


def _outline(file: str, keys: list[str], style: Style, colour: str, width: float) -> dict[str, Any]:
    clear = "rgba(0,0,0,0)"
    return _polygons(
        file, keys, style, z=typed(np.zeros(len(keys)), "u1"), colorscale=[[0, clear], [1, clear]], hoverinfo="skip",
        marker={"line": {"color": colour, "width": width}},
    )  # fmt: skip


def _own(exhibit: Exhibit, style: Style) -> list[dict[str, Any]]:
    """Return the outline of the own place on a paper edge, in a colour that is none of the classes."""
    colour = style.palette.ink if exhibit.marks.options["diverging"] else style.palette.second
    file, own = str(exhibit.marks.options["file"]), [exhibit.marks.focus]
    return [_outline(file, own, style, style.palette.paper, 6), _outline(file, own, style, colour, 3)]


def _camera(exhibit: Exhibit, share: float, plot: float, style: Style) -> dict[str, Any]:
    """Return centre, zoom and bounds so that the extent fills the map on a screen and still fits on a phone.

    The zoom is the one of a phone. The bounds are as wide as a full page is at the zoom wanted there; MapLibre never
    shows more than its bounds, so the wider the page the closer it comes.
    """
    west, south, east, north = (float(degree) for degree in _option(exhibit, "extent"))
    left, right = (math.radians(degree) / (2 * math.pi) for degree in (west, east))
    low, high = (_mercator(degree) for degree in (south, north))
    width, height = (right - left) * MARGIN, (high - low) * MARGIN
    tall = plot * (1 - share)
    small = math.log2(min(NARROW / width, tall / height) / TILE)
    wide = PROJECTED if style.font_size >= PRESENTED else WIDE
    large = math.log2(min(wide / width, tall / height) / TILE)
    reach_x, reach_y = wide / 2**large / TILE / 2, max(height, tall / 2**small / TILE) * 0.75
    middle_x, middle_y = (left + right) / 2, (low + high) / 2
    return {
        "style": f"{style.static_url}/{style.palette.map_style}", "zoom": round(small, 3),
        "center": {"lon": middle_x * 360, "lat": _latitude(middle_y)},
        "domain": {"x": [0, 1], "y": [share, 1]},
        "bounds": {
            "west": (middle_x - reach_x) * 360, "east": (middle_x + reach_x) * 360,
            "south": _latitude(middle_y - reach_y), "north": _latitude(middle_y + reach_y),
        },
    }  # fmt: skip


def _mercator(latitude: float) -> float:
    """Return the height of a latitude in the Mercator projection, as a share of the world's width."""
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)


def _latitude(height: float) -> float:
    return math.degrees(2 * math.atan(math.exp(height * 2 * math.pi)) - math.pi / 2)


def _legend(
    table: pd.DataFrame, exhibit: Exhibit, style: Style, colours: list[str], top_end: float
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return bars in the colours of the classes with counts, limits between them, and a patch for missing ones."""
    column, limits = column_of(exhibit, exhibit.marks.y), _option(exhibit, "limits")
    counts = [int((table["klass"] == klass).sum()) for klass in range(len(colours))]
    ticks = [style.language.number(limit, _printed(limit, column.decimals or 0), sign=column.sign) for limit in limits]
    hover = [_range_words(ticks, position, style) for position in range(len(colours))]
    top = max(counts) or 1
    bars = _bars([position + 0.5 for position in range(len(colours))], counts, counts, colours, hover, style)
    places, words, end, traces = [*range(1, len(ticks) + 1)], ticks, float(len(colours)), [bars]
    if missing := int((table["klass"] < 0).sum()):
        without, end = style.language.text("ohne Wert"), end + 1.2
        traces.append(_bars([end - 0.5], [top * PATCH], [missing], [style.palette.missing], [without], style))
        places, words = [*places, end - 0.5], [*words, without]
    axes = {
        "xaxis": axis(
            style, showgrid=False, range=[0, end], tickvals=places, ticktext=words, tickangle=0, ticks="outside",
            ticklen=5, tickcolor=style.palette.muted, automargin=False, anchor="y",
        ),
        "yaxis": axis(
            style, visible=False, range=[0, top * 1.25], automargin=False, domain=[0, top_end]
        ),
    }  # fmt: skip
    return traces, axes


def _bars(
    places: list[float], heights: Sequence[float], counts: list[int], colours: list[str], hover: list[str], style: Style
) -> dict[str, Any]:
    words = [style.language.number(count) for count in counts]
    return {
        "type": "bar", "x": places, "y": list(heights), "width": 1, "marker": {"color": colours, "line": {"width": 0}},
        "text": words, "textposition": "outside", "cliponaxis": False, "textangle": 0, "hovertext": hover,
        "textfont": {"size": style.font_size - 2, "color": style.palette.muted},
        "hovertemplate": "%{hovertext}: %{text}<extra></extra>", "unselected": {"marker": {"opacity": 1}},
        "selected": {"marker": {"opacity": 1}},
    }  # fmt: skip


def _printed(limit: float, decimals: int) -> int:
    """Return as many decimals as an own limit needs: at least the indicator's."""
    return decimals if round(limit, decimals) == limit else 3


def _range_words(ticks: list[str], position: int, style: Style) -> str:
    text = style.language.text
    if not ticks:
        return text("alle Werte")
    if position == 0:
        return text("unter {high}", high=ticks[0])
    if position == len(ticks):
        return text("{low} und mehr", low=ticks[-1])
    return text("{low} bis unter {high}", low=ticks[position - 1], high=ticks[position])
