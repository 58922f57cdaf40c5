"""A Streamlit server in a process of its own, and sessions that talk to it as its front end does.

Only the loopback interface is used. A session keeps the address of its page, the values of the widgets it has moved and
the messages it has cached, sends them with every rerun, and fails where a page shows an exception.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

CHOICES = ("selectbox", "slider", "button_group", "radio")
KEPT_RUNS = 2  # for how many runs the front end keeps a message that did not come again


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: psutil.Process
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU used so far (the kernel counts in hundredths)."""
        times = self.process.cpu_times()
        return times.user + times.system

    def memory_mb(self) -> float:
        return self.process.memory_info().rss / 1e6


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    app: Path, log: Path, *options: str, env: Mapping[str, str] | None = None, seconds: float = 60
) -> Iterator[Server]:
    """Start an app and stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port), *options]
    with log.open("wb") as out:
        started = subprocess.Popen(command, cwd=app.parent, env={**os.environ, **(env or {})}, stdout=out, stderr=out)
    server = Server(port, psutil.Process(started.pid), log)
    try:
        _wait(started, server, seconds)
        yield server
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait(10)


def _wait(started: subprocess.Popen, server: Server, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2).read()
            return
        except OSError:
            if started.poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    f"no answer from the server:\n{server.log.read_text(errors='replace')[-3000:]}"
                ) from None
            time.sleep(0.02)


@dataclass
class Widget:
    """A control as the page last sent it."""

    id: str
    kind: str
    options: tuple[str, ...]
    fragment: str = ""  # the part of the page that runs alone when it is moved


@dataclass
class Run:
    """What one run of a page cost and sent."""

    seconds: float
    sent: int = 0  # bytes
    messages: int = 0
    by_kind: Counter = field(default_factory=Counter)  # bytes by kind of element
    charts: dict[str, str] = field(default_factory=dict)  # figure specification by element id


class PageError(RuntimeError):
    """The page showed an exception or an error."""


class Session:
    """One browser tab."""

    def __init__(self, server: Server, page: str = "", query: str = "") -> None:
        self.server, self.page, self.query = server, page, query
        self.script_hash = ""
        self.widgets: dict[str, Widget] = {}  # by label
        self.values: dict[str, tuple[str, str]] = {}  # widget id -> kind, value
        self._cached: dict[str, int] = {}

    async def open(self) -> Run:
        """Connect and run the page for the first time."""
        address = f"ws://127.0.0.1:{self.server.port}/_stcore/stream"
        self.socket = await websockets.connect(address, subprotocols=["streamlit"], max_size=None, compression=None)
        return await self.rerun()

    async def close(self) -> None:
        await self.socket.close()

    async def choose(self, label: str, value: str) -> Run:
        """Set a control to one of its options and run the page."""
        widget = self.widgets[label]
        self.values[widget.id] = (widget.kind, value)
        return await self.rerun(widget.fragment)

    def _message(self, fragment: str) -> bytes:
        message = BackMsg()
        script = message.rerun_script
        script.query_string, script.page_script_hash = self.query, self.script_hash
        script.fragment_id = fragment
        script.page_name = "" if self.script_hash else self.page
        script.cached_message_hashes.extend(self._cached)
        script.context_info.timezone, script.context_info.locale = "Europe/Berlin", "de-DE"
        for id_, (kind, value) in self.values.items():
            state = script.widget_states.widgets.add()
            state.id = id_
            if kind in ("slider", "button_group"):
                state.string_array_value.data.append(value)
            else:
                state.string_value = value
        return message.SerializeToString()

    async def rerun(self, fragment: str = "") -> Run:
        """Run the page, or one part of it, with the present state until the server says it is finished."""
        start = time.perf_counter()
        run = Run(0.0)
        await self.socket.send(self._message(fragment))
        while not self._take(await self.socket.recv(), run):
            pass
        run.seconds = time.perf_counter() - start
        self._cached = {key: age + 1 for key, age in self._cached.items() if age < KEPT_RUNS}
        return run

    def _take(self, raw: bytes, run: Run) -> bool:
        """Read one message; True where the run is over."""
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        run.sent += len(raw)
        run.messages += 1
        if message.metadata.cacheable or kind == "ref_hash":
            self._cached[message.ref_hash if kind == "ref_hash" else message.hash] = 0
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            run.by_kind[element.WhichOneof("type")] += len(raw)
            self._element(element, run, message.delta.fragment_id)
        else:
            run.by_kind[kind if kind != "delta" else message.delta.WhichOneof("type")] += len(raw)
        if kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "new_session":
            self.script_hash = message.new_session.page_script_hash
        elif kind == "navigation":
            self.script_hash = message.navigation.page_script_hash or self.script_hash
        return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _element(self, element, run: Run, fragment: str = "") -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise PageError(element.exception.message[:500])
        if kind == "alert":
            raise PageError(element.alert.body[:500])
        if kind in CHOICES:
            widget = getattr(element, kind)
            options = tuple(getattr(option, "content", option) for option in widget.options)
            self.widgets[widget.label] = Widget(widget.id, kind, options, fragment)
        elif kind == "plotly_chart":
            run.charts[element.plotly_chart.id] = element.plotly_chart.spec
