"""What differs between the figures a slide remembers, those that stand on it, and those the data give now."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zwk_data.decks.aligning import CHARTS, number_of, same
from zwk_data.exhibits import Exhibit
from zwk_data.language import Language
from zwk_data.render.pptx.memory import (
    BETWEEN,
    WHEN,
    Memory,
    cells_of,
    digest,
    has_figure,
    newest_day,
    plain,
    rows_of,
    text_digest,
)
from zwk_data.render.pptx.reading import FoundSlide, role_of

Status = Literal["outdated", "revised", "withdrawn", "altered", "unknown"]
EMPTY = frozenset({"", "–", "-"})
MOST = 200  # findings of one slide that are named; the rest is counted
_DATED = re.compile(r"(19|20)\d{2}(-\d{2}-\d{2})?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    figure: chart, map, tiles, table, headline, sentence, picture or text; what: series, place, date in words; old: as
    remembered (of ``altered``: what the data said); new: as the data say now (of ``altered``: what stands there).
    """

    status: Status
    figure: str
    what: str
    old: str
    new: str
    sentence: str


def figure_of(chart: str) -> str:
    """Return the word for what a kind of marks is drawn as: chart, map, tiles or table."""
    return "chart" if chart in CHARTS else {"map": "map", "tiles": "tiles"}.get(chart, "table")


class Words:
    """Keys and figures of one memory in the words of a reader."""

    def __init__(self, memory: Memory, language: Language, place: Callable[[str], str]) -> None:
        self.chart, self.language, self.place = memory.chart, language, place

    def what(self, name: str) -> str:
        """Return place, series, category, date of a key: ``Herford, 31.12.2019``."""
        if self.chart == "map":
            return self.place(name)
        parts = [part for part in name.split(BETWEEN) if part and not (self.chart == "tiles" and part == WHEN)]
        return ", ".join(self._day(part) for part in parts)

    def value(self, text: str) -> str:
        """Return a figure as the reader writes it; a missing one is a dash."""
        if text in EMPTY:
            return "–"
        if figure_of(self.chart) in ("chart", "map") and _PLAIN.fullmatch(text):
            decimals = len(text.partition(".")[2])
            return self.language.number(float(text), min(decimals, 4))
        return text

    def _day(self, part: str) -> str:
        try:
            return self.language.date(date.fromisoformat(part)) if len(part) == 10 else part
        except ValueError:
            return part

    def day(self, iso: str) -> str:
        """Return an ISO day as the reader writes it."""
        return self._day(iso)


def altered(memory: Memory, found: Mapping[str, str] | None, words: Words) -> list[Finding]:
    """Return which figures of a slide are not the remembered ones; ``found`` as of ``aligning.figures_on``."""
    if found is None:
        return []
    figure, text = figure_of(memory.chart), words.language.text
    made = []
    for name, shown, remembered in _changed_here(memory, found):
        what, new, old = words.what(name), words.value(shown), words.value(remembered)
        sentence = (
            text("{what}: Auf der Folie steht {new}, aus den Daten kam {old}.", what=what, new=new, old=old)
            if remembered
            else text("{what}: Auf der Folie steht {new}; das kam nicht aus den Daten.", what=what, new=new)
        )
        made.append(Finding("altered", figure, what, old, new, sentence))
    return made


def rewritten(slide: FoundSlide, memory: Memory, language: Language) -> list[Finding]:
    """Return our texts with figures (at the ends of lines, below the headline) that are not as we wrote them."""
    known, made = set(memory.texts), []
    for shape in slide.shapes if known else ():
        said = " ".join(shape.lines)
        ours = role_of(shape.shape) not in ("", "headline", "tile") and has_figure(said)
        if ours and text_digest(said) not in known:
            sentence = language.text("Beschriftung von Hand geändert: »{text}«", text=said)
            made.append(Finding("altered", "text", language.text("Beschriftung"), "", said, sentence))
    return made


def _changed_here(memory: Memory, found: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield key, text on the slide and remembered text of what differs; of digests the remembered text is empty."""
    if memory.cells:
        for name, remembered in memory.cells.items():
            if name in found and not same(remembered, found[name]):
                yield name, found[name], remembered
        return
    rows = rows_of(memory.chart, found)
    known = set(memory.digests)
    strange = [name for name, cells in rows.items() if digest(name, cells) not in known]
    if len(strange) < len(rows):  # where none is known, the slide shows other columns than the memory has
        for name in strange:
            yield name, next((cell for cell in rows[name].values() if number_of(cell) is not None), ""), ""


def changed(memory: Memory, now: Exhibit, language: Language, words: Words, here: Mapping[str, str]) -> list[Finding]:
    """Return what the data say differently now: newer periods, revised figures, withdrawn ones.

    Args:
        memory: of the slide.
        now: the exhibit of its address, made anew.
        language: it was made in.
        words: of the reader.
        here: the figures on the slide, which stand for the remembered ones where those are only digests.
    """
    cells = cells_of(now, language)
    digested = not memory.cells and memory.digests
    before = _before(memory, cells, here) if digested else dict(memory.cells)
    newer = bool(memory.newest) and newest_day(now) > memory.newest
    if memory.chart != now.marks.chart and memory.chart != "table":
        return [_gone(memory, now.sentence, words)]
    found = [*_newer(memory, now, cells, before, words)] if newer or _later(memory, cells, before) else []
    found += _tiles(cells, before, words) if memory.chart == "tiles" else _cells(memory, cells, before, words, newer)
    if not found and plain(now.sentence) != plain(memory.sentence):
        found.append(_sentence(memory, now, words))
    return found


def _before(memory: Memory, cells: Mapping[str, str], here: Mapping[str, str]) -> dict[str, str]:
    """Return what is known of the earlier figures from digests: unchanged rows as now, others as on the slide."""
    known, before = set(memory.digests), {}
    for name, row in rows_of(memory.chart, cells).items():
        for cell in row:
            old = cells[cell] if digest(name, row) in known else here.get(cell)
            if old is not None:
                before[cell] = old
    return before


def _gone(memory: Memory, reason: str, words: Words) -> Finding:
    return Finding(
        "withdrawn", figure_of(memory.chart), memory.title, "", "",
        words.language.text("Diese Darstellung geben die Daten nicht mehr her: {reason}", reason=reason),
    )  # fmt: skip


def withdrawn(memory: Memory, reason: str, words: Words) -> Finding:
    """Return the finding of a slide whose address gives nothing any more."""
    return _gone(memory, reason, words)


def _later(memory: Memory, cells: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Return the keys of new figures that lie behind the last remembered date of their own series."""
    last: dict[str, str] = {}
    for name, value in before.items():
        series, _, category = name.partition(BETWEEN)
        if _is_dated(category) and value not in EMPTY:
            last[series] = max(last.get(series, ""), category)
    return [
        name for name, value in cells.items()
        if value not in EMPTY and before.get(name, "") in EMPTY and _is_dated(name.partition(BETWEEN)[2])
        and name.partition(BETWEEN)[2] > last.get(name.partition(BETWEEN)[0], "9")
    ] if figure_of(memory.chart) == "chart" else []  # fmt: skip


def _newer(
    memory: Memory, now: Exhibit, cells: Mapping[str, str], before: Mapping[str, str], words: Words
) -> Iterator[Finding]:  # fmt: skip
    """Yield that there is a newer period: of the whole, or of one series only."""
    text, figure = words.language.text, figure_of(memory.chart)
    if (day := newest_day(now)) > memory.newest:
        yield Finding("outdated", figure, memory.title, words.day(memory.newest), words.day(day), text(
            "Es gibt neuere Zahlen: bis {new}; auf der Folie bis {old}.",
            new=words.day(day), old=words.day(memory.newest)))  # fmt: skip
        return
    for name in _later(memory, cells, before)[:MOST]:
        what = words.what(name)
        yield Finding("outdated", figure, what, "–", words.value(cells[name]), text(
            "Es gibt eine neuere Zahl: {what}: {new}.", what=what, new=words.value(cells[name])))  # fmt: skip


def _cells(
    memory: Memory, cells: Mapping[str, str], before: Mapping[str, str], words: Words, newer: bool
) -> list[Finding]:  # fmt: skip
    """Return revised, withdrawn and added figures of a chart, a map or a table.

    With a newer period only figures with a date of their own can be compared; the others are of another time.
    """
    found: list[Finding] = []
    first = min((name.partition(BETWEEN)[2] for name in cells if _is_dated(name.partition(BETWEEN)[2])), default="")
    for name, old in before.items():
        category = name.partition(BETWEEN)[2]
        dated = _is_dated(category) and category >= first
        if old in EMPTY or (newer and not dated) or (name in cells and same(old, cells[name])):
            continue
        found.append(_one(name, old, cells.get(name, ""), words))
    late = set(_later(memory, cells, before))
    fresh = [name for name, new in cells.items() if new not in EMPTY and before.get(name, "") in EMPTY
             and name not in late and (not newer or _older(name, memory.newest))]  # fmt: skip
    return [*found, *(_one(name, "", cells[name], words) for name in fresh)][:MOST]


def _older(name: str, day: str) -> bool:
    category = name.partition(BETWEEN)[2]
    return _is_dated(category) and category <= day


def _is_dated(category: str) -> bool:
    return bool(_DATED.fullmatch(category))


def _tiles(cells: Mapping[str, str], before: Mapping[str, str], words: Words) -> list[Finding]:
    """Return what became of each tile; one with another date is out of date, one with the same date revised."""
    found = []
    for name, old in before.items():
        if name.endswith(BETWEEN + WHEN):
            continue
        when, then = before.get(name + BETWEEN + WHEN, ""), cells.get(name + BETWEEN + WHEN, "")
        new = cells.get(name, "")
        if when != then and new not in EMPTY:
            found.append(Finding("outdated", "tiles", name, f"{old} ({when})", f"{new} ({then})", words.language.text(
                "Es gibt eine neuere Zahl: {what}: {new}.", what=name, new=f"{new} ({then})")))  # fmt: skip
        elif not same(old, new):
            found.append(_one(name, old, new, words))
    return [*found, *(_one(name, "", cells[name], words) for name in cells
                      if name not in before and BETWEEN not in name)]  # fmt: skip


def _one(name: str, old: str, new: str, words: Words) -> Finding:
    text, figure, what = words.language.text, figure_of(words.chart), words.what(name)
    if new in EMPTY:
        return Finding("withdrawn", figure, what, words.value(old), "–", text(
            "{what}: {old} gibt es in den Daten nicht mehr.", what=what, old=words.value(old)))  # fmt: skip
    return Finding("revised", figure, what, words.value(old), words.value(new), text(
        "{what}: {old} → {new}", what=what, old=words.value(old), new=words.value(new)))  # fmt: skip


def _sentence(memory: Memory, now: Exhibit, words: Words) -> Finding:
    return Finding("revised", "sentence", "", memory.sentence, now.sentence, words.language.text(
        "Die Aussage lautet jetzt: »{new}«", new=now.sentence))  # fmt: skip
