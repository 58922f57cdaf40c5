"""Files people upload, read in a process of its own with limits, because their content is foreign.

Nothing in them is interpreted: a formula stays a text, a name is a text. What a kind of file means stands with those
who read it (``own_data.reading``, ``plan.exchange.reading``); each has a module with ``main`` that serves one file.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from zwk_data.sources.errors import SourceError

SECONDS, MEMORY = 30, 1 << 30  # of the reading process
LAST_ROW = 1 << 20  # that a workbook can have
PROJECT = Path(__file__).resolve().parents[2]
# What the readers of foreign bytes end with; that something is damaged is all there is to say.
DAMAGE = (csv.Error, ValueError, KeyError, OSError, RecursionError, MemoryError, AttributeError, TypeError, IndexError,
          SyntaxError, ArithmeticError)  # fmt: skip


class Refused(ValueError):
    """A file cannot be read; ``word`` names the reason, or is the German reason itself."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(word)


def in_own_process(module: str, raw: bytes) -> dict[str, Any]:
    """Have a module read a file in a process of its own and return what it told.

    Raises:
        Refused: with the reason of the module, or ``too_slow`` where it took more time or memory than it may.
    """
    try:
        done = subprocess.run([sys.executable, "-m", module], input=raw, capture_output=True, timeout=SECONDS,  # noqa: S603
                              cwd=PROJECT, env=dict(os.environ), check=False)  # fmt: skip
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError, RecursionError) as error:
        raise Refused("too_slow") from error
    if not isinstance(told, dict):
        raise Refused("too_slow")
    if "reason" in told:
        raise Refused(str(told["reason"]))
    return told


def serve(read: Callable[[bytes], Mapping[str, Any]], most: int) -> None:
    """Read the file on standard input (at most ``most`` bytes) and write what it holds, or the reason why not."""
    _limit()
    try:
        told = read(sys.stdin.buffer.read(most + 1))
    except Refused as error:
        told = {"reason": error.word}
    sys.stdout.write(json.dumps(told))


def _limit() -> None:
    """Bound memory and processor time of this process, where the system can."""
    if os.name == "nt":
        return
    import resource  # exists on POSIX only

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@contextmanager
def refusing() -> Iterator[None]:
    """Turn all that foreign bytes can end with into ``Refused``."""
    try:
        yield
    except Refused:
        raise
    except SourceError as error:
        raise Refused(getattr(error, "reason_de", "") or "damaged") from error
    except DAMAGE as error:
        raise Refused("damaged") from error


def decoded(raw: bytes) -> str:
    """Return the text of UTF-8 (with or without mark), UTF-16 with its mark, or else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def as_text(value: Any) -> str:
    """Return the value of a cell as a German hand would write it; a date as 2025-12-31."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return str(value).replace(".", ",")  # a point would be read as that of thousands
    return str(value)


def rows_of(sheet: Any, most: int, width: int) -> list[tuple[Any, ...]]:
    """Return the cells of the first rows of a worksheet that was opened read-only.

    Raises:
        Refused: ``too_long``, something stands below the first ``most`` rows.
    """
    found = sheet.iter_rows(max_row=LAST_ROW, max_col=width)
    rows = list(islice(found, most))
    empty = None
    for row in found:  # the gap before a row far below is the same empty row again and again
        if row is not empty and any(cell.value not in (None, "") for cell in row):
            raise Refused("too_long")
        empty = row
    return rows
