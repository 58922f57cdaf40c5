"""Closing a meeting, and seeing it again as it was: frozen exhibits, decisions, remarks, minutes."""

from datetime import date
from functools import partial
from uuid import uuid4

import streamlit as st

from ui import documents, parameters
from ui.card import card
from ui.data import newest
from ui.decks import working
from ui.literal import literal
from ui.rounds import decisions, papers, session
from ui.rounds.hold import as_shown
from ui.signed_in import person
from ui.view import View
from zwk_data.rounds.model import Item, Meeting, Remark, Shown
from zwk_data.rounds.service import Kept
from zwk_data.rounds.since import changes_of


def closing(now: View, one: Kept[Meeting]) -> None:
    """Draw what was decided and noted so far, and offer to close."""
    text = now.text
    st.subheader(text("Nach der Sitzung"), anchor=False)
    decided = session.mine().decisions(now.place.ags, one.part.id)
    open_items = [item for item in one.part.items if item.id not in {found.part.item for found in decided}]
    for found in decided:
        decisions.row(now, found)
    if open_items:
        st.caption(literal(text("Noch ohne Beschluss: {names}", names="; ".join(item.question for item in open_items))))
    _remarks(session.mine().remarks(now.place.ags, one.part.id), now)
    drafts = [
        item.question for item in one.part.items for form in ("decision", "remark") if _typed(now, one, item, form)
    ]
    if drafts:
        st.warning(
            literal(
                text(
                    "Getippt und nicht festgehalten: {names}. Der Text steht noch im Formular dieses Punkts.",
                    names="; ".join(dict.fromkeys(drafts)),
                )
            ),
            icon=":material/edit_note:",
        )
    if person().may("decide", now.place.ags):
        st.caption(
            text(
                "Nach dem Abschließen bleibt die Sitzung, wie sie war: mit allem, was gezeigt wurde, und den Zahlen "
                "dieses Tages."
            )
        )
        st.button(text("Sitzung abschließen"), type="primary", icon=":material/lock:", key="round_close",
                  on_click=_closed, args=(now, one))  # fmt: skip


def _typed(now: View, one: Kept[Meeting], item: Item, form: str) -> bool:
    if not person().may("edit", now.place.ags):
        return False
    draft = session.mine().draft(now.place.ags, one.part.id, item.id, form)
    return bool(draft and draft.body.get("text") not in ("", None, item.proposal))


def _closed(now: View, one: Kept[Meeting]) -> None:
    ags = now.place.ags
    plan = working.context(now).plans(ags)
    session.do(now, lambda: session.mine().close(ags, one, plan, request_id=uuid4().hex),
               now.text("Die Sitzung ist abgeschlossen."))  # fmt: skip


# --- replay ----------------------------------------------------------------------------------------------------------


def replay(now: View, one: Kept[Meeting]) -> None:
    """Draw a closed meeting as it was; what has changed since is marked on request."""
    text, ags, part = now.text, now.place.ags, one.part
    decided = session.mine().decisions(ags, part.id)
    remarks, shown = session.mine().remarks(ags, part.id), session.mine().shown(ags, part.id)
    _minutes(now, part, decided, remarks, shown)
    with st.container(horizontal=True, vertical_alignment="center", key="round_replay"):
        st.button(text("Noch einmal präsentieren"), icon=":material/slideshow:", key="round_again", on_click=_present,
                  args=(part.id,))  # fmt: skip
        marked = st.toggle(text("Zeigen, was sich seitdem geändert hat"), key="round_marked")
    st.caption(text("So wurde es gezeigt und beschlossen. Abgeschlossen am {date}.",
                    date=now.language.date(date.fromisoformat(part.closed[:10]))))  # fmt: skip
    for number, item in enumerate(part.items, 1):
        st.subheader(literal(f"{number}. {item.question}"), anchor=False)
        if item.proposal:
            st.caption(literal(text("Beschlussvorschlag: {text}", text=item.proposal)))
        for found in decided:
            if found.part.item == item.id:
                decisions.row(now, found)
        _remarks([note for note in remarks if note.part.item == item.id], now)
        _shown(now, [found for found in shown if found.item == item.id], marked)


def _present(id: str) -> None:
    parameters.write(session.MEETING, id)
    parameters.write("slide", "1")
    parameters.write("present", "1")


def _minutes(
    now: View, part: Meeting, decided: list, remarks: list[Kept[Remark]], shown: list[Shown]
) -> None:  # fmt: skip
    """Offer minutes and the calendar of due dates and resubmissions."""
    plain = [found.part for found in decided]
    made = partial(papers.minutes, part, plain, [note.part for note in remarks], shown, now.language)
    with st.container(horizontal=True, vertical_alignment="center", key="round_minutes"):
        st.caption(now.text("Niederschrift"), width="content")
        documents.offer(made, f"{now.text('niederschrift')}-{part.id}", now)
        dated = [found for found in plain if found.due or found.resubmit]
        if dated:
            st.download_button(
                now.text("Wiedervorlagen (Kalender)"), data=partial(papers.of_decisions, dated, now.language),
                file_name=f"{now.text('wiedervorlagen')}-{part.id}.ics", mime="text/calendar", key="round_due",
                on_click="ignore", icon=":material/event:",
            )  # fmt: skip


def _remarks(found: list[Kept[Remark]], now: View) -> None:
    if found:
        st.markdown(
            f"**{now.text('Notizen')}**\n" + "\n".join(f"- {literal(' '.join(one.part.text.split()))}" for one in found)
        )


def _shown(now: View, shown: list[Shown], marked: bool) -> None:
    for one in shown:
        found = as_shown(one)
        if found is None:
            st.warning(
                now.text("Was hier gezeigt wurde, kann diese Programmversion nicht lesen."), icon=":material/info:"
            )
            continue
        if one.aside:
            st.caption(now.text("Zusätzlich geöffnet"))
        if marked:
            _changes(now, one)
        with st.container(key=f"replay_{one.at}_{found.address.key}".replace(":", "-").replace("+", "-")):
            card(found, now, shared=False)


def _changes(now: View, one: Shown) -> None:
    changes = _compared(
        f"{one.meeting} {one.at}", newest().generation.number, now.language.code, now.place.ags, one, now
    )
    if not changes:
        st.success(now.text("Unverändert: Die Zahlen lauten heute noch so."), icon=":material/check:")
        return
    lines = "\n".join(f"- {literal(change.sentence)}" for change in changes[:20])
    more = now.text("{count} weitere", count=len(changes) - 20) if len(changes) > 20 else ""
    st.warning(f"{now.text('Seitdem geändert:')}\n{lines}\n\n{more}", icon=":material/update:")


@st.cache_data(max_entries=64, show_spinner=False)
def _compared(name: str, generation: int, language: str, ags: str, _one: Shown, _now: View) -> list:
    return changes_of(_one, working.context(_now))
