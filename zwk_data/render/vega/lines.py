"""Lines over time, labelled at their ends; small multiples as rows of panels."""

from dataclasses import replace

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.course import PROJECTION, band, capacity, drawn, falls, heights, label_years, start
from zwk_data.render.labels import end_labels
from zwk_data.render.palette import series_colours
from zwk_data.render.vega.base import AXIS_FORMAT, SIZE, Room, Spec, break_layers, column_of, rows, spread

BAND = 0.17  # how much of its colour a band has
LONG = 20  # years from which on the labels of the axis stand at round distances


def lines(exhibit: Exhibit, room: Room) -> Spec:
    """Draw ``y`` over ``x``, one line per series, interrupted where the basis changes; what is projected is dashed."""
    marks = exhibit.marks
    table = drawn(exhibit).assign(_series=lambda t: t[marks.series].astype(str) if marks.series else "")
    table = table.assign(_part=table["_series"] + (table[marks.dash].astype(str) if marks.dash else ""))
    names = [str(name) for name in dict.fromkeys(table["_series"])]
    colours = series_colours(names, marks.focus, marks.second, room.palette)
    ends = limits(heights(table, exhibit), marks.options.get("zero") is True)
    ahead = table[marks.dash] == PROJECTION if marks.dash else pd.Series(False, index=table.index)
    parts = [(table[ahead], {"type": "line", "strokeDash": [9, 6]}),
             (table[~ahead], {"type": "line", "point": {"size": 60, "filled": True}})]  # fmt: skip
    layers = [
        {"data": {"values": rows(part, marks.x, marks.y, "_series", "_part")}, "mark": mark,
         "encoding": _encoding(table, exhibit, colours, ends)}
        for part, mark in parts if len(part)
    ]  # fmt: skip
    return {"padding": {"top": 30, "left": 5, "right": 5, "bottom": 5},
            "layer": [*_band(table, exhibit, ends, room), *break_layers(exhibit, room), *_rules(table, exhibit, room),
                      *layers, _ends(table, exhibit, colours, ends, room)],
            }  # fmt: skip


def _encoding(table: pd.DataFrame, exhibit: Exhibit, colours: dict[str, str], ends: tuple[float, float]) -> Spec:
    marks = exhibit.marks
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {
        "x": _x(table[marks.x]), "y": _y(marks.y, ends),
        "color": {"field": "_series", "type": "nominal", "scale": scale}, "detail": {"field": "_part"},
        "strokeWidth": {"condition": {"test": _accent(marks.focus, marks.second), "value": 5}, "value": 2.5},
    }  # fmt: skip


def _y(name: str, ends: tuple[float, float]) -> Spec:
    return {"field": name, "type": "quantitative", "scale": {"domain": list(ends), "nice": False, "zero": False},
            "axis": {"format": AXIS_FORMAT, "title": None}}  # fmt: skip


def _band(table: pd.DataFrame, exhibit: Exhibit, ends: tuple[float, float], room: Room) -> list[Spec]:
    """Return the interval of the series in focus as one soft area."""
    marks, inside = exhibit.marks, band(table, exhibit)
    if inside.empty:
        return []
    return [{
        "data": {"values": rows(inside, marks.x, marks.lower, marks.upper)},
        "mark": {"type": "area", "color": room.palette.focus, "opacity": BAND},
        "encoding": {"x": _x(table[marks.x]), "y": _y(marks.lower, ends), "y2": {"field": marks.upper}},
    }]  # fmt: skip


def _rules(table: pd.DataFrame, exhibit: Exhibit, room: Room) -> list[Spec]:
    """Return the start of a run as a vertical rule and a capacity as a horizontal one, each with its word."""
    found: list[Spec] = []
    data: Spec
    text = {"type": "text", "fontSize": SIZE - 3, "align": "left"}
    if begin := start(exhibit):
        data = {"values": [{"day": begin[0], "word": begin[1]}]}
        x: Spec = {"field": "day", "type": "temporal", "scale": {"type": "utc"}}
        top, muted = not falls(table, exhibit), room.palette.muted
        y: Spec = {"value": 0} if top else {"value": "height"}
        word = text | {"dx": 6, "color": muted, "baseline": "top" if top else "bottom"}
        found += [{"data": data, "mark": {"type": "rule", "color": muted}, "encoding": {"x": x}},
                  {"data": data, "mark": word, "encoding": {"x": x, "y": y, "text": {"field": "word"}}}]  # fmt: skip
    if level := capacity(exhibit):
        data = {"values": [{"height": level[0], "word": level[1]}]}
        y = {"field": "height", "type": "quantitative"}
        right = falls(table, exhibit)  # where the line has left room
        word = text | {"dy": -4, "color": room.palette.ink, "baseline": "bottom", "align": "right" if right else "left"}
        x = {"value": "width" if right else 4}
        found += [{"data": data, "mark": {"type": "rule", "color": room.palette.ink}, "encoding": {"y": y}},
                  {"data": data, "mark": word, "encoding": {"x": x, "y": y, "text": {"field": "word"}}}]  # fmt: skip
    return found


def _accent(focus: str, second: str) -> str:
    quoted = [text.replace("\\", "\\\\").replace("'", "\\'") for text in (focus, second) if text]
    return " || ".join(f"datum._series === '{text}'" for text in quoted) or "false"


def _x(days: pd.Series) -> Spec:
    """Return the time axis: each label stands below a reference date of its year, not below the next January."""
    if not pd.api.types.is_datetime64_any_dtype(days):
        return {"field": days.name, "type": "quantitative", "scale": {"zero": False, "nice": False},
                "axis": {"format": "d", "title": None}}  # fmt: skip
    newest = days.groupby(days.dt.year).max()  # a census in May and its 31 December would be two labels of one year
    dates = sorted(day.date().isoformat() for day in newest)
    shown = dates[:: -(len(dates) // -7)]
    if days.dt.year.max() - days.dt.year.min() > LONG:
        shown = [f"{year}-12-31" for year in label_years(days.dt.year.min(), days.dt.year.max(), 6)]
    return {"field": days.name, "type": "temporal", "scale": {"type": "utc"},
            "axis": {"values": shown, "format": "%Y", "title": None, "labelAlign": "center"}}  # fmt: skip


def limits(values: pd.Series, zero: bool) -> tuple[float, float]:
    """Return the ends of the value axis with a little room."""
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.08 or max(abs(high), 1.0) * 0.05
    return (min(0.0, low) if zero else low - room), high + room


def _ends(
    table: pd.DataFrame, exhibit: Exhibit, colours: dict[str, str], ends: tuple[float, float], room: Room
) -> Spec:
    """Return name and last value at the end of each line, moved apart where they would overlap."""
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    found = end_labels(table, replace(marks, series="_series"), column, room.language)
    gap = (ends[1] - ends[0]) * (SIZE * 1.3) / max(room.height - 60, 1)
    heights = spread([end for _, end in found.values()], gap)
    values = [
        {"y": height, "name": words.strip(), "series": name}
        for height, (name, (words, _)) in zip(heights, found.items(), strict=True)
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": SIZE, "dx": 12},
        "encoding": {
            "x": {"value": "width"}, "y": {"field": "y", "type": "quantitative"}, "text": {"field": "name"},
            "color": {"field": "series", "type": "nominal",
                      "scale": {"domain": list(colours), "range": list(colours.values())}},
        },
    }  # fmt: skip


def multiples(exhibit: Exhibit, room: Room) -> Spec:
    """Draw one small picture per series on one scale, in reading order, the line interrupted between census bases."""
    marks = exhibit.marks
    table = exhibit.table.dropna(subset=[marks.y]).assign(_series=lambda t: t[marks.series].astype(str))
    names = list(dict.fromkeys(table["_series"]))
    across = 1 if len(names) == 1 else 2 if len(names) in (2, 4) else 3
    down = -(-len(names) // across)
    size = (room.width / across - 70, room.height / down - 76)
    low, high = limits(table[marks.y], marks.options.get("zero") is True)
    panels = [_panel(table[table["_series"] == name], name, exhibit, (low, high), size, room) for name in names]
    lines_ = [{"hconcat": panels[start : start + across], "spacing": 28} for start in range(0, len(panels), across)]
    return {"vconcat": lines_, "spacing": 18}


def _panel(
    part: pd.DataFrame, name: str, exhibit: Exhibit, ends: tuple[float, float], size: tuple[float, float], room: Room
) -> Spec:
    marks, column = exhibit.marks, column_of(exhibit, exhibit.marks.y)
    colour = {marks.focus: room.palette.focus, marks.second: room.palette.second}.get(name, room.palette.others[0])
    last = part.sort_values(marks.x).iloc[-1]
    number = room.language.number(last[marks.y], column.decimals or 0, sign=column.sign)
    part = part.assign(_part=part[marks.dash].astype(str) if marks.dash else "")
    x = _x(exhibit.table[marks.x])
    x["axis"] |= {"values": x["axis"]["values"][::3], "labelFontSize": SIZE - 4} if "values" in x["axis"] else {}
    return {
        "width": size[0], "height": size[1], "data": {"values": rows(part, marks.x, marks.y, "_part")},
        "title": {"text": f"{name}  {number}", "anchor": "start", "fontSize": SIZE - 2, "color": colour,
                  "fontWeight": "bold"},
        "mark": {"type": "line", "color": colour, "strokeWidth": 3.5,
                 "point": {"filled": True, "size": 35, "color": colour}},
        "encoding": {
            "x": x, "detail": {"field": "_part"},
            "y": {"field": marks.y, "type": "quantitative",
                  "scale": {"domain": list(ends), "nice": False, "zero": False},
                  "axis": {"format": AXIS_FORMAT, "title": None, "tickCount": 4, "labelFontSize": SIZE - 4}},
        },
    }  # fmt: skip
