"""The pyramid of a year to come: today's as outline, bars in parts that add up, one scale for all years."""

import pytest

from tests.exhibits.outlooks import said, shown
from zwk_data import outlook
from zwk_data.exhibits import AddressError


def test_the_outline_is_the_start_and_the_bars_the_year(statistics) -> None:
    exhibit = shown(statistics, "outlook_pyramid", ags="12073", scenario="continue", year=2040)
    start = outlook.start(statistics, statistics.places["12073"])
    today = exhibit.table[exhibit.table["series"] == str(start.year)]
    assert today["f"].tolist() == pytest.approx(start.baseline.population[0].tolist())
    assert exhibit.marks.second == str(start.year) and exhibit.marks.focus.startswith("2040")
    assert len(exhibit.table) == 202


def test_the_parts_of_every_age_add_up_to_its_bar(statistics) -> None:
    table = shown(statistics, "outlook_pyramid", ags="15001", scenario="continue", year=2045).table
    for sex in ("m", "f"):
        parts = table[[f"{sex}_{part}" for part in ("here", "born", "moved")]].sum(axis=1)
        assert parts.tolist() == pytest.approx(table[sex].tolist(), abs=1e-6)
    ahead = table[table["series"].str.startswith("2045")]
    assert (ahead.loc[ahead["age_from"] <= 20, ["m_here", "f_here"]] == 0).all().all()
    assert (ahead.loc[ahead["age_from"] >= 21, ["m_born", "f_born"]].abs() < 1e-9).all().all()


def test_the_scale_stays_while_the_year_moves(statistics) -> None:
    scales = {
        shown(statistics, "outlook_pyramid", ags="05758", scenario="continue", year=year).marks.options["maximum"]
        for year in (2026, 2038, 2050)
    }
    assert len(scales) == 1


def test_a_plain_pyramid_has_no_parts_and_says_nothing_of_them(statistics) -> None:
    exhibit = shown(statistics, "outlook_pyramid", ags="05758", scenario="continue", look="plain")
    assert "left_parts" not in exhibit.marks.options and "heute schon hier" not in exhibit.sentence
    assert "waren es" in said(exhibit)


@pytest.mark.parametrize("year", [2024, 2051])
def test_a_year_outside_the_run_is_refused(statistics, year) -> None:
    with pytest.raises(AddressError, match="2025 bis 2050"):
        shown(statistics, "outlook_pyramid", ags="12073", scenario="continue", year=year)


def test_a_share_that_stays_is_not_said_twice(statistics) -> None:
    sentence = said(shown(statistics, "outlook_pyramid", ags="12073", scenario="continue", year=2025, look="plain"))
    assert sentence.endswith("derselbe Anteil wie Ende 2024.") == ("waren es" not in sentence)
    shares = {ags: said(shown(statistics, "outlook_pyramid", ags=ags, scenario="none", year=2025, look="plain"))
              for ags in ("05758", "09162", "15001", "16069")}  # fmt: skip
    assert any("derselbe Anteil wie" in one for one in shares.values())
