"""The figures of an exhibit's chart in the form an office program draws from: categories × series.

Word, Excel and PowerPoint keep such a sheet inside each of their charts; who opens the chart edits these figures.
"""

from dataclasses import dataclass, field
from typing import Any
from weakref import ref

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.course import PROJECTION, band, capacity, drawn
from zwk_data.render.palette import LIGHT, series_colours
from zwk_data.render.parts import parts_of
from zwk_data.render.tabular import is_missing
from zwk_data.render.vega.base import column_of

LINES = ("line", "multiples")
BARS = ("dots", "bars", "balance")
MOST_BARS = 60
THIN, DASHED = "thin", "dashed"


@dataclass(frozen=True)
class Sheet:
    """What the chart is drawn from: one row per category, one column per series, empty cells where nothing is known."""

    categories: list[object]
    series: dict[str, list[float | None]]
    colours: dict[str, str]
    kind: str  # line, bar (first category on top), pyramid (first category at the foot), columns
    number_format: str
    unit: str
    looks: dict[str, str] = field(default_factory=dict)  # of lines: dashed what is projected, thin ends of a band
    stacked: bool = False  # the series of a row lie one upon the other


_LAST: list[tuple["ref[Exhibit]", Sheet | None]] = []  # at most one: a chart and what remembers it ask in turn


def sheet_of(exhibit: Exhibit) -> Sheet | None:
    """Return the figures of an exhibit's chart as categories × series, or None where there is no native chart.

    The figures of the exhibit asked for last are kept; nobody changes a sheet.
    """
    last = next(iter(_LAST), None)
    if last is not None and last[0]() is exhibit:
        return last[1]
    found = _sheet(exhibit)
    _LAST[:] = [(ref(exhibit), found)]
    return found


def _sheet(exhibit: Exhibit) -> Sheet | None:
    if exhibit.table.empty:
        return None
    if exhibit.marks.chart in LINES:
        return _lines(exhibit)
    builders = {"pyramid": _pyramid, "diverging": _diverging, "stacked": _stacked} | dict.fromkeys(BARS, _bars)
    build = builders.get(exhibit.marks.chart)
    return build(exhibit) if build else None


def _format(exhibit: Exhibit, key: str, *, absolute: bool = False) -> str:
    decimals = column_of(exhibit, key).decimals or 0
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f"{plain};{plain}" if absolute else plain


def _lines(exhibit: Exhibit) -> Sheet:
    """Return one series per line and census basis, so that a line is interrupted where the basis changes.

    The ends of a band and a capacity are further series.
    """
    marks, table = exhibit.marks, drawn(exhibit)
    keys = list(dict.fromkeys(key for key in (marks.series, marks.dash) if key))
    parts = list(table.groupby(keys, sort=False)) if keys else [((), table)]
    dated = pd.api.types.is_datetime64_any_dtype(table[marks.x])
    days = sorted(table[marks.x].unique())
    lines: dict[str, list[float | None]] = {}
    looks: dict[str, str] = {}
    colours = _line_colours(exhibit, parts)
    for names, part in parts:
        name = _line_name(names, part, exhibit)
        lines[name] = _over(days, part, marks.x, marks.y)
        looks |= {name: DASHED} if marks.dash and part[marks.dash].iloc[0] == PROJECTION else {}
    ends = _band_ends(days, table, exhibit)
    if rule := capacity(exhibit):
        lines[rule[1] or str(rule[0])] = [rule[0]] * len(days)
        looks[rule[1] or str(rule[0])], colours[rule[1] or str(rule[0])] = THIN, LIGHT.ink
    categories: list[object] = [pd.Timestamp(day) if dated else _plain(day) for day in days]
    column = column_of(exhibit, marks.y)
    return Sheet(
        categories, lines | ends, dict.fromkeys(ends, LIGHT.parts[1]) | colours, "line", _format(exhibit, marks.y),
        column.unit, looks | dict.fromkeys(ends, THIN),
    )  # fmt: skip


def _over(days: list[Any], part: pd.DataFrame, x: str, y: str) -> list[float | None]:
    """Return the values of a line at the days of the sheet, None where it has none."""
    values = dict(zip(part[x], part[y], strict=False))
    return [_number(values.get(day)) for day in days]


def _band_ends(days: list[Any], table: pd.DataFrame, exhibit: Exhibit) -> dict[str, list[float | None]]:
    """Return the two ends of the interval of the series in focus under the headings of their columns."""
    marks, inside = exhibit.marks, band(table, exhibit)
    if inside.empty:
        return {}
    return {column_of(exhibit, end).label: _over(days, inside, marks.x, end) for end in (marks.lower, marks.upper)}


def _line_name(names: Any, part: pd.DataFrame, exhibit: Exhibit) -> str:
    """Return what a line is called: series and basis, or what the column named by the option ``part`` says."""
    if own := exhibit.marks.options.get("part"):
        return str(part[str(own)].iloc[0])
    words = [str(name) for name in (names if isinstance(names, tuple) else (names,))]
    if exhibit.marks.dash and f"{exhibit.marks.dash}_name" in part.columns:
        words[-1] = str(part[f"{exhibit.marks.dash}_name"].iloc[0])
    return " · ".join(words) or exhibit.title


def _line_colours(exhibit: Exhibit, parts: list[Any]) -> dict[str, str]:
    marks = exhibit.marks
    if not marks.series:
        return {_line_name(names, part, exhibit): LIGHT.focus for names, part in parts}
    order = [str(name) for name in dict.fromkeys(exhibit.table[marks.series])]
    colours = series_colours(order, marks.focus, marks.second, LIGHT)
    return {_line_name(names, part, exhibit): colours[str(part[marks.series].iloc[0])] for names, part in parts}


def _bars(exhibit: Exhibit) -> Sheet | None:
    """Return one column of values per category, the first row on top; of a balance the steps without the stocks."""
    marks, table = exhibit.marks, exhibit.table
    category, value = (marks.y, marks.x) if marks.chart == "dots" else (marks.x, marks.y)
    if "stock" in marks.options:
        table = table[~table[str(marks.options["stock"])].astype(bool)]
    table = table.dropna(subset=[value]).head(MOST_BARS)
    column = column_of(exhibit, value)
    return Sheet(
        [_plain(entry) for entry in table[category]], {column.label: [_number(entry) for entry in table[value]]},
        {column.label: LIGHT.focus}, "bar", _format(exhibit, value), column.unit,
    )  # fmt: skip


def _stacked(exhibit: Exhibit) -> Sheet:
    """Return one column of parts per category, the most certain part at the foot."""
    table, parts = exhibit.table, parts_of(exhibit, LIGHT)
    series = {part.name: [_number(entry) for entry in table[part.column]] for part in parts}
    colours = {part.name: part.colour for part in parts}
    key = parts[0].column
    return Sheet(
        [_plain(entry) for entry in table[exhibit.marks.x]], series, colours, "columns", _format(exhibit, key),
        column_of(exhibit, key).unit, stacked=True,
    )  # fmt: skip


def _diverging(exhibit: Exhibit) -> Sheet:
    """Return what comes to the right and what goes, as negative numbers written without their sign, to the left."""
    marks, table, options = exhibit.marks, exhibit.table, exhibit.marks.options
    sides = [("negative", -1, LIGHT.others[3]), ("positive", 1, LIGHT.focus)]
    series = {str(options[f"{side}_name"]): _signed(table[str(options[side])], sign) for side, sign, _ in sides}
    colours = {str(options[f"{side}_name"]): colour for side, _, colour in sides}
    key = str(options["positive"])
    categories: list[object] = [_plain(entry) for entry in table[marks.x]]
    return Sheet(categories, series, colours, "bar", _format(exhibit, key, absolute=True), column_of(exhibit, key).unit)


def _signed(values: pd.Series, sign: int) -> list[float | None]:
    return [None if (value := _number(entry)) is None else sign * value for entry in values]


def _pyramid(exhibit: Exhibit) -> Sheet:
    """Return men to the left and women to the right, first of the series in focus, then of the outline.

    Of bars in parts only the parts: the outline would be stacked upon them. Its figures are in the table.
    """
    marks, options = exhibit.marks, exhibit.marks.options
    ages = list(dict.fromkeys(exhibit.table.loc[exhibit.table[marks.series] == marks.focus, marks.x]))
    split = bool(parts_of(exhibit, LIGHT, "left_parts"))
    series, colours = _split_sides(exhibit) if split else _sides(exhibit, ages)
    key = str(options["right"])
    unit = str(options.get("axis", column_of(exhibit, key).unit))
    categories = [_plain(age) for age in ages]
    form = _format(exhibit, key, absolute=True)
    return Sheet(categories, series, colours, "pyramid", form, unit, stacked=split)


def _sides(exhibit: Exhibit, ages: list[Any]) -> tuple[dict[str, list[float | None]], dict[str, str]]:
    marks, options = exhibit.marks, exhibit.marks.options
    series, colours = {}, {}
    for name in dict.fromkeys((marks.focus, marks.second)):
        part = exhibit.table[exhibit.table[marks.series] == name].set_index(marks.x)
        for side, sign in (("left", -1), ("right", 1)):
            if not part.empty:
                label = f"{options[f'{side}_name']}, {name}"
                series[label] = _signed(part[str(options[side])].reindex(ages), sign)
                focus = LIGHT.focus if side == "right" else LIGHT.sequential[3]
                colours[label] = focus if name == marks.focus else LIGHT.second
    return series, colours


def _split_sides(exhibit: Exhibit) -> tuple[dict[str, list[float | None]], dict[str, str]]:
    """Return the parts of the series in focus by side, the most certain next to the axis."""
    marks, options = exhibit.marks, exhibit.marks.options
    rows = exhibit.table[exhibit.table[marks.series] == marks.focus]
    series, colours = {}, {}
    for side, sign in (("left", -1), ("right", 1)):
        for part in parts_of(exhibit, LIGHT, f"{side}_parts"):
            label = f"{options[f'{side}_name']}, {part.name}"
            series[label], colours[label] = _signed(rows[part.column], sign), part.colour
    return series, colours


def _number(value: object) -> float | None:
    return None if is_missing(value) else float(value)  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
