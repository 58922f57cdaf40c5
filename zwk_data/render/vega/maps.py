"""Maps: polygons from the project's own files, classes as colours, a histogram of the classes as legend."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.paths import boundaries_folder
from zwk_data.render.vega.base import SIZE, Room, Spec, column_of

LEGEND = 0.34  # of the width
EDGE = {"kreis": 0.7, "gemeinde": 0.3}


@lru_cache(maxsize=8)
def features(file: str) -> dict[str, Any]:
    """Return the shapes of one file by key.

    Raises:
        FileNotFoundError: the exhibit names a file that does not exist.
    """
    content = json.loads((boundaries_folder() / file).read_text(encoding="utf-8"))
    return {feature["id"]: feature for feature in content["features"]}


def choropleth(exhibit: Exhibit, room: Room) -> Spec:
    """Draw the places of the exhibit; ``klass`` is the class of each, -1 where it has none."""
    colours = class_colours(exhibit, room)
    shapes = features(str(exhibit.marks.options["file"]))
    map_width, grey = room.width * (1 - LEGEND), room.palette.missing
    drawn = [
        _shape([shapes[str(key)] for key in part["ags"] if str(key) in shapes], [*colours, grey][int(str(klass))])
        for klass, part in exhibit.table.groupby("klass")  # -1, no value, is the last colour
    ]
    layers = [_layer(drawn, room, EDGE[str(exhibit.marks.options["level"])])]
    if exhibit.marks.focus in shapes:
        own = [_shape([shapes[exhibit.marks.focus]], "transparent")]
        layers += [_layer(own, room, 6.0), _layer(own, room, 3.5, room.palette.second)]
    picture = {"width": map_width, "height": room.height - 10, "layer": layers, "projection": {"type": "mercator"}}
    return {"hconcat": [picture, _legend(exhibit, room)], "spacing": 40}


def class_colours(exhibit: Exhibit, room: Room) -> list[str]:
    """Return one colour per class: light to dark, or two sides about the class that holds zero."""
    limits = [float(limit) for limit in _option(exhibit, "limits")]
    palette = room.palette
    if not exhibit.marks.options["diverging"]:
        return _ramp(palette.sequential[1:], len(limits) + 1)
    below, above = sum(limit <= 0 for limit in limits), sum(limit >= 0 for limit in limits)
    middle = [palette.diverging[3]] * (len(limits) + 1 - below - above)
    return [*_ramp(palette.diverging[2::-1], below)[::-1], *middle, *_ramp(palette.diverging[4:], above)]


def _ramp(colours: tuple[str, ...], count: int) -> list[str]:
    """Return ``count`` colours evenly spread over a row of colours, mixed where they lie between two."""
    if count < 2:
        return [colours[len(colours) // 2]] * count
    parts = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours]
    found = []
    for number in range(count):
        place = number * (len(colours) - 1) / (count - 1)
        low = min(int(place), len(colours) - 2)
        mixed = [round(a + (b - a) * (place - low)) for a, b in zip(parts[low], parts[low + 1], strict=True)]
        found.append("#" + "".join(f"{part:02x}" for part in mixed))
    return found


def _option(exhibit: Exhibit, name: str) -> list[Any]:
    found = exhibit.marks.options[name]
    return list(found) if isinstance(found, list | tuple) else []


def _shape(features: list[dict[str, Any]], colour: str) -> dict[str, Any]:
    """Return the places of one class as one shape: Vega takes almost twice as long for 11,000 single ones."""
    found = [polygon for feature in features for polygon in polygons(feature["geometry"])]
    geometry = {"type": "MultiPolygon", "coordinates": [_rings(polygon) for polygon in found]}
    return {"type": "Feature", "geometry": geometry, "properties": {"colour": colour}}


def polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    """Return the polygons of a shape: each a list of rings, each a list of points (degrees)."""
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def _rings(polygon: list[list[list[float]]]) -> list[list[list[float]]]:
    """Return rings whose outer one runs clockwise: the other way round it is the rest of the world for d3."""
    return [ring if (_area(ring) < 0) == (number == 0) else ring[::-1] for number, ring in enumerate(polygon)]


def _area(ring: list[list[float]]) -> float:
    """Return twice the signed area, positive where the ring runs counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False))


def _layer(features: list[dict[str, Any]], room: Room, width: float, stroke: str = "") -> Spec:
    return {
        "data": {"values": features},
        "mark": {"type": "geoshape", "stroke": stroke or room.palette.paper, "strokeWidth": width},
        "encoding": {"color": {"field": "properties.colour", "type": "nominal", "scale": None}},
    }  # fmt: skip


@dataclass(frozen=True)
class Class:
    """One class of a map: its limits in words, how many places lie in it, its colour; the last may be "no value"."""

    name: str
    count: int
    colour: str


def classes(exhibit: Exhibit, room: Room) -> list[Class]:
    """Return the classes from low to high, those without a value last where there are any."""
    column, table = column_of(exhibit, exhibit.marks.y), exhibit.table
    colours = class_colours(exhibit, room)
    limits = [room.language.number(float(limit), column.decimals or 0, sign=column.sign)
              for limit in _option(exhibit, "limits")]  # fmt: skip
    found = [
        Class(_range(limits, klass, room), int((table["klass"] == klass).sum()), colour)
        for klass, colour in enumerate(colours)
    ]
    if missing := int((table["klass"] < 0).sum()):
        found.append(Class(room.language.text("ohne Wert"), missing, room.palette.missing))
    return found


def _legend(exhibit: Exhibit, room: Room) -> Spec:
    """Return one bar per class with its limits and the number of places."""
    shown, number = classes(exhibit, room), room.language.number
    names, counts = [one.name for one in shown], [one.count for one in shown]
    values = [
        {"row": row, "name": one.name, "count": one.count, "colour": one.colour, "text": number(one.count)}
        for row, one in enumerate(shown)
    ]
    words = ", ".join("'" + name.replace("'", "\\'") + "'" for name in names)
    axis = {"labelExpr": f"[{words}][datum.value]", "labelColor": room.palette.ink, "title": None}
    y = {"field": "row", "type": "ordinal", "scale": {"paddingInner": 0.12}, "axis": axis}
    most = max(counts, default=1) * 1.35 or 1
    x = {"field": "count", "type": "quantitative", "axis": None, "scale": {"domain": [0, most]}}
    return {
        "width": room.width * LEGEND - 250, "height": min(44 * len(values), room.height - 80),
        "data": {"values": values},
        "title": {"text": room.language.text("Zahl der Orte je Klasse"), "anchor": "start", "fontSize": SIZE - 3,
                  "color": room.palette.muted, "fontWeight": "normal"},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"color": {"field": "colour", "type": "nominal", "scale": None}}},
            {"mark": {"type": "text", "align": "left", "dx": 6, "fontSize": SIZE - 2, "color": room.palette.muted},
             "encoding": {"text": {"field": "text"}}},
        ],
    }  # fmt: skip


def _range(limits: list[str], position: int, room: Room) -> str:
    text = room.language.text
    if not limits:
        return text("alle Werte")
    if position == 0:
        return text("unter {high}", high=limits[0])
    if position == len(limits):
        return text("{low} und mehr", low=limits[-1])
    return text("{low} bis unter {high}", low=limits[position - 1], high=limits[position])
