"""The entries without a range: their contribution cannot be put in numbers, and why."""

import pandas as pd

from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.plans import public_sources, required_plan, stage
from zwk_data.exhibits.provenance import source_line
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.language import Language
from zwk_data.outlook.effects import DROPPED, quantified
from zwk_data.plan.model import Entry
from zwk_data.warehouse.places import Place


@kind(required={"ags": place}, of_plan=True)
def effect_unquantified(context: Context, *, ags: Place) -> Exhibit:
    """List the entries of a plan without range, reason and source, in the order of the plan, with the reason given.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    others = [entry for entry in plan.entries if not quantified(entry)]
    rows = [(one.id, one.title, stage(one, context.language), text("Beitrag nicht bezifferbar"),
             _why(one, context.language)) for one in others]  # fmt: skip
    table = pd.DataFrame(rows, columns=["id", "title", "stage", "contribution", "why"])
    sources = public_sources([source for one in others for source in one.evidence], context.language)
    return Exhibit(
        Address.of("effect_unquantified", ags=ags.ags), text("Ohne bezifferten Beitrag"), plan.title,
        _sentence(len(others), len(plan.entries), int((table["why"] != _unsaid(context.language)).sum()),
                  context.language),
        text("Tabelle der Vorhaben ohne bezifferten Beitrag, mit Grund."), table,
        (Column("title", text("Vorhaben")), Column("stage", text("Stufe")), Column("contribution", text("Beitrag")),
         Column("why", text("Grund"))),
        Marks("table"), sources or (source_line("gvisys_2022", context),),
        notes=(Note("method", text(
            "Ein Beitrag wird nur gerechnet, wenn jemand eine Spanne mit Grund und Quelle eingetragen hat. Ohne Zahl "
            "ist ein Vorhaben nicht weniger wert.")),),
    )  # fmt: skip


def _why(entry: Entry, language: Language) -> str:
    """Return why there is no number: as given, or what is missing."""
    text = language.text
    if entry.status == DROPPED:
        return text("verworfen")
    if entry.effects:
        return text("Spanne ohne Grund oder Quelle")
    return entry.no_effect or _unsaid(language)


def _unsaid(language: Language) -> str:
    return language.text("kein Grund angegeben")


def _sentence(count: int, all_: int, said: int, language: Language) -> str:
    text = language.text
    if not count:
        return text("Jedes Vorhaben hat eine Spanne mit Grund und Quelle.")
    if not said:
        return text("Bei {count} von {all} Vorhaben ist der Beitrag nicht bezifferbar; ein Grund steht bei keinem.",
                    count=count, all=all_)  # fmt: skip
    return text("Bei {count} von {all} Vorhaben ist der Beitrag nicht bezifferbar; bei {said} davon steht der Grund "
                "dabei.", count=count, all=all_, said=said)  # fmt: skip
