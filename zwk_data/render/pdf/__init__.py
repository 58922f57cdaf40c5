"""Documents as tagged PDF (PDF/UA-1), set by typst from data and one fixed template. The only home of typst.

No text of people is read as markup: it travels as JSON. Fonts lie inside typst; nothing is read from disk or network.
The same document gives the same bytes.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import typst

from zwk_data.documents.model import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Rows,
    SideBySide,
    WritingSpace,
)
from zwk_data.exhibits.exhibit import SourceLine
from zwk_data.language import Language
from zwk_data.render.paper import Content, content, source_lines_of
from zwk_data.render.signs import held

UNKNOWN = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|(.))[^`]*` could not be displayed')
MOST_UNKNOWN = 60  # attempts; each takes at least one sign out
LOST, JOINER = "\N{REPLACEMENT CHARACTER}", "\N{ZERO WIDTH JOINER}"
TEMPLATE = Path(__file__).parent / "document.typ"
WIDTHS = {"a4": (170.0, 257.0), "a3": (257.0, 380.0)}  # millimetres between the margins, portrait and landscape
LINE = 20  # characters that the end of a line of sources costs
GAP = 8.0  # millimetres between two figures side by side


STEP, SMALLEST = 0.88, 0.4  # by which and to which share the pictures of a page shrink that overflows
TOO_LONG = re.compile(r"zwk-overflow:(\d+)")  # how the template names such a page


@dataclass(frozen=True)
class Setting:
    """What every figure of a document needs of the whole: its language, its sources, what was already drawn."""

    language: Language
    sources: tuple[SourceLine, ...]
    drawn: dict[tuple[int, float, float], Content] = field(default_factory=dict)


def pdf(document: Document) -> bytes:
    """Return a document as PDF/UA-1; where it asks to fit, each page is one (see ``Document.fit``).

    Words alone may be too long for a page: then it flows on, as nothing may be lost.

    Raises:
        RuntimeError: typst refuses the document (a missing alternative text, say); its message is kept.
    """
    parts = 1 + sum(isinstance(block, PageBreak) for block in document.blocks)
    style = Setting(document.language, document.sources)
    for tight in (False, True) if document.fit else ():
        if (found := _fitted(document, parts, style, tight=tight)) is not None:
            return found
    return _compiled(replace(document, fit=False), [1.0] * parts, style)


def _fitted(document: Document, parts: int, style: Setting, *, tight: bool) -> bytes | None:
    """Shrink the pictures of pages that overflow step by step; None where that does not help."""
    scales = [1.0] * parts
    while min(scales) >= SMALLEST:
        try:
            return _compiled(document, scales, style, tight=tight)
        except RuntimeError as error:
            found = TOO_LONG.search(str(error))
            if found is None:
                raise
            scales[int(found[1])] *= STEP
    return None


def _compiled(document: Document, scales: Sequence[float], style: Setting, *, tight: bool = False) -> bytes:
    return _typeset(held(_data(document, scales, style) | {"tight": tight}), document.made)


def _typeset(data: Any, made: date) -> bytes:
    """Set the data; a sign that none of the fonts has is named by typst, then a sign for a lost one takes its place.

    Of signs joined to one (a family of emoji) typst names the first only, lost already: then they are parted.
    """
    said = json.dumps(data, ensure_ascii=False)
    for _ in range(MOST_UNKNOWN):
        try:
            return bytes(typst.compile(
                _template(), sys_inputs={"document": said}, ignore_system_fonts=True, font_paths=[],
                pdf_standards=["ua-1"], timestamp=int(datetime.combine(made, time(), UTC).timestamp()),
            ))  # fmt: skip
        except RuntimeError as error:
            found = UNKNOWN.search(str(error))
            if found is None:
                raise
            named = chr(int(found[1], 16)) if found[1] else found[2]
            said = said.replace(JOINER, "") if named == LOST else said.replace(named, LOST)
    raise RuntimeError("too many signs that no font has")


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _data(document: Document, scales: Sequence[float], style: Setting) -> dict[str, Any]:
    """Return a document as JSON: texts, numbers, lists."""
    language, text = document.language, document.language.text
    made = document.made
    lines = source_lines_of(document.sources, language)
    return {
        "kind": document.kind, "title": document.title, "subtitle": document.subtitle, "paper": document.paper,
        "landscape": document.landscape, "lang": language.code, "made": [made.year, made.month, made.day],
        "footer": document.footer or f"{document.title} · {language.date(made)}", "fit": document.fit,
        "compact": document.compact,
        "blocks": _blocks(document, scales, style), "sources_title": text("Quellen und Lizenzen"),
        "sources": list(_halves(lines)),
    }  # fmt: skip


def _halves(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split lines into two columns of about the same length, in their order."""
    sums = list(accumulate(len(line) + LINE for line in lines))
    cut = sum(total - (len(line) + LINE) / 2 <= sums[-1] / 2 for total, line in zip(sums, lines, strict=True))
    return list(lines[:cut]), list(lines[cut:])


def _blocks(document: Document, scales: Sequence[float], style: Setting) -> list[dict[str, Any]]:
    """Return blocks as JSON; a figure stands one level below the heading before it."""
    width = WIDTHS[document.paper][document.landscape]
    found, level, page = [], 1, 0
    for block in document.blocks:
        level = block.level + 1 if isinstance(block, Heading) else level
        page += isinstance(block, PageBreak)
        found.append(_block(scaled(block, scales[page]), width, min(level, 3), style) | {"page": page})
    return found


def scaled(block: Block, by: float) -> Block:
    """Return a block with its pictures and rooms for writing drawn smaller."""
    if isinstance(block, SideBySide):
        return SideBySide(*(replace(one, height=one.height * by) for one in (block.left, block.right)))
    return replace(block, height=block.height * by) if isinstance(block, Figure | WritingSpace) else block


def _block(block: Block, width: float, level: int, style: Setting) -> dict[str, Any]:
    if isinstance(block, Figure):
        return {"kind": "figure"} | _figure(block, width, level, style)
    if isinstance(block, SideBySide):
        half = (width - GAP) / 2
        return {"kind": "beside", "left": _figure(block.left, half, level, style),
                "right": _figure(block.right, half, level, style)}  # fmt: skip
    return {"kind": "rows"} | _rows(block) if isinstance(block, Rows) else _words(block)


def _words(block: Heading | Paragraph | Bullets | WritingSpace | PageBreak) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": _kept(block.text), "level": block.level}
        case Paragraph():
            return {"kind": "paragraph", "text": _kept(block.text), "style": block.kind}
        case Bullets():
            return {"kind": "bullets", "items": list(map(_kept, block.items)), "numbered": block.numbered}
        case WritingSpace():
            return {"kind": "space", "prompt": _kept(block.prompt), "height": block.height, "lines": block.lines}
        case PageBreak():
            return {"kind": "break"}


def _figure(figure: Figure, width: float, level: int, style: Setting) -> dict[str, Any]:
    key = (id(figure.exhibit), figure.height, width)
    found = style.drawn.get(key) or content(figure, width, style.language, style.sources)
    style.drawn[key] = found
    language = style.language
    more = language.text("und {count} weitere Zeilen", count=language.number(found.left_out))
    return {
        "said": _kept(found.said), "under": _kept(found.under), "badges": list(map(_kept, found.badges)),
        "plain": not figure.picture and found.rows is None, "alt": found.alt, "svg": found.svg,
        "level": level, "notes": _kept(found.notes), "source": found.source,
        "tiles": [{"label": one.label, "value": one.value, "below": list(one.below)} for one in found.tiles],
        "rows": _rows(found.rows) if found.rows else None, "left_out": more if found.left_out else "",
    }  # fmt: skip


def _rows(rows: Rows) -> dict[str, Any]:
    return {
        "title": rows.title, "headings": list(rows.headings), "rows": [list(map(_kept, row)) for row in rows.rows],
        "widths": list(rows.widths), "numbers": sorted(rows.numbers),
    }  # fmt: skip


def _kept(text: str) -> str:
    """Keep a number and its sign on one line."""
    return text.replace(" %", "\u00a0%")
