"""Lines over time, labelled at their ends; small multiples as rows of panels."""

from dataclasses import replace

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.labels import end_labels
from zwk_data.render.palette import series_colours
from zwk_data.render.vega.base import AXIS_FORMAT, SIZE, Room, Spec, break_layers, column_of, rows, spread

DASHES = {"pre2011": [3, 4], "model": [9, 6]}


def lines(exhibit: Exhibit, room: Room) -> Spec:
    """Draw ``y`` over ``x``, one line per series, interrupted where the census basis changes."""
    marks = exhibit.marks
    table = exhibit.table.dropna(subset=[marks.y]).assign(_series=lambda t: t[marks.series] if marks.series else "")
    table = table.assign(_part=table["_series"].astype(str) + (table[marks.dash].astype(str) if marks.dash else ""))
    names = [str(name) for name in dict.fromkeys(table["_series"])]
    colours = series_colours(names, marks.focus, marks.second, room.palette)
    low, high = limits(table[marks.y], marks.options.get("zero") is True)
    colour = {"field": "_series", "type": "nominal", "scale": {"domain": names, "range": list(colours.values())}}
    encoding = {
        "x": _x(table[marks.x]),
        "y": {"field": marks.y, "type": "quantitative", "scale": {"domain": [low, high], "nice": False, "zero": False},
              "axis": {"format": AXIS_FORMAT, "title": None}},
        "color": colour, "detail": {"field": "_part"},
        "strokeWidth": {"condition": {"test": _accent(marks.focus, marks.second), "value": 5}, "value": 2.5},
    }  # fmt: skip
    drawn = {
        "data": {"values": rows(table, marks.x, marks.y, "_series", "_part")}, "encoding": encoding,
        "mark": {"type": "line", "point": {"size": 60, "filled": True}},
    }  # fmt: skip
    return {"padding": {"top": 30, "left": 5, "right": 5, "bottom": 5},
            "layer": [*break_layers(exhibit, room), drawn, _ends(table, exhibit, colours, (low, high), room)],
            }  # fmt: skip


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
