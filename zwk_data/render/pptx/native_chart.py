"""What all native charts share: the chart part with its workbook, the plot area, axes without ornament."""

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.util import Pt, lazyproperty

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.native import Sheet
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import Box
from zwk_data.render.pptx.scales import Scale
from zwk_data.render.pptx.writing import clean, colour, describe
from zwk_data.render.xlsx import plain_workbook

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SMALL = 12  # points: the least that is read from the back of a room
Inner = tuple[float, float, float, float]  # left, top, width, height in shares of the chart
WHOLE: Inner = (0.0, 0.0, 1.0, 1.0)


def add(
    slide: Any, exhibit: Exhibit, sheet: Sheet, box: Box, kind: XL_CHART_TYPE, *, name: str = "zwk:chart",
    only: Sequence[str] = (),
) -> Any:  # fmt: skip
    """Add the chart of a sheet (``only``: some of its series) and return it; its shape carries name and words."""
    data = _Data(number_format=sheet.number_format)
    data.categories = [_category(entry) for entry in sheet.categories]
    for series, values in sheet.series.items():
        if not only or series in only:
            data.add_series(clean(series), values)
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, data)
    frame.name = name
    describe(frame, exhibit.alt)
    chart = frame.chart
    chart.has_title, chart.has_legend = False, False
    chart.font.size, chart.font.color.rgb = Pt(SMALL), colour(LIGHT.muted)
    return chart


def _category(entry: object) -> Any:
    if hasattr(entry, "to_pydatetime"):
        return entry.to_pydatetime().date()
    return entry if isinstance(entry, int | float) and not isinstance(entry, bool) else clean(str(entry))


class _Writer(CategoryWorkbookWriter):
    """Writes the workbook of a chart as all our workbooks are: no text is a formula, same figures, same bytes."""

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook."""
        return plain_workbook(self._populate_worksheet)


class _Data(CategoryChartData):
    """The figures of a chart with that writer."""

    @lazyproperty
    def _workbook_writer(self) -> _Writer:
        return _Writer(self)


def plot_area(chart: Any, inner: Inner) -> None:
    """Fix the place of the plot area inside its axes (shares of the chart)."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(f"{{{C}}}layout"):
        area.remove(old)
    layout = etree.Element(f"{{{C}}}layout")
    manual = etree.SubElement(layout, f"{{{C}}}manualLayout")
    values: Mapping[str, object] = {
        "layoutTarget": "inner", "xMode": "edge", "yMode": "edge",
        **dict(zip("xywh", (round(share, 5) for share in inner), strict=True)),
    }  # fmt: skip
    for tag, value in values.items():
        etree.SubElement(manual, f"{{{C}}}{tag}").set("val", str(value))
    area.insert(0, layout)


def value_axis(axis: Any, sheet: Sheet, ends: Scale, *, labels: bool = True, lines: bool = True) -> None:
    """Give a value axis its ends, its lines and the number format of the exhibit."""
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = ends.low, ends.high, ends.step
    axis.has_major_gridlines = lines
    if lines:
        axis.major_gridlines.format.line.color.rgb = colour(LIGHT.grid)
        axis.major_gridlines.format.line.width = Pt(0.75)
    axis.format.line.fill.background()
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = sheet.number_format, False
    axis.tick_labels.font.size = Pt(SMALL)
    if not labels:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE


def category_axis(axis: Any, *, low: bool = True) -> None:
    """Give a category axis its plain look; ``low``: labels at the edge, also where bars go to both sides."""
    axis.format.line.color.rgb = colour(LIGHT.others[3])
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    axis.tick_labels.font.size = Pt(SMALL)
    if low:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def element(parent: Any, tag: str, value: object) -> Any:
    """Set the value of a child element of a chart, made where it is not there yet (at the end)."""
    found = parent.find(f"{{{C}}}{tag}")
    if found is None:
        found = etree.SubElement(parent, f"{{{C}}}{tag}")
    found.set("val", str(value))
    return found
