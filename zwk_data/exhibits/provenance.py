"""What must stand beside every figure: its sources, the breaks inside it, and remarks about single values."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from zwk_data.catalog import UNITS, Break, Indicator, Term, breaks, licences, sources
from zwk_data.exhibits.exhibit import BreakMark, Note, SourceLine
from zwk_data.exhibits.registry import Context
from zwk_data.language import Language
from zwk_data.warehouse.places import Place
from zwk_data.warehouse.queries import OwnSource

HALF_A_YEAR = pd.Timedelta(days=183)
BASIS_NAMES = {
    "pre2011": ("vor dem Zensus 2011", "before the 2011 census"),
    "census2011": ("Basis Zensus 2011", "2011 census basis"),
    "census2022": ("Basis Zensus 2022", "2022 census basis"),
    "model": ("Modellrechnung", "model"),
    "projection": ("Vorausberechnung", "projection"),
    "register": ("eigene Angaben", "own figures"),
    "events": ("unabhängig vom Zensus", "independent of the census"),
}
# Registered events are counted, not rolled forward from a census: a new basis changes neither them nor their course.
EVENTS = frozenset({"live_births", "deaths", "in_migration", "out_migration", "mean_age_first_birth"})


def basis_name(basis: str, language: Language) -> str:
    """Return the census basis in words."""
    return BASIS_NAMES[basis][language.code == "en"]


def basis_behind(basis: str, measures: frozenset[str]) -> str:
    """Return the basis that values of some measures really rest on: pure counts of events rest on none."""
    return "events" if measures <= EVENTS and basis != "register" else basis


def unit_name(indicator: Indicator, language: Language) -> str:
    """Return the unit as it stands behind a number."""
    return UNITS[indicator.unit][language.code == "en"]


def with_unit(value: float | None, indicator: Indicator, language: Language, *, sign: bool = False) -> str:
    """Write a value with its unit: ``21,4 %``, ``38,2 je 100``, ``66.985 Personen``."""
    return language.measured(language.number(value, indicator.decimals, sign=sign), unit_name(indicator, language))


def sources_of(datasets: Iterable[str], context: Context) -> tuple[SourceLine, ...]:
    """Return the source lines of dataset ids (each may be several joined by ``;``), derived ones with their origin."""
    known = context.data.sources
    single = dict.fromkeys(part for joined in datasets if isinstance(joined, str) for part in joined.split(";") if part)
    origins = dict.fromkeys(origin for dataset in single for origin in known[dataset].derived_from or (dataset,))
    return tuple(source_line(dataset, context) for dataset in origins)


def source_line(dataset: str, context: Context) -> SourceLine:
    """Return the source line of one dataset, with the load that the current figures come from."""
    if own := context.data.own_sources.get(dataset):
        return _own_line(own, context.language)
    source, load = sources()[dataset], _vintages(context).get(dataset)
    licence = licences()[source.licence]
    text = context.language.text
    title = source.title_en if context.language.code == "en" else source.title_de
    retrieved = pd.Timestamp(str(load["retrieved_at"])).date() if load else source.retrieved
    return SourceLine(
        dataset, text(source.provider), title, text(licence.name), text(licence.short), licence.url,
        text(source.attribution), retrieved, source.changed, str(load["load_id"]) if load else "",
    )  # fmt: skip


def _own_line(own: OwnSource, language: Language) -> SourceLine:
    """Return the source line of figures that a town released itself; it names who released them and when."""
    text = language.text
    days = language.date(own.last_date)
    if own.first_date != own.last_date:
        days = f"{language.date(own.first_date)} – {days}"
    values = {"title": own.title, "source": own.source, "basis": own.basis, "days": days, "by": own.released_by,
              "on": language.date(own.released_on)}  # fmt: skip
    said = text(
        "Eigene Angaben: {title}, {source} ({basis}), Stichtag {days}, freigegeben durch {by} am {on}",
        **{name: value.replace(";", ",") for name, value in values.items()},
    )  # fmt: skip
    return SourceLine(
        own.dataset, text("Eigene Angaben"), own.title, text("Eigene Angaben der Kommune, nicht amtlich"),
        text("nicht amtlich"), "", said, own.released_on, False, "",
    )  # fmt: skip


def _vintages(context: Context) -> dict[str, dict[str, object]]:
    loads = context.data.newest_loads
    return {str(load["dataset"]): load for load in loads}


def measures_of(indicator: Indicator) -> frozenset[str]:
    """Return the measures an indicator is made of; of one that only exists as published, that measure."""
    if indicator.kind == "given" and indicator.given_term:
        return frozenset({indicator.given_term.measure})
    terms: Sequence[Term] = (*indicator.numerator_terms, *indicator.denominator_terms)
    return frozenset(term.measure for term in terms) or frozenset({"population"})


def breaks_inside(values: pd.DataFrame, measures: frozenset[str], language: Language) -> tuple[BreakMark, ...]:
    """Return the registered breaks that lie between the values shown.

    Args:
        values: columns ags, reference_date, basis of the values shown (without missing ones).
        measures: the measures they are made of.
        language: the reader's.
    """
    return tuple(_mark(entry, values, language) for entry in breaks().values() if _lies_inside(entry, values, measures))


def _lies_inside(entry: Break, values: pd.DataFrame, measures: frozenset[str]) -> bool:
    if entry.measures and not measures & set(entry.measures):
        return False
    if entry.basis_before:
        return {entry.basis_before, entry.basis_after} <= set(values["basis"])
    rows = values[values["ags"].isin(entry.scope)] if entry.scope else values
    dates = pd.to_datetime(rows["reference_date"]).dt.date
    return bool(len(dates)) and dates.min() < entry.first_date <= dates.max()


def _day_of(entry: Break, values: pd.DataFrame) -> date:
    """Return where the rule stands: on its date, but for a census never left of a value on the old basis."""
    days = pd.to_datetime(values["reference_date"])
    old, new = days[values["basis"] == entry.basis_before], days[values["basis"] == entry.basis_after]
    if old.empty or old.max().date() < entry.first_date:
        return entry.first_date
    later = new[new > old.max()]
    gap = (later.min() - old.max()) / 2 if len(later) else HALF_A_YEAR
    return (old.max() + min(gap, HALF_A_YEAR)).date()


def _mark(entry: Break, values: pd.DataFrame, language: Language) -> BreakMark:
    english = language.code == "en"
    return BreakMark(
        _day_of(entry, values),
        entry.label_en if english else entry.label_de,
        entry.reason_en if english else entry.reason_de,
    )


def kreis_note(place: Place, kreis: Place, language: Language) -> Note:
    """Return the badge for a value of the Kreis shown for a town, or of the town for one of its quarters."""
    if kreis.level == "gemeinde":
        return Note("kreis_value", language.text(
            "Wert der Gemeinde: Für {place} liegen keine eigenen Zahlen vor; gezeigt wird {kreis}.",
            place=place.name, kreis=kreis.name))  # fmt: skip
    return Note("kreis_value", language.text(
        "Kreiswert: Für {place} liegen keine eigenen Zahlen vor; gezeigt wird {kreis}.",
        place=place.name, kreis=kreis.name))  # fmt: skip


def is_given(values: pd.DataFrame) -> pd.Series:
    """Tell for each value whether it was published as it stands: it then has neither numerator nor denominator."""
    return values["value"].notna() & values["numerator"].isna() & values["denominator"].isna()


def given_note(values: pd.DataFrame, indicator: Indicator, language: Language) -> tuple[Note, ...]:
    """Return the remark that some of the values were published and not computed here, and what differs."""
    return given_text([indicator], language) if is_given(values).any() else ()


def given_text(wanted: Iterable[Indicator], language: Language) -> tuple[Note, ...]:
    """Return the one remark on published values of some indicators; none for what only exists as published."""
    found = [one for one in dict.fromkeys(wanted) if one.given and one.kind != "given"]
    if not found:
        return ()
    parts = [language.text("Für Orte ohne eigene Anzahlen steht der veröffentlichte, gerundete Wert.")]
    parts += dict.fromkeys(_difference(one, language) for one in found)
    if any(one.chance != "none" for one in found):
        parts.append(language.text("Zu veröffentlichten Raten lässt sich kein Zufallsbereich berechnen."))
    return (Note("given", " ".join(part for part in parts if part)),)


def _difference(one: Indicator, language: Language) -> str:
    return one.given_en if language.code == "en" else language.text(one.given_de)


def status_notes(values: pd.DataFrame, language: Language) -> tuple[Note, ...]:
    """Return one note for each status among the values that a reader must know about."""
    words = {
        "computed": language.text("Einzelne Werte sind aus veröffentlichten Teilen aufaddiert."),
        "provisional": language.text("Vorläufige Werte."),
        "estimated": language.text("Geschätzt aus Altersgruppen."),
        "unreliable": language.text("Werte mit geringer Zuverlässigkeit."),
        "secret": language.text("Einzelne Werte unterliegen der statistischen Geheimhaltung und fehlen."),
    }
    return tuple(Note(status, text) for status, text in words.items() if (values["status"] == status).any())
