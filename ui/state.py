"""The state of the data that is shown: the newest, or what was known on an earlier day."""

import logging
from datetime import date

import streamlit as st

from ui import parameters
from ui.data import choose_state, chosen_state, newest
from ui.earlier import NotNow
from ui.view import View
from zwk_data.exhibits import Context
from zwk_data.exhibits.registry import as_of
from zwk_data.language import Language
from zwk_data.warehouse import states

LOG = logging.getLogger(__name__)
NAME = "as_of"


def read_state() -> None:
    """Read the day from the address and open the figures of that day; where they cannot be had, say so."""
    language = Language("en" if st.query_params.get("lang", parameters.kept("lang")) == "en" else "de")
    day = parameters.read(NAME, lambda text: as_of(text, Context(newest(), language)), None)
    try:
        choose_state(day)
    except NotNow:
        parameters.forget(NAME)
        parameters.complain(language.text(
            "Gerade wird ein anderer Datenstand hergestellt. Bitte rufen Sie den vom {date} in einigen Minuten noch "
            "einmal auf; gezeigt werden die aktuellen Zahlen.", date=language.date(day or date.today())))  # fmt: skip
    except Exception:  # files gone from the archive, a full disk: the log says which
        LOG.exception("no state of %s", day)
        parameters.forget(NAME)
        parameters.complain(language.text(
            "Der Datenstand vom {date} lässt sich gerade nicht herstellen; gezeigt werden die aktuellen Zahlen.",
            date=language.date(day or date.today())))  # fmt: skip


def state_badge(now: View) -> None:
    """Say on every page that an earlier state is shown; nothing where the newest figures are."""
    if day := chosen_state():
        label = now.text("Datenstand vom {date}", date=now.language.date(day))
        st.badge(label, icon=":material/history:", color="orange")


def state_picker(now: View) -> None:
    """Draw the choice between the newest figures and those of the days on which figures came in."""
    day = chosen_state()
    label = now.text("Stand: {date}", date=now.language.date(day)) if day else now.text("Datenstand: aktuell")
    menu = st.popover(label, icon=":material/history:", key="pick_state", on_change="rerun", type="tertiary")
    if menu.open:
        with menu:
            _choice(now, day)


def _choice(now: View, day: date | None) -> None:
    days = states(newest())
    options = ["", *(one.isoformat() for one in sorted({*days, *([day] if day else [])}, reverse=True))]
    st.session_state["state"] = day.isoformat() if day else ""
    st.radio(
        now.text("Zahlen, wie sie an diesem Tag vorlagen"), options, key="state", on_change=_chosen,
        format_func=lambda text: now.language.date(date.fromisoformat(text)) if text else now.text("aktuell"),
    )  # fmt: skip


def _chosen() -> None:
    parameters.write(NAME, st.session_state["state"])
    st.session_state["pick_state"] = False
