"""The number over time with and without the entries of the plan that have a range."""

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.effects.common import (
    DEFAULT_INDICATOR,
    amount,
    between,
    notes_of,
    run_of,
    start_of,
    where,
)
from zwk_data.exhibits.effects.effect_contributions import reckoned
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import form, lines, no_outlook
from zwk_data.exhibits.plans import required_plan
from zwk_data.exhibits.provenance import unit_name
from zwk_data.exhibits.registry import Context, indicator, kind, place, year
from zwk_data.outlook import NoStart, Run
from zwk_data.outlook.effects import Contributions
from zwk_data.warehouse.places import Place

PROJECTION, DEFAULT_UNTIL = "projection", 2040


@kind(required={"ags": place}, optional={"indicator": indicator, "year": year, "form": form}, of_plan=True)
def effect_paths(
    context: Context, *, ags: Place, indicator: Indicator | None = None, year: int = DEFAULT_UNTIL, form: str = ""
) -> Exhibit:
    """Show an indicator until a year with all entries at their middle value, between low and high, and without any.

    Raises:
        AddressError: the place has no plan, the run does not give the indicator or does not reach the year.
    """
    text, language = context.language.text, context.language
    one = indicator or indicators()[DEFAULT_INDICATOR]
    plan, start = required_plan(ags, context), start_of(context, ags, form)
    address = Address.of("effect_paths", ags=ags.ags, indicator=indicator.id if indicator else "", form=form,
                         year=year if year != DEFAULT_UNTIL else "")  # fmt: skip
    title = text("Mit und ohne die Vorhaben: {label}", label=one.label(language.code))
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    run = run_of(context, start)
    found = reckoned(context, run, one, plan, year)
    table = _rows(context, run, found, year)
    return Exhibit(
        address=address,
        title=title,
        subtitle=text("31. Dezember {where}; Fläche: alle Vorhaben von niedrig bis hoch", where=where(start, context)),
        sentence=_sentence(context, run, found, one, run.years.index(year)),
        alt=text("Liniendiagramm: {label} mit und ohne die Vorhaben bis {year}, {place}.",
                 label=one.label(language.code), year=year, place=start.place.name),
        table=table,
        columns=(
            Column("part", text("Reihe")), Column("reference_date", text("Stichtag")),
            Column("value", one.short_label(language.code), unit_name(one, language), one.decimals),
            Column("low", text("niedrig"), "", one.decimals), Column("high", text("hoch"), "", one.decimals),
        ),
        marks=_marks(context, run, one, table, found),
        sources=lines(context, start),
        notes=(*notes_of(context, start), Note("assumption", text(
            "Die Fläche zeigt die Spannen der Annahmen, nicht die Unsicherheit der Rechnung; die ist größer."))),
    )  # fmt: skip


def _rows(context: Context, run: Run, found: Contributions, year: int) -> pd.DataFrame:
    """Return both lines from the first year after the start on."""
    text, last = context.language.text, run.years.index(year) + 1
    ends = [found.without + end for end in (found.together.low, found.together.high)]
    with_, without = text("mit den Vorhaben"), text("ohne die Vorhaben")
    both = [
        pd.DataFrame({"part": with_, "year": run.years[1:last], "value": (found.without + found.together.mid)[1:last],
                      "low": pd.DataFrame(ends).min()[1:last], "high": pd.DataFrame(ends).max()[1:last]}),
        pd.DataFrame({"part": without, "year": run.years[1:last], "value": found.without[1:last]}),
    ]  # fmt: skip
    table = pd.concat(both, ignore_index=True)
    days = pd.to_datetime(table["year"].astype(str) + "-12-31")
    return table.assign(series=table["part"], reference_date=days, basis=PROJECTION, ags=run.start.place.ags)


def _marks(context: Context, run: Run, one: Indicator, table: pd.DataFrame, found: Contributions) -> Marks:
    text, language = context.language.text, context.language
    called, now = list(dict.fromkeys(table["series"])), float(found.without[0])
    last = table.groupby("series", sort=False)["value"].last()
    options: dict[str, object] = {
        "start": run.start.baseline.day.isoformat(), "starts": dict.fromkeys(called, now) if now == now else {},
        "part": "part", "band_word": text("niedrig bis hoch"),
        "ends": {name: f"{name} {language.number(last[name], one.decimals)}" for name in called},
    }  # fmt: skip
    return Marks("line", x="reference_date", y="value", series="series", focus=called[0], second=called[1], lower="low",
                 upper="high", dash="basis", options=options)  # fmt: skip


def _sentence(context: Context, run: Run, found: Contributions, one: Indicator, index: int) -> str:
    text, language = context.language.text, context.language
    without, more = float(found.without[index]), found.together.at(index)
    values = {
        "label": one.short_label(language.code), "where": where(run.start, context), "year": run.years[index],
        "without": amount(without, one, language), "mid": amount(without + more[1], one, language),
        "range": between(without + more[0], without + more[2], one, language),
    }  # fmt: skip
    if not found.alone:
        return text("Ohne bezifferte Beiträge liegen beide Linien aufeinander: »{label}« {where} Ende {year}: "
                    "{without}.", **values)  # fmt: skip
    return text("Gelten alle eingetragenen Annahmen, liegt »{label}« {where} Ende {year} bei {mid} ({range}), "
                "ohne die Vorhaben bei {without}.", **values)  # fmt: skip
