"""One municipality as one file: a zip with a manifest and, for each kind of record, lines of JSON.

No names of accounts are in it: the place it arrives at writes its own history. The same records give the same bytes,
but for the moment it was made.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from zwk_data.handover.kinds import TRAVEL

if TYPE_CHECKING:
    from zwk_data.store import Store

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST, LARGEST_UNPACKED = 200 << 20, 1 << 30  # bytes
EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip has no earlier day; the same in every file
UNIX_FILE = 0o644 << 16


class NotABundle(ValueError):
    """A file is no bundle that can be taken; the message says why, in German."""


@dataclass(frozen=True)
class Line:
    """One record as it travels: its kind, its id with the municipality in front, its body."""

    kind: str
    id: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Bundle:
    """What a file holds: whose it is, when it was made (ISO, UTC), the records in the order they were written."""

    ags: str
    made: str
    lines: tuple[Line, ...]

    def counts(self) -> dict[str, int]:
        """Return how many records there are of each kind."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.kind] = found.get(line.kind, 0) + 1
        return found


def bundle_of(store: "Store", ags: str, made: datetime) -> Bundle:
    """Return all that travels of a municipality, each kind in the order it was first written.

    Raises:
        Unreadable: the store does not answer.
    """
    lines = []
    for kind in TRAVEL:
        records = sorted(store.records(kind, ags), key=lambda one: (one.created_at, one.id))
        lines += [Line(kind, record.id, record.body) for record in records]
    return Bundle(ags, made.isoformat(timespec="seconds"), tuple(lines))


def packed(bundle: Bundle) -> bytes:
    """Return a bundle as the bytes of a file."""
    members = {f"{kind}.jsonl": _lines(bundle.lines, kind) for kind in TRAVEL if kind in bundle.counts()}
    manifest = {
        "format": FORMAT, "ags": bundle.ags, "made": bundle.made, "records": bundle.counts(),
        "sha256": {name: hashlib.sha256(raw).hexdigest() for name, raw in members.items()},
    }  # fmt: skip
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in {MANIFEST: _text(manifest), **members}.items():
            about = zipfile.ZipInfo(name, EPOCH)
            about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, UNIX_FILE, 3
            file.writestr(about, raw)
    return found.getvalue()


def _lines(lines: Sequence[Line], kind: str) -> bytes:
    return b"".join(_text({"id": line.id, "body": line.body}) + b"\n" for line in lines if line.kind == kind)


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpacked(raw: bytes) -> Bundle:
    """Read the bytes of a file; everything is checked before anything is believed.

    Raises:
        NotABundle: it is none, is damaged, too large, or made by a newer version.
    """
    if len(raw) > LARGEST:
        raise NotABundle(f"Die Datei ist größer als {LARGEST >> 20} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            members = _members(file)
    except NotABundle:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise NotABundle("Das ist keine Übergabedatei, oder sie ist beschädigt.") from error
    manifest = _json(members.pop(MANIFEST, b""), MANIFEST)
    _checked(manifest, members)
    lines = [line for name, text in members.items() for line in _read(name, text, str(manifest["ags"]))]
    order = {kind: number for number, kind in enumerate(TRAVEL)}
    return Bundle(str(manifest["ags"]), str(manifest["made"]), tuple(sorted(lines, key=lambda one: order[one.kind])))


def _members(file: zipfile.ZipFile) -> dict[str, bytes]:
    known = {MANIFEST, *(f"{kind}.jsonl" for kind in TRAVEL)}
    infos = file.infolist()
    if strange := [one.filename for one in infos if one.filename not in known]:
        raise NotABundle(f"In der Datei steht etwas Fremdes: {strange[0][:80]}")
    if len({one.filename for one in infos}) < len(infos) or sum(one.file_size for one in infos) > LARGEST_UNPACKED:
        raise NotABundle("Die Datei ist zu groß oder nennt einen Teil doppelt.")
    found = {}
    for one in infos:
        with file.open(one) as part:
            found[one.filename] = part.read(one.file_size + 1)
        if len(found[one.filename]) != one.file_size:
            raise NotABundle(f"{one.filename} ist größer, als das Verzeichnis sagt.")
    return found


def _checked(manifest: Any, members: Mapping[str, bytes]) -> None:
    """Make sure that a manifest is one, of a version that is known, and that the members are those it names.

    Raises:
        NotABundle: it is not so.
    """
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), dict):
        raise NotABundle("Das Inhaltsverzeichnis fehlt oder ist beschädigt.")
    if manifest.get("format") != FORMAT:
        raise NotABundle("Die Datei stammt aus einer anderen Programmversion.")
    if not isinstance(manifest.get("ags"), str) or not isinstance(manifest.get("made"), str):
        raise NotABundle("Das Inhaltsverzeichnis nennt keine Kommune oder keinen Zeitpunkt.")
    sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in members.items()}
    if sums != manifest["sha256"]:
        raise NotABundle("Prüfsummen stimmen nicht: Die Datei ist unvollständig oder wurde verändert.")


def _read(name: str, text: bytes, ags: str) -> list[Line]:
    kind, found = name.removesuffix(".jsonl"), []
    for number, raw in enumerate(text.splitlines(), 1):
        one = _json(raw, f"{name}, Zeile {number}")
        if not isinstance(one, dict) or not isinstance(one.get("id"), str) or not isinstance(one.get("body"), dict):
            raise NotABundle(f"{name}, Zeile {number}: kein Eintrag.")
        found.append(Line(kind, one["id"], one["body"]))
    if len({line.id for line in found}) < len(found):
        raise NotABundle(f"{name}: ein Eintrag steht doppelt.")
    return found


def _json(raw: bytes, where: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise NotABundle(f"{where} ist nicht lesbar.") from error
