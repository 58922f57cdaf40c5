"""What stands on the slides of a presentation somebody hands in: memories, headlines, charts, tables, maps, tiles.

The file is foreign: it may have been saved by LibreOffice or PowerPoint, its shapes may have lost their names, it may
be no presentation at all. Sizes are bounded before anything is unpacked; text is never interpreted.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

from pptx import Presentation
from pptx.exc import PythonPptxError

from zwk_data.language import GERMAN, Language
from zwk_data.render.pptx.memory import Memory, has_mark, plain, read

MOST_BYTES = 100 << 20  # of the file
MOST_UNPACKED, MOST_XML = 400 << 20, 60 << 20  # bytes of all parts, of one part that is parsed
MOST_PARTS, MOST_SLIDES = 12_000, 500
RATIO, SMALL = 150, 1 << 20  # how much larger a part may be than packed, unless it is small
MOST_POINTS, MOST_ROWS, MOST_COLUMNS, MOST_SHAPES = 20_000, 5_000, 100, 20_000
A, P, C, R = (
    f"{{http://schemas.openxmlformats.org/{name}}}"
    for name in ("drawingml/2006/main", "presentationml/2006/main", "drawingml/2006/chart",
                 "officeDocument/2006/relationships")
)  # fmt: skip
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # a second picture of the same
TITLES = ("title", "ctrTitle")
FIGURES = frozenset({"chart", "table", "place", "tile", "bar"})  # roles of shapes that hold figures
DAMAGE = (
    PythonPptxError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, OSError, RecursionError, MemoryError,
    EOFError, AttributeError, TypeError, IndexError, SyntaxError, ArithmeticError, AssertionError, RuntimeError,
)  # fmt: skip
_XML = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_WHOLE = re.compile(r"-?(0|[1-9]\d*)(\.0*)?")  # a year written as 2024.0; "+49" and "007" are words
_ESCAPED = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')


class NotAPresentation(ValueError):
    """A file is no presentation to read; ``word`` says why: too_large, not_pptx, old, odp, dangerous, damaged."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)

    def reason(self, language: Language = GERMAN) -> str:
        """Return why and what to do, in the reader's language."""
        text = language.text
        return {
            "too_large": text("Die Datei ist größer, als eine Präsentation sein darf (100 MB, 500 Folien)."),
            "old": text("Die Datei ist alt oder mit Kennwort geschützt. Bitte als .pptx ohne Kennwort speichern."),
            "odp": text("Das ist eine OpenDocument-Präsentation. Bitte als .pptx speichern."),
            "dangerous": text("Die Datei ist aufgebaut wie ein Angriff auf den Leser und wird nicht geöffnet."),
            "not_pptx": text("Das ist keine PowerPoint-Präsentation (.pptx)."),
        }.get(self.word, text("Die Präsentation ist beschädigt und kann nicht gelesen werden."))  # fmt: skip


@dataclass(frozen=True)
class Series:
    """One series of a chart as its cache has it: name, categories (dates as 2024-12-31) and values in order."""

    name: str
    categories: tuple[str, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class FoundChart:
    """A chart; ``shape`` is the name of its shape."""

    shape: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class FoundTable:
    """A table: the texts of its cells, the first row are the headings."""

    shape: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class FoundShape:
    """A shape with words: its name, its alternative text and its paragraphs."""

    shape: str
    alt: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class FoundSlide:
    """One slide in the order of the presentation (``index`` from 0).

    memory: what its notes remember, None where there is none (``damaged``: there is one that cannot be read); title:
    text of the title; shapes: everything else with words, or a name of ours.
    """

    index: int
    memory: Memory | None
    damaged: bool
    title: str
    charts: tuple[FoundChart, ...] = ()
    tables: tuple[FoundTable, ...] = ()
    shapes: tuple[FoundShape, ...] = ()
    pictures: int = 0

    def named(self, role: str) -> list[FoundShape]:
        """Return the shapes of a role of ours (``zwk:<role>`` or ``zwk:<role>:<n>``)."""
        return [shape for shape in self.shapes if role_of(shape.shape) == role]


def role_of(shape: str) -> str:
    """Return the role in a name such as ``zwk:tile:2``, an empty text for a name that is not ours."""
    parts = shape.split(":")
    return parts[1] if len(parts) > 1 and parts[0] == "zwk" else ""


def found_slides(raw: bytes) -> list[FoundSlide]:
    """Read the slides of a presentation.

    Raises:
        NotAPresentation: it is none, it is damaged, or larger than a presentation may be.
    """
    check_package(raw)
    try:
        slides = list(islice(Presentation(BytesIO(raw)).slides, MOST_SLIDES + 1))
        if len(slides) > MOST_SLIDES:
            raise NotAPresentation("too_large")
        return [_slide(index, slide) for index, slide in enumerate(slides)]
    except NotAPresentation:
        raise
    except DAMAGE as error:
        raise NotAPresentation("damaged") from error


def check_package(raw: bytes) -> None:
    """Look at the outside of a presentation before it is opened: kind and sizes of what is packed in it.

    Raises:
        NotAPresentation: it is none, too large, or packed so that it would fill the memory.
    """
    if len(raw) > MOST_BYTES:
        raise NotAPresentation("too_large")
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotAPresentation("old")
    if not raw.startswith(b"PK"):
        raise NotAPresentation("not_pptx")
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package:
            _check_parts(package)
    except DAMAGE as error:
        raise error if isinstance(error, NotAPresentation) else NotAPresentation("damaged") from error


def _check_parts(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    if "mimetype" in names and b"opendocument" in package.read("mimetype")[:80]:
        raise NotAPresentation("odp")
    if "[Content_Types].xml" not in names or not any(name.startswith("ppt/") for name in names):
        raise NotAPresentation("not_pptx")
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise NotAPresentation("too_large")
    if len(set(names)) < len(names) or any(_dangerous(entry) for entry in entries):
        raise NotAPresentation("dangerous")
    for entry in entries:
        if _XML.search(entry.filename) and _declares(package.read(entry)):
            raise NotAPresentation("dangerous")


def _dangerous(entry: zipfile.ZipInfo) -> bool:
    packed = entry.file_size > SMALL and entry.file_size > RATIO * max(entry.compress_size, 1)
    return packed or (bool(_XML.search(entry.filename)) and entry.file_size > MOST_XML)


def _declares(xml: bytes) -> bool:
    """Tell whether XML declares entities of its own (office programs never do) or hides from that question."""
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml.startswith((b"\xff\xfe", b"\xfe\xff"))


# --- one slide -------------------------------------------------------------------------------------------------------


def _slide(index: int, slide: Any) -> FoundSlide:
    notes = _notes(slide)
    memory = read(notes)
    title, charts, tables, shapes, pictures = "", [], [], [], 0
    for element in islice(_elements(slide._element), MOST_SHAPES):
        name, alt = _name(element)
        if element.tag == f"{P}graphicFrame":
            chart, table = _chart(element, slide, name), _table(element, name)
            charts += [chart] if chart else []
            tables += [table] if table else []
        elif element.tag == f"{P}pic":
            pictures += 1
        elif _is_title(element, name) and not title:
            title = " ".join(_lines(element))
        else:
            shapes.append(FoundShape(name, alt, tuple(_lines(element))))
    kept = tuple(shape for shape in shapes if shape.lines or role_of(shape.shape) in FIGURES)
    return FoundSlide(
        index, memory, memory is None and has_mark(notes), plain(title), tuple(charts), tuple(tables), kept, pictures
    )


def _elements(root: Any) -> Iterator[Any]:
    """Yield shapes, frames and pictures in their order, those in groups too, but no fallback of another one."""
    wanted = {f"{P}sp", f"{P}graphicFrame", f"{P}pic", f"{P}cxnSp"}
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.tag in wanted:
            yield element
        elif element.tag != FALLBACK:
            waiting += [child for child in reversed(element) if isinstance(child.tag, str)]


def _name(element: Any) -> tuple[str, str]:
    found = next(element.iter(f"{P}cNvPr"), None)
    return ("", "") if found is None else (found.get("name", ""), found.get("descr", ""))


def _is_title(element: Any, name: str) -> bool:
    place = next(element.iter(f"{P}ph"), None)
    return role_of(name) == "headline" or (place is not None and place.get("type") in TITLES)


def _lines(element: Any) -> list[str]:
    """Return the paragraphs of a shape that say anything."""
    texts = ("".join(_signs(paragraph)) for paragraph in element.iter(f"{A}p"))
    return [text for text in map(plain, texts) if text]


def _signs(paragraph: Any) -> Iterator[str]:
    for part in paragraph.iter(f"{A}t", f"{A}br"):
        yield " " if part.tag == f"{A}br" else part.text or ""


def _notes(slide: Any) -> str:
    if not slide.has_notes_slide:
        return ""
    return "\n".join("".join(_signs(paragraph)) for paragraph in slide.notes_slide._element.iter(f"{A}p"))


def _table(frame: Any, name: str) -> FoundTable | None:
    table = next(frame.iter(f"{A}tbl"), None)
    if table is None:
        return None
    rows = islice(table.iter(f"{A}tr"), MOST_ROWS)
    cells = ([" ".join(_lines(cell)) for cell in islice(row.iter(f"{A}tc"), MOST_COLUMNS)] for row in rows)
    return FoundTable(name, tuple(tuple(row) for row in cells))


# --- charts ----------------------------------------------------------------------------------------------------------


def _chart(frame: Any, slide: Any, name: str) -> FoundChart | None:
    """Return the chart of a frame; one of a kind that python-pptx leaves as bytes has no series to read."""
    place = next((part for part in frame.iter() if str(part.tag).endswith("}chart")), None)
    if place is None:
        return None
    root = getattr(slide.part.related_part(place.get(f"{R}id")), "_element", None)
    if root is None:
        return FoundChart(name, ())
    since = date(1904, 1, 1) if _flag(root, "date1904") else date(1899, 12, 30)
    return FoundChart(name, tuple(_series(element, since) for element in root.iter(f"{C}ser")))


def _flag(root: Any, name: str) -> bool:
    found = next(root.iter(f"{C}{name}"), None)
    return found is not None and found.get("val", "1") in ("1", "true")


def _series(element: Any, since: date) -> Series:
    """Return a series of a cache; every value stands at its own place, gaps are None."""
    name = next((text.text or "" for tx in element.findall(f"{C}tx") for text in tx.iter(f"{C}v")), "")
    values = _points(element, ("val", "yVal"))
    categories = _points(element, ("cat", "xVal"))
    length = min(max([*values, *categories], default=-1) + 1, MOST_POINTS)
    dated = _is_dated(element)
    return Series(
        plain(name), tuple(_category(categories.get(at, ""), dated, since) for at in range(length)),
        tuple(_number(values.get(at, "")) for at in range(length)),
    )  # fmt: skip


def _points(element: Any, names: Sequence[str]) -> dict[int, str]:
    """Return the points of a cache by place; of categories in several levels the innermost."""
    for name in names:
        if (part := element.find(f"{C}{name}")) is not None:
            level = next(part.iter(f"{C}lvl"), part)
            return {
                int(point.get("idx", 0)): next((v.text or "" for v in point.iter(f"{C}v")), "")
                for point in islice(level.iter(f"{C}pt"), MOST_POINTS)
            }
    return {}


def _is_dated(element: Any) -> bool:
    """Tell whether the categories are numbers written as dates."""
    part = element.find(f"{C}cat")
    if part is None or next(part.iter(f"{C}numRef", f"{C}numLit"), None) is None:
        return False
    codes = [code.text or "" for code in part.iter(f"{C}formatCode")]
    codes += [point.get("formatCode", "") for point in part.iter(f"{C}pt")]
    return any(re.search("[yYjJdD]", _ESCAPED.sub("", code)) and "General" not in code for code in codes)


def _category(text: str, dated: bool, since: date) -> str:
    number = _number(text)
    if number is None:
        return plain(text)
    if dated and 0 < number < 2_000_000:
        return (since + timedelta(days=int(number))).isoformat()
    return str(int(number)) if _WHOLE.fullmatch(text.strip()) and abs(number) < 1e15 else plain(text)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None  # neither infinite nor no number
