"""The agenda that the rules propose: each rule alone, their order, three to seven items, the same again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import Language
from zwk_data.plan.model import Entry, Plan, Progress, Target
from zwk_data.rounds.model import FEWEST_ITEMS, MOST_ITEMS, Decision, Meeting, body_of
from zwk_data.rounds.proposal import propose
from zwk_data.rounds.since import Change, standing

A, DAY = "15001", date(2026, 12, 1)
CARRIED = Entry(
    "made_up", "Made-up entry", "action", status="laufend", responsible_office="Bauamt", start=date(2026, 1, 1)
)


def plan(*entries: Entry, **others: object) -> Plan:
    return Plan(A, "Made-up plan", entries=entries, kind="internal", **others)  # type: ignore[arg-type]


def agenda(statistics, found: Plan | None = None, **given):
    context = Context(statistics, plans=lambda ags: found)
    return propose(A, context, DAY, **given)


def decision(**changed) -> Decision:
    return replace(
        Decision("m0", "i1", "Frage?", "adopted", "Das Bauamt berichtet", date(2026, 9, 1), "Bauamt"), **changed
    )


def rules(items) -> list[str]:
    return [one.id.partition("-")[0] for one in items]


@pytest.mark.parametrize("rule, found, given", [
    ("again", plan(CARRIED), {"decisions": [decision(resubmit=date(2026, 12, 1))]}),
    ("late", plan(CARRIED), {"decisions": [decision(due=date(2026, 11, 30))]}),
    ("overdue", plan(replace(CARRIED, end=date(2026, 6, 30)),
                     progress=(Progress("p", "made_up", date(2026, 5, 1), "laufend"),)), {}),
    ("quiet", plan(replace(CARRIED, start=date(2020, 1, 1))), {}),
    ("no_office", plan(replace(CARRIED, responsible_office=None)), {}),
    ("figures", plan(CARRIED), {"changes": [Change("revised", "Geburten", "8", "9", "Geburten: 8 → 9",
                                                   f"population_line?ags={A}")]}),
])  # fmt: skip
def test_a_rule_brings_one_item_with_its_reason(statistics, rule, found, given) -> None:
    items = agenda(statistics, found, **given)
    assert rules(items)[0] == rule and len(items) == FEWEST_ITEMS
    assert items[0].why and items[0].question.endswith("?") and items[0].proposal
    assert all(make(Address.parse(one), Context(statistics, plans=lambda ags: found)) for one in items[0].addresses)


def test_what_does_not_apply_brings_nothing(statistics) -> None:
    calm = plan(replace(CARRIED, end=date(2027, 6, 30)), progress=(Progress("p", "made_up", date(2026, 10, 1)),))
    decided = [decision(state="done", due=date(2026, 1, 1)), decision(due=DAY), decision(resubmit=date(2026, 12, 2))]
    assert rules(agenda(statistics, calm, decisions=decided)) == ["where", "movements", "next"]


def test_a_target_missed_is_asked_about_and_one_on_its_path_is_not(statistics) -> None:
    far = Target("far", "share_65p", Decimal(50), 2030, 2023, Decimal("0.1"))
    near = replace(far, id="near", tolerance=Decimal(50))
    items = agenda(statistics, plan(CARRIED, targets=(far, near)))
    assert rules(items).count("missed") == 1
    missed = next(one for one in items if one.id.startswith("missed"))
    assert missed.addresses == (f"plan_target?ags={A}&aim=far",) and "2030" in missed.why


def test_seven_at_most_in_the_order_of_the_rules_and_the_same_again(statistics) -> None:
    many = [decision(item=f"i{n}", resubmit=date(2026, 11, n + 1)) for n in range(9)]
    found = plan(replace(CARRIED, end=date(2026, 6, 30), responsible_office=None))
    items = agenda(statistics, found, decisions=many)
    assert len(items) == MOST_ITEMS and rules(items) == ["again"] * MOST_ITEMS
    assert items == agenda(statistics, found, decisions=many)
    assert rules(agenda(statistics, found, decisions=many[:1])) == ["again", "overdue", "no_office"]


def test_minutes_are_shared_in_steps_of_five(statistics) -> None:
    for minutes, each in ((60, 15), (90, 25), (20, 5)):
        assert {one.minutes for one in agenda(statistics, minutes=minutes)} == {each}


@pytest.mark.parametrize("ags", ["13071107", "05758012", "15001", "12073", "16054"])
def test_every_place_has_an_agenda_that_can_be_kept(statistics, ags) -> None:
    context = Context(statistics)
    items = propose(ags, context, DAY)
    assert FEWEST_ITEMS <= len(items) <= MOST_ITEMS and all(one.addresses for one in items)
    assert body_of(Meeting("m", ags, "Muster", items=items))
    assert not any(one.id.startswith(("no_office", "quiet")) for one in items), "examples name few offices"


def test_a_reader_of_english_gets_an_english_agenda(statistics) -> None:
    english = Context(statistics.named_in("en"), Language("en"), plans=example_plan)
    assert [one.question for one in propose(A, english, DAY)][0] == "Where do we stand, and what has changed here?"


def test_what_became_of_decisions_is_told_once() -> None:
    found = standing([decision(state="done"), decision(item="b", due=date(2026, 1, 1)), decision(item="c"),
                      decision(item="d", state="dropped")], DAY)  # fmt: skip
    assert [len(part) for part in (found.done, found.open, found.overdue)] == [2, 1, 1]
