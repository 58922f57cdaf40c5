"""The part "Gruppen" of the page Workshop: prepare, capture, carry over. Everything is saved as it is entered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import streamlit as st

from ui.decks import working
from ui.literal import literal
from ui.plan_edit.session import clock
from ui.signed_in import person
from ui.stored import is_there, store
from ui.view import View
from zwk_data.access import Denied
from zwk_data.decks.making import drawable
from zwk_data.documents.slides import ExhibitSlide
from zwk_data.documents.table_sheets import Paper, Sheet, table_sheets
from zwk_data.workshops.model import Group, NotUsable, Result, ResultKind, Workshop
from zwk_data.workshops.service import Kept, NoPlanYet, Workshops

if TYPE_CHECKING:
    from zwk_data.store import Draft

SAID, WRONG = "_workshop_said", "_workshop_wrong"
OF_SESSION = "_workshop_session"  # in the session: names it, so that drafts of two sessions stay two
CHOSEN = "workshop_chosen"
NEW = "new"


def groups(now: View) -> None:
    """Draw the whole part for those who may see it."""
    from zwk_data.store import StoreError

    text, ags = now.text, now.place.ags
    if not person().may("read_internal", ags):
        st.info(text("Ergebnisse von Gruppen sieht, wer den Plan intern lesen darf."), icon=":material/info:")
        return
    try:
        found = _mine().all(ags) if is_there() else []
        _told()
        chosen = _choice(now, found)
        if chosen is None:
            _welcome(now)
            _form(now, Kept(Workshop(uuid4().hex[:12], ags, ""), 0))
        else:
            _workshop(now, chosen)
    except (StoreError, Denied) as error:
        st.error(literal(text(error.reason_de)), icon=":material/error:")


def _mine() -> Workshops:
    return Workshops(store(), person())


def _told() -> None:
    with st.container(key="workshop_told"):
        if said := st.session_state.pop(SAID, ""):
            st.success(literal(said), icon=":material/check:")
        if wrong := st.session_state.pop(WRONG, ""):
            st.error(literal(wrong), icon=":material/error:")


def _do(now: View, act: Callable[[], object], said: str = "") -> None:
    """Do something that is saved, and tell what became of it."""
    from zwk_data.store import Conflict, StoreError

    text = now.text
    try:
        act()
    except Conflict:
        st.session_state[WRONG] = text("Jemand hat das inzwischen geändert. Bitte sehen Sie den neuen Stand an und "
                                       "tragen Sie Ihre Angabe noch einmal ein.")  # fmt: skip
    except NotUsable:
        st.session_state[WRONG] = text("Nicht gespeichert: Ein Titel oder ein Text fehlt oder ist zu lang.")
    except NoPlanYet:
        st.session_state[WRONG] = text("Es gibt noch keinen eigenen Werkstattplan. Beginnen Sie ihn auf der Seite "
                                       "Werkstattplan unter »Bearbeiten«.")  # fmt: skip
    except (StoreError, Denied) as error:
        st.session_state[WRONG] = text(error.reason_de)
    else:
        st.session_state[SAID] = said


# --- prepare ---------------------------------------------------------------------------------------------------------


def _choice(now: View, found: list[Kept[Workshop]]) -> Kept[Workshop] | None:
    """Let the reader choose a workshop; None for a new one."""
    text = now.text
    names = {one.part.id: _name(one.part, now) for one in found}
    if may := person().may("edit", now.place.ags):
        names[NEW] = text("Neuer Workshop …")
    if not names:
        st.info(text("Es ist noch kein Workshop festgehalten."), icon=":material/info:")
    if not found:
        return None if may else st.stop()
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = found[0].part.id
    id = st.selectbox(text("Workshop"), list(names), format_func=names.__getitem__, key=CHOSEN)
    return next((one for one in found if one.part.id == id), None)


def _welcome(now: View) -> None:
    st.subheader(now.text("Workshop anlegen"), anchor=False)
    st.caption(now.text("Drei Gruppen stehen bereit; Namen, Fragen und ihre Zahl ändern Sie danach. Was eine Gruppe "
                        "festhält, sehen nur Menschen mit internem Leserecht."))  # fmt: skip


def _name(one: Workshop, now: View) -> str:
    return f"{one.title}, {now.language.date(one.day)}" if one.day else one.title


def _form(now: View, kept: Kept[Workshop]) -> None:
    """Ask for a title, a day and a place; a new workshop begins with three groups to name."""
    text, one = now.text, kept.part
    key = f"workshop_{one.id if kept.version else NEW}_{kept.version}"
    with st.form(key, border=True):
        title = st.text_input(
            text("Titel"), one.title or text("Zukunftswerkstatt {place}", place=now.place.name), max_chars=200
        )
        left, right = st.columns(2)
        day = left.date_input(text("Tag"), one.day, format="DD.MM.YYYY")
        place = right.text_input(text("Ort"), one.place, max_chars=200)
        if not st.form_submit_button(text("Speichern"), type="primary", key=f"{key}_save"):
            return
    changed = replace(one, title=title, place=place, day=day if isinstance(day, date) else None)
    if not kept.version:
        names = tuple(Group(uuid4().hex[:8], text("Gruppe {number}", number=number)) for number in (1, 2, 3))
        changed = replace(changed, groups=names)
    _do(now, lambda: _mine().save(now.place.ags, changed, seen_version=kept.version, request_id=uuid4().hex),
        text("Gespeichert: {name}", name=title))  # fmt: skip
    st.session_state.pop(CHOSEN, None)
    st.rerun()


def _workshop(now: View, kept: Kept[Workshop]) -> None:
    text, may = now.text, person().may("edit", now.place.ags)
    results = _mine().results(now.place.ags, kept.part.id)
    shown = _exhibits(now)
    drafts = _mine().drafts(now.place.ags, kept.part.id) if may else []
    with st.container(horizontal=True, key="workshop_sheets"):
        _sheets(now, kept.part, "a4")
        _sheets(now, kept.part, "a3")
        if may:
            with st.popover(text("Angaben ändern"), icon=":material/edit:", key="workshop_details"):
                _form(now, kept)
    for group in kept.part.groups:
        with st.container(border=True, key=f"workshop_group_{group.id}"):
            _group(now, kept, group, [one for one in results if one.part.group == group.id], shown, may)
            if may:
                _left(now, kept.part, group, drafts)
                _capture(now, kept.part, group)
    if may:
        st.button(text("Gruppe hinzufügen"), key="workshop_add_group", icon=":material/add:", on_click=_add_group,
                  args=(now, kept))  # fmt: skip


def _exhibits(now: View) -> dict[str, str]:
    """Return the exhibits of the deck in hand, by address, with their sentences."""
    slides, _ = drawable(working.current(now).deck.slides, working.context(now))
    return {str(one.exhibit.address): one.exhibit.sentence for one in slides if isinstance(one, ExhibitSlide)}


def _sheets(now: View, one: Workshop, paper: Paper) -> None:
    """Offer the sheets for the tables as PDF."""
    from zwk_data.render.pdf import pdf

    context, today = working.context(now), date.today()
    sheets = [Sheet(group.name, group.question or group.name, group.address) for group in one.groups]
    st.download_button(
        now.text("Tischvorlagen {paper} (PDF)", paper=paper.upper()), mime="application/pdf", on_click="ignore",
        data=lambda: pdf(table_sheets(context, sheets, _name(one, now), today, paper=paper)), disabled=not sheets,
        file_name=f"{now.text('tischvorlagen')}-{paper}.pdf", key=f"workshop_sheets_{paper}", icon=":material/print:",
    )  # fmt: skip


def _add_group(now: View, kept: Kept[Workshop]) -> None:
    number = len(kept.part.groups) + 1
    group = Group(uuid4().hex[:8], now.text("Gruppe {number}", number=number))
    _save(now, kept, replace(kept.part, groups=(*kept.part.groups, group)))


def _save(now: View, kept: Kept[Workshop], changed: Workshop) -> None:
    _do(now, lambda: _mine().save(now.place.ags, changed, seen_version=kept.version, request_id=uuid4().hex))


# --- capture ---------------------------------------------------------------------------------------------------------


def _group(
    now: View, kept: Kept[Workshop], group: Group, results: list[Kept[Result]], shown: dict[str, str], may: bool
) -> None:  # fmt: skip
    text = now.text
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(literal(group.name), anchor=False, width="stretch")
        if may:
            with st.popover(text("Frage"), icon=":material/edit:", key=f"group_edit_{group.id}"):
                _group_form(now, kept, group, shown)
    if group.question:
        st.markdown(literal(group.question))
    if group.address in shown:
        st.caption(literal(shown[group.address]))
    for one in results:
        _result(now, kept.part, one, may)


def _group_form(now: View, kept: Kept[Workshop], group: Group, shown: dict[str, str]) -> None:
    text = now.text
    key = f"group_{group.id}_{kept.version}"
    name = st.text_input(text("Name der Gruppe"), group.name, key=f"{key}_name", max_chars=200)
    question = st.text_area(text("Frage der Gruppe"), group.question, key=f"{key}_question", max_chars=400)
    options = {"": text("keine"), **shown}
    if group.address and group.address not in options:
        options[group.address] = group.address
    address = st.selectbox(text("Darstellung (aus den Folien)"), list(options), format_func=options.__getitem__,
                           index=list(options).index(group.address), key=f"{key}_address")  # fmt: skip
    changed = replace(group, name=name, question=question, address=address)
    others = tuple(changed if one.id == group.id else one for one in kept.part.groups)
    with st.container(horizontal=True):
        st.button(text("Übernehmen"), key=f"{key}_take", type="primary", on_click=_save,
                  args=(now, kept, replace(kept.part, groups=others)))  # fmt: skip
        rest = tuple(one for one in kept.part.groups if one.id != group.id)
        st.button(text("Gruppe entfernen"), key=f"{key}_remove", on_click=_save,
                  args=(now, kept, replace(kept.part, groups=rest)))  # fmt: skip


def _token() -> str:
    return str(st.session_state.setdefault(OF_SESSION, uuid4().hex[:12]))


def _left(now: View, workshop: Workshop, group: Group, drafts: list[tuple[str, str, "Draft"]]) -> None:
    """Offer what was typed in a session that has ended, or still is in another one."""
    text = now.text
    for id, token, draft in drafts:
        if id != group.id or token == _token():
            continue
        with st.container(border=True, key=f"left_{group.id}_{token}"):
            st.caption(text("Begonnen und nicht festgehalten ({time}):", time=clock(draft.updated_at)))
            st.markdown(literal(" · ".join(str(draft.body.get("text", "")).split("\n"))))
            with st.container(horizontal=True):
                st.button(text("Hier weiterschreiben"), key=f"left_take_{group.id}_{token}", on_click=_resumed,
                          args=(now, workshop, group, token, str(draft.body.get("text", ""))))  # fmt: skip
                st.button(text("Verwerfen"), key=f"left_drop_{group.id}_{token}", type="tertiary", on_click=_typed,
                          args=(now, workshop, group, token, ""))  # fmt: skip


def _resumed(now: View, workshop: Workshop, group: Group, token: str, typed: str) -> None:
    """Put a draft of another session below what stands in the box, and keep it as one's own."""
    key = f"capture_{group.id}"
    st.session_state[key] = "\n".join(part for part in (str(st.session_state.get(key, "")).strip(), typed) if part)
    _typed(now, workshop, group, _token(), st.session_state[key])
    _typed(now, workshop, group, token, "")


def _typed(now: View, workshop: Workshop, group: Group, token: str, typed: str | None = None) -> None:
    """Keep what is typed in the box as a draft; nothing typed: let it go."""
    said = str(st.session_state.get(f"capture_{group.id}", "")) if typed is None else typed
    _do(now, lambda: _mine().keep_draft(now.place.ags, workshop.id, group.id, token, said))


def _capture(now: View, workshop: Workshop, group: Group) -> None:
    """Take down what a group says: each line one thing."""
    text, key = now.text, f"capture_{group.id}"
    st.text_area(text("Was die Gruppe festhält (jede Zeile ein Punkt)"), key=key, height=90, on_change=_typed,
                 args=(now, workshop, group, _token()))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        names = {"idea": text("Ideen"), "result": text("Ergebnisse")}
        st.segmented_control(text("Art"), list(names), format_func=names.__getitem__, key=f"{key}_kind", default="idea",
                             required=True, label_visibility="collapsed")  # fmt: skip
        st.button(text("Festhalten"), key=f"{key}_save", icon=":material/add:", on_click=_captured,
                  args=(now, workshop, group, key))  # fmt: skip


def _captured(now: View, workshop: Workshop, group: Group, key: str) -> None:
    """Save line by line; what could not be saved stays where it was typed."""
    lines = [line.strip() for line in str(st.session_state.get(key, "")).splitlines() if line.strip()]
    kind: ResultKind = "result" if st.session_state.get(f"{key}_kind") == "result" else "idea"

    def save() -> None:
        while lines:
            part = Result(uuid4().hex[:12], workshop.id, group.id, lines[0], kind)
            _mine().save(now.place.ags, part, seen_version=0, request_id=uuid4().hex)
            lines.pop(0)

    _do(now, save)
    st.session_state[key] = "\n".join(lines)
    if not lines:
        _typed(now, workshop, group, _token())


def _result(now: View, workshop: Workshop, one: Kept[Result], may: bool) -> None:
    text, result = now.text, one.part
    with st.container(horizontal=True, vertical_alignment="center", key=f"result_{result.id}"):
        mark = " :material/check_circle:" if result.entry else ""
        kind = f"*{text('Ergebnis')}:* " if result.kind == "result" else ""
        st.markdown(f"{kind}{literal(result.text)}{mark}", width="stretch")
        if not may:
            st.caption(text("{count} Stimmen", count=result.votes))
            return
        votes = f"votes_{result.id}_{one.version}"
        st.number_input(text("Stimmen"), 0, 9999, result.votes, key=votes, width=110, on_change=_voted,
                        args=(now, one, votes))  # fmt: skip
        if result.entry:
            st.caption(text("als Idee im Plan"))
        else:
            st.button(text("Als Idee in den Plan"), key=f"carry_{result.id}", on_click=_carried,
                      args=(now, workshop, one))  # fmt: skip
        st.button(text("Entfernen"), icon=":material/delete:", help=text("Entfernen"), key=f"drop_{result.id}",
                  type="tertiary", on_click=_removed, args=(now, one))  # fmt: skip


def _voted(now: View, one: Kept[Result], key: str) -> None:
    changed = replace(one.part, votes=int(st.session_state[key]))
    _do(now, lambda: _mine().save(now.place.ags, changed, seen_version=one.version, request_id=uuid4().hex))


def _carried(now: View, workshop: Workshop, one: Kept[Result]) -> None:
    _do(now, lambda: _mine().carry_over(workshop, one, request_id=uuid4().hex),
        now.text("Als Idee im Plan: {title}", title=one.part.text[:80]))  # fmt: skip


def _removed(now: View, one: Kept[Result]) -> None:
    _do(now, lambda: _mine().remove(now.place.ags, one.part, seen_version=one.version, request_id=uuid4().hex))
