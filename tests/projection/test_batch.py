"""Batches: the same to the bit one after the other, in processes and on a cluster, and when a worker is killed."""

import hashlib
import multiprocessing
import os
import signal
from dataclasses import replace

import distributed
import numpy as np
import pytest

from tests.projection import made
from zwk_data.projection import batch
from zwk_data.projection.ages import AGES
from zwk_data.projection.batch import Chances, ExecutorError, Task, run_all, run_task
from zwk_data.projection.errors import Cases
from zwk_data.projection.scenario import Scenario, ScenarioError

YEARS = 16


def cases(count=30, leads=4):
    random = np.random.default_rng(3)
    return Cases(
        0.03 * random.normal(size=(count, leads)), 0.02 * random.normal(size=(count, leads)),
        0.01 * random.normal(size=(count, leads, 6)), np.full(count, leads),
    )  # fmt: skip


def chances(paths=150, factor=1.0):
    return Chances(cases(), np.full((YEARS + 1, AGES), factor), np.full(YEARS + 1, factor), paths)


def tasks(count=6, seed=7, shared=None, scenario="continue~in18_25"):
    shared = shared or chances()
    return [
        Task(f"place {n}", made.one(size=50_000.0 + 10_000 * n), Scenario.parse(scenario), 2040,
             np.random.SeedSequence(seed, spawn_key=(n,)), shared)
        for n in range(count)
    ]  # fmt: skip


def digest(done):
    """Every bit of the results, in their order."""
    found = hashlib.sha256()
    for one in done:
        found.update(one.key.encode() + one.projection.population.tobytes() + one.projection.deaths.tobytes())
        for edge in (one.low, one.high):
            found.update(edge.cells.tobytes() + edge.ages.tobytes() + edge.totals.tobytes())
    return found.hexdigest()


@pytest.fixture(autouse=True)
def _one_by_one(monkeypatch):
    """Every place is handed over alone, so that a few of them keep several workers busy."""
    monkeypatch.setattr(batch, "TOGETHER", 1)


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as found:  # fmt: skip
        yield found


def test_processes_give_the_same_bits_in_the_same_order():
    assert digest(run_all(tasks(), "processes:2")) == digest(run_all(tasks(), "serial"))


def test_a_cluster_gives_the_same_bits_in_the_same_order(cluster):
    assert digest(run_all(tasks(), f"dask:{cluster.scheduler_address}")) == digest(run_all(tasks(), "serial"))


def test_a_worker_of_the_cluster_killed_in_mid_run_changes_nothing(cluster):
    wanted = tasks(10, shared=chances(400))
    before = {worker["pid"] for worker in pids(cluster).values()}
    running = run_all(wanted, f"dask:{cluster.scheduler_address}")
    found = [next(running)]
    os.kill(min(before), signal.SIGKILL)
    found += running
    assert digest(found) == digest(run_all(wanted, "serial"))
    assert before != {worker["pid"] for worker in pids(cluster).values()}


def pids(cluster):
    with distributed.Client(cluster.scheduler_address) as client:
        client.wait_for_workers(2, timeout=30)
        return client.run(lambda: {"pid": os.getpid()})


def test_a_killed_process_changes_nothing():
    wanted = tasks(10, shared=chances(400))
    running = run_all(wanted, "processes:2")
    found = [next(running)]
    before = workers_of_the_pool()
    os.kill(min(before), signal.SIGKILL)
    others = set()
    for one in running:
        found.append(one)
        others |= workers_of_the_pool() - before
    assert others  # there was a second pool
    assert digest(found) == digest(run_all(wanted, "serial"))


def workers_of_the_pool():
    return {child.pid for child in multiprocessing.active_children() if child.name.startswith("SpawnProcess")}


def test_a_place_is_the_same_alone_and_beside_others_and_another_with_another_seed():
    alone, others = tasks()[3], list(run_all(tasks(), "serial"))
    assert digest([run_task(alone)]) == digest([others[3]])
    assert digest([run_task(tasks(seed=8)[3])]) != digest([others[3]])


def test_the_band_holds_the_projection_widens_and_starts_at_the_population_counted():
    (done,) = run_all(tasks(1), "serial")
    width = done.high.totals[:, 2] - done.low.totals[:, 2]
    total = done.projection.population.sum(axis=(1, 2))
    assert (done.low.totals[1:, 2] < total[1:]).all() and (total[1:] < done.high.totals[1:, 2]).all()
    assert width[0] < 1e-6 * total[0]
    assert width[1] < width[4] < width[8] < width[16]
    assert (done.low.cells >= 0).all()


def test_a_factor_stretches_the_band_around_the_projection():
    (plain,) = run_all(tasks(1), "serial")
    (wide,) = run_all(tasks(1, shared=chances(factor=2.0)), "serial")
    expected = plain.projection.population
    assert np.allclose(wide.high.cells - expected, 2 * (plain.high.cells - expected))
    assert np.allclose(wide.low.ages, np.maximum(expected.sum(1) + 2 * (plain.low.ages - expected.sum(1)), 0))


def test_without_chances_there_is_no_band():
    (done,) = run_all([replace(task, chances=None) for task in tasks(1)], "serial")
    assert done.low is None and done.high is None


@pytest.mark.parametrize("name", ["", "thread", "processes:0", "processes:x", "dask:", "dask:somewhere", "serial:2"])
def test_what_is_no_executor_is_named(name):
    with pytest.raises(ExecutorError) as told:
        run_all([], name)
    assert told.value.reason == "unknown" and str(told.value) == name


def test_an_error_of_a_task_comes_out_of_a_process_as_it_is():
    late = [replace(task, until=2061) for task in tasks(1)]
    with pytest.raises(ScenarioError) as told:
        list(run_all(late, "processes:1"))
    assert told.value.code == "year"
