"""Age groups today and then: they add up, the range decides what is said, the shelf life comes from the back-test."""

import pytest

from tests.exhibits.outlooks import KREISE, said, shown
from zwk_data import outlook
from zwk_data.projection.ages import AgeRange


@pytest.mark.parametrize("ags", KREISE)
def test_the_groups_add_up_to_everyone(statistics, ags) -> None:
    table = shown(statistics, "outlook_groups", ags=ags, scenarios="continue,none").table
    for column in ("now", "s0", "s1"):
        assert table[column].iloc[1:].sum() == pytest.approx(table[column].iloc[0])


@pytest.mark.parametrize("ags", KREISE)
def test_what_is_said_of_a_group_follows_from_its_range(statistics, ags) -> None:
    exhibit = shown(statistics, "outlook_groups", ags=ags, scenarios="continue", year=2035)
    for row in exhibit.table.to_dict("records"):
        inside = row["low"] <= row["now"] <= row["high"]
        wanted = "nicht zu unterscheiden" if inside else "mehr" if row["s0"] > row["now"] else "weniger"
        assert row["finding"] == wanted
    same = int((exhibit.table["finding"].iloc[1:] == "nicht zu unterscheiden").sum())
    assert (f"Bei {same} von 10 Gruppen" in said(exhibit)) == (0 < same < 10)


def test_only_groups_whose_change_can_be_told_are_named_in_the_sentence(statistics) -> None:
    exhibit = shown(statistics, "outlook_groups", ags="15001", scenarios="continue", year=2030)
    told = exhibit.table.iloc[1:].query("finding != 'nicht zu unterscheiden'").sort_values("change")
    grown, shrunk = (told["group"].iloc[row].replace("–", " bis ") for row in (-1, 0))
    assert f"Gruppe {grown} (+" in said(exhibit) and f"Gruppe {shrunk} (−" in said(exhibit)


def test_usable_until_is_that_of_the_back_test(statistics) -> None:
    table = shown(statistics, "outlook_groups", ags="12073", scenarios="continue").table.set_index("group")
    start = outlook.start(statistics, statistics.places["12073"])
    found = outlook.shelf_life(statistics, start, AgeRange(0, 2))
    assert table.loc["0–2 Jahre", "until"] == str(found.year) and not found.open_ended
    assert table.loc["Bevölkerung", "until"].endswith("oder länger")


def test_who_lives_here_already_falls_to_nobody_among_children(statistics) -> None:
    table = shown(statistics, "outlook_groups", ags="12073", scenarios="continue", year=2040).table.set_index("group")
    assert table.loc["0–2 Jahre", "here"] == 0 and table.loc["80 Jahre und älter", "here"] > 90


def test_each_scenario_has_a_column_with_its_name(statistics) -> None:
    exhibit = shown(statistics, "outlook_groups", ags="12073", scenarios="continue,low,none~name_Zu")
    labels = [column.label for column in exhibit.columns]
    assert {"2040, Fortschreibung", "2040, Niedrig", "2040, Zu"} <= set(labels)
