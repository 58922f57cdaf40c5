"""The page Workshop: slides for tonight, checking older ones, papers to hand out, what the groups said."""

import streamlit as st

from ui import controls
from ui.decks.builder import builder
from ui.decks.checking import checking
from ui.papers import papers
from ui.view import view
from ui.workshops.groups import groups


def page() -> None:
    """Draw the page."""
    now = view()
    if now.present:
        return
    text = now.text
    st.title(text("Workshop"), anchor=False)
    names = {
        "slides": text("Folien"), "groups": text("Gruppen"), "papers": text("Unterlagen"),
        "check": text("Folien prüfen"),
    }  # fmt: skip
    draws = {"slides": builder, "groups": groups, "papers": papers, "check": checking}
    draws[controls.segments("part", text("Ansicht"), names, "slides", named=False)](now)
