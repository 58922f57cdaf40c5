"""Two buttons that write a document when they are clicked: PDF and Word."""

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from ui.decks import working
from ui.view import View, view
from zwk_data.documents.model import Document

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def offer(document: Callable[[], Document], name: str, now: View) -> None:
    """Offer a document; it is made on the click, in a thread without a session.

    Args:
        document: makes it; must not call Streamlit.
        name: of the files, without ending.
        now: the view.
    """
    with st.container(horizontal=True, width="content"):
        for label, ending, kind in ((now.text("PDF"), "pdf", "application/pdf"), (now.text("Word"), "docx", WORD)):
            st.download_button(
                label, data=partial(content, document, ending), file_name=f"{name}.{ending}", mime=kind,
                key=f"document_{name}_{ending}", on_click="ignore", icon=":material/description:",
            )  # fmt: skip


def content(document: Callable[[], Document], ending: str) -> bytes:
    """Return the file of one kind."""
    if ending == "pdf":
        from zwk_data.render.pdf import pdf

        return pdf(document())
    from zwk_data.render.docx import docx

    return docx(document())


def offer_profile() -> None:
    """Offer the Kommunalprofil of the place in view."""
    from zwk_data.documents.profile import profile

    now = view()
    if now.present:
        return
    st.caption(now.text("Kommunalprofil: vier Seiten zum Drucken und Weitergeben"))
    offer(partial(profile, working.context(now), now.place.ags, date.today()), f"kommunalprofil-{now.place.ags}", now)
