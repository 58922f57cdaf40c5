"""Maps of one date: ranks against the warehouse, a scale that stays, and what is said where a value is missing."""

import pandas as pd
import pytest

from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.exhibits.map_scope import map_dates
from zwk_data.warehouse import Statistics


@pytest.fixture(scope="module")
def context(statistics: Statistics) -> Context:
    return Context(statistics)


def show(context: Context, **parameters: object) -> Exhibit:
    standard: dict[str, object] = {
        "indicator": "old_age_ratio_20_65",
        "scope": "kreis-DG",
        "day": "2024",
        "ags": "12073",
    }
    return make(Address.of("choropleth", **(standard | parameters)), context)


def test_the_rank_in_the_sentence_is_the_one_of_the_values_in_the_warehouse(context: Context) -> None:
    values = context.data.level_values(
        "old_age_ratio_20_65", "kreis", "DG", pd.Timestamp("2024-12-31").date(), "census2022"
    )
    printed = values.set_index("ags")["value"].round(1)
    rank = int((printed > printed["12073"]).sum()) + 1
    assert f"Rang {rank} von 400 Kreisen" in show(context).sentence


def test_the_scale_stays_while_the_year_moves_inside_one_basis(context: Context) -> None:
    limits = {show(context, day=str(year)).marks.options["limits"] for year in range(2013, 2022)}
    assert len(limits) == 1


def test_only_dates_with_values_for_the_level_are_there(context: Context) -> None:
    from zwk_data.catalog import indicators

    found = map_dates(context, indicators()["births_per_1000"], "kreis")
    assert found["reference_date"].dt.year.tolist() == list(range(2013, 2022))
    with pytest.raises(AddressError, match="2021"):
        show(context, indicator="births_per_1000", day="2024")


def test_gemeinden_without_figures_of_their_own_are_pointed_to_the_kreise(context: Context) -> None:
    shown = show(context, scope="gemeinde-13076", day="2022", ags="13076121")
    assert shown.marks.chart == "table" and "Werte gibt es für die Kreise" in shown.sentence


def test_a_value_on_too_few_people_is_grey_and_says_why(context: Context) -> None:
    shown = show(context, indicator="women_per_100_men", scope="gemeinde-13076", day="2022", ags="13076121")
    row = shown.table.set_index("ags").loc["13076121"]
    assert pd.isna(row["value"]) and row["klass"] == -1 and "500" in row["remark"]
    assert "500" in shown.sentence


def test_a_town_on_a_map_of_kreise_is_shown_as_its_kreis_with_a_badge(context: Context) -> None:
    shown = show(context, ags="05758012")
    assert shown.marks.focus == "05758" and shown.sentence.startswith("Kreis Herford")
    assert any(note.kind == "kreis_value" for note in shown.notes)


def test_where_the_own_place_is_not_on_the_map_the_ends_are_named(context: Context) -> None:
    shown = show(context, scope="kreis-05")
    assert shown.marks.focus == "" and shown.table["place"].iloc[0] in shown.sentence


def test_chance_leaves_a_rank_open(context: Context) -> None:
    assert "im Rahmen des Zufalls" in show(context, indicator="births_per_1000", day="2021", ags="15001").sentence


def test_the_alternative_text_tells_the_pattern(context: Context) -> None:
    shown = show(context)
    for place in (shown.table["place"].iloc[0], shown.table["place"].iloc[-1], "Landkreis Uckermark"):
        assert place in shown.alt


def test_figures_and_boundaries_are_named_as_sources(context: Context) -> None:
    datasets = {line.dataset for line in show(context).sources}
    assert "bkg_vg2500" in datasets and len(datasets) > 1


@pytest.mark.parametrize(
    "wrong",
    [{"scope": "kreis-12073"}, {"scope": "land-DG"}, {"scope": "gemeinde-12073001"}, {"scope": "x"}, {"day": "24"},
     {"day": "2022-02-30"}, {"limits": "3,2", "scheme": "own"}, {"limits": "nan", "scheme": "own"}, {"classes": "99"}],
)  # fmt: skip
def test_what_does_not_fit_is_refused(context: Context, wrong: dict[str, str]) -> None:
    with pytest.raises(AddressError):
        show(context, **wrong)
