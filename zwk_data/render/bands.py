"""What a timeline draws: which of its rows there is room for, under which headings, and with what look.

Marks: ``x`` and the option ``end`` are the days from and to, ``y`` the words beside a bar, ``series`` the heading, the
option ``look`` a column of ``LOOKS``, ``today`` an ISO day with ``today_word``. Rows without a day are left out.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.render.course import label_years
from zwk_data.render.palette import Palette

LOOKS = ("running", "ahead", "done", "late", "plain")
SHORT = 900  # days up to which quarters are named


@dataclass(frozen=True)
class Bar:
    """One row: a heading (no days) or a bar from ``start`` to ``end``; a single day where both are equal."""

    words: str
    start: date | None = None
    end: date | None = None
    look: str = "plain"
    heading: str = ""

    @property
    def is_heading(self) -> bool:
        """Tell whether the row only says what the next ones belong to."""
        return self.start is None


def today_of(exhibit: Exhibit) -> tuple[date, str]:
    """Return the day of the rule and its word."""
    options = exhibit.marks.options
    return date.fromisoformat(str(options["today"])), str(options["today_word"])


def bars(exhibit: Exhibit, most: int | None = None) -> tuple[list[Bar], int]:
    """Return the rows in their order with their headings, and how many bars are left out.

    Args:
        exhibit: a timeline.
        most: rows there is room for, headings counted; None for all. Those nearest to the day of the rule are kept.
    """
    found = _all(exhibit)
    kept = found
    while most is not None and len(kept) + len({bar.heading for bar in kept}) > most and len(kept) > 1:
        kept = _nearest(kept, today_of(exhibit)[0], max(1, len(kept) - _excess(kept, most)))
    rows: list[Bar] = []
    for bar in kept:
        if bar.heading and (not rows or rows[-1].heading != bar.heading):
            rows.append(Bar(bar.heading, heading=bar.heading))
        rows.append(bar)
    return rows, len(found) - len(kept)


def _excess(kept: list[Bar], most: int) -> int:
    return max(1, (len(kept) + len({bar.heading for bar in kept}) - most + 1) // 2)


def _all(exhibit: Exhibit) -> list[Bar]:
    marks, ends = exhibit.marks, str(exhibit.marks.options["end"])
    look = str(exhibit.marks.options["look"])
    table = exhibit.table[exhibit.table[marks.x].notna() | exhibit.table[ends].notna()]
    return [
        Bar(str(row[marks.y]), _day(row[marks.x], row[ends]), _day(row[ends], row[marks.x]), str(row[look]),
            str(row[marks.series]))
        for row in table.to_dict("records")
    ]  # fmt: skip


def _day(value: pd.Timestamp, other: pd.Timestamp) -> date:
    return (other if pd.isna(value) else value).date()


def _nearest(found: list[Bar], day: date, most: int) -> list[Bar]:
    order = sorted(range(len(found)), key=lambda index: (_distance(found[index], day), index))
    return [found[index] for index in sorted(order[:most])]


def _distance(bar: Bar, day: date) -> int:
    """Return how many days lie between a bar and a day, none where the day lies in it."""
    start, end = bar.start or day, bar.end or day
    return max((start - day).days, (day - end).days, 0)


def span(rows: list[Bar], today: date) -> tuple[date, date]:
    """Return the first and the last day of the axis: all bars and the day of the rule, with a little room."""
    days = [day for bar in rows for day in (bar.start, bar.end) if day] + [today]
    room = timedelta(days=max(20, (max(days) - min(days)).days // 40))
    return min(days) - room, max(days) + room


def ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Return the days named on the axis: the beginnings of years, of a short span those of quarters."""
    if (last - first).days <= SHORT:
        quarters = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]
        inside = [day for day in quarters if first <= day <= last]
        step = 1 if len(inside) <= 5 else 2
        return [(day, f"{day.month:02d}/{day.year}") for day in inside if (day.month - 1) % (3 * step) == 0]
    years = label_years(first.year + 1, last.year, 6)
    return [(date(year, 1, 1), str(year)) for year in years]


def colour(look: str, palette: Palette) -> str:
    """Return the colour of a look; what it means stands beside the bar in words."""
    return {"running": palette.focus, "late": palette.second, "ahead": palette.parts[1]}.get(look, palette.others[3])
