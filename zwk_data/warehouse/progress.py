"""How far a refresh is, in a small file beside the archive: one process writes it, any number of pages read it.

The file outlives its writer, so a page that is loaded anew still shows how the last refresh ended. A writer that was
killed stops touching the file; after a few seconds it counts as broken off.
"""

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "refresh.json"
PUBLISHING = "*"  # stands for a dataset while the database is built
BEAT_SECONDS, DEAD_SECONDS, PAUSE_SECONDS = 2.0, 15.0, 0.3


@dataclass(frozen=True)
class Result:
    """What became of one dataset."""

    dataset: str
    ok: bool
    unchanged: bool = False
    rows: int = 0
    load: int | None = None
    reason_de: str = ""


@dataclass(frozen=True)
class Progress:
    """One refresh: times in ISO 8601 (UTC), the dataset it is at, questions answered of all, and results so far."""

    started_at: str
    ended_at: str = ""
    dataset: str = ""
    done: int = 0
    total: int = 0
    results: tuple[Result, ...] = ()
    failed_de: str = ""
    alive: bool = field(default=False, compare=False)

    @property
    def broken_off(self) -> bool:
        """Whether its process died before the end."""
        return not self.ended_at and not self.alive


class Told:
    """Writes the progress of the refresh that holds the lock; a full disk never stops the refresh itself."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self.progress = Progress(datetime.now(UTC).isoformat(timespec="seconds"))
        self._written = 0.0

    def step(self, dataset: str, done: int, total: int) -> None:
        """Say which dataset is asked and how many questions of it are answered."""
        other = dataset != self.progress.dataset
        self.progress = replace(self.progress, dataset=dataset, done=done, total=total)
        self._write(now=other)

    def result(self, result: Result) -> None:
        """Add what became of a dataset."""
        self.progress = replace(self.progress, results=(*self.progress.results, result))
        self._write(now=True)

    def end(self, results: Sequence[Result], failed_de: str) -> None:
        """Say how all of it ended."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self.progress = replace(self.progress, ended_at=at, results=tuple(results), failed_de=failed_de)
        self._write(now=True)

    def _write(self, *, now: bool) -> None:
        if not now and time.monotonic() - self._written < PAUSE_SECONDS:
            return
        self._written = time.monotonic()
        temporary = self._path.with_name(f".tmp-{FILE}")
        with suppress(OSError):
            temporary.write_text(json.dumps(asdict(self.progress), ensure_ascii=False), encoding="utf-8")
            temporary.replace(self._path)


@contextmanager
def told(folder: Path) -> Iterator[Told]:
    """Keep the progress of a refresh; call it only while holding the lock of the folder."""
    writer, over = Told(folder), threading.Event()
    writer.step("", 0, 0)

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            with suppress(OSError):
                os.utime(folder / FILE)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield writer
    except BaseException:
        writer.end(writer.progress.results, "Der Abruf wurde abgebrochen; der bisherige Stand gilt weiter.")
        raise
    finally:
        over.set()
        thread.join()


def read(folder: Path) -> Progress | None:
    """Return the running or the last refresh, None before the first one."""
    path = folder / FILE
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        age = time.time() - path.stat().st_mtime
        results = tuple(Result(**one) for one in record.pop("results"))
        alive = not record["ended_at"] and abs(age) < DEAD_SECONDS
        return Progress(**{**record, "results": results, "alive": alive})
    except (OSError, ValueError, TypeError, KeyError):
        return None
