"""The one way to workshops: rights at each call, people who write at once, results that become ideas of the plan."""

import inspect
import logging
import threading
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from zwk_data.access import EVERYWHERE, LOCAL, NOBODY, ROLES, Denied, Person
from zwk_data.plan.model import Plan
from zwk_data.plan.service import Plans
from zwk_data.store import Conflict
from zwk_data.workshops.model import Group, NotUsable, Result, Workshop
from zwk_data.workshops.service import LONGEST_TITLE, RESULT, Kept, NoPlanYet, Workshops

AGS, OTHER = "13071107", "05758012"
SHOWN = f"migration_by_age?ags={AGS}"
TABLES = (Group("g1", "Tisch 1", "Was hält Junge hier?", SHOWN), Group("g2", "Tisch 2"))
EVENING = Workshop("w1", AGS, "Zweite Werkstatt (Muster)", date(2026, 11, 23), "Rathaus", TABLES)
BUS = Result("r1", "w1", "g1", "Nachtbus (Muster)", votes=3)


def account(role, place=AGS, name="konto-muster"):
    return Person("account", name, {place: role} if role else {})


def new() -> str:
    return str(uuid4())


@pytest.fixture
def mine(store):
    """The workshops, seen by an editor, with one evening and one thing held on to."""
    made = Workshops(store, account("editor"))
    made.save(AGS, EVENING, seen_version=0, request_id=new())
    made.save(AGS, BUS, seen_version=0, request_id=new())
    return made


@pytest.fixture
def plans(store):
    """The plans of the same store; the municipality has begun its own."""
    made = Plans(store, account("editor"))
    made.begin(AGS, Plan(AGS, "Plan (Muster)"), request_id=new())
    return made


# --- rights ---

CALLS = {
    "all": ("read_internal", lambda mine: mine.all(AGS)),
    "results": ("read_internal", lambda mine: mine.results(AGS, "w1")),
    "save": ("edit", lambda mine: mine.save(AGS, replace(BUS, id="r2"), seen_version=0, request_id=new())),
    "remove": ("edit", lambda mine: mine.remove(AGS, BUS, seen_version=1, request_id=new())),
    "carry_over": ("edit", lambda mine: mine.carry_over(EVENING, Kept(BUS, 1), request_id=new())),
    "keep_draft": ("edit", lambda mine: mine.keep_draft(AGS, "w1", "g1", "hier", "Nacht")),
    "drafts": ("edit", lambda mine: mine.drafts(AGS, "w1")),
}  # fmt: skip
LEAST = {"read_internal": "reader", "edit": "editor"}
PEOPLE = {
    "nobody": NOBODY, "without role": account(None), "local": LOCAL, **{role: account(role) for role in ROLES},
    **{f"{role} elsewhere": account(role, OTHER) for role in ROLES},
    **{f"{role} everywhere": account(role, EVERYWHERE) for role in ROLES},
    "of the state": account("admin", "13"), "of the Kreis": account("admin", "13071"),
}  # fmt: skip


def is_allowed(who: str, action: str) -> bool:
    role = who.removesuffix(" everywhere")
    return who == "local" or (role in ROLES and ROLES.index(role) >= ROLES.index(LEAST[action]))


def test_every_method_is_in_the_table_of_rights():
    methods = {name for name, one in inspect.getmembers(Workshops, inspect.isfunction) if not name.startswith("_")}
    assert methods == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_what_a_role_does_not_allow_is_denied_and_changes_nothing(mine, store, plans, name):
    action, call = CALLS[name]
    before = store.state()
    for who, person in PEOPLE.items():
        if not is_allowed(who, action):
            with pytest.raises(Denied) as told:
                call(Workshops(store, person))
            assert told.value.ags == AGS, who
    assert store.state() == before


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("which", ["{least}", "{least} everywhere", "admin", "local"])
def test_what_a_role_allows_is_done(mine, store, plans, name, which):
    action, call = CALLS[name]
    call(Workshops(store, PEOPLE[which.format(least=LEAST[action])]))


# --- keeping ---


def test_workshops_come_back_newest_day_first_and_only_those_of_the_place(mine, store):
    early = replace(EVENING, id="w0", title="Erste Werkstatt (Muster)", day=date(2025, 5, 5))
    undated = replace(EVENING, id="w2", title="Dritte Werkstatt (Muster)", day=None)
    for one in (early, undated):
        mine.save(AGS, one, seen_version=0, request_id=new())
    Workshops(store, LOCAL).save(OTHER, replace(EVENING, ags=OTHER), seen_version=0, request_id=new())
    assert [kept.part for kept in mine.all(AGS)] == [EVENING, early, undated]
    assert [kept.part.ags for kept in Workshops(store, LOCAL).all(OTHER)] == [OTHER]


def test_results_stand_by_group_with_most_votes_first(mine):
    for id, group, votes in (("r2", "g1", 9), ("r3", "g2", 50), ("r4", "g1", 3)):
        part = Result(id, "w1", group, f"Punkt {id} (Muster)", votes=votes)
        mine.save(AGS, part, seen_version=0, request_id=new())
    mine.save(AGS, Result("r5", "anderer", "g1", "Muster"), seen_version=0, request_id=new())
    assert [kept.part.id for kept in mine.results(AGS, "w1")] == ["r2", "r1", "r4", "r3"]


def test_what_was_changed_meanwhile_is_a_conflict_and_nothing_is_overwritten(mine):
    mine.save(AGS, replace(BUS, votes=5), seen_version=1, request_id=new())
    for act in (
        lambda: mine.save(AGS, replace(BUS, votes=4), seen_version=1, request_id=new()),
        lambda: mine.remove(AGS, BUS, seen_version=1, request_id=new()),
    ):
        with pytest.raises(Conflict):
            act()
    (kept,) = mine.results(AGS, "w1")
    assert (kept.part.votes, kept.version) == (5, 2)


def test_what_cannot_be_kept_is_refused_and_a_removed_part_is_gone(mine):
    with pytest.raises(NotUsable):
        mine.save(AGS, replace(BUS, id="r2", text=" "), seen_version=0, request_id=new())
    mine.remove(AGS, BUS, seen_version=1, request_id=new())
    assert mine.results(AGS, "w1") == []


def test_a_record_of_another_form_is_left_out_and_told_in_the_log(mine, store, caplog):
    store.save(RESULT, f"{AGS}:krumm", {"text": 1}, seen_version=0, actor="muster", request_id=new(), scope=AGS)
    with caplog.at_level(logging.ERROR):
        assert [kept.part for kept in mine.results(AGS, "w1")] == [BUS]
    assert "krumm" in caplog.text


def test_tables_that_write_at_once_lose_nothing(mine, store):
    failed: list[BaseException] = []

    def table(group: str) -> None:
        own = Workshops(store, account("editor", name=f"konto-{group}"))
        try:
            for number in range(12):
                part = Result(f"{group}-{number}", "w1", group, f"{group}: Punkt {number} (Muster)")
                version = own.save(AGS, part, seen_version=0, request_id=new())
                own.save(AGS, replace(part, votes=number), seen_version=version, request_id=new())
        except BaseException as error:  # told by the test, not lost with its thread
            failed.append(error)

    threads = [threading.Thread(target=table, args=(group,)) for group in ("g1", "g2", "g3")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    found = {kept.part.id: kept.part.votes for kept in mine.results(AGS, "w1")}
    assert found == {"r1": 3} | {f"{group}-{number}": number for group in ("g1", "g2", "g3") for number in range(12)}


# --- carrying over ---


def test_a_result_becomes_an_idea_that_names_workshop_group_day_and_exhibit(mine, plans):
    (kept,) = mine.results(AGS, "w1")
    entry = mine.carry_over(EVENING, kept, request_id=new())
    assert (entry.title, entry.stage, entry.description) == ("Nachtbus (Muster)", "idea", None)
    origin = entry.origin
    assert (origin.kind, origin.text) == ("workshop", "Zweite Werkstatt (Muster), Tisch 1")
    assert (origin.address, origin.day) == (SHOWN, date(2026, 11, 23))
    assert plans.stored(AGS).plan.entries == (entry,)
    (kept,) = mine.results(AGS, "w1")
    assert kept.part.entry == entry.id


def test_carried_over_twice_it_is_one_idea(mine, plans):
    (seen,) = mine.results(AGS, "w1")
    first = mine.carry_over(EVENING, seen, request_id=new())
    (fresh,) = mine.results(AGS, "w1")
    assert mine.carry_over(EVENING, fresh, request_id=new()) == first
    with pytest.raises(Conflict):  # somebody whose page is older than the first time
        mine.carry_over(EVENING, seen, request_id=new())
    assert [entry.id for entry in plans.stored(AGS).plan.entries] == [first.id]


def test_an_idea_already_changed_in_the_plan_stays_as_it_was_changed(mine, plans):
    (seen,) = mine.results(AGS, "w1")
    entry = mine.carry_over(EVENING, seen, request_id=new())
    plans.save(AGS, replace(entry, title="Nachtbus, ausgearbeitet (Muster)"), seen_version=1, request_id=new())
    (fresh,) = mine.results(AGS, "w1")
    mine.save(AGS, replace(fresh.part, entry=""), seen_version=fresh.version, request_id=new())
    (again,) = mine.results(AGS, "w1")
    mine.carry_over(EVENING, again, request_id=new())
    assert [one.title for one in plans.stored(AGS).plan.entries] == ["Nachtbus, ausgearbeitet (Muster)"]


def test_a_long_text_is_cut_in_the_title_and_whole_in_the_description(mine, plans):
    said = "Muster " * 40
    kept = Kept(replace(BUS, id="lang", text=said, group="g2"), 0)
    entry = mine.carry_over(EVENING, kept, request_id=new())
    assert len(entry.title) <= LONGEST_TITLE and entry.title.endswith("…") and entry.description == said
    assert entry.origin.address is None


def test_without_a_plan_there_is_nothing_to_carry_over_into(mine):
    (kept,) = mine.results(AGS, "w1")
    with pytest.raises(NoPlanYet):
        mine.carry_over(EVENING, kept, request_id=new())
    assert mine.results(AGS, "w1") == [kept]


# --- drafts ---


def test_what_is_typed_outlives_the_session_and_two_sessions_keep_two_texts(mine, store):
    mine.keep_draft(AGS, "w1", "g1", "fenster-a", "Nacht")
    mine.keep_draft(AGS, "w1", "g1", "fenster-b", "Spielplatz")
    mine.keep_draft(AGS, "w1", "g1", "fenster-a", "Nachtbus")
    mine.keep_draft(AGS, "w2", "g1", "fenster-a", "anderer Abend")
    found = {(group, token): draft.body["text"] for group, token, draft in mine.drafts(AGS, "w1")}
    assert found == {("g1", "fenster-a"): "Nachtbus", ("g1", "fenster-b"): "Spielplatz"}
    mine.keep_draft(AGS, "w1", "g1", "fenster-a", " \n")
    assert [token for _, token, _ in mine.drafts(AGS, "w1")] == ["fenster-b"]
    assert Workshops(store, account("editor", name="konto-anders")).drafts(AGS, "w1") == []
