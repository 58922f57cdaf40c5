"""A Werkstattplan as it is: its Handlungsfelder with their live headline indicator, its entries, its public facts."""

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from zwk_data.catalog import participants
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks
from zwk_data.exhibits.plan_dates import latest_day
from zwk_data.exhibits.plans import (
    Live,
    all_live,
    is_own,
    live_notes,
    live_sources,
    no_plan_text,
    period,
    plan_note,
    plan_sources,
    proposal_note,
    required_plan,
    short_note,
    stage,
    stand,
    status,
    summary,
    unknown,
)
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.plan.model import Entry, Fact, Goal, Handlungsfeld, Plan, PublicSource, Tool
from zwk_data.plan.views import outline
from zwk_data.warehouse.places import Place

SEPARATOR = "; "


def identifier(value: str, context: Context) -> str:
    """Read the id of a part of a plan."""
    if not (value.isidentifier() and value.isascii() and len(value) <= 60):
        raise AddressError(context.language.text("»{value}« ist hier nicht möglich.", value=value[:40]))
    return value


@kind(required={"ags": place}, of_plan=True)
def plan_choice(context: Context, *, ags: Place) -> Exhibit:
    """Say that a place has no plan here, and which plans there are."""
    plans = [plan for entry in participants().values() if entry.partner and (plan := context.plans(entry.ags))]
    text, names = context.language.text, context.data.places
    table = pd.DataFrame({
        "place": [names[plan.ags].name for plan in plans], "fields": [len(plan.handlungsfelder) for plan in plans],
        "entries": [len(plan.entries) for plan in plans],
        "as_of": pd.Series([stand(plan) for plan in plans], dtype="datetime64[ns]"),
        "ags": [plan.ags for plan in plans],
    })  # fmt: skip
    known = text("Für {place} liegt ein Werkstattplan vor.", place=ags.name)
    sentence = known if context.plans(ags.ags) else no_plan_text(ags, context.language)
    return Exhibit(
        Address.of("plan_choice", ags=ags.ags), text("Werkstattpläne der vier Partner"),
        text("Beispiele aus öffentlichen Quellen und Angaben der Kommunen") if any(map(is_own, plans))
        else text("Beispiele aus öffentlichen Quellen"), sentence,
        text("Tabelle der vorhandenen Werkstattpläne: {names}.", names=", ".join(table["place"])), table,
        (Column("place", text("Ort")), Column("fields", text("Handlungsfelder"), "", 0),
         Column("entries", text("Einträge"), "", 0), Column("as_of", text("Jüngste Angabe"))),
        Marks("table"),
        tuple(plan_sources(plan, plan.sources[:1], names[plan.ags], context.language)[0] for plan in plans),
    )  # fmt: skip


@kind(required={"ags": place}, of_plan=True)
def plan_fields(context: Context, *, ags: Place) -> Exhibit:
    """Show the Handlungsfelder of a plan, each beside its live headline indicator."""
    plan, language, text = required_plan(ags, context), context.language, context.language.text
    fields = ordered_fields(plan)
    lives = all_live(context, ags, [field.headline_indicator for field in fields if field.headline_indicator])
    rows = [_field_row(context, plan, field, lives.get(field.headline_indicator or "")) for field in fields]
    evidence = [source for entry in plan.entries for source in entry.evidence]
    return Exhibit(
        Address.of("plan_fields", ags=ags.ags), plan.title, text("Handlungsfelder und ihre Leitkennzahlen"),
        text("{place}: {fields} Handlungsfelder, {entries} Einträge, {links} Verknüpfungen mit amtlichen Kennzahlen.",
             place=ags.name, fields=len(fields), entries=len(plan.entries), links=len(plan.links)),
        text("Tabelle der Handlungsfelder mit Leitkennzahl, Wert, Stichtag und Veränderung: {names}.",
             names=", ".join(field.title for field in fields)),
        pd.DataFrame(rows, columns=list(FIELD_COLUMNS)), _field_columns(context),
        Marks("table", options={"layout": "fields"}),
        (*live_sources(context, lives.values()), *plan_sources(plan, evidence[:1], ags, language)),
        notes=(*live_notes(lives.values()), plan_note(plan, language), proposal_note(language, plan.links)),
    )  # fmt: skip


FIELD_COLUMNS = (
    "id", "title", "slogan", "missing", "goals", "tools", "entries", "indicator", "label", "value", "day", "change",
    "shown", "stands_in", "published", "published_source",
)  # fmt: skip


def ordered_fields(plan: Plan) -> list[Handlungsfeld]:
    """Return the Handlungsfelder in the plan's order."""
    return sorted(plan.handlungsfelder, key=lambda field: (field.order is None, field.order or 0))


def _field_row(context: Context, plan: Plan, field: Handlungsfeld, live: Live | None) -> dict[str, object]:
    code, count = context.language.code, sum(field.id in entry.handlungsfelder for entry in plan.entries)
    missing = unknown(context.language, own=is_own(plan))
    return {
        "id": field.id, "title": field.title, "slogan": field.slogan or missing, "missing": missing,
        "goals": SEPARATOR.join(goal.title for goal in plan.goals if goal.handlungsfeld == field.id),
        "tools": SEPARATOR.join(tool.title for tool in plan.tools if tool.handlungsfeld == field.id),
        "entries": count, "indicator": live.indicator.id if live else "",
        "label": live.indicator.label(code) if live else "", "value": live.value if live else "",
        "day": live.when(context.language) if live else "", "change": live.change if live else "",
        "shown": live.shown.name if live else "",
        "stands_in": bool(live and any(note.kind == "kreis_value" for note in live.notes)),
        "published": field.headline_text or "",
        "published_source": field.headline_source.url or "" if field.headline_source else "",
    }  # fmt: skip


def _field_columns(context: Context) -> tuple[Column, ...]:
    text = context.language.text
    return (
        Column("title", text("Handlungsfeld")), Column("slogan", text("Leitsatz")), Column("goals", text("Ziele")),
        Column("tools", text("Werkzeuge")), Column("entries", text("Einträge"), "", 0),
        Column("label", text("Leitkennzahl (Vorschlag)")), Column("value", text("Wert")),
        Column("day", text("Stichtag")), Column("change", text("Veränderung")), Column("shown", text("Wert für")),
    )  # fmt: skip


@kind(required={"ags": place}, optional={"field": identifier}, of_plan=True)
def plan_entries(context: Context, *, ags: Place, field: str = "") -> Exhibit:
    """Show the entries of a plan, or of one Handlungsfeld, below goal and tool.

    Raises:
        AddressError: the place has no plan, or the plan no such Handlungsfeld.
    """
    plan, text = required_plan(ags, context), context.language.text
    parts: tuple[Handlungsfeld | Goal | Tool, ...] = (*plan.handlungsfelder, *plan.goals, *plan.tools)
    titles = {part.id: part.title for part in parts}
    if field and field not in {part.id for part in plan.handlungsfelder}:
        raise AddressError(text("»{value}« ist kein Handlungsfeld dieses Plans.", value=field[:40]))
    rows = outline(plan)
    rows = rows[rows["handlungsfeld"] == field] if field else rows
    rows = rows[rows["entry"].notna()]
    known = {entry.id: entry for entry in plan.entries}
    entries = {str(name): known[str(name)] for name in rows["entry"]}
    made = [_entry_row(context, row, entries[str(row["entry"])], titles, own=is_own(plan))
            for row in rows.to_dict("records")]  # fmt: skip
    table = pd.DataFrame(made, columns=["handlungsfeld", *ENTRY_COLUMNS, "url"])
    evidence = [source for entry in entries.values() for source in entry.evidence]
    return Exhibit(
        Address.of("plan_entries", ags=ags.ags, field=field), titles[field] if field else plan.title,
        _entries_subtitle(plan, context), _entries_sentence(context, plan, list(entries.values()),
                                                            titles.get(field, ags.name)),
        text("Tabelle der Einträge: {names}.", names=", ".join(entry.title for entry in entries.values())),
        table, _entry_columns(context, field), Marks("table", options={"layout": "entries"}),
        plan_sources(plan, evidence, ags, context.language),
        notes=(short_note(plan, context.language),),
    )  # fmt: skip


def _entries_subtitle(plan: Plan, context: Context) -> str:
    if is_own(plan):
        return context.language.text("Einträge des Werkstattplans")
    return context.language.text("Einträge des Werkstattplans, Beispiel aus öffentlichen Quellen")


ENTRY_COLUMNS = (
    "goal", "tool", "id", "title", "description", "stage", "status", "office", "partners", "target", "period", "figure",
    "evidence", "summary", "missing",
)  # fmt: skip


def _entry_row(
    context: Context, row: Mapping[Hashable, Any], entry: Entry, titles: dict[str, str], *, own: bool
) -> dict[str, object]:
    language, missing = context.language, unknown(context.language, own=own)
    return {
        "handlungsfeld": titles.get(row["handlungsfeld"], context.language.text("ohne Handlungsfeld")),
        "goal": titles.get(row["goal"], ""), "tool": titles.get(row["tool"], ""), "id": entry.id, "title": entry.title,
        "description": entry.description or "", "stage": stage(entry, language, own=own),
        "status": status(entry, language, own=own), "missing": missing,
        "office": entry.responsible_office or missing, "partners": SEPARATOR.join(entry.partners) or missing,
        "target": entry.target_group or missing, "period": period(entry, language, own=own),
        "figure": entry.success_figure or missing, "evidence": SEPARATOR.join(s.name for s in entry.evidence),
        "summary": summary(entry, language, own=own),
        "url": next((source.url for source in entry.evidence if source.url), ""),
    }  # fmt: skip


def _entry_columns(context: Context, field: str) -> tuple[Column, ...]:
    text = context.language.text
    columns = (
        Column("handlungsfeld", text("Handlungsfeld")), Column("goal", text("Ziel")), Column("tool", text("Werkzeug")),
        Column("title", text("Eintrag")), Column("stage", text("Stufe")), Column("status", text("Stand")),
        Column("office", text("Zuständig")), Column("partners", text("Mitwirkende")),
        Column("target", text("Zielgruppe")), Column("period", text("Zeitraum")),
        Column("figure", text("Veröffentlichte Zahl")), Column("evidence", text("Quelle")),
    )  # fmt: skip
    return columns[1:] if field else columns


def _entries_sentence(context: Context, plan: Plan, entries: list[Entry], title: str) -> str:
    text, actions = context.language.text, sum(entry.stage == "action" for entry in entries)
    if not entries:
        return text("{title}: noch kein Eintrag.", title=title) if is_own(plan) else text(
            "{title}: Einträge sind nicht veröffentlicht.", title=title)  # fmt: skip
    if len(entries) == 1:
        return text("{title}: ein Eintrag.", title=title) if is_own(plan) else text(
            "{title}: ein Eintrag ist veröffentlicht.", title=title)  # fmt: skip
    if actions == len(entries):
        return text("{title}: {count} Maßnahmen.", title=title, count=actions)
    if actions == 1:
        return text("{title}: {count} Einträge, davon eine Maßnahme.", title=title, count=len(entries))
    if not actions:
        return text("{title}: {count} Einträge.", title=title, count=len(entries))
    return text(
        "{title}: {count} Einträge, davon {actions} Maßnahmen.", title=title, count=len(entries), actions=actions
    )


@kind(required={"ags": place}, of_plan=True)
def plan_facts(context: Context, *, ags: Place) -> Exhibit:
    """Show what has been published about the process: events, money, cautions, in the order of their dates."""
    plan, text = required_plan(ags, context), context.language.text
    facts = _in_order(plan)
    columns = ["period", "title", "text", "evidence", "url"]
    table = pd.DataFrame([_fact_row(fact, context) for fact in facts], columns=columns)
    evidence: list[PublicSource] = [source for fact in facts for source in fact.evidence]
    sentence = _facts_sentence(plan, facts, ags, context)
    return Exhibit(
        Address.of("plan_facts", ags=ags.ags), text("Verlauf"), text("Termine, Mittel und Hinweise"), sentence,
        text("Tabelle der Angaben zum Verlauf: {names}.", names=", ".join(fact.title for fact in facts)), table,
        (Column("period", text("Zeit")), Column("title", text("Angabe")), Column("text", text("Inhalt")),
         Column("evidence", text("Quelle"))),
        Marks("table", options={"layout": "facts"}), plan_sources(plan, evidence, ags, context.language),
        notes=(short_note(plan, context.language),),
    )  # fmt: skip


def _facts_sentence(plan: Plan, facts: list[Fact], ags: Place, context: Context) -> str:
    text, count = context.language.text, len(facts)
    if is_own(plan):
        return text("Zum Verlauf in {place} ist nichts eingetragen.", place=ags.name) if not facts else text(
            "Angaben zum Verlauf in {place}: {count}.", place=ags.name, count=count)  # fmt: skip
    days = [day for fact in facts if fact.start and (day := fact.end or fact.start)]
    if not days:
        return text("Zum Verlauf in {place} sind {count} Angaben veröffentlicht.", place=ags.name, count=count)
    return text("Zum Verlauf in {place} sind {count} Angaben veröffentlicht, die jüngste mit Datum vom {date}.",
                place=ags.name, count=count, date=context.language.date(max(days)))  # fmt: skip


def _in_order(plan: Plan) -> list[Fact]:
    """Return the facts in the order of the last day that their published dates can mean, the undated at the end."""
    return sorted(plan.facts, key=lambda fact: latest_day(fact.start, fact.end, fact.date_text) or date.max)


def _fact_row(fact: Fact, context: Context) -> dict[str, object]:
    return {
        "period": _when(fact, context), "title": fact.title, "text": fact.text or "",
        "evidence": SEPARATOR.join(source.name for source in fact.evidence),
        "url": next((source.url for source in fact.evidence if source.url), ""),
    }  # fmt: skip


def _when(fact: Fact, context: Context) -> str:
    dated = fact.start or fact.end or fact.date_text
    return period(fact, context.language) if dated else context.language.text("ohne Datum")
