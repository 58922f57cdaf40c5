"""What a native chart does not know and is drawn over it: rules of breaks and limits, words moved apart."""

from collections.abc import Sequence
from typing import Any

from zwk_data.language import Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.scales import Scale
from zwk_data.render.pptx.writing import rule, text_box

WORD = 12  # points
HIGH = 16 * POINT


def upright(slide: Any, share: float, word: str, name: str, plot: Box, language: Language, *, dash: bool) -> None:
    """Draw a vertical rule at a share of the axis, its word centred above where there is one."""
    x = plot.left + round(share * plot.width)
    rule(slide, (x, plot.top), (x, plot.bottom), name, LIGHT.others[1], dash=dash)
    if word:
        place = Box(x - 80 * POINT, plot.top - HIGH - 2 * POINT, 160 * POINT, HIGH)
        text_box(slide, place, [word], f"{name}:word", language, size=WORD, ink=LIGHT.muted, align="center")


def level(
    slide: Any, limit: tuple[float, str], ends: Scale, plot: Box, language: Language, *, right: bool, line: bool = True
) -> None:
    """Draw a horizontal rule at a value with its word above it; ``line`` False where the chart has the rule itself."""
    y = plot.bottom - round(ends.share(limit[0]) * plot.height)
    if line:
        rule(slide, (plot.left, y), (plot.right, y), "zwk:capacity", LIGHT.ink)
    place = Box(plot.left + 6 * POINT, y - HIGH - 2 * POINT, plot.width - 12 * POINT, HIGH)
    text_box(slide, place, [limit[1]], "zwk:capacity:word", language, size=WORD, align="right" if right else "left")


def apart(middles: Sequence[float], heights: Sequence[float], whole: float) -> list[float]:
    """Move words of given heights apart, as little as possible, inside ``whole`` where they fit; return the middles."""
    order = sorted(range(len(middles)), key=lambda one: middles[one])
    moved = list(middles)
    for above, below in zip(order, order[1:], strict=False):
        moved[below] = max(moved[below], moved[above] + (heights[above] + heights[below]) / 2)
    shift = (sum(moved) - sum(middles)) / len(moved) if moved else 0.0
    moved = [place - shift for place in moved]
    if moved:
        over = moved[order[-1]] + heights[order[-1]] / 2 - whole
        moved = [place - max(over, 0.0) for place in moved]
        under = heights[order[0]] / 2 - moved[order[0]]
        moved = [place + max(under, 0.0) for place in moved]
    return moved
