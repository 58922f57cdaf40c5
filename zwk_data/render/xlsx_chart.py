"""The native chart of a workbook: a sheet with the figures in the form Excel draws from, and the chart beside them."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.course import PROJECTION, band, capacity, drawn
from zwk_data.render.palette import LIGHT, series_colours
from zwk_data.render.parts import parts_of
from zwk_data.render.tabular import is_missing
from zwk_data.render.vega.base import column_of

LINES = ("line", "multiples")
BARS = ("dots", "bars", "balance")
MOST_BARS = 60
MOST_YEARS = 16  # with a label each
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


def chart_sheet(book: Any, exhibit: Exhibit, language: Language) -> None:
    """Add the sheet "Diagramm"; an exhibit that is a table, tiles or a map has none."""
    drawn = sheet_of(exhibit)
    if drawn is None or not drawn.series:
        return
    sheet = book.add_worksheet(language.text("Diagramm"))
    name = sheet.get_name()
    date_format = book.add_format({"num_format": "dd.mm.yyyy" if language.code == "de" else "d mmm yyyy"})
    number = book.add_format({"num_format": drawn.number_format})
    for row, category in enumerate(drawn.categories, 1):
        _write_category(sheet, row, category, date_format)
    for position, (series, values) in enumerate(drawn.series.items(), 1):
        sheet.write_string(0, position, series)
        for row, value in enumerate(values, 1):
            if value is not None:
                sheet.write_number(row, position, value, number)
    sheet.set_column(0, 0, 28)
    chart = _chart(book, drawn, name, exhibit)
    sheet.insert_chart(0, len(drawn.series) + 2, chart, {"description": exhibit.alt, "object_position": 2})


def _write_category(sheet: Any, row: int, category: object, date_format: Any) -> None:
    if isinstance(category, pd.Timestamp):
        sheet.write_datetime(row, 0, category.to_pydatetime(), date_format)
    elif isinstance(category, int | float) and not isinstance(category, bool):
        sheet.write_number(row, 0, category)
    else:
        sheet.write_string(row, 0, str(category))


def sheet_of(exhibit: Exhibit) -> Sheet | None:
    """Return the figures of an exhibit's chart as categories × series, or None where Excel draws none."""
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

    Of bars in parts only the parts: Excel would stack the outline upon them. Its figures are in the table.
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


def _chart(book: Any, drawn: Sheet, sheet: str, exhibit: Exhibit) -> Any:
    plain = {"type": {"line": "line", "columns": "column"}.get(drawn.kind, "bar")}
    chart = book.add_chart(plain | ({"subtype": "stacked"} if drawn.stacked else {}))
    for position, name in enumerate(drawn.series, 1):
        chart.add_series(_series(drawn, sheet, position, name))
    chart.set_title({"name": exhibit.sentence, "name_font": {"size": 13, "bold": True}, "overlay": False})
    chart.show_blanks_as("gap")
    height = 480 if drawn.kind in ("line", "columns") else max(480, 22 * len(drawn.categories) + 120)
    chart.set_size({"width": 920, "height": min(height, 1600)})
    chart.set_legend({"position": "bottom"} if len(drawn.series) > 1 else {"none": True})
    _axes(chart, drawn)
    return chart


def _series(drawn: Sheet, sheet: str, position: int, name: str) -> dict[str, Any]:
    last, colour = len(drawn.categories), drawn.colours.get(name, LIGHT.others[0])
    common = {
        "name": [sheet, 0, position], "categories": [sheet, 1, 0, last, 0],
        "values": [sheet, 1, position, last, position],
    }  # fmt: skip
    if drawn.kind == "line":
        return common | _line_look(drawn.looks.get(name, ""), colour)
    shape = {"fill": {"color": colour}, "border": {"none": True}}
    if drawn.stacked:
        shape = {"fill": {"color": colour}, "border": {"color": LIGHT.focus, "width": 0.5}}
    elif drawn.kind == "pyramid" and position > 2:  # the second place or date lies over the first one as an outline
        shape = {"fill": {"none": True}, "border": {"color": colour, "width": 1.5}}
    return common | shape | {"overlap": 100, "gap": 8 if drawn.kind == "pyramid" else 40}


def _line_look(look: str, colour: str) -> dict[str, Any]:
    """Return how a line is drawn: dots where observed, dashes where projected, thin as a limit."""
    if look:
        line = {"color": colour, "width": 1.0 if look == THIN else 2.25}
        return {"line": line | ({"dash_type": "dash"} if look == DASHED else {}), "marker": {"type": "none"}}
    marker = {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}}
    return {"line": {"color": colour, "width": 2.25}, "marker": marker}


def _axes(chart: Any, drawn: Sheet) -> None:
    grid = {"visible": True, "line": {"color": LIGHT.grid, "width": 0.75}}
    plain = {"line": {"color": LIGHT.grid}, "num_font": {"size": 10}}
    values = plain | {"num_format": drawn.number_format, "major_gridlines": grid, "name": drawn.unit}
    if drawn.kind == "line":
        each = 1 if len(drawn.categories) <= MOST_YEARS else 5
        dates = {"date_axis": True, "num_format": "yyyy", "major_unit": each, "major_unit_type": "years"}
        chart.set_x_axis(plain | (dates if isinstance(drawn.categories[0], pd.Timestamp) else {}))
        chart.set_y_axis(values)
    elif drawn.kind == "columns":
        chart.set_x_axis(plain | {"interval_unit": 1 if len(drawn.categories) <= MOST_YEARS else 5})
        chart.set_y_axis(values)
    else:  # a bar chart counts from below: a ranking is turned, a pyramid has the young at its foot
        chart.set_x_axis(values)
        chart.set_y_axis(plain | {"label_position": "low", "reverse": drawn.kind == "bar"})
