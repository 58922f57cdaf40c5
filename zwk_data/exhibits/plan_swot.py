"""The SWOT of a plan: four fields, each statement with the live finding that proves it and what speaks against it."""

import pandas as pd

from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, SourceLine
from zwk_data.exhibits.plans import plan_sources, required_plan, short_note
from zwk_data.exhibits.registry import KINDS, Context, kind, make, place
from zwk_data.plan.labels import quadrants
from zwk_data.plan.model import Plan, Swot
from zwk_data.warehouse.places import Place

COLUMNS = ("quadrant", "id", "title", "proof", "proof_title", "proof_address", "counter", "counter_text",
           "counter_address", "source", "day", "quadrant_id", "proven")  # fmt: skip
MOST_SOURCES = 6


@kind(required={"ags": place}, of_plan=True)
def plan_swot(context: Context, *, ags: Place) -> Exhibit:
    """Show strengths, weaknesses, chances and risks with proof and counter-evidence.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    order = list(quadrants(context.language))
    found = [(one, _proof(one.exhibit, context), _proof(one.counter, context))
             for one in sorted(plan.swot, key=lambda one: order.index(one.quadrant))]  # fmt: skip
    rows = [_row(one, proof, counter, context) for one, proof, counter in found]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    lines: list[SourceLine] = [line for _, *proofs in found for proof in proofs if proof for line in proof.sources]
    sentence = _sentence(plan, table, ags, context)
    return Exhibit(
        Address.of("plan_swot", ags=ags.ags), text("SWOT"), text("Stärken, Schwächen, Chancen und Risiken mit Belegen"),
        sentence, text("Vier Felder: {sentence}", sentence=sentence), table,
        (Column("quadrant", text("Feld")), Column("title", text("Aussage")), Column("proof", text("Beleg")),
         Column("counter", text("Gegenbeleg")), Column("counter_text", text("Was dagegen spricht")),
         Column("source", text("Quelle")), Column("day", text("Tag"))),
        Marks("table", options={"layout": "swot", "quadrants": list(quadrants(context.language).values())}),
        (*plan_sources(plan, (), ags, context.language), *list(dict.fromkeys(lines))[:MOST_SOURCES]),
        notes=(short_note(plan, context.language),),
    )  # fmt: skip


def _proof(address: str | None, context: Context) -> Exhibit | None:
    """Return the exhibit of an address with the figures of now; None where there is none that can be made.

    A SWOT proves nothing by itself, so its own kind is refused.
    """
    if not address:
        return None
    try:
        wanted = Address.parse(address).at(context.data.as_of)
        return make(wanted, context) if wanted.kind in KINDS and wanted.kind != "plan_swot" else None
    except AddressError:
        return None


def _row(one: Swot, proof: Exhibit | None, counter: Exhibit | None, context: Context) -> tuple[object, ...]:
    language = context.language
    unproven = language.text("ohne Beleg") if not one.exhibit else language.text("Beleg nicht lesbar")
    against = counter.sentence if counter else language.text("Gegenbeleg nicht lesbar") if one.counter else ""
    return (
        quadrants(language)[one.quadrant], one.id, one.title, proof.sentence if proof else unproven,
        proof.title if proof else "", str(proof.address) if proof else "", against, one.counter_text or "",
        str(counter.address) if counter else "", one.source or "", language.date(one.day) if one.day else "",
        one.quadrant, "1" if proof else "",
    )  # fmt: skip


def _sentence(plan: Plan, table: pd.DataFrame, ags: Place, context: Context) -> str:
    text = context.language.text
    if table.empty:
        return text("{place}: Im Plan steht noch keine Aussage zu Stärken, Schwächen, Chancen und Risiken.",
                    place=ags.name)  # fmt: skip
    return text("{place}: {count} Aussagen, davon {proven} mit Beleg und {against} mit Gegenbeleg.", place=ags.name,
                count=len(table), proven=int((table["proven"] != "").sum()),
                against=int(((table["counter"] != "") | (table["counter_text"] != "")).sum()))  # fmt: skip
