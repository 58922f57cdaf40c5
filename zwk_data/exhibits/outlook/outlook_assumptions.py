"""What scenarios assume, beside what was observed, from when it is, and where it comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import Lever, levers, sources
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks
from zwk_data.exhibits.outlook.common import (
    ages_label,
    coded_years,
    form,
    in_spans,
    lines,
    names,
    no_outlook,
    plain,
    preset_name,
    ran,
    scenario_notes,
    scenarios,
    started,
    titled,
    until,
    where,
)
from zwk_data.exhibits.provenance import basis_name
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import FEMALE, MALE, MIGRATION_GROUPS, Array, count
from zwk_data.projection.scenario import ALL_AGES, Change, Scenario
from zwk_data.warehouse.places import Place

# Words in the ids of datasets that tell what an assumption rests on.
BIRTHS = ("births", "fertility")
DEATHS = ("deaths", "magec3", "life_tables")
MOVES = ("12711",)
PEOPLE = ("12411", "pjangrp3")


@dataclass(frozen=True)
class Line:
    """One assumption: its name, what was observed and when, the datasets behind it, what each scenario assumes."""

    name: str
    observed: str
    years: str
    datasets: tuple[str, ...]
    values: tuple[str, ...]


@kind(required={"ags": place, "scenarios": scenarios}, optional={"until": until, "form": form})
def outlook_assumptions(
    context: Context, *, ags: Place, scenarios: tuple[Scenario, ...], until: int = outlook.UNTIL, form: str = ""
) -> Exhibit:
    """Show the assumptions of one to four scenarios as a table."""
    text, language = context.language.text, context.language
    address = Address.of("outlook_assumptions", ags=ags.ags, scenarios=[str(one) for one in scenarios], form=form,
                         until=until if until != outlook.UNTIL else "")  # fmt: skip
    start, title = started(context, ags, form), text("Annahmen")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    runs, called = [ran(context, start, one, until) for one in scenarios], names(scenarios, language)
    table = _table(start, [*_levels(start, runs, language), *_changes(scenarios, start.year, language)])
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("{where}, Rechnung von {first} bis {last}", where=where(start, language), first=start.year + 1,
                      last=until),
        sentence=_sentence(runs[0], called[0], language),
        alt=text("Tabelle: Annahmen der Szenarien {names} neben dem Beobachteten, {place}.", names=", ".join(called),
                 place=start.place.name),
        table=table,
        columns=(
            Column("name", text("Annahme")), Column("observed", text("beobachtet")),
            Column("years", text("aus den Jahren")),
            *(Column(f"s{number}", name) for number, name in enumerate(called)),
            Column("source", text("Tabelle der Quelle")),
        ),
        marks=Marks("table"),
        sources=lines(context, start),
        notes=scenario_notes(context, start),
    )  # fmt: skip


def _table(start: Start, found: Sequence[Line]) -> pd.DataFrame:
    """Return one row per assumption; tables are named by their codes, the source line says whose they are."""
    rows = []
    for one in found:
        used = [dataset for dataset in start.datasets if any(word in dataset for word in one.datasets)]
        said = dict.fromkeys(sources()[dataset].code for dataset in used if dataset in sources())
        values = {f"s{number}": value for number, value in enumerate(one.values)}
        rows.append({"name": one.name, "observed": one.observed, "years": one.years, **values,
                     "source": "; ".join(said)})  # fmt: skip
    return pd.DataFrame(rows)


def _levels(start: Start, runs: Sequence[Run], language: Language) -> list[Line]:
    """Return what every scenario has: where it starts, births per woman, life expectancy, moves."""
    text, base, last = language.text, start.baseline, runs[0].years[-1]
    people = text("{number} ({basis})", number=language.number(float(count(base.population))),
                  basis=basis_name(start.basis, language))  # fmt: skip
    births = tuple(_births(run, language) for run in runs)
    now = base.life_expectancy
    ends = [life_expectancy(run) for run in runs]
    lives = [
        Line(name, language.number(float(now[sex]), 1), "", DEATHS,
             tuple(language.number(float(end[sex]), 1) for end in ends))
        for sex, name in ((FEMALE, text("Lebenserwartung von Frauen {year}, Jahre", year=last)),
                          (MALE, text("Lebenserwartung von Männern {year}, Jahre", year=last)))
    ]  # fmt: skip
    return [
        *_presets([run.scenario for run in runs], language),
        Line(text("Bevölkerung am Anfang"), people, language.date(start.register_day or base.day), PEOPLE,
             (text("wie beobachtet"),) * len(runs)),
        Line(text("Geburten je Frau {year}", year=last), language.number(float(base.total_fertility_rate), 2),
             in_spans(coded_years(start, "births", span=True)), BIRTHS, births),
        *lives, *_moves(start, runs, language),
    ]  # fmt: skip


def _births(run: Run, language: Language) -> str:
    """Return births per woman in the last year; of a preset that is an extreme, with the years it was seen in."""
    number = language.number(births_per_woman(run), 2)
    extreme = {"low": run.start.baseline.low, "high": run.start.baseline.high}.get(run.scenario.preset)
    if extreme is None or run.scenario.value("tfr") is not None or not extreme.fertility_years:
        return number
    return language.text("{number} (wie {years})", number=number, years=_years(extreme.fertility_years))


def _moves(start: Start, runs: Sequence[Run], language: Language) -> list[Line]:
    """Return moves per year, in the mean of the run; of a place whose moves are not counted only the balance."""
    text, base = language.text, start.baseline
    net = float(base.net_migration)
    came = float(count(base.in_migration))
    years = in_spans(coded_years(start, "moves"))
    rests = MOVES if base.gross else PEOPLE

    def line(name: str, observed: float, flow: Callable[[Run], Array], *, sign: bool = False) -> Line:
        values = tuple(language.number(float(flow(run).mean()), sign=sign) for run in runs)
        return Line(name, language.number(observed, sign=sign), years, rests, values)

    def balance(run: Run) -> Array:
        return count(run.projection.in_migration) - count(run.projection.out_migration)

    found = [line(text("Zuzüge minus Fortzüge je Jahr"), net, balance, sign=True)]
    if base.gross:
        found = [
            line(text("Zuzüge je Jahr"), came, lambda run: count(run.projection.in_migration)),
            line(text("Fortzüge je Jahr"), came - net, lambda run: count(run.projection.out_migration)), *found,
        ]  # fmt: skip
    return found


def births_per_woman(run: Run) -> float:
    """Return births per woman in the last year of a run."""
    return float(run.rates.fertility[-1].sum(axis=-1))


def life_expectancy(run: Run) -> Array:
    """Return life expectancy at birth in the last year of a run, years, ``(2,)``."""
    return replace(run.start.baseline, survival=run.rates.survival[-1]).life_expectancy


def _presets(wanted: Sequence[Scenario], language: Language) -> list[Line]:
    """Return on what each scenario rests; nothing where the names of the scenarios say it."""
    if all(not one.name and not one.changes for one in wanted):
        return []
    values = tuple(preset_name(one.preset, language) for one in wanted)
    return [Line(language.text("Grundannahme"), "", "", (), values)]


def _years(years: str) -> str:
    return years.replace("-", "–").replace("_", "–")


def _changes(wanted: Sequence[Scenario], begin: int, language: Language) -> list[Line]:
    """Return one line for each lever that any of the scenarios moves, in the order of the declarations.

    What lies before the end of the year ``begin`` has no effect, and says so.
    """
    found = []
    for lever in levers().values():
        cells = []
        for one in wanted:
            said = [
                change_text(change, lever, language) + _too_early(change, lever, begin, language)
                for change in one.changes
                if change.lever == lever.id
            ]
            cells.append("; ".join(said) or "–")
        if set(cells) != {"–"}:
            name = language.text("Hebel: {name}", name=lever.label(language.code))
            found.append(Line(name, "", "", (), tuple(cells)))
    return found


def _too_early(change: Change, lever: Lever, begin: int, language: Language) -> str:
    """Return the words for a change that is over when the run begins."""
    last = {"homes": 1, "event": 0}.get(lever.kind)
    if last is None or change.values[last] > begin:
        return ""
    return " " + language.text("(vor dem Beginn der Rechnung, ohne Wirkung)")


def change_text(change: Change, lever: Lever, language: Language) -> str:
    """Return the numbers of a change in words."""
    text, number, values = language.text, language.number, change.values
    if lever.kind == "births":
        return number(values[0], 2)
    if lever.kind == "life":
        return text("{number} Jahre", number=number(values[0], 1, sign=True))
    if lever.kind in ("in", "out"):
        return text("{number} je Jahr", number=number(values[0], sign=True))
    if lever.kind == "homes":
        first, last, dwellings, persons, share = values
        return text("{first}–{last}: {dwellings} Wohnungen je Jahr mit {persons} Menschen, {share} von außerhalb",
                    first=int(first), last=int(last), dwellings=number(dwellings), persons=number(persons, 1),
                    share=language.percent(share, 0))  # fmt: skip
    return _event(values, language)


def _event(values: Sequence[float], language: Language) -> str:
    year, persons, group, stay = (*values, 0.0)[:4]
    ages = next((one for one in MIGRATION_GROUPS if one.first == group and group != ALL_AGES), None)
    who = ages_label(ages, language) if ages else language.text("alle Altersgruppen")
    said = language.text("{year}: {persons} Menschen, {who}", year=int(year), who=who,
                         persons=language.number(persons, sign=True))  # fmt: skip
    return said if not stay else language.text("{said}, für {count} Jahre", said=said, count=int(stay))


def _sentence(run: Run, called: str, language: Language) -> str:
    """Say births, lives and moves of the first scenario."""
    text, made = language.text, run.projection
    ends = life_expectancy(run)
    net = float((count(made.in_migration) - count(made.out_migration)).mean())
    values = {
        "name": called, "year": run.years[-1], "births": language.number(births_per_woman(run), 2),
        "women": language.number(float(ends[FEMALE]), 1), "men": language.number(float(ends[MALE]), 1),
        "net": plain(abs(net), language),
    }  # fmt: skip
    moved = (text("im Mittel rund {net} mehr Zuzüge als Fortzüge im Jahr", **values) if round(net) > 0
             else text("im Mittel rund {net} mehr Fortzüge als Zuzüge im Jahr", **values) if round(net) < 0
             else text("ebenso viele Zuzüge wie Fortzüge", **values) if made.in_migration.any()
             else text("weder Zuzüge noch Fortzüge"))  # fmt: skip
    return text("»{name}« nimmt an: {births} Geburten je Frau, {women} Jahre Lebenserwartung von Frauen und {men} von "
                "Männern im Jahr {year}, {moved}.", moved=moved, **values)  # fmt: skip
