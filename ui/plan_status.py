"""Status sheets on the tab Austausch: one workbook per office with a text for the mail, and what comes back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st

from ui.literal import literal
from ui.signed_in import person
from ui.stored import store
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.exchange.files import zipped
from zwk_data.plan.exchange.preview import Change
from zwk_data.plan.exchange.reading import Content, NotReadable, read
from zwk_data.plan.exchange.status import NO_OFFICE, status_sheets
from zwk_data.plan.exchange.status_back import Line, Returned, doubt_text, returned, take_lines
from zwk_data.plan.labels import stages, statuses
from zwk_data.plan.model import Entry
from zwk_data.plan.service import Plans, Stored
from zwk_data.render.xlsx import form

SENT, BACK, ROUND, SAID = "_status_sent", "_status_back", "status_round", "_status_said"
DONE = ("umgesetzt", "verstetigt", "verworfen")  # not asked for unless chosen
MOST_FILES = 50
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def out(now: View, stored: Stored) -> None:
    """Choose entries and make their status sheets."""
    st.subheader(now.text("Sachstandsbögen ausgeben"), anchor=False)
    entries = _chosen(now, stored.plan.entries)
    st.button(now.text("Bögen für {count} Einträge erstellen", count=now.language.number(len(entries))),
              key="status_make", icon=":material/outgoing_mail:", disabled=not entries, on_click=_make,
              args=(now, stored, [entry.id for entry in entries]))  # fmt: skip
    sent = st.session_state.get(SENT)
    if sent and sent["ags"] == now.place.ags:
        _sent(now, sent["sheets"])


def _chosen(now: View, entries: Sequence[Entry]) -> list[Entry]:
    """Draw the filters and return the entries that they leave."""
    text = now.text
    open_ones = [entry for entry in entries if not entry.exists and entry.status not in DONE]
    offices = sorted({entry.responsible_office or NO_OFFICE for entry in entries})
    wanted = st.multiselect(text("Zuständige Stellen"), offices, key="status_offices",
                            placeholder=text("Alle Stellen"))  # fmt: skip
    words = {"": text("ohne Stand"), **statuses(now.language)}
    there = [status for status in words if any((entry.status or "") == status for entry in entries)]
    chosen = st.pills(text("Stand"), there, default=[one for one in there if one not in DONE], key="status_states",
                      selection_mode="multi", format_func=lambda one: words[one])  # fmt: skip
    kinds = stages(now.language)
    levels = [stage for stage in kinds if any(entry.stage == stage for entry in entries)]
    first = ["action"] if "action" in levels else levels
    levels_wanted = st.pills(text("Stufe"), levels, default=first, key="status_stages", selection_mode="multi",
                             format_func=lambda one: kinds[one])  # fmt: skip
    left = [
        entry for entry in entries
        if (not wanted or (entry.responsible_office or NO_OFFICE) in wanted)
        and (entry.status or "") in chosen and entry.stage in levels_wanted
    ]  # fmt: skip
    with st.expander(text("Einzelne auswählen"), key="status_single"):
        ids = {entry.id: entry.title for entry in (left or open_ones)}
        kept = st.multiselect(text("Nur diese Einträge"), list(ids), format_func=lambda id: ids[id],
                              key="status_entries", placeholder=text("Alle, die oben ausgewählt sind"))  # fmt: skip
    return [entry for entry in left or open_ones if entry.id in kept] if kept else left


def _make(now: View, stored: Stored, ids: list[str]) -> None:
    sheets = status_sheets(stored, ids, made=date.today(), place=now.place.name)
    made = [(one.office, one.file_name, form(one.book), one.mail, one.count) for one in sheets]
    st.session_state[SENT] = {"ags": now.place.ags, "sheets": made}


def _sent(now: View, sheets: Sequence[tuple[str, str, bytes, str, int]]) -> None:
    """Show each sheet with its download and the text of its mail."""
    text = now.text
    raw = {name: content for _, name, content, _, _ in sheets}
    texts = {name.replace(".xlsx", ".txt"): mail.encode() for _, name, _, mail, _ in sheets}
    st.download_button(text("Alle {count} Bögen mit Texten (ZIP)", count=len(sheets)), zipped({**raw, **texts}),
                       f"sachstandsboegen-{date.today():%Y-%m-%d}.zip", key="status_zip", mime="application/zip",
                       icon=":material/folder_zip:")  # fmt: skip
    for number, (office, name, content, mail, count) in enumerate(sheets):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"status_sheet_{number}"):
            st.markdown(text("**{office}** · {count} Einträge", office=literal(office),
                             count=now.language.number(count)))  # fmt: skip
            st.download_button(text("Bogen (Excel)"), content, name, key=f"status_file_{number}", mime=SHEET_TYPE,
                               icon=":material/download:")  # fmt: skip
            with st.popover(text("Text für die E-Mail"), icon=":material/mail:", key=f"status_mail_{number}"):
                st.code(mail, language=None, wrap_lines=True)


# --- back ------------------------------------------------------------------------------------------------------------


def back(now: View, stored: Stored) -> None:
    """Read returned sheets, show every line, and take over what is accepted."""
    text = now.text
    st.subheader(text("Sachstandsbögen einlesen"), anchor=False)
    if said := st.session_state.pop(SAID, None):
        _said(now, said)
    uploaded = st.file_uploader(
        text("Zurückgekommene Bögen, mehrere auf einmal (Excel, je bis 5 MB)"), type=["xlsx"],
        accept_multiple_files=True, key=f"status_files_{st.session_state.get(ROUND, 0)}",
    )  # fmt: skip
    if not uploaded:
        st.session_state.pop(BACK, None)
        return
    if len(uploaded) > MOST_FILES:
        st.error(text("Bitte höchstens {most} Bögen auf einmal.", most=MOST_FILES), icon=":material/error:")
        return
    key = (now.place.ags, *(file.file_id for file in uploaded))
    state = st.session_state.get(BACK)
    if not state or state["key"] != key:
        with st.spinner(text("Die Bögen werden geprüft …")):
            contents = [(file.name, _read(file.getvalue())) for file in uploaded]
        found = returned(contents, stored, date.today())
        state = {"key": key, "request": str(uuid4()), "found": found}
        st.session_state[BACK] = state
    _returned(now, state["found"], state["request"])


def _read(raw: bytes) -> Content | NotReadable:
    try:
        return read(raw)
    except NotReadable as error:
        return NotReadable(error.word)


def _returned(now: View, found: Returned, request: str) -> None:
    from ui.plan_exchange import problems

    text = now.text
    for refusal in found.refused:
        st.error(literal(f"{refusal.file}: {refusal.reason(now.language)}"), icon=":material/error:")
    problems(now, found.problems, "status")
    if found.blank:
        st.caption(text("{count} Zeilen ohne Angaben bleiben unberührt.", count=now.language.number(found.blank)))
    if not found.lines:
        return
    st.markdown(text("**{count} Meldungen, Zeile für Zeile**", count=now.language.number(len(found.lines))))
    chosen = [line.key for line in found.lines if _line(now, line)]
    with st.container(horizontal=True, key="status_accept_row"):
        st.button(text("{count} Meldungen übernehmen", count=now.language.number(len(chosen))), type="primary",
                  key="status_accept", icon=":material/check:", disabled=not chosen, on_click=_accept,
                  args=(now, found, chosen, request))  # fmt: skip
        st.button(text("Verwerfen"), key="status_discard", on_click=_leave)


def _line(now: View, line: Line) -> bool:
    """Draw one line with what it says; return whether it is to be taken over."""
    text = now.text
    with st.container(border=True, key=f"status_line_{line.key}"):
        taken = st.checkbox(f"**{literal(line.title)}**", value=not line.doubts, key=f"status_take_{line.key}")
        where = text("{office} · {file}, Zeile {row}", office=line.note.office or text("ohne Stelle"), file=line.file,
                     row=line.row)  # fmt: skip
        st.caption(literal(where))
        for doubt in line.doubts:
            st.warning(doubt_text(doubt, now.language), icon=":material/warning:")
        said = [f"{literal(change.heading)}: {_was(change)}{literal(' '.join(change.new.split()))}"
                for change in line.changes]  # fmt: skip
        st.markdown("  \n".join(said))
    return taken


def _was(change: Change) -> str:
    return f"{literal(change.old)} → " if change.old and change.old != change.new else ""


def _accept(now: View, found: Returned, chosen: list[str], request: str) -> None:
    from zwk_data.store import StoreError

    try:
        saved, refused = take_lines(Plans(store(), person()), now.place.ags, found.lines, chosen, request_id=request,
                                    language=now.language)  # fmt: skip
    except (StoreError, Denied) as error:
        st.session_state[SAID] = (0, (), now.text(error.reason_de))
        return
    _leave()
    st.session_state[SAID] = (len(saved), refused, "")


def _leave() -> None:
    """End the preview and empty the uploader."""
    st.session_state.pop(BACK, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _said(now: View, said: tuple[int, Any, str]) -> None:
    from ui.plan_exchange import refused_table

    count, refused, reason = said
    if reason:
        st.error(literal(reason), icon=":material/error:")
    if count:
        st.success(now.text("{count} Meldungen sind übernommen.", count=now.language.number(count)),
                   icon=":material/check:")  # fmt: skip
    refused_table(now, refused)
