"""Tables of an uploaded file as parts of the plan: every row is looked at, and every error is named.

A row with an id that the plan has begins as that part; its cells replace what they name, so a column that a file does
not have changes nothing. A row without an id becomes a new part. A row with an error gives no part.
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from zwk_data.plan.checking import IDENTIFIER
from zwk_data.plan.checking import problems as wrong_of
from zwk_data.plan.exchange.book import value_at
from zwk_data.plan.exchange.cells import clean, read, written
from zwk_data.plan.exchange.columns import BY_KIND, INSIDE, PAGES, Field, Page
from zwk_data.plan.exchange.names import NAMED, Names, Wrong, flat, names_of, titles_of
from zwk_data.plan.exchange.problems import Problem
from zwk_data.plan.exchange.reading import BEFORE, WIDTH, NotReadable, Table
from zwk_data.plan.model import Origin, Plan, PublicSource
from zwk_data.plan.parts import PARTS, Part, new_id, parts_of
from zwk_data.sheets import CUT, as_text

Key = tuple[str, str]  # kind of part, id
SHOWN = 200  # characters of what stands in a cell that a problem repeats


@dataclass
class Row:
    """One line of a page: its cells by name of the field, those of them that are formulas, and its id."""

    page: Page
    number: int
    cells: dict[str, str]
    formulas: set[str] = field(default_factory=set)
    id: str = ""


@dataclass(frozen=True)
class Incoming:
    """What a file says: parts with the sheet and line they stand in, which kinds it has sheets for, all problems.

    ``there`` are all parts that the file names by their id, those with a problem too.
    """

    parts: Mapping[Key, Part]
    places: Mapping[Key, tuple[str, int]]
    kinds: frozenset[str]
    problems: tuple[Problem, ...]
    there: frozenset[Key] = frozenset()


def from_tables(tables: tuple[Table, ...], marks: Mapping[str, str] | None, plan: Plan) -> Incoming:
    """Return what tables say of a plan.

    Raises:
        NotReadable: no table is a sheet of the template.
    """
    problems: list[Problem] = []
    if (place := (marks or {}).get("Ort")) and place != plan.ags:
        problems.append(Problem("", 0, "", place, "other_place", stops=False))
    pages: dict[str, list[Row]] = {}
    for table in tables:
        page = _page_of(table, problems)
        if page and page.kind in pages:
            problems.append(Problem(table.name, 0, "", "", "sheet_twice", stops=False))
        elif page and (rows := rows_below(table, page, problems)) is not None:
            pages[page.kind] = rows
    if not pages and not any(problem.column for problem in problems):
        raise NotReadable("no_sheet")
    return _Reader(plan, pages, problems).result()


def _page_of(table: Table, problems: list[Problem]) -> Page | None:
    """Return the page that a table is, by its name or, of a file without one, by its headings."""
    plain = flat(table.name).casefold()
    page = next((page for page in PAGES if page.name.casefold() == plain), None)
    page = page or (_by_headings(table) if not table.name else None)
    if page is None:
        if table.rows and table.name:
            near = difflib.get_close_matches(table.name, [page.name for page in PAGES], 1, 0.4)
            values = {"nearest": ", ".join(near) or "–"}
            problems.append(Problem(table.name, 0, "", "", "sheet_unknown", values, stops=False))
        return None
    if table.hidden:
        problems.append(Problem(table.name, 0, "", "", "sheet_hidden", stops=False))
        return None
    return page


def _by_headings(table: Table) -> Page | None:
    """Return the page whose columns a table has most of, None where it has not all that must be there."""
    heads = [{_plain(cell) for cell in cells} for _, cells in table.rows[:BEFORE]]
    fits = [
        (len(head & {_plain(field.heading) for field in page.fields}), page)
        for page in PAGES for head in heads
        if head >= {_plain(field.heading) for field in page.fields if field.required}
    ]  # fmt: skip
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _plain(heading: str) -> str:
    return flat(heading).removesuffix("*").strip().casefold()


def _known(page: Page) -> dict[str, Field]:
    return {_plain(field.heading): field for field in page.fields}


def rows_below(table: Table, page: Page, problems: list[Problem]) -> list[Row] | None:
    """Return the lines of a table below its headings, None where it lacks what must be there."""
    known = _known(page)
    start = next((n for n, (_, cells) in enumerate(table.rows[:BEFORE])
                  if len(known.keys() & {_plain(cell) for cell in cells}) >= min(2, len(known))), None)  # fmt: skip
    if start is None:
        if table.rows:
            problems.append(Problem(page.name, 0, "", "", "no_headings"))
        return None
    heads = [_plain(cell) for cell in table.rows[start][1][:WIDTH]]
    if not _heads_fit(page, heads, table.rows[start][1], problems):
        return None
    rows = []
    for number, cells in table.rows[start + 1 :]:
        if any(cell.strip() for cell in cells[len(heads) :]):
            problems.append(Problem(page.name, number, "", cells[-1][:SHOWN], "too_wide"))
            continue
        named = [known.get(head) for head in heads]
        found = {one.name: cell for one, cell in zip(named, cells, strict=False) if one}
        formulas = {one.name for place, one in enumerate(named) if one and (number, place) in table.formulas}
        if any(cell.strip() for cell in found.values()):
            missing = {one.name: "" for one in named if one and one.name not in found}
            rows.append(Row(page, number, {**found, **missing}, formulas))
    return rows


def _heads_fit(page: Page, heads: list[str], said: tuple[str, ...], problems: list[Problem]) -> bool:
    """Name columns that are missing, unknown or doubled; return whether the sheet can be read."""
    known = _known(page)
    for head, cell in zip(heads, said, strict=False):
        if head and head not in known:
            near = difflib.get_close_matches(cell, [field.heading for field in page.fields], 1, 0.5)
            values = {"nearest": ", ".join(near) or "–"}
            problems.append(Problem(page.name, 0, cell[:SHOWN], "", "column_unknown", values, stops=False))
    fits = True
    for head, one in known.items():
        if head not in heads:
            kind = "column_missing" if one.required else "column_left"
            problems.append(Problem(page.name, 0, one.heading, "", kind, stops=one.required))
            fits = fits and not one.required
        elif heads.count(head) > 1:
            problems.append(Problem(page.name, 0, one.heading, "", "column_twice"))
            fits = False
    return fits


class _Reader:
    """Rows on their way to parts; problems are collected."""

    def __init__(self, plan: Plan, pages: dict[str, list[Row]], problems: list[Problem]) -> None:
        self.plan, self.pages, self.problems = plan, pages, problems
        self.before: dict[Key, Part] = {_key(part): part for part in parts_of(plan)}
        self.old_names = names_of(plan)
        self.names = self.old_names
        self.sources: dict[str, PublicSource] = {source.id: source for source in plan.sources}
        self.parts: dict[Key, Part] = {}
        self.places: dict[Key, tuple[str, int]] = {}
        self.broken: set[Key] = set()

    def result(self) -> Incoming:
        there = frozenset((kind, row.cells.get("id", "").strip()) for kind, rows in self.pages.items() for row in rows)
        for kind in ("source", *(page.kind for page in PAGES if page.kind != "source" and not page.inside)):
            self._identify(kind)
        self.names = Names(self._titles())
        for kind in PARTS:  # what others name comes first
            for row in self.pages.get(kind, []):
                self._part(row)
            if kind == "source":
                self.sources |= {id: part for (of, id), part in self.parts.items() if of == kind}  # type: ignore[misc]
            if kind == "entry":
                for page in INSIDE:
                    self._inside(page)
        kinds = frozenset(kind for kind in self.pages if kind in PARTS)
        return without_dangling(Incoming(self.parts, self.places, kinds, tuple(self.problems), there), self.before)

    def wrong(self, at: Row, name: str, kind: str, *, stops: bool = True, **values: object) -> None:
        heading = next((field.heading for field in at.page.fields if field.name == name), name)
        found = at.cells.get(name, "")[:SHOWN]
        self.problems.append(Problem(at.page.name, at.number, heading, found, kind, values, stops))

    # --- ids and titles, before anything refers to them ---

    def _identify(self, kind: str) -> None:
        """Give every row its id; the ids of a file are unique."""
        seen: dict[str, int] = {}
        for row in list(self.pages.get(kind, [])):
            row.id = "head" if kind == "head" else row.cells.get("id", "").strip()
            if kind in ("link",):
                continue
            if row.id and not IDENTIFIER.fullmatch(row.id):
                self.wrong(row, "id", "id")
            elif row.id in seen:
                self.wrong(row, "id", "head_twice" if kind == "head" else "twice", row=seen[row.id])
            else:
                self._warn_of_title(row, kind)
                row.id = row.id or new_id(kind)
                seen[row.id] = row.number
                continue
            self.pages[kind].remove(row)

    def _warn_of_title(self, row: Row, kind: str) -> None:
        if row.id or kind not in NAMED:
            return
        title = flat(row.cells.get("title", "")).casefold()
        same = [id for id, known in titles_of(self.plan)[kind].items() if flat(known).casefold() == title]
        if same:
            self.wrong(row, "title", "same_title", stops=False, ids=", ".join(same))

    def _titles(self) -> dict[str, dict[str, str]]:
        titles = titles_of(self.plan)
        for kind in NAMED:
            for row in self.pages.get(kind, []):
                if title := row.cells.get("title", "").strip():
                    titles[kind][row.id] = title
        return titles

    # --- rows to parts ---

    def _part(self, row: Row) -> None:
        values = self._values(row, self.before.get((row.page.kind, row.id)))
        if values is None:
            return
        if row.page.kind == "link":
            row.id = f"{values['entry']}.{values['indicator']}"
            values = self._values(row, self.before.get(("link", row.id))) or values
        key = (row.page.kind, row.id)
        if key in self.parts:
            self.wrong(row, "indicator", "pair_twice", row=self.places[key][1])
            return
        part = self._built(row, values, self.before.get(key))
        if part is not None:
            self.parts[key], self.places[key] = part, (row.page.name, row.number)

    def _values(self, row: Row, before: Any) -> dict[str, Any] | None:
        """Return what the cells of a row mean by name of the field, None where one of them means nothing."""
        count, values = len(self.problems), {}
        for one in row.page.fields:
            if one.name in row.cells and one.codec != "id":
                try:
                    values[one.name] = self._value(row, one, before)
                except Wrong as error:
                    self.wrong(row, one.name, error.kind, **error.values)  # type: ignore[arg-type]
        return values if len(self.problems) == count else None

    def _value(self, row: Row, one: Field, before: Any) -> Any:
        if one.name in row.formulas:
            raise Wrong("formula")
        text = row.cells[one.name]
        if before is not None and self._stands(one, text, value_at(before, one.name)):
            return value_at(before, one.name)
        if text.endswith(CUT):
            raise Wrong("cut")
        value = read(one, text, self.names, self.sources)
        if one.required and value in (None, ()):
            raise Wrong("missing")
        return value

    def _stands(self, one: Field, text: str, value: Any) -> bool:
        """Tell whether a cell is what an export writes for the value that is stored."""
        said = as_text(written(one, value, self.old_names))
        return clean(text) == said or (text.endswith(CUT) and said.startswith(text.removesuffix(CUT)))

    def _built(self, row: Row, values: dict[str, Any], before: Any) -> Part | None:
        """Return the part of the values, None (and a problem) where they contradict each other."""
        known = {name: value for name, value in values.items() if "." not in name}
        if any(name.startswith("origin.") for name in values):
            known["origin"] = self._origin(row, values, before)
        known = {name: value for name, value in known.items() if not _is_default(row.page.cls, name, value, before)}
        if row.page.kind not in ("link", "head"):
            known["id"] = row.id
        try:
            part: Part = replace(before, **known) if before is not None else row.page.cls(**known)
        except TypeError:
            self.wrong(row, "title", "missing")
            return None
        if known.get("origin") is False:
            return None
        wrong = unusable(part, row.page.name, row.number)
        self.problems += wrong
        return None if wrong else part

    def _origin(self, row: Row, values: dict[str, Any], before: Any) -> Origin | None | bool:
        old = getattr(before, "origin", None)
        said = {name: values.get(f"origin.{name}", getattr(old, name, None)) for name in ("kind", "text", "address",
                                                                                         "day")}  # fmt: skip
        if said["kind"] is None and any(value is not None for value in said.values()):
            self.wrong(row, "origin.kind", "origin")
            return False
        return Origin(**said) if said["kind"] else None  # type: ignore[arg-type]

    # --- values inside entries ---

    def _inside(self, page: Page) -> None:
        """Put the rows of a page into their entries; an entry that none of them names keeps what it has."""
        found: dict[str, list[Any]] = {}
        broken: set[str] = set()
        for row in self.pages.get(page.kind, []):
            values = self._values(row, None)
            id = self._named(row)
            if values is None:
                broken.add(id)
                continue
            inner = row.page.cls(**{name: value for name, value in values.items() if name != "entry"})
            found.setdefault(values["entry"], []).append(inner)
            self.places.setdefault(("entry", values["entry"]), (page.name, row.number))
        for id, several in found.items():
            entry = self.parts.get(("entry", id)) or self.before.get(("entry", id))
            if entry is None or id in broken:
                continue
            part: Any = replace(entry, **{page.inside: tuple(dict.fromkeys(several))})  # type: ignore[arg-type]
            wrong = unusable(part, page.name, self._first(page, id))
            self.problems += wrong
            if not wrong:
                self.parts["entry", id] = part

    def _first(self, page: Page, id: str) -> int:
        """Return the line of a page that names an entry first."""
        return next((row.number for row in self.pages[page.kind] if self._named(row) == id), 0)

    def _named(self, row: Row) -> str:
        try:
            return self.names.find("entry", row.cells.get("entry", "").strip())
        except Wrong:
            return ""


def _is_default(cls: type, name: str, value: Any, before: Any) -> bool:
    """Tell whether an empty cell means the default of the class (``exists``, ``proposed``: what stands there now)."""
    if value is not None or before is not None and getattr(before, name, None) is None:
        return False
    default = next((one.default for one in fields(cls) if one.name == name), None)
    return isinstance(default, bool)


def unusable(part: Part, sheet: str, row: int) -> list[Problem]:
    """Return what keeps a part from being saved."""
    kind, _ = _key(part)
    found = []
    for name, problem in wrong_of(part):
        heading = next((field.heading for field in BY_KIND[kind].fields if field.name == name), name)
        held = value_at(part, name) if "." not in name else None
        values = {"field": name, "problem": problem, "part": kind}
        found.append(Problem(sheet, row, heading, str("" if held is None else held)[:SHOWN], "unusable", values))
    return found


def _key(part: Part) -> Key:
    kind = next(kind for kind, (cls, _) in PARTS.items() if isinstance(part, cls))
    return kind, part.id


def named_by(part: Part) -> list[Key]:
    """Return the parts that a part names."""
    named = [("field", one) for one in getattr(part, "handlungsfelder", ())]
    named += [("goal", one) for one in getattr(part, "goals", ())] + [
        ("tool", one) for one in getattr(part, "tools", ())
    ]
    named += [("concept", one.concept) for one in getattr(part, "mentions", ())]
    named += [("field", one) for one in (getattr(part, "handlungsfeld", None),) if one]
    return named + [("entry", one) for one in (getattr(part, "entry", None),) if one]


def without_dangling(found: Incoming, known: Collection[Key]) -> Incoming:
    """Leave out parts that name one which neither the plan nor the file has, each with a problem."""
    parts, problems = dict(found.parts), list(found.problems)
    while True:
        gone = [(key, name) for key, part in parts.items() for name in named_by(part)
                if name not in parts and name not in known]  # fmt: skip
        if not gone:
            return replace(found, parts=parts, problems=tuple(problems))
        for key, name in gone:
            if parts.pop(key, None) is not None:
                sheet, row = found.places.get(key, (BY_KIND[key[0]].name, 0))
                problems.append(Problem(sheet, row, BY_KIND[name[0]].name, name[1], "ref_unknown", {"nearest": "–"}))
