"""The page of the Werkstattplan, run as it is."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened

FILE = "pages/action/werkstattplan.py"
page = partial(opened, FILE)


def headlines(at: AppTest) -> list[str]:
    return [heading.value for heading in at.subheader]


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073"])
def test_every_partner_sees_plan_and_figures_side_by_side(data_folder, ags: str):
    at = page(ags=ags)
    assert not at.exception and not at.warning
    assert at.title and len(headlines(at)) == 6
    assert any("Beispiel aus öffentlichen Quellen" in text.value for text in at.markdown)


def test_the_choices_are_in_the_address(data_folder):
    at = page(ags="13071107", field="wohnen", entry="bleibe_studie", linked="share_75p")
    assert any("Wohnen und Stadtgestaltung" in line for line in headlines(at))
    assert any("bleiben" in line for line in headlines(at)) and any("75-Jährige" in line for line in headlines(at))
    at.selectbox(key="control_entry").select("stadtinfotag").run()
    assert at.query_params["entry"] == ["stadtinfotag"] or at.query_params["entry"] == "stadtinfotag"
    assert any("Stadtinfotag" in line for line in headlines(at))


def test_a_choice_from_another_plan_is_let_go_without_a_warning(data_folder):
    at = page(ags="05758012", entry="bleibe_studie", field="kultur", linked="mean_age")
    assert not at.warning and len(headlines(at)) == 6


def test_an_unknown_choice_is_named_and_the_page_goes_on(data_folder):
    at = page(ags="05758012", entry="<b>nichts")
    assert any("<b>nichts" in warning.value for warning in at.warning) and len(headlines(at)) == 6


def test_a_place_without_a_plan_says_so_and_leads_to_one(data_folder):
    at = page(ags="13076121")
    assert any("kein Werkstattplan" in line for line in headlines(at))
    at.button(key="plan_12073").click().run()
    assert any("Uckermark" in title.value for title in at.title)


@pytest.mark.parametrize(("ags", "partner"), [("05758", "Hansestadt Herford"), ("12073579", "Landkreis Uckermark")])
def test_the_plan_of_a_town_inside_or_of_the_kreis_around_is_hinted_at(data_folder, ags: str, partner: str):
    assert any(partner in info.value for info in page(ags=ags).info)


def test_a_presenter_sees_one_exhibit_at_a_time(data_folder):
    at = page(ags="15001", present="1", slide="3")
    assert len(headlines(at)) == 1 and not at.selectbox and not at.title
