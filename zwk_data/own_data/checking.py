"""From lines of text to figures: every line and every cell is looked at, and every error is named.

Nothing is corrected silently: what can be read in one way only is read (a comma for a decimal point, upper and lower
case), anything else is an error with its line, its column and what is expected.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from zwk_data.own_data import columns as c
from zwk_data.own_data.columns import Cell
from zwk_data.own_data.consistency import completed, contradictions, disclosures, doubts, slug
from zwk_data.own_data.problems import Problem
from zwk_data.own_data.reading import Sheet
from zwk_data.own_data.records import MINIMUM

SECRET = frozenset({"", "•", "·", ".", "x", "X", "/"})
AREA = re.compile(r"[^\W_][\w .,\-/()'’&+]{0,59}")
GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,0{1,2})?")
NUMBER = re.compile(r"\d{1,9}([.,]0{1,2})?")  # 66,000 may mean sixty-six or sixty-six thousand
AGE = re.compile(r"\d{1,3}([.,]0+)?")
FORMULA = re.compile(r"[=@]|[+\-][^\d]")


@dataclass(frozen=True)
class Known:
    """What the check must know from outside.

    ``towns`` are names by canonical key; ``others`` the keys of Kreise and Länder; ``nearest`` names similar places to
    a text; ``official`` the official population by (key, year); ``today`` the day of the upload.
    """

    towns: Mapping[str, str]
    others: frozenset[str]
    nearest: Callable[[str], str]
    official: Callable[[str, int], float | None]
    today: date


@dataclass(frozen=True)
class Checked:
    """The outcome: ``errors`` keep the table from being stored, ``warnings`` do not.

    ``cells`` are complete (sums added where parts are given) and not yet protected; empty where there are errors.
    """

    ags: str
    cells: tuple[Cell, ...]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(sheet: Sheet, known: Known) -> Checked:
    """Return the figures of an uploaded table with all errors and warnings, by line."""
    errors = [Problem(0, name, "", "column_missing") for name in c.COLUMNS if name not in sheet.headings]
    warnings = [Problem(0, name, name, "column_unknown") for name in sheet.headings if name not in c.COLUMNS]
    errors += [Problem(0, name, name, "column_twice") for name in c.COLUMNS if sheet.headings.count(name) > 1]
    if not sheet.lines:
        errors.append(Problem(0, "", "", "no_rows"))
    if errors:
        return Checked("", (), tuple(errors), tuple(warnings))
    ags, cells, errors = _lines(sheet, replace(known, nearest=cache(known.nearest)))
    whole = completed(cells)
    errors += contradictions(cells) or contradictions(whole) or disclosures(whole, MINIMUM)
    errors.sort(key=lambda problem: problem.row)
    if errors:
        return Checked(ags, (), tuple(errors), tuple(warnings))
    warnings += doubts(whole, lambda year: known.official(ags, year))
    return Checked(ags, tuple(whole), (), tuple(warnings))


def _lines(sheet: Sheet, known: Known) -> tuple[str, list[Cell], list[Problem]]:
    """Read every line; a line with an error gives no figure."""
    ags, errors, cells = "", [], []
    areas: dict[str, str] = {}
    for number, line in sheet.lines:
        reader = _Line(number, line, known)
        cell = reader.cell()
        found = reader.ags
        if found and ags and found != ags:
            reader.wrong(c.AGS, "ags_several", ags=ags)
        ags = ags or found
        if cell.area and areas.setdefault(slug(cell.area), cell.area) != cell.area:
            reader.wrong(c.AREA, "area_twice", other=areas[slug(cell.area)])
        errors += reader.errors
        cells += [] if reader.errors else [cell]
    return ags, cells, errors


class _Line:
    """One line on its way to a figure; what is wrong is collected in ``errors``."""

    def __init__(self, number: int, line: Mapping[str, str], known: Known) -> None:
        self.number, self.line, self.known = number, line, known
        self.errors: list[Problem] = []
        self.ags = self._ags()

    def wrong(self, column: str, kind: str, **values: object) -> None:
        self.errors.append(Problem(self.number, column, self._text(column), kind, values))

    def _text(self, column: str) -> str:
        return self.line.get(column, "").strip()

    def cell(self) -> Cell:
        """Return the figure; where ``errors`` are found it is meaningless."""
        measure = self._word(c.MEASURE, c.MEASURES, "measure", words=", ".join(c.MEASURES))
        sex = self._word(c.SEX, {**c.SEXES, "": "t"}, "sex")
        age_from, age_to = self._ages(measure)
        return Cell(self._area(), self._day(measure), measure, sex, age_from, age_to, self._count(), self.number)

    def _ags(self) -> str:
        text = self._text(c.AGS).replace(" ", "")
        if not (text.isascii() and text.isdigit()) or len(text) > 12:
            self.wrong(c.AGS, "ags")
            return ""
        key = text.zfill(8) if len(text) == 7 else text  # a spreadsheet drops the zero in front
        key = key[:5] if len(key) == 8 and key.endswith("000") else key
        if key in self.known.towns:
            return key
        if key in self.known.others:
            self.wrong(c.AGS, "ags_level")
        else:
            self.wrong(c.AGS, "ags_unknown", nearest=self.known.nearest(text))
        return ""

    def _area(self) -> str:
        text = " ".join(self._text(c.AREA).split())
        if text and (not AREA.fullmatch(text) or not slug(text)):
            self.wrong(c.AREA, "formula" if FORMULA.match(text) else "area")
        return text

    def _day(self, measure: str) -> str:
        day = _read_day(self._text(c.DAY))
        if day is None:
            self.wrong(c.DAY, "day")
        elif day > self.known.today:
            self.wrong(c.DAY, "day_future")
        elif day.year < 1950:
            self.wrong(c.DAY, "day_old")
        elif measure not in ("", c.STOCK) and (day.month, day.day) != (12, 31):
            self.wrong(c.DAY, "day_flow")
        return day.isoformat() if day else ""

    def _word(self, column: str, choices: Mapping[str, str], kind: str, **values: object) -> str:
        plain = self._text(column).casefold()
        found = next((meant for word, meant in choices.items() if word.casefold() == plain), "")
        if not found:
            self.wrong(column, kind, **values)
        return found

    def _ages(self, measure: str) -> c.Group:
        first, last = self._age(c.FROM), self._age(c.TO)
        if first is None and last is None:
            return c.ALL_AGES
        if measure == c.WITHOUT_AGES:
            self.wrong(c.FROM, "age_births")
        elif first is None:
            self.wrong(c.FROM, "age_from")
        elif last is not None and last < first:
            self.wrong(c.TO, "age_order")
        return (first or 0, c.OPEN if last is None else last)

    def _age(self, column: str) -> int | None:
        text = self._text(column)
        if not text:
            return None
        age = int(re.split("[.,]", text)[0]) if AGE.fullmatch(text) and text.isascii() else 999
        if age > c.OLDEST:
            self.wrong(column, "age")
            return 0
        return age

    def _count(self) -> int | None:
        text = self._text(c.COUNT).replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        if text in SECRET:
            return None
        if text.isascii() and THOUSANDS.fullmatch(text):
            text = text.split(",")[0].replace(".", "")
        elif not (text.isascii() and NUMBER.fullmatch(text)):
            self.wrong(c.COUNT, "formula" if FORMULA.match(text) else "count")
            return 0
        value = int(re.split("[.,]", text)[0])
        if value > c.LARGEST:
            self.wrong(c.COUNT, "count")
        return value


def _read_day(text: str) -> date | None:
    """Read 31.12.2025, 2025-12-31 or 2025 (its last day)."""
    try:
        if match := GERMAN_DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if len(text) == 4 and text.isascii() and text.isdigit():
            return date(int(text), 12, 31)
        return date.fromisoformat(text[:10]) if re.fullmatch(r"\d{4}-\d{2}-\d{2}( .*)?", text) else None
    except ValueError:
        return None


def days_of(cells: Sequence[Cell]) -> list[str]:
    """Return the dates of figures, oldest first."""
    return sorted({cell.day for cell in cells})
