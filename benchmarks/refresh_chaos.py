"""Refreshes under fire: killed at random moments, five at once, on disks of any size. Prints counts.

    .venv/bin/python -m benchmarks.refresh_chaos --kills 200 --rounds 20 --sizes 2-40

The disks are real ones (tmpfs), which only root can make; without root that part says so and is left out.
"""

import argparse
import collections
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.warehouse.refreshing import BIRTHS, Tally, _look, kill_refreshes, prepared, refresh_at_once, start
from zwk_data.sources.archive import Archive


def kills(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_refreshes(Path(folder), number, seed=1)
    print(
        f"kill -9 in mid-refresh: {tally.killed} killed, {tally.ended} had ended, {tally.acknowledged} acknowledged; "
        f"unreadable {len(tally.unreadable)}, acknowledged and lost {len(tally.lost)}; {tally.seconds:.0f} s"
    )


def at_once(rounds: int) -> None:
    counts: collections.Counter[tuple[int, ...]] = collections.Counter()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            counts[tuple(refresh_at_once(Path(folder), 5))] += 1
    for codes, times in counts.items():
        print(f"five refreshes at once: exit codes {codes} in {times} of {rounds} rounds")


@contextmanager
def disk(folder: Path, megabytes: int):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def small_disks(sizes: range) -> None:
    """The first generation is built on a disk with room; then it shrinks, a refresh runs, it grows again."""
    if os.geteuid() != 0:
        print("small disks: left out, only root can make them")
        return
    ends: collections.Counter[str] = collections.Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        with disk(folder / "data", 400), prepared(folder) as (server, data, snapshot, scope):
            used = sum(path.stat().st_blocks * 512 for path in data.rglob("*")) // (1 << 20) + 1
            for number, room in enumerate(sizes):
                server.round = number + 1
                _resize(data, used + room)
                code = _ended(start(data, snapshot, scope))
                tally = Tally()
                _look(data, tally)
                _resize(data, 400)
                ends[f"exit {code}"] += 1
                wrong += tally.unreadable + tally.lost
                again = _ended(start(data, snapshot, scope))
                ends[f"with room again: exit {again}"] += 1
                used = sum(path.stat().st_blocks * 512 for path in data.rglob("*")) // (1 << 20) + 1
                Archive(data / "archive").accepted(BIRTHS)
    print("exit codes: 0 published, 1 the old state was kept, 3 nothing new, 75 busy")
    print(f"disks with {sizes.start} to {sizes.stop - 1} MB of room: {dict(ends)}; unreadable or lost {len(wrong)}")


def _resize(folder: Path, megabytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True)


def _ended(process) -> int:
    process.join()
    return process.exitcode


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sizes", default="0-24")
    told = parser.parse_args()
    first, last = (int(part) for part in told.sizes.split("-"))
    kills(told.kills)
    at_once(told.rounds)
    small_disks(range(first, last + 1))


if __name__ == "__main__":
    main()
