"""One way from a provider to an accepted load: ask, keep the bytes, read them, doubt them, accept.

A dataset ends with a new load or with the one it had and a reason in German; a refresh that is killed goes on where it
stopped. The same gate stands before what comes from another archive (``take``), so that nothing enters unread.
"""

import errno
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources import gate, places
from zwk_data.sources.archive import TEMPORARY, Archive, Attempt, Load, Sidecar
from zwk_data.sources.errors import DiskFull, Incomplete, SourceError
from zwk_data.sources.gate import Before, places_by_date
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Outcome, Part, Provider, Question, Scope
from zwk_data.sources.rows import dropped_of

log = logging.getLogger(__name__)
Report = Callable[[str, int, int], None]  # dataset, questions answered, questions in all
HASHED_ROWS = 65_536
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}


def silent(dataset: str, done: int, total: int) -> None:
    """Report nothing."""


def refresh(
    provider: Provider, datasets: Sequence[str], archive: Archive, scope: Scope, client: Client, report: Report = silent
) -> list[Outcome]:
    """Ask for each dataset; one that fails keeps its old load and says why. The caller holds the archive's lock."""
    return [refresh_one(provider, dataset, archive, scope, client, report) for dataset in datasets]


def refresh_one(
    provider: Provider, dataset: str, archive: Archive, scope: Scope, client: Client, report: Report = silent
) -> Outcome:
    """Ask for one dataset and take what came."""
    try:
        with named_faults():
            parts = list(_answers(provider, dataset, archive, scope, client, report))
    except SourceError as error:
        return _kept(dataset, archive, error)
    outcome = take(provider, dataset, parts, archive, scope)
    if outcome.ok or outcome.reason_de:  # settled: the next refresh asks anew
        archive.clear_pending(dataset)
    return outcome


def take(provider: Provider, dataset: str, parts: Sequence[Sidecar], archive: Archive, scope: Scope) -> Outcome:
    """Read archived answers, doubt them and accept them as a load, or keep the old one and say why."""
    if hasattr(provider, "install"):
        return _installed(provider, dataset, parts, archive, scope)
    before = archive.last(dataset)
    try:
        with named_faults():
            newer = _register(provider, dataset, parts, archive, scope)
            known = places.widened(scope, newer)
            made = write_tidy(provider, dataset, parts, archive, known, _before(provider, dataset, archive, known))
            load = archive.accept(dataset, parts, made.content + ("" if newer is None else places.mark(newer)))
    except SourceError as error:
        return _kept(dataset, archive, error)
    with _accepted_anyway(load):
        made.settle(archive.tidy_path(load, provider.PARSER_VERSION))
        archive.note(Attempt(dataset, _now(), True))
    same = before is not None and load.sequence == before.sequence
    return Outcome(dataset, True, made.rows, load.sequence, unchanged=same, notes=made.notes)


@contextmanager
def _accepted_anyway(load: Load) -> Iterator[None]:
    """Let nothing that can be made again take back a load that is accepted."""
    try:
        yield
    except OSError as error:
        log.warning("%s is accepted, but: %s", load.id, error)


def _installed(provider: Provider, dataset: str, parts: Sequence[Sidecar], archive: Archive, scope: Scope) -> Outcome:
    """Let a provider put in place what is no table of figures (boundaries), and accept it as a load."""
    before = archive.last(dataset)
    try:
        with named_faults():
            made = provider.install(dataset, [Part(sidecar, archive.open(sidecar)) for sidecar in parts], scope)  # type: ignore[attr-defined]
            load = archive.accept(dataset, parts, made.content)
    except SourceError as error:
        return _kept(dataset, archive, error)
    with _accepted_anyway(load):
        archive.note(Attempt(dataset, _now(), True))
    same = before is not None and load.sequence == before.sequence
    return Outcome(dataset, True, made.rows, load.sequence, unchanged=same)


def _kept(dataset: str, archive: Archive, error: SourceError) -> Outcome:
    log.warning("%s: %s", dataset, error)
    try:
        archive.note(Attempt(dataset, _now(), False, error.reason_de, str(error)))
        last = archive.last(dataset)
    except OSError:  # no room even for that: the command line still says it
        last = None
    return Outcome(dataset, False, load=last.sequence if last else None, reason_de=error.reason_de, detail=str(error))


@contextmanager
def named_faults() -> Iterator[None]:
    """Turn what a disk, a library or a reader of answers can end with into a SourceError, and log it.

    A strange answer can raise anything, down to the recursion limit; one dataset must not end the refresh of others.
    """
    try:
        yield
    except SourceError:
        raise
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFull(str(error)) from error
        raise SourceError(f"{type(error).__name__}: {error}") from error
    except Exception as error:
        log.exception("unreadable answer")
        raise Incomplete(
            f"{type(error).__name__}: {error}", "Die Antwort der Quelle ist nicht wie vereinbart aufgebaut."
        ) from error


# --- asking ----------------------------------------------------------------------------------------------------------


def _answers(
    provider: Provider, dataset: str, archive: Archive, scope: Scope, client: Client, report: Report
) -> Iterator[Sidecar]:
    """Yield the archived answers to all questions of a dataset; what an unfinished refresh already got is not asked."""
    report(dataset, 0, 1)
    questions = provider.questions(dataset, scope, client)
    for done, question in enumerate(questions):
        report(dataset, done, len(questions))
        mark = question_mark(question, provider.PARSER_VERSION)
        parts = archive.pending(dataset, mark, datetime.now(UTC))
        if parts is None:
            downloads = provider.ask(question, client, scope)
            parts = tuple(archive.keep(download, provider.PARSER_VERSION) for download in downloads)
            archive.pend(dataset, mark, parts)
        yield from parts
    report(dataset, len(questions), len(questions))


def question_mark(question: Question, parser_version: int) -> str:
    """Return the checksum by which the answers to a question are found again."""
    told = [question.url, question.method, [list(pair) for pair in question.params], question.content, parser_version]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


# --- reading ---------------------------------------------------------------------------------------------------------


class Made:
    """A finished file of observations without its name yet; ``content`` is the checksum of what it says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.notes: dict[str, int] = {}
        self._digest = hashlib.sha256()

    def add(self, table: pa.Table) -> None:
        """Count a sorted table in."""
        self.rows += table.num_rows
        for reason, number in dropped_of(table).items():
            self.notes[reason] = self.notes.get(reason, 0) + number
        plain = table.replace_schema_metadata().combine_chunks()
        for start in range(0, plain.num_rows, HASHED_ROWS):
            for column in plain.slice(start, HASHED_ROWS).columns:
                self._digest.update(_said(column))

    @property
    def content(self) -> str:
        """Checksum of all observations in order."""
        return self._digest.hexdigest()

    def settle(self, path: Path) -> None:
        """Give the file its name; where the load was there before, its file is."""
        if path.exists():
            self.path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(path)


def _said(column: pa.ChunkedArray) -> bytes:
    """Return what a column says, whatever lies in its memory below a missing value."""
    missing = pc.is_null(column).combine_chunks().to_numpy(zero_copy_only=False)
    if pa.types.is_string(column.type):
        return missing.tobytes() + "\0".join(pc.fill_null(column, "").to_pylist()).encode()
    whole = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
    return missing.tobytes() + pc.fill_null(whole, 0).combine_chunks().to_numpy(zero_copy_only=False).tobytes()


def write_tidy(
    provider: Provider,
    dataset: str,
    sidecars: Sequence[Sidecar],
    archive: Archive,
    scope: Scope,
    before: Before | None,
) -> Made:
    """Read archived answers into one Parquet file, table by table, each through the gate.

    Without ``before`` the answers are those of an accepted load: they are read, not judged again by today's knowledge.

    Raises:
        SourceError: the answers cannot be read or are not to be believed; nothing is left.
    """
    folder = archive.root / "tidy" / dataset
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=TEMPORARY, suffix=".parquet")
    os.close(handle)
    made = Made(Path(name))
    parts = [Part(sidecar, archive.open(sidecar)) for sidecar in sidecars]
    try:
        with pq.ParquetWriter(made.path, OBSERVATION, compression="zstd") as writer:
            for table in provider.tables(dataset, parts, scope):
                passed = gate.passed(table, dataset, scope, accepted=before is None)
                if before is not None:
                    provider.check(dataset, passed, scope)
                    before.count_in(passed)
                writer.write_table(passed.replace_schema_metadata().combine_chunks())
                made.add(passed)
        if before is not None:
            before.refuse_shrunken()
    except BaseException:
        made.path.unlink(missing_ok=True)
        raise
    return made


def tidy_of(provider: Provider, load: Load, archive: Archive, scope: Scope) -> Path:
    """Return the file with the observations of an accepted load; it is made anew where it is missing.

    Raises:
        SourceError: archived bytes are damaged, or today's parser refuses them.
    """
    path = archive.tidy_path(load, provider.PARSER_VERSION)
    if not path.exists():
        with named_faults():
            write_tidy(provider, load.dataset, load.parts, archive, scope, None).settle(path)
    return path


def _register(
    provider: Provider, dataset: str, parts: Sequence[Sidecar], archive: Archive, scope: Scope
) -> pa.Table | None:
    """Return the register of places that the answers contain; None for all providers but the one that keeps it."""
    if (read := getattr(provider, "register", None)) is None:
        return None
    found: pa.Table | None = read(dataset, [Part(sidecar, archive.open(sidecar)) for sidecar in parts], scope)
    return found


def register_of(provider: Provider, load: Load, archive: Archive) -> pa.Table | None:
    """Return the register of places of an accepted load (``places.EDITION``), kept beside its observations.

    Raises:
        SourceError: archived bytes are damaged.
    """
    if not hasattr(provider, "register"):
        return None
    path = archive.tidy_path(load, provider.PARSER_VERSION).with_suffix(".places")
    if not path.exists():
        with named_faults():
            found = _register(provider, load.dataset, load.parts, archive, Scope({}))
            if found is None:
                return None
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(TEMPORARY + path.name)
            pq.write_table(found, temporary, compression="zstd")
            temporary.replace(path)
    return pq.read_table(path)


def _before(provider: Provider, dataset: str, archive: Archive, scope: Scope) -> Before:
    """Return what is in force by date: of each date the newest load that has a value for it; damaged ones count not."""
    before = Before()
    for load in reversed(archive.accepted(dataset)):
        try:
            before.fall_back_on(places_by_date(tidy_of(provider, load, archive, scope)))
        except SourceError as error:
            log.warning("%s cannot be compared with: %s", load.id, error)
    return before


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
