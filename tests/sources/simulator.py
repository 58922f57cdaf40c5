"""A local server that stands for a provider: real layout, small figures, every fault on demand.

A subclass of ``Simulator`` says what the provider answers (``reply``) and how its content can go wrong
(``mutations``). How bytes can go wrong on their way is here, the same for all.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from zwk_data.sources.provider import Provider, Scope

HTML = b"<!DOCTYPE html><html lang='de'><body><h1>Wartungsarbeiten</h1></body></html>"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]
    body: bytes
    headers: Mapping[str, str]

    def one(self, name: str, default: str = "") -> str:
        """A parameter of the query or the form."""
        return (self.query.get(name) or self.form.get(name) or [default])[0]


@dataclass(frozen=True)
class Reply:
    """What the provider answers; ``data`` marks the answers that carry figures (faults hit those)."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bool = True


Fault = Callable[[BaseHTTPRequestHandler, Reply], None]
Mutation = Callable[[bytes], bytes]


class Simulator:
    """State of one running server. ``faults`` are used up one per answer with figures."""

    provider: ClassVar[Provider]
    environment: ClassVar[str]  # the variable that names the provider's address
    datasets: ClassVar[tuple[str, ...]]  # what the simulator can serve
    # Content faults by name (see tests/sources/faults.py): bytes of a good answer -> bytes of a bad one.
    mutations: ClassVar[Mapping[str, Mutation]] = {}
    # Faults that cannot exist at this provider, with the reason.
    impossible: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self.url = ""
        self.faults: list[Fault] = []
        self.mutate: Mutation | None = None  # applied to every answer with figures
        self.asked: list[Asked] = []
        self.running = 0
        self.most_at_once = 0

    def reply(self, asked: Asked) -> Reply:
        """Answer as the provider does when all is well."""
        raise NotImplementedError

    def scope(self) -> Scope:
        """What the provider's module must know about the places served here."""
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        """Further environment variables, for example synthetic credentials."""
        return {}


class QuietServer(ThreadingHTTPServer):
    """Clients that go away in mid-answer are what these tests are about."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serve(state: Simulator) -> Iterator[Simulator]:
    """Run the server on 127.0.0.1 at a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are two writes: 40 ms per answer otherwise

        def do_GET(self) -> None:
            _handle(self, state)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = QuietServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _handle(handler: BaseHTTPRequestHandler, state: Simulator) -> None:
    state.running += 1
    state.most_at_once = max(state.most_at_once, state.running)
    try:
        asked = _asked(handler)
        state.asked.append(asked)
        good = state.reply(asked)
        if good.data and state.mutate:
            good = Reply(state.mutate(good.body), good.content_type, good.status, good.headers)
        fault = state.faults.pop(0) if state.faults and good.data else plain
        fault(handler, good)
    except (BrokenPipeError, ConnectionResetError):
        handler.close_connection = True
    finally:
        state.running -= 1


def _asked(handler: BaseHTTPRequestHandler) -> Asked:
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    parts = urlsplit(handler.path)
    is_form = "form-urlencoded" in (handler.headers.get("Content-Type") or "")
    form = parse_qs(body.decode(), keep_blank_values=True) if is_form else {}
    query = parse_qs(parts.query, keep_blank_values=True)
    return Asked(handler.command, parts.path, query, form, body, dict(handler.headers.items()))


# --- how an answer travels -------------------------------------------------------------------------------------------


def send(handler: BaseHTTPRequestHandler, reply: Reply, body: bytes | None = None, **headers: str) -> None:
    """Send an answer with its length; ``Retry_After`` in ``headers`` stands for Retry-After."""
    sent = reply.body if body is None else body
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    handler.send_response(reply.status)
    merged = {"Content-Type": reply.content_type, "Content-Length": str(len(sent)), **reply.headers, **named}
    for name, value in merged.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(sent)
    if merged["Content-Length"] != str(len(sent)):
        handler.close_connection = True


def plain(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    """The good answer."""
    send(handler, good)


def status(code: int, body: bytes = b"", content_type: str = "text/plain", **headers: str) -> Fault:
    """An answer of another status."""
    return lambda handler, good: send(handler, Reply(body, content_type, code), **headers)


def html(code: int = 200) -> Fault:
    """A maintenance page where data were expected."""
    return status(code, HTML, "text/html; charset=UTF-8")


def redirect(target: str) -> Fault:
    """A redirect, possibly to a stranger."""
    return status(302, b"", "text/plain", Location=target)


def cut_length(share: float = 0.5) -> Fault:
    """Announce all bytes, send a part, close."""
    return lambda handler, good: send(
        handler, good, good.body[: int(len(good.body) * share)], Content_Length=str(len(good.body))
    )


def cut_chunks(share: float = 0.5) -> Fault:
    """Send a part in one chunk and close without the last one."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        piece = good.body[: max(1, int(len(good.body) * share))]
        handler.send_response(good.status)
        handler.send_header("Content-Type", good.content_type)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n" % len(piece) + piece + b"\r\n")
        handler.close_connection = True

    return fault


def cut_close(share: float = 0.5) -> Fault:
    """Neither length nor chunks: the end of the connection is the end of the body, and it comes early."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        handler.send_response(good.status)
        handler.send_header("Content-Type", good.content_type)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(good.body[: int(len(good.body) * share)])
        handler.close_connection = True

    return fault


def cut_gzip(share: float = 0.5) -> Fault:
    """A gzip stream that ends early while its announced length is right; share 1 is a good one."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        stream = gzip.compress(good.body)
        send(handler, good, stream[: int(len(stream) * share)], Content_Encoding="gzip")

    return fault


TRANSPORTS: dict[str, Callable[[float], Fault]] = {
    "length": cut_length, "chunked": cut_chunks, "close": cut_close, "gzip": cut_gzip,
}  # fmt: skip


def drip(seconds: float, pause: float = 0.05) -> Fault:
    """One byte at a time: never silent for long, never done."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(good.body)))
        handler.end_headers()
        until = time.monotonic() + seconds
        for i in range(len(good.body)):
            if time.monotonic() > until:
                break
            handler.wfile.write(good.body[i : i + 1])
            time.sleep(pause)
        handler.close_connection = True

    return fault


def _drip_raw(handler: BaseHTTPRequestHandler, begin: bytes, dripped: bytes, end: bytes, seconds: float) -> None:
    """Send ``begin``, then ``dripped`` every 50 ms for some seconds, then ``end``."""
    handler.close_connection = True
    handler.wfile.write(begin)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        handler.wfile.write(dripped)
        time.sleep(0.05)
    handler.wfile.write(end)


def drip_headers(seconds: float) -> Fault:
    """The right answer after headers that grow by one byte at a time."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        rest = b"\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (good.content_type.encode(), len(good.body))
        _drip_raw(handler, b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", rest + good.body, seconds)

    return fault


def drip_chunk_size(seconds: float) -> Fault:
    """The right answer in one chunk whose line with the size grows by one byte at a time."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        kind = b"Content-Type: " + good.content_type.encode()
        begin = b"HTTP/1.1 200 OK\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\n%x;slow=" % (kind, len(good.body))
        _drip_raw(handler, begin, b"a", b"\r\n%s\r\n0\r\n\r\n" % good.body, seconds)

    return fault


def silent(seconds: float) -> Fault:
    """Send headers, then nothing."""

    def fault(handler: BaseHTTPRequestHandler, good: Reply) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(good.body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        time.sleep(seconds)
        handler.close_connection = True

    return fault


def hang_up(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    """Close the connection without a word."""
    handler.close_connection = True
    handler.connection.close()
