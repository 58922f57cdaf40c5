"""Werkstattplan: what is planned, beside the live figures; from action to indicator and back. Read only."""

from ui import plan, show, side_by_side, view

now = view()
ags = now.place.ags
found = plan.current()

if found is None:
    show("plan_choice", ags=ags)
    plan.ways_to_a_plan()
else:
    plan.heading(found)
    show("plan_fields", ags=ags)

    field = plan.field_choice(found)
    left, right = side_by_side()
    with left:
        show("plan_entries", ags=ags, field=field)
    with right:
        if indicator := plan.headline(found, field):
            show("time_series", indicator=indicator, ags=now.ags[:4])

    left, right = side_by_side()
    with left:
        show("plan_entry", ags=ags, entry=plan.entry_choice(found))
    with right:
        show("plan_indicator", ags=ags, indicator=plan.indicator_choice(found))

    show("plan_facts", ags=ags)
