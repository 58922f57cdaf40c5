"""The Kommunalprofil: four pages about a place: situation, age, movements, outlook and plan.

A place without own ages gets the exhibits of its Kreis, which say so themselves. What does not exist for a place is
said in a sentence in its place.
"""

from collections import Counter
from datetime import date

from zwk_data.documents.making import badge_once, figure
from zwk_data.documents.model import Block, Document, Heading, PageBreak, Paragraph, Rows
from zwk_data.exhibits.registry import Context, known_place
from zwk_data.plan import labels
from zwk_data.plan.model import Plan
from zwk_data.warehouse.places import Place

MOST_TARGETS = 5  # that find room as a table; of more, the sentence alone


def profile(context: Context, ags: str, today: date) -> Document:
    """Return the profile of a place.

    Args:
        context: figures, language, plans the reader may see.
        ags: key of a Gemeinde, a Kreis or an association.
        today: the day that is printed; states of the plan are seen from it.

    Raises:
        AddressError: there is no such place.
    """
    text = context.language.text
    place = known_place(ags, context.data.places, context.language)
    pages = (_situation, _ages, _movements, _outlook)
    blocks: list[Block] = []
    for page in pages:
        blocks += [PageBreak()] if blocks else []
        blocks += badge_once(page(context, place, today))
    return Document(
        text("Kommunalprofil"), place.name, text("Lage, Altersstruktur, Bewegungen, Ausblick und Plan"), tuple(blocks),
        today, context.language, fit=True,
    )  # fmt: skip


def _situation(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Lage")),
        figure(f"key_figures?ags={place.ags}", context),
        figure(f"population_line?ags={place.ags}", context, height=76),
    ]


def _ages(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Altersstruktur")),
        figure(f"age_pyramid?ags={place.ags}&compare=DG", context, height=100),
        figure(f"age_groups?ags={place.ags}", context, height=74),
    ]


def _movements(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Bewegungen")),
        figure(f"births_deaths?ags={place.ags}", context, height=48),
        figure(f"in_out_migration?ags={place.ags}", context, height=48),
        figure(f"migration_by_age?ags={place.ags}", context, height=50),
    ]


def _outlook(context: Context, place: Place, today: date) -> list[Block]:
    height = 84 if context.plans(place.ags) is None else 54  # the plan takes the rest of the page
    return [
        Heading(context.language.text("Ausblick und Plan")),
        *badge_once([
            figure(f"outlook_line?ags={place.ags}&scenarios=continue", context, height=height),
            figure(f"outlook_certainty?ags={place.ags}&scenario=continue&group=80plus", context, picture=False),
        ]),
        *_plan(context, place, today),
    ]  # fmt: skip


def _plan(context: Context, place: Place, today: date) -> list[Block]:
    """Return the stage reached, the entries by stage and state and the targets, or the sentence that there is none."""
    plan, text = context.plans(place.ags), context.language.text
    if plan is None:
        return [Paragraph(text("Für {place} liegt hier kein Werkstattplan aus öffentlichen Quellen vor.",
                               place=place.name))]  # fmt: skip
    found: list[Block] = [Heading(plan.title, 2)]
    if plan.entries:
        found.append(_entries(context, plan))
    if any(one.status for one in plan.entries):
        found.append(figure(f"plan_board?ags={place.ags}&day={today.isoformat()}", context, picture=False))
    found.append(figure(f"plan_stages?ags={place.ags}&day={today.isoformat()}", context, picture=False))
    if plan.targets:
        found.append(figure(f"plan_targets?ags={place.ags}", context, picture=len(plan.targets) <= MOST_TARGETS))
    return found


def _entries(context: Context, plan: Plan) -> Rows:
    """Count the entries of a plan by stage (rows) and state (columns); only what occurs stands there."""
    language, text = context.language, context.language.text
    stages: dict[str | None, str] = dict(labels.stages(language).items()) | {None: text("ohne Stufe")}
    states: dict[str | None, str] = dict(labels.statuses(language).items()) | {None: text("ohne Angabe")}
    shown = [word for word in states if any(one.status == word for one in plan.entries)]
    counts: Counter[tuple[str | None, str | None]] = Counter((one.stage, one.status) for one in plan.entries)
    rows = [(name, *(language.number(counts[stage, state]) for state in shown))
            for stage, name in stages.items() if any(one.stage == stage for one in plan.entries)]  # fmt: skip
    names = [states[one] for one in shown]
    widths = (34, *[11.0] * len(names))
    return Rows((text("Einträge nach Stufe und Stand"), *names), tuple(rows), "", widths,
                frozenset(range(1, len(widths))))  # fmt: skip
