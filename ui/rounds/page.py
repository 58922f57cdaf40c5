"""The page Managementrunde: choose a meeting; what is drawn depends on how far it is."""

import streamlit as st

from ui import controls, parameters, presenter
from ui.literal import literal
from ui.rounds import decisions, hold, interim, prepare, record, session
from ui.signed_in import person
from ui.stored import is_there
from ui.view import View, view
from zwk_data.access import Denied
from zwk_data.rounds.model import Meeting
from zwk_data.rounds.service import Kept

NEW = "neu"


def page() -> None:
    """Draw the page."""
    from zwk_data.store import StoreError

    now = view()
    text = now.text
    if not person().may("read_internal", now.place.ags):
        if not now.present:
            st.title(text("Managementrunde"), anchor=False)
        st.info(text("Sitzungen sieht, wer den Plan intern lesen darf."), icon=":material/info:")
        return
    try:
        if now.present:
            _present(now)
            return
        st.title(text("Managementrunde"), anchor=False)
        names = {"meeting": text("Sitzung"), "decisions": text("Beschlüsse"), "interim": text("Zwischenbilanz")}
        part = controls.segments("part", text("Ansicht"), names, "meeting", named=False)
        session.told()
        {"meeting": _meeting, "decisions": decisions.all_decisions, "interim": interim.interim}[part](now)
    except (StoreError, Denied) as error:
        st.error(literal(text(error.reason_de)), icon=":material/error:")


def _present(now: View) -> None:
    found = session.mine().one(now.place.ags, session.chosen()) if is_there() else None
    if found is None:
        presenter.leave()
        st.rerun()
    presenter.take_over()
    hold.stage(now, found.part.id)


def _meeting(now: View) -> None:
    found = session.mine().all(now.place.ags) if is_there() else []
    one = _choice(now, found)
    if one is None:
        prepare.new(now)
    elif one.part.closed:
        record.replay(now, one)
    else:
        prepare.prepare(now, one)
        if one.part.begun:
            record.closing(now, one)


def _choice(now: View, found: list[Kept[Meeting]]) -> Kept[Meeting] | None:
    """Let the reader choose a meeting; None for a new one."""
    text = now.text
    names = {one.part.id: f"{session.name(one.part, now)} · {_state(one.part, now)}" for one in found}
    if person().may("edit", now.place.ags):
        names[NEW] = text("Neue Sitzung …")
    if not names:
        st.info(text("Es ist noch keine Sitzung angelegt."), icon=":material/info:")
        st.stop()
    if not found:
        return None
    wanted = session.chosen()
    current = wanted if wanted in names else found[0].part.id
    key = f"round_chosen_{len(found)}_{sum(one.version for one in found)}"  # a box keeps the words it was made with
    if st.session_state.get(key) != current:
        st.session_state[key] = current
    id = st.selectbox(text("Sitzung"), list(names), format_func=names.__getitem__, key=key, on_change=_turned,
                      args=(key,))  # fmt: skip
    return next((one for one in found if one.part.id == id), None)


def _turned(key: str) -> None:
    parameters.write(session.MEETING, str(st.session_state[key]))


def _state(one: Meeting, now: View) -> str:
    if one.closed:
        return now.text("abgeschlossen")
    return now.text("läuft") if one.begun else now.text("in Vorbereitung")
