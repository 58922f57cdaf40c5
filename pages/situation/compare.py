"""Vergleich: one indicator over time for several places."""

from ui import controls, show, view

now = view()

indicator = controls.indicator(default="old_age_ratio_20_65")
show("time_series", indicator=indicator, ags=now.ags)
