"""Earlier states of the figures for all readers of this server: one is made at a time, by a child, and not too often.

Anybody's address can name a day, so what a day may cost is bounded here: days with the same loads are one state, a
second state waits for the next attempt of its reader, and an hour has a limit. What is there is opened at once.
"""

import logging
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic, sleep

import streamlit as st

from zwk_data.warehouse import Statistics, open_as_of, states
from zwk_data.warehouse.paths import PROJECT
from zwk_data.warehouse.publish import Busy

LOG = logging.getLogger(__name__)
PER_HOUR = 12  # states made by this server
LONGEST = 300.0  # seconds a reader waits
USUAL = 20.0  # seconds a state takes
Draw = Callable[[float], None]


class NotNow(RuntimeError):
    """The state is not there, and it is not made for this reader now: another one is being made, or too many were."""


@dataclass
class Maker:
    """The one child of this server that makes a state."""

    process: subprocess.Popen[bytes] | None = None
    day: date | None = None
    begun: deque[float] = field(default_factory=lambda: deque(maxlen=PER_HOUR))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def make(self, day: date) -> subprocess.Popen[bytes]:
        """Return the child that makes the state of a day, the one at work or a new one; raises NotNow."""
        with self.lock:
            if self.process and self.process.poll() is None:
                if self.day != day:
                    raise NotNow(f"the state of {self.day} is being made")
                return self.process
            if len(self.begun) == PER_HOUR and monotonic() - self.begun[0] < 3600:
                raise NotNow(f"{PER_HOUR} states were made within an hour")
            self.begun.append(monotonic())
            self.day, self.process = day, _started(day)
            return self.process


def _started(day: date) -> subprocess.Popen[bytes]:
    said = tempfile.TemporaryFile()  # noqa: SIM115, the child and the thread that waits for it keep it open
    process = subprocess.Popen(  # noqa: S603, the only word of its own is a day that was read as one
        [sys.executable, "-m", "zwk_data.warehouse.stating", day.isoformat()],
        cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
    )  # fmt: skip

    def wait() -> None:
        with said:
            if process.wait():
                said.seek(0)
                LOG.error("no state of %s: %s", day, said.read().decode(errors="replace")[-2000:])

    threading.Thread(target=wait, daemon=True).start()
    return process


@st.cache_resource(show_spinner=False)
def maker() -> Maker:
    """Return the one maker of this server."""
    return Maker()


def same_state(newest: Statistics, day: date) -> date:
    """Return the day on which the last loads of a day's state came in: days with the same loads have the same."""
    return max((one for one in states(newest) if one <= day), default=day)


def opened(newest: Statistics, day: date, draw: Draw) -> Statistics:
    """Open the state of a day; where it is not there, a child makes it while ``draw`` is told the share done.

    Raises:
        NotNow: another state is being made, too many were, or it takes too long.
        NoSuchState, RuntimeError, OSError, ValueError: there is none, or it cannot be made or opened.
    """
    try:
        return _there(newest, day)
    except Busy:
        process, begun = maker().make(day), monotonic()
    while process.poll() is None:
        waited = monotonic() - begun
        if waited > LONGEST:
            raise NotNow(f"the state of {day} takes too long")
        draw(min(0.95, waited / USUAL))
        sleep(0.2)
    try:
        return _there(newest, day)
    except Busy:
        raise RuntimeError(f"the state of {day} could not be made") from None


def _there(newest: Statistics, day: date) -> Statistics:
    """Open a state that needs no build; raises Busy where it does, for no build is waited for."""
    return open_as_of(newest, day, wait_seconds=0.0)
