"""What the page of the Werkstattplan needs beside exhibits: the plan of the place, its choices, the way to one."""

from collections.abc import Mapping

import streamlit as st

from ui import controls, parameters, plan_edit, plan_exchange, plans
from ui.by_itself import by_itself
from ui.data import statistics
from ui.literal import literal
from ui.permissions import may
from ui.view import View, partner_places, view
from zwk_data.catalog import indicators
from zwk_data.exhibits.plan_outline import ordered_fields
from zwk_data.exhibits.registry import is_offered
from zwk_data.plan.model import Plan
from zwk_data.warehouse import Place


def current() -> Plan | None:
    """Return the plan of the place in view."""
    return plans.seen().plan(view().place.ags)


def heading(found: Plan | None) -> None:
    """Name the plan and say whose it is; a presenter shows the exhibits alone."""
    now = view()
    if now.present or found is None:
        return
    st.title(literal(found.title) or now.text("Werkstattplan"), anchor=False)
    kinds = {
        "example": (now.text("Beispiel aus öffentlichen Quellen"), ":material/menu_book:", "blue"),
        "internal": (now.text("Eigener Plan, intern"), ":material/lock:", "gray"),
        "published": (now.text("Veröffentlichter Plan"), ":material/public:", "green"),
    }
    said, icon, colour = kinds[found.kind]
    st.badge(said, icon=icon, color=colour)


def part(found: Plan | None) -> str:
    """Choose a part of the page; without a plan there is only the way to begin one, for those who may."""
    text = view().text
    if found is None and not may("edit"):
        return ""
    options = {"edit": text("Bearbeiten"), "exchange": text("Austausch")}
    if found is None:
        return controls.segments("part", text("Teil des Plans"), options, "edit", named=False)
    options = {
        "outline": text("Übersicht"), "board": text("Tafel"), "time": text("Zeitplan"),
        "indicators": text("Kennzahlen"), "swot": text("SWOT"), "health": text("Pflegestand"), **options,
    }  # fmt: skip
    return controls.segments("part", text("Teil des Plans"), options, "outline", named=False)


def work() -> None:
    """Draw the part in which people write; it answers by itself."""
    by_itself(plan_edit.edit, plans.seen)


def exchange() -> None:
    """Draw the plan as files: out, in, and the status sheets; it answers by itself."""
    by_itself(lambda: plan_exchange.exchange(view()), plans.seen)


def outline_actions(found: Plan, entry: str) -> None:
    """Offer the form of the entry in view, and a recommendation in the Handlungsfeld in view."""
    now = view()
    if now.present or found.kind != "internal" or not may("edit"):
        return
    with st.container(horizontal=True, key="plan_ways"):
        st.button(now.text("Sachstand melden"), key="plan_report", icon=":material/edit_note:", on_click=_to_form,
                  args=(entry,))  # fmt: skip
        st.button(now.text("Empfehlung schreiben"), key="plan_recommend", icon=":material/playlist_add:",
                  on_click=_recommend)  # fmt: skip


def _to_form(entry: str) -> None:
    parameters.write("part", "edit")
    parameters.write("work", "entry")
    parameters.write("entry", entry)


def _recommend() -> None:
    parameters.write("part", "edit")
    parameters.write("work", "entry")
    plan_edit.new_recommendation(st.query_params.get("field") or st.session_state.get("control_field") or "")


def field_choice(found: Plan) -> str:
    """Choose a Handlungsfeld; the first one where none is chosen."""
    options = {field.id: field.title for field in ordered_fields(found)}
    return _choice("field", view().text("Handlungsfeld"), options)


def headline(found: Plan, field: str) -> str:
    """Return the headline indicator of a Handlungsfeld, empty where it has none that figures can give."""
    named = next((other.headline_indicator for other in found.handlungsfelder if other.id == field), None)
    return named if named and is_offered(indicators()[named], statistics()) else ""


def entry_choice(found: Plan) -> str:
    """Choose an entry; those with links come first."""
    linked = {link.entry for link in found.links}
    ordered = sorted(found.entries, key=lambda entry: entry.id not in linked)
    return _choice("entry", view().text("Vom Eintrag zur Kennzahl"), {entry.id: entry.title for entry in ordered})


def indicator_choice(found: Plan) -> str:
    """Choose an indicator that some entry is linked with."""
    code = view().language.code
    names = dict.fromkeys(link.indicator for link in found.links)
    options = {name: indicators()[name].label(code) for name in names}
    return _choice("linked", view().text("Von der Kennzahl zum Eintrag"), options)


def _choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """Draw a select box for a part of this plan; what was chosen in the plan of another place is quietly let go.

    Nothing is drawn, and the answer is empty, where there is nothing to choose: a plan that was just begun.
    """
    if not options:
        return ""
    chosen = st.query_params.get(name) or parameters.kept(name)
    if chosen and chosen not in options and chosen in _parts_of_all_plans():
        parameters.forget(name)
    return controls.select(name, label, options, next(iter(options)))


def _parts_of_all_plans() -> set[str]:
    seen = plans.seen()
    known = [found for place in partner_places() if (found := seen.plan(place.ags))]
    return {
        part
        for found in known
        for part in (
            *(field.id for field in found.handlungsfelder), *(entry.id for entry in found.entries),
            *(link.indicator for link in found.links),
        )
    }  # fmt: skip


def ways_to_a_plan() -> None:
    """Offer the plans of the four partners, the nearest first, where the place has none."""
    now = view()
    if now.present:
        return
    near = [place for place in partner_places() if _near(place, now.place)]
    for place in near:
        st.info(_hint(place, now), icon=":material/info:")
    st.markdown(now.text("**Werkstattpläne zum Ansehen**"))
    with st.container(horizontal=True):
        for place in [*near, *(other for other in partner_places() if other not in near)]:
            st.button(place.name, key=f"plan_{place.ags}", on_click=parameters.write, args=("ags", place.ags))


def _near(partner: Place, place: Place) -> bool:
    return place.ags in (partner.kreis, partner.land) or partner.ags == place.kreis


def _hint(partner: Place, now: View) -> str:
    names = {"place": now.place.name, "partner": partner.name}
    if partner.ags == now.place.kreis:
        return now.text("{place} gehört zu {partner} mit einem Werkstattplan.", **names)
    return now.text("Zu {place} gehört {partner} mit einem Werkstattplan.", **names)
