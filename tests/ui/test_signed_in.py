"""Who looks at a page: this machine's own person only where nothing contradicts it, an account only while it lasts."""

import time

import pytest
import streamlit as st

from ui import account, people, signed_in
from zwk_data.access import ACTIONS, EVERYWHERE, LOCAL, NOBODY, ROLES, Person
from zwk_data.access.accounts import account_of
from zwk_data.access.roles import Roles
from zwk_data.access.sessions import Sessions
from zwk_data.language import Language
from zwk_data.store import open_store

HERE = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}
ISSUER = "https://anmeldung.example"


def locally(headers: dict[str, str], said: str = "local", address: str | None = "127.0.0.1") -> signed_in.Access:
    return signed_in._without_login(said, address, headers)


@pytest.mark.parametrize("headers", [
    {}, HERE, {"Host": "localhost"}, {"host": "LOCALHOST:8501"}, {"Host": "[::1]:8501", "Origin": "http://[::1]:8501"},
    {"Host": "127.8.9.1", "User-Agent": "x", "Accept": "*/*"},
])  # fmt: skip
def test_a_request_from_this_machine_is_its_own_persons(headers):
    assert locally(headers) == signed_in.Access(LOCAL)


@pytest.mark.parametrize("headers", [
    {"Host": "stadt.example"}, {"Host": "192.0.2.1"}, {"Host": "localhost.example"}, {"Host": "127.0.0.1.example"}, {"Host": ""},
    {**HERE, "Origin": "https://stadt.example"}, {**HERE, "Origin": "null"}, {**HERE, "Origin": ""}, {"Host": "["},
    {**HERE, "X-Forwarded-For": "192.0.2.1"}, {**HERE, "x-forwarded-for": "127.0.0.1"}, {**HERE, "X-Forwarded-Proto": "https"},
    {**HERE, "X-Forwarded-Anything": ""}, {**HERE, "Forwarded": "for=127.0.0.1"}, {**HERE, "X-Real-IP": "127.0.0.1"},
    {**HERE, "Via": "1.1 proxy"}, {"Host": "localhost@stadt.example"}, {"Host": "stadt.example#localhost"}, {"Host": "0.0.0.0"},
])  # fmt: skip
def test_a_request_through_a_proxy_or_under_another_name_is_nobodys(headers):
    assert locally(headers) == signed_in.Access(NOBODY, "not_loopback")


def test_without_the_operators_word_or_on_an_open_address_nobody_is_local():
    assert locally(HERE, said="") == locally(HERE, said="LOCAL") == signed_in.Access(NOBODY, "not_configured")
    for address in ("0.0.0.0", "192.0.2.1", "", None, "stadt.example"):
        assert locally(HERE, address=address).person == NOBODY


@pytest.fixture
def people_sign_in(monkeypatch, tmp_path):
    """A dashboard on which people sign in; gives the store and a function to be somebody."""
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        monkeypatch.setattr(signed_in, "login_configured", lambda: True)
        monkeypatch.setattr(signed_in, "store", lambda: store)
        monkeypatch.setenv("ZWK_ACCESS", "local")

        def be(**claims: object) -> signed_in.Access:
            st.session_state.pop(signed_in.STATE, None)
            monkeypatch.setattr(st, "user", claims)
            return signed_in.access()

        yield store, be


def token(subject: str = "a", **claims: object) -> dict[str, object]:
    return {
        "is_logged_in": True,
        "iss": ISSUER,
        "sub": subject,
        "iat": int(time.time()),
        "email": "a@b.example",
        **claims,
    }


def test_where_people_sign_in_this_machine_has_no_person_of_its_own(people_sign_in):
    _, be = people_sign_in
    assert be(is_logged_in=False) == signed_in.Access(NOBODY, "not_signed_in")
    assert be() == signed_in.Access(NOBODY, "not_signed_in")
    assert be(**token(is_logged_in="yes")) == signed_in.Access(NOBODY, "not_signed_in")


@pytest.mark.parametrize("claims", [{"iss": None}, {"sub": None}, {"sub": ""}, {"iss": ""}, {"sub": 7}])
def test_an_account_without_provider_or_subject_is_nobody(people_sign_in, claims):
    _, be = people_sign_in
    assert be(**token(**claims)) == signed_in.Access(NOBODY, "incomplete")


def test_an_account_has_the_roles_of_the_store_whatever_its_address_says(people_sign_in):
    store, be = people_sign_in
    admin = Person("account", "x", {EVERYWHERE: "admin"})
    found = be(**token())
    assert (found.why, found.person.name, dict(found.person.roles)) == ("no_role", "a@b.example", {})
    Roles(store, admin).grant(account_of(ISSUER, "a"), "05758012", "editor")
    assert be(**token()).person.may("edit", "05758012")
    assert not be(**token("b")).person.may("edit", "05758012")
    assert not be(**token(iss="https://andere.example")).person.may("edit", "05758012")


def test_an_ended_session_is_nobody_and_says_why(people_sign_in):
    store, be = people_sign_in
    now = int(time.time())
    assert be(**token(iat=now - 2 * 3600)).why == "idle"
    assert be(**token(iat=now - 13 * 3600)).why == "too_long"
    assert be(**token(iat=None)).why == "undated"
    assert be(**token()).why == "no_role"
    Sessions(store).end_all(account_of(ISSUER, "a"), LOCAL)
    ended = be(**token(iat=now - 1))
    assert (ended.why, ended.person) == ("ended", NOBODY)


def test_a_store_that_does_not_answer_gives_nobody_any_right(people_sign_in, monkeypatch):
    from zwk_data.store import StoreError

    _, be = people_sign_in

    def broken():
        raise StoreError("no answer")

    monkeypatch.setattr(signed_in, "store", broken)
    assert be(**token()) == signed_in.Access(NOBODY, "unreadable")


def test_the_answer_of_the_store_holds_for_a_second_and_no_longer(people_sign_in, monkeypatch):
    store, be = people_sign_in
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    admin = Person("account", "x", {EVERYWHERE: "admin"})
    assert be(**token()).why == "no_role"
    Roles(store, admin).grant(account_of(ISSUER, "a"), "05758012", "editor")
    assert signed_in.person().roles == {}
    clock[0] += signed_in.CHECKED_EVERY
    assert signed_in.person().may("edit", "05758012")


@pytest.mark.parametrize(("content", "configured"), [
    (None, False), ("[other]\na = 1\n", False), ("[auth]\nclient_id = 'x'\n", True), ("[auth\n", True),
])  # fmt: skip
def test_secrets_that_cannot_be_read_count_as_a_login_that_does_not_work(monkeypatch, tmp_path, content, configured):
    from streamlit import config
    from streamlit.runtime.secrets import Secrets

    file = tmp_path / "secrets.toml"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    monkeypatch.setattr(st, "secrets", Secrets())
    monkeypatch.setattr(config, "get_option", {"secrets.files": [str(file)]}.get)
    monkeypatch.setattr(st, "get_option", {"secrets.files": [str(file)]}.get)
    assert signed_in.login_configured() is configured


class View:
    """As much of a view as sentences need."""

    language = Language("de")
    place = type("Place", (), {"name": "Muster", "ags": "05758012"})()
    text = staticmethod(Language("de").text)


def test_every_reason_has_a_sentence_of_its_own_and_every_action_and_role_a_name():
    from typing import get_args

    reasons = [account.reason(View(), signed_in.Access(NOBODY, why)) for why in get_args(signed_in.Why)]
    assert len(set(reasons)) == len(reasons)
    assert set(people.action_names(View())) == set(ACTIONS)
    assert tuple(people.role_names(View())) == ROLES
