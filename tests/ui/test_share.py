"""The menu "Weitergeben": every exhibit gives a picture, a CSV file and a workbook, each with a safe name."""

from types import SimpleNamespace

import pytest

from tests.render.kinds import ADDRESSES
from ui.share import MIME, content
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import GERMAN

STARTS = {"png": b"\x89PNG", "csv": b"\xef\xbb\xbf", "xlsx": b"PK"}


@pytest.mark.parametrize("ending", MIME)
@pytest.mark.parametrize("chart", ["line", "tiles", "table"])
def test_each_file_is_of_the_kind_its_name_says(statistics, chart: str, ending: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    assert content(exhibit, SimpleNamespace(language=GERMAN), ending).startswith(STARTS[ending])


@pytest.mark.parametrize("chart", ADDRESSES)
def test_file_names_are_safe_on_every_system(chart: str):
    stem = Address.parse(ADDRESSES[chart]).slug
    assert stem.replace("-", "").replace("_", "").isalnum() and stem.isascii() and len(stem) <= 100


def test_long_addresses_that_differ_at_their_end_have_different_names():
    places = [f"{number:05d}" for number in range(20)]
    mean, median = (Address.of("time_series", ags=places, indicator=name).slug for name in ("mean_age", "median_age"))
    assert mean != median and len(mean) == len(median) == 100
