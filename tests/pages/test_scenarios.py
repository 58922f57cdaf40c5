"""The page Szenarien: whose figures run, the state in the address, levers, capacities, saving and files."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from zwk_data.access import LOCAL
from zwk_data.exhibits import KINDS
from zwk_data.outlook import exchange
from zwk_data.plan.capacities import Entry, save
from zwk_data.plan.service import Plans
from zwk_data.projection.scenario import Scenario
from zwk_data.store import open_store
from zwk_data.warehouse import Statistics

PAGE = "pages/future/scenarios.py"
PARTS = ["result", "certain", "ages", "services", "needed", "compare", "basis", "saved"]


@pytest.fixture
def own_store(tmp_path: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store of its own for what is saved."""
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    monkeypatch.setenv("ZWK_ACCESS", "local")
    yield


def headlines(at: AppTest) -> str:
    return " | ".join(found.value for found in at.subheader)


def captions(at: AppTest) -> str:
    return " | ".join(found.value for found in at.caption)


def scenarios(at: AppTest) -> list[str]:
    return str(at.query_params["scenarios"]).split(",") if "scenarios" in at.query_params else []


def moved(at: AppTest, key: str, value: object) -> AppTest:
    """The page after somebody has moved a lever."""
    for kind in ("select_slider", "number_input", "text_input", "selectbox"):
        for field in at.get(kind):
            if field.key == key:
                return field.set_value(value).run()
    raise AssertionError(f"no {key}")


@pytest.mark.parametrize("form", ["", "kreis", "scaled"])
@pytest.mark.parametrize("part", ["result", "saved"])
def test_a_town_is_run_in_every_form_on_every_kind_of_part(own_store: None, part: str, form: str) -> None:
    at = opened(PAGE, ags="05758012", part=part, form=form)
    assert not at.exception and not at.warning


@pytest.mark.parametrize("ags", ["05758", "12073", "15001", "13071"])
def test_the_partners_have_a_headline_that_says_if_and_then(data_folder: Path, ags: str) -> None:
    at = opened(PAGE, ags=ags)
    assert headlines(at).startswith("Wenn es weitergeht wie zuletzt,")
    assert "keine Vorhersage" in captions(at)
    assert not at.warning


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("ags", ["05758012", "12073"])
def test_every_part_opens_without_a_warning(data_folder: Path, ags: str, part: str) -> None:
    at = opened(PAGE, ags=ags, part=part, edit="1")
    assert len(at.subheader) >= 1
    assert not at.warning and not at.error


def test_the_controls_of_a_phone_open_on_request_and_stay_open(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073")
    turn = next(button for button in at.button if button.key == "studio_turn")
    assert turn.label == "Szenarien, Jahr, Gruppe und Ansicht wählen"
    at = turn.click().run()
    assert next(button for button in at.button if button.key == "studio_turn").label == "Auswahl schließen"


def test_the_kinds_of_the_page_exist() -> None:
    wanted = {f"outlook_{name}" for name in (
        "line", "certainty", "groups", "pyramid", "services", "statements", "goal", "components", "difference",
        "others", "shelf_life", "backtest", "assumptions")}  # fmt: skip
    assert wanted <= set(KINDS)


def test_a_town_without_ages_runs_with_its_kreis_and_is_offered_own_figures_and_the_approximation(
    data_folder: Path,
) -> None:
    at = opened(PAGE, ags="05758012")
    assert "**Kreis Herford**" in captions(at)
    assert any(button.key == "scaled" for button in at.button)
    scaled = next(button for button in at.button if button.key == "scaled").click().run()
    assert scaled.query_params["form"] == "scaled"
    assert "Hansestadt Herford" in headlines(scaled)


@pytest.mark.parametrize(("ags", "name"), [("DG", "Deutschland"), ("12", "Brandenburg")])
def test_a_land_is_told_why_not_and_offered_its_kreise(data_folder: Path, ags: str, name: str) -> None:
    at = opened(PAGE, ags=ags)
    assert f"nicht für {name}" in headlines(at)
    kreise = next(box for box in at.selectbox if box.key == "scenario_kreis")
    assert "Landkreis Uckermark" in kreise.options
    assert ("Kreis Herford" in kreise.options) == (ags == "DG")


def test_what_cannot_be_read_of_the_scenarios_is_named_and_the_rest_is_kept(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", scenarios="continue,quatsch,continue~tfr_9,low")
    said = " ".join(warning.value for warning in at.warning)
    assert "quatsch" in said and "Geburten je Frau" in said
    assert scenarios(at) == ["continue", "low"]


def test_a_fifth_scenario_is_left_out_and_said(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", scenarios="continue,low,high,none,continue~tfr_1.6")
    assert any("Höchstens vier" in warning.value for warning in at.warning)
    assert scenarios(at) == ["continue", "low", "high", "none"]


def test_a_moved_lever_makes_an_own_scenario_beside_the_preset_and_moves_the_headline(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", edit="1")
    before = headlines(at)
    at = moved(at, "lever_tfr", 2.0)
    assert scenarios(at) == ["continue~tfr_2", "continue", "low", "high"]
    assert headlines(at) != before and "geänderten Annahmen" in headlines(at)
    at = moved(at, "lever_tfr", 1.0)
    assert scenarios(at)[0] == "continue~tfr_1" and len(scenarios(at)) == 4


def test_a_lever_back_at_the_value_of_the_preset_is_no_change(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", edit="1", scenarios="low,continue")
    slider = next(field for field in at.select_slider if field.key == "lever_tfr")
    usual = slider.value
    at = moved(at, "lever_tfr", 2.0)
    assert scenarios(at)[0] == "low~tfr_2"
    assert scenarios(moved(at, "lever_tfr", usual)) == ["low", "continue"]


def test_reset_takes_all_changes_back_and_keeps_the_name(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", edit="1", scenarios="continue~tfr_1.6~name_Muster")
    at = next(button for button in at.button if button.key == "levers_reset").click().run()
    assert scenarios(at) == ["continue~name_Muster"]


def test_a_name_loses_what_an_address_cannot_hold(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", edit="1")
    assert scenarios(moved(at, "lever_name", "Muster, ~Nord"))[0] == "continue~name_Muster Nord"


def test_the_focus_is_the_first_scenario_of_the_address(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", scenarios="low,continue")
    assert "so niedrig" in headlines(at)


def test_a_group_and_a_year_answer_how_many_first_graders_in_2030(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", group="6-6", until="2030")
    assert "leben 2030" in headlines(at) and "in 80 von 100" in headlines(at)


def test_a_goal_can_be_taken_over_as_an_own_scenario(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", part="needed", goal_group="working_age", goal_year="2040", goal_lever="in30")
    at = next(button for button in at.button if button.key == "goal_take").click().run()
    assert scenarios(at)[0].startswith("continue~in30_")


@pytest.mark.usefixtures("own_store")
def test_places_that_are_entered_stand_in_the_exhibit_and_go_again() -> None:
    at = opened(PAGE, ags="12073", part="services")
    at.session_state["capacities"] = True
    at.run()
    next(box for box in at.selectbox if box.key == "capacity_service").set_value("primary")
    next(box for box in at.number_input if box.key == "capacity_number").set_value(3100)
    next(box for box in at.text_input if box.key == "capacity_title").set_value("Muster <b>")
    at = next(button for button in at.button if "Plätze eintragen" in button.label).click().run()
    assert any("Muster <b>" in one.value and "3.100" in one.value for one in at.markdown)
    assert any("3.100" in one.proto.body for one in at.get("html"))
    at = next(button for button in at.button if str(button.key).startswith("capacity_drop_")).click().run()
    assert not any("Muster <b>" in one.value for one in at.markdown)


@pytest.mark.usefixtures("own_store")
def test_a_scenario_is_saved_opened_and_removed() -> None:
    at = opened(PAGE, ags="12073", part="saved", scenarios="continue~tfr_1.6")
    moved_name = next(box for box in at.text_input if box.key == "kept_name")
    moved_name.set_value("Muster *eins*")
    next(box for box in at.text_input if box.key == "kept_author").set_value("Amt für Muster")
    at = next(button for button in at.button if button.label == "Speichern").click().run()
    assert any("gespeichert" in one.value for one in at.success)
    assert scenarios(at)[0] == "continue~tfr_1.6~name_Muster *eins*"
    other = opened(PAGE, ags="12073", part="saved")
    assert any("Muster" in one.value for one in other.markdown)
    other = next(button for button in other.button if str(button.key).startswith("kept_open_")).click().run()
    assert scenarios(other)[0] == "continue~tfr_1.6~name_Muster *eins*"


def saved_as(at: AppTest, name: str) -> AppTest:
    """The page after somebody has saved the scenario in focus."""
    next(box for box in at.text_input if box.key == "kept_name").set_value(name)
    next(box for box in at.text_input if box.key == "kept_author").set_value("Amt für Muster")
    return next(button for button in at.button if button.label == "Speichern").click().run()


def clicked(at: AppTest, key: str) -> AppTest:
    """The page after a click on the button whose key begins so."""
    return next(button for button in at.button if str(button.key).startswith(key)).click().run()


def again(at: AppTest) -> list[str]:
    return [button.label for button in at.button if str(button.key) == "kept_again"]


@pytest.mark.usefixtures("own_store")
def test_a_saved_scenario_is_never_moved_to_another_place() -> None:
    at = saved_as(opened(PAGE, ags="12073", part="saved", scenarios="continue~tfr_1.6"), "Muster")
    assert again(at) == ["»Muster« ersetzen"]
    at.query_params["ags"] = "05758"
    assert again(at.run()) == []


@pytest.mark.usefixtures("own_store")
def test_a_renamed_scenario_can_be_replaced_and_a_removed_one_cannot() -> None:
    at = saved_as(opened(PAGE, ags="12073", part="saved", scenarios="continue~tfr_1.6"), "Muster")
    next(box for box in at.text_input if str(box.key).startswith("kept_name_")).set_value("Anders")
    at = clicked(at, "kept_renamed_")
    assert scenarios(at)[0] == "continue~tfr_1.6~name_Anders"
    at = clicked(at, "kept_again")
    assert not at.error and any("Anders" in one.value for one in at.success)
    at = clicked(at, "kept_gone_")
    assert again(at) == []
    assert "Noch ist nichts gespeichert" in captions(at)


@pytest.mark.usefixtures("own_store")
def test_a_permission_withdrawn_while_the_page_is_open_saves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(PAGE, ags="12073", part="saved", scenarios="continue~tfr_1.6")
    monkeypatch.delenv("ZWK_ACCESS")
    at = saved_as(at, "Muster")
    assert not at.success and "Noch ist nichts gespeichert" in captions(at)


def test_a_name_from_an_address_is_no_markup_anywhere(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", scenarios="continue~tfr_1.6~name_![x](https://example.invalid/p.png) **b**,low")
    options = [option.content for box in at.get("button_group") for option in box.proto.options]
    assert any("example.invalid" in one for one in options)
    assert not any("![x](" in one or "**b**" in one for one in options)


@pytest.mark.usefixtures("own_store")
def test_many_places_of_a_service_are_added_up_and_speak_the_language_of_the_reader(data_folder: Path) -> None:
    store = open_store()
    for number in range(45):
        entry = Entry("12073", "primary", f"Schule {number}", 100.0, "places", None, "")
        save(Plans(store, LOCAL), f"e{number}", entry, seen_version=0, request_id=str(uuid4()))
    at = opened(PAGE, ags="12073", part="services", capacities="1")
    at.session_state["capacities"] = True
    at.run()
    assert not at.warning
    assert any("4.500" in one.proto.body for one in at.get("html"))
    assert any("100 Plätze" in one.value for one in at.markdown)


@pytest.mark.usefixtures("own_store")
def test_saving_without_an_office_is_refused_with_the_reason() -> None:
    at = opened(PAGE, ags="12073", part="saved", scenarios="continue~tfr_1.6")
    next(box for box in at.text_input if box.key == "kept_name").set_value("Muster")
    at = next(button for button in at.button if button.label == "Speichern").click().run()
    assert any("Stelle" in one.value for one in at.error)


def test_without_permission_nothing_is_offered_but_address_and_file(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    at = opened(PAGE, ags="12073", part="saved")
    assert not any(button.label == "Speichern" for button in at.button)
    assert "wer dazu berechtigt ist" in captions(at)
    assert len(at.code) == 1 and len(at.get("download_button")) == 1


def test_english_is_english(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", lang="en", edit="1")
    assert "not a forecast" in captions(at)


def test_a_presenter_sees_one_exhibit(data_folder: Path) -> None:
    at = opened(PAGE, ags="12073", present="1", slide="2")
    assert len(at.subheader) == 1 and "leben heute schon hier" in headlines(at)


def test_the_file_of_the_page_is_read_again_to_the_same_scenario(statistics: Statistics) -> None:
    from zwk_data import outlook
    from zwk_data.outlook.saved import content_of

    start = outlook.start(statistics, statistics.places["12073"])
    one = Scenario.parse("continue~tfr_1.6~event_2027_300_18~name_Muster")
    file = exchange.export(statistics, content_of(statistics, start, one, "Amt für Muster"))
    assert json.loads(file)["scenario"] == str(one)
    assert exchange.read(statistics, file).content.scenario == one
