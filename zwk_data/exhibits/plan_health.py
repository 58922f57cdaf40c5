"""What in a plan needs care, rule by rule, each with its reason; no person, office or place is ranked."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from zwk_data.catalog import indicators
from zwk_data.exhibits.effects.common import review_year, run_of, start_of
from zwk_data.exhibits.effects.effect_visible import limit_of
from zwk_data.exhibits.effects.watched import watched
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.plan_dates import day as read_day
from zwk_data.exhibits.plan_targets import judged
from zwk_data.exhibits.plans import plan_sources, required_plan, seen_from, short_note
from zwk_data.exhibits.registry import Context, is_offered, kind, place
from zwk_data.language import Language
from zwk_data.outlook import NoStart, numbers
from zwk_data.outlook.effects import contributions, quantified
from zwk_data.plan.health import Finding, Known, findings
from zwk_data.plan.model import Plan
from zwk_data.warehouse.places import Place

COLUMNS = ("rule", "why", "id", "title", "detail", "name")


@kind(required={"ags": place}, optional={"day": read_day}, of_plan=True)
def plan_health(context: Context, *, ags: Place, day: date | None = None) -> Exhibit:
    """Show which entries and targets miss something, by rule, seen from ``day``.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    today = seen_from(plan, day)
    found = findings(plan, today, _known(plan, ags, context))
    table = _table(plan, found, context)
    sentence = _sentence(plan, found, ags, context)
    return Exhibit(
        Address.of("plan_health", ags=ags.ags, day=day.isoformat() if day else ""), text("Pflegestand"),
        text("Stand {date}", date=context.language.date(today)), sentence,
        text("Liste der Regeln mit den Einträgen, auf die sie zutreffen: {sentence}", sentence=sentence), table,
        (Column("rule", text("Regel")), Column("title", text("Eintrag")), Column("detail", text("Angabe")),
         Column("why", text("Warum das zählt"))),
        Marks("table", options={"layout": "health"}), plan_sources(plan, (), ags, context.language),
        notes=(_note(context.language), short_note(plan, context.language)),
    )  # fmt: skip


def _note(language: Language) -> Note:
    return Note("method", language.text(
        "Die Regeln stehen in fester Reihenfolge, die Einträge in der des Plans. Es ist keine Rangliste: Ein Fund "
        "sagt, was fehlt, nicht, wer etwas versäumt hat."))  # fmt: skip


def _known(plan: Plan, ags: Place, context: Context) -> Known:
    """Return what the rules cannot see in the plan itself."""
    without = {one.id for one in plan.targets if judged(context, ags, one).found in ("no_base", "no_figures")}
    return Known(undetectable(plan, ags, context), without)


def undetectable(plan: Plan, ags: Place, context: Context) -> frozenset[str]:
    """Return the entries whose middle contribution would be visible by the interim review in none of their indicators.

    Only entries whose author gave a range count, and only indicators for which a limit is known.
    """
    entries = [entry for entry in plan.entries if quantified(entry)]
    start = start_of(context, ags) if entries else None
    if start is None or isinstance(start, NoStart):
        return frozenset()
    run, review = run_of(context, start), review_year(plan, start)
    seen: dict[str, list[bool]] = {}
    for name in dict.fromkeys(link.indicator for link in plan.links if link.role != "context"):
        one = indicators()[name]
        linked = {link.entry for link in plan.links if link.indicator == name and link.role != "context"}
        chosen = [entry for entry in entries if entry.id in linked]
        if not chosen or not is_offered(one, context.data) or not numbers.gives(run, one):
            continue
        limit = limit_of(context, run, watched(context, ags, start, one), review)
        found, index = contributions(run, one, chosen), run.years.index(review)
        if limit.up is None:
            continue
        for entry, part in found.alone.items():
            value = float(part.mid[max(index - limit.after, 0) + 1 : index + 1].mean())
            least = limit.up if value > 0 else limit.down
            seen.setdefault(entry, []).append(least is not None and abs(value) >= least)
    return frozenset(entry for entry, verdicts in seen.items() if not any(verdicts))


def rules(language: Language) -> Mapping[str, tuple[str, str]]:
    """Return name and reason of every rule."""
    text = language.text
    return {
        "no_office": (text("Ohne Zuständigkeit"), text("Ohne zuständige Stelle fragt niemand nach.")),
        "no_status": (text("Ohne Stand"), text("Ohne Stand lässt sich nicht sagen, was läuft.")),
        "no_indicator": (text("Ohne Kennzahl und ohne Begründung dafür"), text(
            "Es ist nicht gesagt, zu welcher Kennzahl der Eintrag beitragen soll.")),
        "overdue": (text("Überfällig"), text("Das Ende liegt zurück, der Stand sagt nichts vom Abschluss.")),
        "quiet": (text("Seit einem Jahr kein Sachstand"), text("Der Eintrag läuft, aber niemand hat berichtet.")),
        "not_detectable": (text("Beitrag wäre nicht sichtbar"), text(
            "Der erwartete Beitrag ist bis zur Zwischenbilanz kleiner als das, was sich zeigen könnte.")),
        "not_before": (text("Noch keine Zahlen möglich"), text(
            "Amtliche Zahlen erscheinen etwa 9 bis 18 Monate nach dem Jahr, in dem sich etwas zeigen soll.")),
        "secured": (text("Plätze bald nicht mehr gesichert"), text(
            "»Gesichert bis« liegt zurück oder endet in den nächsten zwei Jahren.")),
        "no_base": (text("Zielwert ohne Ausgangswert"), text("Ohne Ausgangswert gibt es keinen Pfad zum Zielwert.")),
    }  # fmt: skip


def _table(plan: Plan, found: tuple[Finding, ...], context: Context) -> pd.DataFrame:
    said, code = rules(context.language), context.language.code
    titles = {entry.id: entry.title for entry in plan.entries}
    titles |= {one.id: indicators()[one.indicator].label(code) for one in plan.targets}
    rows = [(*said[one.rule], one.part, titles[one.part], _detail(one, context.language), one.rule) for one in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _detail(one: Finding, language: Language) -> str:
    text = language.text
    if one.day is None:
        return text("noch nie berichtet") if one.rule == "quiet" else ""
    templates = {"overdue": text("Ende: {date}"), "quiet": text("zuletzt: {date}"),
                 "secured": text("gesichert bis {date}")}  # fmt: skip
    if one.rule in templates:
        return templates[one.rule].format(date=language.date(one.day))
    return text("Zahlen nicht vor {first}, spätestens bis {last}", first=language.date(one.day),
                last=language.date(one.last_day or one.day))  # fmt: skip


def _sentence(plan: Plan, found: tuple[Finding, ...], ags: Place, context: Context) -> str:
    text = context.language.text
    if not found:
        return text("{place}: Keine Regel trifft auf einen der {count} Einträge zu.", place=ags.name,
                    count=len(plan.entries))  # fmt: skip
    parts = len({one.part for one in found})
    return text("{place}: Bei {parts} von {count} Einträgen und Zielwerten ist etwas zu klären.", place=ags.name,
                parts=parts, count=len(plan.entries) + len(plan.targets))  # fmt: skip
