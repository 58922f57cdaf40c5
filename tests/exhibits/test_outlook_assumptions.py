"""Assumptions are the rates of the run, beside what was observed; every lever that is moved stands in the table."""

import pytest

from tests.exhibits.outlooks import said, shown
from zwk_data import outlook
from zwk_data.exhibits.outlook.outlook_assumptions import births_per_woman, life_expectancy
from zwk_data.projection.scenario import Scenario

CHANGED = ("continue~tfr_1.6~e0_2~in18_50~out25_-20~homes_2026_2030_50_2.1_60~event_2027_300_18_4~event_2030_100_99"
           "~name_Campus Nord")  # fmt: skip


def rows(statistics, **parameters):
    exhibit = shown(statistics, "outlook_assumptions", **parameters)
    return exhibit, exhibit.table.set_index("name")


def test_births_reach_the_lever_and_the_continuation_stays_at_what_was_observed(statistics) -> None:
    _, table = rows(statistics, ags="12073", scenarios=f"continue,{CHANGED}")
    line = table.loc["Geburten je Frau 2050"]
    assert line["s1"] == "1,60" and line["s0"] == line["observed"] and line["years"] == "2022–2024"


def test_every_lever_that_is_moved_has_a_line_and_no_other(statistics) -> None:
    _, table = rows(statistics, ags="12073", scenarios=f"continue,{CHANGED}")
    levers = [name for name in table.index if name.startswith("Hebel")]
    assert len(levers) == 6
    event = table.loc["Hebel: Einmaliges Ereignis", "s1"]
    assert event == "2027: +300 Menschen, 18–24 Jahre, für 4 Jahre; 2030: +100 Menschen, alle Altersgruppen"
    assert set(table.loc[levers, "s0"]) == {"–"}
    assert "Hebel" not in " ".join(rows(statistics, ags="12073", scenarios="continue,low")[1].index)


def test_life_expectancy_is_higher_by_what_the_lever_says(statistics) -> None:
    start = outlook.start(statistics, statistics.places["12073"])
    run = outlook.run(statistics, start, Scenario.parse("continue~e0_2"), 2050)
    gain = life_expectancy(run).mean() - start.baseline.life_expectancy.mean()
    assert gain == pytest.approx(2.0, abs=1e-6)
    assert births_per_woman(run) == pytest.approx(float(start.baseline.total_fertility_rate))


def test_a_preset_says_the_years_in_which_it_was_seen(statistics) -> None:
    _, table = rows(statistics, ags="12073", scenarios="low,high")
    assert all("(wie 20" in table.loc["Geburten je Frau 2050", column] for column in ("s0", "s1"))


def test_counted_moves_are_shown_and_balances_where_nothing_else_is_known(statistics) -> None:
    assert "Zuzüge je Jahr" in rows(statistics, ags="12073", scenarios="continue")[1].index
    exhibit, table = rows(statistics, ags="09162", scenarios="none")
    assert "Zuzüge je Jahr" not in table.index and table.loc["Zuzüge minus Fortzüge je Jahr", "s0"] == "0"
    assert said(exhibit).endswith("weder Zuzüge noch Fortzüge.")


def test_every_observed_value_names_its_table(statistics) -> None:
    _, table = rows(statistics, ags="12073", scenarios="continue")
    assert (table["source"] != "").all() and "12711" in table.loc["Zuzüge je Jahr", "source"]


def test_an_event_before_the_start_says_that_it_has_no_effect(statistics) -> None:
    texts = "continue~event_2010_300_18,continue~homes_2020_2026_50_2_60"
    _, table = rows(statistics, ags="12073", scenarios=texts)
    assert table.loc["Hebel: Einmaliges Ereignis", "s0"].endswith("ohne Wirkung)")
    assert "ohne Wirkung" not in table.loc["Hebel: Neue Wohnungen", "s1"]  # goes on after the start
