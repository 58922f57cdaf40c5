"""A guest link shows one thing for a time, cannot be guessed or read from the store, and gives no right."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.access.conftest import A, B, konto
from zwk_data.access import Denied, Person
from zwk_data.access.guests import Guests, NotShareable, Target, digest, opened

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
ADDRESS = "time_series?ags=99000001&as_of=2029-12-31&indicator=population_total&scenario=continue"


def at(days: float):
    return lambda: NOW + timedelta(days=days)


@pytest.fixture
def guests(store):
    return Guests(store, Person("account", konto("d"), {A: "decider"}), now=at(0))


def test_a_link_opens_what_it_was_made_for_until_it_runs_out(store, guests):
    for target in (
        Target("plan", A),
        Target("published", A),
        Target("exhibit", A, ADDRESS),
        Target("meeting", A, "m1"),
    ):
        token = guests.create("Für den Beirat", target)
        assert len(token) == 43
        assert opened(store, token, at(29.99)).target == target
        assert opened(store, token, at(30)) is None
    long = guests.create("Lang", Target("plan", A), 365)
    assert opened(store, long, at(364.99))
    assert opened(store, long, at(365)) is None


def test_a_revoked_link_opens_nothing_and_stays_listed(store, guests):
    token = guests.create("Muster", Target("plan", A))
    [link] = guests.links(A)
    guests.revoke(A, link.id)
    guests.revoke(A, link.id)
    assert opened(store, token, at(0)) is None
    assert [(one.label, one.revoked) for one in guests.links(A)] == [("Muster", True)]
    assert len(store.history("guest_link", link.id)) == 2


def test_tokens_differ_and_none_can_be_read_from_the_store(store, guests, tmp_path):
    tokens = {guests.create("Muster", Target("plan", A)) for _ in range(20)}
    assert len(tokens) == 20
    assert {link.id for link in guests.links(A)} == {digest(token) for token in tokens}
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert not any(token.encode() in raw for token in tokens)
    assert all(digest(token).encode() in raw for token in tokens)


@pytest.mark.parametrize(
    "token", ["", "a", "A" * 43, "A" * 44, "ä" * 43, "A" * 42 + "\n", "A" * 42 + "=", "\ud800" * 43, "x" * 100_000]
)
def test_what_is_no_token_opens_nothing(store, guests, token):
    guests.create("Muster", Target("plan", A))
    assert opened(store, token, at(0)) is None


def test_the_hash_of_a_token_is_no_token(store, guests):
    token = guests.create("Muster", Target("plan", A))
    assert opened(store, digest(token), at(0)) is None
    assert opened(store, digest(token)[:43], at(0)) is None


@pytest.mark.parametrize(("label", "target", "days", "field"), [
    ("", Target("plan", A), 30, "label"), ("  ", Target("plan", A), 30, "label"), ("x" * 121, Target("plan", A), 30, "label"),
    ("a\nb", Target("plan", A), 30, "label"), ("x", Target("plan", A), 0, "days"), ("x", Target("plan", A), 366, "days"),
    ("x", Target("exhibit", A), 30, "address"), ("x", Target("plan", A, ADDRESS), 30, "address"),
    ("x", Target("everything", A), 30, "what"), ("x", Target("meeting", A), 30, "address"),
])  # fmt: skip
def test_a_link_without_name_term_or_content_is_not_made(store, guests, label, target, days, field):
    with pytest.raises(NotShareable) as refused:
        guests.create(label, target, days)
    assert refused.value.field == field
    assert store.state() == 0


def test_links_of_another_municipality_are_neither_listed_nor_revoked(store, guests, admin):
    other = Guests(store, admin, now=at(0))
    token = other.create("Muster", Target("plan", B))
    [link] = other.links(B)
    assert guests.links(A) == []
    guests.revoke(A, link.id)
    assert opened(store, token, at(0)) is not None
    with pytest.raises(Denied):
        guests.revoke(B, link.id)


def test_a_record_of_another_version_or_scope_opens_nothing(store, guests):
    token = guests.create("Muster", Target("plan", A))
    record = store.get("guest_link", digest(token))
    for change in ({"target": {"what": "plan", "ags": B, "address": ""}}, {"expires": "2030-06-01"}, {"expires": None},
                   {"target": {"what": "plan"}}, {"revoked": None},
                   {"target": {"what": "of a newer version", "ags": A, "address": ""}}):  # fmt: skip
        body = json.loads(json.dumps({**record.body, **change}))
        saved = store.save("guest_link", record.id, body, seen_version=store.get("guest_link", record.id).version,
                           actor="x", request_id=json.dumps(change))  # fmt: skip
        assert saved
        assert opened(store, token, at(0)) is None, change
    assert re.fullmatch("[0-9a-f]{64}", record.id)


def test_a_link_stored_before_there_were_links_to_meetings_opens_what_it_did(store):
    token = "A" * 43
    body = {
        "label": "Für den Beirat", "target": {"what": "exhibit", "ags": A, "address": ADDRESS}, "revoked": False,
        "expires": "2030-01-31T12:00:00+00:00",
    }  # fmt: skip
    store.save("guest_link", digest(token), body, seen_version=0, actor="x", request_id="old", scope=A)
    assert opened(store, token, at(29)).target == Target("exhibit", A, ADDRESS)
    assert opened(store, token, at(31)) is None


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_a_link_to_a_meeting_needs_the_right_to_share(store, role):
    person = Person("account", konto("r"), {A: role})
    with pytest.raises(Denied):
        Guests(store, person, now=at(0)).create("Sitzung", Target("meeting", A, "m1"))
