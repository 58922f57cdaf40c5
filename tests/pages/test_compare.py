"""The page Vergleich as a reader meets it: four ways to look, one question before unlike things stand together."""

from functools import partial

import pytest

from tests.app_pages import opened

PAGE = "pages/situation/compare.py"
run = partial(opened, PAGE)


@pytest.mark.parametrize("display", ["lines", "ranking", "table", "multiples"])
@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073", "13076121", "DG"])
def test_every_way_to_look_says_a_sentence_for_every_place(data_folder, display: str, ags: str) -> None:
    at = run(ags=ags, display=display)
    assert not at.exception and not at.warning
    assert at.subheader[0].value.endswith(".")


def test_mixing_a_kreis_with_towns_asks_first_and_the_answer_is_in_the_address(data_folder) -> None:
    at = run(ags="05758012", compare="partner", indicator="population_total")
    assert any("Landkreis Uckermark" in caption.value for caption in at.caption)
    at.button(key="mix").click().run()
    assert at.query_params["mix"] in ("1", ["1"])
    assert any("nebeneinander" in caption.value for caption in at.caption)


def test_with_figures_of_their_kreise_towns_and_kreise_stand_together_unasked(data_folder) -> None:
    at = run(ags="05758012", compare="partner", indicator="share_65p")
    assert not any(button.key in ("mix", "unmix") for button in at.button)


def test_counts_start_as_an_index_and_rates_as_they_are(data_folder) -> None:
    assert any("Index" in caption.value for caption in run(ags="12073", indicator="population_total").caption)
    assert not any("Index" in caption.value for caption in run(ags="12073", indicator="share_65p").caption)


def test_a_wrong_choice_is_named_and_the_page_goes_on(data_folder) -> None:
    at = run(ags="12073", display="kuchen", indicators="nichts")
    assert any("kuchen" in warning.value for warning in at.warning)
    assert at.subheader


def test_whoever_presents_goes_through_all_four_beginning_with_the_one_on_the_screen(data_folder) -> None:
    at = run(ags="12073", display="ranking", present="1")
    assert any("1 von 4" in caption.value for caption in at.caption)
    assert "Rang" in at.subheader[0].value
