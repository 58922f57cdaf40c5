"""The statistical database: built from tidy rows, published whole, read through queries."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from zwk_data.warehouse.paths import build_folder
from zwk_data.warehouse.places import Place, Places, UnknownPlace
from zwk_data.warehouse.publish import Busy, Generation, current, verified
from zwk_data.warehouse.queries import Statistics

__all__ = [
    "Busy", "Generation", "Place", "Places", "Statistics", "UnknownPlace", "current", "ensure_built", "open_statistics",
]  # fmt: skip

Report = Callable[[str, float], None]


def ensure_built(report: Report | None = None, wait_seconds: float = 120.0) -> Generation:
    """Return the current generation; build it from the snapshot where there is none.

    A second first start waits for the first one instead of building again.

    Raises:
        Busy: the other build did not finish in time.
    """
    from time import monotonic, sleep

    from zwk_data.warehouse.build import build  # pulls in the whole loading side: only where a build is needed

    deadline = monotonic() + wait_seconds
    while current(build_folder()) is None:
        with suppress(Busy):
            return build(report=report or (lambda step, share: None))
        if monotonic() > deadline:
            raise Busy(str(build_folder()))
        if report:
            report("Ein anderer Vorgang baut die Datenbank auf", 0.0)
        sleep(0.5)
    found = current(build_folder())
    assert found is not None
    return found


def open_statistics(folder: Path | None = None) -> Statistics:
    """Open the newest whole generation for reading; a damaged one is passed over.

    Raises:
        FileNotFoundError: nothing is built.
        DamagedError: no generation is whole.
    """
    where = folder or build_folder()
    found = verified(where)
    if found is None:
        raise FileNotFoundError(str(where))
    return Statistics(where / found[0].file, found[0])
