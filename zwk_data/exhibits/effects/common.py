"""What the exhibits of effects share: the aim, the run of a place of this size, words for levers and amounts.

A sentence never says that an entry is the cause of a number: entries "sollen beitragen zu" (should contribute).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from zwk_data import outlook
from zwk_data.catalog import Indicator, Lever, Term, indicators, levers
from zwk_data.exhibits.comparison import signed
from zwk_data.exhibits.exhibit import AddressError, Note
from zwk_data.exhibits.outlook.common import CONTINUE, ran, scenario_notes, started, step
from zwk_data.exhibits.outlook.outlook_goal import fitting
from zwk_data.exhibits.provenance import unit_name, with_unit
from zwk_data.exhibits.registry import Context
from zwk_data.exhibits.wording import at_place
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start, numbers
from zwk_data.outlook.effects import Found, Infeasible, need
from zwk_data.outlook.kept import Kept
from zwk_data.outlook.runs import factor_of
from zwk_data.plan.model import Plan, Target
from zwk_data.projection.ages import AgeRange, Array
from zwk_data.projection.errors import HIGH, LOW, stretched
from zwk_data.projection.trajectories import quantiles
from zwk_data.warehouse.places import Place

DEFAULT_INDICATOR, DEFAULT_YEAR = "population_total", 2035
USUAL = ("population_total", "share_u18", "old_age_ratio_20_65", "births_per_1000", "net_migration_per_1000")
SINGLE = tuple(name for name, one in levers().items() if one.single)
VALUE = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
REVIEW = "zwischenbilanz"
YEARS_TO_REVIEW = 5  # where the plan names no interim review


# Parameters


def part(value: str, context: Context) -> str:
    """Read the id of a part of a plan."""
    if not (0 < len(value) <= 80 and value.isprintable()):
        raise AddressError(context.language.text("»{value}« ist hier nicht möglich.", value=value[:40]))
    return value


def number(value: str, context: Context) -> float:
    """Read a value to be reached: digits and a point."""
    if not VALUE.fullmatch(value):
        raise AddressError(context.language.text("»{value}« ist keine Zahl.", value=value[:40]))
    return float(value)


# The run of a place of this size


def start_of(context: Context, place: Place, form: str = "") -> Start | NoStart:
    """Return where the run of a place begins; for a town without ages of its own its Kreis, unless asked otherwise."""
    return started(context, place, form)


def sized_start(context: Context, place: Place, form: str = "") -> Start | NoStart:
    """Return the same, but a town without ages of its own at its own size: what can be seen depends on that."""
    found = started(context, place, form)
    if form or isinstance(found, NoStart) or found.form != "kreis":
        return found
    scaled = started(context, place, "scaled")
    return found if isinstance(scaled, NoStart) else scaled


def run_of(context: Context, start: Start) -> Run:
    """Return the run without any change: it goes on as lately."""
    return ran(context, start, CONTINUE, outlook.UNTIL)


def where(start: Start, context: Context) -> str:
    """Return whose figures run, as in ``in Neubrandenburg (Näherung aus Landkreis Mecklenburgische Seenplatte)``."""
    said = at_place(start.place, context.language)
    if start.form != "scaled":
        return said
    kreis = context.data.places[start.asked.kreis or ""].name
    return context.language.text("{where} (Näherung aus {kreis})", where=said, kreis=kreis)


def notes_of(context: Context, start: Start, *, band: bool = False) -> tuple[Note, ...]:
    """Return the remarks of the run."""
    return scenario_notes(context, start, band=band)


_BANDS: Kept[tuple[Array, Array]] = Kept(128)


def band_of(context: Context, run: Run, indicator: Indicator) -> tuple[Array, Array] | None:
    """Return between which values four of five paths lie, ``(years + 1,)`` each; None for what is no stock.

    The indicator is computed in every path, and its quantiles are stretched as the ages of its numerator were.
    """
    terms = (*indicator.numerator_terms, *indicator.denominator_terms)
    if {term.measure for term in terms} != {"population"}:
        return None
    key = (*run.start.key, str(run.scenario), indicator.id)
    return _BANDS.get(key, lambda: _band(context, run, indicator, terms))


def _band(context: Context, run: Run, indicator: Indicator, terms: tuple[Term, ...]) -> tuple[Array, Array]:
    start, until = run.start, run.years[-1]
    groups = [(AgeRange(term.age_from, term.age_to), term.sex) for term in terms]
    asked = list(dict.fromkeys(groups))
    people = outlook.paths(context.data, start, run.scenario, until, asked)

    def summed(wanted: tuple[Term, ...]) -> Array:
        at = [asked.index((AgeRange(term.age_from, term.age_to), term.sex)) for term in wanted]
        return np.asarray(sum(term.sign * people[..., index] for term, index in zip(wanted, at, strict=True)))

    values = summed(indicator.numerator_terms) * indicator.factor
    if indicator.denominator:
        values = values / summed(indicator.denominator_terms)
    expected = numbers.values(indicator, run.projection)
    factor = factor_of(context.data, start.size_class, groups[0][0], until - start.year)
    low, high = quantiles(values, (LOW, HIGH))
    if indicator.id == "billeter_j":  # may lie below zero
        return expected + (low - expected) * factor, expected + (high - expected) * factor
    return stretched(expected, low, factor), stretched(expected, high, factor)


# The aim


@dataclass(frozen=True)
class Aim:
    """What is to be reached: a target of the plan, or a value that the reader tries (``target`` None).

    ``base_year``: from whose observed value the path leads; None: the newest.
    """

    indicator: Indicator
    value: float | None
    year: int
    target: Target | None = None

    @property
    def base_year(self) -> int | None:
        """The year from whose observed value the path leads."""
        return self.target.base_year if self.target else None


def aim_of(
    plan: Plan | None, target: str, indicator: Indicator | None, value: float | None, year: int | None,
    language: Language,
) -> Aim:  # fmt: skip
    """Return the aim: the target that is named, what is tried, or the first target of the plan.

    Raises:
        AddressError: the plan has no such target.
    """
    known = {one.id: one for one in plan.targets} if plan else {}
    if target and target not in known:
        raise AddressError(language.text("Das Ziel »{value}« gibt es in diesem Plan nicht.", value=target[:40]))
    tried = indicator is not None or value is not None
    chosen = known.get(target) or (None if tried else next(iter(known.values()), None))
    if chosen and not tried:
        return Aim(indicators()[chosen.indicator], float(chosen.value), chosen.year, chosen)
    return Aim(indicator or indicators()[DEFAULT_INDICATOR], value, year or DEFAULT_YEAR)


def not_of_kreis(aim: Aim, start: Start, language: Language) -> str:
    """Return why a target of a town cannot be held against the run of its Kreis; empty where it can be computed."""
    if aim.target is None or start.form != "kreis":
        return ""
    return language.text(
        "Das Ziel gilt für {town}, gerechnet wird aber {kreis}: Ohne Altersaufbau der Gemeinde lässt sich der Bedarf "
        "nur als Näherung rechnen.", town=start.asked.name, kreis=start.place.name)  # fmt: skip


def wanted_of(aim: Aim, run: Run) -> float:
    """Return the value to be reached: that of the aim or, where none is tried, that at the start of the run."""
    if aim.value is not None:
        return aim.value
    values = numbers.values(aim.indicator, run.projection)
    found = float(values[0] if values[0] == values[0] else values[1])
    return round(found, aim.indicator.decimals)


def checked_year(aim: Aim, run: Run, language: Language) -> None:
    """Refuse a year that the run does not reach.

    Raises:
        AddressError: with the years that there are.
    """
    if not run.years[0] < aim.year <= run.years[-1]:
        raise AddressError(language.text(
            "Gerechnet ist von {first} bis {last}.", first=run.years[1], last=run.years[-1]))  # fmt: skip


def leading(run: Run, aim: Aim, wanted: float, lever: str = "") -> Found | Infeasible:
    """Return what the target takes in the lever that is asked for, or that fits, or else in the first that reaches."""
    first = lever or fitting(ages_of(aim.indicator), aim.year - run.start.year)
    found = need(run, aim.indicator, aim.year, wanted, first)
    if lever or isinstance(found, Found):
        return found
    others = (need(run, aim.indicator, aim.year, wanted, other) for other in SINGLE if other != first)
    return next((one for one in others if isinstance(one, Found)), found)


def ages_of(indicator: Indicator) -> AgeRange:
    """Return the ages that an indicator counts in its numerator."""
    terms = indicator.numerator_terms
    if any(term.measure == "live_births" for term in terms):
        return AgeRange(0, 0)
    return AgeRange(terms[0].age_from, terms[0].age_to)


# Words


def rounded(value: float, indicator: Indicator) -> float:
    """Round a number of persons to what it can bear, other values to their decimals."""
    if indicator.unit != "persons":
        return round(value, indicator.decimals)
    unit = step(abs(value))
    return round(value / unit) * unit


def amount(value: float, indicator: Indicator, language: Language, *, sign: bool = False) -> str:
    """Write a value for a sentence, persons rounded: ``rund 98.100 Personen``, ``21,4 %``."""
    said = with_unit(rounded(value, indicator), indicator, language, sign=sign or signed(indicator))
    said = said.replace(" %", "\u00a0%")
    return language.text("rund {number}", number=said) if indicator.unit == "persons" else said


def difference(value: float, indicator: Indicator, language: Language) -> str:
    """Write a difference with its sign and unit, finely enough that it is not nothing."""
    if indicator.unit == "persons":
        return language.number(rounded(value, indicator), sign=True)
    return language.measured(language.number(value, fine(value, indicator), sign=True), points(indicator, language))


def points(indicator: Indicator, language: Language) -> str:
    """Return the unit of a difference: of shares it is points, not per cent."""
    return language.text("Prozentpunkte") if indicator.unit == "percent" else unit_name(indicator, language)


def fine(value: float, indicator: Indicator) -> int:
    """Return decimals with which a difference shows two digits, at most two more than the indicator has."""
    least = indicator.decimals
    if abs(value) < 10 ** -(least + 2):
        return least
    return next((n for n in range(least, least + 2) if abs(value) >= 10 ** (1 - n)), least + 2)


def between(low: float, high: float, indicator: Indicator, language: Language) -> str:
    """Write two values for a sentence: ``69.100 bis 70.000``."""
    places = 0 if indicator.unit == "persons" else indicator.decimals
    said = [language.number(rounded(value, indicator), places, sign=signed(indicator)) for value in (low, high)]
    return language.text("{low} bis {high}", low=said[0], high=said[1])


def target_text(value: float, indicator: Indicator, language: Language) -> str:
    """Write a target exactly as it was set."""
    decimals = next((n for n in range(7) if abs(round(value, n) - value) < 1e-9), 6)
    said = language.number(value, max(decimals, indicator.decimals), sign=signed(indicator))
    return language.measured(said, unit_name(indicator, language)).replace(" %", "\u00a0%")


def target_label(target: Target, language: Language) -> str:
    """Name a target in a choice: ``Bevölkerung insgesamt: 70.000 Personen (2035)``."""
    one = indicators()[target.indicator]
    return f"{one.label(language.code)}: {target_text(float(target.value), one, language)} ({target.year})"


def plain_number(value: float) -> str:
    """Write a value for an address: no exponent, no needless decimals."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def step_of(value: float, indicator: Indicator) -> float:
    """Return by how much a value to try is usually moved."""
    if indicator.unit == "persons":
        return 100.0 if abs(value) > 2_000 else 10.0
    return float(10**-indicator.decimals)


def scenario_of(
    context: Context, plan: Plan | None, run: Run, asked: Mapping[str, object]
) -> Found | Infeasible | None:
    """Return what an aim, given as parameters of its exhibits, takes in the leading lever; None where nothing runs."""
    value, year = str(asked.get("value") or ""), str(asked.get("year") or "")
    name = str(asked.get("indicator") or "")
    aim = aim_of(plan, str(asked.get("target") or ""), indicators().get(name), float(value) if value else None,
                 int(year) if year else None, context.language)  # fmt: skip
    if not numbers.gives(run, aim.indicator) or not run.years[0] < aim.year <= run.years[-1]:
        return None
    return leading(run, aim, wanted_of(aim, run))


def group_words(lever: Lever, language: Language) -> str:
    """Return the ages of a lever of moves: ``im Alter von 30 bis 49 Jahren``."""
    text = language.text
    if lever.age_to is None:
        return text("im Alter ab {first} Jahren", first=lever.age_from)
    if not lever.age_from:
        return text("im Alter unter {last} Jahren", last=lever.age_to + 1)
    return text("im Alter von {first} bis {last} Jahren", first=lever.age_from, last=lever.age_to)


def needed(found: Found, run: Run, language: Language) -> str:
    """Say what a target takes in one lever, as the end of ``Dafür bräuchte es …``."""
    text, lever, value = language.text, levers()[found.lever], found.value
    if lever.kind == "births":
        now = float(run.start.baseline.total_fertility_rate)
        return text("im Mittel {value} Geburten je Frau (zuletzt {now})", value=language.number(value, 2),
                    now=language.number(now, 2))  # fmt: skip
    if lever.kind == "life":
        years = language.number(value, 1, sign=True)
        return text("eine andere Lebenserwartung 2050: {years} Jahre gegenüber heute", years=years)
    unit = step(abs(value))
    values = {"number": language.number(round(abs(value) / unit) * unit), "ages": group_words(lever, language)}
    if lever.kind == "in":
        return (text("jährlich rund {number} Zuzüge mehr {ages}", **values) if value >= 0
                else text("jährlich rund {number} Zuzüge weniger {ages}", **values))  # fmt: skip
    return (text("jährlich rund {number} Fortzüge mehr {ages}", **values) if value >= 0
            else text("jährlich rund {number} Fortzüge weniger {ages}", **values))  # fmt: skip


def not_computed(indicator: Indicator, language: Language) -> str:
    """Say that the run does not give an indicator."""
    return language.text("Diese Kennzahl rechnet das Szenario nicht: »{label}«.", label=indicator.label(language.code))


def review_year(plan: Plan | None, start: Start) -> int:
    """Return the year of the interim review of a plan, five years after the start where it names none."""
    days = [
        day for fact in (plan.facts if plan else ()) if fact.stage == REVIEW for day in (fact.end, fact.start) if day
    ]
    later = [day.year for day in days if day.year > start.year]
    return min(later[0], outlook.UNTIL) if later else start.year + YEARS_TO_REVIEW


def year_end(year: int) -> date:
    """Return the day at whose end a year's number stands."""
    return date(year, 12, 31)
