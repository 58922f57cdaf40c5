"""The frame of every picture as SVG text: headline, subtitle, remarks, the chart in the middle, sources at the bottom.

Pixels of a canvas of 1600 × 900. Text is broken by an estimate of its width: an SVG has no lines of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from zwk_data.exhibits.exhibit import BADGES, Exhibit, SourceLine
from zwk_data.language import Language
from zwk_data.render.palette import LIGHT, Palette
from zwk_data.render.tabular import together

WIDTH, HEIGHT, MARGIN = 1600, 900, 56
FONT = "Liberation Sans"  # lies inside vl-convert, so that the picture is the same on every system
REMARKED = BADGES
WIDE = (
    dict.fromkeys("ijl", 0.23) | dict.fromkeys(" .,tf", 0.29) | {"r": 0.34, "m": 0.84, "w": 0.73}
)  # of the size of type


@dataclass(frozen=True)
class Block:
    """Some lines of text with their top edge; ``bottom`` is where the next block may begin."""

    lines: tuple[str, ...]
    size: int
    colour: str
    top: float
    bold: bool = False

    @property
    def bottom(self) -> float:
        """Lower edge in pixels."""
        return self.top + len(self.lines) * self.size * 1.25

    def svg(self) -> str:
        """Return the lines as SVG."""
        return "".join(
            text_at(line, MARGIN, self.top + self.size * (1.0 + 1.25 * number), self.size, self.colour, bold=self.bold)
            for number, line in enumerate(self.lines)
        )


@dataclass(frozen=True)
class Frame:
    """The texts of a picture and the room left for the chart (pixels)."""

    blocks: tuple[Block, ...]
    top: float
    height: float
    width: float = WIDTH - 2 * MARGIN
    left: float = MARGIN


class _Letters(dict[str, float]):
    """Widths of letters in shares of the size; looked up some hundred thousand times for a presentation."""

    def __missing__(self, letter: str) -> float:
        wide = WIDE.get(letter, 0.68 if letter.isupper() else 0.56)
        if len(self) < 10_000:  # texts come from outside
            self[letter] = wide
        return wide


_LETTERS = _Letters()


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate the width of a text in pixels."""
    wide = sum(map(_LETTERS.__getitem__, text))
    return wide * size * (1.06 if bold else 1.0)


def wrap(text: str, size: float, width: float, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """Break a text into at most ``most`` lines; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.strip().replace(" %", "\u00a0%").split(" "):
        if not word:
            continue
        if lines and text_width(f"{lines[-1]} {word}", size, bold=bold) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,;.") + " …"]
    return tuple(lines)


def cut(text: str, size: float, width: float) -> str:
    """Shorten a text to a width, with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def text_at(
    text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False, anchor: str = "start"
) -> str:
    """Return one line of text as SVG; ``y`` is its base line."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size:g}"{weight} fill="{colour}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def frame(exhibit: Exhibit, language: Language, palette: Palette = LIGHT) -> Frame:
    """Lay out the texts of an exhibit."""
    room = WIDTH - 2 * MARGIN
    headline = _headline(exhibit.sentence, room, palette)
    under = f"{exhibit.title} · {exhibit.subtitle}" if exhibit.subtitle else exhibit.title
    subtitle = Block(wrap(under, 23, room, 2), 23, palette.muted, headline.bottom + 8)
    badge = " ".join(note.text for note in exhibit.notes if note.kind in REMARKED)
    remark = Block(wrap(badge, 20, room, 2), 20, palette.second, subtitle.bottom + (8 if badge else 0))
    lines = wrap(sources_text(exhibit.sources, language), 16, room, 3)
    source = Block(lines, 16, palette.muted, HEIGHT - 28 - len(lines) * 20)
    top = remark.bottom + 24
    return Frame((headline, subtitle, remark, source), top, source.top - 20 - top)


def _headline(sentence: str, room: float, palette: Palette) -> Block:
    """Return the sentence in the largest size in which it fits whole: a finding must not lose its end."""
    for size in (36, 31, 27):
        if len(lines := wrap(sentence, size, room, 99, bold=True)) <= 3:
            return Block(lines, size, palette.ink, 40, bold=True)
    return Block(wrap(sentence, 25, room, 5, bold=True), 25, palette.ink, 40, bold=True)


def sources_text(sources: Sequence[SourceLine], language: Language) -> str:
    """Return who and what by licence, and when it was taken over."""
    groups: dict[str, list[str]] = {}
    for source in sources:
        groups.setdefault(source.licence_short, []).append(source.short)
    parts = [f"{', '.join(together(names, language))} ({licence})" for licence, names in groups.items()]
    newest = max((source.retrieved for source in sources if source.retrieved), default=None)
    said = language.text("Quelle: {sources}.", sources="; ".join(parts))
    return said + (" " + language.text("Übernommen am {date}.", date=language.date(newest)) if newest else "")


def picture(exhibit: Exhibit, laid_out: Frame, inner: str, palette: Palette = LIGHT) -> str:
    """Put texts and chart together; the alternative text is the picture's description."""
    texts = "".join(block.svg() for block in laid_out.blocks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label={quoteattr(exhibit.alt)}>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.paper}"/>{texts}{inner}</svg>'
    )


def place(svg: str, laid_out: Frame) -> str:
    """Set the SVG of a chart into the room of the frame, scaled down where it is larger."""
    start = svg.index("<svg")
    head, _, rest = svg[start:].partition(">")
    kept = " ".join(part for part in head.split('" ') if "viewBox" in part)
    box = kept[kept.index("viewBox") :].rstrip('"') + '"'
    return (
        f'<svg x="{laid_out.left:.0f}" y="{laid_out.top:.0f}" width="{laid_out.width:.0f}" '
        f'height="{laid_out.height:.0f}" {box} preserveAspectRatio="xMidYMin meet" fill="none" '
        f'stroke-miterlimit="10">{rest}'
    )


def labelled(svg: str, words: str) -> str:
    """Return the SVG of a chart as one picture with words for those who do not see it."""
    start = svg.index("<svg")
    return f'<svg role="img" aria-label={quoteattr(words)}{svg[start + 4 :]}'
