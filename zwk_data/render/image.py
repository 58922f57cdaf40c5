"""An exhibit as a picture for a document or a slide, made without a browser. The only home of vl-convert.

Every exhibit gives one: its chart where Vega-Lite draws it, else its table.
"""

from typing import Any

import vl_convert

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.canvas import frame, labelled, picture, place
from zwk_data.render.signs import held
from zwk_data.render.table_picture import table_picture
from zwk_data.render.tiles_picture import tiles_picture
from zwk_data.render.vega import spec

SCALE = 2.0  # 3200 × 1800 pixels: sharp on paper and on a projector
NUMBERS_DE = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0€"], "minus": "\u2212"}
NUMBERS_EN = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "minus": "\u2212"}


def png(exhibit: Exhibit, language: Language) -> bytes:
    """Return the picture of an exhibit, 1600 × 900 drawn at twice the density."""
    return bytes(vl_convert.svg_to_png(svg(exhibit, language), scale=SCALE))


def svg(exhibit: Exhibit, language: Language) -> str:
    """Return the picture of an exhibit as SVG."""
    laid_out = frame(exhibit, language)
    if exhibit.marks.chart == "tiles":
        return picture(exhibit, laid_out, tiles_picture(exhibit, laid_out, language))
    drawn = _drawn(exhibit, language, laid_out.width, laid_out.height)
    if drawn is None:
        return picture(exhibit, laid_out, table_picture(exhibit, laid_out, language))
    return picture(exhibit, laid_out, place(drawn, laid_out))


def chart_svg(exhibit: Exhibit, language: Language, width: float, height: float) -> str | None:
    """Return the chart alone as SVG with the alternative text as its label, or None where there is none to draw.

    Args:
        exhibit: of any kind; tables and tiles have no chart.
        language: of the words and numbers inside.
        width: in pixels of the room.
        height: in pixels of the room.
    """
    drawn = _drawn(exhibit, language, width, height)
    return None if drawn is None else labelled(drawn, exhibit.alt)


def chart_png(exhibit: Exhibit, language: Language, width: float, height: float, density: float) -> bytes | None:
    """Return the chart alone as PNG, ``density`` dots for each pixel of its drawing; None as in ``chart_svg``."""
    drawn = _drawn(exhibit, language, width, height)
    return None if drawn is None else bytes(vl_convert.svg_to_png(drawn, scale=density))


def _drawn(exhibit: Exhibit, language: Language, width: float, height: float) -> str | None:
    chart = spec(exhibit, language, width, height)
    if chart is None:
        return None
    try:
        return _converted(chart, language)
    except ValueError:  # half pairs of signs: nothing that is drawn from data of offices has them
        return _converted(held(chart), language)


def _converted(chart: dict[str, Any], language: Language) -> str:
    return str(vl_convert.vegalite_to_svg(
        chart,
        format_locale=NUMBERS_DE if language.code == "de" else NUMBERS_EN,
        time_format_locale="de-DE" if language.code == "de" else "en-GB",
        allowed_base_urls=[],
    ))  # fmt: skip
