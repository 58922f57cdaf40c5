"""Papers from the entries of a plan: recommendations, and the Möglichkeitenkonzept by whom it addresses."""

from collections.abc import Iterable, Sequence
from datetime import date

from zwk_data.documents.model import Block, Document, Heading, Paragraph, Rows
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.registry import known_place
from zwk_data.plan import labels
from zwk_data.plan.model import Entry, Plan
from zwk_data.plan.synthesis import shelf

AUDIENCES = ("kommune", "politik", "buergerschaft", "")  # the last: whom nothing is said of


class NoPlan(ValueError):
    """There is nothing to write the paper from; the message says so in the reader's language."""


def options_paper(context: Context, ags: str, today: date) -> Document:
    """Return the Möglichkeitenkonzept: what exists and what to strive for, by audience.

    Raises:
        AddressError: there is no such place.
        NoPlan: it has no plan, or one without entries.
    """
    text = context.language.text
    plan = _plan(context, ags)
    blocks: list[Block] = [Paragraph(text(
        "Was es gibt und was anzustreben ist, geordnet danach, an wen es sich richtet. Eine Möglichkeit soll zu einem "
        "Ziel beitragen; dass sie wirkt, ist damit nicht gesagt."), "lead")]  # fmt: skip
    for audience in AUDIENCES:
        blocks += _audience(context, [one for one in plan.entries if _fits(one, audience)], audience)
    return _document(context, ags, text("Möglichkeitenkonzept"), plan, blocks, today)


def recommendations_paper(context: Context, ags: str, today: date, *, field: str = "") -> Document:
    """Return the recommendations of a plan (of one Handlungsfeld, by its id), each with reason and evidence.

    Raises:
        AddressError: there is no such place.
        NoPlan: there is no plan, or no recommendation in it.
    """
    text = context.language.text
    plan = _plan(context, ags)
    found = [
        one for one in plan.entries if one.stage == "recommendation" and (not field or field in one.handlungsfelder)
    ]
    if not found:
        raise NoPlan(text("Im Plan steht dazu keine Empfehlung."))
    blocks: list[Block] = []
    for audience in AUDIENCES:
        kept = [one for one in found if _fits(one, audience)]
        if kept:
            blocks.append(Heading(_address_word(context, audience), 1))
            blocks += [part for one in kept for part in _recommendation(context, plan, one)]
    return _document(context, ags, text("Empfehlungen"), plan, blocks, today)


def _plan(context: Context, ags: str) -> Plan:
    text = context.language.text
    place = known_place(ags, context.data.places, context.language)
    plan = context.plans(place.ags)
    if plan is None or not plan.entries:
        raise NoPlan(text("{place}: Es gibt noch keinen Plan mit Einträgen.", place=place.name))
    return plan


def _document(
    context: Context, ags: str, kind: str, plan: Plan, blocks: Sequence[Block], today: date
) -> Document:  # fmt: skip
    text = context.language.text
    place = known_place(ags, context.data.places, context.language)
    note = {
        "example": text("Beispiel aus öffentlichen Quellen, kein amtlicher Plan."),
        "published": text("Veröffentlichter Stand des Werkstattplans."),
        "internal": text("Interner Arbeitsstand des Werkstattplans."),
    }[plan.kind]
    return Document(kind, place.name, plan.title, (*blocks, Paragraph(note, "remark")), today, context.language)


def _fits(entry: Entry, audience: str) -> bool:
    return audience in entry.audience if audience else not entry.audience


def _address_word(context: Context, audience: str) -> str:
    words = labels.audiences(context.language)
    return words[audience] if audience else context.language.text("Ohne Adressat")


def _audience(context: Context, entries: Sequence[Entry], audience: str) -> list[Block]:
    """Return one table for what exists and one for what to strive for."""
    text = context.language.text
    if not entries:
        return []
    heads = (text("Eintrag"), text("Stufe"), text("Ort oder Beispiel"), text("Begründung"))
    kinds = {
        text("Gibt es"): [one for one in entries if shelf(one) == "exists"],
        text("Anzustreben"): [one for one in entries if shelf(one) not in ("exists", "dropped")],
    }
    blocks: list[Block] = [Heading(_address_word(context, audience), 1)]
    for name, kept in kinds.items():
        if kept:
            rows = tuple(_row(context, one) for one in kept)
            blocks += [Heading(name, 2), Rows(heads, rows, "", (34, 14, 22, 40))]
    return blocks


def _row(context: Context, one: Entry) -> tuple[str, ...]:
    stages = labels.stages(context.language)
    said = one.title + (f": {one.description}" if one.description else "")
    return said, stages[one.stage] if one.stage else "–", one.place or one.example_place or "–", one.reason or "–"


def _recommendation(context: Context, plan: Plan, one: Entry) -> Iterable[Block]:
    text = context.language.text
    yield Heading(one.title, 2)
    if one.description:
        yield Paragraph(one.description)
    if one.reason:
        yield Paragraph(text("Begründung: {reason}", reason=one.reason))
    for link in plan.links:
        if link.entry == one.id and (said := _proof(context, plan, link.indicator)):
            yield Paragraph(text("Soll beitragen zu: {figure}", figure=said))
    if one.responsible_office:
        yield Paragraph(text("Zuständig: {office}", office=one.responsible_office))
    for source in one.evidence:
        yield Paragraph(text("Quelle: {name}", name=f"{source.name} ({source.url})" if source.url else source.name),
                        "remark")  # fmt: skip


def _proof(context: Context, plan: Plan, indicator: str) -> str:
    """Return what the figures say of an indicator at the place today, nothing where they say nothing."""
    try:
        return make(Address.of("time_series", ags=plan.ags, indicator=indicator), context).sentence
    except AddressError:
        return ""
