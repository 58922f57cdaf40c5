"""Why two scenarios differ: base population, births, deaths and moves, which sum to the difference."""

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    CONTINUE,
    Group,
    about,
    everybody,
    form,
    group,
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
from zwk_data.exhibits.registry import Context, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run
from zwk_data.projection.difference import COMPONENTS, Difference, Side, split
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

DEFAULT_YEAR = 2040
SAME = 0.5  # persons


@kind(required={"ags": place, "scenarios": scenarios}, optional={"year": year, "group": group, "form": form})
def outlook_difference(
    context: Context, *, ags: Place, scenarios: tuple[Scenario, ...], year: int = DEFAULT_YEAR,
    group: Group | None = None, form: str = "",
) -> Exhibit:  # fmt: skip
    """Split the difference of two scenarios in a year into the components that drive it.

    Args:
        context: data and language.
        ags: the place.
        scenarios: the first two are compared; one alone with the continuation, the continuation with no moves at all.
        year: at whose end.
        group: whose number, everyone where none is given.
        form: how a town is run.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    people = group or everybody(language)
    address = Address.of("outlook_difference", ags=ags.ags, scenarios=[str(one) for one in scenarios], form=form,
                         group=people.id if people.id != "total" else "",
                         year=year if year != DEFAULT_YEAR else "")  # fmt: skip
    start, title = started(context, ags, form), text("Warum sich die Szenarien unterscheiden")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    if not start.year < year <= outlook.UNTIL:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=outlook.UNTIL))
    pair = compared(scenarios)
    one, other = (ran(context, start, wanted, outlook.UNTIL) for wanted in pair)
    called = names(pair, language)
    found = split(_side(one), _side(other), year, people.ages)
    table = _rows(found, called, language)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("{group} am 31. Dezember {year} {where}: von »{first}« zu »{second}«", group=people.heading,
                      year=year, where=where(start, language), first=called[0], second=called[1]),
        sentence=_sentence(language, one, found, people, year, called),
        alt=text("Rechnung von »{first}« zu »{second}«, {place}, {year}: {parts}.", first=called[0], second=called[1],
                 place=start.place.name, year=year, parts=", ".join(table["component"] + " " + table["text"])),
        table=table,
        columns=(Column("component", text("Bestandteil")), Column("value", persons(start, language), "", 0)),
        marks=Marks("balance", x="component", y="value", options={"from": "from", "text": "text", "stock": "stock"}),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start), _note(language)),
    )  # fmt: skip


def compared(wanted: tuple[Scenario, ...]) -> tuple[Scenario, Scenario]:
    """Return the two scenarios whose difference is shown."""
    if len(wanted) > 1:
        return wanted[0], wanted[1]
    return (wanted[0], CONTINUE) if wanted[0] != CONTINUE else (CONTINUE, Scenario("none"))


def _side(run: Run) -> Side:
    return Side(run.start.year, run.start.baseline.population, run.rates)


def words(language: Language) -> dict[str, str]:
    """Return the names of the components."""
    text = language.text
    return {"base": text("Ausgangsbevölkerung"), "births": text("Geburten je Frau"), "deaths": text("Sterblichkeit"),
            "migration": text("Wanderung")}  # fmt: skip


def _rows(found: Difference, called: list[str], language: Language) -> pd.DataFrame:
    """Return the steps from one number to the other; ``from`` is where a step begins."""
    rows: list[dict[str, object]] = [_stock(called[0], found.first, 0.0, language)]
    level = 0.0
    for name in COMPONENTS:
        value = float(getattr(found, name))
        rows.append({"component": words(language)[name], "value": value, "from": level, "stock": False,
                     "text": language.number(round(value), sign=True)})  # fmt: skip
        level += value
    return pd.DataFrame([*rows, _stock(called[1], found.second, level, language)])


def _stock(name: str, value: float, level: float, language: Language) -> dict[str, object]:
    return {
        "component": f"»{name}«",
        "value": value,
        "from": level,
        "stock": True,
        "text": language.number(round(value)),
    }


def _sentence(
    language: Language, run: Run, found: Difference, people: Group, year: int, called: list[str]
) -> str:  # fmt: skip
    """Say how many more or fewer the second scenario has, and which components make most of it."""
    text = language.text
    values = {"year": year, "where": where(run.start, language), "people": people.people, "first": called[0],
              "second": called[1], "number": about(abs(found.total), language)}  # fmt: skip
    parts = sorted(COMPONENTS, key=lambda name: -abs(getattr(found, name)))
    said = [f"{words(language)[name]} {language.number(round(float(getattr(found, name))), sign=True)}"
            for name in parts if abs(getattr(found, name)) >= SAME]  # fmt: skip
    if abs(found.total) < SAME:
        return text("Ob »{first}« oder »{second}« gilt: {year} leben {where} gleich viele {people}.", **values)
    values["parts"] = "; ".join(said)
    if found.total > 0:
        return text("Wenn statt »{first}« »{second}« gilt, leben {year} {where} {number} {people} mehr. Daran haben "
                    "Anteil: {parts}.", **values)  # fmt: skip
    return text("Wenn statt »{first}« »{second}« gilt, leben {year} {where} {number} {people} weniger. Daran haben "
                "Anteil: {parts}.", **values)  # fmt: skip


def _note(language: Language) -> Note:
    return Note("method", language.text(
        "Jeder Bestandteil ist die mittlere Wirkung über alle Reihenfolgen, in denen die Annahmen des einen durch die "
        "des anderen Szenarios ersetzt werden (Shapley); zusammen ergeben sie genau die Differenz."))  # fmt: skip
