"""The statistical database: built from tidy rows, published whole, read through queries."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from zwk_data.warehouse.fingerprint import fingerprint
from zwk_data.warehouse.paths import build_folder
from zwk_data.warehouse.places import Place, Places, UnknownPlace
from zwk_data.warehouse.publish import Busy, DamagedError, Generation, current, verified
from zwk_data.warehouse.queries import Statistics

__all__ = [
    "Busy", "DamagedError", "Generation", "Place", "Places", "Statistics", "UnknownPlace", "current", "ensure_built",
    "fingerprint", "open_statistics", "up_to_date",
]  # fmt: skip

Report = Callable[[str, float], None]
OPEN_TRIES = 5  # a generation can be deleted between being checked and being opened


def ensure_built(report: Report | None = None, wait_seconds: float = 120.0) -> Generation:
    """Return the newest whole generation; build it from the snapshot where there is none.

    A second first start waits for the first one instead of building again.

    Raises:
        Busy: the other build did not finish in time.
    """
    from time import monotonic, sleep

    from zwk_data.warehouse.build import build  # pulls in the whole loading side: only where a build is needed

    deadline = monotonic() + wait_seconds
    while (found := up_to_date(build_folder())) is None:
        with suppress(Busy):
            return build(report=report or (lambda step, share: None))
        if monotonic() > deadline:
            raise Busy(str(build_folder()))
        if report:
            report("Ein anderer Vorgang baut die Datenbank auf", 0.0)
        sleep(0.5)
    return found


def up_to_date(folder: Path) -> Generation | None:
    """Return the newest whole generation if it was made from what lies here, else None."""
    with suppress(DamagedError):
        found = verified(folder)
        if found and found[0].made_from == fingerprint():
            return found[0]
    return None


def open_statistics(folder: Path | None = None) -> Statistics:
    """Open the newest whole generation for reading; a damaged one is passed over.

    Raises:
        FileNotFoundError: nothing is built.
        DamagedError: no generation is whole.
    """
    where = folder or build_folder()
    for _ in range(OPEN_TRIES):
        found = verified(where)
        if found is None:
            raise FileNotFoundError(str(where))
        with suppress(OSError):
            return Statistics(where / found[0].file, found[0])
    raise DamagedError(str(where))
