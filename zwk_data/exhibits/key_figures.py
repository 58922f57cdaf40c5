"""The five figures everybody should know before a meeting, and the sentence that could open it."""

import pandas as pd

from zwk_data.exhibits.exhibit import Address, Exhibit, Marks, Note
from zwk_data.exhibits.figures import (
    Figure,
    change_figure,
    declared,
    figure,
    figure_columns,
    figure_rows,
    written_value,
)
from zwk_data.exhibits.provenance import basis_name, breaks_inside, given_text, sources_of, status_notes
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.exhibits.wording import at_place, people
from zwk_data.warehouse.places import GERMANY, Place

SMALL = 1000  # inhabitants below which a change is told in persons: one family more is not "0.8 per cent growth"
AGE_FIGURES = ("labour_replacement", "share_65p", "share_u18")
DIFFERS = 0.02  # of the total: from here on the count of the census belongs into the sentence
CENSUS = pd.Timestamp("2022-05-15")


@kind(required={"ags": place}, optional={"compare": place})
def key_figures(context: Context, *, ags: Place, compare: Place | None = None) -> Exhibit:
    """Show population, its change, under 18, 65 and over, and entrants per 100 leavers of working life."""
    reference = compare or context.data.places[GERMANY]
    found = _figures(context, ags, reference)
    table = figure_rows(found, context, lambda one: {"remark": _census_remark(context, one)})
    text = context.language.text
    title = text("{place} auf einen Blick", place=ags.name)
    sentence = _sentence(context, ags, found)
    return Exhibit(
        address=Address.of("key_figures", ags=ags.ags, compare=compare.ags if compare else ""),
        title=title,
        subtitle=text("jede Zahl mit ihrem neuesten Stichtag"),
        sentence=sentence,
        alt=text("Kennzahlen: {list}.", list="; ".join(_said(one, context) for one in found)),
        table=table,
        columns=figure_columns(context),
        marks=Marks("tiles", x="label", y="value", options={"lead": True}),
        sources=sources_of(table["datasets"], context),
        breaks=breaks_inside(table, frozenset({"population"}), context.language),
        notes=figure_notes(context, ags, found, table),
    )


def _figures(context: Context, asked: Place, reference: Place) -> list[Figure]:
    text = context.language.text
    total = declared("population_total")
    found = [
        figure(context, asked, total, None, text("Bevölkerung")),
        change_figure(context, asked, total, reference, text("Veränderung der Bevölkerung")),
        figure(context, asked, declared("share_u18"), reference, text("Unter 18 Jahre")),
        figure(context, asked, declared("share_65p"), reference, text("65 Jahre und älter")),
        figure(
            context,
            asked,
            declared("labour_replacement"),
            reference,
            text("Im Berufseinstieg (15–19) je 100 vor dem Ausscheiden (60–64)"),
        ),
    ]
    return [one for one in found if one is not None]


def _said(one: Figure, context: Context) -> str:
    return f"{one.label} {written_value(one.value, one, context)} ({one.when})"


def _counted(context: Context, one: Figure) -> float | None:
    """Return what the census of 2022 counted, where the newest official total still rests on the one before."""
    if one.id != "population_total" or one.basis == "census2022":
        return None
    values = context.data.values([one.id], [one.place.ags])
    counted = values[values["reference_date"] == CENSUS]["value"]
    return None if counted.empty else float(counted.iloc[0])


def _census_remark(context: Context, one: Figure) -> str:
    counted = _counted(context, one)
    if counted is None:
        return ""
    return context.language.text("Zensus am 15.05.2022: {number}", number=context.language.number(counted))


def _counted_otherwise(context: Context, total: Figure) -> str:
    """Return the count of the census for the sentence, where it differs so much that nobody may overlook it."""
    counted = _counted(context, total)
    if counted is None or abs(counted / total.value - 1) < DIFFERS or total.value < SMALL:
        return ""
    number = context.language.number(counted)
    return context.language.text(" (Zensus am 15. Mai 2022: {number})", number=number)


def figure_notes(context: Context, asked: Place, found: list[Figure], table: pd.DataFrame) -> tuple[Note, ...]:
    """Return the badge for values of the Kreis, what a rank counts, and remarks on the status of values."""
    text = context.language.text
    stand_ins = dict.fromkeys(one.place.name for one in found if one.place != asked)
    notes = [Note("kreis_value", text("Kreiswert, wo angegeben: {kreis}", kreis=name)) for name in stand_ins]
    if table["rank"].notna().any():
        notes.append(Note("method", text(
            "Rang 1 ist der höchste Wert; gezählt sind Orte mit einem Wert zum selben Stichtag auf derselben "
            "Basis.")))  # fmt: skip
    published = given_text([declared(one.id) for one in found if one.given], context.language)
    return (*notes, *published, *status_notes(table, context.language))


def _sentence(context: Context, asked: Place, found: list[Figure]) -> str:
    """Say population, change and the age figure in which the place stands out most, in one sentence."""
    by_id = {one.id: one for one in found}
    total, change = by_id["population_total"], by_id.get("population_change")
    parts = [_population_and_change(context, total, change)]
    if told := most_telling([by_id[name] for name in AGE_FIGURES if name in by_id]):
        parts.append(_age(context, told, asked))
    return "; ".join(parts) + "."


def most_telling(figures: list[Figure]) -> Figure | None:
    """Return the figure whose rank is nearest to an end of its list; the first where nothing has a rank."""

    def distance(one: Figure) -> float:
        return abs((one.rank - 0.5) / one.rank_of - 0.5) if one.rank else -1.0

    return max(figures, key=distance, default=None)


def _population_and_change(context: Context, total: Figure, change: Figure | None) -> str:
    text = context.language.text
    start = text(
        "Am 31. Dezember {year} lebten {where} {people}", year=total.date.year,
        where=at_place(total.place, context.language), people=people(total.value, context.language),
    ) + _counted_otherwise(context, total)  # fmt: skip
    if change is None or change.change is None:
        return start
    basis = basis_name(change.basis, context.language)
    if change.place == total.place and change.date == total.date and change.basis == total.basis:
        return text("{start}, {more} Ende {year} ({basis})", start=start, more=_more(context, change, total),
                    year=change.change.start.year, basis=basis)  # fmt: skip
    return f"{start}; " + _change(context, total, change, basis)


def _more(context: Context, change: Figure, total: Figure) -> str:
    """Return the change as a comparison: ``1,3 % mehr als``, in a village ``5 mehr als``."""
    text, span = context.language.text, change.change
    assert span is not None
    difference = round(span.difference)
    if total.value < SMALL:
        if difference == 0:
            return text("ebenso viele wie")
        amount = context.language.number(abs(difference))
    else:
        if round(change.value, 1) == 0:
            return text("nahezu ebenso viele wie")
        amount = context.language.percent(abs(change.value))
    return text("{amount} mehr als", amount=amount) if difference > 0 else text("{amount} weniger als", amount=amount)


def _change(context: Context, total: Figure, change: Figure, basis: str) -> str:
    """Return the change as a clause of its own, where it rests on another basis or another place than the total."""
    text, span = context.language.text, change.change
    assert span is not None
    whose = text("ihre Zahl") if change.place == total.place else text(
        "die Bevölkerung {where}", where=at_place(change.place, context.language))  # fmt: skip
    values = {"first": span.start.year, "last": span.end.year, "whose": whose, "basis": basis,
              "amount": context.language.number(abs(change.value), 1)}  # fmt: skip
    if round(change.value, 1) == 0:
        return text("von Ende {first} bis Ende {last} blieb {whose} nahezu gleich ({basis})", **values)
    if change.value > 0:
        return text("von Ende {first} bis Ende {last} stieg {whose} um {amount} % ({basis})", **values)
    return text("von Ende {first} bis Ende {last} sank {whose} um {amount} % ({basis})", **values)


def _age(context: Context, told: Figure, asked: Place) -> str:
    """Return the age figure as a clause, with the place it belongs to where that is the Kreis, and the comparison."""
    text, language = context.language.text, context.language
    number = language.number(told.value, told.decimals)
    templates = {
        "labour_replacement": (
            text("auf 100 Menschen von 60 bis 64 Jahren kommen {number} von 15 bis 19 Jahren", number=number),
            text("{where} kommen auf 100 Menschen von 60 bis 64 Jahren {number} von 15 bis 19 Jahren", number=number,
                 where=at_place(told.place, language)),
        ),
        "share_65p": (
            text("{number} % sind 65 Jahre oder älter", number=number),
            text("{where} sind {number} % 65 Jahre oder älter", number=number, where=at_place(told.place, language)),
        ),
        "share_u18": (
            text("{number} % sind jünger als 18 Jahre", number=number),
            text("{where} sind {number} % jünger als 18 Jahre", number=number, where=at_place(told.place, language)),
        ),
    }  # fmt: skip
    clause = templates[told.id][told.place != asked]
    if told.reference is None or told.reference_value is None:
        return clause
    there = language.number(told.reference_value, told.decimals)
    there = language.measured(there, "%") if told.unit == "%" else there
    return text("{clause}, {where} {number}", clause=clause, where=at_place(told.reference, language), number=there)
