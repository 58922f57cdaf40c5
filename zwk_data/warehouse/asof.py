"""Earlier states of the figures: what was known on a day, built again by the same build, kept as an immutable file.

A state holds the embedded snapshot and of each dataset the loads that had become known here by the end of that day
(UTC), whenever they were retrieved. The sequence of loads decides, not the clock: a load never counts as older than one
before it, so that a clock set back cannot change a state that somebody has already shown; and a clock that was clearly
ahead hides no loads (the next one, or today, is the limit). Two days with the same loads share one file; where no load
came in since, the current generation is the state.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from zwk_data.warehouse.fingerprint import fingerprint
from zwk_data.warehouse.paths import archive_folder, build_folder
from zwk_data.warehouse.publish import Busy, Generation, publish_state, whole_files, whole_state
from zwk_data.warehouse.queries import Statistics

EMBEDDED = "@snapshot"  # ending of the ids of embedded loads
CLOCK = timedelta(days=31)  # a load that bears a time later than a newer one by more was accepted by a wrong clock
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
    known = {load for load, came_in in _came_in(data).items() if came_in <= day or load.endswith(EMBEDDED)}
    return _open(data, known, day, report, folder, wait_seconds)


def open_around(
    data: Statistics, load_id: str, report: Report | None = None, folder: Path | None = None,
    wait_seconds: float = 600.0,
) -> tuple[Statistics, Statistics]:  # fmt: skip
    """Open the states before and after one load came in: they differ by this load alone. Arguments as above.

    Raises:
        KeyError: there is no such load.
        NoSuchState: it is one of the first figures; nothing was known before it.
        Busy, SourceError, ValueError: as above.
    """
    moments = _moments(data)
    moment = moments[load_id]
    if load_id.endswith(EMBEDDED):
        raise NoSuchState(moment.date() - timedelta(days=1), _first(data), max(_came_in(data).values()))
    sequence = {str(load["load_id"]): int(str(load["seq"])) for load in data.every_load}

    def place(load: str) -> tuple[datetime, str, int]:  # in the second in which two came in, any order will do
        return moments[load], load.rpartition("@")[0], sequence[load]

    before = {load for load in moments if load.endswith(EMBEDDED) or place(load) < place(load_id)}
    states = (_open(data, known, moment.date(), report, folder, wait_seconds) for known in (before, before | {load_id}))
    return next(states), next(states)


def _open(
    data: Statistics, known: set[str], day: date, report: Report | None, folder: Path | None, wait_seconds: float
) -> Statistics:
    """Open the figures of some loads as the state of a day."""
    if len(known) == len(data.every_load) and not data.generation.own:  # an earlier state holds official figures only
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
    build = partial(_build_wanted, build_file, where, known, report or silent)
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
    build_file: Callable[..., dict[str, int]], where: Path, known: frozenset[str], report: Report, path: Path
) -> dict[str, int]:
    wanted = frozenset(load for load in known if not load.endswith(EMBEDDED))
    earlier = [file for folder in (where, where.parent) for file in whole_files(folder, fingerprint())]
    return build_file(path, archive_folder(where.parent), report=report, wanted=wanted, earlier=earlier)


def _came_in(data: Statistics) -> dict[str, date]:
    """Return by load the day (UTC) from which it counts."""
    return {load: moment.date() for load, moment in _moments(data).items()}


def _moments(data: Statistics) -> dict[str, datetime]:
    """Return by load when it became known: its own time or, where that is later, the one of a load before it.

    A time that a newer load, or now, contradicts by more than ``CLOCK`` was a wrong clock's: theirs counts instead.
    """
    now = datetime.now(UTC)
    limits: dict[str, datetime] = {}
    capped: list[tuple[dict[str, object], datetime]] = []
    for load in sorted(data.every_load, key=lambda load: -int(str(load["seq"]))):  # the newest first
        dataset, moment = str(load["dataset"]), _moment(load)
        limit = limits.get(dataset, now)
        if moment - limit > CLOCK and not str(load["load_id"]).endswith(EMBEDDED):
            moment = limit
        limits[dataset] = min(limit, moment)
        capped.append((load, moment))
    newest: dict[str, datetime] = {}
    found: dict[str, datetime] = {}
    for load, moment in reversed(capped):
        dataset = str(load["dataset"])
        newest[dataset] = max(moment, newest.get(dataset, moment))
        found[str(load["load_id"])] = newest[dataset]
    return found


def _moment(load: Mapping[str, object]) -> datetime:
    """Return when a load was accepted; the day of an embedded one begins at midnight."""
    told = datetime.fromisoformat(str(load.get("accepted_at") or load["retrieved_at"]))
    return told if told.tzinfo else told.replace(tzinfo=UTC)


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
