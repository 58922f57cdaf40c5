"""Projections of the places of the figures: where they start, what they say, and how sure that is.

    start(data, place, form) -> Start          run(data, start, scenario, until) -> Run
    band(data, start, scenario, until, groups) -> (low, high)        paths(…) -> the trajectories
    errors(data), coverage(data), shelf_life(data, start, group)     how such projections did before

What-if calculations, not forecasts. The model itself is in ``zwk_data.projection``, which knows no files.
"""

from zwk_data.outlook.accuracy import ShelfLife, approximated, coverage, errors, shelf_life, tested_group
from zwk_data.outlook.runs import MOST_PATHS, PATHS, UNTIL, Run, band, paths, run
from zwk_data.outlook.starts import FORMS, NoStart, Start, start

__all__ = [
    "FORMS", "MOST_PATHS", "PATHS", "UNTIL", "NoStart", "Run", "ShelfLife", "Start", "approximated", "band", "coverage",
    "errors", "paths", "run", "shelf_life", "start", "tested_group",
]  # fmt: skip
