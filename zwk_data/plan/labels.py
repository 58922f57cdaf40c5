"""The words for a plan: names of its parts and fields, and of everything that is a closed vocabulary."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from zwk_data.language import Language

Words = dict[str, str]


def field_name(field: str, language: Language, kind: str = "") -> str:
    """Return the name of a field as forms, sheets and messages say it.

    ``kind`` is the kind of part where a field has another name there. A field inside another one has a dot
    (``effects.low``), with or without a number between (``effects.2.low``). An unknown field is returned as it is.
    """
    steps = [step for step in field.split(".") if not step.isdecimal()]
    if len(steps) > 1:
        owner = INSIDE.get(steps[0], "")
        return f"{field_name(steps[0], language, kind)} – {field_name(steps[-1], language, owner)}"
    return fields(language, kind).get(field, field)


def fields(language: Language, kind: str = "") -> Words:
    """Return the names of all fields, those of a kind of part as it calls them."""
    return {**_common(language), **_of_entries(language), **_of_numbers(language), **_special(language).get(kind, {})}


# Fields that hold values with fields of their own, and what those are called in ``_special``.
INSIDE: Mapping[str, str] = MappingProxyType({
    "effects": "effect", "mentions": "mention", "origin": "origin", "was": "step", "evidence": "source",
    "headline_source": "source",
})  # fmt: skip


def _common(language: Language) -> Words:
    text = language.text
    return {
        "id": text("Kennung"), "title": text("Titel"), "source_note": text("Grundlage des Plans"),
        "name": text("Name"), "url": text("Adresse im Netz"), "slogan": text("Leitsatz"), "order": text("Reihenfolge"),
        "headline_indicator": text("Leitkennzahl"), "headline_text": text("Leitzahl in Worten"),
        "headline_source": text("Quelle der Leitzahl"), "handlungsfeld": text("Handlungsfeld"),
        "handlungsfelder": text("Handlungsfelder"), "goals": text("Ziele"), "tools": text("Werkzeuge"),
        "level": text("Ebene"), "target_group": text("Zielgruppe"), "factor": text("Wirkfaktor"),
        "toolbox_theme": text("Thema des Werkzeugkoffers"), "publisher": text("Herausgeber"), "year": text("Jahr"),
        "text": text("Text"), "kind": text("Art"), "address": text("Adresse"), "day": text("Tag"),
        "source": text("Quelle"), "reason": text("Begründung"), "evidence": text("Belege"), "place": text("Ort"),
    }  # fmt: skip


def _of_entries(language: Language) -> Words:
    text = language.text
    return {
        "entry": text("Eintrag"), "stage": text("Stufe"), "status": text("Stand"), "description": text("Beschreibung"),
        "responsible_office": text("Zuständige Stelle"), "partners": text("Beteiligte"), "start": text("Von"),
        "end": text("Bis"), "date_text": text("Zeitraum in Worten"), "cost_plan": text("Kosten geplant (Euro)"),
        "cost_actual": text("Kosten bisher (Euro)"), "funding": text("Förderung"),
        "funding_share": text("Förderquote (%)"), "success_figure": text("Erfolg in Zahlen"),
        "success_criterion": text("Woran Erfolg zu erkennen ist"), "audience": text("Richtet sich an"),
        "themes": text("Themen"), "example_place": text("Beispielort"), "exists": text("Besteht schon"),
        "service": text("Einrichtung"), "capacity": text("Plätze"), "capacity_unit": text("Einheit der Plätze"),
        "secured_until": text("Gesichert bis"), "origin": text("Herkunft"), "was": text("Frühere Stufen"),
        "mentions": text("In Konzepten"), "concept": text("Konzept"), "page": text("Seite"), "says": text("Aussage"),
        "effects": text("Erwarteter Beitrag"), "no_effect": text("Warum nicht bezifferbar"),
        "no_indicator": text("Warum ohne Kennzahl"), "note": text("Interne Notiz"),
        "contact": text("Kontakt (intern)"), "until": text("Bis"),
    }  # fmt: skip


def _of_numbers(language: Language) -> Words:
    text = language.text
    return {
        "indicator": text("Kennzahl"), "role": text("Rolle"), "expected_direction": text("Erwartete Richtung"),
        "rationale": text("Begründung"), "proposed": text("Vorschlag dieses Projekts"),
        "lag_years": text("Wirkt nach Jahren"), "value": text("Zielwert"), "base_year": text("Ausgangsjahr"),
        "tolerance": text("Toleranz"), "done": text("Was getan wurde"), "planned": text("Was geplant ist"),
        "percent": text("Fortschritt (%)"), "figure": text("Zahl der Stelle"), "office": text("Stelle"),
        "quadrant": text("Feld der SWOT"), "exhibit": text("Beleg (Adresse der Ansicht)"),
        "counter": text("Gegenbeleg (Adresse der Ansicht)"), "counter_text": text("Was dagegen spricht"),
        "lever": text("Hebel"), "low": text("Niedrig"), "mid": text("Mittel"), "high": text("Hoch"),
        "start_year": text("Ab Jahr"), "end_year": text("Bis Jahr"),
    }  # fmt: skip


def _special(language: Language) -> dict[str, Words]:
    """Return names that differ in one kind of part."""
    text = language.text
    return {
        "head": {"title": text("Titel des Plans")},
        "target": {"year": text("Zieljahr")},
        "swot": {"title": text("Aussage")},
        "fact": {"stage": text("Programmstufe")},
        "origin": {"text": text("Woher"), "day": text("Tag")},
        "progress": {"figure": text("Zahl der Stelle")},
    }


def parts(language: Language) -> Words:
    """Return the names of the kinds of parts."""
    text = language.text
    return {
        "head": text("Plan"), "source": text("Quelle"), "field": text("Handlungsfeld"), "goal": text("Ziel"),
        "tool": text("Werkzeug"), "concept": text("Konzept"), "entry": text("Eintrag"),
        "link": text("Verknüpfung"), "target": text("Zielwert"), "progress": text("Fortschritt"),
        "swot": text("Aussage der SWOT"), "fact": text("Ereignis"),
    }  # fmt: skip


def stages(language: Language) -> Words:
    """Return the stages of an entry, from the first thought to what is done."""
    text = language.text
    return {
        "idea": text("Idee"), "option": text("Möglichkeit"), "recommendation": text("Empfehlung"),
        "action": text("Maßnahme"),
    }  # fmt: skip


def statuses(language: Language) -> Words:
    """Return the states of an entry."""
    text = language.text
    return {
        "idee": text("Idee"), "geplant": text("geplant"), "laufend": text("laufend"), "umgesetzt": text("umgesetzt"),
        "verstetigt": text("verstetigt"), "pausiert": text("pausiert"), "verworfen": text("verworfen"),
    }  # fmt: skip


def audiences(language: Language) -> Words:
    """Return whom an entry addresses."""
    text = language.text
    return {"kommune": text("Kommune"), "politik": text("Politik"), "buergerschaft": text("Bürgerschaft")}


def factors(language: Language) -> Words:
    """Return by what a goal is to be reached."""
    text = language.text
    return {
        "halten": text("Halten"), "anziehen": text("Anziehen"), "integrieren": text("Integrieren"),
        "versorgen": text("Versorgen"), "verwaltung": text("Verwaltung"),
    }  # fmt: skip


def levels(language: Language) -> Words:
    """Return the levels of goals."""
    return {"leitziel": language.text("Leitziel"), "ziel": language.text("Ziel")}


def quadrants(language: Language) -> Words:
    """Return the four fields of a SWOT."""
    text = language.text
    return {
        "staerke": text("Stärke"), "schwaeche": text("Schwäche"), "chance": text("Chance"), "risiko": text("Risiko"),
    }  # fmt: skip


def programme_stages(language: Language) -> Words:
    """Return the programme's five stages and what follows them."""
    text = language.text
    return {
        "kick_off": text("Kick-off"), "kommunalprofil": text("Kommunalprofil"),
        "zukunftswerkstatt": text("Zukunftswerkstatt"), "werkstattplan": text("Werkstattplan"),
        "zwischenbilanz": text("Zwischenbilanz"), "verstetigung": text("Verstetigung"),
    }  # fmt: skip


def roles(language: Language) -> Words:
    """Return what an indicator is for an entry."""
    text = language.text
    return {"context": text("Rahmen"), "output": text("Leistung"), "outcome": text("Zielgröße")}


def directions(language: Language) -> Words:
    """Return the directions that an entry may expect of an indicator."""
    return {"up": language.text("soll steigen"), "down": language.text("soll sinken")}


def origins(language: Language) -> Words:
    """Return where an entry may come from."""
    text = language.text
    return {
        "workshop": text("Werkstatt oder Workshop"), "concept": text("Konzept"), "exhibit": text("Ansicht der Daten"),
        "meeting": text("Sitzung"), "other": text("Sonstiges"),
    }  # fmt: skip


def themes(language: Language) -> Words:
    """Return the themes of the programme's toolbox; their ids are the German names."""
    text = language.text
    return {
        "Öffentlichkeitsarbeit": text("Öffentlichkeitsarbeit"), "Wohnen": text("Wohnen"),
        "Intra- und interkommunale Kooperationen": text("Intra- und interkommunale Kooperationen"),
        "Digitalisierung": text("Digitalisierung"), "Demokratieförderung": text("Demokratieförderung"),
        "Bürgerbeteiligung": text("Bürgerbeteiligung"),
        "Bürgerschaftliches Engagement": text("Bürgerschaftliches Engagement"),
        "Begegnung, Beratung, Selbsthilfe": text("Begegnung, Beratung, Selbsthilfe"),
        "Fördermittel": text("Fördermittel"), "Gesundheit und Pflege": text("Gesundheit und Pflege"),
        "Arbeit und Wirtschaft": text("Arbeit und Wirtschaft"), "Demografiestrategie": text("Demografiestrategie"),
        "Integration": text("Integration"),
    }  # fmt: skip


# The vocabulary of a field, where it has one; by (kind of part, field), the kind empty where all agree.
VOCABULARIES: Mapping[tuple[str, str], Callable[[Language], Words]] = MappingProxyType({
    ("", "stage"): stages, ("", "status"): statuses, ("", "audience"): audiences, ("", "factor"): factors,
    ("", "level"): levels, ("", "quadrant"): quadrants, ("fact", "stage"): programme_stages, ("", "role"): roles,
    ("", "expected_direction"): directions, ("origin", "kind"): origins, ("", "themes"): themes,
    ("", "toolbox_theme"): themes,
})  # fmt: skip


def words_of(field: str, language: Language, kind: str = "") -> Words:
    """Return the words of a field with a closed vocabulary by their ids; nothing for other fields."""
    words = VOCABULARIES.get((kind, field)) or VOCABULARIES.get(("", field))
    return words(language) if words else {}
