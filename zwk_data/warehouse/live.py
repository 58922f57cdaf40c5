"""Live figures: which providers there are, archived downloads as loads of every build, and a whole refresh.

Every build reads the archived bytes with today's parser (the result is kept beside them). A load whose figures do not
pass the checks of the build is set aside in the archive (its bytes stay), so that it never stands in the way again.
"""

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zwk_data.catalog import sources
from zwk_data.catalog.tidy import OBSERVATION
from zwk_data.sources import (
    bkg_api,
    corrections,
    destatis_api,
    eurostat_api,
    gvisys_api,
    inkar,
    places,
    regio_api,
    regionalatlas,
    wegweiser,
    zensus_api,
)
from zwk_data.sources.archive import Archive, Attempt, Load
from zwk_data.sources.bundle import Bundle
from zwk_data.sources.errors import DiskFull, SourceError
from zwk_data.sources.http import Client
from zwk_data.sources.importing import take_loads
from zwk_data.sources.provider import Outcome, Provider, Question, Scope
from zwk_data.sources.refresh import NO_ROOM, refresh_one, register_of, tidy_of
from zwk_data.warehouse import lacks_loads, open_statistics
from zwk_data.warehouse.connection import DatabaseError, DataRefused
from zwk_data.warehouse.fingerprint import fingerprint
from zwk_data.warehouse.loads import LoadFile
from zwk_data.warehouse.paths import archive_folder, build_folder
from zwk_data.warehouse.places import QUARTER
from zwk_data.warehouse.progress import PUBLISHING, Result, Told, told
from zwk_data.warehouse.publish import Busy, DamagedError, build_lock, current
from zwk_data.warehouse.queries import Statistics

log = logging.getLogger(__name__)

# In the order in which they are asked: the register of places first, because others are checked against it.
PROVIDERS: Mapping[str, Provider] = {
    "gvisys": gvisys_api, "eurostat": eurostat_api, "regionalatlas": regionalatlas, "regio": regio_api,
    "destatis": destatis_api, "zensus": zensus_api, "wegweiser": wegweiser, "inkar": inkar, "bkg": bkg_api,
}  # fmt: skip
Report = Callable[[str, int, int], None]  # dataset, questions answered, questions in all


def datasets_of(provider: str) -> list[str]:
    """Return the datasets that a provider can load now; the switch in ``sources.toml`` counts."""
    return [dataset for dataset in PROVIDERS[provider].datasets() if sources()[dataset].included]


def provider_of(dataset: str) -> str | None:
    """Return the provider that loads a dataset; None where nobody does."""
    return next((name for name, module in PROVIDERS.items() if dataset in module.datasets()), None)


def scope_of(statistics: Statistics, since: int | None = None) -> Scope:
    """Return what providers must know about places, from the figures that are in force."""
    known = [place for place in statistics.places if place.level != QUARTER]
    return Scope(
        ags_of=statistics.nuts3(),
        level_of={place.ags: place.level for place in known},
        current=frozenset(place.ags for place in known if place.current),
        population={place.ags: place.population for place in known if place.population},
        today=datetime.now(UTC).date(),
        since=since,
        folder=archive_folder(),
    )


def newest_register(archive: Path, wanted: frozenset[str] | None = None) -> pa.Table | None:
    """Return the newest register of places (``places.EDITION``) among the accepted loads.

    None where there is none newer than the embedded one: a newer version of the program may bring a newer one along.

    Raises:
        SourceError: archived bytes are damaged, and no other register can be read.
    """
    kept, found, unread = Archive(archive), list[pa.Table](), list[SourceError]()
    for module in PROVIDERS.values():
        for dataset in module.datasets() if hasattr(module, "register") else ():
            for load in kept.accepted(dataset):
                if wanted is None or load.id in wanted:
                    try:
                        found.append(register_of(module, load, kept))
                    except SourceError as error:
                        log.warning("the register of places of %s cannot be read: %s", load.id, error)
                        unread.append(error)
    if unread and not found:
        raise unread[-1]
    newer = [one for one in found if one is not None and places.day_of(one) > places.TERRITORY]
    return max(reversed(newer), key=places.day_of, default=None)  # of the same day the last one that came


def learned(scope: Scope) -> Scope:
    """Return the scope with what the newest accepted register says, although no database was built with it yet."""
    try:
        return places.widened(scope, newest_register(archive_folder()))
    except SourceError as error:  # damaged bytes of an old load must not keep new ones out
        log.warning("the register of places in the archive cannot be read: %s", error)
        return scope


def asked(wanted: Mapping[str, Sequence[str]], scope: Scope, client: Client | None = None) -> Iterator[Question]:
    """Yield what a refresh would ask; catalogues of providers may be looked at, figures are not."""
    client = client or Client()
    for provider, datasets in wanted.items():
        for dataset in datasets:
            yield from PROVIDERS[provider].questions(dataset, scope, client)


def archived_loads(
    archive: Path, scope: Scope, aside: Path, wanted: frozenset[str] | None = None
) -> Iterator[LoadFile]:
    """Yield each accepted download (all, or only those wanted, by id) as a load with its file, oldest first.

    Where the figures of a file had to be corrected, the corrected copy is written into the folder ``aside``. A load
    that can no longer be read counts as its previous parser read it; where that is gone too, and a newer load of the
    dataset can be read, it is yielded without a file, and with the reason.

    Raises:
        Unreadable: the newest load of a dataset, or a wanted one, can no longer be read.
        SourceError: no room for what is read.
    """
    kept = Archive(archive)
    for provider, module in PROVIDERS.items():
        for dataset in [] if hasattr(module, "install") else datasets_of(provider):
            loads = [load for load in kept.accepted(dataset) if wanted is None or load.id in wanted]
            found = [_tidy(module, load, kept, scope) for load in loads]
            for number, (load, (path, version, error)) in enumerate(zip(loads, found, strict=True)):
                if path is not None:
                    path = _corrected(path, load, aside)
                    yield LoadFile(_load_row(load, pq.read_metadata(path).num_rows, version), path)
                elif error and (wanted is not None or not any(newer for newer, *_ in found[number + 1 :])):
                    raise error
                elif error:
                    log.warning("%s is left out: %s", load.id, error)
                    yield LoadFile(_load_row(load, 0, version, error.reason_de), None)


class Unreadable(SourceError):
    """The figures of an accepted load can no longer be read: its bytes are damaged, or today's parser refuses them."""

    def __init__(self, load: Load, why: SourceError) -> None:
        self.load = load
        super().__init__(f"{load.id}: {why}", f"Abruf {load.id} ist nicht mehr lesbar: {why.reason_de}")


def _tidy(module: Provider, load: Load, archive: Archive, scope: Scope) -> tuple[Path | None, int, Unreadable | None]:
    """Return the file of a load and the version of the parser that made it, or why there is none."""
    version = module.PARSER_VERSION
    try:
        return tidy_of(module, load, archive, scope), version, None
    except SourceError as error:
        if isinstance(error, DiskFull) or isinstance(error.__cause__, OSError) and type(error) is SourceError:
            raise  # nothing is wrong with the load
        reason = Unreadable(load, error)
    for older in range(version - 1, 0, -1):
        path = archive.tidy_path(load, older)
        if path.exists() and pq.read_schema(path).remove_metadata().equals(OBSERVATION):
            log.warning("%s, as version %d of the parser read it", reason, older)
            return path, older, None
    return None, version, reason


def _corrected(path: Path, load: Load, aside: Path) -> Path:
    """Return the file itself, or a copy without the figures that are declared wrong."""
    if not corrections.declared(load.dataset):
        return path
    parsed = pq.read_table(path)
    table = corrections.apply(parsed, load.dataset, may_be_repaired=True)
    if table.num_rows == parsed.num_rows:
        return path
    copy = aside / f"{load.id}.parquet"
    pq.write_table(table, copy)
    return copy


def _load_row(load: Load, rows: int, parser_version: int, unread: str | None = None) -> tuple[object, ...]:
    digests = [part.sha256 for part in load.parts]
    sha256 = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return (load.id, load.sequence, sources()[load.dataset].provider, load.dataset, load.parts[0].url,
            load.retrieved_at, load.published_at, sha256, rows, parser_version,
            load.known_at, unread)  # fmt: skip


@dataclass(frozen=True)
class Refreshed:
    """What became of a refresh: one outcome per dataset, and why the new database was not published, if so."""

    outcomes: tuple[Outcome, ...]
    published: bool
    failed_de: str = ""

    @property
    def complete(self) -> bool:
        """Whether every dataset was taken over or is unchanged, and the database is published."""
        return not self.failed_de and all(outcome.ok for outcome in self.outcomes)


def refresh(
    wanted: Mapping[str, Sequence[str]],
    scope: Scope,
    publish: Callable[[], object],
    report: Report,
    client: Client | None = None,
) -> Refreshed:
    """Ask providers for some datasets, archive what is complete and publish a database with it.

    Args:
        wanted: datasets by provider.
        scope: what is known about places.
        publish: builds and publishes; figures that contradict set the new loads aside, other failures let them wait.
        report: called with dataset, questions answered, questions in all.
        client: replaced in tests.

    Raises:
        Busy: another refresh is running.
    """
    with _at_work() as (archive, writer):

        def both(dataset: str, done: int, total: int) -> None:
            report(dataset, done, total)
            writer.step(dataset, done, total)

        found = (
            outcome
            for provider in PROVIDERS  # the register of places first: what it learns holds for all others
            if provider in wanted
            for outcome in _ask(provider, wanted[provider], archive, learned(scope), client or Client(), both)
        )
        return _settled(found, archive, publish, writer)


def take_bundle(
    bundle: Bundle,
    scope: Scope,
    publish: Callable[[], object],
    report: Report,
    wanted: Collection[str] | None = None,
) -> Refreshed:
    """Take the loads of a verified bundle through the same gate as a refresh, and publish a database with them.

    Args:
        bundle: what another archive exported, or the folder of one.
        scope: what is known about places.
        publish: as for ``refresh``.
        report: called with dataset, datasets done, datasets in all.
        wanted: only these datasets; None for all of the bundle.

    Raises:
        Busy: a refresh is running.
    """
    datasets = [dataset for dataset in bundle.datasets() if wanted is None or dataset in wanted]
    order = [*PROVIDERS, None]  # the register of places first, as in a refresh
    datasets.sort(key=lambda dataset: order.index(provider_of(dataset)))
    with _at_work() as (archive, writer):

        def one(number: int, dataset: str) -> Outcome:
            report(dataset, number, len(datasets))
            writer.step(dataset, number, len(datasets))
            provider = provider_of(dataset)
            if provider is None or dataset not in datasets_of(provider):
                return Outcome(dataset, False, reason_de="Diesen Datensatz kennt dieses Programm nicht.")
            return take_loads(PROVIDERS[provider], dataset, bundle, archive, learned(scope))

        return _settled((one(n, dataset) for n, dataset in enumerate(datasets)), archive, publish, writer)


@contextmanager
def _at_work() -> Iterator[tuple[Archive, Told]]:
    """Hold the lock of the archive, clear what dead processes left, and tell how far the work is."""
    folder = archive_folder()
    with build_lock(folder), told(folder) as writer:
        archive = Archive(folder)
        archive.clear_leftovers()
        show_all(archive)
        yield archive, writer


def _settled(outcomes: Iterable[Outcome], archive: Archive, publish: Callable[[], object], writer: Told) -> Refreshed:
    """Collect the outcomes, publish, and tell how all of it ended."""
    collected = []
    for outcome in outcomes:
        collected.append(outcome)
        writer.result(_result(outcome))
    writer.step(PUBLISHING, 0, 0)
    done = _publish(tuple(collected), archive, publish)
    writer.end([_result(outcome) for outcome in done.outcomes], done.failed_de)
    return done


def _result(outcome: Outcome) -> Result:
    return Result(outcome.dataset, outcome.ok, outcome.unchanged, outcome.rows, outcome.load, outcome.reason_de)


def _ask(
    name: str, datasets: Sequence[str], archive: Archive, scope: Scope, client: Client, report: Report
) -> Iterator[Outcome]:
    provider = PROVIDERS[name]
    if reason := provider.unavailable_de():
        for dataset in datasets:
            last = archive.last(dataset)
            archive.note(Attempt(dataset, datetime.now(UTC).isoformat(timespec="seconds"), False, reason))
            yield Outcome(dataset, False, load=last.sequence if last else None, reason_de=reason)
        return
    for dataset in datasets:
        yield refresh_one(provider, dataset, archive, scope, client, report)


# What a build can end with: contradicting figures, a full disk, a damaged file.
FAILURES = (SourceError, DatabaseError, ValueError, OSError, RuntimeError)
HIDDEN = ".waiting"  # ending of the list of a load while others are tried without it
WAITS_DE = "Angenommen, aber noch nicht veröffentlicht: {reason} Der nächste Abruf oder Bau versucht es erneut."


def _publish(outcomes: tuple[Outcome, ...], archive: Archive, publish: Callable[[], object]) -> Refreshed:
    """Build with all new loads; where they contradict, with each alone, so that one bad dataset holds no other back.

    A build that fails for another reason (disk, memory, a load that was there before) leaves the new loads waiting.
    """
    new = _unpublished(outcomes, archive)
    if not new and not _waits():
        return Refreshed(outcomes, published=False)
    error: Exception | None = _failure(publish)
    if error is None:
        return Refreshed(outcomes, published=True)
    stopped: Exception | None = error
    failed: dict[str, str] = {}
    published = False
    if new and _contradicts(error, new):
        failed, published, stopped = _one_by_one(new, error, archive, publish)
    if stopped is not None:
        for outcome in new:
            if outcome.dataset not in failed and _listed(archive, outcome):
                failed[outcome.dataset] = WAITS_DE.format(reason=_words(stopped).rstrip(".") + ".")
                _note(archive, outcome.dataset, failed[outcome.dataset])
    told = _with_reasons(outcomes, failed)
    return Refreshed(told, published, failed_de=_words(stopped or error) if failed or stopped else "")


def _unpublished(outcomes: Iterable[Outcome], archive: Archive) -> list[Outcome]:
    """Return what is new by dataset: loads of these outcomes, and accepted ones that no build has read yet."""
    found: dict[str, set[int]] = {}
    for one in outcomes:
        if (one.ok and not one.unchanged) or one.notes.get("loads"):
            found.setdefault(one.dataset, set()).update(_numbers(one))
    if _waits():
        with suppress(FileNotFoundError, DamagedError), open_statistics() as statistics:
            read = {str(load["load_id"]) for load in statistics.every_load}
            for provider, module in PROVIDERS.items():
                for dataset in [] if hasattr(module, "install") else datasets_of(provider):
                    waiting = {load.sequence for load in archive.accepted(dataset) if load.id not in read}
                    if waiting:
                        found.setdefault(dataset, set()).update(waiting)
    return [Outcome(name, True, load=max(some), notes={"loads": tuple(sorted(some))}) for name, some in found.items()]


def _waits() -> bool:
    """Tell whether the archive holds loads that a killed process accepted and nobody built."""
    generation = current(build_folder())
    return generation is not None and lacks_loads(generation)


def _failure(publish: Callable[[], object]) -> Exception | None:
    """Publish; return why it failed.

    Raises:
        Busy: another build is running; the loads wait in the archive for the next one.
    """
    try:
        publish()
    except Busy:
        raise
    except FAILURES as error:
        log.warning("not published: %s", error, exc_info=True)
        return error
    return None


def _words(error: Exception) -> str:
    """Return the reason, in German where that is known."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return DiskFull.reason_de
    return str(getattr(error, "reason_de", "") or error or type(error).__name__)


def _contradicts(error: Exception, new: Sequence[Outcome]) -> bool:
    """Tell whether a build failed for what figures say, and not for what it met with or for a load of earlier."""
    from zwk_data.warehouse.build import LoadsMissing, SnapshotDamaged

    if isinstance(error, Unreadable):
        return any(error.load.dataset == one.dataset and error.load.sequence in _numbers(one) for one in new)
    if isinstance(error, (SourceError, LoadsMissing, SnapshotDamaged)):
        return False
    return isinstance(error, (ValueError, *DataRefused))


def _one_by_one(
    new: Sequence[Outcome], error: Exception, archive: Archive, publish: Callable[[], object]
) -> tuple[dict[str, str], bool, Exception | None]:
    """Publish with one dataset more at a time; one that contradicts is set aside, the others wait for their turn.

    Returns:
        Reasons by refused dataset, whether anything was published, and what ended it all before the last one, if so.
    """
    failed: dict[str, str] = {}
    published = False
    _hide(archive, new)
    try:
        if _made_by_another_program():  # then this one has never built what was there before
            if stopped := _failure(publish):
                return failed, published, stopped
            published = True
        for outcome in new:
            _show(archive, outcome)
            found = error if len(new) == 1 else _failure(publish)
            if found is not None and not _contradicts(found, new):
                return failed, published, found
            published |= found is None
            if found is not None:
                failed[outcome.dataset] = _words(found)
                set_aside(archive, outcome, failed[outcome.dataset])
    finally:
        show_all(archive)
    return failed, published, None


def _made_by_another_program() -> bool:
    generation = current(build_folder())
    return generation is not None and generation.made_from != fingerprint()


def _hide(archive: Archive, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        for listed in _listed(archive, outcome):
            listed.replace(listed.with_suffix(HIDDEN))


def _show(archive: Archive, outcome: Outcome) -> None:
    for number in _numbers(outcome):
        listed = archive.root / "loads" / outcome.dataset / f"{number:06d}.json"
        listed.with_suffix(HIDDEN).replace(listed)


def show_all(archive: Archive) -> None:
    """Let all hidden loads wait for the next build again; a process that died may have left some."""
    for hidden in archive.root.glob(f"loads/*/*{HIDDEN}"):
        hidden.replace(hidden.with_suffix(".json"))


def _with_reasons(outcomes: Sequence[Outcome], failed: Mapping[str, str]) -> tuple[Outcome, ...]:
    return tuple(
        replace(one, ok=False, reason_de=failed[one.dataset].replace("\n", " ")) if one.dataset in failed else one
        for one in outcomes
    )


def set_aside(archive: Archive, outcome: Outcome, reason: str) -> None:
    """Take the new loads of a dataset out of the following builds: the database with them failed its checks.

    The list of a load's files gets the ending ``.refused`` and the reason beside it; the bytes stay in the archive.
    """
    for listed in _listed(archive, outcome):
        with suppress(OSError):  # no room for the reason is none to keep the load
            listed.with_suffix(".reason.txt").write_text(reason, encoding="utf-8")
        listed.replace(listed.with_suffix(".refused"))
    _note(archive, outcome.dataset, reason)


def _note(archive: Archive, dataset: str, reason: str) -> None:
    with suppress(OSError):  # no room even for that: the command line still says it
        archive.note(Attempt(dataset, datetime.now(UTC).isoformat(timespec="seconds"), False, reason))


def _numbers(outcome: Outcome) -> tuple[int, ...]:
    """Return the numbers of the new loads of a dataset; a bundle can bring several."""
    return tuple(outcome.notes.get("loads") or (outcome.load,))


def _listed(archive: Archive, outcome: Outcome) -> list[Path]:
    """Return the lists of the new loads of a dataset, without those that were taken out."""
    listed = [archive.root / "loads" / outcome.dataset / f"{number:06d}.json" for number in _numbers(outcome)]
    return [path for path in listed if path.exists()]
