"""A whole refresh of one provider from its simulator into a database of its own, built and published as in earnest.

The register of places is the one the simulator's figures are about: real places where it serves real keys, places named
after their key otherwise.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq

from tests.sources.simulator import Simulator
from tests.sources.simulators.genesis import Regio
from zwk_data.catalog.tidy import PLACE
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Scope
from zwk_data.warehouse import Statistics, open_statistics
from zwk_data.warehouse.build import build
from zwk_data.warehouse.live import PROVIDERS, Refreshed, refresh, scope_of
from zwk_data.warehouse.paths import SNAPSHOT

LIMITS = Limits(connect=2, read=60, total=120, tries=2)
GIVEN_NAMES = {"germany": "Deutschland", "land": "Land", "kreis": "Kreis", "gemeinde": "Gemeinde"}


def name_of(simulator: type[Simulator]) -> str:
    """The provider's name on the command line."""
    return next(name for name, module in PROVIDERS.items() if module is simulator.provider)


def register(scope: Scope) -> pa.Table:
    """A register of exactly the places of a scope (``PLACE``); a Kreis without Gemeinden is one itself."""
    real = {} if scope.ags_of else {row["ags"]: row for row in pq.read_table(SNAPSHOT / "places.parquet").to_pylist()}
    nuts3 = {ags: code for code, ags in scope.ags_of.items()}
    with_parts = {ags[:5] for ags in scope.level_of if len(ags) == 8}
    rows = []
    for ags, level in scope.level_of.items():
        row = real.get(ags) or _invented(ags, level, nuts3.get(ags), level == "kreis" and ags not in with_parts)
        rows.append(row | {"current": ags in scope.current})
    return pa.Table.from_pylist(rows, schema=PLACE)


def _invented(ags: str, level: str, nuts3: str | None, is_own_gemeinde: bool) -> dict[str, Any]:
    kreis = ags[:5] if level in ("kreis", "gemeinde") else None
    name = f"{GIVEN_NAMES[level]} {ags}"
    return {"ags": ags, "level": level, "name": name, "name_official": name, "type": GIVEN_NAMES[level],
            "kreis": kreis, "land": None if ags == "DG" else ags[:2], "nuts3": nuts3, "lon": None, "lat": None,
            "degurba": None, "is_own_gemeinde": is_own_gemeinde, "current": True}  # fmt: skip


def snapshot(folder: Path, places: pa.Table) -> Path:
    """A snapshot of places and nothing else: every figure of a build with it was refreshed."""
    folder.mkdir(parents=True)
    path = folder / "places.parquet"
    pq.write_table(places, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = f'[places]\nsha256 = "{digest}"\nrows = {places.num_rows}\n'
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    return folder


@contextmanager
def office(server: Simulator) -> Iterator[Office]:
    """A published database of places only, and a running simulator that the provider is led to."""
    folder = Path(tempfile.mkdtemp(prefix="zwk-office-"))
    variables = {"NO_PROXY": "127.0.0.1", "ZWK_DATA_DIR": str(folder / "data"), server.environment: server.url}
    with mock.patch.dict(os.environ, variables | server.settings()):
        small = snapshot(folder / "snapshot", register(server.scope()))
        build(folder / "data", small)
        try:
            yield Office(server, folder / "data", small)
        finally:
            shutil.rmtree(folder)


@dataclass(frozen=True)
class Office:
    """Where a refresh runs: server, build folder, snapshot."""

    server: Simulator
    folder: Path
    snapshot: Path

    def refreshed(self) -> Refreshed:
        """Refresh all that the simulator serves; the scope is read from the published database, as always."""
        with open_statistics(self.folder) as statistics:
            known = scope_of(statistics)
        scope = replace(known, today=self.server.scope().today, since=self.server.scope().since)
        wanted = {name_of(type(self.server)): list(self.server.datasets)}
        client = Client(LIMITS, sleep=lambda seconds: None, jitter=lambda: 0.0)
        return refresh(wanted, scope, lambda: build(self.folder, self.snapshot), lambda *told: None, client)

    def statistics(self) -> Statistics:
        return open_statistics(self.folder)


class RealKreise(Regio):
    """The Regionaldatenbank with all real Kreise (a build counts them), the Gemeinden of two, and one year."""

    period = (2023, 2023)
    towns_of = ("05758", "13071")

    def __init__(self) -> None:
        rows = [row for row in pq.read_table(SNAPSHOT / "places.parquet").to_pylist() if row["current"]]
        kreise = [row["ags"] for row in rows if row["level"] == "kreis"]
        towns = [row["ags"] for row in rows if row["level"] == "gemeinde" and row["kreis"] in self.towns_of]
        super().__init__(
            {ags: 40_000 + 100 * n for n, ags in enumerate(kreise)} | {t: 4_000 + 10 * n for n, t in enumerate(towns)}
        )
