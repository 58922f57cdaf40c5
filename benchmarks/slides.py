"""Slides with native charts against pictures from a browser that is already running, and a deck of forty slides.

The peer is kaleido (plotly's own way to pictures): its browser runs, one picture was made before the clock starts, the
figures are made beforehand. The project's side makes the whole presentation, notes and workbooks included.
"""

import io
import json
import os
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

import measuring

sys.path.insert(0, str(measuring.ROOT))
CHARTS = ("line", "dots", "multiples", "pyramid", "bars", "balance", "diverging", "stacked")
COUNT, LARGE, TURNS = 30, 40, 3
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def exhibits(kinds: Sequence[str]) -> list[Any]:
    """Return one real exhibit of each kind."""
    from apps import database

    from tests.render.kinds import ADDRESSES
    from zwk_data.exhibits import Address, Context, make
    from zwk_data.warehouse import open_statistics

    database()
    with open_statistics() as statistics:
        return [make(Address.parse(ADDRESSES[kind]), Context(statistics)) for kind in kinds or ADDRESSES]


def native(found: Sequence[Any], count: int) -> dict[str, float]:
    """Return median seconds and CPU seconds of a presentation of ``count`` slides, and what the first one took in MB.

    ``before`` is the memory with figures and database, ``peak`` its height after one presentation, ``later`` after all.
    """
    from pptx import Presentation

    from zwk_data.documents.slides import ExhibitSlide
    from zwk_data.language import GERMAN
    from zwk_data.render.pptx import presentation

    slides = [ExhibitSlide(exhibit) for exhibit in islice(cycle(found), count)]
    before = measuring.peak_mb()
    presentation(slides, GERMAN)
    peak, wall, spent, raw = measuring.peak_mb(), [], [], b""
    for _ in range(TURNS):
        begin, cpu = time.perf_counter(), time.process_time()
        raw = presentation(slides, GERMAN)
        wall.append(time.perf_counter() - begin)
        spent.append(time.process_time() - cpu)
    titles = [slide.shapes.title.text for slide in Presentation(io.BytesIO(raw)).slides]
    assert titles == [slide.exhibit.sentence for slide in slides]
    return {
        "seconds": sorted(wall)[TURNS // 2], "cpu": sorted(spent)[TURNS // 2], "before": before, "peak": peak,
        "later": measuring.peak_mb(),
    }  # fmt: skip


def pictures(found: Sequence[Any]) -> float:
    """Return the seconds of ``COUNT`` PNG files of 1600 × 900 from a running kaleido."""
    import shutil

    import kaleido

    from zwk_data.render.plotly import Style, figure

    os.environ.setdefault("BROWSER_PATH", next(filter(None, map(shutil.which, BROWSERS)), ""))
    figures = [figure(exhibit, Style()) for exhibit in islice(cycle(found), COUNT)]
    options = {"format": "png", "width": 1600, "height": 900}
    kaleido.start_sync_server(silence_warnings=True)
    try:
        kaleido.calc_fig_sync(figures[0], opts=options)
        begin = time.perf_counter()
        made = [kaleido.calc_fig_sync(one, opts=options) for one in figures]
        seconds = time.perf_counter() - begin
    finally:
        kaleido.stop_sync_server(silence_warnings=True)
    assert all(raw.startswith(b"\x89PNG") for raw in made)
    return seconds


def case(name: str) -> dict[str, float]:
    """Measure one case."""
    if name == "pictures":
        return {"seconds": pictures(exhibits(CHARTS))}
    found = exhibits(CHARTS if name == "native" else ())
    return native(found, COUNT if name == "native" else LARGE)


def build_first() -> None:
    """Have the database built before anything is measured: building it takes more memory than a presentation."""
    from apps import database

    database()


def main() -> None:
    """Run all cases, each in a process of its own."""
    options = measuring.parser(__doc__ or "")
    options.add_argument("--case", choices=("native", "pictures", "deck"))
    chosen = options.parse_args()
    if chosen.case:
        print(json.dumps(case(chosen.case)))
        return
    build_first()
    print(f"load {os.getloadavg()[0]:.1f}")
    found = {name: measuring.in_own_process("slides.py", "--case", name) for name in ("native", "pictures", "deck")}
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    for name, figures in found.items():
        print(f"{name:10}" + "".join(f"{key} {value:8.2f}  " for key, value in figures.items()))
    ratio = found["pictures"]["seconds"] / found["native"]["seconds"]
    met = [
        measuring.verdict(f"{COUNT} native slides against {COUNT} pictures", ratio, 25, least=True, unit=" times"),
        measuring.verdict(f"{LARGE} slides of all kinds with maps", found["deck"]["seconds"], 2, unit=" s"),
        measuring.verdict("peak memory of that process, one deck", found["deck"]["peak"], 500, unit=" MB"),
    ]
    if chosen.json:
        chosen.json.write_text(json.dumps(found), encoding="utf-8")
    sys.exit(not all(met))


if __name__ == "__main__":
    main()
