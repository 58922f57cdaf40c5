"""A timeline: one thin bar per entry below its words, headings between them, the day it is seen from as a rule."""

from datetime import date
from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.bands import Bar, bars, colour, span, ticks, today_of
from zwk_data.render.plotly.base import Figure, Style, axis, harmless, layout
from zwk_data.render.plotly.line import PRESENTED, wrapped

LETTERS, LETTERS_PRESENTED = 46, 110  # after which words beside a bar are broken
MOST = 90  # rows on a page; the table below has all
LINE, BAR, GAP = 1.3, 0.75, 0.55  # heights of a line of words, of a bar and of the space below it, of the size of type
MARGINS = 62  # pixels above and below the plot


def timeline(exhibit: Exhibit, style: Style) -> Figure:
    """Draw the bars from top to bottom; on a projector those nearest to the day that the screen has room for."""
    presented = style.font_size >= PRESENTED
    room = int((style.height - MARGINS) / (style.font_size * (LINE + BAR + GAP))) if presented else MOST
    rows, hidden = bars(exhibit, room)
    texts = [wrapped(harmless(bar.words), LETTERS_PRESENTED if presented else LETTERS) for bar in rows]
    tops, whole = _tops(rows, texts)
    today, word = today_of(exhibit)
    first, last = span(rows, today)
    size = style.font_size
    more = [_more(hidden, whole, style)] if hidden else []
    return {
        "data": _traces(rows, tops, texts, style),
        "layout": layout(
            style, height=style.height if presented else int(whole * size) + MARGINS,
            margin={"l": 2, "r": 8, "t": 50, "b": 12 + (24 if hidden else 0), "pad": 2},
            shapes=[_rule(today, style)],
            annotations=[_today(today, first, last, word, style), *more,
                         *(_words(bar, top, text, style) for bar, top, text in zip(rows, tops, texts, strict=True))],
            xaxis=_axis(first, last, style),
            yaxis=axis(style, range=[whole, 0], visible=False),
        ),
    }  # fmt: skip


def _tops(rows: list[Bar], texts: list[str]) -> tuple[list[float], float]:
    """Return the upper edge of each row and the height of all, in sizes of type."""
    tops: list[float] = []
    height = 0.0
    for bar, text in zip(rows, texts, strict=True):
        height += 0.5 if bar.is_heading and tops else 0.0
        tops.append(height)
        height += _lines(text) * LINE + (0.2 if bar.is_heading else BAR + GAP)
    return tops, max(height, 1.0)


def _lines(text: str) -> int:
    return text.count("<br>") + 1


def _traces(rows: list[Bar], tops: list[float], texts: list[str], style: Style) -> list[dict[str, Any]]:
    """Return one trace for each look of bars, and one for each of single days."""
    groups: dict[tuple[str, bool], list[tuple[Bar, float, str]]] = {}
    for bar, top, text in zip(rows, tops, texts, strict=True):
        if not bar.is_heading:
            middle = round(top + _lines(text) * LINE + BAR / 2, 3)
            groups.setdefault((bar.look, bar.start == bar.end), []).append((bar, middle, text))
    return [_trace(look, single, group, style) for (look, single), group in groups.items()]


def _trace(look: str, single: bool, group: list[tuple[Bar, float, str]], style: Style) -> dict[str, Any]:
    """Return bars of one look as one broken line, or single days as points."""
    tint = colour(look, style.palette)
    days: list[str | None] = []
    heights: list[float | None] = []
    words: list[str] = []
    for bar, middle, text in group:
        said = dict.fromkeys(day for day in (bar.start, bar.end) if day)
        hover = f"<b>{text}</b><br>{' – '.join(style.language.date(day) for day in said)}"
        days += [*(day.isoformat() for day in said), None]
        heights += [middle] * len(said) + [None]
        words += [hover] * (len(said) + 1)
    return {
        "type": "scatter", "mode": "markers" if single else "lines", "x": days, "y": heights, "text": words,
        "line": {"color": tint, "width": round(style.font_size * 0.5)},
        "marker": {"color": tint, "size": round(style.font_size * 0.72), "symbol": "diamond"},
        "hovertemplate": "%{text}<extra></extra>", "connectgaps": False,
    }  # fmt: skip


def _words(bar: Bar, top: float, text: str, style: Style) -> dict[str, Any]:
    said = f"<b>{text}</b>" if bar.is_heading else text
    ink = style.palette.second if bar.look == "late" else style.palette.ink
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": round(top, 3), "yanchor": "top", "showarrow": False,
        "align": "left", "text": said, "font": {"size": style.font_size - (0 if bar.is_heading else 1), "color": ink},
        "borderpad": 0,
    }  # fmt: skip


def _axis(first: date, last: date, style: Style) -> dict[str, Any]:
    named = ticks(first, last)
    return axis(
        style, type="date", side="top", range=[first.isoformat(), last.isoformat()], tickmode="array",
        tickvals=[day.isoformat() for day, _ in named], ticktext=[word for _, word in named], tickangle=0,
    )  # fmt: skip


def _rule(today: date, style: Style) -> dict[str, Any]:
    return {"type": "line", "x0": today.isoformat(), "x1": today.isoformat(), "y0": 0, "y1": 1, "yref": "paper",
            "layer": "below", "line": {"color": style.palette.ink, "width": 1.2}}  # fmt: skip


def _today(today: date, first: date, last: date, word: str, style: Style) -> dict[str, Any]:
    """Return the word of the rule, above the years so that it never covers one."""
    share = (today - first).days / max((last - first).days, 1)
    return {"x": today.isoformat(), "xanchor": "left" if share < 0.2 else "right" if share > 0.8 else "center",
            "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": style.font_size * 1.5, "showarrow": False,
            "text": word, "font": {"size": style.font_size - 2, "color": style.palette.ink}}  # fmt: skip


def _more(hidden: int, whole: float, style: Style) -> dict[str, Any]:
    said = style.language.text("und {count} weitere", count=style.language.number(hidden))
    return {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top", "showarrow": False,
            "text": said, "font": {"size": style.font_size - 2, "color": style.palette.muted}}  # fmt: skip
