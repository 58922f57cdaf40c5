"""Maps on the screen: addresses instead of polygons, packed numbers, colours that mean what the legend says."""

import base64
import json

import numpy as np
import plotly.io
import pytest

from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.render.palette import DARK, LIGHT
from zwk_data.render.plotly import figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.plotly.maps import choropleth, class_colours, ramp, typed
from zwk_data.warehouse import Statistics

STYLE = Style(height=620, static_url="/teil/app/static")


@pytest.fixture(scope="module")
def context(statistics: Statistics) -> Context:
    return Context(statistics)


def exhibit(context: Context, query: str) -> Exhibit:
    return make(Address.parse(query), context)


@pytest.fixture(scope="module")
def kreise(context: Context) -> Exhibit:
    return exhibit(context, "choropleth?indicator=old_age_ratio_20_65&scope=kreis-DG&day=2024&ags=12073")


def test_no_polygon_travels_and_everything_is_fetched_from_below_the_base_path(kreise: Exhibit) -> None:
    drawn = choropleth(kreise, STYLE)
    maps = [trace for trace in drawn["data"] if trace["type"] == "choroplethmap"]
    addresses = [trace["geojson"] for trace in maps] + [drawn["layout"]["map"]["style"]]
    assert all(address.startswith("/teil/app/static/") for address in addresses)


@pytest.mark.parametrize(("scope", "bytes_allowed"), [("kreis-DG", 12_000), ("gemeinde-DG", 220_000)])
def test_a_map_is_a_few_bytes_per_place(context: Context, scope: str, bytes_allowed: int) -> None:
    query = f"choropleth?indicator=population_total&scope={scope}&day=2022&ags=12073"
    assert len(plotly.io.to_json(figure(exhibit(context, query), STYLE), validate=False)) < bytes_allowed


def test_a_figure_carries_no_template_of_the_library(kreise: Exhibit) -> None:
    assert json.loads(plotly.io.to_json(figure(kreise, STYLE), validate=False))["layout"]["template"] == {}


def test_packed_numbers_read_back() -> None:
    packed = typed(np.array([1.5, -2.0]), "f4")
    assert np.frombuffer(base64.b64decode(packed["bdata"]), "<f4").tolist() == [1.5, -2.0]


def test_the_legend_counts_every_place_once(kreise: Exhibit) -> None:
    bars = [trace for trace in choropleth(kreise, STYLE)["data"] if trace["type"] == "bar"]
    assert sum(int(word) for bar in bars for word in bar["text"]) == 400


def test_a_change_has_one_colour_side_below_zero_and_the_other_above(context: Context) -> None:
    shown = exhibit(
        context, "choropleth_change?indicator=population_total&scope=kreis-DG&start=2013&end=2021&ags=12073"
    )
    for palette in (LIGHT, DARK):
        colours, limits = class_colours(shown, palette), shown.marks.options["limits"]
        assert len(colours) == len(limits) + 1 == len(set(colours))
        below = limits.index(0.0) + 1
        warm = [int(colour[1:3], 16) > int(colour[5:7], 16) for colour in colours]
        assert all(warm[:below]) and not any(warm[below:])


def test_a_ramp_keeps_its_ends() -> None:
    assert ramp(("#000000", "#ffffff"), 3) == ["#000000", "#808080", "#ffffff"]
    assert ramp(("#000000", "#ffffff"), 0) == []


def test_the_extent_fits_a_phone_and_the_bounds_hold_it(kreise: Exhibit) -> None:
    camera = choropleth(kreise, STYLE)["layout"]["map"]
    west, _, east, _ = kreise.marks.options["extent"]
    world = 512 * 2 ** camera["zoom"]
    assert (east - west) / 360 * world < 350
    assert camera["bounds"]["west"] < west and camera["bounds"]["east"] > east
