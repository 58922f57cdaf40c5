"""The open statistical database, shared by all sessions, and exhibits made from it.

Caches are bounded and keyed by the generation: after a new build the next question opens the new file.
"""

import gc
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import streamlit as st

from ui import earlier, parameters, plans
from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.registry import KINDS, as_of
from zwk_data.language import Language
from zwk_data.warehouse import (
    Generation,
    Statistics,
    current,
    ensure_built,
    fingerprint,
    open_statistics,
)
from zwk_data.warehouse.paths import build_folder
from zwk_data.warehouse.publish import POINTER

STATE = "_as_of"  # in the session: the day whose state of the data the reader chose


# Keys here are plain values, so the standard cache will do: Streamlit's hashes its arguments for 0.1 ms a call.
@lru_cache(maxsize=2)
def _opened(folder: str, generation: int) -> Statistics:
    return open_statistics(Path(folder))


@st.cache_resource(show_spinner=False)
def settle_memory() -> bool:
    """Take what was loaded at the start out of the garbage collector's sight, once.

    A full collection looks at everything pandas and Plotly brought: 40 ms in which no other session runs. Called after
    the first page was drawn, when all of it is loaded.
    """
    gc.collect()
    gc.freeze()
    return True


@lru_cache(maxsize=4)
def _pointed(folder: Path, changed: int, file_id: int) -> Generation | None:
    return current(folder)


def _current() -> Generation | None:
    """Return what the pointer names; it is read again only after it was replaced."""
    folder = build_folder()
    try:
        state = (folder / POINTER).stat()
    except OSError:
        return None
    return _pointed(folder, state.st_mtime_ns, state.st_ino)


def is_built() -> bool:
    """Tell whether there are figures to open that this version has made."""
    found = _current()
    return found is not None and found.made_from == fingerprint()


def newest() -> Statistics:
    """Return the current generation; the first call of a new installation or version builds it, with a progress bar."""
    found = _current()
    if found is None or found.made_from != fingerprint():
        bar = st.progress(0.0, "Die amtlichen Zahlen werden einmalig aufbereitet …")
        found = ensure_built(lambda step, share: bar.progress(share, f"{step} …") and None)
        bar.empty()
    return _opened(str(build_folder()), found.number)


def statistics() -> Statistics:
    """Return the figures of this run: the newest or, where the reader chose one, those of an earlier state."""
    day = chosen_state()
    return newest() if day is None else _of_day(day)


def chosen_state() -> date | None:
    """Return the day whose state of the data this run shows; None for the newest."""
    day: date | None = st.session_state.get(STATE)
    return day


def choose_state(day: date | None) -> None:
    """Open the state of a day for this run and the figures asked for in it; None for the newest.

    The first use of a state has it made by a child, with a progress bar (see ``ui.earlier``).

    Raises:
        NotNow, RuntimeError, ValueError, OSError: it cannot be had now; the run shows the newest.
    """
    st.session_state[STATE] = None
    if day is not None:
        _of_day(day)
    st.session_state[STATE] = day


def _of_day(day: date) -> Statistics:
    now = newest()
    return _state(str(build_folder()), now.generation.number, earlier.same_state(now, day)).dated(day)


@lru_cache(maxsize=4)
def _state(folder: str, generation: int, day: date) -> Statistics:
    """Open the state of a day once; after a new build the question which loads belong to it is asked again."""
    place = st.empty()
    language = Language("en" if st.query_params.get("lang", parameters.kept("lang")) == "en" else "de")
    label = language.text("Der Datenstand vom {date} wird hergestellt …", date=language.date(day))
    try:
        return earlier.opened(newest(), day, lambda share: place.progress(share, label) and None)
    finally:
        place.empty()


@lru_cache(maxsize=512)
def _made(address: str, folder: Path, generation: int, language: str, plans: plans.Seen | None) -> Exhibit:
    """Make an exhibit; ``plans`` is given for kinds that read a plan, and equal while the reader would see the same."""
    wanted, reader = Address.parse(address), Language(language)
    try:
        data = _of_day(as_of(wanted.as_of, Context(newest(), reader))) if wanted.as_of else newest()
    except earlier.NotNow:
        raise AddressError(reader.text(
            "Der Datenstand wird gerade nicht hergestellt; bitte versuchen Sie es in einigen Minuten noch einmal."
        )) from None  # fmt: skip
    if plans is None:
        return make(wanted, Context(data.named_in(language), reader))
    return make(wanted, Context(data.named_in(language), reader, plans.plan))


def exhibit(address: Address, language: Language) -> Exhibit:
    """Return the exhibit of an address; the same address and data give the same object.

    An address that names no state of the data gets the one of this run.

    Raises:
        AddressError: the address does not fit.
    """
    wanted = address if address.as_of else address.at(chosen_state())
    return exhibit_for(wanted, language, plans.seen)


def exhibit_for(address: Address, language: Language, seen: Callable[[], plans.Seen]) -> Exhibit:
    """Return the exhibit of exactly this address with the plans that somebody sees.

    Raises:
        AddressError: the address does not fit.
    """
    of_plan = address.kind in KINDS and KINDS[address.kind].of_plan
    return _made(str(address), build_folder(), newest().generation.number, language.code, seen() if of_plan else None)
