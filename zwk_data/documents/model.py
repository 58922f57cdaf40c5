"""A document as plain values: what stands in it, in reading order. It knows nothing of Word, PDF or typst.

Every figure of a document is an exhibit, so each brings its sentence, its alternative text and its sources; the
renderers collect the sources at the end. One description gives the Word file and the tagged PDF.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zwk_data.exhibits.exhibit import Exhibit, SourceLine
from zwk_data.language import GERMAN, Language


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; the title of the document stands above them."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    ``lead`` opens a page, ``remark`` is small and muted, ``badge`` must not be overlooked, ``proposal`` is set apart by
    a line at its side: what is to be decided, or was.
    """

    text: str
    kind: Literal["plain", "lead", "remark", "badge", "proposal"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Figure:
    """An exhibit: sentence, title, picture (or its table, where it has no picture), remarks, short source line.

    ``height`` of the picture in millimetres; ``with_table`` prints the figures below it. Without ``picture`` its
    sentence stands alone, as running text with its source.
    """

    exhibit: Exhibit
    height: float = 75.0
    with_table: bool = False
    picture: bool = True


@dataclass(frozen=True)
class SideBySide:
    """Two figures in one row on paper, one after the other in reading order."""

    left: Figure
    right: Figure


@dataclass(frozen=True)
class Rows:
    """A plain table with a heading row; cells are texts as the reader writes them.

    ``widths`` are shares of the width (empty: equal), ``numbers`` the positions of columns set flush right.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    widths: tuple[float, ...] = ()
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class WritingSpace:
    """Room for handwriting below a prompt; ``height`` in millimetres, ruled by ``lines``."""

    prompt: str
    height: float
    lines: bool = True


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Bullets | Figure | SideBySide | Rows | WritingSpace | PageBreak


@dataclass(frozen=True)
class Document:
    """A whole document.

    ``kind`` is the word above the title (such as Kommunalprofil), ``made`` the day that is printed, ``footer`` a line
    at the foot of each page besides the page number. With ``fit`` no part between two page breaks may take more than
    one page on paper: its pictures and rooms for writing are drawn smaller until it does not. ``compact`` sets it in
    smaller type with narrower margins above and below.

    Raises:
        ValueError: it has no title or nothing in it.
    """

    kind: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    made: date
    language: Language = GERMAN
    paper: Literal["a4", "a3"] = "a4"
    landscape: bool = False
    footer: str = ""
    fit: bool = False
    compact: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty document."""
        if not self.title.strip() or not self.blocks:
            raise ValueError("a document without title or content")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures in reading order."""
        return tuple(figures(self.blocks))

    @property
    def sources(self) -> tuple[SourceLine, ...]:
        """The sources of all figures, each once, in the order of their first use."""
        return sources(figure.exhibit for figure in self.figures)


def figures(blocks: Sequence[Block]) -> Iterable[Figure]:
    """Yield the figures of blocks in reading order."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, SideBySide):
            yield from (block.left, block.right)


def sources(exhibits: Iterable[Exhibit]) -> tuple[SourceLine, ...]:
    """Return the sources of exhibits, each once, in the order of their first use."""
    return tuple(dict.fromkeys(line for exhibit in exhibits for line in exhibit.sources))
