"""Figures on slides that no memory vouches for."""

import re
from collections.abc import Iterable, Iterator

from zwk_data.decks.comparing import Finding
from zwk_data.language import Language
from zwk_data.render.pptx.reading import FoundChart, FoundSlide, FoundTable

# A figure in running text: a share, a decimal number, one with points between thousands. Years, days and counts
# such as "Runde 2" are none.
FIGURE = re.compile(r"(?<![\d.])[-+−]?\d[\d.,]*(?:[ \u00a0\u202f]?%|[ \u00a0](?:Prozent|je 100\b|per cent))"
                    r"|(?<![\d.])\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?![\d.])|(?<![\d.,])\d+,\d+(?![\d.,])")  # fmt: skip
LONGEST = 120  # signs of a text that is quoted
MOST = 50


def unknown(
    slide: FoundSlide, charts: Iterable[FoundChart], tables: Iterable[FoundTable], language: Language
) -> list[Finding]:
    """Return the given charts and tables, and the figures in the texts of a slide, as not known."""
    return [*_damaged(slide, language), *_drawn(charts, tables, language), *_said(slide, language)][:MOST]


def _damaged(slide: FoundSlide, language: Language) -> Iterator[Finding]:
    if slide.damaged:
        yield Finding("unknown", "text", "", "", "", language.text(
            "Das Gedächtnis der Folie in den Notizen ist beschädigt und kann nicht gelesen werden."))  # fmt: skip


def _drawn(charts: Iterable[FoundChart], tables: Iterable[FoundTable], language: Language) -> Iterator[Finding]:
    text = language.text
    for chart in charts:
        names = ", ".join(series.name for series in chart.series if series.name)[:LONGEST]
        yield Finding(
            "unknown", "chart", names, "", "", text("Diagramm unbekannter Herkunft: {what}", what=names or "–")
        )
    for table in tables:
        if any(re.search(r"\d", cell) for row in table.rows for cell in row):
            head = ", ".join(cell for cell in table.rows[0] if cell)[:LONGEST]
            yield Finding(
                "unknown", "table", head, "", "", text("Tabelle unbekannter Herkunft: {what}", what=head or "–")
            )


def _said(slide: FoundSlide, language: Language) -> Iterator[Finding]:
    lines = [slide.title, *(line for shape in slide.shapes for line in shape.lines)]
    for line in dict.fromkeys(lines):
        if FIGURE.search(line):
            what = line[:LONGEST]
            yield Finding("unknown", "text", what, "", "", language.text(
                "Zahl unbekannter Herkunft im Text: »{what}«", what=what))  # fmt: skip
