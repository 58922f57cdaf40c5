"""Refreshes in processes of their own, to be killed: the births of the embedded snapshot from a local server."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

import pyarrow.parquet as pq

from tests.sources.simulator import Asked, Reply, Simulator, serve
from zwk_data.sources import eurostat_api
from zwk_data.sources.archive import Archive
from zwk_data.sources.eurostat import LAND_OF_NUTS1
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Scope
from zwk_data.warehouse import open_statistics
from zwk_data.warehouse.build import build
from zwk_data.warehouse.live import refresh, scope_of
from zwk_data.warehouse.paths import SNAPSHOT
from zwk_data.warehouse.publish import Busy

BIRTHS = "eurostat_demo_r_births"
KEPT = ("places", BIRTHS, "gvisys_2022", "regio_12411_02_03_4")
ACKNOWLEDGED = "acknowledged.txt"
BUSY, PUBLISHED, REFUSED, UNCHANGED = 75, 0, 1, 3


class Births(Simulator):
    """The births of the snapshot by Kreis, Land and Germany as JSON-stat; every answer's ``round`` changes Herford's."""

    provider = eurostat_api
    environment = "ZWK_EUROSTAT_URL"
    datasets = (BIRTHS,)

    def __init__(self) -> None:
        super().__init__()
        rows = pq.read_table(SNAPSHOT / f"{BIRTHS}.parquet").to_pylist()
        self.figures = {(row["ags"], row["reference_date"].year): row["value"] for row in rows}
        self.years = sorted({year for _, year in self.figures})
        self.codes: dict[str, str] = {}
        self.round = 0

    def reply(self, asked: Asked) -> Reply:
        geos = [geo for geo in asked.query["geo"] if geo in self.codes]
        figures = self.figures | {("05758", self.years[-1]): 2000.0 + self.round}
        cells = [figures.get((self.codes[geo], year)) for geo in geos for year in self.years]
        dims = {"freq": ["A"], "unit": ["NR"], "geo": geos, "time": [str(year) for year in self.years]}
        document = {
            "version": "2.0", "class": "dataset", "id": list(dims), "size": [len(words) for words in dims.values()],
            "value": {str(n): cell for n, cell in enumerate(cells) if cell is not None},
            "dimension": {d: {"category": {"index": {w: i for i, w in enumerate(ws)}}} for d, ws in dims.items()},
        }  # fmt: skip
        return Reply(json.dumps(document).encode())


@cache
def small_snapshot(folder: Path) -> Path:
    """A snapshot of the places, the births and one age table: a build of it takes little time."""
    folder.mkdir()
    manifest = (SNAPSHOT / "manifest.toml").read_text(encoding="utf-8")
    tables = [f"[{part}" for part in manifest.split("\n[")[1:] if part.split("]")[0] in KEPT]
    assert set(tomllib.loads("\n".join(tables))) == set(KEPT)
    (folder / "manifest.toml").write_text("\n".join(tables), encoding="utf-8")
    for name in KEPT:
        shutil.copyfile(SNAPSHOT / f"{name}.parquet", folder / f"{name}.parquet")
    return folder


def worker(folder: Path, snapshot: Path, scope: Scope) -> None:
    """Refresh and publish once; what is published is written down before the process ends."""
    client = Client(Limits(total=20, tries=2), sleep=lambda seconds: None)
    generations = []
    try:
        done = refresh({"eurostat": [BIRTHS]}, scope, lambda: generations.append(build(folder, snapshot)),
                       lambda *told: None, client)  # fmt: skip
    except Busy:
        os._exit(BUSY)
    if not done.published:
        os._exit(UNCHANGED if done.complete else REFUSED)
    line = f"{generations[-1].number} {BIRTHS}@{done.outcomes[0].load}\n"
    with (folder / ACKNOWLEDGED).open("a") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    os._exit(PUBLISHED)


@dataclass
class Tally:
    """What became of some killed refreshes."""

    killed: int = 0
    ended: int = 0
    acknowledged: int = 0
    unreadable: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    seconds: float = 0.0


@contextmanager
def prepared(folder: Path) -> Iterator[tuple[Births, Path, Path, Scope]]:
    """Server, build folder with a first generation, snapshot, and scope."""
    snapshot, data = small_snapshot(folder / "snapshot"), folder / "data"
    with serve(Births()) as server, mock.patch.dict(
        os.environ, {"ZWK_DATA_DIR": str(data), "ZWK_EUROSTAT_URL": server.url, "NO_PROXY": "127.0.0.1"}
    ):  # fmt: skip
        build(data, snapshot)
        with open_statistics(data) as statistics:
            scope = scope_of(statistics)
        server.codes = {**scope.ags_of, **LAND_OF_NUTS1, "DE": "DG"}
        yield server, data, snapshot, scope


def start(folder: Path, snapshot: Path, scope: Scope) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=worker, args=(folder, snapshot, scope))
    process.start()
    return process


def kill_refreshes(folder: Path, rounds: int, seed: int) -> Tally:
    """Start a refresh, kill -9 it at a random moment of its life, look at what is left; so many times."""
    dice, tally, began = random.Random(seed), Tally(), time.monotonic()
    with prepared(folder) as (server, data, snapshot, scope):
        length = _seconds_of_one(server, data, snapshot, scope)
        for number in range(rounds):
            server.round = 2 + number
            process = start(data, snapshot, scope)
            process.join(dice.uniform(0, length * 1.2))
            if process.exitcode is None:
                os.kill(process.pid, signal.SIGKILL)
                tally.killed += 1
            else:
                tally.ended += 1
            process.join()
            _look(data, tally)
    tally.seconds = time.monotonic() - began
    return tally


def _seconds_of_one(server: Births, data: Path, snapshot: Path, scope: Scope) -> float:
    began, server.round = time.monotonic(), 1
    process = start(data, snapshot, scope)
    process.join()
    assert process.exitcode == PUBLISHED
    return time.monotonic() - began


def _look(data: Path, tally: Tally) -> None:
    """Every acknowledged load is in the figures that are read, and in the archive with all its bytes."""
    lines = (data / ACKNOWLEDGED).read_text().splitlines() if (data / ACKNOWLEDGED).exists() else []
    tally.acknowledged = len(lines)
    try:
        with open_statistics(data) as statistics:
            loads = set(statistics.loads()["load_id"])
            number = statistics.generation.number
    except Exception as error:
        tally.unreadable.append(repr(error))
        return
    archive = Archive(data / "archive")
    kept = {load.id for load in archive.accepted(BIRTHS) if all(archive.read(part) for part in load.parts)}
    for line in lines:
        generation, load = line.split()
        if load not in loads or load not in kept or int(generation) > number:
            tally.lost.append(line)


def refresh_at_once(folder: Path, count: int) -> list[int]:
    """Exit codes of so many refreshes started together."""
    with prepared(folder) as (server, data, snapshot, scope):
        server.round = 1
        processes = [start(data, snapshot, scope) for _ in range(count)]
        for process in processes:
            process.join()
        with suppress(FileNotFoundError):
            assert len((data / ACKNOWLEDGED).read_text().splitlines()) == 1
        return sorted(process.exitcode for process in processes)
