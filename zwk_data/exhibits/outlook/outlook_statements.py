"""What holds in all scenarios, and at which value of a lever it would flip."""

from collections.abc import Sequence

import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import levers, services
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    Group,
    band_of,
    everybody,
    form,
    group_of,
    lines,
    names,
    no_outlook,
    persons,
    ran,
    scenario_notes,
    scenarios,
    started,
    titled,
    where,
)
from zwk_data.exhibits.outlook.outlook_goal import DEFAULT_YEAR, value_text
from zwk_data.exhibits.registry import Context, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Start
from zwk_data.projection.ages import AgeRange
from zwk_data.projection.scenario import Scenario
from zwk_data.projection.statements import Course, Flip, Statement, flips, statements
from zwk_data.warehouse.places import Place


@kind(required={"ags": place, "scenarios": scenarios}, optional={"year": year, "form": form})
def outlook_statements(
    context: Context, *, ags: Place, scenarios: tuple[Scenario, ...], year: int = DEFAULT_YEAR, form: str = ""
) -> Exhibit:
    """Show for every group whether it is larger or smaller in a year in all scenarios, and what flips that.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    address = Address.of("outlook_statements", ags=ags.ags, scenarios=[str(one) for one in scenarios], form=form,
                         year=year if year != DEFAULT_YEAR else "")  # fmt: skip
    start, title = started(context, ags, form), text("Was in allen Szenarien gilt")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    if not start.year < year <= outlook.UNTIL:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=outlook.UNTIL))
    people, called = groups(language), names(scenarios, language)
    found = statements(_courses(context, start, scenarios, people), {one.id: one.ages for one in people}, start.year,
                       [year])  # fmt: skip
    table = _table(context, start, scenarios[0], people, found, called)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("{year} gegenüber Ende {start} {where}; Szenarien: {names}", year=year, start=start.year,
                      where=where(start, language), names=", ".join(called)),
        sentence=_sentence(language, start, people, found, table, year, len(called)),
        alt=text("Tabelle: Was {year} in allen Szenarien gilt und womit es kippt, {place}.", year=year,
                 place=start.place.name),
        table=table,
        columns=(
            Column("group", text("Gruppe")), Column("statement", text("gilt in allen Szenarien")),
            Column("smallest", text("kleinste Veränderung"), persons(start, language), 0, True),
            Column("largest", text("größte Veränderung"), persons(start, language), 0, True),
            Column("flip", text("gleich viele wie heute mit")),
        ),
        marks=Marks("table"),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start, band=True), *_notes(language, called[0])),
    )  # fmt: skip


def groups(language: Language) -> list[Group]:
    """Return everyone and the people of every service."""
    ages = [group_of(AgeRange(one.age_from, one.age_to), language, one.id) for one in services().values()]
    return [everybody(language), *ages]


def _courses(context: Context, start: Start, wanted: Sequence[Scenario], people: Sequence[Group]) -> list[Course]:
    """Return every scenario with its band."""
    found = []
    for one in wanted:
        run = ran(context, start, one, outlook.UNTIL)
        low, high = band_of(context, start, one, [group.ages for group in people])
        band = {group.id: (low[:, number], high[:, number]) for number, group in enumerate(people)}
        found.append(Course(one, run.population, band))
    return found


def _table(
    context: Context, start: Start, first: Scenario, people: Sequence[Group], found: Sequence[Statement],
    called: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    language, rows = context.language, []
    for group, one in zip(people, found, strict=True):
        rows.append({
            "id": group.id, "group": group.label, "statement": said(one, language),
            "smallest": one.smallest, "largest": one.largest, "smallest_in": called[one.smallest_in],
            "largest_in": called[one.largest_in], "flip": _flips(start, first, group.ages, one.year, language),
        })  # fmt: skip
    return pd.DataFrame(rows)


def said(one: Statement, language: Language) -> str:
    """Say what holds: ``mindestens 12 % weniger``, ``mehr``, ``offen``."""
    text = language.text
    if not one.holds:
        return text("offen")
    word = text("mehr") if one.direction == "more" else text("weniger")
    percent = int(one.at_least_percent())
    if not percent:
        return word
    return text("mindestens {percent} {word}", percent=language.percent(percent, 0), word=word)


def _flips(start: Start, first: Scenario, ages: AgeRange, year: int, language: Language) -> str:
    """Name every lever that alone leads to today's number, with its value."""
    found = [one for one in flips(start.baseline, first, ages, year) if isinstance(one, Flip)]
    return "; ".join(_flip(one, language) for one in found) or language.text("keinem der geprüften Hebel allein")


def _flip(found: Flip, language: Language) -> str:
    """Return a lever with the value in few words: ``Zuzüge 18–24: +1.090 je Jahr``."""
    text, one = language.text, levers()[found.lever]
    values = {"value": value_text(one, found.value, language, 0), "from": one.age_from, "to": one.age_to}
    if one.kind == "births":
        return text("{value} Geburten je Frau", **values)
    if one.kind == "in":
        return text("Zuzüge {from}–{to}: {value}", **values)
    return text("Fortzüge {from}–{to}: {value}", **values)


def _sentence(
    language: Language, start: Start, people: Sequence[Group], found: Sequence[Statement], table: pd.DataFrame,
    year: int, number: int,
) -> str:  # fmt: skip
    """Say the strongest statement, how many hold, and what flips the strongest."""
    text = language.text
    holding = [position for position, one in enumerate(found) if one.holds]
    values = {"year": year, "where": where(start, language), "count": number, "start": start.year,
              "holding": len(holding), "all": len(found)}  # fmt: skip
    if not holding:
        return (text("Welches der {count} Szenarien auch gilt: Bei keiner Gruppe steht fest, ob {year} {where} mehr "
                     "oder weniger Menschen leben als Ende {start}.", **values) if number > 1 else
                text("Bei keiner Gruppe steht fest, ob {year} {where} mehr oder weniger Menschen leben als Ende "
                     "{start}.", **values))  # fmt: skip
    best = max(holding, key=lambda position: found[position].at_least_percent(1))
    values |= {
        "people": people[best].people,
        "said": table["statement"].iloc[best],
        "flip": str(table["flip"].iloc[best]).replace("; ", text(" oder ")),
    }
    first = (text("Welches der {count} Szenarien auch gilt: {year} leben {where} {said} {people} als Ende {start}, "
                  "auch an den Rändern der Bereiche.", **values) if number > 1 else
             text("Auch an den Rändern des Bereichs: {year} leben {where} {said} {people} als Ende {start}.",
                  **values))  # fmt: skip
    rest = text("Bei {holding} von {all} Gruppen steht die Richtung fest, bei den übrigen ist sie offen.", **values)
    if len(holding) == len(found):
        rest = text("Bei allen {all} Gruppen steht die Richtung fest.", **values)
    flips = text("Gleich viele wie heute sind es im ersten Szenario mit {flip}.", **values)
    return f"{first} {flips} {rest}"


def _notes(language: Language, first: str) -> tuple[Note, ...]:
    text = language.text
    return (
        Note("method", text(
            "Eine Richtung gilt, wenn alle Szenarien und die Ränder ihrer 80-%-Bereiche in sie weisen. Kleinste und "
            "größte Veränderung sind die äußersten Ränder.")),
        Note("method", text(
            "Letzte Spalte: Wert eines Hebels, mit dem »{name}« allein (ohne Bereich) wieder die heutige Zahl ergibt; "
            "geprüft sind Geburten je Frau, zusätzliche Zuzüge von 18 bis 24 und von 30 bis 49 Jahren und zusätzliche "
            "Fortzüge von 18 bis 24 Jahren.", name=first)),
    )  # fmt: skip
