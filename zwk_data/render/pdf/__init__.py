"""Documents as tagged PDF (PDF/UA-1), set by typst from data and one fixed template. The only home of typst.

No text of people is read as markup: it travels as JSON. Fonts lie inside typst; nothing is read from disk or network.
The same document gives the same bytes.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
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
from zwk_data.render.paper import content, source_lines_of

TEMPLATE = Path(__file__).parent / "document.typ"
WIDTHS = {"a4": (170.0, 257.0), "a3": (257.0, 380.0)}  # millimetres between the margins, portrait and landscape
GAP = 8.0  # millimetres between two figures side by side


@dataclass(frozen=True)
class Setting:
    """What every figure of a document needs of the whole."""

    language: Language
    sources: tuple[SourceLine, ...]


def pdf(document: Document) -> bytes:
    """Return a document as PDF/UA-1.

    Raises:
        RuntimeError: typst refuses the document (a missing alternative text, say); its message is kept.
    """
    data = json.dumps(_data(document), ensure_ascii=False)
    made = typst.compile(
        _template(), sys_inputs={"document": data}, ignore_system_fonts=True, font_paths=[], pdf_standards=["ua-1"],
        timestamp=int(datetime.combine(document.made, time(), UTC).timestamp()),
    )  # fmt: skip
    return bytes(made)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _data(document: Document) -> dict[str, Any]:
    """Return a document as JSON: texts, numbers, lists."""
    language, text = document.language, document.language.text
    width = WIDTHS[document.paper][document.landscape]
    made = document.made
    return {
        "kind": document.kind, "title": document.title, "subtitle": document.subtitle, "paper": document.paper,
        "landscape": document.landscape, "lang": language.code, "made": [made.year, made.month, made.day],
        "footer": document.footer or f"{document.title} · {language.date(made)}",
        "blocks": _blocks(document, width), "sources_title": text("Quellen und Lizenzen"),
        "sources": list(source_lines_of(document.sources, language)),
    }  # fmt: skip


def _blocks(document: Document, width: float) -> list[dict[str, Any]]:
    """Return blocks as JSON; a figure stands one level below the heading before it."""
    found, level, style = [], 1, Setting(document.language, document.sources)
    for block in document.blocks:
        level = block.level + 1 if isinstance(block, Heading) else level
        found.append(_block(block, width, min(level, 3), style))
    return found


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
    found = content(figure, width, style.language, style.sources)
    language = style.language
    more = language.text("und {count} weitere Zeilen", count=language.number(found.left_out))
    return {
        "said": _kept(found.said), "under": _kept(found.under), "badges": list(map(_kept, found.badges)),
        "alt": found.alt, "svg": found.svg, "level": level, "notes": _kept(found.notes), "source": found.source,
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
