"""Fifty meetings on made-up histories: what was shown stays, whatever happens to the figures, and each seeded change
is called what it is.

Each meeting has a history of its own (figures of its exhibits changed by a factor), is held and closed in a real
store, and then one thing changes: a year more, one figure, a figure gone, what a projection assumes, an entry of the
plan, or nothing but newer loads of the same figures.
"""

import random
from dataclasses import dataclass, replace
from datetime import date

import pytest

from tests.decks.seeded import OLD_AGE, Later, a_year_more, newer_loads
from zwk_data.access import LOCAL
from zwk_data.decks.periods import remembering
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import GERMAN
from zwk_data.plan.model import Plan
from zwk_data.render.csv import csv
from zwk_data.rounds.frozen import thaw
from zwk_data.rounds.model import Item, Meeting
from zwk_data.rounds.service import Kept, Meetings, entries_of
from zwk_data.rounds.since import changes_of, differences
from zwk_data.store import open_store

A = "15001"
LINE = f"time_series?ags={A}&indicator={OLD_AGE}"
BIRTHS = "time_series?ags=05758,05&indicator=births"
PYRAMID = "age_pyramid?ags=12073&year=2024"
MAP = "choropleth?ags=12073&classes=5&day=2024&indicator=share_65p&scheme=quantile&scope=kreis-12"
MOVES = f"in_out_migration?ags={A}"
OUTLOOK = f"outlook_line?ags={A}&scenarios=continue"
ASSUMED = f"outlook_assumptions?ags={A}&scenarios=continue"
FIXED = ("plan_board?ags=13071107", "plan_timeline?ags=13071107")  # shown too; of entries only their status is said
POOL = (LINE, BIRTHS, PYRAMID, MAP, MOVES, OUTLOOK)
OBSERVED = tuple(address for address in POOL if address != OUTLOOK)
POPULATION = "measure = 'population' AND reference_date = '2024-12-31' AND basis <> 'register' AND age_set <> 'total'"
HISTORIES = {
    LINE: f"UPDATE indicator_value SET value = value * {{f}} WHERE indicator = '{OLD_AGE}' AND ags = '{A}'",
    BIRTHS: "UPDATE indicator_value SET value = round(value * {f}) WHERE indicator = 'births' AND ags IN ('05758', '05')",
    PYRAMID: f"UPDATE current_observation SET value = round(value * {{f}}) WHERE ags = '12073' AND {POPULATION}",
    MAP: "UPDATE level_value SET value = value * {f} WHERE indicator = 'share_65p' AND level = 'kreis'",
    MOVES: f"UPDATE current_observation SET value = round(value * {{f}}) WHERE measure = 'in_migration' AND ags = '{A}'",
    OUTLOOK: f"UPDATE projection_place SET out_rate = list_transform(out_rate, x -> x * {{f}}) WHERE ags = '{A}'",
}
REVISED = {
    LINE: f"UPDATE indicator_value SET value = value + 1.7 WHERE indicator = '{OLD_AGE}' AND ags = '{A}'"
          " AND year(reference_date) = {year}",
    BIRTHS: "UPDATE indicator_value SET value = value + 1234 WHERE indicator = 'births' AND ags = '05758'"
            " AND year(reference_date) = {year}",
    PYRAMID: f"UPDATE current_observation SET value = value * 1.4 WHERE ags = '12073' AND sex = 'm' AND age_from = {{age}}"
             f" AND {POPULATION}",
    MAP: "UPDATE level_value SET value = 88.8 WHERE ags = '12060' AND reference_date = '2024-12-31'"
         " AND level = 'kreis' AND indicator = 'share_65p'",
    MOVES: "UPDATE current_observation SET value = value + 777 WHERE measure = 'in_migration'"
           f" AND ags = '{A}' AND year(reference_date) = {{year}}",
}  # fmt: skip
GONE = {
    LINE: f"DELETE FROM indicator_value WHERE indicator = '{OLD_AGE}' AND ags = '{A}'",
    BIRTHS: "DELETE FROM indicator_value WHERE indicator = 'births'",
    PYRAMID: f"DELETE FROM current_observation WHERE ags = '12073' AND {POPULATION.replace('2024', '2024')}",
    MAP: "UPDATE level_value SET value = NULL, status = 'secret' WHERE ags = '12060' AND indicator = 'share_65p'"
         " AND level = 'kreis'",
    MOVES: "DELETE FROM current_observation WHERE measure = 'in_migration'",
}  # fmt: skip
FERTILITY = f"UPDATE projection_place SET fertility = list_transform(fertility, x -> x * 1.2) WHERE ags = '{A}'"
CASES = ("revised", "withdrawn", "new_period", "assumption", "status", "none")


@dataclass(frozen=True)
class Case:
    """One meeting: what was shown, its history, what changes, and which addresses must be named for it."""

    number: int
    kind: str
    shown: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    named: tuple[str, ...]


def cases() -> list[Case]:
    chance, made = random.Random(7), []
    for number in range(50):
        kind = CASES[number % len(CASES)]
        target = chance.choice(OBSERVED) if kind in ("revised", "withdrawn") else OUTLOOK
        others = [one for one in POOL if one != target]
        shown = (target, *chance.sample(others, chance.randint(2, 4)), chance.choice(FIXED))
        factor = round(chance.uniform(0.9, 1.1), 3)
        before = tuple(HISTORIES[one].format(f=factor) for one in shown if one in HISTORIES)
        made.append(Case(number, kind, shown, before, *change(kind, target, shown, chance)))
    return made


def change(kind: str, target: str, shown: tuple[str, ...], chance: random.Random) -> tuple:
    """Return the statements of a change, and the addresses it must be named for."""
    if kind == "revised":
        year, age = chance.choice((2020, 2022) if target == MOVES else (2016, 2018, 2020)), chance.choice((20, 30, 40))
        return (REVISED[target].format(year=year, age=age), newer_loads()), (target,)
    if kind == "withdrawn":
        return (GONE[target], newer_loads()), (target,)
    if kind == "new_period":
        return (*a_year_more(), newer_loads()), tuple(one for one in shown if one in POOL)
    if kind == "assumption":
        return (FERTILITY,), (OUTLOOK,)
    return (newer_loads(),) if kind == "none" else (), ()


@pytest.fixture(scope="module")
def later(statistics, data_folder, tmp_path_factory):
    opened = Later(statistics, tmp_path_factory.mktemp("later"), data_folder)
    yield opened
    opened.close()


def moved(plan: Plan) -> Plan:
    """Return a plan of its own, one of whose entries has another status, with another one new."""
    first, *others = plan.entries
    return replace(plan, kind="internal", entries=(replace(first, status="pausiert"), *others,
                                                   replace(first, id="new-one", title="Made-up entry")))  # fmt: skip


def look(made: Exhibit) -> tuple[object, ...]:
    """Return all of an exhibit that any medium draws from; that it is drawn the same is tested in test_frozen."""
    return (csv(made, GERMAN).decode(), made.sentence, made.alt, made.title, made.subtitle, repr(made.marks.chart),
            made.sources, made.breaks, made.notes, made.table.to_csv(index=False))  # fmt: skip


def held(meetings: Meetings, case: Case, later: Later) -> dict[str, tuple[object, ...]]:
    """Hold and close a meeting on its history; return what each exhibit looked like."""
    id = f"m{case.number}"
    items = tuple(Item(f"i{n}", f"Frage {n}?", addresses=(one,)) for n, one in enumerate(case.shown))
    kept = Kept(Meeting(id, A, f"Runde {case.number}", date(2026, 12, 1), items=items), 1)
    meetings.save(A, kept.part, seen_version=0, request_id=f"new-{id}")
    looks = {}
    with later.state(*case.before) as data:
        context = Context(data)
        begun = meetings.begin(A, kept, request_id=f"begin-{id}")
        for item in items:
            made = remembering(make(Address.parse(item.addresses[0]), context), context)
            assumed = make(Address.parse(ASSUMED), context) if made.address.kind == "outlook_line" else None
            meetings.show(A, id, item.id, made, assumptions=assumed)
            looks[str(made.address)] = look(made)
    plan = replace(example_plan("13071107"), kind="internal")
    meetings.close(A, Kept(begun, 2), plan, request_id=f"close-{id}")
    return looks


@pytest.fixture(scope="module")
def replayed(later, tmp_path_factory):
    """Hold all meetings, change the figures, and look again: what is shown, and what is said to have changed."""
    found = {}
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db"
    with open_store(url) as store:
        meetings = Meetings(store, LOCAL)
        looks = {case.number: held(meetings, case, later) for case in cases()}
    with open_store(url) as store:  # another process, as it were: nothing is remembered but what is stored
        meetings = Meetings(store, LOCAL)
        plan = replace(example_plan("13071107"), kind="internal")
        for case in cases():
            shown, then = meetings.shown(A, f"m{case.number}"), meetings.plan_then(A, f"m{case.number}")
            now = moved(plan) if case.kind == "status" else plan
            with later.state(*case.before, *case.after) as data:
                changes = differences(shown, then, now, Context(data))
                each = {str(thaw(one.exhibit).address): changes_of(one, Context(data)) for one in shown}
            again = {str(old.address): look(old) for one in shown if (old := thaw(one.exhibit))}
            found[case.number] = (looks[case.number], again, changes, each)
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.number}-{case.kind}")
def test_what_was_shown_is_shown_again_to_the_last_figure(replayed, case) -> None:
    before, again, _, _ = replayed[case.number]
    assert again == before and len(before) == len(set(case.shown))


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.number}-{case.kind}")
def test_what_changed_is_named_and_called_what_it_is(replayed, case) -> None:
    _, _, changes, each = replayed[case.number]
    told = [(one.kind, one.address, one.sentence) for one in changes]
    assert {one.kind for one in changes} == ({case.kind} - {"none"}), told
    if case.kind == "status":
        assert len(changes) == 2 and all(one.old != one.new for one in changes), told
        return
    assert {str(Address.parse(one)) for one in case.named} == {address for address, found in each.items() if found}, (
        told
    )
    assert all(one.old or one.new for one in changes) or case.kind == "withdrawn", told


def test_an_entry_is_said_with_its_old_and_new_status() -> None:
    plan = replace(example_plan("13071107"), kind="internal")
    assert entries_of(replace(plan, kind="example")) == {}
    assert entries_of(moved(plan)) != entries_of(plan)
