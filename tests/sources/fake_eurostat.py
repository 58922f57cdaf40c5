"""A local server that answers like Eurostat's Statistics API, from invented figures that add up, faults on demand."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from zwk_data.sources.eurostat import LAND_OF_NUTS1

YEARS = ("2024", "2025")
CLOSED = ("Y_LT5", *(f"Y{a}-{a + 4}" for a in range(5, 90, 5)))
AGES = ("TOTAL", *CLOSED, "Y_GE85", "Y_GE90", "UNK")
SEXES = ("T", "M", "F")
# 25 invented codes and keys per Land, none of them a code that changed with NUTS 2024.
AGS_OF = {
    f"{nuts1}{i:02d}": f"{land}{i:03d}" for nuts1, land in LAND_OF_NUTS1.items() for i in range(51, 76)
}  # fmt: skip

Edit = Callable[[dict[tuple[str, ...], float]], None]
Fault = Callable[[BaseHTTPRequestHandler, bytes], None]


@cache
def figure(geo: str, sex: str, age: str, year: str) -> int:
    """Persons of an invented region: sums over sexes, ages and regions hold."""
    if age == "UNK":
        return 0
    if len(geo) < 5:
        return sum(figure(g, sex, age, year) for g in AGS_OF if g.startswith(geo))
    if sex == "T":
        return figure(geo, "M", age, year) + figure(geo, "F", age, year)
    if age == "TOTAL":
        return sum(figure(geo, sex, a, year) for a in (*CLOSED, "Y_GE90"))
    if age == "Y_GE85":
        return figure(geo, sex, "Y85-89", year) + figure(geo, sex, "Y_GE90", year)
    position = 18 if age == "Y_GE90" else CLOSED.index(age)
    return 100 + int(geo[3:]) + position + (3 if sex == "F" else 0) + int(year[3])


@dataclass
class FakeEurostat:
    """State of the server: ``faults`` are used up one per request; ``edit`` changes the figures of every answer."""

    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    edit: Edit = lambda cells: None
    status: dict[str, str] = field(default_factory=dict)  # flag by "geo/sex/age/year"
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    running: int = 0
    most_at_once: int = 0

    def document(self, query: dict[str, list[str]]) -> bytes:
        """JSON-stat for the regions asked for; an answer without values if none of them is known."""
        geos = [g for g in query["geo"] if g in AGS_OF or g in LAND_OF_NUTS1 or g == "DE"]
        dims: dict[str, tuple[str, ...]] = {
            "freq": ("A",), "sex": SEXES, "unit": ("NR",), "age": AGES, "geo": tuple(geos), "time": YEARS,
        }  # fmt: skip
        cells: dict[tuple[str, ...], float] = {
            (g, s, a, y): figure(g, s, a, y) for s in SEXES for a in AGES for g in geos for y in YEARS
        }
        number = {cell: str(i) for i, cell in enumerate(cells)}
        self.edit(cells)
        flags = {number[c]: f for key, f in self.status.items() if (c := tuple(key.split("/"))) in number}
        return json.dumps(_json_stat(dims, {number[c]: v for c, v in cells.items()}, flags)).encode()


def _json_stat(dims: dict[str, tuple[str, ...]], value: dict[str, float], status: dict[str, str]) -> dict[str, Any]:
    return {
        "version": "2.0", "class": "dataset", "source": "ESTAT", "updated": "2026-07-21T23:00:00+0200",
        "value": value, "status": status, "id": list(dims), "size": [len(w) for w in dims.values()],
        "dimension": {d: {"category": {"index": {c: i for i, c in enumerate(w)}}} for d, w in dims.items()},
    }  # fmt: skip


@contextmanager
def serve() -> Iterator[FakeEurostat]:
    """Run the server on 127.0.0.1 at a free port."""
    state = FakeEurostat()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are two writes: 40 ms per answer otherwise

        def do_GET(self) -> None:
            state.running += 1
            state.most_at_once = max(state.most_at_once, state.running)
            query = parse_qs(urlsplit(self.path).query)
            state.asked.append(query)
            body = state.document(query) if "geo" in query else b'{"value":{"0":1}}'
            fault = state.faults.pop(0) if state.faults else answer()
            try:
                fault(self, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                state.running -= 1

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def answer(status: int = 200, body: bytes | None = None, **headers: str) -> Fault:
    """Answer with this status, body (default: the good one) and headers (``Retry_After`` for Retry-After)."""

    def send(handler: BaseHTTPRequestHandler, good: bytes) -> None:
        _send(handler, good if body is None else body, status, {k.replace("_", "-"): v for k, v in headers.items()})

    return send


def _send(handler: BaseHTTPRequestHandler, body: bytes, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
    if headers.get("Content-Length", str(len(body))) != str(len(body)):
        handler.close_connection = True


def asynchronous(status: int = 200) -> Fault:
    """Eurostat's notice that the answer is being prepared; it comes with 200 or with 413."""
    text = "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously. Please try again later."
    return answer(status, json.dumps({"warning": {"status": 413, "label": text}}).encode())


def error(label: str, status: int = 200) -> Fault:
    return answer(status, json.dumps({"error": [{"status": status, "id": 150, "label": label}]}).encode())


def html(status: int = 200) -> Fault:
    return answer(status, b"<!DOCTYPE html><html><body>Maintenance</body></html>", Content_Type="text/html")


def without_values(handler: BaseHTTPRequestHandler, good: bytes) -> None:
    _send(handler, json.dumps({**json.loads(good), "value": {}}).encode(), 200, {})


def cut_length(share: float = 0.5) -> Fault:
    """Announce all bytes, send a part, close."""

    def send(handler: BaseHTTPRequestHandler, good: bytes) -> None:
        _send(handler, good[: int(len(good) * share)], 200, {"Content-Length": str(len(good))})

    return send


def cut_chunks(handler: BaseHTTPRequestHandler, good: bytes) -> None:
    """Send one chunk and close without the last one."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n" % 100 + good[:100] + b"\r\n")
    handler.close_connection = True


def packed(share: float = 1.0) -> Fault:
    """A gzip stream, cut after a share of its length while Content-Length fits the stump."""

    def send(handler: BaseHTTPRequestHandler, good: bytes) -> None:
        stream = gzip.compress(good)
        _send(handler, stream[: int(len(stream) * share)], 200, {"Content-Encoding": "gzip"})

    return send


def drip(seconds: float, pause: float = 0.05) -> Fault:
    """One byte at a time: never silent for long, never done."""

    def send(handler: BaseHTTPRequestHandler, good: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(good)))
        handler.end_headers()
        until = time.monotonic() + seconds
        for i in range(len(good)):
            if time.monotonic() > until:
                break
            handler.wfile.write(good[i : i + 1])
            time.sleep(pause)
        handler.close_connection = True

    return send


def silent(seconds: float) -> Fault:
    """Send headers, then nothing."""

    def send(handler: BaseHTTPRequestHandler, good: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(good)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        time.sleep(seconds)
        handler.close_connection = True

    return send
