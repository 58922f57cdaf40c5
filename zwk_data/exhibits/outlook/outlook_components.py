"""Births, deaths and moves that lead from today's population to that of a year, for each scenario."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    condition,
    form,
    lines,
    names,
    no_outlook,
    persons,
    plain,
    ran,
    scenario_notes,
    scenarios,
    started,
    titled,
    until,
    where,
)
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

# What leads from the start to the end; the balances are sums of the rows above them.
ROWS = ("births", "deaths", "natural", "in", "out", "moves", "change", "end")
BALANCES = ("natural", "moves", "change")


@kind(
    required={"ags": place, "scenarios": scenarios},
    optional={"until": until, "form": form, "by": choice("sum", "year")},
)
def outlook_components(
    context: Context,
    *,
    ags: Place,
    scenarios: tuple[Scenario, ...],
    until: int = outlook.UNTIL,
    form: str = "",
    by: str = "sum",
) -> Exhibit:
    """Show births, deaths, moves and their balances: summed for each scenario, or year by year for the first."""
    text, language = context.language.text, context.language
    address = Address.of("outlook_components", ags=ags.ags, scenarios=[str(one) for one in scenarios], form=form,
                         until=until if until != outlook.UNTIL else "", by=by if by == "year" else "")  # fmt: skip
    start = started(context, ags, form)
    title = text("Geburten, Sterbefälle und Wanderung bis {year}", year=until)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    wanted = scenarios[:1] if by == "year" else scenarios
    runs, called = [ran(context, start, one, until) for one in wanted], names(wanted, language)
    table = _by_year(runs[0]) if by == "year" else _summed(runs, language)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=_subtitle(language, start, until, called, by),
        sentence=_sentence(context, runs[0]),
        alt=text("Tabelle: Geburten, Sterbefälle, Zuzüge, Fortzüge und Salden bis {year}, {place}, Szenarien: {names}.",
                 year=until, place=start.place.name, names=", ".join(called)),
        table=table,
        columns=_year_columns(language) if by == "year" else _columns(start, language, called),
        marks=Marks("table") if by == "year" else _marks(table, called),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start), *_notes(language, start)),
    )  # fmt: skip


def components(run: Run) -> pd.DataFrame:
    """Return births, deaths, in, out and balances of every year of a run, in persons; ``end`` is the population."""
    made = run.projection
    found = pd.DataFrame({
        "year": run.years[1:], "births": made.births.sum(axis=-1), "deaths": count(made.deaths),
        "in": count(made.in_migration), "out": count(made.out_migration), "end": count(made.population[1:]),
    })  # fmt: skip
    natural, moves = found["births"] - found["deaths"], found["in"] - found["out"]
    return found.assign(natural=natural, moves=moves, change=natural + moves)


def words(language: Language) -> dict[str, str]:
    """Return the names of the components."""
    text = language.text
    return {
        "births": text("Geburten"), "deaths": text("Sterbefälle"), "natural": text("Geburten minus Sterbefälle"),
        "in": text("Zuzüge"), "out": text("Fortzüge"), "moves": text("Zuzüge minus Fortzüge"),
        "change": text("Veränderung zusammen"), "end": text("Bevölkerung am Ende"),
    }  # fmt: skip


def _summed(runs: Sequence[Run], language: Language) -> pd.DataFrame:
    """Return one row per component, one column per scenario; the population is that at the end."""
    found = []
    for name in ROWS:
        row: dict[str, Any] = {"ags": name, "place": words(language)[name]}
        for number, run in enumerate(runs):
            years = components(run)[name]
            row[f"s{number}"] = float(years.iloc[-1] if name == "end" else years.sum())
        found.append(row)
    return pd.DataFrame(found)


def _by_year(run: Run) -> pd.DataFrame:
    return components(run)[["year", *ROWS]]


def _columns(start: Start, language: Language, called: Sequence[str]) -> tuple[Column, ...]:
    unit = persons(start, language)
    found = [Column(f"s{number}", name, unit, 0) for number, name in enumerate(called)]
    return (Column("place", language.text("Was sich ändert")), *found)


def _year_columns(language: Language) -> tuple[Column, ...]:
    said = words(language)
    return (Column("year", language.text("Jahr")),
            *(Column(name, said[name], "", 0, name in BALANCES) for name in ROWS))  # fmt: skip


def _marks(table: pd.DataFrame, called: Sequence[str]) -> Marks:
    """Return bars behind the flows: all of one length scale, so that scenarios can be compared; a stock has none."""
    columns = [f"s{number}" for number in range(len(called))]
    flows = table[table["ags"] != "end"]
    most = float(flows[columns].abs().to_numpy().max()) or 1.0
    bars = {
        column: {str(row["ags"]): [0.0, round(100 * abs(row[column]) / most, 2)] for row in flows.to_dict("records")}
        for column in columns
    }  # fmt: skip
    return Marks("table", focus=str(table["place"].iloc[-2]), options={"bars": bars, "kreis": {}, "grey": {}})


def _subtitle(language: Language, start: Start, until: int, called: Sequence[str], by: str) -> str:
    text = language.text
    values = {"where": where(start, language), "first": start.year + 1, "last": until}
    if by == "year":
        return text("Personen je Jahr {where}, Szenario »{name}«", name=called[0], **values)
    return text("Personen, Summe der Jahre {first} bis {last}, {where}", **values)


def _sentence(context: Context, run: Run) -> str:
    """Say both balances of the first scenario and which of the two is the larger."""
    language, text = context.language, context.language.text
    total = components(run)
    natural, moves = float(total["natural"].sum()), float(total["moves"].sum())
    values = {
        "if": condition(run.scenario, language), "where": where(run.start, language), "first": run.years[1],
        "last": run.years[-1], "natural": plain(abs(natural), language), "moves": plain(abs(moves), language),
        "change": plain(abs(natural + moves), language),
    }  # fmt: skip
    births = (text("rund {natural} mehr Geburten als Sterbefälle", **values) if natural >= 0
              else text("rund {natural} mehr Sterbefälle als Geburten", **values))  # fmt: skip
    moved = (text("rund {moves} mehr Zuzüge als Fortzüge", **values) if moves >= 0
             else text("rund {moves} mehr Fortzüge als Zuzüge", **values))  # fmt: skip
    gain = (text("zusammen rund {change} Menschen mehr", **values) if natural + moves >= 0
            else text("zusammen rund {change} Menschen weniger", **values))  # fmt: skip
    return text("{if} gibt es {where} von {first} bis {last} {births} und {moved}, {gain}.", births=births, moved=moved,
                gain=gain, **values)  # fmt: skip


def _notes(language: Language, start: Start) -> tuple[Note, ...]:
    if start.baseline.gross:
        return ()
    return (Note("method", language.text(
        "Zu- und Fortzüge sind hier nur als Überschüsse nach Alter bekannt: Zuzüge stehen für Alter mit Gewinn, "
        "Fortzüge für Alter mit Verlust; der Saldo ist vollständig.")),)  # fmt: skip
