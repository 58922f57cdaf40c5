"""Werkstattplan: what is planned, beside the live figures; from entry to indicator and back; where it is written."""

from ui import plan, plan_shown, show, side_by_side, view

now = view()
ags = now.place.ags
found = plan.current()


def outline() -> None:
    """Show the plan by Handlungsfeld, and the two ways between entries and indicators."""
    assert found is not None
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
        if entry := plan.entry_choice(found):
            show("plan_entry", ags=ags, entry=entry)
            plan.outline_actions(found, entry)
    with right:
        if indicator := plan.indicator_choice(found):
            show("plan_indicator", ags=ags, indicator=indicator)

    show("plan_facts", ags=ags)


SHOWN = {
    "board": plan_shown.board, "time": plan_shown.timeline, "indicators": plan_shown.by_indicator,
    "swot": plan_shown.swot, "health": plan_shown.health,
}  # fmt: skip
PARTS = {"outline": outline, "edit": plan.work, "exchange": plan.exchange}

plan.heading(found)
if found is None:
    show("plan_choice", ags=ags)
    plan.ways_to_a_plan()
part = plan.part(found)
if found is not None and part not in ("edit", "exchange"):  # who writes needs the room
    plan_shown.stages(found)
if found is not None and part in SHOWN:
    SHOWN[part](found)
elif part:
    PARTS[part]()
