"""Where files lie: the embedded snapshot in the project, generated files in ``data/build`` or ``ZWK_DATA_DIR``."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
SNAPSHOT = PROJECT / "data" / "snapshot"
STATIC = PROJECT / "static"


def build_folder() -> Path:
    """Return the folder of the generated databases (created by the build)."""
    return Path(os.environ.get("ZWK_DATA_DIR") or PROJECT / "data" / "build")


def archive_folder(folder: Path | None = None) -> Path:
    """Return the folder of the archived raw downloads, below the build folder."""
    return (folder or build_folder()) / "archive"
