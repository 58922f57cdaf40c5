"""What all exhibits of scenarios share: the reading of their parameters, names, sentences, remarks, sources.

Everything shown is in the address: a scenario is a text (``zwk_data/projection/scenario.py``), a group of people an id.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import levers, services
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.provenance import source_line, sources_of
from zwk_data.exhibits.registry import Context, Reader, choice
from zwk_data.exhibits.wording import at_place
from zwk_data.language import Language
from zwk_data.outlook import FORMS, NoStart, Run, Start
from zwk_data.projection.ages import EVERYONE, OPEN_AGE, AgeRange, Array
from zwk_data.projection.certainty import Parts, split
from zwk_data.projection.scenario import Scenario, ScenarioError
from zwk_data.warehouse.places import Place

UNTIL = (2030, 2035, 2040, 2045, 2050)
MOST_SCENARIOS = 4
CONTINUE = Scenario("continue")
form: Reader = choice(*FORMS)  # how a town is run: its Kreis, the Kreis scaled to it, its own figures
TOTAL = "total"
RANGE = re.compile(r"([0-9]{1,3})-([0-9]{1,3})|([0-9]{1,3})plus")


# Phases of life as in the exhibit of today's groups; the oldest are told apart, because their numbers go other ways.
AGES = (
    AgeRange(0, 2), AgeRange(3, 5), AgeRange(6, 9), AgeRange(10, 17), AgeRange(18, 24), AgeRange(25, 29),
    AgeRange(30, 49), AgeRange(50, 64), AgeRange(65, 79), AgeRange(80),
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """People of an age range: ``label`` says the ages, ``people`` stands in sentences (nominative plural)."""

    id: str
    ages: AgeRange
    label: str
    people: str

    @property
    def heading(self) -> str:
        """What stands in titles and headings."""
        return self.label if self.id == TOTAL else self.people


# Parameters


def scenario(value: str, context: Context) -> Scenario:
    """Read one scenario.

    Raises:
        AddressError: it has another form, or a value that its lever does not have; the message says which.
    """
    try:
        return Scenario.parse(value)
    except ScenarioError as error:
        raise AddressError(context.language.text(
            "Das Szenario »{text}« passt nicht. {reason}", text=value[:60], reason=refusal(error, context.language)
        )) from None  # fmt: skip


def scenarios(value: str, context: Context) -> tuple[Scenario, ...]:
    """Read one to four scenarios, joined by commas; one that stands twice counts once."""
    found = tuple(dict.fromkeys(scenario(part, context) for part in value.split(",") if part.strip()))
    if not 1 <= len(found) <= MOST_SCENARIOS:
        raise AddressError(context.language.text("Bitte wählen Sie ein bis vier Szenarien."))
    return found


def until(value: str, context: Context) -> int:
    """Read the last year of a run."""
    if value not in map(str, UNTIL):
        raise AddressError(context.language.text(
            "Gerechnet wird bis {years}, nicht bis »{value}«.", value=value[:40], years=", ".join(map(str, UNTIL))
        ))  # fmt: skip
    return int(value)


def whole(value: str, context: Context) -> int:
    """Read a number of places: whole and not negative."""
    if not (value.isascii() and value.isdigit() and len(value) <= 7):
        raise AddressError(context.language.text("»{value}« ist keine Zahl von Plätzen.", value=value[:40]))
    return int(value)


def group(value: str, context: Context) -> Group:
    """Read a group of people: ``total``, the id of a service, ``18-24`` or ``80plus``."""
    language = context.language
    if value == TOTAL:
        return everybody(language)
    if (service := services().get(value)) is not None:
        return group_of(AgeRange(service.age_from, service.age_to), language, value)
    matched = RANGE.fullmatch(value)
    ages = _range(matched) if matched else None
    if ages is None:
        raise AddressError(language.text("Die Altersgruppe »{value}« gibt es nicht.", value=value[:40]))
    return group_of(ages, language, value)


def group_of(ages: AgeRange, language: Language, identifier: str = "") -> Group:
    """Return the people of an age range."""
    return Group(identifier, ages, ages_label(ages, language), people_of(ages, language))


def everybody(language: Language) -> Group:
    """Return the whole population."""
    return Group(TOTAL, EVERYONE, language.text("Bevölkerung"), language.text("Menschen"))


def _range(matched: re.Match[str]) -> AgeRange | None:
    """Return the ages of ``18-24`` or ``80plus``; None where there are no such ages."""
    first, last, opens = matched.groups()
    if opens:
        return AgeRange(int(opens)) if int(opens) <= OPEN_AGE else None
    return AgeRange(int(first), int(last)) if int(first) <= int(last) < OPEN_AGE else None


def refusal(error: ScenarioError, language: Language) -> str:
    """Say in the reader's language what does not fit in a scenario, and what would."""
    text, number = language.text, language.number
    name = lever_name(error, language)
    low, high = number(error.low, _places(error.low)), number(error.high, _places(error.high))
    said = {
        "preset": text("Die Grundannahme »{value}« gibt es nicht.", value=error.value),
        "lever": text("Den Hebel »{value}« gibt es nicht.", value=error.value),
        "number": text("{name}: »{value}« ist keine Zahl.", name=name, value=error.value),
        "whole": text("{name}: »{value}« ist keine ganze Zahl.", name=name, value=error.value),
        "count": text("{name}: {low} bis {high} Zahlen sind nötig.", name=name, low=low, high=high),
        "range": text("{name}: {value} liegt nicht zwischen {low} und {high}.", name=name, value=error.value,
                      low=low, high=high),
        "choice": text("{name}: {value} steht nicht zur Wahl.", name=name, value=error.value),
        "order": text("{name}: Das letzte Jahr liegt vor dem ersten.", name=name),
        "twice": text("{name} darf höchstens {high}-mal vorkommen.", name=name, high=high),
        "long": text("Der Text ist zu lang."), "name": text("Der Name enthält ein Zeichen, das nicht möglich ist."),
        "year": text("{name}: Das Jahr liegt außerhalb der Rechnung.", name=name),
    }  # fmt: skip
    return said.get(error.code, text("Es ist nicht lesbar."))


def _places(value: float) -> int:
    return 0 if value == int(value) else 1


def lever_name(error: ScenarioError, language: Language) -> str:
    """Return the lever an error is about, and the number of it where it has several."""
    lever = levers().get(error.lever)
    if lever is None:
        return language.text("Szenario")
    part = next((one for one in lever.parts if one.id == error.part), None)
    if part is None or lever.single:
        return lever.label(language.code)
    return f"{lever.label(language.code)}, {part.label_en if language.code == 'en' else part.label_de}"


# Names


def ages_label(ages: AgeRange, language: Language) -> str:
    """Return the limits of an age range: ``20–64 Jahre``, ``80 Jahre und älter``."""
    if ages.last is None:
        return language.text("{age} Jahre und älter", age=ages.first)
    if ages.first == ages.last:
        return language.text("1 Jahr") if ages.first == 1 else language.text("{age} Jahre", age=ages.first)
    return language.text("{first}–{last} Jahre", first=ages.first, last=ages.last)


def people_of(ages: AgeRange, language: Language) -> str:
    """Return people of an age range as they stand in a sentence: ``Kinder unter 3 Jahren``."""
    text, first, last = language.text, ages.first, ages.last
    if last is None:
        return text("Menschen ab {age} Jahren", age=first) if first else text("Menschen")
    if last == 0:
        return text("Kinder unter einem Jahr")
    if first == last == 1:
        return text("Kinder von einem Jahr")
    if first == last and first:
        return text("Kinder von {age} Jahren", age=first) if last < 14 else text("Menschen von {age} Jahren", age=first)
    if last < 14:
        return (text("Kinder von {first} bis {last} Jahren", first=first, last=last) if first
                else text("Kinder unter {age} Jahren", age=last + 1))  # fmt: skip
    if last < 18:
        return (text("Kinder und Jugendliche von {first} bis {last} Jahren", first=first, last=last) if first
                else text("Kinder und Jugendliche unter {age} Jahren", age=last + 1))  # fmt: skip
    return text("Menschen von {first} bis {last} Jahren", first=first, last=last)


def preset_name(preset: str, language: Language) -> str:
    """Return the name of a preset."""
    text = language.text
    return {
        "continue": text("Fortschreibung"), "low": text("Niedrig"), "high": text("Hoch"),
        "none": text("Ohne Wanderung"),
    }[preset]  # fmt: skip


def names(wanted: Sequence[Scenario], language: Language) -> list[str]:
    """Return a name for each scenario, all different: its own, else that of its preset and that it was changed."""
    found: list[str] = []
    for one in wanted:
        plain = one.name or preset_name(one.preset, language)
        if one.changes and not one.name:
            plain = language.text("{name}, geändert", name=plain)
        candidates = (plain, *(f"{plain} ({number})" for number in range(2, len(wanted) + 2)))
        found.append(next(name for name in candidates if name not in found))
    return found


# Sentences


def condition(one: Scenario, language: Language) -> str:
    """Return what is assumed as the beginning of a sentence, which goes on with its verb."""
    text = language.text
    if one.name:
        return text("Wenn die Annahmen von »{name}« gelten,", name=one.name)
    if one.changes:
        return text("Wenn die geänderten Annahmen gelten,")
    return {
        "continue": text("Wenn es weitergeht wie zuletzt,"),
        "low": text("Wenn Geburten und Zuzug so niedrig sind wie in den schwächsten Jahren seit 2014,"),
        "high": text("Wenn Geburten und Zuzug so hoch sind wie in den stärksten Jahren seit 2014,"),
        "none": text("Wenn niemand zu- oder fortzieht,"),
    }[one.preset]  # fmt: skip


def step(value: float) -> int:
    """Return to what a number of people in a sentence is rounded: what it can bear, not what was computed."""
    return 1 if value < 20 else 10 if value < 1_000 else 100 if value < 100_000 else 1_000


def plain(value: float, language: Language, like: float | None = None) -> str:
    """Write a number of people rounded for a sentence, to the step of ``like`` where given."""
    unit = step(abs(value if like is None else like))
    return language.number(round(value / unit) * unit)


def about(value: float, language: Language) -> str:
    """Write a number of people for a sentence: ``rund 98.100``."""
    return language.text("rund {number}", number=plain(value, language))


def counted(value: float, start: Start, language: Language) -> str:
    """Write a number of the start: as it was counted, or rounded where it is an estimate."""
    return about(value, language) if start.form == "scaled" else language.number(round(value))


def span(low: float, high: float, language: Language) -> str:
    """Write the two ends of a band: ``92.000 bis 104.000``."""
    return language.text("{low} bis {high}", low=plain(low, language, high), high=plain(high, language))


def against(value: float, now: float, year: int, language: Language) -> str:
    """Compare a number with that at the start: ``rund 16 % weniger als Ende 2024``; empty where there was nobody."""
    text = language.text
    if not now:
        return ""
    percent = round((value / now - 1) * 100)
    if percent == 0:
        return text("fast so viele wie Ende {year}", year=year)
    amount = language.percent(abs(percent), 0)
    if percent < 0:
        return text("rund {percent} weniger als Ende {year}", percent=amount, year=year)
    return text("rund {percent} mehr als Ende {year}", percent=amount, year=year)


def is_same(low: float, high: float, now: float) -> bool:
    """Tell whether a future number cannot be told from today's: the band contains it."""
    return low <= now <= high


# Starts, remarks, sources


def started(context: Context, place: Place, form: str = "") -> Start | NoStart:
    """Return where a run of a place begins, or why there is none."""
    try:
        return outlook.start(context.data, place, form)
    except NoStart as none:
        return none


def ran(context: Context, start: Start, wanted: Scenario, until: int) -> Run:
    """Return the run of a scenario.

    Raises:
        AddressError: the scenario does not fit the start.
    """
    try:
        return outlook.run(context.data, start, wanted, until)
    except ScenarioError as error:
        raise AddressError(context.language.text(
            "Das Szenario »{text}« passt nicht. {reason}", text=str(wanted)[:60],
            reason=refusal(error, context.language))) from None  # fmt: skip


@cache
def usual_ages() -> tuple[AgeRange, ...]:
    """Return the ages that exhibits ask for: asked together, one drawing of paths serves them all."""
    needed = [AgeRange(service.age_from, service.age_to) for service in services().values()]
    return tuple(dict.fromkeys((EVERYONE, *AGES, *needed)))


def band_of(context: Context, start: Start, one: Scenario, ages: Sequence[AgeRange]) -> tuple[Array, Array]:
    """Return the ends of the band of some ages, ``(years + 1, ages)`` each, from the start to 2050.

    Always to the same year: a band drawn to another one would differ from it by chance.
    """
    usual = usual_ages()
    asked = usual if set(ages) <= set(usual) else tuple(ages)
    low, high = outlook.band(context.data, start, one, outlook.UNTIL, [(part, "t") for part in asked])
    chosen = [asked.index(part) for part in ages]
    return low[:, chosen], high[:, chosen]


def where(start: Start, language: Language) -> str:
    """Return the place whose figures run, as in ``im Landkreis Uckermark``; an approximation is called an estimate."""
    said = at_place(start.place, language)
    return language.text("{where} (Schätzung)", where=said) if start.form == "scaled" else said


def titled(title: str, start: Start, language: Language) -> str:
    """Return a title, marked where everything below it is an estimate."""
    return language.text("{title} (Schätzung)", title=title) if start.form == "scaled" else title


def persons(start: Start, language: Language) -> str:
    """Return the unit of a number of people in a table."""
    return estimated(start, language) or language.text("Personen")


def estimated(start: Start, language: Language) -> str:
    """Return what stands as the unit of numbers in a table that are an estimate; empty for others."""
    return language.text("Personen, geschätzt") if start.form == "scaled" else ""


def scenario_notes(context: Context, start: Start, *, band: bool = False) -> tuple[Note, ...]:
    """Return the remarks that every exhibit of a scenario needs; ``band`` where a range is shown."""
    text = context.language.text
    found = [*_whose(start, context), Note("scenario", text("Wenn-dann-Rechnung, keine Vorhersage."))]
    if band:
        found.append(Note("band", text(
            "Bereich: In 80 von 100 Verläufen liegt die Zahl darin. Er folgt aus den Fehlern, die dieselbe Rechnung "
            "für Kreise ähnlicher Größe gemacht hätte.")))  # fmt: skip
    if band and start.form == "scaled":
        found.append(Note("band", _of_approximation(context)))
    return (*found, *(Note("start", said) for said in start_remarks(start, context.language)))


def _of_approximation(context: Context) -> str:
    """Say how far such an estimate was from what came, and that the band contains it."""
    language, rows = context.language, outlook.approximated(context.data)
    first = rows[rows["horizon"] == 1].set_index("group")["scaled"]
    if first.empty:
        return language.text("Der Fehler der Umrechnung ist im Bereich nicht enthalten.")
    values = {name: language.percent(float(first[name]), 0 if first[name] >= 1 else 1)
              for name in ("total", "0_9", "20_29", "80")}  # fmt: skip
    return language.text(
        "Der Bereich ist um den Fehler der Umrechnung verbreitert. Geprüft an Kreisen mit dem Altersaufbau ihres "
        "Landes: Vier von fünf lagen nach einem Jahr bei allen Menschen höchstens {all} daneben, bei Kindern unter "
        "10 Jahren {young}, von 20 bis 29 Jahren {adult}, ab 80 Jahren {old}. Gemeinden können sich stärker "
        "unterscheiden.",
        all=values["total"], young=values["0_9"], adult=values["20_29"], old=values["80"])  # fmt: skip


def _whose(start: Start, context: Context) -> list[Note]:
    """Return the badge that says whose figures run, where it is not the place asked for with official figures."""
    text, places = context.language.text, context.data.places
    if start.form == "scaled":
        return [Note("kreis_value", text(
            "Schätzung: Altersaufbau und Raten von {kreis}, umgerechnet auf die Einwohnerzahl von {place}.",
            place=start.asked.name, kreis=places[start.asked.kreis or ""].name))]  # fmt: skip
    if start.place == start.asked:
        return []
    return [Note("kreis_value", text(
        "Kreiswert: Für {place} liegen keine Zahlen nach Alter und Geschlecht vor; gerechnet ist {kreis}.",
        place=start.asked.name, kreis=start.place.name))]  # fmt: skip


def start_remarks(start: Start, language: Language) -> list[str]:
    """Return what a reader must know about where the run begins, in sentences; unknown codes say nothing."""
    text, day = language.text, language.date(start.register_day or start.baseline.day)
    known = {
        "old_start": text("Die Ausgangszahlen vom {date} sind älter als drei Jahre.", date=day),
        "other_basis": text("Die Einwohnerzahl der Gemeinde hat eine andere Zensusbasis als der Altersaufbau."),
        "other_day": text("Die Ausgangszahlen gelten für einen anderen Tag als der Altersaufbau des Kreises."),
        "kreis_rates": text("Geburten, Sterblichkeit und Wanderung je Kopf sind die des Kreises."),
    }  # fmt: skip
    said = [known[code] for code in start.notes if code in known]
    if left_out := coded_years(start, "left_out"):
        said.append(text(
            "Bei der Wanderung unter 65 nicht mitgezählt: {years} (außergewöhnlich viele Zu- oder Fortzüge).",
            years=in_spans(left_out)))  # fmt: skip
    return said


def coded_years(start: Start, code: str, *, span: bool = False) -> list[int]:
    """Return the years of a remark of the build, oldest first.

    Args:
        start: with the remarks.
        code: ``births`` and ``moves`` were observed in these years, ``left_out`` were not used.
        span: the remark names the first and the last year only.
    """
    parts = [note.removeprefix(f"{code}_").split("_") for note in start.notes if note.startswith(f"{code}_")]
    years = sorted({int(year) for part in parts for year in part if year.isdigit()})
    return list(range(years[0], years[-1] + 1)) if span and years else years


def in_spans(years: Sequence[int]) -> str:
    """Write years with those that follow each other drawn together: ``2018–2021, 2024``."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{part[0]}–{part[-1]}" if len(part) > 1 else str(part[0]) for part in spans)


def lines(context: Context, start: Start) -> tuple[SourceLine, ...]:
    """Return the sources of a run."""
    return sources_of(start.datasets, context)


def no_outlook(context: Context, address: Address, why: NoStart, title: str) -> Exhibit:
    """Return what is shown for a place without scenarios: a sentence that says why, and what would help."""
    text, name = context.language.text, why.place.name
    said = {
        "level": text("Szenarien gibt es für Kreise, kreisfreie Städte und Gemeinden, nicht für {place}.", place=name),
        "no_total": text("Für {place} ist keine Einwohnerzahl bekannt, auf die sich umrechnen ließe.", place=name),
        "no_own_ages": text("Für {place} sind keine eigenen Zahlen nach Alter und Geschlecht freigegeben.", place=name),
        "form": text("Diese Art der Rechnung gibt es für {place} nicht.", place=name),
    }  # fmt: skip
    other = text("Für {place} liegen keine Zahlen vor, mit denen sich rechnen ließe.", place=name)
    sentence = said.get(why.reason, other)
    table = pd.DataFrame({"place": [name], "state": [text("keine Zahlen")]})
    columns = (Column("place", text("Ort")), Column("state", title))
    return Exhibit(
        address, title, text("keine Zahlen"), sentence, sentence, table, columns, Marks("table"),
        (source_line("gvisys_2022", context),),
    )  # fmt: skip


def part_names(language: Language) -> tuple[str, str, str]:
    """Return the words for those who live here at the start, those born later and those who move in later."""
    text = language.text
    return text("leben heute schon hier"), text("später geboren"), text("später zugezogen")


def net_parts(run: Run) -> Parts:
    """Split a run into residents, born later and moved in later, moves of one age and sex set off against each other.

    Set off, because most Kreise publish balances only, and because those who come and go again would else wear away
    the residents: the model cannot know that mostly newcomers leave.
    """
    made = run.projection
    net = made.in_migration - made.out_migration
    into, out = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    rates = replace(run.rates, in_migration=into)
    return split(run.start.baseline.population, rates, replace(made, in_migration=into, out_migration=out))
