"""Places on a slide, in English Metric Units (914,400 to the inch, 12,700 to the point)."""

from dataclasses import dataclass
from typing import Self

INCH, POINT = 914_400, 12_700


@dataclass(frozen=True)
class Box:
    """A rectangle: left and top edge, width and height in EMU."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def inches(cls, left: float, top: float, width: float, height: float) -> Self:
        """Build a box from inches."""
        return cls(*(round(side * INCH) for side in (left, top, width, height)))

    @property
    def right(self) -> int:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Lower edge."""
        return self.top + self.height

    def part(self, left: float, top: float, width: float, height: float) -> "Box":
        """Return a rectangle inside, in shares of this one."""
        return Box(
            self.left + round(left * self.width), self.top + round(top * self.height), round(width * self.width),
            round(height * self.height),
        )  # fmt: skip

    def grid(self, count: int, across: int, gap: int) -> "list[Box]":
        """Return so many equal boxes in reading order, ``across`` in a row, ``gap`` EMU apart."""
        down = -(-count // across)
        width = (self.width - gap * (across - 1)) // across
        height = (self.height - gap * (down - 1)) // max(down, 1)
        return [
            Box(self.left + (n % across) * (width + gap), self.top + (n // across) * (height + gap), width, height)
            for n in range(count)
        ]
