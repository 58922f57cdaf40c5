"""Bodies of cards that show a Werkstattplan by stage, state or rule, as plain HTML; every text is escaped."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from html import escape
from itertools import groupby
from typing import Any

from ui.view import View
from zwk_data.exhibits import Exhibit

Row = Mapping[Hashable, Any]
SHOWN, PRESENTED = 24, 8  # entries of one group that are seen at once; the others can be unfolded


def stages(rows: list[Row], found: Exhibit, now: View) -> str:
    """Return the stages as a line of circles; what each means stands beside it in words."""
    items = "".join(
        f'<li class="zwk-{row["mark"]}"><p class="zwk-title">{escape(row["stage"])}</p>'
        f"{lines([('when', row['when'] or row['state']), ('more', '' if now.present else row['what'])])}</li>"
        for row in rows
    )
    return f'<ol class="zwk-stages">{items}</ol>'


def board(rows: list[Row], found: Exhibit, now: View) -> str:
    """Return one column per state that has entries; the states without any are named below."""
    states = [str(state) for state in _list(found.marks.options["states"])]
    groups = {state: list(group) for state, group in groupby(rows, key=lambda row: str(row["state"]))}
    columns = "".join(_column(state, groups[state], now) for state in states if state in groups)
    empty = ", ".join(state for state in states if state not in groups)
    rest = f'<p class="zwk-none">{escape(now.text("Ohne Eintrag: {states}", states=empty))}</p>' if empty else ""
    return f'<div class="zwk-board">{columns}{"" if now.present else rest}</div>'


def _column(state: str, rows: list[Row], now: View) -> str:
    items = [_entry(row, now) for row in rows]
    wide = max(1, round(len(rows) ** 0.5))
    return (
        f'<section style="flex-grow:{wide}"><h4>{escape(state)} <span>{len(rows)}</span></h4>'
        f"{unfolded(items, now)}</section>"
    )


def _entry(row: Row, now: View) -> str:
    told = [] if now.present else [("when", " · ".join(part for part in (row["office"], row["period"]) if part))]
    return f'<li><p class="zwk-title">{escape(row["title"])}</p>{lines([*told, ("late", row["overdue"])])}</li>'


def unfolded(items: list[str], now: View, kind: str = "") -> str:
    """Return a list; of a long one the first entries, the others behind a line that says how many they are."""
    shown = PRESENTED if now.present else SHOWN
    name = f' class="{kind}"' if kind else ""
    first, others = items[:shown], items[shown:]
    head = f"<ul{name}>{''.join(first)}</ul>"
    if not others:
        return head
    said = escape(now.text("und {count} weitere", count=now.language.number(len(others))))
    if now.present:
        return f'{head}<p class="zwk-when">{said}</p>'
    return f"{head}<details><summary>{said}</summary><ul{name}>{''.join(others)}</ul></details>"


def lines(told: Iterable[tuple[str, object]]) -> str:
    """Return one paragraph for each text that says anything."""
    return "".join(f'<p class="zwk-{name}">{escape(str(said))}</p>' for name, said in told if said)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def vague(rows: list[Row], found: Exhibit, now: View) -> str:
    """Return what has no exact day, with its period as it is written."""
    items = [
        f'<li><p class="zwk-title">{escape(row["title"])}</p>{lines([("when", row["when"])])}</li>'
        for row in rows
        if row["start"] != row["start"] and row["end"] != row["end"]  # NaT
    ]
    if not items:
        return ""
    head = f"<h4>{escape(now.text('Mit ungefährem Zeitraum'))} <span>{len(items)}</span></h4>"
    return f'<div class="zwk-board"><section>{head}{unfolded(items, now)}</section></div>'


def health(rows: list[Row], found: Exhibit, now: View) -> str:
    """Return one group per rule: its name, why it matters, and what it found."""
    parts = []
    for (rule, why), group in groupby(rows, key=lambda row: (str(row["rule"]), str(row["why"]))):
        items = [f'<li><p class="zwk-title">{escape(row["title"])}</p>{lines([("when", row["detail"])])}</li>'
                 for row in group]  # fmt: skip
        parts.append(
            f"<section><h4>{escape(rule)} <span>{len(items)}</span></h4>"
            f"{'' if now.present else lines([('why', why)])}{unfolded(items, now)}</section>"
        )
    return f'<div class="zwk-board zwk-health">{"".join(parts)}</div>'


def targets(rows: list[Row], found: Exhibit, now: View) -> str:
    """Return each target with what is observed, the path, and the verdict: a word, and a colour where it means one."""
    return f'<ul class="zwk-plan zwk-targets">{"".join(_target(row, now) for row in rows)}</ul>'


def _target(row: Row, now: View) -> str:
    value = now.text("{value} am {day}", value=row["observed"], day=row["day"]) if row["observed"] else ""
    path = now.text("Pfad: {path}, Abstand {difference}", path=row["path"], difference=row["difference"])
    aim = " → ".join(part for part in (row["base"], row["target"]) if part)
    badge = now.text("Kreiswert: {place}", place=row["shown"]) if row["stands_in"] else ""
    kind = f"zwk-verdict zwk-{row['tone']}" if row["tone"] else "zwk-verdict"
    told = [("value", value), ("when", path if row["path"] else ""), ("when", now.text("Ziel: {aim}", aim=aim)),
            ("more", row["offer"]), ("badge", badge)]  # fmt: skip
    head = f'<p class="zwk-title">{escape(row["label"])}</p><p class="{kind}">{escape(row["verdict"])}</p>'
    return f"<li>{head}{lines(told[:2] if now.present else told)}</li>"


def swot(rows: list[Row], found: Exhibit, now: View) -> str:
    """Return the four fields; each statement with its proof and what speaks against it."""
    names = [str(name) for name in _list(found.marks.options["quadrants"])]
    groups = {name: [row for row in rows if row["quadrant"] == name] for name in names}
    empty = f'<p class="zwk-when">{escape(now.text("noch keine Aussage"))}</p>'
    parts = "".join(
        f"<section><h4>{escape(name)}</h4>"
        f"{'<ul>' + ''.join(_statement(row, now) for row in group) + '</ul>' if group else empty}</section>"
        for name, group in groups.items()
    )
    return f'<div class="zwk-board zwk-swot">{parts}</div>'


def _statement(row: Row, now: View) -> str:
    proof = now.text("Beleg: {text}", text=row["proof"]) if row["proven"] else row["proof"]
    against = " ".join(part for part in (row["counter_text"], row["counter"]) if part)
    told = [("when" if row["proven"] else "late", proof),
            ("when", now.text("Dagegen spricht: {text}", text=against) if against else "")]  # fmt: skip
    from_ = " · ".join(part for part in (row["source"], row["day"]) if part)
    more = [] if now.present else [("more", from_)]
    return f'<li><p class="zwk-title">{escape(row["title"])}</p>{lines([*told, *more])}</li>'


VIEWS: dict[str, Callable[[list[Row], Exhibit, View], str]] = {
    "stages": stages, "board": board, "vague": vague, "health": health, "targets": targets, "swot": swot,
}  # fmt: skip
