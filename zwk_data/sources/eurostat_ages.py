"""Eurostat's age codes: which of those in a table make up a grid of groups that touch and never overlap."""

import re
from collections.abc import Iterable

from zwk_data.sources.errors import ParseError

AgeGroup = tuple[str, int, int | None]  # age_set, first and last completed year (None: open)
TOTAL, UNKNOWN, OPEN_85 = "TOTAL", "UNK", "Y_GE85"
PARTS_OF_85 = ("Y85-89", "Y_GE90")
STEP = 5
BROAD = {"Y_LT15": (0, 14), "Y15-64": (15, 64), "Y_GE65": (65, None)}
FIVE_YEAR: dict[str, tuple[int, int | None]] = {
    "Y_LT5": (0, 4),
    **{f"Y{a}-{a + 4}": (a, a + 4) for a in range(5, 85, 5)},
    OPEN_85: (85, None),
}


def limits(code: str) -> tuple[int, int | None] | None:
    """Return first and last completed year of a code such as ``Y_LT5``, ``Y5-9`` or ``Y_GE85``; None for a stranger."""
    if found := re.fullmatch(r"Y(\d+)-(\d+)", code):
        return int(found[1]), int(found[2])
    if found := re.fullmatch(r"Y_LT(\d+)", code):
        return 0, int(found[1]) - 1
    if found := re.fullmatch(r"Y_GE(\d+)", code):
        return int(found[1]), None
    return None


def kept(codes: Iterable[str], grid: str) -> dict[str, AgeGroup]:
    """Return the groups of a grid by code, the total among them; codes that sum up several groups are left out.

    ``five_year``: 18 groups, 85 and over open. ``broad3``: three. ``mothers``: groups of five years and the open one
    that follows them. ``fine``: likewise, from birth. Raises ParseError for a code that is none of these.
    """
    known = [code for code in codes if code not in (TOTAL, UNKNOWN)]
    found: dict[str, tuple[int, int | None]]
    if grid == "broad3":
        found = {code: BROAD[code] for code in known if code in BROAD}
    elif grid == "five_year":
        found = {code: FIVE_YEAR[code] for code in known if code in FIVE_YEAR}
    else:
        found = _partition(known)
    if strange := sorted(code for code in known if code not in found and not _sums_up(code)):
        raise ParseError(f"unknown age: {', '.join(strange[:5])}")
    name = "broad3" if grid == "broad3" else "five_year"
    return {TOTAL: ("total", 0, None), **{code: (name, *ages) for code, ages in found.items()}}


def _sums_up(code: str) -> bool:
    """Tell whether a code is an open group or a union of groups of five years."""
    ages = limits(code)
    return ages is not None and (ages[1] is None or ages[0] % STEP == (ages[1] + 1) % STEP == 0)


def _partition(codes: Iterable[str]) -> dict[str, tuple[int, int | None]]:
    """Walk the groups of five years from the youngest on, and end with the open group that begins where they end."""
    by_limits = {ages: code for code in codes if (ages := limits(code))}
    closed = {first: by_limits[first, last] for first, last in by_limits if last is not None and last - first == 4}
    found: dict[str, tuple[int, int | None]] = {}
    age = min(closed, default=0)
    while age in closed:
        found[closed[age]] = (age, age + STEP - 1)
        age += STEP
    if (age, None) in by_limits:
        found[by_limits[age, None]] = (age, None)
    return found
