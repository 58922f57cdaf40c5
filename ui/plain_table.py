"""Short tables as plain HTML: numbers to the right, texts as they are; on a phone one block per row with headings."""

from collections.abc import Collection, Mapping, Sequence
from html import escape

import streamlit as st

FEW = 2  # columns that fit beside each other on a phone


def plain_table(cells: Mapping[str, Sequence[str]], numbers: Collection[str], alt: str) -> None:
    """Draw a table.

    Args:
        cells: texts by heading, column by column.
        numbers: headings of the columns that hold numbers.
        alt: what the table shows, for those who do not see it.
    """
    heads = "".join(f'<th scope="col"{_side(name, numbers)}>{escape(name)}</th>' for name in cells)
    rows = zip(*cells.values(), strict=True) if cells else ()
    body = "".join(f"<tr>{_row(list(cells), row, numbers)}</tr>" for row in rows)
    kind = "zwk-table" if len(cells) <= FEW else "zwk-table zwk-many"
    label = escape(alt, quote=True)
    st.html(f'<table class="{kind}" aria-label="{label}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>')


def _side(name: str, numbers: Collection[str]) -> str:
    return ' class="zwk-number"' if name in numbers else ""


def _row(heads: Sequence[str], row: Sequence[str], numbers: Collection[str]) -> str:
    return "".join(
        f'<td data-label="{escape(head, quote=True)}"{_side(head, numbers)}>{escape(text)}</td>'
        for head, text in zip(heads, row, strict=True)
    )
