"""Raw answers, kept for ever: bytes by checksum, and one manifest per accepted load.

``raw/<first two>/<sha256>`` holds the bytes, ``loads/<dataset>/<sequence>.json`` the sidecars of all answers of one
load. A manifest is written last and whole, so that an interrupted load is never listed; nothing is overwritten. The
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
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from zwk_data.sources.errors import ArchiveDamaged

OPEN_FILE_TRIES = 10  # Windows refuses to replace a file someone still reads


@dataclass(frozen=True)
class Download:
    """One answer of a provider, complete; ``url`` and ``params`` without credentials, times in UTC."""

    dataset: str
    url: str
    params: tuple[tuple[str, str], ...]
    body: bytes
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
    """An accepted load: all answers that belong together, in the order they were asked for."""

    dataset: str
    sequence: int  # 1, 2, 3 … per dataset
    parts: tuple[Sidecar, ...]


@dataclass(frozen=True)
class Archive:
    """A folder of raw bytes and manifests."""

    root: Path

    def accept(self, dataset: str, downloads: Sequence[Download], parser_version: int) -> Load:
        """Keep the bytes, then add a load with the next number; two writers never get the same one.

        The same bytes and parser as the last load are that load: it is returned, nothing is added.
        """
        parts = tuple(self._keep(d, parser_version) for d in downloads)
        if (last := self.last(dataset)) and _identity(last.parts) == _identity(parts):
            return last
        folder = self.root / "loads" / dataset
        folder.mkdir(parents=True, exist_ok=True)
        sequence = max(self._sequences(dataset), default=0)
        while True:
            sequence += 1
            load = Load(dataset, sequence, parts)
            text = json.dumps(asdict(load), ensure_ascii=False, indent=1).encode()
            with contextlib.suppress(FileExistsError):
                write_new(folder / f"{sequence:06d}.json", text)
                return load

    def accepted(self, dataset: str) -> list[Load]:
        """All loads of a dataset, oldest first."""
        return [self._manifest(dataset, n) for n in sorted(self._sequences(dataset))]

    def last(self, dataset: str) -> Load | None:
        """The newest load, None before the first."""
        sequence = max(self._sequences(dataset), default=0)
        return self._manifest(dataset, sequence) if sequence else None

    def read(self, sidecar: Sidecar) -> bytes:
        """The raw bytes; raises ArchiveDamaged where they are gone or changed."""
        try:
            body = self._raw_path(sidecar.sha256).read_bytes()
        except OSError as error:
            raise ArchiveDamaged(f"{sidecar.sha256}: {type(error).__name__}") from error
        if hashlib.sha256(body).hexdigest() != sidecar.sha256:
            raise ArchiveDamaged(sidecar.sha256)
        return body

    def _keep(self, download: Download, parser_version: int) -> Sidecar:
        sha256 = hashlib.sha256(download.body).hexdigest()
        path = self._raw_path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # the same bytes were kept before
            write_new(path, download.body)
        return Sidecar(
            download.dataset, download.url, download.method, download.params, _iso(download.retrieved_at),
            _iso(download.published_at) if download.published_at else None, sha256, download.content_type,
            len(download.body), parser_version,
        )  # fmt: skip

    def _raw_path(self, sha256: str) -> Path:
        return self.root / "raw" / sha256[:2] / sha256

    def _sequences(self, dataset: str) -> list[int]:
        return [int(p.stem) for p in (self.root / "loads" / dataset).glob("[0-9]*.json")]

    def _manifest(self, dataset: str, sequence: int) -> Load:
        record = json.loads((self.root / "loads" / dataset / f"{sequence:06d}.json").read_text("utf-8"))
        parts = tuple(
            Sidecar(**{**p, "params": tuple((k, v) for k, v in p["params"])}) for p in record["parts"]
        )  # fmt: skip
        return Load(record["dataset"], record["sequence"], parts)


def _identity(parts: Sequence[Sidecar]) -> list[tuple[str, int]]:
    return [(p.sha256, p.parser_version) for p in parts]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def write_new(path: Path, body: bytes) -> None:
    """Write a whole file under a name that must not exist yet; raises FileExistsError, leaves no half file."""
    if path.exists():
        raise FileExistsError(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tmp-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        _publish(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


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
