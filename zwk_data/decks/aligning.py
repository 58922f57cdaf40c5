"""What stands on a slide, in the form of its memory: the same keys, the texts of the slide.

Names of shapes, series and categories may have changed on the way through another program. So what belongs together is
found by name first, then by the figures, then by position.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from zwk_data.render.pptx.memory import BETWEEN, WHEN, Memory, day_in, key, keyed, number_text, plain
from zwk_data.render.pptx.reading import FoundChart, FoundShape, FoundSlide, FoundTable, Series, role_of

CHARTS = frozenset({"line", "dots", "bars", "pyramid", "balance", "multiples", "diverging", "stacked"})
DIGITS = re.compile(r"\d")
NUMBER = re.compile(r"[-+−]?\d[\d.,\u00a0\u202f']*")
KREIS = re.compile(r" K$")
CUT = "…"


def figures_on(slide: FoundSlide, memory: Memory) -> dict[str, str] | None:
    """Return the figures of a slide by the keys of its memory; None where nothing on it can be read as them.

    A figure that cannot be found again is left out. Numbers of charts and maps are plain numbers (``-12.5``).
    """
    if memory.chart == "map":
        return _map(slide, memory)
    if memory.chart == "tiles":
        return _tiles(slide, memory)
    if memory.chart in CHARTS and (charts := our_charts(slide)):
        return _chart(charts, memory)
    tables = our_tables(slide)
    return _table(tables, memory) if tables and memory.chart not in CHARTS else None


def our_charts(slide: FoundSlide) -> list[FoundChart]:
    """Return the charts we drew, by the names of their shapes; where no name is left, all."""
    named = [chart for chart in slide.charts if role_of(chart.shape) == "chart"]
    return named or list(slide.charts)


def our_tables(slide: FoundSlide) -> list[FoundTable]:
    """Return the tables we drew, by the names of their shapes; where no name is left, all."""
    named = [table for table in slide.tables if role_of(table.shape) == "table"]
    return named or list(slide.tables)


def same(remembered: str, found: str) -> bool:
    """Tell whether two figures are the same as shown: equal texts, or numbers equal at the remembered precision."""
    one, other = _bare(remembered), _bare(found)
    if one == other or (not one and other in ("–", "-")) or (not other and one in ("–", "-")):
        return True
    if other.endswith(CUT) and one.startswith(other.removesuffix(CUT).rstrip()):
        return True
    numbers = number_of(one), number_of(other)
    if None in numbers or _rest(one) != _rest(other):
        return False
    first, second = numbers
    assert first is not None
    assert second is not None
    return abs(first - second) <= 0.5 * 10.0 ** -_decimals(one) * (1 + 1e-6)


def _bare(text: str) -> str:
    return KREIS.sub("", plain(text)).replace("−", "-").replace("\u00ad", "")


def _rest(text: str) -> str:
    """Return what a text says besides its number."""
    return plain(NUMBER.sub("", text, count=1))


def number_of(text: str) -> float | None:
    """Return the one number in a text, written as here (1.234,5), in English (1,234.5) or plainly (1234.5)."""
    found = NUMBER.findall(text.replace("−", "-"))
    if len(found) != 1:
        return None
    digits = re.sub(r"[\u00a0\u202f']", "", found[0]).rstrip(".,")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma > point:
        digits = digits.replace(".", "").replace(",", ".") if digits.count(",") == 1 else digits.replace(",", "")
    elif point > comma >= 0 or digits.count(".") > 1:
        digits = digits.replace(",", "") if digits.count(".") == 1 else digits.replace(".", "")
    try:
        return float(digits)
    except ValueError:
        return None


def _decimals(text: str) -> int:
    """Return the decimals of a number as written; a point before three digits is one of thousands."""
    digits = next(iter(NUMBER.findall(text)), "").rstrip(".,")
    at = max(digits.rfind(","), digits.rfind("."))
    return 0 if at < 0 else len(digits) - at - 1


# --- charts ----------------------------------------------------------------------------------------------------------


def _chart(charts: Sequence[FoundChart], memory: Memory) -> dict[str, str]:
    wanted = _series_of(memory.cells)
    left = [series for chart in charts for series in chart.series]
    found: dict[str, str] = {}
    for match in (_by_name, _by_figures, _by_position):
        for name in list(wanted):
            series = match(name, wanted, left)
            if series is not None:
                found |= _points(name, wanted.pop(name), series)
                left.remove(series)
    return found


def _series_of(cells: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return remembered cells by series and category, in their order."""
    found: dict[str, dict[str, str]] = {}
    for name, value in cells.items():
        series, _, category = name.partition(BETWEEN)
        found.setdefault(series, {})[category] = value
    return found


Wanted = Mapping[str, Mapping[str, str]]
Match = Callable[[str, Wanted, Sequence[Series]], Series | None]


def _by_name(name: str, wanted: Wanted, left: Sequence[Series]) -> Series | None:
    alike = [series for series in left if series.name.replace(BETWEEN, "¦") == name]
    return max(alike, key=lambda series: _alike(wanted[name], series), default=None)


def _by_figures(name: str, wanted: Wanted, left: Sequence[Series]) -> Series | None:
    """Return the series most of whose figures are the remembered ones."""
    best = max(left, key=lambda series: _alike(wanted[name], series), default=None)
    return best if best is not None and _alike(wanted[name], best) > 0.5 else None


def _by_position(name: str, wanted: Wanted, left: Sequence[Series]) -> Series | None:
    """Return the series at the same place, where as many are left as are missing."""
    return left[list(wanted).index(name)] if len(left) == len(wanted) else None


def _alike(remembered: Mapping[str, str], series: Series) -> float:
    found = _points("", remembered, series)
    hits = [same(value, found[key("", category)]) for category, value in remembered.items() if value
            and key("", category) in found]  # fmt: skip
    return sum(hits) / max(len([value for value in remembered.values() if value]), 1)


def _points(name: str, remembered: Mapping[str, str], series: Series) -> dict[str, str]:
    """Return the figures of a series by remembered category: by its text, its day, its year, else by position."""
    pairs = list(zip(series.categories, series.values, strict=True))
    for form in (plain, _day, _year):
        names = [form(category).replace(BETWEEN, "¦") for category in series.categories]
        values = dict(zip(names, series.values, strict=True))
        if len(values) == len(names) and all(form(category) in values for category in remembered):
            return {key(name, category): _text(values[form(category)]) for category in remembered}
    if len(pairs) >= len(remembered) and len(pairs) - len(remembered) <= 1:
        return {key(name, category): _text(value)
                for category, (_, value) in zip(remembered, pairs, strict=False)}  # fmt: skip
    values = {plain(category): value for category, value in pairs}
    return {key(name, category): _text(values[category]) for category in remembered if category in values}


def _day(text: str) -> str:
    return day_in(text) if re.search(r"\d[.-]\d", text) else text


def _year(text: str) -> str:
    return (day_in(text) or text)[:4]


def _text(value: float | None) -> str:
    return "" if value is None else number_text(value, 9).rstrip("0").rstrip(".")


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(tables: Sequence[FoundTable], memory: Memory) -> dict[str, str] | None:
    """Return the cells of the tables; a row whose name was changed is found by its position."""
    found: dict[str, str] = {}
    rows = [row for table in tables for row in table.rows[1:]]
    headings = tables[0].rows[0] if tables[0].rows else ()
    wanted = list(dict.fromkeys(name.split(BETWEEN)[0] for name in memory.cells))
    if not memory.cells:
        return keyed(list(headings), [list(row) for row in rows])
    known = dict.fromkeys(name.partition(BETWEEN)[2] for name in memory.cells)
    columns = _columns(headings, list(known))
    here = _row_names(rows)
    free = [name for name in wanted if name not in here]
    for name, row in zip(here, rows, strict=True):
        asked = name if name in wanted else (free.pop(0) if free else "")
        found |= {key(asked, column): plain(row[at]) for column, at in columns.items()
                  if asked and at < len(row) and key(asked, column) in memory.cells}  # fmt: skip
    return found or None


def _row_names(rows: Sequence[Sequence[str]]) -> list[str]:
    cells = keyed([""], [[row[0] if row else ""] for row in rows])
    return [name.partition(BETWEEN)[0] for name in cells]


def _columns(headings: Sequence[str], known: Sequence[str]) -> dict[str, int]:
    """Return by remembered heading the place of its column; a heading written otherwise is found by position."""
    plainly = [plain(heading).replace(BETWEEN, "¦") for heading in headings]
    found = {heading: plainly.index(heading) for heading in known if heading in plainly}
    if len(headings) == len(known):
        pairs = enumerate(known)
        found |= {heading: at for at, heading in pairs if heading not in found and at not in found.values()}
    return found


# --- maps and tiles --------------------------------------------------------------------------------------------------


def _map(slide: FoundSlide, memory: Memory) -> dict[str, str] | None:
    """Return the figures of a map: what stands behind the name of a place in the alternative text of its shape."""
    found: dict[str, str] = {}
    for shape in slide.named("place"):
        ags, said = shape.shape.split(":")[2] if shape.shape.count(":") > 1 else "", shape.alt.rpartition(": ")[2]
        if not said:
            continue  # LibreOffice forgets alternative texts inside groups: the figures of a map are gone then
        number = number_of(said)
        found[ags] = plain(said) if number is None else number_text(number, _decimals(said))
    return found or None


def _tiles(slide: FoundSlide, memory: Memory) -> dict[str, str] | None:
    """Return the figure and date of each tile: of the lines of the shape with its label."""
    labels = [name for name in memory.cells if BETWEEN not in name]
    shapes = slide.named("tile") or list(slide.shapes)
    found: dict[str, str] = {}
    for label in labels:
        lines = _lines_with(re.sub(r" \(\d+\)$", "", label), shapes)
        if lines is None:
            continue
        for name in (label, key(label, WHEN)):
            if remembered := memory.cells.get(name, ""):
                found[name] = _said(remembered, lines)
    return found or None


def _lines_with(label: str, shapes: Iterable[FoundShape]) -> list[str] | None:
    for shape in shapes:
        if label in shape.lines or plain(" ".join(shape.lines)).startswith(label):
            return [line for line in shape.lines if line != label]
    return None


def _said(remembered: str, lines: Sequence[str]) -> str:
    """Return the line that says a figure; where none does, the first one with digits, which somebody changed it to."""
    for line in lines:
        if same(remembered, line) or _bare(remembered) in _bare(line):
            return remembered
    return next((line for line in lines if DIGITS.search(line)), "")
