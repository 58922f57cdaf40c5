"""A schedule on a slide: native bars below their words, years as thin rules."""

from datetime import date
from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.bands import Bar, bars, colour, span, ticks, today_of
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.native_chart import SMALL
from zwk_data.render.pptx.writing import rectangle, rule, text_box

HEAD, ROW, HEADING, BAR = 38 * POINT, 30 * POINT, 22 * POINT, 6 * POINT


def draw_timeline(slide: Any, exhibit: Exhibit, language: Language, box: Box) -> int:
    """Draw as many bars as there is room for, those nearest to today; return how many are left out."""
    rows, hidden = bars(exhibit, max(2, (box.height - HEAD) // ROW))
    if not rows:
        return hidden
    today, word = today_of(exhibit)
    first, last = span(rows, today)

    def across(day: date) -> int:
        return box.left + round((day - first).days / max((last - first).days, 1) * box.width)

    _axis(slide, first, last, across, box, language)
    _today(slide, across(today), word, box, language)
    top = box.top + HEAD
    for number, bar in enumerate(rows, 1):
        _bar(slide, bar, number, top, across, box, language)
        top += HEADING if bar.is_heading else ROW
    return hidden


def _axis(slide: Any, first: date, last: date, across: Any, box: Box, language: Language) -> None:
    for number, (day, said) in enumerate(ticks(first, last), 1):
        x = across(day)
        rule(slide, (x, box.top + 34 * POINT), (x, box.bottom), f"zwk:rule:{number}", LIGHT.grid)
        place = Box(x - 30 * POINT, box.top + 17 * POINT, 60 * POINT, 16 * POINT)
        text_box(slide, place, [said], f"zwk:label:{number}", language, size=SMALL, ink=LIGHT.muted, align="center")


def _today(slide: Any, x: int, word: str, box: Box, language: Language) -> None:
    rule(slide, (x, box.top + 17 * POINT), (x, box.bottom), "zwk:start", LIGHT.ink)
    left = min(max(x - 80 * POINT, box.left), box.right - 160 * POINT)
    align = "center" if left == x - 80 * POINT else "left" if left == box.left else "right"
    text_box(slide, Box(left, box.top, 160 * POINT, 16 * POINT), [word], "zwk:start:word", language, size=SMALL,
             align=align)  # fmt: skip


def _bar(slide: Any, bar: Bar, number: int, top: int, across: Any, box: Box, language: Language) -> None:
    ink = LIGHT.second if bar.look == "late" else LIGHT.ink
    place = Box(box.left, top, box.width, 18 * POINT)
    text_box(slide, place, [bar.words], f"zwk:bar:{number}", language, size=SMALL, ink=ink, bold=bar.is_heading)
    if bar.start and bar.end:
        left, right = across(bar.start), across(bar.end)
        if right - left < BAR:
            left, right = left - BAR // 2, left + BAR // 2
        mark = Box(left, top + 19 * POINT, right - left, BAR)
        rectangle(slide, mark, f"zwk:bar:{number}:mark", colour(bar.look, LIGHT))
