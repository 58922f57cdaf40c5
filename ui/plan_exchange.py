"""The tab Austausch of the Werkstattplan: the plan as a file, a file into the plan, status sheets out and back.

A file is read in a process of its own; what it would change is shown before anything is saved, and kept in the session
until it is accepted or let go.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pandas as pd
import streamlit as st

from ui.literal import literal
from ui.plain_table import plain_table
from ui.plan_status import back, out
from ui.plans import seen
from ui.signed_in import person
from ui.stored import is_there, store
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.exchange import files
from zwk_data.plan.exchange.book import book_of
from zwk_data.plan.exchange.preview import Item, NotTaken, Preview, Taken, preview, take
from zwk_data.plan.exchange.problems import Problem, expected
from zwk_data.plan.exchange.reading import NotReadable, read
from zwk_data.plan.model import Plan
from zwk_data.plan.service import Plans, Stored
from zwk_data.render.tabular import harmless
from zwk_data.render.xlsx import form

SHOWN = 50  # rows of a table on the page; the file holds all
STATE, ROUND, SAID = "_exchange", "exchange_round", "_exchange_said"
TYPES = ["xlsx", "csv", "zip", "json"]


def exchange(now: View) -> None:
    """Draw the whole tab for those who may see it."""
    if now.present:
        return
    from zwk_data.store import StoreError

    ags = now.place.ags
    found = seen().plan(ags)
    _downloads(now, found)
    if not person().may("edit", ags):
        st.caption(now.text("Einlesen und Sachstandsbögen ausgeben darf, wer den Plan bearbeiten darf."))
        return
    try:
        stored = Plans(store(), person()).stored(ags) if is_there() else Stored(Plan(ags, ""))
        _upload(now, stored)
        if stored.begun:
            out(now, stored)
            back(now, stored)
    except (StoreError, Denied) as error:
        st.error(literal(now.text(error.reason_de)), icon=":material/error:")


# --- out -------------------------------------------------------------------------------------------------------------


def _downloads(now: View, found: Plan | None) -> None:
    text, ags = now.text, now.place.ags
    st.subheader(text("Plan herunterladen"), anchor=False)
    with st.container(horizontal=True, key="exchange_files"):
        if found is not None:
            shown = found
            name = f"werkstattplan-{ags}-{date.today():%Y-%m-%d}"
            st.download_button(text("Excel"), lambda: form(book_of(shown)), f"{name}.xlsx", key="exchange_xlsx",
                               icon=":material/table:")  # fmt: skip
            st.download_button(text("CSV (ZIP)"), lambda: files.as_zip(shown), f"{name}.zip", key="exchange_csv",
                               icon=":material/folder_zip:")  # fmt: skip
            st.download_button(text("JSON"), lambda: files.as_json(shown), f"{name}.json", key="exchange_json",
                               icon=":material/data_object:", mime="application/json")  # fmt: skip
        empty = Plan(ags, "")
        st.download_button(text("Leere Vorlage (Excel)"), lambda: form(book_of(empty)), "werkstattplan-vorlage.xlsx",
                           key="exchange_template", icon=":material/download:")  # fmt: skip
    if found is not None:
        kinds = {
            "example": text("Der Beispielplan aus öffentlichen Quellen, mit allen Teilen."),
            "internal": text("Der ganze Plan mit internen Notizen und Kontakten; nicht zum Veröffentlichen."),
            "published": text("Was die Kommune von ihrem Plan veröffentlicht hat."),
        }
        st.caption(kinds[found.kind])


# --- in --------------------------------------------------------------------------------------------------------------


def _upload(now: View, stored: Stored) -> None:
    st.subheader(now.text("Datei einlesen"), anchor=False)
    if said := st.session_state.pop(SAID, None):
        _said(now, said)
    file = st.file_uploader(
        now.text("Ausgefüllte Vorlage oder heruntergeladener Plan (Excel, CSV, ZIP, JSON; bis 5 MB)"), type=TYPES,
        key=f"exchange_file_{st.session_state.get(ROUND, 0)}",
    )  # fmt: skip
    if file is None:
        st.session_state.pop(STATE, None)
        st.caption(now.text("Vor dem Speichern sehen Sie, was neu ist, was sich ändert und was nicht stimmt. Was in "
                            "der Datei fehlt, wird nur auf Ihren Wunsch entfernt."))  # fmt: skip
        return
    state = st.session_state.get(STATE)
    if not state or state["file"] != (file.file_id, now.place.ags):
        with st.spinner(now.text("Die Datei wird geprüft …")):
            state = {"file": (file.file_id, now.place.ags), "request": str(uuid4()),
                     "found": _previewed(file.getvalue(), stored)}  # fmt: skip
        st.session_state[STATE] = state
    if isinstance(state["found"], NotReadable):
        st.error(literal(state["found"].reason(now.language)), icon=":material/error:")
        return
    _preview(now, state["found"], state["request"])


def _previewed(raw: bytes, stored: Stored) -> Preview | NotReadable:
    try:
        return preview(read(raw), stored)
    except NotReadable as error:
        return NotReadable(error.word)  # without the frames that led to it: the session keeps it


def _preview(now: View, found: Preview, request: str) -> None:
    text, number = now.text, now.language.number
    new = sum(item.new for item in found.items)
    counts = {
        text("Neu"): new, text("Geändert"): len(found.items) - new,
        text("Unverändert"): sum(found.unchanged.values()), text("Nicht in der Datei"): len(found.missing),
    }  # fmt: skip
    with st.container(horizontal=True, key="exchange_counts"):
        for name, count in counts.items():
            st.metric(name, number(count), width="content")
    problems(now, found.problems, "plan")
    chosen = _items(now, found)
    gone = _missing(now, found)
    if found.empty:
        st.info(text("Die Datei ändert nichts am Plan."), icon=":material/info:")
        return
    with st.container(horizontal=True, key="exchange_accept_row"):
        st.button(text("Ausgewählte übernehmen"), type="primary", key="exchange_accept", icon=":material/check:",
                  disabled=not chosen and not gone, on_click=_accept,
                  args=(now, found, chosen, gone, request))  # fmt: skip
        st.button(text("Verwerfen"), key="exchange_discard", on_click=_leave)


def problems(now: View, found: Sequence[Problem], key: str) -> None:
    """Show what is wrong with a file: errors first, hints in a part that can be opened."""
    text = now.text
    stopping = [problem for problem in found if problem.stops]
    hints = [problem for problem in found if not problem.stops]
    if stopping:
        count = now.language.number(len(stopping))
        st.error(text("{count} Fehler: Diese Zeilen werden nicht übernommen, die übrigen können es.", count=count),
                 icon=":material/error:")  # fmt: skip
        _problem_table(now, stopping, text("Fehler der Datei"), f"{key}_errors")
    if hints:
        with st.expander(text("Hinweise: {count}", count=now.language.number(len(hints))), key=f"{key}_hints"):
            _problem_table(now, hints, text("Hinweise zur Datei"), f"{key}_hint_rows")


def _problem_table(now: View, found: Sequence[Problem], alt: str, key: str) -> None:
    text = now.text
    heads = (text("Blatt"), text("Zeile"), text("Spalte"), text("Dort steht"), text("Erwartet wird"))
    rows = [(one.sheet or "–", str(one.row or "–"), one.column or "–", one.found[:60] or "–",
             expected(one, now.language)) for one in found]  # fmt: skip
    plain_table(dict(zip(heads, map(list, zip(*rows[:SHOWN], strict=True)), strict=True)), heads[1:2], alt)
    if len(rows) > SHOWN:
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerows([harmless(cell) for cell in row] for row in (heads, *rows))
        label, raw = text("Alle {count} als Datei", count=now.language.number(len(rows))), lines.getvalue()
        st.download_button(label, raw.encode("utf-8-sig"), "werkstattplan-fehler.csv", key=f"{key}_all")


def _items(now: View, found: Preview) -> set[tuple[str, str]]:
    """Draw what is new or changed, each to choose; return what is chosen."""
    if not found.items:
        return set()
    text = now.text
    st.markdown(text("**Neu und geändert**"))
    table = pd.DataFrame([
        {"take": True, "what": text("neu") if item.new else text("geändert"), "sheet": item.sheet, "row": item.row,
         "title": item.title, "changes": _in_short(item)}
        for item in found.items
    ])  # fmt: skip
    column = st.column_config
    edited = st.data_editor(
        table, key=f"exchange_items_{st.session_state[STATE]['file'][0]}", hide_index=True, height=_height(len(table)),
        disabled=["what", "sheet", "row", "title", "changes"], alt=text("Neue und geänderte Teile des Plans"),
        column_config={
            "take": column.CheckboxColumn(text("Übernehmen"), width=120, pinned=True), "what": text("Was"),
            "sheet": text("Blatt"), "row": column.NumberColumn(text("Zeile"), width="small"),
            "title": column.TextColumn(text("Titel"), width="large"),
            "changes": column.TextColumn(text("Was sich ändert"), width="large"),
        },
    )  # fmt: skip
    changed = [item for item in found.items if not item.new]
    if changed:
        with st.expander(text("Änderungen Feld für Feld"), key="exchange_fields"):
            _fields(now, changed)
    return {item.key for item, taken in zip(found.items, edited["take"], strict=True) if taken}


def _in_short(item: Item) -> str:
    if item.new:
        return ", ".join(change.heading for change in item.changes)
    return "; ".join(f"{change.heading}: {_cut(change.old)} → {_cut(change.new)}" for change in item.changes)


def _cut(text: str, most: int = 60) -> str:
    flat = " ".join(text.split()) or "–"
    return flat if len(flat) <= most else f"{flat[:most]}…"


def _height(rows: int) -> int:
    return min(38 + 35 * rows, 460)


def _fields(now: View, items: Sequence[Item]) -> None:
    """Draw old and new text of every field that differs."""
    text = now.text
    rows = [(item.title, change.heading, _cut(change.old, 400), _cut(change.new, 400))
            for item in items for change in item.changes]  # fmt: skip
    heads = (text("Titel"), text("Feld"), text("Bisher"), text("Neu"))
    plain_table(dict(zip(heads, map(list, zip(*rows[:SHOWN], strict=True)), strict=True)), (),
                text("Änderungen Feld für Feld"))  # fmt: skip
    if len(rows) > SHOWN:
        st.caption(text("Gezeigt sind {shown} von {count} Änderungen.", shown=SHOWN, count=len(rows)))


def _missing(now: View, found: Preview) -> set[tuple[str, str]]:
    """Draw what the file lacks; nothing of it is chosen beforehand."""
    if not found.missing:
        return set()
    text = now.text
    with st.expander(text("Nicht in der Datei: {count}. Ohne Auswahl bleibt alles.",
                          count=now.language.number(len(found.missing))), key="exchange_missing"):  # fmt: skip
        table = pd.DataFrame([{"gone": False, "sheet": one.sheet, "title": one.title} for one in found.missing])
        edited = st.data_editor(
            table, key=f"exchange_missing_{st.session_state[STATE]['file'][0]}", hide_index=True,
            height=_height(len(table)), disabled=["sheet", "title"], alt=text("Teile, die in der Datei fehlen"),
            column_config={
                "gone": st.column_config.CheckboxColumn(text("Entfernen"), width=120, pinned=True),
                "sheet": text("Blatt"), "title": st.column_config.TextColumn(text("Titel"), width="large"),
            },
        )  # fmt: skip
    return {one.key for one, gone in zip(found.missing, edited["gone"], strict=True) if gone}


def _accept(now: View, found: Preview, chosen: set[Any], gone: set[Any], request: str) -> None:
    from zwk_data.store import StoreError

    try:
        done = take(Plans(store(), person()), found, chosen, gone, request_id=request, language=now.language)
    except (StoreError, Denied) as error:
        st.session_state[SAID] = now.text(error.reason_de)
        return
    _leave()
    st.session_state[SAID] = done


def _leave() -> None:
    """End the preview and empty the uploader."""
    st.session_state.pop(STATE, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _said(now: View, said: Taken | str) -> None:
    """Say what became of the last acceptance."""
    if isinstance(said, str):
        st.error(literal(said), icon=":material/error:")
        return
    number = now.language.number
    if said.saved or said.removed:
        st.success(now.text("Übernommen: {saved}; entfernt: {removed}.", saved=number(len(said.saved)),
                            removed=number(len(said.removed))), icon=":material/check:")  # fmt: skip
    refused_table(now, said.refused)


def refused_table(now: View, refused: Sequence[NotTaken]) -> None:
    """Name every row that could not be saved, with its reason."""
    if not refused:
        return
    text = now.text
    count = now.language.number(len(refused))
    st.error(text("{count} Zeilen wurden nicht übernommen.", count=count), icon=":material/error:")
    heads = (text("Blatt"), text("Zeile"), text("Titel"), text("Grund"))
    rows = [(one.sheet, str(one.row or "–"), _cut(one.title), one.reason) for one in refused]
    plain_table(dict(zip(heads, map(list, zip(*rows[:SHOWN], strict=True)), strict=True)), heads[1:2],
                text("Nicht übernommene Zeilen"))  # fmt: skip
