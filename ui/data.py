"""The open statistical database, shared by all sessions, and exhibits made from it.

Caches are bounded and keyed by the generation: after a new build the next question opens the new file.
"""

import gc
from functools import lru_cache
from pathlib import Path

import streamlit as st

from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import Language
from zwk_data.warehouse import Generation, Statistics, current, ensure_built, fingerprint, open_statistics
from zwk_data.warehouse.paths import build_folder
from zwk_data.warehouse.publish import POINTER


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


def statistics() -> Statistics:
    """Return the current generation; the first call of a new installation or version builds it, with a progress bar."""
    found = _current()
    if found is None or found.made_from != fingerprint():
        bar = st.progress(0.0, "Die amtlichen Zahlen werden einmalig aufbereitet …")
        found = ensure_built(lambda step, share: bar.progress(share, f"{step} …") and None)
        bar.empty()
    return _opened(str(build_folder()), found.number)


@lru_cache(maxsize=512)
def _made(address: str, folder: Path, generation: int, language: str) -> Exhibit:
    return make(Address.parse(address), Context(statistics().named_in(language), Language(language)))


def exhibit(address: Address, language: Language) -> Exhibit:
    """Return the exhibit of an address; the same address and data give the same object.

    Raises:
        AddressError: the address does not fit.
    """
    return _made(str(address), build_folder(), statistics().generation.number, language.code)
