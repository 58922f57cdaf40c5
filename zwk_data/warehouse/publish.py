"""Publishing: a build gets a new immutable name, then the pointer ``CURRENT.json`` is replaced, and nothing else.

A reader follows the pointer to a file that never changes; a build that dies leaves the old pointer. Order: lock,
remove half-built files of dead runs, build under a hidden name, close, check, hash, fsync, rename, pointer, fsync of
the folder, delete all but the newest three generations, and those with own tables that have changed since.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import sleep

KEEP = 3
POINTER_TRIES = 6
POINTER = "CURRENT.json"


class Busy(RuntimeError):
    """Another build is running in this folder."""


class DamagedError(RuntimeError):
    """No generation in the folder matches its recorded checksum."""


@dataclass(frozen=True)
class Generation:
    """One published database: its number, file name, checksum, row counts by table, and what it was made from.

    ``made_from`` is the checksum of program and snapshot, ``loads`` the one of the list of archived loads, ``own`` the
    one of the tables that towns have released (empty: none).
    """

    number: int
    file: str
    sha256: str
    rows: dict[str, int]
    made_from: str = ""
    loads: str = ""
    own: str = ""


def sha256_of(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's build lock, which dies with its holder.

    Raises:
        Busy: somebody else holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise Busy(str(folder)) from error
        yield


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt  # exists on Windows only

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl  # exists on POSIX only

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened for fsync there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("data-")) for path in folder.glob("data-*.duckdb"))


def _clear_dead_runs(folder: Path) -> None:
    for leftover in folder.glob(".build-*"):
        if leftover.is_dir():  # what a build put aside because it did not fit into memory
            shutil.rmtree(leftover, ignore_errors=True)
            continue
        with suppress(OSError):
            leftover.unlink()


def _write_pointer(folder: Path, generation: Generation) -> None:
    temporary = folder / ".CURRENT.tmp"
    temporary.write_text(json.dumps(asdict(generation), indent=1) + "\n", encoding="utf-8")
    _sync_file(temporary)
    _replace(temporary, folder / POINTER)
    _sync_folder(folder)


def _replace(temporary: Path, path: Path) -> None:
    """Put the finished file in place of the old one; Windows refuses for the moment in which somebody reads that."""
    for attempt in range(POINTER_TRIES):
        try:
            temporary.replace(path)
            return
        except PermissionError:
            if attempt == POINTER_TRIES - 1:
                raise
            sleep(0.05 * 2**attempt)


def _drop_old(folder: Path, newest: int) -> None:
    for number in [n for n in _numbers(folder) if n <= newest][:-KEEP]:
        with suppress(OSError):  # Windows refuses while a reader has it open; the next build tries again
            (folder / f"data-{number}.duckdb").unlink()
            _record(folder, number).unlink(missing_ok=True)


def _drop_removed(folder: Path, newest: Generation) -> None:
    """Delete older generations with other own tables than the newest: what a town removed is gone from here too."""
    for number in _numbers(folder):
        found = _read_generation(_record(folder, number))
        if number < newest.number and found and found.own not in ("", newest.own):
            with suppress(OSError):  # as above
                (folder / f"data-{number}.duckdb").unlink()
                _record(folder, number).unlink(missing_ok=True)


def _record(folder: Path, number: int) -> Path:
    return folder / f"data-{number}.json"


def publish(
    folder: Path, build: Callable[[Path], dict[str, int]], made_from: str = "", loads: str = "", own: str = ""
) -> Generation:
    """Build a database and make it the current one.

    Args:
        folder: the build folder, on a local disk.
        build: writes a checked database to the path it is given, closes it and returns its row counts; whatever it
            raises leaves the current generation as it was.
        made_from: checksum of what decides the content, kept with the generation.
        loads: checksum of the list of archived loads before the build, kept with it too.
        own: checksum of the towns' own tables, likewise.

    Raises:
        Busy: another build holds the lock.
    """
    with build_lock(folder):
        _clear_dead_runs(folder)
        pointer = current(folder)
        number = max([*_numbers(folder), pointer.number if pointer else 0]) + 1
        hidden = folder / f".build-{number}.duckdb"
        try:
            rows = build(hidden)
        except BaseException:
            _clear_dead_runs(folder)
            raise
        if hidden.with_name(hidden.name + ".wal").exists():
            raise RuntimeError(f"{hidden} was not closed: it has a write-ahead log")
        generation = Generation(number, f"data-{number}.duckdb", sha256_of(hidden), rows, made_from, loads, own)
        _sync_file(hidden)
        hidden.replace(folder / generation.file)
        _record(folder, number).write_text(json.dumps(asdict(generation)), encoding="utf-8")
        _write_pointer(folder, generation)
        _drop_old(folder, number)
        _drop_removed(folder, generation)
        return generation


def current(folder: Path) -> Generation | None:
    """Return what the pointer names, or None where there is none or it cannot be read."""
    return _read_generation(folder / POINTER)


def _read_generation(path: Path) -> Generation | None:
    with suppress(OSError, ValueError, TypeError):
        return Generation(**json.loads(path.read_text(encoding="utf-8")))
    return None


def verified(folder: Path) -> tuple[Generation, bool] | None:
    """Return the newest generation whose file matches its checksum, and whether it is the current one.

    Returns:
        None where nothing was ever published.

    Raises:
        DamagedError: there are generations, and none is whole.
    """
    pointer = current(folder)
    if pointer and _is_whole(folder, pointer):
        return pointer, True
    numbers = _numbers(folder)
    if not numbers and not (folder / POINTER).exists():
        return None
    for number in reversed(numbers):
        candidate = _read_generation(_record(folder, number))
        if candidate and _is_whole(folder, candidate):
            return candidate, False
    raise DamagedError(str(folder))


def whole_files(folder: Path, made_from: str) -> list[Path]:
    """Return the files in a folder, generations or earlier states, that are whole and made by this program."""
    records = [folder / POINTER, *sorted(folder.glob("*.json"), reverse=True)]
    read = [one for path in records if (one := _read_generation(path)) and one.made_from == made_from]
    return [folder / file for file, one in {one.file: one for one in read}.items() if _is_whole(folder, one)]


def _is_whole(folder: Path, generation: Generation) -> bool:
    """Tell whether the file is the one that was published and nobody put a write-ahead log beside it."""
    path = folder / generation.file
    try:
        return sha256_of(path) == generation.sha256 and not path.with_name(path.name + ".wal").exists()
    except OSError:  # not there, or deleted by a newer build while it was read
        return False


# --- earlier states: one immutable file per key, beside the generations ---------------------------------------------


def publish_state(
    folder: Path, key: str, build: Callable[[Path], dict[str, int]], made_from: str, keep: int
) -> Generation:
    """Build the file of an earlier state under its key; of all states the ``keep`` last used ones stay.

    Args:
        folder: of the states.
        key: checksum of what the state consists of.
        build: as for ``publish``.
        made_from: checksum of program and snapshot, kept with it.
        keep: how many states stay, this one included.

    Raises:
        Busy: another state is being built.
    """
    with build_lock(folder):
        if found := whole_state(folder, key):  # somebody else was faster
            return found
        _clear_dead_runs(folder)
        hidden = folder / f".build-{key}.duckdb"
        try:
            rows = build(hidden)
        except BaseException:
            _clear_dead_runs(folder)
            raise
        # Below zero: never the number of a published generation, by which caches tell figures apart.
        generation = Generation(-1 - int(key[:12], 16), f"{key}.duckdb", sha256_of(hidden), rows, made_from)
        _sync_file(hidden)
        _replace(hidden, folder / generation.file)
        record = folder / f".build-{key}.json"
        record.write_text(json.dumps(asdict(generation)), encoding="utf-8")
        _sync_file(record)
        _replace(record, folder / f"{key}.json")
        _sync_folder(folder)
        _drop_unused(folder, keep)
        return generation


def whole_state(folder: Path, key: str) -> Generation | None:
    """Return the state of a key if its file is there and whole, and note that it was used."""
    record = folder / f"{key}.json"
    found = _read_generation(record)
    if found is None or not _is_whole(folder, found):
        return None
    with suppress(OSError):
        os.utime(record)
    return found


def _drop_unused(folder: Path, keep: int) -> None:
    """Remove the states that were not used for the longest time."""
    records = sorted(folder.glob("[0-9a-f]*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for record in records[keep:]:
        with suppress(OSError):  # Windows refuses while a reader has it open; the next build of a state tries again
            record.with_suffix(".duckdb").unlink(missing_ok=True)
            record.unlink()
