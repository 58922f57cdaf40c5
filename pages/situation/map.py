"""Karte: one indicator for all Kreise or Gemeinden, on one date or as a change between two."""

import streamlit as st

from ui import controls, map_choice, show, view

now = view()

with st.grid(3, min_column_width=240, gap="medium"):
    indicator = controls.indicator(default="old_age_ratio_20_65")
    scope = map_choice.scope_choice()
chosen = map_choice.map_choice(indicator, scope)

found = show(chosen.kind, on_select=map_choice.select_place, **chosen.parameters)
if found is None and chosen.kind == "choropleth_change":
    map_choice.offer_spans(chosen)
elif found is not None and found.marks.chart == "table" and scope.startswith("gemeinde"):
    map_choice.offer_level()
