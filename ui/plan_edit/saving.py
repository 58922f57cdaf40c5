"""Saving a form: everything is checked first, then each part is saved against the version it was opened with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import streamlit as st

from ui.plan_edit import session
from ui.plan_edit.asking import absorb
from ui.plan_edit.session import GONE, LINKS, NOTE, Form, mine, tell, tell_wrong, why
from ui.plan_edit.typed import body_from, filled
from ui.plan_edit.words import Names, title_of
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.model import Entry, Link
from zwk_data.plan.parts import PARTS, Part
from zwk_data.plan.reading import PlanError
from zwk_data.plan.records import body_of, value_of
from zwk_data.plan.service import NotUsable, Plans, checked, problem_text

if TYPE_CHECKING:
    from zwk_data.store import Conflict

CONFLICTS = "_plan_conflicts"


@dataclass(frozen=True)
class Wish:
    """A part to be saved (None: removed) against the version that was seen."""

    kind: str
    id: str
    part: Part | None
    seen: int


@dataclass(frozen=True)
class Clash:
    """Two versions of a part: ``theirs`` is stored now as ``version`` (None: removed), ``mine`` was refused.

    ``token`` names the opening of the form or of the table that it was typed in.
    """

    ags: str
    kind: str
    id: str
    theirs: Mapping[str, Any] | None
    version: int
    mine: Mapping[str, Any]
    seen: Mapping[str, Any] | None
    actor: str
    at: datetime | None
    token: str = ""


class Wrong(ValueError):
    """What was typed cannot be saved; ``lines`` say what is wrong, where, and what to do."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("; ".join(lines))


def save(now: View, stage: str = "") -> None:
    """Save the open form, at another stage where one is named; tell what was done or why not."""
    from zwk_data.store import StoreError

    opened = session.form()
    if opened is None:
        return
    absorb()
    if stage:
        opened.values["stage"] = stage
    try:
        names = Names(mine().stored(opened.ags).plan, now.language)
        wishes = _wishes(opened, names)
        if clashes := carry_out(opened.ags, wishes, opened.token):
            st.session_state[CONFLICTS] = clashes
            session.keep()
            return
    except Wrong as wrong:
        tell_wrong(*wrong.lines)
    except (StoreError, Denied) as error:
        session.keep()
        tell_wrong(why(error, now))
    else:
        _done(now, opened, names)


def _done(now: View, opened: Form, names: Names) -> None:
    body, _ = body_from(PARTS[opened.kind][0], opened.values)
    tell(now.text("»{title}« ist gespeichert.", title=title_of(opened.kind, body, names)))
    session.discard()
    session.saved(opened)


def _wishes(opened: Form, names: Names) -> list[Wish]:
    """Return what has to be saved, what an entry is linked with first: with the entry itself its draft is gone.

    Raises:
        Wrong: something typed cannot be saved.
    """
    part = part_of(opened.kind, opened.values, names, "")
    if isinstance(part, Entry):
        part = part.after(opened.before.get("stage"), date.today())
    wishes = _beside(opened, part, names) if isinstance(part, Entry) else []
    before, _ = body_from(PARTS[opened.kind][0], opened.before)
    if opened.seen == 0 or body_of(part) != before:
        wishes.append(Wish(opened.kind, opened.id, part, opened.seen))
    return wishes


def _beside(opened: Form, entry: Entry, names: Names) -> list[Wish]:
    """Return the links and the note of an entry's form that have to be saved or removed.

    Raises:
        Wrong: a link cannot be saved, or two of them name the same indicator.
    """
    rows = opened.values.get(LINKS, [])
    before = {row["_of"]: row for row in opened.before.get(LINKS, []) if row.get("_of")}
    seen = {row["_of"]: int(row["_seen"]) for row in rows if row.get("_of")} | dict(opened.values.get(GONE, []))
    wishes: list[Wish] = []
    linked: set[str] = set()
    for row in filter(filled, rows):
        link = _link(row, entry, names)
        if link.indicator in linked:
            raise Wrong(problem_lines([("indicator", "twice")], "link", names, _called(row, names)))
        linked.add(link.indicator)
        was, _ = body_from(Link, {**before.get(link.indicator, {}), "entry": entry.id})
        if link.indicator not in seen or was != body_of(link):
            wishes.append(Wish("link", link.id, link, seen.get(link.indicator, 0)))
    wishes += [Wish("link", f"{entry.id}.{one}", None, version) for one, version in seen.items() if one not in linked]
    note = opened.values.get(NOTE, {})
    if any(str(note.get(name) or "").strip() for name in ("done", "planned", "percent", "figure")):
        wishes.append(_note(entry, note, names))
    return wishes


def _link(row: Mapping[str, Any], entry: Entry, names: Names) -> Link:
    """Return the link of a row.

    Raises:
        Wrong: it cannot be saved; a row that says something and names no indicator is not passed over.
    """
    typed = {"proposed": False, **row, "entry": entry.id, "role": row.get("role") or "context"}
    link: Link = part_of("link", typed, names, _called(row, names))
    return link


def _called(row: Mapping[str, Any], names: Names) -> str:
    return names.said(row.get("indicator"), "indicator", "link")


def _note(entry: Entry, note: Mapping[str, Any], names: Names) -> Wish:
    about = {"entry": entry.id, "day": date.today().isoformat(), "status": entry.status or "",
             "office": entry.responsible_office or ""}  # fmt: skip
    return Wish("progress", str(note["id"]), part_of("progress", {**note, **about}, names, ""), 0)


def part_of(kind: str, typed: Mapping[str, Any], names: Names, where: str) -> Any:
    """Return a part of what was typed.

    Raises:
        Wrong: it cannot be saved.
    """
    cls = PARTS[kind][0]
    body, problems = body_from(cls, typed)
    if problems:
        raise Wrong(problem_lines(problems.items(), kind, names, where))
    try:
        return checked(value_of(cls, body))
    except NotUsable as error:
        raise Wrong(problem_lines(error.problems, kind, names, where)) from error
    except PlanError as error:
        raise Wrong(problem_lines([(error.field, error.problem)], kind, names, where)) from error


def problem_lines(problems: Iterable[tuple[str, str]], kind: str, names: Names, where: str) -> list[str]:
    """Return what is wrong, where, and what to do, one line for each field."""
    text = names.language.text
    hints = {
        "missing": text("Bitte ausfüllen."), "number": text("Bitte eine Zahl eingeben, zum Beispiel 40.000."),
        "whole": text("Bitte eine ganze Zahl eingeben, zum Beispiel 2030."), "day": text("Bitte einen Tag wählen."),
    }  # fmt: skip
    order = {
        "end": text("Das Ende liegt vor dem Beginn."),
        "low": text("Bitte niedrig, mittel und hoch aufsteigend angeben."),
    }  # fmt: skip
    lines = []
    for name, what in problems:
        hint = order.get(name.rpartition(".")[2]) if what == "order" else hints.get(what)
        line = f"{names.label(name, kind)}: {hint}" if hint else f"{problem_text(name, names.language, what, kind)}."
        lines.append(f"{where}: {line}" if where else line)
    return lines


def carry_out(ags: str, wishes: list[Wish], token: str) -> list[Clash]:
    """Save or remove parts one after the other; return those that somebody else has changed meanwhile.

    The request belongs to what is saved: the same wish again is the same save, another text is another one.

    Raises:
        StoreError, Denied: the first one that was refused for another reason; those before it are saved.
    """
    plans, clashes = mine(), []
    for wish in wishes:
        clash = _one(plans, ags, wish, token)
        if clash:
            clashes.append(clash)
    return clashes


def _one(plans: Plans, ags: str, wish: Wish, token: str) -> Clash | None:
    from zwk_data.store import Conflict

    body = body_of(wish.part) if wish.part else None
    request = str(uuid5(NAMESPACE_OID, f"{token}:{wish.kind}:{wish.id}:{wish.seen}:{body}"))
    try:
        if wish.part is None:
            plans.remove(ags, wish.kind, wish.id, seen_version=wish.seen, request_id=request)
        else:
            plans.save(ags, wish.part, seen_version=wish.seen, request_id=request)
    except Conflict as conflict:
        return _clash(ags, wish, conflict, token)
    return None


def _clash(ags: str, wish: Wish, conflict: "Conflict", token: str) -> Clash | None:
    """Return the two versions; nothing where both are the same."""
    theirs = conflict.current.body if conflict.current else None
    mine_ = body_of(wish.part) if wish.part else None
    if theirs == mine_:
        return None
    version = conflict.current.version if conflict.current else 0
    shown = mine_ if mine_ is not None else dict(conflict.seen or {})
    return Clash(ags, wish.kind, wish.id, theirs, version, shown, conflict.seen, conflict.actor, conflict.at, token)


def save_part(now: View, clash: Clash, body: Mapping[str, Any]) -> bool:
    """Save a version that was put together of two; tell whether that was done.

    Where somebody has saved again meanwhile, the new clash stands in place of this one; the others still wait.
    """
    from zwk_data.store import StoreError

    ags, kind = clash.ags, clash.kind
    part = value_of(PARTS[kind][0], body)
    try:
        checked(part)
        clashes = carry_out(ags, [Wish(kind, part.id, part, clash.version)], uuid4().hex)
    except NotUsable as error:
        names = Names(mine().stored(ags).plan, now.language)
        tell_wrong(*problem_lines(error.problems, kind, names, ""))
        return False
    except (StoreError, Denied) as error:
        tell_wrong(why(error, now))
        return False
    if clashes:
        again = [replace(one, token=clash.token) for one in clashes]
        st.session_state[CONFLICTS] = [*again, *st.session_state[CONFLICTS][1:]]
        return False
    return True


__all__ = ["CONFLICTS", "Clash", "Wish", "Wrong", "carry_out", "part_of", "problem_lines", "save", "save_part"]
