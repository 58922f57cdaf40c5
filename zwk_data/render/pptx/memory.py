"""What a slide remembers of its figures, in one line of plain signs at the end of its notes.

The line holds address, loads, sentence, headline and the figures in the form ``cells`` (a dictionary of plain texts),
so that three states can be compared in the same form: as remembered, as it stands on the slide, as the data say now.
It is JSON, compressed, written in base64url behind ``zwk1:`` and followed by a checksum: it survives re-saving,
re-ordering and copying into another presentation, and a line that was damaged on the way is not believed.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from itertools import repeat
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Exhibit, heading
from zwk_data.language import GERMAN, Language
from zwk_data.render.native import sheet_of
from zwk_data.render.signs import clean, whole
from zwk_data.render.table_picture import written_cell
from zwk_data.render.tabular import is_date, is_missing, is_number, row_decimals

MARK = "zwk1:"
NEWEST = "newest_day"  # option of the marks: the newest day there were figures of when the exhibit was made
LONGEST_LINE = 16_000  # signs of a line that holds all figures; beyond, only digests of the rows
MOST_ROWS = 4_000  # of which digests are kept
LARGEST = 4_000_000  # bytes of a line after decompression
AHEAD = ("outlook", "plan", "effect")  # kinds that speak of days to come
BETWEEN = "|"  # joins the two parts of a key
WHEN = "when"  # second part of the key of a tile's date
_LINE = re.compile(r"zwk1:([A-Za-z0-9_\-=\s]+)\.((?:\s*[0-9a-f]){8})")
_DAY = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")


@dataclass(frozen=True)
class Memory:
    """What a slide was made of.

    address: of the exhibit; language: it was written in; loads: dataset and load id of each source; headline: as
    written on the slide (the sentence, or own words); chart: kind of marks; cells: the figures (empty where there
    are too many); digests: short checksums of the rows instead; texts: short checksums of what else we wrote on the
    slide (names at the ends of lines, subtitle, remarks, source); newest: the newest reference day shown
    (ISO, empty where there is none); newest_then: the newest day there were figures of at that time (empty: not known).
    """

    address: str
    language: str = "de"
    loads: tuple[tuple[str, str], ...] = ()
    title: str = ""
    sentence: str = ""
    headline: str = ""
    chart: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    digests: tuple[str, ...] = ()
    newest: str = ""
    newest_then: str = ""
    texts: tuple[str, ...] = ()

    @property
    def was_newest(self) -> bool:
        """Whether the slide showed the newest figures there were."""
        return bool(self.newest) and self.newest == self.newest_then


def cells_of(exhibit: Exhibit, language: Language = GERMAN) -> dict[str, str]:
    """Return the figures of an exhibit as they are shown: key and text, in the order of the exhibit.

    Keys: of a chart ``series|category`` (dates as 2024-12-31), of a map the key of the place, of tiles their label,
    of a table ``row|heading``. Numbers of charts and maps are written as plain numbers at the displayed precision
    (``-12.5``), texts and tables as the reader sees them. A missing figure is an empty text. The date of a tile is
    ``label|when``.
    """
    if exhibit.marks.chart == "map":
        return _map_cells(exhibit)
    if exhibit.marks.chart == "tiles":
        return _tile_cells(exhibit, language)
    sheet = None if exhibit.marks.chart in ("table", "timeline") else sheet_of(exhibit)
    if sheet is None:
        return _table_cells(exhibit, language)
    places = decimals_of(sheet.number_format)
    return {
        key(name, category_text(category)): number_text(value, places)
        for name, values in sheet.series.items()
        for category, value in zip(sheet.categories, values, strict=True)
    }


def line(
    exhibit: Exhibit, language: Language = GERMAN, headline: str = "", texts: Iterable[str] = ()
) -> str:  # fmt: skip
    """Return what a slide with this exhibit remembers, as one line of at most some twenty thousand signs.

    ``texts``: what we wrote on the slide besides headline and figures.
    """
    known = dict.fromkeys(text_digest(text) for text in texts if text.strip())
    return written(replace(memory_of(exhibit, language, headline), texts=tuple(known)))


def has_figure(text: str) -> bool:
    """Tell whether a text has a digit."""
    return any(sign.isdigit() for sign in text)


def text_digest(text: str) -> str:
    """Return six signs that stand for a text."""
    return base64.urlsafe_b64encode(blake2b(plain(text).encode(), digest_size=4).digest()).decode()[:6]


def memory_of(exhibit: Exhibit, language: Language = GERMAN, headline: str = "") -> Memory:
    """Return what a slide with this exhibit remembers."""
    loads = tuple((source.dataset, source.vintage) for source in exhibit.sources)
    return Memory(
        str(exhibit.address), language.code, loads, exhibit.title, exhibit.sentence, headline or exhibit.sentence,
        exhibit.marks.chart, cells_of(exhibit, language), (), newest_day(exhibit),
        str(exhibit.marks.options.get(NEWEST, "")),
    )  # fmt: skip


def written(memory: Memory) -> str:
    """Write a memory as a line; of too many figures only digests of their rows are kept."""
    body = _body(memory)
    packed = _packed(body)
    if len(packed) <= LONGEST_LINE:
        return packed
    rows = list(rows_of(memory.chart, memory.cells).items())[:MOST_ROWS]
    return _packed(body | {"c": {}, "r": "".join(digest(name, cells) for name, cells in rows)})


def read(text: str) -> Memory | None:
    """Read the line out of a text (the notes of a slide); None where there is none, or one that was damaged."""
    for found in reversed(list(_LINE.finditer(text))):
        packed = re.sub(r"\s", "", found[1])
        if _sum(packed) == re.sub(r"\s", "", found[2]) and (memory := _memory(packed)) is not None:
            return memory
    return None


def has_mark(text: str) -> bool:
    """Tell whether a text holds a line of ours, be it readable or not."""
    return MARK in text


def rows_of(chart: str, cells: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return cells by row: those of a table by what stands before the bar, of everything else each by itself."""
    found: dict[str, dict[str, str]] = {}
    for name, value in cells.items():
        row = name.split(BETWEEN)[0] if chart in ("table", "timeline") else name
        found.setdefault(row, {})[name] = value
    return found


def digest(name: str, cells: Mapping[str, str]) -> str:
    """Return eight signs that stand for a row and what is in it."""
    said = json.dumps([name, sorted(cells.items())], ensure_ascii=False)
    return base64.urlsafe_b64encode(blake2b(whole(said).encode(), digest_size=6).digest()).decode()


def newest_day(exhibit: Exhibit) -> str:
    """Return the newest day that observed figures of an exhibit belong to (ISO), an empty text where there is none.

    Of a projection it is the day it starts from; where the table names no day, that in subtitle and sentence (which
    in projections and plans name days ahead, so nothing is taken from there).
    """
    table, options = exhibit.table, exhibit.marks.options
    if start := options.get("start"):
        return str(start)[:10]
    if exhibit.marks.chart == "stacked" and exhibit.marks.x == "year" and not table.empty:
        return f"{int(table['year'].min())}-12-31"
    if "reference_date" in table.columns and not (days := table["reference_date"].dropna()).empty:
        return str(pd.Timestamp(days.max()).date())
    return "" if exhibit.address.kind.startswith(AHEAD) else day_in(f"{exhibit.subtitle} {exhibit.sentence}")


def day_in(text: str) -> str:
    """Return the newest day, or the end of the newest year, that a text names (ISO)."""
    days = [_iso(*map(int, found.groups()[::-1])) for found in _DAY.finditer(text)]
    days += [_iso(*map(int, found.groups())) for found in _ISO.finditer(text)]
    rest = _ISO.sub("", _DAY.sub("", text))
    return max([*filter(None, days), *(f"{found[1]}-12-31" for found in _YEAR.finditer(rest))], default="")


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


# --- the parts of a key and a value ----------------------------------------------------------------------------------


def key(first: str, second: str) -> str:
    """Join the two parts of a key; a bar inside them becomes a broken one."""
    return BETWEEN.join(plain(part).replace(BETWEEN, "¦") for part in (first, second))


def plain(text: object) -> str:
    """Return a text with single blanks: office programs turn protected and narrow ones into others."""
    return " ".join(clean(str(text)).split())


def category_text(category: object) -> str:
    """Write a category: a date as 2024-12-31, a whole number without decimals."""
    if isinstance(category, date):
        return category.isoformat()[:10]
    if isinstance(category, float) and category.is_integer():
        return str(int(category))
    return plain(category)


def number_text(value: float | None, decimals: int) -> str:
    """Write a number with a point and no signs between thousands; a missing one is empty, minus zero is zero."""
    return "" if is_missing(value) else f"{round(float(value), decimals) + 0.0:.{decimals}f}"  # type: ignore[arg-type]


def decimals_of(number_format: str) -> int:
    """Return the decimals of a number format such as ``#,##0.0``."""
    return len(number_format.split(";")[0].partition(".")[2])


def keyed(headings: list[str], rows: list[list[str]]) -> dict[str, str]:
    """Return a table of texts as cells: the first column names the row; one that is there twice is counted."""
    seen: dict[str, int] = {}
    cells: dict[str, str] = {}
    for row in rows:
        name = plain(row[0]) if row else ""
        seen[name] = seen.get(name, 0) + 1
        name += f" ({seen[name]})" if seen[name] > 1 else ""
        for number, (title, text) in enumerate(zip(headings, row, strict=False)):
            cells[key(name, title or str(number))] = plain(text)
    return cells


# --- the figures of an exhibit ---------------------------------------------------------------------------------------


def _column(exhibit: Exhibit, name: str) -> Column:
    return next((column for column in exhibit.columns if column.key == name), Column(name, name))


def _map_cells(exhibit: Exhibit) -> dict[str, str]:
    marks, table = exhibit.marks, exhibit.table
    column = _column(exhibit, marks.y)
    values = zip(table[marks.x], table[marks.y], row_decimals(exhibit, column), strict=True)
    return {
        str(ags): number_text(value, places or 0) if is_number(exhibit, column) or is_missing(value) else plain(value)
        for ags, value, places in values
    }


def _tile_cells(exhibit: Exhibit, language: Language) -> dict[str, str]:
    """Return the figure of each tile and its date (``label|when``); a label that is there twice is counted."""
    marks = exhibit.marks
    rows = [
        [
            str(row[marks.x]),
            str(row.get("written") or _own_decimals(row, marks.y, language)),
            str(row.get("when") or ""),
        ]
        for row in exhibit.table.to_dict("records")
    ]
    cells = keyed(["", "", WHEN], rows)
    return {name.removesuffix(f"{BETWEEN}1"): text for name, text in cells.items() if not name.endswith(f"{BETWEEN}0")}


def _own_decimals(row: Mapping[Any, Any], name: str, language: Language) -> str:
    return language.number(row[name], int(row.get(f"{name}_decimals") or 0))


def _table_cells(exhibit: Exhibit, language: Language) -> dict[str, str]:
    """Return what stands in the cells of the table, column by column that says anything."""
    columns = [one for one in exhibit.columns if not exhibit.table[one.key].map(_is_empty).all()]
    texts = [
        [written_cell(value, column, None if is_date(exhibit, column) else places, language)
         for value, _, places in zip(exhibit.table[column.key], repeat(column), row_decimals(exhibit, column),
                                     strict=False)]
        for column in columns
    ]  # fmt: skip
    return keyed([heading(column) for column in columns], [list(row) for row in zip(*texts, strict=True)])


def _is_empty(value: object) -> bool:
    return is_missing(value) or value == ""


# --- the line --------------------------------------------------------------------------------------------------------


def _body(memory: Memory) -> dict[str, Any]:
    same = memory.headline == memory.sentence
    return {
        "a": memory.address, "l": memory.language, "v": [list(pair) for pair in memory.loads], "t": memory.title,
        "s": memory.sentence, "h": None if same else memory.headline, "k": memory.chart, "c": dict(memory.cells),
        "r": "".join(memory.digests), "n": memory.newest, "m": memory.newest_then, "x": "".join(memory.texts),
    }  # fmt: skip


def _packed(body: Mapping[str, Any]) -> str:
    raw = zlib.compress(whole(json.dumps(body, ensure_ascii=False, separators=(",", ":"))).encode(), 9)
    packed = base64.urlsafe_b64encode(raw).decode()
    return f"{MARK}{packed}.{_sum(packed)}"


def _sum(packed: str) -> str:
    return blake2b(packed.encode(), digest_size=4).hexdigest()


def _memory(packed: str) -> Memory | None:
    """Unpack a line; what does not have its form, or unpacks to more than a slide can hold, is none."""
    try:
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(base64.urlsafe_b64decode(packed), LARGEST)
        if unpacking.unconsumed_tail:
            return None
        body = json.loads(raw)
        rows, texts = str(body["r"]), str(body.get("x", ""))
        headline = body["s"] if body["h"] is None else body["h"]
        return Memory(
            str(body["a"]), str(body["l"]), tuple((str(name), str(load)) for name, load in body["v"]), str(body["t"]),
            str(body["s"]), str(headline), str(body["k"]), {str(k): str(v) for k, v in body["c"].items()},
            tuple(rows[at : at + 8] for at in range(0, len(rows), 8)), str(body["n"]), str(body["m"]),
            tuple(texts[at : at + 6] for at in range(0, len(texts), 6)),
        )  # fmt: skip
    except (zlib.error, binascii.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
