"""Earlier states of the figures: what was known on a day, built again by the same build, kept as an immutable file.

A state holds the embedded snapshot and of each dataset the loads that had come in by the end of that day (UTC). The
sequence of loads decides, not the clock: a load never counts as older than one before it, so that a clock set back
cannot change a state that somebody has already shown. Two days with the same loads share one file; where no load came
in since, the current generation is the state.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from zwk_data.warehouse.fingerprint import fingerprint
from zwk_data.warehouse.paths import archive_folder, build_folder
from zwk_data.warehouse.publish import Busy, Generation, publish_state, whole_state
from zwk_data.warehouse.queries import Statistics

EMBEDDED = "@snapshot"  # ending of the ids of embedded loads
KEEP = 6  # states; the one not used for the longest time goes first
Report = Callable[[str, float], None]


class NoSuchState(ValueError):
    """The day lies before the first figures or in the future; ``first`` and ``last`` are the limits, both included."""

    def __init__(self, day: date, first: date, last: date) -> None:
        self.day, self.first, self.last = day, first, last
        self.reason_de = (
            f"Zum {day:%d.%m.%Y} gibt es keinen Datenstand. Möglich ist ein Tag vom {first:%d.%m.%Y} bis zum "
            f"{last:%d.%m.%Y}."
        )
        super().__init__(self.reason_de)


def states(data: Statistics) -> list[date]:
    """Return the days (UTC) on which loads came in, newest first; the last one is that of the first figures."""
    days = _came_in(data)
    first = _first(data)
    return sorted({max(day, first) for day in days.values()}, reverse=True)


def checked(data: Statistics, day: date) -> date:
    """Return the day, if there were figures on it and it does not lie ahead.

    Raises:
        NoSuchState: it is none for which a state can be named.
    """
    first, last = _first(data), max(datetime.now(UTC).date(), states(data)[0])
    if not first <= day <= last:
        raise NoSuchState(day, first, last)
    return day


def open_as_of(
    data: Statistics, day: date, report: Report | None = None, folder: Path | None = None, wait_seconds: float = 600.0
) -> Statistics:
    """Open what was known on a day; its file is built where it is not there yet, or damaged.

    Args:
        data: the current figures, with all loads.
        day: last day (UTC) whose loads count.
        report: called with the step (German) and the share done.
        folder: the build folder; the configured one by default.
        wait_seconds: how long another build of a state is waited for.

    Raises:
        NoSuchState: there were no figures yet, or the day lies ahead.
        Busy: another build of a state did not finish in time.
        SourceError, ValueError: the state cannot be built, for example because archived files are gone.
    """
    checked(data, day)
    days = _came_in(data)
    known = {load for load, came_in in days.items() if came_in <= day or load.endswith(EMBEDDED)}
    if len(known) == len(days) and not data.generation.own:  # an earlier state holds official figures only
        return data.dated(day)
    where = (folder or build_folder()) / "asof"
    key = _key(data, known)
    made = whole_state(where, key) or _built(where, key, frozenset(known), report, wait_seconds)
    opened = Statistics(where / made.file, made)
    opened.as_of = day
    return opened


def _built(where: Path, key: str, known: frozenset[str], report: Report | None, wait_seconds: float) -> Generation:
    from zwk_data.warehouse.build import build_file, silent  # pulls in the whole loading side

    deadline = monotonic() + wait_seconds
    build = partial(_build_wanted, build_file, archive_folder(where.parent), known, report or silent)
    while monotonic() < deadline:
        with suppress(Busy):
            return publish_state(where, key, build, fingerprint(), KEEP)
        if report:
            report("Ein anderer Vorgang stellt einen Datenstand her", 0.0)
        sleep(0.5)
        if found := whole_state(where, key):
            return found
    raise Busy(str(where))


def _build_wanted(
    build_file: Callable[..., dict[str, int]], archive: Path, known: frozenset[str], report: Report, path: Path
) -> dict[str, int]:
    wanted = frozenset(load for load in known if not load.endswith(EMBEDDED))
    return build_file(path, archive, report=report, wanted=wanted)


def _came_in(data: Statistics) -> dict[str, date]:
    """Return by load the day from which it counts: its own or, where that is later, one of a load before it."""
    found: dict[str, date] = {}
    newest: dict[str, date] = {}
    for load in sorted(data.every_load, key=lambda load: int(str(load["seq"]))):
        dataset, day = str(load["dataset"]), date.fromisoformat(str(load["retrieved_at"])[:10])
        newest[dataset] = max(day, newest.get(dataset, day))
        found[str(load["load_id"])] = newest[dataset]
    return found


def _first(data: Statistics) -> date:
    """Return the day of the embedded snapshot; without one, that of the first load."""
    days = _came_in(data)
    embedded = [day for load, day in days.items() if load.endswith(EMBEDDED)]
    return max(embedded) if embedded else min(days.values())


def _key(data: Statistics, known: Iterable[str]) -> str:
    """Return the name of a state: checksum of its loads and of the program that builds it."""
    rows = {str(load["load_id"]): load for load in data.every_load}
    told = [f"{load} {rows[load]['sha256']} {rows[load]['parser_version']}" for load in sorted(known)]
    return hashlib.sha256("\n".join([fingerprint(), *told]).encode()).hexdigest()[:32]
