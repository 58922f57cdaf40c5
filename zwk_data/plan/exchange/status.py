"""Status sheets: one workbook per responsible office with its entries, prefilled, and the text of a mail to it.

Each sheet has an id of its own (``Bogen``) and the versions of its entries on a hidden sheet, so that what comes back
is recognised: whose it is, whether it was taken over before, and what has changed since it went out.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from zwk_data.plan.exchange.cells import clean
from zwk_data.plan.exchange.columns import Field, Page
from zwk_data.plan.exchange.names import flat
from zwk_data.plan.exchange.preview import STATUS_FORM
from zwk_data.plan.exchange.words import WORDS
from zwk_data.plan.model import Entry, Plan, Progress
from zwk_data.plan.service import Stored
from zwk_data.sheets import Book, Sheet, SheetColumn, Value

VERSION = "1"
NO_OFFICE = "Ohne zuständige Stelle"
LONGEST_BEFORE = 600  # characters of the last note that are shown
FIELDS = (
    Field("id", "id", width=14, heading="Kennung"),
    Field("title", "long", width=44, heading="Maßnahme"),
    Field("before_status", "text", width=13, heading="Stand bisher"),
    Field("before", "long", width=44, heading="Zuletzt gemeldet"),
    Field("done", "long", "Was seit der letzten Meldung geschehen ist.", width=50, heading="Was getan wurde"),
    Field("planned", "long", "Was als Nächstes ansteht.", width=50, heading="Was geplant ist"),
    Field("status", "word", "Leer: unverändert.", "status", 14, heading="Stand"),
    Field("percent", "percent", "0 bis 100, ganze Zahl.", width=12, heading="Fortschritt (%)"),
    Field("cost_actual", "amount", "Alles, was bis heute ausgegeben ist, in Euro.", width=18,
          heading="Ausgegeben (Euro)"),
    Field("figure", "text", "Wie Sie sie nennen, zum Beispiel: 14 Plätze.", width=24, heading="Zahl"),
    Field("day", "day", "Tag wie 31.12.2026; leer: der Tag, an dem der Bogen eingelesen wird.", width=13,
          heading="Datum"),
)  # fmt: skip
PAGE = Page("status", "Sachstand", "Eine Zeile je Maßnahme. Grau hinterlegte Spalten bitte nicht ändern.", Progress,
            FIELDS)  # fmt: skip
SHOWN = ("id", "title", "before_status", "before")  # for the reader of the sheet; not to be changed
FILLED = ("done", "planned", "status", "percent", "cost_actual", "figure")
GUIDE = (
    ("Ausfüllen", "Bitte tragen Sie für jede Maßnahme ein, was getan wurde und was geplant ist, dazu Stand, Ausgaben "
                  "und eine Zahl, soweit bekannt. Was leer bleibt, bleibt unverändert; leere Zeilen werden nicht "
                  "übernommen."),
    ("Zurückgeben", "Bitte speichern Sie die Datei als .xlsx und senden Sie sie zurück. Zeilen und Spalten bitte weder "
                    "einfügen noch löschen."),
    ("Was damit geschieht", "Jede Zeile wird geprüft und einzeln übernommen. Bitte nennen Sie keine Personen."),
)  # fmt: skip


@dataclass(frozen=True)
class StatusSheet:
    """What goes out to one office: the workbook, the name of its file, and the text of the mail."""

    office: str
    file_name: str
    book: Book
    mail: str
    count: int


def status_sheets(stored: Stored, entries: Collection[str], *, made: date, place: str) -> tuple[StatusSheet, ...]:
    """Return one status sheet per responsible office of some entries (ids); those without an office have one too.

    ``made`` is the day of sending out, ``place`` the name of the municipality.
    """
    groups: dict[str, list[Entry]] = {}
    called: dict[str, str] = {}
    for entry in stored.plan.entries:
        if entry.id in entries:
            office = flat(entry.responsible_office or "") or NO_OFFICE
            groups.setdefault(called.setdefault(office.casefold(), office), []).append(entry)
    taken: set[str] = set()
    offices = sorted(groups, key=lambda office: (office == NO_OFFICE, office.casefold()))
    return tuple(_sheet(stored, office, groups[office], made, place, _file_name(office, taken)) for office in offices)


def _sheet(
    stored: Stored, office: str, entries: list[Entry], made: date, place: str, file_name: str
) -> StatusSheet:  # fmt: skip
    marks = {
        "Format": STATUS_FORM, "Fassung": VERSION, "Ort": stored.plan.ags, "Bogen": uuid4().hex,
        "Stelle": "" if office == NO_OFFICE else office, "Ausgegeben": made.isoformat(),
        **{f"v:{entry.id}": str(stored.version("entry", entry.id)) for entry in entries},
    }  # fmt: skip
    title = f"Sachstand {place}: {office}, ausgegeben am {made:%d.%m.%Y}"
    sheet = Sheet(PAGE.name, tuple(map(_column, FIELDS)), tuple(_rows(stored.plan, entries)), PAGE.guide)
    book = Book(title, (sheet,), GUIDE, marks, made)
    return StatusSheet(office, file_name, book, _mail(place, office, entries, made, file_name), len(entries))


def _column(field: Field) -> SheetColumn:
    kinds = {"word": "list", "percent": "number", "amount": "number", "day": "date"}
    choices = tuple(WORDS["status"].values()) if field.codec == "word" else ()
    return SheetColumn(field.name, field.heading, kinds.get(field.codec, "long"), field.width, field.hint, choices,  # type: ignore[arg-type]
                       locked=field.name in SHOWN)  # fmt: skip


def _rows(plan: Plan, entries: Iterable[Entry]) -> Iterable[dict[str, Value]]:
    for entry in entries:
        status = WORDS["status"].get(entry.status or "", "")
        yield {
            "id": entry.id,
            "title": flat(clean(entry.title)),
            "before_status": status,
            "before": _before(plan, entry),
        }


def _before(plan: Plan, entry: Entry) -> str:
    """Return the last note on an entry in words."""
    last = max((note for note in plan.progress if note.entry == entry.id), key=lambda note: note.day, default=None)
    if last is None:
        return ""
    told = [f"{last.day:%d.%m.%Y}"]
    told += [f"getan: {last.done}"] if last.done else []
    told += [f"geplant: {last.planned}"] if last.planned else []
    text = clean("\n".join(told))
    return text if len(text) <= LONGEST_BEFORE else f"{text[:LONGEST_BEFORE]} …"


def _file_name(office: str, taken: set[str]) -> str:
    plain = office.lower()
    for sign, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(sign, spelt)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "stelle"
    name = next(name for n in range(1, 10_000) if (name := f"{slug}-{n}" if n > 1 else slug) not in taken)
    taken.add(name)
    return f"sachstand-{name}.xlsx"


def _mail(place: str, office: str, entries: list[Entry], made: date, file_name: str) -> str:
    """Return the text of the mail that goes with a status sheet."""
    lines = [
        f"Betreff: Werkstattplan {place}: Sachstand Ihrer Maßnahmen ({made:%d.%m.%Y})", "",
        "Guten Tag,", "",
        "für den Werkstattplan bitten wir um den Sachstand "
        + ("dieser Maßnahme" if len(entries) == 1 else f"dieser {len(entries)} Maßnahmen")
        + (":" if office == NO_OFFICE else f" ({office}):"), "",
    ]  # fmt: skip
    for number, entry in enumerate(entries, start=1):
        status = f" (Stand bisher: {WORDS['status'][entry.status]})" if entry.status else ""
        lines.append(f"{number}. {flat(entry.title)}{status}")
    lines += [
        "", f"Bitte tragen Sie in der angehängten Datei {file_name} ein, was getan wurde, was geplant ist, den Stand, "
        "die bisherigen Ausgaben und, wo es eine gibt, eine Zahl. Was leer bleibt, bleibt unverändert. Senden Sie die "
        "Datei danach als .xlsx zurück; bitte keine Namen von Personen eintragen.", "",
        "Vielen Dank und freundliche Grüße", "",
    ]  # fmt: skip
    return "\n".join(lines)
