"""The body of a card that shows a Werkstattplan: Handlungsfelder, entries, links and facts as lists of plain HTML.

Every text comes from a plan file or the catalogue and is escaped; a link is drawn only for an address of the web.
"""

from collections.abc import Callable, Hashable, Mapping
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from ui import options_body
from ui.plan_views import VIEWS
from ui.view import View
from zwk_data.exhibits import Exhibit

Row = Mapping[Hashable, Any]


def plan_body(found: Exhibit, now: View) -> None:
    """Draw the table of a plan's exhibit in the layout its marks name."""
    rows: list[Row] = list(found.table.to_dict("records"))
    layout = str(found.marks.options.get("layout") or found.marks.options["below"])
    drawn = VIEWS.get(layout) or options_body.LAYOUTS.get(layout)
    if rows:
        st.html(drawn(rows, found, now) if drawn else LAYOUTS[layout](rows, now))


def _fields(rows: list[Row], now: View) -> str:
    return f'<ul class="zwk-tiles zwk-plan-fields">{"".join(_field(row, now) for row in rows)}</ul>'


def _field(row: Row, now: View) -> str:
    count = now.text("ein Eintrag") if row["entries"] == 1 else now.text("{count} Einträge", count=row["entries"])
    said = row["slogan"] != row["missing"]
    slogan = now.text("»{slogan}«", slogan=row["slogan"]) if said else now.text(
        "Leitsatz {missing}", missing=row["missing"])  # fmt: skip
    goals = now.text("Ziele: {goals}", goals=row["goals"]) if row["goals"] else ""
    badge = now.text("Kreiswert: {place}", place=row["shown"]) if row["stands_in"] else ""
    plan = [("field", row["title"]), ("slogan", slogan), ("more", count), ("more", goals)]
    live = [
        ("label", row["label"]), ("value" if row["day"] else "more", row["value"]),
        ("when", " · ".join(part for part in (row["day"], row["change"]) if part)), ("badge", badge),
    ]  # fmt: skip
    return f"<li><div>{_lines(plan)}</div><div>{_lines(live)}{_quoted(row, now)}</div></li>"


def _quoted(row: Row, now: View) -> str:
    """Return the figure that the public plan itself names, with its source."""
    if not row["published"]:
        return ""
    said = now.text("Im Plan steht: {text}", text=row["published"])
    return f'<p class="zwk-more">{escape(said)} {_source(row["published_source"], now.text("Quelle"))}</p>'


def _entries(rows: list[Row], now: View) -> str:
    """Group entries below goal and tool, in the order of the plan; a goal that goes on is not named again."""
    ordered = sorted(rows, key=lambda row: _first(rows, row))
    parts, before = [], ""
    for (goal, tool), group in groupby(ordered, key=_heading):
        heading = [now.text("Ziel: {goal}", goal=goal)] if goal and goal != before else []
        heading += [now.text("Werkzeug: {tool}", tool=tool)] if tool else []
        title = f'<h4 class="zwk-plan-head">{"<br>".join(escape(part) for part in heading)}</h4>' if heading else ""
        items = "".join(_short(row) if now.present else _entry(row, now) for row in group)
        parts.append(f'{title}<ul class="zwk-plan">{items}</ul>')
        before = goal
    return f'<div class="zwk-abreast">{"".join(parts)}</div>' if now.present else "".join(parts)


def _short(row: Row) -> str:
    """Return an entry as a presenter shows it: all of them fit the screen, the details are in the table."""
    return f'<li><p class="zwk-title">{escape(row["title"])}</p></li>'


def _heading(row: Row) -> tuple[str, str]:
    return str(row["goal"]), str(row["tool"])


def _first(rows: list[Row], row: Row) -> int:
    return next(number for number, other in enumerate(rows) if _heading(other) == _heading(row))


def _entry(row: Row, now: View) -> str:
    told = {
        now.text("Mitwirkende"): row["partners"], now.text("Zielgruppe"): row["target"],
        now.text("Veröffentlichte Zahl"): row["figure"],
    }  # fmt: skip
    more = " · ".join(f"{name}: {said}" for name, said in told.items() if said != row["missing"])
    lines = _lines([("more", row["description"]), ("when", more)])
    last = f'<p class="zwk-when">{escape(row["summary"])} · {_evidence(row, now)}</p>'
    return f'<li><p class="zwk-title">{escape(row["title"])}</p>{lines}{last}</li>'


def _evidence(row: Row, now: View) -> str:
    """Return the public page as a link; its name where it has no address."""
    if link := _source(row["url"], now.text("Quelle"), str(row["evidence"])):
        return link
    return escape(now.text("Quelle: {names}", names=row["evidence"]))


def _indicators(rows: list[Row], now: View) -> str:
    return f'<ul class="zwk-plan">{"".join(_indicator(row, now) for row in rows)}</ul>'


def _indicator(row: Row, now: View) -> str:
    badge = now.text("Kreiswert: {place}", place=row["shown"]) if row["stands_in"] else ""
    value = f'<p class="zwk-value">{escape(row["value"])}</p>' if row["day"] else _lines([("more", row["value"])])
    when = " · ".join(part for part in (row["day"], row["change"]) if part)
    lines = _lines([("when", when), ("more", row["rationale"]), ("when", _expected(row, now)), ("badge", badge)])
    return f'<li><p class="zwk-title">{escape(row["label"])}</p>{value}{lines}</li>'


def _expected(row: Row, now: View) -> str:
    if row["direction"] == now.text("keine"):
        return now.text("Rolle: {role}, keine erwartete Richtung", role=row["role"])
    return now.text("Rolle: {role}, {direction}", role=row["role"], direction=row["direction"])


def _links(rows: list[Row], now: View) -> str:
    return f'<ul class="zwk-plan">{"".join(_link(row, now) for row in rows)}</ul>'


def _link(row: Row, now: View) -> str:
    where = now.text("Handlungsfeld: {field}", field=row["field"]) if row["field"] else ""
    lines = [("more", row["rationale"]), ("when", _expected(row, now)), ("when", where), ("when", row["summary"])]
    return f'<li><p class="zwk-title">{escape(row["title"])}</p>{_lines(lines)}</li>'


def _facts(rows: list[Row], now: View) -> str:
    items = "".join(
        f'<li><p class="zwk-time">{escape(row["period"])}</p><div><p class="zwk-title">{escape(row["title"])}</p>'
        f"{_lines([('more', row['text'])])}<p class='zwk-when'>{_evidence(row, now)}</p></div></li>"
        for row in rows
    )
    return f'<ol class="zwk-plan zwk-facts">{items}</ol>'


def _lines(lines: list[tuple[str, str]]) -> str:
    return "".join(f'<p class="zwk-{name}">{escape(str(said))}</p>' for name, said in lines if said)


def _source(url: object, word: str, title: str = "") -> str:
    if not str(url).startswith(("https://", "http://")):
        return ""
    said = f' title="{escape(title, quote=True)}"' if title else ""
    where = escape(str(url), quote=True)
    return f'<a href="{where}"{said} target="_blank" rel="noopener noreferrer">{escape(word)}</a>'


LAYOUTS: dict[str, Callable[[list[Row], View], str]] = {
    "fields": _fields, "entries": _entries, "indicators": _indicators, "links": _links, "facts": _facts,
}  # fmt: skip
