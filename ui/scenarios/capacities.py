"""Places that a town or Kreis has for its services: entered here, kept in the store, read by the plan as well.

They belong to the place whose figures run: places of a town beside the children of its Kreis would mislead.
"""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import streamlit as st

from ui.literal import literal
from ui.own_tables import reason
from ui.scenarios.studio import Studio
from ui.signed_in import person
from ui.stored import store
from zwk_data.access import Denied
from zwk_data.catalog import services
from zwk_data.exhibits.wording import at_place
from zwk_data.own_data.records import is_there
from zwk_data.plan import capacities
from zwk_data.plan.capacities import Capacity, Entry
from zwk_data.plan.checking import NotUsable

if TYPE_CHECKING:
    from zwk_data.plan.service import Plans


def entered(studio: Studio) -> list[str]:
    """Return the stored places as the exhibit reads them: ``primary_1200_2031``, those of one service and end added."""
    found: dict[tuple[str, int | None], float] = {}
    for one in _stored(studio):
        key = one.entry.service, _last_year(one.entry)
        found[key] = found.get(key, 0.0) + one.entry.capacity
    return [f"{service}_{round(places)}" + (f"_{last}" if last else "") for (service, last), places in found.items()]


def _last_year(entry: Entry) -> int | None:
    """Return the last year at whose end the places are still there; None without end."""
    ends = entry.secured_until
    if ends is None:
        return None
    return ends.year if (ends.month, ends.day) == (12, 31) else ends.year - 1


def _plans() -> "Plans":
    from zwk_data.plan.service import Plans

    return Plans(store(), person())


def _may(studio: Studio) -> bool:
    return person().may("edit", studio.start.place.ags)


def _stored(studio: Studio) -> list[Capacity]:
    from zwk_data.store import StoreError

    try:
        return capacities.capacities(_plans(), studio.start.place.ags) if is_there() else []
    except StoreError as error:
        st.error(literal(reason(error, studio.now.language)), icon=":material/error:")
        return []


def panel(studio: Studio) -> None:
    """Draw what is entered, and the form for those who may."""
    now = studio.now
    if now.present:
        return
    found = _stored(studio)
    where = literal(at_place(studio.start.place, now.language))
    label = now.text("Plätze {where} eintragen", where=where) if _may(studio) else now.text(
        "Eingetragene Plätze {where}", where=where)  # fmt: skip
    panel = st.expander(label, key="capacities", on_change="rerun", icon=":material/event_seat:")
    if not panel.open:
        return
    with panel:
        if not found:
            st.caption(now.text("Noch ist nichts eingetragen. Verglichen wird mit der heutigen Zahl."))
        for one in found:
            _one(studio, one)
        if _may(studio):
            _form(studio)
        else:
            st.caption(now.text("Plätze eintragen darf, wer dazu berechtigt ist."))


def _one(studio: Studio, one: Capacity) -> None:
    now, entry = studio.now, one.entry
    with st.container(horizontal=True, vertical_alignment="center"):
        until = now.text("gesichert bis {date}", date=now.language.date(entry.secured_until)) if (
            entry.secured_until) else now.text("ohne Ende")  # fmt: skip
        service = services()[entry.service]
        said = [f"**{literal(service.label(now.language.code))}**", literal(entry.title),
                f"{now.language.number(entry.capacity)} {service.unit(now.language.code)}", until,
                literal(entry.source)]  # fmt: skip
        st.markdown(" · ".join(part for part in said if part), width="stretch")
        if _may(studio):
            st.button(now.text("Entfernen"), key=f"capacity_drop_{one.id}", icon=":material/delete:", type="tertiary",
                      on_click=_remove, args=(studio, one))  # fmt: skip


def _form(studio: Studio) -> None:
    now, text = studio.now, studio.now.text
    names = {one.id: one.label(now.language.code) for one in services().values() if one.capacity}
    with st.form("capacity_form", clear_on_submit=True, border=False):
        left, right = st.columns(2, gap="medium")
        with left:
            st.selectbox(text("Einrichtung"), list(names), key="capacity_service", format_func=names.__getitem__)
            st.number_input(text("Plätze"), 0, capacities.MOST, step=10, key="capacity_number")
            st.date_input(text("Gesichert bis (leer: ohne Ende)"), None, min_value=date(2000, 1, 1),
                          max_value=date(2100, 12, 31), key="capacity_until", format="DD.MM.YYYY")  # fmt: skip
        with right:
            st.text_input(text("Wo oder wofür"), key="capacity_title", max_chars=capacities.LONGEST["title"],
                          placeholder=text("zum Beispiel alle Grundschulen"))  # fmt: skip
            st.text_input(text("Quelle oder Bemerkung"), key="capacity_source", max_chars=capacities.LONGEST["source"])
        st.session_state.setdefault("capacity_request", str(uuid4()))
        st.form_submit_button(text("Plätze eintragen"), icon=":material/add:", on_click=_add, args=(studio,))
    if said := st.session_state.pop("capacity_said", ""):
        st.error(literal(said), icon=":material/error:")


def _add(studio: Studio) -> None:
    from zwk_data.store import StoreError

    field, now = st.session_state, studio.now
    service = services()[field["capacity_service"]]
    entry = Entry(studio.start.place.ags, service.id, field["capacity_title"].strip() or studio.start.place.name,
                  float(field["capacity_number"] or 0), service.unit("de"), field["capacity_until"],
                  field["capacity_source"].strip())  # fmt: skip
    request = field["capacity_request"]
    try:
        capacities.save(_plans(), f"e{UUID(request).hex}", entry, seen_version=0, request_id=request)
        del field["capacity_request"]  # after the save: a second click on an answer that got lost saves nothing twice
    except NotUsable as error:
        names = {"title": now.text("Wo oder wofür"), "source": now.text("Quelle oder Bemerkung"),
                 "capacity": now.text("Plätze"), "service": now.text("Einrichtung")}  # fmt: skip
        lacking = ", ".join(names.get(one, one) for one in error.fields)
        field["capacity_said"] = now.text("Bitte prüfen Sie: {fields}.", fields=lacking)
    except Denied as error:
        field["capacity_said"] = error.reason(now.language)
    except StoreError as error:
        field["capacity_said"] = reason(error, now.language)


def _remove(studio: Studio, one: Capacity) -> None:
    from zwk_data.store import StoreError

    try:
        capacities.remove(_plans(), one, request_id=str(uuid4()))
    except Denied as error:
        st.session_state["capacity_said"] = error.reason(studio.now.language)
    except StoreError as error:
        st.session_state["capacity_said"] = reason(error, studio.now.language)
