"""All decisions across the meetings of a municipality, by office and state."""

from datetime import date
from functools import partial
from uuid import uuid4

import streamlit as st

from ui.literal import literal
from ui.rounds import papers, session
from ui.signed_in import person
from ui.stored import is_there
from ui.view import View
from zwk_data.rounds.model import STATES, Decision, State
from zwk_data.rounds.service import Kept


def state_names(now: View) -> dict[State, str]:
    """Return the states of a decision in the reader's language."""
    text = now.text
    return {"open": text("offen"), "done": text("erledigt"), "dropped": text("fallen gelassen")}


def outcome_names(now: View) -> dict[str, str]:
    """Return what can become of a Beschlussvorschlag, in the reader's language."""
    text = now.text
    return {"adopted": text("angenommen"), "amended": text("geändert angenommen"), "postponed": text("vertagt")}


def all_decisions(now: View) -> None:
    """Draw the list; who may edit says what became of each."""
    text = now.text
    found = session.mine().decisions(now.place.ags) if is_there() else []
    if not found:
        st.info(text("Es ist noch nichts beschlossen."), icon=":material/info:")
        return
    offices = sorted({one.part.office or text("ohne Amt") for one in found})
    left, right = st.columns(2)
    office = left.selectbox(
        text("Amt"), ["", *offices], format_func=lambda value: value or text("alle"), key="decided_by"
    )
    names = {"": text("alle"), "late": text("überfällig"), **state_names(now)}
    state = right.selectbox(text("Stand"), list(names), format_func=names.__getitem__, key="decided_state")
    shown = [one for one in found if _fits(one.part, office, state, now)]
    st.caption(text("{count} von {all} Beschlüssen", count=len(shown), all=len(found)))
    _calendar(now, found)
    for name in sorted({one.part.office or text("ohne Amt") for one in shown}):
        st.subheader(literal(name), anchor=False)
        for one in shown:
            if (one.part.office or text("ohne Amt")) == name:
                row(now, one)


def _fits(one: Decision, office: str, state: str, now: View) -> bool:
    if office and (one.office or now.text("ohne Amt")) != office:
        return False
    return not state or one.state == state or (state == "late" and one.is_overdue(date.today()))


def _calendar(now: View, found: list[Kept[Decision]]) -> None:
    """Offer due dates and resubmissions as a calendar file."""
    open_ones = [one.part for one in found if one.part.state == "open" and (one.part.due or one.part.resubmit)]
    if open_ones:
        st.download_button(
            now.text("Termine und Wiedervorlagen (Kalender)"),
            data=partial(papers.of_decisions, open_ones, now.language),
            file_name=f"{now.text('beschluesse')}-{now.place.ags}.ics",
            mime="text/calendar",
            key="decided_calendar",
            on_click="ignore",
            icon=":material/event:",
        )


def row(now: View, one: Kept[Decision]) -> None:
    """Draw one decision with what became of it."""
    text, part, say = now.text, one.part, now.language.date
    with st.container(border=True, key=f"decided_{part.meeting}_{part.item}"):
        st.markdown(literal(part.text))
        bits = [
            outcome_names(now)[part.outcome], part.office, text("bis {date}", date=say(part.due)) if part.due else "",
            text("Wiedervorlage {date}", date=say(part.resubmit)) if part.resubmit else "",
            text("beschlossen am {date}", date=say(part.on)) if part.on else "", votes(part, now), part.remark,
        ]  # fmt: skip
        st.caption(literal(" · ".join(bit for bit in bits if bit)))
        if part.is_overdue(date.today()):
            st.badge(text("überfällig"), icon=":material/schedule:", color="orange")
        if not person().may("edit", now.place.ags):
            st.caption(state_names(now)[part.state])
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names, key = state_names(now), f"settle_{part.id}_{one.version}"
            st.segmented_control(
                text("Stand"),
                list(STATES),
                default=part.state,
                format_func=names.__getitem__,
                key=key,
                on_change=_settled,
                args=(now, one, key),
                label_visibility="collapsed",
                required=True,
            )
            _to_plan(now, one)


def votes(one: Decision, now: View) -> str:
    """Return the vote in words, empty where there was none."""
    if one.votes is None:
        return ""
    return now.text("{yes} dafür, {no} dagegen, {abstained} enthalten", yes=one.votes.yes, no=one.votes.no,
                    abstained=one.votes.abstained)  # fmt: skip


def _settled(now: View, one: Kept[Decision], key: str) -> None:
    state: State = st.session_state[key]
    session.do(now, lambda: session.mine().settle(now.place.ags, one, state, day=date.today(), request_id=uuid4().hex))


def _to_plan(now: View, one: Kept[Decision]) -> None:
    """Offer to carry a decision into the plan: a new action, or a note on the progress of one."""
    from ui.decks import working

    text, part = now.text, one.part
    if part.entry:
        st.caption(text("steht im Plan"))
        return
    plan = working.context(now).plans(now.place.ags)
    if plan is None or plan.kind == "example":
        st.caption(text("Ein eigener Werkstattplan ist noch nicht begonnen."))
        return
    meeting = session.mine().one(now.place.ags, part.meeting)
    item = meeting.part.item(part.item) if meeting else None
    titles = {entry.id: entry.title for entry in plan.entries}
    concerned = [id for id in (item.entries if item else ()) if id in titles]
    with st.popover(text("In den Plan übernehmen"), icon=":material/playlist_add:"):
        options = ["", *concerned, *(id for id in titles if id not in concerned)]
        id = st.selectbox(text("Eintrag"), options, key=f"carry_{part.id}", index=1 if concerned else 0,
                          format_func=lambda value: titles.get(value, text("Neue Maßnahme")))  # fmt: skip
        st.button(text("Übernehmen"), key=f"carry_go_{part.id}", type="primary", on_click=_carried, args=(now, one, id))


def _carried(now: View, one: Kept[Decision], entry: str) -> None:
    session.do(
        now,
        lambda: session.mine().carry_over(now.place.ags, one, entry, request_id=f"carry-{one.part.id}-{one.version}"),
        now.text("Der Beschluss steht im Plan."),
    )
