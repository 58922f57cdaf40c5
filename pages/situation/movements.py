"""Bewegungen: births and deaths, arrivals and departures, by age, and the balance re-added."""

import streamlit as st

from ui import age_choice, show, side_by_side, view

now = view()

with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    measure = age_choice.counts_or_rates()
    sex = age_choice.sex()

left, right = side_by_side()
with left:
    show("births_deaths", ags=now.place.ags, **measure, **sex)
with right:
    show("in_out_migration", ags=now.place.ags, **measure, **sex)

year = age_choice.migration_year()
show("migration_by_age", ags=now.place.ags, height=460, **year, **measure, **sex)

span = age_choice.span()
show("balance", ags=now.place.ags, **span, **sex)

left, right = side_by_side()
with left:
    show("time_series", indicator="natural_balance_per_1000", ags=now.ags)
with right:
    show("time_series", indicator="net_migration_residual_per_1000", ags=now.ags)
