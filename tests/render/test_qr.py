"""The code is read by an independent program, as a camera would: the picture as drawn, not the matrix behind it."""

import io
import xml.etree.ElementTree as ET

import pytest
import vl_convert
import zxingcpp
from PIL import Image

from zwk_data.language import GERMAN, Language
from zwk_data.render.qr import qr_svg

ADDRESS = "https://zwk.example/freigabe?token=" + "aB3_-" * 8 + "xyz"
TEXTS = [ADDRESS, "https://zwk.example/ordner/freigabe?lang=en&token=" + "Z" * 43, "ä\"<>&'{x}", "x" * 600]


def picture(svg: str, paper: tuple[int, int, int]) -> Image.Image:
    """Draw the code in the middle of a page of a colour."""
    code = Image.open(io.BytesIO(vl_convert.svg_to_png(svg))).convert("RGBA")
    page = Image.new("RGBA", (code.width + 80, code.height + 80), (*paper, 255))
    page.alpha_composite(code, (40, 40))
    return page.convert("RGB")


@pytest.mark.parametrize("paper", [(255, 255, 255), (14, 17, 23), (0, 0, 0)])
@pytest.mark.parametrize("text", TEXTS)
def test_another_program_reads_what_was_written_on_every_page(text: str, paper: tuple[int, int, int]) -> None:
    [found] = zxingcpp.read_barcodes(picture(qr_svg(text, GERMAN), paper))
    assert found.text == text
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_the_code_brings_four_modules_of_white_around_it() -> None:
    svg = qr_svg(ADDRESS, GERMAN)
    page = Image.open(io.BytesIO(vl_convert.svg_to_png(svg))).convert("L")
    module = page.width / int(ET.fromstring(svg).attrib["viewBox"].split()[2])
    dark = page.point(lambda level: 255 if level < 128 else 0).getbbox()
    assert dark == (4 * module, 4 * module, page.width - 4 * module, page.height - 4 * module)


@pytest.mark.parametrize("language, begins", [(GERMAN, "QR-Code mit der Adresse "), (Language("en"), "QR code with ")])
def test_the_picture_has_an_alternative_text_that_says_the_address(language: Language, begins: str) -> None:
    for text in TEXTS:
        root = ET.fromstring(qr_svg(text, language))
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"].startswith(begins) and root.attrib["aria-label"].endswith(text)


@pytest.mark.parametrize("text", ["", "x" * 2332])
def test_nothing_and_too_much_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        qr_svg(text, GERMAN)
