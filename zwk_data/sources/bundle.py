"""A part of the archive to carry to a computer without internet: one zip file, or one folder.

``manifest.json``      the loads, the size of each file of raw bytes, and a checksum over all of that
``raw/<sha256>``       the bytes as the provider sent them, stored, not packed: the file cannot grow when it is read

The same loads give the same bytes. Whoever reads a bundle knows files by their checksum alone; names count for nothing
but the manifest's. Nothing enters an archive before every checksum of the whole bundle was compared.
"""

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from zwk_data.sources.archive import TEMPORARY, Archive, Load, Sidecar, drop_damaged, replace_file, take_over
from zwk_data.sources.archives import DAMAGE, Caps, check_directory, refuse_foreign
from zwk_data.sources.errors import SourceError

FORMAT = 1
MANIFEST, RAW = "manifest.json", "raw"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the date of every member: the same loads give the same bytes
STEP = 1 << 20
CAPS = Caps(packed=32 << 30, unpacked=32 << 30, members=20_000, ratio=1.01)
MANIFEST_BYTES = 64 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[a-z0-9_]{1,80}")
Opener = Callable[[], IO[bytes]]


class NotABundle(SourceError):
    """A file or folder that is no whole bundle; nothing of it was taken."""

    reason_de = "Die Datei ist kein vollständiger Auszug aus einem Archiv; es wurde nichts übernommen."


@dataclass(frozen=True)
class Bundle:
    """The loads of a verified bundle, oldest first by dataset, and how to open each file of raw bytes."""

    loads: tuple[Load, ...]
    files: Mapping[str, Opener]

    def datasets(self) -> list[str]:
        """Ids of the datasets, in the order of the bundle."""
        return list(dict.fromkeys(load.dataset for load in self.loads))


@dataclass(frozen=True)
class Exported:
    """What was written: how many loads, files and bytes."""

    loads: int
    files: int
    bytes: int


# --- writing ---------------------------------------------------------------------------------------------------------


def export(
    archive: Archive, target: Path, datasets: Collection[str] = (), since: Mapping[str, int] | None = None
) -> Exported:
    """Write accepted loads of an archive into a zip file (name ends in ``.zip``) or a folder.

    Args:
        archive: where they lie.
        target: what to write; an older file is replaced when the new one is whole.
        datasets: only these; all without.
        since: only loads after this number, by dataset.

    Raises:
        ArchiveDamaged: raw bytes are gone or changed; no bundle is left.
        OSError: no room.
    """
    after = since or {}
    wanted = [dataset for dataset in archive.datasets() if not datasets or dataset in datasets]
    loads = [one for dataset in wanted for one in archive.accepted(dataset) if one.sequence > after.get(dataset, 0)]
    paths = {part.sha256: archive.open(part) for load in loads for part in load.parts}
    sizes = {sha256: path.stat().st_size for sha256, path in sorted(paths.items())}
    write = _write_zip if target.suffix.lower() == ".zip" else _write_folder
    write(target, manifest_of(loads, sizes), dict(sorted(paths.items())))
    return Exported(len(loads), len(sizes), sum(sizes.values()))


def manifest_of(loads: Collection[Load], sizes: Mapping[str, int]) -> bytes:
    """Return the manifest, closed by the checksum of what it says; when a load became known is each archive's own."""
    told = [{name: value for name, value in asdict(load).items() if name != "accepted_at"} for load in loads]
    content = {"format": FORMAT, "loads": told, "files": dict(sizes)}
    return json.dumps({**content, "checksum": checksum(content)}, ensure_ascii=False, indent=1).encode()


def checksum(content: Mapping[str, Any]) -> str:
    """Return the checksum of a manifest without its own checksum."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _write_zip(target: Path, manifest: bytes, paths: Mapping[str, Path]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{TEMPORARY}{uuid4().hex}-{target.name}")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as file:
            file.writestr(zipfile.ZipInfo(MANIFEST, FIRST_DAY), manifest)
            for sha256, path in paths.items():
                member = zipfile.ZipInfo(f"{RAW}/{sha256}", FIRST_DAY)
                member.file_size = path.stat().st_size
                with path.open("rb") as source, file.open(member, "w") as into:
                    while piece := source.read(STEP):
                        into.write(piece)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _write_folder(target: Path, manifest: bytes, paths: Mapping[str, Path]) -> None:
    (target / RAW).mkdir(parents=True, exist_ok=True)
    (target / MANIFEST).unlink(missing_ok=True)  # written last: a folder without one is no bundle
    for sha256, path in paths.items():
        with path.open("rb") as source:
            _copy(source, sha256, target / RAW / sha256)
    replace_file(target / MANIFEST, manifest)


# --- reading ---------------------------------------------------------------------------------------------------------


@contextmanager
def opened(source: Path) -> Iterator[Bundle]:
    """Open a bundle (zip file or folder) or the folder of an archive, after every checksum was compared.

    Raises:
        NotABundle: it is none, is cut or damaged, or holds more than allowed.
    """
    with ExitStack() as stack:
        try:
            if (source / "loads").is_dir():
                bundle = _of_archive(Archive(source))
            elif source.is_dir():
                bundle = _of_folder(source)
            else:
                bundle = _of_zip(source, stack)
        except (*DAMAGE, ValueError, TypeError, KeyError, OverflowError, SourceError) as error:
            raise error if isinstance(error, NotABundle) else _refused(error) from error
        yield bundle


def _refused(error: Exception) -> NotABundle:
    return NotABundle(f"{type(error).__name__}: {error}")


def _of_archive(archive: Archive) -> Bundle:
    loads = tuple(load for dataset in archive.datasets() for load in archive.accepted(dataset))
    paths = {part.sha256: archive.open(part) for load in loads for part in load.parts}
    return Bundle(loads, {sha256: _opener(path) for sha256, path in paths.items()})


def _of_folder(folder: Path) -> Bundle:
    if (folder / MANIFEST).stat().st_size > MANIFEST_BYTES:
        raise NotABundle("manifest too large")
    loads, sizes = read_manifest((folder / MANIFEST).read_bytes())
    found: dict[str, Opener] = {}
    for path in sorted((folder / RAW).iterdir()):
        if path.is_file() and not path.is_symlink():
            found[_digest(_opener(path))] = _opener(path)
    return _whole(loads, sizes, found)


def _of_zip(path: Path, stack: ExitStack) -> Bundle:
    refuse_foreign(path, CAPS)
    file = stack.enter_context(zipfile.ZipFile(path))
    members = [member for member in file.infolist() if not member.is_dir()]
    check_directory(members, CAPS)
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise NotABundle("packed members")
    manifest = file.getinfo(MANIFEST)
    if manifest.file_size > MANIFEST_BYTES:
        raise NotABundle("manifest too large")
    loads, sizes = read_manifest(file.read(manifest))
    found = {_digest(opener): opener for opener in (_member(file, one) for one in members if one is not manifest)}
    return _whole(loads, sizes, found)


def _opener(path: Path) -> Opener:
    return lambda: path.open("rb")


def _member(file: zipfile.ZipFile, member: zipfile.ZipInfo) -> Opener:
    return lambda: file.open(member)


def _whole(loads: tuple[Load, ...], sizes: Mapping[str, int], found: Mapping[str, Opener]) -> Bundle:
    """Refuse a bundle that lacks a file of its manifest; what the manifest does not name is left where it is."""
    if missing := sorted(set(sizes) - set(found)):
        raise NotABundle(f"{len(missing)} files are missing or changed, first {missing[0][:12]}")
    return Bundle(loads, {sha256: found[sha256] for sha256 in sizes})


def read_manifest(body: bytes) -> tuple[tuple[Load, ...], dict[str, int]]:
    """Return the loads and the sizes of the files that a manifest names.

    Raises:
        NotABundle, ValueError, KeyError, TypeError: it is none of this format, or was changed.
    """
    content = json.loads(body)
    if content.pop("checksum") != checksum(content) or content["format"] != FORMAT:
        raise NotABundle("the manifest was changed, or is of another version")
    loads = tuple(sorted(map(_load, content["loads"]), key=lambda load: (load.dataset, load.sequence)))
    sizes = {str(sha256): int(size) for sha256, size in content["files"].items()}
    if {part.sha256 for load in loads for part in load.parts} != set(sizes):
        raise NotABundle("the manifest names other files than its loads")
    return loads, sizes


def _load(record: Mapping[str, Any]) -> Load:
    """Return a load of a manifest; every text that becomes a name or an order is checked for its form."""
    parts = tuple(Sidecar(**{**part, "params": tuple((k, v) for k, v in part["params"])}) for part in record["parts"])
    load = Load(str(record["dataset"]), int(record["sequence"]), parts, str(record["content"]))
    if not parts or not NAME.fullmatch(load.dataset) or any(part.dataset != load.dataset for part in parts):
        raise NotABundle("a load without parts or with a strange name")
    for part in parts:
        words = (part.url, part.method, part.content_type, part.sha256, part.published_at or "")
        if not all(isinstance(word, str) for word in words) or not isinstance(part.parser_version, int):
            raise NotABundle("a field of another kind")
        if not SHA256.fullmatch(part.sha256) or datetime.fromisoformat(part.retrieved_at).tzinfo is None:
            raise NotABundle("a checksum or a time that is none")
    return load


# --- taking raw bytes over -------------------------------------------------------------------------------------------


def adopt(bundle: Bundle, load: Load, archive: Archive) -> None:
    """Copy the raw bytes of a load into an archive; what it has already stays, unless it was damaged there.

    Raises:
        NotABundle: the bytes changed since the bundle was opened.
        OSError: no room.
    """
    for part in load.parts:
        path = archive.root / "raw" / part.sha256[:2] / part.sha256
        drop_damaged(path, part.sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with bundle.files[part.sha256]() as source:
                _copy(source, part.sha256, path)


def _copy(source: IO[bytes], sha256: str, path: Path) -> None:
    """Copy a stream to its final name once it is whole and has the checksum; an existing file is left alone."""
    if path.exists():
        return
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=TEMPORARY, delete=False) as into:
        try:
            while piece := source.read(STEP):
                digest.update(piece)
                into.write(piece)
        except BaseException:
            Path(into.name).unlink(missing_ok=True)
            raise
    if digest.hexdigest() != sha256:
        Path(into.name).unlink(missing_ok=True)
        raise NotABundle(f"{sha256[:12]} changed while it was copied")
    with suppress(FileExistsError):  # somebody else was first: the same bytes
        take_over(Path(into.name), path)


def _digest(opener: Opener) -> str:
    digest = hashlib.sha256()
    with opener() as source:
        while piece := source.read(STEP):
            digest.update(piece)
    return digest.hexdigest()
