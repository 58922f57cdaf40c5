"""The interim report (Zwischenbilanz) of the municipality in view, as a document."""

from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from ui import documents
from ui.decks import working
from ui.signed_in import person
from ui.stored import store
from ui.view import View
from zwk_data.documents.model import Document


def interim(now: View) -> None:
    """Offer the report; where there is no plan, say so."""
    text, ags = now.text, now.place.ags
    st.subheader(text("Zwischenbilanz {place}", place=now.place.name), anchor=False)
    st.markdown(
        text(
            "Maßnahmen nach Stand, Beschlüsse und was aus ihnen wurde, Indikatoren seit dem Ausgangswert, Mittel und "
            "Beteiligung: was hier festgehalten ist, mit den amtlichen Zahlen dazu. Zufall und Brüche sind beachtet."
        )
    )
    used = working.context(now)
    if used.plans(ags) is None:
        st.info(text("Eine Zwischenbilanz braucht einen Werkstattplan."), icon=":material/info:")
        return
    begun = st.date_input(
        text("Ausgangspunkt (leer: Beginn des Plans)"),
        None,
        format="DD.MM.YYYY",
        key="interim_since",
        max_value=date.today(),
    )
    since = begun if isinstance(begun, date) else None
    made = partial(_report, store(), ags, used, date.today(), since, person())
    documents.offer(made, f"{text('zwischenbilanz')}-{ags}", now)


def _report(*given: Any) -> Document:
    """Make the report, on the click."""
    from zwk_data.rounds.interim import kept_report

    return kept_report(*given)
