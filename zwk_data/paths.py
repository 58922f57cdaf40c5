"""Where files lie: generated ones in ``data/build``, what people write in ``data/store``; both in ``ZWK_DATA_DIR``."""

import json
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


# Boundaries for the maps: the embedded ones, and below LIVE newer editions, each in a folder of its own that never
# changes (the browser keeps its files). EDITION names the one in force and is written last.
LIVE, EDITION = "live", "edition.json"


def boundaries_folder() -> Path:
    """Return the folder of the boundaries; it lies in ``static/``, from where the server gives them to the browser."""
    return Path(os.environ.get("ZWK_BOUNDARIES_DIR") or PROJECT / "static" / "boundaries")


def boundary_edition() -> str:
    """Return where the newest complete boundaries lie below their folder: empty (embedded) or ``live/<edition>/``."""
    live = boundaries_folder() / LIVE
    try:
        name = json.loads((live / EDITION).read_text("utf-8"))["folder"]
        complete = Path(name).name == name and (live / name / "index.json").is_file()
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f"{LIVE}/{name}/" if complete else ""
