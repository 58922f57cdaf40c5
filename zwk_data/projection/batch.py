"""Many places, each with its bands: one after the other, in processes of this machine, or on a Dask cluster.

A task holds everything it needs and its own seed (``numpy.random.SeedSequence``, of the place, not of the order), so
the results are the same to the bit wherever and in whatever order tasks run, and a task whose worker died is simply
run again. Compiled code is not used: it differs from NumPy in the last bits.
"""

import multiprocessing
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from zwk_data.projection.ages import Array
from zwk_data.projection.baseline import Baseline
from zwk_data.projection.compiled import threads
from zwk_data.projection.engine import Projection, project, set_off
from zwk_data.projection.errors import HIGH, LOW, Cases, draw_shocks, stretched
from zwk_data.projection.scenario import Scenario, rates
from zwk_data.projection.trajectories import cell_quantiles

EXECUTORS = "serial | processes[:number] | dask[:address]"
TOGETHER = 8  # places handed over at once, so that their common cases travel once
TRIES = 3  # pools of processes, after a worker was killed


@dataclass(frozen=True)
class Chances:
    """What the bands of places of one size class are made of.

    cases: the misses to draw from; by_age: factor of the band of each single age, ``(years + 1, 101)``; of_all: that
    of the totals, ``(years + 1,)``; paths: how many.
    """

    cases: Cases
    by_age: Array
    of_all: Array
    paths: int


@dataclass(frozen=True)
class Task:
    """One place to be projected; without chances there are no bands."""

    key: str
    baseline: Baseline
    scenario: Scenario
    until: int
    seed: np.random.SeedSequence
    chances: Chances | None = None


@dataclass(frozen=True)
class Band:
    """One edge of the 80 % band, in persons.

    cells: ``(years + 1, 2, 101)``; ages: both sexes together, ``(years + 1, 101)``; totals: of the sexes f, m and of
    both, ``(years + 1, 3)``.
    """

    cells: Array
    ages: Array
    totals: Array


@dataclass(frozen=True)
class Done:
    """A projected place: its key, the projection from the start year on, and the edges of its band."""

    key: str
    projection: Projection
    low: Band | None = None
    high: Band | None = None


class ExecutorError(ValueError):
    """What is configured is no executor, or Dask is not installed (``reason``: unknown, missing)."""

    def __init__(self, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(text)


def run_task(task: Task) -> Done:
    """Project one place."""
    chosen = rates(task.baseline, task.scenario, task.until)
    made = project(task.baseline.population, chosen, kernel="numpy")
    if task.chances is None:
        return Done(task.key, made)
    chances = task.chances
    shocks = draw_shocks(chances.cases, chosen.years, chances.paths, task.seed)
    found = cell_quantiles(task.baseline.population, set_off(made, chosen), shocks, (LOW, HIGH))
    low, high = (_edge(made.population, (found.cells[i], found.ages[i], found.totals[i]), chances) for i in range(2))
    return Done(task.key, made, low, high)


def _edge(population: Array, edge: tuple[Array, Array, Array], chances: Chances) -> Band:
    """Return one edge stretched around the projection."""
    cells, ages, totals = edge
    sexes = population.sum(axis=-1)
    expected = np.concatenate([sexes, sexes.sum(axis=-1, keepdims=True)], axis=-1)
    return Band(
        stretched(population, cells, chances.by_age[:, None]),
        stretched(population.sum(axis=-2), ages, chances.by_age), stretched(expected, totals, chances.of_all[:, None]),
    )  # fmt: skip


def run_all(tasks: Iterable[Task], executor: str = "serial") -> Iterator[Done]:
    """Project many places; yield the results in the order of the tasks.

    Args:
        tasks: what to do.
        executor: ``serial``; ``processes`` or ``processes:4``; ``dask`` (a cluster of this machine) or
            ``dask:tcp://scheduler:8786``.

    Raises:
        ExecutorError: none of these.
        ScenarioError: the scenario does not fit a place.
        BrokenProcessPool: processes die again and again.
    """
    every = list(tasks)
    parts = [every[first : first + TOGETHER] for first in range(0, len(every), TOGETHER)]
    return _results(parts, _opened(executor))


def _results(parts: Sequence[Sequence[Task]], opened: AbstractContextManager["Mapped"]) -> Iterator[Done]:
    with opened as mapped:
        for some in mapped(parts):
            yield from some


def run_some(tasks: Sequence[Task]) -> list[Done]:
    """Project some places one after the other; this is what is handed to a worker."""
    return [run_task(task) for task in tasks]


Parts = Sequence[Sequence[Task]]
Mapped = Callable[[Parts], Iterable[list[Done]]]


def _opened(executor: str) -> AbstractContextManager[Mapped]:
    """Return what runs the parts, from its name."""
    if executor == "serial":
        return nullcontext(lambda parts: map(run_some, parts))
    if found := re.fullmatch(r"processes(?::([1-9][0-9]{0,2}))?", executor):
        workers = int(found[1] or threads())
        return nullcontext(lambda parts: _in_processes(parts, workers))
    if found := re.fullmatch(r"dask(?::([a-z]+://[^\s]+))?", executor):
        return _dask(_dask_module(), found[1])
    raise ExecutorError("unknown", executor)


def _in_processes(parts: Parts, workers: int) -> Iterator[list[Done]]:
    """Yield the results in order; where a process was killed, those that are missing are made in a new pool."""
    done = 0
    for attempt in range(TRIES):
        # new interpreters: a copy of this one would inherit locks that threads of it hold
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
        waiting = iter(parts[done:])
        try:
            # No more than there are processes: a full queue to a pool that breaks never empties, and Python before
            # 3.11.5 waits for it for ever.
            futures = deque(pool.submit(run_some, part) for part in islice(waiting, workers))
            while futures:
                some = futures.popleft().result()  # what has been handed on is not kept
                futures += (pool.submit(run_some, part) for part in islice(waiting, 1))
                done += 1
                yield some
            return
        except BrokenProcessPool:
            if attempt == TRIES - 1:
                raise
        finally:
            pool.shutdown(cancel_futures=True)


def _dask_module() -> Any:
    try:
        import distributed  # optional; takes a second
    except ImportError as error:
        raise ExecutorError("missing", "dask[distributed]") from error
    return distributed


@contextmanager
def _dask(distributed: Any, address: str | None) -> Iterator[Mapped]:
    """Use a cluster: the one at an address, else one of this machine for as long as it takes."""
    if address is None:
        with distributed.LocalCluster(
            n_workers=threads(), threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster, distributed.Client(cluster) as client:  # fmt: skip
            yield lambda parts: _on_cluster(client, parts)
    else:
        with distributed.Client(address) as client:
            yield lambda parts: _on_cluster(client, parts)


def _on_cluster(client: Any, parts: Parts) -> Iterator[list[Done]]:
    """Yield the results in order; the scheduler runs the parts of a dead worker again."""
    futures = deque(client.map(run_some, parts, pure=False))
    while futures:
        yield futures.popleft().result()  # the cluster keeps nothing that nobody holds
