"""Value axes of native charts: fixed ends and steps, so that what is drawn over a chart lies where it belongs."""

import math
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Ends of an axis and the distance of its lines."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        """Return how far a value lies from the low end, in shares of the axis."""
        return (value - self.low) / ((self.high - self.low) or 1.0)


def scale(low: float, high: float, *, zero: bool = False, lines: int = 6) -> Scale:
    """Return round ends about a range: at most some ``lines`` lines, zero among them where wanted."""
    low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
    if high <= low:
        low, high = low - (abs(low) * 0.05 or 1.0), high + (abs(high) * 0.05 or 1.0)
    rough = (high - low) / max(lines - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough * 0.999)
    return Scale(_round(math.floor(low / step + 1e-9) * step), _round(math.ceil(high / step - 1e-9) * step), step)


def even(most: float, lines: int = 4) -> Scale:
    """Return a scale that reaches equally far to both sides of zero."""
    half = scale(0.0, most, zero=True, lines=lines)
    return Scale(-half.high, half.high, half.step)


def _round(value: float) -> float:
    """Take the dust of binary fractions away."""
    return float(f"{value:.12g}")
