"""The store of this installation, opened once and shared by all sessions."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from zwk_data.own_data.records import is_there
from zwk_data.paths import store_folder

if TYPE_CHECKING:
    from zwk_data.store import Store

__all__ = ["is_there", "store"]


def store() -> "Store":
    """Return the store of this installation; the first call makes or migrates it.

    Raises:
        StoreError: it cannot be opened.
    """
    return _opened(os.environ.get("ZWK_DATABASE_URL", ""), str(store_folder()))


@lru_cache(maxsize=2)
def _opened(url: str, folder: str) -> "Store":
    from zwk_data.store import open_store  # slow to import, and most pages write nothing

    return open_store()
