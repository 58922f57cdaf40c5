"""What a chart over time draws besides its lines: where a run begins, where lines join, a capacity, the band.

Options of the marks, as plain values: ``start`` (ISO day) and ``start_word`` set a vertical rule; ``starts`` gives by
series the value at that day, from which its projected part is drawn; ``capacity`` and ``capacity_word`` set a
horizontal rule. Rows whose ``dash`` is ``projection`` are drawn dashed; ``lower`` and ``upper`` of the series in focus
are a soft band.
"""

import numpy as np
import pandas as pd

from zwk_data.exhibits.exhibit import Exhibit

PROJECTION = "projection"
STEPS = (1, 2, 5, 10, 20)  # years between two labels of the time axis


def drawn(exhibit: Exhibit) -> pd.DataFrame:
    """Return the rows with a value and, before every projected part, the point where it begins.

    The point is no row of the exhibit: as a figure of that day it would stand there twice.
    """
    marks = exhibit.marks
    table = exhibit.table.dropna(subset=[marks.y])
    starts = marks.options.get("starts")
    if not isinstance(starts, dict) or not marks.dash or table.empty:
        return table
    ends = [name for name in (marks.y, marks.lower, marks.upper) if name]
    ahead = table[table[marks.dash] == PROJECTION].drop_duplicates(marks.series)
    ahead = ahead[ahead[marks.series].isin(list(starts))]
    first = ahead.copy()
    first[marks.x] = pd.Timestamp(str(marks.options["start"]))
    values = first[marks.series].map(starts).astype(float)
    first[ends] = np.tile(values.to_numpy()[:, None], len(ends))
    order = np.argsort(np.concatenate([ahead.index.to_numpy() - 0.5, table.index.to_numpy()]), kind="stable")
    return pd.concat([first, table], ignore_index=True).iloc[order].reset_index(drop=True)


def band(table: pd.DataFrame, exhibit: Exhibit) -> pd.DataFrame:
    """Return the projected rows of the series in focus that have an interval, oldest first."""
    marks = exhibit.marks
    if not (marks.lower and marks.upper and marks.lower in table and marks.upper in table):
        return table.head(0)
    own = table[marks.series].astype(str).to_numpy() == marks.focus
    rows = table[own & table[marks.lower].notna().to_numpy() & table[marks.upper].notna().to_numpy()]
    return rows if rows[marks.x].is_monotonic_increasing else rows.sort_values(marks.x)


def capacity(exhibit: Exhibit) -> tuple[float, str] | None:
    """Return height and word of the horizontal rule."""
    options = exhibit.marks.options
    if options.get("capacity") is None:
        return None
    return float(str(options["capacity"])), str(options.get("capacity_word", ""))


def start(exhibit: Exhibit) -> tuple[str, str] | None:
    """Return ISO day and word of the vertical rule; without a word there is none."""
    options = exhibit.marks.options
    return (str(options["start"]), str(options["start_word"])) if options.get("start_word") else None


def falls(table: pd.DataFrame, exhibit: Exhibit) -> bool:
    """Tell whether the series in focus ends below its first value: the foot is then free for words near the start."""
    marks = exhibit.marks
    own = table[table[marks.series].astype(str) == marks.focus].sort_values(marks.x, kind="stable")[marks.y]
    return bool(len(own)) and float(own.iloc[-1]) < float(own.iloc[0])


def heights(table: pd.DataFrame, exhibit: Exhibit) -> pd.Series:
    """Return every value that must lie inside the picture: lines, band, capacity."""
    shown, rule = band(table, exhibit), capacity(exhibit)
    parts = [table[exhibit.marks.y].astype(float)]
    parts += [shown[name].astype(float) for name in (exhibit.marks.lower, exhibit.marks.upper) if len(shown)]
    return pd.concat([*parts, pd.Series([rule[0]] if rule else [], dtype=float)], ignore_index=True)


def label_years(first: int, last: int, labels: int) -> list[int]:
    """Return at most ``labels`` years in even steps, the last one among them."""
    step = next((step for step in STEPS if (last - first) // step < labels), STEPS[-1])
    return list(range(last, first - 1, -step))[::-1]
