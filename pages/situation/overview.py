"""Überblick: what everyone should know about the place before a meeting."""

from ui import documents, plan, registers, show, side_by_side, view
from ui.rounds.since import on_overview

now = view()
ags = now.place.ags

on_overview()
show("key_figures", ags=ags, compare=now.reference)
show("field_figures", ags=ags, compare=now.reference)

if now.place.level == "gemeinde":
    left, right = side_by_side()
    with left:
        show("population_line", ags=ags)
    with right:
        show("population_line", ags=ags, whose="kreis")
else:
    show("population_line", ags=ags)

if plan.current():
    show("plan_dates", ags=ags, day=registers.today())

documents.offer_profile()
registers.status_line()
