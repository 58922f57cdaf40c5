"""Horizontal bars and dots: one row per category, the first one on top, the value written beside it."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.vega.base import AXIS_FORMAT, SIZE, Room, Spec, column_of

MOST = 24  # rows that a picture can bear


def bars(exhibit: Exhibit, room: Room) -> Spec:
    """Draw ``y`` for every category ``x``; options as in the chart on the screen: text, soft, maximum, minimum."""
    marks, options = exhibit.marks, exhibit.marks.options
    table = exhibit.table.dropna(subset=[marks.y]).head(MOST)
    soft = table[str(options["soft"])].astype(bool) if "soft" in options else pd.Series(False, index=table.index)
    column = column_of(exhibit, marks.y)
    numbers = [room.language.number(value, column.decimals or 0, sign=column.sign) for value in table[marks.y]]
    texts = table[str(options["text"])].astype(str).tolist() if "text" in options else numbers
    data = _data(table[marks.x], table[marks.y], texts, [_grey(room) if pale else room.palette.focus for pale in soft])
    return _spec(data, _limits(table[marks.y], options), [_bars(), *_texts(room)], room)


def _grey(room: Room) -> str:
    return room.palette.others[3]


def _data(names: pd.Series, values: pd.Series, texts: list[str], colours: list[str]) -> list[dict[str, Any]]:
    """Return rows; categories are told apart by their position, so that two of the same name stay two."""
    return [
        {"row": number, "name": str(name), "value": float(value), "text": text, "colour": colour}
        for number, (name, value, text, colour) in enumerate(zip(names, values, texts, colours, strict=True))
    ]


def _limits(values: pd.Series, options: dict[str, object]) -> tuple[float, float]:
    """Return the scale with room for the texts at the ends of the bars."""
    high = float(str(options.get("maximum", max(values.max(), 0))))
    low = float(str(options.get("minimum", min(values.min(), 0))))
    low, high = (low, high) if high > low else (0.0, 1.0)
    span = high - low
    return (low - span * 0.22 if low < 0 else low), (high + span * 0.28 if high > 0 else high)


def _spec(data: list[dict[str, Any]], limits: tuple[float, float], layers: list[Spec], room: Room) -> Spec:
    names = " , ".join(f"'{_quoted(row['name'])}'" for row in data)
    size = min(SIZE, max(11, int(room.height / max(len(data), 1) * 0.62)))
    y = {
        "field": "row", "type": "ordinal", "scale": {"paddingInner": 0.34, "paddingOuter": 0.2},
        "axis": {"labelExpr": f"[{names}][datum.value]", "labelFontSize": size, "labelColor": room.palette.ink,
                 "labelLimit": 520, "title": None, "domain": False, "ticks": False},
    }  # fmt: skip
    x = {"field": "value", "type": "quantitative", "scale": {"domain": list(limits), "nice": False},
         "axis": {"grid": True, "format": AXIS_FORMAT, "title": None, "tickCount": 5}}  # fmt: skip
    return {"data": {"values": data}, "encoding": {"y": y, "x": x}, "layer": layers}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ")


def _bars() -> Spec:
    return {"mark": {"type": "bar"}, "encoding": {"color": {"field": "colour", "type": "nominal", "scale": None}}}


def _texts(room: Room) -> list[Spec]:
    """Return the texts at the ends: to the right of a gain, to the left of a loss."""
    common = {"type": "text", "baseline": "middle", "fontSize": SIZE - 1, "color": room.palette.ink}
    text = {"text": {"field": "text"}}
    return [
        {"transform": [{"filter": "datum.value >= 0"}], "mark": common | {"align": "left", "dx": 8}, "encoding": text},
        {"transform": [{"filter": "datum.value < 0"}], "mark": common | {"align": "right", "dx": -8}, "encoding": text},
    ]


def dots(exhibit: Exhibit, room: Room) -> Spec:
    """Draw a ranking: one dot per place on one scale, its interval as a line, yardsticks as open diamonds."""
    marks = exhibit.marks
    table = exhibit.table.dropna(subset=[marks.x]).head(MOST)
    column = column_of(exhibit, marks.x)
    texts = [room.language.number(value, column.decimals or 0, sign=column.sign) for value in table[marks.x]]
    accents = {marks.focus: room.palette.focus, marks.second: room.palette.second}
    data = _data(
        table[marks.y], table[marks.x], texts, [accents.get(str(name), room.palette.muted) for name in table[marks.y]]
    )
    interval = bool(marks.lower) and marks.lower in table and bool(table[marks.lower].notna().any())
    for row, (_, source) in zip(data, table.iterrows(), strict=True):
        known = interval and source[marks.lower] == source[marks.lower]
        row["low"], row["high"] = (
            (float(source[marks.lower]), float(source[marks.upper])) if known else (row["value"],) * 2
        )
        row["open"] = bool(marks.series) and source[marks.series] != "place"
    low, high = min(row["low"] for row in data), max(row["high"] for row in data)
    span = (high - low) or max(abs(high), 1.0)
    spec = _spec(data, (low - span * 0.06, high + span * 0.16), [_interval(room), *_dots(), _beside(room)], room)
    spec["encoding"]["y"]["axis"] |= {"grid": True, "gridColor": room.palette.grid}
    spec["encoding"]["y"]["axis"]["labelFontWeight"] = "normal"
    spec["encoding"]["x"]["scale"]["zero"] = False
    return spec


def _interval(room: Room) -> Spec:
    return {
        "mark": {"type": "rule", "color": room.palette.muted, "strokeWidth": 2},
        "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
    }


def _dots() -> list[Spec]:
    colour = {"field": "colour", "type": "nominal", "scale": None}
    return [
        {"transform": [{"filter": "!datum.open"}], "mark": {"type": "point", "filled": True, "size": 330, "opacity": 1},
         "encoding": {"color": colour}},
        {"transform": [{"filter": "datum.open"}],
         "mark": {"type": "point", "shape": "diamond", "size": 330, "strokeWidth": 3, "fill": "#ffffff", "opacity": 1},
         "encoding": {"stroke": colour}},
    ]  # fmt: skip


def _beside(room: Room) -> Spec:
    return {
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 18, "fontSize": SIZE},
        "encoding": {"x": {"field": "high", "type": "quantitative"}, "text": {"field": "text"},
                     "color": {"field": "colour", "type": "nominal", "scale": None}},
    }  # fmt: skip


def diverging(exhibit: Exhibit, room: Room) -> Spec:
    """Draw two opposite bars per category and their balance as a diamond."""
    table, marks, options = exhibit.table, exhibit.marks, exhibit.marks.options
    right, left = table[str(options["positive"])].fillna(0), table[str(options["negative"])].fillna(0)
    digits, number = column_of(exhibit, str(options["positive"])).decimals or 0, room.language.number
    out = _data(table[marks.x], right, [number(v, digits) for v in right], [room.palette.focus] * len(table))
    back = _data(table[marks.x], -left, [number(v, digits) for v in left], [_grey(room)] * len(table))
    net = _data(table[marks.x], table[marks.y].fillna(0),
                [number(v, digits, sign=True) for v in table[marks.y]], [room.palette.second] * len(table))  # fmt: skip
    most = float(str(options.get("maximum", max(right.max(), left.max()))))
    spec = _spec(out, (-most * 1.4, most * 1.4), [], room)
    spec["encoding"]["x"]["axis"] |= {"labels": False}
    spec["layer"] = [
        *({"data": {"values": rows_}, **layer} for rows_ in (out, back) for layer in (_bars(), *_texts(room))),
        {"data": {"values": net},
         "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 260, "opacity": 1},
         "encoding": {"color": {"field": "colour", "type": "nominal", "scale": None}}},
        {"data": {"values": net}, "mark": {"type": "text", "align": "right", "fontWeight": "bold", "fontSize": SIZE},
         "encoding": {"x": {"value": "width"}, "text": {"field": "text"}}},
        *_words(exhibit, room),
    ]  # fmt: skip
    return spec | {"padding": {"top": 40, "left": 5, "right": 5, "bottom": 5}}


def _words(exhibit: Exhibit, room: Room) -> list[Spec]:
    """Return the words above both sides and above the balances."""
    options, palette = exhibit.marks.options, room.palette
    said = [
        ("width/2 - 12", "right", options["negative_name"], palette.ink),
        ("width/2 + 12", "left", options["positive_name"], palette.focus),
        ("width", "right", column_of(exhibit, exhibit.marks.y).label, palette.second),
    ]  # fmt: skip
    return [
        {"data": {"values": [{}]},
         "mark": {"type": "text", "align": align, "baseline": "bottom", "fontSize": SIZE - 1, "color": colour,
                  "fontWeight": "bold", "text": str(word), "x": {"expr": str(x)}, "y": -6},
         "encoding": {"x": None, "y": None}}
        for x, align, word, colour in said
    ]  # fmt: skip


def balance(exhibit: Exhibit, room: Room) -> Spec:
    """Draw a sum step by step: each bar begins where the one before ended, both stocks stand as diamonds."""
    table, options = exhibit.table, exhibit.marks.options
    data = []
    for number, (_, row) in enumerate(table.iterrows()):
        begin, stock = float(row[str(options["from"])]), bool(row[str(options["stock"])])
        value = 0.0 if stock else float(row[exhibit.marks.y])
        data.append({
            "row": number, "name": str(row[exhibit.marks.x]), "begin": begin, "end": begin + value, "stock": stock,
            "text": str(row[str(options["text"])]), "loss": value < 0,
            "colour": room.palette.focus if value >= 0 else _grey(room),
        })  # fmt: skip
    ends = [float(str(row[key])) for row in data for key in ("begin", "end")]
    low, high = min(ends), max(ends)
    space = (high - low) * 0.24 or 1.0
    spec = _spec(data, (min(low, 0) - space, max(high, 0) + space), _steps(room), room)
    spec["encoding"]["x"] |= {"field": "begin"}
    spec["encoding"]["x"]["axis"]["format"] = f"+{AXIS_FORMAT}"
    return spec


def _steps(room: Room) -> list[Spec]:
    end = {"x": {"field": "end", "type": "quantitative"}, "text": {"field": "text"}}
    words = {"type": "text", "baseline": "middle", "fontSize": SIZE}
    return [
        {"transform": [{"filter": "!datum.stock"}], "mark": {"type": "bar"},
         "encoding": {"x2": {"field": "end"}, "color": {"field": "colour", "type": "nominal", "scale": None}}},
        {"transform": [{"filter": "datum.stock"}],
         "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 330, "color": room.palette.ink,
                  "opacity": 1}},
        {"transform": [{"filter": "!datum.loss"}], "mark": words | {"align": "left", "dx": 14}, "encoding": end},
        {"transform": [{"filter": "datum.loss"}], "mark": words | {"align": "right", "dx": -14}, "encoding": end},
    ]  # fmt: skip
