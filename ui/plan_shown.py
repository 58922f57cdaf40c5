"""The parts of the page Werkstattplan that show a plan from one side each: by state, over time, by indicator, care."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from ui import controls, parameters
from ui.card import show
from ui.evidence import evidence
from ui.layout import side_by_side
from ui.view import view
from zwk_data.catalog import indicators
from zwk_data.exhibits.plan_board import LONGEST, NO_OFFICE
from zwk_data.exhibits.plan_outline import ordered_fields
from zwk_data.exhibits.registry import is_offered
from zwk_data.plan.model import Plan

ALL = "all"


def _seen(plan: Plan) -> str:
    """Return the day from which a plan is looked at: an example keeps its own."""
    return "" if plan.kind == "example" else date.today().isoformat()


def stages(plan: Plan) -> None:
    """Show the programme's stages as a thin line."""
    show("plan_stages", ags=plan.ags, day=_seen(plan))


def board(plan: Plan) -> None:
    """Show the entries by state."""
    field, office = _filters(plan)
    show("plan_board", ags=plan.ags, day=_seen(plan), field=field, office=office)


def timeline(plan: Plan) -> None:
    """Show the entries over time, and what comes next."""
    field, office = _filters(plan)
    show("plan_timeline", ags=plan.ags, day=_seen(plan), field=field, office=office)
    show("plan_dates", ags=plan.ags, day=_seen(plan))


def by_indicator(plan: Plan) -> None:
    """Show targets with their paths, then every indicator with its entries, and one of them in full."""
    show("plan_targets", ags=plan.ags)
    drawn = [one for one in plan.targets if is_drawn(one.indicator)]
    for first, second in zip(drawn[::2], [*drawn[1::2], None], strict=False):
        left, right = side_by_side()
        with left:
            show("plan_target", ags=plan.ags, aim=first.id)
        if second:
            with right:
                show("plan_target", ags=plan.ags, aim=second.id)
    show("plan_indicators", ags=plan.ags)
    if plan.links:
        code, names = view().language.code, dict.fromkeys(link.indicator for link in plan.links)
        options = {name: indicators()[name].label(code) for name in names}
        chosen = _choice("linked", view().text("Von der Kennzahl zum Eintrag"), options)
        show("plan_indicator", ags=plan.ags, indicator=chosen)


def is_drawn(indicator: str) -> bool:
    """Tell whether the figures give an indicator of a target."""
    from ui.data import statistics

    return is_offered(indicators()[indicator], statistics())


def swot(plan: Plan) -> None:
    """Show the SWOT with its proofs."""
    show("plan_swot", ags=plan.ags)
    evidence(plan)


def health(plan: Plan) -> None:
    """Show what needs care."""
    show("plan_health", ags=plan.ags, day=_seen(plan))


def _filters(plan: Plan) -> tuple[str, str]:
    """Choose a Handlungsfeld and an office; empty for all."""
    text = view().text
    fields = {ALL: text("alle Handlungsfelder"), **{one.id: one.title for one in ordered_fields(plan)}}
    names = sorted({one.responsible_office for one in plan.entries if one.responsible_office})
    offices = {ALL: text("alle Stellen"), **{name: name for name in names if len(name) <= LONGEST}}
    if any(not one.responsible_office for one in plan.entries):
        offices[NO_OFFICE] = text("ohne Zuständigkeit")
    left, right = side_by_side()
    with left:
        field = _choice("in_field", text("Handlungsfeld"), fields)
    with right:
        office = _choice("office", text("Zuständig"), offices) if names else ALL
    return "" if field == ALL else field, "" if office == ALL else office


def _choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """Draw a select box; what was chosen in another plan is quietly let go."""
    chosen = st.query_params.get(name) or parameters.kept(name)
    if chosen and chosen not in options:
        parameters.forget(name)
    return controls.select(name, label, options, next(iter(options)))
