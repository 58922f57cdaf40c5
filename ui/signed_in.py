"""Who looks at this page: nobody known, the one who sits at this machine, or an account that has signed in."""

import os

import streamlit as st

from zwk_data.access import LOCAL, NOBODY, Person

LOCAL_ADDRESSES = ("127.0.0.1", "localhost", "::1")


def person() -> Person:
    """Return the person of this run."""
    return LOCAL if _at_this_machine() else NOBODY


def _at_this_machine() -> bool:
    """Tell whether the operator said that this is one person's own machine, and nothing contradicts it."""
    said = os.environ.get("ZWK_ACCESS") == "local"
    return said and st.get_option("server.address") in LOCAL_ADDRESSES
