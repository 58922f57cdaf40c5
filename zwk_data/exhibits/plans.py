"""What the exhibits of a Werkstattplan share: the plan of a place, live values of its indicators, words, sources.

A plan is an example made from public facts, never an official one. A link says to which indicator an entry should
contribute ("soll beitragen zu"); no sentence here makes an entry the cause of a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.comparison import signed
from zwk_data.exhibits.exhibit import AddressError, Note, SourceLine
from zwk_data.exhibits.provenance import basis_name, kreis_note, sources_of, status_notes, with_unit
from zwk_data.exhibits.registry import Context, is_offered
from zwk_data.exhibits.series import longest_change, newest, stand_in
from zwk_data.language import Language
from zwk_data.plan import labels
from zwk_data.plan.model import Entry, Fact, Link, Plan, PublicSource
from zwk_data.warehouse.places import Place


def required_plan(place: Place, context: Context) -> Plan:
    """Return the plan of a place.

    Raises:
        AddressError: there is none.
    """
    found = context.plans(place.ags)
    if found is None:
        raise AddressError(no_plan_text(place, context.language))
    return found


def no_plan_text(place: Place, language: Language) -> str:
    """Say that no plan is known for a place."""
    return language.text("Für {place} liegt hier kein Werkstattplan aus öffentlichen Quellen vor.", place=place.name)


@dataclass(frozen=True)
class Live:
    """The newest figure of an indicator for a place, in words; without figures ``value`` says what is missing.

    ``shown`` is the place whose value it is (the Kreis where a Gemeinde has none of its own).
    """

    indicator: Indicator
    shown: Place
    value: str
    day: date | None = None
    change: str = ""
    datasets: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def when(self, language: Language) -> str:
        """Write the reference date, nothing where there is no value."""
        return language.date(self.day) if self.day else ""


def live(context: Context, place: Place, indicator_id: str) -> Live:
    """Return the newest value at a 31 December and its change over the longest span inside one census basis."""
    indicator, language = indicators()[indicator_id], context.language
    if not is_offered(indicator, context.data):
        return Live(indicator, place, _without(indicator, language))
    shown = stand_in(context, place, indicator)
    values = context.data.values([indicator.id], [shown.ags])
    row = newest(values, shown.ags)
    if row is None:
        return Live(indicator, shown, _without(indicator, language))
    used = values[(values["reference_date"] == row["reference_date"]) & (values["basis"] == row["basis"])]
    notes = (kreis_note(place, shown, language),) if shown != place else ()
    value = with_unit(row["value"], indicator, language, sign=signed(indicator))
    return Live(
        indicator, shown, value, row["reference_date"].date(),
        _change(context, indicator, values, shown), (str(row["datasets"]),), (*notes, *status_notes(used, language)),
    )  # fmt: skip


def _without(indicator: Indicator, language: Language) -> str:
    if indicator.needs:
        return language.text("keine Zahlen; sie stünden in: {table}", table=language.text(indicator.needs))
    return language.text("keine Zahlen")


def _change(context: Context, indicator: Indicator, values: object, shown: Place) -> str:
    change = longest_change(context, values, shown.ags)  # type: ignore[arg-type]
    if change is None or indicator.kind == "change":
        return ""
    language = context.language
    amount = language.number(change.difference, indicator.decimals, sign=True)
    if indicator.unit == "persons" and change.percent is not None:
        amount = language.percent(change.percent, sign=True)
    basis = basis_name(change.basis, language)
    return language.text("{years} {amount} ({basis})", years=change.years, amount=amount, basis=basis)


def all_live(context: Context, place: Place, wanted: Iterable[str]) -> dict[str, Live]:
    """Return the newest figures of some indicators, each once."""
    return {name: live(context, place, name) for name in dict.fromkeys(wanted)}


def live_sources(context: Context, lives: Iterable[Live]) -> tuple[SourceLine, ...]:
    """Return the source lines of live values."""
    return sources_of([dataset for one in lives for dataset in one.datasets], context)


def live_notes(lives: Iterable[Live]) -> tuple[Note, ...]:
    """Return the remarks on live values, each once."""
    return tuple(dict.fromkeys(note for one in lives for note in one.notes))


def public_sources(evidence: Iterable[PublicSource], language: Language) -> tuple[SourceLine, ...]:
    """Return one source line per public page or document a plan rests on; their day of reading is not recorded."""
    return tuple(
        SourceLine(
            f"plan_{source.id}", language.text("Öffentliche Quellen"), source.name,
            language.text("öffentlich zugänglich, in eigenen Worten wiedergegeben"),
            language.text("öffentliche Seite") if source.url else language.text("ohne Adresse"),
            source.url or "", source.name, None, True, "",
        )
        for source in dict.fromkeys(evidence)
    )  # fmt: skip


def example_note(plan: Plan) -> Note:
    """Return the remark that the plan is an example and what it rests on."""
    return Note("example", plan.source_note or "")


def short_note(language: Language) -> Note:
    """Return the same in short, for a part of a plan."""
    return Note("example", language.text(
        "Beispiel aus öffentlichen Quellen, kein amtlicher Plan; was fehlt, ist nicht veröffentlicht."))  # fmt: skip


def proposal_note(language: Language) -> Note:
    """Return the remark that the links are this project's proposal."""
    return Note("proposal", language.text(
        "Die Verknüpfungen zwischen Plan und Kennzahlen sind ein Vorschlag dieses Projekts. »Soll beitragen zu« heißt "
        "nicht, dass sich die Kennzahl auf einen Eintrag zurückführen lässt."))  # fmt: skip


def unknown(language: Language) -> str:
    """Return the word for what has not been published."""
    return language.text("nicht veröffentlicht")


def stage(entry: Entry, language: Language) -> str:
    """Return the stage of an entry in words."""
    return _stage(entry, language) or unknown(language)


def _stage(entry: Entry, language: Language) -> str:
    return labels.stages(language)[entry.stage] if entry.stage else ""


def status(entry: Entry, language: Language) -> str:
    """Return the state of an entry in words."""
    return _status(entry, language) or unknown(language)


def _status(entry: Entry, language: Language) -> str:
    return labels.statuses(language)[entry.status] if entry.status else ""


def role(link: Link, language: Language) -> str:
    """Return the role of a link in words."""
    return labels.roles(language)[link.role]


def direction(link: Link, language: Language) -> str:
    """Return the expected direction in words; a frame expects none."""
    return labels.directions(language)[link.expected_direction] if link.expected_direction else language.text("keine")


def summary(entry: Entry, language: Language) -> str:
    """Return what is published about an entry in one line, and which of it is not."""
    text, when = language.text, period(entry, language)
    office = text("zuständig: {office}", office=entry.responsible_office) if entry.responsible_office else ""
    parts = [
        (text("Stufe"), _stage(entry, language)),
        (text("Stand"), _status(entry, language)),
        (text("Zuständigkeit"), office),
        (text("Zeitraum"), "" if when == unknown(language) else when),
    ]
    known = [said for _, said in parts if said]
    if missing := ", ".join(name for name, said in parts if not said):
        known.append(text("nicht veröffentlicht: {names}", names=missing))
    return " · ".join(known)


def period(item: Entry | Fact, language: Language) -> str:
    """Return the published period: a text as it stands, a day, or two days."""
    if item.date_text:
        return item.date_text
    if item.start and item.end and item.start != item.end:
        return f"{language.date(item.start)} – {language.date(item.end)}"
    day = item.start or item.end
    return language.date(day) if day else unknown(language)
