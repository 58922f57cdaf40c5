"""The Kommunalprofil as tagged PDF and as Word file, against LibreOffice printing that same Word file.

The peer is what an office does with the Word file: LibreOffice without window turns it into a PDF, in one process per
file and with the four files of a turn in one process, so that its start weighs less. Exhibits are made on both sides.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import measuring

sys.path.insert(0, str(measuring.ROOT))
PLACES = ("13071107", "05758012", "15001", "12073")  # the four with an example plan: their last page is the fullest
PAGES, TURNS = 4, 3
DAY = date(2026, 11, 23)


def middle(work: Callable[[], Any]) -> float:
    """Return the median seconds of some turns, after one that does not count."""
    work()
    found = []
    for _ in range(TURNS):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return sorted(found)[TURNS // 2]


def printed(files: list[Path], folder: Path) -> None:
    """Turn Word files into PDF with one process of LibreOffice."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is not installed"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run([office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    assert all((folder / f"{file.stem}.pdf").stat().st_size > 10_000 for file in files)


def measured(folder: Path) -> dict[str, float]:
    """Return seconds per profile: its exhibits, the PDF, the Word file, and LibreOffice printing that file."""
    from apps import database
    from pypdf import PdfReader

    from zwk_data.documents.profile import profile
    from zwk_data.exhibits import Context
    from zwk_data.render.docx import docx
    from zwk_data.render.pdf import pdf
    from zwk_data.warehouse import open_statistics

    database()
    with open_statistics() as statistics:
        context = Context(statistics)
        documents = [profile(context, ags, DAY) for ags in PLACES]
        made = middle(lambda: [profile(context, ags, DAY) for ags in PLACES])
        for document in documents:
            pages = PdfReader(io.BytesIO(pdf(document))).pages
            assert len(pages) == PAGES, document.title
            assert document.title in pages[0].extract_text()
        files = [folder / f"{ags}.docx" for ags in PLACES]
        for file, document in zip(files, documents, strict=True):
            file.write_bytes(docx(document))
        return {name: seconds / len(PLACES) for name, seconds in {
            "exhibits": made, "pdf": middle(lambda: list(map(pdf, documents))),
            "word": middle(lambda: list(map(docx, documents))),
            "office, each file": middle(lambda: [printed([file], folder) for file in files]),
            "office, all files": middle(lambda: printed(files, folder)),
        }.items()}  # fmt: skip


def main() -> None:
    """Print the table, the ratios and whether a profile is made within two seconds."""
    chosen = measuring.parser(__doc__ or "").parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder))
    for name, seconds in found.items():
        print(f"{name:20}{seconds:8.2f} s per profile")
    ratio = found["office, all files"] / found["pdf"]
    met = [
        measuring.verdict("a profile as PDF, exhibits included", found["exhibits"] + found["pdf"], 4, unit=" s"),
        measuring.verdict("a profile as Word, exhibits included", found["exhibits"] + found["word"], 4, unit=" s"),
        measuring.verdict("PDF against LibreOffice printing all files", ratio, 1, least=True, unit=" times"),
    ]
    if chosen.json:
        chosen.json.write_text(json.dumps(found), encoding="utf-8")
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
