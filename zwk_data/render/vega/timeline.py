"""A timeline for pictures: one thin bar per entry below its words, as many as there is room for."""

from datetime import date
from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.bands import Bar, bars, colour, span, ticks, today_of
from zwk_data.render.canvas import cut
from zwk_data.render.vega.base import SIZE, Room, Spec

ROW, HEADING, TYPE = 46, 38, 19  # pixels: an entry with its words, a heading, the size of type
TOP, BOTTOM = 62, 34  # pixels for the axis above and the words of what is left out below


def timeline(exhibit: Exhibit, room: Room) -> Spec | None:
    """Draw the bars from top to bottom, those nearest to the day of the rule where there is no room for all."""
    height = room.height - TOP - BOTTOM
    rows, hidden = bars(exhibit, max(2, int(height / ROW)))
    if not rows:
        return None
    today, word = today_of(exhibit)
    first, last = span(rows, today)
    placed = _placed(rows)
    whole = max(height, placed[-1][1] + ROW)
    domain = [{"expr": f"toDate('{day.isoformat()}')"} for day in (first, last)]
    x = {"field": "start", "type": "temporal", "axis": None, "scale": {"type": "utc", "domain": domain}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [0, whole], "reverse": True}}
    return {
        "padding": {"top": TOP, "left": 0, "right": 5, "bottom": BOTTOM},
        "layer": [*_years(first, last, x, room), *_rule(today, word, x, room), *_bars(placed, x, y, room),
                  _words(placed, y, room), *_more(hidden, room)],
    }  # fmt: skip


def _placed(rows: list[Bar]) -> list[tuple[Bar, float]]:
    """Return each row with its upper edge in pixels."""
    found, top = [], 0.0
    for bar in rows:
        found.append((bar, top))
        top += HEADING if bar.is_heading else ROW
    return found


def _bars(placed: list[tuple[Bar, float]], x: Spec, y: Spec, room: Room) -> list[Spec]:
    data = [
        {"start": bar.start.isoformat(), "end": bar.end.isoformat(), "y": top + 33,
         "tint": colour(bar.look, room.palette)}
        for bar, top in placed if bar.start and bar.end
    ]  # fmt: skip
    single = [row for row in data if row["start"] == row["end"]]
    tint = {"field": "tint", "type": "nominal", "scale": None}
    long = {"data": {"values": [row for row in data if row["start"] != row["end"]]},
            "mark": {"type": "rule", "strokeWidth": 9, "strokeCap": "butt"},
            "encoding": {"x": x, "x2": {"field": "end"}, "y": y, "color": tint}}  # fmt: skip
    days = {"data": {"values": single}, "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 170,
                                                 "opacity": 1},
            "encoding": {"x": x, "y": y, "color": tint}}  # fmt: skip
    return [part for part in (long, days) if part["data"]["values"]]  # type: ignore[index]


def _words(placed: list[tuple[Bar, float]], y: Spec, room: Room) -> Spec:
    palette = room.palette
    data = [
        {"y": top + 12, "text": cut(bar.words, TYPE, room.width - 20), "weight": "bold" if bar.is_heading else "normal",
         "tint": palette.second if bar.look == "late" else palette.ink}
        for bar, top in placed
    ]  # fmt: skip
    return {
        "data": {"values": data},
        "layer": [
            {"transform": [{"filter": f"datum.weight == '{weight}'"}],
             "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": TYPE, "fontWeight": weight},
             "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "text"},
                          "color": {"field": "tint", "type": "nominal", "scale": None}}}
            for weight in ("bold", "normal")
        ],
    }  # fmt: skip


def _years(first: date, last: date, x: Spec, room: Room) -> list[Spec]:
    data: dict[str, Any] = {"values": [{"start": day.isoformat(), "word": word} for day, word in ticks(first, last)]}
    return [
        {"data": data, "mark": {"type": "rule", "color": room.palette.grid, "strokeWidth": 1.5}, "encoding": {"x": x}},
        {"data": data, "mark": {"type": "text", "baseline": "bottom", "dy": -6, "fontSize": TYPE,
                                "color": room.palette.muted},
         "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "word"}}},
    ]  # fmt: skip


def _rule(today: date, word: str, x: Spec, room: Room) -> list[Spec]:
    data = {"values": [{"start": today.isoformat(), "word": word}]}
    ink = room.palette.ink
    return [
        {"data": data, "mark": {"type": "rule", "color": ink, "strokeWidth": 1.5}, "encoding": {"x": x}},
        {"data": data, "mark": {"type": "text", "baseline": "bottom", "dy": -6 - 1.4 * TYPE, "fontSize": TYPE,
                                "color": ink},
         "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "word"}}},
    ]  # fmt: skip


def _more(hidden: int, room: Room) -> list[Spec]:
    if not hidden:
        return []
    said = room.language.text("und {count} weitere", count=room.language.number(hidden))
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "dy": 8,
        "fontSize": SIZE - 2,
        "color": room.palette.muted,
    }
    return [{"data": {"values": [{"text": said}]}, "mark": mark,
             "encoding": {"x": {"value": 0}, "y": {"value": "height"}, "text": {"field": "text"}}}]  # fmt: skip
