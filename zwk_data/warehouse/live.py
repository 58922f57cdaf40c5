"""Live figures: which providers there are, archived downloads as loads of every build, and a whole refresh.

Every build reads the archived bytes with today's parser (the result is kept beside them). A load whose figures do not
pass the checks of the build is set aside in the archive (its bytes stay), so that it never stands in the way again.
"""

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zwk_data.catalog import sources
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
from zwk_data.sources.errors import SourceError
from zwk_data.sources.http import Client
from zwk_data.sources.importing import take_loads
from zwk_data.sources.provider import Outcome, Provider, Question, Scope
from zwk_data.sources.refresh import refresh_one, register_of, tidy_of
from zwk_data.warehouse import lacks_loads
from zwk_data.warehouse.connection import DatabaseError
from zwk_data.warehouse.loads import LoadFile
from zwk_data.warehouse.paths import archive_folder, build_folder
from zwk_data.warehouse.places import QUARTER
from zwk_data.warehouse.progress import PUBLISHING, Result, Told, told
from zwk_data.warehouse.publish import Busy, build_lock, current
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
    """Return the newest register of places (``places.EDITION``) among the accepted loads; None where there is none.

    Raises:
        SourceError: archived bytes are damaged.
    """
    kept = Archive(archive)
    found = [
        edition
        for module in PROVIDERS.values()
        if hasattr(module, "register")
        for dataset in module.datasets()
        for load in kept.accepted(dataset)
        if wanted is None or load.id in wanted
        if (edition := register_of(module, load, kept)) is not None
    ]
    return max(reversed(found), key=places.day_of, default=None)  # of the same day the last one that came


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

    Where the figures of a file had to be corrected, the corrected copy is written into the folder ``aside``.

    Raises:
        SourceError: archived bytes are damaged or can no longer be read.
    """
    kept = Archive(archive)
    for provider, module in PROVIDERS.items():
        for dataset in [] if hasattr(module, "install") else datasets_of(provider):
            for load in kept.accepted(dataset):
                if wanted is None or load.id in wanted:
                    path = _corrected(tidy_of(module, load, kept, scope), load, aside)
                    yield LoadFile(_load_row(load, pq.read_metadata(path).num_rows, module.PARSER_VERSION), path)


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


def _load_row(load: Load, rows: int, parser_version: int) -> tuple[object, ...]:
    digests = [part.sha256 for part in load.parts]
    sha256 = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return (load.id, load.sequence, sources()[load.dataset].provider, load.dataset, load.parts[0].url,
            load.retrieved_at, load.published_at, sha256, rows, parser_version)  # fmt: skip


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
        publish: builds and publishes; whatever it raises of ``FAILURES`` sets the new loads aside.
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


def _publish(outcomes: tuple[Outcome, ...], archive: Archive, publish: Callable[[], object]) -> Refreshed:
    """Build with all new loads; where that fails, with each alone, so that one bad dataset holds no other back."""
    new = [outcome for outcome in outcomes if (outcome.ok and not outcome.unchanged) or outcome.notes.get("loads")]
    if not new and not _waits():
        return Refreshed(outcomes, published=False)
    reason = _failure(publish)
    if not reason or not new:
        return Refreshed(outcomes, published=not reason, failed_de=reason)
    for outcome in new:
        set_aside(archive, outcome, reason)
    if len(new) == 1:
        return Refreshed(_with_reasons(outcomes, {new[0].dataset: reason}), published=False, failed_de=reason)
    reasons = {outcome.dataset: _alone(archive, outcome, publish) for outcome in new}
    failed = {dataset: why for dataset, why in reasons.items() if why}
    return Refreshed(
        _with_reasons(outcomes, failed), published=len(failed) < len(new), failed_de=reason if failed else ""
    )


def _waits() -> bool:
    """Tell whether the archive holds loads that a killed process accepted and nobody built."""
    generation = current(build_folder())
    return generation is not None and lacks_loads(generation)


def _failure(publish: Callable[[], object]) -> str:
    """Publish; return why it failed, in German where that is known, else nothing.

    Raises:
        Busy: another build is running; the loads wait in the archive for the next one.
    """
    try:
        publish()
    except Busy:
        raise
    except FAILURES as error:
        return str(getattr(error, "reason_de", "") or error or type(error).__name__)
    return ""


def _alone(archive: Archive, outcome: Outcome, publish: Callable[[], object]) -> str:
    for listed in _listed(archive, outcome):
        listed.with_suffix(".refused").replace(listed)
    if reason := _failure(publish):
        set_aside(archive, outcome, reason)
    return reason


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
        listed.with_suffix(".reason.txt").write_text(reason, encoding="utf-8")
        listed.replace(listed.with_suffix(".refused"))
    archive.note(Attempt(outcome.dataset, datetime.now(UTC).isoformat(timespec="seconds"), False, reason))


def _listed(archive: Archive, outcome: Outcome) -> list[Path]:
    """Return the lists of the new loads of a dataset; a bundle can bring several."""
    numbers = outcome.notes.get("loads") or (outcome.load,)
    return [archive.root / "loads" / outcome.dataset / f"{number:06d}.json" for number in numbers]
