"""Sessions end: after an hour without activity, after twelve hours, when somebody ends them; the clock is ours."""

import pytest

from tests.access.conftest import A, konto
from zwk_data.access import NOBODY, Denied, Person
from zwk_data.access.sessions import FORM, Sessions, sign_in_of

START = 1_900_000_000.0
ME = konto("ich")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(store, clock):
    return Sessions(store, now=clock)


def signed_in(at: float = START, **claims):
    return sign_in_of(ME, {"iat": int(at), **claims})


def test_a_session_lasts_while_something_happens_and_twelve_hours_at_most(sessions, clock):
    mine, minutes = signed_in(), 0
    while sessions.check(mine) == "open":
        minutes += 30
        clock.now = START + minutes * 60
    assert (minutes, sessions.check(mine)) == (12 * 60, "too_long")


def test_an_hour_without_activity_ends_it_for_good(sessions, clock):
    mine = signed_in()
    assert sessions.check(mine) == "open"
    clock.now += 59 * 60
    assert sessions.check(mine) == "open"
    clock.now += 60 * 60
    assert [sessions.check(mine) for _ in range(3)] == ["idle"] * 3
    clock.now += 1
    assert sessions.check(signed_in(clock.now)) == "open"


def test_a_cookie_whose_activity_nobody_knows_counts_from_its_sign_in(sessions, clock):
    clock.now += 61 * 60
    assert sessions.check(signed_in(START)) == "idle"


def test_activity_is_noted_once_a_minute_and_never_in_the_audit(store, sessions, clock):
    mine, notes = signed_in(), set()
    for _ in range(600):
        assert sessions.check(mine) == "open"
        notes.add(store.draft(ME, FORM, "session", mine.id).body["last"])
        clock.now += 1
    assert len(notes) == 10
    assert store.state() == 0
    assert store.changes() == []


def test_signing_out_ends_this_session_even_for_a_copy_of_its_cookie(sessions, clock):
    mine, other = signed_in(nonce="a"), signed_in(nonce="b")
    assert (sessions.check(mine), sessions.check(other)) == ("open", "open")
    sessions.end(mine)
    assert (sessions.check(mine), sessions.check(other)) == ("ended", "open")


def test_activity_noted_in_another_tab_at_the_moment_of_signing_out_revives_nothing(sessions, clock, monkeypatch):
    mine, keep = signed_in(), sessions._keep
    assert sessions.check(mine) == "open"
    clock.now += 61

    def late(sign_in, body):
        sessions.end(sign_in)  # between reading and noting
        keep(sign_in, body)

    with monkeypatch.context() as patched:
        patched.setattr(sessions, "_keep", late)
        sessions.check(mine)
    assert sessions.check(mine) == "ended"


def test_all_sessions_of_an_account_end_at_once_and_a_new_sign_in_counts(store, sessions, clock, admin):
    old = [signed_in(nonce=name) for name in "abc"]
    unseen = signed_in(nonce="never looked at before")
    ahead = signed_in(START + 120, nonce="the provider's clock is ahead")
    assert {sessions.check(one) for one in (*old, ahead)} == {"open"}
    clock.now += 10
    sessions.end_all(ME, admin)
    assert {sessions.check(one) for one in (*old, unseen, ahead)} == {"ended"}
    clock.now += 1
    assert sessions.check(signed_in(clock.now, nonce="new")) == "open"
    assert sessions.check(sign_in_of(konto("andere"), {"iat": int(clock.now)})) == "open"
    assert store.verify().ok


def test_everybody_ends_their_own_sessions_and_only_admins_everywhere_those_of_others(sessions, clock):
    mine = signed_in()
    sessions.check(mine)
    for person in (NOBODY, Person("account", konto("x"), {A: "admin"}), Person("nobody", ME)):
        with pytest.raises(Denied):
            sessions.end_all(ME, person)
    assert sessions.check(mine) == "open"
    sessions.end_all(ME, Person("account", ME))
    assert sessions.check(mine) == "ended"


@pytest.mark.parametrize(
    "claims", [{}, {"iat": "1900000000"}, {"iat": None}, {"iat": True}, {"iat": -5}, {"iat": START + 3600}]
)
def test_a_sign_in_without_a_time_or_from_the_future_does_not_count(sessions, claims):
    assert sessions.check(sign_in_of(ME, claims)) == "undated"


def test_the_time_is_that_of_signing_in_here_not_that_of_the_providers_password(sessions, clock):
    assert sessions.check(signed_in(START, auth_time=START - 11 * 3600)) == "open"
    assert sign_in_of(ME, {"auth_time": START}).at == START


def test_notes_of_sessions_that_are_over_are_dropped_at_the_next_sign_in(store, clock):
    import time

    clock.now = time.time()
    sessions = Sessions(store, now=clock)
    old = signed_in(clock.now)
    sessions.check(old)
    store.keep_draft(ME, "plan", "plan_entry", f"{A}:e1", {"title": "Entwurf"}, version_seen=0)
    clock.now += 13 * 3600
    new = signed_in(clock.now)
    assert sessions.check(new) == "open"
    assert sorted(draft.id for draft in store.drafts(ME)) == sorted([new.id, f"{A}:e1"])
    assert sessions.check(old) == "too_long"
