"""The transactional store under people and under kill -9, on SQLite and PostgreSQL; its peer is "the last one wins".

    python benchmarks/store_chaos.py [--saves 25] [--kills 100] [--backups 20] [--engines sqlite,postgresql]

Twenty editors in four processes open a form on one of ten records, think 20 to 120 ms, save; one answer in five is lost
and the save repeated. The peer is the same code asking for the newest version just before saving. Then writers are killed
at random moments, every unanswered save is repeated, backups are taken while somebody saves, and four processes open a
fresh store at once. Stops with an error where an acknowledged save is lost or doubled. PostgreSQL is a temporary cluster
on loopback. kill -9 is not power loss: what the system had taken over survives it.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import measuring

sys.path.insert(0, str(measuring.ROOT))

from tests.store import editing
from tests.store.cluster import running_cluster
from zwk_data.store import open_store
from zwk_data.store.backup import backup

PROCESSES, THREADS = 4, 5
SAVE_P95 = 0.1  # seconds


def databases(stack: ExitStack, engine: str) -> Callable[[], str]:
    """Return a function that makes an empty database and says its address."""
    if engine == "postgresql":
        return stack.enter_context(running_cluster()).database
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zwkstore")))
    return lambda: f"sqlite:///{folder / uuid4().hex}.sqlite"


def people(url: str, saves: int, *, careful: bool) -> dict:
    """Let the editors work; the figures with the times of the saves as percentiles in ms."""
    found = editing.in_processes(url, PROCESSES, THREADS, saves, careful=careful)
    seconds = found.pop("seconds")
    times = {f"p{share}_ms": round(1e3 * measuring.percentile(seconds, share / 100), 1) for share in (50, 95, 99)}
    return {**found, **times}


def child(*words: str) -> dict | list:
    """Run a part in a fresh process that may fork."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.editing", *words],
        cwd=measuring.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout)


def backups(url: str, count: int) -> dict:
    """Take backups while somebody saves without a pause."""
    stop = threading.Event()

    def write() -> None:
        version = 0
        while not stop.is_set():
            version = store.save(
                "k", "a", {"n": version}, seen_version=version, actor="a", request_id=uuid4().hex
            ).version

    with open_store(url) as store, tempfile.TemporaryDirectory() as folder:
        writer = threading.Thread(target=write)
        writer.start()
        good = sum(backup(Path(folder) / str(number), url).ok for number in range(count))
        stop.set()
        writer.join()
        return {"backups": count, "good": good, "saves_meanwhile": store.state()}


def measured(engine: str, new: Callable[[], str], options) -> Iterator[tuple[str, dict]]:
    """Yield what was measured, part by part."""
    yield "careful", people(new(), options.saves, careful=True)
    yield "last one wins", people(new(), options.saves, careful=False)
    yield "killed", child("kills", new(), str(options.kills), "7")
    yield "backups", backups(new(), options.backups)
    yield "opened at once", {"exit_codes": [child("openers", new(), "4") for _ in range(3)]}


def faults(part: str, found: dict) -> list[str]:
    """Return what must not be: of the careful way, of kills, of backups, of starts."""
    if part == "last one wins":
        return [] if found["lost"] else ["the peer lost nothing: the test is too easy"]
    wrong = [f"{part}: {name} {found[name]}" for name in ("lost", "doubled", "problems", "failures") if found.get(name)]
    if part == "careful" and found["audit"] != found["saves"]:
        wrong.append("audit rows differ from saves")
    if part == "backups" and found["good"] != found["backups"]:
        wrong.append("a backup was not whole")
    if part == "opened at once" and any(any(codes) for codes in found["exit_codes"]):
        wrong.append("a start failed")
    return wrong


def main() -> None:
    """Run all parts on each engine and print them."""
    options = measuring.parser(__doc__)
    options.add_argument("--saves", type=int, default=25, help="acknowledged saves of each of the 20 editors")
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--backups", type=int, default=20)
    options.add_argument("--engines", default="sqlite,postgresql")
    chosen = options.parse_args()
    results: dict[str, dict] = {}
    wrong: list[str] = []
    for engine in chosen.engines.split(","):
        with ExitStack() as stack:
            for part, found in measured(engine, databases(stack, engine), chosen):
                print(f"{engine:11}{part:15}", json.dumps(found), flush=True)
                results[f"{engine} {part}"] = found
                wrong += [f"{engine} {fault}" for fault in faults(part, found)]
        measuring.verdict(f"{engine}: p95 of a save", results[f"{engine} careful"]["p95_ms"] / 1e3, SAVE_P95, unit=" s")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
