"""The offline pack: one zip with a page that opens without a network, the figures as files, checksums and licences.

The same exhibits give the same bytes: entries carry the newest date of taking over, not the hour of their making.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from zwk_data.documents.model import sources
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.csv import csv
from zwk_data.render.html import page
from zwk_data.render.signs import whole
from zwk_data.render.tabular import source_lines
from zwk_data.render.xlsx import UNDATED, workbook_of
from zwk_data.render.zips import zipped


def pack(exhibits: Sequence[Exhibit], language: Language, title: str, subtitle: str = "") -> bytes:
    """Return the pack of some exhibits.

    Inside: the page, one workbook of all figures, one CSV file per exhibit, ``LIZENZEN.txt`` and, over all of them,
    ``SHA256SUMS`` in the form that ``sha256sum --check`` reads.

    Raises:
        ValueError: there is no exhibit.
    """
    files = {
        "index.html": page(exhibits, language, title, subtitle).encode("utf-8"),
        f"{language.text('zahlen')}.xlsx": workbook_of(exhibits, language, title),
        **{f"{language.text('zahlen')}/{number:02d}-{one.address.slug}.csv": csv(one, language)
           for number, one in enumerate(exhibits, 1)},
        f"{language.text('LIZENZEN')}.txt": whole(_licences(exhibits, language)).encode("utf-8"),
    }  # fmt: skip
    sums = "".join(f"{sha256(raw).hexdigest()}  {name}\n" for name, raw in files.items())
    return zipped(files | {"SHA256SUMS": sums.encode("utf-8")}, _day(exhibits))


def _licences(exhibits: Sequence[Exhibit], language: Language) -> str:
    """Return every source with its terms, each once."""
    blocks = (source_lines(line, language) for line in sources(exhibits))
    return "\r\n\r\n".join("\r\n".join(f"{name}: {said}" for name, said in block) for block in blocks) + "\r\n"


def _day(exhibits: Sequence[Exhibit]) -> date:
    return max((line.retrieved for line in sources(exhibits) if line.retrieved), default=UNDATED)
