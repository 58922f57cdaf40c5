"""Where files lie: generated ones in ``data/build``, what people write in ``data/store``; both in ``ZWK_DATA_DIR``."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def build_folder() -> Path:
    """Return the folder of the generated databases (created by the build)."""
    return Path(os.environ.get("ZWK_DATA_DIR") or PROJECT / "data" / "build")


def store_folder() -> Path:
    """Return the folder of what people have written, its backups included.

    Not the build folder: that one may be emptied at any time, this one is the only copy.
    """
    own = os.environ.get("ZWK_DATA_DIR")
    return Path(own) / "store" if own else PROJECT / "data" / "store"
