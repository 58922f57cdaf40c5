import pytest

from zwk_data.exhibits import Address, Context, make
from zwk_data.render.plotly.base import Style
from zwk_data.render.plotly.pyramid import pyramid


@pytest.fixture
def context(statistics):
    return Context(statistics)


def shown(context, **parameters):
    return make(Address.of("age_pyramid", **parameters), context)


def test_unequal_groups_are_drawn_per_year_of_age(context):
    table = shown(context, ags="15001", year=2024).table.set_index("ages")
    assert table.loc["0–2", "men"] == pytest.approx(764 / 3)
    assert table.loc["65–74", "women"] == pytest.approx(6358 / 10)
    assert table.loc["75 und älter", "width"] == 25


def test_the_width_of_the_open_group_is_said(context):
    notes = [note.text for note in shown(context, ags="15001", year=2024).notes]
    assert any("75 und älter" in note and "75 bis 99" in note for note in notes)


def test_the_area_of_the_bars_is_the_population(context):
    exhibit = shown(context, ags="12073", year=2021)
    table = exhibit.table
    assert ((table["men"] + table["women"]) * table["width"]).sum() == pytest.approx(117_313, rel=0.02)
    whole = shown(context, ags="12073", year=2021, form="share").table
    assert ((whole["men"] + whole["women"]) * whole["width"]).sum() == pytest.approx(100)


def test_the_scale_is_the_same_for_every_year_and_for_single_ages(context):
    options = [shown(context, ags="15001", year=year).marks.options["maximum"] for year in (2013, 2018, 2024)]
    assert len(set(options)) == 1
    single = shown(context, ags="15001", year=2018, ages="single")
    assert single.marks.options["maximum"] == options[0]
    assert single.table[["men", "women"]].max().max() <= options[0]


def test_two_places_are_compared_as_shares_of_their_population(context):
    exhibit = shown(context, ags="15001", compare="DG", year=2024)
    assert exhibit.marks.options["share"] is True
    assert exhibit.marks.second.startswith("Deutschland")
    assert "32,7\u00a0%" in exhibit.sentence
    assert "22,7\u00a0%" in exhibit.sentence


def test_a_comparison_across_the_census_says_so_and_names_both_bases(context):
    exhibit = shown(context, ags="15001", compare_year=2013, year=2024)
    said = " ".join([exhibit.subtitle, exhibit.sentence, *(note.text for note in exhibit.notes)])
    assert "Basis Zensus 2011" in said
    assert "Basis Zensus 2022" in said
    assert "verschiedene Zensusbasen" in exhibit.sentence
    assert [mark.label for mark in exhibit.breaks] == ["Zensus 2022"]


def test_a_changed_territory_between_two_dates_is_named(context):
    notes = shown(context, ags="16066", year=2021, compare_year=2014).notes
    assert "territory" in {note.kind for note in notes}


def test_a_town_shows_its_kreis_with_the_badge(context):
    exhibit = shown(context, ags="13076121")
    assert "kreis_value" in {note.kind for note in exhibit.notes}
    assert "Ludwigslust-Parchim" in exhibit.marks.focus


def test_the_drawing_mirrors_exactly(context):
    figure = pyramid(shown(context, ags="15001", compare="DG"), Style())
    low, high = figure["layout"]["xaxis"]["range"]
    assert low == -high
    ticks = figure["layout"]["xaxis"]["tickvals"]
    assert sorted(-tick for tick in ticks) == pytest.approx(sorted(ticks))
    assert not any("-" in text or "−" in text for text in figure["layout"]["xaxis"]["ticktext"])
    left, right = figure["data"][:2]
    assert max(left["x"]) <= 0 <= min(right["x"])
    assert left["y"] == right["y"]
    assert left["width"] == right["width"]


def test_the_outline_follows_the_limits_of_its_own_groups(context):
    figure = pyramid(shown(context, ags="12073", year=2024, compare_year=2013), Style())
    outline = figure["data"][3]
    assert outline["y"][1:5] == [0.0, 5.0, 5.0, 10.0]
    assert outline["y"][-1] == 100.0


def test_no_label_covers_another_at_any_size_of_type(context):
    exhibit = shown(context, ags="15001", year=2024)
    for style in (Style(height=640), Style(font_size=26, height=520)):
        axis = pyramid(exhibit, style)["layout"]["yaxis"]
        gaps = [b - a for a, b in zip(axis["tickvals"], axis["tickvals"][1:], strict=False)]
        pixels = min(gaps) * (style.height - 102 - 2 * style.font_size) / 100.6
        assert pixels >= axis["tickfont"]["size"]


def test_an_open_group_above_single_ages_is_drawn_as_ten_years_and_said(context):
    exhibit = shown(context, ags="12", year=2021, ages="single")
    table = exhibit.table.set_index("ages")
    assert table.loc["90 und älter", "women"] == pytest.approx(19_610 / 10)
    assert table.loc["89", "width"] == 1
    assert table[["men", "women"]].max().max() < exhibit.marks.options["maximum"]  # that of the 1960s, in 2015
    assert any("90 bis 99" in note.text for note in exhibit.notes)
    assert ((table["men"] + table["women"]) * table["width"]).sum() == pytest.approx(2_537_868)
    assert not any("99" in note.text for note in shown(context, ags="12", year=2018, ages="single").notes)


def test_the_axis_of_single_ages_has_every_tenth_year_and_the_open_group(context):
    tall = Style(height=640)
    axis = pyramid(shown(context, ags="12", year=2021, ages="single"), tall)["layout"]["yaxis"]
    assert axis["ticktext"] == ["0", "10", "20", "30", "40", "50", "60", "70", "80", "90 und älter"]
    assert axis["tickvals"][-2:] == [80.5, 95.0]
    whole = pyramid(shown(context, ags="15001", year=2018, ages="single"), tall)["layout"]["yaxis"]
    assert whole["ticktext"] == [str(age) for age in range(0, 101, 10)]


def test_single_ages_of_a_land_beside_a_kreis_take_its_only_date_and_say_both(context):
    exhibit = shown(context, ags="12", compare="12073", year=2021, ages="single")
    assert exhibit.marks.second.endswith("31.12.2018")
    assert "in Brandenburg 2021" in exhibit.sentence and "2018" in exhibit.sentence
    assert any("verschieden geschnitten" in note.text for note in exhibit.notes)
    assert "2021" not in shown(context, ags="12", compare="DG", year=2021, ages="single").sentence
