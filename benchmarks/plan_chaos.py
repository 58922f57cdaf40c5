"""One plan under twenty editors and under kill -9, through its service, on SQLite and PostgreSQL; and its backups.

    python benchmarks/plan_chaos.py [--saves 500] [--kills 200] [--backups 100] [--engines sqlite,postgresql]

Twenty editors in four processes open entries, think 2 to 20 ms, save or promote them or note progress, until each has
``--saves`` acknowledged saves; one save in five is sent again. Then writers are killed at random moments and every save
without an answer is repeated; then backups are taken while four people edit, and each is restored into a store of its own
and read as a plan. Stops with an error where a save is lost or doubled, the audit differs from the saves, or a backup does
not come back. PostgreSQL is a temporary cluster on loopback. kill -9 is not power loss.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import measuring

sys.path.insert(0, str(measuring.ROOT))

from store_chaos import PROCESSES, THREADS, databases

from tests.plan import stress

WRONG = ("lost", "doubled", "problems", "failures", "unasked", "parts")  # must be nothing


def measured(new: Callable[[], str], options) -> Iterator[tuple[str, dict]]:
    """Yield what was measured, part by part."""
    yield "editors", stress.in_processes(new(), PROCESSES, THREADS, options.saves, (0.002, 0.02))
    yield "killed", stress.in_a_process_of_its_own(new(), options.kills, 7)
    yield "backups", stress.backups(new(), new, options.backups)


def faults(found: dict) -> list[str]:
    """Return what must not be."""
    wrong = [f"{name} {found[name]}" for name in WRONG if found.get(name)]
    if found.get("audit") != found.get("saves"):
        wrong.append("audit rows differ from saves")
    if not found.get("good") == found.get("restored") == found.get("backups"):
        wrong.append("a backup was not whole")
    return wrong


def main() -> None:
    """Run all parts on each engine and print them."""
    options = measuring.parser(__doc__)
    options.add_argument("--saves", type=int, default=500, help="acknowledged saves of each of the 20 editors")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--backups", type=int, default=100)
    options.add_argument("--engines", default="sqlite,postgresql")
    chosen = options.parse_args()
    results: dict[str, dict] = {}
    for engine in chosen.engines.split(","):
        with ExitStack() as stack:
            begin = time.monotonic()
            for part, found in measured(databases(stack, engine), chosen):
                results[f"{engine} {part}"] = found | {"seconds": round(time.monotonic() - begin, 1)}
                print(f"{engine:11}{part:9}", json.dumps(results[f"{engine} {part}"]), flush=True)
                begin = time.monotonic()
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if wrong := [f"{name}: {fault}" for name, found in results.items() for fault in faults(found)]:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
