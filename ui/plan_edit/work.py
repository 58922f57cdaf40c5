"""The part Bearbeiten of the Werkstattplan: choose or begin something, the form, what was not saved, what differs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from ui import controls, parameters
from ui.literal import literal
from ui.permissions import may
from ui.plan_edit import conflict, drawing, session
from ui.plan_edit.asking import absorb
from ui.plan_edit.begin import ways_to_begin
from ui.plan_edit.remains import remains
from ui.plan_edit.saving import CONFLICTS
from ui.plan_edit.session import begin, mine, name_of, resume
from ui.plan_edit.table import table
from ui.plan_edit.words import Names, title_of
from ui.view import View, view
from zwk_data.plan.parts import PARTS, new_id
from zwk_data.plan.service import Stored

if TYPE_CHECKING:
    from zwk_data.store import Draft


def edit() -> None:
    """Draw what can be edited for those who may; others are told why not."""
    from zwk_data.store import StoreError

    now = view()
    _told()
    if not may("edit"):
        st.info(_why_not(now), icon=":material/lock:")
        return
    try:
        stored = mine().stored(now.place.ags)
    except StoreError as error:
        st.error(literal(session.why(error, now)), icon=":material/error:")
        return
    if not stored.begun:
        ways_to_begin(now)
        return
    _unreadable(now, stored)
    remains(now, stored)
    if st.session_state.get(CONFLICTS):
        conflict.dialogue(now, stored)
        return
    work = _work(now)
    if work == "table":
        table(now, stored)
    else:
        _one_part(now, stored, work)


def _told() -> None:
    """Say what became of the last action, always in the same place."""
    with st.container(key="plan_told"):
        if said := st.session_state.pop(session.SAID, ""):
            st.success(literal(said), icon=":material/check:")
        if wrong := st.session_state.pop(session.WRONG, []):
            lines = "\n".join(f"- {literal(line)}" for line in dict.fromkeys(wrong))
            st.error(f"{view().text('Noch nicht gespeichert; nichts ist verloren.')}\n\n{lines}",
                     icon=":material/error:")  # fmt: skip


def _why_not(now: View) -> str:
    return now.text(
        "Bearbeiten kann den Werkstattplan, wer für diese Kommune dazu berechtigt ist. Sie sehen, was für Sie bestimmt "
        "ist; Berechtigungen vergibt die Verwaltung der Kommune unter Zugang."
    )


def _unreadable(now: View, stored: Stored) -> None:
    if stored.unreadable:
        st.warning(now.text("Nicht alles im Plan lässt sich mit dieser Version lesen ({count}). Es bleibt gespeichert.",
                            count=len(stored.unreadable)), icon=":material/warning:")  # fmt: skip


def _work(now: View) -> str:
    """Choose what is worked on; an address that names an entry leads to its form."""
    text = now.text
    options = {
        "entry": text("Einträge"), "table": text("Tabelle"), "field": text("Handlungsfelder"), "goal": text("Ziele"),
        "tool": text("Werkzeuge"), "target": text("Zielwerte"), "swot": text("SWOT"), "concept": text("Konzepte"),
        "fact": text("Ereignisse"), "progress": text("Sachstände"), "head": text("Plan"),
    }  # fmt: skip
    return controls.segments("work", text("Was bearbeiten"), options, "entry", named=False)


def _one_part(now: View, stored: Stored, kind: str) -> None:
    names = Names(stored.plan, now.language)
    titles = {part.id: _title(part, kind, names) for part in _parts(stored, kind)}
    drafts = _drafts(now)
    waiting = st.container(key="plan_drafts")
    chosen = _choose(now, kind, titles)
    _opened(now, stored, kind, chosen, drafts)
    with waiting:
        _waiting(now, names, drafts)
    if opened := session.form():
        drawing.draw(now, names, stored, opened)
    elif not titles:
        st.caption(now.text("Noch ist nichts angelegt."))


def _parts(stored: Stored, kind: str) -> tuple[object, ...]:
    return getattr(stored.plan, PARTS[kind][1]) if PARTS[kind][1] else ()


def _title(part: object, kind: str, names: Names) -> str:
    from zwk_data.plan.records import body_of

    return title_of(kind, body_of(part), names)


def _choose(now: View, kind: str, titles: Mapping[str, str]) -> str:
    """Draw the choice of a part and the ways to a new one; return the id in view, empty for none."""
    if kind == "head":
        return "head"
    name, key = name_of(kind), f"plan_which_{kind}"
    current = st.query_params.get(name) or parameters.kept(name) or ""
    current = current if current in titles else ""
    if st.query_params.get("draft"):
        current = ""
    if st.session_state.get(key, "") != (current or None):
        st.session_state[key] = current or None
    with st.container(horizontal=True, vertical_alignment="bottom", key="plan_choose"):
        st.selectbox(now.text("Was möchten Sie bearbeiten?"), list(titles), index=None, key=key,
                     format_func=lambda id: titles.get(id, id), placeholder=now.text("Bitte wählen oder tippen"),
                     on_change=_chosen, args=(name, key))  # fmt: skip
        if word := _new_word(now, kind):
            st.button(word, key="plan_new", icon=":material/add:", on_click=_new, args=(kind,))
        if kind == "entry":
            st.button(now.text("Neue Empfehlung"), key="plan_short", icon=":material/playlist_add:",
                      on_click=new_recommendation)  # fmt: skip
    return current


def _new_word(now: View, kind: str) -> str:
    text = now.text
    return {
        "entry": text("Neuer Eintrag"), "field": text("Neues Handlungsfeld"), "goal": text("Neues Ziel"),
        "tool": text("Neues Werkzeug"), "target": text("Neuer Zielwert"), "swot": text("Neue Aussage"),
        "concept": text("Neues Konzept"), "fact": text("Neues Ereignis"),
    }.get(kind, "")  # a note is begun in the form of its entry  # fmt: skip


def _chosen(name: str, key: str) -> None:
    _leave()
    if st.session_state[key]:
        parameters.write(name, st.session_state[key])
    else:
        parameters.forget(name)


def _leave() -> None:
    """Leave the open form; what was typed waits as a draft."""
    if absorb():
        session.keep()
    session.close()
    st.query_params.pop("draft", None)


def _new(kind: str, preset: Mapping[str, object] | None = None) -> None:
    _leave()
    parameters.forget(name_of(kind))
    st.session_state[session.NEXT] = {**(preset or {}), "_kind": kind}


def new_recommendation(field: str = "") -> None:
    """Begin a recommendation in the short form, in a Handlungsfeld where one is named."""
    field = field or parameters.kept("field") or ""
    _new("entry", {"stage": "recommendation", "handlungsfelder": [field] if field else []})


def _opened(now: View, stored: Stored, kind: str, chosen: str, drafts: Mapping[str, "Draft"]) -> None:
    """Make sure that the form of what is in view is open: a new one, the draft of it, or as it is stored."""
    preset = st.session_state.pop(session.NEXT, None)
    if preset is not None and preset.pop("_kind", kind) == kind:
        _begin_new(now, stored, kind, preset)
        return
    wanted = st.query_params.get("draft") or chosen
    opened = session.form()
    if opened and (opened.ags, opened.kind, opened.id) == (now.place.ags, kind, wanted):
        return
    session.close()
    draft = drafts.get(f"plan_{kind}:{wanted}")
    if draft is not None:
        resume(now, stored, draft)
    elif chosen:
        begin(now, stored, kind, chosen)


def _begin_new(now: View, stored: Stored, kind: str, preset: dict[str, object]) -> None:
    known = {field.id for field in stored.plan.handlungsfelder}
    if "handlungsfelder" in preset:
        preset["handlungsfelder"] = [id for id in preset["handlungsfelder"] if id in known]  # type: ignore[attr-defined]
    opened = begin(now, stored, kind, new_id(kind), preset)
    opened.short = bool(preset)
    st.query_params["draft"] = opened.id


def _drafts(now: View) -> dict[str, "Draft"]:
    """Return what was typed into forms and not saved, by kind and id."""
    from zwk_data.store import StoreError

    try:
        found = mine().drafts(now.place.ags)
    except StoreError:
        return {}
    return {f"{draft.kind}:{draft.id.partition(':')[2]}": draft for draft in found if "values" in draft.body}


def _waiting(now: View, names: Names, drafts: Mapping[str, "Draft"]) -> None:
    """Name what else was typed and not saved, each with the way back to it."""
    opened = session.form()
    here = f"plan_{opened.kind}:{opened.id}" if opened else ""
    for key, draft in [(key, draft) for key, draft in drafts.items() if key != here][:5]:
        kind, _, id = key.partition(":")
        title = title_of(kind.removeprefix("plan_"), draft.body["values"], names)
        said = now.text("Nicht gespeichert: »{title}«, {time} Uhr", title=title[:60],
                        time=session.clock(draft.updated_at))  # fmt: skip
        st.button(literal(said), key=f"plan_draft_{id}", icon=":material/edit_note:", type="tertiary",
                  on_click=_back_to, args=(kind.removeprefix("plan_"), id))  # fmt: skip


def _back_to(kind: str, id: str) -> None:
    _leave()
    parameters.write("work", kind)
    st.query_params["draft"] = id
