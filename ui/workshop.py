"""The page Workshop: slides for tonight, checking older ones, papers to hand out, what the groups said."""

import streamlit as st

from ui import controls
from ui.decks.builder import builder
from ui.decks.checking import checking
from ui.view import view


def page() -> None:
    """Draw the page."""
    now = view()
    if now.present:
        return
    text = now.text
    st.title(text("Workshop"), anchor=False)
    names = {"slides": text("Folien"), "check": text("Folien prüfen")}
    draws = {"slides": builder, "check": checking}
    draws[controls.segments("part", text("Ansicht"), names, "slides", named=False)](now)
