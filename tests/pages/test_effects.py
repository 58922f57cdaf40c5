"""The page Wirkung, run as it is: the need first, with and without a plan of one's own."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from zwk_data.access import LOCAL
from zwk_data.exhibits.registry import example_plan
from zwk_data.plan.model import Effect, Target
from zwk_data.plan.service import Plans

FILE = "pages/action/effects.py"
page = partial(opened, FILE)
DESSAU = "15001"


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'zwk.sqlite'}")
    monkeypatch.setenv("ZWK_ACCESS", "local")


def headlines(at: AppTest) -> list[str]:
    return [heading.value.replace("\xa0", " ") for heading in at.subheader]


def captions(at: AppTest) -> str:
    return " ".join(one.value for one in at.caption)


def links(at: AppTest) -> str:
    """Return labels and addresses of all links to pages."""
    return " ".join(str(one.proto) for one in at.get("page_link"))


def own_plan(ags: str, *, effects: bool = True) -> None:
    """Begin a plan from the example, with synthetic targets and effects."""
    from zwk_data.store import open_store

    plans, plan = Plans(open_store(), LOCAL), example_plan(ags)
    ranged = Effect("in30", Decimal(10), Decimal(20), Decimal(40), 2027, "synthetischer Grund", "synthetische Quelle")
    entries = (replace(plan.entries[0], effects=(ranged,)), *plan.entries[1:]) if effects else plan.entries
    targets = (
        Target("t1", "population_total", Decimal(72_000), 2035),
        Target("t2", "share_u18", Decimal("15.5"), 2032),
    )
    plans.begin(ags, replace(plan, entries=entries, targets=targets), request_id=uuid4().hex)


@pytest.mark.parametrize("ags", ["05758012", "13071107", DESSAU, "12073"])
def test_every_partner_sees_need_and_visibility_without_a_plan_of_their_own(data_folder, ags: str):
    at = page(ags=ags)
    assert not at.exception and not at.warning
    said = headlines(at)
    assert said[0].startswith("Ziel ") and "Hebel" in said[1] and said[2].startswith("Bis ")
    assert "nicht bezifferbar" in said[3]
    assert "noch kein Ziel eingetragen" in captions(at)
    assert "Ziel im Werkstattplan setzen" in links(at) and "part=edit" in links(at)


def test_a_value_is_tried_in_the_address_alone(data_folder):
    at = page(ags=DESSAU, need_indicator="share_u18", need_value="16", need_year="2040")
    assert not at.exception and not at.warning
    assert "»Anteil unter 18-Jährige« Ende 2040 bei 16,0 %" in headlines(at)[0]
    assert "continue" in links(at) and "Mit diesem Wert weiterrechnen" in links(at)
    at.number_input(key="need_value_share_u18").set_value(15.0).run()
    assert at.query_params["need_value"] in (["15"], "15")
    assert "bei 15,0 %" in headlines(at)[0]


def test_another_indicator_lets_go_of_the_value_tried_for_the_one_before(data_folder):
    at = page(ags=DESSAU, need_indicator="share_u18", need_value="16")
    at.selectbox(key="control_need_indicator").select("population_total").run()
    assert "need_value" not in at.query_params
    assert "Bevölkerung insgesamt" in headlines(at)[0] and not at.exception


def test_a_value_that_is_none_is_named_and_the_page_goes_on(data_folder):
    at = page(ags=DESSAU, need_value="viel")
    assert any("viel" in warning.value for warning in at.warning) and headlines(at)[0].startswith("Ziel ")


def test_targets_and_ranges_of_a_plan_of_ones_own_come_into_play(data_folder):
    own_plan(DESSAU)
    at = page(ags=DESSAU)
    assert not at.exception and not at.warning
    said = headlines(at)
    assert "bei 72.000 Personen" in said[0]
    assert any("mit den Vorhaben" in str(one) or "liegt »Bevölkerung insgesamt«" in one for one in said)
    assert any("Ein Vorhaben soll in Dessau-Roßlau" in one for one in said)
    assert "kein Ziel eingetragen" not in captions(at)
    at.selectbox(key="control_target").select("t2").run()
    assert "Anteil unter 18-Jährige" in headlines(at)[0] and "Ende 2032" in headlines(at)[0]
    at.selectbox(key="control_target").select("try").run()
    assert at.selectbox(key="control_need_indicator").value == "population_total"


def test_without_ranges_the_page_says_how_one_is_entered(data_folder):
    own_plan(DESSAU, effects=False)
    at = page(ags=DESSAU)
    assert "Spanne mit Grund und Quelle eingetragen ist" in captions(at)
    assert "Spanne im Werkstattplan eintragen" in links(at)
    assert not any("Vorhaben soll" in one for one in headlines(at))


def test_a_land_says_once_that_nothing_runs(data_folder):
    at = page(ags="15")
    assert not at.exception and "nicht für Sachsen-Anhalt" in headlines(at)[0]


def test_a_presenter_sees_one_exhibit_at_a_time(data_folder):
    own_plan(DESSAU)
    at = page(ags=DESSAU, present="1", slide="4")
    assert len(headlines(at)) == 1 and not at.selectbox and not at.title and not at.number_input
