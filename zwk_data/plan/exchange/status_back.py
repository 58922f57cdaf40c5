"""Status sheets that come back: several files at once, every line previewed, accepted one by one.

A file that cannot be used is refused with its reason and keeps no other from being read. A line is taken over once
only: its note has an id made of the sheet and the entry.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from zwk_data.language import Language
from zwk_data.plan.exchange.cells import read
from zwk_data.plan.exchange.incoming import SHOWN, Row, rows_below, unusable
from zwk_data.plan.exchange.names import Names, Wrong, flat
from zwk_data.plan.exchange.preview import STATUS_FORM, Change, NotTaken, attempt
from zwk_data.plan.exchange.problems import Problem, refusals
from zwk_data.plan.exchange.reading import Content, NotReadable
from zwk_data.plan.exchange.status import FILLED, PAGE, VERSION
from zwk_data.plan.exchange.words import WORDS
from zwk_data.plan.model import Entry, Progress, Status
from zwk_data.plan.service import Plans, Stored
from zwk_data.sheets import as_text

NOTE = re.compile(r"p(\d{8})_[0-9a-f]{32}")  # the id of a note from a sheet: the day it went out, sheet and entry
NAMES = Names({})


@dataclass(frozen=True)
class Line:
    """One returned line. ``status`` and ``cost_actual`` change the entry where they are given.

    ``seen`` is the version of the entry when the line was read; ``doubts`` are words of ``doubt_text``: such a line is
    offered, but not chosen beforehand.
    """

    file: str
    row: int
    entry: str
    title: str
    note: Progress
    changes: tuple[Change, ...]
    seen: int
    doubts: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name of the line: the id of its note."""
        return self.note.id


@dataclass(frozen=True)
class Refusal:
    """A file that is not read, with the word of its reason."""

    file: str
    word: str

    def reason(self, language: Language) -> str:
        """Return why, in the reader's language."""
        return {**refusals(language), **_refusals(language)}.get(self.word, self.word)


@dataclass(frozen=True)
class Returned:
    """What came back: lines to accept, files refused, problems (``Problem.sheet`` is the file), lines left empty."""

    lines: tuple[Line, ...]
    refused: tuple[Refusal, ...]
    problems: tuple[Problem, ...]
    blank: int


def _refusals(language: Language) -> dict[str, str]:
    text = language.text
    return {
        "status_place": text("Dieser Bogen gehört zu einem anderen Ort."),
        "status_version": text("Dieser Bogen stammt aus einer anderen Fassung der Anwendung; bitte neu ausgeben."),
        "status_again": text("Dieser Bogen wurde in diesem Durchgang schon gelesen (doppelte Datei)."),
        "status_taken": text("Alle Zeilen dieses Bogens wurden schon übernommen."),
        "status_old": text("Zu allen Zeilen dieses Bogens wurde schon ein neuerer Bogen übernommen."),
        "status_blank": text("In diesem Bogen ist nichts ausgefüllt."),
    }  # fmt: skip


def doubt_text(word: str, language: Language) -> str:
    """Say why a line is not chosen beforehand."""
    text = language.text
    return {
        "changed": text("Der Eintrag wurde geändert, seit der Bogen ausgegeben wurde."),
        "newer": text("Es gibt eine Meldung von einem späteren Tag."),
        "several": text("Dieser Eintrag steht auch in einem anderen Bogen."),
    }[word]


def returned(files: Sequence[tuple[str, Content | NotReadable]], stored: Stored, today: date) -> Returned:
    """Return what the lines of returned sheets (file name and content, or why it has none) would change."""
    reader = _Reader(stored, today)
    for name, content in files:
        try:
            if isinstance(content, NotReadable):
                raise content
            reader.take(name, content)
        except NotReadable as error:
            reader.refused.append(Refusal(name, error.word))
    several = [line.entry for line in reader.lines]
    lines = tuple(
        replace(line, doubts=(*line.doubts, "several")) if several.count(line.entry) > 1 else line
        for line in reader.lines
    )
    return Returned(lines, tuple(reader.refused), tuple(reader.problems), reader.blank)


class _Reader:
    def __init__(self, stored: Stored, today: date) -> None:
        self.stored, self.today = stored, today
        self.entries = {entry.id: entry for entry in stored.plan.entries}
        self.notes = {note.id: note for note in stored.plan.progress}
        self.lines: list[Line] = []
        self.refused: list[Refusal] = []
        self.problems: list[Problem] = []
        self.blank = 0
        self._sheets: set[str] = set()

    def take(self, file: str, content: Content) -> None:
        """Read one file.

        Raises:
            NotReadable: it is no status sheet of this place, was read before, or is outdated.
        """
        marks = self._marks(content)
        found: list[Problem] = []
        table = next((table for table in content.tables if table.name == PAGE.name and not table.hidden), None)
        rows = rows_below(table, PAGE, found) if table else None
        if rows is None:
            raise NotReadable("other_form")
        self._sheets.add(marks["Bogen"])
        self.problems += [replace(problem, sheet=file) for problem in found]
        filled = [row for row in rows if any(row.cells.get(name, "").strip() for name in FILLED)]
        self.blank += len(rows) - len(filled)
        outcomes = [self._line(file, row, marks, filled[:n]) for n, row in enumerate(filled)]
        if not filled and not found:
            raise NotReadable("status_blank")
        for word in ("status_taken", "status_old"):
            if outcomes and set(outcomes) <= {word}:
                raise NotReadable(word)
        for row, outcome in zip(filled, outcomes, strict=True):
            if outcome in ("status_taken", "status_old"):
                self._wrong(file, row, "id", outcome)

    def _marks(self, content: Content) -> Mapping[str, str]:
        marks = content.marks or {}
        if marks.get("Format") != STATUS_FORM or not re.fullmatch(r"[0-9a-f]{32}", marks.get("Bogen", "")):
            raise NotReadable("other_form")
        if marks.get("Ort") != self.stored.plan.ags:
            raise NotReadable("status_place")
        if marks.get("Fassung") != VERSION or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", marks.get("Ausgegeben", "")):
            raise NotReadable("status_version")
        if marks["Bogen"] in self._sheets:
            raise NotReadable("status_again")
        return marks

    def _wrong(self, file: str, at: Row, name: str, kind: str, **values: object) -> None:
        heading = next(field.heading for field in PAGE.fields if field.name == name)
        self.problems.append(Problem(file, at.number, heading, at.cells.get(name, "")[:SHOWN], kind, values))

    def _line(self, file: str, row: Row, marks: Mapping[str, str], before: list[Row]) -> str:
        """Read one line into ``lines``; return a word where it was taken over before, or is outdated."""
        id = row.cells.get("id", "").strip()
        entry = self.entries.get(id)
        if entry is None or f"v:{id}" not in marks:
            self._wrong(file, row, "id", "status_unknown")
            return ""
        twice = next((other.number for other in before if other.cells.get("id", "").strip() == id), 0)
        if twice:
            self._wrong(file, row, "id", "twice", row=twice)
            return ""
        sent = marks["Ausgegeben"].replace("-", "")
        note_id = f"p{sent}_{uuid5(NAMESPACE_OID, marks['Bogen'] + ':' + id).hex}"
        if note_id in self.notes:
            return "status_taken"
        if self._newer(id, sent):
            return "status_old"
        note = self._note(file, row, entry, note_id, marks.get("Stelle", ""))
        if note is not None:
            self.lines.append(self._offered(file, row, entry, note, marks[f"v:{id}"]))
        return ""

    def _newer(self, entry: str, sent: str) -> bool:
        matches = [NOTE.fullmatch(note.id) for note in self.notes.values() if note.entry == entry]
        return any(match and match[1] > sent for match in matches)

    def _note(self, file: str, row: Row, entry: Entry, note_id: str, office: str) -> Progress | None:
        values: dict[str, Any] = {}
        count = len(self.problems)
        for field in PAGE.fields:
            if field.name in (*FILLED, "day"):
                try:
                    if field.name in row.formulas:
                        raise Wrong("formula")
                    values[field.name] = read(field, row.cells.get(field.name, ""), NAMES, {})
                except Wrong as error:
                    self._wrong(file, row, field.name, error.kind, **error.values)
        day = values.pop("day", None) or self.today
        if day > self.today:
            self._wrong(file, row, "day", "future")
        if len(self.problems) > count:
            return None
        note = Progress(note_id, entry.id, day, office=office or entry.responsible_office, **values)
        found = unusable(note, file, row.number)
        self.problems += found
        return None if found else note

    def _offered(self, file: str, row: Row, entry: Entry, note: Progress, version: str) -> Line:
        seen = self.stored.version("entry", entry.id)
        doubts = ["changed"] if version != str(seen) else []
        if any(other.day > note.day for other in self.notes.values() if other.entry == entry.id):
            doubts.append("newer")
        return Line(
            file, row.number, entry.id, flat(entry.title), note, tuple(_changes(entry, note)), seen, tuple(doubts)
        )


def _changes(entry: Entry, note: Progress) -> list[Change]:
    """Return what a note says, with what the entry says now where it would change."""
    old = {"status": WORDS["status"].get(entry.status or "", ""), "cost_actual": as_text(entry.cost_actual)}
    found = []
    for field in PAGE.fields:
        if field.name in (*FILLED, "day"):
            value = getattr(note, field.name)
            new = WORDS["status"].get(value or "", "") if field.name == "status" else as_text(value)
            if new:
                found.append(Change(field.heading, old.get(field.name, ""), new))
    return found


def take_lines(
    plans: Plans, ags: str, lines: Sequence[Line], accepted: Collection[str], *, request_id: str, language: Language
) -> tuple[tuple[Line, ...], tuple[NotTaken, ...]]:
    """Save accepted lines: the entry where status or amount change, with the version seen, then the note.

    Returns what was saved, and what was not with its reason; the same ``request_id`` again saves nothing twice.

    Raises:
        Denied: the person may not edit here.
    """
    entries = {entry.id: entry for entry in plans.stored(ags).plan.entries}
    versions: dict[str, int] = {}
    saved, refused = [], []
    for line in lines:
        if line.key not in accepted:
            continue
        if line.entry not in entries:  # removed since the sheet was read: its note would be seen nowhere
            reason = language.text("Diesen Eintrag gibt es nicht mehr.")
            refused.append(NotTaken(("progress", line.key), line.title, line.file, line.row, reason))
            continue
        after = _after(entries[line.entry], line.note.status, line.note.cost_actual)

        def save(line: Line = line, after: Entry | None = after) -> None:
            once = str(uuid5(NAMESPACE_OID, f"{request_id}:{line.key}"))
            if after is not None:
                seen = versions.get(line.entry, line.seen)
                versions[line.entry] = plans.save(ags, after, seen_version=seen, request_id=f"{once}:entry")
                entries[line.entry] = after
            plans.save(ags, line.note, seen_version=0, request_id=once)

        reason = attempt(save, language)
        if reason:
            refused.append(NotTaken(("progress", line.key), line.title, line.file, line.row, reason))
        else:
            saved.append(line)
    return tuple(saved), tuple(refused)


def _after(entry: Entry, status: Status | None, cost: Decimal | None) -> Entry | None:
    """Return the entry as a note leaves it, None where it stays as it is."""
    after = replace(entry, status=status or entry.status, cost_actual=entry.cost_actual if cost is None else cost)
    return None if after == entry else after
