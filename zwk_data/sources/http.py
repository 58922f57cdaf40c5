"""The one way to the network for every provider: patient, bounded and sceptical.

A download ends with all announced bytes, unpacked to its last byte, or with a named error: Content-Length and the end
of the gzip stream are checked here because no common client does (both return the stump). The deadline is total per
try and asked for before every read of the socket: a server that drips one byte at a time cannot hold us, neither in
the headers nor in the length of a chunk. One request at a time per host. Credentials travel in headers of the client
only, are never written down, and never follow a redirect.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import io
import logging
import math
import os
import random
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import requests
import urllib3

from zwk_data.sources.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    DiskFull,
    ForeignRedirect,
    NotData,
    SourceError,
    TooLarge,
    Truncated,
    Unavailable,
)

log = logging.getLogger(__name__)

USER_AGENT = "zukunftswerkstatt-kommunen-dashboard/1 (open municipal statistics; python-requests)"
RETRY_STATUSES = frozenset({429, 500, 502, 503, 504})
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5
SECRET_WORDS = ("token", "password", "passwd", "username", "user", "apikey", "api_key", "key", "secret")
READ_BYTES = 1 << 16
CA_FILES = ("ZWK_CA_FILE", "REQUESTS_CA_BUNDLE")  # the first that is set names the authorities to trust

Params = Sequence[tuple[str, str]]
_host_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
# Seconds the next read of the download of this thread may take; raises TimeoutError where none are left.
_seconds_left: ContextVar[Callable[[], float] | None] = ContextVar("seconds_left", default=None)


@dataclass(frozen=True)
class Limits:
    """Seconds and bytes one download may take; ``total`` counts per try, waiting between tries not included."""

    connect: float = 10.0
    read: float = 300.0
    total: float = 900.0
    tries: int = 5
    longest_wait: float = 900.0  # cap on Retry-After
    first_wait: float = 2.0  # doubled after every try, plus up to half of jitter
    packed_bytes: int = 256 << 20
    unpacked_bytes: int = 1 << 30


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer; ``url`` carries no credentials, ``body`` is unpacked, ``retrieved_at`` is UTC.

    Where the request named a file, the body lies there and ``body`` is empty.
    """

    status: int
    body: bytes
    content_type: str
    url: str
    retrieved_at: datetime
    last_modified: str | None = None


@dataclass(frozen=True)
class Request:
    """What is sent: the query of a GET, or a POST with a form (``params``) or with a JSON text (``content``).

    ``into`` names the file that takes a body too large for memory; it holds the whole body or does not exist.
    """

    url: str
    params: Params = ()
    method: str = "GET"
    content: str = ""
    into: Path | None = None

    def prepared(self, headers: Mapping[str, str]) -> requests.Request:
        """Return the request as the library sends it."""
        if self.method == "GET":
            return requests.Request("GET", self.url, params=list(self.params), headers=dict(headers))
        if self.content:
            kind = {"Content-Type": "application/json; charset=UTF-8"}
            return requests.Request("POST", self.url, data=self.content.encode(), headers={**kind, **headers})
        # Without the charset umlauts in values arrive garbled at the GENESIS family.
        kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        return requests.Request("POST", self.url, data=urlencode(self.params), headers={**kind, **headers})


@dataclass(frozen=True)
class Client:
    """Asks providers; ``sleep``, ``clock`` (monotonic) and ``jitter`` (0 to 1) can be replaced in tests.

    ``headers`` go with every request; what stands there (credentials) is neither logged nor archived. ``until`` is the
    moment of the clock at which all asking ends, waiting between tries included.
    """

    limits: Limits = Limits()
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random
    session: requests.Session = field(default_factory=lambda: _session())
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    until: float = math.inf

    def for_seconds(self, seconds: float) -> Client:
        """Return the same client with an end of all asking."""
        return replace(self, until=self.clock() + seconds)

    def with_headers(self, headers: Mapping[str, str]) -> Client:
        """Return the same client with more headers, for credentials."""
        return replace(self, headers={**self.headers, **headers})

    def with_limits(self, limits: Limits) -> Client:
        """Return the same client with other limits, for a provider that is known to be slow or large."""
        return replace(self, limits=limits)

    def with_certificates(self, file: Path) -> Client:
        """Return the same client trusting the authorities in a PEM file, for a host whose own chain is incomplete."""
        session = _session()
        session.verify = str(file)
        return replace(self, session=session)

    def get(self, url: str, params: Params = ()) -> Answer:
        """Ask by GET; see ``ask``."""
        return self.ask(Request(url, params))

    def ask(self, request: Request) -> Answer:
        """Return the answer of any status that no repetition can improve; raises a SourceError otherwise."""
        with _host_locks[urlsplit(request.url).netloc]:
            attempt = 1
            while True:
                outcome, retry_after = self._attempt(request)
                if isinstance(outcome, Answer):
                    return outcome
                log.warning("try %d of %d, %s: %s", attempt, self.limits.tries, public_url(request.url), outcome)
                wait = self._wait(attempt, retry_after)
                if attempt >= self.limits.tries or self.clock() + wait > self.until:
                    raise outcome
                self.sleep(wait)
                attempt += 1

    def _wait(self, attempt: int, retry_after: float | None) -> float:
        wait = self.limits.first_wait * 2 ** (attempt - 1) * (1 + self.jitter() / 2)
        return min(wait if retry_after is None else retry_after, self.limits.longest_wait)

    def _attempt(self, request: Request) -> tuple[Answer | SourceError, float | None]:
        """One try: the answer, or the error to repeat after and the provider's own waiting time."""
        try:
            answer, retry_after = self._download(request)
        except (Truncated, ConnectionFailed) as error:
            return error, None
        if answer.status in RETRY_STATUSES:
            return Unavailable(f"HTTP {answer.status}"), retry_after
        return answer, None

    def _download(self, request: Request) -> tuple[Answer, float | None]:
        deadline = self.clock() + self.limits.total
        before = _seconds_left.set(lambda: self._remaining(deadline))
        try:
            response = self._follow(request, deadline)
            with contextlib.closing(response), _named_errors():
                headers = response.headers
                answer = Answer(
                    response.status_code, self._body(response, request.into), headers.get("Content-Type", ""),
                    public_url(response.url or request.url), datetime.now(UTC), headers.get("Last-Modified"),
                )  # fmt: skip
                return answer, retry_after_seconds(headers.get("Retry-After"), datetime.now(UTC))
        finally:
            _seconds_left.reset(before)

    def _follow(self, request: Request, deadline: float) -> requests.Response:
        """Send the request; redirects are followed on the same host only, so that nothing reaches strangers.

        A POST is never repeated elsewhere, and nothing that carries credentials is: the answer is the redirect.
        """
        _refuse_missing_authorities(self.session)
        prepared = self.session.prepare_request(request.prepared(self.headers))
        for _ in range(MAX_REDIRECTS + 1):
            with _named_errors():
                timeout = (self.limits.connect, self._remaining(deadline))
                response = self.session.send(prepared, timeout=timeout, stream=True, allow_redirects=False)
            location = response.headers.get("Location")
            if response.status_code not in REDIRECT_STATUSES or not location:
                return response
            response.close()
            target = same_host(prepared.url or "", urljoin(prepared.url or "", location))
            if request.method != "GET" or self.headers:
                raise ForeignRedirect(f"moved to {public_url(target)}")
            prepared = self.session.prepare_request(requests.Request("GET", target))
        raise ForeignRedirect("too many redirects")

    def _remaining(self, deadline: float) -> float:
        left = min(deadline, self.until) - self.clock()
        if left <= 0:
            raise TimeoutError
        return min(left, self.limits.read)

    def _body(self, response: requests.Response, into: Path | None = None) -> bytes:
        """Read the whole body; into a file where one is named and the answer is no error."""
        if into is None or response.status_code != requests.codes.ok:
            return self._read(response, _Memory())
        try:
            with _named_disk_errors():
                file = into.open("wb")
            with contextlib.closing(_File(file)) as sink:
                return self._read(response, sink)
        except BaseException:
            with contextlib.suppress(OSError):
                into.unlink(missing_ok=True)
            raise

    def _read(self, response: requests.Response, sink: Sink) -> bytes:
        unpack = _unpacker(response.headers, self.limits.unpacked_bytes, sink)
        packed = 0
        while True:
            # read1 returns what has arrived; read would wait for a full buffer and never see the deadline.
            piece = response.raw.read1(READ_BYTES, decode_content=False)
            if not piece:
                break
            packed += len(piece)
            if packed > self.limits.packed_bytes:
                raise TooLarge(f"more than {self.limits.packed_bytes} bytes")
            unpack.feed(piece)
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) != packed:
            raise Truncated(f"{packed} of {announced} bytes")
        return unpack.finish()


def _session() -> requests.Session:
    """Return a session; it trusts the authorities of the file the operator names, in place of the built-in ones."""
    session = requests.Session()
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"})
    session.auth = lambda request: request  # otherwise a .netrc file would be read and sent
    session.verify = next((os.environ[name] for name in CA_FILES if os.environ.get(name)), True)
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session


def _refuse_missing_authorities(session: requests.Session) -> None:
    named = session.verify
    if isinstance(named, str) and not Path(named).exists():
        raise SourceError(
            f"no file {named}",
            "Die Datei mit den Zertifikaten (ZWK_CA_FILE oder die Einstellung der Quelle) gibt es nicht.",
        )


# --- the deadline ----------------------------------------------------------------------------------------------------


class _Adapter(requests.adapters.HTTPAdapter):
    """Makes every connection, also one through a proxy, read by the deadline of the download it serves."""

    def init_poolmanager(self, *words: Any, **more: Any) -> None:
        super().init_poolmanager(*words, **more)
        _read_by_deadline(self.poolmanager)

    def proxy_manager_for(self, *words: Any, **more: Any) -> Any:
        known = set(self.proxy_manager)
        manager = super().proxy_manager_for(*words, **more)
        if known != set(self.proxy_manager):
            _read_by_deadline(manager)
        return manager


def _read_by_deadline(manager: urllib3.PoolManager) -> None:
    """Let the connections of a pool make answers of our kind; kinds of pools (plain, SOCKS) stay what they are."""
    made: dict[str, Any] = {}
    pool: Any  # the stubs of a pool do not name its kind of connection
    for scheme, pool in manager.pool_classes_by_scheme.items():
        connection = type("Connection", (pool.ConnectionCls,), {"response_class": _Response})
        made[scheme] = type("Pool", (pool,), {"ConnectionCls": connection})
    manager.pool_classes_by_scheme = made


class _Response(http.client.HTTPResponse):
    """Reads status line, headers, chunk sizes and body from a socket that knows the deadline."""

    def __init__(self, sock: Any, *words: Any, **more: Any) -> None:
        super().__init__(_Timed(sock), *words, **more)  # type: ignore[arg-type]


class _Timed:
    """What ``HTTPResponse`` wants of a socket: a file to read."""

    def __init__(self, sock: Any) -> None:
        self.sock = sock

    def makefile(self, *_mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self.sock))


class _TimedReader(io.RawIOBase):
    """Reads a socket; before every read it may wait no longer than the deadline of this download leaves."""

    def __init__(self, sock: Any) -> None:
        self.sock, self.raw = sock, sock.makefile("rb", buffering=0)
        self.left = _seconds_left.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.left:
            self.sock.settimeout(self.left())
        found: int | None = self.raw.readinto(buffer)
        return found

    def close(self) -> None:
        self.raw.close()
        super().close()


# --- errors ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _named_errors() -> Iterator[None]:
    """Translate the errors of the three layers below into ours; messages never repeat the address."""
    try:
        yield
    except (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead) as error:
        raise Truncated(type(error).__name__) from None
    except (urllib3.exceptions.ReadTimeoutError, requests.exceptions.ReadTimeout, TimeoutError):
        raise DeadlineExceeded("not finished, or no bytes, within the time limit") from None
    except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.ProtocolError) as error:
        raise Truncated(type(error).__name__) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise ConnectionFailed(type(error).__name__) from None


@contextlib.contextmanager
def _named_disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFull(type(error).__name__ if error.errno is None else os.strerror(error.errno)) from None


# --- where bytes go --------------------------------------------------------------------------------------------------


class Sink(Protocol):
    """Where unpacked bytes go."""

    def write(self, piece: bytes) -> None:
        """Take a piece."""

    def finish(self) -> bytes:
        """Return the whole body, or nothing where it lies in a file."""


class _Memory:
    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self.pieces.append(piece)

    def finish(self) -> bytes:
        return b"".join(self.pieces)


class _File:
    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def write(self, piece: bytes) -> None:
        with _named_disk_errors():
            self.file.write(piece)

    def finish(self) -> bytes:
        with _named_disk_errors():
            self.file.flush()
        return b""

    def close(self) -> None:
        """Close the file; on a network drive this may be the moment in which it turns out to be full."""
        with _named_disk_errors():
            self.file.close()


class _Plain:
    """Passes bytes on up to a cap."""

    def __init__(self, cap: int, sink: Sink) -> None:
        self.sink = sink
        self.left = cap

    def feed(self, piece: bytes) -> None:
        self.left -= len(piece)
        if self.left < 0:
            raise TooLarge("unpacked answer over the cap")
        self.sink.write(piece)

    def finish(self) -> bytes:
        return self.sink.finish()


class _Gunzip(_Plain):
    """Unpacks a gzip stream of one or more members in bounded steps; a member without its end is an error."""

    def __init__(self, cap: int, sink: Sink) -> None:
        super().__init__(cap, sink)
        self.member = zlib.decompressobj(31)

    def feed(self, piece: bytes) -> None:
        while piece:
            if self.member.eof:
                self.member = zlib.decompressobj(31)
            try:
                super().feed(self.member.decompress(piece, min(1 << 20, self.left + 1)))
            except zlib.error as error:
                raise Truncated(f"damaged gzip stream: {error}") from None
            piece = self.member.unconsumed_tail or self.member.unused_data

    def finish(self) -> bytes:
        if not self.member.eof:
            raise Truncated("gzip stream without its end")
        return super().finish()


def _unpacker(headers: Mapping[str, str], cap: int, sink: Sink) -> _Plain:
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return _Gunzip(cap, sink)
    if encoding in ("", "identity"):
        return _Plain(cap, sink)
    raise NotData(f"content encoding {encoding!r} was not asked for")


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (number or HTTP date), None where it is absent or unreadable."""
    if not header:
        return None
    if header.strip().isdecimal():  # "²" is a digit too
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment.astimezone(UTC) - now).total_seconds())


def same_host(source: str, target: str) -> str:
    """Return ``target`` if it stays on the host of ``source`` without leaving https; raises ForeignRedirect."""
    old, new = urlsplit(source), urlsplit(target)
    upgraded = (old.scheme, new.scheme) == ("http", "https") and old.hostname == new.hostname
    if not upgraded and (old.scheme, old.netloc) != (new.scheme, new.netloc):
        raise ForeignRedirect(f"redirect from {old.hostname} to {new.scheme}://{new.hostname}")
    return target


def public_url(url: str) -> str:
    """The address without user information and without query values that look like credentials."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in SECRET_WORDS]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(query), ""))
