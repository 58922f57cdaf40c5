"""What was before: the notes on an entry, and who changed what when, with both texts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui import parameters
from ui.literal import literal
from ui.plain_table import plain_table
from ui.plan_edit import session
from ui.plan_edit.session import Form, mine, why
from ui.plan_edit.words import HIDDEN, Names
from ui.signed_in import name_of
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.labels import statuses
from zwk_data.plan.service import Stored

if TYPE_CHECKING:
    from zwk_data.store import Change

MOST = 12  # changes shown, newest first


def notes(now: View, stored: Stored, opened: Form) -> None:
    """List the notes on an entry, newest first."""
    found = sorted((note for note in stored.plan.progress if note.entry == opened.id), key=lambda note: note.day)
    words = statuses(now.language)
    for note in reversed(found):
        head = " · ".join(filter(None, (now.language.date(note.day), words.get(note.status or "", ""), note.office)))
        said = " ".join(filter(None, (note.done, note.planned and now.text("Geplant: {text}", text=note.planned))))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{literal(head)}** {literal(said)}", width="stretch")
            st.button(now.text("Ändern"), key=f"plan_note_{note.id}", type="tertiary", on_click=_edit_note,
                      args=(note.id,))  # fmt: skip


def _edit_note(id: str) -> None:
    session.close()
    parameters.write("work", "progress")
    parameters.write("item", id)


def history(now: View, names: Names, opened: Form) -> None:
    """Draw who changed what when, on request."""
    from zwk_data.store import StoreError

    panel = st.expander(now.text("Verlauf"), key="plan_history", icon=":material/history:", on_change="rerun")
    if not panel.open:
        return
    with panel:
        try:
            found = mine().history(opened.ags, opened.kind, opened.id)
        except (StoreError, Denied) as error:
            st.error(literal(why(error, now)), icon=":material/error:")
            return
        pairs = list(zip([None, *found], found, strict=False))
        for before, change in list(reversed(pairs))[:MOST]:
            _change(now, names, opened.kind, before, change)


def _change(now: View, names: Names, kind: str, before: "Change | None", change: "Change") -> None:
    words = {"create": now.text("angelegt"), "change": now.text("geändert"), "remove": now.text("entfernt"),
             "erase": now.text("gelöscht"), "redact": now.text("um einen Namen bereinigt")}  # fmt: skip
    st.markdown(literal(now.text("{day}, {time} Uhr: {actor} hat {what}", day=now.language.date(change.at.date()),
                                 time=session.clock(change.at), actor=name_of(change.actor, change.scope),
                                 what=words[change.action])))  # fmt: skip
    if change.action == "change":
        rows = differences(names, kind, (before.body if before else None) or {}, change.body or {})
        plain_table({now.text("Feld"): [row[0] for row in rows], now.text("Vorher"): [row[1] for row in rows],
                     now.text("Nachher"): [row[2] for row in rows]}, (), now.text("Änderungen"))  # fmt: skip


def differences(
    names: Names, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return label, text before and text after of each field that differs."""
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key) and key not in HIDDEN]
    return [
        (names.label(key, kind), names.said(before.get(key), key, kind) or "–",
         names.said(after.get(key), key, kind) or "–") for key in keys
    ]  # fmt: skip
