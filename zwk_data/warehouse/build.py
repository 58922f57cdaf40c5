"""Build the database: embedded snapshot and archived loads in, checked tables and indicators out.

The database is a pure function of the snapshot, the archive and the catalogue; nothing in it is ever patched. What was
computed from the very same figures before is copied (``reuse``).
"""

import logging
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pyarrow as pa

from zwk_data.catalog import breaks, indicators, sources
from zwk_data.catalog.tidy import PLACE
from zwk_data.indicators.components import Observations
from zwk_data.indicators.compute import compute
from zwk_data.own_data import figures as own_figures
from zwk_data.own_data.records import OwnTable, mark, stored
from zwk_data.warehouse.checks import run_checks
from zwk_data.warehouse.connection import building
from zwk_data.warehouse.derive import derive
from zwk_data.warehouse.fingerprint import archive_mark, fingerprint
from zwk_data.warehouse.loads import LoadFile, LoadRow, take_over
from zwk_data.warehouse.paths import SNAPSHOT, archive_folder, build_folder
from zwk_data.warehouse.projecting import store_projections
from zwk_data.warehouse.publish import Generation, publish, sha256_of, whole_files
from zwk_data.warehouse.reuse import Copy, Earlier, digest_of, key_of, note
from zwk_data.warehouse.schema import LEVELS, TABLES

if TYPE_CHECKING:
    from zwk_data.sources.provider import Scope

log = logging.getLogger(__name__)
Report = Callable[[str, float], None]
OWN_PRIORITY = 1_000  # after every official dataset; they never share a basis anyway
PART_ROWS = 180_000  # observations whose indicators are computed at once
WORDS = ("dataset", "measure", "ags", "sex", "age_set", "basis", "status")


class SnapshotDamaged(ValueError):
    """A file of the embedded snapshot is not the one its manifest names."""


class LoadsMissing(ValueError):
    """The archive no longer has a load that belongs to the state that is to be built."""


def silent(step: str, share: float) -> None:
    """Report nothing."""


def build(folder: Path | None = None, snapshot: Path = SNAPSHOT, report: Report = silent) -> Generation:
    """Build and publish a new generation.

    Args:
        folder: build folder; the configured one by default.
        snapshot: folder of the embedded snapshot.
        report: called with the step (German) and the share done, 0 to 1.

    Raises:
        Busy: another build is running.
        SnapshotDamaged, CheckFailed, CorrectionOutdated: nothing was published.
        StoreError: the towns' own tables cannot be read, so nothing was published without them.
    """
    where = folder or build_folder()
    archive = archive_folder(where)
    own, made_from = stored(), fingerprint(snapshot)

    def write(path: Path) -> dict[str, int]:
        earlier = [file for one in (where, where / "asof") for file in whole_files(one, made_from)]
        return build_file(path, archive, snapshot, report, own=own, earlier=earlier)

    return publish(where, write, made_from, archive_mark(archive), mark(own))


def build_file(
    path: Path, archive: Path, snapshot: Path = SNAPSHOT, report: Report = silent,
    wanted: frozenset[str] | None = None, own: Sequence[OwnTable] = (), earlier: Sequence[Path] = (),
) -> dict[str, int]:  # fmt: skip
    """Write a checked database: the snapshot and archived loads (only those ``wanted``, by id, where that is given).

    ``own`` are the tables that towns have released; an earlier state of the data has none.
    ``earlier`` are whole databases of the same program and snapshot, from which unchanged parts are copied.

    Returns:
        Row counts by table.
    """
    with building(path) as connection:
        connection.execute(TABLES)
        report("Amtliche Zahlen einlesen", 0.05)
        with TemporaryDirectory(dir=path.parent, prefix=".build-") as aside:
            loads = [*_snapshot_loads(connection, snapshot)]
            loads += _archived_loads(connection, archive, Path(aside), wanted)
            report("Zusammenführen und ableiten", 0.2)
            take_over(connection, loads)
            _take_own(connection, own)
        derive(connection, _territory_changes())
        report("Prüfen", 0.4)
        run_checks(connection)
        report("Vorausrechnung prüfen", 0.45)
        before = Earlier(earlier)
        store_projections(connection, before)
        _store_indicators(connection, report, before)
        report("Fertig", 1.0)
        return _row_counts(connection)


def _territory_changes() -> list[tuple[str, str]]:
    entries = [entry for entry in breaks().values() if entry.scope and not entry.bridged]
    return [(ags, str(date(entry.first_date.year, 12, 31))) for entry in entries for ags in entry.scope]


def _snapshot_loads(connection: duckdb.DuckDBPyConnection, snapshot: Path) -> Iterator[LoadFile]:
    """Yield the loads of the embedded snapshot; its register of places is stored on the way."""
    manifest = tomllib.loads((snapshot / "manifest.toml").read_text(encoding="utf-8"))
    for name, entry in manifest.items():
        path = snapshot / f"{name}.parquet"
        if sha256_of(path) != entry["sha256"]:
            raise SnapshotDamaged(f"{path.name}: Prüfsumme stimmt nicht mit manifest.toml überein")
        if name == "places":
            connection.execute("INSERT INTO place SELECT * FROM read_parquet(?)", [str(path)])
        elif sources()[name].included:
            yield LoadFile(_snapshot_row(name, entry), path)


def _snapshot_row(name: str, entry: dict[str, Any]) -> LoadRow:
    source = sources()[name]
    load_id = f"{name}@snapshot"
    return (load_id, 0, source.provider, name, source.url, str(source.retrieved), None, entry["sha256"],
            entry["rows"], source.parser_version, str(source.retrieved), None)  # fmt: skip


def _archived_loads(
    connection: duckdb.DuckDBPyConnection, archive: Path, aside: Path, wanted: frozenset[str] | None
) -> list[LoadFile]:
    """Return the archived loads, all or only those wanted; copies of files that had to be corrected lie ``aside``."""
    from zwk_data.warehouse.live import archived_loads  # the live sources are needed only where an archive exists

    _learn_places(connection, archive, wanted)
    found = [*archived_loads(archive, _scope(connection), aside, wanted)] if archive.exists() else []
    if lost := (wanted or frozenset()) - {load.load_id for load in found}:
        raise LoadsMissing(f"Im Archiv fehlen Ladungen dieses Datenstands: {', '.join(sorted(lost))}")
    return found


def _learn_places(connection: duckdb.DuckDBPyConnection, archive: Path, wanted: frozenset[str] | None) -> None:
    """Bring the register of places to the newest archived edition: new, renamed and dissolved Gemeinden."""
    from zwk_data.sources import places
    from zwk_data.warehouse.live import newest_register

    if not archive.exists() or (newer := newest_register(archive, wanted)) is None:
        return
    embedded = connection.execute("SELECT * FROM place").to_arrow_table()
    connection.register("learned", places.learned(embedded.cast(PLACE), newer))
    connection.execute("DELETE FROM place")
    connection.execute("INSERT INTO place SELECT * FROM learned")
    connection.unregister("learned")


def _take_own(connection: duckdb.DuckDBPyConnection, own: Sequence[OwnTable]) -> None:
    """Add the towns' own tables: observations, quarters, sources; a table of a town that is no more stays out."""
    query = "SELECT * FROM place WHERE current AND (level = 'gemeinde' OR is_own_gemeinde)"
    towns = {str(row["ags"]): row for row in connection.execute(query).to_arrow_table().to_pylist()} if own else {}
    known = [table for table in own if table.ags in towns]
    for table in own:
        if table.ags not in towns:
            log.warning("own data %s: no town has the key %s", table.id, table.ags)
    for table in known:
        connection.register("own", own_figures.observations(table))
        connection.execute("INSERT INTO current_observation SELECT * FROM own")
        connection.unregister("own")
    if known:
        connection.register("quarter", own_figures.quarters(known, towns))
        connection.execute("INSERT INTO place SELECT * FROM quarter")
        connection.unregister("quarter")
        connection.executemany(f"INSERT INTO own_source VALUES ({', '.join('?' * 10)})", own_figures.source_rows(known))


def _scope(connection: duckdb.DuckDBPyConnection) -> "Scope":
    """Return what a parser must know about places, from the register being built."""
    from zwk_data.sources.provider import Scope

    rows = connection.execute("SELECT ags, level, nuts3, current FROM place").fetchall()
    return Scope(
        ags_of={nuts3: ags for ags, level, nuts3, _ in rows if level == "kreis" and nuts3},
        level_of={ags: level for ags, level, _, _ in rows},
        current=frozenset(ags for ags, _, _, current in rows if current),
    )


# One row for every age group that occurs anywhere, at a place that does not exist: a grid is the same for a part of the
# country as for the whole, so that no value depends on how the country was cut.
GROUPS = """
SELECT DISTINCT dataset, measure, '' AS ags, DATE '1900-01-01' AS reference_date, sex, age_set, age_from, age_to,
       '' AS basis, NULL::DOUBLE AS value, 'missing' AS status
FROM current_observation WHERE dataset IN $datasets
"""
# Germany stands beside every part: the mean age within open groups is taken from it.
PART = """
SELECT * FROM current_observation
WHERE dataset IN $datasets AND (ags BETWEEN $first AND $last OR ags = 'DG')
UNION ALL SELECT * FROM age_group
ORDER BY ags, dataset, measure, reference_date, basis, sex, age_set, age_from, age_to, value, status
"""
# What was computed for the places of a part before; the published values of one provider are not computed.
COMPUTED = """
SELECT * FROM indicator_value WHERE ags BETWEEN $first AND $last AND NOT list_contains($published, indicator)
"""


# What one provider publishes under its own name, as it stands; nothing of it where no load has brought a value.
PUBLISHED = """
INSERT INTO computed BY NAME
SELECT $indicator AS indicator, ags, reference_date, basis, value, status, dataset AS datasets,
       CASE WHEN value IS NULL THEN status ELSE '' END AS reason
FROM current_observation
WHERE dataset = $dataset AND measure = $measure AND sex = $sex AND age_from = $age_from
  AND age_to IS NOT DISTINCT FROM $age_to
QUALIFY count(value) OVER () > 0
"""


def _store_indicators(connection: duckdb.DuckDBPyConnection, report: Report, before: Earlier) -> None:
    """Compute all indicators, some places at a time: an indicator of a place depends on its own observations."""
    priority = {source.id: source.priority for source in sources().values() if source.for_indicators}
    own = connection.execute("SELECT dataset FROM own_source").fetchall()
    priority |= {dataset: OWN_PRIORITY for (dataset,) in own}
    datasets = list(priority)
    connection.execute(f"CREATE TEMP TABLE age_group AS {GROUPS}", {"datasets": datasets})
    connection.execute("CREATE TEMP TABLE computed AS SELECT * FROM indicator_value LIMIT 0")
    parts = _parts(connection, datasets)
    for done, (first, last) in enumerate(parts):
        report("Indikatoren berechnen", 0.5 + 0.4 * done / len(parts))
        _store_part(connection, first, last, priority, before)
        pa.default_memory_pool().release_unused()
    _published(connection)
    report("Indikatoren ablegen", 0.9)
    order = "indicator, ags, reference_date, basis"
    connection.execute(f"INSERT INTO indicator_value SELECT * FROM computed ORDER BY {order}")
    connection.execute("DROP TABLE computed; DROP TABLE age_group")
    connection.execute(LEVELS)


def _store_part(
    connection: duckdb.DuckDBPyConnection, first: str, last: str, priority: Mapping[str, int], before: Earlier
) -> None:
    asked = {"datasets": list(priority), "first": first, "last": last}
    frame = _frame(connection.execute(PART, asked).to_arrow_table(), priority)
    key = key_of("indicators", first, last, digest_of(frame))
    published = [one.id for one in indicators().values() if one.given_by]
    if not before.give(
        connection, key, [Copy("computed", COMPUTED, {"first": first, "last": last, "published": published})]
    ):
        values = compute(indicators(), Observations(frame))
        values = values[values["ags"].between(first, last)]
        connection.register("part", pa.Table.from_pandas(values, preserve_index=False))
        connection.execute("INSERT INTO computed SELECT * FROM part")
        connection.unregister("part")
    note(connection, key)


def _published(connection: duckdb.DuckDBPyConnection) -> None:
    for one in indicators().values():
        if one.given_by and (term := one.given_term):
            asked = {"indicator": one.id, "dataset": one.given_by, "measure": term.measure, "sex": term.sex,
                     "age_from": term.age_from, "age_to": term.age_to}  # fmt: skip
            connection.execute(PUBLISHED, asked)


def _parts(connection: duckdb.DuckDBPyConnection, datasets: Sequence[str]) -> list[tuple[str, str]]:
    """Return first and last key of runs of places with at most ``PART_ROWS`` observations each (at least one place)."""
    query = "SELECT ags, count(*) FROM current_observation WHERE dataset IN $datasets GROUP BY ags ORDER BY ags"
    parts: list[tuple[str, str]] = []
    held = PART_ROWS
    for ags, rows in connection.execute(query, {"datasets": list(datasets)}).fetchall():
        if held + rows > PART_ROWS:
            parts.append((ags, ags))
            held = 0
        parts[-1] = (parts[-1][0], ags)
        held += rows
    return parts


def _frame(table: pa.Table, priority: Mapping[str, int]) -> pd.DataFrame:
    """Return observations for pandas: words as categories in alphabetical order, dates as ``datetime64``."""
    names = table.schema.names
    table = table.set_column(
        names.index("reference_date"), "reference_date", table["reference_date"].cast(pa.timestamp("us"))
    )
    for name in WORDS:
        table = table.set_column(names.index(name), name, table[name].dictionary_encode().unify_dictionaries())
    frame = table.to_pandas()
    for name in WORDS:
        words = frame[name].cat
        frame[name] = words.reorder_categories(sorted(words.categories))
    return frame.assign(priority=frame["dataset"].astype(str).map(priority))


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = ("load", "current_observation", "place", "indicator_value")
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables}
