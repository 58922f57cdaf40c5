"""People at work on the same records, and processes that are killed while they save: also used by the benchmark.

python -m tests.store.editing editors URL THREADS SAVES SEED CAREFUL   one JSON object when all have saved
python -m tests.store.editing kills URL KILLS SEED                     one JSON object after that many kill -9
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

from zwk_data.store import Conflict, Store, open_store

ROOT = Path(__file__).resolve().parents[2]
HOT = [f"hot-{number}" for number in range(10)]
KIND = "counter"


class Editor:
    """Opens a form, thinks, saves; one save in five is sent again, as after a lost answer."""

    def __init__(
        self, store: Store, name: str, saves: int, seed: int, careful: bool, think: tuple[float, float]
    ) -> None:
        self.store, self.name, self.saves, self.careful, self.think = store, name, saves, careful, think
        self.random = random.Random(seed)
        self.seconds: list[float] = []
        self.conflicts = self.doubled = 0
        self.failure = ""

    def run(self) -> None:
        try:
            while len(self.seconds) < self.saves:
                self.edit()
        except Exception as error:  # reported by the parent
            self.failure = f"{type(error).__name__}: {error}"

    def edit(self) -> None:
        place = self.random.choice(HOT)
        seen = self.store.get(KIND, place)
        assert seen is not None
        time.sleep(self.random.uniform(*self.think))
        body = {"count": seen.body["count"] + 1, "by": self.name}
        request = str(UUID(int=self.random.getrandbits(128)))
        begin = time.perf_counter()
        try:
            saved = self.save(place, body, seen.version, request)
        except Conflict as conflict:
            self.conflicts += 1
            assert conflict.current is not None
            assert conflict.current.version > seen.version
            assert conflict.yours == body
            return
        self.seconds.append(time.perf_counter() - begin)
        if self.random.random() < 0.2:
            again = self.store.save(KIND, place, body, seen_version=seen.version, actor=self.name, request_id=request)
            self.doubled += again != saved

    def save(self, place: str, body: dict, version: int, request: str):
        """The careless one asks for the newest version just before saving: the last one wins."""
        while True:
            if not self.careful:
                version = self.store.get(KIND, place).version
            try:
                return self.store.save(KIND, place, body, seen_version=version, actor=self.name, request_id=request)
            except Conflict:
                if self.careful:
                    raise


def prepare(url: str) -> None:
    with open_store(url) as store:
        for place in HOT:
            store.save(
                KIND, place, {"count": 0, "by": "nobody"}, seen_version=0, actor="nobody", request_id=f"first {place}"
            )


def edit_in_threads(url: str, threads: int, saves: int, seed: int, careful: bool, think: tuple[float, float]) -> dict:
    """Some editors in this process, each until it has saved so many times."""
    with open_store(url) as store:
        editors = [Editor(store, f"{seed}-{n}", saves, seed * 1000 + n, careful, think) for n in range(threads)]
        running = [threading.Thread(target=editor.run) for editor in editors]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    return {
        "saves": sum(len(editor.seconds) for editor in editors),
        "seconds": [value for editor in editors for value in editor.seconds],
        "conflicts": sum(editor.conflicts for editor in editors),
        "doubled": sum(editor.doubled for editor in editors),
        "failures": [editor.failure for editor in editors if editor.failure],
    }


def in_processes(
    url: str, processes: int, threads: int, saves: int, *, careful: bool = True, think=(0.02, 0.12)
) -> dict:
    """Editors in several processes; adds what the store says afterwards."""
    prepare(url)
    words = [sys.executable, "-m", "tests.store.editing", "editors", url, str(threads), str(saves)]
    running = [
        subprocess.Popen(
            [*words, str(seed), str(int(careful)), *map(str, think)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for seed in range(1, processes + 1)
    ]
    parts = [json.loads(process.communicate(timeout=600)[0].splitlines()[-1]) for process in running]
    whole = {name: sum((part[name] for part in parts), start=type(parts[0][name])()) for name in parts[0]}
    with open_store(url) as store:
        checked = store.verify()
        counted = sum(record.body["count"] for record in store.records(KIND))
        rows = store.state() - len(HOT)
    return {**whole, "lost": whole["saves"] - counted, "audit": rows, "problems": list(checked.problems)}


# --- killed ----------------------------------------------------------------------------------------------------------


def save_for_ever(url: str, name: str, pipe: int) -> None:
    """Save as fast as possible; says which request is tried and which one was acknowledged."""
    store = open_store(url)
    version = 0
    while True:
        request = f"{name} {version}"
        os.write(pipe, f"try {request}\n".encode())
        body = {"count": version}
        version = store.save(KIND, name, body, seen_version=version, actor=name, request_id=request).version
        os.write(pipe, f"ack {request}\n".encode())


def kill_one(url: str, name: str, chance: random.Random) -> list[str]:
    """Start a writer by fork (before any connection is open), kill it at a random moment, return what it said."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            save_for_ever(url, name, write)
        finally:
            os._exit(1)
    os.close(write)
    begun = b"ack" if chance.random() < 0.7 else b"try"  # at work already, or in its very first save
    said = b""
    while begun not in said and (part := os.read(read, 4096)):
        said += part
    time.sleep(chance.uniform(0.0, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as rest:
        return (said + rest.read()).decode().splitlines()


def kill_writers(url: str, kills: int, seed: int) -> dict:
    """Kill so many writers; then send every request that got no answer again."""
    chance = random.Random(seed)
    with open_store(url):
        pass
    said = [line for number in range(kills) for line in kill_one(url, f"writer-{number}", chance)]
    tried = {line[4:] for line in said if line.startswith("try ")}
    acknowledged = {line[4:] for line in said if line.startswith("ack ")}
    with open_store(url) as store:
        stored = {change.request_id for change in store.changes()}
        before = store.verify()
        for request in sorted(tried - acknowledged):
            name, version = request.rsplit(" ", 1)
            body = {"count": int(version)}
            store.save(KIND, name, body, seen_version=int(version), actor=name, request_id=request)
        after, rows = store.verify(), store.state()
    return {
        "kills": kills, "acknowledged": len(acknowledged), "stored": len(stored), "lost": len(acknowledged - stored),
        "unasked": len(stored - tried), "doubled": rows - len(tried), "problems": [*before.problems, *after.problems],
    }  # fmt: skip


def open_at_once(url: str, processes: int) -> list[int]:
    """Open a fresh store in several processes at the same moment and save once in each; returns their exit codes."""
    begin = time.time() + 0.2
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            time.sleep(max(0.0, begin - time.time()))
            code = 1
            try:
                with open_store(url) as store:
                    store.save(KIND, f"{number}", {}, seen_version=0, actor="a", request_id=f"{number}")
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


if __name__ == "__main__":
    what, url, *rest = sys.argv[1:]
    if what == "editors":
        threads, saves, seed, careful = map(int, rest[:4])
        print(json.dumps(edit_in_threads(url, threads, saves, seed, bool(careful), (float(rest[4]), float(rest[5])))))
    elif what == "openers":
        print(json.dumps(open_at_once(url, int(rest[0]))))
    else:
        print(json.dumps(kill_writers(url, int(rest[0]), int(rest[1]))))
