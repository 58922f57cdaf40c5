"""The state of a page is in its URL: plain values, read strictly, kept when the page changes.

A value that cannot be read is named to the reader and replaced by the default; nothing else is ever taken from it.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

import streamlit as st

from zwk_data.exhibits import AddressError

T = TypeVar("T")
Option = TypeVar("Option", bound=Hashable)
PROBLEMS = "_problems"
KEPT = "parameter:"  # before the name, in the session: no widget has such a key


def begin() -> None:
    """Start a run with no problems noted."""
    st.session_state[PROBLEMS] = []


def complain(problem: str) -> None:
    """Note a sentence that tells the reader what could not be done in this run."""
    st.session_state[PROBLEMS].append(problem)


def problems() -> list[str]:
    """Return what could not be read in this run, in the reader's language."""
    return list(st.session_state.get(PROBLEMS, []))


def read(name: str, parse: Callable[[str], T], default: T) -> T:
    """Read one parameter: from the URL, else as it was on the page before, else the default.

    Only what stands in the URL is ever complained about; a value kept from another page that does not fit here waits.
    """
    written = st.query_params.get(name)
    text = kept(name) if written is None else written
    if not text:
        return default
    try:
        value = parse(text)
    except AddressError as error:
        if written is not None:
            st.session_state[PROBLEMS].append(str(error))
            forget(name)
        return default
    st.session_state[KEPT + name] = text
    return value


def write(name: str, text: str) -> None:
    """Put a value into the URL and keep it for the next page; an empty one takes it out."""
    if not text:
        forget(name)
        return
    st.session_state[KEPT + name] = text
    if st.query_params.get(name) != text:
        st.query_params[name] = text


def forget(name: str) -> None:
    """Take a value out of the URL and of what is kept."""
    st.session_state.pop(KEPT + name, None)
    if name in st.query_params:
        del st.query_params[name]


def kept(name: str) -> str | None:
    """Return the value kept for a parameter, from this page or one before."""
    return st.session_state.get(KEPT + name)


def restore(*names: str) -> None:
    """Write kept values back into the URL after a change of page, so that the address always says everything."""
    for name in names:
        value = kept(name)
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value


def choice(name: str, options: Mapping[str, str], default: str, message: str) -> str:
    """Read a parameter that must be one of some ids.

    Args:
        name: of the parameter.
        options: ids and labels.
        default: the id taken where nothing or something else stands there.
        message: sentence for the reader with ``{value}``, in the reader's language.
    """

    def parse(text: str) -> str:
        if text not in options:
            raise AddressError(message.format(value=text[:40]))
        return text

    return read(name, parse, default)
