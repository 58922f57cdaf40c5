"""The one description of the exchanged sheets: which part stands on which, in which columns, and what belongs there.

Template, workbook, CSV and the reading of both follow it. ``Field.name`` is the field of the part (``origin.kind``: of
the value inside). A page with ``inside`` holds values that belong to an entry, each row naming it in ``entry``.
"""

from dataclasses import dataclass, replace
from typing import Literal

from zwk_data.language import GERMAN
from zwk_data.plan.labels import field_name
from zwk_data.plan.model import Effect, Mention, Step
from zwk_data.plan.parts import PARTS

Codec = Literal[
    "id", "text", "long", "word", "words", "whole", "year", "percent", "share", "amount", "number", "signed", "day",
    "yes", "lines", "ref", "refs", "source", "sources", "address",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column; its heading is the name of the field in the forms.

    ``of``: the vocabulary of a word, or the kind of part (or catalogue) that a reference names.
    """

    name: str
    codec: Codec = "text"
    hint: str = ""
    of: str = ""
    width: int = 22
    required: bool = False
    heading: str = ""


@dataclass(frozen=True)
class Page:
    """One sheet: the kind of part (or of value inside an entry), its class, and its columns."""

    kind: str
    name: str
    guide: str
    cls: type
    fields: tuple[Field, ...]
    inside: str = ""


ID = Field("id", "id", "Wird vergeben; neue Zeilen lassen sie leer. Bitte nicht ändern.", width=14)
LINES = "Mehrere untereinander in einer Zelle (Alt+Eingabe)."
ENTRY = Field("entry", "ref", "Titel oder [Kennung] des Eintrags.", "entry", 40, required=True)
FIELD = Field("handlungsfeld", "ref", "Titel oder [Kennung]; leer: für alle.", "field", 32)
INDICATOR = "Name oder [Kennung] einer Kennzahl des Katalogs."


def _title(width: int = 50, name: str = "title") -> Field:
    return Field(name, "text", "Muss ausgefüllt sein.", width=width, required=True)


HEAD = (
    _title(), Field("source_note", "long", "Worauf der Plan beruht und Stand.", width=70),
)  # fmt: skip
SOURCE = (
    ID, _title(name="name"), Field("url", "address", "Öffentliche Adresse (https://…).", width=60),
)  # fmt: skip
FIELDS = (
    ID, _title(), Field("slogan", "long", width=40),
    Field("headline_indicator", "ref", INDICATOR, "indicator", 36),
    Field("headline_text", "long", "Wie veröffentlicht; braucht eine Quelle.", width=36),
    Field("headline_source", "source", "Name | Adresse [Kennung].", width=36),
    Field("order", "whole", "1, 2, 3 …", width=12),
)  # fmt: skip
GOAL = (
    ID, _title(), FIELD, Field("level", "word", of="level", width=12),
    Field("target_group"), Field("factor", "word", of="factor", width=16),
)  # fmt: skip
TOOL = (ID, _title(), FIELD, Field("toolbox_theme", "word", of="theme", width=32))
CONCEPT = (
    ID, _title(), Field("publisher", width=30), Field("year", "year", width=8),
    Field("url", "address", width=50),
)  # fmt: skip
ABOUT = (
    ID, _title(), Field("stage", "word", "Leer bei dem, was es schon gibt.", "stage", 16),
    Field("status", "word", of="status", width=14),
    Field("description", "long", width=60), Field("reason", "long", width=40),
    Field("responsible_office", "text", "Amt oder Stelle, keine Person.", width=28),
    Field("partners", "lines", LINES, width=28),
    Field("handlungsfelder", "refs", f"Titel oder [Kennung]. {LINES}", "field", 32),
    Field("goals", "refs", f"Titel oder [Kennung]. {LINES}", "goal", 32),
    Field("tools", "refs", f"Titel oder [Kennung]. {LINES}", "tool", 32),
    Field("audience", "words", LINES, "audience", 16),
    Field("themes", "words", LINES, "theme", 28), Field("target_group"),
)  # fmt: skip
WHEN = (
    Field("start", "day", "Tag wie 01.03.2026.", width=12),
    Field("end", "day", "Tag wie 31.12.2027, nicht vor dem Beginn.", width=12),
    Field("date_text", "text", "Wo kein Tag feststeht, zum Beispiel: ab 2026.", width=20),
)
MONEY = (
    Field("cost_plan", "amount", width=16),
    Field("cost_actual", "amount", width=16), Field("funding", "long", width=30),
    Field("funding_share", "share", width=12),
    Field("success_criterion", "long", width=36),
    Field("success_figure", "long", width=30),
)  # fmt: skip
STANDING = (
    Field("exists", "yes", "ja oder nein.", "yes", 10), Field("place"),
    Field("service", "ref", "Name oder [Kennung] eines Angebots des Katalogs.", "service", 32),
    Field("capacity", "amount", width=14), Field("capacity_unit", width=14),
    Field("secured_until", "day", "Tag wie 31.12.2027.", width=12),
    Field("example_place"),
)  # fmt: skip
BASIS = (
    Field("origin.kind", "word", of="origin", width=14),
    Field("origin.text", "long", "Braucht eine Herkunft.", width=30),
    Field("origin.address", "text", "Auswertung oder Seite.", width=30),
    Field("origin.day", "day", width=12),
    Field("evidence", "sources", f"Name | Adresse [Kennung]. {LINES}", width=50),
    Field("no_effect", "long", width=30),
    Field("no_indicator", "long", width=30),
    Field("note", "long", "Wird nie veröffentlicht.", width=40),
    Field("contact", "text", "Wird nie veröffentlicht.", width=28),
)  # fmt: skip
LINK = (
    ENTRY, Field("indicator", "ref", INDICATOR, "indicator", 36, required=True),
    Field("role", "word", "Rahmen: der Bedarf; Leistung oder Zielgröße: wozu der Eintrag beitragen soll.",
          "role", 14, required=True),
    Field("expected_direction", "word", of="direction", width=10),
    Field("rationale", "long", "Soll beitragen zu …", width=60),
    Field("proposed", "yes", "ja: vorgeschlagen, noch nicht bestätigt.", "yes", 10),
    Field("lag_years", "whole", width=12),
)  # fmt: skip
TARGET = (
    ID, Field("indicator", "ref", INDICATOR, "indicator", 36, required=True),
    Field("value", "number", "In der Einheit der Kennzahl.", width=12, required=True),
    Field("year", "year", "31. Dezember dieses Jahres.", width=10, required=True),
    Field("base_year", "year", width=12), Field("tolerance", "amount", width=12),
    FIELD, Field("reason", "long", width=40), Field("source", "long", width=30),
)  # fmt: skip
EFFECT = (
    ENTRY, Field("lever", "ref", "Name oder [Kennung] eines Hebels der Szenarien.", "lever", 40,
                 required=True),
    Field("low", "signed", width=10, required=True),
    Field("mid", "signed", width=10, required=True),
    Field("high", "signed", width=10, required=True),
    Field("start_year", "year", width=10, required=True),
    Field("end_year", "year", "Leer: auf Dauer.", width=10),
    Field("reason", "long", width=50, required=True),
    Field("source", "long", width=40, required=True),
)  # fmt: skip
MENTION = (
    ENTRY, Field("concept", "ref", "Titel oder [Kennung].", "concept", 36, required=True),
    Field("page", width=10), Field("says", "long", width=60),
)  # fmt: skip
STEP = (
    ENTRY, Field("stage", "word", of="stage", width=16, required=True),
    Field("until", "day", width=12, required=True),
)  # fmt: skip
PROGRESS = (
    ID, ENTRY, Field("day", "day", "Tag wie 01.03.2026.", width=12, required=True),
    Field("status", "word", of="status", width=14),
    Field("done", "long", width=50), Field("planned", "long", width=50),
    Field("percent", "percent", "0 bis 100, ganze Zahl.", width=10),
    Field("cost_actual", "amount", width=16),
    Field("figure", "text", "Wie die Stelle sie nennt, zum Beispiel: 14 Plätze.", width=24),
    Field("office", width=28),
)  # fmt: skip
SWOT = (
    ID, Field("quadrant", "word", of="quadrant", width=12, required=True), _title(),
    Field("exhibit", "text", "Adresse der Auswertung.", width=30),
    Field("counter", "text", "Adresse der Auswertung, die dagegen spricht.", width=30),
    Field("counter_text", "long", width=40), Field("source", "long", width=30),
    Field("day", "day", width=12),
)  # fmt: skip
FACT = (
    ID, _title(), Field("text", "long", width=60), *WHEN,
    Field("stage", "word", of="programme", width=18), Field("place"),
    Field("evidence", "sources", f"Name | Adresse [Kennung]. {LINES}", width=50),
)  # fmt: skip


def _page(
    kind: str, name: str, guide: str, fields: tuple[Field, ...], cls: type | None = None, inside: str = ""
) -> Page:
    """Return a page whose headings are the names that the forms use."""
    named = (replace(field, heading=field_name(field.name, GERMAN, kind)) for field in fields)
    return Page(kind, name, guide, cls or PARTS[kind][0], tuple(named), inside)


# In the order of the sheets.
PAGES = (
    _page("entry", "Einträge", "Was es gibt und was geplant ist: je Maßnahme, Empfehlung, Möglichkeit eine Zeile.",
          (*ABOUT, *WHEN, *MONEY, *STANDING, *BASIS)),
    _page("field", "Handlungsfelder", "Die Felder, nach denen der Plan gegliedert ist.", FIELDS),
    _page("goal", "Ziele", "Was erreicht werden soll.", GOAL),
    _page("tool", "Werkzeuge", "Überschriften, unter denen Einträge gesammelt sind.", TOOL),
    _page("link", "Verknüpfungen", "Welcher Eintrag zu welcher Kennzahl beitragen soll; jedes Paar einmal.", LINK),
    _page("target", "Zielwerte", "Was eine Kennzahl bis wann erreichen soll.", TARGET),
    _page("effect", "Wirkungsannahmen",
          "Was ein Eintrag in einem Hebel der Szenarien ändern soll, als Spanne mit Begründung und Quelle.",
          EFFECT, Effect, "effects"),
    _page("progress", "Sachstände", "Wie ein Eintrag vorankommt: eine Zeile je Meldung.", PROGRESS),
    _page("swot", "SWOT", "Stärken, Schwächen, Chancen und Risiken mit Beleg.", SWOT),
    _page("fact", "Termine", "Ereignisse, Mittel und Hinweise, die keine Einträge sind.", FACT),
    _page("concept", "Konzepte", "Vorhandene Konzepte und Strategien.", CONCEPT),
    _page("mention", "Nennungen", "Wo ein Konzept sagt, was ein Eintrag sagt.",
          MENTION, Mention, "mentions"),
    _page("step", "Frühere Stufen", "Welche Stufe ein Eintrag vorher hatte und bis wann.",
          STEP, Step, "was"),
    _page("source", "Quellen", "Öffentliche Seiten und Dokumente, auf denen der Plan beruht.", SOURCE),
    _page("head", "Plan", "Der Plan als Ganzes: eine Zeile.", HEAD),
)  # fmt: skip
BY_KIND = {page.kind: page for page in PAGES}
INSIDE = tuple(page for page in PAGES if page.inside)
