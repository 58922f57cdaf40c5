"""Vergleich: several places side by side: over time, in order, as a table, as small pictures."""

import streamlit as st

from ui import comparison, controls, show, view

TABLE = ["population_total", "population_change_5y", "share_u18", "share_65p", "labour_replacement", "births_per_1000"]

now = view()
displays = {
    "lines": now.text("Verlauf"),
    "ranking": now.text("Rangfolge"),
    "table": now.text("Tabelle"),
    "multiples": now.text("Kleine Vielfache"),
}
chosen = controls.segments("display", now.text("Darstellung"), displays, "lines")


def one(display: str, indicator: str) -> None:
    """Show one indicator in one of three ways."""
    if display == "ranking":
        show("ranking", indicator=indicator, ags=comparison.like_with_like([indicator]))
        return
    form = comparison.scale(indicator)
    kind = {"lines": "time_series", "multiples": "small_multiples"}[display]
    places = comparison.like_with_like([indicator])
    show(kind, indicator=indicator, ags=places, form="index" if form == "index" else "")


def several() -> None:
    """Show several indicators as one table."""
    indicators = controls.indicator_list("indicators", TABLE)
    show("comparison_table", indicators=indicators, ags=comparison.like_with_like(indicators))


# whoever presents goes through all four, beginning with the one on the screen
for display in [chosen, *(other for other in displays if now.present and other != chosen)]:
    if display == "table":
        several()
    else:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            indicator = controls.indicator(default="old_age_ratio_20_65")
        one(display, indicator)
