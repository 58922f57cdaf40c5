"""Stacked columns over the years: what a number is made of, from what is certain below to what is assumed on top."""

from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.course import capacity, label_years
from zwk_data.render.parts import Part, end_number, parts_of
from zwk_data.render.vega.base import AXIS_FORMAT, SIZE, Room, Spec, spread

GAP = 0.4  # of a year, between two columns


def columns(exhibit: Exhibit, room: Room) -> Spec:
    """Draw the parts of every ``x`` one upon the other, their names and last values beside the last column."""
    table, marks, parts = exhibit.table, exhibit.marks, parts_of(exhibit, room.palette)
    rule, years = capacity(exhibit), [int(year) for year in table[marks.x]]
    data = _bars(exhibit, parts, years)
    top = max([row["to"] for row in data] + ([rule[0]] if rule else [])) * 1.06 or 1.0
    x = {"field": "left", "type": "quantitative",
         "scale": {"domain": [years[0] - 0.6, years[-1] + 0.6], "nice": False, "zero": False},
         "axis": {"values": label_years(years[0], years[-1], 6), "format": "d", "title": None}}  # fmt: skip
    y = {"field": "from", "type": "quantitative", "scale": {"domain": [0, top], "nice": False},
         "axis": {"format": AXIS_FORMAT, "title": None}}  # fmt: skip
    plain = {"type": "nominal", "scale": None}
    bars = {
        "data": {"values": data}, "mark": {"type": "rect", "strokeWidth": 1.5},
        "encoding": {"x": x, "x2": {"field": "right"}, "y": y, "y2": {"field": "to"},
                     "color": {"field": "colour", **plain}, "stroke": {"field": "line", **plain}},
    }  # fmt: skip
    return {"padding": {"top": 20, "left": 5, "right": 5, "bottom": 5},
            "layer": [bars, *_capacity(rule, room), *_labels(exhibit, parts, top, room)]}  # fmt: skip


def _bars(exhibit: Exhibit, parts: list[Part], years: list[int]) -> list[dict[str, Any]]:
    """Return one rectangle per year and part."""
    found, half = [], (1 - GAP) / 2
    for year, (_, row) in zip(years, exhibit.table.iterrows(), strict=True):
        foot = 0.0
        for part in parts:
            value = float(row[part.column])
            found.append({"left": year - half, "right": year + half, "from": foot, "to": foot + value,
                          "colour": part.colour, "line": part.line or part.colour})  # fmt: skip
            foot += value
    return found


def _labels(exhibit: Exhibit, parts: list[Part], top: float, room: Room) -> list[Spec]:
    last = exhibit.table.iloc[-1]
    values = [float(last[part.column]) for part in parts]
    middles = [sum(values[:position]) + value / 2 for position, value in enumerate(values)]
    heights = spread(middles, top * SIZE * 1.4 / max(room.height - 60, 1))
    texts = [f"{part.name} {end_number(exhibit, part, room.language)}" for part in parts]
    data = {"values": [
        {"y": height, "mark": part.mark, "sign": part.sign, "text": text}
        for height, part, text in zip(heights, parts, texts, strict=True)
    ]}  # fmt: skip
    place = {"x": {"value": "width"}, "y": {"field": "y", "type": "quantitative"}}
    base = {"type": "text", "align": "left", "baseline": "middle", "fontSize": SIZE}
    colour = {"field": "sign", "type": "nominal", "scale": None}
    return [
        {"data": data, "mark": base | {"dx": 8}, "encoding": place | {"text": {"field": "mark"}, "color": colour}},
        {"data": data, "mark": base | {"dx": 32, "color": room.palette.ink},
         "encoding": place | {"text": {"field": "text"}}},
    ]  # fmt: skip


def _capacity(rule: tuple[float, str] | None, room: Room) -> list[Spec]:
    if rule is None:
        return []
    data, y = {"values": [{"level": rule[0], "word": rule[1]}]}, {"field": "level", "type": "quantitative"}
    ink = room.palette.ink
    word = {"type": "text", "align": "left", "baseline": "bottom", "dy": -4, "fontSize": SIZE - 3, "color": ink}
    return [
        {"data": data, "mark": {"type": "rule", "color": ink}, "encoding": {"y": y}},
        {"data": data, "mark": word, "encoding": {"x": {"value": 4}, "y": y, "text": {"field": "word"}}},
    ]
