"""What it would take to reach a number: the value of one lever, checked by running it, or that it cannot."""

import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import Lever, levers, services
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    Group,
    about,
    band_of,
    counted,
    form,
    group,
    group_of,
    lines,
    names,
    no_outlook,
    people_of,
    persons,
    plain,
    preset_name,
    ran,
    scenario,
    scenario_notes,
    span,
    started,
    titled,
    where,
)
from zwk_data.exhibits.registry import Context, Reader, choice, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.goal import CLOSE, Found, Infeasible, seek
from zwk_data.projection.levers import alive_at_end
from zwk_data.projection.scenario import DECIMALS, Scenario
from zwk_data.warehouse.places import Place

DEFAULT_GROUP, DEFAULT_YEAR = "working_age", 2040
SINGLE = tuple(one.id for one in levers().values() if one.single)
OTHERS = ("tfr", "in0", "in18", "in25", "in30", "in50", "in65", "out18", "out25", "out30")
lever: Reader = choice(*SINGLE)


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
        title=titled(title, start, context.language),
        subtitle=text("{where}, Szenario »{name}«, Ziel: {target} am 31. Dezember {year}", year=year,
                      where=where(start, language), name=names([scenario], language)[0],
                      target=_target_text(wanted, start, target is None, language)),
        sentence=_sentence(context, ran(context, start, scenario, outlook.UNTIL), people, year, wanted, found[0],
                           target is None),
        alt=text("Tabelle: Hebel und die Werte, mit denen das Ziel erreicht ist, {place}.", place=start.place.name),
        table=pd.DataFrame([_row(one, start, scenario, language) for one in found]),
        columns=(
            Column("lever", text("Hebel, jeder für sich")), Column("now", text("zuletzt")),
            Column("needed", text("nötig")),
            Column("reached", text("erreicht {year}", year=year), persons(start, language), 0),
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
    """Return the value of a lever of one number with its unit: moves in whole persons, others as they are or wanted."""
    places = next(n for n in range(DECIMALS + 1) if n == DECIMALS or abs(round(value, n) - value) < 1e-9)
    shown = places if decimals is None else decimals
    if one.kind == "births":
        return language.number(value, max(shown, 2) if decimals is None else 2)
    if one.kind == "life":
        return language.text("{number} Jahre", number=language.number(value, shown, sign=True))
    if not round(value):  # less than a person moves, or does not
        return language.text("keine Änderung")
    return language.text("{number} je Jahr", number=language.number(round(value), sign=True))


def _row(found: Found | Infeasible, start: Start, assumed: Scenario, language: Language) -> dict[str, object]:
    """Return one lever: what it was, what it would have to be, the number reached with it, or why it does not do."""
    text, one = language.text, levers()[found.lever]
    row: dict[str, object] = {"id": one.id, "lever": one.label(language.code), "now": observed(start, one, language)}
    if isinstance(found, Found):
        met = text("schon ohne Änderung erreicht") if found.scenario == assumed or unmoved(one, found.value) else ""
        return row | {"needed": value_text(one, found.value, language), "reached": found.reached, "remark": met}
    if found.reason == "no_effect":
        return row | {"needed": "–", "reached": None, "remark": text("ändert diese Zahl nicht")}
    return row | {"needed": "–", "reached": None, "remark": _out_of_reach(found, one, language, start.baseline.gross)}


def _out_of_reach(found: Infeasible, one: Lever, language: Language, gross: bool) -> str:
    """Say how far a lever gets that does not reach the goal; ``gross``: moves in and out are known, not balances."""
    text, reached = language.text, about(found.nearest_value, language)
    if found.emptied and found.nearest == found.low:
        what = {
            ("in", True): text("ohne diese Zuzüge"), ("out", True): text("ohne diese Fortzüge"),
            ("in", False): text("ohne Wanderungsgewinn dieses Alters"),
            ("out", False): text("ohne Wanderungsverlust dieses Alters"),
        }[one.kind, gross]  # fmt: skip
        return text("allein nicht erreichbar: {what} {reached}", what=what, reached=reached)
    return text("allein nicht erreichbar: mit {value} {reached}", value=value_text(one, found.nearest, language),
                reached=reached)  # fmt: skip


# Sentences


def _sentence(
    context: Context, run: Run, people: Group, year: int, wanted: float, found: Found | Infeasible, today: bool
) -> str:
    """Say what leads to the goal and how sure the number is then, what it is without, or how far the lever gets."""
    language, text, start = context.language, context.language.text, run.start
    without = float(count(run.population[run.years.index(year)], people.ages))
    values = {
        "year": year, "where": where(start, language), "people": people.people, "start": start.year,
        "target": _target_text(wanted, start, today, language), "without": about(without, language),
        "name": names([run.scenario], language)[0],
    }  # fmt: skip
    one = levers()[found.lever]
    if abs(without - wanted) <= CLOSE or isinstance(found, Found) and unmoved(one, found.value):
        return text("Schon ohne Änderung erreicht: Mit »{name}« leben {year} {where} {target} {people}.",
                    **values)  # fmt: skip
    over = text("Schon ohne Änderung überschritten: Mit »{name}« sind es {without}.", **values) + " "
    if isinstance(found, Infeasible):
        said = _infeasible(found, one, values, wanted, context, start.baseline.gross)
        return over + said if without > wanted else said
    low, high = band_of(context, start, found.scenario, [people.ages])
    at = run.years.index(year)
    values["range"] = span(float(low[at, 0]), float(high[at, 0]), language)
    values["if"] = _if(one, found.value, run, language)
    said = (text("{if}, leben {year} {where} so viele {people} wie Ende {start}: {target}.", **values) if today
            else text("{if}, leben {year} {where} {target} {people}.", **values))  # fmt: skip
    sure = text("Sicher ist das nicht: In 80 von 100 Verläufen sind es dann {range}.", **values)
    if without > wanted:
        return f"{over}{said} {sure}"
    return f"{said} {text('Ohne diese Änderung sind es nur {without}.', **values)} {sure}"


def unmoved(one: Lever, value: float) -> bool:
    """Tell whether a lever of moves asks for less than one person a year: that is no change."""
    return one.kind in ("in", "out") and not round(value)


def _target_text(wanted: float, start: Start, today: bool, language: Language) -> str:
    """Write the goal: what somebody typed as it is, today's number as exactly as it is known."""
    return counted(wanted, start, language) if today else language.number(round(wanted))


def _if(one: Lever, value: float, run: Run, language: Language) -> str:
    """Say what a lever would have to be, as the beginning of a sentence."""
    text, number, start = language.text, language.number, run.start
    if one.kind == "births":
        return text("Wenn auf eine Frau im Mittel {value} Geburten kommen (zuletzt {now})", value=number(value, 2),
                    now=number(float(start.baseline.total_fertility_rate), 2))  # fmt: skip
    if one.kind == "life":
        years = number(abs(value), 1)
        return (text("Wenn die Lebenserwartung 2050 um {years} Jahre höher ist als heute", years=years) if value >= 0
                else text("Wenn die Lebenserwartung 2050 um {years} Jahre niedriger ist als heute",
                          years=years))  # fmt: skip
    values = {"number": about(abs(value), language), "who": people_of(AgeRange(one.age_from, one.age_to), language),
              "than": _than(run.scenario.preset, language)}  # fmt: skip
    if one.kind == "in":
        return (text("Wenn jedes Jahr {number} {who} mehr zuziehen als {than}", **values) if value > 0
                else text("Wenn jedes Jahr {number} {who} weniger zuziehen als {than}", **values))  # fmt: skip
    return (text("Wenn jedes Jahr {number} {who} mehr fortziehen als {than}", **values) if value > 0
            else text("Wenn jedes Jahr {number} {who} weniger fortziehen als {than}", **values))  # fmt: skip


def _than(preset: str, language: Language) -> str:
    """Return what additional moves are held against: what was observed, or the moves of another preset."""
    if preset == "continue":
        return language.text("zuletzt")
    return language.text("bei »{name}«", name=preset_name(preset, language))


def _infeasible(
    found: Infeasible, one: Lever, values: dict[str, object], wanted: float, context: Context, gross: bool
) -> str:
    """Say that the goal cannot be reached with this lever alone, and how far it gets."""
    language, text, miss = context.language, context.language.text, wanted - found.nearest_value
    values = values | {
        "lever": one.label(language.code), "reached": about(found.nearest_value, language),
        "who": people_of(AgeRange(one.age_from, one.age_to), language), "miss": about(abs(miss), language),
        "value": value_text(one, found.nearest, language),
    }  # fmt: skip
    if found.reason == "no_effect":
        return text("Für dieses Ziel ({target} {people} {year} {where}) hilft der Hebel »{lever}« nicht: Er ändert "
                    "diese Zahl nicht.", **values)  # fmt: skip
    first = text("Für dieses Ziel ({target} {people} {year} {where}) genügt der Hebel »{lever}« allein nicht.",
                 **values)  # fmt: skip
    if not (found.emptied and found.nearest == found.low):
        most = text("Selbst mit {value} sind es {reached},", **values)
    elif not gross:
        most = (text("Selbst ohne jeden Wanderungsgewinn dieses Alters sind es {reached},", **values)
                if one.kind == "in" else
                text("Selbst ohne jeden Wanderungsverlust dieses Alters sind es {reached},", **values))  # fmt: skip
    else:
        most = (text("Selbst wenn keine {who} mehr zuziehen, sind es {reached},", **values) if one.kind == "in" else
                text("Selbst wenn keine {who} mehr fortziehen, sind es {reached},", **values))  # fmt: skip
    rest = text("{miss} zu wenig.", **values) if miss > 0 else text("{miss} zu viel.", **values)
    return f"{first} {most} {rest}"


def _notes(language: Language) -> tuple[Note, ...]:
    text = language.text
    return (
        Note("method", text(
            "Jeder Hebel wirkt für sich allein, alles andere bleibt wie im Szenario; Hebel ohne Wirkung auf diese Zahl "
                "fehlen. Zusätzliche Zuzüge und Fortzüge "
            "gelten für jedes Jahr vom Beginn der Rechnung an. Der nötige Wert ist durch eine Rechnung mit ihm geprüft "
            "(auf einen halben Menschen genau); gezeigt sind ganze Personen. Gesucht wird bei Wanderung bis zu 5 % der "
            "Einwohner im Jahr, und nie weniger, als dass niemand mehr umzieht.")),
    )  # fmt: skip


__all__ = ["fitting", "observed", "outlook_goal", "value_text"]
