"""How much room blocks take on an A4 page, estimated from their words: so that a paper never grows past its pages.

Neither Word nor typst is asked. The estimate follows the Word file, whose letters are the wider ones, and errs on the
side of too much; the pictures are left out, as they take what remains.
"""

import math
from collections.abc import Iterable
from unicodedata import east_asian_width

from zwk_data.documents.model import Block, Bullets, Figure, Heading, Paragraph
from zwk_data.exhibits.exhibit import Exhibit, SourceLine
from zwk_data.language import Language
from zwk_data.render.canvas import REMARKED
from zwk_data.render.paper import source_lines_of

WIDTH = 170.0  # millimetres between the margins
POINT = 0.3528  # millimetres
USED = 0.94  # of a line; the rest is lost where a word does not fit in
# Widths of signs in Arial as shares of the type size; every other small letter and digit is as wide as an n.
WIDTHS = dict.fromkeys("ijl|'", 0.23) | dict.fromkeys("tf.,:;/!I[] ", 0.28) | dict.fromkeys('r()-"', 0.34)
WIDTHS |= dict.fromkeys("sckvxyzJ", 0.5) | dict.fromkeys("mM@%—…", 0.95) | dict.fromkeys("wW", 0.8)
HEADINGS = {False: (15.0, 11.5, 10.5), True: (12.0, 10.5, 9.5)}  # points of the levels, compact or not
BODY = {False: 10.0, True: 9.0}
TITLE = {False: 22.0, True: 17.0}
SMALL = {"remark": 8.5, "badge": 9.0, "lead": 13.0}


def lines(words: str, points: float, width: float = WIDTH, *, bold: bool = False) -> int:
    """Return how many lines words take in a type of so many points."""
    ems = sum(WIDTHS.get(sign) or _em(sign) for sign in words)
    return max(1, math.ceil(ems * (1.08 if bold else 1.0) * points * POINT / (width * USED)))


def _em(sign: str) -> float:
    return 1.05 if east_asian_width(sign) in "WF" else 0.72 if sign.isupper() else 0.56


def set_in(words: str, points: float, *, compact: bool, width: float = WIDTH, bold: bool = False) -> float:
    """Return the height of words in millimetres, without the space around them."""
    return lines(words, points, width, bold=bold) * points * 1.15 * (1.0 if compact else 1.15) * POINT


def height(block: Block, *, compact: bool) -> float:
    """Return the height of a block in millimetres; of a figure without its picture."""
    after = (2 if compact else 4) * POINT
    match block:
        case Heading():
            points = HEADINGS[compact][block.level - 1]
            return set_in(block.text, points, compact=compact, bold=True) + (9 if compact else 11) * POINT
        case Paragraph(kind="proposal"):
            return set_in(block.text, BODY[compact], compact=compact, width=WIDTH - 4) + 8 * POINT
        case Paragraph():
            points = SMALL.get(block.kind, BODY[compact])
            return set_in(block.text, points, compact=compact, bold=block.kind == "badge") + after
        case Bullets():
            return sum(set_in(one, BODY[compact], compact=compact, width=WIDTH - 8) for one in block.items) + after
        case Figure():
            return _figure(block, compact=compact)
    return 0.0


def heights(blocks: Iterable[Block], *, compact: bool) -> float:
    """Return the height of blocks one below the other."""
    return sum(height(block, compact=compact) for block in blocks)


def title(kind: str, words: str, below: str, *, compact: bool) -> float:
    """Return the height of the head of a document."""
    found = set_in(words, TITLE[compact], compact=True, bold=True) + set_in(below, 11, compact=compact) + 8
    return found + set_in(kind, 10, compact=compact)


def sources(found: tuple[SourceLine, ...], language: Language) -> float:
    """Return the height of the list of sources, small and in two columns."""
    said = source_lines_of(found, language) if found else ()
    one_column = sum(lines(line, 6, (WIDTH - 6) / 2) * 7.6 * POINT + POINT for line in said)
    return one_column / 2 + 12 if said else 0.0


def _figure(figure: Figure, *, compact: bool) -> float:
    exhibit = figure.exhibit
    badges = sum(set_in(note.text, 8.5, compact=compact, bold=True) + 5 * POINT for note in exhibit.notes
                 if note.kind in REMARKED)  # fmt: skip
    small = badges + set_in(_below(exhibit, alone=not figure.picture), 7.5, compact=compact) + 2 * POINT
    if not figure.picture:
        return set_in(exhibit.sentence, BODY[compact], compact=compact) + (2 if compact else 4) * POINT + small
    head = height(Heading(exhibit.sentence, 3), compact=compact)
    under = set_in(f"{exhibit.title} · {exhibit.subtitle}", 8.5, compact=compact) + 2 * POINT
    return head + under + small + 3


def _below(exhibit: Exhibit, *, alone: bool) -> str:
    notes = [note.text for note in exhibit.notes if note.kind not in REMARKED]
    notes += [f"{mark.label}: {mark.reason}" for mark in exhibit.breaks]
    first = [f"{exhibit.title} · {exhibit.subtitle}."] if alone else []
    return " ".join([*first, *notes, "Quelle:", *["[10]"] * len(exhibit.sources)])
