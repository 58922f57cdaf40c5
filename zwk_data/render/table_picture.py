"""The picture of a table: as many rows as there is room for, and how many are left out."""

from collections.abc import Sequence
from itertools import repeat

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit, heading
from zwk_data.language import Language
from zwk_data.render.canvas import Frame, cut, text_at, text_width, wrap
from zwk_data.render.palette import LIGHT, Palette
from zwk_data.render.tabular import is_date, is_missing, is_number, kreis_values, row_decimals

SIZE, ROW, LINE, GAP = 22, 38, 26, 24  # pixels: type, a row of one line, every further line, between columns
MOST_COLUMNS, MOST_LINES = 7, 4


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
    """Draw the table of an exhibit as SVG: texts broken inside their columns, as many rows as there is room for."""
    columns = columns_shown(exhibit)
    if not columns:  # nothing to show: the sentence says so
        return ""
    cells = [column_texts(exhibit, column, language) for column in columns]
    widths = widths_of(
        [[heading(column), *texts] for column, texts in zip(columns, cells, strict=True)], laid_out.width
    )
    head = [broken(heading(column), SIZE - 2, width) for column, width in zip(columns, widths, strict=True)]
    rows = [
        [broken(text, SIZE, width) for text, width in zip(row, widths, strict=True)] for row in zip(*cells, strict=True)
    ]
    edges = _edges([head, *rows], laid_out)
    shown = len(edges) - 2
    rights = [is_number(exhibit, column) and not is_date(exhibit, column) for column in columns]
    across = [(laid_out.left + sum(widths[:n]), width, rights[n]) for n, width in enumerate(widths)]
    parts = _row(head, across, edges[0], SIZE - 2, palette.muted)
    for top, row in zip(edges[1:], rows[:shown], strict=False):
        parts += _row(row, across, top, SIZE, palette.ink)
    parts += _rules(edges[1:], laid_out, palette)
    if hidden := len(rows) - shown:
        words = language.text("und {count} weitere Zeilen", count=hidden)
        parts.append(text_at(words, laid_out.left, edges[-1] + ROW * 0.75, SIZE, palette.muted))
    return "".join(parts)


def columns_shown(exhibit: Exhibit) -> list[Column]:
    """Return the columns that say anything, as many as are legible side by side."""
    return [column for column in exhibit.columns if not exhibit.table[column.key].map(_is_empty).all()][:MOST_COLUMNS]


def _is_empty(value: object) -> bool:
    return is_missing(value) or value == ""


def column_texts(exhibit: Exhibit, column: Column, language: Language) -> list[str]:
    """Return the cells of a column; a value of the Kreis keeps the mark that the remark explains."""
    cells = zip(exhibit.table[column.key], repeat(column), row_decimals(exhibit, column), strict=False)
    texts = [written_cell(*cell, language) for cell in cells]
    marked = kreis_values(exhibit).get(column.key, ())
    if not marked:
        return texts
    return [f"{text} K" if ags in marked else text for text, ags in zip(texts, exhibit.table["ags"], strict=True)]


def broken(text: str, size: float, width: float) -> list[str]:
    """Break a text inside its column; only a single word that is too long for it is cut."""
    return [cut(line, size, width - GAP) for line in wrap(text, size, width - GAP, MOST_LINES)] or [""]


def widths_of(columns: list[list[str]], room: float) -> list[float]:
    """Return the widths of columns: as wide as their texts; with less room, down to their longest words."""
    wanted = [max(text_width(text, SIZE) for text in texts) + GAP + 8 for texts in columns]
    if sum(wanted) <= room:
        share = min(room / sum(wanted), 1.25)
        return [width * share for width in wanted]
    least = [_longest_word(texts) + GAP + 2 for texts in columns]
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    more = [wide - narrow for wide, narrow in zip(wanted, least, strict=True)]
    share = (room - sum(least)) / sum(more)
    return [narrow + extra * share for narrow, extra in zip(least, more, strict=True)]


def _longest_word(texts: list[str]) -> float:
    return max(text_width(word, SIZE) for text in texts for word in text.replace(" %", "\u00a0%").split(" "))


def _edges(rows: Sequence[Sequence[list[str]]], laid_out: Frame) -> list[float]:
    """Return the upper edges of all rows that there is room for, and the lower edge of the last of them."""
    edges = [laid_out.top]
    bottom = laid_out.top + laid_out.height
    for number, row in enumerate(rows):
        edge = edges[-1] + ROW + LINE * (max(len(lines) for lines in row) - 1)
        more = ROW if number < len(rows) - 1 else 0  # room for the words that rows are left out
        if number > 1 and edge + more > bottom:
            break
        edges.append(edge)
    return edges


def _row(
    cells: Sequence[list[str]], across: Sequence[tuple[float, float, bool]], top: float, size: float, colour: str
) -> list[str]:
    """Return the texts of a row; numbers stand to the right."""
    parts = []
    for lines, (left, width, right) in zip(cells, across, strict=True):
        x, anchor = (left + width - GAP, "end") if right else (left, "start")
        parts += [
            text_at(line, x, top + ROW * 0.7 + LINE * number, size, colour, anchor=anchor)
            for number, line in enumerate(lines)
        ]
    return parts


def _rules(edges: Sequence[float], laid_out: Frame, palette: Palette) -> list[str]:
    right = laid_out.left + laid_out.width
    return [
        f'<line x1="{laid_out.left}" x2="{right}" y1="{edge:.0f}" y2="{edge:.0f}" '
        f'stroke="{palette.grid}" stroke-width="{1 if number else 2}"/>'
        for number, edge in enumerate(edges)
    ]
