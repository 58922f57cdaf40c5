"""Native charts on slides: each with its own workbook, edited in PowerPoint like one that was made there.

Axes and plot area are fixed, so that what a chart of Office does not know (a break with its word, the name at the end
of a line, a soft band) is drawn over it exactly where it belongs.
"""

from collections.abc import Callable
from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.native import Sheet, sheet_of
from zwk_data.render.pptx.bars import draw_bars
from zwk_data.render.pptx.box import Box
from zwk_data.render.pptx.lines import draw_lines, draw_multiples
from zwk_data.render.pptx.pyramid import draw_pyramid
from zwk_data.render.pptx.stacked import draw_columns

Draw = Callable[[Any, Exhibit, Sheet, Language, Box], None]
KINDS: dict[str, Draw] = {"line": draw_lines, "bar": draw_bars, "columns": draw_columns, "pyramid": draw_pyramid}


def draw_chart(slide: Any, exhibit: Exhibit, language: Language, box: Box) -> bool:
    """Draw the native chart of an exhibit into a box; False where its kind has none or it has no figures."""
    sheet = sheet_of(exhibit)
    if sheet is None or not sheet.series or not sheet.categories:
        return False
    draw = draw_multiples if exhibit.marks.chart == "multiples" else KINDS[sheet.kind]
    draw(slide, exhibit, sheet, language, box)
    return True
