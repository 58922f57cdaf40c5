"""How exhibits stand on a page: side by side on a screen, one after the other where somebody presents."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.view import view


def side_by_side(left: int = 1, right: int = 1) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return two columns of these relative widths; where somebody presents, each exhibit has the whole width."""
    if view().present:
        return st.container(), st.container()
    first, second = st.columns([left, right], gap="large")
    return first, second
