"""Published values that stand in where a place has no counts: shares, rates and means as their provider rounds them.

Two kinds of figures never stand in one line. A line is what one place has of one indicator on one census basis at year
ends: where counts give any of its values (or keep one secret), no published value enters it, for other years neither,
because a rounded value beside a computed one would draw a step that is none. A census day between two year ends is no
part of a line and keeps nothing out.
"""

import numpy as np
import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.indicators.components import FIRST_WITHOUT_VALUE, STATUS, Observations, best

KEYS = ["ags", "reference_date", "basis"]
LINE = ["ags", "basis"]
SMALL_BASE = "small_base"  # reason of a published rate whose place has fewer people than the declaration asks for


def with_given(counted: pd.DataFrame, indicator: Indicator, observations: Observations) -> pd.DataFrame:
    """Add published values to the lines that counts leave empty.

    Args:
        counted: values from counts: ags, reference_date, basis, value, status and more; may have no rows.
        indicator: its ``given_term`` names the published measure.
        observations: all of them.

    Returns:
        ``counted`` and the published rows, which have neither numerator nor denominator. A counted row without a value
        gives way to a published one of the same date.
    """
    found = published(indicator, observations)
    if found.empty:
        return counted
    if counted.empty:
        return found
    found = found[~_is_in(found, _counted_lines(counted), LINE)]
    replaced = counted["value"].isna() & _is_in(counted, found[found["value"].notna()], KEYS)
    stays = counted[~replaced]
    return pd.concat([stays, found[~_is_in(found, stays, KEYS)]], ignore_index=True)


def published(indicator: Indicator, observations: Observations) -> pd.DataFrame:
    """Return what is published for an indicator, of each place and date the dataset with the lowest priority."""
    term = indicator.given_term
    frame = observations.term(term) if term else pd.DataFrame()
    if frame.empty:
        return pd.DataFrame(columns=[*KEYS, "value", "status", "reason", "datasets", "numerator", "denominator"])
    table = observations.located(best(frame)).rename(columns={"dataset": "datasets"})
    without = table["rank"] >= FIRST_WITHOUT_VALUE
    status = table["rank"].astype(int).map(STATUS)
    reason = status.where(without, "").mask(~without & _too_small(table, indicator, observations), SMALL_BASE)
    return table.drop(columns=["rank", "priority"]).assign(
        value=table["value"].mask(without), status=status, reason=reason, numerator=np.nan, denominator=np.nan
    )


def _too_small(table: pd.DataFrame, indicator: Indicator, observations: Observations) -> pd.Series:
    """Tell which places have fewer people than the indicator asks for, by their newest population; unknown is small."""
    if not indicator.minimum_base:
        return pd.Series(False, index=table.index)
    people = observations.total("population").dropna(subset=["value"]).sort_values("reference_date")
    newest = people.drop_duplicates("ags", keep="last").set_index("ags")["value"]
    return ~(table["ags"].map(newest) >= indicator.minimum_base)


def _counted_lines(counted: pd.DataFrame) -> pd.DataFrame:
    days = pd.to_datetime(counted["reference_date"])
    year_end = (days.dt.month == 12) & (days.dt.day == 31)
    return counted[year_end & (counted["value"].notna() | (counted["status"] == "secret"))]


def _is_in(rows: pd.DataFrame, others: pd.DataFrame, keys: list[str]) -> pd.Series:
    as_text = dict.fromkeys(LINE, str)
    here, there = (pd.MultiIndex.from_frame(frame[keys].astype(as_text)) for frame in (rows, others))
    return pd.Series(here.isin(there), index=rows.index)
