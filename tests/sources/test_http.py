import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from tests.sources import simulator as fake
from zwk_data.sources import http
from zwk_data.sources.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    ForeignRedirect,
    NotData,
    SourceError,
    TooLarge,
    Truncated,
    Unavailable,
)

GOOD = b'{"value":{"0":1}}'


LONG = b'{"value":{%s}}' % b",".join(b'"%d":%d' % (n, 100 + n * 7 % 31) for n in range(3000))


class Endpoint(fake.Simulator):
    """Gives the same good answer to everything; a longer one where regions are asked for."""

    def reply(self, asked: fake.Asked) -> fake.Reply:
        return fake.Reply(LONG if asked.query else GOOD)


def foreign_encoding(handler: BaseHTTPRequestHandler, good: fake.Reply) -> None:
    fake.send(handler, good, Content_Encoding="br")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with fake.serve(Endpoint()) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> http.Client:
    return http.Client(http.Limits(total=5, first_wait=1), sleep=waits.append, jitter=lambda: 0.5)


def test_a_good_answer_comes_whole_plain_or_packed(server: Endpoint, client: http.Client) -> None:
    server.faults = [fake.plain, fake.cut_gzip(1.0)]
    answers = [client.get(server.url), client.get(server.url)]
    assert [(a.status, a.body) for a in answers] == [(200, GOOD), (200, GOOD)]
    assert answers[0].retrieved_at.tzinfo is UTC


def test_retry_after_is_obeyed_in_seconds(server: Endpoint, client: http.Client, waits: list[float]) -> None:
    server.faults = [fake.status(429, Retry_After="7")]
    assert client.get(server.url).status == 200
    assert waits == [7.0]


def test_a_far_retry_after_is_capped(server: Endpoint, client: http.Client, waits: list[float]) -> None:
    server.faults = [fake.status(503, Retry_After="99999")]
    client.get(server.url)
    assert waits == [client.limits.longest_wait]


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)
    assert http.retry_after_seconds("Sun, 01 Nov 2026 12:01:30 GMT", now) == 90
    assert http.retry_after_seconds("soon", now) is None
    assert http.retry_after_seconds("\u00b2", now) is None


def test_a_busy_server_is_asked_five_times_with_growing_waits(
    server: Endpoint, client: http.Client, waits: list[float]
) -> None:
    server.faults = [fake.status(503)] * 9
    with pytest.raises(Unavailable) as refused:
        client.get(server.url)
    assert len(server.asked) == 5
    assert waits == [1.25, 2.5, 5.0, 10.0]
    assert "überlastet" in refused.value.reason_de


def test_a_client_error_is_returned_at_once(server: Endpoint, client: http.Client) -> None:
    server.faults = [fake.status(404, b"ERR_NOT_FOUND_4")]
    assert client.get(server.url).status == 404
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "fault",
    [fake.cut_length(), fake.cut_chunks(), fake.cut_gzip(0.5), fake.cut_gzip(0.9)],
    ids=["length", "chunk", "gzip", "gzip end"],
)
def test_a_cut_answer_is_repeated_and_never_accepted(server: Endpoint, client: http.Client, fault: fake.Fault) -> None:
    server.faults = [fault]
    assert client.get(f"{server.url}/?geo=DE").body.endswith(b"}")
    server.faults = [fault] * 5
    with pytest.raises(Truncated):
        client.get(f"{server.url}/?geo=DE")


@pytest.mark.parametrize("percent", range(0, 100, 4))
def test_no_stump_of_any_length_passes(server: Endpoint, percent: int) -> None:
    once = http.Client(http.Limits(total=5, tries=1))
    for fault in (fake.cut_length(percent / 100), fake.cut_gzip(percent / 100)):
        server.faults = [fault]
        with pytest.raises(Truncated):
            once.get(f"{server.url}/?geo=DE")


@pytest.mark.parametrize(
    "fault",
    [fake.drip(8), fake.silent(8), fake.drip_headers(8), fake.drip_chunk_size(8)],
    ids=["drip", "silence", "headers", "chunk size"],
)
def test_a_slow_server_is_left_at_the_deadline(server: Endpoint, fault: fake.Fault) -> None:
    server.faults = [fault]
    begun = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        http.Client(http.Limits(total=0.6)).get(f"{server.url}/?geo=DE")
    assert time.monotonic() - begun < 1.6


def test_too_many_bytes_are_refused_packed_and_unpacked(server: Endpoint) -> None:
    with pytest.raises(TooLarge):
        http.Client(http.Limits(packed_bytes=10)).get(server.url)
    server.faults = [fake.cut_gzip(1.0)]
    with pytest.raises(TooLarge):
        http.Client(http.Limits(unpacked_bytes=10)).get(server.url)


def test_a_packing_nobody_asked_for_is_refused(server: Endpoint, client: http.Client) -> None:
    server.faults = [foreign_encoding]
    with pytest.raises(NotData):
        client.get(server.url)


def test_a_redirect_is_followed_on_the_same_host_only(server: Endpoint, client: http.Client) -> None:
    server.faults = [fake.status(302, Location="/there")]
    assert client.get(server.url).url.endswith("/there")
    server.faults = [fake.status(302, Location="http://localhost:9/there")]
    with pytest.raises(ForeignRedirect):
        client.get(server.url)


def test_a_redirect_never_leaves_encryption() -> None:
    with pytest.raises(ForeignRedirect):
        http.same_host("https://a.example/x", "http://a.example/x")
    assert http.same_host("http://a.example/x", "https://a.example/x").startswith("https")


def test_endless_redirects_end(server: Endpoint, client: http.Client) -> None:
    server.faults = [fake.status(302, Location="/again")] * 20
    with pytest.raises(ForeignRedirect):
        client.get(server.url)


def test_a_missing_server_is_tried_and_named(client: http.Client, waits: list[float]) -> None:
    with pytest.raises(ConnectionFailed) as refused:
        client.get("http://127.0.0.1:9/x")
    assert len(waits) == 4
    assert isinstance(refused.value, SourceError)


def test_credentials_reach_neither_log_nor_answer(
    server: Endpoint, client: http.Client, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults = [fake.status(503)]
    with caplog.at_level(logging.WARNING, "zwk_data"):
        answer = client.get(server.url, [("token", "hush"), ("geo", "DE")])
    assert "hush" not in caplog.text + answer.url
    assert "geo=DE" in answer.url
    assert http.public_url("https://me:hush@a.example/x?password=hush&a=1") == "https://a.example/x?a=1"


def test_a_host_is_asked_one_request_at_a_time(server: Endpoint, client: http.Client) -> None:
    threads = [threading.Thread(target=client.get, args=(f"{server.url}/?geo=DE",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(server.asked), server.most_at_once) == (6, 1)
