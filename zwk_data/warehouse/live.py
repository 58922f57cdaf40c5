"""Live figures: which providers there are, archived downloads as loads of every build, and a whole refresh.

Every build reads the archived bytes with today's parser (the result is kept beside them). A load whose figures do not
pass the checks of the build is set aside in the archive (its bytes stay), so that it never stands in the way again.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from zwk_data.catalog import sources
from zwk_data.sources import corrections, eurostat_api, regionalatlas
from zwk_data.sources.archive import Archive, Attempt, Load
from zwk_data.sources.errors import SourceError
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Outcome, Provider, Question, Scope
from zwk_data.sources.refresh import refresh_one, tidy_of
from zwk_data.warehouse.connection import DatabaseError
from zwk_data.warehouse.loads import LoadFile
from zwk_data.warehouse.paths import archive_folder
from zwk_data.warehouse.publish import Busy, build_lock
from zwk_data.warehouse.queries import Statistics

# In the order in which they are asked: the register of places first, because others are checked against it.
PROVIDERS: Mapping[str, Provider] = {"eurostat": eurostat_api, "regionalatlas": regionalatlas}
Report = Callable[[str, int, int], None]  # dataset, questions answered, questions in all


def datasets_of(provider: str) -> list[str]:
    """Return the datasets that a provider can load now; the switch in ``sources.toml`` counts."""
    return [dataset for dataset in PROVIDERS[provider].datasets() if sources()[dataset].included]


def provider_of(dataset: str) -> str | None:
    """Return the provider that loads a dataset; None where nobody does."""
    return next((name for name, module in PROVIDERS.items() if dataset in module.datasets()), None)


def scope_of(statistics: Statistics, since: int | None = None) -> Scope:
    """Return what providers must know about places, from the figures that are in force."""
    places = statistics.places
    return Scope(
        ags_of=statistics.nuts3(),
        level_of={place.ags: place.level for place in places},
        current=frozenset(place.ags for place in places if place.current),
        population={place.ags: place.population for place in places if place.population},
        today=datetime.now(UTC).date(),
        since=since,
        folder=archive_folder(),
    )


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
        for dataset in datasets_of(provider):
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
    folder = archive_folder()
    with build_lock(folder):
        archive = Archive(folder)
        archive.clear_leftovers()
        outcomes = [
            outcome
            for provider, datasets in wanted.items()
            for outcome in _ask(provider, datasets, archive, scope, client or Client(), report)
        ]
        return _publish(tuple(outcomes), archive, publish)


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
    new = [outcome for outcome in outcomes if outcome.ok and not outcome.unchanged]
    if not new:
        return Refreshed(outcomes, published=False)
    reason = _failure(publish)
    if not reason:
        return Refreshed(outcomes, published=True)
    for outcome in new:
        set_aside(archive, outcome, reason)
    if len(new) == 1:
        return Refreshed(_with_reasons(outcomes, {new[0].dataset: reason}), published=False, failed_de=reason)
    reasons = {outcome.dataset: _alone(archive, outcome, publish) for outcome in new}
    failed = {dataset: why for dataset, why in reasons.items() if why}
    return Refreshed(
        _with_reasons(outcomes, failed), published=len(failed) < len(new), failed_de=reason if failed else ""
    )


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
    refused = _listed(archive, outcome).with_suffix(".refused")
    refused.replace(refused.with_suffix(".json"))
    if reason := _failure(publish):
        set_aside(archive, outcome, reason)
    return reason


def _with_reasons(outcomes: Sequence[Outcome], failed: Mapping[str, str]) -> tuple[Outcome, ...]:
    return tuple(
        replace(one, ok=False, reason_de=failed[one.dataset].replace("\n", " ")) if one.dataset in failed else one
        for one in outcomes
    )


def set_aside(archive: Archive, outcome: Outcome, reason: str) -> None:
    """Take a new load out of the following builds because the database with it failed its checks.

    The list of a load's files gets the ending ``.refused`` and the reason beside it; the bytes stay in the archive.
    """
    listed = _listed(archive, outcome)
    listed.with_suffix(".reason.txt").write_text(reason, encoding="utf-8")
    listed.replace(listed.with_suffix(".refused"))
    archive.note(Attempt(outcome.dataset, datetime.now(UTC).isoformat(timespec="seconds"), False, reason))


def _listed(archive: Archive, outcome: Outcome) -> Path:
    return archive.root / "loads" / outcome.dataset / f"{outcome.load:06d}.json"
