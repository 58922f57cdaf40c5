"""Compiled code is optional and never waited for; what is used can be seen."""

import logging
import sys
import threading

import numpy as np
import pytest

import zwk_data.projection
from tests.projection import invented
from zwk_data.projection import compiled
from zwk_data.projection.engine import project


@pytest.fixture
def cold(monkeypatch):
    """As in a process that has just started."""
    compiled.warm(wait=True)
    for name, value in (("_kernels", None), ("_thread", None), ("_failure", "")):
        monkeypatch.setattr(compiled, name, value)
    return monkeypatch


@pytest.fixture
def case():
    rng = np.random.default_rng(2)
    return invented.population(rng), invented.rates(rng, 3)


def test_the_test_environment_has_numba():
    assert compiled.available()


def test_until_it_is_ready_numpy_computes_and_nobody_waits(cold, case):
    go_on = threading.Event()
    cold.setattr(compiled, "_load", go_on.wait)
    assert compiled.state() == "cold"
    assert not compiled.warm()
    assert compiled.state() == "warming"
    np.testing.assert_array_equal(project(*case, kernel="auto").population, project(*case).population)
    go_on.set()


def test_once_ready_it_is_used(cold, case):
    assert compiled.warm(wait=True)
    assert compiled.state() == "ready"
    chosen, said = (project(*case, kernel=kernel) for kernel in ("auto", "compiled"))
    np.testing.assert_array_equal(chosen.population, said.population)


def test_nothing_depends_on_what_was_compiled_before_unless_it_is_asked_for(cold, case):
    before = project(*case)
    assert compiled.warm(wait=True)
    np.testing.assert_array_equal(project(*case).population, before.population)


def test_rates_that_must_not_be_written_to_are_read(case):
    start, rates = case
    for array in (rates.survival, rates.fertility, rates.in_migration, rates.out_rate, rates.out_migration, start):
        if array is not None:
            array.flags.writeable = False
    np.testing.assert_allclose(
        project(start, rates, kernel="compiled").population, project(start, rates).population, rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("reason", ["not installed", "switched off"])
def test_without_numba_numpy_does_it_and_insisting_is_refused(cold, case, reason):
    if reason == "switched off":
        cold.setenv("ZWK_COMPILED", "0")
    else:
        cold.setattr(compiled.importlib.util, "find_spec", lambda name: None)
    assert (compiled.state(), compiled.available(), compiled.warm(wait=True)) == ("missing", False, False)
    assert (project(*case, kernel="auto").population > 0).any()
    with pytest.raises(RuntimeError, match="not installed"):
        project(*case, kernel="compiled")


def test_a_compiler_that_fails_is_said_once_and_numpy_goes_on(cold, case, caplog):
    cold.delattr(zwk_data.projection, "kernels")
    cold.setitem(sys.modules, "zwk_data.projection.kernels", None)
    with caplog.at_level(logging.WARNING):
        assert not compiled.warm(wait=True)
        assert not compiled.warm(wait=True)
    assert compiled.state() == "failed"
    assert [record.message for record in caplog.records if "NumPy is used" in record.message] != []
    assert len(caplog.records) == 1
    assert (project(*case, kernel="auto").population > 0).any()
    with pytest.raises(RuntimeError, match="kernels"):
        project(*case, kernel="compiled")


def test_work_in_parts_is_done_once_each_and_errors_come_back(monkeypatch):
    monkeypatch.setattr(compiled, "threads", lambda: 4)
    done = []
    compiled.in_parts(lambda first, last: done.extend(range(first, last)), 103, 10)
    assert sorted(done) == list(range(103))
    spans = []
    compiled.in_parts(lambda first, last: spans.append((first, last)), 25, 10)
    assert sorted(spans) == [(0, 12), (12, 25)]

    def fails_later(first, last):
        if first:
            raise ValueError("in a thread")

    with pytest.raises(ValueError, match="in a thread"):
        compiled.in_parts(fails_later, 100, 10)
