"""A part of a page that answers by itself: its controls run it alone, without the frame and what stands above it."""

from collections.abc import Callable

import streamlit as st

from ui import parameters
from ui.literal import literal

# What the frame shows of the address; a part that changes one of these has the whole page run again.
FRAME_PARAMETERS = ("as_of", "ags", "compare", "lang", "present", "slide")


def by_itself(draw: Callable[[], None], seen: Callable[[], object] = lambda: None) -> None:
    """Draw a part of the page; whatever is moved inside it runs ``draw`` alone.

    Args:
        draw: asks and shows; it reads its state from the address, as a page does.
        seen: what the rest of the page shows of the state; where that has changed, the whole page runs again.
    """
    runs: list[int] = []
    before = (_frame(), seen())

    @st.fragment
    def part() -> None:
        runs.append(1)
        told = st.container()  # in every run, so that nothing below it moves
        if len(runs) == 1:  # with the page, which tells the reader of problems itself
            draw()
            return
        if (_frame(), seen()) != before:
            st.rerun()
        known = len(parameters.problems())
        draw()
        for problem in dict.fromkeys(parameters.problems()[known:]):
            told.warning(literal(problem), icon=":material/info:")

    part()


def _frame() -> dict[str, str]:
    return {name: st.query_params.get(name, "") for name in FRAME_PARAMETERS}
