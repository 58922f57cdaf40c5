"""Accounts are made from what a provider never gives to anybody else; names are shown to few and can be erased."""

import pytest

from tests.access.conftest import ISSUER, A, B, konto
from zwk_data.access import NOBODY, Denied, Person
from zwk_data.access.accounts import ACCOUNT, account_of, answered, ask, display_name, forget, known, names
from zwk_data.access.roles import Roles

ME = Person("account", konto("ich"), {}, "amt@muster.example")


def test_the_same_subject_of_the_same_provider_is_the_same_account_and_nobody_else_is():
    found = {
        account_of(issuer, subject)
        for issuer in (ISSUER, ISSUER + "/", ISSUER + "/a", "x")
        for subject in ("a", "aa", "b", "ä")
    }
    assert len(found) == 16
    assert all(ACCOUNT.fullmatch(one) for one in found)
    assert account_of(ISSUER, "a") == account_of(ISSUER, "a")
    assert account_of("ab", "c") != account_of("a", "bc")


@pytest.mark.parametrize(("issuer", "subject"), [("", "a"), ("a", "")])
def test_without_provider_or_subject_there_is_no_account(issuer, subject):
    with pytest.raises(ValueError):
        account_of(issuer, subject)


def test_a_name_is_printable_and_short():
    assert display_name({"email": "a@b.example", "name": "Muster"}) == "a@b.example"
    assert display_name({"preferred_username": "muster\x00\n"}) == "muster"
    assert display_name({"name": "x" * 500}) == "x" * 120
    assert display_name({"email": None}) == ""


def test_a_name_is_stored_only_when_somebody_asks_for_a_role(store, admin):
    assert known(store) == {}
    ask(store, ME, A)
    ask(store, ME, A)
    ask(store, ME, B)
    [found] = known(store).values()
    assert (found.name, found.asked) == ("amt@muster.example", (A, B))
    assert store.state() == 2
    Roles(store, admin).grant(ME.account, A, "reader")
    answered(store, admin, ME.account, A)
    assert known(store)[ME.account].asked == (B,)


def test_nobody_asks_without_signing_in_and_answers_without_the_right(store, local):
    ask(store, ME, A)
    for person in (NOBODY, local):
        with pytest.raises(Denied):
            ask(store, person, A)
    for person in (
        NOBODY,
        ME,
        Person("account", konto("x"), {B: "admin"}),
        Person("account", konto("x"), {A: "decider"}),
    ):
        with pytest.raises(Denied):
            answered(store, person, ME.account, A)


def test_names_are_shown_to_readers_of_the_same_municipality_as_long_as_the_role_lasts(store, admin):
    ask(store, ME, A)
    reader = Person("account", konto("x"), {A: "reader"})
    assert names(store, reader, A) == {}
    Roles(store, admin).grant(ME.account, A, "editor")
    assert names(store, reader, A) == {ME.account: "amt@muster.example"}
    assert names(store, reader, B) == {}
    assert names(store, NOBODY, A) == {}
    Roles(store, admin).revoke(ME.account, A)
    assert names(store, reader, A) == {}


def test_a_name_is_erased_by_its_owner_or_an_admin_everywhere_with_all_versions(store, admin):
    ask(store, ME, A)
    ask(store, ME, B)
    for person in (NOBODY, Person("account", konto("x"), {A: "admin"})):
        with pytest.raises(Denied):
            forget(store, person, ME.account)
    forget(store, ME, ME.account)
    assert known(store) == {}
    assert all(change.body is None for change in store.history("account", ME.account))
    assert store.verify().ok
    ask(store, ME, A)
    forget(store, admin, ME.account)
    assert known(store) == {}
