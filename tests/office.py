"""LibreOffice as another program that opens what we made: saves it again, prints it, draws its pages."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

WITHOUT_OFFICE = "no LibreOffice or pdftoppm found (install libreoffice-impress, -calc, -writer and poppler-utils)"
SECONDS = 240


def find_office() -> str | None:
    """Path of LibreOffice, where pdftoppm is there as well."""
    return shutil.which("soffice") if shutil.which("pdftoppm") else None


class Office:
    """LibreOffice with a profile of its own in ``folder``; one call may convert many files (a start takes seconds)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def convert(self, files: Sequence[Path], to: str, into: Path) -> list[Path]:
        """Save files in another format (or the same one anew) into a folder; return them in the same order.

        Args:
            files: to open.
            to: ending of the format, such as pptx, pdf, xlsx, docx.
            into: a folder that holds none of ``files``.
        """
        into.mkdir(parents=True, exist_ok=True)
        command = [
            str(find_office()), f"-env:UserInstallation={(self.folder / 'profile').as_uri()}", "--headless",
            "--convert-to", to, "--outdir", str(into), *map(str, files),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        made = [into / f"{file.stem}.{to}" for file in files]
        assert all(file.exists() for file in made), done.stdout + done.stderr
        return made

    def pages(self, file: Path, into: Path, *, dots_per_inch: int = 50) -> list[Path]:
        """Return the pages of a document (or of a PDF as it is) as PNG files."""
        pdf = file if file.suffix == ".pdf" else self.convert([file], "pdf", into)[0]
        prefix = into / file.stem
        subprocess.run(
            ["pdftoppm", "-r", str(dots_per_inch), "-png", str(pdf), str(prefix)], check=True, timeout=SECONDS
        )
        return sorted(into.glob(f"{file.stem}-*.png"))
