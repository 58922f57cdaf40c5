"""The Kommunalprofil: four pages about a place: situation, age, movements, outlook and plan.

A place without own ages gets the exhibits of its Kreis, which say so themselves. What does not exist for a place is
said in a sentence in its place.
"""

from datetime import date

from zwk_data.documents.making import figure
from zwk_data.documents.model import Block, Document, Figure, Heading, PageBreak, Paragraph, SideBySide
from zwk_data.exhibits.registry import Context, known_place
from zwk_data.warehouse.places import Place


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
        blocks += page(context, place, today)
    return Document(
        text("Kommunalprofil"), place.name, text("Lage, Altersstruktur, Bewegungen, Ausblick und Plan"), tuple(blocks),
        today, context.language,
    )  # fmt: skip


def _situation(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Lage")),
        figure(f"key_figures?ags={place.ags}", context),
        figure(f"population_line?ags={place.ags}", context, height=58),
    ]


def _ages(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Altersstruktur")),
        figure(f"age_pyramid?ags={place.ags}&compare=DG", context, height=84),
        figure(f"age_groups?ags={place.ags}", context, height=62),
    ]


def _movements(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Bewegungen")),
        figure(f"births_deaths?ags={place.ags}", context, height=36),
        figure(f"in_out_migration?ags={place.ags}", context, height=36),
        figure(f"migration_by_age?ags={place.ags}", context, height=36),
    ]


def _outlook(context: Context, place: Place, today: date) -> list[Block]:
    return [
        Heading(context.language.text("Ausblick und Plan")),
        *_beside(
            figure(f"outlook_line?ags={place.ags}&scenarios=continue", context, height=40),
            figure(f"outlook_certainty?ags={place.ags}&scenario=continue&group=80plus", context, height=40),
        ),
        _plan(context, place, today),
    ]


def _beside(left: Figure | Paragraph, right: Figure | Paragraph) -> list[Block]:
    """Set two figures side by side; what could not be made stands alone."""
    if isinstance(left, Figure) and isinstance(right, Figure):
        return [SideBySide(left, right)]
    return [left, right]


def _plan(context: Context, place: Place, today: date) -> Block:
    """Return the entries of the plan by state, or the sentence that there is none."""
    if context.plans(place.ags) is None:
        return Paragraph(
            context.language.text(
                "Für {place} liegt hier kein Werkstattplan aus öffentlichen Quellen vor.", place=place.name
            )
        )
    return figure(f"plan_stages?ags={place.ags}&day={today.isoformat()}", context, height=40)
