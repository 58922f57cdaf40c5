"""The projections of others beside ours: on common years and ages, the difference split in two, beginning and rest.

None is embedded. What a live refresh has brought is shown under its provider's name; where there is none, the exhibit
says which sources would bring one. Producers do not publish components for Kreise, so the rest stays one number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data import outlook
from zwk_data.catalog import sources
from zwk_data.exhibits.ages import tables
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.methods import dataset_name
from zwk_data.exhibits.outlook.common import (
    Group,
    about,
    band_of,
    condition,
    everybody,
    form,
    group,
    group_of,
    lines,
    names,
    no_outlook,
    ran,
    scenario,
    scenario_notes,
    started,
    titled,
    until,
    where,
)
from zwk_data.exhibits.provenance import sources_of
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import EVERYONE, AgeRange, count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

WOULD_BRING = ("eurostat_proj_25rp5", "wegweiser_forecast", "inkar")
PERSONS, CHANGE = "projected_population", "projected_change"
AGES = (
    EVERYONE, AgeRange(0, 17), AgeRange(0, 19), AgeRange(18, 24), AgeRange(20, 64), AgeRange(25, 44), AgeRange(45, 64),
    AgeRange(65, 79), AgeRange(65), AgeRange(80),
)  # fmt: skip
DEFAULT_YEAR = 2040
PROJECTION = "projection"


@dataclass(frozen=True)
class Other:
    """The projection of somebody else for one place: totals by year, and age groups (year, age_from, age_to, value)."""

    dataset: str
    totals: Mapping[int, float]
    groups: pd.DataFrame

    def values(self, ages: AgeRange) -> dict[int, float]:
        """Return the persons of an age range by year, of those years whose groups give it without splitting one."""
        if ages == EVERYONE and self.totals:
            return dict(self.totals)
        found = {int(str(year)): tiled(rows, ages) for year, rows in self.groups.groupby("year")}
        return {year: value for year, value in found.items() if value is not None}


@dataclass(frozen=True)
class Gap:
    """Their number less ours in a year, in persons, and how much of it was there at the beginning already."""

    year: int
    theirs: float
    ours: float
    base_year: int
    base: float

    @property
    def total(self) -> float:
        """Persons that they have more."""
        return self.theirs - self.ours

    @property
    def rest(self) -> float:
        """What is not there at the beginning: births, deaths and moves together."""
        return self.total - self.base


@kind(
    required={"ags": place, "scenario": scenario},
    optional={"until": until, "group": group, "year": year, "form": form, "part": choice("line", "split")},
)
def outlook_others(
    context: Context, *, ags: Place, scenario: Scenario, until: int = outlook.UNTIL, group: Group | None = None,
    year: int = DEFAULT_YEAR, form: str = "", part: str = "line",
) -> Exhibit:  # fmt: skip
    """Show every loaded projection of somebody else beside a scenario.

    Args:
        context: data and language.
        ags: the place.
        scenario: what is assumed.
        until: last year.
        group: whose number, everyone where none is given.
        year: of the split; the last common one before it where it is none.
        form: how a town is run.
        part: ``line`` over time, ``split``: the difference by age group as a table.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    people = group or everybody(language)
    address = Address.of("outlook_others", ags=ags.ags, scenario=str(scenario), form=form,
                         until=until if until != outlook.UNTIL else "", year=year if year != DEFAULT_YEAR else "",
                         group=people.id if people.id != "total" else "",
                         part=part if part != "line" else "")  # fmt: skip
    start, title = started(context, ags, form), text("Andere Vorausberechnungen")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    if not start.year < year <= until:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year + 1, last=until))
    found = loaded(context, start.place)
    run = ran(context, start, scenario, until)
    shown = [one for one in found if gap(context, run, one, people.ages, year) is not None]
    if not shown:
        return _none(context, address, start, title, found)
    make = _split if part == "split" else _line
    table, columns, marks = make(context, run, shown, people, year)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("{group} {where}, Szenario »{name}« und was andere vorausberechnen", group=people.heading,
                      where=where(start, language), name=names([scenario], language)[0]),
        sentence=_sentence(context, run, shown, people, year),
        alt=text("{title}: {place}, {names}.", title=title, place=start.place.name,
                 names="; ".join(dataset_name(one.dataset, language) for one in shown)),
        table=table,
        columns=columns,
        marks=marks,
        sources=(*sources_of([one.dataset for one in shown], context), *lines(context, start)),
        notes=(*scenario_notes(context, start, band=part == "line"), *_notes(context, run, shown, people.ages, year)),
    )  # fmt: skip


# What is loaded


def loaded(context: Context, place: Place) -> list[Other]:
    """Return the projections of others that the figures have for a place, each under its dataset."""
    groups, totals = context.data.ages(place.ags, PERSONS), context.data.totals(place.ags, [PERSONS])
    groups, totals = both_sexes(groups), both_sexes(totals)
    found = []
    for dataset in sorted({*groups["dataset"], *totals["dataset"]}):
        own = totals[totals["dataset"] == dataset]
        by_year = dict(zip(own["year"].astype(int), own["value"].astype(float), strict=True))
        found.append(Other(str(dataset), by_year, groups[groups["dataset"] == dataset]))
    return found


def both_sexes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return values of 31 December of both sexes together, with their year; women and men added where need be."""
    days = pd.to_datetime(rows["reference_date"])
    rows = rows.assign(year=days.dt.year)[(days.dt.month == 12) & rows["value"].notna()]
    if (rows["sex"] == "t").any() or rows.empty:
        return rows[rows["sex"] == "t"]
    keys = [name for name in ("dataset", "year", "age_set", "age_from", "age_to") if name in rows]
    pairs = rows.groupby(keys, dropna=False)["value"].agg(["sum", "size"]).reset_index()
    return pairs[pairs["size"] == 2].rename(columns={"sum": "value"})


def tiled(rows: pd.DataFrame, ages: AgeRange) -> float | None:
    """Return the sum of those groups of one age set that make up an age range exactly; None where none do."""
    for _, grid in rows.groupby("age_set"):
        inside = grid[grid["age_from"] >= ages.first].sort_values("age_from")
        inside = inside if ages.last is None else inside[inside["age_to"] <= ages.last]
        starts, ends = inside["age_from"].tolist(), inside["age_to"].tolist()
        whole = bool(starts) and starts[0] == ages.first and all(
            last + 1 == first for last, first in zip(ends, starts[1:], strict=False))  # fmt: skip
        if whole and (ends[-1] == ages.last if ages.last is not None else pd.isna(ends[-1])):
            return float(inside["value"].sum())
    return None


# Their number against ours


def gap(context: Context, run: Run, other: Other, ages: AgeRange, year: int) -> Gap | None:
    """Return the difference in the last common year up to ``year``, with the part that was there at the beginning.

    The beginning is their year at our start, else their last one before it against what was observed then, else the
    first common year. None where there is no common year after the start.
    """
    values, ours = other.values(ages), dict(zip(run.years, count(run.population, ages).tolist(), strict=True))
    common = [one for one in sorted(values) if one in ours and run.start.year < one <= year]
    if not common:
        return None
    last = common[-1]
    before = {one: observed(context, run.start, ages, one) for one in sorted(values) if one < run.start.year}
    known = {one: value for one, value in before.items() if value is not None}
    if run.start.year in values:
        first, mine = run.start.year, ours[run.start.year]
    elif known:
        first, mine = max(known.items())
    else:
        first, mine = common[0], ours[common[0]]
    return Gap(last, values[last], ours[last], first, values[first] - mine)


def observed(context: Context, start: Start, ages: AgeRange, year: int) -> float | None:
    """Return the persons of an age range observed at the end of a year, on the basis of the start where it has it."""
    if ages == EVERYONE:
        rows = context.data.values(["population_total"], [start.place.ags])
        rows = rows[(rows["reference_date"] == pd.Timestamp(year, 12, 31)) & rows["value"].notna()]
        rows = rows.assign(same=rows["basis"] == start.basis).sort_values("same")
        return float(rows["value"].iloc[-1]) if len(rows) else None
    found = [(one.basis == start.basis, one.between(ages.first, ages.last)) for one in tables(context, start.place)
             if one.day == pd.Timestamp(year, 12, 31)]  # fmt: skip
    fitting = sorted((same, value) for same, value in found if value is not None)
    return fitting[-1][1] if fitting else None


def _line(
    context: Context, run: Run, shown: Sequence[Other], people: Group, year: int
) -> tuple[pd.DataFrame, tuple[Column, ...], Marks]:
    """Return our course with its band and theirs, by year."""
    text, language = context.language.text, context.language
    ours = names([run.scenario], language)[0]
    low, high = (edge[: len(run.years), 0] for edge in band_of(context, run.start, run.scenario, [people.ages]))
    parts = [pd.DataFrame({"series": ours, "year": run.years, "value": count(run.population, people.ages),
                           "low": low, "high": high})]  # fmt: skip
    for one in shown:
        values = {when: value for when, value in sorted(one.values(people.ages).items()) if when <= run.years[-1]}
        parts.append(pd.DataFrame({"series": dataset_name(one.dataset, language), "year": list(values),
                                   "value": list(values.values()), "low": np.nan, "high": np.nan}))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(reference_date=pd.to_datetime(table["year"].astype(str) + "-12-31"), basis=PROJECTION)
    columns = (
        Column("series", text("Rechnung")), Column("reference_date", text("Stichtag")),
        Column("value", people.heading, text("Personen"), 0), Column("low", text("80-%-Bereich von"), "", 0),
        Column("high", text("80-%-Bereich bis"), "", 0),
    )  # fmt: skip
    second = dataset_name(shown[0].dataset, language)
    marks = Marks("line", x="reference_date", y="value", series="series", focus=ours, second=second, lower="low",
                  upper="high", dash="basis", options={"band_word": text("80-%-Bereich")})  # fmt: skip
    return table, columns, marks


def _split(
    context: Context, run: Run, shown: Sequence[Other], people: Group, year: int
) -> tuple[pd.DataFrame, tuple[Column, ...], Marks]:
    """Return one row per source and age group: both numbers, the difference and its two parts."""
    text, language, rows = context.language.text, context.language, []
    for one in shown:
        for ages in AGES:
            found = gap(context, run, one, ages, year)
            if found is None:
                continue
            label = everybody(language).label if ages == EVERYONE else group_of(ages, language).label
            rows.append({
                "source": dataset_name(one.dataset, language), "group": label, "year": str(found.year),
                "theirs": found.theirs, "ours": found.ours, "total": found.total, "base": found.base,
                "rest": found.rest, "base_year": str(found.base_year),
            })  # fmt: skip
    columns = (
        Column("source", text("Quelle")), Column("group", text("Altersgruppe")), Column("year", text("Jahr")),
        Column("theirs", text("dort"), "", 0), Column("ours", text("hier"), "", 0),
        Column("total", text("Unterschied"), "", 0, True),
        Column("base", text("davon schon am Anfang"), "", 0, True), Column("rest", text("davon Übriges"), "", 0, True),
        Column("base_year", text("Anfang")),
    )  # fmt: skip
    return pd.DataFrame(rows), columns, Marks("table")


def _sentence(context: Context, run: Run, shown: Sequence[Other], people: Group, year: int) -> str:
    """Say for the first source both numbers, the difference and how much of it was there at the beginning."""
    language, text = context.language, context.language.text
    first = shown[0]
    found = gap(context, run, first, people.ages, year)
    if found is None:
        return text("Kein gemeinsames Jahr.")
    values = {
        "if": condition(run.scenario, language), "year": found.year, "where": where(run.start, language),
        "ours": about(found.ours, language), "theirs": about(found.theirs, language), "people": people.people,
        "source": dataset_name(first.dataset, language), "base_year": found.base_year,
        "base": language.number(round(found.base), sign=True), "rest": language.number(round(found.rest), sign=True),
        "total": language.number(round(found.total), sign=True),
    }  # fmt: skip
    return text(
        "{if} leben {year} {where} {ours} {people}; {source} kommt auf {theirs}. Vom Unterschied ({total}) gab es "
        "{base} schon Ende {base_year}, {rest} kommen durch Geburten, Sterbefälle und Wanderung zusammen; die "
        "Bestandteile sind nicht veröffentlicht.", **values,
    )  # fmt: skip


def _notes(
    context: Context, run: Run, shown: Sequence[Other], ages: AgeRange, year: int
) -> tuple[Note, ...]:  # fmt: skip
    """Say whose figures these are, where the beginning lies behind the start, and changes published without numbers."""
    text, language = context.language.text, context.language
    notes = [Note("method", text("Die Zahlen anderer stehen, wie sie veröffentlicht sind; nichts ist angepasst."))]
    late = [one for one in shown if (found := gap(context, run, one, ages, year)) and found.base_year > run.start.year]
    if late:
        notes.append(Note("method", text(
            "{names}: Das erste gemeinsame Jahr liegt nach dem Beginn; »schon am Anfang« enthält dann auch die "
            "Entwicklung bis dahin.",
            names="; ".join(dataset_name(one.dataset, language) for one in late))))  # fmt: skip
    return (*notes, *_changes(context, run.start, language))


def _changes(context: Context, start: Start, language: Language) -> tuple[Note, ...]:
    """Return what others publish as a change in per cent only: it cannot be set against persons."""
    rows = both_sexes(context.data.totals(start.place.ags, [CHANGE]))
    notes = []
    for dataset, part in rows.groupby("dataset"):
        said = "; ".join(f"{int(row['year'])}: {language.percent(float(row['value']), 1, sign=True)}"
                         for _, row in part.sort_values("year").iterrows())  # fmt: skip
        notes.append(Note("method", language.text(
            "{source} nennt nur Veränderungen gegenüber dem eigenen Ausgangsjahr: {values}.", values=said,
            source=dataset_name(str(dataset), language))))  # fmt: skip
    return tuple(notes)


def _none(context: Context, address: Address, start: Start, title: str, found: Sequence[Other]) -> Exhibit:
    """Return what is shown where no other projection is loaded: which sources would bring one, and how."""
    text, language = context.language.text, context.language
    rows = [{"source": dataset_name(dataset, language), "brings": _title(dataset, language)}
            for dataset in WOULD_BRING if dataset in sources()]  # fmt: skip
    sentence = text("{place}: Noch ist keine andere Vorausberechnung geladen. Ein Abruf (Seite »Datenstand«) kann "
                    "eine bringen von: {names}.", place=start.place.name,
                    names="; ".join(row["source"] for row in rows))  # fmt: skip
    if found:
        sentence = text("Die geladenen Vorausberechnungen haben für {place} und diese Gruppe kein gemeinsames Jahr mit "
                        "der Rechnung.", place=start.place.name)  # fmt: skip
    columns = (Column("source", text("Quelle")), Column("brings", text("Was sie enthält")))
    return Exhibit(
        address, title, text("noch keine geladen"), sentence, sentence, pd.DataFrame(rows), columns, Marks("table"),
        lines(context, start), notes=(*scenario_notes(context, start), *_changes(context, start, language)),
    )  # fmt: skip


def _title(dataset: str, language: Language) -> str:
    source = sources()[dataset]
    return source.title_en if language.code == "en" else source.title_de
