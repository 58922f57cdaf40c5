"""The two apps that are compared: the project's and its naive twin, on the same database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import measuring
from protocol import Server, serving

REAL, NAIVE = measuring.ROOT / "app.py", measuring.ROOT / "benchmarks" / "naive" / "app.py"
NAIVE_OPTIONS = ("--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false")


def database() -> Path:
    """Return the project's current database; built where there is none."""
    import sys

    sys.path.insert(0, str(measuring.ROOT))
    from zwk_data.warehouse import ensure_built
    from zwk_data.warehouse.paths import build_folder

    return build_folder() / ensure_built().file


@contextmanager
def app(name: str, folder: Path) -> Iterator[Server]:
    """Start ``real`` or ``naive``; the naive one has Streamlit's own settings."""
    log = folder / f"{name}.log"
    if name == "real":
        with serving(REAL, log) as server:
            yield server
        return
    with serving(NAIVE, log, *NAIVE_OPTIONS, env={"NAIVE_DATABASE": str(database())}) as server:
        yield server
