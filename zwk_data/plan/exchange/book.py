"""A plan as the sheets of the template, filled or empty."""

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from zwk_data.plan.exchange.cells import written
from zwk_data.plan.exchange.columns import PAGES, Field, Page
from zwk_data.plan.exchange.names import Names, names_of
from zwk_data.plan.exchange.words import WORDS
from zwk_data.plan.model import Plan, PublicSource
from zwk_data.plan.parts import PARTS, Head
from zwk_data.sheets import Book, ColumnKind, Sheet, SheetColumn, Value

FORMAT, VERSION = "werkstattplan", "1"
GUIDE = (
    ("Ausfüllen", "Jedes Blatt ist ein Teil des Plans, jede Zeile ein Eintrag. Ausgefüllt sein müssen nur Spalten mit "
                  "einem Stern; alles andere darf leer bleiben."),
    ("Neue Zeilen", "Unten anfügen und die Kennung leer lassen; sie wird beim Einlesen vergeben."),
    ("Verweise", "Auf Handlungsfelder, Ziele, Werkzeuge, Konzepte und Einträge verweist man mit dem Titel oder mit der "
                 "[Kennung]. Mehrere stehen untereinander in einer Zelle (Alt+Eingabe)."),
    ("Löschen", "Eine gelöschte Zeile löscht nichts: Beim Einlesen wird gefragt, was entfernt werden soll."),
    ("Werte", "Tage wie 31.12.2026, Beträge in EUR. Formeln werden nicht gelesen; Text mit einem = am Anfang bleibt "
              "Text."),
    ("Umfang", "Höchstens 5 MB, 5.000 Zeilen je Blatt und 20.000 Zeichen je Zelle."),
)  # fmt: skip
KINDS: Mapping[str, ColumnKind] = {
    "long": "long", "lines": "long", "refs": "long", "words": "long", "sources": "long", "day": "date",
    "amount": "number", "number": "number", "signed": "number", "whole": "number", "percent": "number",
    "share": "number", "word": "list", "yes": "list", "ref": "list",
}  # fmt: skip


def book_of(plan: Plan) -> Book:
    """Return a plan as sheets; an empty plan gives the template."""
    names = names_of(plan)
    sheets = tuple(
        Sheet(page.name, tuple(_column(field, names) for field in page.fields), tuple(_rows(page, plan, names)),
              page.guide)
        for page in PAGES
    )  # fmt: skip
    marks = {"Format": FORMAT, "Fassung": VERSION, "Ort": plan.ags}
    return Book(plan.title or "Werkstattplan: Vorlage", sheets, GUIDE, marks)


def _column(field: Field, names: Names) -> SheetColumn:
    choices: tuple[str, ...] = ()
    if field.codec in ("word", "yes"):
        choices = tuple(WORDS[field.of].values())
    elif field.codec == "ref":
        choices = names.all(field.of)
    return SheetColumn(
        field.name, field.heading, KINDS.get(field.codec, "text"), field.width, field.hint, choices,
        strict=field.codec != "ref", locked=field.codec == "id", required=field.required,
    )  # fmt: skip


def _rows(page: Page, plan: Plan, names: Names) -> Iterator[dict[str, Value]]:
    for part, entry in _values(page, plan):
        row = row_of(page, part, names)
        yield {**row, "entry": names.of("entry", entry)} if entry else row


def _values(page: Page, plan: Plan) -> Iterator[tuple[Any, str]]:
    """Yield what stands on a page: the part and, of a value inside an entry, the id of that entry."""
    if page.inside:
        yield from ((value, entry.id) for entry in plan.entries for value in getattr(entry, page.inside))
    elif page.kind == "head":
        if plan.title:
            yield Head(plan.title, plan.source_note), ""
    else:
        yield from ((part, "") for part in getattr(plan, PARTS[page.kind][1]))


def sources_of(plan: Plan) -> dict[str, PublicSource]:
    """Return the sources of the plan, and those that stand in its parts only, by id."""
    held = [*(entry.evidence for entry in plan.entries), *(fact.evidence for fact in plan.facts)]
    named = [source for several in held for source in several]
    named += [field.headline_source for field in plan.handlungsfelder if field.headline_source]
    known = {source.id: source for source in plan.sources}
    return {**known, **{source.id: source for source in named if source.id not in known}}


def row_of(page: Page, part: Any, names: Names) -> dict[str, Value]:
    """Return the cells of a part by name of the field."""
    return {
        field.name: written(field, value_at(part, field.name), names)
        for field in page.fields
        if not (page.inside and field.name == "entry")
    }


def value_at(part: Any, name: str) -> Any:
    """Return the field of a part, of ``origin.kind`` that of the value inside (None where there is none)."""
    return reduce(lambda value, step: getattr(value, step, None), name.split("."), part)
