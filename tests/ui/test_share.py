"""The menu "Weitergeben": every exhibit gives a picture, a CSV file and a workbook, each with a safe name."""

from types import SimpleNamespace

import pytest

from tests.render.kinds import ADDRESSES
from ui.share import MIME, content, file_stem
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import GERMAN

STARTS = {"png": b"\x89PNG", "csv": b"\xef\xbb\xbf", "xlsx": b"PK"}


@pytest.mark.parametrize("ending", MIME)
@pytest.mark.parametrize("chart", ["line", "tiles", "table"])
def test_each_file_is_of_the_kind_its_name_says(statistics, chart: str, ending: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    assert content(exhibit, SimpleNamespace(language=GERMAN), ending).startswith(STARTS[ending])


@pytest.mark.parametrize("chart", ADDRESSES)
def test_file_names_are_safe_on_every_system(statistics, chart: str):
    stem = file_stem(make(Address.parse(ADDRESSES[chart]), Context(statistics)))
    assert stem.replace("-", "").replace("_", "").isalnum() and stem.isascii() and len(stem) <= 100
