"""POST, credentials, files and the end of all asking: what Eurostat never needs and other providers do."""

import errno
import hashlib
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a device that is always full")
def test_a_disk_that_turns_out_to_be_full_at_the_end_is_no_fault_of_the_connection(
    monkeypatch: pytest.MonkeyPatch, client: Client, waits: list[float], tmp_path: Path
) -> None:
    class Small(Simulator):
        def reply(self, asked: Asked) -> Reply:
            return Reply(b"hello")  # stays in the buffer until the flush

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    target = tmp_path / "x.part"
    target.symlink_to("/dev/full")
    with serve(Small()) as running, pytest.raises(DiskFull):
        client.ask(Request(running.url, into=target))
    assert (waits, target.is_symlink()) == ([], False)


def test_a_file_that_cannot_be_opened_is_no_fault_of_the_connection(
    server: Simulator, client: Client, waits: list[float], tmp_path: Path
) -> None:
    with pytest.raises(DiskFull):
        client.ask(Request(server.url, into=tmp_path / "none" / "x.part"))
    assert waits == []


def test_a_disk_that_turns_out_to_be_full_when_the_file_is_closed_is_named(
    server: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Late:
        """Takes everything and refuses the end, as a network drive may."""

        def __init__(self, file: BinaryIO) -> None:
            self.write, self.flush, self.really_close = file.write, file.flush, file.close

        def close(self) -> None:
            self.really_close()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(http._File, "__init__", lambda sink, file: setattr(sink, "file", Late(file)))
    with pytest.raises(DiskFull):
        client.ask(Request(server.url, into=tmp_path / "x.part"))
    assert list(tmp_path.iterdir()) == []
