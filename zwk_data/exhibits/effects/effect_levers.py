"""What a target would take in each lever alone, checked by running it, or that it cannot be reached with it."""

import pandas as pd

from zwk_data.catalog import Indicator, levers
from zwk_data.exhibits.effects.common import (
    SINGLE,
    Aim,
    aim_of,
    checked_year,
    leading,
    needed,
    not_computed,
    not_of_kreis,
    notes_of,
    number,
    part,
    run_of,
    start_of,
    target_text,
    wanted_of,
    where,
)
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import form, lines, no_outlook, ran
from zwk_data.exhibits.outlook.outlook_goal import observed, value_text
from zwk_data.exhibits.provenance import unit_name
from zwk_data.exhibits.registry import Context, indicator, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, numbers
from zwk_data.outlook.effects import Found, Infeasible, need
from zwk_data.warehouse.places import Place


@kind(
    required={"ags": place},
    optional={"target": part, "indicator": indicator, "value": number, "year": year, "form": form},
    of_plan=True,
)
def effect_levers(
    context: Context, *, ags: Place, target: str = "", indicator: Indicator | None = None, value: float | None = None,
    year: int | None = None, form: str = "",
) -> Exhibit:  # fmt: skip
    """Show for every lever of one number at which value, alone and held from the start on, the target is reached.

    Raises:
        AddressError: no such target, or a year that the run does not reach.
    """
    text, language = context.language.text, context.language
    address = Address.of("effect_levers", ags=ags.ags, target=target, indicator=indicator.id if indicator else "",
                         value=value, year=year, form=form)  # fmt: skip
    aim = aim_of(context.plans(ags.ags), target, indicator, value, year, language)
    start, title = start_of(context, ags, form), text("Jeder Hebel für sich")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    run = run_of(context, start)
    known = numbers.gives(run, aim.indicator) and not not_of_kreis(aim, start, language)
    found = _found(run, aim, language) if known else []
    wanted = wanted_of(aim, run) if known else aim.value or 0.0
    table = pd.DataFrame([_row(context, one, run, aim) for one in found], columns=list(COLUMNS))
    return Exhibit(
        address=address,
        title=title,
        subtitle=text("»{label}« bei {target} Ende {year} {where}", label=aim.indicator.short_label(language.code),
                      target=target_text(wanted, aim.indicator, language), year=aim.year, where=where(start, context)),
        sentence=not_of_kreis(aim, start, language) or _sentence(run, aim, found, language),
        alt=text("Tabelle: Hebel und die Werte, mit denen das Ziel erreicht ist, {place}.", place=start.place.name),
        table=table,
        columns=(
            Column("lever", text("Hebel, jeder für sich")), Column("now", text("zuletzt")),
            Column("needed", text("nötig")),
            Column("reached", text("erreicht {year}", year=aim.year), unit_name(aim.indicator, language),
                   aim.indicator.decimals),
            Column("remark", text("Bemerkung")),
        ),
        marks=Marks("table"),
        sources=lines(context, start),
        notes=(*notes_of(context, start), _note(language)),
    )  # fmt: skip


COLUMNS = ("id", "lever", "now", "needed", "reached", "remark", "scenario")


def _found(run: Run, aim: Aim, language: Language) -> list[Found | Infeasible]:
    """Return what each lever would have to be; those that do not move this number are left out."""
    checked_year(aim, run, language)
    wanted = wanted_of(aim, run)
    tried = [need(run, aim.indicator, aim.year, wanted, name) for name in SINGLE]
    return [one for one in tried if isinstance(one, Found) or one.reason != "no_effect"]


def _row(context: Context, found: Found | Infeasible, run: Run, aim: Aim) -> tuple[object, ...]:
    text, language, one = context.language.text, context.language, levers()[found.lever]
    now = observed(run.start, one, language)
    value = found.value if isinstance(found, Found) else found.nearest
    scenario = run.scenario.with_value(one.id, value)
    reached = float(numbers.values(aim.indicator, ran(context, run.start, scenario, aim.year).projection)[-1])
    label = one.label(language.code)
    if isinstance(found, Found):
        return one.id, label, now, value_text(one, value, language), reached, "", str(found.scenario)
    said = text("nicht erreichbar; am nächsten kommt {value}", value=value_text(one, value, language))
    return one.id, label, now, "–", reached, said, ""


def _sentence(run: Run, aim: Aim, found: list[Found | Infeasible], language: Language) -> str:
    """Say how many levers reach the target alone, and what the one that fits would have to be."""
    text = language.text
    if not found:
        return not_computed(aim.indicator, language)
    reached = [one for one in found if isinstance(one, Found)]
    values = {"label": aim.indicator.short_label(language.code), "year": aim.year, "all": len(found)}
    if not reached:
        return text("Kein Hebel allein erreicht das Ziel für »{label}« bis {year}.", **values)
    best = leading(run, aim, wanted_of(aim, run))
    named = needed(best if isinstance(best, Found) else reached[0], run, language)
    if len(reached) == 1:
        return text("Ein Hebel erreicht das Ziel für »{label}« bis {year} allein: {named}.", named=named, **values)
    return text("{count} von {all} Hebeln erreichen das Ziel für »{label}« bis {year} allein, zum Beispiel {named}.",
                count=len(reached), named=named, **values)  # fmt: skip


def _note(language: Language) -> Note:
    return Note("method", language.text(
        "Jeder Hebel gilt vom Beginn der Rechnung an in jedem Jahr, alles andere läuft weiter wie zuletzt; Hebel ohne "
        "Wirkung auf diese Zahl fehlen. Gesucht wird bei Wanderung bis zu 5 % der Einwohner im Jahr."))  # fmt: skip
