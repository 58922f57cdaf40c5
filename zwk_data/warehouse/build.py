"""Build the database: embedded snapshot and archived loads in, checked tables and indicators out.

The database is a pure function of the snapshot, the archive and the catalogue; nothing in it is ever patched.
"""

import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from zwk_data.catalog import breaks, indicators, sources
from zwk_data.indicators.components import Observations
from zwk_data.indicators.compute import compute
from zwk_data.warehouse.checks import run_checks
from zwk_data.warehouse.connection import building
from zwk_data.warehouse.derive import derive
from zwk_data.warehouse.fingerprint import fingerprint
from zwk_data.warehouse.paths import SNAPSHOT, archive_folder, build_folder
from zwk_data.warehouse.publish import Generation, publish, sha256_of
from zwk_data.warehouse.schema import CURRENT, LEVELS, TABLES

if TYPE_CHECKING:
    from zwk_data.sources.provider import Scope

Report = Callable[[str, float], None]
LOAD_COLUMNS = "load_id, seq, source, dataset, url, retrieved_at, published_at, sha256, rows, parser_version"


class SnapshotDamaged(ValueError):
    """A file of the embedded snapshot is not the one its manifest names."""


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
    """
    where = folder or build_folder()
    return publish(where, lambda path: _build_file(path, snapshot, report), fingerprint(snapshot))


def _build_file(path: Path, snapshot: Path, report: Report) -> dict[str, int]:
    with building(path) as connection:
        connection.execute(TABLES)
        report("Amtliche Zahlen einlesen", 0.05)
        _load_snapshot(connection, snapshot)
        _load_archive(connection, archive_folder(path.parent))
        report("Zusammenführen und ableiten", 0.35)
        connection.execute(CURRENT)
        derive(connection, _territory_changes())
        report("Prüfen", 0.5)
        run_checks(connection)
        report("Indikatoren berechnen", 0.65)
        _store_indicators(connection)
        report("Fertig", 1.0)
        return _row_counts(connection)


def _territory_changes() -> list[tuple[str, str]]:
    entries = [entry for entry in breaks().values() if entry.scope and not entry.bridged]
    return [(ags, str(date(entry.first_date.year, 12, 31))) for entry in entries for ags in entry.scope]


def _load_snapshot(connection: duckdb.DuckDBPyConnection, snapshot: Path) -> None:
    manifest = tomllib.loads((snapshot / "manifest.toml").read_text(encoding="utf-8"))
    for name, entry in manifest.items():
        path = snapshot / f"{name}.parquet"
        if sha256_of(path) != entry["sha256"]:
            raise SnapshotDamaged(f"{path.name}: Prüfsumme stimmt nicht mit manifest.toml überein")
        if name == "places":
            connection.execute("INSERT INTO place SELECT * FROM read_parquet(?)", [str(path)])
        elif sources()[name].included:
            _add_load(connection, _snapshot_load(name, entry), path)


def _snapshot_load(name: str, entry: dict[str, Any]) -> tuple[object, ...]:
    source = sources()[name]
    load_id = f"{name}@snapshot"
    return (load_id, 0, source.provider, name, source.url, str(source.retrieved), None, entry["sha256"],
            entry["rows"], source.parser_version)  # fmt: skip


def _add_load(connection: duckdb.DuckDBPyConnection, load: Sequence[object], rows: Path | pa.Table) -> None:
    marks = ", ".join("?" * len(load))
    connection.execute(f"INSERT INTO load ({LOAD_COLUMNS}) VALUES ({marks})", list(load))
    if isinstance(rows, Path):
        connection.execute("INSERT INTO observation SELECT ?, * FROM read_parquet(?)", [load[0], str(rows)])
    else:
        connection.register("incoming", rows)
        connection.execute("INSERT INTO observation SELECT ?, * FROM incoming", [load[0]])
        connection.unregister("incoming")


def _load_archive(connection: duckdb.DuckDBPyConnection, archive: Path) -> None:
    """Add every archived download after the snapshot, parsed again by today's parser."""
    from zwk_data.warehouse.live import archived_loads  # the live sources are needed only where an archive exists

    if not archive.exists():
        return
    for load, table in archived_loads(archive, _scope(connection)):
        _add_load(connection, load, table)


def _scope(connection: duckdb.DuckDBPyConnection) -> "Scope":
    """Return what a parser must know about places, from the register being built."""
    from zwk_data.sources.provider import Scope

    rows = connection.execute("SELECT ags, level, nuts3, current FROM place").fetchall()
    return Scope(
        ags_of={nuts3: ags for ags, level, nuts3, _ in rows if level == "kreis" and nuts3},
        level_of={ags: level for ags, level, _, _ in rows},
        current=frozenset(ags for ags, _, _, current in rows if current),
    )


def _store_indicators(connection: duckdb.DuckDBPyConnection) -> None:
    priority = {source.id: source.priority for source in sources().values() if source.for_indicators}
    query = "SELECT * FROM current_observation WHERE dataset IN (SELECT unnest(?))"
    frame = connection.execute(query, [list(priority)]).df()
    frame["priority"] = frame["dataset"].map(priority)
    for column in ("dataset", "measure", "sex", "age_set", "basis", "status"):
        frame[column] = frame[column].astype("category")
    values = compute(indicators(), Observations(frame))
    values["reference_date"] = values["reference_date"].dt.date
    connection.register("computed", pa.Table.from_pandas(values, preserve_index=False))
    order = "indicator, ags, reference_date, basis"
    connection.execute(f"INSERT INTO indicator_value SELECT * FROM computed ORDER BY {order}")
    connection.unregister("computed")
    connection.execute(LEVELS)


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = ("load", "observation", "current_observation", "place", "indicator_value")
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables}
