"""The need first: the path to a target, what was observed, where it goes without change, and what it would take."""

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.effects.common import (
    Aim,
    aim_of,
    amount,
    band_of,
    checked_year,
    leading,
    needed,
    not_computed,
    not_of_kreis,
    notes_of,
    number,
    part,
    run_of,
    start_of,
    target_text,
    wanted_of,
    where,
)
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import form, lines, no_outlook
from zwk_data.exhibits.outlook.outlook_goal import lever as lever_of
from zwk_data.exhibits.provenance import basis_name, breaks_inside, measures_of, sources_of, unit_name
from zwk_data.exhibits.registry import Context, indicator, kind, place, year
from zwk_data.exhibits.series import OWN, stand_in, year_ends
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, Start, numbers
from zwk_data.outlook.effects import Found, Infeasible
from zwk_data.warehouse.places import Place

PROJECTION = "projection"


@kind(
    required={"ags": place},
    optional={"target": part, "indicator": indicator, "value": number, "year": year, "lever": lever_of, "form": form},
    of_plan=True,
)
def effect_need(
    context: Context, *, ags: Place, target: str = "", indicator: Indicator | None = None, value: float | None = None,
    year: int | None = None, lever: str = "", form: str = "",
) -> Exhibit:  # fmt: skip
    """Show the path to a target beside what was observed and what follows without change; say what it would take.

    Args:
        context: data, language, plans.
        ags: the place.
        target: id of a target of its plan; the first one where nothing else is given.
        indicator: or an indicator to try a value for.
        value: to be reached; that of the start where none is tried.
        year: at whose end.
        lever: the one the sentence speaks of; one that fits where none is given.
        form: how a town is run.

    Raises:
        AddressError: no such target, or a year that the run does not reach.
    """
    language = context.language
    address = Address.of("effect_need", ags=ags.ags, target=target, indicator=indicator.id if indicator else "",
                         value=value, year=year, lever=lever, form=form)  # fmt: skip
    aim = aim_of(context.plans(ags.ags), target, indicator, value, year, language)
    start = start_of(context, ags, form)
    title = language.text("Was das Ziel bräuchte: {label}", label=aim.indicator.label(language.code))
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    run = run_of(context, start)
    if not numbers.gives(run, aim.indicator):
        return _without_run(context, address, aim, start, title, not_computed(aim.indicator, language))
    if said := not_of_kreis(aim, start, language):
        return _without_run(context, address, aim, start, title, said)
    checked_year(aim, run, language)
    return _shown(context, address, aim, run, title, lever)


def _shown(context: Context, address: Address, aim: Aim, run: Run, title: str, lever: str) -> Exhibit:
    text, language, start = context.language.text, context.language, run.start
    wanted, one = wanted_of(aim, run), aim.indicator
    table, datasets = rows(context, run, aim, wanted)
    return Exhibit(
        address=address,
        title=title,
        subtitle=text("Ziel: {target} Ende {year} {where}; Fläche: 80-%-Bereich ohne Änderung", year=aim.year,
                      target=target_text(wanted, one, language), where=where(start, context)),
        sentence=_sentence(context, run, aim, wanted, leading(run, aim, wanted, lever)),
        alt=text("Liniendiagramm: {label}, beobachtet, ohne Änderung und Weg zum Ziel bis {year}, {place}.",
                 label=one.label(language.code), year=aim.year, place=start.place.name),
        table=table,
        columns=(
            Column("part", text("Reihe")), Column("reference_date", text("Stichtag")),
            Column("value", one.short_label(language.code), unit_name(one, language), one.decimals),
            Column("low", text("80-%-Bereich von"), "", one.decimals),
            Column("high", text("80-%-Bereich bis"), "", one.decimals),
        ),
        marks=_marks(context, run, aim, table),
        sources=tuple(dict.fromkeys((*lines(context, start), *sources_of(datasets, context)))),
        breaks=breaks_inside(_with_start(table, run), measures_of(one), language),
        notes=(*notes_of(context, start, band=band_of(context, run, one) is not None), *_notes(aim, language)),
    )  # fmt: skip


def rows(context: Context, run: Run, aim: Aim, wanted: float) -> tuple[pd.DataFrame, list[str]]:
    """Return observed values, the run without change with its band, and the path to the target; and the datasets."""
    without, path = _names(context.language)
    before = observed(context, run.start, aim.indicator)
    years = list(range(run.start.year + 1, max(aim.year, run.start.year + 1) + 1))
    values, band = numbers.values(aim.indicator, run.projection), band_of(context, run, aim.indicator)
    ahead = pd.DataFrame({
        "series": without, "part": without, "year": years, "value": values[1 : len(years) + 1],
        "low": band[0][1 : len(years) + 1] if band else float("nan"),
        "high": band[1][1 : len(years) + 1] if band else float("nan"), "basis": PROJECTION,
    })  # fmt: skip
    first_year, first = _path_start(before, run, aim)
    steps = range(first_year, aim.year + 1)
    share = [(year - first_year) / (aim.year - first_year) for year in steps]
    leading_there = pd.DataFrame({
        "series": path, "part": path, "year": list(steps), "value": [first + (wanted - first) * s for s in share],
        "basis": PROJECTION,
    })  # fmt: skip
    seen = before.assign(series=without) if len(before) else before
    table = pd.concat([part for part in (seen, ahead, leading_there) if len(part)], ignore_index=True)
    table["reference_date"] = pd.to_datetime(table["year"].astype(str) + "-12-31")
    table = table.assign(ags=run.start.place.ags)
    columns = ["series", "part", "ags", "reference_date", "year", "value", "low", "high", "basis"]
    return table.reindex(columns=columns), list(before["datasets"]) if len(before) else []


def _with_start(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    """Return what was observed and the day the run starts on its basis: a break may lie between the two."""
    start = {
        "ags": run.start.place.ags,
        "reference_date": pd.Timestamp(run.start.baseline.day),
        "basis": run.start.basis,
    }
    seen = table[table["basis"] != PROJECTION][list(start)]
    return pd.concat([seen, pd.DataFrame([start])], ignore_index=True) if len(seen) else pd.DataFrame([start])


def _names(language: Language) -> tuple[str, str]:
    return language.text("ohne Änderung"), language.text("Weg zum Ziel")


def observed(context: Context, start: Start, indicator: Indicator) -> pd.DataFrame:
    """Return observed values at the ends of years on the basis of the run, else on every basis.

    Of another place than that of the run (the Kreis for a town) only ratios: its numbers of people are not the town's.
    """
    shown = stand_in(context, start.place, indicator)
    found = context.data.values([indicator.id], [shown.ags])
    table = year_ends(found)
    if shown != start.place and not indicator.denominator:
        table = table.head(0)
    of_basis = table[(table["basis"] == start.basis) | ((table["basis"] == OWN) & (start.basis == OWN))]
    table = of_basis if len(of_basis) else table
    words = [context.language.text("beobachtet, {basis}", basis=basis_name(basis, context.language))
             for basis in table["basis"]]  # fmt: skip
    if shown != start.place:
        words = [f"{said}, {shown.name}" for said in words]
    return table[["year", "value", "basis", "datasets"]].assign(part=words).reset_index(drop=True)


def _path_start(before: pd.DataFrame, run: Run, aim: Aim) -> tuple[int, float]:
    """Return year and value from which the path leads: observed in the base year, else newest, else of the run.

    Only on the census basis of the run: a path does not cross a break.
    """
    known = before[(before["year"] < aim.year) & (before["basis"] == run.start.basis)] if len(before) else before
    if len(known):
        wanted = known[known["year"] == aim.base_year]
        row = (wanted if len(wanted) else known).iloc[-1]
        return int(row["year"]), float(row["value"])
    values = numbers.values(aim.indicator, run.projection)
    index = 0 if values[0] == values[0] else 1
    return run.years[index], float(values[index])


def _marks(context: Context, run: Run, aim: Aim, table: pd.DataFrame) -> Marks:
    text, language = context.language.text, context.language
    without, path = _names(language)
    now = numbers.values(aim.indicator, run.projection)[0]
    last = {name: table[table["series"] == name]["value"].iloc[-1] for name in (without, path)}
    options: dict[str, object] = {
        "start": run.start.baseline.day.isoformat(), "start_word": text("Beginn der Rechnung"), "part": "part",
        "starts": {without: float(now)} if now == now else {}, "band_word": text("80-%-Bereich"),
        "ends": {without: f"{without} {language.number(last[without], aim.indicator.decimals)}",
                 path: text("Ziel {value}", value=target_text(last[path], aim.indicator, language))},
    }  # fmt: skip
    return Marks("line", x="reference_date", y="value", series="series", focus=without, second=path, lower="low",
                 upper="high", dash="basis", options=options)  # fmt: skip


def _sentence(context: Context, run: Run, aim: Aim, wanted: float, found: Found | Infeasible) -> str:
    """Say the target, what it would take, and what follows without change."""
    language, text, one = context.language, context.language.text, aim.indicator
    without = float(numbers.values(one, run.projection)[run.years.index(aim.year)])
    values = {
        "label": one.short_label(language.code), "where": where(run.start, context), "year": aim.year,
        "target": target_text(wanted, one, language), "without": amount(without, one, language),
    }  # fmt: skip
    goal = text("Ziel {where}: »{label}« Ende {year} bei {target}.", **values)
    if isinstance(found, Infeasible):
        return goal + " " + text(
            "Mit keinem Hebel allein ist das erreichbar; geht es weiter wie zuletzt, sind es {without}.", **values
        )  # fmt: skip
    if band_reaches(context, run, aim, wanted):
        return goal + " " + text(
            "Geht es weiter wie zuletzt, sind es {without}, und das Ziel liegt im Bereich dieser Rechnung; genau "
            "dorthin führten {needed}.", needed=needed(found, run, language), **values)  # fmt: skip
    return goal + " " + text("Dafür bräuchte es {needed}; geht es weiter wie zuletzt, sind es {without}.",
                             needed=needed(found, run, language), **values)  # fmt: skip


def band_reaches(context: Context, run: Run, aim: Aim, wanted: float) -> bool:
    """Tell whether the target lies inside the band of the run without change."""
    band, index = band_of(context, run, aim.indicator), run.years.index(aim.year)
    return band is not None and bool(band[0][index] <= wanted <= band[1][index])


def _notes(aim: Aim, language: Language) -> tuple[Note, ...]:
    text = language.text
    tried = () if aim.target else (Note("tried", text("Ein ausprobierter Wert, kein Ziel des Plans.")),)
    parts = [aim.target.reason, aim.target.source] if aim.target else []
    said = "; ".join(part for part in parts if part)
    why = (Note("target", text("Zum Ziel: {said}", said=said)),) if said else ()
    return (*tried, *why, Note("method", text(
        "Der Weg zum Ziel führt in gleichen Schritten vom beobachteten Wert dorthin. Der nötige Wert des Hebels gilt "
        "für jedes Jahr vom Beginn der Rechnung an, alles andere bleibt; er ist durch eine Rechnung mit ihm geprüft "
        "(auf einen halben Menschen genau).")))  # fmt: skip


def _without_run(context: Context, address: Address, aim: Aim, start: Start, title: str, said: str) -> Exhibit:
    """Show a target that the run cannot tell anything of: it can be watched, not computed; ``said`` is why."""
    text, language, one = context.language.text, context.language, aim.indicator
    before = observed(context, start, one)
    shown = [text("Ziel"), *(str(year) for year in before["year"].tail(5))]
    goal = "–" if aim.value is None else text("{value} Ende {year}", value=target_text(aim.value, one, language),
                                              year=aim.year)  # fmt: skip
    values = [goal, *(target_text(float(value), one, language) for value in before["value"].round(6).tail(5))]
    return Exhibit(
        address, title, text("Beobachten lässt sie sich, ausrechnen nicht"), said, said,
        pd.DataFrame({"what": shown, "value": values}),
        (Column("what", text("Jahr")), Column("value", one.label(language.code))), Marks("table"),
        tuple(dict.fromkeys((*sources_of(before["datasets"], context), *lines(context, start)))),
        notes=notes_of(context, start),
    )  # fmt: skip
