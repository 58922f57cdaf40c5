"""Since the last meeting: decisions first, then what changed, each with old and new; nothing else."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from ui.literal import literal
from ui.rounds import session
from ui.signed_in import person
from ui.stored import is_there
from ui.view import View, view
from zwk_data.access import Denied
from zwk_data.rounds.model import Decision, Meeting
from zwk_data.rounds.since import ORDER, Change, kind_names, standing

NAMED = 6  # differences of a kind that are named before the rest is opened


def on_overview() -> None:
    """Draw the part on the page Überblick, where there was a meeting and the reader may see it."""
    from zwk_data.store import StoreError

    now = view()
    if now.present or not is_there() or not person().may("read_internal", now.place.ags):
        return
    try:
        last, changes = session.changes_since(now)
        if last is None:
            return
        decided = [one.part for one in session.mine().decisions(now.place.ags)]
    except (StoreError, Denied):
        return
    with st.container(border=True, key="since_last"):
        since(now, last, decided, changes)


def since(now: View, last: Meeting, decided: Sequence[Decision], changes: Sequence[Change]) -> None:
    """Draw decisions by what became of them, then differences by kind."""
    text = now.text
    st.subheader(literal(text("Seit der letzten Sitzung: {name}", name=session.name(last, now))), anchor=False)
    st.markdown(literal(summary(now, decided, changes)))
    found = standing(decided, date.today())
    for label, ones in (
        (text("Überfällig"), found.overdue),
        (text("Offen"), found.open),
        (text("Erledigt"), found.done),
    ):
        if ones:
            st.markdown(f"**{literal(label)}**\n" + "\n".join(f"- {literal(line(one, now))}" for one in ones[-NAMED:]))
    names = kind_names(now.language)
    for kind in ORDER:
        told = [one for one in changes if one.kind == kind]
        if told:
            _kind(names[kind], told, now)


def summary(now: View, decided: Sequence[Decision], changes: Sequence[Change]) -> str:
    """Say in one line how decisions stand and how much is different."""
    text, found = now.text, standing(decided, date.today())
    if not decided and not changes:
        return text("Nichts hat sich geändert.")
    return text(
        "Beschlüsse: {done} erledigt, {open} offen, {overdue} überfällig. Änderungen: {changes}.", done=len(found.done),
        open=len(found.open), overdue=len(found.overdue), changes=len(changes),
    )  # fmt: skip


def line(one: Decision, now: View) -> str:
    """Return a decision in one line: text, office, day."""
    due = now.text("bis {date}", date=now.language.date(one.due)) if one.due else ""
    return " · ".join(part for part in (one.text, one.office, due, one.remark) if part)


def _kind(label: str, changes: Sequence[Change], now: View) -> None:
    shown, rest = changes[:NAMED], changes[NAMED:]
    st.markdown(f"**{literal(label)}** ({len(changes)})\n" + "\n".join(f"- {literal(one.sentence)}" for one in shown))
    if rest:
        with st.expander(now.text("{count} weitere", count=len(rest)), key=f"since_{changes[0].kind}"):
            st.markdown("\n".join(f"- {literal(one.sentence)}" for one in rest))
