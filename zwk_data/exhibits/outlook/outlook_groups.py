"""Age groups today and in one year under each scenario: change, range, who lives here already, how long it bears."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    AGES,
    Group,
    band_of,
    condition,
    estimated,
    everybody,
    form,
    group_of,
    is_same,
    lines,
    names,
    net_parts,
    no_outlook,
    ran,
    scenario_notes,
    scenarios,
    started,
    titled,
    where,
)
from zwk_data.exhibits.registry import Context, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

DEFAULT_YEAR = 2040


@kind(required={"ags": place, "scenarios": scenarios}, optional={"year": year, "form": form})
def outlook_groups(
    context: Context, *, ags: Place, scenarios: tuple[Scenario, ...], year: int = DEFAULT_YEAR, form: str = ""
) -> Exhibit:
    """Show age groups at the start and at the end of a year under one to four scenarios.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    address = Address.of("outlook_groups", ags=ags.ags, scenarios=[str(one) for one in scenarios], form=form,
                         year=year if year != DEFAULT_YEAR else "")  # fmt: skip
    start = started(context, ags, form)
    title = text("Altersgruppen {year} gegenüber heute", year=year)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    if not start.year < year <= outlook.UNTIL:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=outlook.UNTIL))
    table = _table(context, start, scenarios, year)
    called = names(scenarios, language)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("Personen am 31. Dezember {where}", where=where(start, language)),
        sentence=_sentence(context, start, scenarios[0], table, year),
        alt=text("Tabelle: Altersgruppen Ende {start} und {year}, {place}, Szenarien: {names}.", start=start.year,
                 year=year, place=start.place.name, names=", ".join(called)),
        table=table,
        columns=_columns(language, start, called, year),
        marks=Marks("table"),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start, band=True), *_notes(language, called[0])),
    )  # fmt: skip


def _groups(language: Language) -> list[Group]:
    return [everybody(language), *(group_of(ages, language) for ages in AGES)]


def _table(context: Context, start: Start, wanted: Sequence[Scenario], year: int) -> pd.DataFrame:
    """Return one row per group, everyone first."""
    language, groups = context.language, _groups(context.language)
    runs = [ran(context, start, one, outlook.UNTIL) for one in wanted]
    at = runs[0].years.index(year)
    low, high = band_of(context, start, wanted[0], [one.ages for one in groups])
    here = net_parts(runs[0]).residents[at]
    rows = []
    for number, one in enumerate(groups):
        row = _row(runs, at, one, (float(low[at, number]), float(high[at, number])), language)
        share = float(count(here, one.ages)) / row["s0"] * 100 if row["s0"] else None
        rows.append(row | {"here": share, "until": _usable(context, start, one.ages)})
    return pd.DataFrame(rows).astype({"change": float, "here": float})


def _row(runs: Sequence[Run], at: int, one: Group, ends: tuple[float, float], language: Language) -> dict[str, Any]:
    now = float(count(runs[0].population[0], one.ages))
    values = {f"s{number}": float(count(run.population[at], one.ages)) for number, run in enumerate(runs)}
    return {
        "group": one.label, "now": now, **values, "change": (values["s0"] / now - 1) * 100 if now else None,
        "low": ends[0], "high": ends[1], "finding": _finding(values["s0"], now, ends, language),
    }  # fmt: skip


def _finding(value: float, now: float, ends: tuple[float, float], language: Language) -> str:
    """Say whether it is more or fewer, or cannot be told."""
    if is_same(*ends, now):
        return language.text("nicht zu unterscheiden")
    return language.text("mehr") if value > now else language.text("weniger")


def _usable(context: Context, start: Start, ages: AgeRange) -> str:
    """Return until which year the number bears a decision."""
    found = outlook.shelf_life(context.data, start, ages)
    if found.year is None:
        return context.language.text("unter 1 Jahr")
    return context.language.text("{year} oder länger", year=found.year) if found.open_ended else str(found.year)


def _columns(language: Language, start: Start, called: Sequence[str], year: int) -> tuple[Column, ...]:
    text, unit = language.text, estimated(start, language)
    others = [
        Column(f"s{number}", text("{year}, {name}", year=year, name=name), unit, 0)
        for number, name in enumerate(called)
        if number
    ]
    return (
        Column("group", text("Altersgruppe")), Column("now", text("Ende {year}", year=start.year), unit, 0),
        Column("s0", text("{year}, {name}", year=year, name=called[0]), unit, 0),
        Column("finding", text("gegenüber heute")), Column("change", text("Veränderung"), "%", 0, True),
        Column("low", text("80-%-Bereich von"), "", 0), Column("high", text("80-%-Bereich bis"), "", 0), *others,
        Column("here", text("leben heute schon hier"), "%", 0), Column("until", text("brauchbar bis")),
    )  # fmt: skip


def _sentence(context: Context, start: Start, one: Scenario, table: pd.DataFrame, year: int) -> str:
    """Name the groups that grow and shrink most, of those whose change can be told; and how many cannot."""
    language, text = context.language, context.language.text
    groups = table.iloc[1:]
    unclear = text("nicht zu unterscheiden")
    told = groups[(groups["finding"] != unclear) & groups["change"].notna()].sort_values("change", kind="stable")
    grown, shrunk = told[told["change"] > 0].tail(1), told[told["change"] < 0].head(1)
    values = {"if": condition(one, language), "year": year, "where": where(start, language),
              **_named("most", "up", grown, language), **_named("least", "down", shrunk, language)}  # fmt: skip
    if len(grown) and len(shrunk):
        said = text("{if} wächst bis {year} {where} am stärksten die Gruppe {most} ({up}), am stärksten schrumpft die "
                    "Gruppe {least} ({down}).", **values)  # fmt: skip
    elif len(grown):
        said = text("{if} wächst bis {year} {where} am stärksten die Gruppe {most} ({up}), keine schrumpft deutlich.",
                    **values)  # fmt: skip
    elif len(shrunk):
        said = text(
            "{if} schrumpft bis {year} {where} am stärksten die Gruppe {least} ({down}), keine wächst deutlich.",
            **values)  # fmt: skip
    else:
        return text("{if} ist bis {year} {where} keine Altersgruppe von heute zu unterscheiden.", **values)
    same = int((groups["finding"] == unclear).sum())
    return said if not same else said + " " + text(
        "Bei {count} von {all} Gruppen schließt der Bereich die heutige Zahl ein.", count=same,
        all=len(groups))  # fmt: skip


def _named(group: str, percent: str, rows: pd.DataFrame, language: Language) -> dict[str, object]:
    """Return name and change of the first of some groups; nothing where there is none."""
    return {
        word: value
        for row in rows.to_dict("records")
        for word, value in (
            (group, _written(str(row["group"]), language)),
            (percent, language.percent(float(row["change"]), 0, sign=True)),
        )
    }


def _written(label: str, language: Language) -> str:
    """Return ages for a sentence: ``6 bis 9 Jahre``, without a dash at which a line could break."""
    low, dash, high = label.partition("–")
    return language.text("{low} bis {high}", low=low, high=high) if dash else label


def _notes(language: Language, first: str) -> tuple[Note, ...]:
    text = language.text
    return (
        Note("method", text(
            "Veränderung, Bereich und Anteil derer, die heute schon hier leben, gelten für »{name}«. Brauchbar bis: "
            "So lange lagen vier von fünf Kreisen ähnlicher Größe in früheren Rechnungen höchstens 5 % daneben.",
            name=first)),
    )  # fmt: skip
