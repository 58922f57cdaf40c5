"""Papers from the entries of a plan: recommendations, and the Möglichkeitenkonzept by whom it addresses."""

from collections.abc import Iterable, Sequence
from datetime import date

from zwk_data.documents.model import Block, Document, Figure, Heading, Paragraph, Rows
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
        blocks += _audience(context, [one for one in plan.entries if _first(one) == audience], audience)
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
        kept = [one for one in found if _first(one) == audience]
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


def _first(entry: Entry) -> str:
    """Return under whom an entry stands: the first it addresses; the others are named beside it ("auch")."""
    return next((one for one in AUDIENCES if one in entry.audience), "")


def _also(context: Context, entry: Entry) -> str:
    words = labels.audiences(context.language)
    others = [words[one] for one in AUDIENCES if one in entry.audience and one != _first(entry)]
    return context.language.text("auch: {names}", names=", ".join(others)) if others else ""


def _address_word(context: Context, audience: str) -> str:
    words = labels.audiences(context.language)
    return words[audience] if audience else context.language.text("Ohne Adressat")


def _audience(context: Context, entries: Sequence[Entry], audience: str) -> list[Block]:
    """Return one table for what exists and one for what to strive for."""
    text = context.language.text
    if not entries:
        return []
    kinds = {
        text("Gibt es"): [one for one in entries if shelf(one) == "exists"],
        text("Anzustreben"): [one for one in entries if shelf(one) in ("wanted", "planned")],
        text("Ohne Stufe"): [one for one in entries if shelf(one) == "open"],
    }
    blocks: list[Block] = []
    for name, kept in kinds.items():
        if kept:
            blocks += [Heading(name, 2), _table(context, kept)]
    return [Heading(_address_word(context, audience), 1), *blocks] if blocks else []


def _table(context: Context, entries: Sequence[Entry]) -> Rows:
    """Return a table of entries; a column that none of them fills is left out, no cell is empty."""
    text, stages = context.language.text, labels.stages(context.language)
    missing = text("keine Angabe")
    columns: list[tuple[str, float, list[str]]] = [
        (text("Eintrag"), 34, [_named(context, one) for one in entries]),
        (text("Stufe"), 13, [stages[one.stage] if one.stage else "" for one in entries]),
        (text("Ort oder Beispiel"), 20, [one.place or one.example_place or "" for one in entries]),
        (text("Begründung"), 36, [one.reason or "" for one in entries]),
    ]
    kept = [column for column in columns if any(column[2])]
    rows = zip(*([cell or missing for cell in cells] for _, _, cells in kept), strict=True)
    return Rows(tuple(name for name, _, _ in kept), tuple(rows), "", tuple(width for _, width, _ in kept))


def _named(context: Context, one: Entry) -> str:
    """Return title and description of an entry, and whom else it addresses."""
    also = _also(context, one)
    return one.title + (f": {one.description}" if one.description else "") + (f" ({also})" if also else "")


def _recommendation(context: Context, plan: Plan, one: Entry) -> Iterable[Block]:
    text = context.language.text
    yield Heading(one.title, 2)
    if also := _also(context, one):
        yield Paragraph(also, "remark")
    if one.description:
        yield Paragraph(one.description)
    if one.reason:
        yield Paragraph(text("Begründung: {reason}", reason=one.reason))
    proofs = [said for link in plan.links if link.entry == one.id for said in _proof(context, plan, link.indicator)]
    if proofs:
        yield Paragraph(text("Soll beitragen zu:"))
        yield from proofs
    if one.responsible_office:
        yield Paragraph(text("Zuständig: {office}", office=one.responsible_office))
    for source in one.evidence:
        yield Paragraph(text("Quelle: {name}", name=f"{source.name} ({source.url})" if source.url else source.name),
                        "remark")  # fmt: skip


def _proof(context: Context, plan: Plan, indicator: str) -> list[Block]:
    """Return what the figures say of an indicator at the place today, with source; nothing where they say nothing."""
    try:
        made = make(Address.of("time_series", ags=plan.ags, indicator=indicator), context)
    except AddressError:
        return []
    return [Figure(made, picture=False)]
