"""Evidence cards below the SWOT of the page Werkstattplan: accepted, changed, rejected with a reason."""

from functools import partial
from pathlib import Path

import pytest

from tests.app_pages import opened
from zwk_data.access import LOCAL
from zwk_data.plan.evidence import Decisions
from zwk_data.plan.model import Plan
from zwk_data.plan.service import Plans
from zwk_data.store import open_store

TOWN = "15001"
page = partial(opened, "pages/action/werkstattplan.py")


@pytest.fixture
def place(data_folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store of its own with a plan that was just begun, and the one person at this machine."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("ZWK_DATABASE_URL", url)
    monkeypatch.setenv("ZWK_ACCESS", "local")
    with open_store(url) as store:
        Plans(store, LOCAL).begin(TOWN, Plan(TOWN, "Plan"), request_id="begin")
    return url


def test_a_card_is_accepted_in_own_words_and_another_rejected_with_a_reason(place: str):
    at = page(ags=TOWN, part="swot")
    at.session_state["evidence_open"] = True
    at.run()
    cards = [button.key for button in at.button if str(button.key).startswith("evidence_accept_")]
    assert len(cards) >= 2 and not at.exception
    first, second = (key.removeprefix("evidence_accept_") for key in cards[:2])
    at.text_area(key=f"evidence_title_{first}").set_value("In unseren Worten").run()
    at.button(key=f"evidence_accept_{first}").click().run()
    at.text_area(key=f"evidence_reason_{second}").set_value("Das sehen wir anders").run()
    at.button(key=f"evidence_reject_{second}").click().run()
    assert any("Das sehen wir anders" in said.value for said in at.caption)
    with open_store(place) as store:
        (part,) = Plans(store, LOCAL).stored(TOWN).plan.swot
        assert part.title == "In unseren Worten" and part.exhibit and len(Decisions(store, LOCAL).rejections(TOWN)) == 1
    left = [button.key for button in at.button if str(button.key).startswith("evidence_accept_")]
    assert len(left) == len(cards) - 2
