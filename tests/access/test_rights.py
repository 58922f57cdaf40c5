"""Role x action x municipality, every cell: against a table written out here, and through every service that asks."""

import threading
from datetime import date

import pytest

from tests.access.conftest import A, B, konto
from zwk_data.access import ACTIONS, EVERYWHERE, NOBODY, ROLES, Denied, Person, require
from zwk_data.access.guests import Guests, Target
from zwk_data.access.roles import Assignment, LastAdmin, Roles, assignments, person_of
from zwk_data.access.sessions import Sessions
from zwk_data.plan.model import Entry
from zwk_data.plan.parts import Head
from zwk_data.plan.service import Plans
from zwk_data.store import open_store

# What each role may in its own municipality; written out, so that a change of the declaration is noticed.
HERE = {
    "reader": "read_internal",
    "editor": "read_internal edit own_data scenarios",
    "decider": "read_internal edit own_data scenarios publish share decide",
    "admin": "read_internal edit own_data scenarios publish share decide roles erase",
}
ALL = "read_internal edit own_data scenarios publish share decide roles erase refresh accounts"


def someone(role: str, place: str = A) -> Person:
    return Person("account", konto(role), {place: role})


def test_every_cell_of_role_action_and_municipality_is_as_written_out():
    assert set(ALL.split()) == set(ACTIONS)
    cells = 0
    for role in ROLES:
        for action in ACTIONS:
            assert someone(role).may(action, A) is (action in HERE[role].split()), (role, action)
            assert not someone(role).may(action, B), (role, action)
            assert not someone(role).may(action), (role, action)
            assert not someone(role).may(action, EVERYWHERE), (role, action)
            everywhere = HERE[role].split() if role != "admin" else ALL.split()
            for place in (A, B, ""):
                assert someone(role, EVERYWHERE).may(action, place) is (action in everywhere), (role, action, place)
            cells += 7
    assert cells == 4 * len(ACTIONS) * 7
    assert not any(NOBODY.may(action, place) for action in ACTIONS for place in (A, B, "", EVERYWHERE))


def test_a_role_nobody_declared_gives_no_right():
    for role in ("", "owner", "ADMIN", None):
        strange = Person("account", "x", {A: role, EVERYWHERE: role})
        assert not any(strange.may(action, A) or strange.may(action) for action in ACTIONS)


def test_refusals_name_their_reason():
    with pytest.raises(Denied) as refused:
        require(someone("reader"), "edit", A)
    assert refused.value.reason_de == "Dazu sind Sie hier nicht berechtigt."


# --- the same through the services: nothing is done and nothing is stored where it is refused ------------------------


def calls(store, person: Person, place: str) -> dict[str, object]:
    """What can be asked of the services, by action; each call alone."""
    plans, roles, guests = Plans(store, person), Roles(store, person), Guests(store, person)
    mark = f"{person.account}:{place}"
    return {
        "read_internal": [
            lambda: plans.stored(place),
            lambda: plans.history(place, "entry", "e1"),
        ],
        "edit": [
            lambda: plans.save(place, Entry("e2", "Neu"), seen_version=plans.stored(place).version("entry", "e2"), request_id=f"{mark}:save"),
            lambda: plans.remove(place, "entry", "e2", seen_version=plans.stored(place).version("entry", "e2"), request_id=f"{mark}:remove"),
            lambda: plans.promote(place, Entry("e3", "Idee"), "recommendation", seen_version=plans.stored(place).version("entry", "e3"), request_id=f"{mark}:promote", day=date(2026, 1, 2)),
            lambda: plans.keep_draft(place, "entry", "e1", {"title": "x"}, seen_version=0),
            lambda: plans.draft(place, "entry", "e1"),
            lambda: plans.drafts(place),
            lambda: plans.drop_draft(place, "entry", "e1"),
        ],
        "publish": [
            lambda: plans.publish(place, "entry", "e1", request_id=f"{mark}:publish"),
            lambda: plans.withdraw(place, "entry", "e1", request_id=f"{mark}:withdraw"),
        ],
        "share": [
            lambda: guests.links(place),
            lambda: guests.create("Muster", Target("plan", place)),
            lambda: guests.revoke(place, "0" * 64),
        ],
        "roles": [
            lambda: roles.at(place),
            lambda: roles.grant(konto("neu"), place, "reader"),
            lambda: roles.revoke(konto("neu"), place),
        ],
        "accounts": [
            lambda: Sessions(store).end_all(konto("jemand"), person),
            lambda: roles.everything(),
            lambda: roles.at(EVERYWHERE),
            lambda: roles.grant(konto("neu"), EVERYWHERE, "reader"),
            lambda: roles.revoke(konto("neu"), EVERYWHERE),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("role", [*ROLES, None])
def test_services_do_what_the_role_allows_and_refuse_everything_else(store, admin, role):
    for place in (A, B):
        Plans(store, admin).save(place, Head("Muster"), seen_version=0, request_id=f"head:{place}")
        Plans(store, admin).save(place, Entry("e1", "Vorhanden"), seen_version=0, request_id=f"first:{place}")
    person = someone(role) if role else NOBODY
    for place in (A, B):
        for action, asked in calls(store, person, place).items():
            allowed = place == A and role is not None and action in HERE[role].split()
            for number, call in enumerate(asked):
                before = (store.state(), store.drafts(person.actor))
                if allowed:
                    call()
                    continue
                with pytest.raises(Denied):
                    call()
                assert (store.state(), store.drafts(person.actor)) == before, (role, action, place, number)


def test_who_may_not_read_internal_data_sees_what_is_published_only(store, admin):
    plans = Plans(store, admin)
    plans.save(A, Head("Muster"), seen_version=0, request_id="head")
    for id in ("e1", "e2"):
        plans.save(A, Entry(id, id, note="vertraulich"), seen_version=0, request_id=id)
    assert Plans(store, NOBODY).plan(A) is None
    plans.publish(A, "entry", "e1", request_id="p")
    for person in (NOBODY, someone("admin", B)):
        seen = Plans(store, person).plan(A)
        assert [(entry.id, entry.note) for entry in seen.entries] == [("e1", None)]
    assert len(Plans(store, someone("reader")).plan(A).entries) == 2


# --- roles in the store ----------------------------------------------------------------------------------------------


def test_a_person_has_the_roles_of_the_store_and_loses_them_with_it(store, admin):
    service, account = Roles(store, admin), konto("neu")
    assert person_of(store, account).roles == {}
    service.grant(account, A, "editor")
    service.grant(account, B, "reader")
    service.grant(account, A, "decider")
    found = person_of(store, account, "Amt für Muster")
    assert (dict(found.roles), found.name, found.actor) == ({A: "decider", B: "reader"}, "Amt für Muster", account)
    service.revoke(account, A)
    assert dict(person_of(store, account).roles) == {B: "reader"}
    assert service.at(B) == [Assignment(account, B, "reader")]
    assert store.verify().ok


def test_an_admin_of_a_municipality_gives_roles_there_and_nowhere_else(store):
    here = someone("admin")
    Roles(store, here).grant(konto("neu"), A, "admin")
    for place in (B, EVERYWHERE):
        with pytest.raises(Denied):
            Roles(store, here).grant(konto("admin"), place, "reader")
    assert [one.place for one in assignments(store)] == [A]


@pytest.mark.parametrize(("account", "place", "role"), [
    ("", A, "reader"), ("x" * 201, A, "reader"), ("a\nb", A, "reader"), ("x", "", "reader"), ("x", "a b", "reader"),
    ("x", "a:b", "reader"), ("x", A, "owner"), ("x", A, ""),
])  # fmt: skip
def test_what_cannot_be_a_role_is_refused(store, admin, account, place, role):
    with pytest.raises(ValueError):
        Roles(store, admin).grant(account, place, role)
    assert store.state() == 0


def test_the_last_admin_everywhere_stays(store, admin):
    service = Roles(store, admin)
    service.grant(admin.account, EVERYWHERE, "admin")
    for change in (
        lambda: service.revoke(admin.account, EVERYWHERE),
        lambda: service.grant(admin.account, EVERYWHERE, "editor"),
    ):
        with pytest.raises(LastAdmin):
            change()
    service.grant(konto("zweite"), EVERYWHERE, "admin")
    service.revoke(admin.account, EVERYWHERE)
    assert [one.account for one in service.at(EVERYWHERE)] == [konto("zweite")]


def test_of_two_last_admins_who_take_each_others_role_at_once_one_stays(tmp_path):
    address = f"sqlite:///{tmp_path / 'store.sqlite'}"
    both = [Person("account", konto(name), {EVERYWHERE: "admin"}) for name in ("eins", "zwei")]
    with open_store(address) as store, open_store(address) as other:
        for person in both:
            Roles(store, both[0]).grant(person.account, EVERYWHERE, "admin")
        for attempt in range(10):
            ready, results = threading.Barrier(2), []

            def take(where, me, them, ready=ready, results=results):
                ready.wait()
                try:
                    Roles(where, me).revoke(them.account, EVERYWHERE)
                    results.append("taken")
                except LastAdmin:
                    results.append("kept")

            threads = [threading.Thread(target=take, args=args) for args in ((store, *both), (other, *both[::-1]))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(results) == ["kept", "taken"], attempt
            left = [one for one in assignments(store) if one.role == "admin"]
            assert len(left) == 1
            for person in both:
                Roles(store, both[0]).grant(person.account, EVERYWHERE, "admin")


def test_many_who_give_roles_in_one_municipality_at_once_lose_none(store, admin):
    service = Roles(store, admin)
    threads = [threading.Thread(target=service.grant, args=(konto(str(n)), A, "reader")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(service.at(A)) == 8
