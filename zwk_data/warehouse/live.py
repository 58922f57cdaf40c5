"""Live figures: archived downloads as loads of every build, and the way from a provider's answer to a new database.

Every build parses the archived bytes again with today's parser. A load whose figures do not pass the checks of the
build is set aside in the archive (its bytes stay), so that it never stands in the way of the next build.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from zwk_data.catalog import sources
from zwk_data.sources import corrections, eurostat_api
from zwk_data.sources.archive import Archive, Load
from zwk_data.sources.eurostat_api import Outcome
from zwk_data.warehouse.paths import archive_folder, build_folder
from zwk_data.warehouse.publish import build_lock

# One module per provider, with TABLES (by dataset), batches, refresh, read_load and PARSER_VERSION.
PROVIDERS: Mapping[str, ModuleType] = {"eurostat": eurostat_api}
Report = Callable[[str, int, int], None]  # dataset, requests done, requests in all


def datasets_of(provider: str) -> list[str]:
    """Return the datasets that a provider can load now; the switch in ``sources.toml`` counts."""
    return [dataset for dataset in PROVIDERS[provider].TABLES if sources()[dataset].included]


def archived_loads(archive: Path, ags_of: Mapping[str, str]) -> Iterator[tuple[tuple[object, ...], pa.Table]]:
    """Yield each accepted download as a load and its rows, oldest first.

    Args:
        archive: folder of the archive.
        ags_of: key of the Kreis by NUTS 3 code.

    Raises:
        SourceError: archived bytes are damaged or can no longer be read.
    """
    kept = Archive(archive)
    for provider, module in PROVIDERS.items():
        for dataset in datasets_of(provider):
            for load in kept.accepted(dataset):
                parsed = module.read_load(load, kept, ags_of)
                table = corrections.apply(parsed, dataset, may_be_repaired=True)
                yield _load_row(load, table.num_rows, module.PARSER_VERSION), table.replace_schema_metadata()


def _load_row(load: Load, rows: int, parser_version: int) -> tuple[object, ...]:
    digests = [part.sha256 for part in load.parts]
    sha256 = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    published = max((part.published_at for part in load.parts if part.published_at), default=None)
    return (f"{load.dataset}@{load.sequence}", load.sequence, sources()[load.dataset].provider, load.dataset,
            load.parts[0].url, max(part.retrieved_at for part in load.parts), published, sha256, rows,
            parser_version)  # fmt: skip


def refresh(provider: str, datasets: Sequence[str], ags_of: Mapping[str, str], report: Report) -> list[Outcome]:
    """Ask a provider for some datasets and archive what is complete; the database is not built again here.

    Raises:
        Busy: another refresh is running.
    """
    folder = archive_folder()
    with build_lock(folder):
        outcomes: list[Outcome] = PROVIDERS[provider].refresh(datasets, Archive(folder), ags_of, report)
    return outcomes


def set_aside(outcomes: Sequence[Outcome], reason: str) -> None:
    """Take new loads out of the following builds because the database with them failed its checks.

    The list of a load's files gets the ending ``.refused`` and the reason beside it; the bytes stay in the archive.
    """
    for outcome in outcomes:
        if outcome.ok and not outcome.unchanged:
            listed = archive_folder(build_folder()) / "loads" / outcome.dataset / f"{outcome.load:06d}.json"
            listed.with_suffix(".reason.txt").write_text(reason, encoding="utf-8")
            listed.replace(listed.with_suffix(".refused"))
