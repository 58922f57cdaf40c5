from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened

PAGE = "pages/situation/movements.py"
run = partial(opened, PAGE)


def headlines(at: AppTest) -> str:
    return " | ".join(found.value for found in at.subheader)


def test_births_deaths_moves_and_the_balance_of_the_newest_year(data_folder):
    said = headlines(run(ags="15001"))
    assert "Geburten 452, Sterbefälle 1.558, Saldo −1.106" in said
    assert "3.149 Zuzüge, 2.681 Fortzüge, Saldo +468" in said
    assert "−660 Personen; Geburten minus Sterbefälle −1.106, Zuzüge minus Fortzüge +468" in said


@pytest.mark.parametrize("ags", ["05758012", "13071107", "12073", "13076121", "DG", "16056"])
@pytest.mark.parametrize("measure", ["counts", "rates"])
def test_every_kind_of_place_has_six_exhibits_without_a_warning(data_folder, ags, measure):
    at = run(ags=ags, measure=measure)
    assert len(at.subheader) == 6
    assert not at.warning


def test_a_place_without_migration_tables_shows_the_residual_by_name(data_folder):
    said = headlines(run(ags="13076121"))
    assert "Restgröße" in said
    assert "Wanderungen nach Alter liegen hier nicht vor" in said


def test_secret_cells_of_dessau_2021_are_named(data_folder):
    at = run(ags="15001", moves="2021", sex="f")
    assert "soweit veröffentlicht" in headlines(at)
    assert any("Geheimhaltung" in caption.value for caption in at.caption)


def test_a_span_of_the_place_before_gives_way_to_the_usual_one(data_folder):
    at = run(ags="15001", span="2023-2024")
    at.query_params["ags"] = "13076"
    del at.query_params["span"]
    at.run()
    assert not at.warning
    assert "Ludwigslust-Parchim 2014–2021" in headlines(at)
