"""A group of people over time: what was observed, and what follows under one to four scenarios."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.ages import tables
from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks
from zwk_data.exhibits.outlook.common import (
    CONTINUE,
    TOTAL,
    Group,
    about,
    against,
    band_of,
    condition,
    counted,
    everybody,
    form,
    group,
    is_same,
    lines,
    names,
    no_outlook,
    persons,
    plain,
    ran,
    scenario_notes,
    scenarios,
    span,
    started,
    titled,
    until,
    where,
    whole,
)
from zwk_data.exhibits.provenance import basis_name, breaks_inside
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.exhibits.series import OWN, year_ends
from zwk_data.outlook import NoStart, Start
from zwk_data.outlook.kept import Kept
from zwk_data.projection.ages import count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

PROJECTION = "projection"


@kind(
    required={"ags": place, "scenarios": scenarios},
    optional={"until": until, "group": group, "form": form, "capacity": whole},
)
def outlook_line(
    context: Context,
    *,
    ags: Place,
    scenarios: tuple[Scenario, ...] = (CONTINUE,),
    until: int = outlook.UNTIL,
    group: Group | None = None,
    form: str = "",
    capacity: int | None = None,
) -> Exhibit:
    """Show a group from the first observed year to the last of the runs, with the band of the first scenario.

    ``capacity`` draws a number of places as a rule beside the group.
    """
    text, language = context.language.text, context.language
    people = group or everybody(language)
    address = Address.of("outlook_line", ags=ags.ags, scenarios=[str(one) for one in scenarios],
                         until=until if until != outlook.UNTIL else "", form=form, capacity=capacity,
                         group=people.id if people.id != TOTAL else "")  # fmt: skip
    start = started(context, ags, form)
    title = text("{group} bis {year}", group=people.heading, year=until)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    called = names(scenarios, language)
    table = _rows(context, start, scenarios, called, until, people)
    now = float(count(start.baseline.population, people.ages))
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("Personen am 31. Dezember {where}; Fläche: 80-%-Bereich von »{name}«",
                      where=where(start, language), name=called[0]),
        sentence=_sentence(context, start, scenarios[0], table[table["part"] == called[0]].iloc[-1], now, people),
        alt=text("Liniendiagramm: {group} bis {year}, {place}, Szenarien: {names}.", group=people.heading, year=until,
                 place=start.place.name, names=", ".join(called)),
        table=table,
        columns=(
            Column("part", text("Reihe")), Column("reference_date", text("Stichtag")),
            Column("value", people.heading, persons(start, language), 0),
            Column("low", text("80-%-Bereich von"), "", 0), Column("high", text("80-%-Bereich bis"), "", 0),
        ),
        marks=_marks(context, start, table, now, capacity),
        sources=lines(context, start),
        breaks=_breaks(context, start, people),
        notes=scenario_notes(context, start, band=True),
    )  # fmt: skip


def _marks(context: Context, start: Start, table: pd.DataFrame, now: float, capacity: int | None) -> Marks:
    text = context.language.text
    ends = table[table["basis"] == PROJECTION].groupby("series", sort=False)["value"].last()
    called = [str(name) for name in ends.index]
    options: dict[str, object] = {
        "start": start.baseline.day.isoformat(), "start_word": text("Beginn der Rechnung"), "part": "part",
        "starts": dict.fromkeys(called, now), "band_word": text("80-%-Bereich"),
        "ends": {name: f"{name} {plain(value, context.language)}" for name, value in zip(called, ends, strict=True)},
    }  # fmt: skip
    if capacity is not None:
        options |= {"capacity": float(capacity),
                    "capacity_word": text("Plätze: {number}", number=context.language.number(capacity))}  # fmt: skip
    return Marks("line", x="reference_date", y="value", series="series", focus=called[0],
                 second=called[1] if len(called) > 1 else "", lower="low", upper="high", dash="basis",
                 options=options)  # fmt: skip


def _rows(
    context: Context, start: Start, wanted: Sequence[Scenario], called: Sequence[str], until: int, people: Group
) -> pd.DataFrame:
    """Return the observed values, then those of every scenario for the years after its start."""
    years = np.arange(start.year + 1, until + 1)
    low, high = (ends[1 : len(years) + 1, 0] for ends in band_of(context, start, wanted[0], [people.ages]))
    values = [count(ran(context, start, one, until).population, people.ages)[1:] for one in wanted]
    missing = np.full(len(years) * (len(wanted) - 1), np.nan)
    of = np.repeat(np.array(called, dtype=object), len(years))
    projected = pd.DataFrame({
        "series": of, "part": of, "reference_date": np.tile(_ends(start.year, until), len(wanted)),
        "year": np.tile(years, len(wanted)), "value": np.concatenate(values), "low": np.concatenate([low, missing]),
        "high": np.concatenate([high, missing]), "basis": PROJECTION,
    })  # fmt: skip
    before = observed(context, start, people).assign(series=called[0])
    table = pd.concat([before, projected], ignore_index=True) if len(before) else projected
    return table.reindex(columns=["series", "part", "ags", "reference_date", "year", "value", "low", "high", "basis"])


@lru_cache(maxsize=64)
def _ends(first: int, last: int) -> pd.DatetimeIndex:
    """Return 31 December of the years after the first one."""
    return pd.DatetimeIndex([f"{year}-12-31" for year in range(first + 1, last + 1)])


_OBSERVED: Kept[pd.DataFrame] = Kept(256)
_BREAKS: Kept[tuple[BreakMark, ...]] = Kept(256)


def observed(context: Context, start: Start, people: Group) -> pd.DataFrame:
    """Return what was observed at the ends of years on the basis of the run: part, ags, reference_date, value, basis.

    Of an age range only the dates whose own groups give it without splitting one. It is kept: no scenario changes it.
    """
    return _OBSERVED.get(_kept_by(context, start, people), lambda: _observed(context, start, people))


def _kept_by(context: Context, start: Start, people: Group) -> tuple[object, ...]:
    return *start.key, context.data.as_of, people.id, people.ages, context.language.code


def _breaks(context: Context, start: Start, people: Group) -> tuple[BreakMark, ...]:
    """Return the breaks inside what was observed."""
    return _BREAKS.get(_kept_by(context, start, people), lambda: breaks_inside(
        observed(context, start, people), frozenset({"population"}), context.language))  # fmt: skip


def _observed(context: Context, start: Start, people: Group) -> pd.DataFrame:
    place, language = start.place, context.language
    if people.id == TOTAL:
        rows = year_ends(context.data.values(["population_total"], [place.ags]))
        rows = rows[["reference_date", "value", "basis"]]
    else:
        first, last = people.ages.first, people.ages.last
        found = [(one.day, one.between(first, last), one.basis) for one in tables(context, place)]
        kept = [row for row in found if row[1] is not None]
        rows = pd.DataFrame(kept, columns=["reference_date", "value", "basis"])
        rows = rows.drop_duplicates(["reference_date", "basis"])
    rows = rows[(rows["basis"] == OWN) == (start.basis == OWN)]
    said = [language.text("beobachtet, {basis}", basis=basis_name(basis, language)) for basis in rows["basis"]]
    days = pd.to_datetime(rows["reference_date"])
    return rows.assign(part=said, ags=place.ags, reference_date=days, year=days.dt.year).sort_values("reference_date")


def _sentence(context: Context, start: Start, one: Scenario, last: pd.Series, now: float, people: Group) -> str:
    """Say the number at the end of the first scenario, its range, and how it compares with the start."""
    language, text = context.language, context.language.text
    values = {
        "if": condition(one, language), "year": last["year"], "where": where(start, language), "people": people.people,
        "number": about(last["value"], language), "span": span(last["low"], last["high"], language),
        "start": start.year, "now": counted(now, start, language),
    }  # fmt: skip
    if is_same(last["low"], last["high"], now):
        return text(
            "{if} leben {year} {where} {number} {people}; von den {now} Ende {start} ist das nicht zu unterscheiden "
            "(in 80 von 100 Verläufen {span}).", **values,
        )  # fmt: skip
    return text(
        "{if} leben {year} {where} {number} {people}, {against} (in 80 von 100 Verläufen {span}).",
        against=against(last["value"], now, start.year, language), **values,
    )  # fmt: skip
