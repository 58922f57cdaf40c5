"""What it would take to reach a number: the value of one lever, checked by running it, or that it cannot."""

import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import Lever, levers, services
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    Group,
    about,
    band_of,
    form,
    group,
    group_of,
    lines,
    names,
    no_outlook,
    people_of,
    plain,
    preset_name,
    ran,
    scenario,
    scenario_notes,
    span,
    started,
    where,
)
from zwk_data.exhibits.registry import Context, Reader, choice, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.goal import Found, Infeasible, seek
from zwk_data.projection.levers import alive_at_end
from zwk_data.projection.scenario import DECIMALS, Scenario
from zwk_data.warehouse.places import Place

DEFAULT_GROUP, DEFAULT_YEAR = "working_age", 2040
SINGLE = tuple(one.id for one in levers().values() if one.single)
OTHERS = ("tfr", "in0", "in18", "in25", "in30", "in50", "in65", "out18", "out25", "out30")
lever: Reader = choice(*SINGLE)
NOTHING = 0.005  # of a lever: smaller is no change


def target(value: str, context: Context) -> int:
    """Read a number of people: whole and not negative."""
    if not (value.isascii() and value.isdigit() and len(value) <= 8):
        raise AddressError(context.language.text("»{value}« ist keine Zahl von Menschen.", value=value[:40]))
    return int(value)


@kind(
    required={"ags": place, "scenario": scenario},
    optional={"group": group, "year": year, "target": target, "lever": lever, "form": form},
)
def outlook_goal(
    context: Context, *, ags: Place, scenario: Scenario, group: Group | None = None, year: int = DEFAULT_YEAR,
    target: int | None = None, lever: str = "", form: str = "",
) -> Exhibit:  # fmt: skip
    """Show what one lever, and each of others alone, would have to be for a number of people to be reached in a year.

    Args:
        context: data and language.
        ags: the place.
        scenario: what else is assumed.
        group: whose number, people of working age where none is given.
        year: at whose end.
        target: persons, today's number where none is given.
        lever: the one the sentence speaks of; one that fits the group where none is given.
        form: how a town is run.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    people = group or _working_age(context)
    address = Address.of("outlook_goal", ags=ags.ags, scenario=str(scenario), form=form, lever=lever, target=target,
                         group=people.id if people.id != DEFAULT_GROUP else "",
                         year=year if year != DEFAULT_YEAR else "")  # fmt: skip
    start, title = started(context, ags, form), text("Was nötig wäre: {group} {year}", group=people.heading, year=year)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    if not start.year < year <= outlook.UNTIL:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=outlook.UNTIL))
    wanted = float(count(start.baseline.population, people.ages)) if target is None else float(target)
    first = lever or fitting(people.ages, year - start.year)
    tried = [seek(start.baseline, scenario, one, people.ages, "t", year, wanted)
             for one in dict.fromkeys((first, *OTHERS))]  # fmt: skip
    found = [one for one in tried if one is tried[0] or isinstance(one, Found) or one.reason != "no_effect"]
    return Exhibit(
        address=address,
        title=title,
        subtitle=text("{where}, Szenario »{name}«, Ziel: {target} am 31. Dezember {year}", year=year,
                      where=where(start, language), name=names([scenario], language)[0],
                      target=language.number(round(wanted))),
        sentence=_sentence(context, ran(context, start, scenario, outlook.UNTIL), people, year, wanted, found[0],
                           target is None),
        alt=text("Tabelle: Hebel und die Werte, mit denen das Ziel erreicht ist, {place}.", place=start.place.name),
        table=pd.DataFrame([_row(one, start, language) for one in found]),
        columns=(
            Column("lever", text("Hebel, jeder für sich")), Column("now", text("zuletzt")),
            Column("needed", text("nötig")), Column("reached", text("erreicht {year}", year=year), "", 0),
            Column("remark", text("Bemerkung")),
        ),
        marks=Marks("table"),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start, band=True), *_notes(language)),
    )  # fmt: skip


def _working_age(context: Context) -> Group:
    service = services()[DEFAULT_GROUP]
    return group_of(AgeRange(service.age_from, service.age_to), context.language, DEFAULT_GROUP)


def fitting(ages: AgeRange, years: int) -> str:
    """Return the lever that planners think of first for people of some ages so many years ahead.

    Births for children who are still to be born, else moves in: of children, of families, of the old.
    """
    if ages.last is not None and ages.last < 18:
        return "tfr" if ages.last < years else "in0"
    return "in65" if ages.first >= 65 else "in30"


def observed(start: Start, one: Lever, language: Language) -> str:
    """Return what a lever has been lately; a dash where moves are only known as balances."""
    base, number = start.baseline, language.number
    if one.kind == "births":
        return number(float(base.total_fertility_rate), 2)
    if one.kind == "life":
        return language.text("{number} Jahre", number=number(float(base.life_expectancy.mean()), 1))
    if not base.gross:
        return "–"
    flow = base.in_migration if one.kind == "in" else base.out_rate * alive_at_end(base)
    moved = float(count(flow, AgeRange(one.age_from, one.age_to)))
    return language.text("{number} je Jahr", number=plain(moved, language))


def value_text(one: Lever, value: float, language: Language, decimals: int | None = None) -> str:
    """Return the value of a lever of one number with its unit, in as few decimals as it has or as are wanted."""
    places = next(n for n in range(DECIMALS + 1) if n == DECIMALS or abs(round(value, n) - value) < 1e-9)
    shown = places if decimals is None else decimals
    if one.kind == "births":
        return language.number(value, max(shown, 2) if decimals is None else 2)
    said = language.number(value, shown, sign=True)
    if one.kind == "life":
        return language.text("{number} Jahre", number=said)
    return language.text("{number} je Jahr", number=said)


def _row(found: Found | Infeasible, start: Start, language: Language) -> dict[str, object]:
    """Return one lever: what it was, what it would have to be, the number reached with it, or why it does not do."""
    text, one = language.text, levers()[found.lever]
    row: dict[str, object] = {"id": one.id, "lever": one.label(language.code), "now": observed(start, one, language)}
    if isinstance(found, Found):
        return row | {"needed": value_text(one, found.value, language), "reached": found.reached, "remark": ""}
    if found.reason == "no_effect":
        return row | {"needed": "–", "reached": None, "remark": text("ändert diese Zahl nicht")}
    return row | {"needed": "–", "reached": None, "remark": _out_of_reach(found, one, language)}


def _out_of_reach(found: Infeasible, one: Lever, language: Language) -> str:
    return language.text(
        "allein nicht erreichbar: mit {low} sind es {low_value}, mit {high} {high_value}",
        low=value_text(one, found.low, language), low_value=about(found.low_value, language),
        high=value_text(one, found.high, language), high_value=about(found.high_value, language),
    )  # fmt: skip


# Sentences


def _sentence(
    context: Context, run: Run, people: Group, year: int, wanted: float, found: Found | Infeasible, today: bool
) -> str:
    """Say what would have to be for the goal, how sure the number is then, and what it is without."""
    language, text, start = context.language, context.language.text, run.start
    without = float(count(run.population[run.years.index(year)], people.ages))
    values = {
        "year": year, "where": where(start, language), "people": people.people, "start": start.year,
        "target": language.number(round(wanted)), "without": about(without, language),
        "name": names([run.scenario], language)[0],
    }  # fmt: skip
    goal = (text("Damit {year} {where} so viele {people} leben wie Ende {start} ({target})", **values) if today
            else text("Damit {year} {where} {target} {people} leben", **values))  # fmt: skip
    one = levers()[found.lever]
    if isinstance(found, Infeasible):
        return _infeasible(found, one, goal, run, language)
    low, high = band_of(context, start, found.scenario, [people.ages])
    at = run.years.index(year)
    said = text("{goal}, {needed}.", goal=goal, needed=_needed(one, found.value, start, run.scenario, language))
    return said + " " + text(
        "Mit »{name}« sind es {without}. Auch mit dem nötigen Wert reicht der Bereich (80 von 100 Verläufen) von "
        "{range}.", range=span(float(low[at, 0]), float(high[at, 0]), language), **values)  # fmt: skip


def _needed(one: Lever, value: float, start: Start, assumed: Scenario, language: Language) -> str:
    """Say what a lever would have to be, as the second half of a sentence."""
    text, number = language.text, language.number
    if one.kind == "births":
        return text("müssten auf eine Frau im Mittel {value} Geburten kommen (zuletzt {now})", value=number(value, 2),
                    now=number(float(start.baseline.total_fertility_rate), 2))  # fmt: skip
    if one.kind == "life":
        years = number(abs(value), 1)
        return (text("müsste die Lebenserwartung 2050 um {years} Jahre höher sein als heute", years=years) if value >= 0
                else text("müsste die Lebenserwartung 2050 um {years} Jahre niedriger sein als heute",
                          years=years))  # fmt: skip
    if abs(value) < NOTHING:
        return text("müsste sich an »{name}« nichts ändern", name=preset_name(assumed.preset, language))
    values = {"number": about(abs(value), language), "name": preset_name(assumed.preset, language),
              "who": people_of(AgeRange(one.age_from, one.age_to), language)}  # fmt: skip
    if one.kind == "in":
        return (text("müssten jedes Jahr {number} {who} mehr zuziehen als bei »{name}«", **values) if value > 0
                else text("müssten jedes Jahr {number} {who} weniger zuziehen als bei »{name}«", **values))  # fmt: skip
    return (text("müssten jedes Jahr {number} {who} mehr fortziehen als bei »{name}«", **values) if value > 0
            else text("müssten jedes Jahr {number} {who} weniger fortziehen als bei »{name}«", **values))  # fmt: skip


def _infeasible(found: Infeasible, one: Lever, goal: str, run: Run, language: Language) -> str:
    text = language.text
    values = {"goal": goal, "lever": one.label(language.code)}
    if found.reason == "no_effect":
        return text("{goal}, hilft der Hebel »{lever}« nicht: Er ändert diese Zahl nicht.", **values)
    return text(
        "{goal}, genügt der Hebel »{lever}« allein nicht: Mit {low} sind es {low_value}, mit {high} {high_value}.",
        low=value_text(one, found.low, language), low_value=about(found.low_value, language),
        high=value_text(one, found.high, language), high_value=about(found.high_value, language), **values,
    )  # fmt: skip


def _notes(language: Language) -> tuple[Note, ...]:
    text = language.text
    return (
        Note("method", text(
            "Jeder Hebel wirkt für sich allein, alles andere bleibt wie im Szenario; Hebel ohne Wirkung auf diese Zahl "
                "fehlen. Zusätzliche Zuzüge und Fortzüge "
            "gelten für jedes Jahr vom Beginn der Rechnung an. Der nötige Wert ist durch eine Rechnung mit ihm geprüft "
            "(auf einen halben Menschen genau); gesucht wird bei Wanderung bis zu 5 % der Einwohner im Jahr.")),
    )  # fmt: skip


__all__ = ["fitting", "observed", "outlook_goal", "value_text"]
