"""What colours mean, written above a chart: a small square and its words, side by side."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pptx.util import Pt

from zwk_data.language import Language
from zwk_data.render.canvas import text_width
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.writing import colour, rectangle, text_box

SIZE = 13  # points
SQUARE = 10 * POINT
HIGH = 18 * POINT
ROOM = 1.1  # estimates of the width of a text are exceeded by some fonts


class Key(NamedTuple):
    """One entry: words, fill and line of its square (an empty colour: none; no colours: words alone)."""

    words: str
    fill: str = ""
    line: str = ""


def wide(text: str, size: float = SIZE, *, bold: bool = False) -> int:
    """Return the width of a text in EMU, a little more than estimated."""
    return round(text_width(text, size, bold=bold) * ROOM * POINT)


def legend(slide: Any, keys: Sequence[Key], place: Box, language: Language, first: int = 1) -> None:
    """Write the entries from left to right at the top of a box, in further lines where there are many."""
    left, top = place.left, place.top
    for number, key in enumerate(keys, first):
        width = wide(key.words) + (round(SQUARE * 1.6) if key.fill or key.line else 0)
        if left > place.left and left + width > place.right:
            left, top = place.left, top + HIGH
        _entry(slide, key, Box(left, top, min(width, place.right - left), HIGH), f"zwk:legend:{number}", language)
        left += width + 16 * POINT


def _entry(slide: Any, key: Key, place: Box, name: str, language: Language) -> None:
    shift = 0
    if key.fill or key.line:
        square = rectangle(slide, Box(place.left, place.top + 4 * POINT, SQUARE, SQUARE), f"{name}:colour", key.fill or
                           LIGHT.paper)  # fmt: skip
        if key.line:
            square.line.color.rgb, square.line.width = colour(key.line), Pt(1.5)
        shift = round(SQUARE * 1.6)
    words = Box(place.left + shift, place.top, max(place.width - shift, 1), HIGH)
    text_box(slide, words, [key.words], name, language, size=SIZE, anchor="middle", wrap=False)
