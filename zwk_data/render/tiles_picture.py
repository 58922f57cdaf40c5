"""The picture of single figures: a grid of boxes with label, value, and what stands below it."""

from collections.abc import Mapping, Sequence
from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.canvas import Frame, text_at, wrap
from zwk_data.render.palette import LIGHT, Palette

GAP = 36
BELOW = ("when", "basis_name", "change_text", "comparison", "rank_text")  # columns, where there are any


def tiles_picture(exhibit: Exhibit, laid_out: Frame, language: Language, palette: Palette = LIGHT) -> str:
    """Draw the rows of an exhibit of figures side by side, in two lines where there are more than four."""
    rows = exhibit.table.to_dict("records")
    across = len(rows) if len(rows) <= 4 else -(-len(rows) // 2)
    width = (laid_out.width - GAP * (across - 1)) / max(across, 1)
    down = -(-len(rows) // max(across, 1))
    height = laid_out.height / max(down, 1)
    parts = []
    for number, row in enumerate(rows):
        left = laid_out.left + (number % across) * (width + GAP)
        top = laid_out.top + (number // across) * height
        parts.append(_tile(row, (left, top, width, height), exhibit, language, palette))
    return "".join(parts)


def _tile(
    row: Mapping[Any, Any],
    box: tuple[float, float, float, float],
    exhibit: Exhibit,
    language: Language,
    palette: Palette,
) -> str:
    left, top, width, height = box
    across = f'x1="{left:.0f}" x2="{left + width:.0f}" y1="{top:.0f}" y2="{top:.0f}"'
    parts = [f'<line {across} stroke="{palette.muted}" stroke-width="3"/>']
    y = top + 34.0
    for text, bold in ((row.get("field") or "", True), (row[exhibit.marks.x], False)):
        for line in wrap(str(text), 21, width, 3, bold=bold):
            parts.append(text_at(line, left, y, 21, palette.ink, bold=bold))
            y += 27
    y += 26
    parts.append(text_at(value_of(row, exhibit, language), left, y, 42, palette.ink, bold=True))
    y += 36
    for line in [line for said in below_of(row, language) for line in wrap(said, 18, width, 2)]:
        if y < top + height:
            parts.append(text_at(line, left, y, 18, palette.muted))
            y += 24
    return "".join(parts)


def value_of(row: Mapping[Any, Any], exhibit: Exhibit, language: Language) -> str:
    """Return the figure as it stands in the table, written with its own decimals and unit."""
    if row.get("written"):
        return str(row["written"])
    key = exhibit.marks.y
    return language.number(row[key], int(row.get(f"{key}_decimals") or 0))


def below_of(row: Mapping[Any, Any], language: Language) -> Sequence[str]:
    """Return what stands below the figure: its date, its change, its rank, and whose value it is."""
    said = [str(row[name]) for name in BELOW if row.get(name)]
    if row.get("badge"):
        said.append(language.text("Kreiswert: {place}", place=row["badge"]))
    return said
