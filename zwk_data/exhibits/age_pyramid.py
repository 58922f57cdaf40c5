"""The age pyramid: men left, women right, per year of age, with a second place or date as outline."""

import math
from collections.abc import Sequence

import pandas as pd

from zwk_data.exhibits.ages import DRAWN_TO, SINGLE, AgeTable, labels, no_ages, pick, with_ages, years
from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import basis_name, breaks_inside, kreis_note, sources_of
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.exhibits.series import OWN, crosses_break
from zwk_data.exhibits.wording import at_place
from zwk_data.warehouse.places import Place

SIXTY_FIVE = 65


@kind(
    required={"ags": place},
    optional={
        "year": year, "compare": place, "compare_year": year, "ages": choice("groups", "single"),
        "form": choice("persons", "share"),
    },
)  # fmt: skip
def age_pyramid(
    context: Context,
    *,
    ags: Place,
    year: int | None = None,
    compare: Place | None = None,
    compare_year: int | None = None,
    ages: str = "groups",
    form: str = "",
) -> Exhibit:
    """Show how many people there are per year of age.

    Args:
        context: data and language.
        ags: the place; a Gemeinde without age groups shows its Kreis.
        year: the year whose 31 December is shown, the newest one where not given.
        compare: a second place as outline; both are then shares of their population.
        compare_year: the year of the outline, the same one where not given.
        ages: ``single`` for single ages, which some dates have only.
        form: ``share`` or ``persons``, persons where there is no second place.

    Raises:
        AddressError: there are no age groups for one of the years.
    """
    address = Address.of("age_pyramid", ags=ags.ags, year=year, compare=compare.ags if compare else None,
                         compare_year=compare_year, ages=ages if ages == "single" else "", form=form)  # fmt: skip
    shown, found = with_ages(context, ags)
    if not found:
        return no_ages(context, address, ags)
    table = pick(context, found, year, single=ages == "single")
    drawn, scale = [table], list(found)
    if compare or compare_year:
        second, others = with_ages(context, compare or ags)
        if others and (second != shown or (compare_year or table.day.year) != table.day.year):
            drawn.append(pick(context, others, compare_year or _nearest(others, table), single=ages == "single"))
            scale = scale if second == shown else [*scale, *others]
    if any(math.isnan(one.total) for one in drawn):  # a secret total leaves no shares, and so no other place beside it
        drawn, form = drawn[:1], "persons"
    as_share = (form or ("share" if len({t.place for t in drawn}) > 1 else "persons")) == "share"
    return _exhibit(context, address, ags, drawn, _scale(scale, as_share), as_share)


def _nearest(found: Sequence[AgeTable], table: AgeTable) -> int:
    """Return the year of a table's date or the nearest that another place has.

    The nearest one only for figures a town released itself and for single ages: a Kreis has them for one date.
    """
    year = table.day.year
    if table.basis != OWN and found[-1].basis != OWN and table.age_set != SINGLE:
        return year
    same = [other for other in found if (other.age_set == SINGLE) == (table.age_set == SINGLE)] or list(found)
    return min(years(same), key=lambda other: (abs(other - year), -other))


def _exhibit(
    context: Context, address: Address, asked: Place, drawn: list[AgeTable], maximum: float, as_share: bool
) -> Exhibit:
    names = _names(context, drawn)
    rows = pd.concat([_rows(context, table, name, as_share) for table, name in zip(drawn, names, strict=True)])
    text = context.language.text
    unit = text("% der Bevölkerung") if as_share else text("Personen")
    return Exhibit(
        address=address,
        title=text("Altersaufbau"),
        subtitle=_subtitle(context, drawn, as_share),
        sentence=_sentence(context, drawn),
        alt=_alt(context, drawn),
        table=rows.reset_index(drop=True),
        columns=(
            Column("series", text("Ort und Stichtag")), Column("ages", text("Alter")),
            Column("m", text("Männer"), text("Personen"), 0), Column("f", text("Frauen"), text("Personen"), 0),
            Column("men", text("Männer je Altersjahr"), unit, 3 if as_share else 1),
            Column("women", text("Frauen je Altersjahr"), unit, 3 if as_share else 1),
            Column("basis_name", text("Basis")),
        ),
        marks=Marks(
            "pyramid", x="ages", y="women", series="series", focus=names[0], second=names[1] if len(names) > 1 else "",
            options={"left": "men", "right": "women", "maximum": maximum, "left_name": text("Männer"),
                     "right_name": text("Frauen"), "age_from": "age_from", "width": "width", "share": as_share,
                     "left_count": "m", "right_count": "f", "axis": _axis(context, as_share)},
        ),
        sources=sources_of([table.dataset for table in drawn], context),
        breaks=_breaks(context, drawn),
        notes=_notes(context, asked, drawn),
    )  # fmt: skip


def _names(context: Context, drawn: Sequence[AgeTable]) -> list[str]:
    """Return a name for each table."""
    return [f"{table.place.name}, {context.language.date(table.day.date())}" for table in drawn]


def _rows(context: Context, table: AgeTable, name: str, as_share: bool) -> pd.DataFrame:
    """Return one row per age group with the persons and what they are per year of age."""
    rows, per = table.rows, table.total / 100 if as_share else 1.0
    return rows.assign(
        series=name, ages=labels(rows, context.language), basis_name=basis_name(table.basis, context.language),
        men=rows["m"] / rows["width"] / per, women=rows["f"] / rows["width"] / per,
        ags=table.place.ags, reference_date=table.day, basis=table.basis,
    )  # fmt: skip


def _scale(found: Sequence[AgeTable], as_share: bool) -> float:
    """Return the largest value per year of age over all dates, so that the scale stays while the year moves."""
    most = [
        (table.rows[["m", "f"]].max(axis=1) / table.rows["width"]).max() / (table.total / 100 if as_share else 1.0)
        for table in found
    ]
    return float(max((value for value in most if not math.isnan(value)), default=1.0))


def _axis(context: Context, as_share: bool) -> str:
    text = context.language.text
    return text("% der Bevölkerung je Altersjahr") if as_share else text("Personen je Altersjahr")


def _subtitle(context: Context, drawn: Sequence[AgeTable], as_share: bool) -> str:
    language = context.language
    bases = dict.fromkeys(
        f"{language.date(table.day.date())}, {basis_name(table.basis, language)}" for table in drawn
    )  # fmt: skip
    return f"{_axis(context, as_share)}, {language.text(' und ').join(bases)}"


def _sentence(context: Context, drawn: Sequence[AgeTable]) -> str:
    """Say the share of people aged 65 and over, against the outline where there is one, else the strongest group."""
    text, number, table = context.language.text, context.language.number, drawn[0]
    shares = [other.share(SIXTY_FIVE, None) for other in drawn]
    if None in shares:
        return text("{place}: Altersaufbau am {date}.", place=table.place.name, date=_date(context, table))
    if len(drawn) == 1:
        return text(
            "65 Jahre und älter sind {place} {share}\u00a0% der Menschen, unter 20 Jahre {young}\u00a0% ({date}).",
            place=at_place(table.place, context.language), share=number(shares[0], 1),
            young=number(table.share(0, 19), 1), date=_date(context, table),
        )  # fmt: skip
    other = drawn[1]
    if other.place != table.place and other.day != table.day:
        return text(
            "65 Jahre und älter waren {place} {start} {share}\u00a0% der Menschen, {other} {end} {other_share}\u00a0%.",
            place=at_place(table.place, context.language), start=table.day.year, share=number(shares[0], 1),
            other=at_place(other.place, context.language), end=other.day.year, other_share=number(shares[1], 1),
        )  # fmt: skip
    if other.place != table.place:
        return text(
            "65 Jahre und älter sind {place} {share}\u00a0% der Menschen, {other} {other_share}\u00a0%.",
            place=at_place(table.place, context.language), share=number(shares[0], 1),
            other=at_place(other.place, context.language), other_share=number(shares[1], 1),
        )  # fmt: skip
    first, last = sorted(zip(drawn, shares, strict=True), key=lambda pair: pair[0].day)
    said = text(
        "65 Jahre und älter waren {place} {start} {first}\u00a0% der Menschen, {end} {last}\u00a0%.",
        place=at_place(table.place, context.language), start=first[0].day.year, first=number(first[1], 1),
        end=last[0].day.year, last=number(last[1], 1),
    )  # fmt: skip
    if first[0].basis != last[0].basis:
        said += " " + text("Beide Werte haben verschiedene Zensusbasen.")
    return said


def _date(context: Context, table: AgeTable) -> str:
    return context.language.date(table.day.date())


def _alt(context: Context, drawn: Sequence[AgeTable]) -> str:
    names = _names(context, drawn)
    text = context.language.text
    said = text("Alterspyramide, Männer links, Frauen rechts: {name}.", name=names[0])
    return said + (" " + text("Als Umriss: {name}.", name=names[1]) if len(names) > 1 else "")


def _breaks(context: Context, drawn: Sequence[AgeTable]) -> tuple[BreakMark, ...]:
    """Return the breaks between the two dates drawn."""
    if len(drawn) < 2 or drawn[0].place != drawn[1].place:
        return ()
    values = pd.DataFrame([{"ags": t.place.ags, "reference_date": t.day, "basis": t.basis} for t in drawn])
    return breaks_inside(values, frozenset({"population"}), context.language)


def _notes(context: Context, asked: Place, drawn: Sequence[AgeTable]) -> tuple[Note, ...]:
    text, table = context.language.text, drawn[0]
    notes = [kreis_note(asked, table.place, context.language)] if asked != table.place else []
    opens = dict.fromkeys(int(t.rows["age_from"].iloc[-1]) for t in drawn)
    for age in (age for age in opens if age < DRAWN_TO):
        notes.append(Note("method", text(
            "Die offene Gruppe {age} und älter ist gleichmäßig auf die Altersjahre {age} bis 99 verteilt gezeichnet.",
            age=age)))  # fmt: skip
    if len({t.basis for t in drawn}) > 1:
        names = ", ".join(
            f"{_date(context, t)} {basis_name(t.basis, context.language)}" for t in sorted(drawn, key=lambda t: t.day)
        )
        said = text("Der Vergleich geht über einen Wechsel der Zensusbasis: {names}.", names=names)
        notes.append(Note("basis", said))
    if len({t.age_set for t in drawn}) > 1 or len(opens) > 1:
        notes.append(Note("method", text("Die Altersgruppen beider Stichtage sind verschieden geschnitten.")))
    if len(drawn) > 1 and drawn[0].place == drawn[1].place:
        first, last = sorted(t.day for t in drawn)
        if crosses_break(table.place.ags, first, last):
            notes.append(Note("territory", text("Zwischen beiden Stichtagen wurde das Gebiet geändert.")))
    return tuple(notes)
