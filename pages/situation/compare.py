"""Vergleich: several places side by side: over time, in order, as a table, as small pictures."""

import streamlit as st

from ui import comparison, controls, show, view

TABLE = ["population_total", "population_change_5y", "share_u18", "share_65p", "labour_replacement", "births_per_1000"]
KINDS = {"lines": "time_series", "ranking": "ranking", "multiples": "small_multiples"}

now = view()
displays = {
    "lines": now.text("Verlauf"),
    "ranking": now.text("Rangfolge"),
    "table": now.text("Tabelle"),
    "multiples": now.text("Einzelbilder"),
}


def several() -> None:
    """Show several indicators as one table."""
    indicators = controls.indicator_list("indicators", TABLE)
    show("comparison_table", indicators=indicators, ags=comparison.like_with_like(indicators))


def one(display: str) -> None:
    """Show one indicator over time, in order or as small pictures."""
    indicator = controls.indicator(default="old_age_ratio_20_65")
    with row:
        scale = comparison.scale(indicator) if display != "ranking" else ""
    ags = comparison.like_with_like([indicator])
    show(KINDS[display], indicator=indicator, ags=ags, form=scale if scale == "index" else "")


row = st.container(horizontal=True)
with row:
    chosen = controls.segments("display", now.text("Darstellung"), displays, "lines")
# whoever presents goes through all four, beginning with the one on the screen
for display in [chosen, *(other for other in displays if now.present and other != chosen)]:
    if display == "table":
        several()
    else:
        one(display)
