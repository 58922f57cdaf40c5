"""The one way to a plan: rights at each call, versions, beginning, promoting, publishing, drafts."""

import inspect
import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from tests.plan.anything import parts
from zwk_data.access import EVERYWHERE, LOCAL, NOBODY, ROLES, Denied, Person
from zwk_data.plan.examples import EXAMPLES, read_plan
from zwk_data.plan.model import Concept, Entry, Goal, Handlungsfeld, Link, Mention, Origin, Plan, Progress, Step
from zwk_data.plan.parts import Head, parts_of
from zwk_data.plan.service import NotUsable, Plans
from zwk_data.store import Conflict, NotSaved, open_store

AGS, OTHER = "05758012", "13071107"
SECRET = "Streng intern 4711"
ENTRY = Entry(
    "treff", "Treff (Muster)", "option", handlungsfelder=("wohnen",), goals=("ziel",), note=SECRET, contact=SECRET,
    origin=Origin("workshop", "Gruppe 3"), mentions=(Mention("konzept"),),
)  # fmt: skip
LINK = Link("treff", "share_u18", "outcome", "up", "Soll beitragen zu mehr Kindern.")
PROGRESS = Progress("p1", "treff", date(2026, 1, 1), "laufend", "begonnen")
PLAN = Plan(
    AGS, "Plan (Muster)", handlungsfelder=(Handlungsfeld("wohnen", "Wohnen"), Handlungsfeld("leer", "Leer")),
    goals=(Goal("ziel", "Ziel", "wohnen"),), concepts=(Concept("konzept", "Konzept"),), entries=(ENTRY,),
    links=(LINK,), progress=(PROGRESS,),
)  # fmt: skip
DAY = date(2026, 5, 4)


def account(role, place=AGS, name="konto-muster"):
    return Person("account", name, {place: role} if role else {})


def new() -> str:
    return str(uuid4())


@pytest.fixture
def plans(store):
    """The plans, seen by an admin, with one plan that is begun."""
    made = Plans(store, account("admin"))
    made.begin(AGS, PLAN, request_id=new())
    return made


def seen_by(plans, person):
    return Plans(plans._store, person)


def change(plans, part, **changed):
    """Save a part with other values as its next version."""
    from zwk_data.plan.parts import kind_of

    made = replace(part, **changed)
    return plans.save(AGS, made, seen_version=plans.stored(AGS).version(kind_of(made), made.id), request_id=new())


# --- rights ---

CALLS = {
    "stored": ("read_internal", lambda plans: plans.stored(AGS)),
    "history": ("read_internal", lambda plans: plans.history(AGS, "entry", "treff")),
    "save": ("edit", lambda plans: plans.save(AGS, Entry("neu", "Neu"), seen_version=0, request_id=new())),
    "remove": ("edit", lambda plans: plans.remove(AGS, "entry", "treff", seen_version=1, request_id=new())),
    "begin": ("edit", lambda plans: plans.begin(AGS, PLAN, request_id=new())),
    "promote": ("edit", lambda plans: plans.promote(AGS, ENTRY, "action", seen_version=1, request_id=new(), day=DAY)),
    "keep_draft": ("edit", lambda plans: plans.keep_draft(AGS, "entry", "x", {"title": "M"}, seen_version=0)),
    "draft": ("edit", lambda plans: plans.draft(AGS, "entry", "x")),
    "drafts": ("edit", lambda plans: plans.drafts(AGS)),
    "drop_draft": ("edit", lambda plans: plans.drop_draft(AGS, "entry", "x")),
    "publish": ("publish", lambda plans: plans.publish(AGS, "entry", "treff", request_id=new())),
    "withdraw": ("publish", lambda plans: plans.withdraw(AGS, "entry", "treff", request_id=new())),
}  # fmt: skip
FOR_ALL = {"plan", "published", "entries"}  # each sees what is meant for them
LEAST = {"read_internal": "reader", "edit": "editor", "publish": "decider"}
PEOPLE = {
    "nobody": NOBODY, "without role": account(None), "local": LOCAL, **{role: account(role) for role in ROLES},
    **{f"{role} elsewhere": account(role, OTHER) for role in ROLES},
    **{f"{role} everywhere": account(role, EVERYWHERE) for role in ROLES},
    "of the state": account("admin", "05"), "of the Kreis": account("admin", "05758"), "odd role": account("chief"),
}  # fmt: skip


def is_allowed(who: str, action: str) -> bool:
    role = who.removesuffix(" everywhere")
    return who == "local" or (role in ROLES and ROLES.index(role) >= ROLES.index(LEAST[action]))


def test_every_method_is_in_the_table_of_rights():
    methods = {name for name, one in inspect.getmembers(Plans, inspect.isfunction) if not name.startswith("_")}
    assert methods == set(CALLS) | FOR_ALL


@pytest.mark.parametrize("name", CALLS)
def test_what_a_role_does_not_allow_is_denied_and_changes_nothing(plans, name):
    action, call = CALLS[name]
    for who, person in PEOPLE.items():
        before = plans._store.state()
        if is_allowed(who, action):
            continue
        with pytest.raises(Denied) as told:
            call(seen_by(plans, person))
        assert (told.value.action, told.value.ags) == (action, AGS), who
        assert plans._store.state() == before


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("which", ["{least}", "{least} everywhere", "admin", "local"])
def test_what_a_role_allows_is_done(plans, name, which):
    action, call = CALLS[name]
    who = which.format(least=LEAST[action])
    assert is_allowed(who, action)
    call(seen_by(plans, PEOPLE[who]))


def test_without_rights_one_sees_what_is_published_and_nothing_else(plans):
    for who, person in PEOPLE.items():
        internal = is_allowed(who, "read_internal")
        assert (seen_by(plans, person).plan(AGS) is not None) is internal, who
    plans.publish(AGS, "entry", "treff", request_id=new())
    public = seen_by(plans, NOBODY).plan(AGS)
    assert public == seen_by(plans, account("admin", OTHER)).plan(AGS) == plans.published(AGS)
    assert public.kind == "published"
    assert public.entries == (replace(ENTRY, note=None, contact=None),)
    assert (public.title, public.links, public.progress) == (PLAN.title, PLAN.links, ())
    assert [field.id for field in public.handlungsfelder] == ["wohnen"]
    assert seen_by(plans, NOBODY).entries(AGS) == [(public.entries[0], 0)]
    assert plans.entries(AGS) == [(ENTRY, 1)]
    assert plans.plan(AGS).kind == "internal"
    assert plans.plan(AGS).entries == PLAN.entries


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(entry=parts("entry"))
def test_a_published_copy_never_holds_a_note_or_a_contact(tmp_path_factory, entry):
    entry = replace(entry, note=SECRET, contact=SECRET)
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('s') / 's.sqlite'}") as store:
        plans = Plans(store, LOCAL)
        plans.begin(AGS, replace(PLAN, entries=(entry,), links=(), progress=()), request_id=new())
        plans.publish(AGS, "entry", entry.id, request_id=new())
        copies = store.records("plan_public")
        assert {record.body["part"] for record in copies} >= {"head", "entry"}
        assert SECRET not in repr([record.body for record in copies])
        assert SECRET not in repr(Plans(store, NOBODY).plan(AGS))
        assert [one.id for one in Plans(store, NOBODY).plan(AGS).entries] == [entry.id]


# --- beginning ---


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_plan_begun_from_an_example_is_that_example(store, path: Path):
    example = read_plan(path)
    plans = Plans(store, LOCAL)
    assert plans.begin(example.ags, example, request_id=new()) == len(parts_of(example))
    own = plans.plan(example.ags)
    assert replace(own, kind="example", as_of=example.as_of) == example
    assert plans.published(example.ags) is None


class Failing:
    """A store that fails after so many saves."""

    def __init__(self, store, saves):
        self._store, self.left = store, saves

    def __getattr__(self, name):
        return getattr(self._store, name)

    def save(self, *words, **named):
        if not self.left:
            raise NotSaved("gone")
        self.left -= 1
        return self._store.save(*words, **named)


@pytest.mark.parametrize("saves", range(7))
@pytest.mark.parametrize("same_request", [True, False])
def test_beginning_goes_on_where_it_was_stopped_and_until_then_there_is_no_plan(store, saves, same_request):
    request = new()
    with pytest.raises(NotSaved):
        Plans(Failing(store, saves), LOCAL).begin(AGS, PLAN, request_id=request)
    assert Plans(store, LOCAL).plan(AGS) is None
    assert not Plans(store, LOCAL).stored(AGS).begun
    plans = Plans(store, account("editor"))
    plans.begin(AGS, PLAN, request_id=request if same_request and not saves else new())
    assert plans.stored(AGS).begun
    assert replace(plans.plan(AGS), as_of=None, kind="example") == PLAN
    assert store.state() == len(parts_of(PLAN))  # none twice


def test_a_plan_is_begun_once(plans):
    before = plans._store.state()
    assert plans.begin(AGS, PLAN, request_id=new()) == len(parts_of(PLAN))
    with pytest.raises(Conflict) as told:
        plans.begin(AGS, replace(PLAN, title="Ein anderer"), request_id=new())
    assert told.value.current.body["title"] == PLAN.title
    assert plans._store.state() == before


def test_the_same_beginning_twice_with_one_request_does_not_undo_what_was_changed_since(store):
    plans, request = Plans(store, LOCAL), new()
    plans.begin(AGS, PLAN, request_id=request)
    change(plans, ENTRY, title="Anders")
    with pytest.raises(Conflict):
        plans.begin(AGS, PLAN, request_id=new())
    plans.begin(AGS, PLAN, request_id=request)
    assert plans.plan(AGS).entry("treff").title == "Anders"


def test_what_was_entered_before_a_plan_was_begun_appears_with_it(store):
    plans = Plans(store, LOCAL)
    plans.save(AGS, Entry("halle", "Halle", exists=True), seen_version=0, request_id=new())
    assert plans.plan(AGS) is None
    assert plans.stored(AGS).version("entry", "halle") == 1
    with pytest.raises(KeyError):
        plans.publish(AGS, "entry", "halle", request_id=new())
    plans.save(AGS, Head("Plan"), seen_version=0, request_id=new())
    assert [entry.id for entry in plans.plan(AGS).entries] == ["halle"]


# --- saving and removing ---


def test_a_part_is_saved_with_its_version_and_the_second_of_two_people_gets_both_texts(plans):
    bert = seen_by(plans, account("editor", name="konto-bert"))
    assert change(bert, ENTRY, title="Von Bert") == 2
    with pytest.raises(Conflict) as told:
        plans.save(AGS, replace(ENTRY, title="Meins"), seen_version=1, request_id=new())
    assert (told.value.current.body["title"], told.value.yours["title"]) == ("Von Bert", "Meins")
    version = plans.stored(AGS).versions["entry", "treff"]
    assert (version.number, version.actor) == (2, "konto-bert")
    assert [row.actor for row in plans.history(AGS, "entry", "treff")] == ["konto-muster", "konto-bert"]


def test_two_people_disturb_each_other_only_where_they_change_the_same_part(plans):
    change(plans, ENTRY, title="Anders")
    plans.save(AGS, replace(PLAN.goals[0], title="Auch anders"), seen_version=1, request_id=new())
    assert (plans.plan(AGS).entry("treff").title, plans.plan(AGS).goals[0].title) == ("Anders", "Auch anders")


def test_a_save_whose_answer_was_lost_is_saved_once(plans):
    request = new()
    for _ in range(2):
        assert plans.save(AGS, replace(ENTRY, title="Neu"), seen_version=1, request_id=request) == 2
    assert len(plans.history(AGS, "entry", "treff")) == 2


@pytest.mark.parametrize("ags", ["", "05758012:x", "../x", "0575 012", "x" * 20])
def test_what_is_no_municipality_is_refused(store, ags):
    with pytest.raises(NotUsable):
        Plans(store, LOCAL).save(ags, ENTRY, seen_version=0, request_id=new())


def test_a_bad_part_is_refused_and_nothing_is_stored(plans):
    before = plans._store.state()
    for bad in (replace(ENTRY, id="a:b"), replace(ENTRY, title=""), replace(LINK, indicator="glueck")):
        with pytest.raises(NotUsable):
            plans.save(AGS, bad, seen_version=0, request_id=new())
    assert plans._store.state() == before


def test_the_head_of_a_plan_stays(plans):
    with pytest.raises(NotUsable):
        plans.remove(AGS, "head", "head", seen_version=1, request_id=new())
    assert plans.plan(AGS)


def test_what_names_a_removed_part_is_shown_without_it_and_history_keeps_it(plans):
    for kind, id in (("goal", "ziel"), ("concept", "konzept"), ("field", "wohnen")):
        plans.remove(AGS, kind, id, seen_version=1, request_id=new())
    entry = plans.plan(AGS).entry("treff")
    assert (entry.goals, entry.mentions, entry.handlungsfelder) == ((), (), ())
    assert plans.history(AGS, "goal", "ziel")[0].body["title"] == "Ziel"
    plans.remove(AGS, "entry", "treff", seen_version=1, request_id=new())
    assert (plans.plan(AGS).links, plans.plan(AGS).progress) == ((), ())


def test_a_part_that_cannot_be_read_is_named_and_left_alone(plans):
    plans._store.save("plan_entry", f"{AGS}:alt", {"id": "alt"}, seen_version=0, actor="x", request_id=new(), scope=AGS)
    found = plans.stored(AGS)
    assert found.unreadable == (f"{AGS}:alt",)
    assert [entry.id for entry in found.plan.entries] == ["treff"]


def test_plans_of_two_municipalities_do_not_meet(plans):
    other = Plans(plans._store, LOCAL)
    other.begin(OTHER, replace(PLAN, title="Anderswo"), request_id=new())
    other.publish(OTHER, "entry", "treff", request_id=new())
    assert plans.plan(AGS).title == PLAN.title
    assert plans.published(AGS) is None


# --- promoting ---


def test_promoting_keeps_id_origin_and_the_stages_before(plans):
    done = plans.promote(AGS, ENTRY, "recommendation", seen_version=1, request_id=new(), day=DAY)
    done = plans.promote(AGS, done, "action", seen_version=2, request_id=new(), day=date(2026, 9, 1))
    assert plans.plan(AGS).entry("treff") == done
    assert (done.stage, done.origin) == ("action", ENTRY.origin)
    assert done.was == (Step("option", DAY), Step("recommendation", date(2026, 9, 1)))


def test_promoting_back_and_forth_on_one_day_or_to_the_same_stage_is_no_mistake(plans):
    entry = ENTRY
    for seen, stage in enumerate(("action", "option", "action", "action"), 1):
        entry = plans.promote(AGS, entry, stage, seen_version=seen, request_id=new(), day=DAY)
    assert entry.was == (Step("option", DAY), Step("action", DAY))


def test_promoting_on_an_old_version_is_a_conflict(plans):
    change(plans, ENTRY, title="Anders")
    with pytest.raises(Conflict):
        plans.promote(AGS, ENTRY, "action", seen_version=1, request_id=new(), day=DAY)


# --- publishing ---


def test_publishing_and_withdrawing_again_does_nothing(plans):
    plans.publish(AGS, "entry", "treff", request_id=new())
    state = plans._store.state()
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert plans._store.state() == state
    plans.withdraw(AGS, "entry", "treff", request_id=new())
    state = plans._store.state()
    plans.withdraw(AGS, "entry", "treff", request_id=new())
    assert plans._store.state() == state
    assert plans.published(AGS).entries == () == plans.published(AGS).links
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert [entry.id for entry in plans.published(AGS).entries] == ["treff"]


def test_what_is_changed_stays_internal_until_it_is_published_again(plans):
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert plans.stored(AGS).published["entry", "treff"]
    change(plans, ENTRY, note="nur die Notiz")
    assert plans.stored(AGS).published["entry", "treff"]
    change(plans, ENTRY, title="Anders")
    assert not plans.stored(AGS).published["entry", "treff"]
    assert plans.published(AGS).entry("treff").title == ENTRY.title
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert plans.published(AGS).entry("treff").title == "Anders"


def test_a_published_entry_that_names_a_removed_goal_can_be_brought_up_to_date(plans):
    plans.publish(AGS, "entry", "treff", request_id=new())
    plans.remove(AGS, "goal", "ziel", seen_version=1, request_id=new())
    assert not plans.stored(AGS).published["entry", "treff"]
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert plans.stored(AGS).published["entry", "treff"]


def test_publishing_withdraws_links_that_are_gone(plans):
    plans.publish(AGS, "entry", "treff", request_id=new())
    seen_by(plans, account("editor")).remove(AGS, "link", LINK.id, seen_version=1, request_id=new())
    assert plans.published(AGS).links == (LINK,)  # an editor does not decide what is public
    assert plans.stored(AGS).published["link", LINK.id] is False
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert plans.published(AGS).links == ()


def test_who_may_publish_takes_what_is_removed_out_of_public_view(plans):
    plans.publish(AGS, "entry", "treff", request_id=new())
    plans.remove(AGS, "entry", "treff", seen_version=1, request_id=new())
    assert plans.published(AGS).entries == ()
    assert ("entry", "treff") not in plans.stored(AGS).published


def test_what_an_editor_removes_stays_public_and_is_named_until_somebody_withdraws_it(plans):
    plans.publish(AGS, "entry", "treff", request_id=new())
    seen_by(plans, account("editor")).remove(AGS, "entry", "treff", seen_version=1, request_id=new())
    assert plans.stored(AGS).published["entry", "treff"] is False
    plans.withdraw(AGS, "entry", "treff", request_id=new())
    assert plans.published(AGS).entries == ()


def test_progress_is_published_by_itself_only_with_its_entry_and_goes_with_it(plans):
    with pytest.raises(NotUsable) as told:
        plans.publish(AGS, "progress", "p1", request_id=new())
    assert told.value.fields == ("entry",)
    plans.publish(AGS, "entry", "treff", request_id=new())
    assert plans.published(AGS).progress == ()
    plans.publish(AGS, "progress", "p1", request_id=new())
    assert plans.published(AGS).progress == (PROGRESS,)
    plans.withdraw(AGS, "entry", "treff", request_id=new())
    assert [key for key in plans.stored(AGS).published if key[0] in ("progress", "link", "entry")] == []


def test_another_version_than_the_one_read_is_not_published(plans):
    change(plans, ENTRY, title="Noch nicht gelesen")
    with pytest.raises(Conflict):
        plans.publish(AGS, "entry", "treff", request_id=new(), seen_version=1)
    assert plans.published(AGS) is None
    plans.publish(AGS, "entry", "treff", request_id=new(), seen_version=2)
    assert plans.published(AGS).entry("treff").title == "Noch nicht gelesen"


def test_what_does_not_exist_cannot_be_published(plans):
    with pytest.raises(KeyError):
        plans.publish(AGS, "entry", "nirgends", request_id=new())


def test_publishing_goes_on_where_it_was_stopped(plans):
    request = new()
    for saves in range(6):
        with pytest.raises(NotSaved):
            Plans(Failing(plans._store, 1 if saves else 0), LOCAL).publish(AGS, "entry", "treff", request_id=request)
    plans.publish(AGS, "entry", "treff", request_id=new())
    public = plans.published(AGS)
    assert (len(public.entries), len(public.links), len(public.goals), len(public.concepts)) == (1, 1, 1, 1)


def test_people_who_publish_at_once_do_not_disturb_each_other(plans):
    entries = [Entry(f"e{number}", "Muster", handlungsfelder=("wohnen",)) for number in range(4)]
    for entry in entries:
        plans.save(AGS, entry, seen_version=0, request_id=new())
    failures = []

    def publish(id):
        try:
            plans.publish(AGS, "entry", id, request_id=new())
        except Exception as error:
            failures.append(error)

    running = [threading.Thread(target=publish, args=(entry.id,)) for entry in entries for _ in range(2)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failures == []
    assert sorted(entry.id for entry in plans.published(AGS).entries) == [entry.id for entry in entries]


# --- drafts ---


def test_a_draft_is_kept_per_person_and_place_and_goes_with_the_save(plans):
    bert = seen_by(plans, account("editor", EVERYWHERE, name="konto-bert"))
    plans.keep_draft(AGS, "entry", "treff", {"title": "hal"}, seen_version=1)
    plans.keep_draft(AGS, "entry", "treff", {"title": "halb"}, seen_version=1)
    bert.keep_draft(OTHER, "entry", "treff", {"title": "anderswo"}, seen_version=0)
    assert plans.draft(AGS, "entry", "treff").body == {"title": "halb"}
    assert bert.draft(AGS, "entry", "treff") is None
    assert (len(plans.drafts(AGS)), bert.drafts(AGS), len(bert.drafts(OTHER))) == (1, [], 1)
    change(bert, ENTRY, title="Von Bert")
    assert plans.draft(AGS, "entry", "treff")  # another one's save takes nobody's words
    with pytest.raises(Conflict):
        plans.save(AGS, replace(ENTRY, title="halb"), seen_version=1, request_id=new())
    assert plans.draft(AGS, "entry", "treff").version_seen == 1
    change(plans, ENTRY, cost_plan=Decimal(5))
    assert plans.drafts(AGS) == []
    bert.drop_draft(OTHER, "entry", "treff")
    assert bert.drafts(OTHER) == []
