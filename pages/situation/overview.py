"""Überblick: what everyone should know about the place before a meeting."""

from ui import show, view

now = view()

show("time_series", indicator="population_total", ags=now.ags[:1])
