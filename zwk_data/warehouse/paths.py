"""Where the figures lie: the embedded snapshot in the project, what is generated and archived in the build folder."""

from pathlib import Path

from zwk_data.paths import PROJECT, build_folder

__all__ = ["PROJECT", "SNAPSHOT", "STATIC", "archive_folder", "build_folder"]

SNAPSHOT = PROJECT / "data" / "snapshot"
STATIC = PROJECT / "static"


def archive_folder(folder: Path | None = None) -> Path:
    """Return the folder of the archived raw downloads, below the build folder."""
    return (folder or build_folder()) / "archive"
