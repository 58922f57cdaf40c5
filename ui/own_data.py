"""The page Eigene Daten: template, upload with every error named, release, saving; a draft survives a reload.

Figures stay in the session until they are saved; what the store keeps, drafts included, has its small cells taken out.
"""

import csv
import io
import logging
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import streamlit as st

from ui.data import newest
from ui.literal import literal
from ui.own_tables import reason, rebuild, stored_tables, summary, town
from ui.permissions import may
from ui.plain_table import plain_table
from ui.signed_in import person
from ui.stored import store
from ui.view import View, view
from zwk_data.own_data import checking, reading, records, template
from zwk_data.own_data.columns import Cell
from zwk_data.own_data.consistency import protected
from zwk_data.own_data.problems import Problem, expected
from zwk_data.own_data.records import FORM, KIND, MINIMUM, AlreadyThere, NotUsable, Release
from zwk_data.render.tabular import harmless

__all__ = ["heading", "stored_tables", "work"]
LOG = logging.getLogger(__name__)
SHOWN = 50  # errors listed on the page; the file holds all
STATE, NAMES = "_own_form", ("title", "source", "basis", "released_by")


def heading() -> None:
    """Say what the page is for, and what became of the last action."""
    now = view()
    if now.present:
        return
    st.title(now.text("Eigene Daten"), anchor=False)
    st.markdown(now.text(
        "Zahlen der Kommune selbst: die Altersgliederung aus dem Melderegister, Zahlen für Ortsteile. Sie stehen als "
        "»Eigene Angaben, nicht amtlich« neben den amtlichen Zahlen und ersetzen Kreiswerte, wo es keine eigenen "
        "gibt."))  # fmt: skip
    if said := st.session_state.pop("own_said", ""):
        st.success(literal(said), icon=":material/check:")


def work() -> None:
    """Draw template, upload and release for those who may; others are told how."""
    now = view()
    if now.present:
        return
    if not may("own_data"):
        st.caption(now.text("Eigene Daten hochladen darf, wer dazu berechtigt ist."))
        return
    _templates(now)
    _upload(now)
    form = _form()
    if form:
        _release(now, form)


def _templates(now: View) -> None:
    st.subheader(now.text("Neue Tabelle"), anchor=False)
    with st.container(horizontal=True):
        st.download_button(now.text("Vorlage (Excel)"), lambda: template.as_workbook(now.language),
                           "eigene-daten-vorlage.xlsx", icon=":material/download:", key="own_xlsx")  # fmt: skip
        st.download_button(now.text("Vorlage (CSV)"), template.as_csv, "eigene-daten-vorlage.csv",
                           icon=":material/download:", key="own_csv", mime="text/csv")  # fmt: skip
    with st.expander(now.text("Was in den Spalten steht"), key="own_guide"):
        told = template.instructions(now.language)
        plain_table({now.text("Spalte"): [name for name, _ in told], now.text("Inhalt"): [said for _, said in told]},
                    (), now.text("Spalten der Vorlage"))  # fmt: skip


def _upload(now: View) -> None:
    """Read and check an uploaded file; a good one becomes the form, a bad one the list of its errors."""
    file = st.file_uploader(now.text("Ausgefüllte Tabelle (CSV oder Excel, bis 5 MB)"), type=["csv", "txt", "xlsx"],
                            key=f"own_file_{st.session_state.get('own_round', 0)}")  # fmt: skip
    if file is None:
        return
    seen = st.session_state.get("_own_seen")
    if not seen or seen[0] != file.file_id:
        with st.spinner(now.text("Die Tabelle wird geprüft …")):
            seen = (file.file_id, _checked(now, file.getvalue()))
        st.session_state["_own_seen"] = seen
        if isinstance(seen[1], checking.Checked) and not seen[1].errors:
            _begin(now, seen[1])
    if isinstance(seen[1], str):
        st.error(literal(now.text(seen[1])), icon=":material/error:")
        return
    _problems(now, seen[1].errors, seen[1].warnings)


def _checked(now: View, raw: bytes) -> checking.Checked | str:
    """Return the outcome of the check, or why the file cannot be read at all (German)."""
    try:
        return checking.check(reading.read(raw), _known(now))
    except reading.NotReadable as error:
        return error.reason_de


def _known(now: View) -> checking.Known:
    places = newest().places
    towns = {place.ags: place.name for place in places if place.current and "gemeinde" in place.counts_as}

    def nearest(text: str) -> str:
        names = ", ".join(f"{other.name} ({other.ags})" for other in places.nearest(text, 3) if other.ags in towns)
        return now.text("Meinten Sie: {names}?", names=names) if names else ""

    def official(ags: str, year: int) -> float | None:
        rows = newest().values(["population_total"], [ags])
        rows = rows[(rows["year"] == year) & (rows["basis"] != records.BASIS) & rows["value"].notna()]
        return None if rows.empty else float(rows["value"].iloc[-1])

    others = frozenset(place.ags for place in places if place.level in ("kreis", "land", "germany"))
    return checking.Known(towns, others - set(towns), nearest, official, date.today())


def _problems(now: View, errors: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    if errors:
        st.error(now.text("{count} Fehler: Nichts wurde gespeichert. Bitte berichtigen Sie die Tabelle und laden sie "
                          "erneut hoch.", count=now.language.number(len(errors))), icon=":material/error:")  # fmt: skip
        _problem_table(now, errors, now.text("Fehler der Tabelle"))
    if warnings:
        st.warning(now.text("Bitte prüfen: {count} Hinweise hindern nicht am Speichern.",
                            count=now.language.number(len(warnings))), icon=":material/warning:")  # fmt: skip
        _problem_table(now, warnings, now.text("Hinweise zur Tabelle"))


def _problem_table(now: View, found: Sequence[Problem], alt: str) -> None:
    heads = (now.text("Zeile"), now.text("Spalte"), now.text("Dort steht"), now.text("Erwartet wird"))
    rows = [(str(one.row or "–"), one.column, one.found[:60], expected(one, now.language)) for one in found]
    columns = zip(*rows[:SHOWN], strict=True)
    plain_table(dict(zip(heads, map(list, columns), strict=True)), heads[:1], alt)
    if len(rows) > SHOWN:
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerows([harmless(cell) for cell in row] for row in (heads, *rows))
        label = now.text("Alle {count} als Datei", count=now.language.number(len(rows)))
        raw = lines.getvalue().encode("utf-8-sig")
        st.download_button(label, raw, "eigene-daten-fehler.csv", key=f"own_all_{alt}")


# --- the form: in the session, and as a draft in the store -----------------------------------------------------------


def _form() -> dict[str, Any] | None:
    """Return the form of this session, else the draft of the town in view."""
    from zwk_data.store import StoreError

    if STATE in st.session_state:
        found: dict[str, Any] | None = st.session_state[STATE]
        return found
    place = town()
    try:
        draft = store().draft(person().actor, FORM, KIND, place.ags) if place and records.is_there() else None
    except StoreError:
        draft = None
    if draft is None:
        return None
    form = {**draft.body, "cells": [Cell(*row) for row in draft.body["cells"]]}
    st.session_state[STATE] = form
    return form


def _begin(now: View, checked: checking.Checked) -> None:
    """Make a form of a checked table; what was typed before stays."""
    before = st.session_state.get(STATE) or {}
    kept = {name: before.get(name, "") for name in NAMES}
    st.session_state[STATE] = {
        **kept, "id": str(uuid4()), "request": str(uuid4()), "seen": 0, "ags": checked.ags,
        "cells": list(checked.cells), "released_on": date.today().isoformat(), "minimum": MINIMUM,
    }  # fmt: skip
    _keep()


def _keep() -> None:
    """Take what was typed into the form and keep it as a draft, small cells taken out."""
    from zwk_data.store import StoreError

    form = st.session_state[STATE]
    for name in NAMES:
        form[name] = st.session_state.get(f"own_{name}", form[name])
    if day := st.session_state.get("own_released_on"):
        form["released_on"] = day.isoformat()
    form["minimum"] = st.session_state.get("own_minimum", form["minimum"])
    safe = [list(cell) for cell in protected(form["cells"], form["minimum"])[0]]
    try:
        store().keep_draft(person().actor, FORM, KIND, form["ags"], {**form, "cells": safe}, version_seen=form["seen"])
    except StoreError as error:
        st.session_state["own_draft_failed"] = error.reason_de


def _release(now: View, form: dict[str, Any]) -> None:
    """Draw preview and release form."""
    st.subheader(now.text("Vorschau und Freigabe"), anchor=False)
    safe, small, more = protected(form["cells"], form["minimum"])
    name = newest().places[form["ags"]].name if form["ags"] in newest().places else form["ags"]
    st.markdown(f"**{literal(name)}**")
    if small or more:
        values = {"small": now.language.number(small), "more": now.language.number(more)}
        st.caption(now.text(
            "{small} Werte unter {minimum} werden geheim gestellt, dazu {more} weitere, damit sie sich nicht errechnen "
            "lassen.", minimum=form["minimum"], **values))  # fmt: skip
    summary(now, safe)
    _fields(now, form)
    if failed := st.session_state.pop("own_draft_failed", ""):
        st.warning(literal(now.text(failed)), icon=":material/warning:")
    with st.container(horizontal=True):
        if st.button(now.text("Speichern"), type="primary", key="own_save", icon=":material/save:"):
            _save(now, form)
        if st.button(now.text("Verwerfen"), key="own_discard"):
            _end(form)
            st.rerun()


def _fields(now: View, form: dict[str, Any]) -> None:
    text = now.text
    labels = {
        "title": (text("Titel"), text("zum Beispiel Einwohner nach Altersjahren")),
        "source": (text("Quelle"), text("zum Beispiel Melderegister der Stadt")),
        "basis": (text("Was gezählt wird"), text("zum Beispiel Hauptwohnsitz am Stichtag")),
        "released_by": (text("Freigegeben durch"), text("Stelle oder Amt")),
    }
    for name, (label, hint) in labels.items():
        st.session_state[f"own_{name}"] = form[name]
        st.text_input(label, key=f"own_{name}", on_change=_keep, placeholder=hint, max_chars=records.LONGEST)
    st.session_state["own_released_on"] = date.fromisoformat(form["released_on"])
    st.date_input(text("Freigegeben am"), key="own_released_on", on_change=_keep, format="DD.MM.YYYY")
    st.session_state["own_minimum"] = form["minimum"]
    st.number_input(text("Kleinste Zahl, die gezeigt wird"), MINIMUM, records.HIGHEST_MINIMUM, key="own_minimum",
                    on_change=_keep)  # fmt: skip


def _save(now: View, form: dict[str, Any]) -> None:
    from zwk_data.store import StoreError

    told = {name: str(form[name]).strip() for name in NAMES}
    day = date.fromisoformat(form["released_on"])
    release = Release(**told, released_on=day, minimum=int(form["minimum"]))
    if release.missing():
        st.error(now.text("Bitte füllen Sie Titel, Quelle, Zählung und Freigabe aus; der Tag der Freigabe darf nicht "
                          "in der Zukunft liegen."), icon=":material/error:")  # fmt: skip
        return
    try:
        records.save(store(), form["id"], form["ags"], release, form["cells"], seen_version=form["seen"],
                     actor=person().actor, request_id=form["request"])  # fmt: skip
    except NotUsable:
        LOG.exception("own data not saved")
        st.error(now.text("Nicht gespeichert: Die Zahlen widersprechen sich, sobald kleine Werte geheim gestellt sind. "
                          "Bitte prüfen Sie die Tabelle und laden sie erneut hoch."),
                 icon=":material/error:")  # fmt: skip
        return
    except AlreadyThere as other:
        form["id"], form["request"] = str(uuid4()), str(uuid4())  # this one may have been saved and removed again
        st.error(literal(now.text(
            "Nicht gespeichert: »{title}« enthält schon Zahlen desselben Stichtags und Merkmals. Alle Zahlen eines "
            "Stichtags gehören in eine Tabelle; entfernen Sie zuerst die bisherige.", title=other.title)),
            icon=":material/error:")  # fmt: skip
        return
    except StoreError as error:
        st.error(literal(reason(error, now.language)), icon=":material/error:")
        return
    _end(form)
    if rebuild(now):
        st.session_state["own_said"] = now.text("»{title}« ist gespeichert und in den Zahlen.", title=release.title)
        st.rerun()


def _end(form: dict[str, Any]) -> None:
    """Leave the form: no draft, an empty upload."""
    from zwk_data.store import StoreError

    try:
        store().drop_draft(person().actor, FORM, KIND, form["ags"])
    except StoreError as error:
        st.session_state["own_draft_failed"] = error.reason_de
    for name in (STATE, "_own_seen", *(f"own_{field}" for field in (*NAMES, "released_on", "minimum"))):
        st.session_state.pop(name, None)
    st.session_state["own_round"] = st.session_state.get("own_round", 0) + 1
