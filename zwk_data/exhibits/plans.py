"""What the exhibits of a Werkstattplan share: the plan of a place, live values of its indicators, words, sources.

An example is made from public facts, never an official plan; a plan of its own is what the municipality says. A link
says to which indicator an entry should contribute ("soll beitragen zu"); no sentence here makes an entry the cause of a
number.
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
            language.text("öffentliche Seite") if source.url else language.text("ohne Internetadresse"),
            source.url or "", source.name, None, True, "",
        )
        for source in dict.fromkeys(evidence)
    )  # fmt: skip


def plan_sources(
    plan: Plan, evidence: Iterable[PublicSource], place: Place, language: Language
) -> tuple[SourceLine, ...]:
    """Return the sources of something in a plan: those named for it, of the whole plan where none is; first whose plan.

    A plan of its own always rests on the municipality itself.
    """
    named = public_sources(evidence, language)
    if is_own(plan):
        return (_own_source(plan, place, language), *named)
    return named or public_sources(plan.sources[:1], language) or (_own_source(plan, place, language),)


def _own_source(plan: Plan, place: Place, language: Language) -> SourceLine:
    said = language.text("Angaben der Kommune")
    name = f"{place.name}, {plan.title}"
    return SourceLine("plan_own", place.name, plan.title, said, said, "", name, None, False, "")


def is_own(plan: Plan) -> bool:
    """Tell whether a plan is the municipality's own and no example."""
    return plan.kind != "example"


def plan_note(plan: Plan, language: Language) -> Note:
    """Return the remark whose plan it is and of when: an example with what it rests on, or the municipality's own."""
    if not is_own(plan):
        return Note("example", plan.source_note or "")
    text, newest = language.text, stand(plan)
    said = text("Angaben der Kommune, Stand {date}.", date=language.date(newest)) if newest else text(
        "Angaben der Kommune.")  # fmt: skip
    more = text("Interner Arbeitsstand, nicht veröffentlicht.") if plan.kind == "internal" else ""
    return Note("own_plan", f"{said} {more}".strip())


def stand(plan: Plan) -> date | None:
    """Return the day of the newest statement in a plan, None where none is dated."""
    known = [plan.as_of, *(note.day for note in plan.progress)]
    return max((day for day in known if day), default=None)


def short_note(plan: Plan, language: Language) -> Note:
    """Return the same in short, for a part of a plan."""
    if is_own(plan):
        return plan_note(plan, language)
    return Note("example", language.text(
        "Beispiel aus öffentlichen Quellen, kein amtlicher Plan; was fehlt, ist nicht veröffentlicht."))  # fmt: skip


def seen_from(plan: Plan, day: date | None) -> date:
    """Return the day from which a plan is looked at: the given one, that of an example, or today."""
    return day or (None if is_own(plan) else plan.as_of) or date.today()


def proposal_note(language: Language, links: Iterable[Link] | None = None) -> Note:
    """Return what a link means, and that it is this project's proposal where one of ``links`` is."""
    meaning = language.text(
        "»Soll beitragen zu« heißt nicht, dass sich die Kennzahl auf einen Eintrag zurückführen lässt."
    )
    if links is not None and not any(link.proposed for link in links):
        return Note("proposal", meaning)
    said = language.text("Die Verknüpfungen zwischen Plan und Kennzahlen sind ein Vorschlag dieses Projekts.")
    return Note("proposal", f"{said} {meaning}")


def unknown(language: Language, *, own: bool = False) -> str:
    """Return the word for what has not been published, or in a plan of its own has not been said yet."""
    return language.text("offen") if own else language.text("nicht veröffentlicht")


def stage(entry: Entry, language: Language, *, own: bool = False) -> str:
    """Return the stage of an entry in words; what exists has none."""
    if entry.exists and not entry.stage:
        return language.text("besteht")
    return _stage(entry, language) or unknown(language, own=own)


def _stage(entry: Entry, language: Language) -> str:
    return labels.stages(language)[entry.stage] if entry.stage else ""


def status(entry: Entry, language: Language, *, own: bool = False) -> str:
    """Return the state of an entry in words."""
    return _status(entry, language) or unknown(language, own=own)


def _status(entry: Entry, language: Language) -> str:
    return labels.statuses(language)[entry.status] if entry.status else ""


def role(link: Link, language: Language) -> str:
    """Return the role of a link in words."""
    return labels.roles(language)[link.role]


def direction(link: Link, language: Language) -> str:
    """Return the expected direction in words; a frame expects none."""
    return labels.directions(language)[link.expected_direction] if link.expected_direction else language.text("keine")


def summary(entry: Entry, language: Language, *, own: bool = False) -> str:
    """Return what is known about an entry in one line, and what of it is not published or still open."""
    text, when = language.text, period(entry, language)
    office = text("zuständig: {office}", office=entry.responsible_office) if entry.responsible_office else ""
    parts = [
        (text("Stufe"), text("besteht") if entry.exists and not entry.stage else _stage(entry, language)),
        (text("Stand"), _status(entry, language)),
        (text("Zuständigkeit"), office),
        (text("Zeitraum"), "" if when == unknown(language) else when),
    ]
    known = [said for _, said in parts if said]
    if missing := ", ".join(name for name, said in parts if not said):
        known.append(text("offen: {names}", names=missing) if own else text(
            "nicht veröffentlicht: {names}", names=missing))  # fmt: skip
    return " · ".join(known)


def period(item: Entry | Fact, language: Language, *, own: bool = False) -> str:
    """Return the period: a text as it stands, a day, or two days."""
    if item.date_text:
        return item.date_text
    if item.start and item.end and item.start != item.end:
        return f"{language.date(item.start)} – {language.date(item.end)}"
    day = item.start or item.end
    return language.date(day) if day else unknown(language, own=own)
