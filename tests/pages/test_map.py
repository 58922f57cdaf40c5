"""The page Karte as a reader meets it: scopes, dates, spans, and ways out where there are no figures."""

from functools import partial

import pytest

from tests.app_pages import opened

PAGE = "pages/situation/map.py"
run = partial(opened, PAGE)


@pytest.mark.parametrize("scope", ["kreise", "land", "gemeinden", "alle"])
@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073", "13076121", "DG"])
def test_every_scope_says_a_sentence_for_every_place(data_folder, scope: str, ags: str) -> None:
    at = run(ags=ags, scope=scope, indicator="population_total")
    assert not at.exception and not at.warning
    assert at.subheader[0].value.endswith(".")


def test_a_gemeinde_without_figures_of_its_own_is_offered_the_kreise(data_folder) -> None:
    at = run(ags="13076121", scope="gemeinden", indicator="median_age")
    assert "nicht flächendeckend" in at.subheader[0].value
    at.button(key="to_kreise").click().run()
    assert "Rang" in at.subheader[0].value


def test_a_span_over_a_census_is_refused_and_one_click_leads_to_an_allowed_one(data_folder) -> None:
    at = run(ags="12073", map="change", start="2019", end="2024")
    assert any("Zensusbasis" in warning.value for warning in at.warning) and not at.subheader
    next(button for button in at.button if button.label.startswith("2013–2021")).click().run()
    assert "2013 bis 2021" in at.subheader[0].value


def test_a_year_without_figures_gives_way_to_the_nearest_and_the_reader_is_told(data_folder) -> None:
    at = run(ags="12073", scope="alle", indicator="population_total", year="2024")
    assert "31.12.2022" in at.subheader[0].value
    assert any("31.12.2022" in toast.value for toast in at.toast)


def test_own_limits_are_read_as_a_german_writes_them(data_folder) -> None:
    at = run(ags="12073", scheme="own")
    at.text_input(key="control_limits").set_value("35; 40,5; 45").run()
    assert at.query_params["limits"] in ("35,40.5,45", ["35,40.5,45"])
    assert not at.exception


@pytest.mark.parametrize(
    "wrong", [{"limits": "a"}, {"year": "x"}, {"scope": "mond"}, {"start": "0"}, {"land": "99"}, {"classes": "1"}]
)
def test_a_wrong_parameter_never_breaks_the_page(data_folder, wrong: dict[str, str]) -> None:
    at = run(ags="12073", map="change" if "start" in wrong else "value", **wrong)
    assert not at.exception and at.subheader
