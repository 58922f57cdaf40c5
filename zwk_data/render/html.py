"""Exhibits as one HTML page that needs nothing else: pictures inside, no request when it is opened.

The page forbids itself every address (Content-Security-Policy), so that it cannot call out even by mistake.
"""

from collections.abc import Sequence
from html import escape

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit, heading
from zwk_data.language import Language
from zwk_data.render.canvas import sources_text
from zwk_data.render.image import chart_svg
from zwk_data.render.palette import LIGHT
from zwk_data.render.signs import clean
from zwk_data.render.tabular import credits, written

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
WIDTH, HEIGHT = 1100, 520  # of a chart in pixels
STYLE = f"""
:root {{ color-scheme: light; }}
body {{ margin: 0; background: {LIGHT.paper}; color: {LIGHT.ink};
  font: 18px/1.5 "Source Sans 3", "Segoe UI", "Liberation Sans", Arial, sans-serif; }}
main, header, nav {{ max-width: 1100px; margin: 0 auto; padding: 0 24px; }}
header {{ padding-top: 48px; }} h1 {{ font-size: 40px; line-height: 1.15; margin: 0 0 8px; }}
nav ol {{ padding-left: 1.2em; }} nav a {{ color: {LIGHT.focus}; }}
article {{ border-top: 1px solid {LIGHT.grid}; padding: 40px 0 24px; break-inside: avoid; }}
h2 {{ font-size: 27px; line-height: 1.25; margin: 0 0 8px; }}
.sub, .note, .source {{ color: {LIGHT.muted}; font-size: 16px; }} .sub b {{ color: {LIGHT.ink}; }}
.badge {{ color: {LIGHT.second}; font-weight: 600; font-size: 16px; }}
p {{ overflow-wrap: anywhere; }}
figure {{ margin: 16px 0; overflow-x: auto; padding: 0 8px; }}
svg {{ width: 100%; height: auto; overflow: visible; }}
svg text {{ font-family: "Liberation Sans", Arial, Helvetica, sans-serif; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: 16px; font-variant-numeric: tabular-nums; }}
th, td {{ padding: 4px 12px 4px 0; border-bottom: 1px solid {LIGHT.grid}; text-align: left; vertical-align: top; }}
.number {{ text-align: right; }} summary {{ cursor: pointer; color: {LIGHT.focus}; }}
@media (max-width: 600px) {{ body {{ font-size: 17px; }} h1 {{ font-size: 30px; }} h2 {{ font-size: 22px; }}
  svg {{ min-width: 680px; }} }}
@media print {{ article {{ break-before: page; }} details > * {{ display: block; }} nav {{ display: none; }} }}
"""
BADGES = ("kreis_value", "own_data", "scenario")  # kinds of notes that stand at the head
MOST_ROWS = 2000  # of a table on the page; the file beside it holds all


def page(exhibits: Sequence[Exhibit], language: Language, title: str, subtitle: str = "") -> str:
    """Return the page of some exhibits, in their order, each with an anchor ``d1``, ``d2`` … of its own."""
    text = language.text
    links = "".join(f'<li><a href="#d{n}">{escape(one.sentence)}</a></li>' for n, one in enumerate(exhibits, 1))
    articles = "".join(_article(one, number, language) for number, one in enumerate(exhibits, 1))
    return clean(
        f'<!doctype html><html lang="{language.code}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY, quote=True)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><header><h1>{escape(title)}</h1>"
        f'<p class="sub">{escape(subtitle)}</p></header>'
        f'<nav aria-label="{escape(text("Inhalt"), quote=True)}"><ol>{links}</ol></nav>'
        f"<main>{articles}</main></body></html>"
    )


def _article(exhibit: Exhibit, number: int, language: Language) -> str:
    badges = [note.text for note in exhibit.notes if note.kind in BADGES]
    notes = [note.text for note in exhibit.notes if note.kind not in BADGES]
    notes += [f"{mark.label}: {mark.reason}" for mark in exhibit.breaks]
    parts = [
        f"<h2>{escape(exhibit.sentence)}</h2>",
        f'<p class="sub"><b>{escape(exhibit.title)}</b> {escape(exhibit.subtitle)}</p>',
        *(f'<p class="badge">{escape(said)}</p>' for said in badges),
        _shown(exhibit, language),
        f'<p class="note">{escape(" ".join(notes))}</p>' if notes else "",
        _credits(exhibit, language),
    ]
    return f'<article id="d{number}">{"".join(parts)}</article>'


def _shown(exhibit: Exhibit, language: Language) -> str:
    """Return the chart with its table folded below, or the table alone where there is no chart."""
    drawn, rows = chart_svg(exhibit, language, WIDTH, HEIGHT), _table(exhibit, language)
    if drawn is None:
        return rows
    label = escape(language.text("Als Tabelle"))
    return f"<figure>{drawn}</figure><details><summary>{label}</summary>{rows}</details>"


def _table(exhibit: Exhibit, language: Language) -> str:
    shown = exhibit.table.head(MOST_ROWS)
    texts = written(shown, exhibit.columns, language)
    numbers = [pd.api.types.is_numeric_dtype(shown[column.key]) for column in exhibit.columns]
    sides = [' class="number"' if number else "" for number in numbers]
    pairs = list(zip((heading(column) for column in exhibit.columns), sides, strict=True))
    heads = "".join(f'<th scope="col"{side}>{escape(name)}</th>' for name, side in pairs)
    body = "".join(
        "<tr>" + "".join(f"<td{side}>{escape(cell)}</td>" for cell, side in zip(row, sides, strict=True)) + "</tr>"
        for row in zip(*texts.values(), strict=True)
    )
    more = len(exhibit.table) - len(shown)
    rest = language.text("{count} weitere Zeilen stehen in der Datei.", count=language.number(more)) if more else ""
    caption = f'<p class="note">{escape(rest)}</p>' if rest else ""
    return (
        f'<div class="wide"><table aria-label="{escape(exhibit.alt, quote=True)}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{caption}"
    )


def _credits(exhibit: Exhibit, language: Language) -> str:
    """Return the short source line, and folded below it everything that must travel with the figures."""
    said = "".join(f"<p>{escape(name)}: {escape(words)}</p>" for name, words in credits(exhibit, language))
    label = escape(language.text("Quellen, Lizenzen und Adresse"))
    short = escape(sources_text(exhibit.sources, language))
    return f'<p class="source">{short}</p><details class="source"><summary>{label}</summary>{said}</details>'
