"""The native chart of a workbook: a sheet with the figures in the form Excel draws from, and the chart beside them."""

from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.native import DASHED, THIN, Sheet, sheet_of
from zwk_data.render.palette import LIGHT
from zwk_data.render.signs import clean

MOST_YEARS = 16  # with a label each


def chart_sheet(book: Any, exhibit: Exhibit, language: Language, name: str) -> None:
    """Add a sheet with the chart; an exhibit that is a table, tiles or a map has none."""
    drawn = sheet_of(exhibit)
    if drawn is None or not drawn.series:
        return
    sheet = book.add_worksheet(name)
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
    sheet.insert_chart(0, len(drawn.series) + 2, chart, {"description": clean(exhibit.alt), "object_position": 2})


def _write_category(sheet: Any, row: int, category: object, date_format: Any) -> None:
    if isinstance(category, pd.Timestamp):
        sheet.write_datetime(row, 0, category.to_pydatetime(), date_format)
    elif isinstance(category, int | float) and not isinstance(category, bool):
        sheet.write_number(row, 0, category)
    else:
        sheet.write_string(row, 0, str(category))


def _chart(book: Any, drawn: Sheet, sheet: str, exhibit: Exhibit) -> Any:
    plain = {"type": {"line": "line", "columns": "column"}.get(drawn.kind, "bar")}
    chart = book.add_chart(plain | ({"subtype": "stacked"} if drawn.stacked else {}))
    for position, name in enumerate(drawn.series, 1):
        chart.add_series(_series(drawn, sheet, position, name))
    chart.set_title({"name": " ", "name_font": {"size": 13, "bold": True}, "overlay": False})
    chart.title.name = clean(exhibit.sentence)  # set so, a text such as "=A1" or "Ort!A1" is no reference
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
    values = plain | {"num_format": drawn.number_format, "major_gridlines": grid, "name": " "}
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
    axis = chart.y_axis if drawn.kind in ("line", "columns") else chart.x_axis
    axis["title"].name = clean(drawn.unit)
