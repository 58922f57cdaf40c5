"""Checking an older presentation: what of it is outdated, revised, withdrawn or altered; and a renewed one."""

from typing import Any

import streamlit as st

from ui.decks import working
from ui.literal import literal
from ui.plain_table import plain_table
from ui.view import View
from zwk_data.decks.apart import found_slides
from zwk_data.decks.check import Report, SlideReport, check, names, refreshed
from zwk_data.render.pptx.reading import NotAPresentation

STATE = "_deck_check"
SHOWN = 12  # findings of a slide that are listed
QUIET = ("current", "words")


def checking(now: View) -> None:
    """Draw the upload, the report, and the renewed presentation to take along."""
    text = now.text
    st.markdown(text(
        "Laden Sie eine Präsentation hoch, deren Folien von hier stammen, auch umsortiert, weiterbearbeitet oder in "
        "eine andere kopiert: Jede Zahl wird mit dem heutigen Stand verglichen. "
        "Die Datei wird nicht gespeichert."))  # fmt: skip
    file = st.file_uploader(text("Präsentation (.pptx, bis 50 MB)"), type=["pptx"], key="deck_check_file",
                            max_upload_size=working.MOST_UPLOADED)  # fmt: skip
    if file is None:
        st.session_state.pop(STATE, None)
        return
    held = st.session_state.get(STATE)
    if held is None or held[0] != file.file_id:
        with st.spinner(text("Die Folien werden geprüft …")):
            held = (file.file_id, _checked(file.getvalue(), now))
        st.session_state[STATE] = held
    if isinstance(held[1], NotAPresentation):
        st.error(literal(held[1].reason(now.language)), icon=":material/error:")
        return
    _report(now, held[1], file)


def _checked(raw: bytes, now: View) -> Report | NotAPresentation:
    try:
        return check(raw, working.context(now), found_slides)
    except NotAPresentation as error:
        return NotAPresentation(error.word)  # without the frames that led to it: the session keeps it


def _report(now: View, report: Report, file: Any) -> None:
    text = now.text
    st.subheader(literal(report.sentence(now.language)), anchor=False)
    if report.stale:
        raw, context = file.getvalue(), working.context(now)
        name = f"{file.name.removesuffix('.pptx')}-{text('erneuert')}.pptx"
        st.download_button(
            text("Erneuerte Präsentation herunterladen"), data=lambda: refreshed(raw, report, context),
            mime=working.PPTX, file_name=name, key="deck_refreshed", type="primary", icon=":material/download:",
            on_click="ignore",
        )  # fmt: skip
        st.caption(text("Erneuert werden Folien mit überholten und revidierten Zahlen. Eigene Überschriften und alles, "
                        "was Sie hinzugefügt haben, bleiben; bitte lesen Sie diese Folien noch einmal."))  # fmt: skip
    words = names(now.language)
    heads = (text("Folie"), text("Überschrift"), text("Befund"))
    rows = [(str(one.index + 1), one.title or "–", ", ".join(words[name] for name in one.verdicts))
            for one in report.slides]  # fmt: skip
    plain_table(dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True)), heads[:1], text("Befund je Folie"))
    for one in report.slides:
        if one.verdict not in QUIET:
            _findings(now, one)


def _findings(now: View, one: SlideReport) -> None:
    title = now.text("Folie {number}: {title}", number=one.index + 1, title=one.title or "–")
    with st.expander(literal(title), expanded=True, key=f"deck_findings_{one.index}"):
        for finding in one.findings[:SHOWN]:
            st.markdown(f"- {literal(finding.sentence)}")
        if len(one.findings) > SHOWN:
            st.caption(now.text("und {count} weitere", count=len(one.findings) - SHOWN))
