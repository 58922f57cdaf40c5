"""The long line: official totals and the rounded series before them."""

from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.warehouse import Statistics


def said(exhibit: Exhibit) -> str:
    """The sentence with plain spaces: where it may not break is not the matter here."""
    return exhibit.sentence.replace("\xa0", " ")


def shown(statistics: Statistics, ags: str, whose: str = "") -> Exhibit:
    return make(Address.of("population_line", ags=ags, whose=whose), Context(statistics))


def test_a_district_reaches_back_to_1992_and_names_the_rounding(statistics: Statistics) -> None:
    exhibit = shown(statistics, "12073")
    assert exhibit.table["year"].min() == 1992
    assert "Lizenz zu bestätigen" in exhibit.subtitle
    assert said(exhibit) == (
        "Ende 1992 lebten im Landkreis Uckermark rund 165.100 Menschen, Ende 2024 waren es 117.432; dazwischen liegen "
        "zwei Zensus."
    )
    assert {mark.label for mark in exhibit.breaks} >= {"Zensus 2011", "Zensus 2022"}


def test_a_town_has_its_own_totals_and_the_line_of_its_district_beside(statistics: Statistics) -> None:
    own, kreis = shown(statistics, "05758012"), shown(statistics, "05758012", "kreis")
    assert set(own.table["ags"]) == {"05758012"}
    assert set(kreis.table["ags"]) == {"05758"}
    assert [note.kind for note in kreis.notes][0] == "kreis_value"


def test_the_rule_of_the_census_lies_inside_the_line_of_a_town(statistics: Statistics) -> None:
    exhibit = shown(statistics, "05758012")
    assert max(mark.day for mark in exhibit.breaks) <= exhibit.table["reference_date"].max().date()


def test_germany_has_no_rounded_line(statistics: Statistics) -> None:
    exhibit = shown(statistics, "DG")
    assert (
        said(exhibit)
        == "Von Ende 2013 bis Ende 2022 wuchs die Bevölkerung in Deutschland um 4,4 % (Basis Zensus 2011)."
    )


def test_a_change_of_territory_between_the_two_lines_stands_in_the_sentence(statistics: Statistics) -> None:
    assert said(shown(statistics, "16061")).endswith("dazwischen liegen zwei Zensus und eine Gebietsänderung.")
    assert said(shown(statistics, "16054")).endswith("dazwischen liegen zwei Zensus.")  # both in today's territory
