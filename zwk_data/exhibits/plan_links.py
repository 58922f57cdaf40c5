"""The two ways between plan and figures: from an entry to its indicators, and from an indicator to its entries."""

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks
from zwk_data.exhibits.plan_outline import SEPARATOR, identifier
from zwk_data.exhibits.plans import (
    Live,
    all_live,
    direction,
    is_own,
    live,
    live_notes,
    live_sources,
    period,
    plan_sources,
    proposal_note,
    required_plan,
    role,
    stage,
    summary,
)
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.plan.model import Entry, Link, Plan
from zwk_data.warehouse.places import Place


@kind(required={"ags": place, "entry": identifier}, of_plan=True)
def plan_entry(context: Context, *, ags: Place, entry: str) -> Exhibit:
    """Show to which indicators an entry should contribute, each with its live value.

    Raises:
        AddressError: the place has no plan, or the plan no such entry.
    """
    plan, text = required_plan(ags, context), context.language.text
    try:
        chosen = plan.entry(entry)
    except KeyError:
        raise AddressError(text("»{value}« ist kein Eintrag dieses Plans.", value=entry[:40])) from None
    links = [link for link in plan.links if link.entry == entry]
    lives = all_live(context, ags, [link.indicator for link in links])
    rows = [_indicator_row(context, link, lives[link.indicator]) for link in links]
    return Exhibit(
        Address.of("plan_entry", ags=ags.ags, entry=entry), chosen.title,
        summary(chosen, context.language, own=is_own(plan)),
        _entry_sentence(context, chosen, links),
        text("Tabelle der Kennzahlen, zu denen der Eintrag beitragen soll, mit ihren neuesten Werten."),
        pd.DataFrame(rows, columns=list(INDICATOR_COLUMNS)), _indicator_columns(context),
        Marks("table", options={"layout": "indicators"}),
        (*plan_sources(plan, chosen.evidence, ags, context.language), *live_sources(context, lives.values())),
        notes=(*live_notes(lives.values()), proposal_note(context.language, links)),
    )  # fmt: skip


INDICATOR_COLUMNS = (
    "indicator", "label", "role", "direction", "rationale", "value", "day", "change", "shown", "stands_in",
)  # fmt: skip


def _indicator_row(context: Context, link: Link, found: Live) -> tuple[object, ...]:
    language = context.language
    stands_in = any(note.kind == "kreis_value" for note in found.notes)
    return (
        link.indicator, found.indicator.label(language.code), role(link, language), direction(link, language),
        link.rationale or "", found.value, found.when(language), found.change,
        found.shown.name if found.day else "", stands_in,
    )  # fmt: skip


def _indicator_columns(context: Context) -> tuple[Column, ...]:
    text = context.language.text
    return (
        Column("label", text("Kennzahl")), Column("role", text("Rolle")),
        Column("direction", text("Erwartete Richtung")), Column("rationale", text("Begründung")),
        Column("value", text("Neuester Wert")), Column("day", text("Stichtag")),
        Column("change", text("Veränderung")), Column("shown", text("Wert für")),
    )  # fmt: skip


def _entry_sentence(context: Context, entry: Entry, links: list[Link]) -> str:
    text, goals = context.language.text, sum(link.role != "context" for link in links)
    if not links:
        return text("»{title}« ist noch mit keiner Kennzahl verknüpft.", title=entry.title)
    if not goals:
        return text("Den Rahmen für »{title}« beschreibt: {labels}.", title=entry.title, labels=_labels(context, links))
    return text("»{title}« soll beitragen zu: {labels}.", title=entry.title,
                labels=_labels(context, [link for link in links if link.role != "context"]))  # fmt: skip


def _labels(context: Context, links: list[Link]) -> str:
    return ", ".join(indicators()[link.indicator].label(context.language.code) for link in links)


@kind(required={"ags": place, "indicator": identifier}, of_plan=True)
def plan_indicator(context: Context, *, ags: Place, indicator: str) -> Exhibit:
    """Show all entries linked with an indicator, beside its live value.

    Raises:
        AddressError: the place has no plan, or no entry of it is linked with that indicator.
    """
    plan, text = required_plan(ags, context), context.language.text
    links = [link for link in plan.links if link.indicator == indicator]
    if not links:
        raise AddressError(text("Mit »{value}« ist kein Eintrag dieses Plans verknüpft.", value=indicator[:40]))
    found = live(context, ags, indicator)
    entries = [plan.entry(link.entry) for link in links]
    evidence = [source for entry in entries for source in entry.evidence]
    return Exhibit(
        Address.of("plan_indicator", ags=ags.ags, indicator=indicator), found.indicator.label(context.language.code),
        _live_subtitle(context, found), _indicator_sentence(context, found.indicator, links),
        text("Tabelle der Einträge, die mit der Kennzahl verknüpft sind: {names}.",
             names=", ".join(entry.title for entry in entries)),
        pd.DataFrame([_link_row(context, plan, link) for link in links], columns=list(LINK_COLUMNS)),
        _link_columns(context), Marks("table", options={"layout": "links"}),
        (*live_sources(context, [found]), *plan_sources(plan, evidence, ags, context.language)),
        notes=(*found.notes, proposal_note(context.language, links)),
    )  # fmt: skip


LINK_COLUMNS = ("id", "title", "field", "role", "direction", "rationale", "stage", "period", "summary", "url")


def _link_row(context: Context, plan: Plan, link: Link) -> tuple[object, ...]:
    entry, language, own = plan.entry(link.entry), context.language, is_own(plan)
    fields = {field.id: field.title for field in plan.handlungsfelder}
    url = next((source.url for source in entry.evidence if source.url), "")
    return (
        entry.id, entry.title, SEPARATOR.join(fields[name] for name in entry.handlungsfelder), role(link, language),
        direction(link, language), link.rationale or "", stage(entry, language, own=own),
        period(entry, language, own=own), summary(entry, language, own=own), url,
    )  # fmt: skip


def _link_columns(context: Context) -> tuple[Column, ...]:
    text = context.language.text
    return (
        Column("title", text("Eintrag")), Column("field", text("Handlungsfeld")), Column("role", text("Rolle")),
        Column("direction", text("Erwartete Richtung")), Column("rationale", text("Begründung")),
        Column("stage", text("Stufe")), Column("period", text("Zeitraum")),
    )  # fmt: skip


def _live_subtitle(context: Context, found: Live) -> str:
    if not found.day:
        return found.value
    parts = [f"{found.value} ({found.shown.name}, {found.when(context.language)})", found.change]
    return "; ".join(part for part in parts if part)


def _indicator_sentence(context: Context, indicator: Indicator, links: list[Link]) -> str:
    text, label = context.language.text, indicator.label(context.language.code)
    goals = sum(link.role != "context" for link in links)
    frames = len(links) - goals
    said = {0: "", 1: text("Zu »{label}« soll ein Eintrag beitragen.", label=label)}.get(
        goals, text("Zu »{label}« sollen {count} Einträge beitragen.", label=label, count=goals)
    )
    framed = {0: "", 1: text("Die Kennzahl »{label}« beschreibt den Rahmen für einen Eintrag.", label=label)}.get(
        frames, text("Die Kennzahl »{label}« beschreibt den Rahmen für {count} Einträge.", label=label, count=frames)
    )
    if said and framed:
        more = text("Für einen weiteren beschreibt die Kennzahl den Rahmen.") if frames == 1 else text(
            "Für {count} weitere beschreibt die Kennzahl den Rahmen.", count=frames)  # fmt: skip
        return f"{said} {more}"
    return said or framed


@kind(required={"ags": place}, of_plan=True)
def plan_indicators(context: Context, *, ags: Place) -> Exhibit:
    """Show all indicators with linked entries in one table, each with its live value.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    lives = all_live(context, ags, [link.indicator for link in plan.links])
    rows = [_overview_row(context, plan, name, found) for name, found in lives.items()]
    linked, count = len({link.entry for link in plan.links}), len(plan.entries)
    sentence = text("{linked} von {count} Einträgen sind mit {indicators} Kennzahlen verknüpft.", linked=linked,
                    count=count, indicators=len(lives))  # fmt: skip
    return Exhibit(
        Address.of("plan_indicators", ags=ags.ags), text("Kennzahlen des Plans"), text("mit ihrem neuesten Wert"),
        sentence, text("Tabelle der Kennzahlen mit ihren Einträgen: {sentence}", sentence=sentence),
        pd.DataFrame(rows, columns=["indicator", "label", "value", "day", "change", "shown", "count", "entries"]),
        (Column("label", text("Kennzahl")), Column("value", text("Neuester Wert")), Column("day", text("Stichtag")),
         Column("change", text("Veränderung")), Column("shown", text("Wert für")),
         Column("count", text("Zahl der Einträge"), "", 0), Column("entries", text("Einträge"))),
        Marks("table"), (*plan_sources(plan, (), ags, context.language), *live_sources(context, lives.values())),
        notes=(*live_notes(lives.values()), proposal_note(context.language, plan.links)),
    )  # fmt: skip


def _overview_row(context: Context, plan: Plan, name: str, found: Live) -> tuple[object, ...]:
    titles = {entry.id: entry.title for entry in plan.entries}
    said = [titles[link.entry] for link in plan.links if link.indicator == name]
    shown = SEPARATOR.join(said[:MOST_TITLES])
    if len(said) > MOST_TITLES:
        shown += SEPARATOR + context.language.text("und {count} weitere", count=len(said) - MOST_TITLES)
    return (
        name, found.indicator.label(context.language.code), found.value, found.when(context.language), found.change,
        found.shown.name if found.day else "", len(said), shown,
    )  # fmt: skip


MOST_TITLES = 6  # entries named beside an indicator
