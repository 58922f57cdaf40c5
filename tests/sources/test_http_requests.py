"""POST, credentials, files and the end of all asking: what Eurostat never needs and other providers do."""

import hashlib
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.simulator import Asked, Reply, Simulator, cut_chunks, cut_length, redirect, serve, status
from zwk_data.sources import http
from zwk_data.sources.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    DiskFull,
    ForeignRedirect,
    TooLarge,
    Truncated,
    Unavailable,
)
from zwk_data.sources.http import Client, Limits, Request

BODY = random.Random(1).randbytes(3_000_000)
SECRET = "a-synthetic-secret"


class Echo(Simulator):
    def reply(self, asked: Asked) -> Reply:
        return Reply(BODY, "application/octet-stream")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(Echo()) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Client:
    return Client(Limits(total=10, tries=3, first_wait=1), sleep=waits.append, jitter=lambda: 0)


def test_a_form_is_posted_with_its_charset(server: Simulator, client: Client) -> None:
    answer = client.ask(Request(server.url, (("name", "Einwohner Köln"), ("area", "")), "POST"))
    [asked] = server.asked
    assert (asked.method, asked.one("name"), asked.form["area"]) == ("POST", "Einwohner Köln", [""])
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert answer.body == BODY


def test_a_json_text_is_posted_as_it_is(server: Simulator, client: Client) -> None:
    client.ask(Request(server.url, method="POST", content='{"a":"ö"}'))
    [asked] = server.asked
    assert asked.body == '{"a":"ö"}'.encode()
    assert asked.headers["Content-Type"].startswith("application/json")


def test_credentials_travel_in_headers_and_are_written_nowhere(
    server: Simulator, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults = [status(503)] * 3
    known = client.with_headers({"username": "u", "password": SECRET})
    with caplog.at_level(logging.DEBUG), pytest.raises(Unavailable) as refused:
        known.ask(Request(server.url, (("name", "x"),), "POST"))
    assert server.asked[0].headers["password"] == SECRET
    assert SECRET not in caplog.text + str(refused.value) + refused.value.reason_de + repr(known)
    assert not client.headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_credentials_never_follow_a_redirect(server: Simulator, client: Client, method: str) -> None:
    server.faults = [redirect("/elsewhere")] * 3
    with pytest.raises(ForeignRedirect):
        client.with_headers({"username": "u"}).ask(Request(server.url, method=method))
    assert len(server.asked) == 1


def test_a_post_is_not_sent_again_elsewhere(server: Simulator, client: Client) -> None:
    server.faults = [redirect("/elsewhere")]
    with pytest.raises(ForeignRedirect):
        client.ask(Request(server.url, method="POST", content="{}"))


def test_a_large_body_goes_into_a_file(server: Simulator, client: Client, tmp_path: Path) -> None:
    answer = client.ask(Request(server.url, into=tmp_path / "bulk"))
    assert answer.body == b""
    assert hashlib.sha256((tmp_path / "bulk").read_bytes()).digest() == hashlib.sha256(BODY).digest()


@pytest.mark.parametrize("cut", [cut_length(), cut_chunks()])
def test_a_cut_large_body_leaves_no_file(server: Simulator, client: Client, tmp_path: Path, cut) -> None:
    server.faults = [cut] * 3
    with pytest.raises((Truncated, ConnectionFailed)):
        client.ask(Request(server.url, into=tmp_path / "bulk"))
    assert list(tmp_path.iterdir()) == []


def test_a_body_over_the_cap_leaves_no_file(server: Simulator, client: Client, tmp_path: Path) -> None:
    small = client.with_limits(Limits(packed_bytes=1 << 20))
    with pytest.raises(TooLarge):
        small.ask(Request(server.url, into=tmp_path / "bulk"))
    assert list(tmp_path.iterdir()) == []


def test_an_error_page_is_not_written_into_the_file(server: Simulator, client: Client, tmp_path: Path) -> None:
    server.faults = [status(404, b"no")]
    answer = client.ask(Request(server.url, into=tmp_path / "bulk"))
    assert (answer.status, answer.body, list(tmp_path.iterdir())) == (404, b"no", [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_named(server: Simulator, client: Client) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(DiskFull) as refused:
        http._File(full).write(b"x")
    assert "Speicherplatz" in refused.value.reason_de


def test_after_the_end_of_all_asking_nothing_is_asked_again(server: Simulator, waits: list[float]) -> None:
    now = [0.0]
    client = Client(Limits(total=10, tries=5), sleep=waits.append, clock=lambda: now[0], jitter=lambda: 0)
    limited = client.for_seconds(3)
    server.faults = [status(503)] * 9
    with pytest.raises(Unavailable):
        limited.get(server.url)
    assert waits == [2.0]  # the next wait would have ended after it
    now[0] = 4.0
    with pytest.raises(DeadlineExceeded):
        limited.get(server.url)
