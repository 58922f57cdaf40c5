"""A lever of the page Szenarien over Streamlit's own protocol: server CPU, bytes sent, latency of every new position.

    python benchmarks/what_if_rerun.py [--turns 3] [--kreis 12073]

Every position of the lever is a scenario that nobody has asked for: its run, its 1,000 paths with their band and the
charts are computed anew. Checked: no page shows an exception, and every move draws another figure. Told beside it: the
same for all 400 Kreise at once, without a page (runs, and 1,000 paths of their totals), which no reader waits for.
"""

import asyncio
import json
import statistics
import sys
import time

import measuring
from apps import app
from protocol import PageError, Run, Session

LEVER = "Geburten je Frau"
CPU_MS, SENT_KB, SECONDS = 40.0, 20.0, 1.0
PATHS, LAST = 1000, 2050


async def move(server, kreis: str) -> tuple[Run, list[Run], float]:
    """Open the page with its levers, and move one through all its positions; returns the runs and the CPU of each."""
    session = Session(server, "szenarien", f"ags={kreis}&edit=1")
    first = await session.open()
    label = next(label for label in session.widgets if label.startswith(LEVER))
    options = session.widgets[label].options
    usual = session.widgets[label].options[len(options) // 2]
    for option in options[:3]:  # the page is warm, the scenario is an own one, and the positions below are still new
        await session.choose(label, option)
    before, runs = server.cpu(), []
    for option in options[3:]:
        if option != usual:
            runs.append(await session.choose(label, option))
    cpu = (server.cpu() - before) / len(runs)
    await session.close()
    drawn = [tuple(run.charts.values()) for run in runs]
    same = sum(a == b for a, b in zip(drawn, drawn[1:], strict=False))
    if not all(drawn) or same > 1:  # beside the position of the preset
        sys.exit(f"a move drew nothing, or the figure of the move before ({same} times)")
    return first, runs, cpu


def everywhere() -> dict[str, float]:
    """Compute one changed scenario for all Kreise: seconds for the runs, and for the paths of their totals."""
    sys.path.insert(0, str(measuring.ROOT))
    from zwk_data import outlook
    from zwk_data.projection.ages import EVERYONE
    from zwk_data.projection.scenario import Scenario
    from zwk_data.warehouse import ensure_built, open_statistics
    from zwk_data.warehouse.paths import build_folder

    ensure_built()
    found = {}
    with open_statistics(build_folder()) as data:
        starts = [outlook.start(data, place) for place in data.places if place.level == "kreis" and place.current]
        outlook.band(data, starts[0], Scenario.parse("continue~tfr_1.7"), LAST, [(EVERYONE, "t")])
        begun = time.perf_counter()
        for start in starts:
            outlook.run(data, start, Scenario.parse("continue~tfr_1.9"), LAST)
        found["runs"] = time.perf_counter() - begun
        begun = time.perf_counter()
        for start in starts:
            outlook.band(data, start, Scenario.parse("continue~tfr_1.9"), LAST, [(EVERYONE, "t")], PATHS)
        found["bands"] = time.perf_counter() - begun
        found["kreise"] = len(starts)
    return found


def main() -> None:
    options = measuring.parser(__doc__)
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--kreis", default="12073", help="key of a Kreis")
    options.add_argument("--no-all", action="store_true", help="leave out the 400 Kreise without a page")
    chosen = options.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    measuring.heading("A lever of the page Szenarien", "streamlit", "plotly", "numpy", "pandas")
    cpu, runs, first = [], [], []
    try:
        for _ in range(chosen.turns):
            with app("real", chosen.work) as server:
                opened, moved, each = asyncio.run(move(server, chosen.kreis))
            cpu, runs, first = [*cpu, each * 1e3], [*runs, *moved], [*first, opened.seconds]
    except PageError as error:
        sys.exit(f"the page shows: {error}")
    sent = [run.sent / 1e3 for run in runs]
    print(f"  server CPU per move, ms (min / median / max of the turns): {measuring.spread(cpu, 1)}")
    print(f"  latency, ms: {measuring.spread([run.seconds * 1e3 for run in runs], 1)}; moves: {len(runs)}")
    print(f"  sent, kB: {measuring.spread(sent, 1)}; what the bytes are: {dict(runs[-1].by_kind.most_common(6))}")
    print(f"  first visit, ms: {measuring.spread([seconds * 1e3 for seconds in first], 0)}")
    measuring.verdict("server CPU per move", statistics.median(cpu), CPU_MS, unit=" ms")
    measuring.verdict("sent per move", statistics.median(sent), SENT_KB, unit=" kB")
    measuring.verdict("p95 of a move", measuring.percentile([run.seconds for run in runs], 0.95), SECONDS, unit=" s")
    result = {"cpu_ms": cpu, "sent_kb": sent, "seconds": [run.seconds for run in runs]}
    if not chosen.no_all:
        result |= {"all": everywhere()}
        print("  all {kreise:.0f} Kreise: runs {runs:.2f} s, bands of {paths} paths {bands:.2f} s".format(
            **result["all"], paths=PATHS))  # fmt: skip
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
