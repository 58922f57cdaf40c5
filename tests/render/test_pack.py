"""The offline pack: opened again as a zip, as a page in a browser, and its files by other programs."""

import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from tests.render.kinds import ADDRESSES
from tests.render.made import course_exhibit, table_exhibit
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import GERMAN, Language
from zwk_data.render.pack import pack
from zwk_data.render.xlsx import workbook_of

TITLE = "Sitzungskoffer <script>alert(1)</script>"


def opened(raw: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(raw))


@pytest.fixture(scope="module")
def whole(statistics) -> bytes:
    """A pack with one exhibit of every kind and one of traps."""
    exhibits = [make(Address.parse(address), Context(statistics)) for address in ADDRESSES.values()]
    return pack([*exhibits, table_exhibit()], GERMAN, TITLE, "Stand der Prüfung")


def test_every_file_has_the_checksum_that_is_told(whole: bytes):
    files = opened(whole)
    told = dict(reversed(line.split("  ", 1)) for line in files.read("SHA256SUMS").decode().splitlines())
    assert set(told) == set(files.namelist()) - {"SHA256SUMS"} and len(told) == len(ADDRESSES) + 4
    assert all(hashlib.sha256(files.read(name)).hexdigest() == sum for name, sum in told.items())


def test_the_same_exhibits_give_the_same_bytes():
    assert pack([course_exhibit()], GERMAN, "Koffer") == pack([course_exhibit()], GERMAN, "Koffer")


def test_licences_name_every_source_once(whole: bytes):
    said = opened(whole).read("LIZENZEN.txt").decode()
    assert said.count("Datensatz: Amt für Statistik: Bevölkerung der Kreise") == 1
    assert "https://www.govdata.de/dl-de/by-2-0" in said


def test_the_page_shows_sentences_and_figures_of_the_exhibits_and_takes_no_text_for_markup(whole: bytes):
    page = opened(whole).read("index.html").decode()
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "<td>=1+1</td>" in page and "Ein Befund mit Übergröße." in page
    assert page.count("<article") == len(ADDRESSES) + 1


def test_each_table_is_also_a_file_with_the_same_figures(whole: bytes):
    files = opened(whole)
    name = next(name for name in files.namelist() if re.fullmatch(r"zahlen/\d+-demo-ags-05758\.csv", name))
    rows = list(csv.reader(io.StringIO(files.read(name).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1][:2] == ["'=1+1", "1234,5"]


def test_the_workbook_has_contents_figures_charts_and_sources_of_all_exhibits():
    book = openpyxl.load_workbook(io.BytesIO(workbook_of([table_exhibit(), course_exhibit()], GERMAN, "=Koffer")))
    assert book.sheetnames == ["Inhalt", "1 Tabelle", "2 Tabelle", "2 Diagramm", "Quellen"]
    assert book["Inhalt"]["A1"].value == "=Koffer" and book["Inhalt"]["A1"].data_type == "s"
    assert book["Inhalt"]["B5"].value == course_exhibit().sentence and len(book["2 Diagramm"]._charts) == 1
    numbers = [row[1].value for row in book["Quellen"].iter_rows() if row[0].value == "Blatt"]
    assert numbers == ["1", "2"]
    with pytest.raises(ValueError, match="without exhibits"):
        workbook_of([], GERMAN, "leer")


def test_an_english_pack_has_english_names():
    names = opened(pack([course_exhibit()], Language("en"), "Pack")).namelist()
    assert names[0] == "index.html" and "LICENCES.txt" in names and names[2].startswith("figures/01-")


@pytest.mark.browser
def test_the_page_opens_without_a_single_request(whole: bytes, browser: Browser, tmp_path: Path):
    opened(whole).extractall(tmp_path)
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator("article").count() == len(ADDRESSES) + 1 and page.locator("svg[role=img]").count() >= 9
    assert asked == [(tmp_path / "index.html").as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
