"""A plan as a file: CSV (a ZIP with one file per sheet) and JSON; the workbook is written by ``render.xlsx.form``.

The same plan gives the same bytes.
"""

import io
import json
import zipfile
from collections.abc import Mapping

from zwk_data.plan.exchange.book import FORMAT, VERSION, book_of
from zwk_data.plan.model import Plan
from zwk_data.plan.parts import PARTS, kind_of, parts_of
from zwk_data.plan.records import body_of
from zwk_data.sheets import as_csv

UNDATED = (2000, 1, 1, 0, 0, 0)


def as_zip(plan: Plan) -> bytes:
    """Return a plan as a ZIP with one CSV file per sheet, named as the sheet."""
    return zipped({f"{sheet.name}.csv": as_csv(sheet) for sheet in book_of(plan).sheets})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files by name as one ZIP; the same files give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(zipfile.ZipInfo(name, UNDATED), raw, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def as_json(plan: Plan) -> bytes:
    """Return a plan as JSON: its parts by kind, as the store keeps them (dates 2026-12-31, amounts as text)."""
    parts: dict[str, list[object]] = {kind: [] for kind in PARTS}
    for part in parts_of(plan):
        if part.id != "head" or plan.title:
            parts[kind_of(part)].append(body_of(part))
    content = {"format": FORMAT, "version": int(VERSION), "ags": plan.ags, "parts": parts}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", errors="replace")
