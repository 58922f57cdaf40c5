"""Presenter mode: one exhibit at a time, large type, arrow keys; nothing else on the screen."""

import streamlit as st

from ui import parameters
from ui.state import state_badge
from ui.view import View

COUNT, TURN = "_exhibits", "slide"


def begin() -> None:
    """Start counting the exhibits of this run."""
    st.session_state[COUNT] = 0


def take_over() -> None:
    """Say that this page has controls of its own."""
    st.session_state[COUNT] = None


def turn() -> int:
    """Return which exhibit of the page is shown, from 0."""

    def parse(text: str) -> int:
        return max(int(text), 1) - 1 if text.isascii() and text.isdigit() and len(text) < 4 else 0

    return parameters.read(TURN, parse, 0)


def is_turn() -> bool:
    """Count one exhibit and tell whether it is the one to show."""
    number = st.session_state[COUNT]
    st.session_state[COUNT] = number + 1
    return bool(number == turn())


def controls(now: View) -> None:
    """Draw the buttons for the next and the previous exhibit and for leaving, each with its key."""
    if st.session_state[COUNT] is None:
        return
    count, here = max(st.session_state[COUNT], 1), turn()
    if here >= count:
        go(count - 1)
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="presenter"):
        st.button(
            now.text("Zurück"),
            shortcut="Left",
            on_click=go,
            args=(max(here - 1, 0),),
            disabled=here == 0,
            key="previous",
        )
        st.caption(now.text("{number} von {count}", number=here + 1, count=count), width="content")
        st.button(
            now.text("Weiter"), shortcut="Right", on_click=go, args=(min(here + 1, count - 1),),
            disabled=here + 1 >= count, key="next",
        )  # fmt: skip
        st.button(now.text("Beenden"), shortcut="Esc", on_click=leave, key="leave", type="tertiary")
        state_badge(now)


def go(number: int) -> None:
    """Turn to an exhibit, from 0."""
    parameters.write(TURN, str(number + 1))


def leave() -> None:
    """End presenting."""
    parameters.forget("present")
    parameters.forget(TURN)
