"""The age pyramid of a year to come beside today's, its bars split into who lives here already and who does not."""

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    condition,
    form,
    lines,
    names,
    net_parts,
    no_outlook,
    part_names,
    ran,
    scenario,
    scenario_notes,
    started,
    titled,
    where,
)
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run
from zwk_data.projection.ages import AGES, OPEN_AGE, SEXES, AgeRange, Array, count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

PARTS = ("here", "born", "moved")  # from what is certain to what is assumed
OLD = AgeRange(65)


@kind(
    required={"ags": place, "scenario": scenario},
    optional={"year": year, "look": choice("parts", "plain"), "form": form},
)
def outlook_pyramid(
    context: Context, *, ags: Place, scenario: Scenario, year: int | None = None, look: str = "parts", form: str = ""
) -> Exhibit:
    """Show men and women by single age: a year of the run as bars, the start as outline, on one scale for all years.

    Args:
        context: data and language.
        ags: the place.
        scenario: what is assumed.
        year: of the bars, the last one where not given.
        look: ``parts`` splits the bars by who lives here already; ``plain`` does not.
        form: how a town is run.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    shown = year or outlook.UNTIL
    address = Address.of("outlook_pyramid", ags=ags.ags, scenario=str(scenario), year=year, form=form,
                         look=look if look == "plain" else "")  # fmt: skip
    start = started(context, ags, form)
    title = text("Altersaufbau {year}", year=shown)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    run = ran(context, start, scenario, outlook.UNTIL)
    if not start.year < shown <= outlook.UNTIL:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=outlook.UNTIL))
    name = names([scenario], language)[0]
    drawn = [(shown, f"{shown}, {name}"), (start.year, str(start.year))]
    table = pd.concat([_rows(run, when, series, language) for when, series in drawn], ignore_index=True)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("Personen je Altersjahr {where}, Szenario »{name}«; Umriss: {year}", where=where(start, language),
                      name=name, year=start.year),
        sentence=_sentence(context, run, shown, look),
        alt=text("Alterspyramide {year}, {place}, Männer links, Frauen rechts. Als Umriss: {start}.", year=shown,
                 place=start.place.name, start=start.year),
        table=table,
        columns=_columns(language, look),
        marks=_marks(context, run, f"{shown}, {name}", look),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start), *_notes(language, look)),
    )  # fmt: skip


def _rows(run: Run, year: int, series: str, language: Language) -> pd.DataFrame:
    """Return one row per age: men and women, and each of their parts."""
    at = run.years.index(year)
    parts = net_parts(run)
    found = pd.DataFrame({"series": series, "age_from": range(AGES), "width": 1.0})
    open_age = language.text("{age} und älter", age=OPEN_AGE)
    found["ages"] = [*map(str, range(OPEN_AGE)), open_age]
    for number, sex in enumerate(SEXES):
        found[sex] = run.population[at, number]
        for part, values in zip(PARTS, (parts.residents, parts.births, parts.moved_in), strict=True):
            found[f"{sex}_{part}"] = values[at, number]
    return found


def _columns(language: Language, look: str) -> tuple[Column, ...]:
    text = language.text
    who = (("m", text("Männer")), ("f", text("Frauen")))
    found = [Column("series", text("Jahr")), Column("ages", text("Alter"))]
    found += [Column(sex, name, text("Personen"), 0) for sex, name in who]
    if look == "parts":
        found += [
            Column(f"{sex}_{part}", text("{who}, {part}", who=name, part=word), "", 0)
            for sex, name in who
            for part, word in zip(PARTS, part_names(language), strict=True)
        ]
    return tuple(found)


def _marks(context: Context, run: Run, focus: str, look: str) -> Marks:
    text = context.language.text
    options: dict[str, object] = {
        "maximum": float(run.population[..., :OPEN_AGE].max()), "left": "m", "right": "f",
        "left_name": text("Männer"), "right_name": text("Frauen"), "age_from": "age_from", "width": "width",
        "share": False, "left_count": "m", "right_count": "f", "axis": text("Personen je Altersjahr"),
    }  # fmt: skip
    if look == "parts":
        options |= {"left_parts": tuple(f"m_{part}" for part in PARTS), "part_names": part_names(context.language),
                    "right_parts": tuple(f"f_{part}" for part in PARTS)}  # fmt: skip
    return Marks("pyramid", x="ages", y="m", series="series", focus=focus, second=str(run.start.year), options=options)


def _sentence(context: Context, run: Run, year: int, look: str) -> str:
    """Say the share of people aged 65 and over then and now and, of split bars, how many live here today."""
    language, text, at = context.language, context.language.text, run.years.index(year)
    values = {
        "if": condition(run.scenario, language), "year": year, "where": where(run.start, language),
        "share": language.percent(_share(run.population[at]), 0), "start": run.start.year,
        "now": language.percent(_share(run.population[0]), 0),
    }  # fmt: skip
    if values["share"] == values["now"]:
        said = text(
            "{if} sind {year} {where} {share} der Menschen 65 Jahre und älter, derselbe Anteil wie Ende {start}.",
            **values,
        )
    else:
        said = text("{if} sind {year} {where} {share} der Menschen 65 Jahre und älter; Ende {start} waren es {now}.",
                    **values)  # fmt: skip
    if look != "parts":
        return said
    here = 100 * float(count(net_parts(run).residents[at]) / max(float(count(run.population[at])), 1e-9))
    return said + " " + text("{share} der Menschen von {year} leben heute schon hier.",
                             share=language.percent(here, 0), year=year)  # fmt: skip


def _share(population: Array) -> float:
    return 100 * float(count(population, OLD)) / max(float(count(population)), 1e-9)


def _notes(language: Language, look: str) -> tuple[Note, ...]:
    """Say how single ages came about, and of parts how moves are counted."""
    text = language.text
    found = [Note("method", text(
        "Die einzelnen Altersjahre sind aus veröffentlichten Altersgruppen geschätzt; ihre Summen bleiben erhalten."
    ))]  # fmt: skip
    if look == "parts":
        found.append(Note("method", text("Zu- und Fortzüge gleichen Alters sind gegeneinander aufgerechnet.")))
    return tuple(found)
