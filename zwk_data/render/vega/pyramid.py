"""Age pyramids: bars to both sides of one axis, a second series as outline, one mirrored scale."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.canvas import text_width
from zwk_data.render.parts import Part, parts_of
from zwk_data.render.vega.base import SIZE, Room, Spec


def pyramid(exhibit: Exhibit, room: Room) -> Spec:
    """Draw the bars of the series in focus, whole or in parts, and the outline of the second one."""
    marks, table, palette = exhibit.marks, exhibit.table, room.palette
    most = float(str(marks.options["maximum"])) * 1.05
    main = table[table[marks.series] == marks.focus]
    colours = {"left": palette.sequential[3], "right": palette.focus}
    split = _split(main, exhibit, room)
    layers: list[Spec] = [_tiles(split)] if split else [_bars(_sides(main, exhibit), colours)]
    if marks.second:
        second = table[table[marks.series] == marks.second]
        layers += [_outline(second, exhibit, side, room) for side in ("left", "right")]
    return {
        "encoding": {
            "x": {"type": "quantitative", "scale": {"domain": [-most, most], "nice": False},
                  "axis": {"grid": True, "labelExpr": "format(abs(datum.value), ',.3~f')",
                           "title": str(marks.options["axis"]), "titleColor": palette.muted, "titleFontSize": SIZE - 3,
                           "titleFontWeight": "normal"}},
            "y": {"type": "quantitative", "scale": {"domain": [0, 100], "nice": False},
                  "axis": {"values": list(range(0, 101, 10)), "format": "d", "title": None, "grid": False}},
        },
        "layer": [*layers, *_words(exhibit, room)],
        "padding": {"top": 66, "left": 5, "right": 5, "bottom": 5},
    }  # fmt: skip


def _sides(rows: pd.DataFrame, exhibit: Exhibit) -> list[dict[str, Any]]:
    options, found = exhibit.marks.options, []
    for side, sign in (("left", -1), ("right", 1)):
        for value, age, width in zip(
            rows[str(options[side])], rows[str(options["age_from"])], rows[str(options["width"])], strict=True
        ):
            found.append({"side": side, "value": sign * float(value), "from": float(age), "to": float(age + width)})
    return found


def _bars(data: list[dict[str, Any]], colours: dict[str, str]) -> Spec:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {
        "data": {"values": data}, "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "value"}, "x2": {"datum": 0}, "y": {"field": "from"}, "y2": {"field": "to"},
            "color": {"field": "side", "type": "nominal", "scale": scale},
        },
    }  # fmt: skip


def _split(rows: pd.DataFrame, exhibit: Exhibit, room: Room) -> list[dict[str, Any]]:
    """Return one rectangle per age, side and part, the most certain part next to the axis; empty without parts."""
    options, found = exhibit.marks.options, []
    for side, sign in (("left", -1), ("right", 1)):
        foot = pd.Series(0.0, index=rows.index)
        for part in parts_of(exhibit, room.palette, f"{side}_parts"):
            top = foot + sign * rows[part.column]
            ages = rows[str(options["age_from"])]
            for low, high, age, width in zip(foot, top, ages, rows[str(options["width"])], strict=True):
                found.append({"from": float(age), "to": float(age + width), "low": float(low), "high": float(high),
                              "colour": part.colour, "line": part.line or part.colour})  # fmt: skip
            foot = top
    return found


def _tiles(data: list[dict[str, Any]]) -> Spec:
    plain = {"type": "nominal", "scale": None}
    return {
        "data": {"values": data}, "mark": {"type": "rect", "strokeWidth": 0.3},
        "encoding": {
            "x": {"field": "low"}, "x2": {"field": "high"}, "y": {"field": "from"}, "y2": {"field": "to"},
            "color": {"field": "colour", **plain}, "stroke": {"field": "line", **plain},
        },
    }  # fmt: skip


def _outline(rows: pd.DataFrame, exhibit: Exhibit, side: str, room: Room) -> Spec:
    """Return the steps of the second series: both corners of every group, in order."""
    corners: list[dict[str, float]] = [{"x": 0.0, "y": 0.0}]
    for part in _sides(rows, exhibit):
        if part["side"] == side:
            corners += [{"x": part["value"], "y": part["from"]}, {"x": part["value"], "y": part["to"]}]
    corners.append({"x": 0.0, "y": corners[-1]["y"]})
    return {
        "data": {"values": [corner | {"order": number} for number, corner in enumerate(corners)]},
        "mark": {"type": "line", "color": room.palette.second, "strokeWidth": 4},
        "encoding": {"x": {"field": "x"}, "y": {"field": "y"}, "order": {"field": "order", "type": "quantitative"}},
    }


def _words(exhibit: Exhibit, room: Room) -> list[Spec]:
    """Return the two sides and, above them, the series with their colours."""
    marks, palette = exhibit.marks, room.palette
    said = [
        ("width/4", -8, "center", str(marks.options["left_name"]), palette.ink),
        ("3*width/4", -8, "center", str(marks.options["right_name"]), palette.ink),
        *_series(exhibit, room),
    ]
    return [
        {"data": {"values": [{}]},
         "mark": {"type": "text", "align": align, "baseline": "bottom", "fontSize": SIZE, "color": colour, "text": word,
                  "x": {"expr": x}, "y": y},
         "encoding": {"x": None, "y": None}}
        for x, y, align, word, colour in said
    ]  # fmt: skip


def _series(exhibit: Exhibit, room: Room) -> list[tuple[str, int, str, str, str]]:
    """Return the words of the series above the picture, of split bars those of the parts side by side."""
    marks, palette = exhibit.marks, room.palette
    outline = [("width", -38, "right", f"▬ {marks.second}", palette.second)] if marks.second else []
    parts = parts_of(exhibit, palette, "left_parts")
    if not parts:
        return [("0", -38, "left", f"■ {marks.focus}", palette.focus), *outline]
    at, found = 0.0, []
    for word, colour in [(f"{marks.focus}:", palette.ink), *_signs(parts, palette.ink)]:
        found.append((f"{at:.0f}", -38, "left", word, colour))
        at += text_width(word, SIZE) + (8 if len(word) == 1 else 26)
    return [*found, *outline]


def _signs(parts: list[Part], ink: str) -> list[tuple[str, str]]:
    return [pair for part in parts for pair in ((part.mark, part.sign), (part.name, ink))]
