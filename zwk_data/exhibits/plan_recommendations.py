"""The recommendations of one Handlungsfeld: each with reason, whom it addresses and the live indicator behind it."""

import pandas as pd

from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks
from zwk_data.exhibits.plan_options import AUDIENCES, audience_words, evidence_of, sorting_notes
from zwk_data.exhibits.plan_outline import identifier
from zwk_data.exhibits.plans import (
    Live,
    all_live,
    direction,
    is_own,
    live_notes,
    live_sources,
    proposal_note,
    required_plan,
    unknown,
)
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.language import Language
from zwk_data.plan import labels
from zwk_data.plan.model import Entry, Link, Plan
from zwk_data.warehouse.places import Place

SEPARATOR = "; "
COLUMNS = (
    "group", "id", "title", "description", "reason", "audience", "office", "goals", "label", "value", "day", "change",
    "direction", "rationale", "shown", "stands_in", "evidence", "url",
)  # fmt: skip


@kind(required={"ags": place, "field": identifier}, optional={"group": choice("audience")}, of_plan=True)
def plan_recommendations(context: Context, *, ags: Place, field: str, group: str = "") -> Exhibit:
    """Show the recommendations of a Handlungsfeld, one row for each indicator behind one; ``group`` by audience.

    Raises:
        AddressError: the place has no plan, or the plan no such Handlungsfeld.
    """
    plan, text = required_plan(ags, context), context.language.text
    title = next((one.title for one in plan.handlungsfelder if one.id == field), "")
    if not title:
        raise AddressError(text("»{value}« ist kein Handlungsfeld dieses Plans.", value=field[:40]))
    entries = recommendations(plan, field)
    links = {entry.id: [link for link in plan.links if link.entry == entry.id] for entry in entries}
    lives = all_live(context, ags, [link.indicator for found in links.values() for link in found])
    pairs = _grouped(entries, context.language) if group else [("", entry) for entry in entries]
    rows = [row for name, entry in pairs for row in _rows(context, plan, name, entry, links[entry.id], lives)]
    return Exhibit(
        Address.of("plan_recommendations", ags=ags.ags, field=field, group=group), text("Empfehlungen: {field}",
        field=title), text("mit Begründung, Adressat und der Kennzahl dahinter"),
        _sentence(entries, title, len(lives), context.language),
        text("Tabelle der Empfehlungen: {names}.", names=", ".join(entry.title for entry in entries))
        if entries else text("Tabelle ohne Einträge."),
        pd.DataFrame(rows, columns=list(COLUMNS)), _columns(context.language, group),
        Marks("table", options={"layout": "recommendations"}),
        (*evidence_of(plan, entries, ags, context), *live_sources(context, lives.values())),
        notes=(*live_notes(lives.values()), *sorting_notes(plan, context.language),
               proposal_note(context.language, [link for found in links.values() for link in found])),
    )  # fmt: skip


def recommendations(plan: Plan, field: str) -> list[Entry]:
    """Return the recommendations of a Handlungsfeld, in the order of the plan."""
    return [entry for entry in plan.entries if entry.stage == "recommendation" and field in entry.handlungsfelder]


def _grouped(entries: list[Entry], language: Language) -> list[tuple[str, Entry]]:
    """Return each entry below each of its audiences; those that name none come last."""
    words = labels.audiences(language)
    found = [(words[name], entry) for name in AUDIENCES for entry in entries if name in entry.audience]
    return found + [(language.text("ohne Adressat"), entry) for entry in entries if not entry.audience]


def _rows(
    context: Context, plan: Plan, group: str, entry: Entry, links: list[Link], lives: dict[str, Live]
) -> list[tuple[object, ...]]:
    language = context.language
    goals = {goal.id: goal.title for goal in plan.goals}
    head = (
        group, entry.id, entry.title, entry.description or "", entry.reason or unknown(language, own=is_own(plan)),
        audience_words(entry, language),
        entry.responsible_office or "", SEPARATOR.join(goals[name] for name in entry.goals),
    )  # fmt: skip
    tail = (
        SEPARATOR.join(source.name for source in entry.evidence),
        next((source.url for source in entry.evidence if source.url), ""),
    )
    without = (language.text("keine Kennzahl verknüpft"), "", "", "", "", entry.no_indicator or "", "", False)
    return [(*head, *_live_cells(link, lives[link.indicator], language), *tail) for link in links] or [
        (*head, *without, *tail)
    ]


def _live_cells(link: Link, found: Live, language: Language) -> tuple[object, ...]:
    return (
        found.indicator.label(language.code), found.value, found.when(language), found.change,
        direction(link, language), link.rationale or "", found.shown.name if found.day else "",
        any(note.kind == "kreis_value" for note in found.notes),
    )  # fmt: skip


def _columns(language: Language, group: str) -> tuple[Column, ...]:
    text = language.text
    columns = (
        Column("group", text("Adressat")), Column("title", text("Empfehlung")), Column("reason", text("Begründung")),
        Column("audience", text("Richtet sich an")), Column("office", text("Zuständig")),
        Column("goals", text("Ziel")), Column("label", text("Kennzahl dahinter")), Column("value", text("Wert")),
        Column("day", text("Stichtag")), Column("change", text("Veränderung")),
        Column("direction", text("Erwartete Richtung")), Column("rationale", text("Soll beitragen zu")),
        Column("evidence", text("Quelle")),
    )  # fmt: skip
    return columns if group else columns[1:]


def _sentence(entries: list[Entry], field: str, indicators: int, language: Language) -> str:
    text = language.text
    if not entries:
        return text("Im Handlungsfeld »{field}« ist keine Empfehlung erfasst.", field=field)
    behind = text("dahinter steht eine Kennzahl") if indicators == 1 else text(
        "dahinter stehen {count} Kennzahlen", count=indicators)  # fmt: skip
    if not indicators:
        behind = text("mit einer Kennzahl ist noch nichts verknüpft")
    if len(entries) == 1:
        return text("Handlungsfeld »{field}«: eine Empfehlung, {behind}.", field=field, behind=behind)
    return text("Handlungsfeld »{field}«: {count} Empfehlungen, {behind}.", field=field, count=len(entries),
                behind=behind)  # fmt: skip
