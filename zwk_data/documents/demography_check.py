"""The Demografie-Check: one page for a council paper on whom a project concerns, today and in ten years.

The age groups come from the scenario "as it went recently" with their tested range and shelf life. Two local criteria
(how long a project binds, what it costs) tell whether a check is due; their limits are the municipality's own.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from zwk_data.documents.model import Block, Document, Figure, Heading, Paragraph, Rows, WritingSpace
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits.registry import known_place
from zwk_data.plan.model import Entry, Plan

YEAR = 2035
MOST_SAID = 3  # groups that the sentence names; all are in the table
WHOLE = 0  # row of the whole population in the exhibit of groups


@dataclass(frozen=True)
class Criteria:
    """From when on a check is due: years that a project binds, EUR that it costs. None switches a criterion off."""

    years: int | None = 10
    cost: Decimal | None = Decimal(100_000)


@dataclass(frozen=True)
class Project:
    """What is to be decided. What is not known stays None and is said to be so; ``binds`` in years, cost in EUR."""

    title: str
    office: str | None = None
    binds: int | None = None
    cost: Decimal | None = None
    goals: tuple[str, ...] = ()
    contributes: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Entry, plan: Plan, indicators: Sequence[str] = ()) -> "Project":
        """Take over what a plan says of an entry; ``indicators`` are the names of those it is linked with."""
        goals = tuple(goal.title for goal in plan.goals if goal.id in entry.goals)
        binds = entry.end.year - entry.start.year if entry.start and entry.end else None
        return cls(entry.title, entry.responsible_office, binds, entry.cost_plan, goals, tuple(indicators))


def due(project: Project, criteria: Criteria) -> bool | None:
    """Tell whether a check is due: one criterion is met. None where nothing is known that could meet one."""
    known = [(project.binds, criteria.years), (project.cost, criteria.cost)]
    compared = [value >= limit for value, limit in known if value is not None and limit is not None]
    return any(compared) if compared else None


def groups_of(context: Context, ags: str) -> list[str]:
    """Return the names of the age groups a check can speak of.

    Raises:
        AddressError: there is no such place, or nothing can be projected for it.
    """
    return [str(name) for name in _groups(context, ags).table["group"]][WHOLE + 1 :]


def demography_check(
    context: Context, ags: str, project: Project, groups: Sequence[str], today: date, *,
    criteria: Criteria = Criteria(),
) -> Document:  # fmt: skip
    """Return the annex for a council paper.

    Args:
        context: the data, the plans the reader may see, and the reader's language.
        ags: key of the municipality.
        project: what is to be decided.
        groups: names of the age groups it concerns (see ``groups_of``); without any, the population as a whole.
        today: the day that is printed.
        criteria: of the municipality.

    Raises:
        AddressError: there is no such place, or nothing can be projected for it.
        ValueError: a group is not known.
    """
    text, place = context.language.text, known_place(ags, context.data.places, context.language)
    shown = _chosen(_groups(context, place.ags), groups, context)
    blocks: tuple[Block, ...] = (
        Heading(text("Vorhaben und Anlass"), 1), *_occasion(context, project, criteria),
        Heading(text("Wen es betrifft"), 1), Figure(shown),
        Heading(text("Bezug zum Werkstattplan"), 1), *_links(context, project), Heading(text("Barrierefreiheit"), 1),
        WritingSpace(text("Kann jeder Mensch das Ergebnis nutzen, auch mit Rollstuhl, Seh- oder Hörbehinderung und "
                          "ohne gute Deutschkenntnisse? Was fehlt dafür?"), 27),
    )  # fmt: skip
    return Document(text("Demografie-Check"), project.title, place.name, blocks, today, context.language, fit=True)


def _groups(context: Context, ags: str) -> Exhibit:
    return make(Address.of("outlook_groups", ags=ags, scenarios="continue", year=YEAR), context)


def _chosen(exhibit: Exhibit, groups: Sequence[str], context: Context) -> Exhibit:
    """Return the exhibit with the rows of some groups alone; its sentence speaks of them."""
    names = [str(name) for name in exhibit.table["group"]]
    if unknown := sorted(set(groups) - set(names)):
        raise ValueError(f"no such age group: {unknown[0]}")
    wanted = list(groups) or [names[WHOLE]]
    rows = exhibit.table[exhibit.table["group"].astype(str).isin(wanted)].reset_index(drop=True)
    said = "; ".join(_said(row, context) for row in rows.to_dict("records")[:MOST_SAID])
    sentence = context.language.text("Wenn es weitergeht wie zuletzt, bis {year}: {groups}.", year=YEAR, groups=said)
    return replace(exhibit, table=rows, sentence=sentence)


def _said(row: Mapping[Hashable, Any], context: Context) -> str:
    """Say what is expected of a group, in numbers of the precision they bear."""
    language = context.language
    low, high, now = (language.number(float(row[name])) for name in ("low", "high", "now"))
    if row["finding"] in (language.text("mehr"), language.text("weniger")):
        return language.text("{group} {finding} als heute {now} (in 80 von 100 Verläufen {low} bis {high})",
                             group=row["group"], finding=row["finding"], now=now, low=low, high=high)  # fmt: skip
    return language.text("{group} von heute {now} {finding} (in 80 von 100 Verläufen {low} bis {high})",
                         group=row["group"], finding=row["finding"], now=now, low=low, high=high)  # fmt: skip


def _occasion(context: Context, project: Project, criteria: Criteria) -> list[Block]:
    """Return who is in charge, what the project binds and costs beside the criteria, and whether a check is due."""
    text = context.language.text
    unknown = text("nicht angegeben")
    binds = unknown if project.binds is None else text("{count} Jahre", count=project.binds)
    cost = unknown if project.cost is None else _euro(context, project.cost)
    least = (text("ab {count} Jahren", count=criteria.years) if criteria.years is not None else "",
             text("ab {cost}", cost=_euro(context, criteria.cost)) if criteria.cost is not None else "")  # fmt: skip
    none = text("kein Kriterium")
    rows = (
        (text("Bindet die Kommune für"), binds, least[0] or none, _met(context, project.binds, criteria.years)),
        (text("Kosten"), cost, least[1] or none, _met(context, project.cost, criteria.cost)),
    )
    said = {
        True: text("Ein Demografie-Check ist nach den Kriterien der Kommune angezeigt."),
        False: text("Nach den Kriterien der Kommune ist kein Demografie-Check nötig."),
        None: text("Ob ein Demografie-Check angezeigt ist, lässt sich ohne Angaben nicht sagen."),
    }[due(project, criteria)]
    heads = (text("Angabe"), text("Wert"), text("Kriterium der Kommune"), text("Erfüllt"))
    office = text("Zuständig: {office}", office=project.office or unknown)
    return [Paragraph(f"{office}. {said}"), Rows(heads, rows, "", (30, 24, 26, 20))]


def _euro(context: Context, cost: Decimal) -> str:
    return context.language.measured(context.language.number(float(cost)), "EUR")


def _met(context: Context, value: int | Decimal | None, limit: int | Decimal | None) -> str:
    text = context.language.text
    if limit is None:
        return text("entfällt")
    if value is None:
        return text("nicht angegeben")
    return text("ja") if value >= limit else text("nein")


def _links(context: Context, project: Project) -> list[Block]:
    text = context.language.text
    said = [text("Ziel: {goal}", goal=goal) for goal in project.goals]
    said += [text("Soll beitragen zu: {figure}", figure=figure) for figure in project.contributes]
    return [
        Paragraph(
            "; ".join(said) if said else text("Im Plan ist kein Bezug zu einem Ziel oder einer Kennzahl genannt.")
        )
    ]
