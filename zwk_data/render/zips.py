"""Zip files with the same bytes for the same content: entries carry a day that is given, not the hour of making."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date

ATTRIBUTES = 0o644 << 16  # of a plain file
LEVEL = 6


def zipped(files: Mapping[str, bytes], day: date) -> bytes:
    """Return a zip of some files in their order."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as out:
        for name, raw in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, ATTRIBUTES
            out.writestr(entry, raw, compresslevel=LEVEL)
    return content.getvalue()


def dated(raw: bytes, day: date) -> bytes:
    """Return a zip with the same entries in the same order, all of one day."""
    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        return zipped({name: found.read(name) for name in found.namelist()}, day)
