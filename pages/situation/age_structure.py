"""Altersstruktur: who lives here by age, against another place or year, and what became of each cohort."""

import streamlit as st

from ui import age_choice, show, side_by_side, view

now = view()

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    chosen = age_choice.year_and_ages()
    second = age_choice.outline(chosen.get("ages", "groups"))

left, right = side_by_side(6, 5)
with left:
    show("age_pyramid", ags=now.place.ags, height=640, **chosen, **second)
with right:
    show("age_groups", ags=now.place.ags, height=640, **chosen)

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    cohort = age_choice.cohort_start() | age_choice.sex()
show("cohorts", ags=now.place.ags, height=560, **cohort)

left, right = side_by_side()
with left:
    show("time_series", indicator="mean_age", ags=now.ags)
with right:
    show("time_series", indicator="median_age", ags=now.ags)
