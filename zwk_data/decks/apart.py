"""A presentation somebody uploads, read in a process of its own with limits, because it is foreign."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from zwk_data.render.pptx.memory import Memory
from zwk_data.render.pptx.reading import (
    MOST_BYTES,
    FoundChart,
    FoundShape,
    FoundSlide,
    FoundTable,
    NotAPresentation,
    Series,
    check_package,
)
from zwk_data.render.pptx.reading import found_slides as read_here
from zwk_data.sources.uploads import Refused, in_own_process, refusing, serve


def found_slides(raw: bytes) -> list[FoundSlide]:
    """Read the slides of a presentation in a process of its own, bounded in memory and time.

    Raises:
        NotAPresentation: as in ``render.pptx.reading.found_slides``; it took more than a presentation needs
            (``too_large``).
    """
    check_package(raw)
    try:
        told = in_own_process("zwk_data.decks.apart", raw)
    except Refused as error:
        raise NotAPresentation("too_large" if error.word == "too_slow" else error.word) from error
    return [_slide(one) for one in told["slides"]]


def _told(raw: bytes) -> Mapping[str, Any]:
    with refusing():
        try:
            return {"slides": [asdict(slide) for slide in read_here(raw)]}
        except NotAPresentation as error:
            raise Refused(error.word) from error


def _slide(told: Mapping[str, Any]) -> FoundSlide:
    return FoundSlide(
        told["index"], _memory(told["memory"]), told["damaged"], told["title"],
        tuple(FoundChart(one["shape"], tuple(map(_series, one["series"]))) for one in told["charts"]),
        tuple(FoundTable(one["shape"], tuple(map(tuple, one["rows"]))) for one in told["tables"]),
        tuple(FoundShape(one["shape"], one["alt"], tuple(one["lines"])) for one in told["shapes"]), told["pictures"],
    )  # fmt: skip


def _series(told: Mapping[str, Any]) -> Series:
    return Series(told["name"], tuple(told["categories"]), tuple(told["values"]))


def _memory(told: Mapping[str, Any] | None) -> Memory | None:
    if told is None:
        return None
    loads = tuple((str(dataset), str(load)) for dataset, load in told["loads"])
    return Memory(**{**told, "loads": loads, "digests": tuple(told["digests"]), "texts": tuple(told["texts"])})


if __name__ == "__main__":
    serve(_told, MOST_BYTES)
    sys.exit()
