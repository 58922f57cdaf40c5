"""People who edit one plan at once, and processes killed while they save: also run at full size by the benchmark.

python -m tests.plan.stress editors URL THREADS SAVES SEED LEAST MOST    one JSON object when all have saved
python -m tests.plan.stress kills URL KILLS SEED                         one JSON object after that many kill -9
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from zwk_data.access import Person
from zwk_data.plan.model import Entry, Plan, Progress
from zwk_data.plan.service import Plans
from zwk_data.store import Conflict, Store, open_store
from zwk_data.store.backup import backup, restore

ROOT = Path(__file__).resolve().parents[2]
AGS, DAY = "05758012", date(2026, 1, 1)
HOT = tuple(Entry(f"hot{number}", f"Muster {number}", "idea", capacity=Decimal(0)) for number in range(20))
PLAN = Plan(AGS, "Plan (Muster)", entries=HOT)


def plans_of(store: Store, name: str) -> Plans:
    return Plans(store, Person("account", name, {AGS: "editor"}))


class Editor:
    """Opens an entry, thinks, saves or promotes it, or notes progress; one save in five is sent again."""

    def __init__(
        self, store: Store, name: str, saves: int, seed: int, think: tuple[float, float], careful: bool = True
    ) -> None:
        self.plans, self.name, self.left, self.think = plans_of(store, name), name, saves, think
        self.careful = careful  # or else the last one wins: the newest version is asked for just before saving
        self.random = random.Random(seed)
        self.conflicts = self.doubled = self.saves = 0
        self.failure = ""

    def run(self) -> None:
        try:
            while self.saves < self.left:
                self.edit()
        except Exception as error:  # reported by the parent
            self.failure = f"{type(error).__name__}: {error}"

    def edit(self) -> None:
        entry, seen = self.random.choice(self.plans.entries(AGS))
        time.sleep(self.random.uniform(*self.think))
        if not self.careful:
            seen = {one.id: version for one, version in self.plans.entries(AGS)}[entry.id]
        save = self.one(entry, seen)
        try:
            version = save()
        except Conflict as conflict:
            self.conflicts += 1
            assert conflict.current is not None and conflict.current.version > seen
            return
        self.saves += 1
        if self.random.random() < 0.2:
            self.doubled += save() != version

    def one(self, entry: Entry, seen: int) -> Callable[[], object]:
        """One save, the same each time it is called; the capacity of an entry counts its changes."""
        request, chance = str(UUID(int=self.random.getrandbits(128))), self.random.random()
        counted = replace(entry, capacity=(entry.capacity or 0) + 1)
        if chance < 0.3:
            progress = Progress(f"p{UUID(request).hex}", entry.id, DAY, "laufend", f"von {self.name}")
            return lambda: self.plans.save(AGS, progress, seen_version=0, request_id=request)
        if chance < 0.5:
            stage = "action" if entry.stage == "idea" else "idea"
            return lambda: self.plans.promote(AGS, counted, stage, seen_version=seen, request_id=request, day=DAY)
        return lambda: self.plans.save(AGS, counted, seen_version=seen, request_id=request)


def edit_in_threads(
    url: str, threads: int, saves: int, seed: int, think: tuple[float, float], careful: bool = True
) -> dict:
    with open_store(url) as store:
        editors = [Editor(store, f"konto-{seed}-{n}", saves, seed * 1000 + n, think, careful) for n in range(threads)]
        running = [threading.Thread(target=editor.run) for editor in editors]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    whole = {name: sum(getattr(editor, name) for editor in editors) for name in ("saves", "conflicts", "doubled")}
    return {**whole, "failures": [editor.failure for editor in editors if editor.failure]}


def begin(url: str) -> int:
    """Begin the plan and return the state of the store."""
    with open_store(url) as store:
        plans_of(store, "konto-0").begin(AGS, PLAN, request_id="begin")
        return store.state()


def in_processes(url: str, processes: int, threads: int, saves: int, think: tuple[float, float]) -> dict:
    """Editors in several processes, each until so many saves are acknowledged; and what the plan holds afterwards."""
    begun = begin(url)
    words = [sys.executable, "-m", "tests.plan.stress", "editors", url, str(threads), str(saves)]
    running = [
        subprocess.Popen([*words, str(seed), *map(str, think)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for seed in range(1, processes + 1)
    ]
    parts = [json.loads(process.communicate(timeout=900)[0].splitlines()[-1]) for process in running]
    whole = {name: sum((part[name] for part in parts), start=type(parts[0][name])()) for name in parts[0]}
    return {**whole, **counted(url, whole["saves"], begun)}


def counted(url: str, saves: int, begun: int) -> dict:
    """Compare the acknowledged saves with what the plan holds and with the audit."""
    with open_store(url) as store:
        plan = plans_of(store, "konto-0").plan(AGS)
        held = sum(int(entry.capacity) for entry in plan.entries) + len(plan.progress)
        return {"lost": saves - held, "audit": store.state() - begun, "problems": list(store.verify().problems)}


# --- killed ----------------------------------------------------------------------------------------------------------


def step(plans: Plans, name: str, number: int) -> None:
    """The save of that number of a writer: an entry changed or promoted, or progress noted; always the same one."""
    seen, request = sum(earlier % 3 != 1 for earlier in range(number)), f"{name} {number}"
    entry = Entry(name, "Muster", "idea", capacity=Decimal(number))
    if number % 3 == 1:
        plans.save(AGS, Progress(f"{name}p{number}", name, DAY), seen_version=0, request_id=request)
    elif number % 3 == 2:
        plans.promote(AGS, entry, "action", seen_version=seen, request_id=request, day=DAY)
    else:
        plans.save(AGS, entry, seen_version=seen, request_id=request)


def save_for_ever(url: str, name: str, pipe: int) -> None:
    plans, number = plans_of(open_store(url), "konto-1"), 0
    while True:
        os.write(pipe, f"try {name} {number}\n".encode())
        step(plans, name, number)
        os.write(pipe, f"ack {name} {number}\n".encode())
        number += 1


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
    begun = b"ack" if chance.random() < 0.7 else b"try"
    said = b""
    while begun not in said and (part := os.read(read, 4096)):
        said += part
    time.sleep(chance.uniform(0.0, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as rest:
        return (said + rest.read()).decode().splitlines()


def kill_writers(url: str, kills: int, seed: int) -> dict:
    """Kill so many writers; then send every save that got no answer again."""
    chance = random.Random(seed)
    with open_store(url):
        pass
    said = [line for number in range(kills) for line in kill_one(url, f"w{number}", chance)]
    tried = {line[4:] for line in said if line.startswith("try ")}
    acknowledged = {line[4:] for line in said if line.startswith("ack ")}
    with open_store(url) as store:
        stored, before = {change.request_id for change in store.changes()}, store.verify()
        for name, number in sorted(request.rsplit(" ", 1) for request in tried - acknowledged):
            step(plans_of(store, "konto-1"), name, int(number))
        after, rows = store.verify(), store.state()
        parts = len(store.records("plan_entry")) + len(store.records("plan_progress"))
    entries = len({request.rsplit(" ", 1)[0] for request in tried})
    notes = sum(int(request.rsplit(" ", 1)[1]) % 3 == 1 for request in tried)
    return {
        "kills": kills, "acknowledged": len(acknowledged), "stored": len(stored), "lost": len(acknowledged - stored),
        "unasked": len(stored - tried), "doubled": rows - len(tried), "parts": parts - entries - notes,
        "problems": [*before.problems, *after.problems],
    }  # fmt: skip


def in_a_process_of_its_own(url: str, kills: int, seed: int) -> dict:
    """Kill writers from a fresh process, which may fork."""
    words = [sys.executable, "-m", "tests.plan.stress", "kills", url, str(kills), str(seed)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


# --- backups ---------------------------------------------------------------------------------------------------------


def backups(url: str, new: Callable[[], str], count: int) -> dict:
    """Take backups while four people edit; restore each into a store of its own and read the plan.

    They pause while it is read: the history would else grow faster than it can be restored, the longer the more.
    """
    stop, busy, good, restored, failures = threading.Event(), threading.Event(), 0, 0, []
    with open_store(url) as store, tempfile.TemporaryDirectory() as folder:
        plans_of(store, "konto-0").begin(AGS, PLAN, request_id="begin")

        def edit(seed: int) -> None:
            editor = Editor(store, f"konto-{seed}", 1 << 30, seed, (0.0, 0.002))
            while busy.wait(timeout=60) and not stop.is_set():
                try:
                    editor.edit()
                except Exception as error:
                    failures.append(repr(error))
                    return

        running = [threading.Thread(target=edit, args=(seed,)) for seed in range(4)]
        for thread in running:
            thread.start()
        for number in range(count):
            path, into = Path(folder) / str(number), new()
            busy.set()
            good += backup(path, url).ok
            busy.clear()
            found = restore(path, into).found
            with open_store(into) as copy:
                plan = plans_of(copy, "konto-0").plan(AGS)
                counted = sum(int(entry.capacity) for entry in plan.entries) + len(plan.progress)
                restored += found.ok and counted == found.changes - len(HOT) - 1
            path.unlink()
        stop.set()
        busy.set()
        for thread in running:
            thread.join()
        return {"backups": count, "good": good, "restored": restored, "changes": store.state(), "failures": failures}


if __name__ == "__main__":
    what, url, *rest = sys.argv[1:]
    if what == "editors":
        print(json.dumps(edit_in_threads(url, *map(int, rest[:3]), (float(rest[3]), float(rest[4])))))
    else:
        print(json.dumps(kill_writers(url, int(rest[0]), int(rest[1]))))
