"""Überblick: what everyone should know about the place before a meeting."""

from ui import show, view

now = view()

show("key_figures", ags=now.place.ags, compare=now.reference)
show("field_figures", ags=now.place.ags, compare=now.reference)
