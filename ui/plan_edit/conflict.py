"""Two people changed the same part: both texts field by field, and what is to stand there; nothing is lost.

A field that only one of them changed is settled in their favour; where both did, somebody has to choose.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.literal import literal
from ui.plan_edit import session, table
from ui.plan_edit.saving import CONFLICTS, Clash, save_part
from ui.plan_edit.session import tell
from ui.plan_edit.words import HIDDEN, Names, title_of
from ui.signed_in import name_of
from ui.view import View
from zwk_data.plan.labels import parts
from zwk_data.plan.service import Stored

MINE, THEIRS, BOTH = "mine", "theirs", "both"


def dialogue(now: View, stored: Stored) -> None:
    """Draw the first of the parts in conflict."""
    clash: Clash = st.session_state[CONFLICTS][0]
    if clash.ags != now.place.ags:
        del st.session_state[CONFLICTS]
        return
    names = Names(stored.plan, now.language)
    with st.container(border=True, key="plan_conflict"):
        kind = parts(now.language)[clash.kind]
        st.subheader(literal(now.text("Zwei Fassungen: {kind} »{title}«", kind=kind,
                                      title=title_of(clash.kind, clash.mine, names))), anchor=False)  # fmt: skip
        st.markdown(literal(_who(now, clash)))
        if clash.theirs is None:
            _removed(now, names, clash)
        else:
            _fields(now, names, clash, clash.theirs)


def _who(now: View, clash: Clash) -> str:
    if clash.at is None:
        return now.text("Diesen Eintrag gibt es nicht mehr. Ihre Fassung liegt vor.")
    values = {
        "actor": name_of(clash.actor, clash.ags),
        "day": now.language.date(clash.at.date()),
        "time": session.clock(clash.at),
    }
    if clash.theirs is None:
        return now.text("{actor} hat ihn am {day} um {time} Uhr entfernt. Ihre Fassung liegt vor.", **values)
    return now.text("{actor} hat am {day} um {time} Uhr gespeichert, während Sie schrieben. Beide Fassungen liegen "
                    "vor.", **values)  # fmt: skip


def _removed(now: View, names: Names, clash: Clash) -> None:
    for key, value in clash.mine.items():
        if key not in HIDDEN and (said := names.said(value, key, clash.kind)):
            st.markdown(f"**{literal(names.label(key, clash.kind))}**: {literal(said)}")
    with st.container(horizontal=True):
        st.button(now.text("Meine Fassung wieder anlegen"), key="plan_revive", type="primary",
                  on_click=_settle, args=(now, clash, clash.mine))  # fmt: skip
        st.button(now.text("Entfernt lassen"), key="plan_let_go", on_click=_let_go, args=(now,))


def _fields(now: View, names: Names, clash: Clash, theirs: Mapping[str, Any]) -> None:
    seen = clash.seen or {}
    differing = differing_fields(theirs, clash.mine)
    choices = {key: _choose(now, names, clash, key, seen.get(key), theirs.get(key)) for key in differing}
    same = [key for key in theirs if key not in differing and theirs.get(key) != seen.get(key)]
    if same:
        st.caption(now.text("In allem Übrigen stimmen beide Fassungen überein."))
    with st.container(horizontal=True):
        st.button(now.text("So speichern"), key="plan_settle", type="primary", icon=":material/save:",
                  disabled=None in choices.values(), on_click=_settle,
                  args=(now, clash, merged(theirs, clash.mine, choices)))  # fmt: skip
        st.button(now.text("Zurück zum Formular"), key="plan_back", on_click=_back)
    if None in choices.values():
        st.caption(now.text("Bitte wählen Sie, wo beide etwas geändert haben."))


def differing_fields(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> list[str]:
    """Return the fields in which two bodies differ."""
    return [key for key in dict.fromkeys([*mine, *theirs]) if theirs.get(key) != mine.get(key)]


def settled(seen: Any, theirs: Any, mine: Any) -> str | None:
    """Return whose value stands without a question: where only one of them changed it; None where both did."""
    if mine == seen:
        return THEIRS
    return MINE if theirs == seen else None


def merged(theirs: Mapping[str, Any], mine: Mapping[str, Any], choices: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the body in which every field stands as it was chosen; empty ones are left out."""
    body = dict(theirs)
    for key, choice in choices.items():
        if choice == MINE:
            body[key] = mine.get(key)
        elif choice == BOTH:
            body[key] = together(theirs.get(key), mine.get(key))
    return {key: value for key, value in body.items() if value is not None}


def together(theirs: Any, mine: Any) -> Any:
    """Return two texts one below the other, or two lists as one."""
    if isinstance(theirs, list) and isinstance(mine, list):
        return [*theirs, *(item for item in mine if item not in theirs)]
    return f"{theirs}\n\n{mine}"


def _joins(key: str, theirs: Any, mine: Any) -> bool:
    lists = isinstance(theirs, list) and isinstance(mine, list)
    long = key in ("description", "reason", "note", "text", "done", "planned", "rationale", "says", "counter_text")
    return lists or (long and isinstance(theirs, str) and isinstance(mine, str))


def _choose(now: View, names: Names, clash: Clash, key: str, seen: Any, theirs: Any) -> str | None:
    own = clash.mine.get(key)
    empty = now.text("leer")
    st.markdown(f"**{literal(names.label(key, clash.kind))}**")
    st.caption(literal(now.text("Beim Öffnen: {text}", text=names.said(seen, key, clash.kind) or empty)))
    words = {
        MINE: now.text("Meine Fassung: {text}", text=names.said(own, key, clash.kind) or empty),
        THEIRS: now.text("Gespeichert: {text}", text=names.said(theirs, key, clash.kind) or empty),
    }
    if _joins(key, theirs, own):
        words[BOTH] = now.text("Beide, hintereinander")
    standing = settled(seen, theirs, own)
    index = list(words).index(standing) if standing else None
    return st.radio(names.label(key, clash.kind), list(words), index=index, label_visibility="collapsed",
                    key=f"plan_pick_{clash.id}_{clash.version}_{key}",
                    format_func=lambda choice: literal(words[choice]))  # fmt: skip


def _settle(now: View, clash: Clash, body: Mapping[str, Any]) -> None:
    if not save_part(now, clash, body):
        return
    names = Names(session.mine().stored(clash.ags).plan, now.language)
    tell(now.text("»{title}« ist gespeichert.", title=title_of(clash.kind, body, names)))
    _next(clash)


def _next(clash: Clash) -> None:
    """Go on with the next part in conflict; after the last one the form they came from is done."""
    table.settled(clash)
    left = st.session_state[CONFLICTS][1:]
    if left:
        st.session_state[CONFLICTS] = left
        return
    del st.session_state[CONFLICTS]
    if (opened := session.form()) is not None and opened.token == clash.token:  # another one has nothing to do with it
        session.discard()
        session.saved(opened)


def _let_go(now: View) -> None:
    tell(now.text("Der Eintrag bleibt entfernt."))
    clash: Clash = st.session_state[CONFLICTS][0]
    _next(clash)


def _back() -> None:
    """Back to the form or the table; what was typed stands there as it was."""
    del st.session_state[CONFLICTS]


__all__ = ["dialogue", "differing_fields", "merged", "settled", "together"]
