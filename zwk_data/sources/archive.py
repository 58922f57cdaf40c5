"""Raw answers, kept for ever: bytes by checksum, and one manifest per accepted load.

``raw/<first two>/<sha256>``           the bytes
``loads/<dataset>/<sequence>.json``    the sidecars of all answers of one load
``tidy/<dataset>/<sequence>-v<n>.parquet``  the observations that version n of the parser made of them; can be made anew
``pending/<dataset>/<question>.json``  answers of a refresh that has not ended, so that the next one goes on from there
``attempts/<dataset>.json``            how the last attempt ended

A manifest is written last and whole, so that an interrupted load is never listed; nothing accepted is overwritten. The
order of loads is their sequence number, never a clock.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from zwk_data.catalog import sources
from zwk_data.sources.errors import ArchiveDamaged

TEMPORARY = ".tmp-"
LEFTOVER_SECONDS = 24 * 3600  # a temporary file of that age belongs to a process that died
CLOCK_DAYS = timedelta(days=31)  # a clock that goes wrong by more is taken for one that was wrong before
PENDING_SECONDS = 12 * 3600  # answers of an unfinished refresh are used that long
OPEN_FILE_TRIES = 10  # Windows refuses to replace a file someone still reads


@dataclass(frozen=True)
class Download:
    """One answer of a provider, complete; ``url`` and ``params`` without credentials, times in UTC.

    A ``body`` too large for memory is a file of its own, which the archive takes over.
    """

    dataset: str
    url: str
    params: tuple[tuple[str, str], ...]
    body: bytes | Path
    content_type: str
    retrieved_at: datetime
    published_at: datetime | None = None
    method: str = "GET"


@dataclass(frozen=True)
class Sidecar:
    """What is known about archived bytes besides themselves."""

    dataset: str
    url: str
    method: str
    params: tuple[tuple[str, str], ...]
    retrieved_at: str  # ISO 8601, UTC
    published_at: str | None
    sha256: str
    content_type: str
    bytes: int
    parser_version: int


@dataclass(frozen=True)
class Load:
    """An accepted load: all answers that belong together, in the order they were asked for.

    ``content`` is the checksum of the observations made of them: the same figures in another order are the same load.
    ``accepted_at`` is when it became known here, which is later than its retrieval where it came by way of a file; no
    part of what a load is.
    """

    dataset: str
    sequence: int  # 1, 2, 3 … per dataset
    parts: tuple[Sidecar, ...]
    content: str = ""
    accepted_at: str = field(default="", compare=False)  # ISO 8601, UTC; empty in manifests of earlier versions

    @property
    def id(self) -> str:
        """``<dataset>@<sequence>``."""
        return f"{self.dataset}@{self.sequence}"

    @property
    def retrieved_at(self) -> str:
        """When the last of its answers came (ISO 8601, UTC)."""
        return max(part.retrieved_at for part in self.parts)

    @property
    def known_at(self) -> str:
        """When it became known here (ISO 8601, UTC); an early manifest does not say, its retrieval stands for it."""
        return self.accepted_at or self.retrieved_at

    @property
    def published_at(self) -> str | None:
        """When the provider published the newest of its answers, where that is said."""
        return max((part.published_at for part in self.parts if part.published_at), default=None)


@dataclass(frozen=True)
class Attempt:
    """How the last attempt to refresh a dataset ended; ``at`` in ISO 8601, UTC."""

    dataset: str
    at: str
    ok: bool
    reason_de: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Archive:
    """A folder of raw bytes and manifests."""

    root: Path

    def accept(self, dataset: str, parts: Sequence[Sidecar], content: str = "") -> Load:
        """Add a load with the next number; two writers never get the same one.

        The same content as the last load is that load (without a content, the same bytes and parser): it is returned,
        nothing is added.
        """
        if (last := self.last(dataset)) and _same(last, parts, content):
            return last
        moment = _iso(_accepted(last))
        folder = self.root / "loads" / dataset
        folder.mkdir(parents=True, exist_ok=True)
        sequence = max(self._sequences(dataset, "[0-9]*.*"), default=0)
        while True:
            sequence += 1
            load = Load(dataset, sequence, tuple(parts), content, moment)
            text = json.dumps(asdict(load), ensure_ascii=False, indent=1).encode()
            with contextlib.suppress(FileExistsError):
                write_new(folder / f"{sequence:06d}.json", text)
                return load

    def datasets(self) -> list[str]:
        """Ids of all datasets with an accepted load."""
        return sorted({path.parent.name for path in self.root.glob("loads/*/[0-9]*.json")})

    def accepted(self, dataset: str) -> list[Load]:
        """All loads of a dataset, oldest first."""
        return [self._manifest(dataset, n) for n in sorted(self._sequences(dataset))]

    def last(self, dataset: str) -> Load | None:
        """The newest load, None before the first."""
        sequence = max(self._sequences(dataset), default=0)
        return self._manifest(dataset, sequence) if sequence else None

    def tidy_path(self, load: Load, parser_version: int) -> Path:
        """Where the observations of a load lie once they are made."""
        return self.root / "tidy" / load.dataset / f"{load.sequence:06d}-v{parser_version}.parquet"

    def open(self, sidecar: Sidecar) -> Path:
        """The file of the raw bytes; raises ArchiveDamaged where they are gone or changed."""
        path = self._raw_path(sidecar.sha256)
        try:
            intact = _digest(path) == sidecar.sha256
        except OSError as error:
            raise ArchiveDamaged(f"{sidecar.sha256}: {type(error).__name__}") from error
        if not intact:
            raise ArchiveDamaged(sidecar.sha256)
        return path

    def read(self, sidecar: Sidecar) -> bytes:
        """The raw bytes; raises ArchiveDamaged where they are gone or changed."""
        return self.open(sidecar).read_bytes()

    def keep(self, download: Download, parser_version: int) -> Sidecar:
        """Keep the bytes of an answer and return what is known about them; no load is added."""
        sha256 = _digest(download.body) if isinstance(download.body, Path) else _sha256(download.body)
        path = self._raw_path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        size = download.body.stat().st_size if isinstance(download.body, Path) else len(download.body)
        drop_damaged(path, sha256)
        with contextlib.suppress(FileExistsError):  # the same bytes were kept before
            if isinstance(download.body, Path):
                take_over(download.body, path)
            else:
                write_new(path, download.body)
        return Sidecar(
            download.dataset, download.url, download.method, download.params, _iso(download.retrieved_at),
            _iso(download.published_at) if download.published_at else None, sha256, download.content_type,
            size, parser_version,
        )  # fmt: skip

    # --- a refresh that has not ended -----------------------------------------------------------------------------

    def pend(self, dataset: str, question: str, parts: Sequence[Sidecar]) -> None:
        """Remember the answers to a question (its checksum) until the load is accepted."""
        folder = self.root / "pending" / dataset
        folder.mkdir(parents=True, exist_ok=True)
        note = {"at": _iso(datetime.now(UTC)), "parts": [asdict(part) for part in parts]}
        replace_file(folder / f"{question}.json", json.dumps(note).encode())

    def pending(self, dataset: str, question: str, now: datetime) -> tuple[Sidecar, ...] | None:
        """The remembered answers to a question; None where there are none or they are too old or damaged."""
        try:
            note = json.loads((self.root / "pending" / dataset / f"{question}.json").read_text("utf-8"))
            parts = tuple(_sidecar(record) for record in note["parts"])
            age = (now - datetime.fromisoformat(note["at"])).total_seconds()
        except (OSError, ValueError, TypeError, KeyError):
            return None
        fresh = -1 <= age <= PENDING_SECONDS  # times are kept in whole seconds
        return parts if fresh and all(self._raw_path(part.sha256).exists() for part in parts) else None

    def clear_pending(self, dataset: str) -> None:
        """Forget what an unfinished refresh left."""
        for path in (self.root / "pending" / dataset).glob("*"):
            path.unlink(missing_ok=True)

    def clear_leftovers(self) -> None:
        """Remove half-written files of processes that died; young ones may belong to a build (another lock)."""
        for path in self.root.rglob(f"{TEMPORARY}*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFTOVER_SECONDS:
                    path.unlink()

    # --- what is told about attempts ----------------------------------------------------------------------------------

    def note(self, attempt: Attempt) -> None:
        """Keep how an attempt ended, for the page that says what state the figures are in."""
        folder = self.root / "attempts"
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / f"{attempt.dataset}.json", json.dumps(asdict(attempt), ensure_ascii=False).encode())

    def attempts(self) -> dict[str, Attempt]:
        """How the last attempt of each dataset ended."""
        found = {}
        for path in sorted((self.root / "attempts").glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError):
                found[path.stem] = Attempt(**json.loads(path.read_text("utf-8")))
        return found

    def _raw_path(self, sha256: str) -> Path:
        return self.root / "raw" / sha256[:2] / sha256

    def _sequences(self, dataset: str, pattern: str = "[0-9]*.json") -> list[int]:
        return [int(p.name[:6]) for p in (self.root / "loads" / dataset).glob(pattern)]

    def _manifest(self, dataset: str, sequence: int) -> Load:
        record = json.loads((self.root / "loads" / dataset / f"{sequence:06d}.json").read_text("utf-8"))
        return Load(
            record["dataset"], record["sequence"], tuple(map(_sidecar, record["parts"])), record.get("content", ""),
            record.get("accepted_at", ""),
        )  # fmt: skip


def now() -> datetime:
    """Return the clock's time (UTC), never before the day of this program's own figures (empty battery)."""
    newest = max(source.retrieved for source in sources().values())
    return max(datetime.now(UTC), datetime(newest.year, newest.month, newest.day, tzinfo=UTC))


def _accepted(last: Load | None) -> datetime:
    """Return when a load after the last one is accepted: not before it, unless that one's clock was clearly ahead."""
    moment = now()
    before = datetime.fromisoformat(last.accepted_at) if last and last.accepted_at else moment
    return max(moment, before) if before - moment <= CLOCK_DAYS else moment


def _sidecar(record: dict[str, Any]) -> Sidecar:
    return Sidecar(**{**record, "params": tuple((k, v) for k, v in record["params"])})


def _same(last: Load, parts: Sequence[Sidecar], content: str) -> bool:
    if content and last.content:
        return content == last.content
    return _identity(last.parts) == _identity(parts)


def _identity(parts: Sequence[Sidecar]) -> list[tuple[str, int]]:
    return [(p.sha256, p.parser_version) for p in parts]


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def drop_damaged(path: Path, sha256: str) -> None:
    """Remove a file of raw bytes that was damaged since it was kept, so that it can be kept anew."""
    if path.exists() and _digest(path) != sha256:
        path.unlink()


def write_new(path: Path, body: bytes) -> None:
    """Write a whole file under a name that must not exist yet; raises FileExistsError, leaves no half file."""
    if path.exists():
        raise FileExistsError(path)
    temporary = _written(path.parent, body)
    try:
        _publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_name(path)


def replace_file(path: Path, body: bytes) -> None:
    """Put a whole file in place of an older one, or leave that as it was."""
    temporary = _written(path.parent, body)
    try:
        _patiently(lambda: temporary.replace(path))
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def take_over(temporary: Path, path: Path) -> None:
    """Give a finished file of this folder's disk its final name; raises FileExistsError where that is taken."""
    try:
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        _publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_name(path)


def _sync_name(path: Path) -> None:
    """Make a new name survive a power cut, or take it back: what is reported as not written is not there."""
    try:
        _sync_folder(path.parent)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _written(folder: Path, body: bytes) -> Path:
    """Return a new temporary file with these bytes, safely on disk; nothing is left where that fails."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _publish(temporary: Path, path: Path) -> None:
    """Give the finished file its name, atomically and only if the name is free."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(path) from None
        _patiently(lambda: temporary.replace(path))


def _patiently(action: Callable[[], object]) -> None:
    for attempt in range(OPEN_FILE_TRIES):
        try:
            action()
            return
        except PermissionError:
            if attempt == OPEN_FILE_TRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut; Windows has no handle for folders and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
