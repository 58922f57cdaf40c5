"""Runs one fault against one provider and says how it ended; `python -m tests.sources.matrix` writes docs/faults.md."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq

from tests.sources.faults import CONTENT, OLD, ONLY_ZIP, RIGHT, TRANSPORT
from tests.sources.simulator import Simulator, serve
from tests.sources.simulators import ALL
from zwk_data.catalog.tidy import KEY
from zwk_data.sources.archive import Archive, Load
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Outcome, Scope
from zwk_data.sources.refresh import refresh_one, tidy_of

QUICK = Limits(connect=2, read=20, total=20, tries=3, packed_bytes=32 << 20, unpacked_bytes=64 << 20)
ONCE = Limits(connect=2, read=20, total=20, tries=1)
SLOW = Limits(connect=2, read=0.5, total=1.0, tries=2)
TABLE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
GERMAN_SENTENCE = re.compile(r"^[A-ZÄÖÜ»].*[.)!]$", re.DOTALL)
WRONG = "WRONG"


@contextmanager
def running(simulator: type[Simulator]) -> Iterator[Simulator]:
    """The simulator, with the environment that leads its provider there."""
    with serve(simulator()) as server:
        variables = {"NO_PROXY": "127.0.0.1", simulator.environment: server.url, **server.settings()}
        with mock.patch.dict(os.environ, variables):
            yield server


def refreshed(server: Simulator, archive: Archive, scope: Scope, limits: Limits = QUICK) -> Outcome:
    client = Client(limits, sleep=lambda seconds: None, jitter=lambda: 0.0)
    return refresh_one(server.provider, server.datasets[0], archive, scope, client)


def figures(server: Simulator, load: Load, archive: Archive, scope: Scope) -> pa.Table:
    return pq.read_table(tidy_of(server.provider, load, archive, scope))


def how_it_ends(simulator: type[Simulator], fault: str, folder: Path, dataset: str = "") -> str:
    """``right``, ``old``, ``WRONG: …``, or ``–: reason`` where the provider cannot have this fault.

    The first dataset of the simulator unless another is named.
    """
    if reason := impossible(simulator, fault):
        return f"–: {reason}"
    archive = Archive(folder)
    with running(simulator) as server:
        server.datasets = (dataset or simulator.datasets[0],)
        scope = server.scope()
        first = refreshed(server, archive, scope)
        if not first.ok:
            return f"{WRONG}: the good answer is refused: {first.reason_de} {first.detail}"
        before = archive.last(server.datasets[0])
        good = figures(server, before, archive, scope)
        limits = QUICK
        if fault in TRANSPORT:
            transport = TRANSPORT[fault]
            server.faults = [transport.fault] * transport.times
            limits = SLOW if transport.slow else QUICK
        else:
            server.mutate = server.mutations[fault]
        outcome = refreshed(server, archive, scope, limits)
        return _judged(server, fault, outcome, archive, scope, before, good)


def impossible(simulator: type[Simulator], fault: str) -> str:
    if fault in TRANSPORT or fault in simulator.mutations:
        return simulator.impossible.get(fault, "")
    return simulator.impossible.get(fault) or ONLY_ZIP.get(fault) or ""


def _judged(
    server: Simulator, fault: str, outcome: Outcome, archive: Archive, scope: Scope, before: Load, good: pa.Table
) -> str:
    last = archive.last(server.datasets[0])
    now = figures(server, last, archive, scope)
    if not outcome.ok:
        if last != before or not now.equals(good):
            return f"{WRONG}: refused, but the load in force changed"
        if not GERMAN_SENTENCE.match(outcome.reason_de):
            return f"{WRONG}: no reason in German: {outcome.reason_de!r}"
        attempt = archive.attempts()[server.datasets[0]]
        return (
            OLD if attempt.reason_de == outcome.reason_de and not attempt.ok else f"{WRONG}: the attempt is not noted"
        )
    if now.equals(good):
        return RIGHT
    if fault == "flags" and _only_marked(good, now):
        return RIGHT
    return f"{WRONG}: accepted other figures"


def _only_marked(good: pa.Table, now: pa.Table) -> bool:
    """Whether every observation that differs from the good answer has no value and says why, or is marked."""
    keys = [name for name in KEY if name != "age_to"]
    old = {tuple(row[k] for k in keys): row for row in good.to_pylist()}
    new = {tuple(row[k] for k in keys): row for row in now.to_pylist()}
    changed = [new[key] for key in new if new[key] != old.get(key)]
    sound = all(row["status"] != "ok" and (row["value"] is None) == (row["status"] in WITHOUT) for row in changed)
    return bool(changed) and sound and set(new) <= set(old)


WITHOUT = ("secret", "later", "missing", "not_available")


def cells() -> Iterator[tuple[str, str]]:
    """(name of the provider's simulator, fault): every cell of the table."""
    for name in ALL:
        for fault in (*TRANSPORT, *CONTENT):
            yield name, fault


def label(fault: str) -> str:
    return TRANSPORT[fault].label_de if fault in TRANSPORT else CONTENT[fault][0]


def allowed(fault: str) -> tuple[str, ...]:
    return TRANSPORT[fault].ends if fault in TRANSPORT else CONTENT[fault][1]


WORDS = {RIGHT: "richtige Zahlen", OLD: "alter Stand und Grund"}
HEAD = """\
# Faults of sources and how they end

Every cell was run: `python -m tests.sources.matrix` refreshes each provider's simulator once as it should be and once
with the fault, and `tests/sources/test_faults.py` holds the outcome against this table. *richtige Zahlen*: the figures
of the good answer are accepted. *alter Stand und Grund*: the load in force is untouched, and the reason in German
stands on the page Datenstand. A dash says why the fault cannot occur there.

"""


def written(outcomes: dict[tuple[str, str], str]) -> str:
    lines = ["| Fehler | " + " | ".join(ALL) + " |", "|---" * (len(ALL) + 1) + "|"]
    for fault in (*TRANSPORT, *CONTENT):
        found = (outcomes[name, fault] for name in ALL)
        lines.append(f"| {label(fault)} | " + " | ".join(WORDS.get(end, end) for end in found) + " |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Run every cell and write the table; ends with 1 where one went wrong."""
    outcomes = {}
    for name, fault in cells():
        with tempfile.TemporaryDirectory() as folder:
            outcomes[name, fault] = how_it_ends(ALL[name], fault, Path(folder))
        if outcomes[name, fault].startswith(WRONG):
            print(f"{name}, {fault}: {outcomes[name, fault]}", file=sys.stderr)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(written(outcomes), encoding="utf-8", newline="\n")
    sys.exit(any(end.startswith(WRONG) for end in outcomes.values()))


if __name__ == "__main__":
    main()
