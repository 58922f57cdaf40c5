"""What the commands share: messages in German to stderr, tables to stdout, progress, exit codes.

Exit codes: 0 done, 1 the old state was kept, 2 wrong usage (the nearest names are given), 75 another build is running.
"""

import difflib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from zwk_data.sources.errors import SourceError
from zwk_data.warehouse import Busy, DamagedError, Statistics, ensure_built, open_statistics
from zwk_data.warehouse.connection import DatabaseError

KEPT, USAGE, BUSY = 1, 2, 75
# What a build or a download can end with: contradicting figures, a full disk, a damaged file.
FAILURES = (SourceError, DatabaseError, ValueError, OSError, RuntimeError)


def say(message: str) -> None:
    """Print a message for the reader to stderr."""
    print(message, file=sys.stderr)  # noqa: T201


def stop(message: str, code: int) -> NoReturn:
    """End with a message and an exit code."""
    say(message)
    raise typer.Exit(code)


def out(text: str) -> None:
    """Print a table to stdout."""
    sys.stdout.write(text)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as text in columns of equal width, two blanks apart."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines) + "\n"


def reason_of(error: BaseException) -> str:
    """Return why something failed, in German where the error knows it."""
    return str(getattr(error, "reason_de", "") or error or type(error).__name__)


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar on stderr; yields a function of the step and the share done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, share: bar.update(task, description=step, completed=share)


@contextmanager
def kept_state() -> Iterator[None]:
    """Turn what a build can end with into a German message and an exit code; the old state is untouched."""
    try:
        yield
    except typer.Exit:
        raise
    except Busy:
        stop("Gerade baut ein anderer Vorgang die Datenbank. Bitte versuchen Sie es gleich noch einmal.", BUSY)
    except FAILURES as error:
        stop(f"Nicht übernommen, der bisherige Stand bleibt: {reason_of(error)}", KEPT)


def opened() -> Statistics:
    """Open the current figures; build them first where there are none."""
    with kept_state():
        try:
            return open_statistics()
        except (FileNotFoundError, DamagedError):
            say("Die Datenbank wird aus dem mitgelieferten Auszug gebaut.")
            with progress() as report:
                ensure_built(report)
            return open_statistics()


def unknown(kind: str, name: str, known: Iterable[str]) -> NoReturn:
    """End with code 2 and the most similar names."""
    near = difflib.get_close_matches(name, list(known), 5, 0.5)
    stop(f"{kind} unbekannt: {name}" + (f". Ähnlich: {', '.join(near)}" if near else ""), USAGE)
