"""The path to a target, and what an observed value says of it."""

from typing import Literal

Verdict = Literal[
    "on", "below", "above", "not_distinguishable", "neutral", "not_comparable", "too_early", "no_base", "no_figures",
]  # fmt: skip
VERDICTS: tuple[Verdict, ...] = (
    "on", "below", "above", "not_distinguishable", "neutral", "not_comparable", "too_early", "no_base", "no_figures",
)  # fmt: skip
Tone = Literal["with", "against", ""]


def expected(base_year: int, base: float, year: int, value: float, at: int) -> float:
    """Return the path at the end of a year: equal steps from the base to the target, the target itself from then on.

    Raises:
        ValueError: the target lies not after its base, or the year before it.
    """
    if year <= base_year or at < base_year:
        raise ValueError(f"no path from {base_year} to {year} at {at}")
    return base + (value - base) * min(at - base_year, year - base_year) / (year - base_year)


def edge(path: float, value: float, tolerance: float) -> float | None:
    """Return the edge of the tolerated range next to a value outside it, None where it lies inside."""
    if abs(value - path) <= tolerance:
        return None
    return path + tolerance if value > path else path - tolerance


def verdict(value: float, path: float, tolerance: float, polarity: str, *, by_chance: bool) -> Verdict:
    """Return what a value says of the path.

    Args:
        value: observed.
        path: expected at the same date, in the same unit.
        tolerance: how far beside it still counts as on it.
        polarity: ``up``, ``down`` or ``none``: which direction of the indicator is wanted.
        by_chance: chance alone explains why the value lies outside the tolerated range.
    """
    if edge(path, value, tolerance) is None:
        return "on"
    if by_chance:
        return "not_distinguishable"
    if polarity == "none":
        return "neutral"
    return "above" if value > path else "below"


def tone(found: Verdict, polarity: str) -> Tone:
    """Return whether a verdict deserves a colour: only beside the path, told from chance, with a direction."""
    if found not in ("above", "below") or polarity not in ("up", "down"):
        return ""
    return "with" if (found == "above") == (polarity == "up") else "against"
