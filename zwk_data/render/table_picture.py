"""The picture of a table: as many rows as there is room for, and how many are left out."""

from itertools import repeat

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit, heading
from zwk_data.language import Language
from zwk_data.render.canvas import Frame, cut, text_at, text_width
from zwk_data.render.palette import LIGHT, Palette
from zwk_data.render.tabular import is_date, is_missing, is_number, row_decimals

SIZE, ROW = 22, 38
MOST_COLUMNS = 7


def written_cell(value: object, column: Column, decimals: int | None, language: Language) -> str:
    """Write one cell in the reader's way."""
    if is_missing(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return language.date(value.date())
    if decimals is not None and isinstance(value, int | float):
        return language.number(float(value), decimals, sign=column.sign)
    return str(value)


def table_picture(exhibit: Exhibit, laid_out: Frame, language: Language, palette: Palette = LIGHT) -> str:
    """Draw the table of an exhibit as SVG."""
    columns = exhibit.columns[:MOST_COLUMNS]
    most = max(int(laid_out.height // ROW) - 2, 1)
    rows = exhibit.table.head(most if len(exhibit.table) > most else most + 1)
    cells = [
        [written_cell(*cell, language) for cell in zip(rows[c.key], repeat(c), row_decimals(exhibit, c), strict=False)]
        for c in columns
    ]
    widths = _widths([[heading(column), *texts] for column, texts in zip(columns, cells, strict=True)], laid_out.width)
    parts: list[str] = []
    left = laid_out.left
    for column, texts, width in zip(columns, cells, widths, strict=True):
        right = is_number(exhibit, column) and not is_date(exhibit, column)
        parts += _column(heading(column), texts, (left, width), laid_out.top, right, palette)
        left += width
    parts += _rules(len(rows), laid_out, palette)
    if hidden := len(exhibit.table) - len(rows):
        words = language.text("und {count} weitere Zeilen", count=hidden)
        parts.append(text_at(words, laid_out.left, laid_out.top + ROW * (len(rows) + 1.75), SIZE, palette.muted))
    return "".join(parts)


def _widths(columns: list[list[str]], room: float) -> list[float]:
    """Return the widths of columns: as wide as their texts, shrunk together where there is less room."""
    wanted = [max(text_width(text, SIZE) for text in texts) + 36 for texts in columns]
    capped = [min(width, room * 0.5) for width in wanted]
    share = min(room / sum(capped), 1.25)
    return [width * share for width in capped]


def _column(
    label: str, texts: list[str], across: tuple[float, float], top: float, right: bool, palette: Palette
) -> list[str]:
    left, width = across
    x, anchor = (left + width - 24, "end") if right else (left, "start")
    parts = [text_at(cut(label, SIZE, width - 16), x, top + ROW * 0.7, SIZE - 2, palette.muted, anchor=anchor)]
    for number, text in enumerate(texts, 1):
        y = top + ROW * (number + 0.7)
        parts.append(text_at(cut(text, SIZE, width - 24), x, y, SIZE, palette.ink, anchor=anchor))
    return parts


def _rules(count: int, laid_out: Frame, palette: Palette) -> list[str]:
    right = laid_out.left + laid_out.width
    return [
        f'<line x1="{laid_out.left}" x2="{right}" y1="{laid_out.top + ROW * n:.0f}" y2="{laid_out.top + ROW * n:.0f}" '
        f'stroke="{palette.grid}" stroke-width="{2 if n == 1 else 1}"/>'
        for n in range(1, count + 2)
    ]
