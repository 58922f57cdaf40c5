"""How much of a future number already lives here: residents, children born later, people who move in later."""

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import (
    TOTAL,
    Group,
    about,
    condition,
    everybody,
    form,
    group,
    lines,
    names,
    net_parts,
    no_outlook,
    part_names,
    persons,
    plain,
    ran,
    scenario,
    scenario_notes,
    started,
    titled,
    until,
    where,
)
from zwk_data.exhibits.registry import Context, kind, place, year
from zwk_data.outlook import NoStart, Run, Start
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.scenario import Scenario
from zwk_data.warehouse.places import Place

PARTS = ("here", "born", "moved")  # columns, from what is certain to what is assumed


@kind(
    required={"ags": place, "scenario": scenario},
    optional={"until": until, "group": group, "form": form, "year": year},
)
def outlook_certainty(
    context: Context,
    *,
    ags: Place,
    scenario: Scenario,
    until: int = outlook.UNTIL,
    group: Group | None = None,
    form: str = "",
    year: int | None = None,
) -> Exhibit:
    """Show by year who of a group lives here at the start, who is born later and who moves in later.

    ``year`` is the one the sentence is about, the last one where it is not given.

    Raises:
        AddressError: the year does not lie between the start and the end.
    """
    text, language = context.language.text, context.language
    people = group or everybody(language)
    address = Address.of("outlook_certainty", ags=ags.ags, scenario=str(scenario), form=form, year=year,
                         until=until if until != outlook.UNTIL else "",
                         group=people.id if people.id != TOTAL else "")  # fmt: skip
    start = started(context, ags, form)
    title = text("Wer davon heute schon hier lebt: {group}", group=people.heading)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    table = _rows(ran(context, start, scenario, until), people.ages)
    told = table[table["year"] == (year or until)]
    if told.empty:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=start.year, last=until))
    called, unit = part_names(language), persons(start, language)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("Personen am 31. Dezember {where}, Szenario »{name}«", where=where(start, language),
                      name=names([scenario], language)[0]),
        sentence=_sentence(context, start, scenario, told.iloc[0], people),
        alt=text("Säulendiagramm: {group} {first} bis {last}, {place}, geteilt in {parts}.", group=people.heading,
                 first=start.year, last=until, place=start.place.name, parts=", ".join(called)),
        table=table,
        columns=(
            Column("year", text("Jahr")),
            *(Column(part, name, unit, 0) for part, name in zip(PARTS, called, strict=True)),
            Column("total", text("zusammen"), unit, 0),
            Column("share", text("leben heute schon hier"), "%", 0),
        ),
        marks=Marks("stacked", x="year", y="total", options={
            "parts": PARTS, "part_names": called,
            "ends": {part: plain(table[part].iloc[-1], language) for part in PARTS}}),
        sources=lines(context, start),
        notes=(*scenario_notes(context, start), *_notes(context, start)),
    )  # fmt: skip


def _rows(run: Run, ages: AgeRange) -> pd.DataFrame:
    """Return one row per year: the three parts, their sum, the share of those who live here at the start (%)."""
    parts = net_parts(run)
    found = pd.DataFrame({
        "year": run.years, "here": count(parts.residents, ages), "born": count(parts.births, ages),
        "moved": count(parts.moved_in, ages),
    })  # fmt: skip
    total = found[list(PARTS)].sum(axis=1)
    return found.assign(total=total, share=100 * found["here"] / total.where(total > 0))


def _sentence(context: Context, start: Start, one: Scenario, row: pd.Series, people: Group) -> str:
    """Say how many there are and how many of them live here today."""
    language, text = context.language, context.language.text
    said = text(
        "{if} leben {year} {where} {number} {people}", **{"if": condition(one, language)}, year=int(row["year"]),
        where=where(start, language), number=about(row["total"], language), people=people.people,
    )  # fmt: skip
    share = round(row["share"]) if row["share"] == row["share"] else 0
    if share == 0:
        return text("{said}; von ihnen lebt heute noch niemand hier.", said=said)
    if share == 100:
        return text("{said}; sie alle leben heute schon hier.", said=said)
    return text("{said}; {share} von ihnen leben heute schon hier.", said=said, share=language.percent(share, 0))


def _notes(context: Context, start: Start) -> tuple[Note, ...]:
    """Say what counts as living here, and that someone who leaves and returns counts as having moved in."""
    text = context.language.text
    return (Note("method", text(
        "Heute: {date}. Die Teile ergeben zusammen genau die Zahl. Zu- und Fortzüge gleichen Alters sind gegeneinander "
        "aufgerechnet; Kinder von Zugezogenen zählen als später geboren.",
        date=context.language.date(start.baseline.day))),)  # fmt: skip
