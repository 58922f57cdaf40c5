"""Who may: nobody unless the operator says that this machine is one person's own, and only while that can be true."""

import pytest
import streamlit as st

from ui import signed_in
from zwk_data.access import ACTIONS, LOCAL, NOBODY


@pytest.fixture(autouse=True)
def listening_here(monkeypatch):
    address = {"server.address": "127.0.0.1"}
    monkeypatch.setattr(st, "get_option", address.get)
    return address


def test_without_a_word_nobody_may_anything(monkeypatch):
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    assert signed_in.person() == NOBODY
    assert not any(NOBODY.may(action, "05758012") for action in ACTIONS)


def test_one_person_at_this_machine_may_everything(monkeypatch):
    monkeypatch.setenv("ZWK_ACCESS", "local")
    assert signed_in.person() == LOCAL
    assert all(LOCAL.may(action, "05758012") and LOCAL.may(action) for action in ACTIONS)


def test_a_server_that_others_reach_has_no_local_person(monkeypatch, listening_here):
    monkeypatch.setenv("ZWK_ACCESS", "local")
    listening_here["server.address"] = "0.0.0.0"
    assert signed_in.person() == NOBODY


def test_an_action_nobody_declared_is_an_error():
    with pytest.raises(KeyError):
        LOCAL.may("everything")
