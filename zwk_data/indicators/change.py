"""Changes over time: only inside one census basis, and only where the territory stayed the same."""

import numpy as np
import pandas as pd

from zwk_data.catalog import breaks
from zwk_data.indicators.components import FIRST_WITHOUT_VALUE, RANK, STATUS

SAME_TERRITORY = 0.01  # relative difference of the area up to which a Gemeinde counts as unchanged
EARLIER = ["earlier_date", "value", "status", "datasets"]


def same_territory(pairs: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """Tell for each pair of dates whether the territory is the same.

    A Gemeinde's areas must differ by less than one per cent; a Kreis must have no registered reform between the dates
    unless its figures are bridged. For a date without an area of its own the Gemeinde has the one that is known
    before and after it, if both agree.

    Args:
        pairs: columns ags, reference_date, earlier_date.
        areas: columns ags, reference_date, area_km2.

    Returns:
        One truth value per pair; false for a Gemeinde where one of the areas is unknown.
    """
    now = _area_on(pairs["ags"], pairs["reference_date"], areas)
    then = _area_on(pairs["ags"], pairs["earlier_date"], areas)
    agrees = abs(now / then - 1) < SAME_TERRITORY
    gemeinde = pairs["ags"].str.len() == 8
    return pd.Series(agrees, index=pairs.index).where(gemeinde, ~reformed(pairs))


def _area_on(ags: pd.Series, days: pd.Series, areas: pd.DataFrame) -> np.ndarray:
    """Return the area of each place on a day: the one of that day, or the same one before and after; else NaN."""
    form = {"ags": "str", "day": "datetime64[ns]"}
    wanted = pd.DataFrame({"ags": ags.to_numpy(), "day": days.to_numpy(), "row": range(len(ags))}).astype(form)
    known = areas.rename(columns={"reference_date": "day"})[["ags", "day", "area_km2"]].dropna()
    known = known.astype(form | {"area_km2": "float"}).sort_values("day")
    wanted = wanted.sort_values("day", kind="stable")
    before, after = (
        pd.merge_asof(wanted, known, on="day", by="ags", direction=direction)["area_km2"].to_numpy()
        for direction in ("backward", "forward")
    )
    same = np.abs(before / after - 1) < SAME_TERRITORY
    found = np.empty(len(wanted))
    found[wanted["row"].to_numpy()] = np.where(same, before, np.nan)
    return found


def reformed(pairs: pd.DataFrame) -> pd.Series:
    """Tell for each pair whether a registered reform of the place, not bridged, lies between its dates.

    Args:
        pairs: columns ags, reference_date, earlier_date; a missing date crosses nothing.
    """
    found = pd.Series(False, index=pairs.index)
    for entry in breaks().values():
        if entry.scope and not entry.bridged:
            first = pd.Timestamp(entry.first_date)
            between = (pairs["earlier_date"] < first) & (first <= pairs["reference_date"])
            found |= between & pairs["ags"].isin(entry.scope)
    return found


def _year_ends(values: pd.DataFrame) -> pd.DataFrame:
    dates = pd.to_datetime(values["reference_date"])
    return values.assign(reference_date=dates)[(dates.dt.month == 12) & (dates.dt.day == 31)]


def _relative(pairs: pd.DataFrame, areas: pd.DataFrame, difference: bool, factor: float) -> pd.DataFrame:
    """Turn pairs (value, value_then) into changes or index numbers; a changed territory has no value."""
    same = same_territory(pairs, areas)
    numerator = pairs["value"] - pairs["value_then"] if difference else pairs["value"]
    value = numerator / pairs["value_then"].where(pairs["value_then"] != 0) * factor
    rank = pairs[["status", "status_then"]].apply(lambda words: words.map(RANK)).max(axis=1)  # the worse of both
    rank = rank.mask(value.isna() & (rank < FIRST_WITHOUT_VALUE), RANK["missing"])  # nobody lived there
    known = same & (rank < FIRST_WITHOUT_VALUE)
    status = rank.map(STATUS).where(same, "not_available")
    return pairs.assign(
        numerator=numerator.where(known), denominator=pairs["value_then"].where(known), value=value.where(known),
        status=status, reason=status.mask(~same, "territory").mask(known, ""), datasets=_both(pairs),
    )  # fmt: skip


def _both(pairs: pd.DataFrame) -> pd.Series:
    """Name the datasets of both ends, each once, the later end first."""
    now, then = pairs["datasets"].astype(str), pairs["datasets_then"].astype(str)
    return now.where(now == then, now + ";" + then)


def change(values: pd.DataFrame, areas: pd.DataFrame, years: int, factor: float) -> pd.DataFrame:
    """Return the relative change of a stock against ``years`` earlier on the same census basis, times ``factor``."""
    now = _year_ends(values)
    later = now["reference_date"] + pd.DateOffset(years=years)
    then = now.assign(earlier_date=now["reference_date"], reference_date=later)
    keys = ["ags", "reference_date", "basis"]
    pairs = now.merge(then[[*keys, *EARLIER]], on=keys, suffixes=("", "_then"), validate="1:1")
    return _relative(pairs, areas, True, factor)


def index_numbers(values: pd.DataFrame, areas: pd.DataFrame, base_year: int, factor: float) -> pd.DataFrame:
    """Return the stock relative to the one of 31 December of ``base_year`` on the same census basis."""
    now = _year_ends(values)
    base = now[now["reference_date"].dt.year == base_year].rename(columns={"reference_date": "earlier_date"})
    keys = ["ags", "basis"]
    pairs = now.merge(base[[*keys, *EARLIER]], on=keys, suffixes=("", "_then"), validate="m:1")
    return _relative(pairs, areas, False, factor)
