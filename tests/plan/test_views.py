"""Views of a plan: outline, from action to indicator and back, calendar."""

from datetime import date

import pytest

from zwk_data.plan.examples import load_example
from zwk_data.plan.model import Entry, Fact, Goal, Handlungsfeld, Link, Plan, Tool
from zwk_data.plan.views import actions_of_indicator, calendar, indicators_of_entry, outline

PLAN = Plan(
    ags="05758012",
    title="Plan",
    handlungsfelder=(Handlungsfeld("b", "B", order=2), Handlungsfeld("a", "A", order=1), Handlungsfeld("leer", "L")),
    goals=(Goal("ziel_a", "Ziel A", "a"), Goal("ziel_b", "Ziel B", "b")),
    tools=(Tool("t1", "T1"), Tool("t2", "T2")),
    entries=(
        Entry("beide", "Beide", "action", goals=("ziel_a", "ziel_b"), tools=("t1", "t2"), handlungsfelder=("b", "a")),
        Entry("frei", "Frei", "idea", status="idee", start=date(2024, 5, 1), tools=("t1",)),
        Entry("vage", "Vage", handlungsfelder=("a",), date_text="seit 2018"),
    ),
    links=(
        Link("beide", "share_u18", "outcome", "up", "Soll beitragen zu A."),
        Link("frei", "share_u18", "context"),
        Link("beide", "mean_age", "context"),
    ),
    facts=(Fact("auftakt", "Auftakt", end=date(2022, 3, 21)),),
)


def test_an_entry_of_two_handlungsfelder_and_two_tools_stands_at_each_of_its_places() -> None:
    rows = outline(PLAN)
    places = rows.loc[rows["entry"] == "beide", ["handlungsfeld", "goal", "tool"]]
    assert places.to_numpy().tolist() == [
        ["a", "ziel_a", "t1"],
        ["a", "ziel_a", "t2"],
        ["b", "ziel_b", "t1"],
        ["b", "ziel_b", "t2"],
    ]


def test_the_outline_follows_the_order_and_ends_with_what_has_no_handlungsfeld() -> None:
    rows = outline(PLAN)
    assert rows["handlungsfeld"].tolist() == ["a", "a", "a", "b", "b", "leer", None]
    assert rows.iloc[-1].tolist() == [None, None, "t1", "frei", "idea", "idee"]


def test_a_handlungsfeld_without_entries_keeps_its_row() -> None:
    assert outline(PLAN).query("handlungsfeld == 'leer'")["entry"].tolist() == [None]


def test_from_indicator_to_action_and_back_is_the_same_link() -> None:
    there = actions_of_indicator(PLAN, "share_u18")
    back = indicators_of_entry(PLAN, "beide")
    assert there["entry"].tolist() == ["beide", "frei"]
    assert back["indicator"].tolist() == ["share_u18", "mean_age"]
    assert there.iloc[0].tolist() == back.iloc[0].tolist()


def test_an_unlinked_indicator_has_an_empty_table_with_its_columns() -> None:
    rows = actions_of_indicator(PLAN, "median_age")
    assert rows.empty
    assert list(rows.columns) == ["entry", "indicator", "role", "expected_direction", "rationale", "proposed"]


def test_the_calendar_is_sorted_and_puts_vague_dates_last() -> None:
    rows = calendar(PLAN)
    assert rows["id"].tolist() == ["auftakt", "frei", "vage"]
    assert rows["kind"].tolist() == ["fact", "entry", "entry"]
    assert rows.iloc[1]["start"] == date(2024, 5, 1)
    assert rows.iloc[2]["date_text"] == "seit 2018"


def test_an_empty_plan_has_empty_views() -> None:
    plan = Plan("05758012", "Plan")
    assert all(view.empty for view in (outline(plan), calendar(plan), indicators_of_entry(plan, "x")))


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073"])
def test_every_entry_of_an_example_stands_in_its_outline(ags: str) -> None:
    plan = load_example(ags)
    assert plan is not None
    assert set(outline(plan)["entry"].dropna()) == {entry.id for entry in plan.entries}


def test_perspektivwechsel_stands_in_the_outline_under_three_tools() -> None:
    plan = load_example("13071107")
    assert plan is not None
    rows = outline(plan).query("entry == 'perspektivwechsel'")
    assert rows["tool"].tolist() == ["stadtmarketing", "zusammenarbeit_marketing", "wir_verwaltung"]
