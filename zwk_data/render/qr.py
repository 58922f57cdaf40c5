"""A QR code as SVG: black on white with its quiet zone whatever the colours of the page, readable by any camera."""

from html import escape

import segno

from zwk_data.language import Language

QUIET = 4  # modules of white around the code (ISO/IEC 18004)
MODULE = 8  # pixels of a module, where the page does not say otherwise


def qr_svg(text: str, language: Language) -> str:
    """Return the code of a text (an address) as one SVG picture with its alternative text.

    Error correction M: a seventh of the code may be covered. The same text always gives the same picture.

    Raises:
        ValueError: there is no text, or more than fits (2331 bytes).
    """
    if not text:
        raise ValueError("no text")
    code = segno.make(text, micro=False, error="m", boost_error=False)
    rows = [[bool(module) for module in row] for row in code.matrix]
    side = len(rows) + 2 * QUIET
    alt = escape(language.text("QR-Code mit der Adresse {address}", address=text))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt}" viewBox="0 0 {side} {side}" '
        f'width="{side * MODULE}" height="{side * MODULE}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#ffffff"/><path fill="#000000" d="{_path(rows)}"/></svg>'
    )


def _path(rows: list[list[bool]]) -> str:
    """Return the dark modules as one path: a rectangle for each run of them in a row."""
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = next((n for n, dark in enumerate(row[x:]) if not dark), len(row) - x)
            parts += [f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"] if length else []
            x += length or 1
    return "".join(parts)
