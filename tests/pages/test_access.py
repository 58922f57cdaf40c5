"""Zugang: rights, roles and guest links; Freigabe: what a link was made for, and one answer for everything else."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import ROOT, opened
from zwk_data.access.accounts import account_of
from zwk_data.access.roles import assignments
from zwk_data.store import open_store

FILE, AGS = "pages/data/access.py", "05758012"
NOTHING = "Unter diesem Link ist nichts freigegeben."


@pytest.fixture
def store(data_folder, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("ZWK_DATABASE_URL", url)
    monkeypatch.setenv("ZWK_ACCESS", "local")
    with open_store(url) as found:
        yield found


def shared(token: str, monkeypatch) -> AppTest:
    """The guest page as somebody sees it who has nothing but the link."""
    monkeypatch.delenv("ZWK_ACCESS")
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["token"] = token
    at.run()
    at = at.switch_page("pages/action/shared.py")
    at.query_params["token"] = token
    return at.run()


def test_nobody_sees_what_is_allowed_and_why_not_more(store, monkeypatch):
    monkeypatch.delenv("ZWK_ACCESS")
    at = opened(FILE, ags=AGS)
    [heading] = [head.value for head in at.subheader]  # and no others: roles and links are not for everybody
    assert heading.startswith("Was ich hier darf")
    assert any("keine Anmeldung eingerichtet" in text.value for text in at.markdown)


def test_a_role_is_given_changed_and_taken(store):
    konto = account_of("https://anmeldung.example", "a")
    at = opened(FILE, ags=AGS)
    at.text_input(key="role_other").set_value(konto).run()
    at.selectbox(key=f"role_role_{AGS}_{konto}").set_value("decider").run()
    at.button(key="role_save").click().run()
    assert not at.exception
    assert [(one.place, one.role) for one in assignments(store)] == [(AGS, "decider")]
    at.selectbox(key=f"role_account_{AGS}").set_value(konto).run()
    at.selectbox(key=f"role_role_{AGS}_{konto}").set_value("").run()
    at.button(key="role_save").click().run()
    assert assignments(store) == []


def test_what_is_no_account_is_refused_with_a_reason(store):
    at = opened(FILE, ags=AGS)
    at.text_input(key="role_other").set_value("chef@muster.example").run()
    at.button(key="role_save").click().run()
    assert [error.value for error in at.error] == [
        "Das ist kein Konto: Es beginnt mit »konto-« und hat danach 20 Zeichen."
    ]
    assert assignments(store) == []


def test_a_link_to_an_exhibit_is_shown_once_shows_that_exhibit_and_ends_when_revoked(store, monkeypatch):
    at = opened(FILE, ags=AGS)
    at.radio(key="guest_what").set_value("exhibit").run()
    at.text_input(key="guest_address").set_value(f"time_series?ags={AGS}&indicator=population_total").run()
    at.text_input(key="guest_label").set_value("Für den Beirat").run()
    at.button(key="guest_create").click().run()
    assert not at.exception
    [link] = [code.value for code in at.code]
    token = re.search(r"/freigabe\?token=([\w-]{43})$", link).group(1)
    assert not at.run().code
    with monkeypatch.context() as patch:
        seen = shared(token, patch)
        assert seen.title[0].value == "Für den Beirat"
        assert len(seen.subheader) + len(seen.header) == 1
    revoke = next(button for button in at.button if str(button.key).startswith("revoke_"))
    revoke.click().run()
    seen = shared(token, monkeypatch)
    assert NOTHING in seen.info[0].value


@pytest.mark.parametrize("address", ["", "time_series?ags=05758012", "nothing?a=b", "plan_fields?ags=13071107"])
def test_what_cannot_be_shown_or_is_another_towns_plan_gets_no_link(store, address):
    at = opened(FILE, ags=AGS)
    at.radio(key="guest_what").set_value("exhibit").run()
    at.text_input(key="guest_address").set_value(address).run()
    at.text_input(key="guest_label").set_value("Muster").run()
    at.button(key="guest_create").click().run()
    assert len(at.error) == 1
    assert store.records("guest_link") == []


def test_a_wrong_token_gets_the_same_answer_as_none(store, monkeypatch):
    store.save("note", "x", {}, seen_version=0, actor="x", request_id="x")
    answers = {shared(token, monkeypatch).info[0].value for token in ("",)}
    monkeypatch.setenv("ZWK_ACCESS", "local")
    answers |= {shared("A" * 43, monkeypatch).info[0].value}
    assert len(answers) == 1
    assert NOTHING in answers.pop()
