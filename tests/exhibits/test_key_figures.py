"""The five figures and the opening sentence, against published totals."""

import pandas as pd
import pytest

from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.warehouse import Statistics

IDS = ["population_total", "population_change", "share_u18", "share_65p", "labour_replacement"]


def said(exhibit: Exhibit) -> str:
    """The sentence with plain spaces: where it may not break is not the matter here."""
    return exhibit.sentence.replace("\xa0", " ")


def shown(statistics: Statistics, ags: str, kind: str = "key_figures", **more: str) -> Exhibit:
    return make(Address.of(kind, ags=ags, **more), Context(statistics))


def row(exhibit: Exhibit, name: str) -> pd.Series:
    return exhibit.table.set_index("id").loc[name]


@pytest.mark.parametrize(
    "ags", ["05758012", "13071107", "15001", "12073", "13076121", "DG", "05", "16063", "16056", "11000", "02"]
)
def test_five_figures_are_there_for_every_kind_of_place(statistics: Statistics, ags: str) -> None:
    exhibit = shown(statistics, ags)
    assert exhibit.table["id"].tolist() == IDS
    assert exhibit.table["value"].notna().all()
    assert (exhibit.table["written"] != "").all()


def test_a_district_is_told_with_its_own_newest_dates(statistics: Statistics) -> None:
    assert said(shown(statistics, "12073")) == (
        "Am 31. Dezember 2024 lebten im Landkreis Uckermark 117.432 Menschen; von Ende 2013 bis Ende 2022 sank ihre "
        "Zahl um "
        "2,9 % (Basis Zensus 2011); 30,8 % sind 65 Jahre oder älter, in Deutschland 22,7 %."
    )


def test_a_village_is_told_in_persons_and_its_ages_as_those_of_the_district(statistics: Statistics) -> None:
    exhibit = shown(statistics, "13076121")
    assert said(exhibit).startswith(
        "Am 31. Dezember 2022 lebten in Schossin 242 Menschen, 5 mehr als Ende 2018 (Basis Zensus 2011); im Landkreis "
        "Ludwigslust-Parchim "
    )
    assert row(exhibit, "population_total")["badge"] == ""
    assert row(exhibit, "share_65p")["badge"] == "Landkreis Ludwigslust-Parchim"
    assert "kreis_value" in {note.kind for note in exhibit.notes}


def test_the_census_stands_in_the_sentence_where_it_counted_far_fewer(statistics: Statistics) -> None:
    exhibit = shown(statistics, "13071107")
    assert "63.989 Menschen (Zensus am 15. Mai 2022: 59.794), 0,2 % weniger als Ende 2018" in said(exhibit)
    assert row(exhibit, "population_total")["remark"] == "Zensus am 15.05.2022: 59.794"


def test_germany_is_compared_with_nobody(statistics: Statistics) -> None:
    exhibit = shown(statistics, "DG")
    assert (exhibit.table["comparison"] == "").all()
    assert exhibit.table["rank"].isna().all()


def test_ranks_count_places_with_the_same_date_and_basis(statistics: Statistics) -> None:
    exhibit = shown(statistics, "15001")
    assert row(exhibit, "share_65p")["rank_text"] == "Rang 2 von 400 Kreisen"
    assert row(exhibit, "population_change")["rank_of"] < 400  # reformed districts have no comparable change


def test_a_change_stays_inside_one_census_basis(statistics: Statistics) -> None:
    change = row(shown(statistics, "15001"), "population_change")
    assert change["when"] == "2013–2022"
    assert change["basis"] == "census2011"
    assert change["value"] == pytest.approx((79655 / 83616 - 1) * 100, abs=0.05)


def test_the_land_can_be_the_comparison(statistics: Statistics) -> None:
    exhibit = shown(statistics, "12073", compare="12")
    assert row(exhibit, "share_65p")["comparison"].startswith("Brandenburg: ")


def test_headline_indicators_follow_the_plan(statistics: Statistics) -> None:
    exhibit = shown(statistics, "13071107", "field_figures")
    assert exhibit.table["field"].tolist()[0] == "Arbeit, Wirtschaft, Bildung und Wissenschaft"
    assert "Vorschlag dieses Projekts" in exhibit.subtitle
    migration = row(exhibit, "net_migration_18_24_per_1000")
    assert migration["rank_text"] == ""  # only four districts have it


def test_without_a_plan_a_fixed_set_is_shown(statistics: Statistics) -> None:
    exhibit = shown(statistics, "12060", "field_figures")
    assert len(exhibit.table) == 4
    assert "Werkstattplan liegt hier nicht vor" in exhibit.subtitle


def test_a_change_is_never_compared_with_a_place_whose_territory_changed(statistics: Statistics) -> None:
    compared = row(shown(statistics, "05758", compare="16054"), "population_change")  # Suhl grew by three villages
    assert compared["comparison"] == "" and pd.isna(compared["reference_value"])
    assert row(shown(statistics, "05758", compare="12073"), "population_change")["comparison"] != ""


def test_events_of_one_year_have_neither_rank_nor_change_on_a_tile(statistics: Statistics) -> None:
    tile = row(shown(statistics, "08111", kind="field_figures"), "natural_balance_per_1000")
    assert (tile["rank_text"], tile["change_text"]) == ("", "")
    assert row(shown(statistics, "08111", kind="field_figures"), "net_migration_residual_per_1000")["change_text"] == ""


def test_a_rank_on_a_tile_is_the_one_on_the_map(statistics: Statistics) -> None:
    context = Context(statistics)
    for name in ("share_65p", "share_u18", "labour_replacement"):
        mapped = make(Address.of("choropleth", indicator=name, scope="kreis-DG", day="2024", ags="05758"), context)
        ranks = mapped.table.set_index("ags")["rank"]
        for ags in ("05758", "12073", "13071", "15001", "09184"):
            assert row(shown(statistics, ags), name)["rank"] == ranks[ags]
