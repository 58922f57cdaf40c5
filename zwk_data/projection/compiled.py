"""Whether the projection may run compiled, and who makes it ready: numba is optional and never waited for.

Importing numba and compiling takes seconds. ``warm`` does it once, in a thread beside; until that is done, and where
numba is missing or fails, NumPy does the same (to 1e-9, not to the bit). What is used is visible in ``state``.
Kernels let go of the interpreter's lock, so plain threads share the work: numba's own are not safe under a server.
"""

import importlib.util
import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import AGES, Array

if TYPE_CHECKING:
    from zwk_data.projection.engine import Projection, Rates
    from zwk_data.projection.trajectories import Cuts, Shocks, Steps

Kernel = Literal["auto", "numpy", "compiled"]
State = Literal["missing", "cold", "warming", "ready", "failed"]

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_thread: threading.Thread | None = None
_kernels: ModuleType | None = None
_failure: str = ""


def available() -> bool:
    """Return whether numba is installed and was not switched off (ZWK_COMPILED=0)."""
    return os.environ.get("ZWK_COMPILED", "1") != "0" and importlib.util.find_spec("numba") is not None


def state() -> State:
    """Return how far it is: missing, cold (nobody asked), warming, ready, failed."""
    if _kernels is not None:
        return "ready"
    if _failure:
        return "failed"
    if not available():
        return "missing"
    return "cold" if _thread is None else "warming"


def ready() -> bool:
    """Return whether compiled kernels can be used now."""
    return _kernels is not None


def warm(*, wait: bool = False) -> bool:
    """Make the kernels ready in a thread beside, once per process; with ``wait`` stay until that is done.

    Returns:
        Whether they are ready now.
    """
    global _thread
    if not available():
        return False
    with _lock:
        if _thread is None:  # not a daemon: an interpreter must not end in the middle of the compiler
            _thread = threading.Thread(target=_load, name="projection kernels")
            _thread.start()
    if wait:
        _thread.join()
    return ready()


def _load() -> None:
    global _kernels, _failure
    try:
        from zwk_data.projection import kernels
    except Exception as error:  # whatever is wrong with a compiler, NumPy goes on
        _failure = f"{type(error).__name__}: {error}"
        _log.warning("compiled projection is not to be had, NumPy is used: %s", _failure)
    else:
        _kernels = kernels


def chosen(kernel: Kernel) -> bool:
    """Return whether to run compiled.

    Raises:
        RuntimeError: ``compiled`` was asked for, and numba is missing or failed.
    """
    if kernel == "compiled" and not warm(wait=True):
        raise RuntimeError(f"no compiled projection: {_failure or 'numba is not installed, or ZWK_COMPILED=0'}")
    return kernel != "numpy" and ready()


def project(rates: "Rates", result: "Projection", shape: tuple[int, ...]) -> "Projection":
    """Fill ``result``, whose first population stands, as ``engine.project`` says.

    Where only numbers leave and there are always enough to leave, the numbers of the rates are those who left: they
    are handed back as they are, and the memory for them is not touched.
    """
    places = shape[:-2]
    given = (rates.survival, rates.fertility, rates.in_migration, rates.out_rate, rates.out_migration)
    inner = ((2, AGES), result.births.shape[-1:], (2, AGES), (2, AGES), (2, AGES))
    rows = np.stack([_rows(array, len(cell), places) for array, cell in zip(given, inner, strict=True)])
    flat = [_flat(array, cell) for array, cell in zip(given, inner, strict=True)]
    made = (result.population, result.births, result.newborn, result.deaths)
    filled = [array.reshape(len(array), -1, *array.shape[1 + len(places) :]) for array in made]

    assert _kernels is not None
    kernel = _kernels.project_places

    def run(gone: Array) -> int:
        short: list[int] = []
        in_parts(lambda first, last: short.append(kernel(first, last, rows, *flat, rates.male_share, *filled, gone)),
                 rows.shape[1], 32)  # fmt: skip
        return sum(short)

    if rates.out_rate is None and not run(_flat(None, (2, AGES))):
        if rates.out_migration is None:
            return result
        return replace(result, out_migration=spread(rates.out_migration, shape))
    run(_flat(result.out_migration, (2, AGES)))
    return result


def spread(array: Array, shape: tuple[int, ...]) -> Array:
    """Return yearly rates over all places of ``shape``: the same memory, not to be written to."""
    missing = 1 + len(shape) - array.ndim
    return np.broadcast_to(array[(slice(None), *[None] * missing)], (len(array), *shape))


def trajectories(steps: "Steps", shocks: "Shocks", cuts: "Cuts", result: Array) -> None:
    """Fill ``result`` (groups, years + 1, paths) as ``trajectories.trajectories`` says."""
    assert _kernels is not None
    run, lanes = _kernels.run_paths, _kernels.LANES
    factor = np.empty((0, steps.years)) if shocks.moves_factor is None else shocks.moves_factor
    moves = np.empty((0, steps.years, 6)) if shocks.moves is None else shocks.moves
    segment = np.searchsorted(cuts.edges, np.arange(AGES), side="right") - 1
    segment[segment < 0] = len(cuts.edges) - 1  # younger than any group; the older ones are there already
    members = np.array([[part.start, part.stop] for pair in cuts.members for part in pair]).reshape(-1, 4)
    of_steps = (
        steps.start,
        steps.staying,
        steps.net,
        steps.awkward,
        steps.death,
        steps.rate,
        steps.left,
        steps.fertility,
    )
    of_paths = (shocks.births, shocks.deaths, factor, moves)
    given = (*map(np.ascontiguousarray, of_steps), steps.male_share, *map(np.ascontiguousarray, of_paths))
    blocks = -(-shocks.count // lanes)
    in_parts(lambda first, last: run(first, last, *given, segment, members, result), blocks, 4)


def _rows(array: Array | None, inner: int, places: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Return for each place its row in an array whose middle axes may be shorter: broadcasting without copies."""
    middle = () if array is None else array.shape[1 : array.ndim - inner]
    numbers = np.arange(np.prod(middle, dtype=np.int64)).reshape(middle)
    return np.broadcast_to(numbers, places).reshape(-1)


def _flat(array: Array | None, cell: tuple[int, ...]) -> Array:
    """Return the array with one axis for all its middle ones; nothing for None."""
    if array is None:
        return np.empty((0, 0, *cell))
    return np.ascontiguousarray(array, dtype=float).reshape(len(array), -1, *cell)


def threads() -> int:
    """The number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_parts(work: Callable[[int, int], object], count: int, least: int) -> None:
    """Do ``work(first, last)`` in threads for parts of ``count``, none below ``least``; the first error is raised.

    There are more parts than threads, and who is free takes the next: on a busy machine nobody waits for the slowest.
    """
    parts = max(1, min(4 * threads(), count // least))
    limits = [count * part // parts for part in range(parts + 1)]
    waiting = deque(zip(limits[:-1], limits[1:], strict=True))
    errors: list[BaseException] = []

    def take() -> None:
        while waiting and not errors:
            try:
                first, last = waiting.popleft()
            except IndexError:  # another took the last one
                return
            try:
                work(first, last)
            except BaseException as error:
                errors.append(error)

    others = [threading.Thread(target=take) for _ in range(min(threads(), parts) - 1)]
    for thread in others:
        thread.start()
    take()
    for thread in others:
        thread.join()
    if errors:
        raise errors[0]
