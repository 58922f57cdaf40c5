"""Figures as tiles: one grid of equal boxes, each with label, value, date and basis, comparison and rank.

Written as one piece of HTML, so that a rerun sends it once and nothing jumps. No colour judges a figure.
"""

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import streamlit as st

from ui.view import View
from zwk_data.exhibits import Exhibit


def tiles(found: Exhibit, now: View) -> None:
    """Draw an exhibit of figures; its alternative text names the list."""
    boxes = "".join(_tile(row, now) for row in found.table.to_dict("records"))
    st.html(f'<ul class="zwk-tiles" aria-label="{escape(found.alt, quote=True)}">{boxes}</ul>')


def _tile(row: Mapping[Hashable, Any], now: View) -> str:
    short = now.text("Kreiswert") if now.present else now.text("Kreiswert: {place}", place=row["badge"])
    badge = short if row["badge"] else ""  # which Kreis stands above the tiles as well
    head = [("field", row.get("field", "")), ("label", row["label"])]
    body = [
        ("value", row["written"]), ("when", f"{row['when']} · {row['basis_name']}"), ("more", row["remark"]),
        ("more", row["change_text"]), ("more", row["comparison"]), ("more", row["rank_text"]), ("badge", badge),
    ]  # fmt: skip
    return f"<li><div>{_lines(head)}</div><div>{_lines(body)}</div></li>"


def _lines(lines: list[tuple[str, str]]) -> str:
    return "".join(f'<p class="zwk-{name}">{escape(str(text))}</p>' for name, text in lines if text)
