"""Evidence cards below the SWOT: what the figures suggest and what speaks against it; accept, change, reject."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st

from ui.data import exhibit
from ui.literal import literal
from ui.plan_edit import session
from ui.share import share_menu
from ui.signed_in import person
from ui.stored import is_there, store
from ui.view import View, view
from zwk_data.access import Denied
from zwk_data.exhibits import Address, AddressError, Exhibit
from zwk_data.plan.evidence import LONGEST, Card, Decisions, NoReason, Rejection, statement_id
from zwk_data.plan.labels import quadrants
from zwk_data.plan.model import Plan
from zwk_data.plan.service import NoPlanYet, NotUsable

OPEN = "evidence_open"


def evidence(plan: Plan) -> None:
    """Draw the cards once they are asked for: they compare the place with all others, which takes some seconds."""
    now = view()
    if now.present:
        return
    text = now.text
    panel = st.expander(text("Vorschläge aus den Zahlen"), key=OPEN, on_change="rerun", icon=":material/lightbulb:")
    if not panel.open:
        return
    with panel:
        try:
            with st.spinner(text("Die Zahlen werden verglichen …")):
                found = exhibit(Address.of("evidence_cards", ags=plan.ags), now.language)
        except AddressError as error:
            st.warning(literal(str(error)), icon=":material/info:")
            return
        _cards(found, plan, now)


def _cards(found: Exhibit, plan: Plan, now: View) -> None:
    st.subheader(literal(found.sentence), anchor=False)
    for note in found.notes:
        st.caption(literal(note.text))
    rejected = _rejections(plan, now)
    there = {one.id for one in plan.swot}
    for row in found.table.to_dict("records"):
        _card(row, rejected, there, now)
    share_menu(found, now)


def _rejections(plan: Plan, now: View) -> Mapping[str, Rejection]:
    from zwk_data.store import StoreError

    if not (is_there() and person().may("read_internal", plan.ags)):
        return {}
    try:
        return Decisions(store(), person()).rejections(plan.ags)
    except StoreError as error:
        st.error(literal(session.why(error, now)), icon=":material/error:")
        return {}


def _card(row: Mapping[Any, Any], rejected: Mapping[str, Rejection], there: set[str], now: View) -> None:
    text = now.text
    card = Card(str(row["id"]), row["quadrant_id"], str(row["finding"]), str(row["proof_address"]),
                str(row["counter_address"]), str(row["against"]))  # fmt: skip
    before = rejected.get(card.id)
    with st.container(border=True, key=f"evidence_{card.id.replace('.', '_')}"):
        st.caption(literal(text("{field} · Vorschlag der Regel »{rule}«", field=row["quadrant"], rule=row["title"])))
        st.markdown(f"**{literal(card.finding)}**")
        st.markdown(literal(text("Gegenprobe: {finding}", finding=card.against)))
        if statement_id(card.id) in there:
            st.caption(text("Steht in der SWOT."))
        elif before and before.holds(card.finding):
            st.caption(literal(text("Abgelehnt: {reason}", reason=before.reason)))
        else:
            if before:
                st.caption(literal(text("Früher abgelehnt, mit anderen Zahlen: {reason}", reason=before.reason)))
            if person().may("edit", now.place.ags):
                _buttons(card, now)


def _buttons(card: Card, now: View) -> None:
    text, key = now.text, card.id.replace(".", "_")
    names = quadrants(now.language)
    with st.container(horizontal=True):
        with st.popover(text("Übernehmen"), icon=":material/check:", key=f"evidence_take_{key}"):
            title = st.text_area(text("Aussage"), card.finding, key=f"evidence_title_{key}", max_chars=300)
            field = st.selectbox(text("Feld"), list(names), index=list(names).index(card.quadrant),
                                 format_func=lambda one: names[one], key=f"evidence_field_{key}")  # fmt: skip
            st.button(text("In die SWOT"), key=f"evidence_accept_{key}", type="primary", on_click=_accepted,
                      args=(now, card, title, field))  # fmt: skip
        with st.popover(text("Ablehnen"), icon=":material/close:", key=f"evidence_drop_{key}"):
            reason = st.text_area(text("Begründung"), key=f"evidence_reason_{key}", max_chars=LONGEST)
            st.button(text("Ablehnen und Grund behalten"), key=f"evidence_reject_{key}", on_click=_rejected,
                      args=(now, card, reason))  # fmt: skip


def _accepted(now: View, card: Card, title: str, field: Any) -> None:
    source = now.text("Vorschlag aus den Zahlen, {date}", date=now.language.date(date.today()))

    def accept() -> None:
        mine = Decisions(store(), person())
        mine.accept(now.place.ags, card, title, field, source=source, request_id=uuid4().hex)

    _do(now, accept, now.text("Steht in der SWOT."))


def _rejected(now: View, card: Card, reason: str) -> None:
    _do(now, lambda: Decisions(store(), person()).reject(now.place.ags, card, reason, request_id=uuid4().hex),
        now.text("Abgelehnt; der Grund ist festgehalten."))  # fmt: skip


def _do(now: View, act: Callable[[], object], said: str) -> None:
    from zwk_data.store import Conflict, StoreError

    text = now.text
    try:
        act()
    except NoReason:
        st.toast(text("Bitte geben Sie einen Grund an."), icon=":material/error:")
    except NoPlanYet:
        st.toast(text("Es gibt noch keinen eigenen Werkstattplan. Beginnen Sie ihn auf der Seite Werkstattplan unter "
                      "»Bearbeiten«."), icon=":material/error:")  # fmt: skip
    except NotUsable:
        st.toast(text("Nicht gespeichert: Ein Titel oder ein Text fehlt oder ist zu lang."), icon=":material/error:")
    except Conflict:
        st.toast(text("Jemand hat das inzwischen geändert. Bitte sehen Sie den neuen Stand an und tragen Sie Ihre "
                      "Angabe noch einmal ein."), icon=":material/error:")  # fmt: skip
    except (StoreError, Denied) as error:
        st.toast(text(error.reason_de), icon=":material/error:")
    else:
        st.toast(said, icon=":material/check:")
