"""The bodies of the cards on the page Möglichkeiten: catalogue by theme, concept x theme, recommendations.

Every text comes from a plan or the catalogue and is escaped. Marks differ in form and word, never in colour alone.
"""

from collections.abc import Callable, Hashable, Mapping
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ui import plans
from ui.by_itself import FRAME_PARAMETERS
from ui.permissions import may
from ui.view import View
from zwk_data.exhibits import Exhibit
from zwk_data.plan.model import Plan

Row = Mapping[Hashable, Any]
MARKS = {"exists": "●", "wanted": "○", "planned": "◐", "open": "–", "dropped": "×"}
NOTHING, SEPARATOR = "–", "; "
PRESENTED = 18  # entries that a presenter shows by name; of more the numbers
FINDINGS = {"gap_entry": "□", "gap_concept": "□", "doubled": "●●", "said": "●", "outside": "–"}


def editable(now: View) -> Plan | None:
    """Return the own plan in view where the person of this run may change it, else None."""
    if now.present or not may("edit"):
        return None
    found = plans.seen().plan(now.place.ags)
    return found if found is not None and found.kind == "internal" else None


def _here(path: str, now: View, **more: str) -> str:
    """Return the address of a page for the place in view, in the view of this run."""
    kept = {name: st.query_params[name] for name in FRAME_PARAMETERS if name in st.query_params}
    return f"{path}?{urlencode({**kept, 'ags': now.place.ags, **more})}"


def _link(href: str, word: str, said: str = "") -> str:
    label = f' aria-label="{escape(said, quote=True)}"' if said else ""
    return f'<a href="{escape(href, quote=True)}" target="_self"{label}>{escape(word)}</a>'


def edit_link(row: Row, now: View, own: Plan | None) -> str:
    """Return the way to the form of an entry; nothing for those who may not change it."""
    if own is None:
        return ""
    href = _here("werkstattplan", now, part="edit", work="entry", entry=str(row["id"]))
    return _link(href, now.text("Bearbeiten"), now.text("»{title}« bearbeiten", title=row["title"]))


def _lines(lines: list[tuple[str, str]]) -> str:
    return "".join(f'<p class="zwk-{name}">{escape(str(said))}</p>' for name, said in lines if said)


def _source(row: Row, now: View) -> str:
    """Return the public page of an entry as a link; its name where it has no address."""
    if str(row["url"]).startswith(("https://", "http://")):
        href, title = escape(str(row["url"]), quote=True), escape(str(row["evidence"]), quote=True)
        word = escape(now.text("Quelle"))
        return f'<a href="{href}" title="{title}" target="_blank" rel="noopener noreferrer">{word}</a>'
    return escape(now.text("Quelle: {names}", names=row["evidence"])) if row["evidence"] else ""


# --- the catalogue ---------------------------------------------------------------------------------------------------


def options(rows: list[Row], found: Exhibit, now: View) -> str:
    """Draw the entries below their themes."""
    if now.present and len(rows) > PRESENTED:
        return _counted(rows)
    own = editable(now)
    shelves = []
    for theme, group in groupby(rows, key=lambda row: str(row["theme"])):
        entries = list(group)
        items = "".join(_short(row) if now.present else _option(row, now, own) for row in entries)
        head = f'<h4 class="zwk-plan-head">{escape(theme)}</h4>'
        shelves.append(f'<div class="zwk-shelf">{head}<ul class="zwk-plan">{items}</ul></div>')
    return f'<div class="{"zwk-abreast" if now.present else "zwk-shelves"}">{"".join(shelves)}</div>'


def _counted(rows: list[Row]) -> str:
    """Return how many entries of which kind each theme has: what a presenter shows of a long catalogue."""
    items = []
    for theme, group in groupby(rows, key=lambda row: str(row["theme"])):
        kinds = groupby(group, key=lambda row: (str(row["shelf"]), str(row["state"])))
        said = " · ".join(f"{MARKS[shelf]} {len(list(same))} {escape(state)}" for (shelf, state), same in kinds)
        items.append(f'<li class="zwk-counted"><p class="zwk-title">{escape(theme)}</p><p>{said}</p></li>')
    return f'<ul class="zwk-plan">{"".join(items)}</ul>'


def _mark(row: Row) -> str:
    return f'<span aria-hidden="true">{MARKS[str(row["shelf"])]}</span> {escape(str(row["state"]))}'


def _short(row: Row) -> str:
    """Return an entry as a presenter shows it; the details are in the table."""
    return f'<li><p class="zwk-title">{MARKS[str(row["shelf"])]} {escape(row["title"])}</p></li>'


def _option(row: Row, now: View, own: Plan | None) -> str:
    text = now.text
    here = [
        text("Ort: {place}", place=row["where"]) if row["where"] else "", row["capacity"],
        text("gesichert bis {date}", date=row["secured"]) if row["secured"] else "",
    ]  # fmt: skip
    about = [
        row["stage"] if row["shelf"] != "planned" else "",
        text("für: {names}", names=row["audience"]) if row["audience"] else "",
        text("steht in: {names}", names=row["concepts"]) if row["concepts"] else "",
        text("Herkunft: {origin}", origin=row["origin"]) if row["origin"] not in row["concepts"] else "",
    ]  # fmt: skip
    last = [*(escape(said) for said in about if said), _source(row, now), edit_link(row, now, own)]
    lines = _lines([("more", row["description"]), ("more", " · ".join(said for said in here if said))])
    said = " · ".join(part for part in last if part)
    return (
        f'<li class="zwk-option"><p class="zwk-mark">{_mark(row)}</p><div><p class="zwk-title">{escape(row["title"])}'
        f'</p>{lines}<p class="zwk-when">{said}</p></div></li>'
    )


# --- concept x theme -------------------------------------------------------------------------------------------------


def concepts(rows: list[Row], found: Exhibit, now: View) -> str:
    """Draw the table of concepts and themes; on a phone each theme is a block."""
    own = editable(now)
    columns = [column for column in found.columns if column.key not in ("theme", "finding", "doubled")]
    keys, heads = [column.key for column in columns], [column.label for column in columns]
    heads = [now.text("Thema"), now.text("Befund"), *heads]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{_theme(row, keys, heads, now, own)}</tr>" for row in rows)
    said = escape(now.text("Konzepte und Themen"), quote=True)
    kind = "zwk-table zwk-many zwk-concepts" + (" zwk-present" if now.present else "")
    drawn = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="zwk-across" role="region" tabindex="0" aria-label="{said}">{drawn}</div>'


def _theme(row: Row, keys: list[str], heads: list[str], now: View, own: Plan | None) -> str:
    state = str(row["state"])
    gap = " zwk-gap" if state.startswith("gap") else ""
    finding = f'<span aria-hidden="true">{FINDINGS[state]}</span> {escape(str(row["finding"]))}'
    doubled = f'<p class="zwk-when">{escape(str(row["doubled"]))}</p>' if row["doubled"] and not now.present else ""
    cells = [
        f'<td data-label="{escape(heads[0], quote=True)}">{escape(str(row["theme"]))}</td>',
        f'<td data-label="{escape(heads[1], quote=True)}" class="zwk-finding{gap}"><div>{finding}{doubled}</div></td>',
    ]
    for key, name in zip(keys, heads[2:], strict=True):
        said = _cell(str(row[key]), names=not now.present)
        add = _add(row, key, name, now) if own and not said and row["theme_id"] != "none" else ""
        hidden = "" if said else ' class="zwk-nil"'
        inner = (
            said or add or f'<span aria-label="{escape(now.text("nichts"), quote=True)}" role="img">{NOTHING}</span>'
        )
        cells.append(f'<td data-label="{escape(name, quote=True)}"{hidden}><div>{inner}</div></td>')
    return "".join(cells)


def _cell(told: str, *, names: bool) -> str:
    """Return how many and which: a dot for each entry, then their titles; a presenter has the dots alone."""
    if told == NOTHING:
        return ""
    count, _, titles = told.partition(": ")
    dots = "●" * min(int(count), 9)
    if not names:
        return f'<p class="zwk-dots" role="img" aria-label="{count}">{dots}</p>'
    items = "".join(f"<p>{escape(name)}</p>" for name in titles.split(SEPARATOR))
    return f'<p class="zwk-dots" aria-hidden="true">{dots}</p>{items}'


def _add(row: Row, key: str, name: str, now: View) -> str:
    concept = key.removeprefix("concept_") if key != "others" else ""
    href = _here("moeglichkeiten", now, shelf="concepts", theme_new=str(row["theme_id"]), concept_new=concept)
    said = now.text("Möglichkeit ergänzen: {theme}, {concept}", theme=row["theme"], concept=name)
    return f'<span class="zwk-add">{_link(href, "+", said)}</span>'


# --- recommendations -------------------------------------------------------------------------------------------------


def recommendations(rows: list[Row], found: Exhibit, now: View) -> str:
    """Draw each recommendation once, with the indicators behind it; below its audience where grouped."""
    own, parts = editable(now), []
    for group, of_group in groupby(rows, key=lambda row: str(row["group"])):
        items = [_recommendation(list(same), now, own) for _, same in groupby(of_group, key=lambda row: str(row["id"]))]
        title = f'<h4 class="zwk-plan-head">{escape(group)}</h4>' if group else ""
        parts.append(f'{title}<ul class="zwk-plan">{"".join(items)}</ul>')
    return "".join(parts)


def _recommendation(rows: list[Row], now: View, own: Plan | None) -> str:
    text, first = now.text, rows[0]
    office = text("zuständig: {office}", office=first["office"]) if first["office"] else ""
    addressed = " · ".join(said for said in (first["audience"], office) if said)
    lines = _lines([
        ("more", first["description"]), ("more", text("Begründung: {reason}", reason=first["reason"])),
        ("more", text("Adressat: {who}", who=addressed) if addressed else ""),
        ("more", text("Ziel: {goal}", goal=first["goals"]) if first["goals"] else ""),
    ])  # fmt: skip
    last = " · ".join(part for part in (_source(first, now), edit_link(first, now, own)) if part)
    figures = "".join(_figure(row, now) for row in rows)
    return (
        f'<li class="zwk-recommendation"><div><p class="zwk-title">{escape(first["title"])}</p>{lines}'
        f'<p class="zwk-when">{last}</p></div><ul>{figures}</ul></li>'
    )


def _figure(row: Row, now: View) -> str:
    """Return the live indicator behind a recommendation: label, value, when, and to what it should contribute."""
    badge = now.text("Kreiswert: {place}", place=row["shown"]) if row["stands_in"] else ""
    when = " · ".join(str(part) for part in (row["day"], row["change"]) if part)
    value = f'<p class="zwk-value">{escape(str(row["value"]))}</p>' if row["day"] else _lines([("more", row["value"])])
    wanted = "" if row["direction"] in ("", now.text("keine")) else str(row["direction"])
    more = _lines([("when", when), ("badge", badge), ("when", wanted), ("when", row["rationale"])])
    return f'<li><p class="zwk-label">{escape(str(row["label"]))}</p>{value}{more}</li>'


LAYOUTS: dict[str, Callable[[list[Row], Exhibit, View], str]] = {
    "options": options, "concepts": concepts, "recommendations": recommendations,
}  # fmt: skip
