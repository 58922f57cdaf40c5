"""Small databases published in a row: each is full of its own number, so that a mixed one is seen at once."""

import shutil
import sys
from pathlib import Path

from zwk_data.warehouse import Statistics, open_statistics
from zwk_data.warehouse.connection import building
from zwk_data.warehouse.publish import Generation, publish

ROWS = 20_000


def copied(data_folder: Path, statistics: Statistics, folder: Path, *known: Path) -> Path:
    """Make a build folder that already holds the embedded figures, as a computer in use does.

    Args:
        data_folder: of the embedded figures.
        statistics: they, opened.
        folder: to be made.
        known: folders of other computers: their newest generation was published here before (and given up again), so
            that a build of the same figures copies what was computed then.
    """
    folder.mkdir(parents=True)
    for name in ("CURRENT.json", statistics.generation.file):
        shutil.copyfile(data_folder / name, folder / name)
    for other in known:
        with open_statistics(other) as there:
            newest = there.generation
        assert newest.number > statistics.generation.number
        for name in (newest.file, f"data-{newest.number}.json"):
            shutil.copyfile(other / name, folder / name)
    return folder


def publish_next(folder: Path) -> Generation:
    """Publish a database whose rows all hold the number of its generation."""
    # The number is in the name of the file being built; the pointer's number plus one is not it, where the run before
    # was killed between naming its file and moving the pointer.
    return publish(folder, lambda path: fill(path, int(path.stem.removeprefix(".build-"))))


def fill(path: Path, number: int) -> dict[str, int]:
    with building(path) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT {number}::INTEGER AS n FROM range({ROWS})")
    return {"t": ROWS}


def read_whole(folder: Path) -> int:
    """Return the number of the open generation after checking all rows."""
    with open_statistics(folder) as statistics:
        row = statistics.frame("SELECT count(*) AS rows, min(n) AS low, max(n) AS high FROM t").iloc[0]
    assert row["rows"] == ROWS, row
    assert row["low"] == row["high"], row
    return int(row["low"])


def publish_for_ever(folder: Path) -> None:
    while True:
        print(publish_next(folder).number, flush=True)


def read_for_ever(folder: Path) -> None:
    """Read until stdin is closed, then print how often it went well."""
    good, seen = 0, set()
    print("ready", flush=True)
    while not (folder / "stop").exists():
        seen.add(read_whole(folder))
        good += 1
    print(good, len(seen), flush=True)


if __name__ == "__main__":
    {"publish": publish_for_ever, "read": read_for_ever}[sys.argv[1]](Path(sys.argv[2]))
