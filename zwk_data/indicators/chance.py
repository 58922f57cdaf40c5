"""Chance: intervals of counts and of rates from counts, and whether two values can be told apart.

Counts of events are taken as Poisson; the interval is Byar's approximation of the exact one, as used by Public Health
England ("Technical guide: confidence intervals", 2018). A balance of two counts is taken as Skellam, its variance being
the sum of both counts; the interval is normal. Stocks are full counts and get no interval.
"""

import numpy as np
import pandas as pd

from zwk_data.catalog import Indicator

Z95 = 1.959964


def byar(count: np.ndarray, z: float = Z95) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper limit of a Poisson count by Byar's method; 0 has the lower limit 0."""
    count = np.asarray(count, dtype=float)
    safe = np.maximum(count, 1e-12)
    lower = safe * (1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe))) ** 3
    more = count + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return np.where(count > 0, np.maximum(lower, 0.0), 0.0), upper


def intervals(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Add the columns ``lower`` and ``upper`` (95 %) to values of one indicator; missing where chance plays no part.

    Only Poisson counts and rates of them: for a balance the gross counts are not in the table.
    """
    if indicator.chance != "poisson":
        return values.assign(lower=np.nan, upper=np.nan)
    lower, upper = byar(values["numerator"].to_numpy(dtype=float))
    scale = indicator.factor / values["denominator"] if indicator.denominator else indicator.factor
    return values.assign(lower=lower * scale, upper=upper * scale)


def distinguishable(first: pd.Series, second: pd.Series) -> bool:
    """Tell whether two values with intervals differ beyond chance (the intervals do not overlap).

    Stricter than a test at 5 %, so no chance fluctuation gets a colour.
    """
    if any(pd.isna(row[limit]) for row in (first, second) for limit in ("lower", "upper")):
        return True
    return bool(first["lower"] > second["upper"] or second["lower"] > first["upper"])
