"""A rerun of Vergleich and Karte over Streamlit's own protocol: server CPU, bytes sent, latency; and many sessions at once.

    python benchmarks/page_rerun.py [--turns 3] [--reruns 60]
    python benchmarks/page_rerun.py --sessions 100 --think 2 --seconds 30

The real app and its naive twin (benchmarks/naive/app.py) run in turn, each in a fresh server. A session opens the page,
goes through all states twice (warm-up), then moves one control per rerun. Checked: no page shows an exception, every
rerun draws a figure and not the one before, and no polygon travels from the real app.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import measuring
from apps import app
from protocol import PageError, Run, Server, Session

PAGES = {"vergleich": "Indikator", "karte": "Indikator"}
STATES = 10
CPU_MS, SENT, RATIO, P95 = 10.0, 20_000, 15.0, 1.0
ELEMENTS_OF_POLYGONS = '"coordinates"'


@dataclass
class Measured:
    """Reruns of one page of one app in one turn."""

    first: Run
    cpu: float  # seconds per rerun
    cold: float  # seconds of CPU per rerun of a state nobody has seen before
    runs: list[Run] = field(default_factory=list)


async def states_of(session: Session, label: str) -> tuple[list[str], list[Run]]:
    """Return the first options that draw a chart, and the runs in which each was seen for the first time."""
    found, runs = [], []
    for option in session.widgets[label].options:
        run = await session.choose(label, option)
        if run.charts:
            found.append(option)
            runs.append(run)
        if len(found) == STATES:
            break
    return found, runs


async def measure(server: Server, page: str, reruns: int, real: bool) -> Measured:
    """Open a page, warm up, and move its control."""
    label = PAGES[page]
    session = Session(server, page)
    first = await session.open()
    before = server.cpu()
    states, tried = await states_of(session, label)
    cold = (server.cpu() - before) / max(len(tried), 1)
    for state in states:
        await session.choose(label, state)
    before = server.cpu()
    runs = [await session.choose(label, states[i % len(states)]) for i in range(reruns)]
    cpu = (server.cpu() - before) / reruns
    await session.close()
    check(runs, page, real)
    return Measured(first, cpu, cold, runs)


def check(runs: list[Run], page: str, real: bool) -> None:
    """Every rerun drew a new figure, and the real one without polygons."""
    drawn = [tuple(run.charts.values()) for run in runs]
    if not all(drawn) or any(a == b for a, b in zip(drawn, drawn[1:], strict=False)):
        sys.exit(f"{page}: a rerun drew nothing, or the figure of the run before")
    if real and any(ELEMENTS_OF_POLYGONS in spec for specs in drawn for spec in specs):
        sys.exit(f"{page}: polygons travel in a rerun")


def in_turn(folder: Path, turns: int, reruns: int) -> dict[tuple[str, str], list[Measured]]:
    """Run both apps ``turns`` times, one after the other."""
    found: dict[tuple[str, str], list[Measured]] = {}
    for _ in range(turns):
        for name in ("real", "naive"):
            with app(name, folder) as server:
                for page in PAGES:
                    measured = asyncio.run(measure(server, page, reruns, name == "real"))
                    found.setdefault((page, name), []).append(measured)
    return found


def report(found: dict[tuple[str, str], list[Measured]]) -> None:
    print(
        f"  {'page':11}{'app':7}{'CPU ms min/med/max':>24}{'new state':>11}{'latency ms':>22}{'sent':>12}{'messages':>10}{'first ms':>10}"
    )
    for (page, name), turns in found.items():
        runs = [run for turn in turns for run in turn.runs]
        sent = statistics.median(run.sent for run in runs)
        print(
            f"  {page:11}{name:7}{measuring.spread([t.cpu * 1e3 for t in turns], 1):>24}"
            f"{statistics.median(t.cold for t in turns) * 1e3:>11.1f}"
            f"{measuring.spread([run.seconds * 1e3 for run in runs], 1):>22}{sent / 1e3:>9.1f} kB"
            f"{runs[-1].messages:>10}{statistics.median(t.first.seconds for t in turns) * 1e3:>10.0f}"
        )
    for page in PAGES:
        real, naive = found[page, "real"], found[page, "naive"]
        ratio = statistics.median(n.cpu / r.cpu for n, r in zip(naive, real, strict=True))
        sent = max(run.sent for turn in real for run in turn.runs)
        print(f"  {page}: what the bytes are: {dict(real[-1].runs[-1].by_kind.most_common(6))}")
        measuring.verdict(f"{page}: CPU per rerun", statistics.median(r.cpu for r in real) * 1e3, CPU_MS, unit=" ms")
        measuring.verdict(f"{page}: sent per rerun", sent / 1e3, SENT / 1e3, unit=" kB")
        measuring.verdict(f"{page}: less CPU than naive", ratio, RATIO, least=True, unit="x")


async def many(server: Server, count: int, think: float, seconds: float) -> dict[str, float]:
    """Let ``count`` sessions move their control, each after thinking ``think`` seconds on the average."""
    sessions = [Session(server, list(PAGES)[i % len(PAGES)]) for i in range(count)]
    states: dict[str, list[str]] = {}
    for session in sessions[: len(PAGES)]:
        await session.open()
        states[session.page], _ = await states_of(session, PAGES[session.page])
    for i in range(len(PAGES), count, 10):
        await asyncio.gather(*(session.open() for session in sessions[i : i + 10]))
    taken: list[float] = []
    end = time.monotonic() + seconds

    async def user(session: Session, number: int) -> None:
        dice = random.Random(number)
        await asyncio.sleep(dice.random() * think)
        while time.monotonic() < end:
            run = await session.choose(PAGES[session.page], dice.choice(states[session.page]))
            taken.append(run.seconds)
            await asyncio.sleep(think * (0.5 + dice.random()))

    before, start = server.cpu(), time.monotonic()
    await asyncio.gather(*(user(session, number) for number, session in enumerate(sessions)))
    passed = time.monotonic() - start
    await asyncio.gather(*(session.close() for session in sessions))
    return {"sessions": count, "reruns": len(taken), "per_second": len(taken) / passed,
            "median": statistics.median(taken), "p95": measuring.percentile(taken, 0.95), "longest": max(taken),
            "cores": (server.cpu() - before) / passed, "memory_mb": server.memory_mb()}  # fmt: skip


def crowd(folder: Path, count: int, think: float, seconds: float) -> dict[str, float]:
    with app("real", folder) as server:
        found = asyncio.run(many(server, count, think, seconds))
    print("  " + ", ".join(f"{key} {value:.3g}" for key, value in found.items()))
    measuring.verdict("p95 of a rerun", found["p95"], P95, unit=" s")
    return found


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--reruns", type=int, default=60)
    options.add_argument("--sessions", type=int, help="run many sessions at once instead (at most 300)")
    options.add_argument("--think", type=float, default=2.0, help="seconds between two reruns of a session")
    options.add_argument("--seconds", type=float, default=20.0, help="how long, at most 120")
    chosen = options.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    measuring.heading("Rerun of a page", "streamlit", "plotly", "pandas", "duckdb")
    try:
        if chosen.sessions:
            found = crowd(chosen.work, min(chosen.sessions, 300), chosen.think, min(chosen.seconds, 120))
            result = {"sessions": found}
        else:
            measured = in_turn(chosen.work, chosen.turns, chosen.reruns)
            report(measured)
            result = {f"{page} {name}": [turn.cpu for turn in turns] for (page, name), turns in measured.items()}
    except PageError as error:
        sys.exit(f"a page shows: {error}")
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
