"""Loads side by side: what each changed against the one before it, asked for or noted in short beside the archive.

``changes/<dataset>/<sequence>.json`` in the archive holds the short form, so that a page need not compare a million
rows; it can be made anew at any time.
"""

import json
import logging
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from zwk_data.catalog import breaks
from zwk_data.warehouse.changes import ClassSummary, Territory, between_areas, changes, registered, summary
from zwk_data.warehouse.paths import SNAPSHOT, archive_folder
from zwk_data.warehouse.queries import Statistics

log = logging.getLogger(__name__)
EMBEDDED = "snapshot"  # ending of the ids of embedded loads
BIGGEST = 5


def previous(statistics: Statistics, load_id: str) -> str | None:
    """Return the load of the same dataset before a load; None for the first one."""
    dataset = load_id.rpartition("@")[0]
    ids = history(statistics, dataset)
    position = ids.index(load_id)
    return ids[position - 1] if position else None


def history(statistics: Statistics, dataset: str) -> list[str]:
    """Return the ids of all loads of a dataset, oldest first."""
    loads = statistics.loads()
    return [str(one) for one in loads[loads["dataset"] == dataset].sort_values("seq")["load_id"]]


def compare(statistics: Statistics, old: str, new: str) -> pa.Table:
    """Return what one load changed against another of the same dataset, as ``changes`` gives it.

    Args:
        statistics: the figures in force; they know the places and their areas.
        old: id of the earlier load, such as ``eurostat_demo_r_births@1`` or ``…@snapshot``.
        new: id of the later one.

    Raises:
        SourceError: archived bytes are damaged.
        FileNotFoundError: a load is not here.
    """
    with tempfile.TemporaryDirectory(prefix="zwk-") as aside:
        files = [_file(one, statistics, Path(aside)) for one in (old, new)]
        return changes(files[0], files[1], territories(statistics))


def territories(statistics: Statistics) -> list[Territory]:
    """Return the registered changes of territory and those that show in the areas of the register of places."""
    areas = statistics.areas([place.ags for place in statistics.places])
    areas["reference_date"] = areas["reference_date"].dt.date
    return [
        *registered(breaks().values()),
        *between_areas({str(k): v for k, v in row.items()} for row in areas.to_dict("records")),
    ]


def _file(load_id: str, statistics: Statistics, aside: Path) -> Path:
    """Return the file with the observations of a load."""
    from zwk_data.warehouse.live import archived_loads, scope_of  # the loading side: only where it is asked for

    dataset, _, number = load_id.rpartition("@")
    if number == EMBEDDED:
        path = SNAPSHOT / f"{dataset}.parquet"
        if path.exists():
            return path
        raise FileNotFoundError(load_id)
    found = archived_loads(archive_folder(), scope_of(statistics), aside, frozenset({load_id}))
    for load in found:
        if load.path is not None:
            return load.path
    raise FileNotFoundError(load_id)


# --- in short, for the page ------------------------------------------------------------------------------------------


def note_changes(statistics: Statistics) -> None:
    """Note what the newest load of each dataset changed, where that is not noted yet; never stops a refresh."""
    for record in statistics.newest_loads:
        load_id = str(record["load_id"])
        dataset, _, number = load_id.rpartition("@")
        path = archive_folder() / "changes" / dataset / f"{number}.json"
        if number == EMBEDDED or path.exists():
            continue
        try:
            before = previous(statistics, load_id)
            if before:
                _write(path, before, load_id, compare(statistics, before, load_id))
        except Exception:  # the figures are published; a missing note can be made up for
            log.exception("%s was not compared", load_id)


def _write(path: Path, old: str, new: str, table: pa.Table) -> None:
    short = {"old": old, "new": new, "classes": [asdict(one) for one in summary(table, BIGGEST)]}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{uuid4().hex}-{path.name}")
    temporary.write_text(json.dumps(short, ensure_ascii=False, default=str), encoding="utf-8")
    temporary.replace(path)


def noted(load_id: str, folder: Path | None = None) -> tuple[str, list[ClassSummary]] | None:
    """Return the load before and what a load changed against it; None where that was not compared.

    The rows of ``biggest`` carry dates as text (ISO 8601).
    """
    dataset, _, number = load_id.rpartition("@")
    with suppress(OSError, ValueError, TypeError, KeyError):
        text = ((folder or archive_folder()) / "changes" / dataset / f"{number}.json").read_text("utf-8")
        short: Mapping[str, Any] = json.loads(text)
        classes = [ClassSummary(one["name"], one["count"], tuple(one["biggest"])) for one in short["classes"]]
        return str(short["old"]), classes
    return None
