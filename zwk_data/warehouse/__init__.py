"""The statistical database: built from tidy rows, published whole, read through queries."""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from zwk_data.warehouse.asof import NoSuchState, open_as_of, states
from zwk_data.warehouse.fingerprint import archive_mark, fingerprint
from zwk_data.warehouse.paths import archive_folder, build_folder
from zwk_data.warehouse.places import Place, Places, UnknownPlace
from zwk_data.warehouse.publish import Busy, DamagedError, Generation, current, verified
from zwk_data.warehouse.queries import Statistics

__all__ = [
    "Busy", "DamagedError", "Generation", "NoSuchState", "Place", "Places", "Statistics", "UnknownPlace", "current",
    "ensure_built", "fingerprint", "lacks_loads", "lacks_own_data", "open_as_of", "open_statistics", "states",
    "up_to_date",
]  # fmt: skip

log = logging.getLogger(__name__)
Report = Callable[[str, float], None]
OPEN_TRIES = 5  # a generation can be deleted between being checked and being opened


def ensure_built(report: Report | None = None, wait_seconds: float = 120.0) -> Generation:
    """Return the newest whole generation; build it where there is none, or where it lacks loads or own data.

    A second first start waits for the first one instead of building again. Where a build with newly archived loads
    fails, the generation without them stays in force.

    Raises:
        Busy: the other build did not finish in time.
    """
    from time import monotonic, sleep

    from zwk_data.warehouse.build import build  # pulls in the whole loading side: only where a build is needed

    deadline = monotonic() + wait_seconds
    while (found := up_to_date(build_folder())) is None:
        try:
            return build(report=report or (lambda step, share: None))
        except Busy:
            pass
        except Exception:
            if (before := _fitting(build_folder())) is None:
                raise
            log.exception("built without the newest loads")
            return before
        if monotonic() > deadline:
            raise Busy(str(build_folder()))
        if report:
            report("Ein anderer Vorgang baut die Datenbank auf", 0.0)
        sleep(0.5)
    return found


def up_to_date(folder: Path) -> Generation | None:
    """Return the newest whole generation if it was made from all that lies here, loads and own data, else None."""
    found = _fitting(folder)
    return found if found and not lacks_loads(found, folder) and not lacks_own_data(found) else None


def lacks_own_data(generation: Generation) -> bool:
    """Tell whether own data were saved or removed after the generation was built; no where nobody can tell."""
    from zwk_data.own_data.records import is_there, mark

    if not is_there():
        return generation.own != ""
    from zwk_data.store import StoreError  # slow to import

    try:
        return generation.own != mark()
    except StoreError:
        log.exception("own data cannot be read")
        return False


def lacks_loads(generation: Generation, folder: Path | None = None) -> bool:
    """Tell whether loads were accepted (or set aside) after the generation was built: archived, but not built."""
    return generation.loads != archive_mark(archive_folder(folder))


def _fitting(folder: Path) -> Generation | None:
    """Return the newest whole generation if this program made it from this snapshot."""
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
