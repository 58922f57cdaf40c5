"""What all native charts share: the chart part with its workbook, the plot area, axes without ornament."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.util import Pt, lazyproperty

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.native import Sheet
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.scales import Scale
from zwk_data.render.pptx.writing import LANGUAGES, colour, describe
from zwk_data.render.signs import clean
from zwk_data.render.xlsx import plain_workbook

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
SMALL = 12  # points: the least that is read from the back of a room
LOCALES = {"de": "407", "en": "809"}  # of Windows, in number formats
MINUS = '"\N{MINUS SIGN}"'
Inner = tuple[float, float, float, float]  # left, top, width, height in shares of the chart


def add(
    slide: Any, exhibit: Exhibit, sheet: Sheet, box: Box, kind: XL_CHART_TYPE, *, name: str = "zwk:chart",
    only: Sequence[str] = (), alt: str = "",
) -> Any:  # fmt: skip
    """Add the chart of a sheet (``only``: some of its series) and return it; its shape carries name and words."""
    data = _Data(number_format=sheet.number_format)
    data.categories = [_category(entry) for entry in sheet.categories]
    for series, values in sheet.series.items():
        if not only or series in only:
            data.add_series(clean(series), values)
    frame = slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, data)
    frame.name = name
    describe(frame, alt or exhibit.alt)
    chart = frame.chart
    _number_axes(chart)
    chart.has_title, chart.has_legend = False, False
    chart.font.size, chart.font.color.rgb = Pt(SMALL), colour(LIGHT.muted)
    _see_through(chart)
    return chart


def _see_through(chart: Any) -> None:
    """Take ground and border away, so that what lies below a chart (a band) is seen in every program."""
    space = chart._chartSpace
    bare = xml("<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>")
    space.chart.plotArea.append(bare[0])
    fonts = space.find(f"{{{C}}}txPr")
    fonts.addprevious(xml("<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>")[0])
    for old in space.findall(f"{{{C}}}roundedCorners"):
        space.remove(old)
    space.chart.addprevious(xml('<c:roundedCorners val="0"/>')[0])


def _number_axes(chart: Any) -> None:
    """Give axes numbers that the format allows: those of python-pptx are negative."""
    for place in chart._chartSpace.iter(f"{{{C}}}axId", f"{{{C}}}crossAx"):
        place.set("val", str(place.get("val")).lstrip("-"))


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
    sides = "".join(f'<c:{tag} val="{round(share, 5)}"/>' for tag, share in zip("xywh", inner, strict=True))
    layout = xml(
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{sides}</c:manualLayout></c:layout>"
    )[0]
    area.insert(0, layout)


def value_axis(axis: Any, form: str, ends: Scale, *, labels: bool = True) -> None:
    """Give a value axis its ends, few light lines and a number format; without labels it is not seen at all."""
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = ends.low, ends.high, ends.step
    axis.has_major_gridlines = labels
    if labels:
        axis.major_gridlines.format.line.color.rgb = colour(LIGHT.grid)
        axis.major_gridlines.format.line.width = Pt(0.75)
    axis.format.line.fill.background()
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW if labels else XL_TICK_LABEL_POSITION.NONE


def category_axis(axis: Any, *, every: int = 1, size: float = SMALL, ink: str = LIGHT.muted) -> None:
    """Give a category axis its plain look: words at the edge, also where bars go to both sides, never turned.

    Args:
        axis: of the chart.
        every: of so many categories one is written.
        size: of type in points.
        ink: colour of the words.
    """
    axis.format.line.color.rgb = colour(LIGHT.others[3])
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    axis.tick_labels.font.size, axis.tick_labels.font.color.rgb = Pt(size), colour(ink)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    element = axis._element
    if every == 1:  # LibreOffice knows no skipping: where not every word is written it finds room by itself
        body = element.find(f"{{{C}}}txPr/{{{A}}}bodyPr")
        body.set("rot", "0")
        body.set("vert", "horz")
    if element.tag == f"{{{C}}}catAx":
        last = element.find(f"{{{C}}}noMultiLvlLbl")
        for made in xml(f'<c:tickLblSkip val="{every}"/><c:tickMarkSkip val="{every}"/>'):
            last.addprevious(made)


def xml(text: str) -> list[Any]:
    """Return elements of a chart written as XML with the prefixes ``c`` and ``a``."""
    return list(parse_xml(f'<c:x xmlns:c="{C}" xmlns:a="{A}">{text}</c:x>'))


def solid(ink: str) -> str:
    """Return a fill as XML."""
    return f'<a:solidFill><a:srgbClr val="{ink.lstrip("#").upper()}"/></a:solidFill>'


def stroke(ink: str, points: float, *, dash: bool = False) -> str:
    """Return a line as XML."""
    form = '<a:prstDash val="dash"/>' if dash else ""
    return f'<a:ln w="{round(points * POINT)}" cap="rnd">{solid(ink)}{form}<a:round/></a:ln>'


def dress(series: Any, *pieces: str) -> None:
    """Set how a series looks: pieces of XML in the order of the schema, which follow its name."""
    element = series._element
    for tag in ("spPr", "marker", "invertIfNegative", "dPt", "dLbls"):
        for old in element.findall(f"{{{C}}}{tag}"):
            element.remove(old)
    place = element.find(f"{{{C}}}tx")
    for piece in reversed(xml("".join(pieces))):
        place.addnext(piece)


def value_labels(form: str, texts: Mapping[int, str], language: Language, size: float = SMALL) -> str:
    """Return the labels of a series as XML: its values at the ends of the bars, ``texts`` where words say more."""
    shown = "".join(
        f'<c:{tag} val="{flag}"/>'
        for tag, flag in (("showLegendKey", 0), ("showVal", 1), ("showCatName", 0), ("showSerName", 0),
                          ("showPercent", 0), ("showBubbleSize", 0))
    )  # fmt: skip
    style = f'sz="{round(size * 100)}" b="0"'
    place = '<c:dLblPos val="outEnd"/>'
    own = "".join(
        f'<c:dLbl><c:idx val="{number}"/><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:r>'
        f'<a:rPr lang="{LANGUAGES[language.code]}" {style}>{solid(LIGHT.ink)}</a:rPr>'
        f"<a:t>{escape(clean(text))}</a:t></a:r></a:p></c:rich></c:tx>{place}{shown}</c:dLbl>"
        for number, text in texts.items()
    )
    return (
        f'<c:dLbls>{own}<c:numFmt formatCode="{escape(form, {chr(34): "&quot;"})}" sourceLinked="0"/>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f"<a:defRPr {style}>{solid(LIGHT.ink)}</a:defRPr></a:pPr>"
        f'<a:endParaRPr lang="{LANGUAGES[language.code]}"/></a:p></c:txPr>{place}{shown}</c:dLbls>'
    )


def number_format(
    language: Language, decimals: int, *, sign: bool = False, absolute: bool = False, after: str = ""
) -> str:
    """Return a number format in the reader's language.

    Args:
        language: its separators, where the program does not take those of its own system.
        decimals: to write.
        sign: gains with a plus.
        absolute: without any sign, where the side says it.
        after: blanks behind the number.
    """
    plain = "#,##0" + ("." + "0" * decimals if decimals else "") + (f'"{after}"' if after else "")
    local = f"[$-{LOCALES[language.code]}]"
    return f"{local}{'+' * sign}{plain};{local}{'' if absolute else MINUS}{plain};{local}{plain}"


def decimals_of(step: float) -> int:
    """Return the decimals the labels of an axis need."""
    return next((places for places in range(7) if abs(round(step, places) - step) < abs(step) * 1e-6), 7)
