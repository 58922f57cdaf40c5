from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened

PAGE = "pages/situation/age_structure.py"
run = partial(opened, PAGE)


def headlines(at: AppTest) -> str:
    return " | ".join(found.value for found in at.subheader)


def test_it_begins_with_the_newest_year_against_germany(data_folder):
    at = run(ags="15001")
    said = headlines(at)
    assert "65 Jahre und älter sind in Dessau-Roßlau 32,7\u00a0% der Menschen, in Deutschland 22,7\u00a0%." in said
    assert not at.warning


@pytest.mark.parametrize("ags", ["05758012", "13071107", "12073", "13076121", "DG", "16056"])
def test_every_kind_of_place_has_five_exhibits_without_a_warning(data_folder, ags):
    at = run(ags=ags)
    assert len(at.subheader) == 5
    assert not at.warning


def test_the_year_and_the_outline_are_in_the_address(data_folder):
    at = run(ags="12073", year="2021", outline="2013")
    assert "2013 24,8\u00a0% der Menschen, 2021 29,4\u00a0%" in headlines(at)


def test_a_year_left_behind_by_another_page_gives_way_to_the_nearest(data_folder):
    at = run(ags="12073", year="2022-12-31", outline="-")
    assert "31.12.2021" in headlines(at) or "31.12.2023" in headlines(at)
    assert not at.warning


def test_an_outline_of_a_place_that_is_no_longer_compared_is_dropped(data_folder):
    at = run(ags="12073", compare="DG", outline="05")
    assert "Deutschland" in headlines(at)
    assert not at.warning


def test_what_cannot_be_is_named(data_folder):
    at = run(ags="12073", outline="quer")
    assert any("quer" in warning.value for warning in at.warning)


def test_a_land_offers_its_single_ages_by_years_and_draws_them(data_folder):
    at = run(ags="12", ages="single")
    assert "Altersjahre (2015–2021)" in [option for group in at.button_group for option in group.options]
    assert "Brandenburg 2015–2021" in headlines(at)
    assert not at.warning


def test_a_land_may_be_compared_by_single_ages_with_a_kreis(data_folder):
    at = run(ags="12", ages="single", compare="12073", outline="12073")
    assert "Uckermark 2018" in headlines(at)
    assert not at.warning
