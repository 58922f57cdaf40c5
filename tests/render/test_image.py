"""Pictures of every kind of exhibit: a PNG of the right size, with the finding, the sources and the figures in it."""

import struct

import pytest

from tests.render.kinds import ADDRESSES
from tests.render.made import HOSTILE, table_exhibit
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import Language
from zwk_data.render.canvas import text_width, wrap
from zwk_data.render.image import png, svg
from zwk_data.render.vega import CHARTS, spec

GERMAN = Language("de")


@pytest.mark.parametrize("chart", ADDRESSES)
def test_every_kind_gives_a_picture(statistics, chart: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    raw = png(exhibit, GERMAN)
    assert raw.startswith(b"\x89PNG") and struct.unpack(">II", raw[16:24]) == (3200, 1800)
    assert len(raw) > 50_000  # an empty frame is smaller


@pytest.mark.parametrize("chart", CHARTS)
def test_charts_are_drawn_as_charts_and_not_as_a_table(statistics, chart: str):
    exhibit = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    assert spec(exhibit, GERMAN, 1400, 600) is not None


def test_the_picture_carries_sentence_sources_and_alternative_text():
    drawn = svg(table_exhibit(), GERMAN)
    for said in ("Ein Befund mit Übergröße.", "Amt für Statistik", "dl-de/by-2-0", "22.11.2026", "Kreiswert"):
        assert said in drawn
    assert 'aria-label="Beschreibung der Tabelle"' in drawn


def test_texts_of_a_table_are_escaped_and_numbers_german():
    exhibit = table_exhibit()
    exhibit.table.loc[0, "place"] = "<script>alert(1)</script>"
    drawn = svg(exhibit, GERMAN)
    assert "<script" not in drawn and "1.234,5" in drawn and HOSTILE[1] in drawn


def test_year_labels_stand_below_the_reference_dates(statistics):
    drawn = svg(make(Address.parse(ADDRESSES["line"]), Context(statistics)), GERMAN)
    assert ">2024<" in drawn and ">2025<" not in drawn


def test_numbers_on_axes_have_german_separators_and_no_exponent(statistics):
    drawn = svg(make(Address.parse("time_series?ags=15001&indicator=population_total"), Context(statistics)), GERMAN)
    assert "80.000" in drawn and "e+" not in drawn


def test_long_texts_are_broken_between_words_and_a_percent_sign_stays_with_its_number():
    lines = wrap("in Dessau-Roßlau sind es 32,7 % der Menschen " * 3, 36, 700, 9)
    assert len(lines) > 2 and all(text_width(line, 36) <= 700 for line in lines)
    assert not any(line.startswith("%") for line in lines)
